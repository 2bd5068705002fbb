//! The brief: who says what, and where they contradict each other.
//!
//! [`Collection`] takes in articles and scored quotes; [`Brief::new`] works out, in this order,
//!
//! 1. speakers and their sides, the date of each quote and how it is known, the other sides and the
//!    matters it is about (`sayings`), and which quotes are printed more than once (`copies`);
//! 2. mixed-message candidates (`mixed`) and how many chance would give (`chance`);
//! 3. speakers and sides in figures, with intervals and trends (`voices`);
//!
//! and renders it as JSON, CSV, a table, or one offline HTML page (`page`). A candidate is a pair of quotes
//! that an analyst should read side by side, never a verdict on a person.

mod chance;
mod collection;
mod copies;
mod dates;
mod export;
mod mixed;
mod names;
mod page;
mod report;
mod sayings;
mod speakers;
mod table;
#[cfg(test)]
mod tests;
mod voices;
mod words;

pub use collection::{Collection, RecordProblem};
pub use export::BRIEF_SCHEMA;
pub use names::SideNames;
pub use report::{Brief, BriefError, BriefOptions};
