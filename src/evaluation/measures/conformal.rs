//! Sets of labels that hold the right one with a stated probability.

use crate::evaluation::{EvaluationError, Predictions};

/// The score limit of split conformal prediction with `1 − p` of the gold class as score ("LAC"): the
/// `⌈(n + 1)·coverage⌉`-th smallest score of n calibration rows, or 1, which admits every class, where
/// there are too few rows for that.
///
/// Rows to be labelled then get the classes of [`label_set`], which hold the right one with at least
/// the stated probability, if calibration rows and new rows are exchangeable.
///
/// Sadinle, Lei and Wasserman 2019, "Least ambiguous set-valued classifiers with bounded error levels",
/// Journal of the American Statistical Association 114:223–234, doi:10.1080/01621459.2017.1395341;
/// Angelopoulos and Bates 2021, arXiv:2107.07511, section 1.
///
/// # Errors
/// Where `coverage` is not inside (0, 1).
pub fn score_limit<const K: usize>(
    calibration: &Predictions<'_, K>,
    coverage: f64,
) -> Result<f64, EvaluationError> {
    if !(coverage > 0.0 && coverage < 1.0) {
        return Err(EvaluationError::BadLevel(coverage));
    }
    let mut scores: Vec<f64> =
        calibration.iter().map(|(gold, probabilities)| 1.0 - probabilities[gold]).collect();
    scores.sort_unstable_by(f64::total_cmp);
    let rank = ((scores.len() + 1) as f64 * coverage).ceil() as usize;
    Ok(scores.get(rank.saturating_sub(1)).copied().unwrap_or(1.0))
}

/// Which classes belong to the set of a row: those with `1 − p ≤ limit`.
#[must_use]
pub fn label_set<const K: usize>(probabilities: &[f64; K], limit: f64) -> [bool; K] {
    probabilities.map(|probability| 1.0 - probability <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_an_order_statistic() {
        let gold = [0; 9];
        let rows: Vec<[f64; 2]> = (1..=9).map(|i| [f64::from(i) / 16.0, 1.0 - f64::from(i) / 16.0]).collect();
        let calibration = Predictions::new(&gold, &rows).unwrap();
        // Scores 7/16, 8/16, …, 15/16; rank ⌈10·0.5⌉ = 5.
        assert_eq!(score_limit(&calibration, 0.5), Ok(11.0 / 16.0));
        assert_eq!(score_limit(&calibration, 0.99), Ok(1.0));
        assert_eq!(score_limit(&calibration, 1.0), Err(EvaluationError::BadLevel(1.0)));
    }

    #[test]
    fn sets_hold_every_class_within_the_limit() {
        assert_eq!(label_set(&[0.5, 0.25, 0.25], 0.5), [true, false, false]);
        assert_eq!(label_set(&[0.5, 0.25, 0.25], 0.75), [true, true, true]);
        assert_eq!(label_set(&[0.5, 0.25, 0.25], 0.25), [false, false, false]);
    }
}
