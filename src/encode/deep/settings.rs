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
    /// How the products with weights are computed.
    pub compute: Compute,
}

/// How the products with weights are computed; attention is always in 32-bit floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compute {
    /// In 32-bit floats.
    Float32,
    /// In 8-bit integers, with every row of inputs rounded by its own range. Rows differ a little between
    /// processors with and without the instructions for 8-bit dot products.
    Int8,
}

impl Default for DeepSettings {
    fn default() -> Self {
        Self { limit: 128, pools: vec![Pool::Quote, Pool::Context, Pool::All], compute: Compute::Float32 }
    }
}

impl DeepSettings {
    pub(super) fn check(&self, architecture: &Architecture) -> Result<(), EncodeError> {
        let wrong = |setting, reason: String| Err(EncodeError::Setting { setting, reason });
        let positions = architecture.longest();
        if !(3..=positions).contains(&self.limit) {
            return wrong("limit", format!("must lie between 3 and {positions}"));
        }
        if self.pools.is_empty() || self.pools.len() > 8 {
            return wrong("pools", "1 to 8 pools are needed".to_owned());
        }
        Ok(())
    }
}
