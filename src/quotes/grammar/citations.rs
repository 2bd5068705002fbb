use super::super::class::Class;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::subjects::skip_back;
use super::{Phrase, phrase_ending};

/// The whole citation of a source: the phrase with its appositives, relative clauses and brackets.
///
/// `cue` is the cue verb, `hi` the end of the sentence. The words between the phrase and a cue that follows
/// it belong to the citation if commas or brackets set them off; after an inverted cue they run to the
/// end of the clause.
pub(in crate::quotes) fn citation(
    page: &Page<'_>,
    phrase: Phrase,
    cue: Option<usize>,
    hi: usize,
) -> (usize, usize) {
    let mut last = phrase.last;
    if page.is_sign(last, '(')
        && let Some(close) = (last..hi.min(last + 12)).find(|&at| page.is_sign(at, ')'))
    {
        last = close + 1;
    }
    let before_cue = cue.filter(|&cue| cue >= last);
    if page.is_sign(last, ',') && opens_explanation(page, last + 1) {
        if let Some(cue) = before_cue {
            let end = skip_back(page, last, cue);
            if end > last + 1 && page.is_sign(end - 1, ',') && end - last < 40 {
                last = end - 1;
            }
        } else if cue.is_some_and(|cue| cue < phrase.first && page.is_lower(cue)) {
            last = explanation_end(page, last, hi);
        }
    }
    let mut first = phrase.first;
    if first > 1
        && page.is_sign(first - 1, ',')
        && let Some(common) = phrase_ending(page, first.saturating_sub(16), first - 1)
        && page.is_lower(common.head)
        && page.has(common.head, Class::PERSON)
        && page.same_paragraph(common.first, first)
    {
        first = common.first;
    }
    (first, last)
}

fn opens_explanation(page: &Page<'_>, at: usize) -> bool {
    page.has(
        at,
        Class::ARTICLE
            | Class::POSSESSIVE
            | Class::RELATIVE
            | Class::PERSON
            | Class::ADJECTIVE
            | Class::NUMBER
            | Class::TITLE,
    ) || page.node(at).kind == Kind::Number
        || page.word(at) == "now"
        || page.is_lower(at) && !page.has(at, Class::STOP | Class::TIME)
        || page.is_name_word(at) && (page.is_lower(at + 1) || page.node(at + 1).kind == Kind::Possessive)
}

/// One past the last node of the appositives that begin at the comma `open`.
fn explanation_end(page: &Page<'_>, open: usize, hi: usize) -> usize {
    let limit = hi.min(open + 50);
    let mut at = open + 1;
    while at < limit {
        let node = page.node(at);
        let ends = matches!(node.kind, Kind::Quote(_) | Kind::Sign('.' | ';' | ':' | '—' | '?' | '!'))
            || matches!(node.kind, Kind::Sign(',')) && !opens_explanation(page, at + 1)
            || page.has(at, Class::TIME) && !page.has(at, Class::GIVEN)
            || matches!(node.kind, Kind::Sign(',')) && page.has(at + 1, Class::GERUND);
        if ends {
            return at;
        }
        at += 1;
    }
    at
}

/// The owner in a phrase like "Oru's latest tweets".
pub(in crate::quotes) fn possessor(page: &Page<'_>, phrase: Phrase) -> Option<Phrase> {
    let mark = (phrase.first..phrase.head).rev().find(|&at| page.node(at).kind == Kind::Possessive);
    if let Some(mark) = mark.filter(|&mark| mark > phrase.first) {
        return phrase_ending(page, phrase.first, mark);
    }
    page.has(phrase.first, Class::POSSESSIVE).then_some(Phrase {
        first: phrase.first,
        last: phrase.first + 1,
        head: phrase.first,
    })
}
