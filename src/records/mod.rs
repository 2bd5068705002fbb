//! The wire format of every record that enters or leaves the program, and its writers.
//!
//! These structs are not the domain types: they are what users' files hold, they change only with
//! [`QUOTE_SCHEMA`], and `demarche schema` prints them as JSON Schema.

mod code_points;
mod json_line;
mod labelled;
mod output;
mod quote;
mod sink;

pub use code_points::CodePoints;
pub use labelled::{LabelledRow, MarkError, mark, unmark};
pub use output::Output;
pub use quote::{
    ArticleRecord, ContentRecord, CueRecord, QUOTE_SCHEMA, QuoteBody, QuoteRecord, SentimentRecord,
    SpeakerRecord, StanceRecord, WhyRecord,
};
pub use sink::{Csv, JsonLines, Sink, Terminal};
