use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use super::cover::Cover;
use super::derive;
use super::error::{QuoteFileErrors, QuoteFileProblem};
use super::gold::{ContentClass, GoldArticle, GoldQuote, GoldSource, RegionLabel, SourceClass};
use super::interval::{Interval, IntervalSet};
use super::lines::read_lines;
use super::page::Page;
use crate::types::Stance;

/// How a speaker was named where a program guessed, less reliably than is worth scoring.
const GUESSES: [&str; 2] = ["auto-previous-source", "coref-auto"];

/// Reads annotated articles, one JSON object a line. Required are `id`, `text` and `quotes`, and in each
/// quote `content_spans`; the README describes all fields. What is left out is derived:
///
/// - `quoted_regions`: the text inside pairs of double marks, paragraph by paragraph; a `label` that is
///   left out is `quote` where at least half of the region's letters lie in one content, else `not_quote`;
///   `content_index` is the content that holds most of them;
/// - `quote_marks`: by the letters in regions ([`ContentClass`]);
/// - `source`: the words of `source_span`;
/// - `source_head`: the last word before a comma, a bracket, or one of *of, in, for, at, from, with, who,
///   that, on, to, whose, by, and*;
/// - `speaker_type`: `pronoun` where the source is one, `name` where its head word is capitalised, else
///   `nominal`.
///
/// The `stance` of a quote (`hawkish`, `diplomatic` or `neutral`) is never derived.
///
/// # Errors
/// Every bad line at once. `path` is only named in errors.
pub fn read_gold(bytes: &[u8], path: &Path) -> Result<Vec<GoldArticle>, QuoteFileErrors> {
    let articles = read_lines(bytes, path, |row: Row| {
        let article = article(row)?;
        Ok(Some((article.id.clone(), article)))
    })?;
    Ok(articles.into_iter().map(|(_, article)| article).collect())
}

/// A line of the file; other fields are passed over.
#[derive(Deserialize)]
struct Row {
    id: String,
    text: String,
    date: Option<String>,
    quotes: Vec<QuoteRow>,
    quoted_regions: Option<Vec<RegionRow>>,
    discard_spans: Option<Vec<Offsets>>,
}

type Offsets = [i64; 2];

#[derive(Deserialize)]
struct QuoteRow {
    content_spans: Vec<Offsets>,
    quote_marks: Option<ContentClass>,
    source_span: Option<Offsets>,
    source: Option<String>,
    source_head: Option<String>,
    speaker_type: Option<SourceClass>,
    speaker: Option<String>,
    speaker_method: Option<String>,
    cue_span: Option<Offsets>,
    stance: Option<String>,
}

#[derive(Deserialize)]
struct RegionRow {
    start: i64,
    end: i64,
    closed: Option<bool>,
    label: Option<RegionLabel>,
    content_index: Option<usize>,
}

fn article(row: Row) -> Result<GoldArticle, QuoteFileProblem> {
    let page = Page::new(&row.text);
    let date = row.date.filter(|date| !date.trim().is_empty()).map(day).transpose()?;
    let contents: Vec<Vec<Interval>> = row
        .quotes
        .iter()
        .enumerate()
        .map(|(index, quote)| content(&page, quote, &format!("quotes[{index}].content_spans")))
        .collect::<Result<_, _>>()?;
    let sets: Vec<IntervalSet> =
        contents.iter().map(|content| IntervalSet::new(content.iter().copied())).collect();
    let drafts = match row.quoted_regions {
        Some(regions) => regions
            .iter()
            .enumerate()
            .map(|(index, region)| draft(&page, region, index, contents.len()))
            .collect::<Result<_, _>>()?,
        None => derive::regions(&page),
    };
    let regions = derive::labelled(&page, &drafts, &sets)?;
    let in_marks = Cover::new(&page, regions.iter().map(|region| region.span));
    let mut quotes = Vec::with_capacity(contents.len());
    for (index, ((quote, content), set)) in row.quotes.into_iter().zip(contents).zip(&sets).enumerate() {
        let marks = quote.quote_marks.unwrap_or_else(|| derive::class(&page, set, &in_marks));
        let span = |offsets, field| span(&page, offsets, || format!("quotes[{index}].{field}"));
        let cue = quote.cue_span.map(|offsets| span(offsets, "cue_span")).transpose()?;
        let stance = stance(quote.stance.as_deref(), &format!("quotes[{index}].stance"))?;
        let source = match quote.source_span {
            Some(offsets) => Some(source(&page, span(offsets, "source_span")?, quote)),
            None => None,
        };
        quotes.push(GoldQuote { content, marks, source, cue, stance });
    }
    let discard = row.discard_spans.unwrap_or_default();
    let discard = discard
        .into_iter()
        .enumerate()
        .map(|(index, offsets)| span(&page, offsets, || format!("discard_spans[{index}]")))
        .collect::<Result<_, _>>()?;
    Ok(GoldArticle { id: row.id, text: row.text, date, quotes, regions, discard })
}

/// The stance that a field names; none where it is absent or empty.
pub(super) fn stance(label: Option<&str>, field: &str) -> Result<Option<Stance>, QuoteFileProblem> {
    let label = label.map(str::trim).filter(|label| !label.is_empty());
    let read = label.map(str::parse).transpose();
    read.map_err(|label| QuoteFileProblem::Label { field: field.to_owned(), label })
}

fn day(text: String) -> Result<Date, QuoteFileProblem> {
    let day = text.trim().get(..10).and_then(|day| day.parse().ok());
    day.ok_or(QuoteFileProblem::Date(text))
}

fn content(page: &Page, quote: &QuoteRow, field: &str) -> Result<Vec<Interval>, QuoteFileProblem> {
    let spans: Vec<Interval> = quote
        .content_spans
        .iter()
        .enumerate()
        .map(|(index, offsets)| span(page, *offsets, || format!("{field}[{index}]")))
        .collect::<Result<_, _>>()?;
    if spans.iter().all(|span| page.letters(*span) == 0) {
        return Err(QuoteFileProblem::NoLetters(field.to_owned()));
    }
    Ok(spans)
}

fn source(page: &Page, span: Interval, quote: QuoteRow) -> GoldSource {
    let words = quote.source.unwrap_or_else(|| page.text(span));
    let head = quote.source_head.unwrap_or_else(|| derive::head(&page.text(span)));
    let class = quote.speaker_type.unwrap_or_else(|| derive::source_class(&words, &head));
    // The last place that the head word has among the words; the whole where it is not among them.
    let text = page.text(span);
    let place = Some(&head).filter(|head| !head.is_empty()).and_then(|head| text.rfind(head.as_str()));
    let head_span = place.and_then(|place| text.get(..place)).map_or(span, |before| {
        let start = span.start + before.chars().count();
        Interval::new(start, start + head.chars().count())
    });
    let trusted = !quote.speaker_method.is_some_and(|method| GUESSES.contains(&method.as_str()));
    let speaker = quote.speaker.filter(|name| !name.is_empty());
    GoldSource { span, words, head, head_span, class, speaker, trusted }
}

fn draft(
    page: &Page,
    region: &RegionRow,
    index: usize,
    contents: usize,
) -> Result<derive::Draft, QuoteFileProblem> {
    let span = span(page, [region.start, region.end], || format!("quoted_regions[{index}]"))?;
    if let Some(number) = region.content_index.filter(|number| *number >= contents) {
        let field = format!("quoted_regions[{index}].content_index");
        return Err(QuoteFileProblem::ContentIndex { field, index: number, contents });
    }
    Ok(derive::Draft {
        span,
        closed: region.closed.unwrap_or(true),
        label: region.label,
        content: region.content_index,
    })
}

/// Offsets that lie in the text and hold something.
fn span(
    page: &Page,
    [start, end]: Offsets,
    field: impl FnOnce() -> String,
) -> Result<Interval, QuoteFileProblem> {
    let place = |offset: i64| usize::try_from(offset).ok().filter(|&offset| offset <= page.len());
    match (place(start), place(end)) {
        (Some(first), Some(last)) if first < last => Ok(Interval::new(first, last)),
        _ => Err(QuoteFileProblem::Offsets { field: field(), start, end, length: page.len() }),
    }
}
