//! Rows to fit, however many: memory holds the first of them, a temporary file the rest.

use std::io;
use std::path::Path;

use crate::encode::Features;

use super::objective::{SomeRows, TargetRows};
use super::spill::Spill;

/// Feature rows in the order they came, each with a target and a weight for stance and for sentiment.
pub(super) struct RowStore<'p> {
    in_memory: Batch,
    /// Entries of rows that memory takes.
    room: usize,
    spilled: Option<Spill>,
    /// Rows after those in the file, not yet enough to be written.
    last: Batch,
    scratch: &'p Path,
}

/// Rows in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Batch {
    pub(super) features: Features,
    /// For stance and sentiment the target of each row: shares of the classes.
    pub(super) targets: [Vec<[f64; 3]>; 2],
    /// For stance and sentiment what each row counts.
    pub(super) weights: [Vec<f64>; 2],
}

/// Target and weight of one row.
pub(super) type Target = ([f64; 3], f64);

/// Entries of the rows that are written to the file at once, where memory takes as many: some 8 MB.
const WRITTEN_AT_ONCE: usize = 1 << 20;

impl Batch {
    /// No rows yet, of `dimensions` columns.
    pub(super) fn new(dimensions: usize) -> Self {
        Self { features: Features::new(dimensions), ..Self::default() }
    }

    /// Appends the only row of `features`, with what it is for stance and sentiment.
    pub(super) fn push(&mut self, features: &Features, targets: [Target; 2]) {
        self.features.append(features);
        let places = self.targets.iter_mut().zip(&mut self.weights);
        for ((all_targets, all_weights), (target, weight)) in places.zip(targets) {
            all_targets.push(target);
            all_weights.push(weight);
        }
    }

    /// Takes all rows out and keeps their memory for others.
    pub(super) fn clear(&mut self) {
        self.features.clear();
        self.targets.iter_mut().for_each(Vec::clear);
        self.weights.iter_mut().for_each(Vec::clear);
    }

    /// The rows with what they are for one of the questions.
    pub(super) fn question(&self, question: usize) -> SomeRows<'_, 3> {
        SomeRows {
            features: &self.features,
            targets: self.targets.get(question).map(Vec::as_slice).unwrap_or_default(),
            weights: self.weights.get(question).map(Vec::as_slice).unwrap_or_default(),
        }
    }
}

impl<'p> RowStore<'p> {
    /// No rows yet, of `dimensions` columns. Memory takes rows of `room` entries in all; further rows go to a temporary
    /// file in the folder `scratch`, which has no name there and takes eight bytes an entry.
    pub(super) fn new(dimensions: usize, room: usize, scratch: &'p Path) -> Self {
        let empty = Batch::new(dimensions);
        Self { in_memory: empty.clone(), room, spilled: None, last: empty, scratch }
    }

    /// Appends a row ([`Batch::push`]).
    ///
    /// # Errors
    /// Where the temporary file cannot be made or written.
    pub(super) fn push(&mut self, features: &Features, targets: [Target; 2]) -> io::Result<()> {
        let fits = self.in_memory.features.entries() + features.entries() <= self.room;
        if fits && self.spilled.is_none() && self.last.features.rows() == 0 {
            self.in_memory.push(features, targets);
            return Ok(());
        }
        self.last.push(features, targets);
        if self.last.features.entries() < WRITTEN_AT_ONCE.min(self.room) {
            return Ok(());
        }
        let file = match &mut self.spilled {
            Some(file) => file,
            none => none.insert(Spill::create(self.scratch, self.last.features.dimensions())?),
        };
        file.push(&self.last)?;
        self.last = Batch::new(self.last.features.dimensions());
        Ok(())
    }

    /// Hands over all rows, some at a time, in the order they came.
    ///
    /// # Errors
    /// Where the temporary file cannot be read.
    pub(super) fn each(&self, take: &mut dyn FnMut(&Batch)) -> io::Result<()> {
        take(&self.in_memory);
        if let Some(file) = &self.spilled {
            file.each(take)?;
        }
        take(&self.last);
        Ok(())
    }

    /// The rows with what they are for one of the questions.
    pub(super) fn question(&self, question: usize) -> OneQuestion<'_> {
        OneQuestion { rows: self, question }
    }
}

/// The rows of a store with what they are for one question.
pub(super) struct OneQuestion<'a> {
    rows: &'a RowStore<'a>,
    question: usize,
}

impl TargetRows<3> for OneQuestion<'_> {
    fn dimensions(&self) -> usize {
        self.rows.in_memory.features.dimensions()
    }

    fn each(&self, take: &mut dyn FnMut(SomeRows<'_, 3>)) -> io::Result<()> {
        self.rows.each(&mut |batch| take(batch.question(self.question)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32) -> (Features, [Target; 2]) {
        let mut features = Features::new(1000);
        features.push_row((0..number % 7).map(|i| (number % 100 + i, 0.5 + i as f32)));
        let share = f64::from(number % 3) / 4.0;
        (features, [([share, 0.5, 0.5 - share], 1.0), ([1.0, 0.0, 0.0], share)])
    }

    #[test]
    fn rows_come_back_in_order_whether_memory_holds_them_or_not() {
        let mut expected = Batch::new(1000);
        (0..900).for_each(|number| {
            let (features, targets) = row(number);
            expected.push(&features, targets);
        });
        let scratch = std::env::temp_dir();
        for room in [usize::MAX, 500, 0] {
            let mut store = RowStore::new(1000, room, &scratch);
            for number in 0..900 {
                let (features, targets) = row(number);
                store.push(&features, targets).unwrap();
            }
            // Twice: a second pass finds the file where the first began.
            for _ in 0..2 {
                let mut found = Batch::new(1000);
                store
                    .each(&mut |batch| {
                        found.features.append(&batch.features);
                        for question in 0..2 {
                            found.targets[question].extend(&batch.targets[question]);
                            found.weights[question].extend(&batch.weights[question]);
                        }
                    })
                    .unwrap();
                assert_eq!(found, expected, "{room}");
            }
        }
    }
}
