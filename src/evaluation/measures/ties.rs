//! Rows that a ranking cannot tell apart.

/// Sorts pairs by their first number and replaces the second by its mean over pairs that tie.
pub(super) fn share_ties(pairs: &mut [(f64, f64)]) {
    pairs.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    for tied in pairs.chunk_by_mut(|left, right| left.0 == right.0) {
        let mean = tied.iter().map(|pair| pair.1).sum::<f64>() / tied.len() as f64;
        for pair in tied {
            pair.1 = mean;
        }
    }
}
