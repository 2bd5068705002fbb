//! Confidences below which a model had better not answer.

use crate::model::AbstentionLevel;

use super::calibrate::rounded;
use super::figures::{HeldOut, most_probable};

/// Accuracies that a confidence is sought for.
const ACCURACIES: [f64; 9] = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// The normal quantile of a one-sided 95% bound.
const QUANTILE: f64 = 1.644_853_626_951_472_2;

/// For each accuracy that can be had the least confidence that gives it: among the rows at least as confident, the lower
/// 95% bound of the share that is right reaches the accuracy. The more rows answer the better, so of several such
/// confidences the lowest is taken (Geifman and El-Yaniv, *Selective Classification for Deep Neural Networks*, NeurIPS 2017,
/// with Wilson's bound in the place of the binomial tail). Rows of a group count as independent, which flatters a little.
///
/// The rows must be none that the model was fitted to.
pub(super) fn levels(rows: &[HeldOut<'_>]) -> Vec<AbstentionLevel> {
    let answer = |row: &HeldOut<'_>| {
        let (label, confidence) = most_probable(row.probabilities);
        (confidence, label == row.target)
    };
    let mut answers: Vec<(f64, bool)> = rows.iter().map(answer).collect();
    answers.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut found: [Option<AbstentionLevel>; ACCURACIES.len()] = [None; ACCURACIES.len()];
    let (mut answered, mut right) = (0_usize, 0_usize);
    for equals in answers.chunk_by(|one, next| one.0 == next.0) {
        answered += equals.len();
        right += equals.iter().filter(|answer| answer.1).count();
        let bound = lower_bound(right as f64, answered as f64);
        let Some(&(confidence, _)) = equals.first() else { continue };
        for (accuracy, level) in ACCURACIES.into_iter().zip(&mut found) {
            if bound >= accuracy {
                *level = Some(AbstentionLevel {
                    accuracy,
                    // Rounded up: a confidence in a file must not let in more than was counted.
                    confidence: (confidence * 1e6).ceil() / 1e6,
                    answered: rounded(answered as f64 / answers.len() as f64),
                });
            }
        }
    }
    found.into_iter().flatten().collect()
}

/// Wilson's lower bound of a share with `right` of `trials` (Wilson, *Probable Inference, the Law of Succession, and
/// Statistical Inference*, Journal of the American Statistical Association 22, 1927, doi:10.1080/01621459.1927.10502953).
fn lower_bound(right: f64, trials: f64) -> f64 {
    let share = right / trials;
    let square = QUANTILE * QUANTILE;
    let spread = (share * (1.0 - share) / trials + square / (4.0 * trials * trials)).sqrt();
    (share + square / (2.0 * trials) - QUANTILE * spread) / (1.0 + square / trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the class 0, right where the first probability is the largest.
    fn row(confidence: f64, right: bool) -> HeldOut<'static> {
        let rest = (1.0 - confidence) / 2.0;
        let probabilities = if right { [confidence, rest, rest] } else { [rest, confidence, rest] };
        HeldOut { target: 0, probabilities, group: "" }
    }

    #[test]
    fn the_bound_is_wilsons() {
        // scipy 1.17.1: binomtest(8, 10, alternative="greater").proportion_ci(0.95, "wilson")
        assert!((lower_bound(8.0, 10.0) - 0.540_792_8).abs() < 1e-7, "{}", lower_bound(8.0, 10.0));
        assert!(lower_bound(0.0, 5.0).abs() < 1e-12);
    }

    #[test]
    fn the_lowest_confidence_that_is_right_often_enough_is_taken() {
        // 200 sure rows, all right; 200 unsure ones, half of them right.
        let rows: Vec<HeldOut<'_>> =
            (0..400).map(|i| row(if i < 200 { 0.9 } else { 0.5 }, i < 200 || i % 2 == 0)).collect();
        let levels = levels(&rows);
        let of = |accuracy: f64| levels.iter().find(|level| level.accuracy == accuracy).copied().unwrap();
        assert_eq!((of(0.95).confidence, of(0.95).answered), (0.9, 0.5));
        // 300 of 400 are right, with a lower bound of 0.71.
        assert_eq!((of(0.7).confidence, of(0.7).answered), (0.5, 1.0));
        assert_eq!(of(0.75).confidence, 0.9);
        assert!(levels.is_sorted_by(|one, next| one.confidence <= next.confidence));
    }

    #[test]
    fn what_cannot_be_had_is_left_out() {
        assert!(levels(&[]).is_empty());
        let rows: Vec<HeldOut<'_>> = (0..300).map(|i| row(0.6, i % 3 == 0)).collect();
        assert!(levels(&rows).is_empty());
        // Five rows prove little, even if all are right.
        let rows: Vec<HeldOut<'_>> = (0..5).map(|_| row(0.99, true)).collect();
        assert!(levels(&rows).iter().all(|level| level.accuracy <= 0.65));
    }

    #[test]
    fn rows_of_one_confidence_stand_together() {
        let rows: Vec<HeldOut<'_>> = (0..100).map(|i| row(0.7, i < 60)).collect();
        // The first sixty alone would all be right.
        assert!(levels(&rows).is_empty());
    }
}
