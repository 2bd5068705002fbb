use crate::model::{CalibrationTrial, IsotonicCurves, best_temperature, softmax};

/// Parts that calibration rows are divided into to compare the two ways.
pub(super) const PARTS: usize = 5;

/// What turns the logits of a head into calibrated probabilities.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calibrator {
    /// What logits are divided by; 1 where the curves are used.
    pub(super) temperature: f64,
    /// Curves over the probabilities, where they do better than a temperature.
    pub(super) isotonic: Option<IsotonicCurves>,
    /// Both ways with their log loss on rows that they were not fitted to.
    pub(super) trials: Vec<CalibrationTrial>,
}

/// Fits a temperature and isotonic curves to logits that neither the fit of the head nor the choice of its
/// penalty saw, and keeps the one with the smaller log loss. To compare them, each is fitted to four fifths
/// of the rows and measured on the rest, five times; `part_of` gives each row a number, and rows with the
/// same number stay together. The temperature is kept where the rows have fewer than five such numbers,
/// and where the two are equal.
pub(super) fn calibrate(logits: &[[f64; 3]], targets: &[usize], part_of: &[usize]) -> Calibrator {
    let (temperature, _) = best_temperature(logits, targets);
    let plain: Vec<[f64; 3]> = logits.iter().map(|logits| softmax(*logits)).collect();
    let mut losses = [0.0_f64; 2];
    let mut parts: Vec<usize> = part_of.iter().map(|number| number % PARTS).collect();
    parts.resize(logits.len(), 0);
    let every = (0..PARTS).all(|part| parts.contains(&part));
    if every {
        for part in 0..PARTS {
            let fitted: Vec<usize> = (0..logits.len()).filter(|&row| parts[row] != part).collect();
            let own = |rows: &[usize], all: &[[f64; 3]]| rows.iter().map(|&row| all[row]).collect::<Vec<_>>();
            let classes: Vec<usize> =
                fitted.iter().map(|&row| targets.get(row).copied().unwrap_or_default()).collect();
            let (temperature, _) = best_temperature(&own(&fitted, logits), &classes);
            let curves = IsotonicCurves::fit(&own(&fitted, &plain), &classes);
            for row in (0..logits.len()).filter(|&row| parts[row] == part) {
                let target = targets.get(row).copied().unwrap_or_default();
                let by_temperature = softmax(logits[row].map(|logit| logit / temperature));
                let by_curves = curves.apply(plain[row]);
                for (loss, probabilities) in losses.iter_mut().zip([by_temperature, by_curves]) {
                    *loss -= probabilities.get(target).copied().unwrap_or(1.0).max(f64::EPSILON).ln();
                }
            }
        }
    }
    let trials: Vec<CalibrationTrial> = if every {
        let rows = logits.len() as f64;
        let trial = |method: &str, loss: f64| CalibrationTrial {
            method: method.to_owned(),
            log_loss: rounded(loss / rows),
        };
        vec![trial("temperature", losses[0]), trial("isotonic", losses[1])]
    } else {
        Vec::new()
    };
    if every && losses[1] < losses[0] {
        return Calibrator { temperature: 1.0, isotonic: Some(IsotonicCurves::fit(&plain, targets)), trials };
    }
    Calibrator { temperature, isotonic: None, trials }
}

/// Six decimals: more than the data can tell, and a number that comes back exactly from a JSON file.
pub(super) fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn rows(share: impl Fn(usize) -> usize) -> (Vec<[f64; 3]>, Vec<usize>, Vec<usize>) {
        // Logits 0 to 4 for the first class in turn; `share` gives how many rows in ten are of it.
        let logits = (0..500).map(|row| [(row % 5) as f64, 0.0, 0.0]).collect();
        let targets = (0..500)
            .map(|row| {
                let turn = row / 5 % 10;
                if turn < share(row % 5) { 0 } else { 1 + turn % 2 }
            })
            .collect();
        (logits, targets, (0..500).map(|row| row / 50).collect())
    }

    /// Rows whose classes are drawn with the probabilities that the logits state at temperature 2.
    #[test]
    fn a_temperature_is_kept_where_it_fits() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut number = || random.random_range(0.0..1.0);
        let logits: Vec<[f64; 3]> = (0..400).map(|_| [0.0; 3].map(|_: f64| 6.0 * number())).collect();
        let targets: Vec<usize> = logits
            .iter()
            .map(|logits| {
                let [first, second, _] = softmax(logits.map(|logit| logit / 2.0));
                let drawn = number();
                usize::from(drawn > first) + usize::from(drawn > first + second)
            })
            .collect();
        let parts: Vec<usize> = (0..400).collect();
        let found = calibrate(&logits, &targets, &parts);
        assert_eq!(found.isotonic, None, "{:?}", found.trials);
        assert!((1.5..2.7).contains(&found.temperature), "{}", found.temperature);
    }

    #[test]
    fn curves_are_kept_where_confidence_lies() {
        // Nothing but the highest logit means anything.
        let (logits, targets, parts) = rows(|place| [3, 3, 3, 3, 10][place]);
        let found = calibrate(&logits, &targets, &parts);
        let curves = found.isotonic.expect("curves do better");
        assert!((curves.apply(softmax([3.0, 0.0, 0.0]))[0] - 0.3).abs() < 0.05);
        assert_eq!(found.temperature, 1.0);
        assert!(found.trials[1].log_loss < found.trials[0].log_loss);
    }

    #[test]
    fn few_parts_leave_the_temperature() {
        let (logits, targets, _) = rows(|place| [3, 3, 3, 3, 10][place]);
        assert_eq!(calibrate(&logits, &targets, &vec![1; 500]).isotonic, None);
        assert_eq!(calibrate(&[], &[], &[]).temperature, 1.0);
    }
}
