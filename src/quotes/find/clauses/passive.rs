//! was described by Oru as … · is expected to … · was asked about … · Asked whether …, …

use super::super::super::attribute::{Rule, Source};
use super::super::super::class::Class;
use super::super::super::grammar::{is_passive, phrase_ending, phrase_starting, skip_back};
use super::super::super::page::{Page, Sentence};
use super::ending::{Shape, clause_end};
use super::frames::{is_complementizer, is_infinitive};
use super::{Claim, Clause, REACH};

pub(super) fn find(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Claim> {
    if asks(page.word(cue)) {
        return question(page, sentence, cue);
    }
    if !is_passive(page, cue) {
        return None;
    }
    let rule = Rule::Indirect;
    let shape = Shape { narrow: true, bracketed: false };
    if is_infinitive(page, cue + 1) && presumes(page.word(cue)) {
        let clause = Clause { first: cue + 1, last: clause_end(page, sentence, cue + 1, shape) };
        return Claim::new(page, &[clause], Source::Nobody, (cue, cue + 1), rule);
    }
    let class = page.node(cue).class;
    let cites = class.any(Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE | Class::THINK);
    if page.word(cue + 1) != "by" || !cites {
        return None;
    }
    let source = phrase_starting(page, cue + 2, sentence.last)?;
    let next = source.last;
    if matches!(page.word(next), "as" | "for" | "to" | "that" | "of") && next < sentence.last {
        let clause = Clause { first: next, last: clause_end(page, sentence, next, shape) };
        return Claim::new(page, &[clause], Source::Phrase(source), (cue, cue + 2), rule);
    }
    let lo = sentence.first.max(cue.saturating_sub(REACH));
    let subject = phrase_ending(page, lo, skip_back(page, lo, cue))?;
    let clause = Clause { first: subject.first, last: subject.last };
    Claim::new(page, &[clause], Source::Phrase(source), (cue, cue + 2), rule)
}

/// Asked about the talks, … · when asked whether …; who asked is not said.
fn question(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Claim> {
    let opens = cue == sentence.first
        || page.word(cue.wrapping_sub(1)).eq_ignore_ascii_case("when")
        || page.is_sign(cue.wrapping_sub(1), ',')
        || is_passive(page, cue);
    if !opens {
        return None;
    }
    let mut next = cue + 1;
    let mut source = Source::Nobody;
    if page.word(next) == "by"
        && let Some(phrase) = phrase_starting(page, next + 1, sentence.last)
    {
        source = Source::Phrase(phrase);
        next = phrase.last;
    }
    while next < cue + 8 && (page.is_adverb(next) || page.has(next, Class::TIME)) {
        next += 1;
    }
    let (first, cue_end) = match page.word(next) {
        "about" if next == cue + 1 => (next + 1, next + 1),
        "about" => (next + 1, cue + 1),
        word if is_complementizer(word) || is_infinitive(page, next) => (next, cue + 1),
        _ => return None,
    };
    let shape = Shape { narrow: true, bracketed: false };
    let end = clause_end(page, sentence, first, shape);
    let comma = (first..end).find(|&at| page.is_sign(at, ','));
    let last = comma.filter(|_| !is_passive(page, cue)).unwrap_or(end);
    Claim::new(page, &[Clause { first, last }], source, (cue, cue_end), Rule::Indirect)
}

fn asks(word: &str) -> bool {
    ["asked", "pressed", "questioned", "quizzed"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Participles of what is held to be so by people who are not named.
fn presumes(word: &str) -> bool {
    matches!(
        word,
        "expected"
            | "believed"
            | "thought"
            | "said"
            | "reported"
            | "alleged"
            | "rumored"
            | "rumoured"
            | "presumed"
            | "assumed"
            | "considered"
            | "projected"
            | "predicted"
            | "known"
            | "estimated"
            | "forecast"
            | "asked"
            | "urged"
            | "told"
            | "invited"
            | "ordered"
    )
}
