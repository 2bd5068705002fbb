//! What a head is fitted to, chosen by and measured on.

use std::io;
use std::mem;

use crate::encode::fast::FastEncoder;
use crate::encode::{Encoder as _, Features};
use crate::model::Head;
use crate::training::calibrate::rounded;
use crate::training::figures::HeldOut;
use crate::training::labelled::{LabelledExample, LabelledRows, RowsHasher, Split};
use crate::training::row_store::{Batch, RowStore, Target};
use crate::training::split::is_one_in;
use crate::training::survey::Survey;
use crate::training::teacher::SoftRow;
use crate::training::train::TrainError;
use crate::types::QuoteInContext;

use super::{DistilOptions, SoftLabels, scratch};

/// Drawn sentences come in runs of so many neighbours that are fitted or held out together: most share a paragraph with
/// rows of the same run.
const RUN: usize = 50;
/// One run in so many decides between penalties, and as many measure the agreement with the teacher.
const PARTS: usize = 10;
/// Labelled rows that decide between penalties where no sentences are drawn, at the most.
const CHOICE: usize = 10_000;
/// Validation rows that the agreement is measured on, at the most: each costs the teacher's time.
const COMPARED: usize = 4_000;
/// Rows that the teacher is asked about and that are encoded at once.
const CHUNK: usize = 512;

/// The rows as features and targets.
pub(super) struct Gathered<'a> {
    /// Rows to fit: the labelled ones, then the drawn ones.
    pub(super) fitted: RowStore<'a>,
    /// Labelled rows among those fitted.
    pub(super) labelled: usize,
    /// Drawn sentences among those fitted.
    pub(super) drawn: usize,
    /// Those of the rows to fit that penalties are tried on.
    pub(super) trials: Batch,
    /// Rows that decide between penalties.
    pub(super) choice: Batch,
    /// Rows held out to the end, in the order of `held_features`.
    pub(super) held: Vec<HeldRow>,
    held_features: RowStore<'a>,
    /// Rows that neither fit nor choice sees, and what the teacher says of them.
    pub(super) compared: Features,
    pub(super) compared_soft: Vec<[[f64; 3]; 2]>,
}

/// What the figures need of a row held out.
pub(super) struct HeldRow {
    /// The labels of both questions.
    classes: [Option<usize>; 2],
    group: Box<str>,
}

/// How often [`gather`] tells that it goes on.
pub(super) fn steps(survey: &Survey, drawn: &[QuoteInContext]) -> usize {
    survey.rows().div_ceil(CHUNK) + drawn.len().div_ceil(CHUNK)
}

/// Goes through the labelled rows and the drawn sentences, asks the teacher about those that he must know, and encodes
/// all.
pub(super) fn gather<'a>(
    rows: &dyn LabelledRows,
    survey: &Survey,
    drawn: Vec<QuoteInContext>,
    encoder: &'a FastEncoder,
    options: &'a DistilOptions,
    soft: &mut SoftLabels<'_>,
    tell: &mut dyn FnMut(),
) -> Result<Gathered<'a>, TrainError> {
    let store = || RowStore::new(encoder.dimensions(), options.entries_in_memory, options.scratch.as_path());
    let mut gathering = Gathering {
        survey,
        encoder,
        options,
        soft,
        total: survey.rows() + drawn.len(),
        choice_one_in: drawn.is_empty().then_some(PARTS.max(survey.rows() / CHOICE) as u64),
        offered: 0,
        found: Gathered {
            fitted: store(),
            labelled: 0,
            drawn: 0,
            trials: Batch::new(encoder.dimensions()),
            choice: Batch::new(encoder.dimensions()),
            held: Vec::new(),
            held_features: store(),
            compared: Features::new(encoder.dimensions()),
            compared_soft: Vec::new(),
        },
    };
    let mut hasher = RowsHasher::default();
    let mut chunk: Vec<LabelledExample> = Vec::with_capacity(CHUNK);
    let mut result = Ok(());
    rows.each(&mut |example| {
        if result.is_err() {
            return;
        }
        hasher.add(example);
        chunk.push(example.clone());
        if chunk.len() == CHUNK {
            result = gathering.labelled(&chunk);
            chunk.clear();
            tell();
        }
    })?;
    result?;
    if !chunk.is_empty() {
        gathering.labelled(&chunk)?;
        tell();
    }
    if hasher.finish() != survey.hash() {
        return Err(TrainError::Changed);
    }
    for (number, quotes) in drawn.chunks(CHUNK).enumerate() {
        gathering.drawn(number * CHUNK, quotes)?;
        tell();
    }
    let mut found = gathering.found;
    if found.trials.features.rows() == 0 {
        // All rows are of groups that should decide: then nothing does.
        mem::swap(&mut found.trials, &mut found.choice);
    }
    if found.labelled + found.drawn == 0 { Err(TrainError::NoRows) } else { Ok(found) }
}

/// The rows so far, and what is needed to go on.
struct Gathering<'a, 'b, 's> {
    survey: &'b Survey,
    encoder: &'a FastEncoder,
    options: &'a DistilOptions,
    soft: &'b mut SoftLabels<'s>,
    /// Labelled rows and drawn sentences, whether they are fitted or not.
    total: usize,
    /// Without drawn sentences one group of labelled rows in so many decides between penalties.
    choice_one_in: Option<u64>,
    /// Rows that could have been tried.
    offered: usize,
    found: Gathered<'a>,
}

impl Gathering<'_, '_, '_> {
    fn labelled(&mut self, chunk: &[LabelledExample]) -> Result<(), TrainError> {
        let splits: Vec<Split> = chunk.iter().map(|example| self.survey.splits.of(example)).collect();
        let mut room = COMPARED.saturating_sub(self.found.held.len());
        let asked: Vec<bool> = splits
            .iter()
            .map(|split| match split {
                Split::Train => self.options.hard_share < 1.0,
                Split::Validation => {
                    let asked = room > 0;
                    room = room.saturating_sub(1);
                    asked
                }
            })
            .collect();
        let quotes = chunk.iter().zip(&asked).filter(|(_, asked)| **asked);
        let mut answers = self.ask(quotes.map(|(example, _)| example.quote.clone()).collect())?.into_iter();
        for ((example, split), asked) in chunk.iter().zip(splits).zip(asked) {
            let soft = if asked { answers.next() } else { None };
            let features = self.encoder.encode(std::slice::from_ref(&example.quote));
            let classes = [Some(example.stance.index()), example.sentiment.map(|label| label.index())];
            if split == Split::Validation {
                let targets = classes.map(|class| mixed(class, 1.0, None, 1.0));
                self.found.held_features.push(&features, targets).map_err(|it| scratch(self.options, it))?;
                self.found.held.push(HeldRow { classes, group: example.group_name().into() });
                if let Some(soft) = soft {
                    self.found.compared.append(&features);
                    self.found.compared_soft.push(soft);
                }
                continue;
            }
            let hard = self.options.hard_share;
            let targets = [
                mixed(classes[0], example.stance_weight, soft.map(|[stance, _]| stance), hard),
                mixed(classes[1], 1.0, soft.map(|[_, sentiment]| sentiment), hard),
            ];
            self.found.labelled += 1;
            let decides =
                self.choice_one_in.is_some_and(|count| is_one_in(count, example, self.options.seed));
            if decides && self.found.choice.features.rows() < 2 * CHOICE {
                self.found.choice.push(&features, targets);
            } else {
                self.offer(&features, targets);
            }
            self.found.fitted.push(&features, targets).map_err(|it| scratch(self.options, it))?;
        }
        Ok(())
    }

    /// Sentences that nobody labelled, the first of them the `place`-th of all.
    fn drawn(&mut self, place: usize, quotes: &[QuoteInContext]) -> Result<(), TrainError> {
        let answers = self.ask(quotes.to_vec())?;
        for ((place, quote), soft) in (place..).zip(quotes).zip(answers) {
            let features = self.encoder.encode(std::slice::from_ref(quote));
            let targets = soft.map(|probabilities| (probabilities, 1.0));
            match place / RUN % PARTS {
                0 => self.found.choice.push(&features, targets),
                1 => {
                    self.found.compared.append(&features);
                    self.found.compared_soft.push(soft);
                }
                _ => {
                    self.found.drawn += 1;
                    self.offer(&features, targets);
                    self.found.fitted.push(&features, targets).map_err(|it| scratch(self.options, it))?;
                }
            }
        }
        Ok(())
    }

    /// Tries penalties on the row too, if its turn comes.
    fn offer(&mut self, features: &Features, targets: [Target; 2]) {
        let wanted = self.options.trial_rows.min(self.total) as u128;
        let before = |offered: usize| offered as u128 * wanted / self.total.max(1) as u128;
        if before(self.offered) < before(self.offered + 1) {
            self.found.trials.push(features, targets);
        }
        self.offered += 1;
    }

    fn ask(&mut self, quotes: Vec<QuoteInContext>) -> Result<Vec<[[f64; 3]; 2]>, TrainError> {
        if quotes.is_empty() {
            return Ok(Vec::new());
        }
        let answers = (self.soft)(quotes).map_err(TrainError::Teacher)?;
        Ok(answers.iter().map(targets).collect())
    }
}

impl Gathered<'_> {
    /// The rows held out that have a label of the question, with the probabilities that a head gives them.
    ///
    /// # Errors
    /// Where rows outside memory cannot be read.
    pub(super) fn held_out(&self, question: usize, head: &Head) -> io::Result<Vec<HeldOut<'_>>> {
        let mut probabilities = Vec::with_capacity(self.held.len());
        self.held_features.each(&mut |batch| probabilities.extend(head.probabilities(&batch.features)))?;
        let held = self.held.iter().zip(probabilities).filter_map(|(row, probabilities)| {
            let target = row.classes.get(question).copied().flatten()?;
            Some(HeldOut { target, probabilities, group: &row.group })
        });
        Ok(held.collect())
    }
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
pub(super) fn mixed(class: Option<usize>, weight: f64, soft: Option<[f64; 3]>, hard: f64) -> Target {
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
