//! The encoder as a network whose arrays can be updated: the same computation as
//! [`encode::deep`](crate::encode::deep), in padded batches, with gradients.

use std::collections::BTreeMap;

use candle_core::{D, Device, Result, Tensor, Var};
use candle_nn::ops;

use super::batches::Batch;
use super::dropout::Dropout;
use crate::encode::EncodeError;
use crate::encode::deep::{
    Architecture, Array, DISTANCES, EMBEDDING_NORM, NARROW, OUTPUT_NORM, POSITIONS, Pool, TYPES, WIDEN,
    WORDS, Weights,
};

/// What unit-length pools are multiplied by before the heads, so that heads of ordinary size can tell
/// classes apart; the finished heads hold it.
pub(super) const POOL_SCALE: f64 = 8.0;

/// Added under the root of a pool's length: a pool without tokens stays zero, and so does its gradient.
const LENGTH_FLOOR: f64 = 1e-12;

/// The names of the arrays of the two heads.
pub(super) const HEADS: [&str; 2] = ["head.stance", "head.sentiment"];

/// Encoder and heads.
pub(super) struct TrainableNetwork {
    architecture: Architecture,
    /// The word embeddings, which stay as they are: most words of a language never occur in the training
    /// rows, and would drift away from those that do.
    words: Tensor,
    /// What gradient descent moves, by name, so that every pass goes through them in one order.
    pub(super) variables: BTreeMap<String, Var>,
    device: Device,
}

impl TrainableNetwork {
    /// The published weights, and heads of zeros: before the first step every class is as likely.
    pub(super) fn new(architecture: &Architecture, weights: &Weights, pools: &[Pool]) -> Result<Self> {
        let device = Device::Cpu;
        let by_name: BTreeMap<&str, &Array> = weights.iter().collect();
        let mut variables = BTreeMap::new();
        let mut words = None;
        for (name, shape) in architecture.arrays() {
            let values = by_name.get(name.as_str()).map(|array| array.to_floats()).unwrap_or_default();
            let tensor = Tensor::from_vec(values, shape, &device)?;
            if name == WORDS {
                words = Some(tensor);
            } else {
                variables.insert(name, Var::from_tensor(&tensor)?);
            }
        }
        let wide = architecture.hidden_size * pools.len();
        for head in HEADS {
            variables
                .insert(format!("{head}.weight"), Var::zeros((3, wide), candle_core::DType::F32, &device)?);
            variables.insert(format!("{head}.bias"), Var::zeros(3, candle_core::DType::F32, &device)?);
        }
        let words = words.ok_or_else(|| candle_core::Error::Msg(format!("no array '{WORDS}'")))?;
        Ok(Self { architecture: architecture.clone(), words, variables, device })
    }

    /// Logits of stance and sentiment, each `rows × 3`.
    pub(super) fn logits(&self, batch: &Batch, dropout: &mut Dropout) -> Result<[Tensor; 2]> {
        let features = self.features(batch, dropout)?;
        let features = dropout.apply(&features)?;
        let head = |name: &str| self.linear(&features, name);
        Ok([head(HEADS[0])?, head(HEADS[1])?])
    }

    /// What the heads read, `rows × columns`: the rows of the encoder times [`POOL_SCALE`].
    pub(super) fn features(&self, batch: &Batch, dropout: &mut Dropout) -> Result<Tensor> {
        let states = self.hidden_states(batch, dropout)?;
        let (rows, length, hidden) = states.dims3()?;
        let pools = batch.pools.len() / (rows * length).max(1);
        let masks = Tensor::from_slice(&batch.pools, (rows, pools, length), &self.device)?;
        let sums = masks.matmul(&states)?;
        let lengths = (sums.sqr()?.sum_keepdim(D::Minus1)? + LENGTH_FLOOR)?.sqrt()?;
        (sums.broadcast_div(&lengths)? * POOL_SCALE)?.reshape((rows, pools * hidden))
    }

    /// The last hidden states, `rows × tokens × width`.
    fn hidden_states(&self, batch: &Batch, dropout: &mut Dropout) -> Result<Tensor> {
        let (rows, length) = (batch.rows, batch.length);
        let (hidden, heads) = (self.architecture.hidden_size, self.architecture.num_attention_heads);
        let ids = Tensor::from_slice(&batch.ids, rows * length, &self.device)?;
        let words = self.array(WORDS)?.index_select(&ids, 0)?.reshape((rows, length, hidden))?;
        let first = self.architecture.model_type.first_position();
        let mut places = self.array(POSITIONS)?.narrow(0, first, length)?;
        if self.architecture.type_vocab_size > 0 {
            places = places.broadcast_add(&self.array(TYPES)?.narrow(0, 0, 1)?)?;
        }
        let states = words.broadcast_add(&places)?;
        let states = self.normalised(&states.reshape((rows * length, hidden))?, EMBEDDING_NORM)?;
        let mut states = dropout.apply(&states)?;
        // Padding gets no attention.
        let mut mask = Tensor::from_slice(&batch.attention, (rows, 1, 1, length), &self.device)?;
        if self.architecture.relative_attention_num_buckets > 0 {
            mask = mask.broadcast_add(&self.distances(length)?)?;
        }
        let names = self.architecture.model_type.attention();
        let scale = (self.architecture.head_size() as f64).sqrt().recip();
        for layer in 0..self.architecture.num_hidden_layers {
            let part = |name: &str| Architecture::part(layer, name);
            let split = |name: &str| {
                let all = self.linear(&states, &part(name))?.reshape((rows, length, heads, ()))?;
                all.transpose(1, 2)?.contiguous()
            };
            let query = (split(names.query)? * scale)?;
            let key = split(names.key)?;
            let value = split(names.value)?;
            let weights = query.matmul(&key.transpose(2, 3)?.contiguous()?)?.broadcast_add(&mask)?;
            let weights = ops::softmax(&weights, D::Minus1)?;
            let read =
                weights.matmul(&value)?.transpose(1, 2)?.contiguous()?.reshape((rows * length, hidden))?;
            let read = dropout.apply(&self.linear(&read, &part(names.output))?)?;
            states = self.normalised(&(&states + read)?, &part(names.norm))?;
            let wide = self.linear(&states, &part(WIDEN))?.gelu_erf()?;
            let narrow = dropout.apply(&self.linear(&wide, &part(NARROW))?)?;
            states = self.normalised(&(&states + narrow)?, &part(OUTPUT_NORM))?;
        }
        states.reshape((rows, length, hidden))
    }

    /// What distances add to attention: `1 × heads × tokens × tokens`.
    fn distances(&self, length: usize) -> Result<Tensor> {
        let row = |from: usize, to: usize| {
            let distance = to.cast_signed() - from.cast_signed();
            u32::try_from(self.architecture.distance_row(distance)).unwrap_or_default()
        };
        let rows: Vec<u32> = (0..length).flat_map(|from| (0..length).map(move |to| row(from, to))).collect();
        let rows = Tensor::from_vec(rows, length * length, &self.device)?;
        let terms = self.array(DISTANCES)?.index_select(&rows, 0)?;
        terms.reshape((1, length, length, ()))?.permute((0, 3, 1, 2))?.contiguous()
    }

    fn linear(&self, input: &Tensor, name: &str) -> Result<Tensor> {
        let weight = self.array(&format!("{name}.weight"))?;
        input.matmul(&weight.t()?)?.broadcast_add(self.array(&format!("{name}.bias"))?)
    }

    /// Layer normalisation in operations that have gradients.
    fn normalised(&self, input: &Tensor, name: &str) -> Result<Tensor> {
        let centred = input.broadcast_sub(&input.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let epsilon = f64::from(self.architecture.layer_norm_eps);
        centred
            .broadcast_div(&(variance + epsilon)?.sqrt()?)?
            .broadcast_mul(self.array(&format!("{name}.weight"))?)?
            .broadcast_add(self.array(&format!("{name}.bias"))?)
    }

    fn array(&self, name: &str) -> Result<&Tensor> {
        if name == WORDS {
            return Ok(&self.words);
        }
        self.variables
            .get(name)
            .map(Var::as_tensor)
            .ok_or_else(|| candle_core::Error::Msg(format!("no array '{name}'")))
    }

    /// All arrays as the encoder takes them.
    pub(super) fn weights(&self) -> std::result::Result<Weights, EncodeError> {
        Weights::collect(&self.architecture, |name, rows, columns| {
            let values =
                self.array(name).and_then(Tensor::flatten_all).and_then(|tensor| tensor.to_vec1::<f32>());
            let values = values
                .map_err(|error| EncodeError::Array { name: name.to_owned(), reason: error.to_string() })?;
            Array::floats(rows, columns, values).ok_or_else(|| EncodeError::Array {
                name: name.to_owned(),
                reason: format!("not of shape [{rows}, {columns}]"),
            })
        })
    }

    /// A head as the model takes it: a weight triple for each column, and the bias.
    pub(super) fn head(&self, name: &str) -> Result<(Vec<[f32; 3]>, [f64; 3])> {
        let weights = self.array(&format!("{name}.weight"))?.to_vec2::<f32>()?;
        let bias = self.array(&format!("{name}.bias"))?.to_vec1::<f32>()?;
        let columns = weights.first().map_or(0, Vec::len);
        let at = |class: usize, column: usize| {
            weights.get(class).and_then(|row| row.get(column)).copied().unwrap_or_default()
                * POOL_SCALE as f32
        };
        let triples = (0..columns).map(|column| [at(0, column), at(1, column), at(2, column)]).collect();
        let bias = [0, 1, 2].map(|class: usize| bias.get(class).copied().map_or(0.0, f64::from));
        Ok((triples, bias))
    }
}
