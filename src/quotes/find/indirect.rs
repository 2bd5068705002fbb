//! Reported speech without quotation marks, from cue verbs and the shape of the clause.

use super::super::attribute::{Attribution, Rule, Source};
use super::super::class::Class;
use super::super::grammar::{
    Phrase, is_cue, is_passive, main_subject, phrase_before_verb, phrase_starting, subject_of,
};
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use crate::types::Span;

/// A clause that reports somebody's words.
#[derive(Clone, Debug)]
pub(in crate::quotes) struct Reported {
    pub(in crate::quotes) spans: Vec<Span>,
    pub(in crate::quotes) attribution: Attribution,
    pub(in crate::quotes) paragraph: usize,
}

/// A stretch of nodes that may be reported speech.
#[derive(Clone, Copy, Debug)]
struct Clause {
    first: usize,
    last: usize,
}

/// Longest sentence read for reported speech, in nodes; longer ones are lists or damage.
const LONGEST: usize = 200;

/// Every clause of reported speech outside marks, in order, none overlapping.
pub(in crate::quotes) fn find(page: &Page<'_>) -> Vec<Reported> {
    let mut found = Vec::new();
    for sentence in &page.sentences {
        let short = sentence.last - sentence.first <= LONGEST;
        if short && !page.paragraph(sentence.paragraph).heading {
            read_sentence(page, *sentence, &mut found);
        }
    }
    found
}

fn read_sentence(page: &Page<'_>, sentence: Sentence, found: &mut Vec<Reported>) {
    if let Some(reported) = according(page, sentence).or_else(|| clause_before_cue(page, sentence)) {
        found.push(reported);
        return;
    }
    let mut at = sentence.first;
    while at < sentence.last {
        match clause_after_cue(page, sentence, at) {
            Some((reported, end)) => {
                found.push(reported);
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
}

/// According to Oru, … · …, according to Oru
fn according(page: &Page<'_>, sentence: Sentence) -> Option<Reported> {
    let at = (sentence.first..sentence.last)
        .find(|&at| page.word(at).eq_ignore_ascii_case("according") && page.word(at + 1) == "to")?;
    let source = phrase_starting(page, at + 2, sentence.last)?;
    let clause = if at == sentence.first {
        let comma = (source.last..sentence.last).find(|&node| page.is_sign(node, ','))?;
        Clause { first: comma + 1, last: end_of(page, sentence) }
    } else {
        let end = if page.is_sign(at - 1, ',') { at - 1 } else { at };
        Clause { first: sentence.first, last: end }
    };
    report(page, sentence, &[clause], source, (at, at + 2), Rule::IndirectAccording)
}

/// …, Oru said · …, said Oru · …, it said, …
fn clause_before_cue(page: &Page<'_>, sentence: Sentence) -> Option<Reported> {
    for cue in sentence.first + 3..sentence.last {
        if !is_cue(page, cue, Class::SPEECH | Class::TELL) || page.has(cue, Class::GERUND) {
            continue;
        }
        let after = cue + 1;
        let (source, start) = if page.is_sign(cue - 1, ',') {
            // inverted
            match phrase_starting(page, after, sentence.last) {
                Some(source)
                    if !page.has(source.head, Class::TIME)
                        && phrase_before_verb(page, after, sentence.last).is_none() =>
                {
                    (source, cue - 1)
                }
                _ => continue,
            }
        } else {
            let Some(source) = subject_of(page, sentence.first, cue) else { continue };
            let Some(comma) = source.first.checked_sub(1).filter(|&comma| comma > sentence.first) else {
                continue;
            };
            if !page.is_sign(comma, ',') || page.has(source.head, Class::RELATIVE) || source.last > cue {
                continue;
            }
            (source, comma)
        };
        let done = source.last.max(after);
        let parenthetical = page.is_sign(done, ',') && page.has(done + 1, Class::AUXILIARY);
        if !parenthetical && main_subject(page, Sentence { last: start, ..sentence }).is_none() {
            continue;
        }
        if opens_with_subordinate(page, sentence.first) && !page.is_sign(done, '.') {
            continue;
        }
        let body = Clause { first: sentence.first, last: start };
        if page.is_sign(done, ',') && start + 1 < cue + 1 && !closes(page, sentence, done + 1) {
            let rest = Clause { first: done + 1, last: end_of(page, sentence) };
            if let Some(reported) =
                report(page, sentence, &[body, rest], source, (cue, cue + 1), Rule::IndirectBefore)
            {
                return Some(reported);
            }
            continue;
        }
        if closes(page, sentence, done) {
            return report(page, sentence, &[body], source, (cue, cue + 1), Rule::IndirectBefore);
        }
    }
    None
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

/// Oru said (that) … · told reporters … · called the talks productive · accused Rome of … · vowed to …
fn clause_after_cue(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<(Reported, usize)> {
    let kinds = Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE | Class::THINK;
    if !is_cue(page, cue, kinds) || is_passive(page, cue) {
        return None;
    }
    let class = page.node(cue).class;
    let mut cue_end = cue + 1;
    let first = if class.any(Class::SPEECH) {
        speech_content(page, sentence, cue, &mut cue_end)
    } else if class.any(Class::TELL) {
        tell_content(page, sentence, cue)
    } else if class.any(Class::LABEL | Class::JUDGE) {
        object_content(page, sentence, cue, &mut cue_end)
    } else {
        think_content(page, sentence, cue)
    }?;
    let narrow = class.any(Class::LABEL | Class::JUDGE);
    let last = clause_end(page, sentence, first, narrow);
    let lo = sentence.first.max(cue.saturating_sub(60));
    let source = subject_of(page, lo, cue).filter(|source| source.last <= cue)?;
    let reported = report(page, sentence, &[Clause { first, last }], source, (cue, cue_end), Rule::Indirect)?;
    Some((reported, last))
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

/// The first node of a clause: after "that", or a subject with its verb.
fn clause_opening(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<usize> {
    let word = page.word(at);
    if matches!(word, "that" | "whether" | "how" | "why" | "what" | "if" | "where" | "who") {
        return Some(at);
    }
    if page.is_sign(at, ':') {
        return Some(at + 1);
    }
    let subject = phrase_before_verb(page, at, sentence.last).is_some()
        || page.word(at) == "there" && page.has(at + 1, Class::AUXILIARY);
    subject.then_some(at)
}

fn speech_content(page: &Page<'_>, sentence: Sentence, cue: usize, cue_end: &mut usize) -> Option<usize> {
    let next = cue + 1;
    if page.word(next) == "to" && page.is_lower(next + 1) && !page.has(next + 1, Class::DETERMINER) {
        let word = page.word(cue);
        let promises = !["sa", "continu", "beg", "read"].iter().any(|stem| word.starts_with(stem));
        return promises.then_some(next);
    }
    if let Some(first) = clause_opening(page, sentence, next) {
        return Some(first);
    }
    if matches!(page.word(next), "of" | "against" | "about" | "for")
        && !["sa", "wr", "po", "tw"].iter().any(|stem| page.word(cue).starts_with(stem))
    {
        *cue_end = next + 1;
        return Some(next + 1);
    }
    let at = skip_circumstance(page, sentence, next);
    (at > next).then(|| clause_opening(page, sentence, at)).flatten().filter(|&first| first > cue)
}

fn tell_content(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<usize> {
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
    clause_opening(page, sentence, at)
}

fn object_content(page: &Page<'_>, sentence: Sentence, cue: usize, cue_end: &mut usize) -> Option<usize> {
    let next = cue + 1;
    let word = page.word(cue);
    let particle = page.word(next);
    if matches!(particle, "for" | "on" | "to" | "about" | "against" | "at" | "with" | "out") {
        let calls = word.starts_with("call") && matches!(particle, "for" | "on");
        let refers = word.starts_with("refer") && particle == "to";
        let declines = particle == "to" && page.is_lower(next + 1) && !page.has(next + 1, Class::DETERMINER);
        if declines {
            return Some(next);
        }
        if calls || refers {
            *cue_end = next + 1;
            return Some(next + 1);
        }
        return None;
    }
    if matches!(particle, "up" | "off" | "in" | "back" | "over" | "it" | "by" | "from")
        && !matches!(particle, "it")
    {
        return None;
    }
    if let Some(first) = clause_opening(page, sentence, next) {
        return Some(first);
    }
    let object = phrase_starting(page, next, sentence.last).is_some()
        || page.has(next, Class::DETERMINER | Class::OTHER_PRONOUN | Class::GERUND)
        || page.word(next) == "her";
    object.then_some(next)
}

fn think_content(page: &Page<'_>, sentence: Sentence, cue: usize) -> Option<usize> {
    let next = cue + 1;
    let reports = matches!(
        page.word(cue),
        "show"
            | "shows"
            | "showed"
            | "shown"
            | "see"
            | "sees"
            | "saw"
            | "find"
            | "finds"
            | "found"
            | "learn"
            | "learned"
    );
    if page.word(next) == "to" && page.is_lower(next + 1) && !reports {
        let seems = page.word(cue).starts_with("appear") || page.word(cue).starts_with("seem");
        return (!seems).then_some(next);
    }
    if page.word(next) == "that" {
        return Some(next);
    }
    clause_opening(page, sentence, next).filter(|_| !reports && !page.has(next, Class::RELATIVE))
}

/// One past the last node of the sentence's words: its closing sign left out.
fn end_of(page: &Page<'_>, sentence: Sentence) -> usize {
    let mut last = sentence.last;
    while last > sentence.first
        && matches!(page.node(last - 1).kind, Kind::Sign('.' | '!' | '?' | ';' | ':' | '…' | '—'))
    {
        last -= 1;
    }
    last
}

/// Where the clause that begins at `first` ends. `narrow` for objects: an adverbial clause ends them.
fn clause_end(page: &Page<'_>, sentence: Sentence, first: usize, narrow: bool) -> usize {
    let last = end_of(page, sentence);
    for at in first + 1..last {
        if page.is_sign(at, ';') {
            return at;
        }
        if page.is_sign(at, ',') {
            let next = at + 1;
            let participle = page.has(next, Class::GERUND) && is_cue(page, next, Class::CUE);
            let according = page.word(next) == "according";
            let chained = page.has(next, Class::CONJUNCTION)
                && is_cue(page, next + 1, Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE);
            let contrast = matches!(page.word(next), "while" | "although" | "though" | "whereas")
                || narrow && matches!(page.word(next), "but" | "which" | "who");
            if participle || according || chained || contrast {
                return at;
            }
        }
        let chained = page.word(at) == "and"
            && page.has(at + 1, Class::PAST)
            && is_cue(page, at + 1, Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE);
        if chained {
            return at;
        }
        if narrow
            && page.has(at, Class::SUBORDINATE)
            && matches!(
                page.word(at),
                "as" | "while"
                    | "when"
                    | "after"
                    | "before"
                    | "because"
                    | "although"
                    | "though"
                    | "since"
                    | "until"
            )
            && phrase_before_verb(page, at + 1, sentence.last).is_some()
        {
            return at;
        }
    }
    last
}

fn report(
    page: &Page<'_>,
    sentence: Sentence,
    clauses: &[Clause],
    source: Phrase,
    cue: (usize, usize),
    rule: Rule,
) -> Option<Reported> {
    let mut spans = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let quoted = (clause.first..clause.last).any(|at| page.quote_at(at).is_some());
        if quoted || clause.first >= clause.last {
            return None;
        }
        let mut last = clause.last;
        while last > clause.first && matches!(page.node(last - 1).kind, Kind::Sign(',' | '—')) {
            last -= 1;
        }
        let span = Span::new(page.node(clause.first).span.start, page.node(last.checked_sub(1)?).span.end);
        if span.is_empty() {
            return None;
        }
        spans.push(span);
    }
    let attribution = Attribution { cue: Some(cue), source: Source::Phrase(source), rule };
    Some(Reported { spans, attribution, paragraph: sentence.paragraph })
}
