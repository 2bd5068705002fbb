//! Labels before a colon: headlines, vox pop, questions and answers, transcripts.

use super::super::class::Class;
use super::super::grammar::{is_cue, phrase_ending, phrase_starting};
use super::super::lexicon::Lexicon;
use super::super::page::{Page, Sentence};
use super::{Attribution, Rule};

/// Oru: “…” · Oru, The Daily Post: “…” · Oru: Veld ‘…’ with talks · From Oru at the Post: “…”
pub(super) fn label(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let mut start = sentence.first;
    if page.has(start, Class::PREPOSITION) && page.word(start).eq_ignore_ascii_case("from") {
        start += 1;
    }
    if is_cue(page, start, Class::SPEECH | Class::TELL) {
        return None;
    }
    let phrase = phrase_starting(page, start, at)?;
    if !page.is_name_word(phrase.head) && !page.has(phrase.head, Class::PERSON | Class::BODY | Class::PRONOUN)
    {
        return None;
    }
    let heading = page.paragraph(sentence.paragraph).heading;
    let colon = if page.is_sign(phrase.last, ':') {
        phrase.last
    } else {
        // a short label: outlet, place, occasion; no verb of its own
        let from = phrase.last;
        let colon = (from..at.min(from + 12)).find(|&node| page.is_sign(node, ':'))?;
        let verbless = (from..colon)
            .all(|node| !page.is_lower(node) || !page.has(node, Class::CUE | Class::AUXILIARY | Class::VERB));
        if !verbless {
            return None;
        }
        colon
    };
    (colon + 1 == at || heading).then(|| Attribution::new(Rule::Label, phrase, None))
}

/// In a headline, the subject of a predicate in marks: Sylvania ‘will answer’ Borduria’s levy
pub(super) fn headline(page: &Page<'_>, sentence: Sentence, at: usize, region: usize) -> Option<Attribution> {
    if !page.paragraph(sentence.paragraph).heading {
        return None;
    }
    let opener = page.quoted(region).split_whitespace().next()?.to_lowercase().replace('’', "'");
    let predicate = Lexicon::get().class(&opener).any(Class::AUXILIARY | Class::VERB | Class::THIRD);
    let subject = phrase_ending(page, sentence.first, at)?;
    let cites = page.is_name_word(subject.head)
        || page.has(subject.head, Class::PERSON | Class::BODY) && !page.has(subject.head, Class::CUE);
    (predicate && cites && subject.first == sentence.first)
        .then(|| Attribution::new(Rule::SentenceSubject, subject, None))
}
