//! Stage 1: which words are quotes.

mod clauses;
mod content;
mod filter;
pub(super) mod indirect;
pub(super) mod marks;
mod segments;
pub(super) mod unmarked;

pub(super) use self::content::Contents;
pub(super) use self::filter::is_quotation;
pub(super) use self::segments::{Group, group, kind_of};
