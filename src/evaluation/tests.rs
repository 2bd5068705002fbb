//! Agreement with reference implementations, and what must hold for any input.

use std::num::NonZeroUsize;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::measures::agreement::{Scale, krippendorff_alpha};
use super::measures::calibration::{
    classwise_calibration_error, equal_mass_top_bins, expected_calibration_error, maximum_calibration_error,
    top_bins,
};
use super::measures::classification::{
    accuracy, balanced_accuracy, class_scores, macro_average, matthews_correlation, micro_average,
    weighted_average,
};
use super::measures::comparison::mcnemar;
use super::measures::conformal::{label_set, score_limit};
use super::measures::confusion::Confusion;
use super::measures::kappa::{KappaWeights, cohen_kappa};
use super::measures::probability::{brier_score, log_loss};
use super::measures::proportion::wilson;
use super::measures::ranking::roc_auc_macro;
use super::measures::selective::risk_coverage;
use super::{BootstrapOptions, IntervalMethod, Predictions, evaluate, further, top};
use crate::model::{Isotonic, best_temperature, softmax};

const LABELS: [&str; 3] = ["hawkish", "diplomatic", "neutral"];

/// Compares a number, or each number of a list, with the reference of that name.
fn check(reference: &Value, name: &str, found: impl IntoIterator<Item = f64>) {
    let expected = match &reference[name] {
        Value::Array(list) => list.clone(),
        Value::Null => panic!("no reference value '{name}'"),
        number => vec![number.clone()],
    };
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected.as_f64().unwrap()).abs() < 1e-6, "{name}: {found}, reference {expected}");
    }
}

fn read(path: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Some(serde_json::from_str(&std::fs::read_to_string(path).ok()?).unwrap())
}

fn classes(value: &Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).unwrap()
}

fn check_labels(reference: &Value, confusion: &Confusion<3>) {
    let averages = [
        ("macro", macro_average(confusion)),
        ("micro", micro_average(confusion)),
        ("weighted", weighted_average(confusion)),
    ];
    for (name, scores) in averages {
        check(reference, &format!("precision_{name}"), [scores.precision]);
        check(reference, &format!("recall_{name}"), [scores.recall]);
        check(reference, &format!("f1_{name}"), [scores.f1]);
    }
    check(reference, "accuracy", [accuracy(confusion)]);
    check(reference, "balanced_accuracy", [balanced_accuracy(confusion)]);
    check(reference, "mcc", [matthews_correlation(confusion)]);
    check(reference, "cohen_kappa", cohen_kappa(confusion, KappaWeights::Plain));
    check(reference, "cohen_kappa_linear", cohen_kappa(confusion, KappaWeights::Linear));
    check(reference, "cohen_kappa_quadratic", cohen_kappa(confusion, KappaWeights::Quadratic));
}

fn check_class_scores(reference: &Value, confusion: &Confusion<3>) {
    let scores = class_scores(confusion);
    check(reference, "precision", scores.map(|class| class.precision));
    check(reference, "recall", scores.map(|class| class.recall));
    check(reference, "f1", scores.map(|class| class.f1));
    check(reference, "support", confusion.gold().map(|count| count as f64));
    assert_eq!(reference["confusion"], serde_json::json!(confusion.counts()));
}

#[test]
fn agrees_with_the_vector_file() {
    let file = read("tests/data/metrics_vector.json").expect("tests/data/metrics_vector.json is there");
    let (gold, second) = (classes(&file["y"]), classes(&file["pred_b"]));
    let rows: Vec<[f64; 3]> = serde_json::from_value(file["probabilities"].clone()).unwrap();
    let values = &file["values"];
    let predictions = Predictions::new(&gold, &rows).unwrap();
    let confusion = Confusion::from_predictions(&predictions);
    check_labels(values, &confusion);
    check_class_scores(values, &confusion);

    check(values, "roc_auc_ovr_macro", roc_auc_macro(&predictions));
    check(values, "log_loss", [log_loss(&predictions)]);
    check(values, "brier", [brier_score(&predictions)]);
    for size in [10, 15] {
        let bins = NonZeroUsize::new(size).unwrap();
        let table = top_bins(&predictions, bins);
        check(values, &format!("ece_{size}"), [expected_calibration_error(&table)]);
        check(values, &format!("mce_{size}"), [maximum_calibration_error(&table)]);
        let classwise = classwise_calibration_error(&predictions, bins);
        check(values, &format!("classwise_ece_{size}"), [classwise]);
        let equal_mass = expected_calibration_error(&equal_mass_top_bins(&predictions, bins));
        check(values, &format!("equal_mass_ece_{size}"), [equal_mass]);
    }
    let curve = risk_coverage(&predictions);
    check(values, "aurc", [curve.aurc()]);
    check(values, "e_aurc", [curve.excess_aurc()]);
    check(values, "augrc", [curve.augrc()]);

    let first: Vec<usize> = rows.iter().map(|row| top(row).0).collect();
    let test = mcnemar(&gold, &first, &second).unwrap();
    check(values, "mcnemar_counts", [test.only_first as f64, test.only_second as f64]);
    check(values, "mcnemar_exact", [test.exact]);
    check(values, "mcnemar_mid_p", [test.mid_p]);
    check(values, "wilson_accuracy_95", wilson(confusion.hits(), 60, 0.95).unwrap());
    check(values, "wilson_accuracy_99", wilson(confusion.hits(), 60, 0.99).unwrap());

    let calibration = Predictions::new(&gold[..40], &rows[..40]).unwrap();
    let limit = score_limit(&calibration, 0.8).unwrap();
    let sizes = rows[40..].iter().map(|row| label_set(row, limit).map(f64::from).iter().sum());
    check(&values["conformal"], "limit", [limit]);
    check(&values["conformal"], "set_sizes", sizes);

    let annotations: Vec<Vec<Option<f64>>> =
        serde_json::from_value(values["krippendorff"]["annotations"].clone()).unwrap();
    let scales = [("nominal", Scale::Nominal), ("ordinal", Scale::Ordinal), ("interval", Scale::Interval)];
    for (name, scale) in scales {
        check(&values["krippendorff"], name, krippendorff_alpha(&annotations, scale).unwrap());
    }
}

#[test]
fn agrees_where_classes_are_absent() {
    let file = read("tests/data/metrics_vector.json").expect("tests/data/metrics_vector.json is there");
    let absent = &file["absent"];
    let confusion = Confusion::from_labels(&classes(&absent["y"]), &classes(&absent["pred"])).unwrap();
    check_labels(&absent["values"], &confusion);
    check_class_scores(&absent["values"], &confusion);
}

#[test]
fn the_report_agrees_with_the_vector_file() {
    let file = read("tests/data/metrics_vector.json").expect("tests/data/metrics_vector.json is there");
    let rows: Vec<[f64; 3]> = serde_json::from_value(file["probabilities"].clone()).unwrap();
    let options = BootstrapOptions { resamples: 10, ..BootstrapOptions::default() };
    let report = evaluate(LABELS, &classes(&file["y"]), &rows, None, &options).unwrap();
    let names = [
        ("accuracy", "accuracy"),
        ("balanced_accuracy", "balanced_accuracy"),
        ("f1_macro", "macro_f1"),
        ("mcc", "mcc"),
        ("log_loss", "log_loss"),
        ("brier", "brier"),
        ("ece_15", "ece"),
    ];
    for (reference, name) in names {
        check(&file["values"], reference, report.measure(name));
    }
    for (index, label) in LABELS.iter().enumerate() {
        let f1 = file["values"]["f1"][index].as_f64().unwrap();
        assert!((report.measure(&format!("{label}.f1")).unwrap() - f1).abs() < 1e-6);
    }
}

/// A larger vector that lies beside the project, not in it; without it there is nothing to compare.
#[test]
fn agrees_with_the_golden_vectors_if_present() {
    let Some(file) = read("../shared/dev/evaluation/golden_metrics.json") else { return };
    let (gold, second) = (classes(&file["y"]), classes(&file["pred_b"]));
    let rows: Vec<[f64; 3]> = serde_json::from_value(file["probs"].clone()).unwrap();
    let golden = &file["golden"];
    let predictions = Predictions::new(&gold, &rows).unwrap();
    let confusion = Confusion::from_predictions(&predictions);
    check_labels(golden, &confusion);
    check(golden, "macro_f1", [macro_average(&confusion).f1]);
    assert_eq!(golden["confusion_rows_gold"], serde_json::json!(confusion.counts()));

    check(golden, "roc_auc_ovr_macro", roc_auc_macro(&predictions));
    check(golden, "log_loss", [log_loss(&predictions)]);
    check(golden, "brier_0_2", [brier_score(&predictions)]);
    for size in [10, 15] {
        let bins = NonZeroUsize::new(size).unwrap();
        let table = top_bins(&predictions, bins);
        check(golden, &format!("ece_top1_{size}"), [expected_calibration_error(&table)]);
        check(golden, &format!("mce_{size}"), [maximum_calibration_error(&table)]);
        let classwise = classwise_calibration_error(&predictions, bins);
        check(golden, &format!("classwise_ece_{size}"), [classwise]);
        let equal_mass = expected_calibration_error(&equal_mass_top_bins(&predictions, bins));
        check(golden, &format!("ace_equalmass_{size}"), [equal_mass]);
    }
    let curve = risk_coverage(&predictions);
    check(golden, "aurc", [curve.aurc()]);
    check(golden, "e_aurc", [curve.excess_aurc()]);
    check(golden, "augrc", [curve.augrc()]);

    let first: Vec<usize> = rows.iter().map(|row| top(row).0).collect();
    let test = mcnemar(&gold, &first, &second).unwrap();
    check(golden, "mcnemar_counts", [test.only_first as f64, test.only_second as f64]);
    check(golden, "mcnemar_exact_p", [test.exact]);
    check(golden, "mcnemar_midp", [test.mid_p]);
    check(golden, "mcnemar_chi2_cc", [test.chi_squared]);
    check(golden, "wilson95_accuracy", wilson(confusion.hits(), confusion.total(), 0.95).unwrap());

    // The first half calibrates, the second is labelled.
    let calibration = Predictions::new(&gold[..200], &rows[..200]).unwrap();
    let limit = score_limit(&calibration, 0.9).unwrap();
    let sets: Vec<[bool; 3]> = rows[200..].iter().map(|row| label_set(row, limit)).collect();
    let covered = sets.iter().zip(&gold[200..]).filter(|(set, gold)| set[**gold]).count();
    let size: usize = sets.iter().flatten().filter(|&&inside| inside).count();
    check(golden, "conformal_lac_q", [limit]);
    check(golden, "conformal_lac_coverage", [covered as f64 / 200.0]);
    check(golden, "conformal_lac_mean_size", [size as f64 / 200.0]);

    let annotations: Vec<Vec<Option<f64>>> =
        serde_json::from_value(golden["krippendorff_input_rows_are_coders"].clone()).unwrap();
    let scales = [("nominal", Scale::Nominal), ("ordinal", Scale::Ordinal), ("interval", Scale::Interval)];
    for (name, scale) in scales {
        let alpha = krippendorff_alpha(&annotations, scale).unwrap();
        check(golden, &format!("krippendorff_{name}"), alpha);
    }

    let further = further(&gold, &rows, None, &[]).unwrap();
    let named = |name: &str| further.named().into_iter().find(|entry| entry.0 == name).unwrap().2.unwrap();
    for (reference, name) in [
        ("precision_macro", "macro_precision"),
        ("recall_macro", "macro_recall"),
        ("precision_weighted", "weighted_precision"),
        ("recall_weighted", "weighted_recall"),
        ("f1_weighted", "weighted_f1"),
        ("f1_micro", "micro_f1"),
        ("cohen_kappa", "cohen_kappa"),
        ("roc_auc_ovr_macro", "roc_auc"),
        ("ace_equalmass_15", "ece_equal_mass"),
        ("classwise_ece_15", "ece_classwise"),
        ("mce_15", "mce"),
        ("aurc", "aurc"),
        ("e_aurc", "excess_aurc"),
        ("augrc", "augrc"),
    ] {
        check(golden, reference, [named(name)]);
    }
    check(golden, "wilson95_accuracy", further.accuracy_wilson);

    let logits: Vec<[f64; 3]> = rows.iter().map(|row| row.map(f64::ln)).collect();
    let (temperature, loss) = best_temperature(&logits, &gold);
    // The reference search stops 1.4e-6 short of the smallest loss.
    assert!((temperature - golden["temperature"].as_f64().unwrap()).abs() < 5e-6, "{temperature}");
    check(golden, "nll_after_T", [loss]);
    let scaled: Vec<[f64; 3]> = logits.iter().map(|row| softmax(row.map(|z| z / temperature))).collect();
    let scaled = Predictions::new(&gold, &scaled).unwrap();
    let fifteen = NonZeroUsize::new(15).unwrap();
    check(golden, "ece15_after_T", [expected_calibration_error(&top_bins(&scaled, fifteen))]);
    let pairs = rows.iter().zip(&gold).map(|(row, &gold)| {
        let (class, confidence) = top(row);
        (confidence, f64::from(u8::from(class == gold)))
    });
    let curve = Isotonic::fit(pairs.collect());
    let points: Vec<[f64; 2]> = serde_json::from_value(golden["isotonic_at"].clone()).unwrap();
    for [score, share] in points {
        assert!((curve.at(score) - share).abs() < 1e-6, "{score}: {} and {share}", curve.at(score));
    }

    // Other random numbers than the reference's: the ends agree but for the noise of resampling.
    for (name, method) in [("percentile", IntervalMethod::Percentile), ("bca", IntervalMethod::Bca)] {
        let options = BootstrapOptions { resamples: 4000, method, ..BootstrapOptions::default() };
        let found = evaluate(LABELS, &gold, &rows, None, &options).unwrap().macro_f1;
        let reference: [f64; 2] =
            serde_json::from_value(golden[&format!("boot_{name}_macro_f1")].clone()).unwrap();
        assert!((found.low - reference[0]).abs() < 0.01, "{name} {found:?}, {reference:?}");
        assert!((found.high - reference[1]).abs() < 0.01, "{name} {found:?}, {reference:?}");
    }
}

#[test]
fn bad_options_and_clusters_are_named() {
    let check = |clusters: Option<&[usize]>, resamples, level, expected: &str| {
        let options = BootstrapOptions { resamples, level, ..BootstrapOptions::default() };
        let error = evaluate(LABELS, &[0], &[[1.0, 0.0, 0.0]], clusters, &options).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    check(Some(&[1, 2]), 10, 0.95, "2 clusters for 1 gold labels");
    check(None, 0, 0.95, "a bootstrap needs at least one resample");
    check(None, 10, 1.0, "level 1 is out of range");
    check(None, 10, f64::NAN, "level NaN is out of range");
}

#[test]
fn one_row_gives_a_report_with_a_warning() {
    let options = BootstrapOptions::default();
    let report = evaluate(LABELS, &[0], &[[0.5, 0.25, 0.25]], None, &options).unwrap();
    assert_eq!((report.accuracy.value, report.accuracy.low, report.accuracy.high), (1.0, 1.0, 1.0));
    assert_eq!(report.ece.value, 0.5);
    assert!(report.notes.iter().any(|note| note.starts_with("only 1 row to resample")));
    assert!(report.notes.iter().any(|note| note.starts_with("no row is labelled or predicted neutral")));
}

/// A gold class, probabilities (some of them equal or certain), and a cluster.
fn row() -> impl Strategy<Value = (usize, [f64; 3], usize)> {
    (0..3_usize, [0..8_u32, 0..8, 0..8], 0..6_usize).prop_map(|(gold, weights, cluster)| {
        let sum: u32 = weights.iter().sum();
        let probabilities = match sum {
            0 => [1.0, 0.0, 0.0],
            _ => weights.map(|weight| f64::from(weight) / f64::from(sum)),
        };
        (gold, probabilities, cluster)
    })
}

type Columns = (Vec<usize>, Vec<[f64; 3]>, Vec<usize>);

fn columns(rows: &[(usize, [f64; 3], usize)]) -> Columns {
    (
        rows.iter().map(|row| row.0).collect(),
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
    )
}

const FEW: BootstrapOptions =
    BootstrapOptions { resamples: 40, level: 0.9, seed: 5, method: IntervalMethod::Percentile };

proptest! {
    #[test]
    fn the_order_of_rows_and_the_names_of_clusters_change_nothing(
        (rows, shuffled) in prop::collection::vec(row(), 1..40)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let (gold, probabilities, clusters) = columns(&rows);
        let (gold_2, probabilities_2, clusters_2) = columns(&shuffled);
        let renamed: Vec<usize> = clusters_2.iter().map(|cluster| 100 - 7 * cluster).collect();
        prop_assert_eq!(
            evaluate(LABELS, &gold, &probabilities, None, &FEW),
            evaluate(LABELS, &gold_2, &probabilities_2, None, &FEW)
        );
        prop_assert_eq!(
            evaluate(LABELS, &gold, &probabilities, Some(&clusters), &FEW),
            evaluate(LABELS, &gold_2, &probabilities_2, Some(&renamed), &FEW)
        );
        let (left, right) = (
            Predictions::new(&gold, &probabilities).unwrap(),
            Predictions::new(&gold_2, &probabilities_2).unwrap(),
        );
        let bins = NonZeroUsize::new(4).unwrap();
        let close = |left: f64, right: f64| (left - right).abs() < 1e-9;
        prop_assert!(close(risk_coverage(&left).aurc(), risk_coverage(&right).aurc()));
        prop_assert!(close(
            expected_calibration_error(&equal_mass_top_bins(&left, bins)),
            expected_calibration_error(&equal_mass_top_bins(&right, bins))
        ));
        prop_assert_eq!(roc_auc_macro(&left), roc_auc_macro(&right));
    }

    #[test]
    fn measures_stay_in_their_ranges(rows in prop::collection::vec(row(), 1..40)) {
        let (gold, probabilities, clusters) = columns(&rows);
        let report = evaluate(LABELS, &gold, &probabilities, Some(&clusters), &FEW).unwrap();
        for (name, _, estimate) in report.overall() {
            let range = match name {
                "mcc" => -1.0..=1.0,
                "brier" => 0.0..=2.0 + 1e-9,
                "log_loss" => 0.0..=36.05,
                _ => 0.0..=1.0 + 1e-9,
            };
            prop_assert!(estimate.low <= estimate.high, "{}", name);
            for value in [estimate.value, estimate.low, estimate.high] {
                prop_assert!(range.contains(&value), "{} {}", name, value);
            }
        }
        let predictions = Predictions::new(&gold, &probabilities).unwrap();
        let curve = risk_coverage(&predictions);
        prop_assert!(curve.excess_aurc() >= -1e-9 && curve.aurc() <= 1.0 + 1e-9);
        prop_assert!(curve.augrc() <= curve.aurc() + 1e-9);
        for bins in [1, 4, 15, 100].map(|size| NonZeroUsize::new(size).unwrap()) {
            let table = top_bins(&predictions, bins);
            prop_assert_eq!(table.iter().map(|bin| bin.count).sum::<u64>(), rows.len() as u64);
            let largest = maximum_calibration_error(&table);
            prop_assert!(expected_calibration_error(&table) <= largest + 1e-9 && largest <= 1.0);
        }
    }

    #[test]
    fn copies_of_a_row_in_one_cluster_count_once(rows in prop::collection::vec(row(), 1..30)) {
        let (gold, probabilities, _) = columns(&rows);
        let once = evaluate(LABELS, &gold, &probabilities, None, &FEW).unwrap();
        let three = |index: usize| std::iter::repeat_n(index, 3);
        let copies: Vec<usize> = (0..rows.len()).flat_map(three).collect();
        let gold: Vec<usize> = copies.iter().map(|&index| gold[index]).collect();
        let probabilities: Vec<[f64; 3]> = copies.iter().map(|&index| probabilities[index]).collect();
        let clustered = evaluate(LABELS, &gold, &probabilities, Some(&copies), &FEW).unwrap();
        for ((name, _, left), (_, _, right)) in once.overall().into_iter().zip(clustered.overall()) {
            for (left, right) in [(left.value, right.value), (left.low, right.low), (left.high, right.high)] {
                prop_assert!((left - right).abs() < 1e-9, "{}: {} {}", name, left, right);
            }
        }
    }

    #[test]
    fn any_numbers_are_evaluated_or_refused(
        gold in prop::collection::vec(0..5_usize, 0..6),
        probabilities in prop::collection::vec(prop::array::uniform3(any::<f64>()), 0..6),
        clusters in prop::option::of(prop::collection::vec(any::<usize>(), 0..6)),
    ) {
        let valid = Predictions::new(&gold, &probabilities).is_ok()
            && clusters.as_ref().is_none_or(|clusters| clusters.len() == gold.len());
        let report = evaluate(LABELS, &gold, &probabilities, clusters.as_deref(), &FEW);
        prop_assert_eq!(report.is_ok(), valid);
    }
}
