use serde::Serialize;

use super::bootstrap::Units;
use super::measures::comparison::{McNemar, mcnemar};
use super::question::{Row, Sums};
use super::{BootstrapOptions, Estimate, EvaluationError, Predictions};

/// Two models on the same rows of one question. Differences are the first model less the second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonReport {
    /// Difference of the accuracies; positive where the first is better.
    pub accuracy: Difference,
    /// Difference of the macro-F1s; positive where the first is better.
    pub macro_f1: Difference,
    /// Difference of the log losses; negative where the first is better.
    pub log_loss: Difference,
    /// McNemar's test on the rows that only one of the two gets right; it takes the rows as independent.
    pub mcnemar: McNemar,
}

/// A difference between two models with the interval of a paired bootstrap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The difference and its interval.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// Two-sided p-value: twice the share of resamples on the rarer side of zero, counting the sample
    /// itself on both sides, at most 1 (Davison and Hinkley 1997, "Bootstrap methods and their
    /// application", section 4.4, doi:10.1017/CBO9780511802843).
    pub p: f64,
}

/// What both models say of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    first: Row,
    second: Row,
}

#[derive(Clone, Debug, Default)]
struct PairSums<const K: usize> {
    first: Sums<K>,
    second: Sums<K>,
}

/// Compares the probabilities of two models for the same rows: each resample draws the same rows (or
/// clusters, as for [`evaluate`](super::evaluate())) for both. The intervals are percentile intervals.
///
/// # Errors
/// As for [`evaluate`](super::evaluate()), for either model.
pub fn compare<const K: usize>(
    gold: &[usize],
    first: &[[f64; K]],
    second: &[[f64; K]],
    clusters: Option<&[usize]>,
    options: &BootstrapOptions,
) -> Result<ComparisonReport, EvaluationError> {
    options.check()?;
    let (one, two) = (Predictions::new(gold, first)?, Predictions::new(gold, second)?);
    let labels = |predictions: &Predictions<'_, K>| -> Vec<usize> {
        predictions.iter().map(|(_, row)| super::top(row).0).collect()
    };
    let mcnemar = mcnemar(gold, &labels(&one), &labels(&two))?;
    let pairs = one.iter().zip(two.iter()).map(|((gold, first), (_, second))| Pair {
        first: Row::new(gold, first),
        second: Row::new(gold, second),
    });
    let pairs: Vec<Pair> = pairs.collect();
    let units = match clusters {
        Some(clusters) => Units::of_clusters(pairs, clusters)?,
        None => Units::of_rows(pairs),
    };
    let add = |sums: &mut PairSums<K>, pair: &Pair| {
        sums.first.add(&pair.first);
        sums.second.add(&pair.second);
    };
    let measure = |sums: &PairSums<K>| {
        let (first, second) = (sums.first.values(), sums.second.values());
        [first.accuracy - second.accuracy, first.macro_f1 - second.macro_f1, first.log_loss - second.log_loss]
    };
    let mut sums = PairSums::default();
    units.rows().iter().for_each(|pair| add(&mut sums, pair));
    let values = measure(&sums);
    let resampled = units.resample(options, add, measure);
    let difference = |figure: usize| {
        let values_of: Vec<f64> = resampled.iter().map(|values| values[figure]).collect();
        let not_above = values_of.iter().filter(|&&value| value <= 0.0).count();
        let not_below = values_of.iter().filter(|&&value| value >= 0.0).count();
        let rarer = not_above.min(not_below) as f64;
        let p = (2.0 * (rarer + 1.0) / (values_of.len() as f64 + 1.0)).min(1.0);
        Difference { estimate: Estimate::percentile(values[figure], values_of, options.level), p }
    };
    Ok(ComparisonReport {
        accuracy: difference(0),
        macro_f1: difference(1),
        log_loss: difference(2),
        mcnemar,
    })
}

impl ComparisonReport {
    /// The differences with their names in prose.
    #[must_use]
    pub const fn differences(&self) -> [(&'static str, Difference); 3] {
        [("accuracy", self.accuracy), ("macro-F1", self.macro_f1), ("log loss", self.log_loss)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(right: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<[f64; 3]>) {
        let gold: Vec<usize> = (0..120).map(|row| row % 3).collect();
        let rows = gold.iter().enumerate().map(|(row, &class)| {
            let mut probabilities = [0.1; 3];
            probabilities[if right(row) { class } else { (class + 1) % 3 }] = 0.8;
            probabilities
        });
        (gold.clone(), rows.collect())
    }

    #[test]
    fn a_model_equals_itself() {
        let (gold, rows) = rows(|row| row % 4 > 0);
        let report = compare(&gold, &rows, &rows, None, &BootstrapOptions::default()).unwrap();
        for (name, difference) in report.differences() {
            let Difference { estimate, p } = difference;
            assert_eq!((estimate.value, estimate.low, estimate.high, p), (0.0, 0.0, 0.0, 1.0), "{name}");
        }
        assert_eq!(report.mcnemar.exact, 1.0);
    }

    #[test]
    fn a_clear_difference_is_told_and_changes_sign_with_the_order() {
        let ((gold, good), (_, bad)) = (rows(|row| row % 10 > 0), rows(|row| row % 2 > 0));
        let options = BootstrapOptions::default();
        let report = compare(&gold, &good, &bad, None, &options).unwrap();
        assert!((report.accuracy.estimate.value - 0.4).abs() < 1e-12);
        assert!(report.accuracy.estimate.low > 0.25 && report.accuracy.p < 0.01, "{report:?}");
        assert!(report.log_loss.estimate.high < 0.0);
        assert_eq!((report.mcnemar.only_first, report.mcnemar.only_second), (48, 0));
        let turned = compare(&gold, &bad, &good, None, &options).unwrap();
        assert_eq!(turned.accuracy.estimate.value, -report.accuracy.estimate.value);
        assert!(compare(&gold, &good, &bad[1..], None, &options).is_err());
    }
}
