//! How good the answers are when the model may abstain where it is least sure.

use super::ties::share_ties;
use crate::evaluation::{Predictions, top};

/// Errors left as ever less sure rows are answered; see [`risk_coverage`].
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// For k = 1, 2, … rows answered, surest first: the number of errors among them. Rows of equal
    /// confidence share their errors evenly, which is the mean over all orders they could come in, so
    /// the counts need not be whole.
    pub errors: Vec<f64>,
}

/// Answers the rows in the order of their top probability and counts the errors.
#[must_use]
pub fn risk_coverage<const K: usize>(predictions: &Predictions<'_, K>) -> RiskCoverage {
    let mut pairs: Vec<(f64, f64)> = predictions
        .iter()
        .map(|(gold, probabilities)| {
            let (class, confidence) = top(probabilities);
            (-confidence, f64::from(u8::from(class != gold)))
        })
        .collect();
    share_ties(&mut pairs);
    let errors = pairs.iter().scan(0.0, |sum, (_, error)| {
        *sum += error;
        Some(*sum)
    });
    RiskCoverage { errors: errors.collect() }
}

impl RiskCoverage {
    /// Area under the risk-coverage curve: mean over k of the error rate among the k surest rows; in
    /// [0, 1], lower is better.
    ///
    /// Geifman, Uziel and El-Yaniv 2019, "Bias-reduced uncertainty estimation for deep neural
    /// classifiers", ICLR, arXiv:1805.08206.
    #[must_use]
    pub fn aurc(&self) -> f64 {
        self.mean(|k, errors| errors / k as f64)
    }

    /// Excess area: [`aurc`](Self::aurc) less what the same errors would give if they came last.
    /// Geifman et al. 2019, as above.
    #[must_use]
    pub fn excess_aurc(&self) -> f64 {
        let rows = self.errors.len();
        let wrong = self.errors.last().copied().unwrap_or(0.0);
        let right = rows as f64 - wrong;
        self.aurc() - self.mean(|k, _| (k as f64 - right).max(0.0) / k as f64)
    }

    /// Area under the generalised risk-coverage curve: mean over k of the errors among the k surest
    /// rows as a share of all rows; in [0, 1], lower is better.
    ///
    /// Traub et al. 2024, "Overcoming common flaws in the evaluation of selective classification
    /// systems", NeurIPS, arXiv:2407.01032.
    #[must_use]
    pub fn augrc(&self) -> f64 {
        self.mean(|_, errors| errors / self.errors.len() as f64)
    }

    fn mean(&self, term: impl Fn(usize, f64) -> f64) -> f64 {
        let sum: f64 = self.errors.iter().enumerate().map(|(index, &errors)| term(index + 1, errors)).sum();
        sum / self.errors.len().max(1) as f64
    }
}

/// The least confidence from which on at least `precision` of the rows are right, the number of those rows
/// and of the right ones among them: the largest coverage that reaches it. `rows` are pairs of a confidence
/// and whether the row is right, surest first; rows of equal confidence are answered together. `None`
/// where no confidence reaches it.
///
/// Selective classification with a guaranteed error: Geifman and El-Yaniv 2017, NeurIPS, arXiv:1705.08500
/// (there with a bound; here the share on the rows at hand).
#[must_use]
pub fn precision_threshold(rows: &[(f64, bool)], precision: f64) -> Option<(f64, u64, u64)> {
    let (mut answered, mut right) = (0_u64, 0_u64);
    let mut best = None;
    for tied in rows.chunk_by(|one, other| one.0 == other.0) {
        answered += tied.len() as u64;
        right += tied.iter().filter(|row| row.1).count() as u64;
        if right as f64 >= precision * answered as f64 {
            best = tied.first().map(|row| (row.0, answered, right));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(gold: &[usize], confidences: &[f64]) -> RiskCoverage {
        let rows: Vec<[f64; 2]> = confidences.iter().map(|&first| [first, 1.0 - first]).collect();
        risk_coverage(&Predictions::new(gold, &rows).unwrap())
    }

    #[test]
    fn errors_that_come_last_leave_no_excess() {
        let best = curve(&[0, 0, 1], &[0.9, 0.8, 0.7]);
        assert_eq!(best.errors, [0.0, 0.0, 1.0]);
        assert_eq!(best.aurc(), 1.0 / 9.0);
        assert_eq!(best.excess_aurc(), 0.0);
        assert_eq!(best.augrc(), 1.0 / 9.0);
    }

    #[test]
    fn errors_that_come_first_cost_most() {
        let worst = curve(&[1, 0], &[0.9, 0.8]);
        assert_eq!(worst.aurc(), 0.75);
        assert_eq!(worst.excess_aurc(), 0.5);
        assert_eq!(worst.augrc(), 0.5);
    }

    #[test]
    fn thresholds_reach_the_wanted_precision() {
        let rows = [(0.9, true), (0.8, false), (0.8, true), (0.7, true), (0.6, false)];
        assert_eq!(precision_threshold(&rows, 0.75), Some((0.7, 4, 3)));
        assert_eq!(precision_threshold(&rows, 0.9), Some((0.9, 1, 1)));
        assert_eq!(precision_threshold(&rows, 0.1), Some((0.6, 5, 3)));
        assert_eq!(precision_threshold(&rows[4..], 0.5), None);
        assert_eq!(precision_threshold(&[], 0.5), None);
    }

    #[test]
    fn ties_share_their_errors() {
        assert_eq!(curve(&[0, 1], &[0.75, 0.75]).errors, [0.5, 1.0]);
        assert_eq!(curve(&[1, 0], &[0.75, 0.75]).errors, [0.5, 1.0]);
    }
}
