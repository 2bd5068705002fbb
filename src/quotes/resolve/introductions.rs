//! Bodies, offices and people without a name, as the article introduces them.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::class::Class;
use super::super::grammar::{Phrase, core_ending, phrase_starting};
use super::super::page::Page;
use super::people::Cast;
use crate::types::Span;

/// A noun phrase that says more than "the" and its noun: "Estonia's economy ministry", "a senior official".
#[derive(Clone, Copy, Debug)]
pub(super) struct Introduction {
    pub(super) phrase: Phrase,
    /// The name that explains the phrase: "the company, Orrin Freight,".
    pub(super) named: Option<Phrase>,
    pub(super) side: Option<&'static str>,
    /// Whether the phrase opens with "a" or "an".
    pub(super) indefinite: bool,
}

/// Every introduction of an article outside marks, in reading order, and those of each noun.
#[derive(Debug, Default)]
pub(super) struct Introductions<'t> {
    all: Vec<Introduction>,
    by_noun: FxHashMap<Cow<'t, str>, Vec<usize>>,
}

/// How many introductions of one noun are looked through.
const WINDOW: usize = 40;

/// Offices of one word that a side has one of.
const SOLE_OFFICES: [&str; 6] = ["president", "premier", "chancellor", "ambassador", "king", "queen"];

impl<'t> Introductions<'t> {
    pub(super) fn read(page: &Page<'t>, cast: &Cast) -> Self {
        let mut found = Self::default();
        for sentence in &page.sentences {
            for head in sentence.first..sentence.last {
                let class = page.node(head).class;
                let noun = page.is_word(head)
                    && class.any(Class::BODY | Class::PERSON)
                    && !class.any(Class::PLURAL)
                    && !is_modifier(page, head);
                if noun
                    && let Some(phrase) = core_ending(page, sentence.first, head + 1)
                    && let Some(introduction) = introduction(page, cast, phrase, sentence.last)
                {
                    let noun = lower(page.word(head));
                    found.by_noun.entry(noun).or_default().push(found.all.len());
                    found.all.push(introduction);
                }
            }
        }
        found
    }

    /// What a definite phrase at byte `at` refers to: the last introduction of its noun that has all of
    /// its other words, among those that fit.
    pub(super) fn last(
        &self,
        page: &Page<'_>,
        phrase: Phrase,
        fits: impl Fn(&Introduction) -> bool,
    ) -> Option<Introduction> {
        self.of_noun(page, phrase).rev().take(WINDOW).find(|it| agrees(page, it.phrase, phrase) && fits(it))
    }

    /// The only side whose body or office a definite phrase can mean.
    pub(super) fn only_side(&self, page: &Page<'_>, phrase: Phrase) -> Option<&'static str> {
        let mut sides = self
            .of_noun(page, phrase)
            .take(WINDOW)
            .filter(|it| !it.indefinite && agrees(page, it.phrase, phrase))
            .filter_map(|it| it.side);
        let side = sides.next()?;
        sides.all(|other| other == side).then_some(side)
    }

    /// The side of the office that a named person holds, where the article gave it to one side only
    /// before byte `at`.
    pub(super) fn side_of_office(&self, page: &Page<'_>, role: &str, at: usize) -> Option<&'static str> {
        let role = role.to_lowercase();
        let words: Vec<&str> = role.split_whitespace().collect();
        let (noun, modifiers) = words.split_last()?;
        if modifiers.is_empty() && !SOLE_OFFICES.contains(noun) {
            return None;
        }
        let holds = |it: &&Introduction| {
            let has = |word: &str| {
                (it.phrase.first..it.phrase.head).any(|at| page.word(at).eq_ignore_ascii_case(word))
            };
            page.has(it.phrase.head, Class::PERSON)
                && !it.indefinite
                && page.node(it.phrase.head).span.end <= at
                && modifiers.iter().all(|word| has(word))
        };
        let places = self.by_noun.get(*noun)?;
        let mut sides = places
            .iter()
            .take(WINDOW)
            .filter_map(|&place| self.all.get(place))
            .filter(holds)
            .filter_map(|it| it.side);
        let side = sides.next()?;
        sides.all(|other| other == side).then_some(side)
    }

    /// The side that last owned a body or an office before byte `at`.
    pub(super) fn last_side(&self, page: &Page<'_>, at: usize) -> Option<&'static str> {
        let to = self.all.partition_point(|it| page.node(it.phrase.first).span.start < at);
        let earlier = self.all.get(..to).unwrap_or_default();
        earlier.iter().rev().take(WINDOW).find_map(|it| it.side)
    }

    /// The introductions of the head of `phrase` before it.
    fn of_noun(&self, page: &Page<'_>, phrase: Phrase) -> impl DoubleEndedIterator<Item = Introduction> {
        let noun = lower(page.word(phrase.head));
        let places = self.by_noun.get(noun.as_ref()).map(Vec::as_slice).unwrap_or_default();
        let to = places
            .partition_point(|&place| self.all.get(place).is_some_and(|it| it.phrase.head < phrase.first));
        places.get(..to).unwrap_or_default().iter().filter_map(|&place| self.all.get(place).copied())
    }
}

/// A word in lower case, copied only where it is not written so.
fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// Whether the noun stands before the one that it belongs to: "ministry" in "ministry official".
fn is_modifier(page: &Page<'_>, head: usize) -> bool {
    page.has(head + 1, Class::BODY | Class::PERSON)
        && page.is_word(head + 1)
        && !page.has(head + 1, Class::CUE)
        && page.is_capital(head) == page.is_capital(head + 1)
}

fn introduction(page: &Page<'_>, cast: &Cast, phrase: Phrase, hi: usize) -> Option<Introduction> {
    let named = explained(page, phrase, hi);
    let first = page.node(phrase.first);
    let span = Span::new(first.span.start, page.node(phrase.head).span.end);
    let side = cast.places_in(span).first().map(|place| place.place.side);
    let indefinite = matches!(page.word(phrase.first), "a" | "an" | "A" | "An");
    let words = phrase.last - phrase.first - usize::from(first.class.any(Class::DETERMINER));
    let says_more = side.is_some() || named.is_some() || indefinite || words > 1;
    says_more.then_some(Introduction { phrase, named, side, indefinite })
}

/// The name between commas after a common noun for a body.
fn explained(page: &Page<'_>, phrase: Phrase, hi: usize) -> Option<Phrase> {
    let body = page.is_lower(phrase.head) && page.has(phrase.head, Class::BODY);
    if !body || !page.is_sign(phrase.last, ',') || !page.has(phrase.first, Class::ARTICLE) {
        return None;
    }
    let name = phrase_starting(page, phrase.last + 1, hi)?;
    let named = page.is_name_word(name.first) && page.is_name_word(name.head);
    (named && page.is_sign(name.last, ',')).then_some(name)
}

/// Whether every word between the determiner and the head of `reference` stands in `introduction`.
fn agrees(page: &Page<'_>, introduction: Phrase, reference: Phrase) -> bool {
    (reference.first..reference.head).filter(|&at| !page.has(at, Class::DETERMINER)).all(|at| {
        let word = page.word(at);
        (introduction.first..introduction.head).any(|other| page.word(other).eq_ignore_ascii_case(word))
    })
}
