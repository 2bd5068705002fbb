//! Labels before a colon: headlines, vox pop, questions and answers, transcripts.

use super::super::class::Class;
use super::super::grammar::{is_cue, phrase_starting};
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
