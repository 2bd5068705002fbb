use std::path::Path;

use super::ExitStatus;
use super::args::TrainArgs;
use crate::training::LabelledSet;

/// Fine-tunes the encoder of `--pretrained`, keeping checkpoints beside `out`.
#[cfg(feature = "fine-tune")]
pub(super) fn run(
    args: &TrainArgs,
    set: &LabelledSet,
    name: String,
    command: String,
    out: &Path,
) -> anyhow::Result<ExitStatus> {
    use std::ffi::OsString;
    use std::fs;
    use std::io::{self, Write as _};

    use anyhow::{Context as _, bail};
    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

    use super::args::Tier;
    use super::models::by_name;
    use super::teaching::{self, Labelling};
    use super::terminal::complain;
    use super::{pretrained, train};
    use crate::model::Distilled;
    use crate::records::Output;
    use crate::training::{FineTuneEvent, FineTuneOptions, Teaching, fine_tune};
    use crate::types::QuoteInContext;

    let Some(folder) = &args.pretrained else { bail!("--fine-tune needs --pretrained DIR") };
    if args.tier != Tier::Deep {
        bail!("--fine-tune needs --tier deep");
    }
    let teacher = args.teacher.as_deref().map(by_name).transpose()?;
    if teacher.is_none()
        && (!args.unlabelled.is_empty() || args.hard_share.is_some() || args.soft_labels.is_some())
    {
        bail!("--unlabelled, --hard-share and --soft-labels need --teacher MODEL");
    }
    let weights = pretrained::read_files(folder)?;
    let options = FineTuneOptions {
        name,
        seed: args.seed,
        epochs: args.epochs,
        encoder_rate: args.learning_rate,
        settings: pretrained::settings(&weights),
        neutral_share: args.neutral_share,
        command: Some(command),
        ..FineTuneOptions::default()
    };
    let drawn = teaching::draw(args)?;
    let mut labelling = teacher.as_ref().map(|teacher| Labelling::open(teacher, args)).transpose()?;
    let mut failure = None;
    let mut soft = |quotes: Vec<QuoteInContext>| {
        let Some(labelling) = &mut labelling else { return Vec::new() };
        let bar = train::bar(args.quiet);
        bar.set_length(quotes.len() as u64);
        let rows = labelling.run(quotes, &mut |done| bar.set_position(done as u64));
        bar.finish_and_clear();
        rows.unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        })
    };
    let hard_share = args.hard_share.unwrap_or(Teaching::HARD_SHARE);
    let teaching = teacher.as_ref().map(|teacher| Teaching {
        drawn,
        hard_share,
        soft: &mut soft,
        distilled: Distilled {
            teacher: teacher.id().to_owned(),
            hard_share,
            sources: teaching::sources(args),
            ..Distilled::default()
        },
    });
    // A folder that cannot be made must not stop the run at its first checkpoint.
    if let Some(parent) = out.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot make the folder '{}'", parent.display()))?;
    }
    let mut checkpoint = OsString::from(out);
    checkpoint.push(".checkpoint");
    let resume = match fs::read(&checkpoint) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read '{}'", Path::new(&checkpoint).display()));
        }
    };
    let target = if args.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    if let Ok(style) = ProgressStyle::with_template("fine-tuning {wide_bar} {pos}/{len} {msg} {eta} left") {
        bar.set_style(style);
    }
    let say = |text: &str| {
        if !args.quiet {
            bar.suspend(|| complain(text));
        }
    };
    // Mean over about the last fifty steps: single steps jump.
    let mut smooth: Option<f64> = None;
    let trained = fine_tune(set, teaching, &weights, &options, resume.as_deref(), &mut |event| {
        match event {
            FineTuneEvent::Resumed { steps } => {
                say(&format!("goes on after step {steps}"));
                bar.set_position(steps);
                bar.reset_eta();
            }
            FineTuneEvent::Step { done, total, loss } => {
                let mean = smooth.map_or(loss, |mean| mean * 0.98 + loss * 0.02);
                smooth = Some(mean);
                bar.set_length(total);
                bar.set_position(done);
                bar.set_message(format!("loss {mean:.3}"));
            }
            FineTuneEvent::Epoch { epoch, stopping: [now, average] } => {
                say(&format!(
                    "epoch {epoch}: log loss of the stopping rows {now:.4}, of averaged weights {average:.4}"
                ));
            }
            FineTuneEvent::Checkpoint(bytes) => {
                let mut output = Output::create(Path::new(&checkpoint))?;
                output.write_all(bytes)?;
                output.finish()?;
            }
        }
        Ok(())
    });
    bar.finish_and_clear();
    if let Some(error) = failure {
        return Err(error);
    }
    let trained = trained?;
    let status = train::keep(&trained, out, args.quiet)?;
    // The model is there: what is left of the run is of no more use.
    let _ = fs::remove_file(&checkpoint);
    Ok(status)
}

/// This build cannot.
#[cfg(not(feature = "fine-tune"))]
pub(super) fn run(
    _: &TrainArgs,
    _: &LabelledSet,
    _: String,
    _: String,
    _: &Path,
) -> anyhow::Result<ExitStatus> {
    anyhow::bail!(
        "this build cannot fine-tune; build with `cargo build --release --features fine-tune`, or leave out \
         --fine-tune to train heads on the encoder as it is"
    )
}
