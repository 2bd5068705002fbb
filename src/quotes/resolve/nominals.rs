//! Common nouns for people: "the foreign minister", "a senior official".

use super::super::class::Class;
use super::super::grammar::Phrase;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::people::Gender;
use super::resolver::{Resolved, Resolver};
use crate::types::{Span, SpeakerKind};

impl Resolver<'_, '_, '_> {
    /// A common noun for a person: "the foreign minister", "a senior official".
    pub(super) fn nominal(&self, phrase: Phrase, span: Span) -> Resolved {
        let page = self.page;
        let head = page.node(phrase.head);
        let singular = !head.class.any(Class::PLURAL);
        let opener = page.word(phrase.first).to_ascii_lowercase();
        let definite = singular
            && (matches!(opener.as_str(), "the" | "this" | "that")
                || page.has(phrase.first, Class::POSSESSIVE)
                || (phrase.first..phrase.head).any(|at| page.node(at).kind == Kind::Possessive));
        let side = self.side_of(span);
        if definite && let Some(person) = self.holder(phrase, span.start, side) {
            return self.person(person, span);
        }
        let office = office_words(page, phrase);
        if definite
            && let (Some(side), Some(date)) = (side, self.published)
            && let Some(known) = self.roster.by_office(&office, side, date)
        {
            return Resolved {
                name: Some(known.name.to_owned()),
                role: known.role.map(str::to_owned),
                side: Some(side.to_owned()),
                kind: SpeakerKind::Person,
                person: None,
            };
        }
        let introduced = if definite && phrase.first + 2 >= phrase.last && side.is_none() {
            self.introductions.last(page, phrase, |it| it.indefinite || it.side.is_some())
        } else {
            None
        };
        let side = side
            .or_else(|| introduced.and_then(|it| it.side))
            .or_else(|| if definite { self.introductions.only_side(page, phrase) } else { None });
        let named = introduced.filter(|it| it.indefinite).map_or(phrase, |it| it.phrase);
        Resolved {
            name: Some(self.name_text(named)),
            role: None,
            side: side.map(str::to_owned),
            kind: SpeakerKind::Anonymous,
            person: None,
        }
    }

    /// The person mentioned last whose role has the head of the phrase: "the minister".
    fn holder(&self, phrase: Phrase, at: usize, side: Option<&'static str>) -> Option<usize> {
        let office = office_words(self.page, phrase);
        let noun = self.page.word(phrase.head).to_lowercase();
        let gender = Gender::of(self.page.node(phrase.head).class);
        let to = self.cast.mentions.partition_point(|mention| mention.span.end <= at);
        let earlier = self.cast.mentions.get(to.saturating_sub(60)..to).unwrap_or_default();
        let holds = |office: &str, person: usize| {
            self.cast.people.get(person).is_some_and(|about| {
                let role = match &about.role {
                    Some(role) => role.to_lowercase(),
                    None => {
                        self.known(person).and_then(|known| known.role).unwrap_or_default().to_lowercase()
                    }
                };
                let sides = side.is_none() || about.side.is_none() || about.side == side;
                let vice = role.starts_with("vice") == office.starts_with("vice");
                sides
                    && vice
                    && about.gender.agrees(gender)
                    && role
                        .split(|c: char| !c.is_alphanumeric() && c != '-')
                        .collect::<Vec<_>>()
                        .join(" ")
                        .contains(office)
            })
        };
        [office.as_str(), noun.as_str()].iter().find_map(|office| {
            earlier.iter().rev().map(|mention| mention.person).find(|&person| holds(office, person))
        })
    }

    /// The side a phrase names, or means by "the country's".
    pub(super) fn side_of(&self, span: Span) -> Option<&'static str> {
        if let Some(place) = self.cast.places_in(span).first() {
            return Some(place.place.side);
        }
        let text = self.page.text_of(span);
        // "the North's foreign ministry", where the article is about that half of Korea
        for (half, side) in [("North", "North Korea"), ("South", "South Korea")] {
            let owner = text.strip_prefix("the ").unwrap_or(text).strip_prefix(half);
            let owns = owner.is_some_and(|rest| rest.is_empty() || rest.starts_with(['\'', '’']));
            if owns && self.cast.last_place(span.start, |place| place.place.side == side).is_some() {
                return Some(side);
            }
        }
        let refers = ["country's", "country’s", "nation's", "nation’s", "of the country"]
            .iter()
            .any(|word| text.contains(word));
        if refers { self.cast.last_place(span.start, |_| true) } else { None }
    }
}

/// The words of an office without article, possessor and place: "foreign minister".
fn office_words(page: &Page<'_>, phrase: Phrase) -> String {
    let last = if page.word(phrase.head + 1) == "of"
        && phrase.last > phrase.head + 2
        && !page.has(phrase.head + 2, Class::PLACE_START | Class::ARTICLE)
    {
        phrase.last - 1
    } else {
        phrase.head
    };
    let mut first = phrase.head;
    while first > phrase.first
        && page.is_lower(first - 1)
        && !page.has(first - 1, Class::DETERMINER | Class::ADJECTIVE | Class::STOP)
    {
        first -= 1;
    }
    page.text_of(Span::new(page.node(first).span.start, page.node(last).span.end)).to_lowercase()
}
