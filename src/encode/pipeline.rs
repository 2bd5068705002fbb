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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let words = Pipeline::standard().unwrap().words(text);
        let found: Vec<&str> = (0..words.len()).map(|index| words.text(index)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_lowered_and_marks_dropped() {
        check("No talks, no TRADE.", &["no", "talks", "no", "trade"]);
        check("Straßenbahn — état-major", &["straßenbahn", "etat", "major"]);
        check("co\u{ad}operate\u{200b}d \u{a0}again", &["cooperated", "again"]);
        check("ﬁrst step", &["first", "step"]);
        check("", &[]);
        check("“…” – ", &[]);
    }

    #[test]
    fn apostrophes_stay_inside_words_and_leave_their_ends() {
        for text in ["don't", "don\u{2019}t", "'don't'", "\u{2018}don\u{2019}t\u{2019}", "\"don't,\""] {
            check(text, &["don't"]);
        }
    }

    #[test]
    fn numbers_become_one_word() {
        check("60 percent of 1,250.5 in 1994", &["0", "percent", "of", "0", "in", "0"]);
    }

    #[test]
    fn questions_and_exclamations_stay() {
        check("Why? Enough!", &["why", "?", "enough", "!"]);
    }

    #[test]
    fn a_kept_pipeline_gives_the_same_words() {
        let pipeline = Pipeline::standard().unwrap();
        let kept = Pipeline::from_json(pipeline.to_json().unwrap().as_bytes()).unwrap();
        let text = "We won’t “yield” — not in 2024, not ever!";
        assert_eq!(kept.words(text), pipeline.words(text));
    }

    #[test]
    fn broken_pipelines_are_refused() {
        for json in
            ["", "{}", "null", r#"{"version":"1.0","model":{"type":"WordLevel","vocab":{},"unk_token":"?"}}"#]
        {
            assert!(
                matches!(Pipeline::from_json(json.as_bytes()), Err(EncodeError::Pipeline { .. })),
                "{json}"
            );
        }
    }

    proptest! {
        #[test]
        fn spans_ascend_and_slice_the_text(text in "\\PC{0,40}") {
            let words = Pipeline::standard().unwrap().words(&text);
            let mut done = 0;
            for (index, word) in words.words().iter().enumerate() {
                prop_assert!(word.span.start >= done && !word.span.is_empty());
                prop_assert!(word.span.of(&text).is_some());
                prop_assert!(!words.text(index).is_empty());
                done = word.span.start;
            }
        }
    }
}
