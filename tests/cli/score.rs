//! The main job.

use demarche::model::{BuiltIn, Model};
use demarche::types::Stance;
use serde_json::Value;

use super::support::{Scratch, demarche, run, run_with};

#[test]
fn the_examples_are_read_to_the_quote() {
    let run = run(&["quotes", "examples", "--format", "table", "--quiet"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn every_quote_of_the_examples_is_scored() {
    let run = run(&["score", "examples"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let records = run.records();
    assert!(records.len() >= 20, "{}", records.len());
    for record in records {
        let stance = &record["stance"];
        let sum = ["hawkish", "diplomatic", "neutral"]
            .iter()
            .map(|name| stance[name].as_f64().unwrap())
            .sum::<f64>();
        assert!((sum - 1.0).abs() < 1e-5, "{record}");
        let score = stance["hawkish"].as_f64().unwrap() - stance["diplomatic"].as_f64().unwrap();
        assert!((stance["score"].as_f64().unwrap() - score).abs() < 1e-5, "{record}");
        assert_eq!(record["schema"], "demarche.quote/2");
    }
}

#[test]
fn offsets_slice_back_to_the_words() {
    let run = run(&["score", "examples", "--with-text", "--indirect"]);
    for record in run.records() {
        let text: Vec<char> = record["article"]["text"].as_str().unwrap().chars().collect();
        let slice = |start: &serde_json::Value, end: &serde_json::Value| -> String {
            text[start.as_u64().unwrap() as usize..end.as_u64().unwrap() as usize].iter().collect()
        };
        let quote = &record["quote"];
        let segments: Vec<String> =
            quote["spans"].as_array().unwrap().iter().map(|span| slice(&span[0], &span[1])).collect();
        assert_eq!(quote["text"].as_str().unwrap(), segments.join(" "));
        assert_eq!(quote["start"], quote["spans"][0][0]);
        for part in [&record["speaker"], &record["cue"]] {
            let words = if part["mention"].is_null() { &part["text"] } else { &part["mention"] };
            if let Some(words) = words.as_str() {
                assert_eq!(words, slice(&part["start"], &part["end"]));
            }
        }
    }
}

#[test]
fn a_minimum_confidence_leaves_labels_out() {
    let run = run(&["score", "examples", "--min-confidence", "1"]);
    let records = run.records();
    assert!(!records.is_empty());
    assert!(records.iter().all(|it| it["stance"]["label"].is_null() && it["sentiment"]["label"].is_null()));
}

#[test]
fn a_minimum_accuracy_leaves_out_what_the_model_is_not_sure_enough_of() {
    let labels = |accuracy: &str| {
        let run = run(&["score", "examples", "--tier", "fast", "--min-accuracy", accuracy]);
        let label = |record: &Value| record["stance"]["label"].as_str().map(str::to_owned);
        (run.records().iter().map(label).collect::<Vec<_>>(), run.records())
    };
    let (low, _) = labels("0.6");
    let (high, records) = labels("0.8");
    let given = |labels: &[Option<String>]| labels.iter().flatten().count();
    assert!(given(&high) < given(&low) && given(&low) > 0);
    let model = Model::built_in(BuiltIn::Fast).unwrap();
    let [least, _] = model.least_confidence(0.8).unwrap();
    for (label, record) in high.iter().zip(&records) {
        let largest =
            Stance::NAMES.iter().filter_map(|name| record["stance"][name].as_f64()).fold(0.0, f64::max);
        assert_eq!(label.is_some(), largest >= least, "{record}");
    }
}

#[test]
fn an_accuracy_that_cannot_be_had_is_refused() {
    let run = run(&["score", "examples", "--tier", "fast", "--min-accuracy", "0.9999"]);
    run.complains(1, &["stance", "the largest it knows is 0."]);
}

#[test]
fn a_limit_stops_after_so_many_articles() {
    let run = run(&["quotes", "examples", "--limit", "2"]);
    let mut articles: Vec<String> = run.records().iter().map(|it| it["article"]["id"].to_string()).collect();
    articles.dedup();
    assert_eq!(articles.len(), 2);
}

#[test]
fn the_same_article_in_every_format_has_the_same_quotes() {
    let words = "We will sign as soon as the survey is finished,";
    let plain =
        format!("Ministers meet\n\n“{words}” said Marta Quintela, the Portuguese foreign minister.\n");
    let scratch = Scratch::new();
    let latin1: Vec<u8> = plain.replace(['“', '”'], "\"").chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let html = plain.replace("Ministers meet\n\n", "").replace('\n', "");
    let paths = [
        scratch.file("a.txt", &plain),
        scratch.file("b.md", format!("# {plain}")),
        scratch.file(
            "c.html",
            format!("<html><head><title>Ministers meet</title></head><body><article><h1>Ministers meet</h1><p>{html}</p></article></body></html>"),
        ),
        scratch.file("d.jsonl", format!("{}\n", serde_json::json!({"text": plain}))),
        scratch.file("e.csv", format!("text\n\"{}\"\n", plain.replace('"', "\"\""))),
        scratch.file("f.txt", latin1),
        scratch.file("g.txt", utf16),
        scratch.file("h.txt.zst", zstd::encode_all(plain.as_bytes(), 1).unwrap()),
        scratch.file("i.txt.gz", gzip(plain.as_bytes())),
    ];
    for path in paths {
        let run = run(&["quotes", &path]);
        assert_eq!(run.code, Some(0), "{path}: {}", run.stderr);
        let records = run.records();
        assert_eq!(records.len(), 1, "{path}: {}", run.stdout);
        assert_eq!(records[0]["quote"]["text"], words, "{path}");
        assert_eq!(records[0]["speaker"]["name"], "Marta Quintela", "{path}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn other_column_names_are_taken() {
    let record = serde_json::json!({
        "story": {"body": "“We are ready to talk about it,” said Marta Quintela."}, "key": 7, "paper": "The Tagus Post",
        "day": "Oct. 1, 2017", "head": "Ready to talk", "link": "https://tagus.example/7",
    });
    let run = run_with(
        demarche(&[
            "quotes",
            "-",
            "--text-column",
            "story.body",
            "--id-column",
            "key",
            "--outlet-column",
            "paper",
        ])
        .args(["--published-column", "day", "--title-column", "head", "--url-column", "link"])
        .write_stdin(format!("{record}\n")),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let article = &run.records()[0]["article"];
    assert_eq!(
        *article,
        serde_json::json!({"id": "7", "title": "Ready to talk", "url": "https://tagus.example/7",
                           "outlet": "The Tagus Post", "published": "2017-10-01"})
    );
}

#[test]
fn why_shows_the_rule_and_its_evidence() {
    let records = run(&["quotes", "examples", "--why", "--with-text"]).records();
    assert!(!records.is_empty());
    for record in &records {
        let why = &record["why"];
        assert!(why["rule"].as_str().is_some_and(|rule| !rule.is_empty()), "{record}");
        assert!(why["looked_for"].as_str().is_some_and(|words| !words.is_empty()), "{record}");
        let text: Vec<char> = record["article"]["text"].as_str().unwrap().chars().collect();
        for found in [&why["source"], &why["named"]] {
            if let Some(words) = found["text"].as_str() {
                let start = found["start"].as_u64().unwrap() as usize;
                let end = found["end"].as_u64().unwrap() as usize;
                assert_eq!(words, text[start..end].iter().collect::<String>());
            }
        }
    }
    let named = |record: &serde_json::Value| record["why"]["named"]["text"] == record["speaker"]["name"];
    assert!(records.iter().any(named));
    assert!(run(&["quotes", "examples"]).records().iter().all(|record| record.get("why").is_none()));
}

#[test]
fn why_is_a_line_in_the_table_and_columns_in_csv() {
    let table = run(&["quotes", "examples/channel_dispute.txt", "--why", "--format", "table", "--quiet"]);
    insta::assert_snapshot!(table.stdout);
    let csv = run(&["quotes", "examples/channel_dispute.txt", "--why", "--format", "csv", "--quiet"]);
    let header = csv.stdout.lines().next().unwrap_or_default();
    assert!(header.contains(",why.rule,why.looked_for,why.source.text,"), "{header}");
}
