use crate::model::DataSummary;

use super::labelled::{LabelledExample, LabelledRows, LabelledSet, RowsHasher};
use super::read::DataErrors;
use super::split::GroupSplits;

/// How rows without a register are counted.
pub(super) const UNKNOWN: &str = "unknown";

/// What one pass over labelled rows tells. It grows with the number of groups, by some twenty bytes each, not with the
/// rows' text.
pub(super) struct Survey {
    /// Which rows are fitted.
    pub(super) splits: GroupSplits,
    hasher: RowsHasher,
    counts: DataSummary,
}

impl Survey {
    /// No rows yet.
    fn new(seed: u64) -> Self {
        Self { splits: GroupSplits::new(seed), hasher: RowsHasher::default(), counts: DataSummary::default() }
    }

    /// Goes through all rows once.
    ///
    /// # Errors
    /// Where the rows cannot be read.
    pub(super) fn of(rows: &(impl LabelledRows + ?Sized), seed: u64) -> Result<Self, DataErrors> {
        let mut survey = Self::new(seed);
        rows.each(&mut |example| survey.add(example))?;
        Ok(survey)
    }

    /// Goes through the rows of a set.
    pub(super) fn of_set(set: &LabelledSet, seed: u64) -> Self {
        let mut survey = Self::new(seed);
        set.examples.iter().for_each(|example| survey.add(example));
        survey
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.counts.rows
    }

    /// The hash of the rows ([`LabelledSet::hash`]).
    pub(super) fn hash(&self) -> String {
        self.hasher.finish()
    }

    /// The summary for the model card, with the number of rows fitted and held out.
    pub(super) fn summary(&self, fitted: usize, validation: usize) -> DataSummary {
        DataSummary {
            hash: self.hash(),
            groups: self.splits.len(),
            fitted,
            validation,
            ..self.counts.clone()
        }
    }

    fn add(&mut self, example: &LabelledExample) {
        self.splits.add(example);
        self.hasher.add(example);
        let counts = &mut self.counts;
        let quoted: usize = example.quote.spans.iter().map(|span| span.len()).sum();
        counts.rows += 1;
        counts.with_context += usize::from(quoted < example.quote.context.len());
        *counts.stance.entry(example.stance.name().to_owned()).or_default() += 1;
        if let Some(sentiment) = example.sentiment {
            *counts.sentiment.entry(sentiment.name().to_owned()).or_default() += 1;
        }
        let register = example.register.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        *counts.register.entry(register).or_default() += 1;
    }
}
