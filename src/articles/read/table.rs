use std::sync::Arc;

use super::dates::parse_day;
use super::encoding::decode;
use super::{Columns, InputProblem};
use crate::types::{Article, Markup};

/// Which column of a table holds what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    delimiter: u8,
    fields: usize,
    text_name: String,
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    url: Option<usize>,
    outlet: Option<usize>,
    published: Option<usize>,
}

impl Header {
    /// Reads the first row of a table.
    pub(super) fn parse(row: &str, delimiter: u8, columns: &Columns) -> Result<Self, InputProblem> {
        let names: Vec<String> = split(row, delimiter).iter().map(|name| name.trim().to_owned()).collect();
        let place = |column: &str| names.iter().position(|name| name == column);
        let Some(text) = place(&columns.text) else {
            return Err(InputProblem::MissingColumn { column: columns.text.clone(), present: names });
        };
        Ok(Self {
            delimiter,
            fields: names.len(),
            text_name: columns.text.clone(),
            text,
            id: place(&columns.id),
            title: place(&columns.title),
            url: place(&columns.url),
            outlet: place(&columns.outlet),
            published: place(&columns.published),
        })
    }

    /// Reads a row that starts on `line` of `path`.
    pub(super) fn article(&self, path: &Arc<str>, line: u64, row: Vec<u8>) -> Result<Article, InputProblem> {
        let row = split(&decode(row, false), self.delimiter);
        if row.len() != self.fields {
            return Err(InputProblem::RaggedRow { expected: self.fields, found: row.len() });
        }
        let field = |place: Option<usize>| {
            place.and_then(|place| row.get(place)).map(str::trim).filter(|field| !field.is_empty())
        };
        let text = row.get(self.text).unwrap_or_default();
        if text.trim().is_empty() {
            return Err(InputProblem::EmptyText(self.text_name.clone()));
        }
        Ok(Article {
            id: field(self.id).map_or_else(|| format!("{path}:{line}"), str::to_owned),
            title: field(self.title).map(str::to_owned),
            url: field(self.url).map(str::to_owned),
            outlet: field(self.outlet).map(str::to_owned),
            published: field(self.published).and_then(parse_day),
            text: text.to_owned(),
            markup: Markup::Plain,
        })
    }
}

/// The fields of one row.
fn split(row: &str, delimiter: u8) -> csv::StringRecord {
    let mut record = csv::StringRecord::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(row.len().clamp(64, 64 * 1024))
        .from_reader(row.as_bytes());
    // Reading valid UTF-8 from memory cannot fail; a row without fields is ragged.
    if reader.read_record(&mut record).is_err() {
        record.clear();
    }
    record
}
