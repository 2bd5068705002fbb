//! Pairs quotation marks within one paragraph.

use super::super::page::tokens::{Kind, Mark, Token, is_punctuation};
use crate::types::Span;

/// A stretch of text in quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) struct Region {
    /// First token: the opening mark.
    pub(in crate::quotes) first: usize,
    /// One past the last token: after the closing mark, or the end of the paragraph.
    pub(in crate::quotes) last: usize,
    /// The words without the marks, trimmed.
    pub(in crate::quotes) inner: Span,
    /// Whether the closing mark was found.
    pub(in crate::quotes) closed: bool,
    /// Whether the marks are single ones.
    pub(in crate::quotes) single: bool,
}

/// Nesting deeper than this is read as flat: no text means it, and memory stays small.
const DEPTH: usize = 8;

/// An opening mark whose partner was not met yet.
#[derive(Clone, Copy)]
struct Open {
    token: usize,
    mark: Mark,
}

/// What the signs beside a mark say about its direction.
#[derive(Clone, Copy)]
struct Sides {
    space_before: bool,
    space_after: bool,
    digit_before: bool,
    word_after: bool,
}

/// Finds the outermost stretches in marks among `tokens[first..last]`, one paragraph, in order.
///
/// `reopens` says that the next paragraph begins with an opening mark, so that a quote left open runs
/// on there. One pass; the work for a mark does not depend on how many came before it.
pub(in crate::quotes) fn pair(
    text: &str,
    tokens: &[Token],
    (first, last): (usize, usize),
    reopens: bool,
    regions: &mut Vec<Region>,
) {
    let mut pairing =
        Pairing { text, tokens, last, stack: Vec::new(), inner: Vec::new(), single: None, regions };
    for (index, token) in (first..last).zip(tokens.get(first..last).unwrap_or_default()) {
        if let Kind::Mark(mark) = token.kind {
            let sides = pairing.sides(index);
            if mark.is_single() {
                pairing.single_mark(index, mark, sides);
            } else {
                pairing.double_mark(index, mark, sides);
            }
        }
    }
    pairing.finish(reopens);
}

struct Pairing<'t, 'r> {
    text: &'t str,
    tokens: &'t [Token],
    last: usize,
    stack: Vec<Open>,
    /// Pairs inside the outermost open mark, while that one is open.
    inner: Vec<(usize, usize)>,
    single: Option<Single>,
    regions: &'r mut Vec<Region>,
}

/// A single opening mark outside double marks, and the closing mark to use if no better one comes.
#[derive(Clone, Copy)]
struct Single {
    token: usize,
    fallback: Option<usize>,
}

impl Pairing<'_, '_> {
    fn sides(&self, index: usize) -> Sides {
        let Some(span) = self.tokens.get(index).map(|token| token.span) else {
            return Sides { space_before: true, space_after: true, digit_before: false, word_after: false };
        };
        let before = self.text.get(..span.start).and_then(|s| s.chars().next_back());
        let after = self.text.get(span.end..).and_then(|s| s.chars().next());
        let opens = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '—' | '–' | '-' | '/' | '…');
        Sides {
            space_before: before.is_none_or(|c| opens(c) || is_opening(c)),
            space_after: after.is_none_or(char::is_whitespace),
            digit_before: before.is_some_and(|c| c.is_ascii_digit()),
            word_after: after.is_some_and(|c| {
                !is_punctuation(c) && c.is_alphanumeric() || matches!(c, '[' | '$' | '@' | '#' | '…')
            }),
        }
    }

    fn double_mark(&mut self, index: usize, mark: Mark, sides: Sides) {
        let has_open = !self.stack.is_empty();
        let opens = match mark {
            Mark::Low | Mark::GuillemetOpen => true,
            Mark::GuillemetClose => false,
            Mark::Open => !has_open || sides.word_after || sides.space_before && !self.low_is_open(),
            Mark::Close => !has_open && sides.space_before && sides.word_after,
            Mark::Either => {
                if has_open && self.stack.iter().any(|open| open.mark == Mark::Either) {
                    sides.space_before && sides.word_after
                } else if has_open && !sides.space_before && !sides.word_after {
                    false
                } else {
                    sides.word_after || sides.space_before || (!sides.space_after && !sides.digit_before)
                }
            }
            Mark::SingleOpen | Mark::SingleClose | Mark::SingleEither => return,
        };
        if opens {
            if self.stack.len() < DEPTH {
                self.stack.push(Open { token: index, mark });
            }
        } else if let Some(at) = self.partner(mark) {
            let open = self.stack.get(at).map_or(index, |open| open.token);
            self.stack.truncate(at);
            if self.stack.is_empty() {
                self.inner.clear();
                self.report(open, Some(index), false);
            } else if self.stack.len() == 1 {
                self.inner.push((open, index));
            }
        }
    }

    fn low_is_open(&self) -> bool {
        self.stack.last().is_some_and(|open| open.mark == Mark::Low)
    }

    /// The place in the stack of the opening mark that `mark` closes: the last of the same family, or
    /// else the last.
    fn partner(&self, mark: Mark) -> Option<usize> {
        let family = |open: &Open| match mark {
            Mark::GuillemetClose => open.mark == Mark::GuillemetOpen,
            Mark::Either => open.mark == Mark::Either,
            _ => open.mark != Mark::Either && open.mark != Mark::GuillemetOpen,
        };
        match self.stack.iter().rposition(family) {
            None if mark == Mark::GuillemetClose => None,
            found => found.or(self.stack.len().checked_sub(1)),
        }
    }

    /// Single marks count only outside double ones; an apostrophe neither opens (no space before it)
    /// nor closes (a letter follows).
    fn single_mark(&mut self, index: usize, mark: Mark, sides: Sides) {
        if !self.stack.is_empty() {
            return;
        }
        let may_open = sides.space_before && sides.word_after && mark != Mark::SingleClose;
        let may_close = !sides.space_before && !sides.word_after && mark != Mark::SingleOpen;
        match self.single {
            None if may_open && !self.is_clipped_word(index) => {
                self.single = Some(Single { token: index, fallback: None });
            }
            Some(single) if may_close => {
                let before =
                    self.tokens.get(index.saturating_sub(1)).and_then(|token| token.span.of(self.text));
                if before.is_some_and(|word| word.ends_with(['s', 'S'])) && !self.ends_clause(index) {
                    self.single = Some(Single { fallback: single.fallback.or(Some(index)), ..single });
                } else {
                    self.single = None;
                    self.report(single.token, Some(index), true);
                }
            }
            _ => {}
        }
    }

    /// `'90s`, `'em`, `'til`: an apostrophe for letters left out.
    fn is_clipped_word(&self, index: usize) -> bool {
        self.tokens.get(index + 1).is_some_and(|next| {
            next.kind == Kind::Number
                || next.span.of(self.text).is_some_and(|word| {
                    ["em", "til", "tis", "twas", "cause", "n", "bout", "round", "cuz", "ere"]
                        .iter()
                        .any(|clipped| word.eq_ignore_ascii_case(clipped))
                })
        })
    }

    fn ends_clause(&self, index: usize) -> bool {
        self.tokens.get(index + 1).is_none_or(|next| matches!(next.kind, Kind::Sign(_)))
    }

    fn report(&mut self, open: usize, close: Option<usize>, single: bool) {
        let (Some(start), Some(end)) = (
            self.tokens.get(open).map(|token| token.span.end),
            match close {
                Some(close) => self.tokens.get(close).map(|token| token.span.start),
                None => self.tokens.get(self.last.wrapping_sub(1)).map(|token| token.span.end),
            },
        ) else {
            return;
        };
        let Some(words) = self.text.get(start..end) else { return };
        let start = start + (words.len() - words.trim_start().len());
        let inner = Span::new(start, start + words.trim().len());
        let last = close.map_or(self.last, |close| close + 1);
        self.regions.push(Region { first: open, last, inner, closed: close.is_some(), single });
    }

    fn finish(mut self, reopens: bool) {
        if let Some(Single { token, fallback: Some(close) }) = self.single
            && self.regions.last().is_none_or(|region| region.last <= token)
        {
            self.report(token, Some(close), true);
        }
        let Some(open) = self.stack.first().copied() else { return };
        let inner = std::mem::take(&mut self.inner);
        match inner.as_slice() {
            [] => self.report(open.token, None, false),
            _ if reopens => self.report(open.token, None, false),
            // The inner and the outer quote share their closing mark.
            [(_, close)] => self.report(open.token, Some(*close), false),
            // The outer mark was never closed: what follows are quotes of their own.
            pairs => {
                for &(open, close) in pairs {
                    self.report(open, Some(close), false);
                }
            }
        }
    }
}

fn is_opening(c: char) -> bool {
    matches!(c, '“' | '„' | '«' | '‘' | '"' | '\'' | '`' | '＂')
}
