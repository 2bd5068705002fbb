use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::EvaluationError;

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapOptions {
    /// Number of resamples, at least one.
    pub resamples: usize,
    /// Share of the resamples inside the interval, in (0, 1).
    pub level: f64,
    /// Seed of the random numbers; the same seed gives the same intervals on every machine.
    pub seed: u64,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        Self { resamples: 1000, level: 0.95, seed: 1 }
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
    /// Always `percentile`.
    pub method: &'static str,
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

    /// What a report says of these units.
    pub(super) fn summary(&self, options: &BootstrapOptions) -> BootstrapSummary {
        BootstrapSummary {
            method: "percentile",
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
        let of = |resamples, seed| means(&units, &BootstrapOptions { resamples, seed, level: 0.9 });
        assert_eq!(of(50, 3)[..20], of(20, 3)[..]);
        assert_ne!(of(20, 3), of(20, 4));
    }
}
