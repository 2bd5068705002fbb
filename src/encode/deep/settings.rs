use serde::{Deserialize, Serialize};

use crate::encode::EncodeError;

use super::{Architecture, Pool};

/// What a [`DeepEncoder`](super::DeepEncoder) reads and what its rows hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeepSettings {
    /// Largest number of tokens of a window, with the marks at its ends.
    pub limit: usize,
    /// The parts of a row, in order; each is as wide as a hidden state and of unit length.
    pub pools: Vec<Pool>,
}

impl Default for DeepSettings {
    fn default() -> Self {
        Self { limit: 128, pools: vec![Pool::Quote, Pool::Context, Pool::All] }
    }
}

impl DeepSettings {
    pub(super) fn check(&self, architecture: &Architecture) -> Result<(), EncodeError> {
        let wrong = |setting, reason: String| Err(EncodeError::Setting { setting, reason });
        let positions = architecture.max_position_embeddings;
        if !(3..=positions).contains(&self.limit) {
            return wrong("limit", format!("must lie between 3 and {positions}"));
        }
        if self.pools.is_empty() || self.pools.len() > 8 {
            return wrong("pools", "1 to 8 pools are needed".to_owned());
        }
        Ok(())
    }
}
