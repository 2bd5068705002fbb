//! Mixed-message candidates: a hawkish and a diplomatic quote on one dispute, close in time, by two
//! voices of one side, by one voice at two times, or by the two sides of the dispute.

use rustc_hash::FxHashMap;

use std::cmp::Reverse;

use jiff::civil::Weekday;

use super::dates::day_number;
use super::names::SideId;
use super::sayings::{About, Nearness, Saying, Sayings};
use super::speakers::SpeakerId;
use crate::types::Stance;

/// What contradicts what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Two voices of one side.
    WithinSide,
    /// One voice at two times.
    Reversal,
    /// Two sides of one dispute.
    BetweenSides,
}

impl Kind {
    /// The name in records.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::WithinSide => "within-side",
            Self::Reversal => "reversal",
            Self::BetweenSides => "between-sides",
        }
    }

    /// How much a contradiction of this kind says, all else equal: governments that quarrel differ all the
    /// time, and one speaker may have been asked two different questions.
    const fn weight(self) -> f64 {
        match self {
            Self::WithinSide => 1.0,
            Self::Reversal => 0.8,
            Self::BetweenSides => 0.6,
        }
    }
}

/// What holds two quotes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    /// How near the other side (within one side: the counterpart) is named, in the quote where it is
    /// farther; `None` where the pair has no counterpart.
    pub nearness: Option<Nearness>,
    /// Whether one quote's paragraph names the other's speaker.
    pub names_speaker: bool,
    /// Matters in both, as bits.
    pub matters: u8,
    /// Terms in both.
    pub terms: Vec<u32>,
}

/// How closely two quotes are tied, 0 to 1.
fn tie_weight(names_speaker: bool, is_specific: bool, nearness: Option<Nearness>) -> f64 {
    match (names_speaker, is_specific, nearness >= Some(Nearness::Paragraph)) {
        (true, ..) => 1.0,
        (false, true, true) => 0.9,
        (false, true, false) => 0.8,
        (false, false, _) => 0.7,
    }
}

/// A contradiction with the pair of quotes that shows it best.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub kind: Kind,
    /// Sayings by their numbers.
    pub hawkish: usize,
    pub diplomatic: usize,
    /// The side that both speak about, or, between sides, the side of the diplomatic quote.
    pub counterpart: Option<SideId>,
    pub tie: Tie,
    /// Days between the two; `None` where no date is known.
    pub days_apart: Option<i32>,
    /// 0 to 1.
    pub strength: f64,
    /// Other quotes of the same contradiction, by their numbers, sorted.
    pub also: Vec<usize>,
    /// The number of the dispute it belongs to.
    dispute: usize,
}

/// Terms that two quotes must share to be about one thing.
const ENOUGH_TERMS: usize = 2;
/// Quotes of one stance that are compared for one article and dispute, and for one day and dispute: the
/// surest ones. They keep the work linear.
const PER_ARTICLE: usize = 6;
const PER_DAY: usize = 3;
/// Other quotes that a candidate lists, at the most.
const ALSO: usize = 20;

/// Who said something, when and where: what shuffling moves from quote to quote.
#[derive(Clone, Debug)]
struct Circumstances {
    speaker: SpeakerId,
    is_one_source: bool,
    article: u32,
    /// Day numbers, first and last.
    days: Option<(i32, i32)>,
    weekday: Option<Weekday>,
    attribution: f64,
}

/// What was said: what shuffling leaves in its place.
#[derive(Clone, Debug)]
struct Content<'s> {
    saying: usize,
    is_hawkish: bool,
    confidence: f64,
    side: SideId,
    about: &'s [About],
    matters: u8,
    terms: &'s [u32],
    named: &'s [SpeakerId],
}

/// One side, or two, and whom it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Dispute {
    /// A side and its counterpart.
    Within(SideId, Option<SideId>),
    /// Two sides, the lower number first.
    Between(SideId, SideId),
}

impl Dispute {
    /// Whether the side speaks in it; every dispute is of no side in particular.
    fn is_of(self, side: Option<SideId>) -> bool {
        side.is_none_or(|side| match self {
            Self::Within(own, _) => own == side,
            Self::Between(one, two) => one == side || two == side,
        })
    }
}

/// The quotes that can be part of a mixed message, by dispute.
#[derive(Debug)]
pub(super) struct Disputes<'s> {
    contents: Vec<Content<'s>>,
    circumstances: Vec<Circumstances>,
    disputes: Vec<(Dispute, Vec<u32>)>,
    window: i32,
}

/// A pair before the best of each contradiction are chosen: small, because there are many.
struct Pair {
    dispute: usize,
    kind: Kind,
    /// Numbers among the contents.
    hawkish: u32,
    diplomatic: u32,
    nearness: Option<Nearness>,
    names_speaker: bool,
    days_apart: Option<i32>,
    strength: f64,
}

impl<'s> Disputes<'s> {
    /// The quotes that are sure enough, hawkish or diplomatic, in the speaker's own words, and by a voice of
    /// a known side. `is_taken` narrows them further, `only` to the disputes of
    /// one side. `window` is in days.
    pub(super) fn find(
        sayings: &'s Sayings,
        records: &[super::collection::CollectedQuote],
        min_confidence: f64,
        window: i32,
        only: Option<SideId>,
        is_taken: impl Fn(usize, &Saying) -> bool,
    ) -> Self {
        let mut found =
            Self { contents: Vec::new(), circumstances: Vec::new(), disputes: Vec::new(), window };
        let mut numbers: FxHashMap<Dispute, usize> = FxHashMap::default();
        for (index, saying) in sayings.originals() {
            let (Some(side), Some(speaker)) = (saying.side, saying.speaker) else { continue };
            let Some((who, record)) = sayings.speakers.get(speaker).zip(records.get(index)) else { continue };
            let is_sure = saying.stance != Stance::Neutral && saying.confidence >= min_confidence;
            // Reported speech is the reporter's choice of words.
            let is_quoted = record.record.quote.kind != "indirect";
            if !is_sure || !is_quoted || !who.speaks_for_side || !is_taken(index, saying) {
                continue;
            }
            let number = u32::try_from(found.contents.len()).unwrap_or(u32::MAX);
            found.contents.push(Content {
                saying: index,
                is_hawkish: saying.stance == Stance::Hawkish,
                confidence: saying.confidence,
                side,
                about: &saying.about,
                matters: saying.matters,
                terms: &saying.terms,
                named: &saying.named,
            });
            found.circumstances.push(Circumstances {
                speaker,
                is_one_source: who.is_one_source(),
                article: saying.article,
                days: saying
                    .when
                    .from
                    .zip(saying.when.to)
                    .map(|(from, to)| (day_number(from), day_number(to))),
                weekday: saying.when.weekday,
                attribution: record.record.speaker.confidence.clamp(0.0, 1.0),
            });
            let counterparts: Vec<Option<SideId>> = match saying.about.as_slice() {
                [] => vec![None],
                about => about.iter().map(|it| Some(it.side)).collect(),
            };
            for counterpart in counterparts {
                let within = Dispute::Within(side, counterpart);
                let between = counterpart.map(|other| Dispute::Between(side.min(other), side.max(other)));
                for dispute in std::iter::once(within).chain(between).filter(|it| it.is_of(only)) {
                    let place = *numbers.entry(dispute).or_insert_with(|| {
                        found.disputes.push((dispute, Vec::new()));
                        found.disputes.len() - 1
                    });
                    if let Some((_, members)) = found.disputes.get_mut(place) {
                        members.push(number);
                    }
                }
            }
        }
        found
    }

    /// Quotes under comparison.
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    /// The numbers of the quotes of each side: speakers and dates are shuffled within them.
    pub(super) fn by_side(&self) -> Vec<Vec<usize>> {
        let mut sides: std::collections::BTreeMap<SideId, Vec<usize>> = std::collections::BTreeMap::new();
        for (index, content) in self.contents.iter().enumerate() {
            sides.entry(content.side).or_default().push(index);
        }
        sides.into_values().collect()
    }

    /// The candidates, strongest first. `places` says whose circumstances each quote has: the identity for
    /// the quotes as they are, a permutation for shuffled ones.
    pub(super) fn candidates(&self, places: &[usize]) -> Vec<Candidate> {
        let mut pairs = Vec::new();
        for (number, (dispute, members)) in self.disputes.iter().enumerate() {
            let both = |hawkish: bool| {
                members
                    .iter()
                    .any(|it| self.contents.get(*it as usize).is_some_and(|it| it.is_hawkish == hawkish))
            };
            if both(true) && both(false) {
                self.pairs(number, *dispute, members, places, &mut pairs);
            }
        }
        // Strengths are not negative, so their bits are in the order of their values.
        pairs.sort_unstable_by_key(|it| {
            (Reverse(it.strength.to_bits()), it.hawkish, it.diplomatic, it.dispute, it.kind)
        });
        self.strongest(pairs, places)
    }

    fn circumstances(&self, number: u32, places: &[usize]) -> Option<&Circumstances> {
        self.circumstances.get(*places.get(number as usize)?)
    }

    /// The pairs of one dispute: those within an article, and those of two articles within the window.
    fn pairs(
        &self,
        number: usize,
        dispute: Dispute,
        members: &[u32],
        places: &[usize],
        pairs: &mut Vec<Pair>,
    ) {
        let mut sorted: Vec<(f64, u32, &Circumstances)> = members
            .iter()
            .filter_map(|number| {
                let who = self.circumstances(*number, places)?;
                Some((self.contents.get(*number as usize)?.confidence * who.attribution, *number, who))
            })
            .collect();
        sorted.sort_unstable_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
        let is_hawkish = |number: u32| self.contents.get(number as usize).is_some_and(|it| it.is_hawkish);
        // By article, and by day; the surest first, as the sorts are stable.
        let mut by_article: Vec<(u32, u32)> =
            sorted.iter().map(|(_, number, who)| (who.article, *number)).collect();
        by_article.sort_by_key(|(article, _)| *article);
        for run in by_article.chunk_by(|one, two| one.0 == two.0).filter(|run| run.len() > 1) {
            let of = |hawkish: bool| {
                run.iter().map(|it| it.1).filter(move |it| is_hawkish(*it) == hawkish).take(PER_ARTICLE)
            };
            for hawkish in of(true) {
                pairs
                    .extend(of(false).filter_map(|other| self.pair(number, dispute, hawkish, other, places)));
            }
        }
        let dated = sorted.iter().filter_map(|(_, number, who)| Some((who.days?.0, *number, *who)));
        let mut dated: Vec<(i32, u32, &Circumstances)> = dated.collect();
        dated.sort_by_key(|(day, ..)| *day);
        let (mut hawkish, mut diplomatic): (Vec<Dated>, Vec<Dated>) = (Vec::new(), Vec::new());
        for run in dated.chunk_by(|one, two| one.0 == two.0) {
            for (list, wanted) in [(&mut hawkish, true), (&mut diplomatic, false)] {
                let first = list.len();
                for (day, number, who) in run.iter().filter(|it| is_hawkish(it.1) == wanted) {
                    let of_day = list.get(first..).unwrap_or_default();
                    let is_new = |other: &Dated| {
                        self.circumstances(other.1, places).is_none_or(|it| it.speaker != who.speaker)
                    };
                    if of_day.len() < PER_DAY && of_day.iter().all(is_new) {
                        list.push((*day, *number, who.article));
                    }
                }
            }
        }
        for (day, one, article) in hawkish {
            let first = diplomatic.partition_point(|other| other.0 < day.saturating_sub(self.window));
            let near = diplomatic.iter().skip(first).take_while(|it| it.0 <= day.saturating_add(self.window));
            let elsewhere = near.filter(|it| it.2 != article);
            pairs.extend(elsewhere.filter_map(|other| self.pair(number, dispute, one, other.1, places)));
        }
    }

    /// The pair, if it is one: of the right voices, within the window, and tied together.
    fn pair(
        &self,
        number: usize,
        dispute: Dispute,
        hawkish: u32,
        diplomatic: u32,
        places: &[usize],
    ) -> Option<Pair> {
        let (one, two) = (self.contents.get(hawkish as usize)?, self.contents.get(diplomatic as usize)?);
        if matches!(dispute, Dispute::Between(..)) && one.side == two.side {
            return None;
        }
        let (who, whom) = (self.circumstances(hawkish, places)?, self.circumstances(diplomatic, places)?);
        let same_article = who.article == whom.article;
        let days_apart = days_apart(who, whom);
        if days_apart.map_or(!same_article, |days| days > self.window) {
            return None;
        }
        let kind = match dispute {
            Dispute::Between(..) => Kind::BetweenSides,
            Dispute::Within(..) if who.speaker != whom.speaker => Kind::WithinSide,
            Dispute::Within(..) => Kind::Reversal,
        };
        if kind == Kind::Reversal && !(who.is_one_source && days_apart.is_some_and(|days| days > 0)) {
            return None;
        }
        let nearness = |content: &Content<'_>, other: Option<SideId>| {
            content.about.iter().find(|it| Some(it.side) == other).map(|it| it.nearness)
        };
        let (near, far) = match dispute {
            Dispute::Within(_, counterpart) => (nearness(one, counterpart), nearness(two, counterpart)),
            Dispute::Between(..) => (nearness(one, Some(two.side)), nearness(two, Some(one.side))),
        };
        let nearness = near.min(far);
        let names_speaker = kind != Kind::Reversal
            && (one.named.binary_search(&whom.speaker).is_ok()
                || two.named.binary_search(&who.speaker).is_ok());
        let terms = shared(one.terms, two.terms).nth(ENOUGH_TERMS - 1).is_some();
        let is_specific = names_speaker || one.matters & two.matters != 0 || terms;
        let is_tied = match (kind, nearness) {
            // Each side's quote must be about the other, and both about one matter.
            (Kind::BetweenSides, nearness) => {
                nearness.is_some() && near.max(far) >= Some(Nearness::Paragraph) && is_specific
            }
            (_, Some(Nearness::Paragraph | Nearness::Quote)) => true,
            (_, Some(Nearness::Article)) => is_specific,
            // Without a counterpart only the words can tell that the matter is one.
            (_, None) => same_article && (names_speaker || terms),
        };
        if !is_tied {
            return None;
        }
        let days = f64::from(days_apart.unwrap_or(0));
        let closeness = 1.0 - 0.5 * days / f64::from(self.window + 1);
        let sure = one.confidence * two.confidence * who.attribution * whom.attribution;
        let tie = tie_weight(names_speaker, is_specific, nearness);
        let strength = sure * tie * closeness * kind.weight();
        Some(Pair {
            dispute: number,
            kind,
            hawkish,
            diplomatic,
            nearness,
            names_speaker,
            days_apart,
            strength,
        })
    }

    /// The strongest pair of each contradiction. A weaker pair of the same dispute within the window
    /// belongs to the same contradiction, as does one of the same two speakers.
    fn strongest(&self, pairs: Vec<Pair>, places: &[usize]) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        let mut by_key: FxHashMap<(Key, Option<u32>), Vec<Known>> = FxHashMap::default();
        for pair in pairs {
            let (Some(who), Some(whom)) =
                (self.circumstances(pair.hawkish, places), self.circumstances(pair.diplomatic, places))
            else {
                continue;
            };
            let (Some(hawkish), Some(diplomatic)) =
                (self.contents.get(pair.hawkish as usize), self.contents.get(pair.diplomatic as usize))
            else {
                continue;
            };
            let Some((dispute, _)) = self.disputes.get(pair.dispute) else { continue };
            let time = Time::of(who.days, whom.days);
            let reversal = (pair.kind == Kind::Reversal).then_some(who.speaker);
            let undated = time.first.is_none().then_some(who.article);
            let keys = [
                (Key::Dispute(pair.dispute, reversal), undated),
                (Key::Speakers(pair.kind, who.speaker, whom.speaker), undated),
            ];
            let known = keys.iter().find_map(|key| {
                let times = by_key.get(key)?;
                times.iter().find(|(known, _)| known.overlaps(&time, self.window)).map(|(_, index)| *index)
            });
            if let Some(known) = known.and_then(|index| found.get_mut(index)) {
                for saying in [hawkish.saying, diplomatic.saying] {
                    let is_new =
                        ![known.hawkish, known.diplomatic].contains(&saying) && !known.also.contains(&saying);
                    if is_new && known.also.len() < ALSO {
                        known.also.push(saying);
                    }
                }
                continue;
            }
            for key in keys {
                by_key.entry(key).or_default().push((time, found.len()));
            }
            found.push(Candidate {
                kind: pair.kind,
                hawkish: hawkish.saying,
                diplomatic: diplomatic.saying,
                counterpart: match dispute {
                    Dispute::Within(_, counterpart) => *counterpart,
                    Dispute::Between(..) => Some(diplomatic.side),
                },
                tie: Tie {
                    nearness: pair.nearness,
                    names_speaker: pair.names_speaker,
                    matters: hawkish.matters & diplomatic.matters,
                    terms: shared(hawkish.terms, diplomatic.terms).collect(),
                },
                days_apart: pair.days_apart,
                strength: pair.strength,
                also: Vec::new(),
                dispute: pair.dispute,
            });
        }
        for candidate in &mut found {
            candidate.also.sort_unstable();
        }
        found
    }
}

impl Candidate {
    /// The dispute and the kind: what is compared between the quotes as they are and shuffled ones.
    pub(super) const fn dispute(&self) -> (usize, Kind) {
        (self.dispute, self.kind)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Dispute(usize, Option<SpeakerId>),
    Speakers(Kind, SpeakerId, SpeakerId),
}

/// A day, the number of a quote that was said on it, and its article.
type Dated = (i32, u32, u32);

/// When a candidate is, and its place among those found.
type Known = (Time, usize);

/// The days of a pair; none of a pair in an undated article.
#[derive(Clone, Copy, Debug)]
struct Time {
    first: Option<i32>,
    last: Option<i32>,
}

impl Time {
    fn of(one: Option<(i32, i32)>, two: Option<(i32, i32)>) -> Self {
        let days = one.zip(two);
        Self { first: days.map(|(one, two)| one.0.min(two.0)), last: days.map(|(one, two)| one.0.max(two.0)) }
    }

    /// Whether two pairs are of one time. Undated pairs that are compared are of one article.
    fn overlaps(&self, other: &Self, window: i32) -> bool {
        match (self.first, self.last, other.first, other.last) {
            (Some(first), Some(last), Some(others_first), Some(others_last)) => {
                first <= others_last.saturating_add(window) && others_first <= last.saturating_add(window)
            }
            _ => true,
        }
    }
}

/// Days between two sayings, 0 where they may be of one day. `None` where one has no date, unless both
/// stand in one article, where weekdays may still tell.
fn days_apart(one: &Circumstances, two: &Circumstances) -> Option<i32> {
    if let (Some((from, to)), Some((others_from, others_to))) = (one.days, two.days) {
        return Some((others_from - to).max(from - others_to).max(0));
    }
    if one.article != two.article {
        return None;
    }
    let (Some(one), Some(two)) = (one.weekday, two.weekday) else { return Some(0) };
    Some(i32::from(one.since(two).min(two.since(one))))
}

/// The numbers in both sorted lists.
fn shared(one: &[u32], two: &[u32]) -> impl Iterator<Item = u32> {
    let (mut left, mut right) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(a), Some(b)) = (one.get(left), two.get(right)) {
            left += usize::from(a <= b);
            right += usize::from(a >= b);
            if a == b {
                return Some(*a);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_apart_count_from_the_nearest_ends() {
        let said = |days: Option<(i32, i32)>, weekday: Option<Weekday>, article: u32| Circumstances {
            speaker: 0,
            is_one_source: true,
            article,
            days,
            weekday,
            attribution: 1.0,
        };
        let check = |one: &Circumstances, two: &Circumstances, expected: Option<i32>| {
            assert_eq!(days_apart(one, two), expected, "{one:?} {two:?}");
            assert_eq!(days_apart(two, one), expected, "{two:?} {one:?}");
        };
        let sunday = said(Some((10, 10)), None, 0);
        check(&sunday, &said(Some((9, 9)), None, 1), Some(1));
        check(&sunday, &said(Some((9, 10)), None, 1), Some(0));
        check(&sunday, &said(Some((2, 3)), None, 1), Some(7));
        check(&sunday, &said(None, None, 1), None);
        check(&sunday, &said(None, None, 0), Some(0));
        let on = |day| said(None, Some(day), 0);
        check(&on(Weekday::Sunday), &on(Weekday::Saturday), Some(1));
        check(&on(Weekday::Monday), &on(Weekday::Friday), Some(3));
        check(&on(Weekday::Monday), &said(None, Some(Weekday::Friday), 1), None);
    }

    #[test]
    fn shared_numbers_are_those_in_both() {
        assert_eq!(shared(&[1, 3, 5, 9], &[0, 3, 4, 9]).collect::<Vec<_>>(), [3, 9]);
        assert_eq!(shared(&[], &[1]).count(), 0);
    }
}
