//! The penalised loss of multinomial logistic regression and its gradient.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error, Gradient};

use crate::encode::Features;

/// `J(W, b) = (Σ_i c_i · −ln p_i(y_i) + α/2 · ‖W‖²) / Σ_i c_i`, with `p_i = softmax(W x_i + b)`.
///
/// The mean form keeps the size of the gradient independent of the number of rows; its minimum is that of
/// scikit-learn's `LogisticRegression(C=1/α)`. The intercepts `b` carry no penalty. Each row's log-sum-exp
/// subtracts that row's own largest logit, in `f64`.
///
/// Parameters are one vector: `K` weights per column, columns in order, then `K` intercepts.
pub(super) struct Objective<'a, const K: usize> {
    features: &'a Features,
    targets: &'a [usize],
    weights: &'a [f64],
    total: f64,
    penalty: f64,
    last: RefCell<Last>,
}

/// The latest point, its loss and gradient: the line search asks for both, one after the other.
#[derive(Default)]
struct Last {
    params: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

impl<'a, const K: usize> Objective<'a, K> {
    /// An objective over rows, their classes (each below `K`) and their weights.
    pub(super) fn new(
        features: &'a Features,
        targets: &'a [usize],
        weights: &'a [f64],
        penalty: f64,
    ) -> Self {
        let total = weights.iter().sum();
        Self { features, targets, weights, total, penalty, last: RefCell::default() }
    }

    /// Number of parameters.
    pub(super) fn len(&self) -> usize {
        (self.features.dimensions() + 1) * K
    }

    /// Loss and gradient at a point.
    pub(super) fn evaluate(&self, params: &[f64]) -> (f64, Vec<f64>) {
        let (columns, _) = params.as_chunks::<K>();
        let Some((intercept, columns)) = columns.split_last() else { return (0.0, Vec::new()) };
        let mut gradient = vec![[0.0_f64; K]; columns.len()];
        let mut intercept_gradient = [0.0_f64; K];
        let mut loss = 0.0_f64;
        let rows = self.features.iter().zip(self.targets).zip(self.weights);
        for (((indices, values), &target), &weight) in rows {
            let mut logits = *intercept;
            for (&index, &value) in indices.iter().zip(values) {
                if let Some(column) = columns.get(index as usize) {
                    for class in 0..K {
                        logits[class] += column[class] * f64::from(value);
                    }
                }
            }
            let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let own = logits.get(target).copied().unwrap_or(largest);
            let mut residual = logits.map(|logit| (logit - largest).exp());
            let sum: f64 = residual.iter().sum();
            loss += weight * (sum.ln() + largest - own);
            for (class, residual) in residual.iter_mut().enumerate() {
                *residual = weight * (*residual / sum - if class == target { 1.0 } else { 0.0 });
                intercept_gradient[class] += *residual;
            }
            for (&index, &value) in indices.iter().zip(values) {
                if let Some(column) = gradient.get_mut(index as usize) {
                    for class in 0..K {
                        column[class] += residual[class] * f64::from(value);
                    }
                }
            }
        }
        let mut squares = 0.0_f64;
        let scale = self.total.recip();
        for (slope, column) in gradient.iter_mut().zip(columns) {
            for class in 0..K {
                squares += column[class] * column[class];
                slope[class] = (slope[class] + self.penalty * column[class]) * scale;
            }
        }
        let mut gradient = gradient.into_flattened();
        gradient.extend(intercept_gradient.map(|slope| slope * scale));
        ((loss + 0.5 * self.penalty * squares) * scale, gradient)
    }

    fn at<T>(&self, params: &[f64], take: impl FnOnce(&Last) -> T) -> T {
        let mut last = self.last.borrow_mut();
        if last.params != params {
            let (loss, gradient) = self.evaluate(params);
            *last = Last { params: params.to_vec(), loss, gradient };
        }
        take(&last)
    }
}

impl<const K: usize> CostFunction for Objective<'_, K> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, params: &Vec<f64>) -> Result<f64, Error> {
        let loss = self.at(params, |last| last.loss);
        // The line search would look on for ever from a point that is not a number.
        if loss.is_finite() { Ok(loss) } else { Err(Error::msg("the loss is not a finite number")) }
    }
}

impl<const K: usize> Gradient for Objective<'_, K> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, params: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(params, |last| last.gradient.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let features = Features::dense(3, &[0.3, -1.0, 2.0, 0.0, 0.5, -0.7, 1.1, 0.2, 0.9, -0.4, 0.8, 0.1]);
        let objective = Objective::<3>::new(&features, &[0, 2, 1, 2], &[1.0, 2.0, 0.5, 1.0], 0.7);
        let params: Vec<f64> = (0..objective.len()).map(|i| (i as f64 * 0.73).sin()).collect();
        let (_, gradient) = objective.evaluate(&params);
        for (place, &slope) in gradient.iter().enumerate() {
            let shifted = |by: f64| {
                let mut shifted = params.clone();
                shifted[place] += by;
                objective.evaluate(&shifted).0
            };
            let measured = (shifted(1e-6) - shifted(-1e-6)) / 2e-6;
            assert!((measured - slope).abs() < 1e-8, "parameter {place}: {measured} and {slope}");
        }
    }
}
