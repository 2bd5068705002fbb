//! Predictions become accuracy figures with intervals.
//!
//! ```text
//! gold labels ┐                        ┌─▶ point values ──┐
//!             ├─▶ checked Predictions ─┤                  ├─▶ QuestionReport ─▶ EvaluationReport
//! probabilities ┘      per-row terms ──┴─▶ bootstrap ─────┘      (JSON)          (terminal table)
//! ```
//!
//! [`measures`] holds every formula as a small pure function, one file per family, with its source.
//! [`evaluate`] runs those of the main report on one question and puts a percentile bootstrap interval
//! round each. [`quotes`] does the same for quotes and speakers against annotated articles.

mod bootstrap;
mod error;
pub mod measures;
mod predictions;
mod question;
pub mod quotes;
mod report;
mod table;
#[cfg(test)]
mod tests;

pub use bootstrap::{BootstrapOptions, BootstrapSummary, Estimate};
pub use error::EvaluationError;
pub use predictions::{Predictions, SUM_TOLERANCE, top};
pub use question::{ClassReport, ConfusionReport, ECE_BINS, QuestionReport, evaluate};
pub use report::{DataSource, EvaluationReport};
