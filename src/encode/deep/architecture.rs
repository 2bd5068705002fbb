use serde::{Deserialize, Serialize};

use crate::encode::EncodeError;

/// The shape of an encoder, as its `config.json` gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// What kind of network it is.
    pub model_type: Family,
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
    /// Rows of the position embeddings.
    pub max_position_embeddings: usize,
    /// Rows of the token type embeddings, of which only the first is used; 0 where a family has none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub type_vocab_size: usize,
    /// Rows of the embeddings of distances between tokens; 0 where a family has none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub relative_attention_num_buckets: usize,
    /// Added to the variance in layer normalisation.
    pub layer_norm_eps: f32,
}

/// Networks that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Devlin, Chang, Lee and Toutanova, *BERT*, NAACL 2019, section 3.
    Bert,
    /// Song, Tan, Qin, Lu and Liu, *MPNet*, NeurIPS 2020: the same layers, with a term for the distance between
    /// two tokens in their attention (section 3 of Raffel et al., *T5*, JMLR 21, 2020, page 5), no token
    /// types, and other marks and names.
    Mpnet,
}

/// Names of the attention's parts in a layer; the products have `weight` (rows: outputs) and `bias`.
pub(crate) struct AttentionNames {
    pub(crate) query: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: &'static str,
    pub(crate) output: &'static str,
    pub(crate) norm: &'static str,
}

impl Family {
    /// Names of the attention's parts.
    pub(crate) const fn attention(self) -> AttentionNames {
        match self {
            Self::Bert => AttentionNames {
                query: "attention.self.query",
                key: "attention.self.key",
                value: "attention.self.value",
                output: "attention.output.dense",
                norm: "attention.output.LayerNorm",
            },
            Self::Mpnet => AttentionNames {
                query: "attention.attn.q",
                key: "attention.attn.k",
                value: "attention.attn.v",
                output: "attention.attn.o",
                norm: "attention.LayerNorm",
            },
        }
    }

    /// The tokens that mark the ends of a sequence.
    pub(super) const fn ends(self) -> [&'static str; 2] {
        match self {
            Self::Bert => ["[CLS]", "[SEP]"],
            Self::Mpnet => ["<s>", "</s>"],
        }
    }

    /// Row of the position embeddings that the first token has.
    pub(crate) const fn first_position(self) -> usize {
        match self {
            Self::Bert => 0,
            // The first two rows are those of padding.
            Self::Mpnet => 2,
        }
    }
}

/// Names of the other parts of a layer.
pub(crate) const WIDEN: &str = "intermediate.dense";
pub(crate) const NARROW: &str = "output.dense";
pub(crate) const OUTPUT_NORM: &str = "output.LayerNorm";

/// Names of the arrays outside the layers.
pub(crate) const WORDS: &str = "embeddings.word_embeddings.weight";
pub(crate) const POSITIONS: &str = "embeddings.position_embeddings.weight";
pub(crate) const TYPES: &str = "embeddings.token_type_embeddings.weight";
pub(crate) const EMBEDDING_NORM: &str = "embeddings.LayerNorm";
pub(crate) const DISTANCES: &str = "encoder.relative_attention_bias.weight";

/// Distances beyond this share a row of the distance embeddings.
const FARTHEST: f64 = 128.0;

impl Architecture {
    /// Reads a `config.json`.
    ///
    /// # Errors
    /// Where it is not the configuration of such an encoder, or a size is out of range.
    pub fn from_json(bytes: &[u8]) -> Result<Self, EncodeError> {
        let architecture: Self = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("config.json is not that of a BERT or MPNet encoder: {error}")))?;
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
        ];
        if self.type_vocab_size > 0 {
            arrays.push((TYPES.to_owned(), vec![self.type_vocab_size, hidden]));
        }
        arrays.push((format!("{EMBEDDING_NORM}.weight"), vec![hidden]));
        arrays.push((format!("{EMBEDDING_NORM}.bias"), vec![hidden]));
        if self.relative_attention_num_buckets > 0 {
            let shape = vec![self.relative_attention_num_buckets, self.num_attention_heads];
            arrays.push((DISTANCES.to_owned(), shape));
        }
        let attention = self.model_type.attention();
        for layer in 0..self.num_hidden_layers {
            for (part, rows, columns) in [
                (attention.query, hidden, Some(hidden)),
                (attention.key, hidden, Some(hidden)),
                (attention.value, hidden, Some(hidden)),
                (attention.output, hidden, Some(hidden)),
                (attention.norm, hidden, None),
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

    /// Tokens of the longest sequence, with the two marks at its ends.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.max_position_embeddings.saturating_sub(self.model_type.first_position())
    }

    /// The row of the distance embeddings for a token that stands `distance` after the one that attends to it
    /// (before it where negative): half of the rows for each direction, half of those for small distances
    /// one by one, the rest on a logarithmic scale up to 128 (Raffel et al. 2020, page 5).
    pub(crate) fn distance_row(&self, distance: isize) -> usize {
        let half = self.relative_attention_num_buckets / 2;
        let single = half / 2;
        let steps = distance.unsigned_abs();
        let within = if steps < single {
            steps
        } else {
            let share = (steps as f64 / single as f64).ln() / (FARTHEST / single as f64).ln();
            (single + (share * (half - single) as f64) as usize).min(half - 1)
        };
        if distance > 0 { half + within } else { within }
    }

    /// Full name of a part of a layer.
    pub(crate) fn part(layer: usize, part: &str) -> String {
        format!("encoder.layer.{layer}.{part}")
    }

    /// Checks that the sizes are those of an encoder that can be run.
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        if self.hidden_act != "gelu" {
            return Err(wrong(format!("hidden_act is '{}' (known: gelu)", self.hidden_act)));
        }
        // The rows for distances are halved twice.
        let (types, distances) = match self.model_type {
            Family::Bert => (1..=1 << 8, 0..=0),
            Family::Mpnet => (0..=0, 4..=1 << 8),
        };
        for (name, size, range) in [
            ("type_vocab_size", self.type_vocab_size, types),
            ("relative_attention_num_buckets", self.relative_attention_num_buckets, distances),
        ] {
            if !range.contains(&size) {
                let (least, most) = range.into_inner();
                return Err(wrong(format!("{name} is {size}, not from {least} to {most}")));
            }
        }
        for (name, size, largest) in [
            ("vocab_size", self.vocab_size, 1 << 24),
            ("hidden_size", self.hidden_size, 1 << 14),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 8),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("intermediate_size", self.intermediate_size, 1 << 16),
            ("max_position_embeddings", self.max_position_embeddings, 1 << 16),
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

fn is_zero(size: &usize) -> bool {
    *size == 0
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
    fn an_mpnet_encoder_has_distances_and_no_token_types() {
        let json = SMALL
            .replace("bert", "mpnet")
            .replace("\"type_vocab_size\":2", "\"relative_attention_num_buckets\":32");
        let architecture = Architecture::from_json(json.as_bytes()).unwrap();
        let arrays = architecture.arrays();
        assert_eq!(arrays.len(), 5 + 2 * 16);
        assert!(arrays.contains(&("encoder.relative_attention_bias.weight".to_owned(), vec![32, 2])));
        assert!(arrays.contains(&("encoder.layer.1.attention.attn.o.weight".to_owned(), vec![16, 16])));
        assert_eq!(architecture.longest(), 22);
        // The rows that the published implementation of T5 gives for 32 rows and a farthest distance of 128.
        for (distance, row) in [
            (0, 0),
            (-1, 1),
            (-7, 7),
            (-8, 8),
            (-11, 8),
            (-12, 9),
            (-127, 15),
            (-500, 15),
            (1, 17),
            (8, 24),
            (300, 31),
        ] {
            assert_eq!(architecture.distance_row(distance), row, "{distance}");
        }
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
