use super::chance::{Chance, chance};
use super::collection::Collection;
use super::mixed::{Candidate, Disputes};
use super::names::SideId;
use super::sayings::{Saying, Sayings};
use super::voices::{Periods, Resampling, Voice, voices};
use super::words::words;
use crate::types::Stance;

use jiff::civil::Date;

/// What a brief is about and how it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct BriefOptions {
    /// Only this side: its quotes, and mixed messages that it is part of.
    pub side: Option<String>,
    /// Only quotes with these words in the quote, its paragraph or the headline, in any case.
    pub topic: Option<String>,
    /// First day; quotes without a date are left out where it is given.
    pub since: Option<Date>,
    /// Last day; quotes without a date are left out where it is given.
    pub until: Option<Date>,
    /// Days that the two quotes of a mixed message may lie apart, at most 366.
    pub window_days: u16,
    /// Probability that both labels of a mixed message must have, 0 to 1.
    pub min_confidence: f64,
    /// Bootstrap resamples behind each interval.
    pub resamples: usize,
    /// Seed of the bootstrap and the shuffles.
    pub seed: u64,
    /// Shuffles behind the comparison with chance, at the most; large collections get fewer, at least 19.
    pub shuffles: usize,
    /// Threads that shuffle, at least one; they change nothing but the time.
    pub threads: usize,
}

impl Default for BriefOptions {
    fn default() -> Self {
        Self {
            side: None,
            topic: None,
            since: None,
            until: None,
            window_days: 14,
            min_confidence: 0.4,
            resamples: 1000,
            seed: 1,
            shuffles: 999,
            threads: 1,
        }
    }
}

/// Why no brief can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BriefError {
    /// Nobody speaks for the side asked for.
    #[error(
        "no quote is by the side '{asked}' (sides that speak: {}); name one of them, or leave --side out",
        if spoken.is_empty() { "none".to_owned() } else { spoken.join(", ") }
    )]
    NoSuchSide {
        /// The side asked for.
        asked: String,
        /// The most quoted sides.
        spoken: Vec<String>,
    },
    /// The period ends before it begins.
    #[error("the period ends on {until}, before it begins on {since}; swap --since and --until")]
    Period {
        /// First day.
        since: Date,
        /// Last day.
        until: Date,
    },
}

/// Sides that are named where one is not found.
const SUGGESTED: usize = 10;

/// Who says what, and where they contradict each other. Rendered by its `write_…` functions and
/// [`table`](Self::table).
#[derive(Debug)]
pub struct Brief {
    pub(super) options: BriefOptions,
    pub(super) collection: Collection,
    pub(super) sayings: Sayings,
    /// The quotes that the options leave, copies left out, in the order they came in.
    pub(super) chosen: Vec<usize>,
    /// The copies of each quote, by its number.
    pub(super) copies: std::collections::BTreeMap<usize, Vec<usize>>,
    pub(super) side: Option<SideId>,
    pub(super) mixed: Vec<Candidate>,
    pub(super) chance: Chance,
    pub(super) speakers: Vec<Voice>,
    pub(super) sides: Vec<Voice>,
    pub(super) periods: Option<Periods>,
    /// The articles that the page shows.
    pub(super) shown: std::cell::OnceCell<std::collections::BTreeSet<u32>>,
}

impl Brief {
    /// Makes a brief. The same collection, options and seed give the same brief. Time and memory grow
    /// linearly with the number of quotes.
    ///
    /// # Errors
    /// Where nobody speaks for the side asked for, or the period ends before it begins.
    pub fn new(mut collection: Collection, options: BriefOptions) -> Result<Self, BriefError> {
        if let (Some(since), Some(until)) = (options.since, options.until)
            && until < since
        {
            return Err(BriefError::Period { since, until });
        }
        let sayings = Sayings::find(&mut collection);
        let side = match &options.side {
            Some(asked) => Some(asked_side(asked, &collection, &sayings)?),
            None => None,
        };
        let topic: Vec<String> = options.topic.iter().flat_map(|topic| lower_words(topic)).collect();
        let matches: Vec<bool> = sayings
            .all
            .iter()
            .enumerate()
            .map(|(index, saying)| {
                is_in_period(saying, &options) && is_on_topic(index, saying, &collection, &topic)
            })
            .collect();
        let is_taken = |index: usize| matches.get(index).copied().unwrap_or(false);
        let chosen: Vec<usize> = sayings
            .originals()
            .filter(|(index, saying)| is_taken(*index) && (side.is_none() || saying.side == side))
            .map(|(index, _)| index)
            .collect();
        let mut copies: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
        for (index, saying) in sayings.all.iter().enumerate().filter(|(index, it)| it.stands_for != *index) {
            copies.entry(saying.stands_for).or_default().push(index);
        }
        let window = i32::from(options.window_days.min(366));
        let (mixed, chance) = {
            let quotes = &collection.quotes;
            let min = options.min_confidence;
            let disputes = Disputes::find(&sayings, quotes, min, window, side, |index, _| is_taken(index));
            let as_it_is: Vec<usize> = (0..disputes.len()).collect();
            let mixed = disputes.candidates(&as_it_is);
            let chance = chance(&disputes, &mixed, &options);
            (mixed, chance)
        };
        let periods = Periods::over(chosen.iter().filter_map(|index| sayings.all.get(*index)));
        let resampling =
            Resampling { resamples: options.resamples, seed: options.seed, threads: options.threads };
        let (speakers, sides) = voices(&sayings, &chosen, periods, resampling);
        Ok(Self {
            options,
            collection,
            sayings,
            chosen,
            copies,
            side,
            mixed,
            chance,
            speakers,
            sides,
            periods,
            shown: std::cell::OnceCell::new(),
        })
    }

    /// Mixed-message candidates found.
    #[must_use]
    pub fn candidate_count(&self) -> usize {
        self.mixed.len()
    }

    /// Chosen quotes with a stance, in the order of `Stance::ALL`.
    pub(super) fn stances(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for saying in self.chosen.iter().filter_map(|index| self.sayings.all.get(*index)) {
            if let Some(count) = counts.get_mut(saying.stance.index()) {
                *count += 1;
            }
        }
        counts
    }

    /// The copies of a quote.
    pub(super) fn copies_of(&self, index: usize) -> &[usize] {
        self.copies.get(&index).map_or(&[], Vec::as_slice)
    }

    /// Name of a side, if it has one.
    pub(super) fn side_name(&self, side: Option<SideId>) -> Option<&str> {
        side.map(|id| self.collection.names.name(id))
    }

    /// The brief in one sentence or two.
    pub(super) fn verdict(&self) -> String {
        let mut text = match self.mixed.len() {
            0 => "No mixed-message candidate".to_owned(),
            1 => "1 mixed-message candidate".to_owned(),
            count => format!("{count} mixed-message candidates"),
        };
        text.push_str(&format!(
            " in {} by {} of {}, from {}.",
            counted(self.chosen.len(), "quote"),
            counted(self.speakers.len(), "speaker"),
            counted(self.sides.len(), "side"),
            counted(self.collection.articles.len(), "article"),
        ));
        if let Some(strongest) = self.mixed.first() {
            text.push_str(&format!(" The strongest: {}.", self.headline(strongest)));
        }
        text
    }

    /// What a candidate is, in one phrase: who stands against whom, about whom.
    pub(super) fn headline(&self, candidate: &Candidate) -> String {
        use super::mixed::Kind;
        let who = |index: usize| {
            let saying = self.sayings.all.get(index);
            let speaker = saying.and_then(|it| it.speaker).and_then(|id| self.sayings.speakers.get(id));
            speaker.map_or("somebody", |it| it.name.as_str())
        };
        let side = |index: usize| {
            self.side_name(self.sayings.all.get(index).and_then(|it| it.side)).unwrap_or("unknown side")
        };
        let (hawkish, diplomatic) = (candidate.hawkish, candidate.diplomatic);
        let about =
            self.side_name(candidate.counterpart).map(|name| format!(" about {name}")).unwrap_or_default();
        match candidate.kind {
            Kind::WithinSide => format!(
                "within {}{about}, {} (hawkish) and {} (diplomatic)",
                side(hawkish),
                who(hawkish),
                who(diplomatic)
            ),
            Kind::Reversal => {
                format!("reversal within {}{about}, {} at two times", side(hawkish), who(hawkish))
            }
            Kind::BetweenSides => format!(
                "between {} and {}, {} (diplomatic) and {} (hawkish)",
                side(diplomatic),
                side(hawkish),
                who(diplomatic),
                who(hawkish)
            ),
        }
    }

    /// What chance would give, in a sentence or two.
    pub(super) fn chance_sentence(&self) -> String {
        let Chance { shuffles, found, mean, upper, p, .. } = &self.chance;
        if self.mixed.is_empty() {
            return "No candidate was found, so there is nothing to compare with chance.".to_owned();
        }
        let judgement = if *p <= 0.05 {
            "There are more than chance explains."
        } else {
            "Their number alone is no evidence: as many could come about by chance."
        };
        format!(
            "In {shuffles} shuffles of dates and speakers within each side there are {mean:.1} candidates on average, \
             and at most {upper} in 95 of 100; here there {} {found} (p = {p:.3}). {judgement}",
            if *found == 1 { "is" } else { "are" },
        )
    }
}

/// "1 quote", "2 quotes".
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The name of a stance with a shape, so that it never hangs on colour alone.
pub(super) const fn shape(stance: Stance) -> char {
    match stance {
        Stance::Hawkish => '▲',
        Stance::Diplomatic => '●',
        Stance::Neutral => '◆',
    }
}

fn asked_side(asked: &str, collection: &Collection, sayings: &Sayings) -> Result<SideId, BriefError> {
    let mut counts: std::collections::BTreeMap<SideId, usize> = std::collections::BTreeMap::new();
    for side in sayings.all.iter().filter_map(|saying| saying.side) {
        *counts.entry(side).or_default() += 1;
    }
    if let Some(side) = collection.names.meant_by(asked).filter(|side| counts.contains_key(side)) {
        return Ok(side);
    }
    let mut spoken: Vec<(SideId, usize)> = counts.into_iter().collect();
    spoken.sort_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
    let spoken =
        spoken.into_iter().take(SUGGESTED).map(|(side, _)| collection.names.name(side).to_owned()).collect();
    Err(BriefError::NoSuchSide { asked: asked.to_owned(), spoken })
}

fn is_in_period(saying: &Saying, options: &BriefOptions) -> bool {
    let after = |since: Date| saying.when.to.is_some_and(|day| day >= since);
    let before = |until: Date| saying.when.from.is_some_and(|day| day <= until);
    options.since.is_none_or(after) && options.until.is_none_or(before)
}

fn is_on_topic(index: usize, saying: &Saying, collection: &Collection, topic: &[String]) -> bool {
    if topic.is_empty() {
        return true;
    }
    let quote = collection.quotes.get(index).map(|it| it.record.quote.context.as_str());
    let title = collection.articles.get(saying.article as usize).and_then(|it| it.title.as_deref());
    let found: Vec<String> = quote.into_iter().chain(title).flat_map(lower_words).collect();
    topic.iter().all(|word| found.contains(word))
}

fn lower_words(text: &str) -> Vec<String> {
    words(text).iter().map(|word| word.key().to_lowercase()).collect()
}
