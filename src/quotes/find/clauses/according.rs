//! According to Oru, … · …, according to Oru

use super::super::super::attribute::{Rule, Source};
use super::super::super::grammar::{citation, phrase_starting};
use super::super::super::page::{Page, Sentence};
use super::{Claim, Clause, end_of};

pub(super) fn find(page: &Page<'_>, sentence: Sentence) -> Option<Claim> {
    let at = (sentence.first..sentence.last)
        .find(|&at| page.word(at).eq_ignore_ascii_case("according") && page.word(at + 1) == "to")?;
    let source = phrase_starting(page, at + 2, sentence.last)?;
    let source_last = citation(page, source, Some(at), sentence.last).1.max(source.last);
    let clause = if at == sentence.first {
        let comma = (source.last..sentence.last).find(|&node| page.is_sign(node, ','))?;
        Clause { first: comma + 1, last: end_of(page, sentence) }
    } else {
        let end = if page.is_sign(at - 1, ',') { at - 1 } else { at };
        Clause { first: sentence.first, last: end }
    };
    let rest = Clause { first: source_last + 1, last: end_of(page, sentence) };
    let interrupts = at > sentence.first
        && page.is_sign(at - 1, ',')
        && page.is_sign(source_last, ',')
        && rest.first < rest.last;
    let parts = [clause, rest];
    let parts = if interrupts { &parts[..] } else { &parts[..1] };
    Claim::new(page, parts, Source::Phrase(source), (at, at + 2), Rule::IndirectAccording)
}
