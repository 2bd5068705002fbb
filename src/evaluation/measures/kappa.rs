//! Agreement of two raters beyond chance.

use super::confusion::Confusion;

/// How much a disagreement between classes `i` and `j` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KappaWeights {
    /// Every disagreement counts 1.
    Plain,
    /// `|i − j|`: classes stand in order.
    Linear,
    /// `(i − j)²`.
    Quadratic,
}

/// Cohen's kappa, in [−1, 1]: `1 − Σ w·o / Σ w·e` with observed counts o and the counts e that the
/// margins would give by chance. `None` where chance alone gives no disagreement, that is, where both
/// raters use one and the same class throughout, or there are no rows.
///
/// Cohen 1960, "A coefficient of agreement for nominal scales", Educational and Psychological
/// Measurement 20:37–46, doi:10.1177/001316446002000104; weights: Cohen 1968, Psychological Bulletin
/// 70:213–220, doi:10.1037/h0026256.
#[must_use]
pub fn cohen_kappa<const K: usize>(confusion: &Confusion<K>, weights: KappaWeights) -> Option<f64> {
    let total = confusion.total() as f64;
    let (gold, predicted) = (confusion.gold(), confusion.predicted());
    let (mut observed, mut expected) = (0.0, 0.0);
    for (i, row) in confusion.counts().iter().enumerate() {
        for (j, &count) in row.iter().enumerate() {
            let distance = i.abs_diff(j) as f64;
            let weight = match weights {
                KappaWeights::Plain => f64::from(u8::from(i != j)),
                KappaWeights::Linear => distance,
                KappaWeights::Quadratic => distance * distance,
            };
            observed += weight * count as f64;
            expected += weight * gold[i] as f64 * predicted[j] as f64 / total;
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(gold: &[usize], predicted: &[usize], expected: Option<f64>) {
        let confusion = Confusion::<3>::from_labels(gold, predicted).unwrap();
        for weights in [KappaWeights::Plain, KappaWeights::Linear, KappaWeights::Quadratic] {
            assert_eq!(cohen_kappa(&confusion, weights), expected, "{weights:?}");
        }
    }

    #[test]
    fn full_agreement_is_one_and_chance_is_zero() {
        check(&[0, 1, 2], &[0, 1, 2], Some(1.0));
        check(&[0, 0, 1, 1], &[0, 1, 0, 1], Some(0.0));
    }

    #[test]
    fn one_class_throughout_has_no_kappa() {
        check(&[1, 1], &[1, 1], None);
        check(&[], &[], None);
    }
}
