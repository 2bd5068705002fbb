//! How far a reported clause reaches.

use super::super::super::class::Class;
use super::super::super::grammar::{is_cue, phrase_before_verb};
use super::super::super::page::tokens::Kind;
use super::super::super::page::{Page, Sentence};

/// One past the last node of the sentence's words: its closing sign left out.
pub(in super::super) fn end_of(page: &Page<'_>, sentence: Sentence) -> usize {
    let mut last = sentence.last;
    while last > sentence.first
        && matches!(page.node(last - 1).kind, Kind::Sign('.' | '!' | '?' | ';' | ':' | '…' | '—'))
    {
        last -= 1;
    }
    last
}

/// What a clause is, which decides what ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// An object: an adverbial clause ends it.
    pub(super) narrow: bool,
    /// The cue stands in a relative clause between commas: the comma before the next verb ends it.
    pub(super) bracketed: bool,
}

const CHAINING: Class = Class::SPEECH.or(Class::TELL).or(Class::LABEL).or(Class::JUDGE).or(Class::ATTITUDE);

/// Where the clause that begins at `first` ends.
pub(super) fn clause_end(page: &Page<'_>, sentence: Sentence, first: usize, shape: Shape) -> usize {
    let last = end_of(page, sentence);
    for at in first + 1..last {
        if page.is_sign(at, ';') || page.is_sign(at, ',') && comma_ends(page, sentence, at + 1, shape) {
            return at;
        }
        if page.is_sign(at, ')') && !(first..at).any(|node| page.is_sign(node, '(')) {
            return at;
        }
        let chained = matches!(page.word(at), "and" | "but")
            && page.has(at + 1, Class::PAST | Class::ATTITUDE_PAST)
            && (is_cue(page, at + 1, CHAINING) || page.has(at + 1, Class::ATTITUDE));
        let circumstance =
            shape.narrow && (subordinate_ends(page, sentence, at) || occasion_begins(page, sentence, at));
        if chained || circumstance {
            return at;
        }
    }
    last
}

fn comma_ends(page: &Page<'_>, sentence: Sentence, next: usize, shape: Shape) -> bool {
    let participle = page.has(next, Class::GERUND) && is_cue(page, next, Class::CUE)
        || page.has(next, Class::ATTITUDE_ING) && page.is_lower(next);
    let according = page.word(next) == "according";
    let chained = page.has(next, Class::CONJUNCTION)
        && (is_cue(page, next + 1, CHAINING) || page.has(next + 1, Class::ATTITUDE_PAST));
    let contrast = matches!(page.word(next), "while" | "although" | "though" | "whereas")
        || shape.narrow && matches!(page.word(next), "but" | "which" | "who");
    let own_subject = page.has(next, Class::CONJUNCTION)
        && page.has(next + 1, Class::PRONOUN)
        && page.has(next + 2, Class::FINITE | Class::ATTITUDE_PAST);
    let aside = shape.narrow
        && page.is_lower(next)
        && (page.has(next, Class::PRONOUN) || page.word(next).ends_with("ing"));
    let verb = shape.bracketed
        && page.is_lower(next)
        && (page.has(next, Class::FINITE | Class::AUXILIARY | Class::VERB | Class::ATTITUDE_PAST)
            || page.word(next).ends_with("ed"));
    let sibling = shape.narrow
        && page.has(next, Class::CONJUNCTION)
        && phrase_before_verb(page, next + 1, sentence.last).is_some();
    participle || according || chained || contrast || verb || sibling || own_subject || aside
}

fn subordinate_ends(page: &Page<'_>, sentence: Sentence, at: usize) -> bool {
    page.has(at, Class::SUBORDINATE)
        && matches!(
            page.word(at),
            "as" | "while"
                | "when"
                | "after"
                | "before"
                | "because"
                | "although"
                | "though"
                | "since"
                | "until"
        )
        && phrase_before_verb(page, at + 1, sentence.last).is_some()
}

/// Whether the node begins the words that say when and where an object was spoken of: "during …", "on
/// Monday", "last week", "in a statement", "while calling …".
fn occasion_begins(page: &Page<'_>, sentence: Sentence, at: usize) -> bool {
    let word = page.word(at);
    let time = |node: usize| page.has(node, Class::TIME) && !page.has(node, Class::AUXILIARY | Class::GIVEN);
    let weekday = time(at) && page.is_capital(at) && word.ends_with("day");
    let span_of_time = matches!(word, "last" | "earlier" | "this" | "next")
        && time(at + 1)
        && matches!(page.word(at + 1), "week" | "month" | "year" | "night" | "weekend" | "morning");
    let dated = word == "on" && time(at + 1) && page.is_capital(at + 1);
    let spoken = matches!(word, "in" | "at")
        && page.has(at + 1, Class::DETERMINER)
        && (at + 2..sentence.last.min(at + 6)).any(|node| {
            page.is_lower(node)
                && (page.has(node, Class::UTTERANCE)
                    || matches!(page.word(node), "rally" | "event" | "conference" | "hearing" | "debate"))
        });
    weekday
        || span_of_time
        || dated
        || spoken
        || word == "during" && page.is_lower(at)
        || word == "while" && page.word(at + 1).ends_with("ing")
}
