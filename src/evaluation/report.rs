use std::collections::BTreeMap;

use serde::Serialize;

use super::{Estimate, QuestionDetails, QuestionReport, page, table, verdict};

/// The accuracy report of a model on labelled data; as JSON, what `demarche evaluate` writes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// How well stance is scored; `None` where it was not evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<QuestionReport>,
    /// How well sentiment is scored, the tone of the speaker's words and not the writer's view of a person; `None` where the data have no such labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<QuestionReport>,
    /// Name and hash of the model.
    pub model: String,
    /// The labelled files, in the order they were given.
    pub data: Vec<DataSource>,
    /// What resampled clusters are in the data (`group`, `article`); `None` where rows were resampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Version of the program.
    pub version: String,
    /// What a sceptic asks about stance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance_details: Option<QuestionDetails>,
    /// What a sceptic asks about sentiment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment_details: Option<QuestionDetails>,
    /// Evaluated rows that the training data give away, where these were named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leakage: Option<LeakageReport>,
    /// The training files, where they were named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub train_data: Vec<DataSource>,
    /// Name and hash of the model that was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<String>,
    /// The files of the model and their BLAKE3 hashes, in hexadecimal.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_files: BTreeMap<String, String>,
    /// The command that made the report.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub command: String,
}

/// Evaluated rows that the training rows give away.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LeakageReport {
    /// Number of evaluated rows.
    pub rows: usize,
    /// Number of training rows.
    pub train_rows: usize,
    /// Counts of each way.
    pub kinds: Vec<LeakageKind>,
    /// Stance on the rows that none of them touches; `None` where all rows are clean, or too few are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean: Option<CleanRows>,
}

/// One way of giving rows away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeakageKind {
    /// `exact`, `near-duplicate` or `same group`.
    pub name: &'static str,
    /// Number of rows.
    pub rows: usize,
    /// Some of them: the names of the evaluated and of the training row.
    pub examples: Vec<[String; 2]>,
}

/// The rows that nothing gives away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CleanRows {
    /// How many there are.
    pub rows: usize,
    /// Macro-F1 of stance on them.
    pub macro_f1: Estimate,
}

/// A file of labelled rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DataSource {
    /// The path as given.
    pub path: String,
    /// Number of rows that were evaluated.
    pub rows: usize,
    /// BLAKE3 hash of the file, in hexadecimal.
    pub blake3: String,
}

impl EvaluationReport {
    /// The report as plain text, without colour: for each question the measures with their intervals and
    /// the confusion matrix, then the model, the data, and how the intervals were made.
    #[must_use]
    pub fn to_table(&self) -> String {
        table::render(self)
    }

    /// The report as one HTML page that needs nothing else: no scripts, nothing loaded from elsewhere.
    #[must_use]
    pub fn to_html(&self) -> String {
        page::render(self)
    }

    /// The report in a few sentences.
    #[must_use]
    pub fn verdict(&self) -> Vec<String> {
        verdict::verdict(self)
    }

    /// The value of a measure by its name in JSON: `stance.macro_f1`, `sentiment.accuracy`,
    /// `stance.hawkish.f1`. Without a question (`macro_f1`), of stance, or of sentiment where stance
    /// was not evaluated. `None` for a name or a question that is not there.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<f64> {
        if let Some(rest) = name.strip_prefix("stance.") {
            return self.stance.as_ref()?.measure(rest);
        }
        if let Some(rest) = name.strip_prefix("sentiment.") {
            return self.sentiment.as_ref()?.measure(rest);
        }
        self.stance.as_ref().or(self.sentiment.as_ref())?.measure(name)
    }
}
