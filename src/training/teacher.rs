//! Soft labels: what a teacher makes of sentences that nobody labelled (Hinton, Vinyals and Dean, *Distilling the
//! Knowledge in a Neural Network*, 2015, arXiv:1503.02531).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use super::encoding::in_chunks;
use crate::model::Model;
use crate::records::mark;
use crate::types::{QuoteInContext, Scores, Span};

/// A quote with a teacher's calibrated probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftRow {
    /// The quote in its context.
    pub quote: QuoteInContext,
    /// Probabilities in the order of [`Stance::ALL`](crate::types::Stance::ALL), summing to 1.
    pub stance: [f64; 3],
    /// Probabilities in the order of [`Sentiment::ALL`](crate::types::Sentiment::ALL), summing to 1.
    pub sentiment: [f64; 3],
}

/// Words that a sentence, or two, must have to stand for a quote.
const WORDS: RangeInclusive<usize> = 3..=70;

/// One place in so many takes two sentences instead of one.
const PAIR_ONE_IN: u64 = 4;

/// Bytes of the paragraph that are kept on each side, as much as is read around a quote.
const CONTEXT_BYTES: usize = 700;

/// Bytes of an abbreviation at the most.
const LONGEST_ABBREVIATION: usize = 24;

/// At most `rows` sentences of some paragraphs (one item each; line ends inside one end a paragraph too), drawn by
/// `seed`, in the order of the text. A sentence, or two, is the quote, and its paragraph the context.
///
/// Which sentences are drawn depends on their words alone, and each wording is drawn once: the same paragraphs give the
/// same rows in whatever files they stand. Memory grows with `rows`, not with the text.
pub fn unlabelled_quotes<T: AsRef<str>>(
    texts: impl IntoIterator<Item = T>,
    seed: u64,
    rows: usize,
) -> Vec<QuoteInContext> {
    let mut drawn: BTreeMap<u64, (u64, QuoteInContext)> = BTreeMap::new();
    let mut place = 0_u64;
    for text in texts {
        for paragraph in text.as_ref().lines() {
            for span in quotes_of(paragraph, seed) {
                place += 1;
                let key = key(seed, "draw", span.of(paragraph).unwrap_or_default());
                let full = drawn.len() >= rows;
                if (full && drawn.last_key_value().is_none_or(|(&last, _)| key >= last))
                    || drawn.contains_key(&key)
                {
                    continue;
                }
                if full {
                    drawn.pop_last();
                }
                drawn.insert(key, (place, in_context(paragraph, span)));
            }
        }
    }
    let mut drawn: Vec<(u64, QuoteInContext)> = drawn.into_values().collect();
    drawn.sort_unstable_by_key(|&(place, _)| place);
    drawn.into_iter().map(|(_, quote)| quote).collect()
}

/// The teacher's probabilities for every quote, in order. The quotes are spread over `threads`, whose number changes
/// nothing; `progress` is told how many rows are done.
pub fn soft_labels(
    teacher: &Model,
    quotes: Vec<QuoteInContext>,
    threads: NonZeroUsize,
    progress: &mut dyn FnMut(usize),
) -> Vec<SoftRow> {
    let mut done = 0;
    let scores = in_chunks(&quotes, threads, |chunk| teacher.score(chunk), &mut |chunk: &Vec<Scores>| {
        done += chunk.len();
        progress(done);
    });
    let rows = quotes.into_iter().zip(scores.into_iter().flatten());
    rows.map(|(quote, scores)| SoftRow { quote, stance: scores.stance, sentiment: scores.sentiment })
        .collect()
}

/// The hash of quotes in their contexts.
pub(super) fn text_hash(quotes: &[QuoteInContext]) -> String {
    let mut hasher = blake3::Hasher::new();
    for quote in quotes {
        let marked = mark(quote);
        hasher.update(&(marked.len() as u64).to_le_bytes());
        hasher.update(marked.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// The stretches of a paragraph that stand for quotes: sentences one after the other, now and then two together.
fn quotes_of(paragraph: &str, seed: u64) -> Vec<Span> {
    let sentences = sentences(paragraph);
    let mut sentences = sentences.iter().peekable();
    let mut quotes = Vec::new();
    while let Some(&first) = sentences.next() {
        let mut span = first;
        if key(seed, "pair", span.of(paragraph).unwrap_or_default()).is_multiple_of(PAIR_ONE_IN)
            && let Some(second) = sentences.next()
        {
            span.end = second.end;
        }
        // One word more than may be is enough to know.
        let words = span.of(paragraph).unwrap_or_default().split_whitespace().take(WORDS.end() + 1).count();
        if WORDS.contains(&words) {
            quotes.push(span);
        }
    }
    quotes
}

/// The sentences of a paragraph, without the space between them. A sentence ends at `.`, `!`, `?` or `…` and the
/// closing marks after it, where space follows and no small letter, and the word before a full stop is not an
/// abbreviation: one capital, up to three letters with a capital first (*Mr.*, *Gen.*), or with a full stop inside
/// (*U.S.*).
fn sentences(paragraph: &str) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut start = None;
    let mut word = 0;
    let mut characters = paragraph.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() {
            word = at + character.len_utf8();
            continue;
        }
        let first = *start.get_or_insert(at);
        if !matches!(character, '.' | '!' | '?' | '…') {
            continue;
        }
        let abbreviated = character == '.' && is_abbreviation(paragraph.get(word..at).unwrap_or_default());
        let mut end = at + character.len_utf8();
        while let Some((at, closing)) = characters.next_if(|&(_, next)| is_closing(next)) {
            end = at + closing.len_utf8();
        }
        let Some(&(_, next)) = characters.peek() else {
            sentences.push(Span::new(first, end));
            start = None;
            break;
        };
        let rest = paragraph.get(end..).unwrap_or_default().trim_start();
        if next.is_whitespace() && !abbreviated && !rest.starts_with(char::is_lowercase) {
            sentences.push(Span::new(first, end));
            start = None;
        }
    }
    if let Some(first) = start {
        sentences.push(Span::new(first, first + paragraph.get(first..).unwrap_or_default().trim_end().len()));
    }
    sentences
}

fn is_closing(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']')
}

/// Whether a word before a full stop is cut short, so that the stop ends no sentence.
fn is_abbreviation(word: &str) -> bool {
    if word.len() > LONGEST_ABBREVIATION {
        return false;
    }
    let word = word.trim_start_matches(|character: char| !character.is_alphanumeric());
    let short = word.chars().nth(3).is_none() && word.chars().all(char::is_alphabetic);
    (short && word.starts_with(char::is_uppercase)) || word.contains('.')
}

/// The stretch of a paragraph with as much around it as is read around a quote, cut between words.
fn in_context(paragraph: &str, span: Span) -> QuoteInContext {
    let mut from = paragraph.floor_char_boundary(span.start.saturating_sub(CONTEXT_BYTES));
    if from > 0 {
        let before = paragraph.get(from..span.start).unwrap_or_default();
        from += before.find(' ').map_or(before.len(), |space| space + 1);
    }
    let mut to = paragraph.floor_char_boundary(span.end.saturating_add(CONTEXT_BYTES));
    if to < paragraph.len() {
        let after = paragraph.get(span.end..to).unwrap_or_default();
        to = span.end + after.rfind(' ').unwrap_or(0);
    }
    let context = paragraph.get(from..to).unwrap_or_default().to_owned();
    QuoteInContext { context, spans: vec![Span::new(span.start - from, span.end - from)] }
}

/// The first eight bytes of blake3 over seed, purpose and words.
fn key(seed: u64, purpose: &str, words: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(purpose.as_bytes());
    hasher.update(words.as_bytes());
    let hash = hasher.finalize();
    let (chunks, _) = hash.as_bytes().as_chunks::<8>();
    chunks.first().map_or(0, |&bytes| u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::BuiltIn;

    #[test]
    fn sentences_end_where_they_should() {
        fn check(paragraph: &str, expected: &[&str]) {
            let found: Vec<&str> =
                sentences(paragraph).iter().map(|span| span.of(paragraph).unwrap()).collect();
            assert_eq!(found, expected, "{paragraph}");
        }
        check("We will wait. They know it.", &["We will wait.", "They know it."]);
        check(" One?  “Two!” Three", &["One?", "“Two!”", "Three"]);
        check(
            "Mr. Oru met Gen. Vale of the U.S. Navy. It rained.",
            &["Mr. Oru met Gen. Vale of the U.S. Navy.", "It rained."],
        );
        check("It cost 3.5 million. J. P. Alt paid.", &["It cost 3.5 million.", "J. P. Alt paid."]);
        check("He paused … and went on. Done", &["He paused … and went on.", "Done"]);
        check("   ", &[]);
        check("", &[]);
    }

    fn paragraphs() -> Vec<String> {
        (0..40)
            .map(|turn| {
                format!("We met delegation {turn} at noon. Talks on item {turn} go on. No deal {turn} is near yet. Ships {turn} stay in port.")
            })
            .collect()
    }

    #[test]
    fn a_draw_depends_on_words_and_seed_alone() {
        let texts = paragraphs();
        let drawn = unlabelled_quotes(&texts, 1, 30);
        assert_eq!(drawn.len(), 30);
        let mut turned: Vec<String> = texts.clone();
        turned.reverse();
        let sorted = |mut quotes: Vec<QuoteInContext>| {
            quotes.sort_by(|one, other| (&one.context, &one.spans).cmp(&(&other.context, &other.spans)));
            quotes
        };
        let twice = turned.iter().chain(&texts);
        assert_eq!(sorted(unlabelled_quotes(twice, 1, 30)), sorted(drawn.clone()));
        assert_eq!(unlabelled_quotes([texts.join("\n")], 1, 30), drawn);
        assert_ne!(unlabelled_quotes(&texts, 2, 30), drawn);
        let all = unlabelled_quotes(&texts, 1, usize::MAX);
        assert!(drawn.iter().all(|quote| all.contains(quote)));
        assert!(
            all.iter().any(|quote| quote.text().matches('.').count() == 2),
            "some quotes are two sentences"
        );
    }

    #[test]
    fn a_long_paragraph_is_cut_around_the_quote() {
        let paragraph = format!("{}. We will wait for them. {}.", "é b".repeat(900), "Dd ".repeat(900));
        let drawn = (0..20).flat_map(|seed| unlabelled_quotes([&paragraph], seed, 10));
        let quote = drawn.into_iter().find(|quote| quote.text() == "We will wait for them.").unwrap();
        assert!(quote.context.len() < 1500 && quote.context.contains("bé"));
    }

    #[test]
    fn the_teacher_scores_every_row_whatever_the_threads() {
        let teacher = Model::built_in(BuiltIn::Words).unwrap();
        let quotes = unlabelled_quotes(paragraphs(), 1, 100);
        let expected = teacher.score(&quotes);
        for threads in [1, 3] {
            let mut told = 0;
            let rows =
                soft_labels(&teacher, quotes.clone(), NonZeroUsize::new(threads).unwrap(), &mut |done| {
                    told = done;
                });
            assert_eq!(told, quotes.len());
            for ((row, quote), scores) in rows.iter().zip(&quotes).zip(&expected) {
                assert_eq!((&row.quote, row.stance, row.sentiment), (quote, scores.stance, scores.sentiment));
            }
        }
    }

    proptest! {
        #[test]
        fn quotes_lie_in_their_context(text in "[A-Za-zé.!?… \n“”]{0,3000}", seed: u64) {
            for quote in unlabelled_quotes([&text], seed, 20) {
                let words = quote.text().split_whitespace().count();
                prop_assert!(WORDS.contains(&words));
                prop_assert!(text.contains(&quote.context));
            }
        }
    }
}
