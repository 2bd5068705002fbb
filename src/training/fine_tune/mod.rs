//! Updates a pre-trained encoder by gradient descent, with both heads on top.
//!
//! The rows of the training split are divided by group: one part in ten decides when to stop, one in ten
//! calibrates, the others are fitted. Rows held out stay out to the end.

mod batches;
mod checkpoint;
mod dropout;
mod network;
mod optimiser;

use std::collections::BTreeMap;

use candle_core::{Device, Tensor};
use candle_nn::ops;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use self::batches::{Batch, batches};
use self::checkpoint::State;
use self::dropout::Dropout;
use self::network::{HEADS, TrainableNetwork};
use self::optimiser::AdamW;
use super::abstention;
use super::calibrate::{self, Calibrator, calibrate};
use super::figures::{HeldOut, figures};
use super::labelled::{LabelledExample, LabelledSet, Split};
use super::split::{folds, splits};
use super::survey::Survey;
use super::teacher::{SoftRow, text_hash};
use super::train::{Trained, stance_shift};
use crate::encode::deep::{DeepEncoder, DeepSettings, Pretrained, Window};
use crate::encode::{EncodeError, Encoder, Features};
use crate::model::{
    Distilled, Head, HeadReport, Model, ModelError, ModelParts, TrainReport, best_temperature,
};
use crate::records::mark;
use crate::types::{QuoteInContext, Sentiment, Stance};

/// How an encoder is fine-tuned.
#[derive(Clone, Debug, PartialEq)]
pub struct FineTuneOptions {
    /// Name of the model.
    pub name: String,
    /// Seed of splits, order, dropout and resampling.
    pub seed: u64,
    /// Passes over the rows, at least 1. Rates fall to zero at the end of the last.
    pub epochs: u32,
    /// Largest learning rate of the encoder.
    pub encoder_rate: f64,
    /// Largest learning rate of the heads.
    pub head_rate: f64,
    /// Tokens of a batch, padding counted.
    pub batch_tokens: usize,
    /// Share of hidden values that are set to zero in training, from 0 to below 1.
    pub dropout: f32,
    /// Share of rows, anew in every epoch, that are read without their context, from 0 to 1: so that quotes
    /// without context are read well too.
    pub without_context: f64,
    /// Share of every target that is spread evenly over the labels (Szegedy et al., *Rethinking the Inception
    /// Architecture*, CVPR 2016, section 7).
    pub smoothing: f32,
    /// Share of neutral quotes, between 0 and 1, where the model will be used; `None` for as many as among the rows.
    pub neutral_share: Option<f64>,
    /// Whether rows are weighted so that every class weighs the same.
    pub balanced: bool,
    /// Steps between checkpoints.
    pub checkpoint_every: u64,
    /// What the encoder reads and what its rows hold.
    pub settings: DeepSettings,
    /// The command to name in the model card, without paths of one machine.
    pub command: Option<String>,
}

impl Default for FineTuneOptions {
    fn default() -> Self {
        Self {
            name: "deep".to_owned(),
            seed: 1,
            epochs: 3,
            encoder_rate: 5e-5,
            head_rate: 1e-3,
            batch_tokens: 1024,
            dropout: 0.1,
            without_context: 0.15,
            smoothing: 0.1,
            neutral_share: None,
            balanced: false,
            checkpoint_every: 200,
            settings: DeepSettings::default(),
            command: None,
        }
    }
}

/// What a run tells while it goes.
pub enum FineTuneEvent<'a> {
    /// The run goes on from a checkpoint, at this step.
    Resumed {
        /// Steps that need not be made again.
        steps: u64,
    },
    /// A step was made.
    Step {
        /// Steps made.
        done: u64,
        /// Steps in all.
        total: u64,
        /// Loss of the step's rows, in nats.
        loss: f64,
    },
    /// An epoch has ended.
    Epoch {
        /// Which, from 1.
        epoch: usize,
        /// Log loss of the stopping rows, in nats: of the weights as they are, and averaged over the epochs.
        stopping: [f64; 2],
    },
    /// Everything that is needed to go on from here.
    Checkpoint(&'a [u8]),
}

/// What a teacher adds to the labels.
pub struct Teaching<'a> {
    /// Sentences that nobody labelled.
    pub drawn: Vec<QuoteInContext>,
    /// What the labels of the labelled rows count in their targets, from 0 to 1; the rest is the teacher's
    /// probabilities. At 1 the teacher is not asked about these rows.
    pub hard_share: f64,
    /// Gives the teacher's probabilities for quotes, in order ([`soft_labels`](super::soft_labels)); called once.
    pub soft: &'a mut dyn FnMut(Vec<QuoteInContext>) -> Vec<SoftRow>,
    /// The teacher and the names of the files that the sentences are from, for the report.
    pub distilled: Distilled,
}

impl Teaching<'_> {
    /// The usual [`hard_share`](Self::hard_share): label and teacher weigh the same.
    pub const HARD_SHARE: f64 = 0.5;
}

/// What the teacher said.
struct Taught {
    /// Of the fitted rows, in order, where it was asked about them.
    labelled: Vec<SoftRow>,
    drawn: Vec<SoftRow>,
    hard_share: f64,
}

impl Taught {
    /// Asks the teacher, if there is one.
    fn by(teaching: Option<&mut Teaching<'_>>, fitted: &Part<'_>) -> Result<Self, FineTuneError> {
        let Some(teaching) = teaching else {
            return Ok(Self { labelled: Vec::new(), drawn: Vec::new(), hard_share: 1.0 });
        };
        if !(0.0..=1.0).contains(&teaching.hard_share) {
            return Err(FineTuneError::Option { option: "hard_share" });
        }
        let mut quotes = if teaching.hard_share < 1.0 { fitted.quotes() } else { Vec::new() };
        let of_labelled = quotes.len();
        teaching.distilled.hash = text_hash(&teaching.drawn);
        teaching.distilled.rows = teaching.drawn.len();
        teaching.distilled.fitted = teaching.drawn.len();
        quotes.append(&mut teaching.drawn);
        let asked = quotes.len();
        let mut labelled = (teaching.soft)(quotes);
        if labelled.len() != asked {
            return Err(FineTuneError::Teacher { asked, labelled: labelled.len() });
        }
        let drawn = labelled.split_off(of_labelled);
        Ok(Self { labelled, drawn, hard_share: teaching.hard_share })
    }
}

/// Why fine-tuning failed.
#[derive(Debug, thiserror::Error)]
pub enum FineTuneError {
    /// There are too few groups of rows.
    #[error("{groups} groups of rows are too few to fine-tune; give at least {FEWEST_GROUPS}")]
    TooFewGroups {
        /// Groups in the training split.
        groups: usize,
    },
    /// An option is out of range.
    #[error("'{option}' is out of range; see --help")]
    Option {
        /// Its name.
        option: &'static str,
    },
    /// The loss is no number any more.
    #[error("the loss is not a finite number at step {step}; try a smaller learning rate")]
    Diverged {
        /// The step.
        step: u64,
    },
    /// The teacher did not label all rows.
    #[error("the teacher labelled {labelled} of {asked} quotes")]
    Teacher {
        /// Quotes that it was asked about.
        asked: usize,
        /// Rows that came back.
        labelled: usize,
    },
    /// A checkpoint cannot be used.
    #[error("the checkpoint cannot be used ({reason}); delete it to begin anew")]
    Checkpoint {
        /// Why.
        reason: String,
    },
    /// The caller could not keep a checkpoint.
    #[error("cannot keep the checkpoint: {0}")]
    Keep(std::io::Error),
    /// A computation failed.
    #[error("cannot compute: {0}")]
    Compute(#[from] candle_core::Error),
    /// The encoder could not be built.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The model could not be put together.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// One part in so many of the training split decides when to stop, and as much calibrates.
const PARTS: usize = 10;
const FEWEST_GROUPS: usize = 2 * PARTS;
/// Share of the steps over which the rates rise.
const WARM_UP: f64 = 0.06;
/// Sentiment counts half as much as stance, which is what the project is for.
const QUESTION_WEIGHTS: [f64; 2] = [1.0, 0.5];
/// Epochs without a lower loss on the stopping rows after which a run ends.
const PATIENCE: u64 = 2;

/// Rows with their targets.
struct Part<'a> {
    examples: Vec<&'a LabelledExample>,
}

impl Part<'_> {
    fn quotes(&self) -> Vec<QuoteInContext> {
        self.examples.iter().map(|example| example.quote.clone()).collect()
    }

    /// The class of each row for both questions.
    fn targets(&self) -> Vec<[Option<usize>; 2]> {
        let class = |example: &&LabelledExample| {
            let stance = Stance::ALL.iter().position(|&stance| stance == example.stance);
            let sentiment = example
                .sentiment
                .and_then(|own| Sentiment::ALL.iter().position(|&sentiment| sentiment == own));
            [stance, sentiment]
        };
        self.examples.iter().map(class).collect()
    }
}

/// Fine-tunes an encoder, on what a teacher says too where there is one, and puts a model together: temperatures from rows that neither gradient descent
/// nor the choice of an epoch saw, figures from the rows held out.
///
/// `resume` is a checkpoint of the same run, if there is one; one of another run is left aside. The same
/// rows, options and machine give the same model, with and without stops.
///
/// # Errors
/// Where there is too little data, an option is out of range, the loss diverges, or `tell` fails to keep a
/// checkpoint.
pub fn fine_tune(
    set: &LabelledSet,
    mut teaching: Option<Teaching<'_>>,
    pretrained: &Pretrained,
    options: &FineTuneOptions,
    resume: Option<&[u8]>,
    tell: &mut dyn FnMut(FineTuneEvent<'_>) -> std::io::Result<()>,
) -> Result<Trained, FineTuneError> {
    check(options)?;
    let [fitted, stopping, calibration, held] = parts(set, options.seed)?;
    let reader = DeepEncoder::new(pretrained.clone(), options.settings.clone())?;
    let pools = &options.settings.pools;
    let network = TrainableNetwork::new(&pretrained.architecture, &pretrained.weights, pools)?;
    let optimiser = AdamW::new(&network.variables)?;
    let mut state = State {
        network,
        optimiser,
        sum: BTreeMap::new(),
        epochs: 0,
        best: BTreeMap::new(),
        lowest: f64::INFINITY,
        without_gain: 0,
    };
    let taught = Taught::by(teaching.as_mut(), &fitted)?;
    let run = fingerprint(set, &taught, pretrained, options);
    if let Some(bytes) = resume
        && state.restore(bytes, &run)?
    {
        tell(FineTuneEvent::Resumed { steps: state.optimiser.steps }).map_err(FineTuneError::Keep)?;
    }

    let windows_of = |quotes: &[QuoteInContext]| quotes.iter().map(|quote| reader.window(quote)).collect();
    let mut quotes = fitted.quotes();
    let mut targets = labelled_targets(&fitted, &taught, options);
    quotes.extend(taught.drawn.iter().map(|row| row.quote.clone()));
    targets.extend(taught.drawn.iter().map(soft_targets));
    let whole: Vec<Window> = windows_of(&quotes);
    let bare: Vec<Window> =
        quotes.iter().map(|quote| reader.window(&QuoteInContext::bare(quote.text()))).collect();
    let stopping_windows: Vec<Window> = windows_of(&stopping.quotes());
    let stopping_targets: Vec<Targets> = stopping
        .targets()
        .into_iter()
        .map(|row| row.map(|class| Some(Target { shares: smoothed(class?, 0.0), weight: 1.0 })))
        .collect();

    let epochs: Vec<Vec<Batch>> = (0..options.epochs)
        .map(|epoch| {
            let mut random = ChaCha8Rng::seed_from_u64(options.seed);
            random.set_stream(u64::from(epoch));
            let windows: Vec<Window> = whole
                .iter()
                .zip(&bare)
                .map(|(whole, bare)| if random.random_bool(options.without_context) { bare } else { whole })
                .cloned()
                .collect();
            batches(&windows, pools, options.batch_tokens, Some(&mut random))
        })
        .collect();
    let total: u64 = epochs.iter().map(|batches| batches.len() as u64).sum();
    let mut step = 0;
    for (epoch, batches) in epochs.iter().enumerate() {
        for batch in batches {
            step += 1;
            if step <= state.optimiser.steps {
                continue;
            }
            let mut dropout = Dropout::seeded(options.dropout, options.seed, step);
            let logits = state.network.logits(batch, &mut dropout)?;
            let loss = loss(&logits, batch, &targets)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(FineTuneError::Diverged { step });
            }
            let share = rate_at(step, total);
            let gradients = loss.backward()?;
            state.optimiser.step(&state.network.variables, &gradients, |name| {
                let head = HEADS.iter().any(|head| name.starts_with(head));
                share * if head { options.head_rate } else { options.encoder_rate }
            })?;
            tell(FineTuneEvent::Step { done: step, total, loss: value }).map_err(FineTuneError::Keep)?;
            if step.is_multiple_of(options.checkpoint_every.max(1)) {
                let bytes = state.to_bytes(&run)?;
                tell(FineTuneEvent::Checkpoint(&bytes)).map_err(FineTuneError::Keep)?;
            }
        }
        if epoch as u64 >= state.epochs {
            let stopping = end_epoch(&mut state, &stopping_windows, &stopping_targets, options)?;
            tell(FineTuneEvent::Epoch { epoch: epoch + 1, stopping }).map_err(FineTuneError::Keep)?;
            let bytes = state.to_bytes(&run)?;
            tell(FineTuneEvent::Checkpoint(&bytes)).map_err(FineTuneError::Keep)?;
        }
        if state.without_gain >= PATIENCE {
            break;
        }
    }
    for (name, variable) in &state.network.variables {
        if let Some(best) = state.best.get(name) {
            variable.set(best)?;
        }
    }
    let distilled = teaching.map(|teaching| teaching.distilled);
    finish(set, pretrained, options, &state, &[fitted, calibration, held], distilled)
}

fn check(options: &FineTuneOptions) -> Result<(), FineTuneError> {
    let positive = |rate: f64| rate.is_finite() && rate > 0.0;
    for (option, right) in [
        ("epochs", options.epochs > 0),
        ("encoder_rate", positive(options.encoder_rate)),
        ("head_rate", positive(options.head_rate)),
        ("batch_tokens", options.batch_tokens > 0),
        ("dropout", (0.0..1.0).contains(&options.dropout)),
        ("without_context", (0.0..=1.0).contains(&options.without_context)),
        ("neutral_share", options.neutral_share.is_none_or(|share| share > 0.0 && share < 1.0)),
        ("smoothing", (0.0..1.0).contains(&options.smoothing)),
    ] {
        if !right {
            return Err(FineTuneError::Option { option });
        }
    }
    Ok(())
}

/// Rows to fit, to stop by, to calibrate on, and held out; no group is divided.
fn parts(set: &LabelledSet, seed: u64) -> Result<[Part<'_>; 4], FineTuneError> {
    let splits = splits(&set.examples, seed);
    let own: Vec<&LabelledExample> = set
        .examples
        .iter()
        .zip(&splits)
        .filter(|&(_, &split)| split == Split::Train)
        .map(|(example, _)| example)
        .collect();
    let held = set
        .examples
        .iter()
        .zip(&splits)
        .filter(|&(_, &split)| split == Split::Validation)
        .map(|(row, _)| row);
    let groups: Vec<&str> = own.iter().map(|example| example.group_name()).collect();
    let mut distinct = groups.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < FEWEST_GROUPS {
        return Err(FineTuneError::TooFewGroups { groups: distinct.len() });
    }
    let dealt = folds(&groups, PARTS, seed);
    let part = |takes: &dyn Fn(usize) -> bool| Part {
        examples: own.iter().zip(&dealt).filter(|&(_, &fold)| takes(fold)).map(|(row, _)| *row).collect(),
    };
    Ok([
        part(&|fold| fold > 1),
        part(&|fold| fold == 0),
        part(&|fold| fold == 1),
        Part { examples: held.collect() },
    ])
}

/// What a run is: the same data, weights and options.
fn fingerprint(
    set: &LabelledSet,
    taught: &Taught,
    pretrained: &Pretrained,
    options: &FineTuneOptions,
) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(set.hash().as_bytes());
    hasher.update(&taught.hard_share.to_le_bytes());
    for row in taught.labelled.iter().chain(&taught.drawn) {
        hasher.update(mark(&row.quote).as_bytes());
        for share in row.stance.iter().chain(&row.sentiment) {
            hasher.update(&share.to_le_bytes());
        }
    }
    for (name, array) in pretrained.weights.iter() {
        hasher.update(name.as_bytes());
        for value in array.to_floats() {
            hasher.update(&value.to_le_bytes());
        }
    }
    let mut options = options.clone();
    options.command = None;
    options.name.clear();
    hasher.update(format!("{options:?}").as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Share of the largest rate at a step, from 1: up a line, then down a line.
fn rate_at(step: u64, total: u64) -> f64 {
    let share = step as f64 / total.max(1) as f64;
    let falling = 1.0 - (step.saturating_sub(1)) as f64 / total.max(1) as f64;
    (share / WARM_UP).min(1.0) * falling
}

/// What a row is fitted to for one question.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Target {
    /// Shares of the labels, summing to 1.
    shares: [f32; 3],
    /// What the row counts.
    weight: f32,
}

/// What a row is fitted to for both questions, where it has a label or a teacher's word.
type Targets = [Option<Target>; 2];

/// The targets of labelled rows, one after the other: the label, smoothed, and, where a teacher was asked, in
/// part what it says of the row.
fn labelled_targets(part: &Part<'_>, taught: &Taught, options: &FineTuneOptions) -> Vec<Targets> {
    let classes = part.targets();
    let weights = class_weights(&classes, options.balanced);
    let target = |row: usize, question: usize| {
        let class = classes.get(row)?.get(question).copied().flatten()?;
        let example = part.examples.get(row)?;
        let own = if question == 0 { example.stance_weight as f32 } else { 1.0 };
        let mut shares = smoothed(class, options.smoothing);
        if let Some(said) = taught.labelled.get(row) {
            let said = [said.stance, said.sentiment].get(question).copied()?;
            let hard = taught.hard_share as f32;
            for (share, said) in shares.iter_mut().zip(said) {
                *share = *share * hard + said as f32 * (1.0 - hard);
            }
        }
        let weight = weights.get(question)?.get(class).copied()? * own;
        Some(Target { shares, weight })
    };
    (0..classes.len()).map(|row| [target(row, 0), target(row, 1)]).collect()
}

/// The targets of a sentence that only the teacher labelled.
fn soft_targets(row: &SoftRow) -> Targets {
    [row.stance, row.sentiment]
        .map(|said| Some(Target { shares: said.map(|share| share as f32), weight: 1.0 }))
}

/// The target of a label: a share of it is spread evenly over all labels.
fn smoothed(class: usize, smoothing: f32) -> [f32; 3] {
    let mut shares = [smoothing / 3.0; 3];
    if let Some(share) = shares.get_mut(class) {
        *share += 1.0 - smoothing;
    }
    shares
}

/// Weight of each class of both questions.
fn class_weights(targets: &[[Option<usize>; 2]], balanced: bool) -> [[f32; 3]; 2] {
    [0, 1].map(|question: usize| {
        let labelled: Vec<usize> =
            targets.iter().filter_map(|row| row.get(question).copied().flatten()).collect();
        [0, 1, 2].map(|class| {
            let count = labelled.iter().filter(|&&own| own == class).count();
            if balanced && count > 0 { labelled.len() as f32 / (3 * count) as f32 } else { 1.0 }
        })
    })
}

/// Weighted mean cross-entropy of both questions in nats; rows without a target count nothing.
fn loss(logits: &[Tensor; 2], batch: &Batch, targets: &[Targets]) -> Result<Tensor, FineTuneError> {
    let mut sum = Tensor::zeros((), candle_core::DType::F32, &Device::Cpu)?;
    for (question, logits) in logits.iter().enumerate() {
        let mut wanted = Vec::with_capacity(batch.rows * 3);
        let mut total = 0.0;
        for &row in &batch.members {
            let target = targets.get(row).and_then(|row| row.get(question).copied().flatten());
            let Target { shares, weight } = target.unwrap_or(Target { shares: [0.0; 3], weight: 0.0 });
            total += weight;
            wanted.extend(shares.map(|share| share * weight));
        }
        if total > 0.0 {
            let wanted = Tensor::from_vec(wanted, (batch.rows, 3), &Device::Cpu)?;
            let logarithms = ops::log_softmax(logits, candle_core::D::Minus1)?;
            let weight = QUESTION_WEIGHTS.get(question).copied().unwrap_or(0.0);
            let own = (logarithms.mul(&wanted)?.sum_all()? * (-weight / f64::from(total)))?;
            sum = (sum + own)?;
        }
    }
    Ok(sum)
}

/// Measures the weights as they are and averaged over the epochs, in nats, and keeps the better if none was
/// better before.
fn end_epoch(
    state: &mut State,
    windows: &[Window],
    targets: &[Targets],
    options: &FineTuneOptions,
) -> Result<[f64; 2], FineTuneError> {
    state.epochs += 1;
    let mut now = BTreeMap::new();
    for (name, variable) in &state.network.variables {
        // `Var::set` writes in place: without the copy this would change with the next step.
        let value = variable.as_tensor().detach().copy()?;
        let sum = match state.sum.get(name) {
            Some(sum) => (sum + &value)?,
            None => value.clone(),
        };
        state.sum.insert(name.clone(), sum);
        now.insert(name.clone(), value);
    }
    let average: Result<BTreeMap<String, Tensor>, candle_core::Error> = state
        .sum
        .iter()
        .map(|(name, sum)| Ok((name.clone(), (sum * (state.epochs as f64).recip())?)))
        .collect();
    let candidates = [now, average?];
    let mut losses = [0.0; 2];
    state.without_gain += 1;
    for (candidate, loss) in candidates.iter().zip(&mut losses) {
        for (name, variable) in &state.network.variables {
            if let Some(value) = candidate.get(name) {
                variable.set(value)?;
            }
        }
        *loss = stopping_loss(&state.network, windows, targets, options)?;
        if *loss < state.lowest {
            state.lowest = *loss;
            state.best = candidate.clone();
            state.without_gain = 0;
        }
    }
    for (name, variable) in &state.network.variables {
        if let Some(value) = candidates[0].get(name) {
            variable.set(value)?;
        }
    }
    Ok(losses)
}

/// Log loss in nats, neither smoothed nor weighted by class.
fn stopping_loss(
    network: &TrainableNetwork,
    windows: &[Window],
    targets: &[Targets],
    options: &FineTuneOptions,
) -> Result<f64, FineTuneError> {
    let mut sum = 0.0;
    for batch in batches(windows, &options.settings.pools, options.batch_tokens, None) {
        let logits = network.logits(&batch, &mut Dropout::none())?.map(|logits| logits.detach());
        let own = loss(&logits, &batch, targets)?;
        sum += f64::from(own.to_scalar::<f32>()?) * batch.rows as f64;
    }
    Ok(sum / windows.len().max(1) as f64)
}

/// Builds the model of the fine-tuned arrays, calibrates and measures it.
fn finish(
    set: &LabelledSet,
    pretrained: &Pretrained,
    options: &FineTuneOptions,
    state: &State,
    parts: &[Part<'_>; 3],
    distilled: Option<Distilled>,
) -> Result<Trained, FineTuneError> {
    let [fitted, calibration, held] = parts;
    let tuned = Pretrained { weights: state.network.weights()?, ..pretrained.clone() };
    let encoder = DeepEncoder::new(tuned, options.settings.clone())?;
    let calibration_features = encoder.encode(&calibration.quotes());
    let held_features = encoder.encode(&held.quotes());
    let mut heads = Vec::new();
    for (question, name) in HEADS.into_iter().enumerate() {
        let (weights, bias) = state.network.head(name)?;
        let plain = Head::new(weights.clone(), bias, 1.0);
        let (logits, targets, groups) = labelled(&plain, calibration, &calibration_features, question);
        let shift = match question {
            0 => stance_shift(options.neutral_share, &fitted.examples),
            _ => [0.0; 3],
        };
        let by_temperature = |least: f64| Calibrator {
            temperature: best_temperature(&logits, &targets).0.max(least),
            isotonic: None,
            trials: Vec::new(),
        };
        let calibrator = if distilled.is_some() {
            // These rows are of the same hands as those that were fitted. To sharpen by them would undo the caution
            // that the teacher taught, which quotes from elsewhere need.
            by_temperature(1.0)
        } else if shift == [0.0; 3] {
            calibrate(&logits, &targets, &folds(&groups, calibrate::PARTS, options.seed))
        } else {
            // Curves have no logits to shift.
            by_temperature(0.0)
        };
        let head = Head::new(weights, bias, calibrator.temperature)
            .with_isotonic(calibrator.isotonic)
            .shifted(shift);
        let validation = held_out(&head, held, &held_features, question);
        let unseen = held_out(&head, calibration, &calibration_features, question);
        let rows =
            fitted.targets().iter().filter(|row| row.get(question).copied().flatten().is_some()).count();
        let report = HeadReport {
            rows,
            temperature: calibrator.temperature,
            calibrations: calibrator.trials,
            iterations: state.optimiser.steps,
            validation: figures(&validation, options.seed),
            abstention: abstention::levels(&unseen),
            ..HeadReport::default()
        };
        heads.push((head, report));
    }
    let (Some((sentiment, sentiment_report)), Some((stance, stance_report))) = (heads.pop(), heads.pop())
    else {
        return Err(FineTuneError::Option { option: "heads" });
    };
    let report = TrainReport {
        command: options.command.clone(),
        seed: options.seed,
        balanced: options.balanced,
        neutral_share: options.neutral_share,
        distilled,
        data: Survey::of_set(set, options.seed).summary(fitted.examples.len(), held.examples.len()),
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

/// Logits, classes and groups of the rows that have a label.
fn labelled<'a>(
    head: &Head,
    part: &Part<'a>,
    features: &Features,
    question: usize,
) -> (Vec<[f64; 3]>, Vec<usize>, Vec<&'a str>) {
    let (mut logits, mut classes, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for (row, (targets, example)) in part.targets().iter().zip(&part.examples).enumerate() {
        let Some(class) = targets.get(question).copied().flatten() else { continue };
        let (columns, values) = features.row(row);
        logits.push(head.logits(columns, values));
        classes.push(class);
        groups.push(example.group_name());
    }
    (logits, classes, groups)
}

/// The rows that have a label, with the probabilities that a head gives them.
fn held_out<'a>(head: &Head, part: &Part<'a>, features: &Features, question: usize) -> Vec<HeldOut<'a>> {
    let (logits, targets, groups) = labelled(head, part, features, question);
    logits
        .into_iter()
        .zip(targets)
        .zip(groups)
        .map(|((logits, target), group)| HeldOut { target, probabilities: head.calibrated(logits), group })
        .collect()
}

#[cfg(test)]
mod tests;
