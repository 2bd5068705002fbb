//! Behaviour of the whole module on text written for the project.

mod attribute;
mod cases;
mod complaints;
mod find;
mod properties;
mod resolve;

use super::{Extractor, QuoteOptions, Roster};
use crate::types::{AttributedQuote, CleanText, OffsetMap, Span};

/// A clean text whose paragraphs are the lines of `text`, without a headline.
fn article(text: &str) -> CleanText {
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let start = at + (line.len() - line.trim_start().len());
        let end = start + line.trim().len();
        if end > start {
            paragraphs.push(Span::new(start, end));
        }
        at += line.len() + 1;
    }
    CleanText { text: text.to_owned(), map: OffsetMap::default(), headline: None, paragraphs }
}

/// As [`article`], with the first line for a headline.
fn with_headline(text: &str) -> CleanText {
    let mut article = article(text);
    article.headline = article.paragraphs.first().copied();
    article
}

const ROSTER: &str = "name,aliases,role,side,from,to\n\
    Oru Veld,,President,Sylvania,2001-01-01,2004-12-31\n\
    Ina Karst,,Foreign Minister,Sylvania,2001-01-01,2004-12-31\n\
    Tomas Brill,,President,Borduria,2001-01-01,2009-01-01\n\
    Hana Brill,,Prime Minister,Borduria,2010-01-01,\n";

fn extract(clean: &CleanText, indirect: bool) -> Vec<AttributedQuote> {
    let roster = Roster::from_csv(ROSTER, "roster.csv").unwrap();
    Extractor::new(roster, QuoteOptions { indirect }).extract(clean, None)
}

/// The words of a quote, its spans joined by ` … `.
fn words(clean: &CleanText, quote: &AttributedQuote) -> String {
    let spans: Vec<&str> = quote.quote.spans.iter().map(|span| span.of(&clean.text).unwrap()).collect();
    spans.join(" … ")
}

/// Checks the quotes of `text` and who is named for each; `-` stands for nobody.
#[track_caller]
fn check_names(text: &str, expected: &[(&str, &str)]) {
    check_names_in(&article(text), expected);
}

#[track_caller]
fn check_names_in(clean: &CleanText, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> = extract(clean, false)
        .iter()
        .map(|quote| (words(clean, quote), quote.speaker.name.clone().unwrap_or_else(|| "-".to_owned())))
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(words, name)| (words.as_str(), name.as_str())).collect();
    assert_eq!(found, expected, "{}", clean.text);
}
