//! Models: listed, shown, checked, and refused when they are not what they say.

use std::fs;
use std::path::Path;

use super::support::{ARTICLE, Scratch, run, text};

/// A copy of a shipped model folder.
fn copy_of_words(scratch: &Scratch) -> String {
    let folder = scratch.path("model");
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/words")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    text(&folder)
}

#[test]
fn the_shipped_models_verify_and_are_those_inside() {
    let inside = run(&["model", "verify"]);
    assert_eq!(inside.code, Some(0), "{}", inside.stderr);
    let list = run(&["model", "list"]);
    for (tier, folder) in [("deep", "models/default"), ("fast", "models/fast"), ("words", "models/words")] {
        let shipped = run(&["model", "verify", folder]);
        assert_eq!(shipped.code, Some(0), "{}", shipped.stderr);
        assert!(inside.stdout.contains(&shipped.stdout), "{}{}", inside.stdout, shipped.stdout);
        let card = run(&["model", "card", "--tier", tier]);
        assert_eq!(card.stdout, fs::read_to_string(format!("{folder}/MODEL_CARD.md")).unwrap());
        assert!(list.stdout.contains(folder), "{}", list.stdout);
    }
}

#[test]
fn the_deep_model_scores_and_a_folder_goes_before_a_tier() {
    let scratch = Scratch::new();
    let article = scratch.file("a.txt", ARTICLE);
    let model = |arguments: &[&str]| {
        let done = run(&[&["score", &article, "--format", "jsonl"][..], arguments].concat());
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done.records()[0]["model"].as_str().unwrap().to_owned()
    };
    assert!(model(&["--tier", "deep"]).starts_with("default@"));
    assert!(model(&["--tier", "words"]).starts_with("words@"));
    assert!(model(&["--tier", "deep", "--model", "models/words"]).starts_with("words@"));
    assert!(model(&["--tier", "fast"]).starts_with("fast@"));
    let quote = "Asked about the patrols, the admiral called them “[[overdue]]”.";
    assert!(run(&["explain", quote, "--tier", "deep"]).stdout.contains("left out"));
}

#[test]
fn the_fast_model_hands_on_what_it_is_not_sure_of() {
    let score = |agreement: &str, threads: &str| {
        let done = run(&[
            "score",
            "examples",
            "--format",
            "jsonl",
            "--tier",
            "auto",
            "--agreement",
            agreement,
            "--threads",
            threads,
        ]);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done
    };
    let by_fast = |agreement| {
        let models = score(agreement, "2").records();
        models.iter().filter(|record| record["model"].as_str().unwrap().starts_with("fast@")).count()
    };
    let deep = run(&["score", "examples", "--format", "jsonl", "--tier", "deep"]).records();
    let both = score("0.98", "1");
    for (own, deep) in both.records().iter().zip(&deep) {
        if own["model"] == deep["model"] {
            assert_eq!(own, deep);
        } else {
            assert!(own["model"].as_str().unwrap().starts_with("fast@"));
        }
    }
    assert!(by_fast("0.9") > by_fast("0.999"));
    assert_eq!(score("0.98", "3").stdout, both.stdout);
    run(&["score", "examples", "--tier", "auto", "--agreement", "1"]).complains(1, &["fast@", "0.999"]);
    assert!(run(&["explain", "we will wait", "--tier", "auto"]).stdout.contains("wait"));
}

#[test]
fn a_model_of_another_version_is_refused() {
    let scratch = Scratch::new();
    let folder = copy_of_words(&scratch);
    let path = Path::new(&folder).join("model.json");
    let mut header: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    header["format"] = 99.into();
    fs::write(&path, serde_json::to_vec(&header).unwrap()).unwrap();
    let article = scratch.file("a.txt", ARTICLE);
    for arguments in [&["score", &article, "--model", &folder][..], &["model", "verify", &folder]] {
        run(arguments).complains(1, &["model.json", "format 99", "demarche"]);
    }
}

#[test]
fn a_damaged_model_is_refused() {
    let scratch = Scratch::new();
    let folder = copy_of_words(&scratch);
    let path = Path::new(&folder).join("weights.safetensors");
    let mut weights = fs::read(&path).unwrap();
    let middle = weights.len() / 2;
    weights[middle] ^= 1;
    fs::write(&path, weights).unwrap();
    let article = scratch.file("a.txt", ARTICLE);
    for arguments in [&["score", &article, "--model", &folder][..], &["model", "verify", &folder]] {
        run(arguments).complains(1, &["weights.safetensors", "damaged"]);
    }
}

#[test]
fn a_damaged_card_does_not_verify() {
    let scratch = Scratch::new();
    let folder = copy_of_words(&scratch);
    fs::write(Path::new(&folder).join("MODEL_CARD.md"), "# Another card\n").unwrap();
    run(&["model", "verify", &folder]).complains(1, &["MODEL_CARD.md", "damaged"]);
}

#[test]
fn a_model_that_is_cut_short_or_missing_is_refused() {
    let scratch = Scratch::new();
    let folder = copy_of_words(&scratch);
    fs::write(Path::new(&folder).join("model.json"), "{").unwrap();
    run(&["model", "verify", &folder]).complains(1, &["model.json"]);
    fs::remove_file(Path::new(&folder).join("model.json")).unwrap();
    run(&["model", "verify", &folder]).complains(1, &["model.json"]);
    run(&["explain", "We will see", "--model", &text(&scratch.path("none"))]).complains(1, &["none"]);
}

#[test]
fn explanations_add_up() {
    let text = "The ministry called the raid [[a step back]], a spokesman said.";
    let run = run(&["explain", text, "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let explanation: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for question in ["stance", "sentiment"] {
        assert_eq!(explanation[question]["labels"].as_array().unwrap().len(), 3, "{explanation}");
    }
}
