//! Counts of gold against predicted classes.

use crate::evaluation::{EvaluationError, Predictions, top};

/// How often each class was predicted for each gold class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusion<const K: usize> {
    counts: [[u64; K]; K],
}

impl<const K: usize> Default for Confusion<K> {
    fn default() -> Self {
        Self { counts: [[0; K]; K] }
    }
}

impl<const K: usize> Confusion<K> {
    /// Counts pairs of gold and predicted classes, both in `0..K`.
    ///
    /// # Errors
    /// Where the columns differ in length, or a class is out of range.
    pub fn from_labels(gold: &[usize], predicted: &[usize]) -> Result<Self, EvaluationError> {
        if gold.len() != predicted.len() {
            return Err(EvaluationError::LengthMismatch {
                column: "predictions",
                expected: gold.len(),
                found: predicted.len(),
            });
        }
        let mut counts = [[0; K]; K];
        for (index, (&truth, &guess)) in gold.iter().zip(predicted).enumerate() {
            let class = if truth < K { guess } else { truth };
            *counts
                .get_mut(truth)
                .and_then(|row| row.get_mut(guess))
                .ok_or(EvaluationError::UnknownClass { row: index + 1, class, classes: K })? += 1;
        }
        Ok(Self { counts })
    }

    /// Counts gold classes against the most probable ones.
    #[must_use]
    pub fn from_predictions(predictions: &Predictions<'_, K>) -> Self {
        let mut confusion = Self::default();
        for (gold, probabilities) in predictions.iter() {
            confusion.add(gold, top(probabilities).0);
        }
        confusion
    }

    /// Counts one more row. Classes outside `0..K` are not counted.
    pub fn add(&mut self, gold: usize, predicted: usize) {
        if let Some(cell) = self.counts.get_mut(gold).and_then(|row| row.get_mut(predicted)) {
            *cell += 1;
        }
    }

    /// Takes a row out again that was counted.
    pub fn remove(&mut self, gold: usize, predicted: usize) {
        if let Some(cell) = self.counts.get_mut(gold).and_then(|row| row.get_mut(predicted)) {
            *cell = cell.saturating_sub(1);
        }
    }

    /// The counts: rows are gold classes, columns predicted ones.
    #[must_use]
    pub const fn counts(&self) -> &[[u64; K]; K] {
        &self.counts
    }

    /// Number of rows that were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// Number of rows whose prediction is right.
    #[must_use]
    pub fn hits(&self) -> u64 {
        (0..K).map(|class| self.counts[class][class]).sum()
    }

    /// Number of rows of each gold class.
    #[must_use]
    pub fn gold(&self) -> [u64; K] {
        self.counts.map(|row| row.iter().sum())
    }

    /// Number of rows of each predicted class.
    #[must_use]
    pub fn predicted(&self) -> [u64; K] {
        std::array::from_fn(|class| self.counts.iter().map(|row| row[class]).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_gold_and_columns_predicted() {
        let confusion = Confusion::<3>::from_labels(&[0, 0, 1, 2], &[0, 1, 1, 0]).unwrap();
        assert_eq!(confusion.counts(), &[[1, 1, 0], [0, 1, 0], [1, 0, 0]]);
        assert_eq!(confusion.gold(), [2, 1, 1]);
        assert_eq!(confusion.predicted(), [2, 2, 0]);
        assert_eq!((confusion.total(), confusion.hits()), (4, 2));
    }

    #[test]
    fn bad_labels_are_named() {
        let check = |gold: &[usize], predicted: &[usize], expected: &str| {
            let error = Confusion::<2>::from_labels(gold, predicted).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        };
        check(&[0], &[0, 1], "2 predictions for 1 gold labels");
        check(&[0, 2], &[0, 1], "row 2: class 2 is out of range; classes are numbered 0 to 1");
        check(&[0, 1], &[5, 1], "row 1: class 5 is out of range");
    }
}
