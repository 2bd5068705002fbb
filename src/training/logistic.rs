use std::borrow::Borrow;
use std::io;

use argmin::core::{Executor, State, TerminationReason};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use linfa::dataset::{AsSingleTargets, DatasetBase, Records};
use linfa::prelude::ParamGuard;
use linfa::traits::Fit;

use crate::encode::Features;

use super::objective::{Objective, SomeRows, TargetRows, Tie};

/// Hyper-parameters of multinomial logistic regression over `K` classes, not yet checked.
///
/// Fits a linfa dataset whose records are [`Features`] and whose targets are class numbers below `K`; row
/// weights of the dataset are honoured. See [`ValidLogisticParams`].
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticParams<const K: usize>(ValidLogisticParams<K>);

/// Checked hyper-parameters: `Σ_i c_i · −ln p_i(y_i) + α/2 · ‖W‖²` is minimised by L-BFGS (Nocedal and
/// Wright, *Numerical Optimization*, 2006, section 7.2) until the norm of the gradient of its mean form is
/// below the tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidLogisticParams<const K: usize> {
    penalty: f64,
    class_weights: [f64; K],
    tolerance: f64,
    max_iterations: u64,
    start: Option<Vec<f64>>,
}

/// What a fit found.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedLogistic<const K: usize> {
    /// Weights per column.
    pub weights: Vec<[f64; K]>,
    /// Intercepts, moved so that they sum to zero (which changes no probability).
    pub intercept: [f64; K],
    /// Mean penalised loss at the end, in nats.
    pub objective: f64,
    /// Euclidean norm of its gradient.
    pub gradient_norm: f64,
    /// Iterations that were needed.
    pub iterations: u64,
}

/// A hyper-parameter out of range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ParamsError {
    /// The penalty must be a positive number: without it separable classes have no optimum.
    #[error("the penalty {0} is not a positive number")]
    Penalty(f64),
    /// A class weight must be a positive number.
    #[error("the class weight {0} is not a positive number")]
    ClassWeight(f64),
    /// The tolerance must be a positive number.
    #[error("the tolerance {0} is not a positive number")]
    Tolerance(f64),
}

/// Why a fit failed.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A hyper-parameter is out of range.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// An error of linfa.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// There are no rows, or not as many classes as rows.
    #[error(
        "cannot fit {rows} rows with {targets} classes and {weights} weights; each row needs one of each"
    )]
    Shape {
        /// Rows of the records.
        rows: usize,
        /// Targets.
        targets: usize,
        /// Row weights.
        weights: usize,
    },
    /// A target is not below the number of classes.
    #[error("row {row} has class {found}, and classes lie below {classes}")]
    Class {
        /// The row, from 0.
        row: usize,
        /// Its class.
        found: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A value is infinite or not a number.
    #[error("row {row} holds a value that is not a finite number")]
    NotFinite {
        /// The row, from 0.
        row: usize,
    },
    /// Rows that are kept outside memory could not be read again.
    #[error("rows in the temporary file cannot be read again: {0}")]
    Rows(#[source] io::Error),
    /// The optimiser itself failed.
    #[error("the optimiser failed: {reason}")]
    Optimiser {
        /// What it says.
        reason: String,
    },
    /// The optimiser stopped before the gradient was small.
    #[error(
        "the fit did not converge: gradient norm {gradient_norm:.3e} above {tolerance:.1e} at loss {objective:.6} \
         after {iterations} iterations ({reason}); raise the penalty or the number of iterations"
    )]
    NotConverged {
        /// Mean penalised loss where it stopped.
        objective: f64,
        /// Norm of the gradient there.
        gradient_norm: f64,
        /// The norm that was asked for.
        tolerance: f64,
        /// Iterations done.
        iterations: u64,
        /// Why it stopped.
        reason: String,
    },
}

/// Steps that L-BFGS remembers.
const MEMORY: usize = 5;

impl<const K: usize> LogisticParams<K> {
    /// Parameters with penalty α, classes of weight 1, tolerance 1e-6 and at most 1,000 iterations.
    #[must_use]
    pub fn new(penalty: f64) -> Self {
        Self(ValidLogisticParams {
            penalty,
            class_weights: [1.0; K],
            tolerance: 1e-6,
            max_iterations: 1000,
            start: None,
        })
    }

    /// Sets what a row of each class weighs.
    #[must_use]
    pub fn class_weights(mut self, weights: [f64; K]) -> Self {
        self.0.class_weights = weights;
        self
    }

    /// Sets the largest gradient norm of a finished fit.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Sets the largest number of iterations.
    #[must_use]
    pub fn max_iterations(mut self, iterations: u64) -> Self {
        self.0.max_iterations = iterations;
        self
    }

    /// Starts at parameters that an earlier fit ended with; another number of them is ignored.
    #[must_use]
    pub(super) fn start_at(mut self, params: Vec<f64>) -> Self {
        self.0.start = Some(params);
        self
    }

    /// Starts at an earlier fit of the same columns instead of zero; another number of columns is ignored.
    #[must_use]
    pub fn start(mut self, fitted: &FittedLogistic<K>) -> Self {
        let mut params = fitted.weights.as_flattened().to_vec();
        params.extend(fitted.intercept);
        self.0.start = Some(params);
        self
    }
}

impl<const K: usize> ParamGuard for LogisticParams<K> {
    type Checked = ValidLogisticParams<K>;
    type Error = ParamsError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if !positive(self.0.penalty) {
            return Err(ParamsError::Penalty(self.0.penalty));
        }
        if let Some(&weight) = self.0.class_weights.iter().find(|&&weight| !positive(weight)) {
            return Err(ParamsError::ClassWeight(weight));
        }
        if !positive(self.0.tolerance) {
            return Err(ParamsError::Tolerance(self.0.tolerance));
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<const K: usize, R, T> Fit<R, T, FitError> for ValidLogisticParams<K>
where
    R: Records + Borrow<Features>,
    T: AsSingleTargets<Elem = usize>,
{
    type Object = FittedLogistic<K>;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<FittedLogistic<K>, FitError> {
        let features: &Features = dataset.records().borrow();
        let targets: Vec<usize> = dataset.as_single_targets().iter().copied().collect();
        let given: Vec<f64> = match dataset.weights() {
            Some(weights) => weights.iter().map(|&weight| f64::from(weight)).collect(),
            None => vec![1.0; targets.len()],
        };
        if features.rows() == 0 || targets.len() != features.rows() || given.len() != features.rows() {
            let (rows, targets, weights) = (features.rows(), targets.len(), given.len());
            return Err(FitError::Shape { rows, targets, weights });
        }
        let mut weights = Vec::with_capacity(given.len());
        let mut shares = Vec::with_capacity(given.len());
        for (row, (&class, weight)) in targets.iter().zip(given).enumerate() {
            let Some(class_weight) = self.class_weights.get(class) else {
                return Err(FitError::Class { row, found: class, classes: K });
            };
            if !weight.is_finite() || features.row(row).1.iter().any(|value| !value.is_finite()) {
                return Err(FitError::NotFinite { row });
            }
            weights.push(weight * class_weight);
            let mut share = [0.0; K];
            if let Some(own) = share.get_mut(class) {
                *own = 1.0;
            }
            shares.push(share);
        }
        let rows = SomeRows { features, targets: &shares, weights: &weights };
        self.minimise(&Objective::new(&rows, weights.iter().sum(), self.penalty)).map(|(fitted, _)| fitted)
    }
}

impl<const K: usize> ValidLogisticParams<K> {
    /// Fits rows whose targets are shares of the classes, each row's summing to 1, with row weights. Columns may share
    /// weights. Also gives the parameters, to start another fit of the same columns at
    /// ([`start_at`](LogisticParams::start_at)). Class weights count nothing.
    ///
    /// # Errors
    /// Where a row lacks targets or a weight, a number is not finite, rows cannot be read, or the fit does not converge.
    pub(super) fn fit_shares(
        &self,
        rows: &dyn TargetRows<K>,
        tie: Option<Tie<'_>>,
    ) -> Result<(FittedLogistic<K>, Vec<f64>), FitError> {
        let (mut count, mut total) = (0, 0.0);
        let mut wrong = None;
        rows.each(&mut |SomeRows { features, targets, weights }| {
            if targets.len() != features.rows() || weights.len() != features.rows() {
                let (rows, targets, weights) = (features.rows(), targets.len(), weights.len());
                wrong.get_or_insert(FitError::Shape { rows, targets, weights });
            }
            for (row, ((targets, weight), (_, values))) in
                targets.iter().zip(weights).zip(features.iter()).enumerate()
            {
                let numbers = targets.iter().chain([weight]).all(|number| number.is_finite());
                if !numbers || values.iter().any(|value| !value.is_finite()) {
                    wrong.get_or_insert(FitError::NotFinite { row: count + row });
                }
                total += weight;
            }
            count += features.rows();
        })
        .map_err(FitError::Rows)?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        if count == 0 {
            return Err(FitError::Shape { rows: 0, targets: 0, weights: 0 });
        }
        self.minimise(&Objective::new(rows, total, self.penalty).tied(tie))
    }

    fn minimise(&self, objective: &Objective<'_, K>) -> Result<(FittedLogistic<K>, Vec<f64>), FitError> {
        let failed = |error: argmin::core::Error| match error.downcast::<io::Error>() {
            Ok(error) => FitError::Rows(error),
            Err(error) => FitError::Optimiser { reason: error.to_string() },
        };
        let length = objective.len();
        let start = self.start.clone().filter(|start| start.len() == length);
        let start = start.unwrap_or_else(|| vec![0.0; length]);
        // The search also ends where a step no longer lowers the loss; the check below tells whether the
        // gradient was small by then.
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
            .with_tolerance_grad(self.tolerance)
            .map_err(failed)?;
        let mut result = Executor::new(objective, solver)
            .configure(|state| state.param(start).max_iters(self.max_iterations))
            .ctrlc(false)
            .timer(false)
            .run()
            .map_err(failed)?;
        let iterations = result.state.get_iter();
        let reason = result.state.get_termination_reason().map_or("", TerminationReason::text).to_owned();
        let params = result
            .state
            .take_param()
            .or_else(|| result.state.take_best_param())
            .ok_or_else(|| FitError::Optimiser { reason: "it returned no parameters".to_owned() })?;
        let (loss, gradient) = objective.evaluate(&params).map_err(FitError::Rows)?;
        let gradient_norm = gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        if !(loss.is_finite() && gradient_norm <= self.tolerance) {
            return Err(FitError::NotConverged {
                objective: loss,
                gradient_norm,
                tolerance: self.tolerance,
                iterations,
                reason,
            });
        }
        let (weights, intercept) = objective.weights_of(&params);
        let mean = intercept.iter().sum::<f64>() / K as f64;
        let fitted = FittedLogistic {
            weights,
            intercept: intercept.map(|value| value - mean),
            objective: loss,
            gradient_norm,
            iterations,
        };
        Ok((fitted, params))
    }
}

#[cfg(test)]
mod tests;
