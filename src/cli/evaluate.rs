use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::ExitStatus;
use super::args::{EvaluateArgs, ReportFormat, SplitChoice};
use super::evaluate_quotes;
use super::generate::print;
use super::models::choose;
use super::terminal::complain;
use super::train::read;
use crate::evaluation::{BootstrapOptions, DataSource, EvaluationReport, evaluate};
use crate::model::Model;
use crate::records::Output;
use crate::training::{LabelledExample, Split};
use crate::types::{QuoteInContext, Scores, Sentiment, Stance};

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitStatus> {
    if let Some(gold) = &args.quotes.quotes {
        return evaluate_quotes::run(gold, args);
    }
    let model = choose(&args.model)?;
    let set = read(&args.data, &args.labels)?;
    let wanted = |split: Option<Split>| match args.split {
        SplitChoice::All => true,
        SplitChoice::Train => split == Some(Split::Train),
        SplitChoice::Validation => split == Some(Split::Validation),
    };
    let rows: Vec<&LabelledExample> = set.examples.iter().filter(|row| wanted(row.split)).collect();
    anyhow::ensure!(
        !rows.is_empty(),
        "no row has the split asked for; leave --split out to measure on all rows"
    );
    let quotes: Vec<QuoteInContext> = rows.iter().map(|row| row.quote.clone()).collect();
    let scores = model.score(&quotes);
    let report = report(&model, &rows, &scores, args)?;

    if let Some(path) = &args.predictions {
        write_file(path, |output| {
            for (row, scores) in rows.iter().zip(&scores) {
                writeln!(output, "{}", prediction(row, scores))?;
            }
            Ok(())
        })?;
    }
    publish(args, || Ok(serde_json::to_string_pretty(&report)?), || report.to_table())?;
    let known = "macro_f1, stance.accuracy, sentiment.macro_f1 or hawkish.f1";
    gates(&args.fail_under, |name| report.measure(name), known)
}

/// Writes a report as JSON or as a table, to the file or to standard output.
pub(super) fn publish(
    args: &EvaluateArgs,
    json: impl FnOnce() -> anyhow::Result<String>,
    table: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    let path = args.output.as_deref();
    let named_json =
        path.and_then(Path::extension).is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = if named_json || args.format == ReportFormat::Json { json()? + "\n" } else { table() };
    match path {
        Some(path) => write_file(path, |output| output.write_all(text.as_bytes())),
        None => print(text.as_bytes()).map(|_| ()),
    }
}

fn report(
    model: &Model,
    rows: &[&LabelledExample],
    scores: &[Scores],
    args: &EvaluateArgs,
) -> anyhow::Result<EvaluationReport> {
    let options = bootstrap(args);
    let clusters = clusters(rows);
    let stance_gold: Vec<usize> = rows.iter().map(|row| row.stance.index()).collect();
    let stance: Vec<[f64; 3]> = scores.iter().map(|it| it.stance).collect();
    let stance = evaluate(Stance::NAMES, &stance_gold, &stance, clusters.as_deref(), &options)?;

    // Rows without a sentiment label count for stance only.
    let labelled: Vec<(usize, usize)> =
        rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.sentiment?.index()))).collect();
    let sentiment = if labelled.is_empty() {
        None
    } else {
        let gold: Vec<usize> = labelled.iter().map(|(_, label)| *label).collect();
        let probabilities: Vec<[f64; 3]> = labelled.iter().map(|(at, _)| scores[*at].sentiment).collect();
        let clusters: Option<Vec<usize>> =
            clusters.as_ref().map(|all| labelled.iter().map(|(at, _)| all[*at]).collect());
        Some(evaluate(Sentiment::NAMES, &gold, &probabilities, clusters.as_deref(), &options)?)
    };
    Ok(EvaluationReport {
        stance: Some(stance),
        sentiment,
        model: model.id().to_owned(),
        data: sources(rows)?,
        cluster: clusters.is_some().then(|| "group".to_owned()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

pub(super) fn bootstrap(args: &EvaluateArgs) -> BootstrapOptions {
    BootstrapOptions { resamples: args.resamples as usize, seed: args.seed, ..BootstrapOptions::default() }
}

/// The number of each row's group, so that intervals resample whole stories; `None` where no row
/// shares a group with another.
fn clusters(rows: &[&LabelledExample]) -> Option<Vec<usize>> {
    let mut numbers = BTreeMap::new();
    let clusters: Vec<usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| match &row.group {
            // A row without a group is a group of its own; the row number cannot clash with a name.
            None => (None, at),
            Some(group) => (Some(group.as_str()), 0),
        })
        .map(|key| {
            let next = numbers.len();
            *numbers.entry(key).or_insert(next)
        })
        .collect();
    (numbers.len() < rows.len()).then_some(clusters)
}

/// Every file that rows came from, in reading order, with the hash of its bytes.
fn sources(rows: &[&LabelledExample]) -> anyhow::Result<Vec<DataSource>> {
    let mut sources: Vec<DataSource> = Vec::new();
    for row in rows {
        let path = row.path.display().to_string();
        match sources.last_mut().filter(|source| source.path == path) {
            Some(source) => source.rows += 1,
            None => {
                let cannot_read = || format!("cannot read {path}");
                let file = std::fs::File::open(&row.path).with_context(cannot_read)?;
                let mut hasher = blake3::Hasher::new();
                hasher.update_reader(file).with_context(cannot_read)?;
                sources.push(DataSource { path, rows: 1, blake3: hasher.finalize().to_hex().to_string() });
            }
        }
    }
    Ok(sources)
}

/// One line of `--predictions`.
fn prediction(row: &LabelledExample, scores: &Scores) -> Value {
    let by_label = |names: [&str; 3], values: [f64; 3]| -> Value { names.into_iter().zip(values).collect() };
    json!({
        "id": row.id,
        "text": row.quote.text(),
        "gold": {"stance": row.stance.name(), "sentiment": row.sentiment.map(Sentiment::name)},
        "stance": by_label(Stance::NAMES, scores.stance),
        "sentiment": by_label(Sentiment::NAMES, scores.sentiment),
    })
}

pub(super) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut Output) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let cannot_write = || format!("cannot write {}", path.display());
    let mut output = Output::create(path).with_context(cannot_write)?;
    write(&mut output).and_then(|()| output.finish()).with_context(cannot_write)
}

/// Tells which wanted figures were not reached. `known` names some figures, for whoever asks for another.
pub(super) fn gates(
    wanted: &[(String, f64)],
    measure: impl Fn(&str) -> Option<f64>,
    known: &str,
) -> anyhow::Result<ExitStatus> {
    let mut status = ExitStatus::Done;
    for (name, least) in wanted {
        let value = measure(name).with_context(|| format!("there is no measure '{name}'; try {known}"))?;
        // A figure that is not a number reaches nothing.
        if value.is_nan() || value < *least {
            complain(&format!("gate not met: {name} is {value:.4}, wanted at least {least}"));
            status = ExitStatus::Gate;
        }
    }
    Ok(status)
}
