use std::path::Path;
use std::sync::Arc;

use crate::records::unmark;
use crate::types::{Sentiment, Stance};

use super::*;

/// Rows whose labels hang on one word each, two rows in a group.
fn set(rows: usize) -> LabelledSet {
    let word = |row: usize, words: [&'static str; 3]| words[(row * 7 + row / 5) % 3];
    let examples = (0..rows).map(|row| {
        let stance = Stance::ALL[row % 3];
        let sentiment = Sentiment::ALL[(row / 3) % 3];
        let act = ["strike", "talk", "wait"][stance.index()];
        let mood = ["gladly", "plainly", "angrily"][sentiment.index()];
        let (when, who) =
            (word(row, ["today", "tomorrow", "soon"]), word(row / 2, ["envoy", "minister", "general"]));
        let quote =
            unmark(&format!("The {who} said {mood}: “[[We will {act} {when}]]” number {row}.")).unwrap();
        LabelledExample {
            id: format!("row-{row}"),
            path: Arc::from(Path::new("data.jsonl")),
            line: row as u64 + 1,
            text: quote.text(),
            quote,
            stance,
            sentiment: Some(sentiment),
            group: Some(format!("group-{}", row / 2)),
            split: None,
            topic: None,
            register: Some(["wire", "spoken"][row % 2].to_owned()),
            year: None,
            stance_weight: 1.0,
            cases: Vec::new(),
            fields: Default::default(),
        }
    });
    LabelledSet { examples: examples.collect() }
}

fn quick() -> TrainOptions {
    TrainOptions { folds: 3, penalties: vec![0.1, 1.0], ..TrainOptions::default() }
}

fn run(set: &LabelledSet, options: &TrainOptions) -> Result<Trained, TrainError> {
    train(set, options, &mut |_| {})
}

fn error_of(set: &LabelledSet, options: &TrainOptions) -> TrainError {
    run(set, options).err().unwrap()
}

#[test]
fn what_hangs_on_one_word_is_learned() {
    let trained = run(&set(120), &quick()).unwrap();
    for head in [&trained.report.stance, &trained.report.sentiment] {
        let figures = head.out_of_fold.as_ref().unwrap();
        assert!(figures.macro_f1.value > 0.95, "{figures:?}");
        assert!(figures.log_loss.value < 0.3, "{figures:?}");
        assert!(head.gradient_norm <= 1e-5);
        assert_eq!(head.trials.len(), 2);
        assert_eq!(head.by_register.keys().collect::<Vec<_>>(), ["spoken", "wire"]);
    }
    let quote = unmark("“[[We will strike tomorrow]]”, she said").unwrap();
    let scores = trained.model.score(&[quote])[0];
    assert!(scores.stance[Stance::Hawkish.index()] > 0.6, "{scores:?}");
}

#[test]
fn the_same_run_gives_the_same_model_whatever_the_threads() {
    let options = |threads| TrainOptions { threads: NonZeroUsize::new(threads), ..quick() };
    let one = run(&set(60), &options(1)).unwrap();
    let three = run(&set(60), &options(3)).unwrap();
    assert_eq!(one.model.info(), three.model.info());
    assert_eq!(one.model.info().files.len(), 3);
}

#[test]
fn a_penalty_that_is_given_is_not_chosen_and_not_calibrated() {
    let options = TrainOptions { stance_penalty: Some(7.0), ..quick() };
    let report = run(&set(60), &options).unwrap().report;
    assert_eq!((report.stance.penalty, report.stance.temperature, report.stance.trials.len()), (7.0, 1.0, 1));
    assert_eq!(report.sentiment.trials.len(), 2);
    assert!(matches!(
        error_of(&set(60), &TrainOptions { stance_penalty: Some(-1.0), ..quick() }),
        TrainError::Fit { question: "stance", .. }
    ));
}

#[test]
fn a_share_of_neutral_quotes_moves_the_odds_of_neutral_alone() {
    let quote = unmark("“[[We will see]]”, she said").unwrap();
    let of = |neutral_share| {
        let options = TrainOptions { neutral_share, ..quick() };
        run(&set(60), &options).unwrap().model.score(std::slice::from_ref(&quote))[0].stance
    };
    // A third of the rows are neutral: of 0.6, the odds are three times as high. The temperature differs a
    // little where curves would have been chosen.
    let (plain, shifted) = (of(Some(1.0 / 3.0)), of(Some(0.6)));
    let odds = |own: [f64; 3]| own[2] / own[0];
    assert!((odds(shifted) / odds(plain) - 3.0).abs() < 1e-6, "{plain:?} {shifted:?}");
    assert!((shifted[0] / shifted[1] - plain[0] / plain[1]).abs() < 1e-6);
}

#[test]
fn a_row_of_no_stance_weight_does_not_count_for_stance() {
    let weighted = |weight| {
        let mut set = set(60);
        for example in set.examples.iter_mut().step_by(2) {
            example.stance_weight = weight;
        }
        run(&set, &TrainOptions { stance_penalty: Some(1.0), ..quick() }).unwrap().report
    };
    let (full, none) = (weighted(1.0), weighted(0.0));
    assert_ne!(full.stance.objective, none.stance.objective);
    assert_eq!(full.sentiment.objective, none.sentiment.objective);
}

#[test]
fn every_step_is_reported() {
    let mut steps = Vec::new();
    train(&set(60), &quick(), &mut |progress| steps.push(progress)).unwrap();
    assert_eq!(
        steps.iter().map(|progress| progress.done).collect::<Vec<_>>(),
        (1..=steps.len()).collect::<Vec<_>>()
    );
    assert!(steps.iter().all(|progress| progress.total == steps.len()));
}

#[test]
fn validation_rows_are_held_out_and_measured() {
    let mut set = set(90);
    for example in &mut set.examples {
        let validation = example.id.ends_with('0') || example.id.ends_with('1');
        example.split = Some(if validation { Split::Validation } else { Split::Train });
    }
    let report = run(&set, &quick()).unwrap().report;
    assert_eq!((report.data.rows, report.data.fitted, report.data.validation), (90, 72, 18));
    assert_eq!(report.stance.validation.as_ref().map(|figures| figures.rows), Some(18));
    assert_eq!(report.stance.rows, 72);
    // What is held out does not change the fit.
    let fitted = LabelledSet {
        examples: set.examples.into_iter().filter(|example| example.split == Some(Split::Train)).collect(),
    };
    let without = run(&fitted, &quick()).unwrap().report;
    assert_eq!(without.stance.objective, report.stance.objective);
    assert_eq!(without.stance.validation, None);
}

#[test]
fn rows_without_sentiment_are_skipped() {
    let mut partly = set(60);
    partly.examples.iter_mut().step_by(4).for_each(|example| example.sentiment = None);
    let report = run(&partly, &quick()).unwrap().report;
    assert!(report.sentiment.rows < report.stance.rows);

    let mut none = set(60);
    none.examples.iter_mut().for_each(|example| example.sentiment = None);
    let trained = run(&none, &quick()).unwrap();
    assert_eq!(trained.report.sentiment.rows, 0);
    let scores = trained.model.score(&[none.examples[0].quote.clone()])[0];
    assert_eq!(scores.sentiment, [1.0 / 3.0; 3]);
    assert!(trained.model.card().contains("No row had a label"));
}

#[test]
fn two_stances_are_enough() {
    let mut two = set(60);
    two.examples.retain(|example| example.stance != Stance::Neutral);
    let trained = run(&two, &quick()).unwrap();
    let scores = trained.model.score(&[two.examples[0].quote.clone()])[0];
    assert!(scores.stance[Stance::Neutral.index()] < 0.05, "{scores:?}");
}

#[test]
fn too_little_data_is_refused() {
    assert!(matches!(error_of(&LabelledSet::default(), &quick()), TrainError::NoRows));
    let mut one_label = set(60);
    one_label.examples.iter_mut().for_each(|example| example.stance = Stance::Hawkish);
    assert!(matches!(
        error_of(&one_label, &quick()),
        TrainError::OneLabel { question: "stance", label: "hawkish" }
    ));
    let mut one_group = set(60);
    one_group.examples.iter_mut().for_each(|example| {
        example.group = Some("all".to_owned());
        example.split = Some(Split::Train);
    });
    assert!(matches!(error_of(&one_group, &quick()), TrainError::TooFewGroups { groups: 1, folds: 3 }));
    assert!(matches!(error_of(&set(60), &TrainOptions { folds: 1, ..quick() }), TrainError::Options));
    assert!(matches!(
        error_of(&set(60), &TrainOptions { penalties: vec![], ..quick() }),
        TrainError::Options
    ));
    assert!(matches!(
        error_of(&set(60), &TrainOptions { penalties: vec![-1.0], ..quick() }),
        TrainError::Fit { question: "stance", .. }
    ));
}
