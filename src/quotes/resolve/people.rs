//! The people and places an article names.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::class::Class;
use super::super::lexicon::Place;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::super::roster::is_family_name_first;
use super::descriptions::describe;
use super::names::{Run, scan, span_of, words};
use crate::types::Span;

/// What is known of a person's gender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gender {
    #[default]
    Unknown,
    Male,
    Female,
}

impl Gender {
    /// The gender that the classes of a word tell, if they tell one.
    pub(super) fn of(class: Class) -> Self {
        match (class.any(Class::MALE), class.any(Class::FEMALE)) {
            (true, false) => Self::Male,
            (false, true) => Self::Female,
            _ => Self::Unknown,
        }
    }

    /// Whether one person can have both.
    pub(super) fn agrees(self, other: Self) -> bool {
        self == Self::Unknown || other == Self::Unknown || self == other
    }

    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }
}

/// Somebody the article names.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// The name in full, as the article first gives it; the surname where it never does.
    pub(super) name: String,
    pub(super) surname: String,
    /// Whether [`name`](Self::name) has more than the surname.
    pub(super) full: bool,
    pub(super) gender: Gender,
    /// Title or function, as the text words it.
    pub(super) role: Option<String>,
    pub(super) side: Option<&'static str>,
    /// Whether something besides capitals says that this is a person: a given name, a title.
    pub(super) certain: bool,
}

/// A place where a person is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention {
    /// The name without titles.
    pub(super) span: Span,
    pub(super) person: usize,
    /// Whether it stands in marks.
    pub(super) quoted: bool,
}

/// A place where a side is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlaceMention {
    pub(super) span: Span,
    pub(super) place: Place,
    pub(super) quoted: bool,
}

/// Everybody and every side the article names, mentions in reading order.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub(super) people: Vec<Person>,
    pub(super) mentions: Vec<Mention>,
    pub(super) places: Vec<PlaceMention>,
}

impl Cast {
    pub(super) fn read(page: &Page<'_>) -> Self {
        let mut cast = Self { places: Vec::with_capacity(page.paragraphs.len()), ..Self::default() };
        let runs = scan(page, &mut cast.places);
        cast.mentions.reserve(runs.len());
        let mut index = Index::default();
        for run in runs.iter().filter(|run| run.last - run.name >= 2) {
            cast.add_full(page, run, &mut index);
        }
        for run in runs.iter().filter(|run| run.titled && run.last - run.name == 1) {
            cast.add_titled(page, run, &mut index);
        }
        for run in &runs {
            cast.add_mention(page, run, &mut index);
        }
        cast
    }

    /// The person named by the last mention inside `span`.
    pub(super) fn person_in(&self, span: Span) -> Option<usize> {
        let from = self.mentions.partition_point(|mention| mention.span.end <= span.start);
        let mentions = self.mentions.get(from..)?;
        mentions
            .iter()
            .take_while(|mention| mention.span.start < span.end)
            .map(|mention| mention.person)
            .last()
    }

    /// The first mention of each person by the whole name known, the people mentioned last first.
    pub(super) fn introductions(&self) -> impl Iterator<Item = Span> {
        let mut first: Vec<Option<Span>> = vec![None; self.people.len()];
        for mention in &self.mentions {
            let Some(person) = self.people.get(mention.person) else { continue };
            if let Some(slot @ None) = first.get_mut(mention.person)
                && mention.span.len() >= person.name.len()
            {
                *slot = Some(mention.span);
            }
        }
        self.mentions.iter().rev().filter_map(move |mention| first.get_mut(mention.person)?.take())
    }

    /// The places inside `span`, in order.
    pub(super) fn places_in(&self, span: Span) -> &[PlaceMention] {
        let from = self.places.partition_point(|place| place.span.start < span.start);
        let to = self.places.partition_point(|place| place.span.start < span.end);
        self.places.get(from..to).unwrap_or_default()
    }

    /// The last side named before byte `at`.
    pub(super) fn last_place(&self, at: usize, fits: impl Fn(&PlaceMention) -> bool) -> Option<&'static str> {
        let to = self.places.partition_point(|place| place.span.end <= at);
        let places = self.places.get(..to)?;
        places.iter().rev().take(40).find(|place| fits(place)).map(|place| place.place.side)
    }

    fn add_full<'t>(&mut self, page: &Page<'t>, run: &Run, index: &mut Index<'t>) {
        let words = NameWords::read(page, run);
        let (Some(first), Some(last)) = (words.first(), words.surname()) else { return };
        let written = unshouted_pair(first, last);
        let (first, last) = match written.as_deref().and_then(|it| it.split_once(' ')) {
            Some((first, last)) => (Cow::Owned(first.to_owned()), Cow::Owned(last.to_owned())),
            None => (Cow::Borrowed(first), Cow::Borrowed(last)),
        };
        let person = match index.full(&first, &last) {
            Some(person) => person,
            None => {
                let person = self.people.len();
                index.full.insert((first.clone(), last.clone()), person);
                index.surnames.entry(last.clone()).or_default().push(person);
                index.given.entry(first.clone()).or_default().push(person);
                let nicknamed = page
                    .tokens
                    .get(run.name..run.last)
                    .is_some_and(|tokens| tokens.iter().any(|token| matches!(token.kind, Kind::Mark(_))));
                let name = if nicknamed {
                    format!("{first} {last}")
                } else {
                    page.text_of(span_of(page, run.name, run.last)).replace('\n', " ")
                };
                self.people.push(Person {
                    name: if written.is_some() { unshouted(&name).unwrap_or(name) } else { name },
                    surname: last.into_owned(),
                    full: true,
                    ..Person::default()
                });
                person
            }
        };
        self.learn(page, person, run);
    }

    /// Somebody who is only ever called by title and surname: "President Veld".
    fn add_titled<'t>(&mut self, page: &Page<'t>, run: &Run, index: &mut Index<'t>) {
        let Some(name) = words(page, run.name, run.last).next() else { return };
        let known = index.choose(&index.surnames, name, run, &self.people);
        if known.or_else(|| index.choose(&index.given, name, run, &self.people)).is_none() {
            index.surnames.entry(Cow::Borrowed(name)).or_default().push(self.people.len());
            self.people.push(Person { name: name.to_owned(), surname: name.to_owned(), ..Person::default() });
        }
    }

    /// Takes over what the words around a name say about its bearer.
    fn learn(&mut self, page: &Page<'_>, person: usize, run: &Run) {
        let context = describe(page, self, run);
        let Some(person) = self.people.get_mut(person) else { return };
        person.gender = person.gender.or(run.gender).or(context.gender);
        person.certain |= run.titled || run.given || context.role.is_some();
        if person.role.is_none() {
            person.role = context.role;
        }
        if person.side.is_none() {
            person.side = run.side.or(context.side);
        }
    }

    fn add_mention<'t>(&mut self, page: &Page<'t>, run: &Run, index: &mut Index<'t>) {
        let words = NameWords::read(page, run);
        let (Some(first), Some(last)) = (words.first(), words.surname()) else { return };
        let person = if words.count >= 2 {
            index.full(first, last)
        } else {
            let unshouted = unshouted(last);
            let last = unshouted.as_deref().filter(|it| index.surnames.contains_key(*it)).unwrap_or(last);
            let strong = index.choose(&index.surnames, last, run, &self.people);
            strong.or_else(|| index.choose(&index.given, last, run, &self.people))
        };
        let Some(person) = person else { return };
        if words.count == 1 {
            self.learn(page, person, run);
        }
        for word in [first, last] {
            index.recent.insert(Cow::Borrowed(word), person);
        }
        self.mentions.push(Mention { span: span_of(page, run.name, run.last), person, quoted: run.quoted });
    }
}

/// The words of the name of a run; none is longer.
struct NameWords<'t> {
    words: [&'t str; 5],
    count: usize,
}

impl<'t> NameWords<'t> {
    fn read(page: &Page<'t>, run: &Run) -> Self {
        let mut read = Self { words: [""; 5], count: 0 };
        for (slot, word) in read.words.iter_mut().zip(words(page, run.name, run.last)) {
            *slot = word;
            read.count += 1;
        }
        read
    }

    fn first(&self) -> Option<&'t str> {
        self.words.iter().take(self.count).next().copied()
    }

    /// The family name: the last word, generational endings aside.
    fn surname(&self) -> Option<&'t str> {
        let ending = |word: &str| matches!(word.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV");
        self.words.iter().take(self.count).rev().find(|word| !ending(word)).copied()
    }
}

/// Names to people, and who was last called by a name.
#[derive(Default)]
struct Index<'t> {
    /// By given name and surname.
    full: FxHashMap<(Cow<'t, str>, Cow<'t, str>), usize>,
    surnames: FxHashMap<Cow<'t, str>, Vec<usize>>,
    given: FxHashMap<Cow<'t, str>, Vec<usize>>,
    recent: FxHashMap<Cow<'t, str>, usize>,
}

/// How many people of one name are looked through.
const BEARERS: usize = 50;

impl Index<'_> {
    /// The bearer of a given name and surname, written so or in capitals throughout.
    fn full(&self, first: &str, last: &str) -> Option<usize> {
        let written = |first, last| self.full.get(&(Cow::Borrowed(first), Cow::Borrowed(last))).copied();
        written(first, last).or_else(|| {
            let unshouted = unshouted_pair(first, last)?;
            let (first, last) = unshouted.split_once(' ')?;
            self.full.get(&(Cow::Borrowed(first), Cow::Borrowed(last))).copied()
        })
    }

    /// Whom a single name means: the bearer last mentioned whose gender fits, or else the first.
    fn choose(
        &self,
        names: &FxHashMap<Cow<'_, str>, Vec<usize>>,
        name: &str,
        run: &Run,
        people: &[Person],
    ) -> Option<usize> {
        let bearers = names.get(name)?;
        let fits =
            |&person: &usize| people.get(person).is_some_and(|person| person.gender.agrees(run.gender));
        let bears = |&person: &usize| {
            people.get(person).is_some_and(|person| person.surname == name || person.name.starts_with(name))
        };
        let recent = self.recent.get(name).copied().filter(bears).filter(fits);
        recent.or_else(|| bearers.iter().copied().take(BEARERS).find(fits))
    }
}

/// A name in capitals throughout, as it is written elsewhere: O'NEILL is O'Neill. `None` for all others.
fn unshouted(name: &str) -> Option<String> {
    let shouted = !name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !name.contains(char::is_lowercase)
        && name.chars().filter(|c| c.is_alphabetic()).count() > 2;
    if !shouted {
        return None;
    }
    let mut after_letter = false;
    let mut written = String::with_capacity(name.len());
    for c in name.chars() {
        if after_letter {
            written.extend(c.to_lowercase());
        } else {
            written.push(c);
        }
        after_letter = c.is_alphabetic();
    }
    Some(written)
}

/// A given name and a surname, in capitals throughout, as they are written elsewhere.
fn unshouted_pair(first: &str, last: &str) -> Option<String> {
    let written_small = |word: &str| word.bytes().any(|byte| byte.is_ascii_lowercase());
    if written_small(first) || written_small(last) { None } else { unshouted(&format!("{first} {last}")) }
}

impl Person {
    /// The word by which others call the person in short.
    pub(super) fn short_name(&self) -> &str {
        let family_first = self.side.is_some_and(is_family_name_first);
        match self.name.split(' ').next() {
            Some(first) if family_first => first,
            _ => &self.surname,
        }
    }
}
