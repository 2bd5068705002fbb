use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::records::mark;
use crate::types::{QuoteInContext, Sentiment, Stance};

use super::read::DataErrors;

/// A labelled sentence that was read without errors.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledExample {
    /// Name of the row; `FILE:LINE` where the row names none.
    pub id: String,
    /// The file it stands in, as given.
    pub path: Arc<Path>,
    /// Its line, from 1; in a table the line on which the row begins.
    pub line: u64,
    /// The quoted words as the row states them; [`check`](super::check()) compares them with the marked ones.
    pub text: String,
    /// The quote in its context.
    pub quote: QuoteInContext,
    /// The stance label.
    pub stance: Stance,
    /// The sentiment label, where there is one.
    pub sentiment: Option<Sentiment>,
    /// How much the row counts when the stance head is fitted, finite and not below 0; other rows count 1.
    pub stance_weight: f64,
    /// Rows that share a story or are contrast versions of one another; never divided.
    pub group: Option<String>,
    /// Which part of the data the row belongs to, where it says.
    pub split: Option<Split>,
    /// What the dispute is about.
    pub topic: Option<String>,
    /// How the sentence sounds.
    pub register: Option<String>,
    /// The year in which it could have been said.
    pub year: Option<i16>,
    /// Hard cases of the codebook that the row was written for.
    pub cases: Vec<String>,
    /// Further columns that hold one text or number each, by name; none unless [`ReadOptions`](super::ReadOptions)
    /// keeps them.
    pub fields: BTreeMap<String, String>,
}

/// The part of the data that a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// The model is fitted to it.
    Train,
    /// Held out until the model is finished.
    Validation,
}

/// Labelled sentences in reading order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelledSet {
    /// The rows.
    pub examples: Vec<LabelledExample>,
}

impl Split {
    /// The names in records.
    pub const NAMES: [&'static str; 2] = ["train", "validation"];

    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl LabelledExample {
    /// The group, or the id of a row that is its own group.
    #[must_use]
    pub fn group_name(&self) -> &str {
        self.group.as_deref().unwrap_or(&self.id)
    }
}

impl LabelledSet {
    /// The blake3 hash of the rows in reading order, in hexadecimal: of id, text, marked context, labels,
    /// group and split. File names and compression do not count.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = RowsHasher::default();
        self.examples.iter().for_each(|example| hasher.add(example));
        hasher.finish()
    }
}

/// Labelled sentences that can be gone through more than once, whether memory holds them or not.
pub trait LabelledRows {
    /// Hands over every row, in the same order each time.
    ///
    /// # Errors
    /// Where the rows cannot be read: every bad file and line.
    fn each(&self, take: &mut dyn FnMut(&LabelledExample)) -> Result<(), DataErrors>;
}

impl LabelledRows for LabelledSet {
    fn each(&self, take: &mut dyn FnMut(&LabelledExample)) -> Result<(), DataErrors> {
        self.examples.iter().for_each(take);
        Ok(())
    }
}

/// [`LabelledSet::hash`], row by row.
#[derive(Default)]
pub(super) struct RowsHasher(blake3::Hasher);

impl RowsHasher {
    pub(super) fn add(&mut self, example: &LabelledExample) {
        let marked = mark(&example.quote);
        for field in [
            example.id.as_str(),
            &example.text,
            &marked,
            example.stance.name(),
            example.sentiment.map_or("", Sentiment::name),
            example.group.as_deref().unwrap_or(""),
            example.split.map_or("", Split::name),
        ] {
            self.0.update(&(field.len() as u64).to_le_bytes());
            self.0.update(field.as_bytes());
        }
    }

    pub(super) fn finish(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}
