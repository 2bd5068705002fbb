use serde::Serialize;

use super::{QuestionReport, table};

/// The accuracy report of a model on labelled data; as JSON, what `demarche evaluate` writes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// How well stance is scored; `None` where it was not evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<QuestionReport>,
    /// How well sentiment is scored; `None` where the data have no such labels.
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
