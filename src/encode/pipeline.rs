use std::ops::Range;

use tokenizers::models::wordlevel::WordLevelBuilder;
use tokenizers::normalizers::{BertNormalizer, NFKD, Replace, Sequence};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::SplitDelimiterBehavior;
use tokenizers::{
    NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, Tokenizer,
};

use crate::types::Span;

use super::EncodeError;

/// The characters that are written for the apostrophe.
const APOSTROPHES: &str = "[\u{2018}\u{2019}\u{201b}\u{2bc}\u{60}]";

/// A word with its inner apostrophes, a number with its inner marks, or a mark that carries meaning.
/// Everything else separates: quotation marks, commas, dashes, brackets.
const WORD: &str = r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*|\p{N}+(?:[.,:]\p{N}+)*|[?!]";

/// The word that every number becomes.
const NUMBER: &str = "0";

/// Normalises text and splits it into words, with normalizers and a pre-tokenizer of the `tokenizers`
/// crate.
///
/// Compatibility forms are taken apart, control characters dropped, accents stripped, letters lowered,
/// apostrophes made straight; quotation marks, dashes and other marks separate words and leave no trace,
/// so that text in straight and in curly marks gives the same words. Numbers become one word.
pub struct Pipeline {
    tokenizer: Tokenizer,
}

/// The words of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The normalised words, each followed by one space.
    buffer: String,
    words: Vec<Word>,
}

/// One word: where it stands in the text as given and in the normalised words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Bytes of the text as given.
    pub span: Span,
    normalised: Range<usize>,
}

impl Pipeline {
    /// The pipeline of the words encoder.
    ///
    /// # Errors
    /// Where the `tokenizers` crate refuses a part of it.
    pub fn standard() -> Result<Self, EncodeError> {
        let model = WordLevelBuilder::new().build().map_err(refused)?;
        let apostrophes = Replace::new(
            tokenizers::normalizers::replace::ReplacePattern::Regex(APOSTROPHES.to_owned()),
            "'",
        )
        .map_err(refused)?;
        let words = Split::new(SplitPattern::Regex(WORD.to_owned()), SplitDelimiterBehavior::Removed, true)
            .map_err(refused)?;
        let mut tokenizer = Tokenizer::new(model);
        tokenizer
            .with_normalizer(Some(Sequence::new(vec![
                NFKD.into(),
                BertNormalizer::new(true, true, Some(true), true).into(),
                apostrophes.into(),
            ])))
            .map_err(refused)?;
        tokenizer.with_pre_tokenizer(Some(words));
        Ok(Self { tokenizer })
    }

    /// Reads a pipeline from the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// Where the `tokenizers` crate cannot read it, or it has no normalizer or no pre-tokenizer.
    pub fn from_json(bytes: &[u8]) -> Result<Self, EncodeError> {
        let tokenizer = Tokenizer::from_bytes(bytes).map_err(refused)?;
        if tokenizer.get_normalizer().is_none() || tokenizer.get_pre_tokenizer().is_none() {
            let reason = "tokenizer.json names no normalizer or no pre-tokenizer".to_owned();
            return Err(EncodeError::Pipeline { reason });
        }
        Ok(Self { tokenizer })
    }

    /// The pipeline as a `tokenizer.json`, which the Python package `tokenizers` reads too.
    ///
    /// # Errors
    /// Where the `tokenizers` crate cannot write it.
    pub fn to_json(&self) -> Result<String, EncodeError> {
        self.tokenizer.to_string(true).map_err(refused)
    }

    /// The words of `text`, in order. Text that the pipeline refuses has none.
    #[must_use]
    pub fn words(&self, text: &str) -> Words {
        let mut words = Words::default();
        let mut normalised = NormalizedString::from(text);
        if let Some(normalizer) = self.tokenizer.get_normalizer()
            && normalizer.normalize(&mut normalised).is_err()
        {
            return words;
        }
        let mut pieces = PreTokenizedString::from(normalised);
        if let Some(splitter) = self.tokenizer.get_pre_tokenizer()
            && splitter.pre_tokenize(&mut pieces).is_err()
        {
            return words;
        }
        for (piece, (start, end), _) in pieces.get_splits(OffsetReferential::Original, OffsetType::Byte) {
            words.push(piece, Span::new(start, end));
        }
        words
    }
}

impl Words {
    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words in order.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The normalised word; empty where there is no such word.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.buffer.get(word.normalised.clone())).unwrap_or_default()
    }

    /// Neighbouring normalised words, joined by spaces; empty where there are none.
    #[must_use]
    pub fn joined(&self, range: Range<usize>) -> &str {
        self.words
            .get(range)
            .and_then(|words| Some(words.first()?.normalised.start..words.last()?.normalised.end))
            .and_then(|bytes| self.buffer.get(bytes))
            .unwrap_or_default()
    }

    fn push(&mut self, piece: &str, span: Span) {
        let start = self.buffer.len();
        if piece.starts_with(char::is_numeric) {
            self.buffer.push_str(NUMBER);
        } else {
            self.buffer.push_str(piece);
        }
        self.words.push(Word { span, normalised: start..self.buffer.len() });
        self.buffer.push(' ');
    }
}

fn refused(error: impl std::fmt::Display) -> EncodeError {
    EncodeError::Pipeline { reason: error.to_string() }
}
