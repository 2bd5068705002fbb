//! What holds for every input: offsets slice back to the words, nothing panics, and the bytes that
//! come out do not depend on the number of threads.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write as _;
use std::ops::ControlFlow;

use demarche::articles::{InputFormat, InputOptions, Inputs};
use demarche::model::{BuiltIn, Model};
use demarche::pipeline::{Scorer, ScorerOptions, StreamOptions, stream};
use demarche::quotes::{Extractor, QuoteOptions, Roster};
use demarche::records::{JsonLines, QuoteRecord};
use demarche::types::Article;
use proptest::prelude::*;

fn scorer() -> Scorer {
    let extractor = Extractor::new(Roster::builtin(), QuoteOptions { indirect: true });
    let options = ScorerOptions { min_confidence: [0.0; 2], with_text: true, why: true };
    Scorer::new(extractor, Some(Model::built_in(BuiltIn::Words).unwrap()), options)
}

/// Text made of what quotes are made of, in any order.
fn news() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "“",
        "”",
        "\"",
        "‘",
        "’",
        "'",
        "«",
        "»",
        "„",
        "``",
        "''",
        "(",
        ")",
        ",",
        ".",
        "?",
        "…",
        "—",
        ":",
        "\n",
        "\n\n",
        "\r\n",
        "\u{a0}",
        "\u{200b}",
        "\u{ad}",
        " ",
        " said ",
        " he added ",
        "the minister ",
        "Marta Quintela ",
        "North Korea's ",
        " told reporters ",
        "according to ",
        "spokesman",
        "We will go",
        "not now",
        "é",
        "🙂",
        "{ad}",
        "President Ruiz",
        "U.S. ",
        "she ",
        "tweeted",
        "[",
        "]",
        "[[",
        "]]",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..80).prop_map(|pieces| pieces.concat())
}

#[track_caller]
fn check_offsets(record: &QuoteRecord) {
    let text: Vec<char> = record.article.text.as_ref().unwrap().chars().collect();
    let slice = |start: usize, end: usize| text[start..end].iter().collect::<String>();
    let quote = &record.quote;
    let segments: Vec<String> = quote.spans.iter().map(|span| slice(span[0], span[1])).collect();
    assert_eq!(quote.text, segments.join(" "));
    assert!(quote.spans.windows(2).all(|pair| pair[0][1] <= pair[1][0]), "{:?}", quote.spans);
    assert!(quote.spans.iter().all(|span| span[0] < span[1]), "{:?}", quote.spans);
    assert_eq!((quote.start, quote.end), (quote.spans[0][0], quote.spans[quote.spans.len() - 1][1]));
    if let Some(content) = &quote.content {
        assert_eq!(content.text, slice(content.start, content.end));
        assert!(content.start <= quote.start && quote.end <= content.end, "{content:?}");
        assert_eq!(quote.kind, "mixed");
    }
    if let (Some(mention), Some(start), Some(end)) =
        (&record.speaker.mention, record.speaker.start, record.speaker.end)
    {
        assert_eq!(*mention, slice(start, end));
    }
    if let Some(cue) = &record.cue {
        assert_eq!(cue.text, slice(cue.start, cue.end));
    }
    let stance = record.stance.as_ref().unwrap();
    assert!((stance.hawkish + stance.diplomatic + stance.neutral - 1.0).abs() < 1e-5);
}

fn records(text: String) -> Vec<QuoteRecord> {
    let article = Article { id: "a".to_owned(), text, ..Article::default() };
    scorer().records(&[article]).remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn offsets_slice_back_to_the_words(text in news()) {
        for record in records(text) {
            check_offsets(&record);
        }
    }

    #[test]
    fn offsets_slice_back_in_any_text(text in "\\PC{0,300}") {
        for record in records(text) {
            check_offsets(&record);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn bytes_of_any_kind_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        name in prop::sample::select(
            &["a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.tsv", "a.txt.gz", "a.html.zst", "a"][..]
        ),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let options = InputOptions::default();
        for raw in Inputs::open(&[path.to_str().unwrap().to_owned()], options.clone()) {
            if let Ok(article) = raw.and_then(|raw| raw.parse(&options)) {
                for record in records(article.text) {
                    check_offsets(&record);
                }
            }
        }
    }
}

#[test]
fn every_reader_keeps_offsets() {
    let text = "Grain deal \u{2018}holds\u{2019}\r\n\r\n\u{201c}We\u{a0}met, and\u{ad} we will meet again,\u{201d} said \
                Olena Ostapchuk, Ukraine\u{2019}s trade envoy. \u{201c}That is all.\u{201d}\r\n\r\n{mosads}\r\n\r\nShe \
                called the talks \u{201c}\u{e9}puisant.\u{201d}\r\n";
    let html = format!(
        "<html><body><article><h1>Grain</h1><p>{}</p></article></body></html>",
        text.replace("\r\n\r\n", "</p><p>")
    );
    let cases = [
        (InputFormat::Text, text.to_owned()),
        (InputFormat::Markdown, format!("# Grain\n\n> *{}*", text.replace("\r\n", "\n"))),
        (InputFormat::Html, html),
        (InputFormat::Jsonl, format!("{}\n", serde_json::json!({ "text": text }))),
        (InputFormat::Csv, format!("text\n\"{text}\"\n")),
        (InputFormat::Tsv, format!("text\n\"{text}\"\n")),
    ];
    for (format, content) in cases {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let options = InputOptions { format: Some(format), ..InputOptions::default() };
        let path = file.path().to_str().unwrap().to_owned();
        let article =
            Inputs::open(&[path], options.clone()).next().unwrap().unwrap().parse(&options).unwrap();
        let found = scorer().records(&[article]).remove(0);
        assert!(found.len() >= 2, "{format:?}: {found:?}");
        found.iter().for_each(check_offsets);
    }
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    for number in 0..300 {
        let text =
            format!("“We met {number} times,” said Marta Quintela. “That is {}.”", "all ".repeat(number % 9));
        writeln!(file, "{}", serde_json::json!({ "text": text })).unwrap();
    }
    let path = file.path().to_str().unwrap().to_owned();
    let scorer = scorer();
    let bytes = |threads| {
        let options = StreamOptions { threads, limit: None, input: InputOptions::default() };
        let mut inputs = Inputs::open(std::slice::from_ref(&path), options.input.clone());
        let mut bytes = Vec::new();
        stream(&mut inputs, &scorer, &JsonLines, &options, |delivery| {
            bytes.extend_from_slice(&delivery.bytes);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        bytes
    };
    let one = bytes(1);
    assert!(one.iter().filter(|&&byte| byte == b'\n').count() >= 300);
    for threads in [2, 3, 8] {
        assert!(bytes(threads) == one, "{threads} threads differ");
    }
}
