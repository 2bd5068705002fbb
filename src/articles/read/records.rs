use std::io::{self, BufRead, BufReader, Read};
use std::mem;
use std::sync::Arc;

use super::bytes::Diagnosis;
use super::encoding::decode;
use super::table::Header;
use super::{Columns, InputError, InputProblem, RawArticle};

/// One record as it stands in the file, or what is wrong with it, with the line on which it starts.
type Record = (u64, Result<Vec<u8>, InputProblem>);

/// Splits a file of records, without looking into them, in memory for one of them.
pub(super) struct Records {
    path: Arc<str>,
    splitter: Splitter,
    diagnosis: Diagnosis,
    limit: u64,
    kind: Kind,
    records: u64,
    is_finished: bool,
}

/// What the records are.
enum Kind {
    Jsonl,
    /// A table; the header is read with its first row.
    Table {
        delimiter: u8,
        columns: Columns,
        header: Option<Arc<Header>>,
    },
}

impl Records {
    /// Splits JSONL.
    pub(super) fn jsonl(
        path: Arc<str>,
        stream: impl Read + Send + 'static,
        diagnosis: Diagnosis,
        limit: u64,
    ) -> Self {
        Self {
            path,
            splitter: Splitter::new(stream, None),
            diagnosis,
            limit,
            kind: Kind::Jsonl,
            records: 0,
            is_finished: false,
        }
    }

    /// Splits a table whose fields are separated by `delimiter`.
    pub(super) fn table(
        path: Arc<str>,
        stream: impl Read + Send + 'static,
        diagnosis: Diagnosis,
        limit: u64,
        delimiter: u8,
        columns: &Columns,
    ) -> Self {
        Self {
            path,
            splitter: Splitter::new(stream, Some(delimiter)),
            diagnosis,
            limit,
            kind: Kind::Table { delimiter, columns: columns.clone(), header: None },
            records: 0,
            is_finished: false,
        }
    }

    fn error(&self, line: Option<u64>, problem: InputProblem) -> InputError {
        InputError { path: self.path.to_string(), line, problem }
    }
}

impl Iterator for Records {
    type Item = Result<RawArticle, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.is_finished {
                return None;
            }
            let (line, bytes) = match self.splitter.next_record(self.limit) {
                Ok(Some((line, Ok(bytes)))) => (line, bytes),
                Ok(Some((line, Err(problem)))) => {
                    self.records += 1;
                    return Some(Err(self.error(Some(line), problem)));
                }
                Ok(None) => {
                    self.is_finished = true;
                    if self.records == 0 {
                        return Some(Err(self.error(None, InputProblem::EmptyFile)));
                    }
                    return None;
                }
                Err(error) => {
                    self.is_finished = true;
                    return Some(Err(self.error(None, self.diagnosis.of(error))));
                }
            };
            self.records += 1;
            match &mut self.kind {
                Kind::Jsonl => return Some(Ok(RawArticle::json_line(&self.path, line, bytes))),
                Kind::Table { header: Some(header), .. } => {
                    return Some(Ok(RawArticle::row(&self.path, line, bytes, header)));
                }
                Kind::Table { delimiter, columns, header } => {
                    match Header::parse(&decode(bytes, false), *delimiter, columns) {
                        Ok(found) => *header = Some(Arc::new(found)),
                        Err(problem) => {
                            self.is_finished = true;
                            return Some(Err(self.error(None, problem)));
                        }
                    }
                }
            }
        }
    }
}

/// Finds the ends of records.
struct Splitter {
    stream: BufReader<Box<dyn Read + Send>>,
    /// The field separator of a table; `None` where a record is a line.
    delimiter: Option<u8>,
    /// Line feeds and carriage returns read so far.
    lines: u64,
    state: State,
    was_return: bool,
}

/// Where in a table row the reader is (RFC 4180, section 2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Bare,
    Quoted,
    /// After a mark within a quoted field: its end, or half of a doubled mark.
    Mark,
}

impl Splitter {
    fn new(stream: impl Read + Send + 'static, delimiter: Option<u8>) -> Self {
        let stream: Box<dyn Read + Send> = Box::new(stream);
        Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            delimiter,
            lines: 0,
            state: State::FieldStart,
            was_return: false,
        }
    }

    /// The next record that is not blank, without its line break. A record over the limit is passed over
    /// without being held.
    fn next_record(&mut self, limit: u64) -> io::Result<Option<Record>> {
        loop {
            let line = self.lines + 1;
            let mut bytes = Vec::new();
            let mut is_too_long = false;
            let has_ended = loop {
                let buffer = match self.stream.fill_buf() {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    filled => filled?,
                };
                if buffer.is_empty() {
                    break false;
                }
                let (length, has_ended) = match self.delimiter {
                    None => match memchr::memchr(b'\n', buffer) {
                        Some(place) => (place, true),
                        None => (buffer.len(), false),
                    },
                    Some(delimiter) => {
                        scan_row(buffer, delimiter, &mut self.state, &mut self.lines, &mut self.was_return)
                    }
                };
                is_too_long = is_too_long || (bytes.len() + length) as u64 > limit;
                if is_too_long {
                    bytes = Vec::new();
                } else {
                    bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
                }
                self.stream.consume(length + usize::from(has_ended));
                if has_ended {
                    break true;
                }
            };
            if self.delimiter.is_none() {
                self.lines += u64::from(has_ended);
            }
            let was_quoted = mem::replace(&mut self.state, State::FieldStart) == State::Quoted;
            if is_too_long {
                let problem = match self.delimiter {
                    None => InputProblem::TooLarge { limit },
                    Some(_) => InputProblem::RowTooLarge { limit },
                };
                return Ok(Some((line, Err(problem))));
            }
            if bytes.iter().any(|byte| !byte.is_ascii_whitespace()) {
                let record = if was_quoted { Err(InputProblem::OpenQuote) } else { Ok(bytes) };
                return Ok(Some((line, record)));
            }
            if !has_ended {
                return Ok(None);
            }
        }
    }
}

/// Where the row ends in `buffer`, and whether it does. Counts lines: a carriage return and the line
/// feed after it are one.
fn scan_row(
    buffer: &[u8],
    delimiter: u8,
    state: &mut State,
    lines: &mut u64,
    was_return: &mut bool,
) -> (usize, bool) {
    for (place, &byte) in buffer.iter().enumerate() {
        let is_break = matches!(byte, b'\n' | b'\r');
        *lines += u64::from(is_break && !(byte == b'\n' && *was_return));
        *was_return = byte == b'\r';
        *state = match (*state, byte) {
            (State::Quoted, b'"') => State::Mark,
            (State::Quoted, _) => State::Quoted,
            (_, b'\n' | b'\r') => return (place, true),
            (State::FieldStart | State::Mark, b'"') => State::Quoted,
            (_, byte) if byte == delimiter => State::FieldStart,
            _ => State::Bare,
        };
    }
    (buffer.len(), false)
}
