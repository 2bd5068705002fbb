//! The attribution stands before the quote, in its sentence.

use super::super::class::Class;
use super::super::grammar::{Phrase, is_cue, is_passive, phrase_starting, subject_of};
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
        if let Some(subject) = subject_of(page, sentence.first.max(cue.saturating_sub(REACH)), cue)
            && !is_time(page, subject)
        {
            return Some(Attribution::new(rule, subject, Some(cue)));
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

fn is_time(page: &Page<'_>, phrase: Phrase) -> bool {
    page.has(phrase.head, Class::TIME) && !page.has(phrase.head, Class::GIVEN)
}

/// "by Oru", after the quote or between cue and quote.
fn agent(page: &Page<'_>, sentence: Sentence, cue: usize, at: usize) -> Option<Phrase> {
    let by = (cue + 1..at).chain(at + 1..sentence.last.min(at + 8)).find(|&node| page.word(node) == "by")?;
    phrase_starting(page, by + 1, sentence.last)
}
