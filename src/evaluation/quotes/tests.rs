use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::evaluation::BootstrapOptions;

const FEW: BootstrapOptions = BootstrapOptions {
    resamples: 20,
    level: 0.95,
    seed: 1,
    method: crate::evaluation::IntervalMethod::Percentile,
};

fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

/// The annotated articles of the tests, each with what a system with every kind of mistake reports.
fn articles() -> Vec<(GoldArticle, Vec<SystemQuote>)> {
    let gold = read_gold(&read("quotes_gold.jsonl"), Path::new("gold")).unwrap();
    let mut reported = read_system(&read("quotes_system.jsonl"), Path::new("system")).unwrap();
    gold.into_iter()
        .map(|gold| {
            let place = reported.iter().position(|(id, _)| *id == gold.id);
            let quotes = place.map_or_else(Vec::new, |place| reported.swap_remove(place).1);
            (gold, quotes)
        })
        .collect()
}

fn one(text: &str, quotes: &str) -> GoldArticle {
    let line = format!("{{\"id\": \"a\", \"text\": {}, \"quotes\": {quotes}}}", Value::from(text));
    read_gold(line.as_bytes(), Path::new("gold")).unwrap().remove(0)
}

fn reported(line: &str) -> Vec<SystemQuote> {
    read_system(line.as_bytes(), Path::new("system")).unwrap().remove(0).1
}

/// The figures in the file are those of the project's own scorer in Python, percentages to one decimal.
#[test]
fn the_figures_are_those_of_the_scorer() {
    let expected: Value = serde_json::from_slice(&read("quotes_expected.json")).unwrap();
    let (report, _) = evaluate_quotes(&articles(), "system", &FEW).unwrap();
    let figures = serde_json::to_value(&report).unwrap();
    let percent = |value: &Value| -> Value {
        value
            .as_f64()
            .map_or(Value::Null, |value| Value::from(format!("{:.1}", 100.0 * value).parse::<f64>().unwrap()))
    };
    let part = |name: &str| {
        let part = &figures["parts"][name];
        serde_json::json!([percent(&part["share"]["value"]), part["count"], part["of"]])
    };
    let mut compared = 0;
    for (name, expected) in expected.as_object().unwrap() {
        let found = match name.as_str() {
            "meta" => continue,
            "bytes" => figures["text_bytes"].clone(),
            "sys_quotes" => figures["quotes"].clone(),
            "articles" | "bad_offsets" => figures[name].clone(),
            "region_recall_by_mark" => {
                let of_mark = |mark: &String| {
                    let part = &figures["parts"][format!("region_recall_{mark}")];
                    (mark.clone(), serde_json::json!([part["count"], part["of"]]))
                };
                expected.as_object().unwrap().keys().map(of_mark).collect()
            }
            "not_quote_claimed" | "unclosed_found" => part(name).as_array().unwrap()[1..].into(),
            _ if !figures["parts"][name].is_null() => part(name),
            _ => {
                let score = &figures["scores"][name];
                serde_json::json!({
                    "p": percent(&score["precision"]), "r": percent(&score["recall"]),
                    "f1": percent(&score["f1"]["value"]),
                    "tp": score["right"], "fp": score["wrong"], "fn": score["missed"],
                })
            }
        };
        assert_eq!(&found, expected, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 40);
}

#[test]
fn every_kind_of_mistake_is_listed_where_it_stands() {
    let articles = articles();
    let (report, mistakes) = evaluate_quotes(&articles, "system", &FEW).unwrap();
    let count = |kind: MistakeKind| mistakes.iter().filter(|it| it.error == kind).count() as u64;
    let score = |name: &str| report.scores.iter().find(|(known, _)| *known == name).unwrap().1;
    let claim = score("region_claim");
    assert_eq!(count(MistakeKind::RegionMissed), claim.missed);
    assert_eq!(count(MistakeKind::RegionWrong), claim.wrong);
    let contents = score("content_j50_all");
    assert_eq!(count(MistakeKind::ContentMissed), contents.missed);
    assert_eq!(count(MistakeKind::ContentWrong), contents.wrong);
    let speakers = report.parts.iter().find(|(name, _)| *name == "speaker_right").unwrap().1;
    let wrong = count(MistakeKind::SpeakerWrong) + count(MistakeKind::SpeakerMissed);
    assert_eq!(wrong, speakers.of - speakers.count);
    assert!(wrong > count(MistakeKind::SpeakerMissed) && count(MistakeKind::SpeakerMissed) > 0);
    for mistake in &mistakes {
        let (gold, _) = articles.iter().find(|(gold, _)| gold.id == mistake.article).unwrap();
        let here: String = gold.text.chars().skip(mistake.start).take(mistake.end - mistake.start).collect();
        assert_eq!(here, mistake.text);
    }
}

#[test]
fn a_clause_with_two_quotes_is_one_content() {
    let text = "The guild said the toll would “sink” the boats and “starve” the villages.";
    let gold = one(text, r#"[{"content_spans": [[15, 72]], "source_span": [0, 9], "cue_span": [10, 14]}]"#);
    let mut quotes = reported(
        r#"{"id": "a", "quotes": [
            {"start": 31, "end": 35, "speaker": "The guild", "speaker_start": 0, "speaker_end": 9},
            {"start": 52, "end": 58, "speaker": "the boats", "speaker_start": 37, "speaker_end": 46}]}"#
            .replace('\n', " ")
            .as_str(),
    );
    let check = |quotes: &[SystemQuote], expected: &[(&str, f64)]| {
        let articles = [(gold.clone(), quotes.to_vec())];
        let (report, _) = evaluate_quotes(&articles, "system", &FEW).unwrap();
        for (name, value) in expected {
            assert_eq!(report.measure(name), Some(*value), "{name}");
        }
    };
    let regions = [("region_exact", 1.0), ("region_claim", 1.0), ("speaker_right", 0.5), ("end_to_end", 0.5)];
    check(&quotes, &regions);
    check(&quotes, &[("content_j50_all", 0.0), ("exact_content", 0.0), ("sfu80", 0.0)]);
    for quote in &mut quotes {
        quote.content = Some(Interval::new(15, 72));
    }
    check(&quotes, &regions);
    check(
        &quotes,
        &[
            ("content_j80_mixed", 1.0),
            ("exact_content", 1.0),
            ("sfu80", 1.0),
            ("letters_all", 1.0),
            ("content_speaker_right", 1.0),
        ],
    );
}

#[test]
fn quote_speaker_and_stance_must_all_be_right() {
    let text = "“We will wait,” said Ann Reed. “They will pay,” said Bo Lang. “It rained,” said Cy Dunn.";
    let spans = [([1, 14], [21, 29]), ([32, 46], [53, 60]), ([63, 73], [80, 87])];
    let gold: Vec<String> = spans
        .iter()
        .zip(["diplomatic", "hawkish", "neutral"])
        .map(|(([s, e], [a, b]), stance)| {
            format!(r#"{{"content_spans": [[{s}, {e}]], "source_span": [{a}, {b}], "stance": "{stance}"}}"#)
        })
        .collect();
    let gold = one(text, &format!("[{}]", gold.join(", ")));
    // The first is right, the second has another stance, the third another speaker.
    let quotes: Vec<String> = spans
        .iter()
        .zip([("Ann Reed", "diplomatic"), ("Bo Lang", "neutral"), ("Ann Reed", "neutral")])
        .map(|(([s, e], _), (speaker, stance))| {
            format!(r#"{{"start": {s}, "end": {e}, "speaker": "{speaker}", "stance": "{stance}"}}"#)
        })
        .collect();
    let quotes = reported(&format!(r#"{{"id": "a", "quotes": [{}]}}"#, quotes.join(", ")));
    let (report, _) = evaluate_quotes(&[(gold, quotes)], "system", &FEW).unwrap();
    let check = |name: &str, expected: f64| {
        let found = report.measure(name).unwrap();
        assert!((found - expected).abs() < 1e-12, "{name}: {found}");
    };
    check("region_claim", 1.0);
    check("end_to_end", 2.0 / 3.0);
    check("stance_right", 2.0 / 3.0);
    check("end_to_end_stance", 1.0 / 3.0);
    assert!(report.to_table().contains("quote, speaker and stance"));
}

#[test]
fn figures_go_by_their_json_names() {
    let (report, _) = evaluate_quotes(&articles(), "system", &FEW).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    for (name, score) in json["scores"].as_object().unwrap() {
        assert_eq!(report.measure(name), score["f1"]["value"].as_f64(), "{name}");
        assert_eq!(report.measure(&format!("{name}.precision")), score["precision"].as_f64());
        assert_eq!(report.measure(&format!("{name}.recall")), score["recall"].as_f64());
        assert_eq!(report.measure(&format!("{name}.f2")), None);
    }
    for (name, part) in json["parts"].as_object().unwrap() {
        // A share of nothing is not a number.
        let found = report.measure(name).filter(|value| !value.is_nan());
        assert_eq!(found, part["share"]["value"].as_f64(), "{name}");
    }
    assert_eq!(report.measure("region_exactly"), None);
    let nothing = evaluate_quotes(&[(one("Rain.", "[]"), Vec::new())], "system", &FEW).unwrap().0;
    assert!(nothing.measure("speaker_right").unwrap().is_nan());
    assert_eq!(nothing.measure("region_exact"), Some(0.0));
}

#[test]
fn text_report() {
    let (report, _) = evaluate_quotes(&articles(), "system.jsonl", &FEW).unwrap();
    insta::assert_snapshot!(report.to_table());
}

#[test]
fn what_is_left_out_is_derived() {
    let text = "“It is late,” said Ada Brook, head of the guild. “Blue Hour” is a song. “Go.\n\n\
        They said the tide was “too high” and ''too fast''.";
    let gold = one(
        text,
        r#"[{"content_spans": [[1, 12]], "source_span": [19, 47]},
            {"content_spans": [[73, 76]]},
            {"content_spans": [[88, 128]], "source_span": [78, 82], "speaker": ""}]"#
            .replace('\n', " ")
            .as_str(),
    );
    let words = |span: Interval| text.chars().skip(span.start).take(span.len()).collect::<String>();
    let regions: Vec<_> =
        gold.regions.iter().map(|it| (words(it.span), it.label, it.closed, it.content)).collect();
    let expected = [
        ("It is late,", RegionLabel::Quote, true, Some(0)),
        ("Blue Hour", RegionLabel::NotQuote, true, None),
        ("Go.", RegionLabel::Quote, false, Some(1)),
        ("too high", RegionLabel::Quote, true, Some(2)),
        ("too fast", RegionLabel::Quote, true, Some(2)),
    ];
    assert_eq!(regions, expected.map(|(words, label, closed, it)| (words.to_owned(), label, closed, it)));
    let classes: Vec<ContentClass> = gold.quotes.iter().map(|quote| quote.marks).collect();
    assert_eq!(classes, [ContentClass::Direct, ContentClass::Direct, ContentClass::Mixed]);
    let brook = gold.quotes[0].source.as_ref().unwrap();
    assert_eq!((brook.head.as_str(), words(brook.head_span).as_str()), ("Brook", "Brook"));
    assert_eq!(brook.class, SourceClass::Name);
    assert_eq!(gold.quotes[1].source, None);
    let they = gold.quotes[2].source.as_ref().unwrap();
    assert_eq!((they.class, they.speaker.as_deref(), they.trusted), (SourceClass::Pronoun, None, true));
}

#[test]
fn errors_are_counted_by_line() {
    let check = |errors: QuoteFileErrors, expected: &str| assert_eq!(errors.to_string(), expected);
    let gold = |bytes: &[u8]| read_gold(bytes, Path::new("gold.jsonl")).unwrap_err();
    check(gold(b"\n \n"), "gold.jsonl: the file holds no article; write one JSON object a line");
    check(
        gold(b"\xff\n{\"id\": \"a\", \"text\": \"\", \"quotes\": []}\n\n{\"id\": \"a\", \"text\": \"\", \"quotes\": []}"),
        "gold.jsonl:1: not valid UTF-8; save the file as UTF-8\n\
         gold.jsonl:4: the id 'a' stands on line 2 already; give every article an id of its own",
    );
    let many = "x\n".repeat(30);
    assert!(gold(many.as_bytes()).to_string().ends_with("\n… and 10 more"));
    let system = |line: &str| read_system(line.as_bytes(), Path::new("s.jsonl")).unwrap_err();
    check(
        system(r#"{"id": "a", "quotes": [{"text": "x"}]}"#),
        "s.jsonl:1: 'quotes[0]' has neither spans nor start and end; give one of them",
    );
    check(
        system(r#"{"quotes": []}"#),
        "s.jsonl:1: missing field `id`; the README shows a line of the format",
    );
}

#[test]
fn nothing_to_measure_is_an_error() {
    let error = evaluate_quotes(&[], "system", &FEW).unwrap_err();
    assert_eq!(error.to_string(), "no articles to evaluate; give at least one annotated article");
}

fn spans(most: usize) -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..50_usize, 1..15_usize), 1..most)
}

proptest! {
    #[test]
    fn figures_stay_in_their_ranges_and_perfect_answers_are_perfect(
        text in "[ab ,“”\"é'\n]{20,60}",
        contents in prop::collection::vec(spans(3), 0..4),
        quotes in prop::collection::vec((spans(3), prop::option::of((0..70_usize, 0..9_usize))), 0..5),
    ) {
        let length = text.chars().count();
        let cut = |(start, len): (usize, usize)| [start.min(length - 1), (start + len).min(length).max(start.min(length - 1) + 1)];
        let contents: Vec<Value> = contents
            .into_iter()
            .map(|spans| serde_json::json!({"content_spans": spans.into_iter().map(cut).collect::<Vec<_>>()}))
            .collect();
        let line = serde_json::json!({"id": "a", "text": text, "quotes": contents}).to_string();
        // A content without a letter is refused.
        if let Ok(gold) = read_gold(line.as_bytes(), Path::new("gold")) {
            let gold = gold[0].clone();
            let interval = |(start, len)| Interval::new(start, start + len);
            let quotes: Vec<SystemQuote> = quotes
                .into_iter()
                .map(|(spans, speaker)| SystemQuote {
                    spans: spans.into_iter().map(interval).collect(),
                    speaker_span: speaker.map(interval),
                    ..SystemQuote::default()
                })
                .collect();
            let (report, _) = evaluate_quotes(&[(gold.clone(), quotes)], "system", &FEW).unwrap();
            for (name, score) in &report.scores {
                for value in [score.precision, score.recall, score.f1.value] {
                    prop_assert!((0.0..=1.0).contains(&value), "{} {}", name, value);
                }
            }
            let perfect: Vec<SystemQuote> = gold
                .quotes
                .iter()
                .map(|quote| SystemQuote { spans: quote.content.clone(), ..SystemQuote::default() })
                .collect();
            let all = gold.quotes.len() as u64;
            let (report, _) = evaluate_quotes(&[(gold, perfect)], "system", &FEW).unwrap();
            for name in ["content_j80_all", "letters_all", "exact_content"] {
                let score = report.scores.iter().find(|(known, _)| *known == name).unwrap().1;
                prop_assert_eq!((score.wrong, score.missed), (0, 0), "{}", name);
            }
            prop_assert_eq!(report.quotes, all);
        }
    }
}
