//! The word lists of `data/`, loaded once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::class::Class;
use super::page::tokens::{Kind, Token, tokenize};
use super::word_table::WordTable;
use crate::types::Span;

/// How a place or organisation is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceForm {
    /// The name itself: "North Korea", "DPRK".
    Name,
    /// People or adjective: "North Koreans", "North Korean".
    People,
    /// Capital or metonym: "Pyongyang", "the Kremlin".
    Metonym,
    /// A body with a name of its own: "State Department".
    Organ,
}

/// One way to name a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Canonical name of the country or organisation.
    pub(super) side: &'static str,
    pub(super) form: PlaceForm,
}

/// An office of several words and the side it implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Office {
    pub(super) side: Option<&'static str>,
}

/// Words with their classes, and phrases.
pub(super) struct Lexicon {
    words: WordTable,
    places: Phrases<Place>,
    offices: Phrases<Office>,
    honorifics: FxHashMap<&'static str, &'static str>,
}

/// Phrases of one or more words, by their first word.
struct Phrases<T> {
    by_first: FxHashMap<Box<str>, Vec<Phrase<T>>>,
}

/// The words of a phrase and what they mean.
type Phrase<T> = (Vec<Box<str>>, T);

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    /// The lexicon of this build.
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    /// The classes of a word, in any case and with any apostrophe.
    pub(super) fn class(&self, word: &str) -> Class {
        self.words.class(word)
    }

    /// The longest place that begins with the first of `tokens`, and how many tokens it takes. Places
    /// are matched with their capitals.
    pub(super) fn place(&self, text: &str, tokens: &[Token]) -> Option<(Place, usize)> {
        let known = tokens.first()?.class.any(Class::PLACE_START);
        if known { self.places.longest(text, tokens, false) } else { None }
    }

    /// The longest office that begins with the first of `tokens`, in any case, and how many tokens it
    /// takes.
    pub(super) fn office(&self, text: &str, tokens: &[Token]) -> Option<(Office, usize)> {
        let known = tokens.first()?.class.any(Class::OFFICE_START);
        if known { self.offices.longest(text, tokens, true) } else { None }
    }

    /// The office that an abbreviated title stands for: "senator" for "Sen.".
    pub(super) fn long_title(&self, title: &str) -> Option<&'static str> {
        self.honorifics.get(title.to_lowercase().as_str()).copied()
    }

    fn load() -> Self {
        let mut lexicon = Self {
            words: WordTable::default(),
            places: Phrases { by_first: FxHashMap::default() },
            offices: Phrases { by_first: FxHashMap::default() },
            honorifics: FxHashMap::default(),
        };
        lexicon.load_verbs();
        lexicon.load_attitudes();
        lexicon.load_nouns();
        lexicon.load_sections();
        lexicon.load_titles();
        lexicon.load_places();
        lexicon.load_offices();
        lexicon
    }

    fn add(&mut self, word: &str, class: Class) {
        self.words.add(&word.to_lowercase(), class);
    }

    fn load_verbs(&mut self) {
        for line in lines(include_str!("data/cue_verbs.txt")) {
            let mut parts = line.split_whitespace();
            let (Some(base), Some(kind)) = (parts.next(), parts.next()) else { continue };
            let kind = verb_kind(kind);
            let listed: Vec<&str> = parts.collect();
            self.add(base, Class::FINITE | kind);
            if let [third, past, gerund, rest @ ..] = listed.as_slice() {
                self.add(third, Class::FINITE | Class::THIRD | kind);
                self.add(past, Class::FINITE | Class::PAST | kind);
                for form in std::iter::once(gerund).chain(rest) {
                    let class =
                        if form.ends_with("ing") { Class::GERUND } else { Class::FINITE | Class::PAST };
                    self.add(form, class | kind);
                }
            } else {
                self.add(&third_person(base), Class::FINITE | Class::THIRD | kind);
                self.add(&past(base), Class::FINITE | Class::PAST | kind);
                self.add(&gerund(base), Class::GERUND | kind);
            }
        }
    }

    fn load_attitudes(&mut self) {
        for line in lines(include_str!("data/attitude_verbs.txt")) {
            let mut parts = line.split_whitespace();
            let (Some(base), Some(frames)) = (parts.next(), parts.next()) else { continue };
            let class = frames.chars().map(frame).fold(Class::ATTITUDE, |all, frame| all | frame);
            let listed: Vec<&str> = parts.collect();
            self.add(base, class);
            if let [third, past, gerund, rest @ ..] = listed.as_slice() {
                self.add(third, class | Class::ATTITUDE_THIRD);
                self.add(gerund, class | Class::ATTITUDE_ING);
                for form in std::iter::once(past).chain(rest) {
                    self.add(form, class | Class::ATTITUDE_PAST);
                }
            } else {
                self.add(&third_person(base), class | Class::ATTITUDE_THIRD);
                self.add(&past(base), class | Class::ATTITUDE_PAST);
                self.add(&gerund(base), class | Class::ATTITUDE_ING);
            }
        }
    }

    fn load_nouns(&mut self) {
        for (file, class) in [
            (include_str!("data/cue_nouns.txt"), Class::UTTERANCE),
            (include_str!("data/org_nouns.txt"), Class::BODY),
            (include_str!("data/works.txt"), Class::WORK),
            (include_str!("data/attitude_nouns.txt"), Class::ATTITUDE_NOUN),
        ] {
            for line in lines(file) {
                let mut parts = line.split_whitespace();
                let Some(noun) = parts.next() else { continue };
                self.add(noun, class);
                let number = if class == Class::ATTITUDE_NOUN { Class::NONE } else { Class::PLURAL };
                let plural = parts.next().map_or_else(|| plural(noun), str::to_owned);
                self.add(&plural, class | number);
            }
        }
        for line in lines(include_str!("data/person_nouns.txt")) {
            let mut parts = line.split_whitespace();
            let Some(noun) = parts.next() else { continue };
            let mut class = Class::PERSON;
            let mut listed = None;
            for part in parts {
                match part {
                    "t" => class |= Class::TITLE,
                    "m" => class |= Class::MALE,
                    "f" => class |= Class::FEMALE,
                    _ => listed = Some(part.to_owned()),
                }
            }
            self.add(noun, class);
            self.add(&listed.unwrap_or_else(|| plural(noun)), class | Class::PLURAL);
        }
    }

    fn load_sections(&mut self) {
        for (file, class_of) in [
            (include_str!("data/function_words.txt"), section_class as fn(&str) -> Class),
            (include_str!("data/first_names.txt"), section_class),
            (include_str!("data/abbreviations.txt"), section_class),
        ] {
            let mut class = Class::NONE;
            for line in lines(file) {
                if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                    class = class_of(name);
                } else {
                    line.split_whitespace().for_each(|word| self.add(&word.replace('’', "'"), class));
                }
            }
        }
        for particle in [
            "de", "da", "del", "della", "der", "den", "di", "du", "la", "le", "van", "von", "bin", "bint",
            "ibn", "al", "el", "ter", "dos", "abu",
        ] {
            self.add(particle, Class::PARTICLE);
        }
    }

    fn load_titles(&mut self) {
        for line in lines(include_str!("data/titles.txt")) {
            let (head, office) = split_once_trimmed(line, '=');
            let mut parts = head.split_whitespace();
            let Some(title) = parts.next() else { continue };
            let gender = match parts.next() {
                Some("m") => Class::MALE,
                Some("f") => Class::FEMALE,
                _ => Class::NONE,
            };
            self.add(title, Class::TITLE | Class::HONORIFIC | gender);
            if let Some(office) = office {
                self.honorifics.insert(title, office);
            }
        }
    }

    fn load_places(&mut self) {
        for line in lines(include_str!("data/places.txt")) {
            let mut columns = line.split('|').map(str::trim);
            let Some(side) = columns.next() else { continue };
            self.add_place(side, Place { side, form: PlaceForm::Name });
            let forms = [PlaceForm::Name, PlaceForm::People, PlaceForm::Metonym, PlaceForm::Organ];
            for (column, form) in columns.zip(forms) {
                for name in column.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                    self.add_place(name, Place { side, form });
                }
            }
        }
    }

    fn add_place(&mut self, name: &'static str, place: Place) {
        let words = self.split(name);
        let Some(first) = words.first().cloned() else { return };
        self.add(&first.replace('’', "'"), Class::PLACE_START);
        self.places.add(words, place);
    }

    fn load_offices(&mut self) {
        for line in lines(include_str!("data/offices.txt")) {
            let (name, side) = split_once_trimmed(line, '=');
            let words = self.split(name);
            let Some(first) = words.first().cloned() else { continue };
            self.add(&first, Class::OFFICE_START);
            self.offices.add(words, Office { side });
        }
    }

    /// The tokens of a phrase.
    fn split(&self, phrase: &str) -> Vec<Box<str>> {
        let mut tokens = Vec::new();
        tokenize(phrase, Span::new(0, phrase.len()), |word| self.class(word), &mut tokens);
        tokens.iter().filter_map(|token| token.span.of(phrase)).map(Box::from).collect()
    }
}

/// Bytes up to which a word is looked up without a copy of its own.
const SHORT: usize = 32;

impl<T: Copy> Phrases<T> {
    fn add(&mut self, words: Vec<Box<str>>, value: T) {
        let Some(first) = words.first() else { return };
        let bucket = self.by_first.entry(first.to_lowercase().into_boxed_str()).or_default();
        bucket.push((words, value));
        bucket.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }

    fn longest(&self, text: &str, tokens: &[Token], any_case: bool) -> Option<(T, usize)> {
        let word = |index: usize| {
            tokens.get(index).filter(|token| !matches!(token.kind, Kind::Quote(_)))?.span.of(text)
        };
        let first = word(0)?;
        let mut short = [0; SHORT];
        let bucket = match short.get_mut(..first.len()).filter(|_| first.is_ascii()) {
            Some(lower) => {
                lower.copy_from_slice(first.as_bytes());
                lower.make_ascii_lowercase();
                self.by_first.get(std::str::from_utf8(lower).ok()?)?
            }
            None => self.by_first.get(first.to_lowercase().as_str())?,
        };
        let same = |known: &str, found: &str| {
            if any_case { known.eq_ignore_ascii_case(found) } else { known == found }
        };
        bucket.iter().find_map(|(words, value)| {
            let fits = words
                .iter()
                .enumerate()
                .all(|(index, known)| word(index).is_some_and(|found| same(known, found)));
            fits.then_some((*value, words.len()))
        })
    }
}

/// The lines of a data file that are not empty and not comments.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn split_once_trimmed(line: &'static str, by: char) -> (&'static str, Option<&'static str>) {
    match line.split_once(by) {
        Some((head, tail)) => (head.trim(), Some(tail.trim())),
        None => (line, None),
    }
}

fn verb_kind(name: &str) -> Class {
    match name {
        "speech" => Class::SPEECH,
        "tell" => Class::TELL,
        "label" => Class::LABEL,
        "judge" => Class::JUDGE,
        "think" => Class::THINK,
        "make" => Class::MAKE,
        _ => Class::NONE,
    }
}

/// A letter of the second column of `data/attitude_verbs.txt`.
const fn frame(letter: char) -> Class {
    match letter {
        'c' => Class::TAKES_CLAUSE,
        'i' => Class::TAKES_INFINITIVE,
        'o' => Class::TAKES_OBJECT,
        'a' => Class::TAKES_ABOUT,
        'f' => Class::TAKES_FOR,
        'n' => Class::TAKES_ON,
        't' => Class::TAKES_TO,
        'w' => Class::TAKES_WITH,
        _ => Class::NONE,
    }
}

fn section_class(name: &str) -> Class {
    match name {
        "article" => Class::ARTICLE,
        "possessive" => Class::POSSESSIVE,
        "pronoun-he" => Class::HE,
        "pronoun-she" => Class::SHE,
        "pronoun-they" => Class::THEY,
        "pronoun-it" => Class::IT,
        "pronoun-first" => Class::FIRST_PERSON,
        "pronoun-other" => Class::OTHER_PRONOUN,
        "relative" => Class::RELATIVE,
        "preposition" => Class::PREPOSITION,
        "conjunction" => Class::CONJUNCTION,
        "subordinate" => Class::SUBORDINATE,
        "auxiliary" => Class::AUXILIARY,
        "adverb" => Class::ADVERB,
        "adjective" => Class::ADJECTIVE,
        "time" => Class::TIME,
        "number" => Class::NUMBER,
        "verb" => Class::VERB,
        "attitude" => Class::ATTITUDE_ADJECTIVE,
        "clause-opener" => Class::OPENER,
        "male" => Class::GIVEN | Class::MALE,
        "female" => Class::GIVEN | Class::FEMALE,
        "either" => Class::GIVEN | Class::MALE | Class::FEMALE,
        "open" => Class::ABBREVIATION,
        "close" => Class::ABBREVIATION_END,
        _ => Class::NONE,
    }
}

fn third_person(base: &str) -> String {
    plural(base)
}

fn past(base: &str) -> String {
    match base.as_bytes() {
        [.., b'e'] => format!("{base}d"),
        [.., before, b'y'] if !is_vowel(*before) => format!("{}ied", base.trim_end_matches('y')),
        _ => format!("{base}ed"),
    }
}

fn gerund(base: &str) -> String {
    match base.as_bytes() {
        [.., before, b'e'] if !matches!(before, b'e' | b'o') => {
            format!("{}ing", base.strip_suffix('e').unwrap_or(base))
        }
        _ => format!("{base}ing"),
    }
}

/// The regular plural of a noun, which is also the third person of a verb.
fn plural(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("man") {
        return format!("{stem}men");
    }
    match noun.as_bytes() {
        [.., b's' | b'x' | b'z'] | [.., b'c' | b's', b'h'] => format!("{noun}es"),
        [.., before, b'y'] if !is_vowel(*before) => {
            format!("{}ies", noun.strip_suffix('y').unwrap_or(noun))
        }
        _ => format!("{noun}s"),
    }
}

const fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_class(word: &str, expected: Class) {
        assert!(Lexicon::get().class(word).any(expected), "{word}");
    }

    #[test]
    fn verb_forms_are_derived() {
        for word in ["said", "denies", "denied", "noted", "quipped", "wrote", "tells", "agreed"] {
            check_class(word, Class::FINITE);
        }
        for word in ["noting", "agreeing", "quipping", "denying", "saying"] {
            check_class(word, Class::GERUND);
        }
    }

    #[test]
    fn nouns_have_plurals() {
        for word in ["spokesmen", "spokeswoman", "deputies", "witnesses", "people"] {
            check_class(word, Class::PERSON);
        }
        for word in ["ministries", "agency", "surveys"] {
            check_class(word, Class::BODY);
        }
    }

    #[test]
    fn every_data_line_is_understood() {
        for line in lines(include_str!("data/cue_verbs.txt")) {
            let parts: Vec<&str> = line.split_whitespace().collect();
            assert!(parts.len() == 2 || parts.len() >= 5, "{line}");
            assert!(parts.get(1).is_some_and(|kind| verb_kind(kind) != Class::NONE), "{line}");
        }
        for file in [
            include_str!("data/function_words.txt"),
            include_str!("data/first_names.txt"),
            include_str!("data/abbreviations.txt"),
        ] {
            for line in lines(file).filter(|line| line.starts_with('[')) {
                assert_ne!(section_class(line.trim_matches(['[', ']'])), Class::NONE, "{line}");
            }
        }
        for line in lines(include_str!("data/attitude_verbs.txt")) {
            let parts: Vec<&str> = line.split_whitespace().collect();
            assert!(parts.len() == 2 || parts.len() >= 5, "{line}");
            let known = |letters: &&str| letters.chars().all(|letter| frame(letter) != Class::NONE);
            assert!(parts.get(1).is_some_and(known), "{line}");
        }
        for line in lines(include_str!("data/places.txt")) {
            assert!(line.split('|').count() <= 5, "{line}");
        }
    }

    #[test]
    fn places_are_matched_longest_first() {
        let text = "North Korean";
        let lexicon = Lexicon::get();
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), |word| lexicon.class(word), &mut tokens);
        let found = lexicon.place(text, &tokens);
        assert_eq!(found, Some((Place { side: "North Korea", form: PlaceForm::People }, 2)));
    }
}
