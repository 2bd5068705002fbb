//! Every formula as a pure function, one file per family, each with its source.
//!
//! Measures on labels take a [`Confusion`](confusion::Confusion) table, measures on probabilities take
//! checked [`Predictions`](super::Predictions), so neither can fail. A measure that is not defined for
//! its input says so in its type (`Option`); a ratio with a zero denominator is 0, as with
//! scikit-learn's `zero_division=0`, where its documentation says so.

pub mod agreement;
pub mod calibration;
pub mod classification;
pub mod comparison;
pub mod conformal;
pub mod confusion;
pub mod kappa;
pub(super) mod normal;
pub mod probability;
pub mod proportion;
pub mod ranking;
pub mod selective;
mod ties;
