//! What the data card says of the training data, counted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use demarche::evaluation::measures::confusion::Confusion;
use demarche::evaluation::measures::kappa::{KappaWeights, cohen_kappa};
use demarche::records::LabelledRow;
use demarche::training::{CONTRAST, LabelledExample, LabelledSet, ReadOptions, Split, read};
use demarche::types::{Sentiment, Stance};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("training_data")
}

fn data() -> LabelledSet {
    read(&[folder()], &ReadOptions::default()).unwrap()
}

fn words(example: &LabelledExample) -> usize {
    example.text.split_whitespace().count()
}

/// Asserts that a share is within five points of what the card states.
#[track_caller]
fn near(what: &str, share: f64, wanted: f64) {
    assert!((share - wanted).abs() <= 0.05, "{what}: {share:.3}, wanted {wanted}");
}

fn share(set: &LabelledSet, is: impl Fn(&LabelledExample) -> bool) -> f64 {
    set.examples.iter().filter(|example| is(example)).count() as f64 / set.examples.len() as f64
}

#[test]
fn there_are_eight_thousand_rows_in_files_of_two_to_five_hundred() {
    let set = data();
    assert!(set.examples.len() >= 8000, "{}", set.examples.len());
    let mut files: BTreeMap<&Path, usize> = BTreeMap::new();
    for example in &set.examples {
        *files.entry(&example.path).or_default() += 1;
    }
    assert!(files.values().all(|rows| (200..=500).contains(rows)), "{files:?}");
}

#[test]
fn registers_lengths_and_classes_are_as_planned() {
    let set = data();
    for (register, wanted) in
        [("wire", 0.66), ("spoken", 0.15), ("official", 0.08), ("opinion", 0.08), ("quotable", 0.03)]
    {
        near(register, share(&set, |row| row.register.as_deref() == Some(register)), wanted);
    }
    near("2 to 6 words", share(&set, |row| words(row) <= 6), 0.25);
    near("7 to 20 words", share(&set, |row| (7..=20).contains(&words(row))), 0.33);
    near("21 to 80 words", share(&set, |row| (21..=85).contains(&words(row))), 0.42);
    for (stance, wanted) in [(Stance::Hawkish, 0.30), (Stance::Diplomatic, 0.27), (Stance::Neutral, 0.43)] {
        near(stance.name(), share(&set, |row| row.stance == stance), wanted);
    }
    assert!(set.examples.iter().all(|row| row.sentiment.is_some()));
}

#[test]
fn every_hard_case_is_there_a_hundred_times() {
    let set = data();
    for case in [
        "conditions",
        "patience",
        "denial",
        "deterrence",
        "own-side",
        "irony",
        "reported",
        "analysts",
        "third-parties",
        "both-halves",
        "trade",
        "human-rights",
        "troops",
        "sanctions",
        "hostages",
        "refugees",
        "cold-war",
        "nineties",
        "asia",
        "africa",
        "latin-america",
        "middle-east",
        "europe",
    ] {
        let rows = set.examples.iter().filter(|row| row.cases.iter().any(|own| own == case)).count();
        assert!(rows >= 100, "{case}: {rows}");
    }
}

#[test]
fn a_thousand_contrast_sets_change_the_stance() {
    let set = data();
    let mut stances: BTreeMap<&str, BTreeSet<Stance>> = BTreeMap::new();
    for row in set.examples.iter().filter(|row| row.cases.iter().any(|case| case == CONTRAST)) {
        stances.entry(row.group.as_deref().unwrap()).or_default().insert(row.stance);
    }
    let changing = stances.values().filter(|labels| labels.len() > 1).count();
    assert!(changing >= 1000, "{changing}");
}

#[test]
fn every_row_has_a_split_and_no_group_is_divided() {
    let set = data();
    let mut splits: BTreeMap<&str, Split> = BTreeMap::new();
    for row in &set.examples {
        let split = row.split.unwrap();
        assert_eq!(*splits.entry(row.group.as_deref().unwrap()).or_insert(split), split, "{}", row.id);
    }
    near("validation", share(&set, |row| row.split == Some(Split::Validation)), 0.10);
}

/// `tests/data/second_reading.tsv`: the labels of the writer and of a second reader who saw text and
/// context only, before anything was settled.
#[test]
fn a_second_blind_reading_agrees() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/second_reading.tsv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(path).unwrap();
    let rows: Vec<[String; 5]> = reader.deserialize().map(Result::unwrap).collect();
    assert!(rows.len() >= 1500, "{}", rows.len());

    let ids: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let set = data();
    let contrast = set.examples.iter().filter(|row| row.cases.iter().any(|case| case == CONTRAST));
    for row in contrast {
        assert!(ids.contains(row.id.as_str()), "{} was not read again", row.id);
    }

    let kappa = |writer: &dyn Fn(&[String; 5]) -> usize, reader: &dyn Fn(&[String; 5]) -> usize| {
        let written: Vec<usize> = rows.iter().map(writer).collect();
        let read: Vec<usize> = rows.iter().map(reader).collect();
        cohen_kappa(&Confusion::<3>::from_labels(&written, &read).unwrap(), KappaWeights::Plain).unwrap()
    };
    let stance = |name: &str| name.parse::<Stance>().unwrap().index();
    let sentiment = |name: &str| name.parse::<Sentiment>().unwrap().index();
    let on_stance = kappa(&|row| stance(&row[1]), &|row| stance(&row[3]));
    let on_sentiment = kappa(&|row| sentiment(&row[2]), &|row| sentiment(&row[4]));
    assert!(on_stance >= 0.85, "{on_stance}");
    assert!(on_sentiment >= 0.70, "{on_sentiment}");
    let card = std::fs::read_to_string(folder().join("README.md")).unwrap();
    for figure in [format!("{on_stance:.2}"), format!("{on_sentiment:.2}"), rows.len().to_string()] {
        assert!(card.contains(&figure), "the data card does not state {figure}");
    }
}

#[test]
fn rows_hold_nothing_but_the_fields_of_the_record() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let row: LabelledRow = serde_json::from_str(line).unwrap();
            let known = serde_json::to_value(&row).unwrap();
            let found: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(known, found, "{}", path.display());
        }
    }
}
