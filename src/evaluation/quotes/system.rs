use std::path::Path;

use serde::Deserialize;

use super::error::{QuoteFileErrors, QuoteFileProblem};
use super::interval::Interval;
use super::lines::read_lines;
use super::read_gold::stance;
use crate::records::QuoteRecord;
use crate::types::Stance;

/// A quote as a system reports it. Offsets may lie behind the end of the text: what does is cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemQuote {
    /// The spans of the quote: at least one.
    pub spans: Vec<Interval>,
    /// The span of the whole content, where the system tells it from the quote (the clause around the
    /// words in marks of a mixed quote).
    pub content: Option<Interval>,
    /// The words at the offsets, where the system gives them for a quote in one piece; checked against
    /// the text.
    pub text: Option<String>,
    /// The words that cite the speaker.
    pub speaker: Option<String>,
    /// Where they stand.
    pub speaker_span: Option<Interval>,
    /// The speaker's name.
    pub name: Option<String>,
    /// Where the cue stands.
    pub cue_span: Option<Interval>,
    /// The stance it was given.
    pub stance: Option<Stance>,
}

impl From<&QuoteRecord> for SystemQuote {
    fn from(record: &QuoteRecord) -> Self {
        let QuoteRecord { quote, speaker, cue, .. } = record;
        let span = |start: Option<usize>, end: Option<usize>| Some(Interval::new(start?, end?));
        Self {
            spans: quote.spans.iter().map(|&[start, end]| Interval::new(start, end)).collect(),
            content: quote.content.as_ref().map(|content| Interval::new(content.start, content.end)),
            text: None,
            speaker: speaker.mention.clone(),
            speaker_span: span(speaker.start, speaker.end),
            name: speaker.name.clone(),
            cue_span: cue.as_ref().map(|cue| Interval::new(cue.start, cue.end)),
            stance: record.stance.as_ref().and_then(|stance| stance.label.as_deref()?.parse().ok()),
        }
    }
}

/// Reads the quotes that a system reports, one JSON object an article and line:
/// `{"id": …, "quotes": [{"start", "end" or "spans", "text", "speaker", "speaker_start", "speaker_end",
/// "canonical", "cue_start", "cue_end", "stance"}]}`; all fields of a quote but its place are optional. A line
/// with `meta` and without `id` is passed over.
///
/// Gives the articles as pairs of identifier and quotes, in the order of the file.
///
/// # Errors
/// Every bad line at once. `path` is only named in errors.
pub fn read_system(bytes: &[u8], path: &Path) -> Result<Vec<(String, Vec<SystemQuote>)>, QuoteFileErrors> {
    read_lines(bytes, path, |row: Row| {
        let Some(id) = row.id else {
            let missing = || QuoteFileProblem::Json("missing field `id`".to_owned());
            return row.meta.map(|_| None).ok_or_else(missing);
        };
        let quotes = row.quotes.unwrap_or_default().into_iter().enumerate();
        let quotes: Result<_, _> = quotes.map(|(index, quote)| reported(quote, index)).collect();
        Ok(Some((id, quotes?)))
    })
}

/// A line of the file; other fields are passed over.
#[derive(Deserialize)]
struct Row {
    id: Option<String>,
    meta: Option<serde::de::IgnoredAny>,
    quotes: Option<Vec<QuoteRow>>,
}

#[derive(Deserialize)]
struct QuoteRow {
    text: Option<String>,
    start: Option<usize>,
    end: Option<usize>,
    spans: Option<Vec<[usize; 2]>>,
    speaker: Option<String>,
    speaker_start: Option<usize>,
    speaker_end: Option<usize>,
    canonical: Option<String>,
    cue_start: Option<usize>,
    cue_end: Option<usize>,
    stance: Option<String>,
}

fn reported(row: QuoteRow, index: usize) -> Result<SystemQuote, QuoteFileProblem> {
    let in_pieces = row.spans.filter(|spans| !spans.is_empty());
    let is_whole = in_pieces.is_none();
    let spans = match (in_pieces, row.start, row.end) {
        (Some(spans), ..) => spans.into_iter().map(|[start, end]| Interval::new(start, end)).collect(),
        (None, Some(start), Some(end)) => vec![Interval::new(start, end)],
        _ => return Err(QuoteFileProblem::NoSpan(format!("quotes[{index}]"))),
    };
    let span = |start: Option<usize>, end: Option<usize>| {
        Some(Interval::new(start?, end?)).filter(|span| !span.is_empty())
    };
    Ok(SystemQuote {
        spans,
        content: None,
        text: row.text.filter(|text| is_whole && !text.is_empty()),
        speaker: row.speaker,
        speaker_span: span(row.speaker_start, row.speaker_end),
        name: row.canonical,
        cue_span: span(row.cue_start, row.cue_end),
        stance: stance(row.stance.as_deref(), &format!("quotes[{index}].stance"))?,
    })
}
