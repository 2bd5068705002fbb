use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::EvaluationError;
use super::measures::normal;

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapOptions {
    /// Number of resamples, at least one.
    pub resamples: usize,
    /// Share of the resamples inside the interval, in (0, 1).
    pub level: f64,
    /// Seed of the random numbers; the same seed gives the same intervals on every machine.
    pub seed: u64,
    /// How the resamples become an interval.
    pub method: IntervalMethod,
}

/// How resamples become an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IntervalMethod {
    /// Their quantiles.
    #[default]
    Percentile,
    /// Their quantiles, corrected for bias and for a spread that changes with the value (BCa).
    Bca,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        Self { resamples: 1000, level: 0.95, seed: 1, method: IntervalMethod::Percentile }
    }
}

impl IntervalMethod {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Bca => "BCa",
        }
    }
}

/// A measure and its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The measure on the data as they are.
    pub value: f64,
    /// Lower end of the bootstrap interval.
    pub low: f64,
    /// Upper end of the bootstrap interval.
    pub high: f64,
}

/// How the intervals of a report were made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BootstrapSummary {
    /// `percentile` or `bca`.
    pub method: IntervalMethod,
    /// Number of resamples.
    pub resamples: usize,
    /// Share of the resamples inside each interval.
    pub level: f64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// What is drawn with replacement: `row`, or `cluster` for rows that belong together.
    pub unit: &'static str,
    /// Number of such units.
    pub units: usize,
}

/// Rows sorted into the units that are resampled.
///
/// Rows stand in an order of their own, which depends on their contents and on which of them share a
/// cluster, not on the order they came in or the numbers of the clusters, so neither can change an
/// interval.
#[derive(Debug)]
pub(super) struct Units<R> {
    rows: Vec<R>,
    /// Where each unit begins in `rows`, and the end of the last.
    starts: Vec<usize>,
    clustered: bool,
}

impl<R: Clone + Ord> Units<R> {
    /// Every row is a unit.
    pub(super) fn of_rows(mut rows: Vec<R>) -> Self {
        rows.sort_unstable();
        let starts = (0..=rows.len()).collect();
        Self { rows, starts, clustered: false }
    }

    /// Rows with the same cluster number are a unit.
    pub(super) fn of_clusters(rows: Vec<R>, clusters: &[usize]) -> Result<Self, EvaluationError> {
        if rows.len() != clusters.len() {
            return Err(EvaluationError::LengthMismatch {
                column: "clusters",
                expected: rows.len(),
                found: clusters.len(),
            });
        }
        let mut numbered: Vec<(usize, R)> = clusters.iter().copied().zip(rows).collect();
        numbered.sort_unstable();
        let mut units: Vec<&[(usize, R)]> = numbered.chunk_by(|left, right| left.0 == right.0).collect();
        units.sort_unstable_by(|left, right| {
            left.iter().map(|(_, row)| row).cmp(right.iter().map(|(_, row)| row))
        });
        let mut sorted = Vec::with_capacity(numbered.len());
        let mut starts = vec![0];
        for unit in units {
            sorted.extend(unit.iter().map(|(_, row)| row.clone()));
            starts.push(sorted.len());
        }
        Ok(Self { rows: sorted, starts, clustered: true })
    }
}

impl<R> Units<R> {
    /// Number of units.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// All rows.
    pub(super) fn rows(&self) -> &[R] {
        &self.rows
    }

    /// Measures `options.resamples` samples of as many units, drawn with replacement. Resample i has
    /// its own stream of random numbers, so it does not depend on how many others are made.
    pub(super) fn resample<S: Default, V>(
        &self,
        options: &BootstrapOptions,
        add: impl Fn(&mut S, &R),
        measure: impl Fn(&S) -> V,
    ) -> Vec<V> {
        let units = self.len();
        (0..options.resamples as u64)
            .map(|stream| {
                let mut random = ChaCha8Rng::seed_from_u64(options.seed);
                random.set_stream(stream);
                let mut sums = S::default();
                for _ in 0..units {
                    let unit = random.random_range(0..units);
                    for row in &self.rows[self.starts[unit]..self.starts[unit + 1]] {
                        add(&mut sums, row);
                    }
                }
                measure(&sums)
            })
            .collect()
    }

    /// Measures the sample without each unit in turn (the jackknife). `remove` undoes `add`.
    pub(super) fn jackknife<S: Default + Clone, V>(
        &self,
        add: impl Fn(&mut S, &R),
        remove: impl Fn(&mut S, &R),
        measure: impl Fn(&S) -> V,
    ) -> Vec<V> {
        let mut all = S::default();
        self.rows.iter().for_each(|row| add(&mut all, row));
        let units = self.starts.windows(2).filter_map(|ends| self.rows.get(ends[0]..ends[1]));
        units
            .map(|unit| {
                let mut others = all.clone();
                unit.iter().for_each(|row| remove(&mut others, row));
                measure(&others)
            })
            .collect()
    }

    /// What a report says of these units.
    pub(super) fn summary(&self, options: &BootstrapOptions) -> BootstrapSummary {
        BootstrapSummary {
            method: options.method,
            resamples: options.resamples,
            level: options.level,
            seed: options.seed,
            unit: if self.clustered { "cluster" } else { "row" },
            units: self.len(),
        }
    }
}

impl BootstrapOptions {
    /// Whether an interval can be made with these options.
    pub(super) fn check(&self) -> Result<(), EvaluationError> {
        if self.resamples == 0 {
            return Err(EvaluationError::NoResamples);
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(EvaluationError::BadLevel(self.level));
        }
        Ok(())
    }
}

impl Estimate {
    /// The percentile interval: the quantiles `(1 ± level) / 2` of the resampled values.
    ///
    /// Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13, ISBN 978-0412042317.
    pub(super) fn percentile(value: f64, mut resampled: Vec<f64>, level: f64) -> Self {
        resampled.sort_unstable_by(f64::total_cmp);
        let tail = (1.0 - level) / 2.0;
        Self { value, low: quantile(&resampled, tail), high: quantile(&resampled, 1.0 - tail) }
    }
}

impl Estimate {
    /// The bias-corrected and accelerated interval: the quantiles of the resampled values at
    /// `Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z)))`, where `z₀` is the normal quantile of the share of resamples below
    /// the value (ties half) and `a` the skewness of the jackknife values over six. The percentile interval
    /// where that is not defined: where all resamples lie on one side of the value, or nothing varies.
    ///
    /// Efron 1987, "Better bootstrap confidence intervals", Journal of the American Statistical Association
    /// 82:171–185, doi:10.1080/01621459.1987.10478410.
    pub(super) fn bca(value: f64, mut resampled: Vec<f64>, jackknife: &[f64], level: f64) -> Self {
        resampled.sort_unstable_by(f64::total_cmp);
        let below = resampled.iter().filter(|&&other| other < value).count();
        let tied = resampled.iter().filter(|&&other| other == value).count();
        let bias = normal::quantile((below as f64 + tied as f64 / 2.0) / resampled.len().max(1) as f64);
        let mean = jackknife.iter().sum::<f64>() / jackknife.len().max(1) as f64;
        let (mut squares, mut cubes) = (0.0, 0.0);
        for other in jackknife {
            let distance = mean - other;
            squares += distance * distance;
            cubes += distance * distance * distance;
        }
        let acceleration = cubes / (6.0 * squares.powf(1.5));
        if !bias.is_finite() || !acceleration.is_finite() {
            return Self::percentile(value, resampled, level);
        }
        let end = |tail: f64| {
            let z = bias + normal::quantile(tail);
            quantile(&resampled, normal::cumulative(bias + z / (1.0 - acceleration * z)))
        };
        let tail = (1.0 - level) / 2.0;
        Self { value, low: end(tail), high: end(1.0 - tail) }
    }
}

/// The quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996, the
/// usual one in numerical libraries, doi:10.1080/00031305.1996.10473566); 0 without values.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    low + (high - low) * (place - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(units: &Units<u32>, options: &BootstrapOptions) -> Vec<f64> {
        units.resample(
            options,
            |sums: &mut (f64, f64), row| {
                sums.0 += f64::from(*row);
                sums.1 += 1.0;
            },
            |sums| sums.0 / sums.1,
        )
    }

    #[test]
    fn quantiles_are_linear_between_neighbours() {
        let check = |sorted: &[f64], share, expected: f64| {
            assert!((quantile(sorted, share) - expected).abs() < 1e-12, "{sorted:?} {share}");
        };
        check(&[1.0, 2.0, 4.0], 0.0, 1.0);
        check(&[1.0, 2.0, 4.0], 0.5, 2.0);
        check(&[1.0, 2.0, 4.0], 0.75, 3.0);
        check(&[1.0, 2.0, 4.0], 1.0, 4.0);
        check(&[7.0], 0.3, 7.0);
        check(&[], 0.3, 0.0);
    }

    #[test]
    fn the_spread_of_a_mean_is_its_standard_error() {
        // 50 zeros and 50 ones: the standard error of the mean is 0.05.
        let units = Units::of_rows((0..100).map(|i| i % 2).collect());
        let options = BootstrapOptions { resamples: 4000, ..BootstrapOptions::default() };
        let estimate = Estimate::percentile(0.5, means(&units, &options), options.level);
        assert!((estimate.low - (0.5 - 1.96 * 0.05)).abs() < 0.015, "{estimate:?}");
        assert!((estimate.high - (0.5 + 1.96 * 0.05)).abs() < 0.015, "{estimate:?}");
    }

    /// The law school data of Efron and Tibshirani 1993, table 3.1: the correlation is skewed.
    #[test]
    fn a_corrected_interval_leans_where_the_measure_is_skewed() {
        let scores = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594];
        let grades = [339, 330, 281, 303, 344, 307, 300, 343, 336, 313, 312, 274, 276, 288, 296];
        let units = Units::of_rows(scores.into_iter().zip(grades).collect::<Vec<(i32, i32)>>());
        let change = |sums: &mut [f64; 6], row: &(i32, i32), sign: f64| {
            let (x, y) = (f64::from(row.0), f64::from(row.1));
            for (sum, more) in sums.iter_mut().zip([1.0, x, y, x * x, y * y, x * y]) {
                *sum += sign * more;
            }
        };
        let correlation = |[n, x, y, xx, yy, xy]: &[f64; 6]| {
            (n * xy - x * y) / ((n * xx - x * x) * (n * yy - y * y)).max(1e-12).sqrt()
        };
        let add = |sums: &mut [f64; 6], row: &(i32, i32)| change(sums, row, 1.0);
        let options = BootstrapOptions { resamples: 4000, level: 0.9, ..BootstrapOptions::default() };
        let mut all = [0.0; 6];
        units.rows().iter().for_each(|row| add(&mut all, row));
        let value = correlation(&all);
        assert!((value - 0.776).abs() < 0.001, "{value}");
        let jackknife = units.jackknife(add, |sums, row| change(sums, row, -1.0), correlation);
        let resampled = units.resample(&options, add, correlation);
        let plain = Estimate::percentile(value, resampled.clone(), options.level);
        let corrected = Estimate::bca(value, resampled, &jackknife, options.level);
        // scipy.stats.bootstrap(method="BCa", n_resamples=40000): 0.431 to 0.927.
        assert!((corrected.low - 0.431).abs() < 0.03, "{corrected:?}");
        assert!((corrected.high - 0.927).abs() < 0.01, "{corrected:?}");
        assert!(corrected.low < plain.low && corrected.high < plain.high, "{plain:?} {corrected:?}");
    }

    #[test]
    fn a_corrected_interval_of_nothing_that_varies_is_plain() {
        let corrected = Estimate::bca(1.0, vec![1.0; 20], &[1.0; 5], 0.95);
        assert_eq!((corrected.low, corrected.high), (1.0, 1.0));
    }

    #[test]
    fn whole_clusters_are_drawn() {
        // Two clusters of 50 equal rows each: every mean is 0, ½ or 1.
        let rows: Vec<u32> = (0..100).map(|i| i % 2).collect();
        let clusters: Vec<usize> = (0..100).map(|i| 7 + i % 2).collect();
        let units = Units::of_clusters(rows, &clusters).unwrap();
        assert_eq!(units.len(), 2);
        let options = BootstrapOptions { resamples: 200, ..BootstrapOptions::default() };
        let means = means(&units, &options);
        for expected in [0.0, 0.5, 1.0] {
            assert!(means.contains(&expected), "{expected}");
        }
        assert!(means.iter().all(|mean| [0.0, 0.5, 1.0].contains(mean)));
    }

    #[test]
    fn fewer_resamples_are_the_first_of_more() {
        let units = Units::of_rows((0..30).collect());
        let of = |resamples, seed| {
            means(&units, &BootstrapOptions { resamples, seed, level: 0.9, ..BootstrapOptions::default() })
        };
        assert_eq!(of(50, 3)[..20], of(20, 3)[..]);
        assert_ne!(of(20, 3), of(20, 4));
    }
}
