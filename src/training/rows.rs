//! One record of a file becomes one labelled example.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::records::{LabelledRow, MarkError, unmark};
use crate::types::{QuoteInContext, Span};

use super::labelled::{LabelledExample, Split};
use super::read::DataProblem;

/// Our names of the columns that hold one text each.
const TEXT_COLUMNS: [&str; 11] = [
    "id",
    "text",
    "context",
    "stance",
    "sentiment",
    "stance_weight",
    "topic",
    "register",
    "year",
    "group",
    "split",
];

/// Our name of the column that holds a list; in a table its entries are divided by semicolons.
const CASES: &str = "cases";

/// Reads one JSON object with our column names or the user's.
pub(super) fn from_json(
    line: &str,
    names: &BTreeMap<String, String>,
    keep_fields: bool,
) -> Result<(LabelledRow, BTreeMap<String, String>), DataProblem> {
    let value: Value = serde_json::from_str(line).map_err(|error| DataProblem::Json(error.to_string()))?;
    let Value::Object(mut fields) = value else {
        return Err(DataProblem::Json("the line holds another JSON value".to_owned()));
    };
    let mut row = LabelledRow::default();
    for column in TEXT_COLUMNS {
        let name = names.get(column).map_or(column, String::as_str);
        let text = match fields.get_mut(name).map(Value::take) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => {
                return Err(DataProblem::Type { field: name.to_owned(), expected: "a text or a number" });
            }
        };
        set(&mut row, column, name, text)?;
    }
    let name = names.get(CASES).map_or(CASES, String::as_str);
    let not_a_list = || DataProblem::Type { field: name.to_owned(), expected: "a list of texts" };
    match fields.get_mut(name).map(Value::take) {
        None | Some(Value::Null) => {}
        Some(Value::Array(cases)) => {
            for case in cases {
                row.cases.push(case.as_str().ok_or_else(not_a_list)?.to_owned());
            }
        }
        Some(_) => return Err(not_a_list()),
    }
    let further = fields.into_iter().filter(|_| keep_fields).filter_map(|(name, value)| match value {
        Value::String(text) if !text.trim().is_empty() => Some((name, text.trim().to_owned())),
        Value::Number(number) => Some((name, number.to_string())),
        Value::Bool(answer) => Some((name, answer.to_string())),
        _ => None,
    });
    Ok((row, further.collect()))
}

/// Where the columns of a table stand.
pub(super) struct Columns {
    /// Our name, the name in the table, and the place.
    places: Vec<(&'static str, String, usize)>,
    /// The columns that are not ours, where they are kept.
    further: Vec<(String, usize)>,
}

impl Columns {
    /// Finds our columns, or those that the user named for them, in a header.
    pub(super) fn of(
        header: &csv::ByteRecord,
        names: &BTreeMap<String, String>,
        keep_fields: bool,
    ) -> Result<Self, DataProblem> {
        let mut found = Vec::new();
        for field in header {
            let name = std::str::from_utf8(field).map_err(|_| DataProblem::NotUtf8)?;
            found.push(name.trim_start_matches('\u{feff}').trim().to_owned());
        }
        let mut places = Vec::new();
        for column in TEXT_COLUMNS.into_iter().chain([CASES]) {
            let name = names.get(column).map_or(column, String::as_str);
            match found.iter().position(|found| found == name) {
                Some(place) => places.push((column, name.to_owned(), place)),
                // A column that the user named must be there; of the others only these two.
                None if names.contains_key(column) || ["text", "stance"].contains(&column) => {
                    return Err(DataProblem::Column { missing: name.to_owned(), found });
                }
                None => {}
            }
        }
        let ours = |place: &usize| places.iter().any(|(_, _, own)| own == place);
        let others = found.iter().enumerate().filter(|(place, _)| keep_fields && !ours(place));
        let further = others.map(|(place, name)| (name.clone(), place)).collect();
        Ok(Self { places, further })
    }

    /// The texts of a row that are not ours, where they are kept.
    pub(super) fn further(&self, record: &csv::ByteRecord) -> BTreeMap<String, String> {
        let fields = self.further.iter().filter_map(|(name, place)| {
            let text = String::from_utf8_lossy(record.get(*place)?);
            (!text.trim().is_empty()).then(|| (name.clone(), text.trim().to_owned()))
        });
        fields.collect()
    }

    /// Reads one row of the table.
    pub(super) fn row(&self, record: &csv::ByteRecord) -> Result<LabelledRow, DataProblem> {
        let mut row = LabelledRow::default();
        for (column, name, place) in &self.places {
            let text = std::str::from_utf8(record.get(*place).unwrap_or_default())
                .map_err(|_| DataProblem::NotUtf8)?;
            set(&mut row, column, name, text.to_owned())?;
        }
        Ok(row)
    }
}

/// Sets one field of a row; an empty text leaves it unset.
fn set(row: &mut LabelledRow, column: &str, name: &str, text: String) -> Result<(), DataProblem> {
    let text = if matches!(column, "text" | "context") { text } else { text.trim().to_owned() };
    if text.trim().is_empty() {
        return Ok(());
    }
    match column {
        "id" => row.id = text,
        "text" => row.text = text,
        "context" => row.context = Some(text),
        "stance" => row.stance = text,
        "sentiment" => row.sentiment = Some(text),
        "topic" => row.topic = Some(text),
        "register" => row.register = Some(text),
        "stance_weight" => {
            let weight = text.parse().ok().filter(|weight: &f64| weight.is_finite() && *weight >= 0.0);
            let wrong = DataProblem::Type { field: name.to_owned(), expected: "a number, 0 or more" };
            row.stance_weight = Some(weight.ok_or(wrong)?);
        }
        "group" => row.group = Some(text),
        "split" => row.split = Some(text),
        "year" => {
            let wrong = |_| DataProblem::Type { field: name.to_owned(), expected: "a year in digits" };
            row.year = Some(text.parse().map_err(wrong)?);
        }
        _ => {
            let cases = text.split(';').map(str::trim).filter(|case| !case.is_empty());
            row.cases = cases.map(str::to_owned).collect();
        }
    }
    Ok(())
}

/// Checks labels, split and marks of a row.
pub(super) fn to_example(
    row: LabelledRow,
    path: &Arc<Path>,
    line: u64,
    label_map: &BTreeMap<String, String>,
) -> Result<LabelledExample, DataProblem> {
    for (field, text) in [("text", &row.text), ("stance", &row.stance)] {
        if text.is_empty() {
            return Err(DataProblem::Missing(field.to_owned()));
        }
    }
    let ours = |label: &str| label_map.get(label).map_or(label, String::as_str).to_owned();
    let stance = ours(&row.stance).parse()?;
    let sentiment = row.sentiment.as_deref().map(|label| ours(label).parse()).transpose()?;
    let split = match row.split.as_deref() {
        None => None,
        Some("train") => Some(Split::Train),
        Some("validation") => Some(Split::Validation),
        Some(other) => return Err(DataProblem::Split(other.to_owned())),
    };
    let quote = match &row.context {
        None => QuoteInContext::bare(row.text.as_str()),
        Some(context) => match unmark(context) {
            // Other people's data names the quote without marking it.
            Err(MarkError::Missing) => find_in(context, &row.text)?,
            marked => marked?,
        },
    };
    let id = if row.id.is_empty() {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        format!("{file}:{line}")
    } else {
        row.id
    };
    Ok(LabelledExample {
        id,
        path: Arc::clone(path),
        line,
        text: row.text,
        quote,
        stance,
        sentiment,
        stance_weight: row.stance_weight.unwrap_or(1.0),
        group: row.group,
        split,
        topic: row.topic,
        register: row.register,
        year: row.year,
        cases: row.cases,
        fields: BTreeMap::new(),
    })
}

/// The quote at its first occurrence in an unmarked context.
fn find_in(context: &str, text: &str) -> Result<QuoteInContext, DataProblem> {
    let start = context.find(text).ok_or(MarkError::Missing)?;
    let spans = vec![Span::new(start, start + text.len())];
    Ok(QuoteInContext { context: context.to_owned(), spans })
}
