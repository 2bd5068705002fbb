use serde::{Deserialize, Serialize};

use crate::encode::EncodeError;

/// The shape of a BERT encoder (Devlin, Chang, Lee and Toutanova, *BERT*, NAACL 2019, section 3), as its
/// `config.json` gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// Always `bert`.
    pub model_type: String,
    /// Always `gelu`: the exact one, with the error function.
    pub hidden_act: String,
    /// Rows of the word embeddings.
    pub vocab_size: usize,
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads of a layer; they share the width evenly.
    pub num_attention_heads: usize,
    /// Width between the two feed-forward products of a layer.
    pub intermediate_size: usize,
    /// Longest sequence, with the two marks at its ends.
    pub max_position_embeddings: usize,
    /// Rows of the token type embeddings; only the first is used.
    pub type_vocab_size: usize,
    /// Added to the variance in layer normalisation.
    pub layer_norm_eps: f32,
}

/// Names of the parts of a layer; the products have `weight` (rows: outputs) and `bias`.
pub(super) const QUERY: &str = "attention.self.query";
pub(super) const KEY: &str = "attention.self.key";
pub(super) const VALUE: &str = "attention.self.value";
pub(super) const ATTENTION_OUTPUT: &str = "attention.output.dense";
pub(super) const ATTENTION_NORM: &str = "attention.output.LayerNorm";
pub(super) const WIDEN: &str = "intermediate.dense";
pub(super) const NARROW: &str = "output.dense";
pub(super) const OUTPUT_NORM: &str = "output.LayerNorm";

/// Names of the arrays before the layers.
pub(super) const WORDS: &str = "embeddings.word_embeddings.weight";
pub(super) const POSITIONS: &str = "embeddings.position_embeddings.weight";
pub(super) const TYPES: &str = "embeddings.token_type_embeddings.weight";
pub(super) const EMBEDDING_NORM: &str = "embeddings.LayerNorm";

impl Architecture {
    /// Reads a `config.json`.
    ///
    /// # Errors
    /// Where it is not the configuration of a BERT encoder, or a size is out of range.
    pub fn from_json(bytes: &[u8]) -> Result<Self, EncodeError> {
        let architecture: Self = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("config.json is not that of a BERT encoder: {error}")))?;
        architecture.check()?;
        Ok(architecture)
    }

    /// Every array that the encoder uses, with its shape, in the order of computation. Names are those of
    /// the published weights.
    #[must_use]
    pub fn arrays(&self) -> Vec<(String, Vec<usize>)> {
        let (hidden, wide) = (self.hidden_size, self.intermediate_size);
        let mut arrays = vec![
            (WORDS.to_owned(), vec![self.vocab_size, hidden]),
            (POSITIONS.to_owned(), vec![self.max_position_embeddings, hidden]),
            (TYPES.to_owned(), vec![self.type_vocab_size, hidden]),
            (format!("{EMBEDDING_NORM}.weight"), vec![hidden]),
            (format!("{EMBEDDING_NORM}.bias"), vec![hidden]),
        ];
        for layer in 0..self.num_hidden_layers {
            for (part, rows, columns) in [
                (QUERY, hidden, Some(hidden)),
                (KEY, hidden, Some(hidden)),
                (VALUE, hidden, Some(hidden)),
                (ATTENTION_OUTPUT, hidden, Some(hidden)),
                (ATTENTION_NORM, hidden, None),
                (WIDEN, wide, Some(hidden)),
                (NARROW, hidden, Some(wide)),
                (OUTPUT_NORM, hidden, None),
            ] {
                let part = Self::part(layer, part);
                let shape = std::iter::once(rows).chain(columns).collect();
                arrays.push((format!("{part}.weight"), shape));
                arrays.push((format!("{part}.bias"), vec![rows]));
            }
        }
        arrays
    }

    /// Width of one attention head.
    #[must_use]
    pub fn head_size(&self) -> usize {
        self.hidden_size.checked_div(self.num_attention_heads).unwrap_or(0)
    }

    /// Full name of a part of a layer.
    pub(super) fn part(layer: usize, part: &str) -> String {
        format!("encoder.layer.{layer}.{part}")
    }

    /// Checks that the sizes are those of an encoder that can be run.
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        if self.model_type != "bert" || self.hidden_act != "gelu" {
            let reason = format!("'{}' with '{}' (known: bert with gelu)", self.model_type, self.hidden_act);
            return Err(wrong(reason));
        }
        for (name, size, largest) in [
            ("vocab_size", self.vocab_size, 1 << 24),
            ("hidden_size", self.hidden_size, 1 << 14),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 8),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("intermediate_size", self.intermediate_size, 1 << 16),
            ("max_position_embeddings", self.max_position_embeddings, 1 << 16),
            ("type_vocab_size", self.type_vocab_size, 1 << 8),
        ] {
            if size == 0 || size > largest {
                return Err(wrong(format!("{name} is {size}, not from 1 to {largest}")));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err(wrong("num_attention_heads does not divide hidden_size".to_owned()));
        }
        if !(0.0..1.0).contains(&self.layer_norm_eps) {
            return Err(wrong("layer_norm_eps does not lie between 0 and 1".to_owned()));
        }
        Ok(())
    }
}

fn wrong(reason: String) -> EncodeError {
    EncodeError::Setting { setting: "architecture", reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"model_type":"bert","hidden_act":"gelu","vocab_size":60,"hidden_size":16,
        "num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":32,"max_position_embeddings":24,
        "type_vocab_size":2,"layer_norm_eps":1e-12,"use_cache":true}"#;

    #[test]
    fn a_configuration_names_every_array() {
        let arrays = Architecture::from_json(SMALL.as_bytes()).unwrap().arrays();
        assert_eq!(arrays.len(), 5 + 2 * 16);
        assert_eq!(arrays[0], ("embeddings.word_embeddings.weight".to_owned(), vec![60, 16]));
        assert!(arrays.contains(&("encoder.layer.1.output.dense.weight".to_owned(), vec![16, 32])));
        assert!(arrays.contains(&("encoder.layer.0.attention.output.LayerNorm.bias".to_owned(), vec![16])));
    }

    #[test]
    fn other_networks_and_sizes_are_refused() {
        for (from, to) in [
            ("\"bert\"", "\"gpt2\""),
            ("\"gelu\"", "\"relu\""),
            ("\"hidden_size\":16", "\"hidden_size\":0"),
            ("\"num_attention_heads\":2", "\"num_attention_heads\":3"),
            ("\"vocab_size\":60", "\"vocab_size\":99999999"),
            ("1e-12", "-1"),
            ("\"vocab_size\":60,", ""),
        ] {
            let json = SMALL.replace(from, to);
            let error = Architecture::from_json(json.as_bytes()).unwrap_err();
            assert!(matches!(error, EncodeError::Setting { setting: "architecture", .. }), "{to}: {error}");
        }
    }
}
