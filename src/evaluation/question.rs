use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::Serialize;

use super::bootstrap::Units;
use super::measures::calibration::{Bin, equal_width_bin, expected_calibration_error};
use super::measures::classification::{
    accuracy, balanced_accuracy, class_scores, macro_average, matthews_correlation,
};
use super::measures::confusion::Confusion;
use super::measures::probability::{brier_term, log_loss_term};
use super::{
    BootstrapOptions, BootstrapSummary, Estimate, EvaluationError, Further, IntervalMethod, Predictions, top,
};

/// Number of equally wide bins that [`QuestionReport::ece`] sorts the top probability into.
pub const ECE_BINS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(14);

/// Fewer resampled units than this make bootstrap intervals too narrow to be relied on.
const FEW_UNITS: usize = 20;

/// How well one question (stance or sentiment) is answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionReport {
    /// Number of rows.
    pub n: usize,
    /// Share of rows whose most probable label is right.
    pub accuracy: Estimate,
    /// Mean recall of the labels that occur in the data.
    pub balanced_accuracy: Estimate,
    /// Mean of the F1s of all labels.
    pub macro_f1: Estimate,
    /// Matthews correlation coefficient, −1 to 1.
    pub mcc: Estimate,
    /// Mean negative natural logarithm of the probability of the right label; lower is better.
    pub log_loss: Estimate,
    /// Brier score, 0 to 2; lower is better.
    pub brier: Estimate,
    /// Expected calibration error of the most probable label over [`ECE_BINS`]; lower is better. Few
    /// rows in a bin raise it, more so in a resample, so the interval may lie above the value.
    pub ece: Estimate,
    /// Precision, recall and F1 of each label.
    pub per_class: BTreeMap<&'static str, ClassReport>,
    /// What was predicted for what.
    pub confusion: ConfusionReport,
    /// How the intervals were made.
    pub bootstrap: BootstrapSummary,
    /// What a reader must know before relying on the figures; empty where there is nothing.
    pub notes: Vec<String>,
    /// Measures without a bootstrap interval, where they were asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub further: Option<Box<Further>>,
}

/// How well one label is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassReport {
    /// Share of the rows predicted as this label that have it; 0 where none is.
    pub precision: Estimate,
    /// Share of the rows with this label that are predicted as it; 0 where there are none.
    pub recall: Estimate,
    /// Harmonic mean of the two; 0 where the label is neither there nor predicted.
    pub f1: Estimate,
    /// Number of rows with this label.
    pub support: u64,
}

/// Counts of gold against predicted labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfusionReport {
    /// The labels, in the order of rows and columns.
    pub labels: Vec<&'static str>,
    /// One row for each gold label, one column for each predicted one.
    pub rows: Vec<Vec<u64>>,
}

/// Measures predictions against gold labels, with a bootstrap interval round each measure.
///
/// `gold` holds indices into `labels`, `probabilities` a distribution over them for each row. With
/// `clusters`, rows of the same number (quotes of one article, say) are resampled together; without,
/// each row is on its own. Neither the order of the rows nor the numbers of the clusters changes
/// anything in the report.
///
/// # Errors
/// As [`Predictions::new`]; where `clusters` is longer or shorter than `gold`; where `options` asks for
/// no resamples or a level outside (0, 1).
///
/// # Examples
/// ```
/// use demarche::evaluation::{BootstrapOptions, evaluate};
/// let report = evaluate(
///     ["hawkish", "diplomatic", "neutral"],
///     &[0, 1, 2],
///     &[[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.5, 0.1, 0.4]],
///     None,
///     &BootstrapOptions::default(),
/// )?;
/// assert_eq!(report.confusion.rows, [[1, 0, 0], [0, 1, 0], [1, 0, 0]]);
/// assert_eq!(report.accuracy.value, 2.0 / 3.0);
/// # Ok::<(), demarche::evaluation::EvaluationError>(())
/// ```
pub fn evaluate<const K: usize>(
    labels: [&'static str; K],
    gold: &[usize],
    probabilities: &[[f64; K]],
    clusters: Option<&[usize]>,
    options: &BootstrapOptions,
) -> Result<QuestionReport, EvaluationError> {
    options.check()?;
    let predictions = Predictions::new(gold, probabilities)?;
    let rows = predictions.iter().map(|(gold, probabilities)| Row::new(gold, probabilities)).collect();
    let units = match clusters {
        Some(clusters) => Units::of_clusters(rows, clusters)?,
        None => Units::of_rows(rows),
    };
    let mut sums = Sums::<K>::default();
    for row in units.rows() {
        sums.add(row);
    }
    let values = sums.values();
    let resampled = units.resample(options, Sums::<K>::add, Sums::values);
    let jackknife = match options.method {
        IntervalMethod::Percentile => Vec::new(),
        IntervalMethod::Bca => units.jackknife(Sums::<K>::add, Sums::remove, Sums::values),
    };
    let estimate = |pick: &dyn Fn(&Values<K>) -> f64| {
        let (value, resampled) = (pick(&values), resampled.iter().map(pick).collect());
        match options.method {
            IntervalMethod::Percentile => Estimate::percentile(value, resampled, options.level),
            IntervalMethod::Bca => {
                let jackknife: Vec<f64> = jackknife.iter().map(pick).collect();
                Estimate::bca(value, resampled, &jackknife, options.level)
            }
        }
    };

    let confusion = &sums.confusion;
    let support = confusion.gold();
    let per_class = labels.iter().enumerate().map(|(class, &label)| {
        let report = ClassReport {
            precision: estimate(&|values| values.classes[class][0]),
            recall: estimate(&|values| values.classes[class][1]),
            f1: estimate(&|values| values.classes[class][2]),
            support: support[class],
        };
        (label, report)
    });
    Ok(QuestionReport {
        n: predictions.rows(),
        accuracy: estimate(&|values| values.accuracy),
        balanced_accuracy: estimate(&|values| values.balanced_accuracy),
        macro_f1: estimate(&|values| values.macro_f1),
        mcc: estimate(&|values| values.mcc),
        log_loss: estimate(&|values| values.log_loss),
        brier: estimate(&|values| values.brier),
        ece: estimate(&|values| values.ece),
        per_class: per_class.collect(),
        confusion: ConfusionReport {
            labels: labels.to_vec(),
            rows: confusion.counts().iter().map(|row| row.to_vec()).collect(),
        },
        bootstrap: units.summary(options),
        notes: notes(&labels, confusion, &units.summary(options)),
        further: None,
    })
}

impl QuestionReport {
    /// The measures over all labels, each with its name in JSON and its name in prose.
    #[must_use]
    pub fn overall(&self) -> [(&'static str, &'static str, Estimate); 7] {
        [
            ("accuracy", "accuracy", self.accuracy),
            ("balanced_accuracy", "balanced accuracy", self.balanced_accuracy),
            ("macro_f1", "macro-F1", self.macro_f1),
            ("mcc", "MCC", self.mcc),
            ("log_loss", "log loss", self.log_loss),
            ("brier", "Brier score (0 to 2)", self.brier),
            ("ece", "ECE (15 bins)", self.ece),
        ]
    }

    /// The value of a measure by its name in JSON: `macro_f1`, `cohen_kappa`, or of one label, `hawkish.f1`.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<f64> {
        if let Some((label, score)) = name.split_once('.') {
            let class = self.per_class.get(label)?;
            return match score {
                "precision" => Some(class.precision.value),
                "recall" => Some(class.recall.value),
                "f1" => Some(class.f1.value),
                _ => None,
            };
        }
        let overall = self.overall().into_iter().find(|(key, _, _)| *key == name);
        overall.map(|(_, _, estimate)| estimate.value).or_else(|| {
            let further = self.further.as_ref()?.named();
            further.into_iter().find(|(key, _, _)| *key == name)?.2
        })
    }
}

/// All that the report needs to know of a row, so that a resample adds numbers and computes nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    gold: usize,
    predicted: usize,
    bin: usize,
    confidence: f64,
    log_loss: f64,
    brier: f64,
}

impl Row {
    pub(super) fn new<const K: usize>(gold: usize, probabilities: &[f64; K]) -> Self {
        let (predicted, confidence) = top(probabilities);
        Self {
            gold,
            predicted,
            bin: equal_width_bin(confidence, ECE_BINS),
            confidence,
            log_loss: log_loss_term(gold, probabilities),
            brier: brier_term(gold, probabilities),
        }
    }
}

impl Ord for Row {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.gold.cmp(&other.gold))
            .then_with(|| self.predicted.cmp(&other.predicted))
            .then_with(|| self.confidence.total_cmp(&other.confidence))
            .then_with(|| self.log_loss.total_cmp(&other.log_loss))
            .then_with(|| self.brier.total_cmp(&other.brier))
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Row {}

/// The sums over rows that every measure can be computed from.
#[derive(Clone, Debug)]
pub(super) struct Sums<const K: usize> {
    confusion: Confusion<K>,
    rows: u64,
    log_loss: f64,
    brier: f64,
    bins: [Bin; ECE_BINS.get()],
}

impl<const K: usize> Default for Sums<K> {
    fn default() -> Self {
        Self {
            confusion: Confusion::default(),
            rows: 0,
            log_loss: 0.0,
            brier: 0.0,
            bins: [Bin::default(); ECE_BINS.get()],
        }
    }
}

impl<const K: usize> Sums<K> {
    pub(super) fn add(&mut self, row: &Row) {
        self.confusion.add(row.gold, row.predicted);
        self.rows += 1;
        self.log_loss += row.log_loss;
        self.brier += row.brier;
        if let Some(bin) = self.bins.get_mut(row.bin) {
            bin.add(row.confidence, f64::from(u8::from(row.gold == row.predicted)));
        }
    }

    fn remove(&mut self, row: &Row) {
        self.confusion.remove(row.gold, row.predicted);
        self.rows = self.rows.saturating_sub(1);
        self.log_loss -= row.log_loss;
        self.brier -= row.brier;
        if let Some(bin) = self.bins.get_mut(row.bin) {
            bin.remove(row.confidence, f64::from(u8::from(row.gold == row.predicted)));
        }
    }

    pub(super) fn values(&self) -> Values<K> {
        let rows = self.rows.max(1) as f64;
        Values {
            accuracy: accuracy(&self.confusion),
            balanced_accuracy: balanced_accuracy(&self.confusion),
            macro_f1: macro_average(&self.confusion).f1,
            mcc: matthews_correlation(&self.confusion),
            log_loss: self.log_loss / rows,
            brier: self.brier / rows,
            ece: expected_calibration_error(&self.bins),
            classes: class_scores(&self.confusion).map(|scores| [scores.precision, scores.recall, scores.f1]),
        }
    }
}

/// The measures of one sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<const K: usize> {
    pub(super) accuracy: f64,
    balanced_accuracy: f64,
    pub(super) macro_f1: f64,
    mcc: f64,
    pub(super) log_loss: f64,
    pub(super) brier: f64,
    pub(super) ece: f64,
    /// Precision, recall and F1 of each class.
    classes: [[f64; 3]; K],
}

fn notes<const K: usize>(
    labels: &[&'static str; K],
    confusion: &Confusion<K>,
    bootstrap: &BootstrapSummary,
) -> Vec<String> {
    let (gold, predicted) = (confusion.gold(), confusion.predicted());
    let mut notes = Vec::new();
    for (class, label) in labels.iter().enumerate() {
        let consequence = match (gold[class], predicted[class]) {
            (0, 0) => "no row is labelled or predicted",
            (0, _) => "no row is labelled",
            (_, 0) => "no row is predicted",
            _ => continue,
        };
        notes.push(format!("{consequence} {label}: its undefined scores are 0 and count in macro-F1"));
    }
    if bootstrap.units < FEW_UNITS {
        notes.push(format!(
            "only {} {}{} to resample: the intervals are likely to be too narrow",
            bootstrap.units,
            bootstrap.unit,
            if bootstrap.units == 1 { "" } else { "s" },
        ));
    }
    notes
}
