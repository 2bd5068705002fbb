//! …, Oru said · …, said Oru · …, it said, …

use super::super::super::attribute::{Rule, Source};
use super::super::super::class::Class;
use super::super::super::grammar::{
    Phrase, citation, is_cue, main_subject, phrase_before_verb, phrase_starting, subject_of,
};
use super::super::super::page::tokens::Kind;
use super::super::super::page::{Page, Sentence};
use super::{Claim, Clause, end_of};

pub(super) fn find(page: &Page<'_>, sentence: Sentence) -> Option<Claim> {
    (sentence.first + 2..sentence.last).find_map(|cue| with_cue(page, sentence, cue))
}

fn with_cue(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Claim> {
    if !is_cue(page, cue, Class::SPEECH | Class::TELL | Class::THINK) || page.has(cue, Class::GERUND) {
        return None;
    }
    let after = cue + 1;
    let (source, start) = if page.is_sign(cue - 1, ',') {
        let source = inverted_source(page, sentence, after)?;
        (source, cue - 1)
    } else {
        let source = subject_of(page, sentence.first, cue)?;
        let (first, _) = citation(page, source, Some(cue), sentence.last);
        let comma = first.min(source.first).checked_sub(1).filter(|&comma| comma > sentence.first)?;
        if !page.is_sign(comma, ',') || page.has(source.head, Class::RELATIVE) || source.last > cue {
            return None;
        }
        (source, comma)
    };
    let inverted = start + 1 == cue;
    let done = if inverted { citation(page, source, Some(cue), sentence.last).1.max(after) } else { after };
    if page.has(cue, Class::THINK) && !page.is_sign(done, '.') {
        return None;
    }
    let parenthetical = page.is_sign(done, ',') && done + 1 < sentence.last;
    let body = Clause { first: sentence.first, last: start };
    if parenthetical && !closes(page, sentence, done + 1) {
        let rest = Clause { first: done + 1, last: end_of(page, sentence) };
        let participle = page.has(done + 1, Class::GERUND) || page.has(done + 1, Class::RELATIVE);
        if participle {
            return None;
        }
        return Claim::new(page, &[body, rest], Source::Phrase(source), (cue, cue + 1), Rule::IndirectBefore);
    }
    if main_subject(page, Sentence { last: start, ..sentence }).is_none()
        && (opens_with_subordinate(page, sentence.first) || start < sentence.first + 4)
    {
        return None;
    }
    if opens_with_subordinate(page, sentence.first) && !page.is_sign(done, '.') {
        return None;
    }
    closes(page, sentence, done)
        .then(|| Claim::new(page, &[body], Source::Phrase(source), (cue, cue + 1), Rule::IndirectBefore))?
}

fn inverted_source(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Phrase> {
    let source = phrase_starting(page, at, sentence.last)?;
    let fits = !page.has(source.head, Class::TIME) && phrase_before_verb(page, at, sentence.last).is_none();
    fits.then_some(source)
}

/// A sentence that begins "After …", "When …" names the occasion before its comma, not the words.
fn opens_with_subordinate(page: &Page<'_>, at: usize) -> bool {
    page.has(at, Class::SUBORDINATE | Class::PREPOSITION | Class::GERUND) && !page.is_name_word(at)
}

/// Whether what follows the cue ends the sentence or only says when, where and to whom.
fn closes(page: &Page<'_>, sentence: Sentence, at: usize) -> bool {
    at >= sentence.last
        || matches!(page.node(at).kind, Kind::Sign('.' | ',' | ';' | '?' | '!'))
        || page.has(at, Class::TIME | Class::PREPOSITION | Class::ADVERB)
        || (page.has(at, Class::SUBORDINATE) && page.word(at) != "that" && page.word(at) != "whether")
}
