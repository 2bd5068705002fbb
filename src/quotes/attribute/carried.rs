//! Sources taken over from a neighbouring quote or sentence.

use super::super::class::Class;
use super::super::grammar::{Phrase, is_cue, is_passive, main_subject, phrase_starting, subject_of};
use super::super::page::{Page, Sentence};
use super::{Attribution, Rule, Source, beside};

/// Fills the gaps that the words of a quote's own sentence left, in reading order.
pub(super) fn fill(page: &Page<'_>, found: &mut [Option<Attribution>]) {
    continue_backwards(page, found);
    for region in 0..found.len() {
        if found.get(region).is_some_and(Option::is_some) {
            continue;
        }
        let carried = carry(page, found, region);
        if let Some(slot) = found.get_mut(region) {
            *slot = carried;
        }
    }
}

/// A quote that runs on into the next paragraph has the source that is named there.
fn continue_backwards(page: &Page<'_>, found: &mut [Option<Attribution>]) {
    for region in (0..found.len().saturating_sub(1)).rev() {
        let open = page.regions.get(region).is_some_and(|region| !region.closed);
        let own = found.get(region).is_some_and(Option::is_some);
        if open && !own && page.place(region).paragraph + 1 == page.place(region + 1).paragraph {
            let carried = same_as(found, region + 1, Rule::Continued);
            if let Some(slot) = found.get_mut(region) {
                *slot = carried;
            }
        }
    }
}

fn carry(page: &Page<'_>, found: &[Option<Attribution>], region: usize) -> Option<Attribution> {
    let place = page.place(region);
    let sentence = page.sentence(place.sentence);
    let own_sentence = place.node == sentence.first;
    let neighbour =
        |other: Option<usize>| other.filter(|&other| found.get(other).is_some_and(Option::is_some));
    let before = neighbour(region.checked_sub(1));
    let after = neighbour(Some(region + 1));
    let previous_region = region.checked_sub(1).and_then(|before| page.regions.get(before));
    if place.sentence == page.paragraph(place.paragraph).first
        && own_sentence
        && previous_region.is_some_and(|previous| !previous.closed)
        && page.place(region.wrapping_sub(1)).paragraph + 1 == place.paragraph
        && let Some(before) = before
    {
        return same_as(found, before, Rule::Continued);
    }
    for other in [before, after].into_iter().flatten() {
        if page.place(other).sentence == place.sentence {
            return same_as(found, other, Rule::SameSentence);
        }
    }
    if !own_sentence {
        let subject = main_subject(page, Sentence { last: place.node, ..sentence })
            .or_else(|| opening_name(page, sentence, place.node));
        if let Some(subject) = subject {
            return Some(Attribution::new(Rule::SentenceSubject, subject, None));
        }
    }
    if let Some(before) = before
        && page.place(before).paragraph == place.paragraph
    {
        return same_as(found, before, Rule::SameParagraph);
    }
    if let Some(after) = after
        && page.place(after).paragraph == place.paragraph
    {
        return same_as(found, after, Rule::SameParagraph);
    }
    let paragraph = page.paragraph(place.paragraph);
    if !own_sentence {
        return None;
    }
    if let Some(signed) = signature_below(page, place.paragraph, place.sentence) {
        return Some(signed);
    }
    if place.sentence > paragraph.first {
        return introduced(page, place.sentence - 1, Rule::PreviousSentence);
    }
    let previous = place.paragraph.checked_sub(1).map(|previous| page.paragraph(previous))?;
    let last_sentence = previous.last.checked_sub(1).filter(|&last| last >= previous.first)?;
    let opens = page.is_sign(page.sentence(last_sentence).last.wrapping_sub(1), ':');
    if !opens
        && let Some(before) = before
        && page.place(before).paragraph + 1 == place.paragraph
    {
        return same_as(found, before, Rule::CarriedOn);
    }
    introduced(page, last_sentence, Rule::PreviousParagraph).or_else(|| {
        let before = before.filter(|&before| page.place(before).paragraph + 2 >= place.paragraph)?;
        same_as(found, before, Rule::CarriedOn)
    })
}

/// The name that opens a sentence whose verb was not recognised.
fn opening_name(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Phrase> {
    let phrase = phrase_starting(page, sentence.first, at)?;
    let word = page.word(phrase.head);
    // a single capital at the start of a sentence says little: "Likewise", "Good", "Adding"
    let plain =
        page.node(phrase.head).class == Class::NONE && !word.ends_with("ly") && !word.ends_with("wise");
    let named = page.is_name_word(phrase.head) && (phrase.head > sentence.first || plain);
    (named || page.has(phrase.head, Class::PERSON)).then_some(phrase)
}

/// A quote alone in its paragraph, signed in the next: — Oru Veld
fn signature_below(page: &Page<'_>, paragraph: usize, sentence: usize) -> Option<Attribution> {
    let own = page.paragraph(paragraph);
    let below = page.paragraph(paragraph + 1);
    let line = page.sentence(below.first);
    let alone = own.last == sentence + 1 && below.last > below.first;
    if !alone || !page.is_sign(line.first, '—') {
        return None;
    }
    beside::signature(page, line, line.first + 1)
}

fn same_as(found: &[Option<Attribution>], other: usize, rule: Rule) -> Option<Attribution> {
    let neighbour = found.get(other).copied().flatten()?;
    let origin = match neighbour.source {
        Source::SameAs(origin) => origin,
        Source::Phrase(_) => other,
        Source::Nobody => return None,
    };
    let cue = if rule == Rule::SameSentence { neighbour.cue } else { None };
    Some(Attribution { cue, source: Source::SameAs(origin), rule })
}

/// The source that a sentence without marks introduces: the subject of its last cue, or of the sentence.
fn introduced(page: &Page<'_>, sentence: usize, rule: Rule) -> Option<Attribution> {
    let sentence = page.sentence(sentence);
    let lo = sentence.first.max(sentence.last.saturating_sub(60));
    let cue = (lo..sentence.last).rev().find(|&at| {
        is_cue(page, at, Class::SPEECH | Class::TELL | Class::LABEL | Class::JUDGE) && !is_passive(page, at)
    });
    if let Some(cue) = cue
        && let Some(subject) = subject_of(page, lo, cue)
    {
        return Some(Attribution::new(rule, subject, Some(cue)));
    }
    main_subject(page, sentence).map(|subject| Attribution::new(rule, subject, None))
}
