use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::types::{QuoteInContext, Span};

use super::ngrams::{Block, Gram, HASH_NAME, character_grams, word_grams};
use super::{
    EncodeError, Encoder, EncoderParts, Features, PieceKind, Pipeline, TOKENIZER_FILE, Tensor, TensorValues,
    TracedPiece, Words,
};

/// Hashed word and character n-grams of a quote and of the text around it, weighted by TF-IDF.
///
/// The term frequency is sublinear, `1 + ln(count)`; the inverse document frequency is smoothed,
/// `ln((1 + rows) / (1 + rows with the n-gram)) + 1` (both as in Manning, Raghavan and Schütze,
/// *Introduction to Information Retrieval*, 2008, section 6.4, and scikit-learn's `TfidfVectorizer`).
/// Each block of a row is scaled to unit length and then to its weight, and the row to unit length. A
/// row without a single known n-gram is empty.
pub struct WordsEncoder {
    settings: WordsSettings,
    pipeline: Pipeline,
    /// Codes of the n-grams that have a column, ascending; the column is the place here.
    codes: Vec<u32>,
    /// Inverse document frequency of each column.
    idf: Vec<f32>,
    /// Where the codes begin whose upper bits are the index here; finds a column in one or two steps.
    index: Vec<u32>,
}

/// What a [`WordsEncoder`] counts and how it weighs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordsSettings {
    /// Smallest and largest number of words in an n-gram of the quote.
    pub quote_words: (usize, usize),
    /// Smallest and largest number of characters in an n-gram inside a word of the quote.
    pub quote_characters: (usize, usize),
    /// Smallest and largest number of words in an n-gram of the context.
    pub context_words: (usize, usize),
    /// Words of context that are read on each side of the quote.
    pub reach: usize,
    /// An n-gram has a column where at least this many rows hold it.
    pub min_rows: usize,
    /// Largest number of columns; the n-grams of the most rows stay.
    pub max_columns: usize,
    /// Length of each block of a row before the row is scaled to unit length.
    pub weights: BlockWeights,
}

/// The weight of each block of a row; zero leaves the block out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockWeights {
    /// Word n-grams of the quote.
    pub quote_words: f64,
    /// Character n-grams inside the words of the quote.
    pub quote_characters: f64,
    /// Word n-grams of the context.
    pub context_words: f64,
}

/// Bytes of text read on each side of a quote, whatever the words.
const WINDOW: usize = 4_000;

/// Bytes of a quote that are read: far more than anyone says between two marks.
const LONGEST_QUOTE: usize = 20_000;

/// Bits of a code below the part that [`WordsEncoder::index`] is looked up with.
const INDEX_SHIFT: u32 = 14;

impl Default for WordsSettings {
    fn default() -> Self {
        Self {
            quote_words: (1, 2),
            quote_characters: (3, 5),
            context_words: (1, 2),
            reach: 40,
            min_rows: 2,
            max_columns: 1 << 18,
            weights: BlockWeights { quote_words: 1.0, quote_characters: 0.7, context_words: 0.7 },
        }
    }
}

impl BlockWeights {
    fn of(&self, block: Block) -> f64 {
        match block {
            Block::QuoteWords => self.quote_words,
            Block::QuoteCharacters => self.quote_characters,
            Block::ContextWords => self.context_words,
        }
    }
}

/// The settings as a model folder keeps them.
#[derive(Serialize, Deserialize)]
struct KeptSettings {
    hash: String,
    #[serde(flatten)]
    words: WordsSettings,
}

impl WordsEncoder {
    /// Name of this encoder in model files.
    pub const KIND: &'static str = "words";

    /// Learns columns and document frequencies from quotes; no labels are looked at.
    ///
    /// # Errors
    /// Where a setting is out of range or the text pipeline cannot be built.
    pub fn fit(settings: WordsSettings, quotes: &[QuoteInContext]) -> Result<Self, EncodeError> {
        settings.check()?;
        let pipeline = Pipeline::standard()?;
        let mut rows_with: FxHashMap<u32, u32> = FxHashMap::default();
        let mut codes = Vec::new();
        for quote in quotes {
            codes.clear();
            let text = ReadText::of(quote, &pipeline, settings.reach);
            visit_grams(&text, &settings, |_, gram| codes.push(gram.code));
            codes.sort_unstable();
            codes.dedup();
            for &code in &codes {
                *rows_with.entry(code).or_default() += 1;
            }
        }
        let mut kept: Vec<(u32, u32)> =
            rows_with.into_iter().filter(|&(_, rows)| rows as usize >= settings.min_rows).collect();
        kept.sort_unstable_by_key(|&(code, rows)| (std::cmp::Reverse(rows), code));
        kept.truncate(settings.max_columns);
        kept.sort_unstable();
        let rows = quotes.len() as f64;
        let idf = kept.iter().map(|&(_, with)| (((1.0 + rows) / (1.0 + f64::from(with))).ln() + 1.0) as f32);
        let idf = idf.collect();
        let codes: Vec<u32> = kept.iter().map(|&(code, _)| code).collect();
        let index = index_of(&codes);
        Ok(Self { settings, pipeline, codes, idf, index })
    }

    /// Builds the encoder from the parts that a model folder kept.
    pub(super) fn restore(parts: &EncoderParts) -> Result<Self, EncodeError> {
        let kept: KeptSettings = serde_json::from_value(parts.settings.clone())
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        if kept.hash != HASH_NAME {
            let reason = format!("'{}' is not known (known: {HASH_NAME})", kept.hash);
            return Err(EncodeError::Setting { setting: "hash", reason });
        }
        kept.words.check()?;
        let json = parts.files.get(TOKENIZER_FILE).ok_or(EncodeError::File { name: TOKENIZER_FILE })?;
        let pipeline = Pipeline::from_json(json)?;
        let values = |name: &'static str| {
            parts
                .tensors
                .iter()
                .find(|tensor| tensor.name == name)
                .map(|tensor| &tensor.values)
                .ok_or_else(|| EncodeError::Array { name: name.to_owned(), reason: "missing".to_owned() })
        };
        let TensorValues::U32(codes) = values(CODES)?.clone() else {
            return Err(EncodeError::Array { name: CODES.to_owned(), reason: "not of type U32".to_owned() });
        };
        let TensorValues::F32(idf) = values(IDF)?.clone() else {
            return Err(EncodeError::Array { name: IDF.to_owned(), reason: "not of type F32".to_owned() });
        };
        if !codes.is_sorted_by(|one, next| one < next) {
            return Err(EncodeError::Array {
                name: CODES.to_owned(),
                reason: "the codes do not ascend".to_owned(),
            });
        }
        if idf.len() != codes.len() {
            let reason = format!("{} values for {} columns", idf.len(), codes.len());
            return Err(EncodeError::Array { name: IDF.to_owned(), reason });
        }
        let index = index_of(&codes);
        Ok(Self { settings: kept.words, pipeline, codes, idf, index })
    }

    /// The settings it was fitted with.
    #[must_use]
    pub fn settings(&self) -> &WordsSettings {
        &self.settings
    }

    fn column(&self, code: u32) -> Option<u32> {
        let slot = (code >> INDEX_SHIFT) as usize;
        let start = *self.index.get(slot)?;
        let end = *self.index.get(slot + 1)?;
        let place = self.codes.get(start as usize..end as usize)?.iter().position(|&known| known == code)?;
        Some(start + u32::try_from(place).ok()?)
    }

    /// The entries of one row from the codes of its n-grams, ascending; `codes` is sorted on the way.
    fn row(&self, codes: &mut [u32], entries: &mut Vec<(u32, f32)>) {
        entries.clear();
        codes.sort_unstable();
        let mut length = 0.0_f64;
        for block in Block::ALL {
            let from = codes.partition_point(|&code| (code >> 30) < block as u32);
            let to = codes.partition_point(|&code| (code >> 30) <= block as u32);
            let first = entries.len();
            let mut squares = 0.0_f64;
            for run in codes.get(from..to).unwrap_or_default().chunk_by(|one, next| one == next) {
                if let Some(column) = run.first().and_then(|&code| self.column(code))
                    && let Some(&idf) = self.idf.get(column as usize)
                {
                    let value = (1.0 + (run.len() as f32).ln()) * idf;
                    squares += f64::from(value).powi(2);
                    entries.push((column, value));
                }
            }
            if squares > 0.0 {
                let weight = self.settings.weights.of(block);
                let scale = (weight / squares.sqrt()) as f32;
                entries.iter_mut().skip(first).for_each(|(_, value)| *value *= scale);
                length += weight.powi(2);
            }
        }
        if length > 0.0 {
            let scale = length.sqrt().recip() as f32;
            entries.iter_mut().for_each(|(_, value)| *value *= scale);
        }
    }
}

/// Names under which a model folder keeps the arrays and the pipeline.
const CODES: &str = "encoder.codes";
const IDF: &str = "encoder.idf";

impl Encoder for WordsEncoder {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn dimensions(&self) -> usize {
        self.codes.len()
    }

    fn encode(&self, quotes: &[QuoteInContext]) -> Features {
        let mut features = Features::new(self.dimensions());
        let mut codes = Vec::new();
        let mut entries = Vec::new();
        for quote in quotes {
            codes.clear();
            let text = ReadText::of(quote, &self.pipeline, self.settings.reach);
            visit_grams(&text, &self.settings, |_, gram| codes.push(gram.code));
            self.row(&mut codes, &mut entries);
            features.push_row(entries.iter().copied());
        }
        features
    }

    fn trace(&self, quote: &QuoteInContext) -> Vec<TracedPiece> {
        let text = ReadText::of(quote, &self.pipeline, self.settings.reach);
        let mut grams = Vec::new();
        visit_grams(&text, &self.settings, |block, gram| grams.push((block, gram)));
        let mut codes: Vec<u32> = grams.iter().map(|(_, gram)| gram.code).collect();
        let mut entries = Vec::new();
        self.row(&mut codes, &mut entries);
        let mut pieces = Vec::new();
        for (block, gram) in grams {
            let Some(column) = self.column(gram.code) else { continue };
            let Ok(entry) = entries.binary_search_by_key(&column, |&(column, _)| column) else { continue };
            let from = codes.partition_point(|&code| code < gram.code);
            let to = codes.partition_point(|&code| code <= gram.code);
            let (Some(&(_, value)), Some(span)) = (entries.get(entry), text.span(&gram)) else { continue };
            pieces.push(TracedPiece {
                span,
                inside: matches!(block, Block::QuoteWords | Block::QuoteCharacters),
                text: text.words.joined(gram.words).to_owned(),
                kind: if block == Block::QuoteCharacters { PieceKind::Characters } else { PieceKind::Words },
                column,
                value: f64::from(value) / (to - from) as f64,
            });
        }
        pieces
    }

    fn parts(&self) -> Result<EncoderParts, EncodeError> {
        let kept = KeptSettings { hash: HASH_NAME.to_owned(), words: self.settings.clone() };
        let settings = serde_json::to_value(kept)
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        let shape = vec![self.codes.len()];
        let tensors = vec![
            Tensor {
                name: CODES.to_owned(),
                shape: shape.clone(),
                values: TensorValues::U32(self.codes.clone()),
            },
            Tensor { name: IDF.to_owned(), shape, values: TensorValues::F32(self.idf.clone()) },
        ];
        let files = [(TOKENIZER_FILE.to_owned(), self.pipeline.to_json()?.into_bytes())].into();
        Ok(EncoderParts { settings, tensors, files })
    }
}

impl WordsSettings {
    fn check(&self) -> Result<(), EncodeError> {
        let wrong = |setting, reason: &str| Err(EncodeError::Setting { setting, reason: reason.to_owned() });
        for (setting, (smallest, largest)) in [
            ("quote_words", self.quote_words),
            ("quote_characters", self.quote_characters),
            ("context_words", self.context_words),
        ] {
            if smallest == 0 || smallest > largest || largest > 8 {
                return wrong(setting, "sizes must ascend and lie between 1 and 8");
            }
        }
        let weights = Block::ALL.map(|block| self.weights.of(block));
        if weights.iter().any(|weight| !(0.0..=100.0).contains(weight)) || weights.iter().all(|&w| w == 0.0) {
            return wrong("weights", "weights must lie between 0 and 100 and not all be 0");
        }
        if self.max_columns == 0 || self.max_columns > 1 << 26 {
            return wrong("max_columns", "must lie between 1 and 67108864");
        }
        Ok(())
    }
}

/// The part of a context that is read, in words.
struct ReadText {
    words: Words,
    /// Bytes of the context before the part.
    offset: usize,
    /// Whether each word lies inside the quote.
    inside: Vec<bool>,
    /// First word and one past the last word that are read.
    reach: std::ops::Range<usize>,
}

impl ReadText {
    fn of(quote: &QuoteInContext, pipeline: &Pipeline, reach: usize) -> Self {
        let context = quote.context.as_str();
        let start = quote.spans.first().map_or(0, |span| span.start);
        let end = quote
            .spans
            .last()
            .map_or(context.len(), |span| span.end)
            .min(start.saturating_add(LONGEST_QUOTE));
        let from = context.floor_char_boundary(start.saturating_sub(WINDOW));
        let to = context.floor_char_boundary(end.saturating_add(WINDOW));
        let words = pipeline.words(context.get(from..to).unwrap_or_default());
        let mut spans = quote.spans.iter().peekable();
        let mut inside = Vec::with_capacity(words.len());
        for word in words.words() {
            let at = word.span.start + from;
            while spans.next_if(|span| span.end <= at).is_some() {}
            inside.push(spans.peek().is_some_and(|span| span.start <= at));
        }
        let first = inside.iter().position(|&inside| inside).unwrap_or(0);
        let last = inside.iter().rposition(|&inside| inside).unwrap_or(0);
        let reach = first.saturating_sub(reach)..(last + 1).saturating_add(reach).min(words.len());
        Self { words, offset: from, inside, reach }
    }

    fn span(&self, gram: &Gram) -> Option<Span> {
        let words = self.words.words().get(gram.words.clone())?;
        Some(Span::new(words.first()?.span.start + self.offset, words.last()?.span.end + self.offset))
    }
}

/// Calls `visit` for every n-gram of a text, with the block it counts in.
fn visit_grams(text: &ReadText, settings: &WordsSettings, mut visit: impl FnMut(Block, Gram)) {
    let words = &text.words;
    let read = text.inside.get(text.reach.clone()).unwrap_or_default();
    let uses = |block| settings.weights.of(block) > 0.0;
    let mut start = text.reach.start;
    for run in read.chunk_by(|one, next| one == next) {
        let range = start..start + run.len();
        start = range.end;
        if run.first() == Some(&true) {
            if uses(Block::QuoteWords) {
                let block = Block::QuoteWords;
                word_grams(words, range.clone(), settings.quote_words, block, |gram| visit(block, gram));
            }
            if uses(Block::QuoteCharacters) {
                let block = Block::QuoteCharacters;
                for index in range {
                    character_grams(words, index, settings.quote_characters, block, |gram| {
                        visit(block, gram)
                    });
                }
            }
            continue;
        }
        if uses(Block::ContextWords) {
            let block = Block::ContextWords;
            word_grams(words, range.clone(), settings.context_words, block, |gram| visit(block, gram));
        }
    }
}

/// For each value of a code's upper bits the place of its first code; one more for the end.
fn index_of(codes: &[u32]) -> Vec<u32> {
    let slots = 1_usize << (u32::BITS - INDEX_SHIFT);
    let mut index = vec![0_u32; slots + 1];
    for &code in codes {
        if let Some(count) = index.get_mut((code >> INDEX_SHIFT) as usize + 1) {
            *count += 1;
        }
    }
    let mut total = 0;
    for count in &mut index {
        total += *count;
        *count = total;
    }
    index
}

#[cfg(test)]
mod tests;
