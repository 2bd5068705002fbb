//! Whom "he" and "she" mean.

use super::super::class::Class;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::people::{Cast, Gender, Mention};

/// How many mentions before the pronoun are looked at.
const WINDOW: usize = 30;

/// The last speaker of the article, as pronouns see them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastSpeaker {
    pub(super) person: Option<usize>,
    /// Paragraph of the quote.
    pub(super) paragraph: usize,
}

/// Whom a singular pronoun of `gender` at byte `at` (in paragraph `paragraph`) stands for.
///
/// Every person named outside marks in the last mentions before the pronoun is a candidate whose gender
/// does not conflict. Each mention is weighed: nearness first, then gender, subjects and those with a cue of
/// their own before owners ("Oru's aide"), and whoever spoke last a little. The weights were fitted by
/// coordinate ascent on the pronouns of PolNeAR's training and development articles whose two automatic
/// namings agree (1111), of which they name 88 in 100.
pub(super) fn antecedent(
    page: &Page<'_>,
    cast: &Cast,
    gender: Gender,
    at: usize,
    paragraph: usize,
    last_speaker: LastSpeaker,
) -> Option<usize> {
    let to = cast.mentions.partition_point(|mention| mention.span.end <= at);
    let sentence_now = sentence_at(page, at);
    let mut best: Option<(i32, usize)> = None;
    let mut consider = |score: i32, person: usize| {
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, person));
        }
    };
    let fits = |person: usize| {
        cast.people.get(person).and_then(|known| {
            if !known.gender.agrees(gender) {
                None
            } else if known.gender == gender {
                Some(SAME_GENDER)
            } else if known.certain {
                Some(0)
            } else {
                Some(UNCERTAIN)
            }
        })
    };
    if let Some(person) = last_speaker.person
        && let Some(bonus) = fits(person)
    {
        let distance = paragraph.saturating_sub(last_speaker.paragraph).min(20);
        let further = if speaks_further(page, at) { FURTHER } else { 0 };
        let weight = bonus + LAST_SPEAKER + further;
        consider(weight - SPEAKER_DISTANCE * i32::try_from(distance).unwrap_or(20), person);
    }
    let mentions = cast.mentions.get(to.saturating_sub(WINDOW)..to).unwrap_or_default();
    for mention in mentions.iter().rev().filter(|mention| !mention.quoted) {
        let Some(bonus) = fits(mention.person) else { continue };
        let sentence = sentence_at(page, mention.span.start);
        let distance = i32::try_from(sentence_now.saturating_sub(sentence).min(20)).unwrap_or(20);
        let subject = if is_subject(page, sentence, mention.span.start) { SUBJECT } else { 0 };
        let speaker = if last_speaker.person == Some(mention.person) { SPEAKER_AGAIN } else { 0 };
        let place = place_in_clause(page, mention);
        consider(bonus + subject + speaker + place - SENTENCE_DISTANCE * distance, mention.person);
    }
    best.map(|(_, person)| person)
}

/// What the words around a mention say for it: a cue of its own, or that it is owner or object.
fn place_in_clause(page: &Page<'_>, mention: &Mention) -> i32 {
    let first = page.nodes.partition_point(|node| node.span.end <= mention.span.start);
    let last = page.nodes.partition_point(|node| node.span.start < mention.span.end);
    let before = first.wrapping_sub(1);
    if page.node(last).kind == Kind::Possessive {
        return OWNER;
    }
    let cues = Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE;
    let own = page.is_lower(last) && page.has(last, cues) && page.has(last, Class::FINITE)
        || page.is_lower(before)
            && page.has(before, Class::SPEECH)
            && page.has(before, Class::FINITE)
            && !page.has(before, Class::TELL);
    if own { OWN_CUE } else { 0 }
}

/// How many nodes from the start of its sentence a subject is looked for.
const OPENING: usize = 7;

const SAME_GENDER: i32 = 40;
const UNCERTAIN: i32 = -10;
const LAST_SPEAKER: i32 = 6;
const FURTHER: i32 = 30;
const SPEAKER_AGAIN: i32 = 12;
const SUBJECT: i32 = 22;
const SENTENCE_DISTANCE: i32 = 19;
const SPEAKER_DISTANCE: i32 = 14;
const OWNER: i32 = -16;
const OWN_CUE: i32 = 16;

/// "he added", "she continued": whoever spoke last speaks on.
fn speaks_further(page: &Page<'_>, at: usize) -> bool {
    let pronoun = page.nodes.partition_point(|node| node.span.start < at);
    (pronoun + 1..pronoun + 3)
        .any(|node| matches!(page.word(node), "added" | "adds" | "continued" | "continues" | "concluded"))
}

fn sentence_at(page: &Page<'_>, at: usize) -> usize {
    let after = page.sentences.partition_point(|sentence| page.node(sentence.first).span.start <= at);
    after.saturating_sub(1)
}

/// Whether the mention opens its sentence, within a few words.
fn is_subject(page: &Page<'_>, sentence: usize, at: usize) -> bool {
    let sentence = page.sentence(sentence);
    let limit = sentence.last.min(sentence.first + OPENING);
    (sentence.first..limit).any(|node| page.node(node).span.end > at)
}

/// The gender that a pronoun tells: "she", "his".
pub(super) fn gender_of(pronoun: &str) -> Gender {
    match pronoun.to_ascii_lowercase().as_str() {
        "he" | "his" => Gender::Male,
        "she" | "her" => Gender::Female,
        _ => Gender::Unknown,
    }
}
