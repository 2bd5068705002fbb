//! Whether probabilities put the right rows first.

use crate::evaluation::Predictions;

/// Mean over classes of the area under the ROC curve of each class against the rest, in [0, 1]; 0.5 is
/// what guessing gives. `None` where a class is absent from the gold labels or is all of them, which
/// leaves its curve undefined.
///
/// Hand and Till 2001, "A simple generalisation of the area under the ROC curve for multiple class
/// classification problems", Machine Learning 45:171–186, doi:10.1023/A:1010920819831 (there one
/// against one; one against rest as in Provost and Domingos 2000).
#[must_use]
pub fn roc_auc_macro<const K: usize>(predictions: &Predictions<'_, K>) -> Option<f64> {
    let mut sum = 0.0;
    for class in 0..K {
        let pairs = predictions.iter().map(|(gold, probabilities)| (probabilities[class], gold == class));
        sum += roc_auc(pairs.collect())?;
    }
    Some(sum / K as f64)
}

/// Area under the ROC curve of scores against whether each row is positive: the share of pairs of a
/// positive and a negative row in which the positive one has the higher score, ties counting half.
/// `None` without positives or without negatives.
///
/// Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic
/// (ROC) curve", Radiology 143:29–36, doi:10.1148/radiology.143.1.7063747.
#[must_use]
pub fn roc_auc(mut rows: Vec<(f64, bool)>) -> Option<f64> {
    rows.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    let (mut won, mut positives, mut negatives) = (0.0, 0_u64, 0_u64);
    for tied in rows.chunk_by(|left, right| left.0 == right.0) {
        let here = tied.iter().filter(|(_, positive)| *positive).count() as u64;
        let others = tied.len() as u64 - here;
        won += here as f64 * (negatives as f64 + others as f64 / 2.0);
        positives += here;
        negatives += others;
    }
    (positives > 0 && negatives > 0).then(|| won / (positives as f64 * negatives as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_counts_pairs_in_order() {
        let check = |rows: &[(f64, bool)], expected: Option<f64>| {
            assert_eq!(roc_auc(rows.to_vec()), expected, "{rows:?}");
        };
        check(&[(0.9, true), (0.1, false)], Some(1.0));
        check(&[(0.1, true), (0.9, false)], Some(0.0));
        check(&[(0.5, true), (0.5, false)], Some(0.5));
        check(&[(0.3, false), (0.5, true), (0.5, false), (0.9, true)], Some(3.5 / 4.0));
        check(&[(0.3, true)], None);
        check(&[(0.3, false)], None);
        check(&[], None);
    }

    #[test]
    fn an_absent_class_leaves_the_mean_undefined() {
        let (gold, rows) = ([0, 1], [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]]);
        assert_eq!(roc_auc_macro(&Predictions::new(&gold, &rows).unwrap()), None);
        let (gold, rows) = ([0, 1], [[0.8, 0.2], [0.2, 0.8]]);
        assert_eq!(roc_auc_macro(&Predictions::new(&gold, &rows).unwrap()), Some(1.0));
    }
}
