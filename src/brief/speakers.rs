use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::collection::CollectedQuote;
use super::names::{SideId, SideNames};
use super::words::{Word, list, words};

/// The number of a speaker in [`Speakers`].
pub(super) type SpeakerId = u32;

/// Somebody who is quoted: a person, an institution, or an official whom the text does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    pub name: String,
    /// The role that the records give most often.
    pub role: Option<String>,
    pub side: Option<SideId>,
    /// `person`, `institution`, `anonymous` or `unknown`.
    pub kind: String,
    /// Whether the roles leave it open that this is a voice of the side's government.
    pub speaks_for_side: bool,
}

impl Speaker {
    /// Whether two quotes under this name are of one source. Unnamed officials may be different people.
    pub(super) fn is_one_source(&self) -> bool {
        matches!(self.kind.as_str(), "person" | "institution")
    }
}

/// All speakers of a collection, and how a text names them.
#[derive(Debug)]
pub(super) struct Speakers {
    pub all: Vec<Speaker>,
    /// The speaker of each quote.
    pub of_quote: Vec<Option<SpeakerId>>,
    /// People by each word of their names.
    by_word: FxHashMap<String, Vec<NamePart>>,
}

#[derive(Clone, Copy, Debug)]
struct NamePart {
    speaker: SpeakerId,
    /// A surname names somebody anywhere, other parts only where they are quoted too.
    is_surname: bool,
}

/// People with one surname that are kept apart, at the most; more than that is nobody's name.
const NAMESAKES: usize = 8;

impl Speakers {
    /// Puts quotes under one speaker by name and side. A record without a side joins the only side that the
    /// others of its name have.
    pub(super) fn find(quotes: &[CollectedQuote], names: &mut SideNames) -> Self {
        let mut sides_of: FxHashMap<(&str, &str), Vec<&str>> = FxHashMap::default();
        for quote in quotes {
            let speaker = &quote.record.speaker;
            if let (Some(name), Some(side)) = (&speaker.name, &speaker.side) {
                let sides = sides_of.entry((name, &speaker.kind)).or_default();
                if sides.len() < 2 && !sides.contains(&side.as_str()) {
                    sides.push(side);
                }
            }
        }
        let mut all: Vec<Speaker> = Vec::new();
        let mut roles: Vec<BTreeMap<&str, usize>> = Vec::new();
        let mut ids: FxHashMap<(&str, Option<SideId>, &str), SpeakerId> = FxHashMap::default();
        let mut of_quote = Vec::with_capacity(quotes.len());
        for quote in quotes {
            let speaker = &quote.record.speaker;
            let Some(name) = speaker.name.as_deref().filter(|_| speaker.kind != "unknown") else {
                of_quote.push(None);
                continue;
            };
            let known = sides_of.get(&(name, speaker.kind.as_ref())).filter(|sides| sides.len() == 1);
            let side = speaker.side.as_deref().or_else(|| known.and_then(|sides| sides.first().copied()));
            let side = side.map(|side| names.id_of(side));
            let id = *ids.entry((name, side, speaker.kind.as_ref())).or_insert_with(|| {
                all.push(Speaker {
                    name: name.to_owned(),
                    role: None,
                    side,
                    kind: speaker.kind.clone().into_owned(),
                    speaks_for_side: true,
                });
                roles.push(BTreeMap::new());
                SpeakerId::try_from(all.len() - 1).unwrap_or(SpeakerId::MAX)
            });
            if let (Some(role), Some(roles)) = (speaker.role.as_deref(), roles.get_mut(id as usize)) {
                *roles.entry(role).or_default() += 1;
            }
            of_quote.push(Some(id));
        }
        for (speaker, roles) in all.iter_mut().zip(&roles) {
            let most = roles.iter().max_by(|one, two| one.1.cmp(two.1).then_with(|| two.0.cmp(one.0)));
            speaker.role = most.map(|(role, _)| (*role).to_owned());
            let described = speaker.kind != "person";
            let descriptions =
                speaker.role.as_deref().into_iter().chain(described.then_some(speaker.name.as_str()));
            speaker.speaks_for_side = !descriptions.into_iter().any(is_private_role);
        }
        let by_word = by_word(&all, names);
        Self { all, of_quote, by_word }
    }

    pub(super) fn get(&self, id: SpeakerId) -> Option<&Speaker> {
        self.all.get(id as usize)
    }

    /// The people whom a capitalised word may name; `is_here` tells whether somebody is quoted in the same
    /// article.
    pub(super) fn named_by(
        &self,
        word: &Word<'_>,
        is_here: impl Fn(SpeakerId) -> bool,
    ) -> impl Iterator<Item = SpeakerId> {
        let parts = if word.is_capitalised() { self.by_word.get(word.key().as_ref()) } else { None };
        let parts = parts.map_or(&[][..], Vec::as_slice);
        let few = parts.iter().filter(|part| part.is_surname).count() <= NAMESAKES;
        parts
            .iter()
            .filter(move |part| is_here(part.speaker) || (part.is_surname && few))
            .map(|it| it.speaker)
    }
}

fn by_word(all: &[Speaker], names: &SideNames) -> FxHashMap<String, Vec<NamePart>> {
    let mut by_word: FxHashMap<String, Vec<NamePart>> = FxHashMap::default();
    for (id, speaker) in (0..).zip(all) {
        if speaker.kind != "person" {
            continue;
        }
        let parts = words(&speaker.name);
        let family_first = speaker.side.is_some_and(|side| {
            matches!(
                names.name(side),
                "China" | "North Korea" | "South Korea" | "Taiwan" | "Singapore" | "Vietnam"
            )
        });
        for (place, part) in parts.iter().enumerate() {
            if part.text.chars().count() < 2 {
                continue;
            }
            let is_surname = if family_first { place == 0 } else { place + 1 == parts.len() };
            let known = by_word.entry(part.key().into_owned()).or_default();
            if known.len() <= 4 * NAMESAKES {
                known.push(NamePart { speaker: id, is_surname });
            }
        }
    }
    by_word
}

static PRIVATE: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("data/not_spokesmen.txt")).collect());

/// Whether a role, or the description of an unnamed source, is not that of a government's voice: a
/// former official, an analyst, a member of the opposition.
fn is_private_role(role: &str) -> bool {
    words(role).iter().enumerate().any(|(place, word)| {
        let lower = word.text.to_lowercase();
        (place == 0 && lower == "ex")
            || PRIVATE.contains(lower.as_str())
            || lower.strip_suffix('s').is_some_and(|one| PRIVATE.contains(one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_that_speak_for_nobody_are_known() {
        let check = |role: &str, expected: bool| assert_eq!(is_private_role(role), expected, "{role}");
        check("President", false);
        check("secretary of State", false);
        check("spokeswoman for Argentina’s foreign ministry", false);
        check("former Secretary of State", true);
        check("ex-minister", true);
        check("opposition lawmaker", true);
        check("senior analysts", true);
        check("water minister", false);
    }
}
