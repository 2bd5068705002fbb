//! A model that hands the quotes that it is not sure of to another.

use rustc_hash::FxHashMap;

use crate::types::{QuoteInContext, Scores, Span};

use super::{AgreementLevel, Model, ModelError};

/// The model that answers where the first is not sure, and when that is.
pub(super) struct Second {
    pub(super) model: Model,
    level: AgreementLevel,
    /// The id of the first model, without the second's.
    pub(super) first: String,
}

impl Model {
    /// The model with `other` behind it: a quote whose stance or sentiment this model is not sure enough of is answered
    /// by the other. Sure enough are the confidences at which, among rows that this model was not fitted to, at least
    /// `agreement` of all answers, for stance and for sentiment, were the labels that the other gives.
    ///
    /// # Errors
    /// Where this model was not distilled from `other`, or its folder knows no such level.
    pub fn deferring_to(mut self, other: Self, agreement: f64) -> Result<Self, ModelError> {
        let unfit = |reason: String| Err(ModelError::Deferral { model: self.id().to_owned(), reason });
        let Some(distilled) = &self.info().training.distilled else {
            return unfit("it was not distilled from another model".to_owned());
        };
        if distilled.teacher != other.id() {
            return unfit(format!(
                "it was distilled from {}, and not from {}",
                distilled.teacher,
                other.id()
            ));
        }
        let levels = &distilled.agreement;
        let level = levels
            .iter()
            .filter(|level| level.agreement >= agreement)
            .min_by(|one, next| one.agreement.total_cmp(&next.agreement));
        let Some(&level) = level else {
            let largest = levels.iter().map(|level| level.agreement).fold(0.0, f64::max);
            return unfit(format!("the largest agreement that it knows a confidence for is {largest}"));
        };
        let first = self.id().to_owned();
        self.set_second(Second { level, first, model: other });
        Ok(self)
    }
}

impl Second {
    /// Whether the first model's answer stands.
    pub(super) fn is_sure(&self, scores: &Scores) -> bool {
        let largest = |probabilities: [f64; 3]| probabilities.into_iter().fold(0.0, f64::max);
        largest(scores.stance) >= self.level.stance && largest(scores.sentiment) >= self.level.sentiment
    }

    /// The answers of the second model for some of the quotes; those that are the same are read once.
    pub(super) fn answers<T: Copy>(
        &self,
        quotes: &[QuoteInContext],
        rows: &[usize],
        score: impl FnOnce(&Model, &[QuoteInContext]) -> Vec<T>,
    ) -> Vec<(usize, T)> {
        let mut places: FxHashMap<(&str, &[Span]), usize> = FxHashMap::default();
        let mut unique: Vec<QuoteInContext> = Vec::new();
        let mut wanted = Vec::with_capacity(rows.len());
        for &row in rows {
            let Some(quote) = quotes.get(row) else { continue };
            let place = *places.entry((&quote.context, &quote.spans)).or_insert(unique.len());
            if place == unique.len() {
                unique.push(quote.clone());
            }
            wanted.push((row, place));
        }
        let scored = score(&self.model, &unique);
        wanted.into_iter().filter_map(|(row, place)| Some((row, *scored.get(place)?))).collect()
    }
}
