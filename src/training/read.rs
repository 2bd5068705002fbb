use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use walkdir::WalkDir;

use crate::records::MarkError;
use crate::types::UnknownLabel;

use super::labelled::{LabelledExample, LabelledRows, LabelledSet, Split};
use super::rows::{self, Columns};

/// How labelled sentences are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Other people's label names and ours: `dovish` → `diplomatic`. Looked up before the label is read,
    /// for stance and sentiment alike.
    pub label_map: BTreeMap<String, String>,
    /// Our column names and other people's: `text` → `quote`. A column that is not named keeps our name.
    pub columns: BTreeMap<String, String>,
    /// Whether [`LabelledExample::fields`] keeps the columns that are not ours.
    pub keep_fields: bool,
    /// Errors that [`DataErrors`] prints before it only counts.
    pub printed_errors: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { label_map: BTreeMap::new(), columns: BTreeMap::new(), keep_fields: false, printed_errors: 20 }
    }
}

/// Everything that was wrong with labelled data: every bad line of every file, in reading order.
#[derive(Debug)]
pub struct DataErrors {
    /// The errors; never empty.
    pub errors: Vec<DataError>,
    /// How many of them are printed.
    pub printed: usize,
}

/// One bad file or line.
#[derive(Debug)]
pub struct DataError {
    /// The file or folder, as given.
    pub path: PathBuf,
    /// The line, from 1; `None` where the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: DataProblem,
}

/// What can be wrong with labelled data.
#[derive(Debug, thiserror::Error)]
pub enum DataProblem {
    /// There is no such file or folder.
    #[error("no such file or folder")]
    NotFound,
    /// The file cannot be read, or not to its end.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// The name says no format.
    #[error("unknown format; name it .jsonl, .csv or .tsv, or one of these with .gz or .zst")]
    Format,
    /// A folder without data.
    #[error("the folder holds no .jsonl, .csv or .tsv file")]
    EmptyFolder,
    /// A file without rows.
    #[error("the file holds no labelled sentence")]
    NoRows,
    /// The line is not UTF-8.
    #[error("not valid UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// The line is not a JSON object.
    #[error("not a JSON object: {0}")]
    Json(String),
    /// The row does not fit the table.
    #[error("{found} fields where the header names {expected}; quote fields that hold the separator")]
    Fields {
        /// Fields in the row.
        found: u64,
        /// Fields in the header.
        expected: u64,
    },
    /// The table lacks a column.
    #[error("no column '{missing}' (found: {}); rename it or name it with --column {missing}=NAME", found.join(", "))]
    Column {
        /// Our name of the column, or the user's.
        missing: String,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// A field is absent or empty.
    #[error("'{0}' is missing or empty")]
    Missing(String),
    /// A field is not of the right type.
    #[error("'{field}' must be {expected}")]
    Type {
        /// The field.
        field: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A label that the codebook does not know.
    #[error("{0}; correct it, or map it with --label-map {found}=LABEL", found = .0.found)]
    Label(#[from] UnknownLabel),
    /// A split that is neither of the two.
    #[error("unknown split '{0}' (known: {names})", names = Split::NAMES.join(", "))]
    Split(String),
    /// The marks of the context are wrong.
    #[error(transparent)]
    Marks(#[from] MarkError),
}

/// Reads labelled sentences from JSONL, CSV and TSV files, each plain, `.gz` or `.zst`, and from folders of
/// them (files in the order of their paths).
///
/// # Errors
/// All bad files and lines at once.
pub fn read(paths: &[PathBuf], options: &ReadOptions) -> Result<LabelledSet, DataErrors> {
    let mut set = LabelledSet::default();
    read_each(paths, options, &mut |example| set.examples.push(example))?;
    Ok(set)
}

/// As [`read`], handing over one row after the other. Rows are handed over until the end, also after a bad line.
fn read_each(
    paths: &[PathBuf],
    options: &ReadOptions,
    take: &mut dyn FnMut(LabelledExample),
) -> Result<(), DataErrors> {
    let mut reader = Reader { options, take, rows: 0, errors: Vec::new() };
    for path in paths {
        for (file, format) in reader.files(path) {
            reader.file(&file, format);
        }
    }
    if reader.errors.is_empty() {
        Ok(())
    } else {
        Err(DataErrors { errors: reader.errors, printed: options.printed_errors })
    }
}

/// Labelled sentences that stay in their files: every pass reads them anew, one at a time.
#[derive(Clone, Copy, Debug)]
pub struct LabelledFiles<'a> {
    /// Files and folders as for [`read`].
    pub paths: &'a [PathBuf],
    /// How they are read.
    pub options: &'a ReadOptions,
}

impl LabelledRows for LabelledFiles<'_> {
    fn each(&self, take: &mut dyn FnMut(&LabelledExample)) -> Result<(), DataErrors> {
        read_each(self.paths, self.options, &mut |example| take(&example))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    JsonLines,
    Table { delimiter: u8 },
}

struct Reader<'a> {
    options: &'a ReadOptions,
    take: &'a mut dyn FnMut(LabelledExample),
    /// Rows handed over.
    rows: usize,
    errors: Vec<DataError>,
}

impl Reader<'_> {
    /// The data files that a path stands for.
    fn files(&mut self, path: &Path) -> Vec<(PathBuf, Format)> {
        if !path.is_dir() {
            return match format_of(path) {
                Some(format) => vec![(path.to_path_buf(), format)],
                None if path.exists() => self.fail(path, None, DataProblem::Format),
                None => self.fail(path, None, DataProblem::NotFound),
            };
        }
        let mut files = Vec::new();
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if !entry.file_type().is_dir() => {
                    files.extend(format_of(entry.path()).map(|format| (entry.into_path(), format)));
                }
                Ok(_) => {}
                Err(error) => {
                    let at = error.path().unwrap_or(path).to_path_buf();
                    self.fail::<()>(&at, None, DataProblem::Unreadable(error.into()));
                }
            }
        }
        if files.is_empty() {
            self.fail::<()>(path, None, DataProblem::EmptyFolder);
        }
        files
    }

    fn file(&mut self, path: &Path, format: Format) {
        let before = (self.rows, self.errors.len());
        let input = match open(path) {
            Ok(input) => input,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.fail::<()>(path, None, DataProblem::NotFound);
                return;
            }
            Err(error) => {
                self.fail::<()>(path, None, DataProblem::Unreadable(error));
                return;
            }
        };
        let name: Arc<Path> = Arc::from(path);
        match format {
            Format::JsonLines => self.json_lines(&name, input),
            Format::Table { delimiter } => self.table(&name, input, delimiter),
        }
        if before == (self.rows, self.errors.len()) {
            self.fail::<()>(path, None, DataProblem::NoRows);
        }
    }

    fn json_lines(&mut self, path: &Arc<Path>, input: Box<dyn Read>) {
        let mut input = BufReader::new(input);
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            match input.read_until(b'\n', &mut bytes) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    self.fail::<()>(path, Some(line), DataProblem::Unreadable(error));
                    return;
                }
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| DataProblem::NotUtf8);
            let row = text.and_then(|text| {
                let text = text.trim_start_matches('\u{feff}').trim();
                if text.is_empty() {
                    Ok(None)
                } else {
                    rows::from_json(text, &self.options.columns, self.options.keep_fields).map(Some)
                }
            });
            match row {
                Ok(None) => {}
                Ok(Some((row, fields))) => {
                    let example = rows::to_example(row, path, line, &self.options.label_map);
                    self.keep(path, line, example.map(|example| LabelledExample { fields, ..example }));
                }
                Err(problem) => self.keep(path, line, Err(problem)),
            }
        }
    }

    fn table(&mut self, path: &Arc<Path>, input: Box<dyn Read>, delimiter: u8) {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(input);
        let columns = match reader.byte_headers() {
            Ok(header) => Columns::of(header, &self.options.columns, self.options.keep_fields),
            Err(error) => Err(table_problem(error)),
        };
        let columns = match columns {
            Ok(columns) => columns,
            Err(problem) => return self.keep(path, 1, Err(problem)),
        };
        let mut record = csv::ByteRecord::new();
        loop {
            let before = reader.position().line();
            match reader.read_byte_record(&mut record) {
                Ok(false) => return,
                Ok(true) => {
                    let line = record.position().map_or(before, csv::Position::line);
                    let row = columns
                        .row(&record)
                        .and_then(|row| rows::to_example(row, path, line, &self.options.label_map))
                        .map(|example| LabelledExample { fields: columns.further(&record), ..example });
                    self.keep(path, line, row);
                }
                Err(error) => {
                    let line = error.position().map_or(before, csv::Position::line);
                    let ends = error.is_io_error();
                    self.keep(path, line, Err(table_problem(error)));
                    if ends {
                        return;
                    }
                }
            }
        }
    }

    fn keep(&mut self, path: &Path, line: u64, row: Result<LabelledExample, DataProblem>) {
        match row {
            Ok(example) => {
                self.rows += 1;
                (self.take)(example);
            }
            Err(problem) => {
                self.fail::<()>(path, Some(line), problem);
            }
        }
    }

    fn fail<T>(&mut self, path: &Path, line: Option<u64>, problem: DataProblem) -> Vec<T> {
        self.errors.push(DataError { path: path.to_path_buf(), line, problem });
        Vec::new()
    }
}

/// The format that a file name says, below `.gz` or `.zst`.
fn format_of(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        "csv" => Some(Format::Table { delimiter: b',' }),
        "tsv" => Some(Format::Table { delimiter: b'\t' }),
        _ => None,
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let ends_in = |suffix| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(suffix));
    Ok(if ends_in("gz") {
        Box::new(MultiGzDecoder::new(BufReader::new(file)))
    } else if ends_in("zst") {
        Box::new(zstd::Decoder::new(file)?)
    } else {
        Box::new(file)
    })
}

fn table_problem(error: csv::Error) -> DataProblem {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => DataProblem::Unreadable(error),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            DataProblem::Fields { found: len, expected: expected_len }
        }
        _ => DataProblem::NotUtf8,
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path.display(), self.problem),
            None => write!(f, "{}: {}", self.path.display(), self.problem),
        }
    }
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.problem)
    }
}

impl fmt::Display for DataErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.errors.iter().take(self.printed).enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        match self.errors.len().saturating_sub(self.printed) {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl std::error::Error for DataErrors {}

#[cfg(test)]
mod tests;
