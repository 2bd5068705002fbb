//! Both heads side by side, for encoders whose rows are entries of a table.

use crate::encode::Encoder;
use crate::types::QuoteInContext;

use super::Head;

/// The weights of a column for both questions, and nothing in two places: so much can be added at once.
type Weights = [f32; 8];

/// For each column the weights of both heads.
pub(super) struct Table(Vec<Weights>);

impl Table {
    /// The table of an encoder that gives entries; `None` for one that only knows whole rows.
    pub(super) fn of(encoder: &dyn Encoder, stance: &Head, sentiment: &Head) -> Option<Self> {
        if !encoder.for_each_entry(&[], &mut |_| {}) {
            return None;
        }
        let both = stance.weights().iter().zip(sentiment.weights());
        Some(Self(both.map(|(&[a, b, c], &[d, e, f])| [a, b, c, d, e, f, 0.0, 0.0]).collect()))
    }

    /// The logits of both questions without intercepts, for each quote.
    pub(super) fn logits(&self, encoder: &dyn Encoder, quotes: &[QuoteInContext]) -> Vec<[[f64; 3]; 2]> {
        let mut logits = Vec::with_capacity(quotes.len());
        encoder.for_each_entry(quotes, &mut |entries| {
            let mut sums: Weights = [0.0; 8];
            for &(column, value) in entries {
                if let Some(weights) = self.0.get(column as usize) {
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum += weight * value;
                    }
                }
            }
            let [a, b, c, d, e, f, ..] = sums.map(f64::from);
            logits.push([[a, b, c], [d, e, f]]);
        });
        logits
    }
}
