//! Proper scoring rules: measures on whole probability distributions.

use crate::evaluation::Predictions;

/// Mean negative natural logarithm of the probability given to the gold class; 0 is perfect, ln K is
/// what even guessing gives. Probabilities are clipped to [ε, 1 − ε] with ε = 2⁻⁵², as in
/// scikit-learn's `log_loss`, so that one confident mistake costs 36.04 and not infinity.
///
/// Good 1952, "Rational decisions", Journal of the Royal Statistical Society B 14:107–114,
/// doi:10.1111/j.2517-6161.1952.tb00104.x.
#[must_use]
pub fn log_loss<const K: usize>(predictions: &Predictions<'_, K>) -> f64 {
    mean(predictions, log_loss_term)
}

/// Mean squared distance between the probabilities and the gold class, `Σₖ (pₖ − [k = y])²`: 0 is
/// perfect, 2 is certain and wrong. The original form, twice the usual one for two classes.
///
/// Brier 1950, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
/// 78:1–3, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
#[must_use]
pub fn brier_score<const K: usize>(predictions: &Predictions<'_, K>) -> f64 {
    mean(predictions, brier_term)
}

/// What one row adds to [`log_loss`] before the mean is taken.
#[must_use]
pub fn log_loss_term<const K: usize>(gold: usize, probabilities: &[f64; K]) -> f64 {
    let probability = probabilities.get(gold).copied().unwrap_or(0.0);
    -probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
}

/// What one row adds to [`brier_score`] before the mean is taken.
#[must_use]
pub fn brier_term<const K: usize>(gold: usize, probabilities: &[f64; K]) -> f64 {
    probabilities
        .iter()
        .enumerate()
        .map(|(class, &probability)| {
            let distance = probability - f64::from(u8::from(class == gold));
            distance * distance
        })
        .sum()
}

fn mean<const K: usize>(predictions: &Predictions<'_, K>, term: fn(usize, &[f64; K]) -> f64) -> f64 {
    let sum: f64 = predictions.iter().map(|(gold, probabilities)| term(gold, probabilities)).sum();
    sum / predictions.rows() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(probabilities: [f64; 3], gold: usize, log: f64, brier: f64) {
        let (gold, rows) = ([gold], [probabilities]);
        let predictions = Predictions::new(&gold, &rows).unwrap();
        assert!((log_loss(&predictions) - log).abs() < 1e-12, "{}", log_loss(&predictions));
        assert!((brier_score(&predictions) - brier).abs() < 1e-12, "{}", brier_score(&predictions));
    }

    #[test]
    fn certainty_is_clipped() {
        check([1.0, 0.0, 0.0], 0, f64::EPSILON, 0.0);
        check([1.0, 0.0, 0.0], 1, 52.0 * std::f64::consts::LN_2, 2.0);
    }

    #[test]
    fn even_guessing_costs_the_logarithm_of_the_classes() {
        check([1.0 / 3.0; 3], 2, 3.0_f64.ln(), 2.0 / 3.0);
    }
}
