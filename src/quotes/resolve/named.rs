//! Names: people of the article, people of the roster, countries, and names of nobody known.

use super::super::class::Class;
use super::super::grammar::Phrase;
use super::super::lexicon::PlaceForm;
use super::super::page::Page;
use super::super::roster::Known;
use super::people::Person;
use super::resolver::{Resolved, Resolver};
use crate::types::{Span, SpeakerKind};

impl<'r> Resolver<'_, '_, 'r> {
    pub(super) fn person(&self, index: usize, span: Span) -> Resolved {
        let Some(person) = self.cast.people.get(index) else { return Resolved::unknown() };
        let known = self.known(index);
        let text_side =
            person.side.or_else(|| self.cast.places_in(span).first().map(|place| place.place.side));
        let name =
            known.filter(|_| !person.full).map_or_else(|| person.name.clone(), |known| known.name.to_owned());
        let role = person.role.clone().or_else(|| known.and_then(|known| known.role).map(str::to_owned));
        let side = text_side
            .or_else(|| known.and_then(|known| known.side))
            .or_else(|| self.introductions.side_of_office(self.page, person.role.as_deref()?, span.start))
            .map(str::to_owned);
        Resolved { name: Some(name), role, side, kind: SpeakerKind::Person, person: Some(index) }
    }

    pub(super) fn look_up(&self, person: &Person) -> Option<Known<'r>> {
        if person.full
            && let Some(known) = self.roster.by_name(&person.name, self.published)
        {
            return Some(known);
        }
        if person.full {
            return None;
        }
        let titled = person
            .role
            .as_deref()
            .and_then(|role| self.roster.by_title(role, person.short_name(), self.published));
        titled.or_else(|| self.roster.by_surname(person.short_name(), self.published?))
    }

    /// A country or organisation that acts as a whole: "North Korea", "the North Koreans", "Pyongyang",
    /// "the State Department".
    pub(super) fn whole_place(&self, phrase: Phrase, span: Span) -> Option<Resolved> {
        let places = self.cast.places_in(span);
        let place = places.last().filter(|place| place.span.contains(self.page.node(phrase.head).span))?;
        let side = place.place.side;
        let name = match place.place.form {
            PlaceForm::Organ => self.page.text_of(place.span).to_owned(),
            _ => side.to_owned(),
        };
        Some(Resolved {
            name: Some(name),
            role: None,
            side: Some(side.to_owned()),
            kind: SpeakerKind::Institution,
            person: None,
        })
    }

    /// A capitalised phrase that names nobody met before.
    pub(super) fn unknown_name(&self, phrase: Phrase, span: Span) -> Resolved {
        let page = self.page;
        let article = page.has(phrase.first, Class::ARTICLE);
        let first = phrase.first + usize::from(article);
        let words = phrase.head + 1 - first.min(phrase.head);
        let capitals = (first..=phrase.head).all(|at| page.is_capital(at) && !page.has(at, Class::BODY));
        let shouted =
            page.word(phrase.head).len() > 1 && page.word(phrase.head).chars().all(char::is_uppercase);
        let side = self.cast.places_in(span).first().map(|place| place.place.side);
        if words == 1
            && !article
            && !shouted
            && let Some(known) =
                self.published.and_then(|date| self.roster.by_surname(page.word(phrase.head), date))
        {
            return Resolved {
                name: Some(known.name.to_owned()),
                role: known.role.map(str::to_owned),
                side: known.side.map(str::to_owned),
                kind: SpeakerKind::Person,
                person: None,
            };
        }
        let person = capitals && !explains_body(page, phrase) && !article && !shouted && words <= 4;
        Resolved {
            name: Some(self.name_text(phrase)),
            role: None,
            side: side.map(str::to_owned),
            kind: if person { SpeakerKind::Person } else { SpeakerKind::Institution },
            person: None,
        }
    }
}

/// Whether the phrase names the body before a comma: "the company, Orrin Freight,".
fn explains_body(page: &Page<'_>, phrase: Phrase) -> bool {
    let Some(noun) = phrase.first.checked_sub(2) else { return false };
    page.is_sign(noun + 1, ',')
        && page.is_sign(phrase.last, ',')
        && page.is_lower(noun)
        && page.has(noun, Class::BODY)
        && !page.has(noun, Class::PLURAL)
}
