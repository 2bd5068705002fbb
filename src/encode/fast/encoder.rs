use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::encode::{EncodeError, Encoder, EncoderParts, Entry, Features, Tensor, TensorValues, TracedPiece};
use crate::types::QuoteInContext;

use super::WordVectors;
use super::words::{HASH_NAME, pair, split};

/// Words and word pairs of a quote and the words around it, each a column of a table; see the [module](super).
///
/// Columns: the known words in the quote, the known words around it, then the shared columns.
pub struct FastEncoder {
    settings: FastSettings,
    vocabulary: Vocabulary,
    notices: BTreeMap<String, Vec<u8>>,
}

/// What a [`FastEncoder`] reads and how it weighs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FastSettings {
    /// Columns that are shared by hash, as a power of two from 8 to 24.
    pub bits: u32,
    /// Words in the longest run of the quote that has a column, from 1 to 3.
    pub run: usize,
    /// Bytes of context that are read on each side of the quote, at most 10,000.
    pub reach: usize,
    /// Words right before and right after the quote that have a column of their own.
    pub near: usize,
    /// Weight of the words of the context; those of the quote have 1.
    pub context: f32,
    /// Weight of the words right beside the quote.
    pub beside: f32,
}

impl Default for FastSettings {
    fn default() -> Self {
        Self { bits: 17, run: 2, reach: 500, near: 6, context: 0.5, beside: 0.5 }
    }
}

/// Words that have columns of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// The words' codes, ascending; the column is the place here.
    codes: Vec<u32>,
    /// Open addressing with a power of two of slots: a code and its place.
    slots: Vec<(u32, u32)>,
}

/// A slot without a word.
const FREE: u32 = u32::MAX;

/// Bytes of a quote that are read: far more than anyone says between two marks.
const LONGEST_QUOTE: usize = 20_000;

/// What sets the shared columns of different kinds apart.
const QUOTE: u32 = 1;
const CONTEXT: u32 = 2;
const BEFORE: u32 = 3;
const AFTER: u32 = 4;

const SETTINGS: &str = "settings";
const CODES: &str = "encoder.codes";

/// The settings as a model folder keeps them.
#[derive(Serialize, Deserialize)]
struct KeptSettings {
    hash: String,
    #[serde(flatten)]
    fast: FastSettings,
}

impl Vocabulary {
    /// The words of some vectors, in their order.
    #[must_use]
    pub fn of(vectors: &WordVectors) -> Self {
        Self::new(vectors.codes.clone())
    }

    fn new(codes: Vec<u32>) -> Self {
        let size = (codes.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, FREE); size];
        for (&code, place) in codes.iter().zip(0..FREE) {
            let mut slot = code as usize & (size - 1);
            // Half of the slots stay free.
            while slots.get(slot).is_some_and(|slot| slot.1 != FREE) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(slot) = slots.get_mut(slot) {
                *slot = (code, place);
            }
        }
        Self { codes, slots }
    }

    fn place(&self, code: u32) -> Option<u32> {
        let last = self.slots.len().wrapping_sub(1);
        let mut slot = code as usize & last;
        loop {
            let &(own, place) = self.slots.get(slot)?;
            if place == FREE {
                return None;
            }
            if own == code {
                return Some(place);
            }
            slot = (slot + 1) & last;
        }
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

impl FastSettings {
    fn check(&self) -> Result<(), EncodeError> {
        let wrong = |setting, reason: &str| Err(EncodeError::Setting { setting, reason: reason.to_owned() });
        if !(8..=24).contains(&self.bits) {
            return wrong("bits", "must lie between 8 and 24");
        }
        if !(1..=3).contains(&self.run) {
            return wrong("run", "must lie between 1 and 3");
        }
        if self.reach > 10_000 {
            return wrong("reach", "must not be above 10000");
        }
        if ![self.context, self.beside].iter().all(|weight| (0.0..=100.0).contains(weight)) {
            return wrong("weights", "weights must lie between 0 and 100");
        }
        Ok(())
    }
}

impl FastEncoder {
    /// Name of this encoder in model files.
    pub const KIND: &'static str = "fast";

    /// An encoder with columns of their own for the words of `vocabulary`.
    ///
    /// # Errors
    /// Where a setting is out of range.
    pub fn new(settings: FastSettings, vocabulary: Vocabulary) -> Result<Self, EncodeError> {
        settings.check()?;
        Ok(Self { settings, vocabulary, notices: BTreeMap::new() })
    }

    /// The same with files that must go wherever its table goes, such as the licence of the weights that it was derived
    /// from, by name.
    #[must_use]
    pub fn with_notices(self, notices: BTreeMap<String, Vec<u8>>) -> Self {
        Self { notices, ..self }
    }

    /// Builds the encoder from the parts that a model folder kept.
    pub(in crate::encode) fn restore(parts: &EncoderParts) -> Result<Self, EncodeError> {
        let kept: KeptSettings = serde_json::from_value(parts.settings.clone())
            .map_err(|error| EncodeError::Setting { setting: SETTINGS, reason: error.to_string() })?;
        if kept.hash != HASH_NAME {
            let reason = format!("'{}' is not known (known: {HASH_NAME})", kept.hash);
            return Err(EncodeError::Setting { setting: "hash", reason });
        }
        let wrong = |reason: &str| EncodeError::Array { name: CODES.to_owned(), reason: reason.to_owned() };
        let codes =
            parts.tensors.iter().find(|tensor| tensor.name == CODES).ok_or_else(|| wrong("missing"))?;
        let TensorValues::U32(codes) = &codes.values else { return Err(wrong("not of type U32")) };
        if !codes.is_sorted_by(|one, next| one < next) {
            return Err(wrong("the codes do not ascend"));
        }
        let encoder = Self::new(kept.fast, Vocabulary::new(codes.clone()))?;
        Ok(encoder.with_notices(parts.files.clone()))
    }

    /// Number of words that have columns of their own: the first so many columns are theirs in the quote, the next so
    /// many theirs around it.
    #[must_use]
    pub fn known_words(&self) -> usize {
        self.vocabulary.len()
    }

    /// Columns with their values; a column may come more than once, and none is in order.
    fn visit(&self, quote: &QuoteInContext, words: &mut Vec<u32>, mut visit: impl FnMut(u32, f32)) {
        words.clear();
        let text = Text::of(quote, self.settings.reach, words);
        let known = u32::try_from(self.vocabulary.len()).unwrap_or(u32::MAX);
        let mask = (1_u32 << self.settings.bits) - 1;
        let shared = |code: u32| known.saturating_mul(2).saturating_add(code & mask);
        let of = |range: &Range<usize>| words.get(range.clone()).unwrap_or_default();

        let inside = text.inside.iter().map(|run| run.len()).sum::<usize>();
        let value = (inside.max(1) as f32).sqrt().recip();
        for run in &text.inside {
            let run = of(run);
            let mut before = [None; 2];
            for &word in run {
                visit(self.vocabulary.place(word).unwrap_or_else(|| shared(pair(QUOTE, word))), value);
                let [one, two] = before;
                if self.settings.run > 1
                    && let Some(one) = one
                {
                    let two_words = pair(one, word);
                    visit(shared(two_words), value);
                    if self.settings.run > 2
                        && let Some(two) = two
                    {
                        visit(shared(pair(two, two_words)), value);
                    }
                }
                before = [Some(word), one];
            }
        }
        let around = text.around.iter().map(|run| run.len()).sum::<usize>();
        let value = self.settings.context * (around.max(1) as f32).sqrt().recip();
        for run in &text.around {
            for &word in of(run) {
                let own = self.vocabulary.place(word).map(|place| place + known);
                visit(own.unwrap_or_else(|| shared(pair(CONTEXT, word))), value);
            }
        }
        let near = self.settings.near;
        let value = self.settings.beside * (near.max(1) as f32).sqrt().recip();
        if let [before, .., after] = text.around.as_slice() {
            for &word in of(before).iter().rev().take(near) {
                visit(shared(pair(BEFORE, word)), value);
            }
            for &word in of(after).iter().take(near) {
                visit(shared(pair(AFTER, word)), value);
            }
        }
    }
}

/// The words that are read of a quote in context, as ranges of their list.
struct Text {
    /// The words of each segment of the quote.
    inside: Segments,
    /// The words before the quote, between its segments, and after it.
    around: Segments,
}

type Segments = Vec<Range<usize>>;

impl Text {
    /// Splits the part of the context that is read: the quote, and `reach` bytes on each side.
    fn of(quote: &QuoteInContext, reach: usize, words: &mut Vec<u32>) -> Self {
        let bytes = quote.context.as_bytes();
        let mut text = Self { inside: Vec::with_capacity(2), around: Vec::with_capacity(3) };
        let mut read = |range: Range<usize>, to: &mut Segments| {
            let start = words.len();
            split(bytes.get(range).unwrap_or_default(), words);
            to.push(start..words.len());
        };
        let first = quote.spans.first().map_or(0, |span| span.start).min(bytes.len());
        let mut from = first.saturating_sub(reach);
        if from > 0 {
            // A word that is cut is not read.
            from = bytes
                .get(from..first)
                .and_then(|before| before.iter().position(|&byte| byte == b' '))
                .map_or(first, |space| from + space);
        }
        let end = first.saturating_add(LONGEST_QUOTE);
        for span in quote.spans.iter().take_while(|span| span.start < end) {
            read(from..span.start.max(from), &mut text.around);
            from = span.end.min(end).max(from);
            read(span.start..from, &mut text.inside);
        }
        let mut to = from.saturating_add(reach);
        if to < bytes.len() {
            to = bytes
                .get(from..to)
                .and_then(|after| after.iter().rposition(|&byte| byte == b' '))
                .map_or(from, |space| from + space);
        }
        read(from..to.min(bytes.len()), &mut text.around);
        text
    }
}

impl Encoder for FastEncoder {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn dimensions(&self) -> usize {
        self.vocabulary.len() * 2 + (1 << self.settings.bits)
    }

    fn encode(&self, quotes: &[QuoteInContext]) -> Features {
        let mut features = Features::new(self.dimensions());
        let mut words = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for quote in quotes {
            entries.clear();
            self.visit(quote, &mut words, |column, value| entries.push((column, value)));
            entries.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
            entries.dedup_by(|next, first| {
                let same = next.0 == first.0;
                if same {
                    first.1 += next.1;
                }
                same
            });
            features.push_row(entries.iter().copied());
        }
        features
    }

    fn trace(&self, _: &QuoteInContext) -> Vec<TracedPiece> {
        Vec::new()
    }

    fn for_each_entry(&self, quotes: &[QuoteInContext], visit: &mut dyn FnMut(&[Entry])) -> bool {
        // Few quotes have more words than this.
        let mut words = Vec::with_capacity(256);
        let mut entries = Vec::with_capacity(512);
        for quote in quotes {
            entries.clear();
            self.visit(quote, &mut words, |column, value| entries.push((column, value)));
            visit(&entries);
        }
        true
    }

    fn parts(&self) -> Result<EncoderParts, EncodeError> {
        let kept = KeptSettings { hash: HASH_NAME.to_owned(), fast: self.settings.clone() };
        let settings = serde_json::to_value(kept)
            .map_err(|error| EncodeError::Setting { setting: SETTINGS, reason: error.to_string() })?;
        let codes = self.vocabulary.codes.clone();
        let tensors = vec![Tensor {
            name: CODES.to_owned(),
            shape: vec![codes.len()],
            values: TensorValues::U32(codes),
        }];
        Ok(EncoderParts { settings, tensors, files: self.notices.clone() })
    }
}
