//! A long text is read in windows, so that memory does not grow with the text.
//!
//! A window holds the paragraphs whose quotes it gives, and around them what the rules need to see: the
//! paragraphs directly before and after, and further up the places where people still spoken of were
//! introduced. Paragraphs longer than all news paragraphs are read in pieces.

use std::borrow::Cow;

use crate::types::{CleanText, Span};

/// Sizes in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::quotes) struct Limits {
    /// A text up to this long is read as a whole.
    pub(in crate::quotes) whole: usize,
    /// A paragraph up to this long is never divided.
    pub(in crate::quotes) paragraph: usize,
    /// What a window reads again of the text before it.
    pub(in crate::quotes) before: usize,
    /// What a window reads ahead.
    pub(in crate::quotes) after: usize,
    /// Introductions of people that are carried along.
    pub(in crate::quotes) introductions: usize,
}

impl Limits {
    /// No news article is longer than the first, none of their paragraphs longer than the second.
    pub(in crate::quotes) const NEWS: Self = Self {
        whole: 1 << 20,
        paragraph: 1 << 18,
        before: 32 << 10,
        after: 16 << 10,
        introductions: 32 << 10,
    };
}

/// How much of its paragraph is carried along with a name, before and after it.
const INTRODUCTION: usize = 400;

/// What is read at once.
#[derive(Debug)]
pub(in crate::quotes) struct Window<'t> {
    /// In order, never overlapping.
    pub(in crate::quotes) paragraphs: Cow<'t, [Span]>,
    /// Where the quotes begin that belong to this window.
    pub(in crate::quotes) own: Span,
    /// The end of what earlier windows have seen.
    pub(in crate::quotes) seen: usize,
}

/// The windows of a text, in order.
#[derive(Debug)]
pub(in crate::quotes) struct Windows<'t> {
    clean: &'t CleanText,
    limits: Limits,
    /// The next paragraph and how far it has been read.
    next: Cursor,
    /// The last pieces given, for the next window to read again.
    before: Vec<Span>,
    /// Where the people still spoken of were introduced; in order, all before [`before`](Self::before).
    introductions: Vec<Span>,
    seen: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    paragraph: usize,
    /// Bytes of the text up to which the paragraph has been read; zero where it has not been begun.
    read_to: usize,
}

impl<'t> Windows<'t> {
    pub(in crate::quotes) const fn new(clean: &'t CleanText, limits: Limits) -> Self {
        let next = Cursor { paragraph: 0, read_to: 0 };
        Self { clean, limits, next, before: Vec::new(), introductions: Vec::new(), seen: 0 }
    }

    /// Whether another window follows.
    pub(in crate::quotes) fn has_more(&self) -> bool {
        self.next.paragraph < self.clean.paragraphs.len()
    }

    /// The next window.
    pub(in crate::quotes) fn next(&mut self) -> Option<Window<'t>> {
        let first = self.clean.paragraphs.first()?;
        let last = self.clean.paragraphs.last()?;
        if self.next.paragraph == 0 && self.next.read_to == 0 && last.end <= self.limits.whole {
            self.next.paragraph = self.clean.paragraphs.len();
            let own = Span::new(first.start, last.end);
            return Some(Window { paragraphs: Cow::Borrowed(&self.clean.paragraphs), own, seen: 0 });
        }
        let mut own = Vec::new();
        let mut bytes = 0;
        while bytes < self.limits.whole
            && let Some(piece) = self.advance()
        {
            bytes += piece.len();
            own.push(piece);
        }
        let span = Span::new(own.first()?.start, own.last()?.end);
        let after = self.ahead();
        let seen = self.seen;
        self.seen = after.last().map_or(span.end, |after| after.end);
        let before = self.behind(&own);
        let paragraphs = [
            std::mem::take(&mut self.introductions),
            std::mem::replace(&mut self.before, before),
            own,
            after,
        ];
        Some(Window { paragraphs: Cow::Owned(paragraphs.concat()), own: span, seen })
    }

    /// Carries along where people were introduced, given the paragraphs of the last window: `names` in
    /// order of how much they matter.
    pub(in crate::quotes) fn carry(&mut self, window: &Window<'_>, names: impl Iterator<Item = Span>) {
        let before = self.before.first().map_or(0, |span| span.start);
        let mut room = self.limits.introductions;
        let mut carried: Vec<Span> = Vec::new();
        for name in names.filter(|name| name.end <= before) {
            let paragraphs = &window.paragraphs;
            let index = paragraphs.partition_point(|paragraph| paragraph.end < name.end);
            let Some(paragraph) = paragraphs.get(index).filter(|paragraph| paragraph.contains(name)) else {
                continue;
            };
            let paragraph = Span::new(paragraph.start, paragraph.end.min(before));
            let start = self.tail(Span::new(paragraph.start, name.start), INTRODUCTION).start;
            let end = self.head(Span::new(name.end, paragraph.end), INTRODUCTION).end;
            let introduction = Span::new(start, end);
            room = match room.checked_sub(introduction.len()) {
                Some(room) => room,
                None => break,
            };
            carried.push(introduction);
        }
        carried.sort_unstable();
        for introduction in carried {
            match self.introductions.last_mut() {
                Some(last) if introduction.start < last.end => last.end = last.end.max(introduction.end),
                _ => self.introductions.push(introduction),
            }
        }
    }

    /// The next paragraph, or the next piece of a long one.
    fn advance(&mut self) -> Option<Span> {
        loop {
            let paragraph = *self.clean.paragraphs.get(self.next.paragraph)?;
            let rest = self.trimmed(Span::new(paragraph.start.max(self.next.read_to), paragraph.end));
            let piece = if rest.len() <= self.limits.paragraph {
                self.next = Cursor { paragraph: self.next.paragraph + 1, read_to: 0 };
                rest
            } else {
                let piece = self.head(rest, self.limits.paragraph);
                self.next.read_to = piece.end.max(rest.start + 1);
                piece
            };
            if !piece.is_empty() {
                return Some(piece);
            }
        }
    }

    /// What follows the pieces given so far.
    fn ahead(&self) -> Vec<Span> {
        let mut ahead = Vec::new();
        let mut room = self.limits.after;
        let mut from = self.next.read_to;
        for paragraph in self.clean.paragraphs.iter().skip(self.next.paragraph) {
            let rest = self.trimmed(Span::new(paragraph.start.max(from), paragraph.end));
            from = 0;
            let piece = self.head(rest, room);
            room -= piece.len().min(room);
            if !piece.is_empty() {
                ahead.push(piece);
            }
            if room == 0 || piece.len() < rest.len() {
                break;
            }
        }
        ahead
    }

    /// The last of the pieces that the windows up to this one gave.
    fn behind(&self, own: &[Span]) -> Vec<Span> {
        let mut behind = Vec::new();
        let mut room = self.limits.before;
        for &piece in own.iter().rev().chain(self.before.iter().rev()) {
            let tail = self.tail(piece, room);
            room -= tail.len().min(room);
            if !tail.is_empty() {
                behind.push(tail);
            }
            if room == 0 || tail.len() < piece.len() {
                break;
            }
        }
        behind.reverse();
        behind
    }

    /// The beginning of a span, at most `bytes` long, up to a space where there is one.
    fn head(&self, span: Span, bytes: usize) -> Span {
        if span.len() <= bytes {
            return span;
        }
        let text = &self.clean.text;
        let end = text.floor_char_boundary(span.start + bytes);
        let near = text.floor_char_boundary(span.start + bytes / 2);
        let space = text.get(near..end).and_then(|text| text.rfind(' '));
        Span::new(span.start, space.map_or(end, |space| near + space))
    }

    /// The end of a span, at most `bytes` long, from a space on where there is one.
    fn tail(&self, span: Span, bytes: usize) -> Span {
        if span.len() <= bytes {
            return span;
        }
        let text = &self.clean.text;
        let start = text.ceil_char_boundary(span.end - bytes);
        let near = text.ceil_char_boundary(span.end - bytes / 2);
        let space = text.get(start..near).and_then(|text| text.find(' '));
        Span::new(space.map_or(start, |space| start + space + 1), span.end)
    }

    fn trimmed(&self, span: Span) -> Span {
        let words = span.of(&self.clean.text).unwrap_or_default();
        let start = span.end - words.trim_start().len();
        Span::new(start, span.end)
    }
}
