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
//! round each; [`further()`] adds what has no such interval, [`compare`] a second model, [`slices`],
//! [`recalibrate`], [`baseline`] and [`surest_mistakes`] what a sceptic asks next, and [`agreement()`] how far
//! annotators agree. [`quotes`] does the same for quotes and speakers against annotated articles.

mod agreement;
mod bootstrap;
mod comparison;
mod details;
mod error;
mod further;
pub mod measures;
mod page;
mod predictions;
mod question;
pub mod quotes;
mod report;
mod table;
#[cfg(test)]
mod tests;
mod verdict;

pub use agreement::{AgreementReport, AnnotatorPair, agreement};
pub use bootstrap::{BootstrapOptions, BootstrapSummary, Estimate, IntervalMethod};
pub use comparison::{ComparisonReport, Difference, compare};
pub use details::{
    Baseline, CalibrationResult, FEWEST_SLICE_ROWS, LearningPoint, Mistake, QuestionDetails, RowText, Slice,
    SliceColumn, baseline, recalibrate, slices, surest_mistakes,
};
pub use error::EvaluationError;
pub use further::{Average, ConformalSets, CoveragePoint, Further, ReliabilityBin, Threshold, further};
pub use predictions::{Predictions, SUM_TOLERANCE, top};
pub use question::{ClassReport, ConfusionReport, ECE_BINS, QuestionReport, evaluate};
pub use report::{CleanRows, DataSource, EvaluationReport, LeakageKind, LeakageReport};
