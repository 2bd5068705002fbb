use std::fmt;
use std::path::PathBuf;

use super::interval::Interval;
use crate::types::UnknownLabel;

/// Everything that was wrong with a file of annotated articles or of reported quotes, by line.
#[derive(Debug, PartialEq, Eq)]
pub struct QuoteFileErrors {
    /// The file, as given.
    pub path: PathBuf,
    /// Line, from 1, and problem; never empty. No line where the whole file is meant.
    pub errors: Vec<(Option<usize>, QuoteFileProblem)>,
}

/// Errors that are printed before the rest is only counted.
const PRINTED: usize = 20;

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteFileProblem {
    /// No line holds an article.
    #[error("the file holds no article; write one JSON object a line")]
    Empty,
    /// The line is not UTF-8.
    #[error("not valid UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// The line is not a JSON object of the right form.
    #[error("{0}; the README shows a line of the format")]
    Json(String),
    /// An identifier was used before.
    #[error("the id '{id}' stands on line {first} already; give every article an id of its own")]
    Repeated {
        /// The identifier.
        id: String,
        /// The line that has it first.
        first: usize,
    },
    /// A date that is none.
    #[error("'date' is '{0}'; write it as YYYY-MM-DD, or leave it out")]
    Date(String),
    /// Offsets that do not fit the text.
    #[error(
        "'{field}' is [{start}, {end}] in a text of {length} code points; count code points from 0, start before end, end one past the last"
    )]
    Offsets {
        /// The field, with its place.
        field: String,
        /// The start given.
        start: i64,
        /// The end given.
        end: i64,
        /// Code points in the text.
        length: usize,
    },
    /// A quote without words.
    #[error("'{0}' has no letter in it; give the span of the words reported")]
    NoLetters(String),
    /// A region in a content that is not there.
    #[error("'{field}' is {index}, but there are {contents} quotes, numbered from 0")]
    ContentIndex {
        /// The field, with its place.
        field: String,
        /// The number given.
        index: usize,
        /// Number of contents.
        contents: usize,
    },
    /// A stance that the codebook does not know.
    #[error("'{field}': {label}")]
    Label {
        /// The field, with its place.
        field: String,
        /// What is wrong with it.
        label: UnknownLabel,
    },
    /// A quoted region that lies in no content.
    #[error(
        "'{field}' [{}, {}] is labelled quote but lies in no content; name one by content_index, or label it not_quote",
        .span.start, .span.end
    )]
    NoContent {
        /// The field, with its place.
        field: String,
        /// The region.
        span: Interval,
    },
    /// A reported quote without a place.
    #[error("'{0}' has neither spans nor start and end; give one of them")]
    NoSpan(String),
}

impl fmt::Display for QuoteFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (line, problem)) in self.errors.iter().take(PRINTED).enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{}:", self.path.display())?;
            if let Some(line) = line {
                write!(f, "{line}:")?;
            }
            write!(f, " {problem}")?;
        }
        match self.errors.len().saturating_sub(PRINTED) {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl std::error::Error for QuoteFileErrors {}
