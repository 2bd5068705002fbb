//! `evaluate --quotes`: quotes and speakers measured on annotated articles.

use serde_json::{Value, json};

use super::support::{Scratch, run, text};

const GOLD: &str = "tests/data/quotes_gold.jsonl";
const SYSTEM: &str = "tests/data/quotes_system.jsonl";

#[test]
fn our_own_quotes_are_measured() {
    let run = run(&["evaluate", "--quotes", GOLD, "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["articles"], &report["system"]), (&json!(6), &json!("demarche")));
    assert_eq!(report["data"]["rows"], 6);
    for score in ["region_exact", "region_claim", "end_to_end"] {
        let f1 = &report["scores"][score]["f1"];
        assert!(f1["value"].as_f64().unwrap() > 0.7, "{score}: {f1}");
        assert!(f1["low"].as_f64() <= f1["value"].as_f64() && f1["value"].as_f64() <= f1["high"].as_f64());
    }
    // Indirect speech is asked for without an option, and the clause around words in marks counts.
    for score in ["content_j50_indirect", "content_j50_mixed"] {
        assert!(report["scores"][score]["found"].as_u64().unwrap() > 0, "{score}");
    }
}

#[test]
fn the_quotes_of_another_tool_are_measured() {
    let scratch = Scratch::new();
    let (report, errors) = (text(&scratch.path("report.json")), text(&scratch.path("errors.jsonl")));
    let run = run(&["evaluate", "--quotes", GOLD, "--system", SYSTEM, "-o", &report, "--errors", &errors]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string("tests/data/quotes_expected.json").unwrap()).unwrap();
    let notes: Vec<&str> = report["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for part in ["1 articles are not in", "1 articles of tests/data/quotes_system.jsonl are not annotated"] {
        assert!(notes.iter().any(|note| note.starts_with(part)), "{notes:?}");
    }
    assert_eq!(report["scores"]["end_to_end"]["right"], expected["end_to_end"]["tp"]);
    let errors = std::fs::read_to_string(errors).unwrap();
    let first: Value = serde_json::from_str(errors.lines().next().unwrap()).unwrap();
    assert_eq!((&first["article"], &first["error"]), (&json!("veldania-dam"), &json!("content_wrong")));
    assert_eq!(first["found"], json!({"mention": "She", "name": "Otto Marrenholt"}));
}

#[test]
fn a_table_is_printed_without_format() {
    let run = run(&["evaluate", "--quotes", GOLD, "--system", SYSTEM, "--resamples", "100"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for part in
        ["quoted regions", "contents, Jaccard", "speakers of claimed regions", "83.3 (", "articles (6)"]
    {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
}

#[test]
fn gates_know_the_figures() {
    let with = |gate: &str| {
        run(&["evaluate", "--quotes", GOLD, "--system", SYSTEM, "--resamples", "100", "--fail-under", gate])
    };
    assert_eq!(with("region_claim=0.8").code, Some(0));
    assert_eq!(with("speaker_right=0.7").code, Some(0));
    with("region_claim.precision=0.9").complains(3, &["gate not met", "region_claim.precision is 0.8333"]);
    with("macro_f1=0.1").complains(1, &["no measure 'macro_f1'", "region_exact", "end_to_end"]);
}

#[test]
fn options_that_do_not_go_together_are_usage_errors() {
    for args in [
        &["evaluate"][..],
        &["evaluate", "--quotes", GOLD, "training_data"],
        &["evaluate", "--quotes", GOLD, "--split", "train"],
        &["evaluate", "--quotes", GOLD, "--predictions", "x.jsonl"],
        &["evaluate", "--quotes", GOLD, "--system", SYSTEM, "--roster", "x.csv"],
        &["evaluate", "training_data", "--system", SYSTEM],
        &["evaluate", "training_data", "--errors", "x.jsonl"],
    ] {
        assert_eq!(run(args).code, Some(2), "{args:?}");
    }
}

/// One bad line after a good one: the message names file, line and remedy.
#[test]
fn bad_lines_are_named() {
    let good = json!({"id": "good", "text": "Rain.", "quotes": []});
    let check = |bad: &str, parts: &[&str]| {
        let scratch = Scratch::new();
        let path = scratch.file("gold.jsonl", format!("{good}\n{bad}\n"));
        let place = format!("{path}:2:");
        run(&["evaluate", "--quotes", &path]).complains(1, &[&[place.as_str()], parts].concat());
    };
    let quote =
        |fields: &str| format!("{{\"id\": \"a\", \"text\": \"“No,” he said.\", \"quotes\": [{{{fields}}}]}}");
    check("no JSON", &["expected ident at column 2", "README"]);
    check("[]", &["README"]);
    check(r#"{"text": "x", "quotes": []}"#, &["missing field `id`"]);
    check(r#"{"id": "a", "quotes": []}"#, &["missing field `text`"]);
    check(r#"{"id": "a", "text": "x"}"#, &["missing field `quotes`"]);
    check(r#"{"id": "good", "text": "x", "quotes": []}"#, &["'good' stands on line 1", "id of its own"]);
    check(r#"{"id": "a", "text": "x", "quotes": [], "date": "May 5"}"#, &["'May 5'", "YYYY-MM-DD"]);
    check(&quote(""), &["missing field `content_spans`"]);
    check(&quote(r#""content_spans": [["1", 3]]"#), &["invalid type: string \"1\"", "README"]);
    check(
        &quote(r#""content_spans": []"#),
        &["'quotes[0].content_spans' has no letter", "span of the words"],
    );
    check(&quote(r#""content_spans": [[3, 5]]"#), &["has no letter"]);
    for span in ["[1, 99]", "[-1, 3]", "[3, 3]", "[4, 1]"] {
        let place = format!("'quotes[0].content_spans[0]' is {span} in a text of 14 code points");
        check(&quote(&format!(r#""content_spans": [{span}]"#)), &[&place, "code points from 0"]);
    }
    check(&quote(r#""content_spans": [[1, 3]], "source_span": [6, 40]"#), &["'quotes[0].source_span' is"]);
    check(&quote(r#""content_spans": [[1, 3]], "cue_span": [9, 9]"#), &["'quotes[0].cue_span' is [9, 9]"]);
    check(&quote(r#""content_spans": [[1, 3]], "speaker_type": "person""#), &["`person`", "`pronoun`"]);
    check(&quote(r#""content_spans": [[1, 3]], "quote_marks": "none""#), &["`none`", "`indirect`"]);
    let region = |fields: &str| {
        let start = &quote(r#""content_spans": [[6, 8]]"#);
        format!("{}, \"quoted_regions\": [{{{fields}}}]}}", start.trim_end_matches('}').to_owned() + "}]")
            .replace("]}]}]", "]}]")
    };
    check(&region(r#""start": 1"#), &["missing field `end`"]);
    check(&region(r#""start": 1, "end": 15"#), &["'quoted_regions[0]' is [1, 15]"]);
    check(&region(r#""start": 1, "end": 3, "label": "scare""#), &["`scare`", "`not_quote`"]);
    check(&region(r#""start": 1, "end": 3, "label": "quote""#), &["lies in no content", "content_index"]);
    check(&region(r#""start": 1, "end": 3, "content_index": 4"#), &["is 4, but there are 1 quotes"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let scratch = Scratch::new();
    let missing = text(&scratch.path("missing.jsonl"));
    run(&["evaluate", "--quotes", &missing]).complains(1, &["cannot read", &missing]);
    run(&["evaluate", "--quotes", GOLD, "--system", &missing]).complains(1, &["cannot read", &missing]);
    let empty = scratch.file("empty.jsonl", "");
    run(&["evaluate", "--quotes", &empty]).complains(1, &[&empty, "no article"]);
    let system = scratch.file("system.jsonl", "{\"id\": \"a\", \"quotes\": [{\"start\": -2, \"end\": 4}]}\n");
    run(&["evaluate", "--quotes", GOLD, "--system", &system])
        .complains(1, &[&format!("{system}:1:"), "integer `-2`", "README"]);
}

/// The line that the README shows is a line that the program reads, and measures as it says.
#[test]
fn the_line_of_the_readme_is_read() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let start = readme.find("{\"id\": \"ferry\"").unwrap();
    let example = &readme[start..start + readme[start..].find("```").unwrap()];
    let scratch = Scratch::new();
    let path = scratch.file("gold.jsonl", example.trim_end().replace('\n', ""));
    let run = run(&[
        "evaluate",
        "--quotes",
        &path,
        "--fail-under",
        "region_claim=1",
        "--fail-under",
        "end_to_end=1",
    ]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}
