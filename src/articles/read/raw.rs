use std::path::PathBuf;
use std::sync::Arc;

use super::bytes::Bytes;
use super::encoding::{check_is_text, decode};
use super::table::Header;
use super::{InputError, InputFormat, InputOptions, InputProblem, html, json, markdown};
use crate::types::Article;

/// One article before any work was done on it: a file name, or the bytes of a record.
#[derive(Debug)]
pub struct RawArticle {
    path: Arc<str>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// A file of one article, not yet opened.
    File { path: PathBuf, format: InputFormat, size: u64 },
    /// One article from a stream that can be read only once.
    Bytes { format: InputFormat, bytes: Vec<u8> },
    /// A line of a JSONL file.
    JsonLine { line: u64, bytes: Vec<u8> },
    /// A row of a table.
    Row { line: u64, bytes: Vec<u8>, header: Arc<Header> },
}

impl RawArticle {
    pub(super) fn file(path: PathBuf, format: InputFormat, size: u64) -> Self {
        Self { path: path.to_string_lossy().into(), content: Content::File { path, format, size } }
    }

    pub(super) const fn bytes(path: Arc<str>, format: InputFormat, bytes: Vec<u8>) -> Self {
        Self { path, content: Content::Bytes { format, bytes } }
    }

    pub(super) fn json_line(path: &Arc<str>, line: u64, bytes: Vec<u8>) -> Self {
        Self { path: path.clone(), content: Content::JsonLine { line, bytes } }
    }

    pub(super) fn row(path: &Arc<str>, line: u64, bytes: Vec<u8>, header: &Arc<Header>) -> Self {
        Self { path: path.clone(), content: Content::Row { line, bytes, header: header.clone() } }
    }

    /// Bytes held in memory, or on disk where the file is not yet opened: for filling batches evenly.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.content {
            Content::File { size, .. } => usize::try_from(*size).unwrap_or(usize::MAX),
            Content::Bytes { bytes, .. } | Content::JsonLine { bytes, .. } | Content::Row { bytes, .. } => {
                bytes.len()
            }
        }
    }

    /// Opens, decompresses, decodes and reads the article. Runs on any thread.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no article, or the record is not what the format says;
    /// the error names file, line and remedy.
    pub fn parse(self, options: &InputOptions) -> Result<Article, InputError> {
        let Self { path, content } = self;
        let limit = options.max_article_bytes;
        let (line, result) = match content {
            Content::File { path: file, format, .. } => {
                (None, read_file(file, limit).and_then(|bytes| whole_file(&path, format, bytes)))
            }
            Content::Bytes { format, bytes } => (None, whole_file(&path, format, bytes)),
            Content::JsonLine { line, bytes } => {
                (Some(line), json::article(&path, line, bytes, &options.columns))
            }
            Content::Row { line, bytes, header } => (Some(line), header.article(&path, line, bytes)),
        };
        result.map_err(|problem| InputError { path: path.to_string(), line, problem })
    }
}

fn read_file(path: PathBuf, limit: u64) -> Result<Vec<u8>, InputProblem> {
    let mut bytes = Vec::new();
    Bytes::open(&path)?.read_rest(&mut bytes, limit)?;
    Ok(bytes)
}

/// Reads one article that has a file to itself.
fn whole_file(path: &Arc<str>, format: InputFormat, bytes: Vec<u8>) -> Result<Article, InputProblem> {
    check_is_text(&bytes)?;
    let text = decode(bytes, format == InputFormat::Html);
    if text.trim().is_empty() {
        return Err(InputProblem::EmptyFile);
    }
    let id = path.to_string();
    match format {
        InputFormat::Html => html::article(id, &text),
        InputFormat::Markdown => Ok(markdown::article(id, text)),
        InputFormat::Text | InputFormat::Jsonl | InputFormat::Csv | InputFormat::Tsv => {
            Ok(Article { id, text, ..Article::default() })
        }
    }
}
