//! From the words that cite a source to a speaker.

use jiff::civil::Date;

use super::super::class::Class;
use super::super::grammar::{Phrase, antecedent_of, citation, main_subject};
use super::super::lexicon::{Lexicon, PlaceForm};
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use super::super::roster::{Known, Roster};
use super::introductions::{Introduction, Introductions};
use super::people::{Cast, Gender, Person};
use super::pronouns::{LastSpeaker, antecedent};
use crate::types::{Span, Speaker, SpeakerKind};

/// Resolves the sources of one article in reading order.
pub(in crate::quotes) struct Resolver<'p, 't, 'r> {
    page: &'p Page<'t>,
    roster: &'r Roster,
    published: Option<Date>,
    cast: Cast,
    introductions: Introductions,
    last: LastSpeaker,
    /// The last institution or group that spoke.
    last_body: Option<Speaker>,
}

/// How many sentences before a pronoun are searched for its institution.
const SUBJECTS: usize = 3;

/// A resolved source, before its rule lends it a confidence.
struct Resolved {
    name: Option<String>,
    role: Option<String>,
    side: Option<String>,
    kind: SpeakerKind,
    person: Option<usize>,
}

impl<'p, 't, 'r> Resolver<'p, 't, 'r> {
    pub(in crate::quotes) fn new(page: &'p Page<'t>, roster: &'r Roster, published: Option<Date>) -> Self {
        let cast = Cast::read(page);
        let introductions = Introductions::read(page, &cast);
        let last = LastSpeaker::default();
        let mut resolver = Self { page, roster, published, cast, introductions, last, last_body: None };
        resolver.learn_genders();
        resolver
    }

    /// The given name that the roster knows tells the gender of somebody the text calls by surname.
    fn learn_genders(&mut self) {
        let genders: Vec<Gender> = self
            .cast
            .people
            .iter()
            .map(|person| match person.gender {
                Gender::Unknown if !person.full => self.known(person).map_or(Gender::Unknown, |known| {
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

    fn span(&self, phrase: Phrase) -> Span {
        let (first, last) = (self.page.node(phrase.first), self.page.node(phrase.last.saturating_sub(1)));
        Span::new(first.span.start, last.span.end)
    }

    fn resolve(&self, phrase: Phrase, span: Span, paragraph: usize) -> Resolved {
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

    fn pronoun(&self, phrase: Phrase, at: usize, paragraph: usize) -> Resolved {
        let word = self.page.word(phrase.head).to_ascii_lowercase();
        let gender = match word.as_str() {
            "he" | "his" => Gender::Male,
            "she" | "her" => Gender::Female,
            "it" | "its" if let Some(body) = self.last_subject(phrase.head) => return body,
            "they" | "it" | "their" | "its" => {
                return match &self.last_body {
                    Some(body) => Resolved {
                        name: body.name.clone(),
                        role: body.role.clone(),
                        side: body.side.clone(),
                        kind: body.kind,
                        person: None,
                    },
                    None => Resolved::unknown(),
                };
            }
            _ => return Resolved::unknown(),
        };
        match antecedent(self.page, &self.cast, gender, at, paragraph, self.last) {
            Some(person) => self.person(person, Span::new(at, at)),
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

    fn person(&self, index: usize, span: Span) -> Resolved {
        let Some(person) = self.cast.people.get(index) else { return Resolved::unknown() };
        let known = self.known(person);
        let text_side =
            person.side.or_else(|| self.cast.places_in(span).first().map(|place| place.place.side));
        let name = known
            .as_ref()
            .filter(|_| !person.full)
            .map_or_else(|| person.name.clone(), |known| known.name.to_owned());
        let role =
            person.role.clone().or_else(|| known.as_ref().and_then(|known| known.role).map(str::to_owned));
        let side = text_side
            .or_else(|| known.as_ref().and_then(|known| known.side))
            .or_else(|| self.introductions.side_of_office(self.page, person.role.as_deref()?, span.start))
            .map(str::to_owned);
        Resolved { name: Some(name), role, side, kind: SpeakerKind::Person, person: Some(index) }
    }

    fn known(&self, person: &Person) -> Option<Known<'r>> {
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
    fn whole_place(&self, phrase: Phrase, span: Span) -> Option<Resolved> {
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
    fn unknown_name(&self, phrase: Phrase, span: Span) -> Resolved {
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

    /// A common noun for a person: "the foreign minister", "a senior official".
    fn nominal(&self, phrase: Phrase, span: Span) -> Resolved {
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
            self.cast.people.get(person).is_some_and(|person| {
                let role = match &person.role {
                    Some(role) => role.to_lowercase(),
                    None => {
                        self.known(person).and_then(|known| known.role).unwrap_or_default().to_lowercase()
                    }
                };
                let sides = side.is_none() || person.side.is_none() || person.side == side;
                let vice = role.starts_with("vice") == office.starts_with("vice");
                sides
                    && vice
                    && person.gender.agrees(gender)
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
    fn side_of(&self, span: Span) -> Option<&'static str> {
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

    /// A ministry, report, company or other body; "the ministry" is the one introduced last.
    fn institution(&self, phrase: Phrase, span: Span) -> Resolved {
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
            && let Some(person) = named_person.and_then(|person| self.cast.people.get(person))
        {
            let known = || self.known(person).and_then(|known| known.side);
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

    /// The phrase as the text has it, without its article.
    fn name_text(&self, phrase: Phrase) -> String {
        let page = self.page;
        let article = matches!(page.word(phrase.first).to_ascii_lowercase().as_str(), "the" | "a" | "an")
            && phrase.last - phrase.first > 1;
        let first = phrase.first + usize::from(article);
        let span = Span::new(page.node(first).span.start, page.node(phrase.last.saturating_sub(1)).span.end);
        page.text_of(span).replace('\n', " ")
    }
}

impl Resolved {
    const fn unknown() -> Self {
        Self { name: None, role: None, side: None, kind: SpeakerKind::Unknown, person: None }
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

/// The person whose name stands before a possessive in the phrase: "Oru's campaign".
fn phrase_possessor(page: &Page<'_>, cast: &Cast, phrase: Phrase) -> Option<usize> {
    let mark = (phrase.first..phrase.last).find(|&at| page.node(at).kind == Kind::Possessive)?;
    cast.person_in(page.node(mark.checked_sub(1)?).span)
}
