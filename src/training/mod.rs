//! Labelled sentences become a model.
//!
//! ```text
//! paths ─▶ read ─▶ LabelledSet ─▶ check ─▶ CheckReport
//!                       └─▶ train: split ─▶ encode ─▶ fit per fold ─▶ choose ─▶ calibrate ─▶ fit ─▶ Model
//! ```

mod calibrate;
mod check;
mod duplicates;
mod encoding;
mod figures;
mod labelled;
mod logistic;
mod objective;
mod read;
mod rows;
mod shortcuts;
mod split;
mod train;

pub use calibrate::best_temperature;
pub use check::{CheckReport, Finding, FindingKind, Severity, check};
pub use encoding::EncoderPlan;
pub use labelled::{LabelledExample, LabelledSet, Split};
pub use logistic::{FitError, FittedLogistic, LogisticParams, ParamsError, ValidLogisticParams};
pub use read::{DataError, DataErrors, DataProblem, ReadOptions, read};
pub use shortcuts::{CONTRAST, ShortcutReport, TermCounts, WordsAccuracy, shortcuts};
pub use train::{Progress, Stage, TrainError, TrainOptions, Trained, train};
