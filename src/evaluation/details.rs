use std::collections::BTreeMap;

use serde::Serialize;

use super::further::reliability;
use super::measures::calibration::{expected_calibration_error, top_bins};
use super::measures::probability::{brier_score, log_loss};
use super::{
    BootstrapOptions, ComparisonReport, ECE_BINS, Estimate, EvaluationError, Predictions, ReliabilityBin,
    compare, evaluate, top,
};
use crate::model::{IsotonicCurves, best_temperature, softmax};

/// Slices with fewer rows get no figures: an interval over so few says nothing.
pub const FEWEST_SLICE_ROWS: usize = 20;

/// Slices of one column that are listed; the rest is counted.
const LISTED_SLICES: usize = 40;

/// What a sceptic asks about one question beyond its measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct QuestionDetails {
    /// What simpler means reach on the same rows.
    pub baselines: Vec<Baseline>,
    /// The probabilities before and after calibration, and after calibrating anew.
    pub calibration: Vec<CalibrationResult>,
    /// The reliability diagram before calibration.
    pub reliability_before: Vec<ReliabilityBin>,
    /// Figures by the values of a column.
    pub slices: Vec<SliceColumn>,
    /// The other model on the same rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ComparisonReport>,
    /// The wrong labels that the model was surest of, surest first.
    pub mistakes: Vec<Mistake>,
    /// Figures of the words-only model fitted to ever more rows.
    pub learning_curve: Vec<LearningPoint>,
}

/// A simple means to the same end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baseline {
    /// What it is.
    pub name: String,
    /// Its accuracy.
    pub accuracy: f64,
    /// Its macro-F1.
    pub macro_f1: f64,
    /// Its log loss.
    pub log_loss: f64,
    /// The model against it.
    pub against: ComparisonReport,
}

/// How good probabilities are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationResult {
    /// Which probabilities.
    pub name: String,
    /// Mean log loss.
    pub log_loss: f64,
    /// Brier score, 0 to 2.
    pub brier: f64,
    /// Expected calibration error over 15 bins.
    pub ece: f64,
}

/// Figures by the values of one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SliceColumn {
    /// The column.
    pub column: String,
    /// Its values, the most frequent first.
    pub slices: Vec<Slice>,
    /// Further values that are not listed.
    pub more_values: usize,
    /// Their rows.
    pub more_rows: usize,
}

/// The rows with one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// The value; `None` for rows without one.
    pub value: Option<String>,
    /// Number of rows.
    pub n: usize,
    /// Number of rows whose label is right.
    pub right: usize,
    /// Share of right labels; `None` below [`FEWEST_SLICE_ROWS`] rows.
    pub accuracy: Option<Estimate>,
    /// Mean of the F1s of all labels; `None` below [`FEWEST_SLICE_ROWS`] rows.
    pub macro_f1: Option<Estimate>,
}

/// A wrong label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mistake {
    /// Name of the row.
    pub id: String,
    /// File and line.
    pub place: String,
    /// The paragraph, the quote in `[[ ]]`.
    pub context: String,
    /// The right label.
    pub gold: &'static str,
    /// The label given.
    pub predicted: &'static str,
    /// Its probability.
    pub confidence: f64,
    /// The probability of the right label.
    pub of_gold: f64,
}

/// The words-only model fitted to a part of the training rows, several times with other parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearningPoint {
    /// Mean number of rows that it was fitted to.
    pub rows: usize,
    /// Macro-F1 on the evaluated rows, run by run.
    pub macro_f1: Vec<f64>,
}

/// What a report shows of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowText {
    /// Name of the row.
    pub id: String,
    /// File and line.
    pub place: String,
    /// The paragraph, the quote in `[[ ]]`.
    pub context: String,
}

/// Measures a baseline and compares the model with it.
///
/// # Errors
/// As for [`compare`].
pub fn baseline<const K: usize>(
    name: &str,
    gold: &[usize],
    model: &[[f64; K]],
    simple: &[[f64; K]],
    clusters: Option<&[usize]>,
    options: &BootstrapOptions,
) -> Result<Baseline, EvaluationError> {
    let few = BootstrapOptions { resamples: 1, ..*options };
    let report = evaluate(std::array::from_fn(|_| ""), gold, simple, None, &few)?;
    Ok(Baseline {
        name: name.to_owned(),
        accuracy: report.accuracy.value,
        macro_f1: report.macro_f1.value,
        log_loss: report.log_loss.value,
        against: compare(gold, model, simple, clusters, options)?,
    })
}

/// Measures probabilities before calibration, as shipped, and calibrated anew by temperature and by
/// isotonic curves. The new calibrations are fitted to one half of the clusters and measured on the other,
/// both ways round, so that none sees the rows it is measured on. Gives the measures, and the reliability
/// diagram before calibration.
///
/// # Errors
/// As [`Predictions::new`].
pub fn recalibrate(
    gold: &[usize],
    before: &[[f64; 3]],
    shipped: &[[f64; 3]],
    clusters: Option<&[usize]>,
) -> Result<(Vec<CalibrationResult>, Vec<ReliabilityBin>), EvaluationError> {
    let measured = |name: &str, rows: &[[f64; 3]]| -> Result<CalibrationResult, EvaluationError> {
        let predictions = Predictions::new(gold, rows)?;
        Ok(CalibrationResult {
            name: name.to_owned(),
            log_loss: log_loss(&predictions),
            brier: brier_score(&predictions),
            ece: expected_calibration_error(&top_bins(&predictions, ECE_BINS)),
        })
    };
    let mut results =
        vec![measured("before calibration", before)?, measured("as the model gives them", shipped)?];
    let half = |row: usize| clusters.and_then(|all| all.get(row).copied()).unwrap_or(row) % 2;
    if (0..2).all(|part| (0..gold.len()).any(|row| half(row) == part)) {
        let (mut by_temperature, mut by_curves) = (before.to_vec(), before.to_vec());
        for part in 0..2 {
            let other: Vec<usize> = (0..gold.len()).filter(|&row| half(row) != part).collect();
            let own: Vec<[f64; 3]> = other.iter().filter_map(|&row| before.get(row).copied()).collect();
            let classes: Vec<usize> = other.iter().filter_map(|&row| gold.get(row).copied()).collect();
            let logits = |row: &[f64; 3]| row.map(|value| value.max(f64::MIN_POSITIVE).ln());
            let (temperature, _) = best_temperature(&own.iter().map(logits).collect::<Vec<_>>(), &classes);
            let curves = IsotonicCurves::fit(&own, &classes);
            for (row, place) in by_temperature.iter_mut().enumerate().filter(|(row, _)| half(*row) == part) {
                *place = softmax(logits(place).map(|logit| logit / temperature));
                if let Some(place) = by_curves.get_mut(row) {
                    *place = curves.apply(*place);
                }
            }
        }
        results.push(measured("temperature, fitted to the other half of these rows", &by_temperature)?);
        results.push(measured("isotonic curves, fitted to the other half of these rows", &by_curves)?);
    }
    Ok((results, reliability(&Predictions::new(gold, before)?)))
}

/// Figures by the values of a column, with intervals as [`evaluate`] makes them.
///
/// # Errors
/// As for [`evaluate`]; where `values` is longer or shorter than `gold`.
pub fn slices<const K: usize>(
    column: &str,
    values: &[Option<String>],
    gold: &[usize],
    probabilities: &[[f64; K]],
    clusters: Option<&[usize]>,
    options: &BootstrapOptions,
) -> Result<SliceColumn, EvaluationError> {
    let predictions = Predictions::new(gold, probabilities)?;
    if values.len() != predictions.rows() {
        return Err(EvaluationError::LengthMismatch {
            column: "slice values",
            expected: gold.len(),
            found: values.len(),
        });
    }
    let mut by_value: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (row, value) in values.iter().enumerate() {
        by_value.entry(value.as_deref()).or_default().push(row);
    }
    let mut all: Vec<(Option<&str>, Vec<usize>)> = by_value.into_iter().collect();
    // Stable: of equally frequent values the first in the alphabet comes first.
    all.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let rest = all.split_off(all.len().min(LISTED_SLICES));
    let slice = |(value, rows): (Option<&str>, Vec<usize>)| -> Result<Slice, EvaluationError> {
        let own_gold: Vec<usize> = rows.iter().map(|&row| gold[row]).collect();
        let own: Vec<[f64; K]> = rows.iter().map(|&row| probabilities[row]).collect();
        let own_clusters: Option<Vec<usize>> =
            clusters.map(|all| rows.iter().filter_map(|&row| all.get(row).copied()).collect());
        let right = own_gold.iter().zip(&own).filter(|(gold, row)| top(row).0 == **gold).count();
        let report = if rows.len() < FEWEST_SLICE_ROWS {
            None
        } else {
            let labels = std::array::from_fn(|_| "");
            Some(evaluate(labels, &own_gold, &own, own_clusters.as_deref(), options)?)
        };
        Ok(Slice {
            value: value.map(str::to_owned),
            n: rows.len(),
            right,
            accuracy: report.as_ref().map(|report| report.accuracy),
            macro_f1: report.as_ref().map(|report| report.macro_f1),
        })
    };
    Ok(SliceColumn {
        column: column.to_owned(),
        more_values: rest.len(),
        more_rows: rest.iter().map(|(_, rows)| rows.len()).sum(),
        slices: all.into_iter().map(slice).collect::<Result<_, _>>()?,
    })
}

/// The `count` wrong labels with the highest probability; of equal ones the first.
#[must_use]
pub fn surest_mistakes<const K: usize>(
    labels: [&'static str; K],
    predictions: &Predictions<'_, K>,
    count: usize,
    text: impl Fn(usize) -> RowText,
) -> Vec<Mistake> {
    let mut wrong: Vec<(usize, usize, usize, f64, f64)> = predictions
        .iter()
        .enumerate()
        .filter_map(|(row, (gold, probabilities))| {
            let (class, confidence) = top(probabilities);
            (class != gold).then(|| (row, gold, class, confidence, probabilities[gold]))
        })
        .collect();
    wrong.sort_by(|one, other| other.3.total_cmp(&one.3));
    wrong.truncate(count);
    wrong
        .into_iter()
        .map(|(row, gold, class, confidence, of_gold)| {
            let RowText { id, place, context } = text(row);
            Mistake { id, place, context, gold: labels[gold], predicted: labels[class], confidence, of_gold }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: BootstrapOptions = BootstrapOptions {
        resamples: 50,
        level: 0.95,
        seed: 1,
        method: crate::evaluation::IntervalMethod::Percentile,
    };

    /// Ninety rows, all of them called class 0 with probability 0.9; every third one is.
    fn rows() -> (Vec<usize>, Vec<[f64; 3]>) {
        ((0..90).map(|row| row % 3).collect(), vec![[0.9, 0.06, 0.04]; 90])
    }

    #[test]
    fn few_rows_have_no_figures() {
        let (gold, probabilities) = rows();
        let values: Vec<Option<String>> = (0..90)
            .map(|row| (row < 80).then(|| if row < 70 { "wire" } else { "blog" }.to_owned()))
            .collect();
        let found = slices("outlet", &values, &gold, &probabilities, None, &OPTIONS).unwrap();
        let seen: Vec<_> =
            found.slices.iter().map(|it| (it.value.as_deref(), it.n, it.accuracy.is_some())).collect();
        assert_eq!(seen, [(Some("wire"), 70, true), (None, 10, false), (Some("blog"), 10, false)]);
        assert!(slices("outlet", &values[1..], &gold, &probabilities, None, &OPTIONS).is_err());
    }

    #[test]
    fn calibrating_anew_helps_what_is_overconfident() {
        let (gold, probabilities) = rows();
        let (results, before) = recalibrate(&gold, &probabilities, &probabilities, None).unwrap();
        assert_eq!(results.len(), 4);
        assert!(results[2].log_loss < results[0].log_loss && results[3].log_loss < results[0].log_loss);
        assert!((results[3].log_loss - 3.0_f64.ln()).abs() < 0.01, "{results:?}");
        assert_eq!(before[8].count, 90);
        assert_eq!(
            recalibrate(&gold[..1], &probabilities[..1], &probabilities[..1], None).unwrap().0.len(),
            2
        );
    }

    #[test]
    fn the_surest_mistakes_come_first() {
        let rows = [[0.9, 0.1, 0.0], [0.7, 0.3, 0.0], [0.8, 0.1, 0.1]];
        let gold = [0, 1, 2];
        let predictions = Predictions::new(&gold, &rows).unwrap();
        let text =
            |row: usize| RowText { id: row.to_string(), place: format!("a:{row}"), context: String::new() };
        let found = surest_mistakes(["a", "b", "c"], &predictions, 5, text);
        assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!((found[0].gold, found[0].predicted, found[0].of_gold), ("c", "a", 0.1));
        assert_eq!(surest_mistakes(["a", "b", "c"], &predictions, 1, text).len(), 1);
    }

    #[test]
    fn a_baseline_is_measured_and_compared() {
        let (gold, probabilities) = rows();
        let even = vec![[1.0 / 3.0; 3]; 90];
        let found = baseline("even", &gold, &probabilities, &even, None, &OPTIONS).unwrap();
        assert_eq!(found.accuracy, 1.0 / 3.0);
        assert_eq!(found.against.accuracy.estimate.value, 0.0);
        assert!(found.against.log_loss.estimate.value > 0.0);
    }
}
