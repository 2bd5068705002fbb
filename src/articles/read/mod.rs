//! From paths to articles. The only part of [`crate::articles`] that opens files.

mod bytes;
mod dates;
mod encoding;
mod error;
mod format;
mod html;
mod inputs;
mod json;
mod markdown;
mod options;
mod paths;
mod raw;
mod records;
mod table;
#[cfg(test)]
mod tests;

pub use error::{InputError, InputProblem};
pub use format::{InputFormat, UnknownFormat};
pub use inputs::Inputs;
pub use options::{Columns, InputOptions};
pub use raw::RawArticle;
