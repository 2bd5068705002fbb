//! Briefs.

use serde_json::Value;

use super::support::{ARTICLE, Scratch, demarche, run, run_with};

fn candidates(stdout: &str) -> Vec<String> {
    let brief: Value = serde_json::from_str(stdout).unwrap();
    let all = brief["mixed_messages"].as_array().unwrap();
    let name = |it: &Value, part: &str| it[part]["speaker"].as_str().unwrap().to_owned();
    all.iter()
        .map(|it| {
            format!("{}: {} / {}", it["kind"].as_str().unwrap(), name(it, "hawkish"), name(it, "diplomatic"))
        })
        .collect()
}

#[test]
fn the_contradiction_of_the_examples_ranks_first() {
    let run = run(&["brief", "examples", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(candidates(&run.stdout).first().unwrap(), "within-side: Lucía Ferrante / Esteban Quiroga");
}

#[test]
fn articles_and_their_scored_quotes_make_the_same_brief() {
    let scratch = Scratch::new();
    let scored = run(&["score", "examples", "--with-text"]);
    let path = scratch.file("quotes.jsonl", &scored.stdout);
    let from_articles = run(&["brief", "examples", "--format", "json", "--threads", "3"]);
    let from_file = run(&["brief", &path, "--format", "json"]);
    let from_pipe = run_with(demarche(&["brief", "-", "--format", "json"]).write_stdin(scored.stdout));
    assert_eq!(from_file.code, Some(0), "{}", from_file.stderr);
    assert!(candidates(&from_articles.stdout) == candidates(&from_file.stdout));
    assert_eq!(from_file.stdout, from_pipe.stdout);
    assert_eq!(from_articles.stdout, from_file.stdout);
}

#[test]
fn a_page_has_its_figures_beside_it() {
    let scratch = Scratch::new();
    let page = scratch.path("out.html");
    let run = run(&["brief", "examples", "-o", page.to_str().unwrap(), "--quiet"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    for name in ["out.html", "out.json", "out.quotes.csv", "out.mixed.csv", "out.voices.csv"] {
        assert!(std::fs::metadata(scratch.path(name)).unwrap().len() > 100, "{name}");
    }
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("Mixed-message candidate") && !page.contains("<script"));
}

#[test]
fn bad_records_are_named_by_line() {
    let scratch = Scratch::new();
    let scored = run(&["score", "examples"]).stdout;
    let good = scored.lines().next().unwrap();
    let unscored = run(&["quotes", "examples"]).stdout;
    let text = format!("{good}\n{{\"article\":\n\n{}\n", unscored.lines().next().unwrap());
    let path = scratch.file("quotes.jsonl", text);
    let run = run(&["brief", &path]);
    run.complains(4, &["quotes.jsonl:2:", "not a scored quote", "demarche score"]);
    run.complains(4, &["quotes.jsonl:4:", "no stance", "demarche score"]);
}

#[test]
fn mistakes_are_explained() {
    let scratch = Scratch::new();
    let path = scratch.file("a.txt", ARTICLE);
    run(&["brief", &path, "--side", "Nowhere"]).complains(1, &["Nowhere", "Portugal", "--side"]);
    run(&["brief", &path, "--window", "2y"]).complains(2, &["--window", "14d"]);
    run(&["brief", &path, "--since", "Sunday"]).complains(2, &["--since", "2017-10-01"]);
    run(&["brief", &path, "--since", "2020-01-02", "--until", "2020-01-01"]).complains(1, &["swap"]);
    run(&["brief", "no-such-file.txt"]).complains(4, &["no-such-file.txt", "no such file"]);
    let scored = run(&["score", &path]).stdout;
    scratch.file("folder/quotes.jsonl", scored);
    run(&["brief", scratch.path("folder").to_str().unwrap()])
        .complains(4, &["quotes.jsonl", "name the file itself"]);
}
