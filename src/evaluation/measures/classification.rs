//! Measures on predicted labels.

use super::confusion::Confusion;

/// Precision, recall and F1 of one class, or an average of them; each in [0, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Share of the rows predicted as this class that are of it; 0 where none is predicted.
    pub precision: f64,
    /// Share of the rows of this class that are predicted as it; 0 where there are none.
    pub recall: f64,
    /// Harmonic mean of the two, `2TP / (2TP + FP + FN)`; 0 where the class is neither there nor
    /// predicted.
    pub f1: f64,
}

/// Share of rows whose prediction is right; 0 without rows.
#[must_use]
pub fn accuracy<const K: usize>(confusion: &Confusion<K>) -> f64 {
    ratio(confusion.hits(), confusion.total())
}

/// Mean recall of the classes that occur in the gold labels, in [0, 1]; classes that do not occur have
/// no recall and are left out, as in scikit-learn's `balanced_accuracy_score`. 0 without rows.
///
/// Brodersen et al. 2010, "The balanced accuracy and its posterior distribution", ICPR,
/// doi:10.1109/ICPR.2010.764.
#[must_use]
pub fn balanced_accuracy<const K: usize>(confusion: &Confusion<K>) -> f64 {
    let gold = confusion.gold();
    let present = gold.iter().filter(|&&count| count > 0).count();
    let recalls: f64 = (0..K).map(|class| ratio(confusion.counts()[class][class], gold[class])).sum();
    if present == 0 { 0.0 } else { recalls / present as f64 }
}

/// Precision, recall and F1 of each class.
#[must_use]
pub fn class_scores<const K: usize>(confusion: &Confusion<K>) -> [Scores; K] {
    let (gold, predicted) = (confusion.gold(), confusion.predicted());
    std::array::from_fn(|class| {
        let hits = confusion.counts()[class][class];
        Scores {
            precision: ratio(hits, predicted[class]),
            recall: ratio(hits, gold[class]),
            f1: ratio(2 * hits, gold[class] + predicted[class]),
        }
    })
}

/// Unweighted mean of the class scores over all `K` classes. Its F1 is the mean of the F1s, not the
/// F1 of mean precision and mean recall; the two differ, and papers mix them up.
///
/// Opitz and Burst 2019, "Macro F1 and Macro F1", arXiv:1911.03347.
#[must_use]
pub fn macro_average<const K: usize>(confusion: &Confusion<K>) -> Scores {
    average(&class_scores(confusion), &[1; K])
}

/// Mean of the class scores, each weighted with the number of gold rows of its class.
#[must_use]
pub fn weighted_average<const K: usize>(confusion: &Confusion<K>) -> Scores {
    average(&class_scores(confusion), &confusion.gold())
}

/// Precision, recall and F1 of the counts pooled over classes. With one label a row all three are the
/// [`accuracy`].
#[must_use]
pub fn micro_average<const K: usize>(confusion: &Confusion<K>) -> Scores {
    let share = accuracy(confusion);
    Scores { precision: share, recall: share, f1: share }
}

/// Matthews correlation coefficient for `K` classes, in [−1, 1]; 0 is what guessing gives. 0 where all
/// gold labels or all predictions are of one class, as in scikit-learn.
///
/// `(c·s − Σ tₖpₖ) / √((s² − Σ pₖ²)(s² − Σ tₖ²))` with s rows, c hits, tₖ gold and pₖ predicted rows of
/// class k: Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
/// coefficient", Computational Biology and Chemistry 28:367–374,
/// doi:10.1016/j.compbiolchem.2004.09.006.
#[must_use]
pub fn matthews_correlation<const K: usize>(confusion: &Confusion<K>) -> f64 {
    let total = confusion.total() as f64;
    let (gold, predicted) = (confusion.gold(), confusion.predicted());
    let product = |left: &[u64; K], right: &[u64; K]| -> f64 {
        left.iter().zip(right).map(|(&l, &r)| l as f64 * r as f64).sum()
    };
    let covariance = confusion.hits() as f64 * total - product(&gold, &predicted);
    let spread_gold = total * total - product(&gold, &gold);
    let spread_predicted = total * total - product(&predicted, &predicted);
    if spread_gold == 0.0 || spread_predicted == 0.0 {
        return 0.0;
    }
    (covariance / (spread_gold * spread_predicted).sqrt()).clamp(-1.0, 1.0)
}

fn average<const K: usize>(scores: &[Scores; K], weights: &[u64; K]) -> Scores {
    let total: u64 = weights.iter().sum();
    if total == 0 {
        return Scores::default();
    }
    let mean = |pick: fn(&Scores) -> f64| -> f64 {
        let sum: f64 = scores.iter().zip(weights).map(|(score, &weight)| pick(score) * weight as f64).sum();
        sum / total as f64
    };
    Scores { precision: mean(|s| s.precision), recall: mean(|s| s.recall), f1: mean(|s| s.f1) }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(gold: &[usize], predicted: &[usize]) -> Confusion<3> {
        Confusion::from_labels(gold, predicted).unwrap()
    }

    #[test]
    fn perfect_predictions_score_one() {
        let perfect = confusion(&[0, 1, 2, 2], &[0, 1, 2, 2]);
        assert_eq!(accuracy(&perfect), 1.0);
        assert_eq!(balanced_accuracy(&perfect), 1.0);
        assert_eq!(macro_average(&perfect), Scores { precision: 1.0, recall: 1.0, f1: 1.0 });
        assert_eq!(matthews_correlation(&perfect), 1.0);
    }

    #[test]
    fn macro_f1_is_the_mean_of_the_class_f1s() {
        // Class F1s 1, 1/2 and 2/3, mean 0.722; the F1 of the mean precision 5/6 and the mean recall
        // 7/9 would be 0.805.
        let uneven = confusion(&[0, 1, 1, 1, 2, 2], &[0, 1, 2, 2, 2, 2]);
        assert!((macro_average(&uneven).f1 - (1.0 + 0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn classes_that_are_absent_or_never_predicted_score_zero() {
        let lopsided = confusion(&[0, 0, 1], &[0, 0, 0]);
        let [first, never_predicted, absent] = class_scores(&lopsided);
        assert_eq!(first, Scores { precision: 2.0 / 3.0, recall: 1.0, f1: 0.8 });
        assert_eq!(never_predicted, Scores::default());
        assert_eq!(absent, Scores::default());
        assert_eq!(balanced_accuracy(&lopsided), 0.5);
        assert_eq!(matthews_correlation(&lopsided), 0.0);
    }

    #[test]
    fn no_rows_score_zero() {
        let empty = Confusion::<3>::default();
        assert_eq!(accuracy(&empty), 0.0);
        assert_eq!(balanced_accuracy(&empty), 0.0);
        assert_eq!(weighted_average(&empty), Scores::default());
        assert_eq!(matthews_correlation(&empty), 0.0);
    }

    #[test]
    fn swapped_classes_correlate_negatively() {
        let swapped = Confusion::<2>::from_labels(&[0, 0, 1, 1], &[1, 1, 0, 0]).unwrap();
        assert_eq!(matthews_correlation(&swapped), -1.0);
    }
}
