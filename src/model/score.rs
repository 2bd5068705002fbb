use std::fmt;

use crate::encode::{Encoder, EncoderParts};
use crate::types::{QuoteInContext, Scores};

use super::info::MAGIC;
use super::second::Second;
use super::table::Table;
use super::{
    AbstentionLevel, Account, Calibration, EncoderInfo, Explanation, FORMAT, Head, HeadReport, LabelOrder,
    ModelError, ModelInfo, TrainReport, card, explain, folder, occlusion, softmax,
};

/// An encoder and two heads: scores quotes in context.
pub struct Model {
    encoder: Box<dyn Encoder>,
    stance: Head,
    sentiment: Head,
    info: ModelInfo,
    id: String,
    table: Option<Table>,
    second: Option<Box<Second>>,
}

/// What a model makes of a quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Calibrated probabilities.
    pub scores: Scores,
    /// Whether the model behind the first one gave them ([`Model::deferring_to`]).
    pub deferred: bool,
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
        let table = Table::of(encoder.as_ref(), &stance, &sentiment);
        let mut model = Self { encoder, stance, sentiment, info, id: String::new(), table, second: None };
        let files = folder::files(&model, &kept)?;
        model.info.files = files.iter().map(|(name, bytes)| (name.clone(), folder::hash(bytes))).collect();
        model.id = folder::id_of(&model.info);
        let card = model.card();
        model.info.files.insert(folder::CARD.to_owned(), folder::hash(card.as_bytes()));
        Ok(model)
    }

    /// A model from a folder that was read.
    pub(super) fn loaded(info: ModelInfo, encoder: Box<dyn Encoder>, stance: Head, sentiment: Head) -> Self {
        let id = folder::id_of(&info);
        let table = Table::of(encoder.as_ref(), &stance, &sentiment);
        Self { encoder, stance, sentiment, info, id, table, second: None }
    }

    /// Calibrated probabilities of each quote, in order. A batch gives the same as its quotes one by one.
    #[must_use]
    pub fn score(&self, quotes: &[QuoteInContext]) -> Vec<Scores> {
        self.answers(quotes).into_iter().map(|answer| answer.scores).collect()
    }

    /// As [`score`](Self::score), with which model answered.
    #[must_use]
    pub fn answers(&self, quotes: &[QuoteInContext]) -> Vec<Answer> {
        let logits = self.logits(quotes);
        let scores = logits.into_iter().map(|logits| self.calibrated(logits));
        let mut answers: Vec<Answer> = scores.map(|scores| Answer { scores, deferred: false }).collect();
        if let Some(second) = &self.second {
            let unsure = |(_, answer): &(usize, &Answer)| !second.is_sure(&answer.scores);
            let rows: Vec<usize> = answers.iter().enumerate().filter(unsure).map(|(row, _)| row).collect();
            for (row, scores) in second.answers(quotes, &rows, |model, quotes| model.score(quotes)) {
                if let Some(answer) = answers.get_mut(row) {
                    *answer = Answer { scores, deferred: true };
                }
            }
        }
        answers
    }

    /// Whether many quotes are scored in less time together than one by one: where it adds up the entries of
    /// a table, they are not.
    #[must_use]
    pub const fn gains_from_batches(&self) -> bool {
        self.table.is_none() || self.second.is_some()
    }

    /// The id of the model that gave an answer.
    #[must_use]
    pub fn id_of(&self, answer: &Answer) -> &str {
        match &self.second {
            Some(second) if answer.deferred => second.model.id(),
            Some(second) => &second.first,
            None => &self.id,
        }
    }

    /// The logits of both questions for each quote.
    fn logits(&self, quotes: &[QuoteInContext]) -> Vec<[[f64; 3]; 2]> {
        if let Some(table) = &self.table {
            let mut logits = table.logits(self.encoder.as_ref(), quotes);
            for (logits, head) in
                logits.iter_mut().flat_map(|row| row.iter_mut().zip([&self.stance, &self.sentiment]))
            {
                for (logit, intercept) in logits.iter_mut().zip(head.intercept()) {
                    *logit += intercept;
                }
            }
            return logits;
        }
        let features = self.encoder.encode(quotes);
        let of = |head: &Head, columns: &[u32], values: &[f32]| head.logits(columns, values);
        let rows = features.iter();
        rows.map(|(columns, values)| {
            [of(&self.stance, columns, values), of(&self.sentiment, columns, values)]
        })
        .collect()
    }

    fn calibrated(&self, [stance, sentiment]: [[f64; 3]; 2]) -> Scores {
        Scores { stance: self.stance.calibrated(stance), sentiment: self.sentiment.calibrated(sentiment) }
    }

    /// For each quote its calibrated probabilities, as [`score`](Self::score) gives them, and those before
    /// calibration.
    #[must_use]
    pub fn score_with_uncalibrated(&self, quotes: &[QuoteInContext]) -> Vec<(Scores, Scores)> {
        let logits = self.logits(quotes).into_iter();
        let mut scores: Vec<(Scores, Scores)> = logits
            .map(|[stance, sentiment]| {
                let before = Scores { stance: softmax(stance), sentiment: softmax(sentiment) };
                (self.calibrated([stance, sentiment]), before)
            })
            .collect();
        if let Some(second) = &self.second {
            let unsure = |(_, (scores, _)): &(usize, &(Scores, Scores))| !second.is_sure(scores);
            let rows: Vec<usize> = scores.iter().enumerate().filter(unsure).map(|(row, _)| row).collect();
            let of_second = |model: &Self, quotes: &[QuoteInContext]| model.score_with_uncalibrated(quotes);
            for (row, own) in second.answers(quotes, &rows, of_second) {
                if let Some(place) = scores.get_mut(row) {
                    *place = own;
                }
            }
        }
        scores
    }

    /// Why a quote got its scores: see [`Explanation`]. Where the encoder cannot split its rows over the
    /// words, they are left out one by one, which encodes the quote once for each.
    #[must_use]
    pub fn explain(&self, quote: &QuoteInContext) -> Explanation {
        if let Some(second) = &self.second
            && self
                .logits(std::slice::from_ref(quote))
                .into_iter()
                .any(|logits| !second.is_sure(&self.calibrated(logits)))
        {
            return second.model.explain(quote);
        }
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

    /// Name and hash: `NAME@` and the first eight hexadecimal digits of the blake3 hash of all that its scores depend on,
    /// its files, settings and calibration; with another model behind it, both ids with a `+` between them.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The least probabilities, of stance and of sentiment, with which the most probable label was right in at least
    /// `accuracy` of the rows that the model was not fitted to (the lower 95% bound of the share). Real quotes are harder
    /// than those. With another model behind this one, the larger of both for each question.
    ///
    /// # Errors
    /// Where no confidence gives the accuracy, or the folder knows none.
    pub fn least_confidence(&self, accuracy: f64) -> Result<[f64; 2], ModelError> {
        let least = |(question, report): (&'static str, &HeadReport)| {
            let reaches = |level: &&AbstentionLevel| level.accuracy >= accuracy;
            let level = report.abstention.iter().find(reaches).ok_or_else(|| ModelError::Abstention {
                model: self.id.clone(),
                question,
                largest: report.abstention.last().map(|level| level.accuracy),
            })?;
            Ok(level.confidence)
        };
        let training = &self.info.training;
        let own = [least(("stance", &training.stance))?, least(("sentiment", &training.sentiment))?];
        let Some(second) = &self.second else { return Ok(own) };
        let [stance, sentiment] = second.model.least_confidence(accuracy)?;
        Ok([own[0].max(stance), own[1].max(sentiment)])
    }

    /// What the model is and how it came to be.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// What a model folder keeps of the encoder.
    ///
    /// # Errors
    /// Where the encoder cannot be written out.
    pub fn encoder_parts(&self) -> Result<EncoderParts, ModelError> {
        encoder_parts(self.encoder())
    }

    pub(super) fn set_second(&mut self, second: Second) {
        self.id = format!("{}+{}", second.first, second.model.id());
        self.second = Some(Box::new(second));
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
