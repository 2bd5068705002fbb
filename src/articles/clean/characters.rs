//! Odd characters and what stands for them in clean text.

use crate::types::is_invisible;

/// What happens to a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Copied.
    Keep,
    /// Replaced as a whole.
    Replace(&'static str),
    /// Left out, because it prints nothing.
    Drop,
}

/// What happens to a character within a line. Quotation marks stay as they are: which one it is says
/// something about the quote.
pub(super) fn fate(c: char) -> Fate {
    match c {
        ' '..='~' => Fate::Keep,
        '\u{2010}' | '\u{2011}' => Fate::Replace("-"),
        '\u{2012}' => Fate::Replace("–"),
        '\u{2015}' => Fate::Replace("—"),
        c if c.is_whitespace() => Fate::Replace(" "),
        c if is_invisible(c) => Fate::Drop,
        _ => Fate::Keep,
    }
}

/// Whether a character ends a line: line feed, carriage return, vertical tab, form feed, next line, line
/// and paragraph separator (Unicode Standard, section 5.8).
pub(super) const fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates() {
        for (c, expected) in [
            ('a', Fate::Keep),
            ('“', Fate::Keep),
            ('–', Fate::Keep),
            ('\u{2212}', Fate::Keep),
            ('\u{a0}', Fate::Replace(" ")),
            ('\u{202f}', Fate::Replace(" ")),
            ('\u{3000}', Fate::Replace(" ")),
            ('\t', Fate::Replace(" ")),
            ('\u{2011}', Fate::Replace("-")),
            ('\u{2012}', Fate::Replace("–")),
            ('\u{2015}', Fate::Replace("—")),
            ('\u{ad}', Fate::Drop),
            ('\u{200b}', Fate::Drop),
            ('\u{2067}', Fate::Drop),
            ('\u{feff}', Fate::Drop),
            ('\u{1}', Fate::Drop),
            ('\u{9f}', Fate::Drop),
        ] {
            assert_eq!(fate(c), expected, "{c:?}");
        }
    }
}
