//! Lines, and whether they were broken by hand at a fixed width.

use super::boilerplate::{is_boilerplate, is_placeholder};
use super::characters::ends_line;
use crate::types::{Span, is_invisible};

/// The lines of `text` from byte `from` on, without their breaks and without white space and invisible
/// characters at both ends; empty where nothing is left.
pub(super) fn lines(text: &str, from: usize) -> impl Iterator<Item = Span> {
    let mut start = from;
    let has_odd = has_odd_breaks(text.get(from..).unwrap_or_default());
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let found = if has_odd { first_break(rest) } else { memchr::memchr2(b'\n', b'\r', rest.as_bytes()) };
        let length = found.unwrap_or(rest.len());
        let line = trim(text, Span::new(start, start + length));
        let after = rest.get(length..).unwrap_or_default();
        let line_break =
            if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
        start += length + line_break;
        Some(line)
    })
}

/// Whether a text has line ends besides line feed and carriage return: U+000B, U+000C, U+0085, U+2028 or
/// U+2029. Nearly none has.
fn has_odd_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2(0x0b, 0x0c, bytes).is_some()
        || !text.is_ascii()
            && ["\u{85}", "\u{2028}", "\u{2029}"]
                .iter()
                .any(|line_end| memchr::memmem::find(bytes, line_end.as_bytes()).is_some())
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Where the first character stands that ends a line.
fn first_break(text: &str) -> Option<usize> {
    // The last bytes of the line ends beyond ASCII: U+0085, U+2028, U+2029.
    let may_end = |byte: u8| byte.wrapping_sub(b'\n') <= b'\r' - b'\n' || matches!(byte, 0x85 | 0xa8 | 0xa9);
    for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        // Without an early exit the compiler compares the whole block at once.
        if !block.iter().fold(false, |found, &byte| found | may_end(byte)) {
            continue;
        }
        for (place, _) in block.iter().enumerate().filter(|(_, byte)| may_end(**byte)) {
            let end = index * BLOCK + place + 1;
            let last = text.get(..end).and_then(|text| text.chars().next_back());
            if let Some(last) = last.filter(|c| ends_line(*c)) {
                return Some(end - last.len_utf8());
            }
        }
    }
    None
}

/// `span` without white space and invisible characters at both ends.
pub(super) fn trim(text: &str, span: Span) -> Span {
    let Some(line) = span.of(text) else { return span };
    let kept = line.trim_end_matches(is_invisible);
    let end = span.start + kept.len();
    Span::new(end - kept.trim_start_matches(is_invisible).len(), end)
}

/// Whether words stop at the end of a sentence, closing marks and brackets not counted.
pub(super) fn ends_sentence(words: &str) -> bool {
    words.trim_end_matches(closes).ends_with(['.', '!', '?', '…'])
}

/// Whether a character may stand between the end of a sentence and the space after it.
pub(super) const fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '“' | '‘')
}

/// Shortest and longest width at which lines are broken by hand, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// How the lines of a plain text stand.
pub(super) struct Layout {
    /// The width at which they were broken by hand, in characters; `None` where every line is a paragraph of
    /// its own.
    pub(super) width: Option<usize>,
    /// For each line, empty ones too, whether the reporter did not write it, if it is a paragraph.
    pub(super) boilerplate: Vec<bool>,
}

/// The layout of a text. Its lines were broken by hand if those that another line follows within their block
/// are of similar length, the next line mostly goes on in the middle of a sentence, and it often starts in
/// lower case.
pub(super) fn layout(text: &str) -> Layout {
    const LONGEST: usize = *WIDTHS.end();
    // How many inner lines have each length; the last place counts all longer ones.
    let mut lengths = [0_usize; LONGEST + 2];
    let (mut pairs, mut going_on, mut lower) = (0_usize, 0_usize, 0_usize);
    let mut last: Option<&str> = None;
    let mut boilerplate = Vec::new();
    for line in lines(text, 0) {
        let line = line.of(text).unwrap_or_default();
        let doubtful = !line.is_empty() && is_boilerplate(line);
        boilerplate.push(doubtful);
        let Some(first) = line.chars().next().filter(|_| !(doubtful && is_placeholder(line))) else {
            last = None;
            continue;
        };
        if let Some(last) = last {
            pairs += 1;
            if let Some(count) = lengths.get_mut(length_up_to(last, LONGEST + 1)) {
                *count += 1;
            }
            going_on += usize::from(first.is_lowercase() || !ends_sentence(last));
            lower += usize::from(first.is_lowercase());
        }
        last = Some(line);
    }
    // The length that nine of ten inner lines do not exceed.
    let mut below = 0;
    let width = lengths.iter().position(|count| {
        below += count;
        below * 10 >= pairs * 9
    });
    let is_wrapped = |width: &usize| {
        let similar: usize = lengths.iter().skip(width * 6 / 10).sum();
        pairs > 0
            && WIDTHS.contains(width)
            && similar * 4 >= pairs * 3
            && going_on * 5 >= pairs * 3
            && lower * 5 >= pairs * 2
    };
    Layout { width: width.filter(is_wrapped), boilerplate }
}

/// The length of a line in characters, or `most` where it is longer.
fn length_up_to(line: &str, most: usize) -> usize {
    // No character has more than four bytes.
    if line.len() >= most * 4 { most } else { line.chars().count().min(most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks() {
        let text = "one\r\ntwo\rthree\n\n four \u{2028}\u{200b}\u{85}five";
        let found: Vec<&str> = lines(text, 0).map(|line| line.of(text).unwrap()).collect();
        assert_eq!(found, ["one", "two", "three", "", "four", "", "five"]);
    }

    #[test]
    fn ends() {
        for (words, expected) in [
            ("It ended.", true),
            ("“It ended.”", true),
            ("He asked (why?)", true),
            ("It ended", false),
            ("", false),
        ] {
            assert_eq!(ends_sentence(words), expected, "{words}");
        }
    }

    #[test]
    fn wrapped_texts() {
        let wrapped = "The harbour master told reporters on Monday that the\nferries would stay in port until the storm had\npassed, and that no one should wait at the pier.\n\nShe was asked when that would be, but would not\nsay.";
        assert!(layout(wrapped).width.is_some());
        for text in [
            "",
            "One line",
            "The harbour master told reporters on Monday.\nThe ferries would stay in port until Friday.",
            "Harbour master: Ferries to stay in port until the storm passes\nPassengers are told to go home and wait",
            "One,\ntwo,\nthree,\nfour.",
        ] {
            assert_eq!(layout(text).width, None, "{text}");
        }
    }
}
