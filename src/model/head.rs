use crate::encode::{Features, Tensor, TensorValues};

use super::{IsotonicCurves, binary16};

/// A linear classifier of three classes over feature rows, with the temperature, and for some
/// the curves, that calibrate it.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    weights: Vec<[f32; 3]>,
    intercept: [f64; 3],
    temperature: f64,
    isotonic: Option<IsotonicCurves>,
}

impl Head {
    /// A head of one weight triple per column. Weights are rounded to 16-bit floats, as they are stored,
    /// so that a model scores the same before and after it is saved. A temperature that is not a positive
    /// number becomes 1.
    #[must_use]
    pub fn new(mut weights: Vec<[f32; 3]>, intercept: [f64; 3], temperature: f64) -> Self {
        for weight in weights.iter_mut().flatten() {
            *weight = binary16::from_bits(binary16::to_bits(*weight));
        }
        Self::stored(weights, intercept, temperature)
    }

    /// As [`new`](Self::new), of weights that were stored: they need no rounding.
    pub(super) fn stored(weights: Vec<[f32; 3]>, intercept: [f64; 3], temperature: f64) -> Self {
        let temperature = if temperature.is_finite() && temperature > 0.0 { temperature } else { 1.0 };
        Self { weights, intercept, temperature, isotonic: None }
    }

    /// The head with curves that its probabilities go through.
    #[must_use]
    pub fn with_isotonic(self, isotonic: Option<IsotonicCurves>) -> Self {
        Self { isotonic, ..self }
    }

    /// The head with something added to each class's calibrated logit.
    #[must_use]
    pub fn shifted(mut self, shift: [f64; 3]) -> Self {
        for (intercept, shift) in self.intercept.iter_mut().zip(shift) {
            *intercept += shift * self.temperature;
        }
        self
    }

    /// The curves that its probabilities go through, where it has any.
    #[must_use]
    pub const fn isotonic(&self) -> Option<&IsotonicCurves> {
        self.isotonic.as_ref()
    }

    /// Weight triples by column.
    #[must_use]
    pub fn weights(&self) -> &[[f32; 3]] {
        &self.weights
    }

    /// The part of each class's logit that no column explains, before the temperature.
    #[must_use]
    pub fn intercept(&self) -> [f64; 3] {
        self.intercept
    }

    /// What logits are divided by before they become probabilities.
    #[must_use]
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Logits of one row before the temperature; columns without a weight count nothing.
    #[must_use]
    pub fn logits(&self, columns: &[u32], values: &[f32]) -> [f64; 3] {
        let mut logits = self.intercept;
        for (&column, &value) in columns.iter().zip(values) {
            if let Some(weights) = self.weights.get(column as usize) {
                for (logit, &weight) in logits.iter_mut().zip(weights) {
                    *logit += f64::from(weight) * f64::from(value);
                }
            }
        }
        logits
    }

    /// Calibrated probabilities of each row.
    #[must_use]
    pub fn probabilities(&self, features: &Features) -> Vec<[f64; 3]> {
        features.iter().map(|(columns, values)| self.calibrated(self.logits(columns, values))).collect()
    }

    /// Probabilities of each row as they were before calibration.
    #[must_use]
    pub fn uncalibrated(&self, features: &Features) -> Vec<[f64; 3]> {
        features.iter().map(|(columns, values)| softmax(self.logits(columns, values))).collect()
    }

    /// Calibrated probabilities from logits.
    #[must_use]
    pub fn calibrated(&self, logits: [f64; 3]) -> [f64; 3] {
        let probabilities = softmax(logits.map(|logit| logit / self.temperature));
        match &self.isotonic {
            Some(curves) => curves.apply(probabilities),
            None => probabilities,
        }
    }

    /// The arrays that a weights file keeps, named after the question.
    pub(super) fn tensors(&self, question: &str) -> [Tensor; 2] {
        [
            Tensor {
                name: format!("{question}.weights"),
                shape: vec![self.weights.len(), 3],
                values: TensorValues::F16(self.weights.as_flattened().to_vec()),
            },
            Tensor {
                name: format!("{question}.intercept"),
                shape: vec![3],
                values: TensorValues::F64(self.intercept.to_vec()),
            },
        ]
    }
}

/// Probabilities from logits, `exp(z_k) / Σ_j exp(z_j)`, with the largest logit subtracted first so that
/// nothing overflows.
#[must_use]
pub fn softmax<const K: usize>(logits: [f64; K]) -> [f64; K] {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers = logits.map(|logit| (logit - largest).exp());
    let sum: f64 = powers.iter().sum();
    powers.map(|power| power / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_sums_to_one_and_survives_large_logits() {
        for logits in [[0.0; 3], [1000.0, 0.0, -1000.0], [-800.0, -801.0, -802.0]] {
            let probabilities = softmax(logits);
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert_eq!(softmax([0.0; 4]), [0.25; 4]);
    }

    #[test]
    fn a_temperature_above_one_moves_probabilities_together() {
        let features = Features::dense(1, &[2.0]);
        let at = |temperature| {
            Head::new(vec![[1.0, 0.0, -1.0]], [0.0; 3], temperature).probabilities(&features)[0][0]
        };
        assert!(at(2.0) < at(1.0));
        assert!((at(f64::NAN) - at(1.0)).abs() < 1e-15);
    }
}
