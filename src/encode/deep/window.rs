use std::ops::Range;

use crate::types::{QuoteInContext, Span};

use super::tokens::{Token, Tokens};

/// What the encoder reads of a quote in context: word pieces between two marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Numbers of the tokens; the first and the last are the marks.
    pub ids: Vec<u32>,
    /// What each token is.
    pub roles: Vec<Role>,
    /// Bytes of the context that each token stands for; empty for the marks.
    pub spans: Vec<Span>,
}

/// What a token of a [`Window`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A mark at an end of the window.
    Mark,
    /// A token that begins inside the quote.
    Quote,
    /// Any other token.
    Context,
}

/// Bytes of text that are read for each token of the limit, on each side of the quote and inside it: far
/// more than tokens have, so that a window is cut in tokens and not in bytes.
const BYTES_PER_TOKEN: usize = 16;

impl Window {
    /// The window of at most `limit` tokens, with its marks, around a quote.
    ///
    /// Where the context is longer, the quote stays whole and the rest is split evenly before and after
    /// it; what one side cannot use goes to the other. Of a quote that is too long by itself the
    /// beginning is read.
    pub(super) fn around(quote: &QuoteInContext, tokens: &Tokens, limit: usize) -> Self {
        let context = quote.context.as_str();
        let bytes = limit.saturating_mul(BYTES_PER_TOKEN);
        let first = quote.spans.first().map_or(0, |span| span.start);
        let last = quote.spans.last().map_or(context.len(), |span| span.end);
        let from = context.floor_char_boundary(first.saturating_sub(bytes));
        let to = last.min(first.saturating_add(bytes)).saturating_add(bytes);
        let to = context.floor_char_boundary(to).max(from);
        let read = tokens.of(context.get(from..to).unwrap_or_default());

        let mut spans = quote.spans.iter().peekable();
        let role = |token: &Token| {
            let at = token.span.start + from;
            while spans.next_if(|span| span.end <= at).is_some() {}
            match spans.peek() {
                Some(span) if span.start <= at => Role::Quote,
                _ => Role::Context,
            }
        };
        let roles: Vec<Role> = read.iter().map(role).collect();
        let inside = match roles.iter().position(|&role| role == Role::Quote) {
            Some(start) => {
                start..roles.iter().rposition(|&role| role == Role::Quote).map_or(start, |last| last + 1)
            }
            None => {
                let place = read.partition_point(|token| token.span.start + from < first);
                place..place
            }
        };
        let kept = kept(read.len(), inside, limit.saturating_sub(2));

        let (opening, closing) = tokens.ends;
        let mut window = Self { ids: Vec::new(), roles: Vec::new(), spans: Vec::new() };
        window.push(opening, Role::Mark, Span::new(0, 0));
        let own = read.get(kept.clone()).unwrap_or_default();
        for (token, &role) in own.iter().zip(roles.get(kept).unwrap_or_default()) {
            window.push(token.id, role, Span::new(token.span.start + from, token.span.end + from));
        }
        window.push(closing, Role::Mark, Span::new(0, 0));
        window
    }

    fn push(&mut self, id: u32, role: Role, span: Span) {
        self.ids.push(id);
        self.roles.push(role);
        self.spans.push(span);
    }
}

/// Which of `all` tokens are kept, at most `room`, where the quote is `inside`.
fn kept(all: usize, inside: Range<usize>, room: usize) -> Range<usize> {
    if all <= room {
        return 0..all;
    }
    if inside.len() >= room {
        return inside.start..inside.start + room;
    }
    let rest = room - inside.len();
    let (before, after) = (inside.start, all - inside.end);
    let before = before.min((rest / 2).max(rest.saturating_sub(after)));
    let start = inside.start - before;
    start..start + room
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_quote_stays_whole_and_the_rest_is_split_evenly() {
        for (name, all, inside, room, expected) in [
            ("all fits", 10, 2..4, 10, 0..10),
            ("even", 100, 50..54, 14, 45..59),
            ("odd", 100, 50..54, 15, 45..60),
            ("little before", 100, 2..6, 14, 0..14),
            ("little after", 100, 95..99, 14, 86..100),
            ("quote as long as the room", 100, 20..30, 10, 20..30),
            ("quote too long", 100, 20..60, 10, 20..30),
            ("no quote", 100, 40..40, 10, 35..45),
        ] {
            assert_eq!(kept(all, inside, room), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_window_is_full_and_holds_the_quote(all in 0_usize..200, at in 0_usize..200, long in 0_usize..200, room in 1_usize..150) {
            let start = at.min(all);
            let inside = start..(start + long).min(all);
            let kept = kept(all, inside.clone(), room);
            prop_assert_eq!(kept.len(), all.min(room));
            prop_assert!(kept.end <= all);
            prop_assert!(kept.start <= inside.start);
            prop_assert!(kept.end >= inside.end.min(inside.start + room));
        }
    }
}
