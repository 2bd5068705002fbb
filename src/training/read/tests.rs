use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::types::{Sentiment, Span, Stance};

use super::*;

/// Writes files into a temporary folder and reads that folder.
fn read_files(files: &[(&str, &[u8])], options: &ReadOptions) -> Result<LabelledSet, DataErrors> {
    let home = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    read(&[home.path().to_path_buf()], options)
}

/// Reads one file that must fail; each expected pair is a line and a part of its message.
fn check_errors(name: &str, text: &str, expected: &[(u64, &str)]) {
    let errors = read_files(&[(name, text.as_bytes())], &ReadOptions::default()).unwrap_err();
    let found: Vec<(u64, String)> =
        errors.errors.iter().map(|error| (error.line.unwrap_or(0), error.to_string())).collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((line, message), (expected_line, part)) in found.iter().zip(expected) {
        assert_eq!(line, expected_line, "{message}");
        assert!(message.contains(part), "'{message}' does not say '{part}'");
        assert!(message.contains(name), "'{message}' does not name the file");
    }
}

const ROW: &str = r#"{"id":"a","text":"No talks","context":"“[[No talks]]”, she said","stance":"hawkish","sentiment":"negative","topic":"t","register":"wire","year":1994,"group":"g","split":"train","cases":["denial"]}"#;

#[test]
fn a_full_row_is_read() {
    let set = read_files(&[("a.jsonl", ROW.as_bytes())], &ReadOptions::default()).unwrap();
    let example = &set.examples[0];
    assert_eq!(example.id, "a");
    assert_eq!(example.quote.context, "“No talks”, she said");
    assert_eq!(example.quote.spans, [Span::new(3, 11)]);
    assert_eq!((example.stance, example.sentiment), (Stance::Hawkish, Some(Sentiment::Negative)));
    assert_eq!((example.line, example.year, example.split), (1, Some(1994), Some(Split::Train)));
    assert_eq!(example.cases, ["denial"]);
    assert_eq!((example.group.as_deref(), example.register.as_deref()), (Some("g"), Some("wire")));
}

#[test]
fn every_format_gives_the_same_rows() {
    let csv = "id,text,context,stance,sentiment,topic,register,year,group,split,cases\n\
               a,No talks,\"“[[No talks]]”, she said\",hawkish,negative,t,wire,1994,g,train,denial\n";
    let tsv = csv.replace(',', "\t").replace("”\t she", "”, she");
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(ROW.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let zst = zstd::encode_all(csv.as_bytes(), 1).unwrap();
    let windows = format!("\u{feff}{ROW}\r\n\r\n");
    let options = ReadOptions::default();
    let expected = read_files(&[("a.jsonl", ROW.as_bytes())], &options).unwrap().hash();
    for (name, bytes) in [
        ("a.csv", csv.as_bytes()),
        ("a.csv", format!("\u{feff}{csv}").replace('\n', "\r\n").as_bytes()),
        ("a.tsv", tsv.as_bytes()),
        ("a.jsonl.gz", &gz),
        ("a.csv.zst", &zst),
        ("deep/er/a.jsonl", windows.as_bytes()),
    ] {
        assert_eq!(read_files(&[(name, bytes)], &options).unwrap().hash(), expected, "{name}");
    }
}

#[test]
fn optional_columns_may_be_absent() {
    let set = read_files(
        &[
            ("b.csv", b"text,stance\n\"We agree,\nwe disagree\",neutral\nNo,hawkish\n"),
            ("README.md", b"not data"),
        ],
        &ReadOptions::default(),
    )
    .unwrap();
    let rows: Vec<(&str, u64)> =
        set.examples.iter().map(|example| (example.id.as_str(), example.line)).collect();
    assert_eq!(rows, [("b.csv:2", 2), ("b.csv:4", 4)]);
    assert_eq!(set.examples[0].quote, crate::types::QuoteInContext::bare("We agree,\nwe disagree"));
    assert_eq!(set.examples[0].sentiment, None);
}

#[test]
fn an_unmarked_context_is_searched_for_the_text() {
    let row = r#"{"text":"regrettable","context":"He called it “regrettable”.","stance":"hawkish"}"#;
    let set = read_files(&[("a.jsonl", row.as_bytes())], &ReadOptions::default()).unwrap();
    assert_eq!(set.examples[0].quote.text(), "regrettable");
}

#[test]
fn labels_and_columns_are_mapped() {
    let options = ReadOptions {
        label_map: [("dovish".to_owned(), "diplomatic".to_owned())].into(),
        columns: [("text".to_owned(), "quote".to_owned()), ("stance".to_owned(), "label".to_owned())].into(),
        ..ReadOptions::default()
    };
    for (name, text) in
        [("a.csv", "quote,label\nTalk,dovish\n"), ("a.jsonl", r#"{"quote":"Talk","label":"dovish"}"#)]
    {
        let set = read_files(&[(name, text.as_bytes())], &options).unwrap();
        assert_eq!(set.examples[0].stance, Stance::Diplomatic);
    }
    let errors = read_files(&[("a.csv", b"text,label\nTalk,dovish\n")], &options).unwrap_err();
    assert!(errors.to_string().contains("no column 'quote' (found: text, label)"), "{errors}");
}

#[test]
fn every_bad_line_is_reported_with_its_remedy() {
    let text = [
        ROW,
        "{\"text\": \"x\"",
        "[1]",
        r#"{"text":"x","stance":"dovish"}"#,
        "",
        r#"{"stance":"neutral"}"#,
        r#"{"text":"x","stance":"neutral","split":"dev"}"#,
        r#"{"text":"x","stance":"neutral","context":"[[x"}"#,
        r#"{"text":"x","stance":"neutral","context":"y"}"#,
        r#"{"text":"x","stance":"neutral","year":"soon"}"#,
        r#"{"text":["x"],"stance":"neutral"}"#,
        r#"{"text":"x","stance":"neutral","cases":"irony"}"#,
        r#"{"text":"x","stance":"neutral","sentiment":"angry"}"#,
        r#"{"text":"x","stance":"neutral","stance_weight":-0.2}"#,
    ]
    .join("\n");
    check_errors(
        "bad.jsonl",
        &text,
        &[
            (2, "not a JSON object"),
            (3, "not a JSON object"),
            (
                4,
                "unknown stance label 'dovish' (known: hawkish, diplomatic, neutral); correct it, or map it with --label-map dovish=LABEL",
            ),
            (6, "'text' is missing"),
            (7, "unknown split 'dev' (known: train, validation)"),
            (8, "unbalanced"),
            (9, "put [[ ]] around"),
            (10, "a year in digits"),
            (11, "'text' must be"),
            (12, "a list of texts"),
            (13, "unknown sentiment label 'angry'"),
            (14, "a number, 0 or more"),
        ],
    );
}

#[test]
fn bad_tables_are_reported() {
    check_errors("a.csv", "text,label\nx,hawkish\n", &[(1, "no column 'stance' (found: text, label)")]);
    check_errors(
        "a.csv",
        "text,stance\nx\ny,hawkish\nz,dovish\nu,v,w\n",
        &[(2, "1 fields where the header names 2"), (4, "dovish"), (5, "3 fields")],
    );
}

#[test]
fn bytes_that_are_not_utf8_are_reported() {
    for (name, bytes) in [("a.jsonl", &b"{\"text\":\"\xff\"}"[..]), ("a.csv", b"text,stance\n\xff,neutral\n")]
    {
        let errors = read_files(&[(name, bytes)], &ReadOptions::default()).unwrap_err();
        assert!(errors.to_string().contains("UTF-8"), "{errors}");
    }
}

#[test]
fn paths_that_hold_no_data_are_reported() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    fs::write(path("a.txt"), "x").unwrap();
    fs::write(path("empty.jsonl"), "\n").unwrap();
    fs::write(path("header.csv"), "text,stance\n").unwrap();
    fs::write(path("broken.jsonl.gz"), "not gzip").unwrap();
    fs::create_dir(path("folder")).unwrap();
    let paths = ["a.txt", "empty.jsonl", "header.csv", "broken.jsonl.gz", "folder", "absent.jsonl", "absent"]
        .map(path);
    let errors = read(&paths, &ReadOptions::default()).unwrap_err();
    let problems: Vec<String> = errors.errors.iter().map(|error| error.problem.to_string()).collect();
    let expected = [
        "unknown format",
        "no labelled",
        "no labelled",
        "cannot be read",
        "the folder holds no",
        "no such",
        "no such",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, part) in problems.iter().zip(expected) {
        assert!(problem.contains(part), "'{problem}' does not say '{part}'");
    }
}

#[test]
fn long_lists_of_errors_are_cut() {
    let options = ReadOptions { printed_errors: 2, ..ReadOptions::default() };
    let errors = read_files(&[("a.jsonl", b"x\ny\nz\nu\n")], &options).unwrap_err();
    assert_eq!(errors.errors.len(), 4);
    let printed = errors.to_string();
    assert_eq!(printed.lines().count(), 3);
    assert!(printed.ends_with("… and 2 more"), "{printed}");
}
