use super::softmax;

/// Largest and smallest inverse temperature that is looked at.
const RANGE: (f64, f64) = (1e-3, 1e3);

/// Halvings of the range of `ln(1/T)`: the width left is below 1e-9.
const HALVINGS: u32 = 40;

/// The temperature `T` that minimises the log loss of `softmax(z / T)`, and that loss in nats (Guo, Pleiss,
/// Sun and Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, section 4.2).
///
/// The loss is convex in `1/T`, so the root of its slope is found by bisection. Logits and targets (class
/// numbers below 3) go row by row. Without rows the temperature is 1 and the loss 0.
#[must_use]
pub fn best_temperature(logits: &[[f64; 3]], targets: &[usize]) -> (f64, f64) {
    if logits.is_empty() {
        return (1.0, 0.0);
    }
    let (mut low, mut high) = (RANGE.0.ln(), RANGE.1.ln());
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if slope(logits, targets, middle.exp()) > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    // Six decimals: more than the data can tell, and a number that comes back exactly from a JSON file.
    let temperature = ((-f64::midpoint(low, high)).exp() * 1e6).round() / 1e6;
    (temperature, log_loss(logits, targets, temperature))
}

/// The slope of the summed log loss by `1/T`: `Σ_i Σ_k (p_ik − 1[y_i = k]) z_ik`.
fn slope(logits: &[[f64; 3]], targets: &[usize], inverse: f64) -> f64 {
    let rows = logits.iter().zip(targets).map(|(logits, &target)| {
        let expected: f64 = softmax(logits.map(|z| z * inverse)).iter().zip(logits).map(|(p, z)| p * z).sum();
        expected - logits.get(target).copied().unwrap_or(expected)
    });
    rows.sum()
}

fn log_loss(logits: &[[f64; 3]], targets: &[usize], temperature: f64) -> f64 {
    let rows = logits.iter().zip(targets).map(|(logits, &target)| {
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|z| ((z - largest) / temperature).exp()).sum();
        sum.ln() - (logits.get(target).copied().unwrap_or(largest) - largest) / temperature
    });
    rows.sum::<f64>() / logits.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes, right three times in four with logit 2: the best temperature makes p = 3/4.
    #[test]
    fn the_best_temperature_gives_the_share_that_is_right() {
        let logits = [[2.0, 0.0, 0.0]; 8];
        let targets = [0, 0, 0, 1, 0, 0, 0, 2];
        let (temperature, loss) = best_temperature(&logits, &targets);
        let p = softmax(logits[0].map(|z| z / temperature))[0];
        assert!((p - 0.75).abs() < 1e-5, "{p}");
        let expected = -(0.75 * 0.75_f64.ln() + 0.25 * 0.125_f64.ln());
        assert!((loss - expected).abs() < 1e-9);
    }

    #[test]
    fn no_other_temperature_is_better() {
        let logits: Vec<[f64; 3]> = (0..60)
            .map(|i| [f64::from(i).sin() * 3.0, f64::from(i * 7).cos() * 2.0, f64::from(i % 5) - 2.0])
            .collect();
        // Two rows in three have the class of their largest logit.
        let largest =
            |z: &[f64; 3]| (1..3).fold(0, |best, class| if z[class] > z[best] { class } else { best });
        let targets: Vec<usize> =
            logits.iter().enumerate().map(|(i, z)| (largest(z) + usize::from(i % 3 == 0)) % 3).collect();
        let (temperature, loss) = best_temperature(&logits, &targets);
        for factor in [0.5, 0.9, 0.999, 1.001, 1.1, 2.0] {
            assert!(log_loss(&logits, &targets, temperature * factor) >= loss - 1e-12, "{factor}");
        }
    }

    #[test]
    fn no_rows_leave_the_logits_alone() {
        assert_eq!(best_temperature(&[], &[]), (1.0, 0.0));
    }
}
