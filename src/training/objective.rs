//! The penalised loss of multinomial logistic regression and its gradient.

use std::cell::RefCell;
use std::io;

use argmin::core::{CostFunction, Error, Gradient};

use crate::encode::Features;
use crate::encode::fast::WordVectors;

/// `J(W, b) = (Σ_i c_i · Σ_k −t_ik ln p_ik + α/2 · ‖W‖²) / Σ_i c_i`, with `p_i = softmax(W x_i + b)` and targets `t_i`
/// that sum to 1: one class, or shares of them.
///
/// The mean form keeps the size of the gradient independent of the number of rows; its minimum is that of
/// scikit-learn's `LogisticRegression(C=1/α)`. The intercepts `b` carry no penalty. Each row's log-sum-exp
/// subtracts that row's own largest logit, in `f64`.
///
/// Columns of words that have vectors ([`Tie`]) share weights besides their own: the weight of such a column is `w + v · A`.
///
/// Parameters are one vector: `K` weights per column, columns in order, then those of the vectors, then `K` intercepts.
pub(super) struct Objective<'a, const K: usize> {
    rows: &'a dyn TargetRows<K>,
    total: f64,
    penalty: f64,
    tie: Option<Tie<'a>>,
    last: RefCell<Last>,
}

/// Rows with their targets, which can be gone through again and again, whether memory holds them or not.
pub(super) trait TargetRows<const K: usize> {
    /// Number of columns.
    fn dimensions(&self) -> usize;

    /// Hands over all rows, some at a time, in the same order each time.
    ///
    /// # Errors
    /// Where rows outside memory cannot be read.
    fn each(&self, take: &mut dyn FnMut(SomeRows<'_, K>)) -> io::Result<()>;
}

/// Rows in memory: one target and one weight for each.
#[derive(Clone, Copy)]
pub(super) struct SomeRows<'a, const K: usize> {
    pub(super) features: &'a Features,
    pub(super) targets: &'a [[f64; K]],
    pub(super) weights: &'a [f64],
}

impl<const K: usize> TargetRows<K> for SomeRows<'_, K> {
    fn dimensions(&self) -> usize {
        self.features.dimensions()
    }

    fn each(&self, take: &mut dyn FnMut(SomeRows<'_, K>)) -> io::Result<()> {
        take(*self);
        Ok(())
    }
}

/// Words whose columns share the weights of their vectors: the first columns are the words in one place, the next as many
/// the same words in another, and each place has its own shared weights.
#[derive(Clone, Copy)]
pub(super) struct Tie<'a> {
    /// The vectors in the order of the columns.
    pub(super) vectors: &'a WordVectors,
    /// Penalty of the shared weights as a multiple of that of the columns' own.
    pub(super) penalty: f64,
}

/// Places in which a word has a column.
const PLACES: usize = 2;

impl Tie<'_> {
    /// Shared weights.
    fn len(&self) -> usize {
        PLACES * self.vectors.width()
    }

    /// What the columns weigh, own and shared weights together.
    fn folded<const K: usize>(&self, columns: &[[f64; K]], shared: &[[f64; K]]) -> Vec<[f64; K]> {
        let mut folded = columns.to_vec();
        let words = self.vectors.len().max(1);
        for (shared, columns) in
            shared.chunks_exact(self.vectors.width().max(1)).zip(folded.chunks_exact_mut(words))
        {
            for (column, vector) in columns.iter_mut().zip(self.vectors.iter()) {
                for (weights, &value) in shared.iter().zip(vector) {
                    for class in 0..K {
                        column[class] += weights[class] * f64::from(value);
                    }
                }
            }
        }
        folded
    }

    /// The slopes of the shared weights, from those of the columns.
    fn slopes<const K: usize>(&self, columns: &[[f64; K]]) -> Vec<[f64; K]> {
        let mut slopes = vec![[0.0_f64; K]; self.len()];
        let words = self.vectors.len().max(1);
        for (slopes, columns) in
            slopes.chunks_exact_mut(self.vectors.width().max(1)).zip(columns.chunks_exact(words))
        {
            for (column, vector) in columns.iter().zip(self.vectors.iter()) {
                if *column == [0.0; K] {
                    continue;
                }
                for (slope, &value) in slopes.iter_mut().zip(vector) {
                    for class in 0..K {
                        slope[class] += column[class] * f64::from(value);
                    }
                }
            }
        }
        slopes
    }
}

/// The latest point, its loss and gradient: the line search asks for both, one after the other.
#[derive(Default)]
struct Last {
    params: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

impl<'a, const K: usize> Objective<'a, K> {
    /// An objective over rows whose weights sum to `total`.
    pub(super) fn new(rows: &'a dyn TargetRows<K>, total: f64, penalty: f64) -> Self {
        Self { rows, total, penalty, tie: None, last: RefCell::default() }
    }

    /// The same with columns that share weights.
    pub(super) fn tied(self, tie: Option<Tie<'a>>) -> Self {
        Self { tie, ..self }
    }

    /// Number of parameters.
    pub(super) fn len(&self) -> usize {
        (self.rows.dimensions() + self.tie.map_or(0, |tie| tie.len()) + 1) * K
    }

    /// The weights of the columns, own and shared together, and the intercepts.
    pub(super) fn weights_of(&self, params: &[f64]) -> (Vec<[f64; K]>, [f64; K]) {
        let (columns, _) = params.as_chunks::<K>();
        let (intercept, columns) = columns.split_last().unwrap_or((&[0.0; K], &[]));
        let (columns, shared) = columns.split_at_checked(self.rows.dimensions()).unwrap_or((columns, &[]));
        let weights = self.tie.map_or_else(|| columns.to_vec(), |tie| tie.folded(columns, shared));
        (weights, *intercept)
    }

    /// Loss and gradient at a point.
    ///
    /// # Errors
    /// Where rows outside memory cannot be read.
    pub(super) fn evaluate(&self, params: &[f64]) -> io::Result<(f64, Vec<f64>)> {
        let (columns, _) = params.as_chunks::<K>();
        let Some((intercept, columns)) = columns.split_last() else { return Ok((0.0, Vec::new())) };
        let (own, shared) = columns.split_at_checked(self.rows.dimensions()).unwrap_or((columns, &[]));
        let folded = self.tie.map(|tie| tie.folded(own, shared));
        let columns = folded.as_deref().unwrap_or(own);
        let mut gradient = vec![[0.0_f64; K]; columns.len()];
        let mut intercept_gradient = [0.0_f64; K];
        let mut loss = 0.0_f64;
        self.rows.each(&mut |SomeRows { features, targets, weights }| {
            for (((indices, values), target), &weight) in features.iter().zip(targets).zip(weights) {
                let mut logits = *intercept;
                for (&index, &value) in indices.iter().zip(values) {
                    if let Some(column) = columns.get(index as usize) {
                        for class in 0..K {
                            logits[class] += column[class] * f64::from(value);
                        }
                    }
                }
                let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let own: f64 = logits.iter().zip(target).map(|(logit, share)| logit * share).sum();
                let mut residual = logits.map(|logit| (logit - largest).exp());
                let sum: f64 = residual.iter().sum();
                loss += weight * (sum.ln() + largest - own);
                for (class, residual) in residual.iter_mut().enumerate() {
                    *residual = weight * (*residual / sum - target[class]);
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
        })?;
        let mut squares = 0.0_f64;
        let scale = self.total.recip();
        let mut penalise = |slopes: &mut [[f64; K]], columns: &[[f64; K]], penalty: f64, times: f64| {
            for (slope, column) in slopes.iter_mut().zip(columns) {
                for class in 0..K {
                    squares += times * column[class] * column[class];
                    slope[class] = (slope[class] + penalty * column[class]) * scale;
                }
            }
        };
        let mut tied = self.tie.map(|tie| (tie.slopes(&gradient), tie.penalty));
        penalise(&mut gradient, own, self.penalty, 1.0);
        if let Some((slopes, times)) = &mut tied {
            penalise(slopes, shared, self.penalty * *times, *times);
            gradient.append(slopes);
        }
        let mut gradient = gradient.into_flattened();
        gradient.extend(intercept_gradient.map(|slope| slope * scale));
        Ok(((loss + 0.5 * self.penalty * squares) * scale, gradient))
    }

    fn at<T>(&self, params: &[f64], take: impl FnOnce(&Last) -> T) -> io::Result<T> {
        let mut last = self.last.borrow_mut();
        if last.params != params {
            let (loss, gradient) = self.evaluate(params)?;
            *last = Last { params: params.to_vec(), loss, gradient };
        }
        Ok(take(&last))
    }
}

impl<const K: usize> CostFunction for &Objective<'_, K> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, params: &Vec<f64>) -> Result<f64, Error> {
        let loss = self.at(params, |last| last.loss)?;
        // The line search would look on for ever from a point that is not a number.
        if loss.is_finite() { Ok(loss) } else { Err(Error::msg("the loss is not a finite number")) }
    }
}

impl<const K: usize> Gradient for &Objective<'_, K> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, params: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(params, |last| last.gradient.clone())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let features = Features::dense(3, &[0.3, -1.0, 2.0, 0.0, 0.5, -0.7, 1.1, 0.2, 0.9, -0.4, 0.8, 0.1]);
        let rows = SomeRows {
            features: &features,
            targets: &[[1.0, 0.0, 0.0], [0.0, 0.2, 0.8], [0.0, 1.0, 0.0], [0.3, 0.3, 0.4]],
            weights: &[1.0, 2.0, 0.5, 1.0],
        };
        let objective = Objective::<3>::new(&rows, 4.5, 0.7);
        let params: Vec<f64> = (0..objective.len()).map(|i| (i as f64 * 0.73).sin()).collect();
        let (_, gradient) = objective.evaluate(&params).unwrap();
        for (place, &slope) in gradient.iter().enumerate() {
            let shifted = |by: f64| {
                let mut shifted = params.clone();
                shifted[place] += by;
                objective.evaluate(&shifted).unwrap().0
            };
            let measured = (shifted(1e-6) - shifted(-1e-6)) / 2e-6;
            assert!((measured - slope).abs() < 1e-8, "parameter {place}: {measured} and {slope}");
        }
    }
}
