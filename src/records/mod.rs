//! The wire format of every record that enters or leaves the program, and its writers.
//!
//! These structs are not the domain types: they are what users' files hold, they change only with
//! [`QUOTE_SCHEMA`], and `demarche schema` prints them as JSON Schema.

mod labelled;
mod quote;

pub use labelled::{LabelledRow, MarkError, mark, unmark};
pub use quote::{
    ArticleRecord, CueRecord, QUOTE_SCHEMA, QuoteBody, QuoteRecord, SentimentRecord, SpeakerRecord,
    StanceRecord,
};
