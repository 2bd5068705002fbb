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
/// does not conflict. Sources that were just cited come first, then subjects, then whoever is nearest.
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
                Some(w(0))
            } else if known.certain {
                Some(0)
            } else {
                Some(w(1))
            }
        })
    };
    if let Some(person) = last_speaker.person
        && let Some(bonus) = fits(person)
    {
        let distance = paragraph.saturating_sub(last_speaker.paragraph).min(20);
        consider(bonus + w(2) - w(6) * i32::try_from(distance).unwrap_or(20), person);
    }
    let mentions = cast.mentions.get(to.saturating_sub(WINDOW)..to).unwrap_or_default();
    for mention in mentions.iter().rev().filter(|mention| !mention.quoted) {
        let Some(bonus) = fits(mention.person) else { continue };
        let sentence = sentence_at(page, mention.span.start);
        let distance = i32::try_from(sentence_now.saturating_sub(sentence).min(20)).unwrap_or(20);
        let subject = if is_subject(page, sentence, mention.span.start) { w(4) } else { 0 };
        let speaker = if last_speaker.person == Some(mention.person) { w(3) } else { 0 };
        let place = place_in_clause(page, mention);
        consider(bonus + subject + speaker + place - w(5) * distance, mention.person);
    }
    best.map(|(_, person)| person)
}

fn w(i: usize) -> i32 {
    static W: std::sync::LazyLock<Vec<i32>> = std::sync::LazyLock::new(|| {
        std::env::var("W")
            .unwrap_or("40,-40,6,12,22,19,14,-16,16,6,0,5".into())
            .split(',')
            .map(|x| x.parse().unwrap())
            .collect()
    });
    W[i]
}

/// What the words around a mention say for it: a cue of its own, or that it is owner or object.
fn place_in_clause(page: &Page<'_>, mention: &Mention) -> i32 {
    let first = page.nodes.partition_point(|node| node.span.end <= mention.span.start);
    let last = page.nodes.partition_point(|node| node.span.start < mention.span.end);
    let before = first.wrapping_sub(1);
    if page.node(last).kind == Kind::Possessive {
        return w(7);
    }
    let cues = Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE;
    let own = page.is_lower(last) && page.has(last, cues) && page.has(last, Class::FINITE)
        || page.is_lower(before)
            && page.has(before, Class::SPEECH)
            && page.has(before, Class::FINITE)
            && !page.has(before, Class::TELL);
    if own {
        return w(8);
    }
    if page.is_lower(before) && page.has(before, Class::PREPOSITION) {
        return w(9);
    }
    if page.is_lower(before) && page.has(before, Class::CUE) {
        return w(10);
    }
    0
}

const _X0: i32 = 40;
const _X1: i32 = -40;
const _X2: i32 = 30;
const _X6: i32 = 8;
const _X3: i32 = 12;
const _X4: i32 = 22;
const _X5: i32 = 10;

fn sentence_at(page: &Page<'_>, at: usize) -> usize {
    let after = page.sentences.partition_point(|sentence| page.node(sentence.first).span.start <= at);
    after.saturating_sub(1)
}

/// Whether the mention opens its sentence, within a few words.
fn is_subject(page: &Page<'_>, sentence: usize, at: usize) -> bool {
    let sentence = page.sentence(sentence);
    let limit = sentence.last.min(sentence.first + w(11) as usize);
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
