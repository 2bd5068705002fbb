//! How hawkish speakers and sides are, how sure that is, and how it moves over time.

use std::collections::BTreeMap;
use std::thread;

use jiff::civil::Date;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::dates::days_between;
use super::names::SideId;
use super::sayings::{Saying, Sayings};
use super::speakers::SpeakerId;

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(super) struct Interval {
    pub low: f64,
    pub high: f64,
}

/// A speaker or a side in figures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Voice {
    /// The speaker; `None` for a side.
    pub speaker: Option<SpeakerId>,
    pub side: Option<SideId>,
    /// Quotes, copies counted once, and how many of them have each stance, in the order of `Stance::ALL`.
    pub quotes: usize,
    pub stances: [usize; 3],
    pub articles: usize,
    /// Mean of P(hawkish) − P(diplomatic).
    pub mean: f64,
    /// Of the mean; `None` with too few articles.
    pub interval: Option<Interval>,
    /// Change of the score in 30 days; `None` with too few dated articles or days.
    pub trend: Option<Trend>,
    /// Means of the periods that have quotes.
    pub periods: Vec<Period>,
    pub first: Option<Date>,
    pub last: Option<Date>,
}

/// A straight line through the scores.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(super) struct Trend {
    /// Change in 30 days.
    pub per_30_days: f64,
    #[serde(flatten)]
    pub interval: Interval,
}

/// A stretch of time with quotes.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(super) struct Period {
    /// Its place among all periods, from 0.
    #[serde(skip)]
    pub place: usize,
    pub from: Date,
    pub quotes: usize,
    pub mean: f64,
}

/// The division of the time of a brief into equal periods.
#[derive(Clone, Copy, Debug)]
pub(super) struct Periods {
    pub first: Date,
    pub last: Date,
    /// Days in each.
    pub days: i32,
}

/// How intervals are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resampling {
    pub resamples: usize,
    pub seed: u64,
    /// They change nothing but the time.
    pub threads: usize,
}

/// Articles below which no interval is given: resampling so few says nothing.
pub(super) const FEWEST_ARTICLES: usize = 5;
/// Days that the quotes must span before a trend is drawn through them.
const SHORTEST_TREND: i32 = 7;
/// Share of the resamples in an interval.
pub(super) const LEVEL: f64 = 0.95;
/// Periods at the most.
const PERIODS: i32 = 12;

impl Periods {
    /// Days, weeks or months, at most twelve, over all dated sayings.
    pub(super) fn over<'s>(sayings: impl Iterator<Item = &'s Saying>) -> Option<Self> {
        let mut range: Option<(Date, Date)> = None;
        for day in sayings.filter_map(|it| it.when.from) {
            range = Some(range.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        let (first, last) = range?;
        let span = days_between(first, last) + 1;
        let days = [1, 7, 30, 91, 365].into_iter().find(|days| span <= days * PERIODS);
        Some(Self { first, last, days: days.unwrap_or_else(|| span / PERIODS + 1) })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        usize::try_from(days_between(self.first, self.last) / self.days + 1).unwrap_or(1)
    }

    /// In which one a day lies.
    pub(super) fn place(&self, day: Date) -> usize {
        usize::try_from(days_between(self.first, day) / self.days).unwrap_or(0)
    }

    /// The first day of a period.
    pub(super) fn begins(&self, place: usize) -> Date {
        use jiff::ToSpan as _;
        let days = i64::try_from(place).unwrap_or(0) * i64::from(self.days);
        self.first.checked_add(days.days()).unwrap_or(self.first)
    }
}

/// What a voice is known by.
type VoiceKey = (Option<SpeakerId>, Option<SideId>);

/// The speakers and the sides of the chosen sayings, most quoted first.
pub(super) fn voices(
    sayings: &Sayings,
    chosen: &[usize],
    periods: Option<Periods>,
    resampling: Resampling,
) -> (Vec<Voice>, Vec<Voice>) {
    let mut speakers: BTreeMap<SpeakerId, Vec<&Saying>> = BTreeMap::new();
    let mut sides: BTreeMap<SideId, Vec<&Saying>> = BTreeMap::new();
    for saying in chosen.iter().filter_map(|index| sayings.all.get(*index)) {
        if let Some(speaker) = saying.speaker {
            speakers.entry(speaker).or_default().push(saying);
        }
        if let Some(side) = saying.side {
            sides.entry(side).or_default().push(saying);
        }
    }
    let speakers = speakers
        .into_iter()
        .map(|(id, said)| ((Some(id), sayings.speakers.get(id).and_then(|speaker| speaker.side)), said));
    let sides = sides.into_iter().map(|(id, said)| ((None, Some(id)), said));
    (most_quoted(speakers, periods, resampling), most_quoted(sides, periods, resampling))
}

fn most_quoted<'s>(
    groups: impl Iterator<Item = (VoiceKey, Vec<&'s Saying>)>,
    periods: Option<Periods>,
    resampling: Resampling,
) -> Vec<Voice> {
    let groups: Vec<(VoiceKey, Vec<&Saying>)> = groups.collect();
    let threads = resampling.threads.max(1);
    let mut found: Vec<Voice> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let groups = &groups;
                scope.spawn(move || -> Vec<Voice> {
                    let own = groups.iter().skip(first).step_by(threads);
                    own.map(|(key, said)| voice(*key, said, periods, resampling)).collect()
                })
            })
            .collect();
        // A worker only ends early by a panic, which goes on here.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    found.sort_by(|one, two| {
        two.quotes.cmp(&one.quotes).then((one.speaker, one.side).cmp(&(two.speaker, two.side)))
    });
    found
}

fn voice(key: VoiceKey, said: &[&Saying], periods: Option<Periods>, resampling: Resampling) -> Voice {
    let mut clusters: BTreeMap<u32, Sums> = BTreeMap::new();
    let mut stances = [0; 3];
    let mut in_period: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
    let origin = said.iter().filter_map(|it| it.when.from).min();
    for saying in said {
        if let Some(count) = stances.get_mut(saying.stance.index()) {
            *count += 1;
        }
        let day = saying.when.from.zip(origin).map(|(day, origin)| f64::from(days_between(origin, day)));
        clusters.entry(saying.article).or_default().add(saying.score, day);
        if let (Some(periods), Some(day)) = (periods, saying.when.from) {
            let (count, sum) = in_period.entry(periods.place(day)).or_default();
            *count += 1;
            *sum += saying.score;
        }
    }
    let clusters: Vec<Sums> = clusters.into_values().collect();
    let total = clusters.iter().fold(Sums::default(), |sum, cluster| sum.plus(cluster));
    let last = said.iter().filter_map(|it| it.when.from).max();
    let span = origin.zip(last).map_or(0, |(first, last)| days_between(first, last));
    let (interval, trend) = intervals(&clusters, &total, span, resampling, stream_of(key));
    let period = |(place, (count, sum)): (usize, (usize, f64))| {
        let from = periods?.begins(place);
        Some(Period { place, from, quotes: count, mean: sum / count as f64 })
    };
    Voice {
        speaker: key.0,
        side: key.1,
        quotes: said.len(),
        stances,
        articles: clusters.len(),
        mean: total.mean().unwrap_or(0.0),
        interval,
        trend,
        periods: in_period.into_iter().filter_map(period).collect(),
        first: origin,
        last,
    }
}

/// A stream of random numbers of its own for each voice.
fn stream_of((speaker, side): VoiceKey) -> u64 {
    match speaker {
        Some(speaker) => u64::from(speaker) << 1,
        None => u64::from(side.unwrap_or_default()) << 1 | 1,
    }
}

/// Percentile intervals of mean and slope from articles drawn with replacement (Efron and Tibshirani 1993,
/// "An introduction to the bootstrap", chapter 13, ISBN 978-0412042317): quotes of one article are not
/// independent of one another.
fn intervals(
    clusters: &[Sums],
    total: &Sums,
    span: i32,
    resampling: Resampling,
    stream: u64,
) -> (Option<Interval>, Option<Trend>) {
    if clusters.len() < FEWEST_ARTICLES {
        return (None, None);
    }
    let dated = clusters.iter().filter(|it| it.dated > 0.0).count();
    let slope = total.slope().filter(|_| dated >= FEWEST_ARTICLES && span >= SHORTEST_TREND);
    let mut random = ChaCha8Rng::seed_from_u64(resampling.seed);
    random.set_stream(stream);
    let mut means = Vec::with_capacity(resampling.resamples);
    let mut slopes = Vec::new();
    for _ in 0..resampling.resamples {
        let mut sums = Sums::default();
        for _ in 0..clusters.len() {
            if let Some(cluster) = clusters.get(random.random_range(0..clusters.len())) {
                sums = sums.plus(cluster);
            }
        }
        means.extend(sums.mean());
        if slope.is_some() {
            slopes.extend(sums.slope());
        }
    }
    let trend = slope.and_then(|slope| {
        let Interval { low, high } = percentile(slopes)?;
        Some(Trend { per_30_days: 30.0 * slope, interval: Interval { low: 30.0 * low, high: 30.0 * high } })
    });
    (percentile(means), trend)
}

fn percentile(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_unstable_by(f64::total_cmp);
    let at =
        |share: f64| values.get((share * (values.len().checked_sub(1)? as f64)).round() as usize).copied();
    let tail = (1.0 - LEVEL) / 2.0;
    Some(Interval { low: at(tail)?, high: at(1.0 - tail)? })
}

/// Sums over the quotes of an article, enough for mean and slope.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    quotes: f64,
    score: f64,
    dated: f64,
    day: f64,
    day_squared: f64,
    dated_score: f64,
    day_score: f64,
}

impl Sums {
    fn add(&mut self, score: f64, day: Option<f64>) {
        self.quotes += 1.0;
        self.score += score;
        if let Some(day) = day {
            self.dated += 1.0;
            self.day += day;
            self.day_squared += day * day;
            self.dated_score += score;
            self.day_score += day * score;
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            quotes: self.quotes + other.quotes,
            score: self.score + other.score,
            dated: self.dated + other.dated,
            day: self.day + other.day,
            day_squared: self.day_squared + other.day_squared,
            dated_score: self.dated_score + other.dated_score,
            day_score: self.day_score + other.day_score,
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.quotes > 0.0).then(|| self.score / self.quotes)
    }

    /// Change of the score in a day, by least squares; `None` where all quotes are of one day.
    fn slope(&self) -> Option<f64> {
        let spread = self.dated * self.day_squared - self.day * self.day;
        (spread > 1e-9).then(|| (self.dated * self.day_score - self.day * self.dated_score) / spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(said: &[(f64, i32)]) -> Sums {
        let mut sums = Sums::default();
        for (score, day) in said {
            sums.add(*score, Some(f64::from(*day)));
        }
        sums
    }

    #[test]
    fn mean_and_slope_are_those_of_least_squares() {
        let sums = cluster(&[(0.0, 0), (0.2, 10)]).plus(&cluster(&[(0.4, 20), (1.0, 30)]));
        assert!((sums.mean().unwrap() - 0.4).abs() < 1e-12);
        assert!((sums.slope().unwrap() - 0.032).abs() < 1e-12);
        assert_eq!(cluster(&[(0.3, 5), (0.4, 5)]).slope(), None);
        assert_eq!(Sums::default().mean(), None);
    }

    #[test]
    fn intervals_resample_articles_not_quotes() {
        // 40 articles of 25 equal quotes: the standard error of the mean is that of 40 values, not of 1,000.
        let clusters: Vec<Sums> =
            (0..40).map(|article| cluster(&vec![(f64::from(article % 2), article); 25])).collect();
        let total = clusters.iter().fold(Sums::default(), |sum, it| sum.plus(it));
        let resampling = Resampling { resamples: 2000, seed: 1, threads: 1 };
        let (mean, trend) = intervals(&clusters, &total, 39, resampling, 0);
        let mean = mean.unwrap();
        assert!((mean.low - (0.5 - 1.96 * 0.079)).abs() < 0.03, "{mean:?}");
        assert!((mean.high - (0.5 + 1.96 * 0.079)).abs() < 0.03, "{mean:?}");
        let trend = trend.unwrap().interval;
        assert!(trend.low < 0.0 && trend.high > 0.0, "{trend:?}");
        assert_eq!(intervals(&clusters, &total, 39, resampling, 0).0, Some(mean));
        assert_eq!(intervals(clusters.get(..4).unwrap(), &total, 39, resampling, 0), (None, None));
    }
}
