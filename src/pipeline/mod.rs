//! Ties the scoring stages together: an article in, its quote records out, and many articles at once
//! over a bounded queue.

mod score;
mod stream;

pub use score::{Scorer, ScorerOptions};
pub use stream::{Delivery, StreamOptions, stream};
