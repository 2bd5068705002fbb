//! Labelled sentences become a model.
//!
//! ```text
//! paths ─▶ read ─▶ LabelledSet ─▶ check ─▶ CheckReport
//!                       ├─▶ train: split ─▶ encode ─▶ fit per fold ─▶ choose ─▶ calibrate ─▶ fit ─▶ Model
//!                       ├─▶ distil: soft labels of a teacher ─▶ encode ─▶ choose ─▶ fit ─▶ compare ─▶ Model
//!                       └─▶ fine_tune (feature `fine-tune`): split ─▶ gradient descent ─▶ stop ─▶ calibrate ─▶ Model
//! ```

mod abstention;
mod baseline;
mod calibrate;
mod check;
mod distil;
mod duplicates;
mod encoding;
mod figures;
#[cfg(feature = "fine-tune")]
mod fine_tune;
mod labelled;
mod leakage;
mod logistic;
mod objective;
mod prior;
mod read;
mod row_store;
mod rows;
mod shortcuts;
mod spill;
mod split;
mod survey;
mod teacher;
mod train;

pub use baseline::{WordsBaseline, learning_curve_parts};
pub use check::{CheckReport, Finding, FindingKind, Severity, check};
pub use distil::{DistilOptions, SoftLabels, distil};
pub use encoding::EncoderPlan;
#[cfg(feature = "fine-tune")]
pub use fine_tune::{FineTuneError, FineTuneEvent, FineTuneOptions, Teaching, fine_tune};
pub use labelled::{LabelledExample, LabelledRows, LabelledSet, Split};
pub use leakage::{Leakage, leakage};
pub use logistic::{FitError, FittedLogistic, LogisticParams, ParamsError, ValidLogisticParams};
pub use read::{DataError, DataErrors, DataProblem, LabelledFiles, ReadOptions, read};
pub use shortcuts::{CONTRAST, ShortcutReport, TermCounts, WordsAccuracy, shortcuts};
pub use teacher::{SoftRow, soft_labels, unlabelled_quotes};
pub use train::{Progress, Stage, TrainError, TrainOptions, Trained, train};
