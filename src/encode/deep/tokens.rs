use tokenizers::Tokenizer;

use crate::encode::EncodeError;
use crate::types::Span;

use super::Architecture;

/// Splits text into word pieces, as a `tokenizer.json` says.
///
/// Truncation and padding that the file asks for are switched off: [`Window`](super::Window) chooses what
/// is read. Special tokens that stand in the text, such as `[SEP]`, are read as text.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    /// The marks before and after a sequence.
    pub(super) ends: (u32, u32),
}

/// A word piece: its number and the bytes of the text it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) id: u32,
    pub(super) span: Span,
}

impl Tokens {
    /// Reads the bytes of a `tokenizer.json` for an encoder.
    pub(super) fn from_json(bytes: &[u8], architecture: &Architecture) -> Result<Self, EncodeError> {
        let vocabulary = architecture.vocab_size;
        let refused = |reason: String| EncodeError::Pipeline { reason };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| refused(error.to_string()))?;
        tokenizer.with_truncation(None).map_err(|error| refused(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        let largest = tokenizer.get_vocab(true).into_values().max().unwrap_or(0);
        if largest as usize >= vocabulary {
            let reason =
                format!("tokenizer.json has token {largest}, and the encoder {vocabulary} word embeddings");
            return Err(refused(reason));
        }
        let mark = |token: &str| {
            let id = tokenizer.token_to_id(token);
            id.ok_or_else(|| refused(format!("tokenizer.json has no token {token}")))
        };
        let [opening, closing] = architecture.model_type.ends();
        let ends = (mark(opening)?, mark(closing)?);
        Ok(Self { tokenizer, ends })
    }

    /// The word pieces of a text, without marks at its ends. Text that the tokenizer refuses has none.
    pub(super) fn of(&self, text: &str) -> Vec<Token> {
        let Ok(encoding) = self.tokenizer.encode(text, false) else { return Vec::new() };
        let ids = encoding.get_ids().iter();
        let spans = encoding.get_offsets().iter();
        ids.zip(spans).map(|(&id, &(start, end))| Token { id, span: Span::new(start, end) }).collect()
    }
}
