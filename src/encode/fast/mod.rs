//! A quote as the columns of a table: what a linear model needs of it and nothing else.
//!
//! ```text
//! QuoteInContext ─▶ bytes ─▶ words (codes) ─▶ columns of known words, of other words, of word pairs
//! ```
//!
//! Every word of the quote and of the text around it is one column: its own where the [`Vocabulary`] knows it, one of
//! many shared ones, picked by hash, where not (Weinberger et al., *Feature Hashing for Large Scale Multitask
//! Learning*, ICML 2009). Neighbouring words of the quote, and the words right beside it, have hashed columns too. A
//! word of the quote and the same word around it are different columns. An entry is `weight / √n`, with `n` the number
//! of words of its kind.
//!
//! Vectors of the known words ([`WordVectors`]) are used in training alone: a linear head over the mean of vectors is a
//! head with one weight for each word, `Σ_w (v_w · W) = Σ_w u_w`, so the finished model keeps `u_w` and no vector.

mod encoder;
mod vectors;
mod words;

pub use encoder::{FastEncoder, FastSettings, Vocabulary};
pub use vectors::WordVectors;

#[cfg(test)]
mod tests;
