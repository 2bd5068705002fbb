//! Nouns of utterance that govern the quote: "Oru's remarks", "statements made by Oru that …".

use super::super::class::Class;
use super::super::grammar::{main_subject, phrase_ending, phrase_starting, possessor};
use super::super::page::{Page, Sentence};
use super::{Attribution, Rule};

const REACH: usize = 30;

/// Statements made by Oru · a tweet from Oru · Oru's remarks; with `subject` also the subject of a
/// sentence with such a noun: Oru issued a statement.
pub(super) fn utterance(
    page: &Page<'_>,
    sentence: Sentence,
    at: usize,
    subject: bool,
) -> Option<Attribution> {
    let lo = sentence.first.max(at.saturating_sub(REACH));
    for noun in (lo..at).rev() {
        if !page.has(noun, Class::UTTERANCE) || !page.is_word(noun) {
            continue;
        }
        // statements made by Oru; a tweet from Oru
        let maker = if page.has(noun + 1, Class::FINITE | Class::MAKE) && page.word(noun + 2) == "by" {
            Some(noun + 3)
        } else if matches!(page.word(noun + 1), "by" | "from") {
            Some(noun + 2)
        } else {
            None
        };
        if let Some(maker) = maker
            && let Some(phrase) = phrase_starting(page, maker, at)
        {
            let mut found = Attribution::new(Rule::Utterance, phrase, None);
            found.cue = Some((noun, maker));
            return Some(found);
        }
        if let Some(phrase) = phrase_ending(page, lo, noun + 1)
            && let Some(owner) = possessor(page, phrase)
        {
            return Some(Attribution::new(Rule::Utterance, owner, Some(noun)));
        }
        // issued a statement: “…”; in a tweet: “…”
        if subject && let Some(subject) = main_subject(page, Sentence { last: noun, ..sentence }) {
            return Some(Attribution::new(Rule::Utterance, subject, Some(noun)));
        }
    }
    None
}
