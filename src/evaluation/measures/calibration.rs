//! Whether stated probabilities come true.

use std::num::NonZeroUsize;

use super::ties::share_ties;
use crate::evaluation::{Predictions, top};

/// Rows whose stated probabilities are alike: one bar of a reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Number of rows.
    pub count: u64,
    /// Sum of the stated probabilities.
    pub stated: f64,
    /// Sum of what came true: 1 for each row where it did, 0 for the others.
    pub observed: f64,
}

impl Bin {
    /// Adds a row.
    pub fn add(&mut self, stated: f64, observed: f64) {
        self.count += 1;
        self.stated += stated;
        self.observed += observed;
    }

    /// Takes a row out again that was added.
    pub fn remove(&mut self, stated: f64, observed: f64) {
        self.count = self.count.saturating_sub(1);
        self.stated -= stated;
        self.observed -= observed;
    }

    /// Distance between the mean stated probability and the share that came true; 0 for an empty bin.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.observed - self.stated).abs() / self.count as f64 }
    }
}

/// Bins of equal width over [0, 1] of the top class's probability against whether it is right.
///
/// Guo et al. 2017, "On calibration of modern neural networks", ICML, arXiv:1706.04599, section 2.
#[must_use]
pub fn top_bins<const K: usize>(predictions: &Predictions<'_, K>, bins: NonZeroUsize) -> Vec<Bin> {
    equal_width(top_pairs(predictions), bins)
}

/// Bins of equal width over [0, 1] of one class's probability against whether it is the gold class.
#[must_use]
pub fn class_bins<const K: usize>(
    predictions: &Predictions<'_, K>,
    class: usize,
    bins: NonZeroUsize,
) -> Vec<Bin> {
    let pairs = predictions.iter().filter_map(|(gold, probabilities)| {
        let stated = probabilities.get(class)?;
        Some((*stated, f64::from(u8::from(gold == class))))
    });
    equal_width(pairs, bins)
}

/// Bins with the same number of rows (the first ones hold one more where it does not come out even) of
/// the top class's probability, in rising order. Rows with the same probability that a border
/// divides share their mean outcome, so that the order of the rows does not matter.
///
/// Nixon et al. 2019, "Measuring calibration in deep learning", CVPR workshops, arXiv:1904.01685.
#[must_use]
pub fn equal_mass_top_bins<const K: usize>(predictions: &Predictions<'_, K>, bins: NonZeroUsize) -> Vec<Bin> {
    let mut pairs: Vec<(f64, f64)> = top_pairs(predictions).collect();
    share_ties(&mut pairs);
    let (size, larger) = (pairs.len() / bins, pairs.len() % bins);
    let mut pairs = pairs.into_iter();
    (0..bins.get())
        .map(|index| {
            let mut bin = Bin::default();
            for (stated, observed) in pairs.by_ref().take(size + usize::from(index < larger)) {
                bin.add(stated, observed);
            }
            bin
        })
        .collect()
}

/// Expected calibration error: mean gap of the bins, weighted with their rows; in [0, 1].
///
/// Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian
/// binning", AAAI 29(1), doi:10.1609/aaai.v29i1.9602. The estimate leans upwards where bins hold few
/// rows: even perfect probabilities get a positive value, and a bootstrap adds to it.
#[must_use]
pub fn expected_calibration_error(bins: &[Bin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.count).sum();
    let gaps: f64 = bins.iter().map(|bin| (bin.observed - bin.stated).abs()).sum();
    if rows == 0 { 0.0 } else { gaps / rows as f64 }
}

/// Maximum calibration error: the largest gap of any bin; in [0, 1]. Naeini et al. 2015, as above.
#[must_use]
pub fn maximum_calibration_error(bins: &[Bin]) -> f64 {
    bins.iter().map(Bin::gap).fold(0.0, f64::max)
}

/// Class-wise calibration error: the mean over classes of the expected calibration error of
/// [`class_bins`]. Kull et al. 2019, "Beyond temperature scaling", NeurIPS, arXiv:1910.12656.
#[must_use]
pub fn classwise_calibration_error<const K: usize>(
    predictions: &Predictions<'_, K>,
    bins: NonZeroUsize,
) -> f64 {
    let sum: f64 =
        (0..K).map(|class| expected_calibration_error(&class_bins(predictions, class, bins))).sum();
    sum / K as f64
}

/// The bin of `bins` equally wide ones that a probability falls into, from 0. Bins are open below and
/// closed above, `(b/bins, (b+1)/bins]`; zero goes to the first.
#[must_use]
pub fn equal_width_bin(probability: f64, bins: NonZeroUsize) -> usize {
    let width = bins.get() as f64;
    let last = bins.get() - 1;
    // The product is rounded, so a border may land on the wrong side by one.
    let mut bin = ((probability * width).ceil().max(1.0) as usize - 1).min(last);
    if bin > 0 && probability <= bin as f64 / width {
        bin -= 1;
    } else if bin < last && probability > (bin + 1) as f64 / width {
        bin += 1;
    }
    bin
}

fn top_pairs<'a, const K: usize>(
    predictions: &Predictions<'a, K>,
) -> impl Iterator<Item = (f64, f64)> + use<'a, K> {
    predictions.iter().map(|(gold, probabilities)| {
        let (class, stated) = top(probabilities);
        (stated, f64::from(u8::from(class == gold)))
    })
}

fn equal_width(pairs: impl Iterator<Item = (f64, f64)>, bins: NonZeroUsize) -> Vec<Bin> {
    let mut table = vec![Bin::default(); bins.get()];
    for (stated, observed) in pairs {
        if let Some(bin) = table.get_mut(equal_width_bin(stated, bins)) {
            bin.add(stated, observed);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(bins: usize) -> NonZeroUsize {
        NonZeroUsize::new(bins).unwrap()
    }

    #[test]
    fn bins_are_closed_above() {
        let check = |probability: f64, bins: usize, expected: usize| {
            assert_eq!(equal_width_bin(probability, count(bins)), expected, "{probability} of {bins}");
        };
        check(0.0, 15, 0);
        check(f64::MIN_POSITIVE, 15, 0);
        check(1.0, 15, 14);
        check(1.0, 1, 0);
        for bins in [10, 15] {
            for border in 1..=bins {
                let edge = border as f64 / bins as f64;
                check(edge, bins, border - 1);
                check(edge.next_down(), bins, border - 1);
                check(edge.next_up(), bins, border.min(bins - 1));
            }
        }
    }

    #[test]
    fn stated_half_and_right_half_the_time_is_calibrated() {
        let (gold, rows) = ([0, 1], [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]);
        let predictions = Predictions::new(&gold, &rows).unwrap();
        for bins in [top_bins(&predictions, count(15)), equal_mass_top_bins(&predictions, count(2))] {
            assert_eq!(expected_calibration_error(&bins), 0.0);
            assert_eq!(maximum_calibration_error(&bins), 0.0);
        }
        assert_eq!(classwise_calibration_error(&predictions, count(15)), (0.25 + 0.25) / 3.0);
    }

    #[test]
    fn certain_and_wrong_is_the_largest_error() {
        let (gold, rows) = ([1, 1], [[1.0, 0.0, 0.0]; 2]);
        let predictions = Predictions::new(&gold, &rows).unwrap();
        assert_eq!(expected_calibration_error(&top_bins(&predictions, count(15))), 1.0);
        assert_eq!(maximum_calibration_error(&top_bins(&predictions, count(15))), 1.0);
    }

    #[test]
    fn more_equal_mass_bins_than_rows_leave_some_empty() {
        let (gold, rows) = ([0], [[0.75, 0.25, 0.0]]);
        let predictions = Predictions::new(&gold, &rows).unwrap();
        let bins = equal_mass_top_bins(&predictions, count(4));
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 0, 0, 0]);
        assert_eq!(expected_calibration_error(&bins), 0.25);
    }
}
