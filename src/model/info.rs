use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::types::{Sentiment, Stance};

use super::IsotonicCurves;

/// The model format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// First words of every `model.json`.
pub(super) const MAGIC: &str = "demarche-model";

/// What `model.json` holds: what the model is, how it came to be, and how it did on data held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Always `demarche-model`.
    pub magic: String,
    /// Always [`FORMAT`].
    pub format: u32,
    /// Name of the model, the first part of its id.
    pub name: String,
    /// Name and version of the program that trained it.
    pub tool: String,
    /// How quotes become numbers.
    pub encoder: EncoderInfo,
    /// The order of every probability triple.
    pub labels: LabelOrder,
    /// What logits are divided by.
    pub calibration: Calibration,
    /// Data, choices and held-out figures of the run.
    pub training: TrainReport,
    /// The blake3 hash of every other file of the folder, in hexadecimal.
    pub files: BTreeMap<String, String>,
}

/// How quotes become numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncoderInfo {
    /// Kind of encoder: `words`.
    pub kind: String,
    /// Columns of a feature row.
    pub dimensions: usize,
    /// Settings of that kind.
    pub settings: serde_json::Value,
}

/// The order of the labels in every probability triple and weight array.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelOrder {
    /// Stance labels.
    pub stance: Vec<String>,
    /// Sentiment labels.
    pub sentiment: Vec<String>,
}

impl LabelOrder {
    /// The order of [`Stance::ALL`] and [`Sentiment::ALL`].
    #[must_use]
    pub fn current() -> Self {
        let names = |names: [&str; 3]| names.map(str::to_owned).to_vec();
        Self { stance: names(Stance::NAMES), sentiment: names(Sentiment::NAMES) }
    }
}

/// Temperatures: logits are divided by them before the softmax (Guo, Pleiss, Sun and Weinberger, *On
/// Calibration of Modern Neural Networks*, ICML 2017, section 4.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Temperature of the stance head.
    pub stance: f64,
    /// Temperature of the sentiment head.
    pub sentiment: f64,
    /// Curves of the stance head, applied after its temperature; most models have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance_isotonic: Option<IsotonicCurves>,
    /// Curves of the sentiment head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment_isotonic: Option<IsotonicCurves>,
}

/// How a model was trained, and how it did on rows that it was not fitted to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// The command that repeats the run, without paths of one machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Seed of folds and resampling.
    pub seed: u64,
    /// Number of folds.
    pub folds: usize,
    /// Whether rows were weighted so that every class weighs the same.
    pub balanced: bool,
    /// Share of neutral quotes that the stance head was shifted to, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral_share: Option<f64>,
    /// The model that it learned from, where it learned from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distilled: Option<Distilled>,
    /// The labelled rows.
    pub data: DataSummary,
    /// The stance head.
    pub stance: HeadReport,
    /// The sentiment head.
    pub sentiment: HeadReport,
}

/// How a model learned from another, and where it can stand in for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distilled {
    /// The id of the model that gave the probabilities.
    pub teacher: String,
    /// What the labels of the labelled rows count in their targets, from 0 to 1; the rest is the teacher's probabilities.
    pub hard_share: f64,
    /// Names of the files of unlabelled text.
    pub sources: Vec<String>,
    /// Sentences drawn from them.
    pub rows: usize,
    /// Sentences among them that the heads were fitted to.
    pub fitted: usize,
    /// The blake3 hash of the sentences in their contexts, in hexadecimal.
    pub hash: String,
    /// Rows that the agreement was measured on: drawn sentences and validation rows that neither fit nor choice saw.
    pub compared: usize,
    /// Share of them whose most probable stance, and sentiment, is the teacher's.
    pub agree: [f64; 2],
    /// Confidences for levels of agreement, from low to high.
    pub agreement: Vec<AgreementLevel>,
}

/// Confidences at which a model agrees with its teacher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgreementLevel {
    /// Share of all answers that have the teacher's stance, and as many its sentiment, where this model answers above the
    /// confidences and the teacher below.
    pub agreement: f64,
    /// Least probability of the most probable stance.
    pub stance: f64,
    /// Least probability of the most probable sentiment.
    pub sentiment: f64,
    /// Share of the rows that this model answers by itself.
    pub answered: f64,
}

/// Counts of the labelled rows that a model was trained with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The blake3 hash of the rows in reading order, in hexadecimal.
    pub hash: String,
    /// All rows.
    pub rows: usize,
    /// Rows that the model was fitted to.
    pub fitted: usize,
    /// Rows held out to the end.
    pub validation: usize,
    /// Groups of rows that share a story; a row without a group is its own.
    pub groups: usize,
    /// Rows with text around the quote.
    pub with_context: usize,
    /// Rows by stance.
    pub stance: BTreeMap<String, usize>,
    /// Rows by sentiment; rows without one are not counted.
    pub sentiment: BTreeMap<String, usize>,
    /// Rows by register; `unknown` where a row names none.
    pub register: BTreeMap<String, usize>,
}

/// One head: what was chosen and how it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeadReport {
    /// Rows that the head was fitted to; zero where no row had the label.
    pub rows: usize,
    /// The chosen penalty α of `Σ loss + α/2 · ‖weights‖²`.
    pub penalty: f64,
    /// Temperature found on the held-out folds.
    pub temperature: f64,
    /// Iterations of the last fit.
    pub iterations: u64,
    /// Mean penalised loss at the end of the last fit, in nats.
    pub objective: f64,
    /// Euclidean norm of its gradient.
    pub gradient_norm: f64,
    /// Every penalty that was tried, with its loss on the held-out folds.
    pub trials: Vec<PenaltyTrial>,
    /// Ways of calibrating that were compared, where they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibrations: Vec<CalibrationTrial>,
    /// Figures on the held-out folds, calibrated by the temperature found on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_fold: Option<Figures>,
    /// Figures on the validation rows, which neither fit nor choice nor calibration saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Figures>,
    /// Out-of-fold figures by register.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_register: BTreeMap<String, Figures>,
    /// Confidences for accuracies on rows that the model was not fitted to, from low to high.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abstention: Vec<AbstentionLevel>,
}

/// The confidence below which labels are left out for an accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbstentionLevel {
    /// Lower 95% bound of the share of right labels among the rows at least as confident.
    pub accuracy: f64,
    /// Least probability of the most probable label.
    pub confidence: f64,
    /// Share of the rows that are as confident.
    pub answered: f64,
}

/// A way of calibrating and its loss on rows that it was not fitted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationTrial {
    /// `temperature` or `isotonic`.
    pub method: String,
    /// Mean log loss, in nats.
    pub log_loss: f64,
}

/// A penalty and its loss on held-out folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PenaltyTrial {
    /// The penalty α.
    pub penalty: f64,
    /// Mean log loss of the held-out rows after the best temperature, in nats.
    pub log_loss: f64,
    /// That temperature.
    pub temperature: f64,
}

/// Accuracy figures with 95% percentile intervals from resampling whole groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows.
    pub rows: usize,
    /// Groups that were resampled.
    pub groups: usize,
    /// Share of rows whose most probable label is right.
    pub accuracy: Interval,
    /// Mean over the labels of `2TP / (2TP + FP + FN)`.
    pub macro_f1: Interval,
    /// Mean of `−ln p(right label)`, in nats.
    pub log_loss: Interval,
    /// Rows by right label (outer) and most probable label (inner), in label order.
    pub confusion: [[usize; 3]; 3],
}

/// A figure and its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The figure on all rows.
    pub value: f64,
    /// The 2.5th percentile of the resamples.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}
