//! is confident that … · remains optimistic about … · was eager to …

use super::super::super::attribute::{Rule, Source};
use super::super::super::class::Class;
use super::super::super::grammar::subject_of;
use super::super::super::page::tokens::Kind;
use super::super::super::page::{Page, Sentence};
use super::ending::{Shape, clause_end};
use super::frames::{clause_opening, is_about, is_complementizer, is_infinitive, opens_phrase};
use super::{Claim, Clause, REACH};

pub(super) fn find(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Claim> {
    if !page.has(at, Class::ATTITUDE_ADJECTIVE) || !page.is_lower(at) {
        return None;
    }
    let mut verb = at.wrapping_sub(1);
    while page.is_adverb(verb) && verb < at {
        verb = verb.wrapping_sub(1);
    }
    let links = page.has(verb, Class::AUXILIARY)
        || page.node(verb).kind == Kind::Clitic
        || matches!(
            page.word(verb),
            "feel"
                | "feels"
                | "felt"
                | "remain"
                | "remains"
                | "remained"
                | "became"
                | "become"
                | "sounded"
                | "getting"
        );
    if !links {
        return None;
    }
    let next = at + 1;
    let (first, cue_end, narrow) = if is_complementizer(page.word(next)) || is_infinitive(page, next) {
        (next, next, false)
    } else if is_about(page.word(next))
        && (opens_phrase(page, next + 1) || is_complementizer(page.word(next + 1)))
    {
        (next + 1, next + 1, true)
    } else if page.is_word(next) && clause_opening(page, sentence, next).is_some() {
        (next, next, false)
    } else {
        return None;
    };
    let lo = sentence.first.max(at.saturating_sub(REACH));
    let source = subject_of(page, lo, verb).filter(|source| source.last <= at)?;
    let bracketed = page.has(source.head, Class::RELATIVE);
    let last = clause_end(page, sentence, first, Shape { narrow, bracketed });
    Claim::new(page, &[Clause { first, last }], Source::Phrase(source), (at, cue_end), Rule::Indirect)
}
