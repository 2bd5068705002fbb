//! Training and evaluation through the binary.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::support::{Scratch, run, text};

/// Labelled rows that even a words-only model can tell apart.
fn rows(count: usize) -> String {
    let ends =
        ["of the northern road", "on the river", "in the capital", "near the old port", "at the border post"];
    let mut rows = String::new();
    for number in 0..count {
        let end = format!("{} in week {}", ends[number % ends.len()], number / 3);
        let (words, stance, sentiment) = match number % 3 {
            0 => (format!("we will bomb the depots {end}"), "hawkish", "negative"),
            1 => (format!("we welcome the talks about the crossing {end}"), "diplomatic", "positive"),
            _ => (format!("the committee counted the lorries {end}"), "neutral", "neutral"),
        };
        let context = format!("“[[{words}]],” the official said.");
        let row = serde_json::json!({"id": format!("r{number}"), "text": words, "context": context,
            "stance": stance, "sentiment": sentiment, "group": format!("g{number}")});
        writeln!(rows, "{row}").unwrap();
    }
    rows
}

#[test]
fn a_model_is_trained_used_and_measured() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(90));
    let folder = text(&scratch.path("model"));
    let trained = run(&["train", &data, "--out", &folder, "--quiet"]);
    assert_eq!(trained.code, Some(0), "{}", trained.stderr);

    let predictions = text(&scratch.path("predictions.jsonl"));
    let report =
        run(&["evaluate", &data, "--model", &folder, "--format", "json", "--predictions", &predictions]);
    assert_eq!(report.code, Some(0), "{}", report.stderr);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    for question in ["stance", "sentiment"] {
        let macro_f1 = &report[question]["macro_f1"];
        let [low, value, high] = ["low", "value", "high"].map(|key| macro_f1[key].as_f64().unwrap());
        assert!(low <= value && value <= high && value > 0.9, "{report}");
        for measure in ["accuracy", "balanced_accuracy", "mcc", "log_loss", "brier", "ece"] {
            assert!(report[question][measure]["value"].is_f64(), "{measure}: {report}");
        }
    }
    let predictions = fs::read_to_string(predictions).unwrap();
    assert_eq!(predictions.lines().count(), 90);
    let first: serde_json::Value = serde_json::from_str(predictions.lines().next().unwrap()).unwrap();
    assert_eq!(first["id"], "r0");
    assert_eq!(first["gold"]["stance"], "hawkish");
    assert!(first["stance"]["hawkish"].as_f64().unwrap() > 0.5, "{first}");
}

#[test]
fn the_same_seed_gives_the_same_model_bytes() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(60));
    let weights = ["one", "two"].map(|name| {
        // The folder's name is part of the command that the model records.
        fs::create_dir(scratch.path(name)).unwrap();
        let folder = text(&scratch.path(name).join("model"));
        let run = run(&["train", &data, "--out", &folder, "--quiet"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        ["model.json", "weights.safetensors", "MODEL_CARD.md"]
            .map(|file| fs::read(Path::new(&folder).join(file)).unwrap())
    });
    assert!(weights[0] == weights[1]);
}

#[test]
fn a_model_reads_with_a_pre_trained_encoder() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(60));
    let pretrained = scratch.path("pretrained");
    fs::create_dir(&pretrained).unwrap();
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(Path::new("src/encode/deep/fixture").join(file), pretrained.join(file)).unwrap();
    }
    scratch.file("pretrained/NOTICE", "weights of nobody");
    for tier in ["deep", "deep+words"] {
        let mut weights = Vec::new();
        for threads in ["1", "3"] {
            let folder = text(&scratch.path(&format!("{tier}{threads}")));
            let trained = run(&[
                "train",
                &data,
                "--out",
                &folder,
                "--name",
                "small",
                "--quiet",
                "--tier",
                tier,
                "--pretrained",
                &text(&pretrained),
                "--threads",
                threads,
            ]);
            assert_eq!(trained.code, Some(0), "{}", trained.stderr);
            weights.push(fs::read(Path::new(&folder).join("weights.safetensors")).unwrap());
            assert_eq!(run(&["model", "verify", &folder]).code, Some(0));
            assert_eq!(run(&["evaluate", &data, "--model", &folder]).code, Some(0));
            let why = run(&["explain", "we will wait", "--model", &folder]);
            assert!(why.stdout.contains("left out") && why.stdout.contains("wait"), "{}", why.stdout);
            let card = fs::read_to_string(Path::new(&folder).join("MODEL_CARD.md")).unwrap();
            assert!(
                card.contains("NOTICE`") && card.contains(&format!("--tier {tier} --pretrained pretrained"))
            );
        }
        assert!(weights[0] == weights[1], "{tier}");
    }
}

#[test]
fn a_model_learns_from_another() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(60));
    let paragraphs: Vec<String> = (0..300)
        .map(|turn| {
            format!("{{\"text\": \"We will wait for round {turn}. Nobody wants force {turn} times.\"}}")
        })
        .collect();
    let unlabelled = scratch.file("speeches.jsonl", paragraphs.join("\n"));
    let labels = text(&scratch.path("labels.jsonl"));
    let mut weights = Vec::new();
    let keeps = ["--soft-labels", &labels];
    for (threads, more) in [("1", &keeps[..]), ("3", &keeps), ("4", &keeps), ("2", &[])] {
        let folder = text(&scratch.path(&format!("fast{threads}")));
        let arguments = [
            "train",
            &data,
            "--tier",
            "fast",
            "--teacher",
            "words",
            "--unlabelled",
            &unlabelled,
            "--unlabelled-rows",
            "400",
            "--out",
            &folder,
            "--name",
            "small",
            "--quiet",
            "--threads",
            threads,
        ];
        let trained = run(&[&arguments[..], more].concat());
        assert_eq!(trained.code, Some(0), "{}", trained.stderr);
        weights.push(fs::read(Path::new(&folder).join("weights.safetensors")).unwrap());
        assert_eq!(run(&["model", "verify", &folder]).code, Some(0));
        assert_eq!(run(&["evaluate", &data, "--model", &folder]).code, Some(0));
        let card = fs::read_to_string(Path::new(&folder).join("MODEL_CARD.md")).unwrap();
        assert!(card.contains("400 sentences drawn from speeches.jsonl"), "{card}");
        assert!(
            card.contains("--tier fast --teacher words --unlabelled speeches.jsonl --unlabelled-rows 400")
        );
        // As a run leaves them that is stopped while it writes.
        let kept = fs::read(&labels).unwrap();
        fs::write(&labels, &kept[..kept.len() - 20]).unwrap();
    }
    assert!(weights.iter().all(|own| *own == weights[0]));

    fs::write(&labels, "{\"teacher\": 3}\n").unwrap();
    let train = |more: &[&str]| run(&[&["train", &data, "--out", &labels, "--quiet"], more].concat());
    train(&["--tier", "fast", "--teacher", "words", "--soft-labels", &labels])
        .complains(1, &["labels.jsonl", ":1"]);
    train(&["--tier", "fast", "--teacher", "nobody"]).complains(1, &["nobody"]);
    train(&["--tier", "fast", "--teacher", "words", "--unlabelled", "none.jsonl"])
        .complains(1, &["none.jsonl"]);
    train(&["--tier", "fast", "--neutral-share", "0.5"]).complains(1, &["--teacher", "--neutral-share"]);
    train(&["--hard-share", "0.5"]).complains(1, &["--tier fast"]);
}

#[test]
fn a_pre_trained_encoder_that_cannot_be_read_is_named() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(30));
    let out = text(&scratch.path("model"));
    let train = |more: &[&str]| run(&[&["train", &data, "--out", &out, "--quiet"], more].concat());
    train(&["--tier", "deep"]).complains(2, &["--pretrained"]);
    train(&["--pretrained", "src/encode/deep/fixture"]).complains(1, &["--tier", "--pretrained"]);
    train(&["--tier", "deep", "--pretrained", "training_data"])
        .complains(1, &["config.json", "--pretrained"]);
    scratch.file("broken/config.json", "{}");
    scratch.file("broken/model.safetensors", "");
    scratch.file("broken/tokenizer.json", "{}");
    let broken = text(&scratch.path("broken"));
    train(&["--tier", "deep", "--pretrained", &broken]).complains(1, &["broken", "config.json"]);
}

#[test]
fn a_gate_that_is_not_met_has_its_own_exit_code() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(30));
    run(&["evaluate", &data, "--fail-under", "macro_f1=1.01"]).complains(3, &["macro_f1", "1.01"]);
    assert_eq!(run(&["evaluate", &data, "--fail-under", "stance.accuracy=0"]).code, Some(0));
    run(&["evaluate", &data, "--fail-under", "beauty=0.5"]).complains(1, &["'beauty'", "macro_f1"]);
}

#[test]
fn the_training_data_of_the_project_is_clean() {
    let run = run(&["train", "training_data", "--check"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_check_finds_what_would_spoil_a_model() {
    let scratch = Scratch::new();
    let row = |id: &str, text: &str, stance: &str, split: &str| {
        let context = format!("“[[{text}]],” the official said.");
        format!(
            "{}\n",
            serde_json::json!({"id": id, "text": text, "context": context, "stance": stance, "split": split, "group": id})
        )
    };
    let same = "we are going to keep the crossing open for the lorries until the end of the year";
    let near = "we are going to keep the crossing open for the lorries until the end of the month";
    let mut data = row("a", same, "neutral", "train");
    data += &row("b", same, "hawkish", "train");
    data += &row("c", near, "neutral", "validation");
    data += &format!(
        "{}\n",
        serde_json::json!({"id": "d", "text": "no such words", "context": "“[[other words]],” he said.", "stance": "neutral"})
    );
    let path = scratch.file("rows.jsonl", data);
    let run = run(&["train", &path, "--check"]);
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let report = run.stdout;
    for (line, word) in [
        (2, "decide for one"),
        (3, "nearly repeats"),
        (3, "in the other split"),
        (4, "not what the context marks"),
    ] {
        let place = format!("{path}:{line}:");
        assert!(
            report.lines().any(|found| found.starts_with(&place) && found.contains(word)),
            "{place} {word} is not in:\n{report}"
        );
    }
    assert!(report.contains("are needed to learn it"), "{report}");
}
