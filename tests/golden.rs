//! Whole articles, read to the quote. The articles and what is expected of them were written for the
//! project; a field that an expectation leaves out is not checked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use demarche::articles::{InputOptions, Inputs};
use demarche::pipeline::{Scorer, ScorerOptions};
use demarche::quotes::{Extractor, QuoteOptions, Roster};
use demarche::records::QuoteRecord;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    text: String,
    kind: Option<String>,
    /// The inner `None` stands for an explicit "unknown".
    #[serde(default, deserialize_with = "present")]
    speaker: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    side: Option<Option<String>>,
}

/// Tells a null from an absent field.
fn present<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(field).map(Some)
}

fn read(name: &str) -> Vec<QuoteRecord> {
    let path = format!("{}/tests/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let options = InputOptions::default();
    let mut inputs = Inputs::open(&[path], options.clone());
    let article = inputs.next().unwrap().unwrap().parse(&options).unwrap();
    let extractor = Extractor::new(Roster::builtin(), QuoteOptions::default());
    Scorer::new(extractor, None, ScorerOptions::default()).records(&[article]).remove(0)
}

#[track_caller]
fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
    let expected: Vec<Expected> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let found = read(name);
    let texts: Vec<&str> = found.iter().map(|it| it.quote.text.as_str()).collect();
    assert_eq!(texts, expected.iter().map(|it| it.text.as_str()).collect::<Vec<_>>());
    for (record, expected) in found.iter().zip(&expected) {
        if let Some(kind) = &expected.kind {
            assert_eq!(&record.quote.kind, kind, "{}", expected.text);
        }
        if let Some(speaker) = &expected.speaker {
            assert_eq!(&record.speaker.name, speaker, "{}", expected.text);
        }
        if let Some(side) = &expected.side {
            assert_eq!(&record.speaker.side, side, "{}", expected.text);
        }
    }
}

#[test]
fn ferry_talks() {
    check("ferry_talks");
}

#[test]
fn border_post() {
    check("border_post");
}
