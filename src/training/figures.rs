//! Accuracy figures on held-out rows for the model card.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::model::{Figures, Interval};

use super::calibrate::rounded;

/// Resamples behind each interval.
const RESAMPLES: usize = 1000;

/// One held-out row: its class, the probabilities it got, and its group.
pub(super) struct HeldOut<'a> {
    pub(super) target: usize,
    pub(super) probabilities: [f64; 3],
    pub(super) group: &'a str,
}

/// The most probable label, the first of several, and its probability.
pub(super) fn most_probable(probabilities: [f64; 3]) -> (usize, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (label, probability) in probabilities.into_iter().enumerate() {
        if probability > best.1 {
            best = (label, probability);
        }
    }
    best
}

/// Figures with 95% percentile intervals from resampling whole groups with replacement (Davison and
/// Hinkley, *Bootstrap Methods and their Application*, 1997, section 3.8); `None` without rows.
pub(super) fn figures(rows: &[HeldOut<'_>], seed: u64) -> Option<Figures> {
    let mut groups: BTreeMap<&str, Tally> = BTreeMap::new();
    for row in rows {
        groups.entry(row.group).or_default().add(row);
    }
    let groups: Vec<Tally> = groups.into_values().collect();
    if groups.is_empty() {
        return None;
    }
    let mut total = Tally::default();
    groups.iter().for_each(|tally| total.merge(tally));

    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut resampled: [Vec<f64>; 3] = Default::default();
    for _ in 0..RESAMPLES {
        let mut tally = Tally::default();
        for _ in 0..groups.len() {
            if let Some(group) = groups.get(random.random_range(0..groups.len())) {
                tally.merge(group);
            }
        }
        for (values, value) in resampled.iter_mut().zip(tally.figures()) {
            values.push(value);
        }
    }
    let values = total.figures();
    let interval = |figure: usize| {
        let mut sorted = resampled.get(figure).cloned().unwrap_or_default();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| sorted.get((share * (RESAMPLES - 1) as f64).round() as usize).copied();
        let value = values.get(figure).copied().unwrap_or_default();
        let [low, high] = [0.025, 0.975].map(|share| rounded(at(share).unwrap_or(value)));
        Interval { value: rounded(value), low, high }
    };
    Some(Figures {
        rows: rows.len(),
        groups: groups.len(),
        accuracy: interval(0),
        macro_f1: interval(1),
        log_loss: interval(2),
        confusion: total.confusion,
    })
}

/// Counts that figures are made of, which add up over groups.
#[derive(Clone, Default)]
struct Tally {
    confusion: [[usize; 3]; 3],
    loss: f64,
}

impl Tally {
    fn add(&mut self, row: &HeldOut<'_>) {
        let (best, _) = most_probable(row.probabilities);
        if let Some(right) = self.confusion.get_mut(row.target) {
            right[best] += 1;
            // A probability of zero would make the mean infinite.
            self.loss -= row.probabilities[row.target].max(1e-15).ln();
        }
    }

    fn merge(&mut self, other: &Self) {
        for (row, others) in self.confusion.iter_mut().zip(&other.confusion) {
            for (count, other) in row.iter_mut().zip(others) {
                *count += other;
            }
        }
        self.loss += other.loss;
    }

    /// Accuracy, macro-F1 over the classes that occur as right or as given label, mean log loss.
    fn figures(&self) -> [f64; 3] {
        let rows: usize = self.confusion.iter().flatten().sum();
        let right: usize = (0..3).map(|class| self.confusion[class][class]).sum();
        let mut f1 = Vec::new();
        for class in 0..3 {
            let own: usize = self.confusion[class].iter().sum();
            let given: usize = self.confusion.iter().map(|row| row[class]).sum();
            if own + given > 0 {
                f1.push(2.0 * self.confusion[class][class] as f64 / (own + given) as f64);
            }
        }
        let share = |sum: f64, count: usize| if count == 0 { 0.0 } else { sum / count as f64 };
        [share(right as f64, rows), share(f1.iter().sum(), f1.len()), share(self.loss, rows)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<HeldOut<'static>> {
        let row = |target, probabilities, group| HeldOut { target, probabilities, group };
        vec![
            row(0, [0.7, 0.2, 0.1], "a"),
            row(0, [0.3, 0.5, 0.2], "a"),
            row(1, [0.1, 0.8, 0.1], "b"),
            row(2, [0.2, 0.2, 0.6], "c"),
        ]
    }

    #[test]
    fn figures_by_hand() {
        let figures = figures(&rows(), 1).unwrap();
        assert_eq!((figures.rows, figures.groups), (4, 3));
        assert_eq!(figures.confusion, [[1, 1, 0], [0, 1, 0], [0, 0, 1]]);
        assert!((figures.accuracy.value - 0.75).abs() < 1e-12);
        assert!((figures.macro_f1.value - (2.0 / 3.0 + 2.0 / 3.0 + 1.0) / 3.0).abs() < 1e-6);
        let loss = -(0.7_f64.ln() + 0.3_f64.ln() + 0.8_f64.ln() + 0.6_f64.ln()) / 4.0;
        assert!((figures.log_loss.value - loss).abs() < 1e-6);
    }

    #[test]
    fn intervals_hold_the_figure_and_repeat_with_the_seed() {
        let one = figures(&rows(), 7).unwrap();
        assert!(one.accuracy.low <= one.accuracy.value && one.accuracy.value <= one.accuracy.high);
        assert_eq!(Some(one), figures(&rows(), 7));
    }

    #[test]
    fn no_rows_have_no_figures() {
        assert_eq!(figures(&[], 1), None);
    }
}
