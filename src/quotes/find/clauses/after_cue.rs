//! Oru said (that) … · told reporters … · called the talks productive · accused Rome of … · vowed to …

use super::super::super::attribute::{Rule, Source};
use super::super::super::class::Class;
use super::super::super::grammar::{
    Phrase, is_cue, is_passive, phrase_starting, share_ending, skip_back, subject_of,
};
use super::super::super::page::{Page, Sentence};
use super::ending::{Shape, clause_end};
use super::frames::{self, Opening, clause_opening, is_infinitive, opens_phrase};
use super::{Claim, Clause, REACH};

const KINDS: Class = Class::SPEECH.or(Class::TELL).or(Class::LABEL).or(Class::JUDGE).or(Class::THINK);

pub(super) fn find(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Claim> {
    if is_passive(page, cue) || page.word(cue + 1) == "by" {
        return None;
    }
    let class = page.node(cue).class;
    let noun = class.any(Class::FINITE)
        && page.is_lower(cue)
        && !is_plain(page.word(cue))
        && !frames::is_verb_use(page, cue);
    if noun {
        return None;
    }
    let lo = sentence.first.max(cue.saturating_sub(REACH));
    let opening = if is_cue(page, cue, KINDS) {
        by_kind(page, sentence, cue).or_else(|| frames::opening(page, sentence, cue))
    } else if class.any(Class::ATTITUDE) && frames::is_verb_use(page, cue) {
        frames::opening(page, sentence, cue)
    } else {
        None
    };
    let Some(opening) = opening else { return gap(page, sentence, lo, cue) };
    let source = share_ending(page, lo, skip_back(page, lo, cue))
        .or_else(|| subject_of(page, lo, cue))
        .filter(|source| source.last <= cue)?;
    if is_naming(page, source, cue) {
        return None;
    }
    let relative = page.has(source.head, Class::RELATIVE) && page.is_sign(source.first.wrapping_sub(1), ',');
    let shape = Shape { narrow: opening.narrow, bracketed: relative };
    let last = clause_end(page, sentence, opening.first, shape);
    let clause = Clause { first: opening.first, last };
    Claim::new(page, &[clause], Source::Phrase(source), (cue, opening.cue_end), Rule::Indirect)
}

/// policies, which Oru said had failed, … · what Oru said was a mistake
fn gap(page: &Page<'_>, sentence: Sentence, lo: usize, cue: usize) -> Option<Claim> {
    let next = cue + 1;
    let verb = page.is_lower(next)
        && (page.has(next, Class::AUXILIARY | Class::VERB) || page.word(next).ends_with("ed"));
    if !verb || !matches!(page.word(cue), "say" | "says" | "said" | "argued" | "claimed" | "believes") {
        return None;
    }
    let source = subject_of(page, lo, cue).filter(|source| source.last <= cue && source.first > lo)?;
    let link = source.first - 1;
    if !(page.has(link, Class::RELATIVE) || matches!(page.word(link), "what" | "that")) {
        return None;
    }
    let bracketed = page.is_sign(link.wrapping_sub(1), ',');
    let last = clause_end(page, sentence, next, Shape { narrow: false, bracketed });
    let last = (next..last).find(|&at| bracketed && page.is_sign(at, ',')).unwrap_or(last);
    let parts = [Clause { first: link, last: link + 1 }, Clause { first: next, last }];
    Claim::new(page, &parts, Source::Phrase(source), (cue, next), Rule::Indirect)
}

/// "a program called New Start" names the program; "officials called New Start a failure" does not.
fn is_naming(page: &Page<'_>, source: Phrase, cue: usize) -> bool {
    matches!(page.word(cue), "called" | "named" | "dubbed" | "labeled" | "labelled")
        && page.is_lower(source.head)
        && !page
            .has(source.head, Class::PERSON | Class::BODY | Class::PRONOUN | Class::RELATIVE | Class::PLURAL)
        && source.last == cue
}

/// Forms that are never nouns or adjectives.
fn is_plain(word: &str) -> bool {
    matches!(word, "say" | "says" | "said" | "told" | "tells" | "wrote" | "writes")
}

fn by_kind(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Opening> {
    let class = page.node(cue).class;
    if class.any(Class::SPEECH) {
        speech(page, sentence, cue)
    } else if class.any(Class::TELL) {
        tell(page, sentence, cue).map(|first| Opening { first, cue_end: cue + 1, narrow: false })
    } else if class.any(Class::LABEL | Class::JUDGE) {
        object(page, sentence, cue)
    } else {
        think(page, sentence, cue).map(|first| Opening { first, cue_end: cue + 1, narrow: false })
    }
}

/// Skips "on Tuesday", "in an interview", "late last week" after a cue.
fn skip_circumstance(page: &Page<'_>, sentence: Sentence, mut at: usize) -> usize {
    for _ in 0..4 {
        if page.is_adverb(at)
            || page.has(at, Class::TIME) && !page.has(at, Class::AUXILIARY)
            || page.has(at, Class::ADJECTIVE) && page.has(at + 1, Class::TIME)
        {
            at += 1;
        } else if page.has(at, Class::PREPOSITION) && page.is_lower(at) {
            match phrase_starting(page, at + 1, sentence.last) {
                Some(phrase) => at = phrase.last,
                None if page.has(at + 1, Class::TIME) => at += 2,
                None => break,
            }
        } else {
            break;
        }
    }
    at
}

/// Verbs of saying that take a clause and nothing else, so that any noun phrase after them begins one.
fn only_says(word: &str) -> bool {
    matches!(
        word,
        "say"
            | "says"
            | "said"
            | "saying"
            | "argue"
            | "argues"
            | "argued"
            | "arguing"
            | "insist"
            | "insists"
            | "insisted"
            | "insisting"
            | "claim"
            | "claims"
            | "claimed"
            | "claiming"
            | "contend"
            | "contends"
            | "contended"
            | "adding"
    )
}

fn speech(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Opening> {
    let next = cue + 1;
    let word = page.word(cue);
    let plain = |first| Opening { first, cue_end: cue + 1, narrow: false };
    if is_infinitive(page, next) {
        let promises = !["sa", "continu", "beg", "read"].iter().any(|stem| word.starts_with(stem));
        return promises.then(|| plain(next));
    }
    if let Some(first) = clause_opening(page, sentence, next) {
        return Some(plain(first));
    }
    if matches!(page.word(next), "of" | "against" | "about" | "for")
        && !["sa", "wr", "po", "tw", "beg", "continu", "offer"].iter().any(|stem| word.starts_with(stem))
    {
        return Some(Opening { first: next + 1, cue_end: next + 1, narrow: true });
    }
    let at = skip_circumstance(page, sentence, next);
    if at > next
        && let Some(first) = clause_opening(page, sentence, at)
    {
        return Some(plain(first));
    }
    if page.has(next, Class::PREPOSITION | Class::SUBORDINATE | Class::TIME | Class::ADVERB)
        && let Some(that) = (next..sentence.last.min(next + 16))
            .take_while(|&at| !page.is_sign(at, ';') && !page.is_sign(at, ':'))
            .find(|&at| page.word(at) == "that" && page.is_lower(at) && !page.is_sign(at + 1, ','))
    {
        return Some(plain(that));
    }
    let time = (next..next + 3).any(|at| page.has(at, Class::TIME));
    (only_says(word) && !time && next + 2 < sentence.last && opens_phrase(page, next)).then(|| plain(next))
}

fn tell(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<usize> {
    let word = page.word(cue);
    if word.starts_with("ask")
        || word.starts_with("urg")
        || word.starts_with("order")
        || word.starts_with("press")
    {
        if let Some(first) = clause_opening(page, sentence, cue + 1) {
            return Some(first);
        }
        return page.is_word(cue + 1).then_some(cue + 1);
    }
    let addressee = if page.has(cue + 1, Class::OTHER_PRONOUN) || page.word(cue + 1) == "her" {
        cue + 2
    } else {
        phrase_starting(page, cue + 1, sentence.last)?.last
    };
    let at = skip_circumstance(page, sentence, addressee);
    if page.word(at) == "to" {
        return Some(at);
    }
    if let Some(first) = clause_opening(page, sentence, at) {
        return Some(first);
    }
    let told = word.starts_with('t');
    (addressee..sentence.last.min(addressee + 14))
        .find(|&at| page.word(at) == "that" && page.is_lower(at))
        .filter(|_| told)
}

fn object(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Opening> {
    let next = cue + 1;
    let word = page.word(cue);
    let particle = page.word(next);
    let narrow = |first, cue_end| Opening { first, cue_end, narrow: true };
    if matches!(particle, "for" | "on" | "to" | "about" | "against" | "at" | "with" | "out") {
        let calls = word.starts_with("call") && matches!(particle, "for" | "on");
        let refers = word.starts_with("refer") && particle == "to";
        let declines = is_infinitive(page, next);
        if declines {
            return Some(narrow(next, next));
        }
        return (calls || refers).then(|| narrow(next + 1, next + 1));
    }
    if matches!(particle, "up" | "off" | "in" | "back" | "over" | "by" | "from") {
        return None;
    }
    if let Some(first) = clause_opening(page, sentence, next) {
        return Some(narrow(first, next));
    }
    let object = phrase_starting(page, next, sentence.last).is_some()
        || page.has(next, Class::DETERMINER | Class::OTHER_PRONOUN | Class::GERUND)
        || page.word(next) == "her";
    object.then(|| narrow(next, next))
}

fn think(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<usize> {
    let next = cue + 1;
    let word = page.word(cue);
    let reports = ["sho", "see", "saw", "find", "found", "learn"].iter().any(|stem| word.starts_with(stem));
    let seems = word.starts_with("appear") || word.starts_with("seem");
    if seems {
        return None;
    }
    if is_infinitive(page, next) && !reports {
        return Some(next);
    }
    if page.word(next) == "that" {
        return Some(next);
    }
    clause_opening(page, sentence, next).filter(|_| !reports && !page.has(next, Class::RELATIVE))
}
