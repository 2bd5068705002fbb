use jiff::civil::Date;

use super::Span;

/// One article as it was read: decoded, but not yet cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Stable name of the article: its identifier in the input, or else the path as given (with the
    /// line, `path:line`, for a record of a table or JSONL file without an identifier).
    pub id: String,
    /// Headline, where the input names one apart from the text.
    pub title: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
    /// Day of publication as the input states it.
    pub published: Option<Date>,
    /// The text as read. All offsets that leave the program point into this text.
    pub text: String,
    /// How the text is marked up, so that cleaning knows which characters are marks.
    pub markup: Markup,
}

/// How the text of an [`Article`] is marked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Markup {
    /// Not at all: every character is text.
    #[default]
    Plain,
    /// As Markdown, perhaps with front matter.
    Markdown,
}

/// The part of an article that the reporter wrote, with odd characters made plain, and the way back
/// to the text as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanText {
    /// The cleaned text: paragraphs separated by one or more line feeds, no carriage returns, no
    /// no-break spaces.
    pub text: String,
    /// Where each part of [`text`](Self::text) stood in the text as read.
    pub map: OffsetMap,
    /// The headline, where the text opens with one.
    pub headline: Option<Span>,
    /// The paragraphs in order, headline included; none is empty, none holds a line feed, and none
    /// begins or ends with white space.
    pub paragraphs: Vec<Span>,
}

/// A stretch of cleaned text and the stretch of original text it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the cleaned text.
    pub clean: Span,
    /// Bytes of the text as read. Where both spans have the same length, the piece was copied byte
    /// by byte; where they differ, it was replaced as a whole (`\u{a0}` by a space).
    pub original: Span,
}

/// Maps spans of a [`CleanText`] back to the text as read.
///
/// The pieces are in order, cover the cleaned text without gaps, and never overlap in the original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    pieces: Vec<Piece>,
}

impl OffsetMap {
    /// Builds a map from ordered pieces; neighbouring copied pieces are joined.
    #[must_use]
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces.into_iter().filter(|piece| !piece.clean.is_empty()) {
            if let Some(last) = joined.last_mut()
                && last.clean.end == piece.clean.start
                && last.original.end == piece.original.start
                && last.clean.len() == last.original.len()
                && piece.clean.len() == piece.original.len()
            {
                last.clean.end = piece.clean.end;
                last.original.end = piece.original.end;
            } else {
                joined.push(piece);
            }
        }
        Self { pieces: joined }
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The stretches of `original` that the cleaned span came from, in order.
    ///
    /// Stretches with nothing but white space and invisible characters between them are one; text
    /// that cleaning dropped in between (an advertisement) keeps them apart.
    #[must_use]
    pub fn to_original(&self, span: Span, original: &str) -> Vec<Span> {
        let first = self.pieces.partition_point(|piece| piece.clean.end <= span.start);
        let mut found: Vec<Span> = Vec::new();
        for piece in &self.pieces[first..] {
            if piece.clean.start >= span.end {
                break;
            }
            let part = piece.part_from(span);
            match found.last_mut() {
                Some(last)
                    if Span::new(last.end, part.start)
                        .of(original)
                        .is_some_and(|gap| gap.chars().all(is_invisible)) =>
                {
                    last.end = part.end;
                }
                _ => found.push(part),
            }
        }
        found
    }
}

impl Piece {
    /// The original bytes behind the part of this piece that `span` (of the cleaned text) covers.
    fn part_from(&self, span: Span) -> Span {
        if self.clean.len() != self.original.len() {
            return self.original;
        }
        let start = span.start.max(self.clean.start) - self.clean.start;
        let end = span.end.min(self.clean.end) - self.clean.start;
        Span::new(self.original.start + start, self.original.start + end)
    }
}

/// White space, and the characters that print nothing: control characters, soft hyphen, zero-width
/// space and joiners, direction marks and isolates, byte-order mark.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}
