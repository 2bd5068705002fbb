use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::UTF_8;

use super::bytes::Bytes;
use super::encoding::{Transcoder, check_is_text, decode, of_head};
use super::paths::{Found, Paths};
use super::records::Records;
use super::{InputError, InputFormat, InputOptions, InputProblem, RawArticle};

/// How messages call standard input.
const STDIN: &str = "<stdin>";

/// The articles behind a list of paths, folders, globs and `-` (standard input), in order.
///
/// Folders are walked in order of file names; hidden files are left out, and files whose extension is
/// not known are left out and counted, unless the options name a format. A file named outright is read
/// whatever its name. An input that cannot be read is an `Err`, and the next ones follow. At any time no
/// more than one record is held.
pub struct Inputs {
    options: InputOptions,
    paths: Paths,
    records: Option<Records>,
}

impl Inputs {
    /// Prepares to read `paths`; nothing is opened yet.
    #[must_use]
    pub fn open(paths: &[String], options: InputOptions) -> Self {
        let paths = Paths::new(paths.to_vec(), options.format.is_some());
        Self { options, paths, records: None }
    }

    /// Files found in folders so far that were left out because their extension is not known.
    #[must_use]
    pub const fn skipped_files(&self) -> u64 {
        self.paths.skipped()
    }

    /// The article of a file that holds one, or `None` after starting on a file of records.
    fn start(&mut self, found: Found) -> Result<Option<RawArticle>, InputError> {
        let (name, result) = match found {
            Found::Stdin => (STDIN.to_owned(), self.start_stream(STDIN, None, Bytes::over(io::stdin()))),
            Found::Pipe(path) => (path.to_string_lossy().into_owned(), self.start_pipe(&path)),
            Found::File(path, size) => {
                let name = path.to_string_lossy().into_owned();
                let result = match self.options.format.or_else(|| InputFormat::from_file_name(&path)) {
                    Some(format) if !format.holds_records() => Ok(Some(RawArticle::file(path, format, size))),
                    Some(_) => self.start_pipe(&path),
                    None => sniff_file(&path).and_then(|format| {
                        if format.holds_records() {
                            self.start_stream(&name, Some(format), Bytes::open(&path))
                        } else {
                            Ok(Some(RawArticle::file(path, format, size)))
                        }
                    }),
                };
                (name, result)
            }
        };
        result.map_err(|problem| InputError { path: name, line: None, problem })
    }

    fn start_pipe(&mut self, path: &Path) -> Result<Option<RawArticle>, InputProblem> {
        self.start_stream(&path.to_string_lossy(), InputFormat::from_file_name(path), Bytes::open(path))
    }

    fn start_stream(
        &mut self,
        name: &str,
        promised: Option<InputFormat>,
        stream: Result<Bytes, InputProblem>,
    ) -> Result<Option<RawArticle>, InputProblem> {
        let mut stream = stream?;
        let limit = self.options.max_article_bytes;
        let mut head = stream.take_head()?;
        check_is_text(&head)?;
        let format = self
            .options
            .format
            .or(promised)
            .unwrap_or_else(|| InputFormat::sniff(&decode(head.clone(), false)));
        let path: Arc<str> = name.into();
        let delimiter = match format {
            InputFormat::Text | InputFormat::Markdown | InputFormat::Html => {
                stream.read_rest(&mut head, limit)?;
                return Ok(Some(RawArticle::bytes(path, format, head)));
            }
            InputFormat::Jsonl => None,
            InputFormat::Csv => Some(b','),
            InputFormat::Tsv => Some(b'\t'),
        };
        let diagnosis = stream.diagnosis();
        let (encoding, mark) = of_head(&head);
        let mut head = Cursor::new(head);
        head.set_position(mark as u64);
        let bytes = head.chain(stream);
        let stream: Box<dyn Read + Send> =
            if encoding == UTF_8 { Box::new(bytes) } else { Box::new(Transcoder::new(bytes, encoding)) };
        self.records = Some(match delimiter {
            None => Records::jsonl(path, stream, diagnosis, limit),
            Some(delimiter) => {
                Records::table(path, stream, diagnosis, limit, delimiter, &self.options.columns)
            }
        });
        Ok(None)
    }
}

impl Iterator for Inputs {
    type Item = Result<RawArticle, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.records.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.records = None;
            let found = match self.paths.next()? {
                Ok(found) => found,
                Err(error) => return Some(Err(error)),
            };
            match self.start(found) {
                Ok(Some(article)) => return Some(Ok(article)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The format that a file shows at its beginning.
fn sniff_file(path: &Path) -> Result<InputFormat, InputProblem> {
    let head = Bytes::open(path)?.take_head()?;
    check_is_text(&head)?;
    Ok(InputFormat::sniff(&decode(head, false)))
}
