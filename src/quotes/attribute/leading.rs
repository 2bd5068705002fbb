//! The attribution stands before the quote, in its sentence.

use super::super::class::Class;
use super::super::grammar::{
    Phrase, antecedent_of, is_cue, is_passive, main_subject, phrase_before_verb, phrase_starting, subject_of,
};
use super::super::page::{Page, Sentence};
use super::beside::according_to;
use super::{Attribution, Rule};

/// How far before the quote its cue may stand, in nodes.
const REACH: usize = 60;

/// Oru said, “…” · Oru called it “…” · according to Oru, “…” · Oru told reporters it was “…”
pub(super) fn before(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let lo = sentence.first.max(at.saturating_sub(REACH));
    nearest(
        page,
        sentence,
        (lo, at),
        Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE,
        Rule::CueBefore,
    )
}

/// Oru believes it is “…”
pub(super) fn thought(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let lo = sentence.first.max(at.saturating_sub(REACH));
    nearest(page, sentence, (lo, at), Class::THINK, Rule::ThoughtBefore)
}

fn nearest(
    page: &Page<'_>,
    sentence: Sentence,
    (lo, at): (usize, usize),
    kinds: Class,
    rule: Rule,
) -> Option<Attribution> {
    for cue in (lo..at).rev() {
        if let Some(found) = according_to(page, at, cue) {
            return Some(found);
        }
        if !is_cue(page, cue, kinds) {
            continue;
        }
        if is_passive(page, cue) {
            if let Some(agent) = agent(page, sentence, cue, at) {
                return Some(Attribution::new(Rule::PassiveAgent, agent, Some(cue)));
            }
            continue;
        }
        if let Some(subject) = inverted(page, cue, at).or_else(|| fronted(page, sentence, cue, at)) {
            return Some(Attribution::new(rule, subject, Some(cue)));
        }
        if let Some(subject) = source_of(page, sentence, cue) {
            let outer = reporter(page, sentence, (lo, at), cue, subject);
            return outer.or_else(|| Some(Attribution::new(rule, subject, Some(cue))));
        }
        // “Said Oru: “…””
        if cue == sentence.first
            && let Some(subject) = phrase_starting(page, cue + 1, at)
        {
            return Some(Attribution::new(Rule::CueBefore, subject, Some(cue)));
        }
    }
    None
}

/// "In other words, explained Oru Veld: “…”", "the trouble, says Oru, a doctor, is that “…”".
fn inverted(page: &Page<'_>, cue: usize, at: usize) -> Option<Phrase> {
    let verb = page.has(cue, Class::SPEECH) && !page.has(cue, Class::TELL);
    if !verb || !page.has(cue, Class::PAST | Class::THIRD) || !page.is_sign(cue.wrapping_sub(1), ',') {
        return None;
    }
    let phrase = phrase_starting(page, cue + 1, at)?;
    let set_off = phrase.last == at || page.is_sign(phrase.last, ',') || page.is_sign(phrase.last, ':');
    let cites = page.is_name_word(phrase.head) || page.has(phrase.head, Class::PERSON);
    (set_off && cites && !is_time(page, phrase)).then_some(phrase)
}

/// "After saying her foot was “…,” she left"; "Conceding it was “…,” Oru left": a participle before the subject.
fn fronted(page: &Page<'_>, sentence: Sentence, cue: usize, at: usize) -> Option<Phrase> {
    let participle = page.has(cue, Class::GERUND) && !page.has(cue, Class::FINITE);
    let opens = (sentence.first..cue)
        .all(|node| page.has(node, Class::PREPOSITION | Class::SUBORDINATE | Class::ADVERB));
    if !participle || !opens || cue > sentence.first + 2 {
        return None;
    }
    (at..sentence.last.min(at + 20))
        .filter(|&node| node == at || page.is_sign(node, ',') || page.quote_at(node).is_some())
        .filter_map(|node| phrase_before_verb(page, node + 1, sentence.last))
        .find(|&phrase| !is_time(page, phrase))
}

/// The subject of the cue, as far as it can be a source.
fn source_of(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<Phrase> {
    let lo = sentence.first.max(cue.saturating_sub(REACH));
    let subject = subject_of(page, lo, cue).filter(|&subject| !is_time(page, subject))?;
    if is_reduced_relative(page, sentence, cue, subject) {
        return None;
    }
    issuer(page, sentence, subject).or(Some(subject))
}

/// "bought a ship called “…”", "messages later deemed “…”": the participle of a thing, not its verb.
fn is_reduced_relative(page: &Page<'_>, sentence: Sentence, cue: usize, subject: Phrase) -> bool {
    let cites = Class::NOUN | Class::PRONOUN | Class::RELATIVE | Class::NUMBER | Class::ARTICLE;
    page.has(cue, Class::LABEL)
        && page.has(cue, Class::PAST)
        && page.is_lower(subject.head)
        && !page.has(subject.head, cites)
        && subject.first > sentence.first
        && subject.last <= cue
        && page.is_word(subject.first - 1)
        && page.word(subject.first - 1) != "that"
}

/// Who issued what a relative clause speaks of: "Oru released a letter that says “…”".
fn issuer(page: &Page<'_>, sentence: Sentence, relative: Phrase) -> Option<Phrase> {
    let refers = matches!(page.word(relative.head), "that" | "which") && relative.last - relative.first == 1;
    let text = antecedent_of(page, sentence.first, relative.first).filter(|_| refers)?;
    let verb = text.first.checked_sub(1).filter(|&verb| verb > sentence.first)?;
    let issues = page.is_lower(verb)
        && page.has(verb, Class::MAKE | Class::SPEECH)
        && page.has(text.head, Class::UTTERANCE | Class::BODY);
    if !issues {
        return None;
    }
    main_subject(page, Sentence { last: text.first, ..sentence }).filter(|subject| !is_time(page, *subject))
}

/// Who reports the clause of the cue nearest to the quote, where that one is no source to stand on:
/// "Oru said the levy would seek to “…”", "Oru told a woman who asked whether “…”", "Oru says she is “…”".
///
/// The clause must be the complement of the reporter's cue, with no comma between. A name whose words are
/// reported ("Oru said Veld had called it “…”") keeps them, unless they were not said yet ("will say") or
/// its verb is none of speech.
fn reporter(
    page: &Page<'_>,
    sentence: Sentence,
    (lo, at): (usize, usize),
    inner: usize,
    subject: Phrase,
) -> Option<Attribution> {
    let relative = page.has(subject.head, Class::RELATIVE) || page.word(subject.head) == "that";
    let speaks = page.has(inner, Class::SPEECH | Class::TELL | Class::LABEL);
    let unsaid = (subject.last..inner).any(|node| is_irrealis(page, node));
    if page.is_name_word(subject.head) && speaks && !unsaid {
        return None;
    }
    let direct = page.is_sign(at.wrapping_sub(1), ',') || page.is_sign(at.wrapping_sub(1), ':');
    if direct && (inner..at).len() <= 2 && !relative {
        return None;
    }
    // "Oru denounced what he called “…”": he is Oru
    if page.word(subject.first.wrapping_sub(1)) == "what" && page.has(subject.head, Class::PRONOUN) {
        let clause = Sentence { last: subject.first - 1, ..sentence };
        return main_subject(page, clause)
            .filter(|main| !is_time(page, *main) && !page.has(main.head, Class::UTTERANCE))
            .map(|main| Attribution::new(Rule::Reporter, main, Some(inner)));
    }
    for cue in (lo..subject.first).rev() {
        if page.is_sign(cue, ',') || page.is_sign(cue, ';') || page.is_sign(cue, ':') {
            return None;
        }
        if !is_cue(page, cue, Class::SPEECH | Class::TELL) || is_passive(page, cue) {
            continue;
        }
        let complement = relative
            || (cue + 1..subject.first.min(cue + 14)).any(|node| is_complementizer(page, node))
            || (cue + 1..cue + 3).any(|node| phrase_before_verb(page, node, inner + 1).is_some());
        let outer = source_of(page, sentence, cue).filter(|outer| outer.last <= cue);
        if let (true, Some(outer)) = (complement, outer) {
            return Some(Attribution::new(Rule::Reporter, outer, Some(cue)));
        }
    }
    None
}

fn is_irrealis(page: &Page<'_>, node: usize) -> bool {
    matches!(
        page.word(node),
        "will" | "would" | "should" | "could" | "can" | "may" | "might" | "must" | "not" | "won’t" | "won't"
    )
}

fn is_complementizer(page: &Page<'_>, node: usize) -> bool {
    matches!(page.word(node), "that" | "how" | "whether" | "why")
}

fn is_time(page: &Page<'_>, phrase: Phrase) -> bool {
    page.has(phrase.head, Class::TIME) && !page.has(phrase.head, Class::GIVEN)
}

/// "by Oru", after the quote or between cue and quote.
fn agent(page: &Page<'_>, sentence: Sentence, cue: usize, at: usize) -> Option<Phrase> {
    let by = (cue + 1..at).chain(at + 1..sentence.last.min(at + 8)).find(|&node| page.word(node) == "by")?;
    phrase_starting(page, by + 1, sentence.last)
}
