use proptest::prelude::*;

use super::super::{QuoteOptions, find};
use super::{article, extract};
use crate::types::{QuoteKind, Span};

fn check_spans(text: &str) -> Result<(), TestCaseError> {
    let clean = article(text);
    let quotes = extract(&clean, true);
    let mut last: Option<Span> = None;
    for quote in &quotes {
        prop_assert!(!quote.quote.spans.is_empty());
        for span in &quote.quote.spans {
            prop_assert!(span.of(text).is_some_and(|words| !words.is_empty()));
        }
        for pair in quote.quote.spans.windows(2) {
            prop_assert!(pair.first().map(|span| span.end) <= pair.last().map(|span| span.start));
        }
        let first = quote.quote.spans.first().copied();
        if let (Some(last), Some(first)) = (last, first) {
            prop_assert!(last.start <= first.start);
            prop_assert!(!last.overlaps(first));
        }
        last = quote.quote.spans.last().copied().or(last);
        if let Some(content) = quote.quote.content {
            prop_assert_eq!(quote.quote.kind, QuoteKind::Mixed);
            prop_assert!(content.of(text).is_some());
            prop_assert!(quote.quote.spans.iter().all(|span| content.contains(*span)));
        }
        for span in [quote.cue, quote.speaker.mention].into_iter().flatten() {
            prop_assert!(span.of(text).is_some());
        }
        prop_assert!((0.0..=1.0).contains(&quote.speaker.confidence));
    }
    prop_assert_eq!(find(&clean, QuoteOptions { indirect: true }).len(), quotes.len());
    Ok(())
}

proptest! {
    #[test]
    fn any_marks_and_letters(text in "[a-zA-Z “”\"'‘’«»„`,.:;?!()—é\n]{0,120}") {
        check_spans(&text)?;
    }

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        check_spans(&text)?;
    }

    #[test]
    fn any_words_of_news(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        check_spans(&words.join(" "))?;
        check_spans(&words.concat())?;
    }
}

const WORDS: &[&str] = &[
    "“",
    "”",
    "\"",
    "''",
    "‘",
    "’",
    "'s",
    ",",
    ".",
    ":",
    ";",
    "?",
    "—",
    "\n",
    "(",
    ")",
    "he",
    "she",
    "they",
    "who",
    "that",
    "said",
    "says",
    "told",
    "called",
    "accused",
    "saying",
    "according",
    "to",
    "by",
    "of",
    "and",
    "the",
    "a",
    "President",
    "Oru",
    "Veld",
    "Lena",
    "North",
    "Korea",
    "U.S.",
    "Sen.",
    "spokesman",
    "ministry",
    "statement",
    "tweets",
    "was",
    "on",
    "Monday",
    "after",
    "country's",
    "foreign",
    "minister",
    "reporters",
    "never",
    "We",
    "wait",
    "Secretary",
    "State",
];

/// Long texts of one hostile kind finish; quadratic work would not.
#[test]
fn hostile_texts_take_linear_time() {
    for (piece, size) in
        [("“", 1_000_000), ("‘", 1_000_000)].into_iter().chain(HOSTILE.iter().map(|piece| (*piece, 200_000)))
    {
        let text = piece.repeat(size / piece.len());
        let clean = article(&text);
        let quotes = extract(&clean, true);
        assert!(quotes.len() <= size);
    }
}

const HOSTILE: &[&str] = &[
    "\"",
    "''",
    "„",
    "“a”",
    "“a” said ",
    "never ",
    "said ",
    "A. ",
    "A Smith, ",
    "“a\n",
    ", ",
    "( ",
    "he said, ",
];
