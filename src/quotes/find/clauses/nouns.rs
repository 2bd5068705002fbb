//! his promise to … · the claim that … · Oru's criticism of …

use super::super::super::attribute::{Rule, Source};
use super::super::super::class::Class;
use super::super::super::grammar::{phrase_before_verb, phrase_ending, phrase_starting, possessor};
use super::super::super::page::{Page, Sentence};
use super::ending::{Shape, clause_end};
use super::frames::{is_about, is_infinitive, opens_phrase};
use super::{Claim, Clause, REACH};

pub(super) fn find(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Claim> {
    if !page.has(at, Class::ATTITUDE_NOUN) || !page.is_lower(at) {
        return None;
    }
    let lo = sentence.first.max(at.saturating_sub(REACH));
    let mut next = at + 1;
    let mut source = phrase_ending(page, lo, at + 1).and_then(|phrase| possessor(page, phrase));
    let owned = source.is_some();
    if source.is_none() && matches!(page.word(next), "by" | "from") {
        source = phrase_starting(page, next + 1, sentence.last);
        next = source?.last;
    }
    let clausal = matches!(page.word(next), "that" | "whether")
        && (page.word(next) == "whether" || phrase_before_verb(page, next + 1, sentence.last).is_some());
    let (first, cue_end, narrow) = if clausal || is_infinitive(page, next) && source.is_some() {
        (next, at + 1, false)
    } else if is_about(page.word(next)) && source.is_some() && opens_phrase(page, next + 1) {
        (next + 1, if owned { next + 1 } else { at + 1 }, true)
    } else {
        return None;
    };
    let last = clause_end(page, sentence, first, Shape { narrow, bracketed: false });
    let source = source.map_or(Source::Nobody, Source::Phrase);
    Claim::new(page, &[Clause { first, last }], source, (at, cue_end), Rule::Indirect)
}
