use std::path::Path;

use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;

use super::error::{QuoteFileErrors, QuoteFileProblem};

/// Reads the JSON objects of a file, one a line; empty lines are passed over. `keep` checks one and says
/// under which identifier it goes, or `None` where it has none (a line about the file).
///
/// # Errors
/// Every bad line at once.
pub(super) fn read_lines<Row: DeserializeOwned, Kept>(
    bytes: &[u8],
    path: &Path,
    keep: impl Fn(Row) -> Result<Option<(String, Kept)>, QuoteFileProblem>,
) -> Result<Vec<(String, Kept)>, QuoteFileErrors> {
    let mut kept: Vec<(String, Kept)> = Vec::new();
    let mut first_lines: FxHashMap<String, usize> = FxHashMap::default();
    let mut errors = Vec::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        match row(line).and_then(|row| row.map_or(Ok(None), &keep)) {
            Ok(None) => {}
            Ok(Some((id, value))) => match first_lines.get(&id) {
                Some(&first) => errors.push((Some(index + 1), QuoteFileProblem::Repeated { id, first })),
                None => {
                    first_lines.insert(id.clone(), index + 1);
                    kept.push((id, value));
                }
            },
            Err(problem) => errors.push((Some(index + 1), problem)),
        }
    }
    if errors.is_empty() && kept.is_empty() {
        errors.push((None, QuoteFileProblem::Empty));
    }
    if errors.is_empty() { Ok(kept) } else { Err(QuoteFileErrors { path: path.to_path_buf(), errors }) }
}

fn row<Row: DeserializeOwned>(line: &[u8]) -> Result<Option<Row>, QuoteFileProblem> {
    let text = std::str::from_utf8(line).map_err(|_| QuoteFileProblem::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(None);
    }
    // serde_json counts lines inside the text it reads, which is one line here.
    serde_json::from_str(text).map(Some).map_err(|error| {
        QuoteFileProblem::Json(error.to_string().replace(" at line 1 column ", " at column "))
    })
}
