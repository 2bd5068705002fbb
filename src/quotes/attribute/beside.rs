//! The attribution follows the quote.

use super::super::class::Class;
use super::super::grammar::{is_cue, phrase_before_verb, phrase_starting, skip_back, subject_of};
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use super::{Attribution, Rule, Source};

/// How far from the quote its cue may stand, in nodes.
const REACH: usize = 60;

const SPOKEN: Class = Class::SPEECH;

/// “…,” Oru said · “…,” said Oru · “…,” according to Oru · “…” — Oru
pub(in crate::quotes) fn after(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let hi = sentence.last.min(at + 1 + REACH);
    let mut next = at + 1;
    while next < hi && (page.is_sign(next, ',') || page.is_sign(next, ')')) {
        next += 1;
    }
    if page.is_sign(next, '—') {
        if let Some(found) = signature(page, sentence, next + 1) {
            return Some(found);
        }
        next += 1;
    }
    according_to(page, hi, next)
        .or_else(|| inverted(page, hi, next))
        .or_else(|| subject_then_cue(page, hi, next))
}

/// As [`after`], for a quote inside a sentence: the attribution must be all that follows it.
pub(super) fn closing(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    after(page, sentence, at).filter(|found| {
        let end = match (found.cue, found.source) {
            (Some((_, cue)), Source::Phrase(phrase)) => cue.max(phrase.last),
            (_, Source::Phrase(phrase)) => phrase.last,
            _ => return false,
        };
        closes_clause(page, sentence, end)
    })
}

pub(super) fn signature(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let phrase = phrase_starting(page, at, sentence.last)?;
    let ends = phrase.last >= sentence.last
        || page.is_sign(phrase.last, ',')
        || page.is_sign(phrase.last, '.')
        || page.is_sign(phrase.last, '(');
    let named = page.is_name_word(phrase.first) && page.is_name_word(phrase.head);
    (ends && named).then(|| Attribution::new(Rule::Signature, phrase, None))
}

pub(super) fn according_to(page: &Page<'_>, hi: usize, at: usize) -> Option<Attribution> {
    let according = page.word(at).eq_ignore_ascii_case("according") && page.word(at + 1) == "to";
    if !according {
        return None;
    }
    let phrase = phrase_starting(page, at + 2, hi)?;
    let mut found = Attribution::new(Rule::AccordingTo, phrase, Some(at));
    found.cue = Some((at, at + 2));
    Some(found)
}

/// said Oru · said a spokesman for the ministry, Ben Veld
fn inverted(page: &Page<'_>, hi: usize, at: usize) -> Option<Attribution> {
    let mut cue = at;
    while cue < hi && page.is_adverb(cue) {
        cue += 1;
    }
    if !is_cue(page, cue, SPOKEN | Class::TELL)
        || page.has(cue, Class::GERUND) && !page.has(cue, Class::FINITE)
    {
        return None;
    }
    let phrase = phrase_starting(page, cue + 1, hi)?;
    if page.has(phrase.head, Class::TIME) && !page.has(phrase.head, Class::GIVEN)
        || page.has(phrase.head, Class::OTHER_PRONOUN)
    {
        return None;
    }
    // "said the prime minister's office director, Ben Veld"
    if page.is_lower(phrase.head)
        && page.is_sign(phrase.last, ',')
        && let Some(name) = phrase_starting(page, phrase.last + 1, hi)
        && page.has(phrase.head, Class::PERSON)
        && page.is_name_word(name.first)
        && page.is_name_word(name.head)
        && name.last - name.first >= 2
    {
        return Some(Attribution::new(Rule::InvertedAfter, name, Some(cue)));
    }
    Some(Attribution::new(Rule::InvertedAfter, phrase, Some(cue)))
}

/// Oru said · Oru, a doctor, said · as Oru put it · which Oru called …
fn subject_then_cue(page: &Page<'_>, hi: usize, at: usize) -> Option<Attribution> {
    let mut start = at;
    while start < hi
        && page.is_word(start)
        && (page.is_adverb(start)
            || page.word(start) == "as"
            || page.word(start) == "is" && page.has(start + 1, Class::SUBORDINATE))
        && !page.is_name_word(start)
    {
        start += 1;
    }
    let Some(phrase) = phrase_before_verb(page, start, hi) else { return cue_then_subject(page, hi, start) };
    let cue = (phrase.last..hi.min(phrase.last + 40))
        .take_while(|&node| !matches!(page.node(node).kind, Kind::Quote(_)))
        .find(|&node| {
            is_cue(page, node, SPOKEN | Class::TELL | Class::LABEL | Class::JUDGE | Class::THINK)
        })?;
    // the phrase must be the subject of that cue: nothing but adverbs, auxiliaries or an appositive between
    let direct = skip_back(page, phrase.last, cue) == phrase.last;
    let appositive = page.is_sign(phrase.last, ',')
        || page.is_sign(phrase.last, '(')
        || page.is_sign(phrase.first.wrapping_sub(1), ',')
        || (phrase.last..cue).all(|node| page.is_word(node))
            && subject_of(page, start, cue).is_some_and(|subject| subject.head == phrase.head);
    if !(direct || appositive) {
        return None;
    }
    Some(Attribution::new(Rule::SubjectAfter, phrase, Some(cue)))
}

/// The first cue after the quote, where its subject is too odd to be read from its start.
fn cue_then_subject(page: &Page<'_>, hi: usize, start: usize) -> Option<Attribution> {
    let cue = (start..hi.min(start + 25))
        .take_while(|&node| {
            page.is_word(node)
                || matches!(page.node(node).kind, Kind::Number | Kind::Possessive)
                || page.is_sign(node, ',')
        })
        .find(|&node| is_cue(page, node, SPOKEN | Class::TELL))?;
    let subject = subject_of(page, start, cue).filter(|subject| subject.first >= start)?;
    Some(Attribution::new(Rule::SubjectAfter, subject, Some(cue)))
}

/// The sentence ends in an attribution of its own: …, Oru said · …, said Oru · …, according to Oru.
pub(super) fn sentence_final(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let hi = sentence.last.min(at + 1 + REACH);
    (at..hi)
        .filter(|&node| {
            page.is_sign(node, ',')
                || matches!(page.node(node).kind, Kind::Quote(_))
                || page.is_sign(node, '—')
        })
        .find_map(|node| {
            let mut next = node + 1;
            while next < hi && page.is_sign(next, ',') {
                next += 1;
            }
            according_to(page, sentence.last, next).or_else(|| last_clause(page, sentence, next))
        })
}

/// The clause at `at` where it is "Oru said" or "said Oru" and ends the sentence.
fn last_clause(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    if let Some(found) = inverted(page, sentence.last, at)
        && page.has(at, Class::SPEECH)
        && page.has(at, Class::PAST | Class::THIRD)
        && !page.has(at, Class::TELL)
        && let Source::Phrase(phrase) = found.source
        && (page.is_sign(phrase.last, ',') || closes_clause(page, sentence, phrase.last))
    {
        return Some(Attribution { rule: Rule::SentenceFinal, ..found });
    }
    let start = at + usize::from(page.word(at) == "as");
    let phrase = phrase_starting(page, start, sentence.last)?;
    let mut cue = phrase.last;
    while cue < sentence.last && (page.is_adverb(cue) || page.has(cue, Class::AUXILIARY)) {
        cue += 1;
    }
    let speaks = is_cue(page, cue, SPOKEN | Class::TELL);
    // "as Oru put it", "Oru pointed out"
    let done = cue + 1 + usize::from(page.has(cue, Class::MAKE));
    (speaks && closes_clause(page, sentence, done))
        .then(|| Attribution::new(Rule::SentenceFinal, phrase, Some(cue)))
}

/// Whether nothing that could be the object of the cue follows it.
fn closes_clause(page: &Page<'_>, sentence: Sentence, at: usize) -> bool {
    at >= sentence.last
        || !page.is_word(at)
        || page.has(
            at,
            Class::TIME | Class::PREPOSITION | Class::ADVERB | Class::SUBORDINATE | Class::CONJUNCTION,
        ) && page.word(at) != "that"
}
