use std::collections::BTreeMap;
use std::sync::Arc;

use crate::types::{QuoteInContext, Span};

use super::deep::DeepEncoder;
use super::fast::FastEncoder;
use super::{EncodeError, Features, JoinedEncoder, Tensor, WordsEncoder};

/// Turns quotes in context into feature rows.
///
/// Encoding is a pure function of one quote: a batch gives the same rows as its quotes one by one.
pub trait Encoder: Send + Sync {
    /// Stable name of the kind of encoder in model files: `words`, `deep`, `fast`, `joined`.
    fn kind(&self) -> &'static str;

    /// Number of columns of every row.
    fn dimensions(&self) -> usize;

    /// One row per quote, in order.
    fn encode(&self, quotes: &[QuoteInContext]) -> Features;

    /// Splits the row of one quote over the stretches of text it came from: for every column the values
    /// of its pieces sum to the value in the row. Empty where an encoder cannot say exactly.
    fn trace(&self, quote: &QuoteInContext) -> Vec<TracedPiece>;

    /// Calls `visit` for each quote in order with the entries of its row, columns and values: in any order, and the
    /// values of a column that comes more than once are to be added. False, without a call, where this encoder only
    /// knows whole rows: see [`encode`](Self::encode).
    fn for_each_entry(&self, _: &[QuoteInContext], _: &mut dyn FnMut(&[Entry])) -> bool {
        false
    }

    /// What must be kept to build the same encoder again with [`restore`].
    ///
    /// # Errors
    /// Where the settings or the text pipeline cannot be written.
    fn parts(&self) -> Result<EncoderParts, EncodeError>;
}

impl Encoder for Arc<dyn Encoder> {
    fn kind(&self) -> &'static str {
        self.as_ref().kind()
    }

    fn dimensions(&self) -> usize {
        self.as_ref().dimensions()
    }

    fn encode(&self, quotes: &[QuoteInContext]) -> Features {
        self.as_ref().encode(quotes)
    }

    fn trace(&self, quote: &QuoteInContext) -> Vec<TracedPiece> {
        self.as_ref().trace(quote)
    }

    fn for_each_entry(&self, quotes: &[QuoteInContext], visit: &mut dyn FnMut(&[Entry])) -> bool {
        self.as_ref().for_each_entry(quotes, visit)
    }

    fn parts(&self) -> Result<EncoderParts, EncodeError> {
        self.as_ref().parts()
    }
}

/// A column and the value in it.
pub type Entry = (u32, f32);

/// What a model folder keeps of an encoder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EncoderParts {
    /// Settings, for `model.json`.
    pub settings: serde_json::Value,
    /// Fitted arrays, for the weights file; every name begins with `encoder.`.
    pub tensors: Vec<Tensor>,
    /// Further files by name, such as `tokenizer.json`.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Name under which a model folder keeps a tokenizer.
pub(super) const TOKENIZER_FILE: &str = "tokenizer.json";

impl EncoderParts {
    /// The files that must go wherever the encoder's arrays go, such as a licence and a notice, by name.
    #[must_use]
    pub fn notices(&self) -> BTreeMap<String, Vec<u8>> {
        let mut notices = self.files.clone();
        notices.remove(TOKENIZER_FILE);
        notices
    }
}

/// Whether a piece of a row is a word n-gram or characters inside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PieceKind {
    /// One or more neighbouring words.
    Words,
    /// Some of the characters of one word.
    Characters,
}

/// The part that one stretch of text has in one column of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedPiece {
    /// Bytes of the context.
    pub span: Span,
    /// Whether the stretch lies inside the quote.
    pub inside: bool,
    /// The normalised words of the stretch.
    pub text: String,
    /// Word n-gram or characters of a word.
    pub kind: PieceKind,
    /// The column.
    pub column: u32,
    /// The part of the column's value that comes from here.
    pub value: f64,
}

/// Builds the encoder of a model folder from what [`Encoder::parts`] gave.
///
/// # Errors
/// Where the kind is unknown, or settings, arrays or files are missing or do not fit together.
pub fn restore(kind: &str, parts: &EncoderParts) -> Result<Box<dyn Encoder>, EncodeError> {
    match kind {
        WordsEncoder::KIND => Ok(Box::new(WordsEncoder::restore(parts)?)),
        DeepEncoder::KIND => Ok(Box::new(DeepEncoder::restore(parts)?)),
        FastEncoder::KIND => Ok(Box::new(FastEncoder::restore(parts)?)),
        JoinedEncoder::KIND => Ok(Box::new(JoinedEncoder::restore(parts)?)),
        other => Err(EncodeError::Kind { found: other.to_owned() }),
    }
}
