use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::encode::{EncodeError, Features, WordsSettings};
use crate::model::{
    Figures, Head, HeadReport, Model, ModelError, ModelParts, PenaltyTrial, TrainReport, best_temperature,
};
use crate::types::{QuoteInContext, Stance};

use super::abstention;
use super::calibrate::{Calibrator, calibrate, rounded};
use super::encoding::{EncoderPlan, side_by_side};
use super::figures::{HeldOut, figures};
use super::labelled::{LabelledExample, LabelledSet, Split};
use super::logistic::{FitError, FittedLogistic, LogisticParams};
use super::prior::neutral_shift;
use super::read::DataErrors;
use super::split::{folds, splits};
use super::survey::{Survey, UNKNOWN};

/// How a model is trained.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// Name of the model.
    pub name: String,
    /// Seed of splits, folds and resampling.
    pub seed: u64,
    /// Number of folds, at least 2; groups are never divided between them.
    pub folds: usize,
    /// Penalties α to choose from, by log loss on the held-out folds.
    pub penalties: Vec<f64>,
    /// Penalty of the stance head, where it is not chosen. Such a head keeps its probabilities as fitted: a
    /// penalty above the best for these rows makes it cautious on quotes from elsewhere, and calibration on
    /// the same rows would undo that.
    pub stance_penalty: Option<f64>,
    /// Share of neutral quotes, between 0 and 1, where the model will be used; `None` for as many as among the rows.
    pub neutral_share: Option<f64>,
    /// Whether rows are weighted so that every class weighs the same.
    pub balanced: bool,
    /// The encoder.
    pub encoder: EncoderPlan,
    /// Largest gradient norm of the last fit.
    pub tolerance: f64,
    /// Largest gradient norm of the fits on folds.
    pub fold_tolerance: f64,
    /// Threads that encoding and folds are spread over; `None` for one per core. The model does not depend on it.
    pub threads: Option<NonZeroUsize>,
    /// The command to name in the model card, without paths of one machine.
    pub command: Option<String>,
}

impl Default for TrainOptions {
    fn default() -> Self {
        let encoder = EncoderPlan::Words(WordsSettings::default());
        Self {
            name: "words".to_owned(),
            seed: 1,
            folds: 5,
            penalties: encoder.penalties(),
            stance_penalty: None,
            neutral_share: None,
            balanced: false,
            encoder,
            tolerance: 1e-5,
            fold_tolerance: 2e-3,
            threads: None,
            command: None,
        }
    }
}

/// A finished training run.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// What was chosen and how it did; the model holds it too.
    pub report: TrainReport,
}

/// How far a training run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What was just finished.
    pub stage: Stage,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// The steps of a training run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A fold was encoded, or some rows were.
    Encode,
    /// A head was fitted with one penalty on all folds but one.
    CrossValidate,
    /// A head was fitted to all rows.
    Fit,
    /// Figures were computed.
    Evaluate,
}

/// Why training failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to fit.
    #[error("no row to fit; rows with split 'validation' are held out")]
    NoRows,
    /// All rows have the same label.
    #[error("all rows have {question} '{label}'; a model needs rows of at least two labels")]
    OneLabel {
        /// `stance` or `sentiment`.
        question: &'static str,
        /// The label.
        label: &'static str,
    },
    /// Fewer groups than folds.
    #[error("{groups} groups cannot be divided into {folds} folds; give more rows or fewer folds")]
    TooFewGroups {
        /// Groups of the rows with that label.
        groups: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// An option out of range.
    #[error("training needs at least 2 folds and one penalty")]
    Options,
    /// The encoder could not be built.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A fit failed.
    #[error("cannot fit {question} with penalty {penalty}: {source}")]
    Fit {
        /// `stance` or `sentiment`.
        question: &'static str,
        /// The penalty α.
        penalty: f64,
        /// Why.
        source: FitError,
    },
    /// The model could not be put together.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The rows could not be read.
    #[error(transparent)]
    Data(#[from] DataErrors),
    /// The rows were others when they were read again.
    #[error(
        "the labelled sentences changed while they were read; train again when nobody writes to their files"
    )]
    Changed,
    /// Rows could not be kept outside memory.
    #[error(
        "cannot keep rows in a temporary file in '{}': {source}; make room there, or write the model elsewhere",
        folder.display()
    )]
    Scratch {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The teacher's probabilities could not be had.
    #[error(transparent)]
    Teacher(Box<dyn Error + Send + Sync>),
}

/// Trains a model: chooses a penalty and a temperature for each head on grouped folds, fits both heads to
/// all rows of the training split, and measures them on the rows held out.
///
/// The same rows, options and seed give the same model, byte for byte, whatever the number of threads.
///
/// # Errors
/// Where there is too little data, or a fit does not converge.
pub fn train(
    set: &LabelledSet,
    options: &TrainOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, TrainError> {
    let mut penalties = options.penalties.clone();
    // From strong to weak: each fit starts where the one before it ended.
    penalties.sort_by(|one, other| other.total_cmp(one));
    if options.folds < 2 || penalties.is_empty() {
        return Err(TrainError::Options);
    }
    let splits = splits(&set.examples, options.seed);
    let of = |split| {
        let rows = set.examples.iter().zip(&splits).filter(move |&(_, &own)| own == split);
        rows.map(|(example, _)| example).collect::<Vec<_>>()
    };
    let (fitted, held) = (of(Split::Train), of(Split::Validation));
    if fitted.is_empty() {
        return Err(TrainError::NoRows);
    }
    let groups: Vec<&str> = fitted.iter().map(|example| example.group_name()).collect();
    let folds_of = folds(&groups, options.folds, options.seed);
    let distinct = groups.iter().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < options.folds {
        return Err(TrainError::TooFewGroups { groups: distinct, folds: options.folds });
    }
    let quotes = |examples: &[&LabelledExample]| {
        examples.iter().map(|example| example.quote.clone()).collect::<Vec<_>>()
    };
    let held_quotes = quotes(&held);
    let rows = Rows { quotes: quotes(&fitted), examples: fitted, groups, folds: folds_of };
    let stance_penalties = options.stance_penalty.map_or_else(|| penalties.clone(), |own| vec![own]);
    let questions =
        [Question::stance(&rows, stance_penalties, options)?, Question::sentiment(&rows, penalties)?];

    let steps = options.encoder.chunks(rows.quotes.len())
        + options.encoder.chunks(held.len())
        + options.folds * (1 + questions.iter().map(|question| question.penalties.len()).sum::<usize>())
        + questions.len() * 2;
    let mut done = 0;
    let mut step = |stage| {
        done += 1;
        progress(Progress { stage, done, total: steps });
    };

    let plan = &options.encoder;
    let threads =
        options.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let given = plan.given(&rows.quotes, threads, &mut || step(Stage::Encode));
    let given_held = plan.given(&held_quotes, threads, &mut || step(Stage::Encode));
    let logits = cross_validate(&rows, &questions, given.as_ref(), options, &mut step)?;
    let words = plan.learn(&rows.quotes)?;
    let features = side_by_side(given.as_ref(), words.as_ref(), &rows.quotes);
    let held_features = side_by_side(given_held.as_ref(), words.as_ref(), &held_quotes);
    let mut heads = Vec::new();
    for (question, logits) in questions.iter().zip(&logits) {
        let (head, mut report) = finish(question, &rows, logits, &features, options)?;
        step(Stage::Fit);
        report.validation = question.validation(&head, &held, &held_features, options.seed);
        step(Stage::Evaluate);
        heads.push((head, report));
    }
    let (Some((sentiment, sentiment_report)), Some((stance, stance_report))) = (heads.pop(), heads.pop())
    else {
        return Err(TrainError::NoRows);
    };
    let report = TrainReport {
        command: options.command.clone(),
        seed: options.seed,
        folds: options.folds,
        balanced: options.balanced,
        data: Survey::of_set(set, options.seed).summary(rows.examples.len(), held.len()),
        stance: stance_report,
        sentiment: sentiment_report,
        neutral_share: options.neutral_share,
        distilled: None,
    };
    let model = Model::new(ModelParts {
        name: options.name.clone(),
        encoder: plan.finish(words)?,
        stance,
        sentiment,
        report: report.clone(),
    })?;
    Ok(Trained { model, report })
}

/// What is added to the calibrated stance logits for a share of neutral quotes.
pub(super) fn stance_shift(neutral_share: Option<f64>, rows: &[&LabelledExample]) -> [f64; 3] {
    let mut shift = [0.0; 3];
    if let Some(share) = neutral_share {
        shift[Stance::Neutral.index()] = neutral_shift(share, rows);
    }
    shift
}

/// The rows that the model is fitted to.
struct Rows<'a> {
    quotes: Vec<QuoteInContext>,
    examples: Vec<&'a LabelledExample>,
    groups: Vec<&'a str>,
    folds: Vec<usize>,
}

/// One of the two questions: its name, the class and the weight of each row, and the penalties to choose from.
struct Question {
    name: &'static str,
    class_of: fn(&LabelledExample) -> Option<usize>,
    classes: Vec<Option<usize>>,
    weights: Vec<f64>,
    penalties: Vec<f64>,
    /// Whether probabilities are calibrated.
    calibrated: bool,
    /// Added to the calibrated logits.
    shift: [f64; 3],
}

impl Question {
    fn stance(rows: &Rows<'_>, penalties: Vec<f64>, options: &TrainOptions) -> Result<Self, TrainError> {
        let calibrated = options.stance_penalty.is_none();
        let shift = stance_shift(options.neutral_share, &rows.examples);
        let names = crate::types::Stance::NAMES;
        let weights = rows.examples.iter().map(|example| example.stance_weight).collect();
        let question = Self::new("stance", |example| Some(example.stance.index()), names, rows, penalties)?;
        Ok(Self { weights, calibrated, shift, ..question })
    }

    fn sentiment(rows: &Rows<'_>, penalties: Vec<f64>) -> Result<Self, TrainError> {
        let names = crate::types::Sentiment::NAMES;
        Self::new("sentiment", |example| example.sentiment.map(|label| label.index()), names, rows, penalties)
    }

    fn new(
        name: &'static str,
        class_of: fn(&LabelledExample) -> Option<usize>,
        labels: [&'static str; 3],
        rows: &Rows<'_>,
        penalties: Vec<f64>,
    ) -> Result<Self, TrainError> {
        let classes: Vec<Option<usize>> = rows.examples.iter().map(|example| class_of(example)).collect();
        let mut known = classes.iter().flatten();
        if let Some(first) = known.next()
            && known.all(|class| class == first)
        {
            let label = labels.get(*first).copied().unwrap_or_default();
            return Err(TrainError::OneLabel { question: name, label });
        }
        let weights = vec![1.0; classes.len()];
        Ok(Self { name, class_of, classes, weights, penalties, calibrated: true, shift: [0.0; 3] })
    }

    /// Rows that have a label and that `wanted` names, with their classes.
    fn labelled(&self, wanted: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<usize>) {
        let rows = self.classes.iter().enumerate().filter(|&(row, _)| wanted(row));
        rows.filter_map(|(row, class)| class.map(|class| (row, class))).unzip()
    }

    /// How much each of some rows counts in a fit.
    fn weights_of(&self, rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|&row| self.weights.get(row).copied().unwrap_or(1.0)).collect()
    }

    /// Calibrated figures on rows held out.
    fn validation(
        &self,
        head: &Head,
        held: &[&LabelledExample],
        features: &Features,
        seed: u64,
    ) -> Option<Figures> {
        let probabilities = head.probabilities(features);
        let rows = held.iter().zip(probabilities).filter_map(|(example, probabilities)| {
            let target = (self.class_of)(example)?;
            Some(HeldOut { target, probabilities, group: example.group_name() })
        });
        figures(&rows.collect::<Vec<_>>(), seed)
    }
}

/// Out-of-fold logits of one question: for each penalty and row, where the row has a label.
type FoldLogits = Vec<Vec<Option<[f64; 3]>>>;

/// What one fold hands back: for each question and penalty the logits of its held-out rows.
type FoldResult = Result<Vec<Vec<Vec<(usize, [f64; 3])>>>, TrainError>;

/// Fits every head with every penalty on all folds but one, and scores that one. Folds are spread over
/// threads; each is computed by itself, so their number changes nothing.
fn cross_validate(
    rows: &Rows<'_>,
    questions: &[Question],
    given: Option<&Features>,
    options: &TrainOptions,
    step: &mut dyn FnMut(Stage),
) -> Result<Vec<FoldLogits>, TrainError> {
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = options.threads.map_or_else(cores, NonZeroUsize::get).min(options.folds);
    let next = AtomicUsize::new(0);
    let (news, reports) = mpsc::channel();
    let (results, finished) = mpsc::channel::<(usize, FoldResult)>();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (news, results, next) = (news.clone(), results.clone(), &next);
            scope.spawn(move || {
                loop {
                    let fold = next.fetch_add(1, Ordering::Relaxed);
                    if fold >= options.folds {
                        break;
                    }
                    // A closed channel means that the caller is gone: there is nobody to tell.
                    let tell = |stage| {
                        let _ = news.send(stage);
                    };
                    let result = run_fold(fold, rows, questions, given, options, &tell);
                    let _ = results.send((fold, result));
                }
            });
        }
        drop((news, results));
        for stage in reports {
            step(stage);
        }
    });
    let by_fold: BTreeMap<usize, FoldResult> = finished.into_iter().collect();
    let mut logits: Vec<FoldLogits> = questions
        .iter()
        .map(|question| vec![vec![None; rows.examples.len()]; question.penalties.len()])
        .collect();
    for result in by_fold.into_values() {
        for (question, by_penalty) in logits.iter_mut().zip(result?) {
            for (all, scored) in question.iter_mut().zip(by_penalty) {
                for (row, own) in scored {
                    if let Some(place) = all.get_mut(row) {
                        *place = Some(own);
                    }
                }
            }
        }
    }
    Ok(logits)
}

fn run_fold(
    fold: usize,
    rows: &Rows<'_>,
    questions: &[Question],
    given: Option<&Features>,
    options: &TrainOptions,
    tell: &dyn Fn(Stage),
) -> FoldResult {
    let held_out = |row: usize| rows.folds.get(row) == Some(&fold);
    let others = rows.quotes.iter().enumerate().filter(|&(row, _)| !held_out(row));
    let others: Vec<QuoteInContext> = others.map(|(_, quote)| quote.clone()).collect();
    // N-grams get their columns without the fold too: they must meet new words as they will in use.
    let features = side_by_side(given, options.encoder.learn(&others)?.as_ref(), &rows.quotes);
    tell(Stage::Encode);
    let mut by_question = Vec::new();
    for question in questions {
        let (train, targets) = question.labelled(|row| !held_out(row));
        let (held, _) = question.labelled(held_out);
        let records = features.select(&train);
        let mut by_penalty = Vec::new();
        let mut before: Option<FittedLogistic<3>> = None;
        let weights = question.weights_of(&train);
        for &penalty in &question.penalties {
            let mut scored = Vec::new();
            if !train.is_empty() {
                let params = params(penalty, &targets, options).tolerance(options.fold_tolerance);
                let params = match &before {
                    Some(before) => params.start(before),
                    None => params,
                };
                let fitted = fit(question.name, penalty, &params, &records, &targets, &weights)?;
                let head = head(&fitted, 1.0);
                for &row in &held {
                    let (columns, values) = features.row(row);
                    scored.push((row, head.logits(columns, values)));
                }
                before = Some(fitted);
            }
            by_penalty.push(scored);
            tell(Stage::CrossValidate);
        }
        by_question.push(by_penalty);
    }
    Ok(by_question)
}

/// Chooses the penalty on the out-of-fold logits, calibrates on logits that the choice did not see either,
/// and fits the head to all labelled rows.
fn finish(
    question: &Question,
    rows: &Rows<'_>,
    logits: &FoldLogits,
    features: &Features,
    options: &TrainOptions,
) -> Result<(Head, HeadReport), TrainError> {
    let (labelled, targets) = question.labelled(|_| true);
    if labelled.is_empty() {
        let head = Head::new(vec![[0.0; 3]; features.dimensions()], [0.0; 3], 1.0);
        return Ok((head, HeadReport { temperature: 1.0, ..HeadReport::default() }));
    }
    let own = |logits: &[Option<[f64; 3]>]| -> Vec<[f64; 3]> {
        labelled.iter().map(|&row| logits.get(row).copied().flatten().unwrap_or_default()).collect()
    };
    let by_penalty: Vec<Vec<[f64; 3]>> = logits.iter().map(|logits| own(logits)).collect();
    let mut trials = Vec::new();
    let mut best: Option<PenaltyTrial> = None;
    for (&penalty, logits) in question.penalties.iter().zip(&by_penalty) {
        let (temperature, log_loss) = best_temperature(logits, &targets);
        let trial = PenaltyTrial { penalty, log_loss, temperature };
        trials.push(PenaltyTrial { log_loss: rounded(log_loss), ..trial });
        if best.is_none_or(|best| log_loss < best.log_loss) {
            best = Some(trial);
        }
    }
    let Some(chosen) = best else { return Err(TrainError::Options) };
    let folds: Vec<usize> =
        labelled.iter().map(|&row| rows.folds.get(row).copied().unwrap_or_default()).collect();
    let unseen = unseen_logits(&by_penalty, &targets, &folds, options.folds);
    let calibrator = if !question.calibrated {
        Calibrator { temperature: 1.0, isotonic: None, trials: Vec::new() }
    } else if question.shift == [0.0; 3] {
        calibrate(&unseen, &targets, &folds)
    } else {
        // Curves have no logits to shift.
        Calibrator { temperature: best_temperature(&unseen, &targets).0, isotonic: None, trials: Vec::new() }
    };
    let chosen_head =
        Head::new(Vec::new(), [0.0; 3], calibrator.temperature).with_isotonic(calibrator.isotonic.clone());
    let shifted = |logits: [f64; 3]| {
        [0, 1, 2].map(|class: usize| logits[class] + question.shift[class] * calibrator.temperature)
    };

    let held: Vec<HeldOut<'_>> = labelled
        .iter()
        .zip(&targets)
        .zip(unseen)
        .map(|((&row, &target), logits)| HeldOut {
            target,
            probabilities: chosen_head.calibrated(shifted(logits)),
            group: rows.groups.get(row).copied().unwrap_or_default(),
        })
        .collect();
    let out_of_fold = figures(&held, options.seed);
    let abstention = abstention::levels(&held);
    let mut registers: BTreeMap<String, Vec<HeldOut<'_>>> = BTreeMap::new();
    for (&row, held) in labelled.iter().zip(held) {
        let register = rows.examples.get(row).and_then(|example| example.register.clone());
        registers.entry(register.unwrap_or_else(|| UNKNOWN.to_owned())).or_default().push(held);
    }
    let by_register = registers
        .into_iter()
        .filter_map(|(register, held)| Some((register, figures(&held, options.seed)?)))
        .collect();

    let params = params(chosen.penalty, &targets, options).tolerance(options.tolerance);
    let records = features.select(&labelled);
    let weights = question.weights_of(&labelled);
    let fitted = fit(question.name, chosen.penalty, &params, &records, &targets, &weights)?;
    let report = HeadReport {
        rows: labelled.len(),
        penalty: chosen.penalty,
        temperature: calibrator.temperature,
        calibrations: calibrator.trials,
        iterations: fitted.iterations,
        objective: rounded(fitted.objective),
        gradient_norm: two_digits(fitted.gradient_norm),
        trials,
        out_of_fold,
        validation: None,
        by_register,
        abstention,
    };
    let head = head(&fitted, calibrator.temperature).with_isotonic(calibrator.isotonic);
    Ok((head.shifted(question.shift), report))
}

/// For each row the logits of the penalty that is best on the other folds, so that neither the fit nor the
/// choice of the penalty saw the row.
fn unseen_logits(
    by_penalty: &[Vec<[f64; 3]>],
    targets: &[usize],
    folds: &[usize],
    count: usize,
) -> Vec<[f64; 3]> {
    let mut unseen = vec![[0.0; 3]; targets.len()];
    for fold in 0..count {
        let others = |row: &usize| folds.get(*row) != Some(&fold);
        let classes: Vec<usize> = (0..targets.len()).filter(others).map(|row| targets[row]).collect();
        let loss = |logits: &Vec<[f64; 3]>| {
            let seen: Vec<[f64; 3]> = (0..logits.len()).filter(others).map(|row| logits[row]).collect();
            best_temperature(&seen, &classes).1
        };
        let losses = by_penalty.iter().map(loss);
        let best = losses.enumerate().min_by(|one, other| one.1.total_cmp(&other.1));
        let Some(logits) = best.and_then(|(best, _)| by_penalty.get(best)) else { continue };
        for ((place, own), fold_of) in unseen.iter_mut().zip(logits).zip(folds) {
            if *fold_of == fold {
                *place = *own;
            }
        }
    }
    unseen
}

/// A small number with two digits.
fn two_digits(number: f64) -> f64 {
    format!("{number:.1e}").parse().unwrap_or(number)
}

pub(super) fn params(penalty: f64, targets: &[usize], options: &TrainOptions) -> LogisticParams<3> {
    let params = LogisticParams::new(penalty);
    if !options.balanced {
        return params;
    }
    let counts = [0, 1, 2].map(|class| targets.iter().filter(|&&target| target == class).count());
    let present = counts.iter().filter(|&&count| count > 0).count();
    params.class_weights(counts.map(|count| match count {
        0 => 1.0,
        count => targets.len() as f64 / (present * count) as f64,
    }))
}

pub(super) fn fit(
    question: &'static str,
    penalty: f64,
    params: &LogisticParams<3>,
    records: &Features,
    targets: &[usize],
    weights: &[f64],
) -> Result<FittedLogistic<3>, TrainError> {
    let weights = weights.iter().map(|&weight| weight as f32).collect();
    let dataset = DatasetBase::new(records, Array1::from_vec(targets.to_vec())).with_weights(weights);
    let fitted: Result<_, FitError> = params.fit(&dataset);
    fitted.map_err(|source| TrainError::Fit { question, penalty, source })
}

pub(super) fn head(fitted: &FittedLogistic<3>, temperature: f64) -> Head {
    let weights = fitted.weights.iter().map(|weights| weights.map(|weight| weight as f32));
    Head::new(weights.collect(), fitted.intercept, temperature)
}

#[cfg(test)]
mod tests;
