//! What may follow a verb, as `data/attitude_verbs.txt` lists it.

use super::super::super::class::Class;
use super::super::super::grammar::phrase_before_verb;
use super::super::super::page::tokens::Kind;
use super::super::super::page::{Page, Sentence};

/// Where the words of a claim begin, and where its cue ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) first: usize,
    pub(super) cue_end: usize,
    /// Whether the words are an object rather than a clause.
    pub(super) narrow: bool,
}

/// The first node of a clause: after "that", or a subject with its verb.
pub(super) fn clause_opening(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<usize> {
    if is_complementizer(page.word(at)) {
        return Some(at);
    }
    if page.is_sign(at, ':') {
        return Some(at + 1);
    }
    let subject = phrase_before_verb(page, at, sentence.last).is_some()
        || page.word(at) == "there" && page.has(at + 1, Class::AUXILIARY);
    subject.then_some(at)
}

pub(super) fn is_complementizer(word: &str) -> bool {
    matches!(word, "that" | "whether" | "how" | "why" | "what" | "if" | "where" | "who")
}

/// Whether a noun phrase can begin at the node.
pub(super) fn opens_phrase(page: &Page<'_>, at: usize) -> bool {
    let class = page.node(at).class;
    match page.node(at).kind {
        Kind::Number | Kind::Quote(_) => true,
        Kind::Sign(sign) => sign == '$',
        Kind::Word { capital: true } => !class.any(Class::TIME) || class.any(Class::GIVEN),
        Kind::Word { capital: false } => {
            class.any(
                Class::DETERMINER | Class::PRONOUN | Class::OTHER_PRONOUN | Class::NUMBER | Class::ADJECTIVE,
            ) || class.any(Class::NOUN | Class::GERUND)
                || !class.any(Class::STOP | Class::TIME) && !page.is_adverb(at)
        }
        _ => false,
    }
}

/// Whether a preposition can lead to what a verb, noun or adjective is about.
pub(super) fn is_about(word: &str) -> bool {
    matches!(word, "about" | "on" | "for" | "against" | "to" | "of" | "with" | "in" | "over" | "at")
}

/// The frame that a preposition belongs to.
fn preposition(word: &str) -> Class {
    match word {
        "about" | "of" | "over" => Class::TAKES_ABOUT,
        "for" | "against" => Class::TAKES_FOR,
        "on" | "in" | "at" => Class::TAKES_ON,
        "to" => Class::TAKES_TO,
        "with" => Class::TAKES_WITH,
        _ => Class::NONE,
    }
}

/// Whether "to" and a verb stand at the node.
pub(super) fn is_infinitive(page: &Page<'_>, at: usize) -> bool {
    let verb = page.is_lower(at + 1)
        && !page.has(at + 1, Class::DETERMINER | Class::PRONOUN | Class::OTHER_PRONOUN | Class::TIME);
    page.word(at) == "to" && (verb || page.quote_at(at + 1).is_some())
}

/// Where the words begin that the verb at `cue` governs.
pub(super) fn opening(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Opening> {
    let class = page.node(cue).class;
    let mut next = cue + 1;
    while next < cue + 3 && page.is_adverb(next) {
        next += 1;
    }
    let word = page.word(next);
    if class.any(Class::TAKES_CLAUSE) && is_complementizer(word) {
        return Some(Opening { first: next, cue_end: cue + 1, narrow: false });
    }
    if class.any(Class::TAKES_INFINITIVE) && is_infinitive(page, next) {
        return Some(Opening { first: next, cue_end: cue + 1, narrow: false });
    }
    if class.any(preposition(word)) && next < sentence.last {
        let first = next + 1;
        let content = opens_phrase(page, first) || is_complementizer(page.word(first));
        return content.then_some(Opening { first, cue_end: first, narrow: true });
    }
    if class.any(Class::TAKES_CLAUSE)
        && let Some(first) = clause_opening(page, sentence, next).filter(|_| !page.is_sign(next, ':'))
    {
        return Some(Opening { first, cue_end: cue + 1, narrow: false });
    }
    (class.any(Class::TAKES_OBJECT) && opens_phrase(page, next)).then_some(Opening {
        first: next,
        cue_end: cue + 1,
        narrow: true,
    })
}

/// Whether a form of a verb is used as one, not as a noun or adjective of the same form.
pub(super) fn is_verb_use(page: &Page<'_>, at: usize) -> bool {
    if !page.is_lower(at) {
        return false;
    }
    let class = page.node(at).class;
    let mut before = at.wrapping_sub(1);
    while page.is_adverb(before) && before < at {
        before = before.wrapping_sub(1);
    }
    if page.node(before).kind == Kind::Possessive
        || page.has(before, Class::DETERMINER) && !page.is_name_word(before) && !is_bare_pronoun(page, before)
    {
        return false;
    }
    let auxiliary = page.has(before, Class::AUXILIARY) || page.node(before).kind == Kind::Clitic;
    let pronoun = page.has(before, Class::PRONOUN | Class::RELATIVE) || page.word(before) == "that";
    let noun = page.is_lower(before) && !page.has(before, Class::STOP | Class::ADJECTIVE | Class::TIME)
        || page.has(before, Class::PERSON | Class::BODY);
    let named = page.is_name_word(before);
    let set_off = page.is_sign(before, ',') || page.is_sign(before, ')') || page.is_sign(before, '—');
    if class.any(Class::ATTITUDE_PAST | Class::PAST) {
        return !page.has(before, Class::PREPOSITION | Class::ADJECTIVE) || before >= at;
    }
    if class.any(Class::ATTITUDE_ING | Class::GERUND) {
        return auxiliary
            || set_off
            || named
            || page.has(before, Class::PERSON | Class::CONJUNCTION | Class::SUBORDINATE)
            || page.word(before) == "by";
    }
    if class.any(Class::ATTITUDE_THIRD | Class::THIRD) {
        let object = page.has(at + 1, Class::DETERMINER | Class::PRONOUN | Class::NUMBER)
            || page.is_name_word(at + 1)
            || is_complementizer(page.word(at + 1))
            || is_about(page.word(at + 1));
        return named || pronoun || (noun || set_off) && object && !page.word(before).ends_with('s');
    }
    let plural = noun && (page.word(before).ends_with('s') || page.has(before, Class::PLURAL));
    let names = named && (page.word(before.wrapping_sub(1)) == "and" || page.word(before).ends_with('s'));
    page.word(before) == "to" || auxiliary || pronoun || plural || names
}

/// "some", "many" and the like can be subjects without a noun.
fn is_bare_pronoun(page: &Page<'_>, at: usize) -> bool {
    matches!(
        page.word(at),
        "some" | "many" | "most" | "both" | "all" | "others" | "few" | "another" | "that" | "these" | "those"
    )
}
