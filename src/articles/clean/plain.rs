use super::boilerplate::is_placeholder;
use super::builder::Builder;
use super::lines::{Layout, ends_sentence, layout, lines};
use crate::types::{Span, is_invisible};

/// Takes in plain text: blocks between blank lines are paragraphs where the lines were broken by hand,
/// else every line is one.
pub(super) fn take_in(text: &str, builder: &mut Builder<'_>) {
    let Layout { width, boilerplate } = layout(text);
    let mut last: Option<Span> = None;
    for (line, boilerplate) in lines(text, 0).zip(boilerplate) {
        let words = line.of(text).unwrap_or_default();
        if words.is_empty() {
            builder.end_paragraph();
            builder.stand_apart();
            last = None;
        } else if boilerplate && is_placeholder(words) {
            if width.is_none() {
                builder.end_paragraph();
                builder.stand_apart();
            }
        } else {
            match (width, last) {
                (Some(width), Some(last)) if goes_on(text, last, line, width) => {
                    builder.space(blank_after(text, last.end));
                }
                _ => builder.end_paragraph(),
            }
            builder.copy(line);
            if !boilerplate {
                builder.vouch_for(line);
            }
            last = Some(line);
        }
    }
}

/// Whether a line of a hard-wrapped block belongs to the paragraph of the line before it: not where that
/// one is short and ends a sentence, and not where this one is indented and that one is not.
fn goes_on(text: &str, last: Span, line: Span, width: usize) -> bool {
    let words = last.of(text).unwrap_or_default();
    let is_last_line = ends_sentence(words) && words.chars().count() * 10 < width * 6;
    !is_last_line && (indent(text, line) < 2 || indent(text, last) >= 2)
}

/// Spaces and tabs before a line, counted up to two; a tab counts as two.
fn indent(text: &str, line: Span) -> usize {
    match text.as_bytes().get(..line.start) {
        Some([.., b'\t'] | [.., b' ', b' ']) => 2,
        Some([.., b' ']) => 1,
        _ => 0,
    }
}

/// The white space and invisible characters from `start` on.
fn blank_after(text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    Span::new(start, start + rest.len() - rest.trim_start_matches(is_invisible).len())
}
