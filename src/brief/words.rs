//! Words of news text, and which of them say what a text is about.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::types::Span;

/// A run of letters and digits; the full stops of an acronym belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// As written: "U.S", "Sunday".
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
}

impl<'t> Word<'t> {
    /// Whether it begins with a capital.
    pub(super) fn is_capitalised(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// Without full stops, case kept: "US".
    pub(super) fn key(&self) -> Cow<'t, str> {
        if self.text.contains('.') {
            Cow::Owned(self.text.replace('.', ""))
        } else {
            Cow::Borrowed(self.text)
        }
    }
}

/// The words of a text, in order. Apostrophes and hyphens divide words, so that "Pyongyang’s" begins with
/// the word "Pyongyang".
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let mut letters_since_stop = 1;
        while let Some(&(at, c)) = chars.peek() {
            if c.is_alphanumeric() {
                letters_since_stop += 1;
            } else if c == '.' && letters_since_stop == 1 && next_is_capital(text, at + 1) {
                letters_since_stop = 0;
            } else {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let span = Span::new(start, end);
        if let Some(text) = span.of(text) {
            found.push(Word { text, span });
        }
    }
    found
}

fn next_is_capital(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// Words that say nothing of the subject: function words, reporting verbs, time words, and the nouns of
/// every political report.
static COMMON: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("data/common_words.txt")).collect());

/// The words of a list file: one or more a line, `#` begins a comment.
pub(super) fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// The term that a word in lower case stands for, its plural ending cut off; `None` where the word is too
/// common or too short to tell subjects apart.
pub(super) fn term(lower: &str) -> Option<String> {
    if lower.chars().count() < 4 || lower.starts_with(|c: char| c.is_ascii_digit()) || is_common(lower) {
        return None;
    }
    let singular = lower
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .or_else(|| lower.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map(str::to_owned))
        .unwrap_or_else(|| lower.to_owned());
    (!is_common(&singular)).then_some(singular)
}

fn is_common(word: &str) -> bool {
    COMMON.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_divided_at_marks_but_not_inside_acronyms() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = words(text).iter().map(|word| word.text).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("The U.S. and Pyongyang’s talks.", &["The", "U.S", "and", "Pyongyang", "s", "talks"]);
        check("D.P.R.K.-led: 25 years…", &["D.P.R.K", "led", "25", "years"]);
        check("ended.Next", &["ended", "Next"]);
        check("", &[]);
        check("…—“”", &[]);
    }

    #[test]
    fn terms_are_specific_and_singular() {
        let check =
            |word: &str, expected: Option<&str>| assert_eq!(term(word).as_deref(), expected, "{word}");
        check("levies", Some("levy"));
        check("trawlers", Some("trawler"));
        check("glass", Some("glass"));
        check("said", None);
        check("the", None);
        check("2017", None);
        check("ministers", None);
    }
}
