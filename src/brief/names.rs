//! Which sides a text names.

use rustc_hash::FxHashMap;

use super::words::{Word, words};

/// The number of a side in [`SideNames`].
pub(super) type SideId = u32;

/// The ways in which countries and organisations are named, and the people who stand for them.
///
/// The names come from the list that attribution uses (`src/quotes/data/places.txt`), the people from a
/// roster; sides that only the records name are added as they come.
#[derive(Clone, Debug)]
pub struct SideNames {
    sides: Vec<String>,
    ids: FxHashMap<String, SideId>,
    /// By their first word: the following words, and whom the whole names.
    phrases: FxHashMap<String, Vec<Phrase>>,
}

/// A name behind its first word.
#[derive(Clone, Debug)]
struct Phrase {
    rest: Vec<String>,
    side: SideId,
    /// A capital may also be just where something was said.
    is_capital: bool,
}

/// A place in a text that names a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    pub side: SideId,
    /// The first word of the name, and how many it has.
    pub word: usize,
    pub length: usize,
}

impl SideNames {
    /// The built-in names, and the people of a roster (`name,aliases,role,side,…` with a header row; lines
    /// that begin with `#` are comments) who speak for one side only; without a roster the built-in one.
    /// Rows that cannot be read are passed over: the reader of the roster reports them.
    #[must_use]
    pub fn new(roster: Option<&str>) -> Self {
        let mut names = Self { sides: Vec::new(), ids: FxHashMap::default(), phrases: FxHashMap::default() };
        for line in include_str!("../quotes/data/places.txt").lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let mut columns = line.split('|');
            let Some(side) = columns.next().map(str::trim) else { continue };
            let id = names.id_of(side);
            names.add_phrase(side, id, false);
            for (column, cells) in columns.enumerate() {
                for name in cells.split(',') {
                    names.add_phrase(name, id, column == 2);
                }
            }
        }
        names.add_people(roster.unwrap_or(include_str!("../quotes/data/roster.csv")));
        names
    }

    fn add_people(&mut self, roster: &str) {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(roster.as_bytes());
        let mut side_of: std::collections::BTreeMap<String, Option<SideId>> =
            std::collections::BTreeMap::new();
        for row in reader.records().flatten() {
            let (Some(name), Some(aliases), Some(side)) = (row.get(0), row.get(1), row.get(3)) else {
                continue;
            };
            let side = self.id_of(side);
            for name in std::iter::once(name).chain(aliases.split(';')).map(str::trim) {
                // One word alone is too often somebody else's name.
                if name.contains(' ') {
                    side_of
                        .entry(name.to_owned())
                        .and_modify(|known| *known = known.filter(|known| *known == side))
                        .or_insert(Some(side));
                }
            }
        }
        for (name, side) in side_of {
            if let Some(side) = side {
                self.add_phrase(&name, side, false);
            }
        }
    }

    /// The number of a side, made where it is new.
    pub(super) fn id_of(&mut self, side: &str) -> SideId {
        if let Some(id) = self.ids.get(side) {
            return *id;
        }
        let id = SideId::try_from(self.sides.len()).unwrap_or(SideId::MAX);
        self.sides.push(side.to_owned());
        self.ids.insert(side.to_owned(), id);
        id
    }

    /// The name of a side.
    pub(super) fn name(&self, id: SideId) -> &str {
        self.sides.get(id as usize).map_or("", String::as_str)
    }

    /// The side that a user means by a name or one of its other names ("USA"), whatever its case.
    pub(super) fn meant_by(&self, name: &str) -> Option<SideId> {
        let exact = self.sides.iter().position(|side| side.eq_ignore_ascii_case(name.trim()));
        let by_position = exact.and_then(|position| SideId::try_from(position).ok());
        by_position.or_else(|| {
            let words = words(name);
            let naming = self.find(&words).into_iter().next()?;
            (naming.word == 0 && naming.length == words.len()).then_some(naming.side)
        })
    }

    /// Every place in `words` that names a side, longest names first where they overlap, in order.
    pub(super) fn find(&self, words: &[Word<'_>]) -> Vec<Naming> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let best = self.phrases.get(word.key().as_ref()).and_then(|phrases| {
                let fits = |phrase: &&Phrase| {
                    phrase.rest.iter().enumerate().all(|(offset, expected)| {
                        words.get(at + 1 + offset).is_some_and(|word| word.key() == *expected)
                    })
                };
                phrases.iter().find(fits)
            });
            match best {
                Some(phrase) => {
                    let length = phrase.rest.len() + 1;
                    if !(phrase.is_capital && is_scene(words, at)) {
                        found.push(Naming { side: phrase.side, word: at, length });
                    }
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    fn add_phrase(&mut self, name: &str, side: SideId, is_capital: bool) {
        let mut keys = words(name).iter().map(|word| word.key().into_owned()).collect::<Vec<_>>().into_iter();
        let Some(first) = keys.next() else { return };
        let phrases = self.phrases.entry(first).or_default();
        let rest: Vec<String> = keys.collect();
        if phrases.iter().all(|known| known.rest != rest) {
            let place = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(place, Phrase { rest, side, is_capital });
        }
    }
}

/// Whether the name at `at` only says where something happened: "in Beijing", "a visit to Beijing".
fn is_scene(words: &[Word<'_>], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).map_or("", |word| word.text);
    matches!(before(1), "in" | "In" | "at" | "near" | "outside" | "from" | "From")
        || (before(1) == "to" && matches!(before(2), "visit" | "trip" | "flew" | "travelled" | "traveled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_adjectives_capitals_and_people_name_their_side() {
        let names = SideNames::new(Some(
            "name,aliases,role,side,from,to\nOru Veld,Old Oru,President,Sylvania,,\n\
             Ina Roke,,Envoy,Sylvania,,\nIna Roke,,Envoy,Borduria,,\n",
        ));
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> =
                names.find(&words(text)).into_iter().map(|it| names.name(it.side)).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("Beijing’s envoy met North Koreans and Seoul", &["China", "North Korea", "South Korea"]);
        check("the U.S. and the US, not us", &["United States", "United States"]);
        check("the State Department, the Kremlin", &["United States", "Russia"]);
        check("Oru Veld and Old Oru and Veld", &["Sylvania", "Sylvania"]);
        check("during a visit to Beijing he said in Paris that Tokyo", &["Japan"]);
        check("Ina Roke spoke for two sides", &[]);
        check("", &[]);
    }

    #[test]
    fn users_may_write_any_name_of_a_side() {
        let names = SideNames::new(None);
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(names.meant_by(name).map(|id| names.name(id)), expected, "{name}");
        };
        check("united states", Some("United States"));
        check("USA", Some("United States"));
        check("Pyongyang", Some("North Korea"));
        check("Nowhere", None);
        check("", None);
    }
}
