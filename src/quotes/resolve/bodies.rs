//! Ministries, reports, companies and other bodies.

use super::super::class::Class;
use super::super::grammar::{Phrase, main_subject};
use super::super::lexicon::PlaceForm;
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use super::introductions::Introduction;
use super::people::Cast;
use super::resolver::{Resolved, Resolver};
use crate::types::{Span, SpeakerKind};

impl Resolver<'_, '_, '_> {
    /// A ministry, report, company or other body; "the ministry" is the one introduced last.
    pub(super) fn institution(&self, phrase: Phrase, span: Span) -> Resolved {
        let definite = self.page.word(phrase.first).eq_ignore_ascii_case("the")
            && phrase.last == phrase.head + 1
            && self.page.is_lower(phrase.head);
        let introduced = if definite && self.side_of(span).is_none() {
            self.introductions.last(self.page, phrase, |_| true)
        } else {
            None
        };
        if let Some(issuer) = introduced.and_then(|it| self.issuer(it.phrase)) {
            return issuer;
        }
        match introduced {
            Some(Introduction { named: Some(name), .. }) => {
                Resolved { kind: SpeakerKind::Institution, ..self.unknown_name(name, self.span(name)) }
            }
            Some(Introduction { phrase, .. }) => {
                let span = self.span(phrase);
                self.whole_place(phrase, span).unwrap_or_else(|| self.body(phrase, span))
            }
            None => self.body(phrase, span),
        }
    }

    /// Who issued the statement that `statement` introduces: the subject of its sentence.
    fn issuer(&self, statement: Phrase) -> Option<Resolved> {
        let page = self.page;
        if !matches!(page.word(statement.head), "statement" | "communique" | "communiqué") {
            return None;
        }
        let index = page.sentences.partition_point(|sentence| sentence.last <= statement.first);
        let sentence = page.sentence(index);
        let subject = main_subject(page, Sentence { last: statement.first, ..sentence })?;
        // a subject that refers further back would make this a chain
        let refers =
            page.has(subject.head, Class::PRONOUN | Class::POSSESSIVE | Class::RELATIVE | Class::UTTERANCE);
        if refers {
            return None;
        }
        Some(self.resolve(subject, self.span(subject), sentence.paragraph)).filter(|it| it.name.is_some())
    }

    fn body(&self, phrase: Phrase, span: Span) -> Resolved {
        let page = self.page;
        let text = page.text_of(span);
        let lower = text.to_lowercase();
        let organ = [
            "ministry",
            "government",
            "regime",
            "embassy",
            "military",
            "army",
            "state media",
            "administration",
        ]
        .iter()
        .find(|organ| lower.contains(**organ));
        let named_person = phrase_possessor(page, &self.cast, phrase).or_else(|| self.cast.person_in(span));
        let mut side = self.side_of(span);
        let owned = (phrase.first..phrase.last).any(|at| page.node(at).kind == Kind::Possessive);
        if let (Some(_), None, None, false) = (organ, side, named_person, owned) {
            let owner = self.introductions.last_side(page, span.start);
            side = owner.or_else(|| {
                self.cast
                    .last_place(span.start, |place| !place.quoted && place.place.form != PlaceForm::Organ)
            });
        }
        let mut side = side.map(str::to_owned);
        if side.is_none()
            && let Some((index, person)) =
                named_person.and_then(|index| Some((index, self.cast.people.get(index)?)))
        {
            let known = || self.known(index).and_then(|known| known.side);
            side = person.side.or_else(known).map(str::to_owned);
        }
        if let (Some(_), Some(side)) = (organ, &side)
            && named_person.is_none()
        {
            return Resolved {
                name: Some(side.clone()),
                role: Some(self.role_of_body(phrase)),
                side: Some(side.clone()),
                kind: SpeakerKind::Institution,
                person: None,
            };
        }
        Resolved {
            name: Some(self.name_text(phrase)),
            role: None,
            side,
            kind: SpeakerKind::Institution,
            person: None,
        }
    }

    fn role_of_body(&self, phrase: Phrase) -> String {
        let page = self.page;
        let place = self.cast.places_in(self.span(phrase)).first().map_or(0, |place| place.span.end);
        let first = (phrase.first..phrase.head)
            .rev()
            .find(|&at| {
                let node = page.node(at);
                node.kind == Kind::Possessive || node.class.any(Class::DETERMINER) || node.span.end <= place
            })
            .map_or(phrase.first, |at| at + 1);
        let mut last = phrase.head;
        if page.has(last, Class::UTTERANCE) && last > first {
            last -= 1;
        }
        page.text_of(Span::new(page.node(first).span.start, page.node(last).span.end)).to_owned()
    }
}

/// The person whose name stands before a possessive in the phrase: "Oru's campaign".
fn phrase_possessor(page: &Page<'_>, cast: &Cast, phrase: Phrase) -> Option<usize> {
    let mark = (phrase.first..phrase.last).find(|&at| page.node(at).kind == Kind::Possessive)?;
    cast.person_in(page.node(mark.checked_sub(1)?).span)
}
