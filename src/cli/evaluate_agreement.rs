use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::ExitStatus;
use super::args::EvaluateArgs;
use super::evaluate::{gates, publish};
use crate::evaluation::{AgreementReport, agreement};
use crate::types::{Sentiment, Stance};

/// The questions, with their labels from one end of the scale to the other.
const QUESTIONS: [(&str, [&str; 3]); 2] =
    [("stance", ["hawkish", "neutral", "diplomatic"]), ("sentiment", ["negative", "neutral", "positive"])];

/// A row of a file: its line and its fields.
type Row = (u64, BTreeMap<String, String>);

/// Measures how far the annotators of the files agree. A column `stance` or `sentiment` holds the labels of
/// one annotator, named after the file; a column `NAME_stance` those of NAME. Rows meet by their `id`.
pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitStatus> {
    let mut units: BTreeMap<String, usize> = BTreeMap::new();
    // For each question the labels of each annotator by unit, annotators in the order they were met.
    let mut labels: [Vec<(String, BTreeMap<usize, usize>)>; 2] = Default::default();
    for path in &args.data {
        let mut met: BTreeMap<String, u64> = BTreeMap::new();
        let mut labelled = false;
        for (line, fields) in rows(path)? {
            let place = || format!("{}:{line}", path.display());
            let Some(id) = fields.get("id") else {
                bail!("{}: 'id' is missing or empty; rows of annotators meet by their id", place())
            };
            if let Some(before) = met.insert(id.clone(), line) {
                bail!(
                    "{}: the id '{id}' stands on line {before} too; give each row an id of its own",
                    place()
                );
            }
            let next = units.len();
            let unit = *units.entry(id.clone()).or_insert(next);
            for ((question, order), own) in QUESTIONS.iter().zip(&mut labels) {
                for (column, label) in &fields {
                    let Some(annotator) = annotator(column, question, path) else { continue };
                    labelled = true;
                    let mapped = args.labels.label_map.iter().find(|(theirs, _)| theirs == label);
                    let label = mapped.map_or(label.as_str(), |(_, ours)| ours);
                    let known = match *question {
                        "stance" => label.parse::<Stance>().map(Stance::name),
                        _ => label.parse::<Sentiment>().map(Sentiment::name),
                    };
                    let name = known.with_context(|| {
                        format!("{}: column '{column}' (map it with --label-map {label}=LABEL)", place())
                    })?;
                    let Some(class) = order.iter().position(|known| *known == name) else { continue };
                    let index = own.iter().position(|(known, _)| *known == annotator).unwrap_or_else(|| {
                        own.push((annotator, BTreeMap::new()));
                        own.len() - 1
                    });
                    if let Some((_, labels)) = own.get_mut(index) {
                        labels.insert(unit, class);
                    }
                }
            }
        }
        ensure!(
            labelled,
            "{}: no column 'stance', 'sentiment', 'NAME_stance' or 'NAME_sentiment'; name the labels so",
            path.display()
        );
    }
    let mut reports: Vec<AgreementReport> = Vec::new();
    for ((question, order), own) in QUESTIONS.into_iter().zip(labels) {
        if own.len() < 2 {
            continue;
        }
        let (names, columns): (Vec<String>, Vec<BTreeMap<usize, usize>>) = own.into_iter().unzip();
        let table: Vec<Vec<Option<usize>>> = columns
            .iter()
            .map(|own| (0..units.len()).map(|unit| own.get(&unit).copied()).collect())
            .collect();
        reports.push(agreement(question, &names, &table, order)?);
    }
    ensure!(
        !reports.is_empty(),
        "the data have one annotator; give a file for each, or columns such as ann_stance and ben_stance"
    );
    let by_question = || -> BTreeMap<&str, &AgreementReport> {
        reports.iter().map(|report| (report.question, report)).collect()
    };
    let table = || reports.iter().map(AgreementReport::to_table).collect::<Vec<_>>().join("\n");
    publish(args, || Ok(serde_json::to_string_pretty(&by_question())?), table)?;
    let measure = |name: &str| {
        let (question, rest) = name.split_once('.').unwrap_or(("stance", name));
        by_question().get(question)?.measure(rest)
    };
    gates(&args.fail_under, measure, "alpha_nominal, fleiss_kappa or sentiment.agreement")
}

/// Whose labels a column holds, where it holds labels of the question.
fn annotator(column: &str, question: &str, path: &Path) -> Option<String> {
    if column == question {
        return Some(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    let name = column.strip_suffix(question)?.strip_suffix('_')?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The rows of a JSONL, CSV or TSV file, with the fields that are not empty.
fn rows(path: &PathBuf) -> anyhow::Result<Vec<Row>> {
    let place = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {place}"))?;
    let text = std::str::from_utf8(&bytes)
        .with_context(|| format!("{place}: not valid UTF-8; save the file as UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let rows = match extension.as_deref() {
        Some("jsonl" | "ndjson") => json_rows(text, path)?,
        Some("csv") => table_rows(text, b',', path)?,
        Some("tsv") => table_rows(text, b'\t', path)?,
        _ => bail!("{place}: unknown format; name it .jsonl, .csv or .tsv"),
    };
    ensure!(!rows.is_empty(), "{place}: the file holds no row");
    Ok(rows)
}

fn json_rows(text: &str, path: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let fields: BTreeMap<String, Value> = serde_json::from_str(text)
            .with_context(|| format!("{}:{line}: not a JSON object", path.display()))?;
        let texts = fields.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) if !text.trim().is_empty() => Some((name, text.trim().to_owned())),
            Value::Number(number) => Some((name, number.to_string())),
            _ => None,
        });
        rows.push((line, texts.collect()));
    }
    Ok(rows)
}

fn table_rows(text: &str, delimiter: u8, path: &Path) -> anyhow::Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let header = reader.headers().with_context(|| format!("{}:1", path.display()))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{}", path.display()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let fields = header.iter().zip(&record).filter(|(_, text)| !text.trim().is_empty());
        rows.push((
            line,
            fields.map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned())).collect(),
        ));
    }
    Ok(rows)
}
