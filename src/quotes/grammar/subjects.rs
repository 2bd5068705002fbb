use super::super::class::Class;
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use super::citations::possessor;
use super::cues::is_cue;
use super::phrases::name_ending;
use super::{Phrase, phrase_ending, phrase_starting};

/// Goes left from `at` over adverbs, auxiliaries and times ("on Monday night") to the end of the subject.
pub(in crate::quotes) fn skip_back(page: &Page<'_>, lo: usize, at: usize) -> usize {
    let verb = skip_helpers(page, lo, at);
    let mut time = verb;
    while time > lo
        && page.has(time - 1, Class::TIME)
        && !page.has(time - 1, Class::GIVEN | Class::AUXILIARY | Class::PERSON)
    {
        time -= 1;
    }
    if time == verb {
        return skip_period(page, lo, verb);
    }
    // "this week", "last Tuesday", "two weeks ago", "earlier this month"
    while time > lo && is_measure(page, time - 1) {
        time -= 1;
    }
    if time > lo && page.has(time - 1, Class::PREPOSITION) {
        time -= 1;
    }
    skip_helpers(page, lo, time)
}

/// Whether the word says which time or how much of it: "last week", "less than two weeks", "this month".
fn is_measure(page: &Page<'_>, at: usize) -> bool {
    page.is_lower(at)
        && (page.has(at, Class::NUMBER)
            || matches!(
                page.word(at),
                "last"
                    | "this"
                    | "next"
                    | "past"
                    | "earlier"
                    | "later"
                    | "late"
                    | "early"
                    | "that"
                    | "same"
                    | "few"
                    | "several"
                    | "less"
                    | "more"
                    | "than"
                    | "a"
                    | "an"
                    | "the"
            ))
}

/// Goes left over "in the past" and "at the time" before a verb.
fn skip_period(page: &Page<'_>, lo: usize, verb: usize) -> usize {
    let period = verb >= lo + 3
        && matches!(page.word(verb - 1), "past" | "time" | "moment" | "beginning" | "end")
        && page.word(verb - 2) == "the"
        && page.has(verb - 3, Class::PREPOSITION);
    if period { skip_helpers(page, lo, verb - 3) } else { verb }
}

fn skip_helpers(page: &Page<'_>, lo: usize, mut at: usize) -> usize {
    while at > lo
        && (page.is_adverb(at - 1)
            || page.has(at - 1, Class::AUXILIARY)
            || page.node(at - 1).kind == Kind::Clitic
            || is_contracted_verb(page, lo, at - 1))
        && !page.is_name_word(at - 1)
    {
        at -= 1;
    }
    at
}

/// "he’s claiming": the mark of a possessive, but after a pronoun.
fn is_contracted_verb(page: &Page<'_>, lo: usize, at: usize) -> bool {
    page.node(at).kind == Kind::Possessive
        && at > lo
        && page.is_word(at - 1)
        && page.has(at - 1, Class::HE | Class::SHE | Class::IT | Class::RELATIVE)
}

/// What the relative pronoun at `relative` stands for.
pub(in crate::quotes) fn antecedent_of(page: &Page<'_>, lo: usize, relative: usize) -> Option<Phrase> {
    let end = if page.is_sign(relative.wrapping_sub(1), ',') { relative - 1 } else { relative };
    let whole = phrase_ending(page, lo, end)?;
    let person = page.has(whole.head, Class::PERSON) || page.is_name_word(whole.head);
    if page.word(relative) != "who" || person {
        return Some(whole);
    }
    // "a tweet from Oru Veld, who": not the tweet
    name_ending(page, lo, end).or(Some(whole))
}

/// The subject of the cue verb at `cue`, looking no further back than `lo`.
///
/// Handles appositives ("Oru, a doctor, said"; "her spokesman, Ben Veld, said"), relative clauses
/// ("Oru, who said"), coordination ("Oru smiled and said"), participles ("Oru left, saying") and
/// infinitives ("Oru went on to say").
pub(in crate::quotes) fn subject_of(page: &Page<'_>, lo: usize, cue: usize) -> Option<Phrase> {
    if page.has(cue, Class::GERUND) && !page.has(cue, Class::FINITE) {
        return subject_of_participle(page, lo, cue);
    }
    let end = skip_back(page, lo, cue);
    let before = end.checked_sub(1).filter(|&before| before >= lo)?;
    if page.has(before, Class::RELATIVE) && page.word(before) != "whom" || page.word(before) == "that" {
        // the relative pronoun cites the source; what it stands for is worked out later
        return Some(Phrase { first: before, last: before + 1, head: before });
    }
    // "Sen. Oru Veld (R-Ohio), said"
    if page.is_sign(before, ',')
        && page.is_sign(before.wrapping_sub(1), ')')
        && let Some(phrase) = phrase_ending(page, lo, before)
        && page.is_name_word(phrase.head)
    {
        return Some(phrase);
    }
    if page.is_sign(before, ',') || page.is_sign(before, '—') {
        return appositive_subject(page, lo, before).or_else(|| verb_chain_subject(page, lo, before));
    }
    if page.has(before, Class::CONJUNCTION) || page.word(before) == "to" || page.is_sign(before, ';') {
        return verb_chain_subject(page, lo, before);
    }
    let mut phrase = phrase_ending(page, lo, end)?;
    // "Oru in the past has said", "Oru on Tuesday said": the noun of a prepositional phrase is no subject
    for _ in 0..3 {
        let link = phrase.first.wrapping_sub(1);
        let person = page.is_name_word(phrase.head) || page.has(phrase.head, Class::PERSON | Class::PRONOUN);
        let links =
            page.has(link, Class::PREPOSITION) || !person && matches!(page.word(link), "after" | "before");
        if link <= lo || link >= phrase.first || !links || page.is_capital(link) {
            break;
        }
        match phrase_ending(page, lo, skip_back(page, lo, link)) {
            Some(left) => phrase = left,
            None => return verb_chain_subject(page, lo, link).or(Some(phrase)),
        }
    }
    // "the man his aides said": fine; "in a statement said": the statement's owner
    if page.has(phrase.head, Class::UTTERANCE) && page.has(phrase.first.wrapping_sub(1), Class::PREPOSITION) {
        return possessor(page, phrase)
            .or_else(|| verb_chain_subject(page, lo, phrase.first))
            .or(Some(phrase));
    }
    Some(phrase)
}

/// The subject before a comma that ends an appositive: `comma` is the comma before the verb.
fn appositive_subject(page: &Page<'_>, lo: usize, comma: usize) -> Option<Phrase> {
    let mut close = comma;
    let mut best = None;
    for _ in 0..6 {
        let from = lo.max(close.saturating_sub(40));
        let Some(open) = (from..close).rev().find(|&at| page.is_sign(at, ',') || page.is_sign(at, '—'))
        else {
            break;
        };
        if let Some(phrase) = phrase_ending(page, lo, open)
            && (phrase.first == lo || is_clause_boundary(page, phrase.first - 1))
            && !starts_with_time(page, phrase)
            && !is_abbreviated_place(page, phrase)
            && opens_appositive(page, open + 1)
        {
            best = Some(named_apposition(page, phrase, open, comma));
            if page.is_name_word(phrase.head) {
                break;
            }
        }
        close = open;
    }
    best
}

/// "Md." in "Oru Veld, 59, of Ashton, Md., said"; "R-Pa." in "Rep. Oru Veld, R-Pa., said".
fn is_abbreviated_place(page: &Page<'_>, phrase: Phrase) -> bool {
    let word = page.word(phrase.head);
    page.is_sign(phrase.first.wrapping_sub(1), ',')
        && phrase.last - phrase.first == 1
        && word.ends_with('.')
        && page.is_capital(phrase.head)
        && !page.has(phrase.head, Class::GIVEN)
}

/// For a common noun followed by a name between commas, the name; else the phrase.
fn named_apposition(page: &Page<'_>, phrase: Phrase, open: usize, close: usize) -> Phrase {
    let common = page.is_lower(phrase.head);
    match phrase_starting(page, open + 1, close) {
        Some(name)
            if common
                && page.is_name_word(name.head)
                && (page.is_name_word(name.first) || page.has(name.first, Class::TITLE)) =>
        {
            name
        }
        _ => phrase,
    }
}

/// Whether what follows a comma can explain the noun before it.
fn opens_appositive(page: &Page<'_>, at: usize) -> bool {
    let class = page.node(at).class;
    class.any(
        Class::DETERMINER
            | Class::RELATIVE
            | Class::NUMBER
            | Class::ADJECTIVE
            | Class::PERSON
            | Class::ADVERB
            | Class::SUBORDINATE
            | Class::TITLE,
    ) || class.any(Class::GERUND | Class::PREPOSITION)
        || page.node(at).kind == Kind::Number
        || page.is_capital(at)
        || page.word(at).ends_with("ed")
        || page.word(at).ends_with("ing")
        || page.is_adverb(at)
        || page.is_lower(at) && !class.any(Class::STOP)
}

fn starts_with_time(page: &Page<'_>, phrase: Phrase) -> bool {
    page.has(phrase.head, Class::TIME) && !page.has(phrase.head, Class::GIVEN)
}

fn is_clause_boundary(page: &Page<'_>, at: usize) -> bool {
    !page.is_word(at)
        || page.has(
            at,
            Class::CONJUNCTION
                | Class::SUBORDINATE
                | Class::ADVERB
                | Class::CUE
                | Class::OPENER
                | Class::TIME,
        )
}

/// The subject of an earlier verb of the same sentence that the verb at hand is chained to.
fn verb_chain_subject(page: &Page<'_>, lo: usize, end: usize) -> Option<Phrase> {
    let from = lo.max(end.saturating_sub(60));
    let earlier = (from..end).rev().find(|&at| {
        page.is_lower(at)
            && page.has(at, Class::FINITE)
            && !page.has(at, Class::NOUN)
            && is_cue(page, at, Class::CUE)
    });
    if let Some(earlier) = earlier {
        let subject_end = skip_back(page, from, earlier);
        let before = subject_end.wrapping_sub(1);
        if subject_end > from
            && !page.is_sign(before, ',')
            && !page.has(before, Class::CONJUNCTION | Class::RELATIVE)
            && page.word(before) != "to"
            && let Some(phrase) = phrase_ending(page, from, subject_end)
        {
            return Some(phrase);
        }
    }
    main_subject(page, Sentence { first: lo, last: end, paragraph: 0 })
}

fn subject_of_participle(page: &Page<'_>, lo: usize, cue: usize) -> Option<Phrase> {
    let mut end = skip_back(page, lo, cue);
    let mut before = end.checked_sub(1).filter(|&before| before >= lo)?;
    // "Oru kept asking"
    if is_aspect(page.word(before)) {
        end = skip_back(page, lo, before);
        before = end.checked_sub(1).filter(|&before| before >= lo)?;
    }
    if !page.is_sign(before, ',')
        && !page.is_sign(before, '—')
        && !page.has(before, Class::CONJUNCTION | Class::PREPOSITION | Class::SUBORDINATE)
        && let Some(phrase) = phrase_ending(page, lo, end)
    {
        // "Oru's tweets saying": the owner speaks; "a statement saying": whoever issued it
        if page.has(phrase.head, Class::UTTERANCE) {
            return possessor(page, phrase)
                .or_else(|| verb_chain_subject(page, lo, phrase.first))
                .or(Some(phrase));
        }
        let subject = end > lo
            && (page.has(phrase.head, Class::PERSON | Class::BODY | Class::PRONOUN)
                || page.is_name_word(phrase.head));
        // "with Oru saying", "a recording of Oru saying"
        let absolute = matches!(page.word(phrase.first.wrapping_sub(1)), "with" | "of");
        // "emailed supporters saying"
        let governed = page.is_lower(phrase.first.wrapping_sub(1))
            && page.has(phrase.first.wrapping_sub(1), Class::FINITE);
        let object =
            phrase.first > lo && !absolute && (governed || !is_clause_boundary(page, phrase.first - 1));
        if subject && !object {
            return Some(phrase);
        }
    }
    verb_chain_subject(page, lo, before)
}

fn is_aspect(word: &str) -> bool {
    matches!(
        word,
        "keep" | "keeps" | "kept" | "began" | "begins" | "start" | "starts" | "started" | "stopped"
    )
}

/// The subject of the main clause: the first noun phrase that a verb follows, introductory phrases
/// skipped.
pub(in crate::quotes) fn main_subject(page: &Page<'_>, sentence: Sentence) -> Option<Phrase> {
    let mut at = sentence.first;
    let last = sentence.last.min(at + 80);
    while at < last {
        let introduces = page.has(
            at,
            Class::PREPOSITION | Class::SUBORDINATE | Class::ADVERB | Class::CONJUNCTION | Class::GERUND,
        ) && !page.is_name_word(at);
        if !introduces && let Some(phrase) = phrase_before_verb(page, at, last) {
            return Some(phrase);
        }
        let skips_one = page.has(at, Class::CONJUNCTION | Class::ADVERB) || page.quote_at(at).is_some();
        at = if skips_one {
            at + 1
        } else {
            (at..last)
                .find(|&at| page.is_sign(at, ',') || page.is_sign(at, '—') || page.quote_at(at).is_some())?
                + 1
        };
    }
    None
}

/// The noun phrase at `start` if a verb follows it, appositives between commas skipped.
pub(in crate::quotes) fn phrase_before_verb(page: &Page<'_>, start: usize, hi: usize) -> Option<Phrase> {
    let phrase = phrase_starting(page, start, hi)?;
    if starts_with_time(page, phrase) {
        return None;
    }
    let mut after = phrase.last;
    if page.is_sign(after, '(') {
        after = (after..hi.min(after + 12)).find(|&at| page.is_sign(at, ')'))? + 1;
    }
    if page.is_sign(after, ',') && opens_appositive(page, after + 1) {
        let open = after;
        let mut close = after;
        for _ in 0..3 {
            close = (close + 1..hi.min(close + 40)).find(|&at| page.is_sign(at, ','))?;
            if is_verb(page, skip_forward(page, hi, close + 1)) {
                return Some(named_apposition(page, phrase, open, close));
            }
        }
        return None;
    }
    is_verb(page, skip_forward(page, hi, after)).then_some(phrase)
}

/// Goes right over adverbs and times between a subject and its verb: "Oru on Thursday also raised".
fn skip_forward(page: &Page<'_>, hi: usize, at: usize) -> usize {
    let mut at = skip_adverbs(page, hi, at);
    let mut time = at + usize::from(page.is_lower(at) && page.has(at, Class::PREPOSITION));
    while time < hi && is_measure(page, time) {
        time += 1;
    }
    if time < hi && page.has(time, Class::TIME) && !page.has(time, Class::AUXILIARY | Class::GIVEN) {
        while time < hi && page.has(time, Class::TIME) && !page.has(time, Class::AUXILIARY) {
            time += 1;
        }
        at = skip_adverbs(page, hi, time);
    }
    at
}

fn skip_adverbs(page: &Page<'_>, hi: usize, mut at: usize) -> usize {
    while at < hi && page.is_adverb(at) {
        at += 1;
    }
    at
}

/// Whether the node reads like a finite verb.
fn is_verb(page: &Page<'_>, at: usize) -> bool {
    if !page.is_lower(at) {
        return page.node(at).kind == Kind::Clitic;
    }
    let class = page.node(at).class;
    class.any(Class::AUXILIARY | Class::VERB | Class::FINITE)
        || (!class.any(Class::STOP | Class::NOUN | Class::DETERMINER | Class::ADJECTIVE)
            && (page.word(at).ends_with("ed") || page.word(at).ends_with('s')))
}
