use std::fmt;

use crate::encode::{Encoder, EncoderParts};
use crate::types::{QuoteInContext, Scores};

use super::info::MAGIC;
use super::{
    Account, Calibration, EncoderInfo, Explanation, FORMAT, Head, LabelOrder, ModelError, ModelInfo,
    TrainReport, card, explain, folder, occlusion,
};

/// An encoder and two heads: scores quotes in context.
pub struct Model {
    encoder: Box<dyn Encoder>,
    stance: Head,
    sentiment: Head,
    info: ModelInfo,
    id: String,
}

/// What a model is made of when training has ended.
pub struct ModelParts {
    /// Name of the model, the first part of its id.
    pub name: String,
    /// The fitted encoder.
    pub encoder: Box<dyn Encoder>,
    /// The stance head.
    pub stance: Head,
    /// The sentiment head.
    pub sentiment: Head,
    /// How it was trained.
    pub report: TrainReport,
}

impl Model {
    /// Puts a model together. Its id and description name the hashes of the files that
    /// [`save`](Self::save) writes.
    ///
    /// # Errors
    /// Where the encoder or the weights cannot be written out.
    pub fn new(parts: ModelParts) -> Result<Self, ModelError> {
        let ModelParts { name, encoder, stance, sentiment, report } = parts;
        let kept = encoder_parts(encoder.as_ref())?;
        let info = ModelInfo {
            magic: MAGIC.to_owned(),
            format: FORMAT,
            name,
            tool: concat!("demarche ", env!("CARGO_PKG_VERSION")).to_owned(),
            encoder: EncoderInfo {
                kind: encoder.kind().to_owned(),
                dimensions: encoder.dimensions(),
                settings: kept.settings.clone(),
            },
            labels: LabelOrder::current(),
            calibration: Calibration {
                stance: stance.temperature(),
                sentiment: sentiment.temperature(),
                stance_isotonic: stance.isotonic().cloned(),
                sentiment_isotonic: sentiment.isotonic().cloned(),
            },
            training: report,
            files: Default::default(),
        };
        let mut model = Self { encoder, stance, sentiment, info, id: String::new() };
        let files = folder::files(&model, &kept)?;
        model.info.files = files.iter().map(|(name, bytes)| (name.clone(), folder::hash(bytes))).collect();
        model.id = folder::id_of(&model.info);
        let card = model.card();
        model.info.files.insert(folder::CARD.to_owned(), folder::hash(card.as_bytes()));
        Ok(model)
    }

    /// A model from a folder that was read and checked.
    pub(super) fn loaded(info: ModelInfo, encoder: Box<dyn Encoder>, stance: Head, sentiment: Head) -> Self {
        let id = folder::id_of(&info);
        Self { encoder, stance, sentiment, info, id }
    }

    /// Calibrated probabilities of each quote, in order. A batch gives the same as its quotes one by one.
    #[must_use]
    pub fn score(&self, quotes: &[QuoteInContext]) -> Vec<Scores> {
        let features = self.encoder.encode(quotes);
        let stance = self.stance.probabilities(&features);
        let sentiment = self.sentiment.probabilities(&features);
        stance.into_iter().zip(sentiment).map(|(stance, sentiment)| Scores { stance, sentiment }).collect()
    }

    /// For each quote its calibrated probabilities, as [`score`](Self::score) gives them, and those before
    /// calibration.
    #[must_use]
    pub fn score_with_uncalibrated(&self, quotes: &[QuoteInContext]) -> Vec<(Scores, Scores)> {
        let features = self.encoder.encode(quotes);
        let of = |stance: Vec<[f64; 3]>, sentiment: Vec<[f64; 3]>| {
            stance.into_iter().zip(sentiment).map(|(stance, sentiment)| Scores { stance, sentiment })
        };
        let calibrated = of(self.stance.probabilities(&features), self.sentiment.probabilities(&features));
        let before = of(self.stance.uncalibrated(&features), self.sentiment.uncalibrated(&features));
        calibrated.zip(before).collect()
    }

    /// Why a quote got its scores: see [`Explanation`]. Where the encoder cannot split its rows over the
    /// words, they are left out one by one, which encodes the quote once for each.
    #[must_use]
    pub fn explain(&self, quote: &QuoteInContext) -> Explanation {
        let pieces = self.encoder.trace(quote);
        if pieces.is_empty() && self.encoder.encode(std::slice::from_ref(quote)).entries() > 0 {
            let heads = [&self.stance, &self.sentiment];
            let [stance, sentiment] = occlusion::reasons(self.encoder.as_ref(), heads, quote);
            return Explanation { account: Account::Occlusion, stance, sentiment };
        }
        Explanation {
            account: Account::Exact,
            stance: explain::reasons(&self.stance, &pieces),
            sentiment: explain::reasons(&self.sentiment, &pieces),
        }
    }

    /// Name and hash: `NAME@` and the first eight hexadecimal digits of the blake3 hash of the weights file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the model is and how it came to be.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The model card, in Markdown, written from [`info`](Self::info) alone.
    #[must_use]
    pub fn card(&self) -> String {
        card::render(&self.info, &self.id)
    }

    pub(super) fn encoder(&self) -> &dyn Encoder {
        self.encoder.as_ref()
    }

    pub(super) fn heads(&self) -> [(&'static str, &Head); 2] {
        [("stance", &self.stance), ("sentiment", &self.sentiment)]
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("id", &self.id).field("info", &self.info).finish_non_exhaustive()
    }
}

/// What the folder keeps of an encoder.
pub(super) fn encoder_parts(encoder: &dyn Encoder) -> Result<EncoderParts, ModelError> {
    encoder.parts().map_err(|source| ModelError::Encoder { file: folder::DESCRIPTION.to_owned(), source })
}
