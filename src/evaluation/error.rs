/// Why labels and predictions cannot be evaluated. Rows are counted from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// There is nothing to evaluate.
    #[error("no rows to evaluate; give at least one labelled row")]
    Empty,
    /// There are no articles to evaluate.
    #[error("no articles to evaluate; give at least one annotated article")]
    NoArticles,
    /// Two columns that belong together have different lengths.
    #[error("{found} {column} for {expected} gold labels; give one for each row")]
    LengthMismatch {
        /// The column of the wrong length: `probabilities`, `predictions` or `clusters`.
        column: &'static str,
        /// Number of gold labels.
        expected: usize,
        /// Length of the other column.
        found: usize,
    },
    /// A class index that the question does not have.
    #[error("row {row}: class {class} is out of range; classes are numbered 0 to {}", classes.saturating_sub(1))]
    UnknownClass {
        /// The row, from 1.
        row: usize,
        /// The index that was found.
        class: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A probability that is not a number from 0 to 1.
    #[error("row {row}: {value} is not a probability; give numbers from 0 to 1")]
    BadProbability {
        /// The row, from 1.
        row: usize,
        /// The value that was found.
        value: f64,
    },
    /// Probabilities of one row that do not sum to one.
    #[error("row {row}: the probabilities sum to {sum}, not 1; normalise them")]
    BadSum {
        /// The row, from 1.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// A coverage outside (0, 1).
    #[error("level {0} is out of range; give a number between 0 and 1, such as 0.95")]
    BadLevel(f64),
    /// A bootstrap without resamples.
    #[error("a bootstrap needs at least one resample; 1000 is usual")]
    NoResamples,
    /// More successes than trials.
    #[error("{successes} successes in {trials} trials; there cannot be more successes than trials")]
    BadCount {
        /// Number of successes.
        successes: u64,
        /// Number of trials.
        trials: u64,
    },
    /// An annotator's value that cannot be compared.
    #[error("annotator {annotator}, unit {unit}: the value is not a finite number; leave the cell empty")]
    BadAnnotation {
        /// The annotator, from 1.
        annotator: usize,
        /// The unit, from 1.
        unit: usize,
    },
    /// Annotators with different numbers of units.
    #[error(
        "annotator {annotator} has {found} units, the first has {expected}; give empty cells where a value is missing"
    )]
    UnevenAnnotations {
        /// The annotator, from 1.
        annotator: usize,
        /// Units of the first annotator.
        expected: usize,
        /// Units of this one.
        found: usize,
    },
}
