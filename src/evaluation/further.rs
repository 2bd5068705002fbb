use std::num::NonZeroUsize;

use serde::Serialize;

use super::measures::calibration::{
    Bin, classwise_calibration_error, equal_mass_top_bins, expected_calibration_error,
    maximum_calibration_error, top_bins,
};
use super::measures::classification::{Scores, macro_average, micro_average, weighted_average};
use super::measures::conformal::{label_set, score_limit};
use super::measures::confusion::Confusion;
use super::measures::kappa::{KappaWeights, cohen_kappa};
use super::measures::proportion::wilson;
use super::measures::ranking::roc_auc_macro;
use super::measures::selective::{RiskCoverage, precision_threshold, risk_coverage};
use super::{ECE_BINS, EvaluationError, Predictions, top};

/// Level of the Wilson intervals.
const LEVEL: f64 = 0.95;

/// Bins of a reliability diagram: fewer than for the ECE, so that each holds enough rows to be read.
const DIAGRAM_BINS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9);

/// Points that are kept of a risk-coverage curve.
const CURVE_POINTS: usize = 100;

/// Coverages that conformal sets are given for.
const COVERAGES: [f64; 3] = [0.8, 0.9, 0.95];

/// Measures of one question beyond those with bootstrap intervals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Further {
    /// Unweighted mean over the labels.
    pub macro_average: Average,
    /// Mean over the labels, each weighted with its rows.
    pub weighted_average: Average,
    /// Counts pooled over the labels.
    pub micro_average: Average,
    /// Cohen's kappa between gold and predicted labels; `None` where chance alone gives no disagreement.
    pub cohen_kappa: Option<f64>,
    /// Mean area under the ROC curves of each label against the rest; `None` where a label is absent.
    pub roc_auc: Option<f64>,
    /// Expected calibration error over 15 bins with the same number of rows.
    pub ece_equal_mass: f64,
    /// Mean over the labels of the calibration error of each label's own probability, 15 bins.
    pub ece_classwise: f64,
    /// Largest gap of any of the 15 equally wide bins.
    pub mce: f64,
    /// Area under the risk-coverage curve.
    pub aurc: f64,
    /// The part of it that a perfect order of the same errors would avoid.
    pub excess_aurc: f64,
    /// Area under the generalised risk-coverage curve.
    pub augrc: f64,
    /// Wilson's 95% interval of the accuracy, which takes the rows as independent.
    pub accuracy_wilson: [f64; 2],
    /// Wilson's 95% interval of every cell of the confusion matrix as a share of its row; `None` in a row
    /// without rows.
    pub confusion_intervals: Vec<Vec<Option<[f64; 2]>>>,
    /// Ten bins of the most probable label's probability.
    pub reliability: Vec<ReliabilityBin>,
    /// Errors among the surest rows, for up to 100 shares of the rows.
    pub risk_coverage: Vec<CoveragePoint>,
    /// How sure the model must be for a wanted share of right labels.
    pub thresholds: Vec<Threshold>,
    /// Sets of labels that hold the right one with a stated probability.
    pub conformal: Vec<ConformalSets>,
}

/// Averages over the labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Average {
    /// Precision, 0 to 1.
    pub precision: f64,
    /// Recall, 0 to 1.
    pub recall: f64,
    /// F1, 0 to 1.
    pub f1: f64,
}

/// One bar of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Probabilities above this …
    pub above: f64,
    /// … and up to this.
    pub up_to: f64,
    /// Number of rows.
    pub count: u64,
    /// Mean stated probability; `None` without rows.
    pub stated: Option<f64>,
    /// Share of right labels; `None` without rows.
    pub right: Option<f64>,
    /// Wilson's 95% interval of that share.
    pub interval: Option<[f64; 2]>,
}

/// What remains wrong when only the surest rows are answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CoveragePoint {
    /// Share of the rows that are answered.
    pub coverage: f64,
    /// Share of wrong labels among them.
    pub risk: f64,
    /// Probability of the least sure of them.
    pub threshold: f64,
}

/// How sure the model must be for a wanted share of right labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// Wanted share of right labels.
    pub precision: f64,
    /// The least probability that reaches it on these rows, for `score --min-confidence`; `None` where
    /// none does.
    pub min_confidence: Option<f64>,
    /// Rows that are then answered.
    pub rows: u64,
    /// Those as a share of all rows.
    pub coverage: f64,
    /// Share of right labels among them; `None` without rows.
    pub right: Option<f64>,
    /// Wilson's 95% interval of that share.
    pub interval: Option<[f64; 2]>,
}

/// Split conformal sets: calibrated on one half of the clusters, measured on the other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConformalSets {
    /// Wanted share of sets that hold the right label.
    pub wanted: f64,
    /// Rows that the limit was taken from.
    pub calibration_rows: usize,
    /// Rows that were given sets.
    pub rows: usize,
    /// Labels with at least `1 − limit` belong to the set.
    pub limit: f64,
    /// Share of the sets that hold the right label.
    pub coverage: f64,
    /// Mean number of labels in a set.
    pub mean_size: f64,
}

/// Measures predictions against gold labels: everything of a report that has no bootstrap interval.
/// `clusters` as for [`evaluate`](super::evaluate()); `precisions` are the shares of right labels that
/// thresholds are given for.
///
/// # Errors
/// As [`Predictions::new`].
pub fn further<const K: usize>(
    gold: &[usize],
    probabilities: &[[f64; K]],
    clusters: Option<&[usize]>,
    precisions: &[f64],
) -> Result<Further, EvaluationError> {
    let predictions = Predictions::new(gold, probabilities)?;
    let confusion = Confusion::from_predictions(&predictions);
    let curve = risk_coverage(&predictions);
    let mut confidences: Vec<(f64, bool)> = predictions
        .iter()
        .map(|(gold, row)| {
            let (class, confidence) = top(row);
            (confidence, class == gold)
        })
        .collect();
    confidences.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
    let rows = predictions.rows();
    Ok(Further {
        macro_average: macro_average(&confusion).into(),
        weighted_average: weighted_average(&confusion).into(),
        micro_average: micro_average(&confusion).into(),
        cohen_kappa: cohen_kappa(&confusion, KappaWeights::Plain),
        roc_auc: roc_auc_macro(&predictions),
        ece_equal_mass: expected_calibration_error(&equal_mass_top_bins(&predictions, ECE_BINS)),
        ece_classwise: classwise_calibration_error(&predictions, ECE_BINS),
        mce: maximum_calibration_error(&top_bins(&predictions, ECE_BINS)),
        aurc: curve.aurc(),
        excess_aurc: curve.excess_aurc(),
        augrc: curve.augrc(),
        accuracy_wilson: wilson(confusion.hits(), confusion.total(), LEVEL)?,
        confusion_intervals: confusion
            .counts()
            .iter()
            .map(|row| {
                let all = row.iter().sum();
                row.iter().map(|&cell| interval(cell, all)).collect()
            })
            .collect(),
        reliability: reliability(&predictions),
        risk_coverage: points(&curve, &confidences),
        thresholds: precisions.iter().map(|&precision| threshold(&confidences, precision)).collect(),
        conformal: conformal(gold, probabilities, clusters, rows)?,
    })
}

impl Further {
    /// Measures with a name in JSON, a name in prose and a value, in the order of every report.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, &'static str, Option<f64>)> {
        vec![
            ("macro_precision", "macro precision", Some(self.macro_average.precision)),
            ("macro_recall", "macro recall", Some(self.macro_average.recall)),
            ("weighted_precision", "weighted precision", Some(self.weighted_average.precision)),
            ("weighted_recall", "weighted recall", Some(self.weighted_average.recall)),
            ("weighted_f1", "weighted F1", Some(self.weighted_average.f1)),
            ("micro_f1", "micro F1 (the accuracy)", Some(self.micro_average.f1)),
            ("cohen_kappa", "Cohen's kappa", self.cohen_kappa),
            ("roc_auc", "ROC AUC, one against rest", self.roc_auc),
            ("ece_equal_mass", "ECE, bins of equal mass", Some(self.ece_equal_mass)),
            ("ece_classwise", "ECE, class by class", Some(self.ece_classwise)),
            ("mce", "largest calibration gap (MCE)", Some(self.mce)),
            ("aurc", "AURC", Some(self.aurc)),
            ("excess_aurc", "excess AURC", Some(self.excess_aurc)),
            ("augrc", "AUGRC", Some(self.augrc)),
        ]
    }
}

impl From<Scores> for Average {
    fn from(scores: Scores) -> Self {
        Self { precision: scores.precision, recall: scores.recall, f1: scores.f1 }
    }
}

/// Ten bins of the most probable label's probability against whether it is right, with counts.
pub(super) fn reliability<const K: usize>(predictions: &Predictions<'_, K>) -> Vec<ReliabilityBin> {
    let bins = top_bins(predictions, DIAGRAM_BINS);
    let width = bins.len() as f64;
    let bar = |(index, bin): (usize, &Bin)| {
        let mean = |sum: f64| (bin.count > 0).then(|| sum / bin.count as f64);
        ReliabilityBin {
            above: index as f64 / width,
            up_to: (index + 1) as f64 / width,
            count: bin.count,
            stated: mean(bin.stated),
            right: mean(bin.observed),
            interval: interval(bin.observed as u64, bin.count),
        }
    };
    bins.iter().enumerate().map(bar).collect()
}

fn interval(part: u64, whole: u64) -> Option<[f64; 2]> {
    (whole > 0).then(|| wilson(part, whole, LEVEL).ok()).flatten()
}

/// Up to [`CURVE_POINTS`] points of the curve, evenly spread. `confidences` fall.
fn points(curve: &RiskCoverage, confidences: &[(f64, bool)]) -> Vec<CoveragePoint> {
    let rows = curve.errors.len();
    let mut places: Vec<usize> =
        (1..=CURVE_POINTS).map(|step| (step * rows).div_ceil(CURVE_POINTS)).collect();
    places.dedup();
    places
        .into_iter()
        .filter_map(|answered| {
            Some(CoveragePoint {
                coverage: answered as f64 / rows as f64,
                risk: curve.errors.get(answered - 1)? / answered as f64,
                threshold: confidences.get(answered - 1)?.0,
            })
        })
        .collect()
}

fn threshold(confidences: &[(f64, bool)], precision: f64) -> Threshold {
    let found = precision_threshold(confidences, precision);
    let (rows, hits) = found.map_or((0, 0), |(_, rows, hits)| (rows, hits));
    Threshold {
        precision,
        min_confidence: found.map(|found| found.0),
        rows,
        coverage: rows as f64 / confidences.len().max(1) as f64,
        right: (rows > 0).then(|| hits as f64 / rows as f64),
        interval: interval(hits, rows),
    }
}

/// Sets for the rows of every second cluster, with limits from the others.
fn conformal<const K: usize>(
    gold: &[usize],
    probabilities: &[[f64; K]],
    clusters: Option<&[usize]>,
    rows: usize,
) -> Result<Vec<ConformalSets>, EvaluationError> {
    let calibrates =
        |row: &usize| clusters.and_then(|all| all.get(*row).copied()).unwrap_or(*row).is_multiple_of(2);
    let (calibration, test): (Vec<usize>, Vec<usize>) = (0..rows).partition(calibrates);
    if calibration.is_empty() || test.is_empty() {
        return Ok(Vec::new());
    }
    let own_gold: Vec<usize> = calibration.iter().map(|&row| gold[row]).collect();
    let own: Vec<[f64; K]> = calibration.iter().map(|&row| probabilities[row]).collect();
    let own = Predictions::new(&own_gold, &own)?;
    let mut all = Vec::new();
    for wanted in COVERAGES {
        let limit = score_limit(&own, wanted)?;
        let sets = test.iter().map(|&row| (gold[row], label_set(&probabilities[row], limit)));
        let (mut held, mut size) = (0_usize, 0_usize);
        for (gold, set) in sets {
            held += usize::from(set[gold]);
            size += set.iter().filter(|&&inside| inside).count();
        }
        all.push(ConformalSets {
            wanted,
            calibration_rows: calibration.len(),
            rows: test.len(),
            limit,
            coverage: held as f64 / test.len() as f64,
            mean_size: size as f64 / test.len() as f64,
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_report_by_hand() {
        let gold = [0, 0, 1, 2];
        let rows = [[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.1, 0.7, 0.2], [0.3, 0.1, 0.6]];
        let further = further(&gold, &rows, None, &[0.7, 0.9]).unwrap();
        assert_eq!(further.reliability.iter().map(|bin| bin.count).sum::<u64>(), 4);
        assert_eq!(further.reliability[8].right, Some(1.0));
        assert_eq!(further.reliability[0].right, None);
        // Surest first: right, wrong, right, right.
        let risks: Vec<f64> = further.risk_coverage.iter().map(|point| point.risk).collect();
        assert_eq!(risks, [0.0, 0.5, 1.0 / 3.0, 0.25]);
        let threshold = further.thresholds[0];
        assert_eq!((threshold.min_confidence, threshold.rows), (Some(0.6), 4));
        assert_eq!(further.thresholds[1].min_confidence, Some(0.9));
        assert_eq!(further.confusion_intervals[0].len(), 3);
        assert_eq!(further.conformal.len(), 3);
    }

    #[test]
    fn one_row_has_no_conformal_sets() {
        assert_eq!(further(&[0], &[[0.5, 0.25, 0.25]], None, &[]).unwrap().conformal, []);
    }
}
