//! Base rates: labelled sentences hold more positions than newspapers do.

use super::labelled::LabelledExample;
use crate::types::Stance;

/// What is added to the logit of *neutral* so that a head fitted to `rows` suits quotes of which `share`, between 0
/// and 1, are neutral: `ln(share / (1 − share)) − ln(p / (1 − p))`, where `p` is the share among the rows by their
/// stance weight (Saerens, Latinne and Decaestecker, *Adjusting the Outputs of a Classifier to New a Priori
/// Probabilities*, Neural Computation 14, 2002, equation 2.4). Hawkish and diplomatic keep their odds.
///
/// 0 where all rows are neutral, or none.
pub(super) fn neutral_shift(share: f64, rows: &[&LabelledExample]) -> f64 {
    let (mut neutral, mut others) = (0.0, 0.0);
    for row in rows {
        let sum = if row.stance == Stance::Neutral { &mut neutral } else { &mut others };
        *sum += row.stance_weight;
    }
    let shift = (share / (1.0 - share)).ln() - (neutral / others).ln();
    if shift.is_finite() { shift } else { 0.0 }
}
