//! Pronouns: a person named before, or the body that spoke or acted last.

use super::super::class::Class;
use super::super::grammar::{Phrase, main_subject};
use super::super::page::Sentence;
use super::people::Gender;
use super::pronouns::{antecedent, gender_of};
use super::resolver::{Resolved, Resolver};
use crate::types::{Span, SpeakerKind};

/// How many sentences before a pronoun are searched for its institution.
const SUBJECTS: usize = 3;

impl Resolver<'_, '_, '_> {
    pub(super) fn pronoun(&self, phrase: Phrase, at: usize, paragraph: usize) -> Resolved {
        let word = self.page.word(phrase.head).to_ascii_lowercase();
        let gender = gender_of(&word);
        if gender == Gender::Unknown {
            return self.body_meant(phrase, &word);
        }
        match antecedent(self.page, &self.cast, gender, at, paragraph, self.last) {
            Some(person) => self.person(person, Span::new(at, at)),
            None => Resolved::unknown(),
        }
    }

    /// The body that "it" or "they" stand for: for "it" the last subject, else whichever spoke last.
    fn body_meant(&self, phrase: Phrase, word: &str) -> Resolved {
        if !matches!(word, "they" | "it" | "their" | "its") {
            return Resolved::unknown();
        }
        if matches!(word, "it" | "its")
            && let Some(body) = self.last_subject(phrase.head)
        {
            return body;
        }
        match &self.last_body {
            Some(body) => Resolved {
                name: body.name.clone(),
                role: body.role.clone(),
                side: body.side.clone(),
                kind: body.kind,
                person: None,
            },
            None => Resolved::unknown(),
        }
    }

    /// The institution that was last the subject of a sentence, no more than a few sentences back.
    fn last_subject(&self, pronoun: usize) -> Option<Resolved> {
        let page = self.page;
        let now = page.sentences.partition_point(|sentence| sentence.last <= pronoun);
        (now.saturating_sub(SUBJECTS)..=now).rev().find_map(|index| {
            let sentence = page.sentence(index);
            let sentence = Sentence { last: sentence.last.min(pronoun), ..sentence };
            let subject = main_subject(page, sentence)?;
            let refers = page.has(subject.head, Class::PRONOUN | Class::RELATIVE | Class::POSSESSIVE)
                || page.word(subject.head) == "that"
                || page.has(subject.head, Class::PERSON | Class::PLURAL);
            if refers {
                return None;
            }
            let subject = self.resolve(subject, self.span(subject), sentence.paragraph);
            let known = subject.side.is_some() || subject.name.is_some();
            (subject.kind == SpeakerKind::Institution && known).then_some(subject)
        })
    }
}
