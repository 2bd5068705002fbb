use std::ops::Range;
use std::sync::Arc;

use rten_gemm::GemmResult;
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Sum, SumSquareSub};

use crate::encode::EncodeError;

use super::architecture::{DISTANCES, EMBEDDING_NORM, NARROW, OUTPUT_NORM, POSITIONS, TYPES, WIDEN, WORDS};
use super::attention::{Attention, AttentionWorkspace, DistanceBias};
use super::linear::{Linear, Products};
use super::{Architecture, Array, Compute, Weights};

/// The forward pass, as the [module](super) describes it.
///
/// Sequences of any lengths are laid end to end, and no padding is computed. Products go over all rows at
/// once, attention over each sequence by itself, so that a sequence gives the same bits in any company.
pub(super) struct Network {
    words: Arc<Array>,
    positions: Arc<Array>,
    /// Row of `positions` that the first token has.
    first_position: usize,
    /// The embedding of token type 0, which every token has; zeros where there are no types.
    token_type: Vec<f32>,
    /// What distances add to attention, in every layer.
    distances: Option<DistanceBias>,
    norm: Norm,
    layers: Vec<Layer>,
    hidden: usize,
}

struct Layer {
    /// Queries, keys and values of all heads in one product.
    project: Linear,
    attention: Attention,
    attention_output: Linear,
    attention_norm: Norm,
    widen: Linear,
    narrow: Linear,
    output_norm: Norm,
}

impl Network {
    /// Lays out the weights.
    pub(super) fn new(
        architecture: &Architecture,
        weights: &Weights,
        compute: Compute,
    ) -> Result<Self, EncodeError> {
        let norm = |name: &str| {
            Ok::<_, EncodeError>(Norm {
                scale: weights.get(&format!("{name}.weight"))?.to_floats(),
                shift: weights.get(&format!("{name}.bias"))?.to_floats(),
                epsilon: architecture.layer_norm_eps,
            })
        };
        let hidden = architecture.hidden_size;
        let mut token_type = vec![0.0; hidden];
        if architecture.type_vocab_size > 0 {
            weights.get(TYPES)?.add_row(0, &mut token_type);
        }
        let distances = match architecture.relative_attention_num_buckets {
            0 => None,
            _ => Some(DistanceBias::new(architecture, &weights.get(DISTANCES)?.to_floats())),
        };
        let names = architecture.model_type.attention();
        let mut layers = Vec::with_capacity(architecture.num_hidden_layers);
        for layer in 0..architecture.num_hidden_layers {
            let name = |part: &str| Architecture::part(layer, part);
            let linear = |parts: &[&str]| {
                let (mut matrices, mut bias) = (Vec::new(), Vec::new());
                for part in parts {
                    matrices.push(weights.get(&format!("{}.weight", name(part)))?.as_ref());
                    bias.extend(weights.get(&format!("{}.bias", name(part)))?.to_floats());
                }
                Ok::<_, EncodeError>(Linear::new(&matrices, bias, compute))
            };
            layers.push(Layer {
                project: linear(&[names.query, names.key, names.value])?,
                attention: Attention {
                    heads: architecture.num_attention_heads,
                    width: architecture.head_size(),
                },
                attention_output: linear(&[names.output])?,
                attention_norm: norm(&name(names.norm))?,
                widen: linear(&[WIDEN])?,
                narrow: linear(&[NARROW])?,
                output_norm: norm(&name(OUTPUT_NORM))?,
            });
        }
        Ok(Self {
            words: Arc::clone(weights.get(WORDS)?),
            positions: Arc::clone(weights.get(POSITIONS)?),
            first_position: architecture.model_type.first_position(),
            token_type,
            distances,
            norm: norm(EMBEDDING_NORM)?,
            layers,
            hidden,
        })
    }

    /// Width of a hidden state.
    pub(super) fn hidden(&self) -> usize {
        self.hidden
    }

    /// The last hidden states of all tokens of all sequences, one row each, in order.
    pub(super) fn hidden_states<'w>(
        &self,
        sequences: &[&[u32]],
        workspace: &'w mut Workspace,
    ) -> GemmResult<&'w [f32]> {
        let Workspace { products, ranges, states, projected, wide, mixed, attention } = workspace;
        ranges.clear();
        states.clear();
        for sequence in sequences {
            let start = states.len() / self.hidden;
            ranges.push(start..start + sequence.len());
            for (position, &word) in sequence.iter().enumerate() {
                let from = states.len();
                states.extend_from_slice(&self.token_type);
                if let Some(row) = states.get_mut(from..) {
                    self.positions.add_row(self.first_position + position, row);
                    self.words.add_row(word as usize, row);
                }
            }
        }
        self.norm.apply(states);
        let tokens = states.len() / self.hidden;
        // Every value is written before it is read: what an earlier batch left does no harm.
        mixed.resize(states.len(), 0.0);
        for layer in &self.layers {
            projected.resize(tokens * layer.project.outputs(), 0.0);
            layer.project.apply(products, states, projected, false)?;
            let distances = self.distances.as_ref();
            for range in ranges.iter() {
                layer.attention.apply(
                    &products.float,
                    projected,
                    range.clone(),
                    distances,
                    mixed,
                    attention,
                )?;
            }
            layer.attention_output.apply(products, mixed, states, true)?;
            layer.attention_norm.apply(states);
            wide.resize(tokens * layer.widen.outputs(), 0.0);
            layer.widen.apply(products, states, wide, false)?;
            Gelu {}.map_mut(wide.as_mut_slice());
            layer.narrow.apply(products, wide, states, true)?;
            layer.output_norm.apply(states);
        }
        Ok(states)
    }
}

/// Memory that is used again from batch to batch.
#[derive(Default)]
pub(super) struct Workspace {
    products: Products,
    ranges: Vec<Range<usize>>,
    states: Vec<f32>,
    projected: Vec<f32>,
    wide: Vec<f32>,
    mixed: Vec<f32>,
    attention: AttentionWorkspace,
}

/// Layer normalisation (Ba, Kiros and Hinton, *Layer Normalization*, 2016, arXiv:1607.06450, equation 4).
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    fn apply(&self, rows: &mut [f32]) {
        let width = self.scale.len() as f32;
        for row in rows.chunks_exact_mut(self.scale.len().max(1)) {
            let mean = Sum::new(row).dispatch() / width;
            let variance = SumSquareSub::new(row, mean).dispatch() / width;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: (variance + self.epsilon).sqrt().recip(),
                element_scale: Some(&self.scale),
                bias: 0.0,
                element_bias: Some(&self.shift),
            };
            Normalize::new_mut(row, options).dispatch();
        }
    }
}
