//! Quotes in context become numbers.
//!
//! ```text
//! QuoteInContext ─▶ Pipeline (normalise, split) ─▶ words with spans ─▶ n-grams ─▶ Features (CSR rows)
//! ```
//!
//! Every encoder stands behind [`Encoder`]: [`WordsEncoder`] (hashed n-grams with TF-IDF) and
//! [`DeepEncoder`](deep::DeepEncoder) (a pre-trained transformer), which fills every column of its rows, and
//! [`FastEncoder`](fast::FastEncoder) (words and word pairs as columns of a table).
//! [`JoinedEncoder`] sets the rows of several side by side.

pub mod deep;
mod encoder;
mod error;
pub mod fast;
mod features;
mod joined;
mod ngrams;
mod pipeline;
mod tensor;
mod words;

use encoder::TOKENIZER_FILE;
pub use encoder::{Encoder, EncoderParts, Entry, PieceKind, TracedPiece, restore};
pub use error::EncodeError;
pub use features::Features;
pub use joined::JoinedEncoder;
pub use pipeline::{Pipeline, Word, Words};
pub use tensor::{Tensor, TensorValues};
pub use words::{BlockWeights, WordsEncoder, WordsSettings};
