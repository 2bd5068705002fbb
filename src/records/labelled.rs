use serde::{Deserialize, Serialize};

use crate::types::{QuoteInContext, Span};

/// One labelled sentence, a line of `training_data/*.jsonl` or a row of a CSV with the same columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(title = "demarche labelled sentence")]
pub struct LabelledRow {
    /// Unique name of the row.
    #[serde(default)]
    pub id: String,
    /// The quoted words; segments that the attribution divides are joined by a space.
    pub text: String,
    /// The paragraph around the quote, attribution included, with each segment of the quote as
    /// `[[segment]]`. Without it the quote is read alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// `hawkish`, `diplomatic` or `neutral`.
    pub stance: String,
    /// `positive`, `neutral` or `negative`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<String>,
    /// How much the row counts when the stance head is fitted, 0 or more; 1 where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance_weight: Option<f64>,
    /// What the dispute is about, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How the sentence sounds: `wire`, `spoken`, `official`, `opinion` or `quotable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<String>,
    /// The year in which it could have been said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Rows that share a story or are contrast versions of one another; never split apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// `train` or `validation`; rows without one are split by group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The hard cases of the codebook that the row was written for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
}

/// What is wrong with the `[[ ]]` marks of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// No marked segment at all.
    #[error("the context marks no quote; put [[ ]] around the quoted words")]
    Missing,
    /// A `[[` without `]]`, a `]]` without `[[`, or one inside another.
    #[error("the context has unbalanced [[ ]] marks")]
    Unbalanced,
    /// `[[]]` around nothing.
    #[error("the context marks an empty quote")]
    Empty,
}

/// Reads a context whose quote stands in `[[ ]]`.
///
/// # Errors
/// Where the marks are missing, unbalanced or empty.
pub fn unmark(marked: &str) -> Result<QuoteInContext, MarkError> {
    let mut context = String::with_capacity(marked.len());
    let mut spans = Vec::new();
    let mut rest = marked;
    while let Some(open) = rest.find("[[") {
        if rest[..open].contains("]]") {
            return Err(MarkError::Unbalanced);
        }
        context.push_str(&rest[..open]);
        let inside = &rest[open + 2..];
        let close = inside.find("]]").ok_or(MarkError::Unbalanced)?;
        // `[[[Iran] must yield]]`: editorial brackets touch the marks.
        let extra = inside[close..].bytes().take_while(|&byte| byte == b']').count() - 2;
        let segment = &inside[..close + extra];
        if segment.contains("[[") {
            return Err(MarkError::Unbalanced);
        }
        if segment.trim().is_empty() {
            return Err(MarkError::Empty);
        }
        let start = context.len();
        context.push_str(segment);
        spans.push(Span::new(start, context.len()));
        rest = &inside[close + extra + 2..];
    }
    if rest.contains("]]") {
        return Err(MarkError::Unbalanced);
    }
    context.push_str(rest);
    if spans.is_empty() { Err(MarkError::Missing) } else { Ok(QuoteInContext { context, spans }) }
}

/// Writes a quote in its context with `[[ ]]` around each segment: the reverse of [`unmark`].
#[must_use]
pub fn mark(quote: &QuoteInContext) -> String {
    let mut marked = String::with_capacity(quote.context.len() + 4 * quote.spans.len());
    let mut done = 0;
    for span in &quote.spans {
        let (Some(before), Some(segment)) = (quote.context.get(done..span.start), span.of(&quote.context))
        else {
            continue;
        };
        marked.push_str(before);
        marked.push_str("[[");
        marked.push_str(segment);
        marked.push_str("]]");
        done = span.end;
    }
    marked.push_str(quote.context.get(done..).unwrap_or_default());
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_round_trip() {
        for marked in [
            "[[No talks]], he said, [[no trade]].",
            "He called it “[[regrettable]]”.",
            "[[[Iran] must yield]]",
            "[[yield to [Iran]]], she said",
        ] {
            let quote = unmark(marked).unwrap();
            assert_eq!(mark(&quote), marked);
        }
    }

    #[test]
    fn segments_are_joined_by_a_space() {
        assert_eq!(unmark("[[No talks,]] he said, [[no trade.]]").unwrap().text(), "No talks, no trade.");
    }

    #[test]
    fn bad_marks_are_named() {
        assert_eq!(unmark("no marks"), Err(MarkError::Missing));
        assert_eq!(unmark("[[open"), Err(MarkError::Unbalanced));
        assert_eq!(unmark("shut]] [[x]]"), Err(MarkError::Unbalanced));
        assert_eq!(unmark("[[a [[b]] c]]"), Err(MarkError::Unbalanced));
        assert_eq!(unmark("[[ ]]"), Err(MarkError::Empty));
    }
}
