//! Whether two models differ on the same rows.

use serde::Serialize;

use crate::evaluation::EvaluationError;

/// McNemar's test of whether two models err equally often on the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct McNemar {
    /// Rows that only the first model gets right.
    pub only_first: u64,
    /// Rows that only the second model gets right.
    pub only_second: u64,
    /// Two-sided p-value of the exact binomial test.
    pub exact: f64,
    /// Two-sided mid-p value, which counts half of the observed table; less conservative.
    pub mid_p: f64,
    /// Edwards's χ² with continuity correction, `(|b − c| − 1)² / (b + c)`; 0 where the two never differ.
    pub chi_squared: f64,
}

/// Compares two columns of predictions with the gold labels, row by row.
///
/// # Errors
/// Where a column of predictions is longer or shorter than the gold labels.
pub fn mcnemar(gold: &[usize], first: &[usize], second: &[usize]) -> Result<McNemar, EvaluationError> {
    for column in [first, second] {
        if column.len() != gold.len() {
            return Err(EvaluationError::LengthMismatch {
                column: "predictions",
                expected: gold.len(),
                found: column.len(),
            });
        }
    }
    let (mut only_first, mut only_second) = (0, 0);
    for ((truth, one), two) in gold.iter().zip(first).zip(second) {
        only_first += u64::from(one == truth && two != truth);
        only_second += u64::from(one != truth && two == truth);
    }
    Ok(mcnemar_counts(only_first, only_second))
}

/// The test from the numbers of rows that only one of the two models gets right.
///
/// With n such rows, the smaller number m and X ~ Bin(n, ½): exact p = 2·P(X ≤ m), at most 1; mid-p =
/// 2·P(X < m) + P(X = m). McNemar 1947, "Note on the sampling error of the difference between
/// correlated proportions or percentages", Psychometrika 12:153–157, doi:10.1007/BF02295996; mid-p:
/// Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91,
/// doi:10.1186/1471-2288-13-91; χ²: Edwards 1948, Psychometrika 13:185–187, doi:10.1007/BF02289261.
#[must_use]
pub fn mcnemar_counts(only_first: u64, only_second: u64) -> McNemar {
    let smaller = only_first.min(only_second);
    let rows = (only_first + only_second) as f64;
    // P(X = m) by its logarithm, then downwards by the ratio of neighbours.
    let mut log_choose = 0.0;
    for i in 1..=smaller {
        log_choose += ((rows - smaller as f64 + i as f64) / i as f64).ln();
    }
    let here = (log_choose - rows * std::f64::consts::LN_2).exp();
    let (mut below, mut term) = (0.0, here);
    for k in (1..=smaller).rev() {
        term *= k as f64 / (rows - k as f64 + 1.0);
        below += term;
    }
    McNemar {
        only_first,
        only_second,
        exact: (2.0 * (below + here)).min(1.0),
        mid_p: (2.0 * below + here).min(1.0),
        chi_squared: if only_first == only_second {
            0.0
        } else {
            (only_first.abs_diff(only_second) as f64 - 1.0).powi(2) / rows
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_tables_by_hand() {
        let check = |b, c, exact: f64, mid_p: f64| {
            let test = mcnemar_counts(b, c);
            assert!((test.exact - exact).abs() < 1e-12 && (test.mid_p - mid_p).abs() < 1e-12, "{test:?}");
        };
        check(0, 0, 1.0, 1.0);
        check(0, 1, 1.0, 0.5);
        check(0, 5, 2.0 / 32.0, 1.0 / 32.0);
        check(5, 0, 2.0 / 32.0, 1.0 / 32.0);
        check(1, 4, 12.0 / 32.0, 7.0 / 32.0);
        check(3, 3, 1.0, 1.0);
    }

    #[test]
    fn rows_are_paired() {
        let test = mcnemar(&[0, 1, 2, 0], &[0, 1, 0, 1], &[0, 0, 2, 1]).unwrap();
        assert_eq!((test.only_first, test.only_second), (1, 1));
        assert!(mcnemar(&[0], &[0], &[]).is_err());
    }

    #[test]
    fn large_tables_stay_probabilities() {
        let test = mcnemar_counts(40_000, 60_000);
        assert!((0.0..1e-6).contains(&test.exact));
        let even = mcnemar_counts(50_000, 50_000);
        assert_eq!(even.exact, 1.0);
        assert!((even.mid_p - 1.0).abs() < 1e-6);
    }
}
