//! Reported quotes against annotated articles: how many were found, and with the right speaker.
//!
//! ```text
//! gold file ─▶ GoldArticle ┐                ┌─▶ regions  ─┐
//!                          ├─▶ Comparison ──┼─▶ contents ─┼─▶ Counts ─▶ QuoteReport
//! records or SYSTEM file ──┘   (an article) └─▶ speakers ─┘  (added over articles, resampled)
//! ```
//!
//! Everything here counts code points, as the files do. A quote is compared in two *views*: regions,
//! speakers, sources and cues by the spans of the quote (of a mixed quote, the words in marks), contents
//! by the whole reported clause where the system gives one. For a system that gives one list of spans both
//! views are the same.
//!
//! Each article costs time n log n in its spans and linear in its letters, and the counts are added, so
//! the bootstrap resamples articles without comparing anything again.

mod article;
mod attribution;
mod contents;
mod counts;
mod cover;
mod derive;
mod error;
mod gold;
mod interval;
mod lines;
mod mistakes;
mod names;
mod page;
mod read_gold;
mod regions;
mod report;
mod system;
mod table;
#[cfg(test)]
mod tests;
mod view;

pub use counts::{Part, Score};
pub use error::{QuoteFileErrors, QuoteFileProblem};
pub use gold::{ContentClass, GoldArticle, GoldQuote, GoldRegion, GoldSource, RegionLabel, SourceClass};
pub use interval::Interval;
pub use mistakes::{FoundSpeaker, Mistake, MistakeKind, WantedSource};
pub use read_gold::read_gold;
pub use report::{PartReport, QuoteReport, ScoreReport, evaluate_quotes};
pub use system::{SystemQuote, read_system};
