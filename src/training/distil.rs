//! Fits the fast tier to a teacher's probabilities.

mod agreement;
mod gather;

use std::env;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::thread;

use linfa::prelude::ParamGuard as _;

use crate::encode::fast::{FastEncoder, FastSettings, Vocabulary, WordVectors};
use crate::model::{Distilled, Head, HeadReport, Model, ModelParts, PenaltyTrial, TrainReport};
use crate::types::QuoteInContext;

use super::abstention;
use super::calibrate::rounded;
use super::figures::figures;
use super::labelled::LabelledRows;
use super::logistic::{FitError, FittedLogistic, LogisticParams};
use super::objective::{SomeRows, TargetRows, Tie};
use super::survey::Survey;
use super::teacher::{SoftRow, text_hash};
use super::train::{Progress, Stage, TrainError, Trained};

use gather::Gathered;

/// How the fast tier is fitted.
#[derive(Clone, Debug)]
pub struct DistilOptions {
    /// Name of the model.
    pub name: String,
    /// Seed of splits and resampling.
    pub seed: u64,
    /// What is read of a quote.
    pub settings: FastSettings,
    /// Penalties α to choose from, by cross-entropy on drawn sentences held out, without any on labelled rows.
    pub penalties: Vec<f64>,
    /// Penalty of the weights that words share by their vectors, as a multiple of α.
    pub shared_penalty: f64,
    /// What the labels of the labelled rows count in their targets, from 0 to 1; the rest is the teacher's
    /// probabilities. At 1 the teacher is not asked about the rows that are fitted.
    pub hard_share: f64,
    /// Largest gradient norm of the last fit; those that penalties are chosen by end at ten times as much.
    pub tolerance: f64,
    /// Rows that penalties are tried on, at the most, evenly drawn from all; the last fit is of all rows.
    pub trial_rows: usize,
    /// Entries of rows to fit, of eight bytes each, that memory takes; more go to a temporary file.
    pub entries_in_memory: usize,
    /// Folder of that file.
    pub scratch: PathBuf,
    /// Names of the files that the sentences were drawn from.
    pub sources: Vec<String>,
    /// The command to name in the model card, without paths of one machine.
    pub command: Option<String>,
}

impl Default for DistilOptions {
    fn default() -> Self {
        Self {
            name: FastEncoder::KIND.to_owned(),
            seed: 1,
            settings: FastSettings::default(),
            penalties: vec![3.0, 1.0, 0.3],
            shared_penalty: 0.3,
            hard_share: 0.6,
            tolerance: 1e-4,
            trial_rows: 50_000,
            entries_in_memory: 8 << 20,
            scratch: env::temp_dir(),
            sources: Vec::new(),
            command: None,
        }
    }
}

/// Iterations of a fit at the most. More rows at the same penalty need more: 260 for 9,000 and 490 for 90,000.
const ITERATIONS: u64 = 10_000;

/// Fits words and word pairs to the probabilities of a teacher, for sentences that nobody labelled and, mixed with their
/// labels, for the rows of the training split; measures the model on the rows held out, and finds the confidences at
/// which it can stand in for the teacher.
///
/// The labelled rows are gone through twice and need not fit into memory. `soft` gives the teacher's probabilities for
/// quotes, in order ([`soft_labels`](super::soft_labels)); it is asked for some at a time. The same rows, sentences,
/// probabilities and options give the same model, byte for byte.
///
/// # Errors
/// Where there is nothing to fit, rows cannot be read or kept, an option is out of range, `soft` fails, or a fit does not
/// converge.
pub fn distil(
    rows: &dyn LabelledRows,
    teacher: &Model,
    drawn: Vec<QuoteInContext>,
    options: &DistilOptions,
    soft: &mut SoftLabels<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, TrainError> {
    if options.penalties.is_empty() || !(0.0..=1.0).contains(&options.hard_share) {
        return Err(TrainError::Options);
    }
    let survey = Survey::of(rows, options.seed)?;
    let of_text = Distilled {
        teacher: teacher.id().to_owned(),
        hard_share: options.hard_share,
        sources: options.sources.clone(),
        rows: drawn.len(),
        hash: text_hash(&drawn),
        ..Distilled::default()
    };
    let taught_by = teacher.encoder_parts()?;
    let vectors = match teacher.info().encoder.kind.as_str() {
        "deep" => WordVectors::of_deep(&taught_by)?,
        _ => WordVectors::default(),
    };
    // What the teacher's weights oblige to, its probabilities and word vectors oblige to as well.
    let encoder = FastEncoder::new(options.settings.clone(), Vocabulary::of(&vectors))?
        .with_notices(taught_by.notices());
    let steps = gather::steps(&survey, &drawn) + 2 * (options.penalties.len() + 1);
    let mut done = 0;
    let mut step = |stage| {
        done += 1;
        progress(Progress { stage, done, total: steps });
    };
    let gathered =
        gather::gather(rows, &survey, drawn, &encoder, options, soft, &mut || step(Stage::Encode))?;
    let tie = (!vectors.is_empty()).then_some(Tie { vectors: &vectors, penalty: options.shared_penalty });

    let (sender, stages) = std::sync::mpsc::channel();
    let fitted = thread::scope(|scope| {
        let both = ["stance", "sentiment"].into_iter().enumerate().map(|(question, name)| {
            let (sender, gathered) = (sender.clone(), &gathered);
            scope.spawn(move || {
                // A closed channel means that the caller is gone: there is nobody to tell.
                fit(name, question, gathered, tie, options, &|stage| {
                    let _ = sender.send(stage);
                })
            })
        });
        let both: Vec<_> = both.collect();
        drop(sender);
        stages.iter().for_each(&mut step);
        both.into_iter().map(|fit| fit.join().unwrap_or(Err(TrainError::Options))).collect::<Vec<_>>()
    });
    let mut heads = Vec::new();
    for (question, fitted) in fitted.into_iter().enumerate() {
        let (head, mut report) = fitted?;
        let held = gathered.held_out(question, &head).map_err(|source| scratch(options, source))?;
        report.validation = figures(&held, options.seed);
        report.abstention = abstention::levels(&held);
        heads.push((head, report));
    }
    let (Some((sentiment, sentiment_report)), Some((stance, stance_report))) = (heads.pop(), heads.pop())
    else {
        return Err(TrainError::NoRows);
    };
    let of_text = Distilled { fitted: gathered.drawn, ..of_text };
    let report = TrainReport {
        command: options.command.clone(),
        seed: options.seed,
        data: survey.summary(gathered.labelled, gathered.held.len()),
        distilled: Some(agreement::compare(of_text, &gathered, &stance, &sentiment)),
        stance: stance_report,
        sentiment: sentiment_report,
        ..TrainReport::default()
    };
    let model = Model::new(ModelParts {
        name: options.name.clone(),
        encoder: Box::new(encoder),
        stance,
        sentiment,
        report: report.clone(),
    })?;
    Ok(Trained { model, report })
}

/// Gives a teacher's probabilities for quotes, in their order.
pub type SoftLabels<'s> =
    dyn FnMut(Vec<QuoteInContext>) -> Result<Vec<SoftRow>, Box<dyn Error + Send + Sync>> + 's;

/// Fits the head of one question with every penalty to the rows of the trials, the strongest first, keeps the penalty with
/// the least cross-entropy on the rows of the choice, and goes on from there to all rows and the tolerance. Without rows
/// to choose by the first penalty is kept.
fn fit(
    name: &'static str,
    question: usize,
    rows: &Gathered<'_>,
    tie: Option<Tie<'_>>,
    options: &DistilOptions,
    tell: &dyn Fn(Stage),
) -> Result<(Head, HeadReport), TrainError> {
    let fit = |rows: &dyn TargetRows<3>, penalty: f64, tolerance: f64, start: Option<Vec<f64>>| {
        let params = LogisticParams::<3>::new(penalty).tolerance(tolerance).max_iterations(ITERATIONS);
        let params = match start {
            Some(start) => params.start_at(start),
            None => params,
        };
        let failed = |source| match source {
            FitError::Rows(source) => scratch(options, source),
            source => TrainError::Fit { question: name, penalty, source },
        };
        let params = params.check().map_err(|error| failed(FitError::Params(error)))?;
        params.fit_shares(rows, tie).map_err(failed)
    };
    let (trials_of, choice) = (rows.trials.question(question), rows.choice.question(question));
    let mut penalties = options.penalties.clone();
    penalties.sort_by(|one, other| other.total_cmp(one));
    let mut trials = Vec::new();
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    let mut start = None;
    for penalty in penalties {
        let (fitted, params) = fit(&trials_of, penalty, options.tolerance * 10.0, start.take())?;
        let loss = cross_entropy(&head(&fitted), choice);
        trials.push(PenaltyTrial { penalty, log_loss: rounded(loss), temperature: 1.0 });
        if best.as_ref().is_none_or(|best| loss < best.1) {
            best = Some((penalty, loss, params.clone()));
        }
        start = Some(params);
        tell(Stage::CrossValidate);
    }
    let Some((penalty, _, params)) = best else { return Err(TrainError::Options) };
    let (fitted, _) = fit(&rows.fitted.question(question), penalty, options.tolerance, Some(params))?;
    tell(Stage::Fit);
    let report = HeadReport {
        rows: rows.labelled + rows.drawn,
        penalty,
        temperature: 1.0,
        iterations: fitted.iterations,
        objective: rounded(fitted.objective),
        gradient_norm: rounded(fitted.gradient_norm),
        trials,
        ..HeadReport::default()
    };
    Ok((head(&fitted), report))
}

fn head(fitted: &FittedLogistic<3>) -> Head {
    let weights = fitted.weights.iter().map(|weights| weights.map(|weight| weight as f32));
    Head::new(weights.collect(), fitted.intercept, 1.0)
}

/// Weighted mean of `−Σ_k t_k ln p_k`, in nats; 0 without rows.
fn cross_entropy(head: &Head, rows: SomeRows<'_, 3>) -> f64 {
    let probabilities = head.probabilities(rows.features);
    let loss = |(probabilities, targets): (&[f64; 3], &[f64; 3])| -> f64 {
        probabilities.iter().zip(targets).map(|(p, t)| -t * p.max(f64::MIN_POSITIVE).ln()).sum()
    };
    let losses = probabilities.iter().zip(rows.targets).map(loss).zip(rows.weights);
    let total: f64 = rows.weights.iter().sum();
    if total > 0.0 { losses.map(|(loss, weight)| loss * weight).sum::<f64>() / total } else { 0.0 }
}

/// The temporary file failed.
fn scratch(options: &DistilOptions, source: io::Error) -> TrainError {
    TrainError::Scratch { folder: options.scratch.clone(), source }
}

#[cfg(test)]
mod tests;
