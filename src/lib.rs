//! `demarche` reads news, finds who said what, and measures how hawkish or diplomatic each quote is.
//!
//! ```text
//! bytes ─▶ Article ─▶ CleanText ─▶ Quote ─▶ attributed Quote ─▶ encoded ─▶ Scores ─▶ records
//!  read      parse      clean       find       attribute         encode    classify    write
//!
//! labelled sentences ─▶ check ─▶ split ─▶ encode ─▶ fit ─▶ calibrate ─▶ Model ─▶ evaluate
//! ```
//!
//! Each stage is a plain function over its input type and lives in the module of its name. Who may
//! import whom is checked by `tests/architecture.rs`.

pub mod articles;
pub mod brief;
pub mod cli;
pub mod encode;
pub mod evaluation;
pub mod model;
pub mod pipeline;
pub mod quotes;
pub mod records;
pub mod training;
pub mod types;
