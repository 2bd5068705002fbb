use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ExitStatus;
use super::args::{LabelArgs, Tier, TrainArgs};
use super::distil;
use super::fine_tune;
use super::generate::print;
use super::pretrained;
use super::terminal::complain;
use crate::encode::WordsSettings;
use crate::training::{
    self, DataErrors, EncoderPlan, LabelledFiles, LabelledSet, ReadOptions, Severity, TrainOptions, Trained,
};

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<ExitStatus> {
    match &args.out {
        Some(out) => fit(args, out),
        None => check(&read(&args.data, &args.labels)?),
    }
}

/// Labelled sentences, or every bad line of them.
pub(super) fn read(paths: &[PathBuf], labels: &LabelArgs) -> Result<LabelledSet, DataErrors> {
    training::read(paths, &options(labels))
}

/// As [`read`], and keeps the columns that are not ours.
pub(super) fn read_with_fields(paths: &[PathBuf], labels: &LabelArgs) -> Result<LabelledSet, DataErrors> {
    training::read(paths, &ReadOptions { keep_fields: true, ..options(labels) })
}

fn options(labels: &LabelArgs) -> ReadOptions {
    ReadOptions {
        label_map: labels.label_map.iter().cloned().collect(),
        columns: labels.column.iter().cloned().collect(),
        ..ReadOptions::default()
    }
}

/// Prints what the check found; errors, not warnings, miss the gate.
fn check(set: &LabelledSet) -> anyhow::Result<ExitStatus> {
    let report = training::check(set);
    let mut text = String::new();
    for finding in &report.findings {
        writeln!(text, "{finding}")?;
    }
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    writeln!(text, "{} rows · {errors} errors · {warnings} warnings\n", report.rows)?;
    text.push_str(&training::shortcuts(set).to_table());
    print(text.as_bytes())?;
    Ok(if errors > 0 { ExitStatus::Gate } else { ExitStatus::Done })
}

fn fit(args: &TrainArgs, out: &Path) -> anyhow::Result<ExitStatus> {
    let name = match &args.name {
        Some(name) => name.clone(),
        None => {
            out.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
        }
    };
    if args.fine_tune {
        return fine_tune::run(args, &read(&args.data, &args.labels)?, name, command(args, out), out);
    }
    if args.tier == Tier::Fast {
        let rows = LabelledFiles { paths: &args.data, options: &options(&args.labels) };
        return distil::run(args, rows, name, command(args, out), out);
    }
    if args.teacher.is_some()
        || !args.unlabelled.is_empty()
        || args.hard_share.is_some()
        || args.soft_labels.is_some()
    {
        bail!("--teacher, --unlabelled, --hard-share and --soft-labels need --tier fast or --fine-tune");
    }
    let encoder = plan(args)?;
    let set = read(&args.data, &args.labels)?;
    let options = TrainOptions {
        name,
        seed: args.seed,
        penalties: encoder.penalties(),
        stance_penalty: args.stance_penalty,
        neutral_share: args.neutral_share,
        encoder,
        threads: args.threads.and_then(|threads| NonZeroUsize::new(threads.into())),
        command: Some(command(args, out)),
        ..TrainOptions::default()
    };
    let bar = bar(args.quiet);
    let trained = training::train(&set, &options, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    })?;
    bar.finish_and_clear();
    keep(&trained, out, args.quiet)
}

/// Saves a finished model and says so.
pub(super) fn keep(trained: &Trained, out: &Path, quiet: bool) -> anyhow::Result<ExitStatus> {
    trained.model.save(out)?;
    if !quiet {
        complain(&format!(
            "{}: trained on {} rows, in {}",
            trained.model.id(),
            trained.report.data.fitted,
            out.display()
        ));
    }
    Ok(ExitStatus::Done)
}

/// The encoder of the tier that was asked for.
fn plan(args: &TrainArgs) -> anyhow::Result<EncoderPlan> {
    let words = WordsSettings::default();
    let Some(folder) = &args.pretrained else { return Ok(EncoderPlan::Words(words)) };
    Ok(match args.tier {
        Tier::Words | Tier::Fast => {
            bail!("--tier {} has no use for --pretrained; leave one of them out", args.tier.name())
        }
        Tier::Deep => EncoderPlan::Given(Arc::new(pretrained::read(folder)?)),
        Tier::DeepAndWords => EncoderPlan::GivenAndWords(Arc::new(pretrained::read(folder)?), words),
    })
}

pub(super) fn bar(quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    if let Ok(style) = ProgressStyle::with_template("training {wide_bar} {pos}/{len} {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// The command that repeats the run, for the model card: paths that only this machine knows are cut to
/// their last part.
fn command(args: &TrainArgs, out: &Path) -> String {
    let short = |path: &Path| match path.file_name() {
        Some(name) if path.is_absolute() => name.to_string_lossy().into_owned(),
        _ => path.display().to_string(),
    };
    let mut command = "demarche train".to_owned();
    for data in &args.data {
        command = format!("{command} {}", short(data));
    }
    for (option, pairs) in [("--label-map", &args.labels.label_map), ("--column", &args.labels.column)] {
        for (one, other) in pairs {
            command = format!("{command} {option} {one}={other}");
        }
    }
    if let Some(folder) = &args.pretrained {
        command = format!("{command} --tier {} --pretrained {}", args.tier.name(), short(folder));
    }
    if args.tier == Tier::Fast {
        command.push_str(" --tier fast");
    }
    if let Some(teacher) = &args.teacher {
        command = format!("{command} --teacher {}", short(teacher));
    }
    if !args.unlabelled.is_empty() {
        command.push_str(" --unlabelled");
        for path in &args.unlabelled {
            command = format!("{command} {}", short(Path::new(path)));
        }
        command = format!("{command} --unlabelled-rows {}", args.unlabelled_rows);
    }
    if let Some(share) = args.hard_share {
        command = format!("{command} --hard-share {share}");
    }
    if args.fine_tune {
        command =
            format!("{command} --fine-tune --epochs {} --learning-rate {}", args.epochs, args.learning_rate);
    }
    if let Some(share) = args.neutral_share {
        command = format!("{command} --neutral-share {share}");
    }
    if let Some(penalty) = args.stance_penalty {
        command = format!("{command} --stance-penalty {penalty}");
    }
    if let Some(name) = &args.name {
        command = format!("{command} --name {name}");
    }
    format!("{command} --out {} --seed {}", short(out), args.seed)
}
