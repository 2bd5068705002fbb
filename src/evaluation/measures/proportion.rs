//! Intervals for shares of independent rows.

use super::normal;
use crate::evaluation::EvaluationError;

/// Wilson's score interval for a share, `[low, high]` inside [0, 1]; all of [0, 1] without trials.
/// Holds for independent rows only: quotes of one article are not, so reports use the bootstrap over
/// articles where they can.
///
/// Wilson 1927, "Probable inference, the law of succession, and statistical inference", Journal of the
/// American Statistical Association 22:209–212, doi:10.1080/01621459.1927.10502953.
///
/// # Errors
/// Where `level` is not inside (0, 1), or there are more successes than trials.
pub fn wilson(successes: u64, trials: u64, level: f64) -> Result<[f64; 2], EvaluationError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(EvaluationError::BadLevel(level));
    }
    if successes > trials {
        return Err(EvaluationError::BadCount { successes, trials });
    }
    if trials == 0 {
        return Ok([0.0, 1.0]);
    }
    let z = normal::quantile(f64::midpoint(1.0, level));
    let (n, share) = (trials as f64, successes as f64 / trials as f64);
    let shrink = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / shrink;
    let half = z / shrink * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    // Exact at the ends, where the two terms cancel but for rounding.
    let low = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if successes == trials { 1.0 } else { (centre + half).min(1.0) };
    Ok([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_stay_inside_the_unit_interval() {
        let z = 1.959_963_984_540_054_f64;
        let [low, high] = wilson(0, 10, 0.95).unwrap();
        assert_eq!(low, 0.0);
        assert!((high - z * z / (10.0 + z * z)).abs() < 1e-12);
        assert_eq!(wilson(10, 10, 0.95).unwrap()[1], 1.0);
        assert_eq!(wilson(0, 0, 0.95).unwrap(), [0.0, 1.0]);
    }

    #[test]
    fn bad_input_is_named() {
        assert_eq!(wilson(1, 2, 1.0), Err(EvaluationError::BadLevel(1.0)));
        assert!(matches!(wilson(1, 2, f64::NAN), Err(EvaluationError::BadLevel(_))));
        assert_eq!(wilson(3, 2, 0.9), Err(EvaluationError::BadCount { successes: 3, trials: 2 }));
    }
}
