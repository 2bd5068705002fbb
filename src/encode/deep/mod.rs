//! A pre-trained transformer reads a quote in its context.
//!
//! ```text
//! QuoteInContext ─▶ Window (word pieces) ─▶ Network (hidden states) ─▶ Pool (means) ─▶ a dense row
//! ```
//!
//! **Window.** The text becomes word pieces between two marks (`[CLS]` and `[SEP]` in BERT), at most `limit`
//! of them; a longer context is cut around the quote. All have token type 0, and positions count from 0 at
//! the first mark.
//!
//! **Network** (BERT, post-norm). With `x` a row for each token, and `LN` layer normalisation with scale,
//! shift and `layer_norm_eps`:
//!
//! ```text
//! x = LN(words[id] + positions[place] + types[0])
//! for each layer:
//!     q, k, v = x·Wqᵀ + bq, x·Wkᵀ + bk, x·Wvᵀ + bv
//!     a = for each head: softmax(q·kᵀ / √head_size) · v        (within one window, unmasked)
//!     x = LN(x + a·Woᵀ + bo)                                   (attention.output)
//!     x = LN(x + gelu(x·W1ᵀ + b1)·W2ᵀ + b2)                    (intermediate, output)
//! ```
//!
//! MPNet has no types, and in every layer adds a term for the head and the distance between two tokens
//! before the softmax; the terms are the same in all layers.
//!
//! `gelu(x) = x/2 · (1 + erf(x/√2))`; there is no dropout and no pooler. [`Architecture::arrays`] names
//! every weight.
//!
//! **Pools.** The mean of the last `x` over the tokens that begin inside the quote, over the tokens around
//! it, and over all tokens with both marks; each scaled to unit length, and zeros where there is no such
//! token. A row is the pools in the order of [`DeepSettings::pools`].

mod architecture;
mod array;
mod attention;
mod encoder;
mod int8;
mod linear;
mod network;
mod pool;
mod settings;
mod tokens;
mod weights;
mod window;

pub use architecture::{Architecture, Family};
#[cfg(feature = "fine-tune")]
pub(crate) use architecture::{
    DISTANCES, EMBEDDING_NORM, NARROW, OUTPUT_NORM, POSITIONS, TYPES, WIDEN, WORDS,
};
pub use array::Array;
pub use encoder::{DeepEncoder, Pretrained};
pub use pool::Pool;
pub use settings::{Compute, DeepSettings};
pub use weights::Weights;
pub use window::{Role, Window};

#[cfg(test)]
mod tests;
