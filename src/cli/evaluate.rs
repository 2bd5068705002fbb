use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::ExitStatus;
use super::args::{EvaluateArgs, IntervalChoice, ReportFormat, SplitChoice};
use super::generate::print;
use super::models::{by_name, choose};
use super::terminal::complain;
use super::train::read_with_fields as read;
use super::{evaluate_agreement, evaluate_quotes};
use crate::evaluation::{
    BootstrapOptions, CleanRows, DataSource, EvaluationReport, FEWEST_SLICE_ROWS, IntervalMethod,
    LeakageKind, LeakageReport, LearningPoint, Predictions, QuestionDetails, QuestionReport, RowText,
    baseline, compare, evaluate, further, recalibrate, slices, surest_mistakes,
};
use crate::model::Model;
use crate::records::{Output, mark};
use crate::training::{LabelledExample, Split, WordsBaseline, leakage, learning_curve_parts};
use crate::types::{QuoteInContext, Scores, Sentiment, Stance};

/// Mistakes that a report shows for each question.
const MISTAKES: usize = 20;

/// Examples that a report shows of each kind of leakage.
const LEAK_EXAMPLES: usize = 5;

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitStatus> {
    if let Some(gold) = &args.quotes.quotes {
        ensure!(!wants_html(args), "--quotes has no HTML report; name the file .json or .txt");
        return evaluate_quotes::run(gold, args);
    }
    if args.agreement {
        ensure!(!wants_html(args), "--agreement has no HTML report; name the file .json or .txt");
        return evaluate_agreement::run(args);
    }
    let model = choose(&args.model)?;
    let other = args.compare.as_deref().map(by_name).transpose()?;
    let set = read(&args.data, &args.labels)?;
    let wanted = |split: Option<Split>| match args.split {
        SplitChoice::All => true,
        SplitChoice::Train => split == Some(Split::Train),
        SplitChoice::Validation => split == Some(Split::Validation),
    };
    let rows: Vec<&LabelledExample> = set.examples.iter().filter(|row| wanted(row.split)).collect();
    ensure!(!rows.is_empty(), "no row has the split asked for; leave --split out to measure on all rows");
    let columns = columns(&rows, args)?;
    let train = if args.train.is_empty() { None } else { Some(read(&args.train, &args.labels)?) };
    // Rows of the training data that are held out there were not trained on.
    let train: Option<Vec<&LabelledExample>> = train
        .as_ref()
        .map(|set| set.examples.iter().filter(|row| row.split != Some(Split::Validation)).collect());

    let quotes: Vec<QuoteInContext> = rows.iter().map(|row| row.quote.clone()).collect();
    let (scores, before): (Vec<Scores>, Vec<Scores>) = scored(&model, &quotes).into_iter().unzip();
    let second: Option<Vec<Scores>> =
        other.as_ref().map(|other| scored(other, &quotes).into_iter().map(|both| both.0).collect());
    let fitted =
        train.as_deref().map(|train| Fitted::new(train, &quotes, args.learning_curve)).transpose()?;
    let options = bootstrap(args);
    let run = Run { rows, scores, before, second, fitted, columns, options, args };
    let leakage = train.as_deref().map(|train| run.leakage(train)).transpose()?;
    let train_data = train.as_deref().map(sources).transpose()?.unwrap_or_default();
    let report = EvaluationReport {
        leakage,
        train_data,
        compared_with: other.as_ref().map(|other| other.id().to_owned()),
        ..run.report(&model)?
    };

    if let Some(path) = &args.predictions {
        write_file(path, |output| {
            for (row, scores) in run.rows.iter().zip(&run.scores) {
                writeln!(output, "{}", prediction(row, scores))?;
            }
            Ok(())
        })?;
    }
    match args.output.as_deref().filter(|_| wants_html(args)) {
        Some(path) => {
            let json = serde_json::to_string_pretty(&report)? + "\n";
            write_file(path, |output| output.write_all(report.to_html().as_bytes()))?;
            write_file(&path.with_extension("json"), |output| output.write_all(json.as_bytes()))?;
        }
        None => publish(args, || Ok(serde_json::to_string_pretty(&report)?), || report.to_table())?,
    }
    let known = "macro_f1, stance.accuracy, sentiment.macro_f1, cohen_kappa or hawkish.f1";
    gates(&args.fail_under, |name| report.measure(name), known)
}

/// Whether the report is to be an HTML page.
fn wants_html(args: &EvaluateArgs) -> bool {
    let extension = args.output.as_deref().and_then(Path::extension);
    extension.is_some_and(|it| it.eq_ignore_ascii_case("html") || it.eq_ignore_ascii_case("htm"))
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

/// Calibrated and uncalibrated probabilities of each quote. The quotes are spread over threads, whose number
/// changes nothing.
fn scored(model: &Model, quotes: &[QuoteInContext]) -> Vec<(Scores, Scores)> {
    let chunks: Vec<&[QuoteInContext]> = quotes.chunks(64).collect();
    in_parallel(chunks.len(), |chunk| {
        model.score_with_uncalibrated(chunks.get(chunk).copied().unwrap_or_default())
    })
    .into_iter()
    .flatten()
    .collect()
}

/// Calls `job` with the numbers below `count` on all cores, and gives what it gave in their order.
fn in_parallel<T: Send>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(count);
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let done: BTreeMap<usize, T> = thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, job) = (sender.clone(), &next, &job);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // A closed channel means that the caller is gone: there is nobody to tell.
                    if number >= count || sender.send((number, job(number))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        results.into_iter().collect()
    });
    done.into_values().collect()
}

/// Probabilities of stance and of sentiment for each row, where there are any.
type ByQuestion = [Option<Vec<[f64; 3]>>; 2];

/// What the training rows alone can do, for each question where they have labels.
struct Fitted {
    /// Shares of the labels.
    shares: [Option<[f64; 3]>; 2],
    /// Probabilities of the words-only model.
    words: ByQuestion,
    /// Mean number of rows and the probabilities of every run, by point of the learning curve.
    curve: Vec<(usize, Vec<ByQuestion>)>,
}

impl Fitted {
    fn new(train: &[&LabelledExample], quotes: &[QuoteInContext], curve: bool) -> anyhow::Result<Self> {
        ensure!(
            !train.is_empty(),
            "--train has no row that is not held out; name the data that were trained on"
        );
        let parts = learning_curve_parts(train);
        let all: Vec<usize> = (0..train.len()).collect();
        let jobs: Vec<(usize, &Vec<usize>)> = if curve {
            parts
                .iter()
                .enumerate()
                .flat_map(|(point, runs)| runs.iter().map(move |run| (point, run)))
                .collect()
        } else {
            vec![(parts.len() - 1, &all)]
        };
        // The last one, on all rows, takes longest; it is begun first.
        let last = jobs.len() - 1;
        let fit = |number: usize| {
            let (_, run) = jobs.get(last - number)?;
            let rows: Vec<&LabelledExample> = run.iter().filter_map(|&row| train.get(row).copied()).collect();
            Some(WordsBaseline::fit(&rows).map(|model| (rows.len(), model.probabilities(quotes))))
        };
        let mut fitted = Vec::new();
        for result in in_parallel(jobs.len(), fit).into_iter().rev().flatten() {
            fitted.push(result.context("cannot fit the words-only baseline")?);
        }
        let words = fitted.last().map(|last| last.1.clone()).unwrap_or_default();
        let mut points: Vec<(usize, Vec<_>)> = Vec::new();
        if curve {
            for (point, runs) in parts.iter().enumerate() {
                let own: Vec<_> = jobs.iter().zip(&fitted).filter(|(job, _)| job.0 == point).collect();
                let rows: usize = own.iter().map(|(_, run)| run.0).sum();
                let runs_of = own.into_iter().map(|(_, run)| run.1.clone()).collect();
                points.push((rows / runs.len().max(1), runs_of));
            }
        }
        let shares = |class_of: &dyn Fn(&LabelledExample) -> Option<usize>| {
            let mut counts = [0.0_f64; 3];
            for class in train.iter().filter_map(|row| class_of(row)) {
                if let Some(count) = counts.get_mut(class) {
                    *count += 1.0;
                }
            }
            let sum: f64 = counts.iter().sum();
            (sum > 0.0).then(|| counts.map(|count| count / sum))
        };
        Ok(Self {
            shares: [shares(&|row| class_of(row, 0)), shares(&|row| class_of(row, 1))],
            words,
            curve: points,
        })
    }
}

/// The class of a row for stance (0) or sentiment (1).
fn class_of(row: &LabelledExample, question: usize) -> Option<usize> {
    if question == 0 { Some(row.stance.index()) } else { row.sentiment.map(Sentiment::index) }
}

fn probabilities(scores: &Scores, question: usize) -> [f64; 3] {
    if question == 0 { scores.stance } else { scores.sentiment }
}

/// Everything that a report is made from.
struct Run<'a> {
    rows: Vec<&'a LabelledExample>,
    scores: Vec<Scores>,
    before: Vec<Scores>,
    second: Option<Vec<Scores>>,
    fitted: Option<Fitted>,
    columns: Columns,
    options: BootstrapOptions,
    args: &'a EvaluateArgs,
}

impl Run<'_> {
    fn report(&self, model: &Model) -> anyhow::Result<EvaluationReport> {
        let (stance, stance_details) = self.question(0, Stance::NAMES)?.unzip();
        let (sentiment, sentiment_details) = self.question(1, Sentiment::NAMES)?.unzip();
        Ok(EvaluationReport {
            stance,
            sentiment,
            stance_details,
            sentiment_details,
            model: model.id().to_owned(),
            model_files: model.info().files.clone(),
            data: sources(&self.rows)?,
            cluster: self.columns.clusters.is_some().then(|| self.columns.cluster.clone()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: command(),
            ..EvaluationReport::default()
        })
    }

    /// One question; `None` where no row has a label.
    fn question(
        &self,
        question: usize,
        labels: [&'static str; 3],
    ) -> anyhow::Result<Option<(QuestionReport, QuestionDetails)>> {
        // Rows without a sentiment label count for stance only.
        let (own, gold): (Vec<usize>, Vec<usize>) = (self.rows.iter().enumerate())
            .filter_map(|(at, row)| Some((at, class_of(row, question)?)))
            .unzip();
        if own.is_empty() {
            return Ok(None);
        }
        let of = |scores: &[Scores]| -> Vec<[f64; 3]> {
            own.iter().filter_map(|&at| Some(probabilities(scores.get(at)?, question))).collect()
        };
        let (rows, before) = (of(&self.scores), of(&self.before));
        let clusters: Option<Vec<usize>> = self
            .columns
            .clusters
            .as_ref()
            .map(|all| own.iter().filter_map(|&at| all.get(at).copied()).collect());
        let clusters = clusters.as_deref();
        let options = &self.options;
        let mut report = evaluate(labels, &gold, &rows, clusters, options)?;
        report.further = Some(Box::new(further(&gold, &rows, clusters, &self.args.precision)?));

        let (calibration, reliability_before) = recalibrate(&gold, &before, &rows, clusters)?;
        let text = |place: usize| {
            let row = own.get(place).and_then(|&at| self.rows.get(at));
            row.map_or_else(
                || RowText { id: String::new(), place: String::new(), context: String::new() },
                |row| RowText {
                    id: row.id.clone(),
                    place: format!("{}:{}", row.path.display(), row.line),
                    context: mark(&row.quote),
                },
            )
        };
        let mut details = QuestionDetails {
            calibration,
            reliability_before,
            mistakes: surest_mistakes(labels, &Predictions::new(&gold, &rows)?, MISTAKES, text),
            ..QuestionDetails::default()
        };
        for (column, values) in &self.columns.by {
            let values: Vec<Option<String>> =
                own.iter().map(|&at| values.get(at).cloned().flatten()).collect();
            details.slices.push(slices(column, &values, &gold, &rows, clusters, options)?);
        }
        if let Some(second) = &self.second {
            details.comparison = Some(compare(&gold, &rows, &of(second), clusters, options)?);
        }
        if let Some(fitted) = &self.fitted {
            let part = |all: &Vec<[f64; 3]>| -> Vec<[f64; 3]> {
                own.iter().filter_map(|&at| all.get(at).copied()).collect()
            };
            if let Some(shares) = fitted.shares.get(question).copied().flatten() {
                let simple = vec![shares; own.len()];
                let name = "always the most frequent label of the training rows";
                details.baselines.push(baseline(name, &gold, &rows, &simple, clusters, options)?);
            }
            if let Some(words) = fitted.words.get(question).and_then(Option::as_ref) {
                let name = "the words-only model fitted to the same rows";
                details.baselines.push(baseline(name, &gold, &rows, &part(words), clusters, options)?);
            }
            let one = BootstrapOptions { resamples: 1, ..*options };
            for (training_rows, runs) in &fitted.curve {
                let mut macro_f1 = Vec::new();
                for run in runs.iter().filter_map(|run| run.get(question)?.as_ref()) {
                    macro_f1.push(evaluate(labels, &gold, &part(run), None, &one)?.macro_f1.value);
                }
                if !macro_f1.is_empty() {
                    details.learning_curve.push(LearningPoint { rows: *training_rows, macro_f1 });
                }
            }
        }
        Ok(Some((report, details)))
    }

    /// Rows that the training rows give away.
    fn leakage(&self, train: &[&LabelledExample]) -> anyhow::Result<LeakageReport> {
        let found = leakage(train, &self.rows);
        let names = |pair: &(usize, usize)| -> [String; 2] {
            let name = |rows: &[&LabelledExample], row: usize| {
                rows.get(row).map(|row| row.id.clone()).unwrap_or_default()
            };
            [name(&self.rows, pair.0), name(train, pair.1)]
        };
        let kind = |name: &'static str, pairs: &[(usize, usize)]| LeakageKind {
            name,
            rows: pairs.len(),
            examples: pairs.iter().take(LEAK_EXAMPLES).map(names).collect(),
        };
        let near: Vec<(usize, usize)> = found.near.iter().map(|near| (near.0, near.1)).collect();
        let clean = found.clean(self.rows.len());
        let kept: Vec<usize> = (0..self.rows.len()).filter(|&row| clean.get(row) == Some(&true)).collect();
        let clean = if kept.len() == self.rows.len() || kept.len() < FEWEST_SLICE_ROWS {
            None
        } else {
            let gold: Vec<usize> = kept.iter().map(|&row| self.rows[row].stance.index()).collect();
            let rows: Vec<[f64; 3]> = kept.iter().map(|&row| self.scores[row].stance).collect();
            let clusters: Option<Vec<usize>> =
                self.columns.clusters.as_ref().map(|all| kept.iter().map(|&row| all[row]).collect());
            let report = evaluate(Stance::NAMES, &gold, &rows, clusters.as_deref(), &self.options)?;
            Some(CleanRows { rows: kept.len(), macro_f1: report.macro_f1 })
        };
        Ok(LeakageReport {
            rows: self.rows.len(),
            train_rows: train.len(),
            kinds: vec![
                kind("exact", &found.exact),
                kind("near-duplicate", &near),
                kind("same group", &found.group),
            ],
            clean,
        })
    }
}

pub(super) fn bootstrap(args: &EvaluateArgs) -> BootstrapOptions {
    BootstrapOptions {
        resamples: args.resamples as usize,
        seed: args.seed,
        method: match args.interval {
            IntervalChoice::Percentile => IntervalMethod::Percentile,
            IntervalChoice::Bca => IntervalMethod::Bca,
        },
        ..BootstrapOptions::default()
    }
}

/// What rows are sliced and resampled by.
struct Columns {
    /// The columns to slice by, with the value of each row.
    by: Vec<(String, Vec<Option<String>>)>,
    /// What clusters are.
    cluster: String,
    /// The number of each row's cluster; `None` where no row shares one with another.
    clusters: Option<Vec<usize>>,
}

fn columns(rows: &[&LabelledExample], args: &EvaluateArgs) -> anyhow::Result<Columns> {
    let column = |option: &str, name: &str| -> anyhow::Result<Vec<Option<String>>> {
        let values: Vec<Option<String>> = rows.iter().map(|row| value(row, name)).collect();
        if values.iter().all(Option::is_none) {
            let mut known: BTreeSet<&str> =
                rows.iter().flat_map(|row| row.fields.keys().map(String::as_str)).collect();
            known.extend(OURS.into_iter().filter(|ours| rows.iter().any(|row| value(row, ours).is_some())));
            let files: Vec<String> = args.data.iter().map(|path| path.display().to_string()).collect();
            anyhow::bail!(
                "{option} {name}: no row of {} has a column '{name}' (found: {}); name one of these",
                files.join(", "),
                known.into_iter().collect::<Vec<_>>().join(", ")
            );
        }
        Ok(values)
    };
    let mut by = Vec::new();
    for name in &args.by {
        by.push((name.clone(), column("--by", name)?));
    }
    let cluster = args.cluster.clone().unwrap_or_else(|| "group".to_owned());
    let keys = match args.cluster.as_deref() {
        Some("row") => vec![None; rows.len()],
        Some(name) => column("--cluster", name)?,
        None => rows.iter().map(|row| row.group.clone()).collect(),
    };
    Ok(Columns { by, clusters: clusters(&keys), cluster })
}

/// Columns of ours that rows can be sliced and resampled by.
const OURS: [&str; 5] = ["group", "register", "split", "topic", "year"];

/// The value of a row in a column, ours or another's. Without a `year` it is the first four digits of
/// `published` or `date`.
fn value(row: &LabelledExample, column: &str) -> Option<String> {
    let ours = match column {
        "group" => row.group.clone(),
        "register" => row.register.clone(),
        "split" => row.split.map(|split| split.name().to_owned()),
        "topic" => row.topic.clone(),
        "year" => row.year.map(|year| year.to_string()).or_else(|| {
            let date = row.fields.get("published").or_else(|| row.fields.get("date"))?;
            date.get(..4).filter(|year| year.bytes().all(|digit| digit.is_ascii_digit())).map(str::to_owned)
        }),
        _ => None,
    };
    ours.or_else(|| row.fields.get(column).cloned())
}

/// The number of each row's cluster, so that intervals resample whole stories; `None` where no row
/// shares a cluster with another.
fn clusters(keys: &[Option<String>]) -> Option<Vec<usize>> {
    let mut numbers = BTreeMap::new();
    let clusters: Vec<usize> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| match key {
            // A row without a cluster is one of its own; the row number cannot clash with a name.
            None => (None, at),
            Some(key) => (Some(key.as_str()), 0),
        })
        .map(|key| {
            let next = numbers.len();
            *numbers.entry(key).or_insert(next)
        })
        .collect();
    (numbers.len() < keys.len()).then_some(clusters)
}

/// The command of this process.
fn command() -> String {
    let plain = |text: &str| {
        text.chars().all(|c| c.is_alphanumeric() || "-_./=:,+@%".contains(c)) && !text.is_empty()
    };
    let arguments = std::env::args_os().skip(1).map(|argument| {
        let text = argument.to_string_lossy().into_owned();
        if plain(&text) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
    });
    std::iter::once("demarche".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
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
