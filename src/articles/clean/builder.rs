use super::boilerplate::is_boilerplate;
use super::characters::{Fate, fate};
use super::lines::{closes, ends_sentence};
use crate::types::{CleanText, ONES, OffsetMap, Piece, Span, first_wanted, is_invisible};

/// Longest headline, in bytes.
const HEADLINE: usize = 200;

/// Section labels before the headline, at most.
const LABELS: usize = 2;

/// Paragraphs after the headline among which the body must begin.
const BODY_WITHIN: usize = 6;

/// Builds clean text paragraph by paragraph, in one go: a paragraph that turns out to be boilerplate is
/// cut off again.
pub(super) struct Builder<'a> {
    original: &'a str,
    text: String,
    pieces: Vec<Piece>,
    paragraphs: Vec<Span>,
    /// The paragraph in the making, once it has text.
    current: Option<Current>,
    /// Whether the next paragraph does not follow on the line before it.
    stands_apart: bool,
    /// Words of the original that are known to be no boilerplate.
    vouched: Span,
}

/// A paragraph in the making.
#[derive(Clone, Copy)]
struct Current {
    /// Where it begins.
    start: usize,
    /// What was there before it and the line break in front of it.
    before: Before,
}

/// The state to go back to where a paragraph is dropped.
#[derive(Clone, Copy)]
struct Before {
    text: usize,
    pieces: usize,
    last_piece: Option<Piece>,
}

impl<'a> Builder<'a> {
    /// Starts on an original text.
    pub(super) fn new(original: &'a str) -> Self {
        Self {
            original,
            text: String::with_capacity(original.len()),
            pieces: Vec::new(),
            paragraphs: Vec::new(),
            current: None,
            stands_apart: false,
            vouched: Span::new(0, 0),
        }
    }

    /// Appends a stretch of the original, without line breaks, to the current paragraph.
    pub(super) fn copy(&mut self, span: Span) {
        let Some(words) = span.of(self.original) else { return };
        let mut kept = span.start;
        let mut at = 0;
        while let Some(place) = words.get(at..).and_then(first_odd) {
            let Some(c) = words.get(at + place..).and_then(|rest| rest.chars().next()) else { break };
            let start = span.start + at + place;
            at += place + c.len_utf8();
            let fate = fate(c);
            if fate == Fate::Keep {
                continue;
            }
            self.copy_unchanged(Span::new(kept, start));
            kept = start + c.len_utf8();
            if let Fate::Replace(replacement) = fate {
                self.replace(replacement, Span::new(start, kept));
            }
        }
        self.copy_unchanged(Span::new(kept, span.end));
    }

    /// Appends a space in place of a stretch of the original, such as a line break.
    pub(super) fn space(&mut self, original: Span) {
        self.replace(" ", original);
    }

    /// Whether the current paragraph has no text yet.
    pub(super) const fn is_at_start(&self) -> bool {
        self.current.is_none()
    }

    /// Where the original stands that the current paragraph last took in.
    pub(super) fn position(&self) -> Option<usize> {
        self.current?;
        self.pieces.last().map(|piece| piece.original.end)
    }

    /// Notes that a blank line, or something left out, comes before the next paragraph.
    pub(super) const fn stand_apart(&mut self) {
        self.stands_apart = true;
    }

    /// Notes that a stretch of the original would be no boilerplate if it were a paragraph.
    pub(super) const fn vouch_for(&mut self, original: Span) {
        self.vouched = original;
    }

    /// Ends the current paragraph: it joins the text, unless it is empty or boilerplate.
    pub(super) fn end_paragraph(&mut self) {
        let Some(Current { start, before }) = self.current.take() else { return };
        self.trim_end(start);
        let words = self.text.get(start..).unwrap_or_default();
        let vouched = self.vouched.of(self.original) == Some(words);
        if !vouched && is_boilerplate(words) {
            self.text.truncate(before.text);
            self.pieces.truncate(before.pieces);
            if let (Some(last), Some(piece)) = (self.pieces.last_mut(), before.last_piece) {
                *last = piece;
            }
            self.stands_apart = true;
        } else {
            self.paragraphs.push(Span::new(start, self.text.len()));
            self.stands_apart = false;
        }
    }

    /// Begins a paragraph with what stands at `first` in the original.
    fn begin(&mut self, first: usize) {
        let before = Before {
            text: self.text.len(),
            pieces: self.pieces.len(),
            last_piece: self.pieces.last().copied(),
        };
        if let Some(last) = before.last_piece {
            let gap = Span::new(last.original.end, first);
            let blank = gap.of(self.original).unwrap_or_default();
            // Only the white space right after the last paragraph: what was left out stays out.
            let blank = blank.len() - blank.trim_start_matches(is_invisible).len();
            // A piece of equal length counts as copied, but two bytes may be one odd line break.
            let looks_copied =
                blank == 2 && !self.original.get(gap.start..).is_some_and(|gap| gap.starts_with("\n\n"));
            let separator = if self.stands_apart && !looks_copied { "\n\n" } else { "\n" };
            self.push(separator, Span::new(gap.start, gap.start + blank));
        }
        self.current = Some(Current { start: self.text.len(), before });
    }

    fn copy_unchanged(&mut self, span: Span) {
        let Some(mut words) = span.of(self.original) else { return };
        if self.current.is_none() {
            words = words.trim_start_matches(' ');
        }
        self.append(words, Span::new(span.end - words.len(), span.end));
    }

    fn replace(&mut self, replacement: &str, original: Span) {
        if !(self.current.is_none() && replacement == " ") {
            self.append(replacement, original);
        }
    }

    fn append(&mut self, words: &str, original: Span) {
        if !words.is_empty() {
            if self.current.is_none() {
                self.begin(original.start);
            }
            self.push(words, original);
        }
    }

    /// Appends words to the text; their piece joins the last one where both were copied and touch.
    fn push(&mut self, words: &str, original: Span) {
        let start = self.text.len();
        self.text.push_str(words);
        let piece = Piece { clean: Span::new(start, self.text.len()), original };
        let is_copied = |piece: &Piece| piece.clean.len() == piece.original.len();
        match self.pieces.last_mut() {
            Some(last)
                if last.original.end == piece.original.start && is_copied(last) && is_copied(&piece) =>
            {
                last.clean.end = piece.clean.end;
                last.original.end = piece.original.end;
            }
            _ => self.pieces.push(piece),
        }
    }

    /// Takes the spaces off the end of the paragraph that begins at `start`.
    fn trim_end(&mut self, start: usize) {
        let paragraph = self.text.get(start..).unwrap_or_default();
        let length = start + paragraph.trim_end_matches(' ').len();
        self.text.truncate(length);
        while let Some(last) = self.pieces.last_mut().filter(|piece| piece.clean.end > length) {
            if last.clean.start >= length {
                self.pieces.pop();
            } else {
                let excess = last.clean.end - length;
                last.clean.end -= excess;
                last.original.end -= excess;
            }
        }
    }

    /// Ends the last paragraph, drops section labels, and finds the headline.
    pub(super) fn finish(mut self, title: Option<&str>) -> CleanText {
        self.end_paragraph();
        let is_title = |words: &str| title.is_some_and(|title| title.trim() == words);
        let is_label = |index| is_section_label(self.paragraph(index)) && !is_title(self.paragraph(index));
        let labels = (0..LABELS).take_while(|&index| is_label(index)).count();
        if self.paragraph(labels).split_whitespace().count() > 3 && self.is_headline(labels) {
            self.drop_first(labels);
        }
        let headline = self.paragraphs.first().copied();
        let headline = headline.filter(|_| is_title(self.paragraph(0)) || self.is_headline(0));
        CleanText {
            headline,
            text: self.text,
            map: OffsetMap::from_pieces(self.pieces),
            paragraphs: self.paragraphs,
        }
    }

    fn paragraph(&self, index: usize) -> &str {
        self.paragraphs.get(index).and_then(|span| span.of(&self.text)).unwrap_or_default()
    }

    /// Whether a paragraph is short, does not end as a sentence, and the body begins soon after it.
    fn is_headline(&self, index: usize) -> bool {
        let words = self.paragraph(index);
        let last = words.trim_end_matches(closes);
        let ends_as_sentence = last.ends_with('.') && !ends_with_initials(last);
        !words.is_empty()
            && words.len() <= HEADLINE
            && !ends_as_sentence
            && !last.ends_with([',', ':', ';', '-', '–', '—'])
            && !words.starts_with("By ")
            && (index + 1..=index + BODY_WITHIN).any(|next| {
                let next = self.paragraph(next);
                next.len() > words.len() && ends_sentence(next)
            })
    }

    /// Takes the first `count` paragraphs off.
    fn drop_first(&mut self, count: usize) {
        let Some(cut) = self.paragraphs.get(count).map(|span| span.start).filter(|&start| start > 0) else {
            return;
        };
        self.text.drain(..cut);
        self.paragraphs.drain(..count);
        for span in &mut self.paragraphs {
            *span = Span::new(span.start - cut, span.end - cut);
        }
        self.pieces.retain(|piece| piece.clean.end > cut);
        for piece in &mut self.pieces {
            if piece.clean.start < cut {
                piece.original.start += cut - piece.clean.start;
                piece.clean.start = cut;
            }
            piece.clean = Span::new(piece.clean.start - cut, piece.clean.end - cut);
        }
    }
}

/// Where the first character stands that is not a printable one of ASCII.
fn first_odd(words: &str) -> Option<usize> {
    first_wanted(words.as_bytes(), |byte| byte.wrapping_sub(b' ') > b'~' - b' ', odd_bytes)
}

/// Marks, by their highest bits, those of eight bytes that are not printable ASCII. Above the lowest of them
/// others may be marked too.
const fn odd_bytes(bytes: u64) -> u64 {
    let below_space = bytes.wrapping_sub(ONES * b' ' as u64);
    let above_tilde = bytes.wrapping_add(ONES * (0x7f - b'~' as u64));
    (below_space | above_tilde | bytes) & (ONES * 0x80)
}

/// One or two words, each with a capital: `Politics`, `World News`, `OPINION`.
fn is_section_label(words: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '&' | '-' | '’' | '\'' | '.'))
    };
    let count = words.split_whitespace().count();
    (1..=2).contains(&count)
        && words.split_whitespace().all(is_word)
        && (!words.ends_with('.') || ends_with_initials(words))
}

/// Whether the last word is initials with points, such as `U.S.`
fn ends_with_initials(words: &str) -> bool {
    let last = words.split_whitespace().next_back().unwrap_or_default();
    let initials: Vec<&str> =
        last.trim_start_matches(|c: char| !c.is_alphanumeric()).split_terminator('.').collect();
    initials.len() > 1 && initials.iter().all(|part| part.chars().count() == 1)
}
