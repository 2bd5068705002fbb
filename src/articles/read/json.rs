use std::mem;
use std::sync::Arc;

use serde_json::Value;

use super::dates::parse_day;
use super::encoding::decode;
use super::{Columns, InputProblem};
use crate::types::{Article, Markup};

/// Reads one line of JSONL, `line` of `path`.
pub(super) fn article(
    path: &Arc<str>,
    line: u64,
    bytes: Vec<u8>,
    columns: &Columns,
) -> Result<Article, InputProblem> {
    let mut value: Value = serde_json::from_str(&decode(bytes, false)).map_err(InputProblem::BadJson)?;
    if !value.is_object() {
        return Err(InputProblem::NotAnObject(kind(&value)));
    }
    match at(&value, &columns.text) {
        Some(Value::String(text)) if text.trim().is_empty() => {
            return Err(InputProblem::EmptyText(columns.text.clone()));
        }
        Some(Value::String(_)) => {}
        Some(other) => {
            return Err(InputProblem::NotText { column: columns.text.clone(), found: kind(other) });
        }
        None => {
            return Err(InputProblem::MissingColumn {
                column: columns.text.clone(),
                present: value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default(),
            });
        }
    }
    let word = |column: &str| at(&value, column).and_then(word);
    Ok(Article {
        id: word(&columns.id).unwrap_or_else(|| format!("{path}:{line}")),
        title: word(&columns.title),
        url: word(&columns.url),
        outlet: word(&columns.outlet),
        published: word(&columns.published).as_deref().and_then(parse_day),
        // Last, because it is moved out.
        text: take_text(&mut value, &columns.text),
        markup: Markup::Plain,
    })
}

/// Moves the string of a column out.
fn take_text(value: &mut Value, column: &str) -> String {
    let found = if value.get(column).is_some() {
        value.get_mut(column)
    } else {
        column.split('.').try_fold(value, |value, key| value.get_mut(key))
    };
    match found {
        Some(Value::String(text)) => mem::take(text),
        _ => String::new(),
    }
}

/// The value of a column: the key as it stands, or else the way that its dots show.
fn at<'a>(value: &'a Value, column: &str) -> Option<&'a Value> {
    value.get(column).or_else(|| column.split('.').try_fold(value, |value, key| value.get(key)))
}

/// A string or number, as a string; `None` where it is something else or blank.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
