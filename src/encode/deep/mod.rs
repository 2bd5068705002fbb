//! A pre-trained transformer reads a quote in its context.
//!
//! ```text
//! QuoteInContext ─▶ Window (word pieces) ─▶ Network (hidden states) ─▶ Pool (means) ─▶ a dense row
//! ```
//!
//! **Window.** The text becomes word pieces between `[CLS]` and `[SEP]`, at most `limit` of them; a longer
//! context is cut around the quote. All have token type 0, and positions count from 0 at `[CLS]`.
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

pub use architecture::Architecture;
pub use array::Array;
pub use encoder::{DeepEncoder, Pretrained};
pub use pool::Pool;
pub use settings::{Compute, DeepSettings};
pub use weights::Weights;
pub use window::{Role, Window};

#[cfg(test)]
mod tests;
