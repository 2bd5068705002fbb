//! Clauses that report somebody's words or views, from cues and the shape of the sentence.
//!
//! One file for each place of the cue: [`according`] ("according to"), [`before_cue`] ("…, Oru said"),
//! [`after_cue`] ("Oru said …") with its [`frames`], [`passive`], [`adjectives`] ("is confident that"),
//! [`nouns`] ("his promise to"). [`ending`] says how far a clause reaches.

mod according;
mod adjectives;
mod after_cue;
mod before_cue;
mod ending;
mod frames;
mod nouns;
mod passive;

pub(super) use self::ending::end_of;
use super::super::attribute::{Attribution, Rule, Source};
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use crate::types::Span;

/// A stretch of nodes: `nodes[first..last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A clause that reports somebody's words or views.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// The reported clause; two parts where its attribution interrupts it.
    pub(super) parts: Vec<Clause>,
    pub(super) attribution: Attribution,
}

/// Longest sentence read for reported speech, in nodes; longer ones are lists or damage.
const LONGEST: usize = 200;
/// How far a cue looks back for its source, in nodes.
const REACH: usize = 60;

impl Claim {
    /// `None` where a part is empty.
    fn new(
        page: &Page<'_>,
        parts: &[Clause],
        source: Source,
        cue: (usize, usize),
        rule: Rule,
    ) -> Option<Self> {
        let mut trimmed = Vec::with_capacity(parts.len());
        for part in parts {
            let mut last = part.last;
            while last > part.first && matches!(page.node(last - 1).kind, Kind::Sign(',' | '—')) {
                last -= 1;
            }
            if part.first >= last {
                return None;
            }
            trimmed.push(Clause { first: part.first, last });
        }
        Some(Self { parts: trimmed, attribution: Attribution { cue: Some(cue), source, rule } })
    }

    fn first(&self) -> usize {
        self.parts.first().map_or(0, |part| part.first)
    }

    /// Whether the node lies in a part.
    pub(super) fn contains(&self, node: usize) -> bool {
        self.parts.iter().any(|part| part.first <= node && node < part.last)
    }
}

/// The outermost claims of a sentence, in order, none overlapping.
pub(super) fn in_sentence(page: &Page<'_>, sentence: Sentence) -> Vec<Claim> {
    if sentence.last - sentence.first > LONGEST {
        return Vec::new();
    }
    let whole = according::find(page, sentence).or_else(|| before_cue::find(page, sentence));
    if let Some(claim) = whole {
        return vec![claim];
    }
    let mut found = Vec::new();
    let mut at = sentence.first;
    let mut read = at;
    while at < sentence.last {
        // a claim may reach back before its cue, but not into the claim before it
        match starting(page, sentence, at).filter(|claim| claim.first() >= read) {
            Some(claim) => {
                read = claim.parts.last().map_or(at, |part| part.last).max(at + 1);
                at = read;
                found.push(claim);
            }
            None => at += 1,
        }
    }
    found
}

/// The claim whose cue stands at `cue`, before its words.
pub(super) fn starting(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Claim> {
    if sentence.last - sentence.first > LONGEST || !page.is_word(cue) {
        return None;
    }
    after_cue::find(page, sentence, cue)
        .or_else(|| passive::find(page, sentence, cue))
        .or_else(|| adjectives::find(page, sentence, cue))
        .or_else(|| nouns::find(page, sentence, cue))
}

/// The text of a stretch, marks at its ends included.
pub(super) fn span_of(page: &Page<'_>, clause: Clause) -> Option<Span> {
    let last = clause.last.checked_sub(1).filter(|&last| last >= clause.first)?;
    let outer = |node: usize| match page.quote_at(node).and_then(|region| page.regions.get(region)) {
        Some(region) => {
            let first = page.tokens.get(region.first).map_or(region.inner.start, |token| token.span.start);
            let last = region.last.checked_sub(1).and_then(|last| page.tokens.get(last));
            Span::new(first, last.map_or(region.inner.end, |token| token.span.end))
        }
        None => page.node(node).span,
    };
    let span = Span::new(outer(clause.first).start, outer(last).end);
    (!span.is_empty()).then_some(span)
}
