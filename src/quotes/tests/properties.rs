use proptest::prelude::*;

use super::super::page::Page;
use super::super::page::windows::{Limits, Windows};
use super::super::{Extractor, QuoteOptions, Roster, find};
use super::{ROSTER, article, extract};
use crate::types::{AttributedQuote, CleanText, QuoteKind, Span};

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

/// Small windows that see everything around them: what they give must fit together.
fn all_seeing(whole: usize) -> Limits {
    Limits { whole, paragraph: usize::MAX, before: 1 << 20, after: 1 << 20, introductions: 1 << 20 }
}

/// Windows that see next to nothing of one another, and paragraphs in pieces.
fn short_sighted(whole: usize) -> Limits {
    Limits { whole, paragraph: whole, before: 10, after: 5, introductions: 30 }
}

fn extract_within(clean: &CleanText, limits: Limits) -> Vec<AttributedQuote> {
    let roster = Roster::from_csv(ROSTER, "roster.csv").unwrap();
    let mut quotes = Vec::new();
    let extractor = Extractor::new(roster, QuoteOptions { indirect: true });
    extractor.extract_within(clean, None, limits, |quote| quotes.push(quote));
    quotes
}

/// The stretches in marks that the windows of a text begin.
fn stretches(clean: &CleanText, limits: Limits) -> Vec<Span> {
    let mut windows = Windows::new(clean, limits);
    let mut found = Vec::new();
    while let Some(window) = windows.next() {
        let page = Page::read(&clean.text, &window.paragraphs, None);
        let own = page.regions.iter().map(|region| region.inner);
        found.extend(own.filter(|inner| window.own.contains(*inner)));
    }
    found
}

proptest! {
    #[test]
    fn windows_that_see_everything_give_the_same(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..80), whole in 1_usize..200,
    ) {
        let clean = article(&words.join(" "));
        let expected = extract(&clean, true);
        prop_assert_eq!(extract_within(&clean, all_seeing(whole)), expected);
    }

    #[test]
    fn windows_find_the_same_marks_where_no_paragraph_is_divided(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..80), whole in 1_usize..200,
    ) {
        let clean = article(&words.join(" "));
        let limits = Limits { paragraph: usize::MAX, after: 30, ..short_sighted(whole) };
        prop_assert_eq!(stretches(&clean, limits), stretches(&clean, Limits::NEWS));
    }

    #[test]
    fn windows_of_any_size_keep_quotes_apart(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..80), whole in 1_usize..200,
    ) {
        let clean = article(&words.join(" "));
        let mut last = 0;
        for quote in extract_within(&clean, short_sighted(whole)) {
            let first = quote.quote.spans.first().unwrap();
            prop_assert!(first.start >= last);
            last = first.start;
            for span in quote.quote.spans.iter().chain(&quote.cue).chain(&quote.speaker.mention) {
                prop_assert!(span.of(&clean.text).is_some_and(|words| !words.is_empty()));
            }
        }
    }

    #[test]
    fn any_text_in_any_window(text in "[a-z“”\"é ,.\n]{0,200}", whole in 1_usize..60) {
        let clean = article(&text);
        for quote in extract_within(&clean, short_sighted(whole)) {
            prop_assert!(quote.quote.spans.iter().all(|span| span.of(&text).is_some()));
        }
    }
}

/// Who was introduced in full long ago, and spoken of since, keeps the full name.
#[test]
fn people_are_carried_from_window_to_window() {
    let mut text = "Foreign Minister Lena Kolb arrived in Sylvania.".to_owned();
    for day in 0..30 {
        text.push_str(&format!("\nThe ferries stayed in port on day {day}, “as ordered,” Kolb said."));
    }
    let limits = Limits { whole: 150, paragraph: 1 << 10, before: 80, after: 80, introductions: 300 };
    let quotes = extract_within(&article(&text), limits);
    assert_eq!(quotes.len(), 30);
    for quote in quotes {
        assert_eq!(quote.speaker.name.as_deref(), Some("Lena Kolb"));
    }
}

/// A long paragraph in pieces gives the quotes that stand wholly in one.
#[test]
fn long_paragraphs_are_read_in_pieces() {
    let text = "“We will wait for the ferry,” Oru Veld said on Monday. ".repeat(40);
    let limits = Limits { whole: 400, paragraph: 400, before: 100, after: 100, introductions: 200 };
    let quotes = extract_within(&article(&text), limits);
    let whole = quotes.iter().filter(|quote| quote.quote.closed && quote.speaker.name.is_some()).count();
    assert!(whole >= 34, "{whole}");
}
