//! Bytes become articles, and articles become clean text.
//!
//! [`Inputs`] walks files, folders, globs and standard input on one thread and yields [`RawArticle`]s
//! that are cheap to hold; [`RawArticle::parse`] does the heavy work (decompressing, decoding, finding
//! the main text of a page) wherever the caller runs it; [`clean`] drops what the reporter did not
//! write and keeps the way back to the text as read.

mod clean;
mod front_matter;
mod read;

pub use clean::clean;
pub use read::{
    Columns, InputError, InputFormat, InputOptions, InputProblem, Inputs, RawArticle, UnknownFormat,
};
