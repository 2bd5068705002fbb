//! Resolves the sources of an article, one after another: which kind of words cite each, and what is kept of
//! it for the next.

use std::cell::OnceCell;

use jiff::civil::Date;

use super::super::class::Class;
use super::super::grammar::{Phrase, antecedent_of, citation};
use super::super::lexicon::Lexicon;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::super::roster::{Known, Roster};
use super::introductions::Introductions;
use super::people::{Cast, Gender};
use super::pronouns::{LastSpeaker, gender_of};
use crate::types::{Span, Speaker, SpeakerKind};

/// Resolves the sources of one article in reading order.
pub(in crate::quotes) struct Resolver<'p, 't, 'r> {
    pub(super) page: &'p Page<'t>,
    pub(super) roster: &'r Roster,
    pub(super) published: Option<Date>,
    pub(super) cast: Cast,
    /// What the roster knows of each person of the cast, once somebody has asked.
    known: Vec<OnceCell<Option<Known<'r>>>>,
    pub(super) introductions: Introductions<'t>,
    pub(super) last: LastSpeaker,
    /// The last institution or group that spoke.
    pub(super) last_body: Option<Speaker>,
}

/// A resolved source, before its rule lends it a confidence.
pub(super) struct Resolved {
    pub(super) name: Option<String>,
    pub(super) role: Option<String>,
    pub(super) side: Option<String>,
    pub(super) kind: SpeakerKind,
    pub(super) person: Option<usize>,
}

impl<'p, 't, 'r> Resolver<'p, 't, 'r> {
    pub(in crate::quotes) fn new(page: &'p Page<'t>, roster: &'r Roster, published: Option<Date>) -> Self {
        let cast = Cast::read(page);
        let introductions = Introductions::read(page, &cast);
        let last = LastSpeaker::default();
        let known = vec![OnceCell::new(); cast.people.len()];
        let mut resolver =
            Self { page, roster, published, cast, known, introductions, last, last_body: None };
        resolver.learn_genders();
        resolver
    }

    /// The given name that the roster knows tells the gender of somebody the text calls by surname.
    fn learn_genders(&mut self) {
        let genders: Vec<Gender> = self
            .cast
            .people
            .iter()
            .enumerate()
            .map(|(index, person)| match person.gender {
                Gender::Unknown if !person.full => self.known(index).map_or(Gender::Unknown, |known| {
                    let given = known.name.split(' ').next().unwrap_or_default().to_lowercase();
                    Gender::of(Lexicon::get().class(&given))
                }),
                known => known,
            })
            .collect();
        for (person, gender) in self.cast.people.iter_mut().zip(genders) {
            person.gender = gender;
        }
    }

    /// What the roster knows of a person of the cast.
    pub(super) fn known(&self, person: usize) -> Option<&Known<'r>> {
        let look_up = || self.look_up(self.cast.people.get(person)?);
        self.known.get(person)?.get_or_init(look_up).as_ref()
    }

    /// Where the people the text names are introduced, those it named last first.
    pub(in crate::quotes) fn introductions(&self) -> impl Iterator<Item = Span> {
        self.cast.introductions()
    }

    /// The speaker whom `phrase` cites for a quote in `paragraph`; `confidence` comes from the rule.
    ///
    /// `cue` is the node of the cue verb, `hi` one past the last node of the sentence.
    pub(in crate::quotes) fn speaker(
        &mut self,
        phrase: Phrase,
        (cue, hi): (Option<usize>, usize),
        paragraph: usize,
        confidence: f32,
    ) -> Speaker {
        let resolved = self.resolve(phrase, self.span(phrase), paragraph);
        let (first, last) = citation(self.page, phrase, cue, hi);
        let span = self.span(Phrase { first, last, ..phrase });
        if let Some(person) = resolved.person {
            self.learn_gender(phrase, person);
            self.last = LastSpeaker { person: Some(person), paragraph };
        }
        let speaker = Speaker {
            mention: Some(span),
            confidence: if resolved.kind == SpeakerKind::Unknown { 0.0 } else { confidence },
            name: resolved.name,
            role: resolved.role,
            side: resolved.side,
            kind: resolved.kind,
        };
        if matches!(speaker.kind, SpeakerKind::Institution | SpeakerKind::Anonymous) {
            self.last_body = Some(speaker.clone());
        }
        speaker
    }

    /// A pronoun tells the gender of somebody whose name does not.
    fn learn_gender(&mut self, phrase: Phrase, person: usize) {
        let gender = gender_of(self.page.word(phrase.head));
        if let Some(person) = self.cast.people.get_mut(person)
            && phrase.last - phrase.first == 1
        {
            person.gender = person.gender.or(gender);
        }
    }

    pub(super) fn span(&self, phrase: Phrase) -> Span {
        let (first, last) = (self.page.node(phrase.first), self.page.node(phrase.last.saturating_sub(1)));
        Span::new(first.span.start, last.span.end)
    }

    pub(super) fn resolve(&self, phrase: Phrase, span: Span, paragraph: usize) -> Resolved {
        let head = self.page.node(phrase.head);
        if (head.class.any(Class::RELATIVE) || self.page.word(phrase.head) == "that")
            && phrase.last - phrase.first == 1
        {
            return match antecedent_of(self.page, phrase.first.saturating_sub(60), phrase.first) {
                Some(antecedent) if !self.page.has(antecedent.head, Class::RELATIVE) => {
                    self.resolve(antecedent, self.span(antecedent), paragraph)
                }
                _ => Resolved::unknown(),
            };
        }
        if head.class.any(Class::PRONOUN | Class::POSSESSIVE)
            && phrase.last - phrase.first == 1
            && !self.page.is_name_word(phrase.head)
        {
            return self.pronoun(phrase, head.span.start, paragraph);
        }
        let named = matches!(head.kind, Kind::Word { capital: true });
        if named && let Some(person) = self.cast.person_in(head.span) {
            return self.person(person, span);
        }
        if let Some(place) = self.whole_place(phrase, span) {
            return place;
        }
        if named && !head.class.any(Class::BODY | Class::PERSON) {
            return self.unknown_name(phrase, span);
        }
        if head.class.any(Class::PERSON | Class::ARTICLE | Class::NUMBER) {
            return self.nominal(phrase, span);
        }
        self.institution(phrase, span)
    }

    /// The phrase as the text has it, without its article.
    pub(super) fn name_text(&self, phrase: Phrase) -> String {
        let page = self.page;
        let article = matches!(page.word(phrase.first).to_ascii_lowercase().as_str(), "the" | "a" | "an")
            && phrase.last - phrase.first > 1;
        let first = phrase.first + usize::from(article);
        let span = Span::new(page.node(first).span.start, page.node(phrase.last.saturating_sub(1)).span.end);
        page.text_of(span).replace('\n', " ")
    }
}

impl Resolved {
    pub(super) const fn unknown() -> Self {
        Self { name: None, role: None, side: None, kind: SpeakerKind::Unknown, person: None }
    }
}
