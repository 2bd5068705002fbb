use std::collections::BTreeMap;

use crate::encode::{PieceKind, TracedPiece};
use crate::types::Span;

use super::{Head, softmax};

/// Why a quote got its scores.
///
/// For each class the contributions and the intercept sum to the logit, and the softmax of the logits is the
/// probabilities (before the isotonic curves, where a model has them). The temperature is part of every
/// number.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// How the contributions were found.
    pub account: Account,
    /// The stance question; triples in the order of [`Stance::ALL`](crate::types::Stance::ALL).
    pub stance: Reasons,
    /// The sentiment question; triples in the order of [`Sentiment::ALL`](crate::types::Sentiment::ALL).
    pub sentiment: Reasons,
}

/// How the contributions of an [`Explanation`] were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Read off a linear model: what each stretch adds, exactly.
    Exact,
    /// Each word left out in turn: what the logits lose without it. For encoders that read the text as a
    /// whole.
    Occlusion,
}

impl Account {
    /// Stable name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Occlusion => "occlusion",
        }
    }
}

/// Why the classes of one question got their probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// Calibrated probabilities.
    pub probabilities: [f64; 3],
    /// Calibrated logits.
    pub logits: [f64; 3],
    /// The part of each logit that no word explains.
    pub intercept: [f64; 3],
    /// What each stretch of text adds to the logits, in reading order, longer stretches after the shorter
    /// ones that begin at the same place.
    pub contributions: Vec<Contribution>,
}

/// What one stretch of text adds to the logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// Bytes of the context.
    pub span: Span,
    /// Whether the stretch lies inside the quote.
    pub inside: bool,
    /// The normalised words of the stretch.
    pub ngram: String,
    /// Word n-gram, or characters inside one word (all of the word's character n-grams together).
    pub kind: PieceKind,
    /// What it adds to the logit of each class; negative speaks against the class.
    pub weight: [f64; 3],
}

/// The account of one head over the traced pieces of a row.
pub(super) fn reasons(head: &Head, pieces: &[TracedPiece]) -> Reasons {
    let temperature = head.temperature();
    let intercept = head.intercept().map(|part| part / temperature);
    let mut logits = intercept;
    let mut stretches: BTreeMap<(usize, usize, PieceKind, bool), Contribution> = BTreeMap::new();
    for piece in pieces {
        let weights = head.weights().get(piece.column as usize).copied().unwrap_or_default();
        let parts = weights.map(|weight| f64::from(weight) * piece.value / temperature);
        let key = (piece.span.start, piece.span.end, piece.kind, piece.inside);
        let stretch = stretches.entry(key).or_insert_with(|| Contribution {
            span: piece.span,
            inside: piece.inside,
            ngram: piece.text.clone(),
            kind: piece.kind,
            weight: [0.0; 3],
        });
        for class in 0..3 {
            stretch.weight[class] += parts[class];
            logits[class] += parts[class];
        }
    }
    Reasons {
        probabilities: match head.isotonic() {
            Some(curves) => curves.apply(softmax(logits)),
            None => softmax(logits),
        },
        logits,
        intercept,
        contributions: stretches.into_values().collect(),
    }
}
