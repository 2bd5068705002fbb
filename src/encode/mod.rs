//! Quotes in context become numbers.
//!
//! ```text
//! QuoteInContext ─▶ Pipeline (normalise, split) ─▶ words with spans ─▶ n-grams ─▶ Features (CSR rows)
//! ```
//!
//! Every encoder stands behind [`Encoder`]; today there is one, [`WordsEncoder`] (hashed n-grams with
//! TF-IDF). A dense encoder fills every column of its rows.

mod encoder;
mod error;
mod features;
mod ngrams;
mod pipeline;
mod tensor;
mod words;

pub use encoder::{Encoder, EncoderParts, PieceKind, TracedPiece, restore};
pub use error::EncodeError;
pub use features::Features;
pub use pipeline::{Pipeline, Word, Words};
pub use tensor::{Tensor, TensorValues};
pub use words::{BlockWeights, WordsEncoder, WordsSettings};
