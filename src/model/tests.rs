use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::encode::{Encoder, WordsEncoder, WordsSettings};
use crate::types::QuoteInContext;

use super::*;

/// A model of a few words whose weights are made up.
fn model() -> Model {
    model_of(TrainReport { seed: 7, folds: 5, ..TrainReport::default() })
}

fn model_of(report: TrainReport) -> Model {
    let quotes =
        ["we will strike", "we will talk", "we strike", "they talk and talk"].map(QuoteInContext::bare);
    let encoder = WordsEncoder::fit(WordsSettings::default(), &quotes).unwrap();
    let weights = |phase: f32| {
        (0..encoder.dimensions())
            .map(|column| [0.0, 1.0, 2.0].map(|k| (column as f32 * phase + k).sin()))
            .collect()
    };
    let stance = Head::new(weights(0.7), [0.3, -0.2, -0.1], 1.5);
    let sentiment = Head::new(weights(1.3), [0.0, 0.5, -0.5], 0.8);
    Model::new(ModelParts { name: "tiny".to_owned(), encoder: Box::new(encoder), stance, sentiment, report })
        .unwrap()
}

/// A saved model in a temporary folder.
fn saved() -> (tempfile::TempDir, std::path::PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("tiny");
    model().save(&dir).unwrap();
    (home, dir)
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} in {}", file.display());
    fs::write(file, text.replace(from, to)).unwrap();
}

/// The error of loading a folder after a change; its message must hold each of the `expected`.
fn check_refusal(change: impl FnOnce(&Path), expected: &[&str]) -> ModelError {
    let (_home, dir) = saved();
    change(&dir);
    let error = Model::load(&dir).unwrap_err();
    for expected in expected {
        assert!(error.to_string().contains(expected), "'{error}' does not say '{expected}'");
    }
    error
}

#[test]
fn a_saved_model_comes_back_whole() {
    let (_home, dir) = saved();
    let (before, after) = (model(), Model::load(&dir).unwrap());
    let quotes = ["we will talk", "they strike", ""].map(QuoteInContext::bare);
    assert_eq!(after.score(&quotes), before.score(&quotes));
    assert_eq!(after.id(), before.id());
    assert_eq!(after.info(), before.info());
    assert_eq!(after.card(), fs::read_to_string(dir.join("MODEL_CARD.md")).unwrap());
    assert_eq!(&Model::verify(&dir).unwrap(), before.info());
}

#[test]
fn saving_twice_gives_the_same_bytes_and_leaves_nothing_behind() {
    let (home, dir) = saved();
    let read = |dir: &Path| {
        let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect::<Vec<_>>()
    };
    let first = read(&dir);
    model().save(&dir).unwrap();
    assert_eq!(read(&dir), first);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn the_id_is_name_and_a_hash_of_all_that_scores_depend_on() {
    let own = model();
    let (name, hash) = own.id().split_once('@').unwrap();
    assert_eq!(name, "tiny");
    assert!(hash.len() == 8 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()), "{hash}");

    let id_with = |change: &dyn Fn(&mut ModelInfo)| {
        let mut info = own.info().clone();
        change(&mut info);
        folder::id_of(&info)
    };
    assert_eq!(id_with(&|_| {}), own.id());
    assert_eq!(id_with(&|info| info.training.seed += 1), own.id(), "how it was trained changes no score");
    assert_eq!(id_with(&|info| _ = info.files.insert("MODEL_CARD.md".to_owned(), String::new())), own.id());
    for changed in [
        id_with(&|info| _ = info.files.insert("weights.safetensors".to_owned(), String::new())),
        id_with(&|info| info.calibration.stance *= 2.0),
        id_with(&|info| info.encoder.settings = serde_json::json!({ "limit": 7 })),
    ] {
        assert_ne!(changed, own.id());
    }
}

#[test]
fn the_least_confidence_is_that_of_the_next_accuracy() {
    let level = |accuracy, confidence| AbstentionLevel { accuracy, confidence, answered: 0.5 };
    let head = |abstention| HeadReport { abstention, ..HeadReport::default() };
    let known = model_of(TrainReport {
        stance: head(vec![level(0.7, 0.5), level(0.8, 0.6)]),
        sentiment: head(vec![level(0.7, 0.4), level(0.9, 0.9)]),
        ..TrainReport::default()
    });
    assert_eq!(known.least_confidence(0.7).unwrap(), [0.5, 0.4]);
    assert_eq!(known.least_confidence(0.75).unwrap(), [0.6, 0.9]);
    let error = known.least_confidence(0.85).unwrap_err().to_string();
    assert!(error.contains("stance") && error.contains("largest it knows is 0.8"), "{error}");
    let error = model().least_confidence(0.5).unwrap_err().to_string();
    assert!(error.contains("keeps no confidences"), "{error}");
}

#[test]
fn a_folder_without_a_model_is_named() {
    let home = tempfile::tempdir().unwrap();
    for dir in [home.path().to_path_buf(), home.path().join("nowhere")] {
        let error = Model::load(&dir).unwrap_err();
        assert!(matches!(error, ModelError::NotFound { .. }), "{error}");
        assert!(error.to_string().contains("demarche train"), "{error}");
    }
}

#[test]
fn another_format_is_refused_before_anything_else() {
    let error = check_refusal(
        |dir| {
            edit(&dir.join("model.json"), "\"format\": 1", "\"format\": 2");
            fs::remove_file(dir.join("weights.safetensors")).unwrap();
        },
        &["model.json", "format 2", "format 1", "newer demarche"],
    );
    assert!(matches!(error, ModelError::WrongVersion { found: 2, supported: 1, .. }));
    check_refusal(|dir| edit(&dir.join("model.json"), "\"format\": 1", "\"format\": 0"), &["retrain"]);
}

#[test]
fn another_label_order_is_refused() {
    let error = check_refusal(
        |dir| {
            edit(
                &dir.join("model.json"),
                "\"hawkish\",\n      \"diplomatic\"",
                "\"diplomatic\",\n      \"hawkish\"",
            );
        },
        &["stance", "diplomatic, hawkish, neutral"],
    );
    assert!(matches!(error, ModelError::LabelOrder { question: "stance", .. }));
}

#[test]
fn a_changed_byte_is_found() {
    for name in ["weights.safetensors", "tokenizer.json"] {
        let error = check_refusal(
            |dir| {
                let mut bytes = fs::read(dir.join(name)).unwrap();
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                fs::write(dir.join(name), bytes).unwrap();
            },
            &[name, "damaged", "retrain"],
        );
        assert!(matches!(error, ModelError::Damaged { .. }));
    }
}

#[test]
fn a_missing_or_shortened_file_is_found() {
    check_refusal(
        |dir| fs::remove_file(dir.join("weights.safetensors")).unwrap(),
        &["weights.safetensors", "no file"],
    );
    check_refusal(
        |dir| fs::write(dir.join("weights.safetensors"), b"").unwrap(),
        &["weights.safetensors", "damaged"],
    );
}

#[test]
fn only_verify_reads_the_card() {
    let (_home, dir) = saved();
    fs::write(dir.join("MODEL_CARD.md"), "edited").unwrap();
    assert!(Model::load(&dir).is_ok());
    assert!(matches!(Model::verify(&dir), Err(ModelError::Damaged { .. })));
}

#[test]
fn other_json_is_not_a_model() {
    for text in
        ["", "{", "[]", "{}", r#"{"magic":"other","format":1}"#, r#"{"magic":"demarche-model","format":1}"#]
    {
        let error = check_refusal(|dir| fs::write(dir.join("model.json"), text).unwrap(), &["model.json"]);
        assert!(matches!(error, ModelError::NotAModel { .. }), "{text}: {error}");
    }
}

#[test]
fn files_outside_the_folder_are_not_read() {
    let error = check_refusal(
        |dir| edit(&dir.join("model.json"), "\"tokenizer.json\"", "\"../tokenizer.json\""),
        &["outside its folder"],
    );
    assert!(matches!(error, ModelError::NotAModel { .. }));
}

#[test]
fn shapes_that_do_not_fit_are_found() {
    let dimensions = model().info().encoder.dimensions;
    let error = check_refusal(
        |dir| edit(&dir.join("model.json"), &format!("\"dimensions\": {dimensions}"), "\"dimensions\": 5"),
        &["columns", "5"],
    );
    assert!(matches!(error, ModelError::Shape { .. }));
}

#[test]
fn only_a_model_folder_is_replaced() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("letters");
    fs::create_dir(&dir).unwrap();
    model().save(&dir).unwrap();
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    assert!(matches!(model().save(&other), Err(ModelError::Occupied { .. })));
    assert!(matches!(model().save(&other.join("letter.txt")), Err(ModelError::Occupied { .. })));
    assert_eq!(fs::read_to_string(other.join("letter.txt")).unwrap(), "dear");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let error = model().save(&file.join("below").join("model")).unwrap_err();
    assert!(matches!(error, ModelError::Unwritable { .. }), "{error}");
}

#[test]
fn the_built_in_models_are_whole() {
    for (which, card, weights, room) in [
        (
            BuiltIn::Deep,
            include_str!("../../models/default/MODEL_CARD.md"),
            include_bytes!("../../models/default/weights.safetensors").as_slice(),
            50 << 20,
        ),
        (
            BuiltIn::Words,
            include_str!("../../models/words/MODEL_CARD.md"),
            include_bytes!("../../models/words/weights.safetensors"),
            8 << 20,
        ),
    ] {
        let info = Model::verify_built_in(which).unwrap();
        let model = Model::built_in(which).unwrap();
        assert_eq!(model.info(), &info);
        assert_eq!(info.encoder.kind, which.name());
        assert_eq!(model.card(), card);
        assert!(info.training.stance.rows > 0 && info.training.sentiment.rows > 0);
        assert!(weights.len() < room, "{} bytes", weights.len());
    }
}

#[test]
fn the_card_says_where_figures_come_from() {
    let card = model().card();
    for part in
        ["tiny@", "Real quotes are harder", "It is not", "CC BY 4.0", "Known failures", "Seed 7, 5 folds"]
    {
        assert!(card.contains(part), "{part}");
    }
}

proptest! {
    /// Contributions and intercept sum to the logits, whose softmax is the score.
    #[test]
    fn explanations_are_exact(words in prop::collection::vec(prop::sample::select(vec!["we", "will", "strike", "talk", "they", "and", "xyzzy"]), 0..12)) {
        let model = model();
        let quote = QuoteInContext::bare(words.join(" "));
        let scores = model.score(std::slice::from_ref(&quote)).remove(0);
        let explanation = model.explain(&quote);
        for (reasons, expected) in [(&explanation.stance, scores.stance), (&explanation.sentiment, scores.sentiment)] {
            for (class, expected) in expected.into_iter().enumerate() {
                let sum: f64 = reasons.contributions.iter().map(|part| part.weight[class]).sum();
                prop_assert!((sum + reasons.intercept[class] - reasons.logits[class]).abs() < 1e-9);
                prop_assert!((reasons.probabilities[class] - expected).abs() < 1e-6);
            }
            prop_assert!((reasons.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn probabilities_are_probabilities(context in "\\PC{0,40}") {
        let scores = model().score(&[QuoteInContext::bare(context)]).remove(0);
        for triple in [scores.stance, scores.sentiment] {
            prop_assert!((triple.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(triple.iter().all(|p| (0.0..=1.0).contains(p)));
        }
    }
}
