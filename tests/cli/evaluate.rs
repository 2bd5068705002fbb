//! Accuracy reports through the binary: what they hold, and what wrong input gets.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::{Scratch, run, text};

/// Labelled rows with columns of other people's.
fn rows(count: usize) -> String {
    let line = |number: usize| {
        let (words, stance, sentiment) = match number % 3 {
            0 => (format!("we will bomb the depots in week {number}"), "hawkish", "negative"),
            1 => (format!("we welcome the talks of week {number}"), "diplomatic", "positive"),
            _ => (format!("the committee counted {number} lorries"), "neutral", "neutral"),
        };
        let outlet = if number < 4 { "The <b>Gazette</b>" } else { "Wire & Co" };
        json!({"id": format!("r{number}"), "text": words, "context": format!("“[[{words}]],” he said."),
            "stance": stance, "sentiment": sentiment, "outlet": outlet, "article": format!("a{}", number / 4),
            "published": format!("{}-05-01", 2015 + number % 2)})
    };
    (0..count).map(|number| format!("{}\n", line(number))).collect()
}

fn report(args: &[&str]) -> Value {
    let done = run(&[args, &["--format", "json", "--resamples", "100"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    serde_json::from_str(&done.stdout).unwrap()
}

#[test]
fn one_page_and_its_json_are_written() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(60));
    let page = text(&scratch.path("report.html"));
    let args = [
        "evaluate",
        &data,
        "--train",
        &data,
        "--learning-curve",
        "--compare",
        "words",
        "--by",
        "outlet,year",
        "--cluster",
        "article",
        "--resamples",
        "100",
        "-o",
        &page,
    ];
    let done = run(&args);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{}", done.stderr);
    let html = fs::read_to_string(&page).unwrap();
    for part in [
        "Stance: the label is right for",
        "Whether stated probabilities come true",
        "When the model may pass",
        "Learning curve",
        "Leakage",
        "By outlet",
        "The &lt;b&gt;Gazette&lt;/b&gt;",
        "Wire &amp; Co",
        "blake3",
        "demarche evaluate",
        "not what the writer of the article thinks",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<script") && !html.contains("<b>") && html.len() < 2 << 20);
    let json: Value =
        serde_json::from_str(&fs::read_to_string(Path::new(&page).with_extension("json")).unwrap()).unwrap();
    assert_eq!(json["leakage"]["kinds"][0]["rows"], 60);
    assert_eq!(json["stance"]["bootstrap"]["units"], 15);
    let details = &json["stance_details"];
    assert_eq!(details["comparison"]["accuracy"]["value"], 0.0);
    assert_eq!(details["learning_curve"].as_array().unwrap().len(), 5);
    assert_eq!(details["baselines"].as_array().unwrap().len(), 2);
    let outlets = details["slices"][0]["slices"].as_array().unwrap();
    assert_eq!((&outlets[0]["n"], &outlets[1]["n"]), (&json!(56), &json!(4)));
    assert!(outlets[0]["accuracy"].is_object() && outlets[1]["accuracy"].is_null());
    assert_eq!(details["slices"][1]["slices"].as_array().unwrap().len(), 2);

    run(&args);
    assert!(fs::read_to_string(&page).unwrap() == html, "the same run gives another page");
}

#[test]
fn thresholds_are_given_for_the_shares_asked_for() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(60));
    let report = report(&["evaluate", &data, "--precision", "0.5", "--interval", "bca"]);
    let thresholds = report["stance"]["thresholds"].as_array().unwrap();
    assert_eq!(thresholds.len(), 1);
    assert_eq!(thresholds[0]["precision"], 0.5);
    assert_eq!(report["stance"]["bootstrap"]["method"], "bca");
}

#[test]
fn annotators_are_compared() {
    let scratch = Scratch::new();
    let own = |labels: [&str; 3]| -> String {
        labels
            .iter()
            .enumerate()
            .map(|(id, label)| format!("{}\n", json!({"id": id, "stance": label})))
            .collect()
    };
    let ann = scratch.file("ann.jsonl", own(["hawkish", "neutral", "dovish"]));
    let ben = scratch.file("ben.jsonl", own(["hawkish", "neutral", "diplomatic"]));
    let map = ["--label-map", "dovish=diplomatic"];
    let report = report(&[&["evaluate", "--agreement", &ann, &ben], &map[..]].concat());
    assert_eq!(report["stance"]["annotators"], json!(["ann", "ben"]));
    assert_eq!((&report["stance"]["alpha_nominal"], &report["stance"]["units"]), (&json!(1.0), &json!(3)));
    let gate = |least: &str| {
        run(&["evaluate", "--agreement", "tests/data/second_reading.tsv", "--fail-under", least])
    };
    assert_eq!(gate("alpha_nominal=0.1").code, Some(0));
    gate("alpha_nominal=0.999").complains(3, &["gate not met", "alpha_nominal"]);

    run(&["evaluate", "--agreement", &ann, &ben]).complains(1, &["ann.jsonl:3:", "dovish", "--label-map"]);
    run(&["evaluate", "--agreement", &ben]).complains(1, &["one annotator", "a file for each"]);
    let twice = scratch.file("twice.csv", "id,stance\nx,neutral\nx,hawkish\n");
    run(&["evaluate", "--agreement", &ben, &twice]).complains(1, &["twice.csv:3:", "'x'", "line 2"]);
    let bare = scratch.file("bare.csv", "id,label\nx,neutral\n");
    run(&["evaluate", "--agreement", &ben, &bare]).complains(1, &["bare.csv", "no column 'stance'"]);
    let nameless = scratch.file("nameless.csv", "stance\nneutral\n");
    run(&["evaluate", "--agreement", &nameless]).complains(1, &["nameless.csv:2:", "'id'"]);
    let binary = scratch.file("binary.jsonl", [0xff, 0xfe, 0x00]);
    run(&["evaluate", "--agreement", &ben, &binary]).complains(1, &["binary.jsonl", "UTF-8"]);
    let broken = scratch.file("broken.jsonl", "{\"id\": 1, \"stance\": \"neutral\"}\n{\n");
    run(&["evaluate", "--agreement", &ben, &broken]).complains(1, &["broken.jsonl:2:", "JSON"]);
}

#[test]
fn wrong_data_are_named_with_line_and_remedy() {
    let scratch = Scratch::new();
    let check = |name: &str, content: &[u8], parts: &[&str]| {
        let path = scratch.file(name, content);
        run(&["evaluate", &path]).complains(1, &[&[path.as_str()], parts].concat());
    };
    check("empty.jsonl", b"", &["no labelled sentence"]);
    check("binary.jsonl", &[0, 159, 146, 150, 255], &[":1:", "UTF-8"]);
    check("seven.jsonl", (rows(6) + "{\"id\": \n").as_bytes(), &[":7:", "not a JSON object"]);
    check(
        "label.jsonl",
        b"{\"text\": \"no\", \"stance\": \"dovish\"}\n",
        &[":1:", "'dovish'", "--label-map"],
    );
    check("column.csv", b"text,position\nno,hawkish\n", &[":1:", "no column 'stance'", "--column"]);
    check("field.jsonl", b"{\"text\": \"no\"}\n", &[":1:", "'stance' is missing"]);
    check("data.parquet", b"PAR1", &["unknown format", ".jsonl"]);
}

#[test]
fn wrong_options_are_named_with_a_remedy() {
    let scratch = Scratch::new();
    let data = scratch.file("rows.jsonl", rows(6));
    let with = |more: &[&str]| run(&[&["evaluate", &data], more].concat());
    with(&["--by", "planet"])
        .complains(1, &["--by planet", "rows.jsonl", "found: article, outlet, published", "name one"]);
    with(&["--cluster", "planet"]).complains(1, &["--cluster planet", "name one"]);
    for gate in ["macro_f1", "macro_f1=", "macro_f1=high", "macro_f1=nan", "=0.5"] {
        with(&["--fail-under", gate]).complains(2, &["MEASURE=MIN", "macro_f1=0.7"]);
    }
    with(&["--fail-under", "beauty=0.5"]).complains(1, &["'beauty'", "macro_f1"]);
    with(&["--fail-under", "cohen_kappa=1.5"]).complains(3, &["cohen_kappa", "1.5"]);
    with(&["--compare", "nowhere"]).complains(1, &["nowhere", "model.json"]);
    with(&["--train", "nowhere.jsonl"]).complains(1, &["nowhere.jsonl", "no such file"]);
    with(&["--precision", "2"]).complains(2, &["a probability from 0 to 1"]);
    with(&["--learning-curve"]).complains(2, &["--train"]);
    with(&["-o", "nowhere/report.html"]).complains(1, &["nowhere/report.html", "cannot write"]);
    run(&["evaluate", "--agreement", &data, "-o", "x.html"]).complains(1, &["--agreement", ".json"]);
    run(&["evaluate", "--quotes", &data, "-o", "x.html"]).complains(1, &["--quotes", ".json"]);
    for args in [["--agreement", "--train"], ["--agreement", "--compare"], ["--agreement", "--by"]] {
        assert_eq!(with(&[&args[..], &["x"]].concat()).code, Some(2), "{args:?}");
    }
}

/// A stance in the gold asks for a model, and the three figures come down from one to the next.
#[test]
fn quote_speaker_and_stance_are_measured_end_to_end() {
    let scratch = Scratch::new();
    let words = "“We will bomb the depots,” said Ann Reed, the minister.";
    let quote = json!({"content_spans": [[1, 25]], "source_span": [32, 40], "source": "Ann Reed", "stance": "hawkish"});
    let gold =
        scratch.file("gold.jsonl", format!("{}\n", json!({"id": "a", "text": words, "quotes": [quote]})));
    let report = report(&["evaluate", "--quotes", &gold]);
    assert!(report["system"].as_str().unwrap().contains("words@"), "{}", report["system"]);
    assert_eq!(report["parts"]["stance_right"]["of"], 1);
    let f1 = |name: &str| report["scores"][name]["f1"]["value"].as_f64().unwrap();
    assert_eq!(f1("end_to_end"), 1.0);
    assert!(f1("end_to_end_stance") <= f1("end_to_end"));
    let wrong = fs::read_to_string(&gold).unwrap().replace("hawkish", "angry");
    let wrong = scratch.file("wrong.jsonl", wrong);
    run(&["evaluate", "--quotes", &wrong])
        .complains(1, &["wrong.jsonl:1:", "quotes[0].stance", "angry", "hawkish"]);
}
