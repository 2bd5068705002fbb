//! Fits the fast tier to a teacher's probabilities.

use std::thread;

use crate::encode::fast::{FastEncoder, FastSettings, Vocabulary, WordVectors};
use crate::encode::{Encoder as _, Features};
use crate::model::{
    AgreementLevel, Distilled, Head, HeadReport, Model, ModelParts, PenaltyTrial, TrainReport,
};
use crate::types::QuoteInContext;

use linfa::prelude::ParamGuard as _;

use super::abstention;
use super::calibrate::rounded;
use super::figures::{HeldOut, figures, most_probable};
use super::labelled::{LabelledExample, LabelledSet, Split};
use super::logistic::{FitError, FittedLogistic, LogisticParams};
use super::objective::Tie;
use super::split::splits;
use super::teacher::{SoftRow, text_hash};
use super::train::{Progress, Stage, TrainError, Trained, summary};

/// How the fast tier is fitted.
#[derive(Clone, Debug)]
pub struct DistilOptions {
    /// Name of the model.
    pub name: String,
    /// Seed of splits and resampling.
    pub seed: u64,
    /// What is read of a quote.
    pub settings: FastSettings,
    /// Penalties α to choose from, by cross-entropy on drawn sentences held out.
    pub penalties: Vec<f64>,
    /// Penalty of the weights that words share by their vectors, as a multiple of α.
    pub shared_penalty: f64,
    /// What the labels of the labelled rows count in their targets, from 0 to 1; the rest is the teacher's
    /// probabilities. At 1 the teacher is not asked about the rows that are fitted.
    pub hard_share: f64,
    /// Largest gradient norm of the last fit; those that penalties are chosen by end at ten times as much.
    pub tolerance: f64,
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
            sources: Vec::new(),
            command: None,
        }
    }
}

/// Drawn sentences come in runs of so many neighbours that are fitted or held out together: most share a paragraph with
/// rows of the same run.
const RUN: usize = 50;
/// One run in so many decides between penalties, and as many measure the agreement with the teacher.
const PARTS: usize = 10;
/// Validation rows that the agreement is measured on, at the most: each costs the teacher's time.
const COMPARED: usize = 4_000;
/// Levels of agreement with a confidence of their own.
const LEVELS: [f64; 12] = [0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999];

/// Fits words and word pairs to the probabilities of a teacher, for sentences that nobody labelled and, mixed with their
/// labels, for the rows of the training split; measures the model on the rows held out, and finds the confidences at
/// which it can stand in for the teacher.
///
/// `soft` gives the teacher's probabilities for quotes, in order ([`soft_labels`](super::soft_labels)); it is called
/// once. The same rows, sentences, probabilities and options give the same model, byte for byte.
///
/// # Errors
/// Where there is nothing to fit, an option is out of range, or a fit does not converge.
pub fn distil(
    set: &LabelledSet,
    teacher: &Model,
    drawn: Vec<QuoteInContext>,
    options: &DistilOptions,
    soft: impl FnOnce(Vec<QuoteInContext>) -> Vec<SoftRow>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, TrainError> {
    if options.penalties.is_empty() || !(0.0..=1.0).contains(&options.hard_share) {
        return Err(TrainError::Options);
    }
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
    let rows = Rows::new(set, drawn, &encoder, options, soft)?;
    let tie = (!vectors.is_empty()).then_some(Tie { vectors: &vectors, penalty: options.shared_penalty });

    let steps = 2 * (options.penalties.len() + 1);
    let mut done = 0;
    let mut step = |stage| {
        done += 1;
        progress(Progress { stage, done, total: steps });
    };
    let (sender, stages) = std::sync::mpsc::channel();
    let fitted = thread::scope(|scope| {
        let both = [("stance", &rows.stance), ("sentiment", &rows.sentiment)].map(|(name, question)| {
            let (sender, rows) = (sender.clone(), &rows);
            scope.spawn(move || {
                // A closed channel means that the caller is gone: there is nobody to tell.
                question.fit(name, rows, tie, options, &|stage| {
                    let _ = sender.send(stage);
                })
            })
        });
        drop(sender);
        stages.iter().for_each(&mut step);
        both.map(|fit| fit.join().unwrap_or(Err(TrainError::Options)))
    });
    let [stance, sentiment] = fitted;
    let ((stance, mut stance_report), (sentiment, mut sentiment_report)) = (stance?, sentiment?);

    let held = held_out(&stance, &rows, |example| Some(example.stance.index()));
    stance_report.validation = figures(&held, options.seed);
    stance_report.abstention = abstention::levels(&held);
    let held = held_out(&sentiment, &rows, |example| example.sentiment.map(|label| label.index()));
    sentiment_report.validation = figures(&held, options.seed);
    sentiment_report.abstention = abstention::levels(&held);
    let mut report = TrainReport {
        command: options.command.clone(),
        seed: options.seed,
        data: summary(set, rows.labelled, rows.held.len()),
        distilled: None,
        stance: stance_report,
        sentiment: sentiment_report,
        ..TrainReport::default()
    };
    report.distilled = Some(agreement(of_text, &rows, &stance, &sentiment));
    let model = Model::new(ModelParts {
        name: options.name.clone(),
        encoder: Box::new(encoder),
        stance,
        sentiment,
        report: report.clone(),
    })?;
    Ok(Trained { model, report })
}

/// What the heads are fitted to, chosen by and measured on.
struct Rows<'a> {
    features: Features,
    stance: Question,
    sentiment: Question,
    /// Labelled rows among those fitted.
    labelled: usize,
    /// Drawn sentences that decide between penalties.
    choice: Features,
    /// Rows held out to the end, as features; the first so many with what the teacher says of them.
    held: Vec<&'a LabelledExample>,
    held_features: Features,
    /// Rows that neither fit nor choice sees, and what the teacher says of them.
    compared: Features,
    compared_soft: Vec<[[f64; 3]; 2]>,
}

/// Targets of one question.
#[derive(Default)]
struct Question {
    targets: Vec<[f64; 3]>,
    weights: Vec<f64>,
    choice: Vec<[f64; 3]>,
}

impl<'a> Rows<'a> {
    fn new(
        set: &'a LabelledSet,
        drawn: Vec<QuoteInContext>,
        encoder: &FastEncoder,
        options: &DistilOptions,
        soft: impl FnOnce(Vec<QuoteInContext>) -> Vec<SoftRow>,
    ) -> Result<Self, TrainError> {
        let splits = splits(&set.examples, options.seed);
        let of = |split| {
            let rows = set.examples.iter().zip(&splits).filter(move |&(_, &own)| own == split);
            rows.map(|(example, _)| example).collect::<Vec<_>>()
        };
        let (fitted, held) = (of(Split::Train), of(Split::Validation));
        let asked = if options.hard_share < 1.0 { fitted.len() } else { 0 };
        let compared = held.len().min(COMPARED);
        let mut quotes: Vec<QuoteInContext> = Vec::with_capacity(asked + compared + drawn.len());
        quotes
            .extend(fitted.iter().take(asked).chain(held.iter().take(compared)).map(|row| row.quote.clone()));
        quotes.extend(drawn);
        let soft = soft(quotes);
        let (of_labelled, rest) = soft.split_at_checked(asked).unwrap_or_default();
        let (of_held, drawn) = rest.split_at_checked(compared).unwrap_or_default();

        let mut rows = Self {
            features: Features::new(encoder.dimensions()),
            stance: Question::default(),
            sentiment: Question::default(),
            labelled: fitted.len(),
            choice: Features::new(encoder.dimensions()),
            held_features: encode(encoder, held.iter().map(|row| &row.quote)),
            held,
            compared: encode(encoder, of_held.iter().map(|row| &row.quote)),
            compared_soft: of_held.iter().map(targets).collect(),
        };
        rows.features.append(&encode(encoder, fitted.iter().map(|row| &row.quote)));
        for (place, example) in fitted.iter().enumerate() {
            let soft = of_labelled.get(place).map(targets);
            let soft = |question: usize| soft.and_then(|both| both.get(question).copied());
            let stance = Some(example.stance.index());
            rows.stance.push(mixed(stance, example.stance_weight, soft(0), options.hard_share));
            let sentiment = example.sentiment.map(|label| label.index());
            rows.sentiment.push(mixed(sentiment, 1.0, soft(1), options.hard_share));
        }
        for (place, row) in drawn.iter().enumerate() {
            let [stance, sentiment] = targets(row);
            let quote = std::slice::from_ref(&row.quote);
            match place / RUN % PARTS {
                0 => {
                    rows.choice.append(&encoder.encode(quote));
                    rows.stance.choice.push(stance);
                    rows.sentiment.choice.push(sentiment);
                }
                1 => {
                    rows.compared.append(&encoder.encode(quote));
                    rows.compared_soft.push([stance, sentiment]);
                }
                _ => {
                    rows.features.append(&encoder.encode(quote));
                    rows.stance.push((stance, 1.0));
                    rows.sentiment.push((sentiment, 1.0));
                }
            }
        }
        if rows.features.rows() == 0 {
            return Err(TrainError::NoRows);
        }
        Ok(rows)
    }
}

impl Question {
    fn push(&mut self, (target, weight): ([f64; 3], f64)) {
        self.targets.push(target);
        self.weights.push(weight);
    }

    /// Fits a head with every penalty, the strongest first, keeps the one with the least cross-entropy on the rows of
    /// the choice, and goes on from there to the tolerance. Without such rows the first penalty is kept.
    fn fit(
        &self,
        name: &'static str,
        rows: &Rows<'_>,
        tie: Option<Tie<'_>>,
        options: &DistilOptions,
        tell: &dyn Fn(Stage),
    ) -> Result<(Head, HeadReport), TrainError> {
        let fit = |penalty: f64, tolerance: f64, start: Option<Vec<f64>>| -> Result<_, TrainError> {
            let params = LogisticParams::<3>::new(penalty).tolerance(tolerance);
            let params = match start {
                Some(start) => params.start_at(start),
                None => params,
            };
            let failed = |source| TrainError::Fit { question: name, penalty, source };
            let params = params.check().map_err(|error| failed(FitError::Params(error)))?;
            params.fit_shares(&rows.features, &self.targets, &self.weights, tie).map_err(failed)
        };
        let mut penalties = options.penalties.clone();
        penalties.sort_by(|one, other| other.total_cmp(one));
        let mut trials = Vec::new();
        let mut best: Option<(f64, f64, Vec<f64>)> = None;
        let mut start = None;
        for penalty in penalties {
            let (fitted, params) = fit(penalty, options.tolerance * 10.0, start.take())?;
            let loss = cross_entropy(&head(&fitted), &rows.choice, &self.choice);
            trials.push(PenaltyTrial { penalty, log_loss: rounded(loss), temperature: 1.0 });
            if best.as_ref().is_none_or(|best| loss < best.1) {
                best = Some((penalty, loss, params.clone()));
            }
            start = Some(params);
            tell(Stage::CrossValidate);
        }
        let Some((penalty, _, params)) = best else { return Err(TrainError::Options) };
        let (fitted, _) = fit(penalty, options.tolerance, Some(params))?;
        tell(Stage::Fit);
        let report = HeadReport {
            rows: self.targets.len(),
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
}

fn head(fitted: &FittedLogistic<3>) -> Head {
    let weights = fitted.weights.iter().map(|weights| weights.map(|weight| weight as f32));
    Head::new(weights.collect(), fitted.intercept, 1.0)
}

/// Mean of `−Σ_k t_k ln p_k`, in nats; 0 without rows.
fn cross_entropy(head: &Head, features: &Features, targets: &[[f64; 3]]) -> f64 {
    let rows = head.probabilities(features);
    let loss = |(probabilities, targets): (&[f64; 3], &[f64; 3])| -> f64 {
        probabilities.iter().zip(targets).map(|(p, t)| -t * p.max(f64::MIN_POSITIVE).ln()).sum()
    };
    rows.iter().zip(targets).map(loss).sum::<f64>() / rows.len().max(1) as f64
}

fn encode<'q>(encoder: &FastEncoder, quotes: impl Iterator<Item = &'q QuoteInContext>) -> Features {
    let mut features = Features::new(encoder.dimensions());
    quotes.for_each(|quote| features.append(&encoder.encode(std::slice::from_ref(quote))));
    features
}

/// What a teacher says, with six decimals that add up to 1: the same whether it was kept in a file or not.
fn targets(row: &SoftRow) -> [[f64; 3]; 2] {
    [row.stance, row.sentiment].map(|probabilities| {
        let kept = probabilities.map(rounded);
        let sum: f64 = kept.iter().sum();
        kept.map(|share| share / sum)
    })
}

/// Target and weight of a labelled row: its label, where it has one, counts `hard` times its weight, the teacher's
/// probabilities, where they are known, the rest.
fn mixed(class: Option<usize>, weight: f64, soft: Option<[f64; 3]>, hard: f64) -> ([f64; 3], f64) {
    let own = if class.is_some() { hard * weight } else { 0.0 };
    let rest = if soft.is_some() { 1.0 - hard } else { 0.0 };
    let soft = soft.unwrap_or_default();
    let total = own + rest;
    let share = |k: usize| {
        let label = if class == Some(k) { own } else { 0.0 };
        (label + rest * soft.get(k).copied().unwrap_or_default()) / total
    };
    if total > 0.0 { ([0, 1, 2].map(share), total) } else { ([1.0 / 3.0; 3], 0.0) }
}

/// The validation rows that have a label, with the probabilities that a head gives them.
fn held_out<'a>(
    head: &Head,
    rows: &Rows<'a>,
    class_of: impl Fn(&LabelledExample) -> Option<usize>,
) -> Vec<HeldOut<'a>> {
    let probabilities = head.probabilities(&rows.held_features);
    let held = rows.held.iter().zip(probabilities).filter_map(|(&example, probabilities)| {
        Some(HeldOut { target: class_of(example)?, probabilities, group: example.group_name() })
    });
    held.collect()
}

/// Compares the model with the teacher on the rows left for that.
fn agreement(distilled: Distilled, rows: &Rows<'_>, stance: &Head, sentiment: &Head) -> Distilled {
    let own = [stance, sentiment].map(|head| head.probabilities(&rows.compared));
    let answers: Vec<[Compared; 2]> = rows
        .compared_soft
        .iter()
        .enumerate()
        .map(|(row, soft)| {
            [0, 1].map(|question: usize| {
                let own = own.get(question).and_then(|own| own.get(row)).copied().unwrap_or_default();
                let (label, confidence) = most_probable(own);
                let teachers = soft.get(question).copied().unwrap_or_default();
                Compared { confidence, agrees: label == most_probable(teachers).0 }
            })
        })
        .collect();
    let count = answers.len().max(1) as f64;
    let agree = [0, 1].map(|question: usize| {
        let agrees = answers.iter().filter(|row| row.get(question).is_some_and(|own| own.agrees)).count();
        rounded(agrees as f64 / count)
    });
    Distilled {
        fitted: rows.features.rows() - rows.labelled,
        compared: answers.len(),
        agree,
        agreement: LEVELS.iter().map(|&level| level_of(level, &answers)).collect(),
        ..distilled
    }
}

/// One answer beside the teacher's.
#[derive(Clone, Copy)]
struct Compared {
    confidence: f64,
    agrees: bool,
}

/// The least confidences at which so much agrees: for each question by itself no more answers above its confidence may
/// differ from the teacher's than the level leaves room for, and with both confidences to pass only fewer can.
fn level_of(agreement: f64, answers: &[[Compared; 2]]) -> AgreementLevel {
    let room = ((1.0 - agreement) * answers.len() as f64 + 1e-9).floor() as usize;
    let [stance, sentiment] = [0, 1].map(|question: usize| {
        let mut own: Vec<Compared> = answers.iter().filter_map(|row| row.get(question)).copied().collect();
        own.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        let mut differ = 0;
        let mut least = 1.0;
        for answers in own.chunk_by(|one, next| one.confidence == next.confidence) {
            differ += answers.iter().filter(|answer| !answer.agrees).count();
            if differ > room {
                return least;
            }
            // Rounded up: a confidence in a file must not let in more than was counted.
            least = answers.first().map_or(least, |answer| (answer.confidence * 1e6).ceil() / 1e6);
        }
        0.0
    });
    let sure = |row: &&[Compared; 2]| row[0].confidence >= stance && row[1].confidence >= sentiment;
    let answered = answers.iter().filter(sure).count() as f64 / answers.len().max(1) as f64;
    AgreementLevel { agreement, stance, sentiment, answered: rounded(answered) }
}

#[cfg(test)]
mod tests;
