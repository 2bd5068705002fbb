//! The plain data that flows between the stages, and how bytes are searched in it: no decisions, no input or output.
//!
//! Inside the library every position is a [`Span`] of *byte* offsets, half-open, into the text that
//! the type names. Only [`crate::records`] turns them into the code points that leave the program.

mod article;
mod bytes;
mod context;
mod labels;
mod quote;
mod span;

pub use article::{Article, CleanText, Markup, OffsetMap, Piece, is_invisible};
pub(crate) use bytes::{ONES, first_wanted};
pub use context::QuoteInContext;
pub use labels::{Sentiment, Stance, UnknownLabel};
pub use quote::{AttributedQuote, Quote, QuoteKind, Scores, Speaker, SpeakerKind};
pub use span::Span;
