use std::fmt;
use std::io;

/// One input, or one record of it, that could not be read. The other inputs are not affected.
#[derive(Debug)]
pub struct InputError {
    /// The path as given or found; `<stdin>` for standard input.
    pub path: String,
    /// The line on which the record starts, from 1; `None` where the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong, and what to do.
    pub problem: InputProblem,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.problem),
            None => write!(f, "{}: {}", self.path, self.problem),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.problem.source()
    }
}

/// What is wrong with an input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputProblem {
    /// The path does not exist.
    #[error("no such file or folder; check the path")]
    NotFound,
    /// A glob without a match.
    #[error("no file matches this pattern; check it, or quote it so that the shell leaves it alone")]
    NoMatch,
    /// A glob that is not one.
    #[error("not a valid pattern: {0}; write [[] for a literal bracket")]
    BadPattern(String),
    /// A folder without articles.
    #[error(
        "the folder holds no articles ({skipped} other files skipped); known file names end in .txt, .md, .html, .jsonl, .csv or .tsv, also with .gz or .zst, or name the format with --input-format"
    )]
    EmptyFolder {
        /// Files whose extension is not known.
        skipped: u64,
    },
    /// A symbolic link to nothing.
    #[error("the link points to a file that does not exist; mend or remove the link")]
    BrokenLink,
    /// A symbolic link to a folder that holds it.
    #[error("the link leads back to the folder {0}, which would never end; remove the link")]
    LinkLoop(String),
    /// The operating system refused.
    #[error("cannot be read: {0}; check permissions and the disk")]
    Unreadable(#[source] io::Error),
    /// Compressed data that cannot be decompressed to the end.
    #[error("the {format} data is damaged or cut short ({source}); fetch or compress the file again")]
    Corrupt {
        /// `gzip` or `zstd`.
        format: &'static str,
        /// What the decoder says.
        source: io::Error,
    },
    /// Not text.
    #[error("looks like a binary file ({0}); convert it to text or HTML first")]
    Binary(&'static str),
    /// No bytes, or only white space.
    #[error("the file is empty; remove it, or check how it was made")]
    EmptyFile,
    /// A record without text.
    #[error(
        "the text in column '{0}' is empty; remove the record, or name another column with --text-column"
    )]
    EmptyText(String),
    /// More bytes than allowed.
    #[error("larger than the limit of {limit} bytes; raise it with --max-article-size")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A table row with more bytes than allowed.
    #[error(
        "the row is larger than the limit of {limit} bytes; close a quotation mark left open, or raise the limit with --max-article-size"
    )]
    RowTooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A line that is not JSON.
    #[error("not valid JSON: {}; each line must hold one complete JSON object", within_line(.0))]
    BadJson(#[source] serde_json::Error),
    /// JSON, but not an object.
    #[error("found {0} where an object was expected; each line must hold one JSON object")]
    NotAnObject(&'static str),
    /// A record or table without the text column.
    #[error("no column '{column}' (columns: {}); name the column that holds the text with --text-column", present.join(", "))]
    MissingColumn {
        /// The column looked for.
        column: String,
        /// The columns that are there, in order.
        present: Vec<String>,
    },
    /// A text that is not a string.
    #[error(
        "column '{column}' holds {found} where text was expected; name the column that holds the text with --text-column"
    )]
    NotText {
        /// The column.
        column: String,
        /// What it holds.
        found: &'static str,
    },
    /// A row with too few or too many fields.
    #[error(
        "the row has {found} fields where the header has {expected}; quote fields that hold separators or line breaks"
    )]
    RaggedRow {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quoted field that the file ends in.
    #[error("a quotation mark opened in this row is never closed; close it, or double marks inside fields")]
    OpenQuote,
    /// A page without text.
    #[error("no article text found in this page; save the article itself, or convert it to text")]
    NoMainText,
    /// A page with more elements than any article.
    #[error("the page has more than {limit} elements; save the article itself, or convert it to text")]
    TooManyElements {
        /// The limit.
        limit: usize,
    },
}

/// The message without the line, which counts from the record.
fn within_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
