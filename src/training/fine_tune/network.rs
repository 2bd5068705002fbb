//! The encoder as a network whose arrays can be updated: the same computation as
//! [`encode::deep`](crate::encode::deep), in padded batches, with gradients.

use std::collections::BTreeMap;

use candle_core::{D, Device, Result, Tensor, Var};
use candle_nn::ops;

use super::batches::Batch;
use super::dropout::Dropout;
use crate::encode::EncodeError;
use crate::encode::deep::{Architecture, Array, Pool, Weights};

/// Rows of word embeddings stay as they are: most words of a language never occur in the training rows,
/// and would drift away from those that do.
const FROZEN: &str = "embeddings.word_embeddings.weight";

/// What unit-length pools are multiplied by before the heads, so that heads of ordinary size can tell
/// classes apart; the finished heads hold it.
pub(super) const POOL_SCALE: f64 = 8.0;

/// Added under the root of a pool's length: a pool without tokens stays zero, and so does its gradient.
const LENGTH_FLOOR: f64 = 1e-12;

/// The names of the arrays of the two heads.
pub(super) const HEADS: [&str; 2] = ["head.stance", "head.sentiment"];

/// Encoder and heads with everything that gradient descent moves.
pub(super) struct TrainableNetwork {
    architecture: Architecture,
    words: Tensor,
    /// By name, so that every pass goes through them in one order.
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
            if name == FROZEN {
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
        let words = words.ok_or_else(|| candle_core::Error::Msg(format!("no array '{FROZEN}'")))?;
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
        let words = self.words.index_select(&ids, 0)?.reshape((rows, length, hidden))?;
        let positions = self.variable("embeddings.position_embeddings.weight")?.narrow(0, 0, length)?;
        let types = self.variable("embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
        let states = words.broadcast_add(&positions.broadcast_add(&types)?)?;
        let states = self.normalised(&states.reshape((rows * length, hidden))?, "embeddings.LayerNorm")?;
        let mut states = dropout.apply(&states)?;
        // Padding gets no attention.
        let mask = Tensor::from_slice(&batch.attention, (rows, 1, 1, length), &self.device)?;
        let scale = (self.architecture.head_size() as f64).sqrt().recip();
        for layer in 0..self.architecture.num_hidden_layers {
            let part = |name: &str| format!("encoder.layer.{layer}.{name}");
            let split = |name: &str| {
                let all = self.linear(&states, &part(name))?.reshape((rows, length, heads, ()))?;
                all.transpose(1, 2)?.contiguous()
            };
            let query = (split("attention.self.query")? * scale)?;
            let key = split("attention.self.key")?;
            let value = split("attention.self.value")?;
            let weights = query.matmul(&key.transpose(2, 3)?.contiguous()?)?.broadcast_add(&mask)?;
            let weights = ops::softmax(&weights, D::Minus1)?;
            let read =
                weights.matmul(&value)?.transpose(1, 2)?.contiguous()?.reshape((rows * length, hidden))?;
            let read = dropout.apply(&self.linear(&read, &part("attention.output.dense"))?)?;
            states = self.normalised(&(&states + read)?, &part("attention.output.LayerNorm"))?;
            let wide = self.linear(&states, &part("intermediate.dense"))?.gelu_erf()?;
            let narrow = dropout.apply(&self.linear(&wide, &part("output.dense"))?)?;
            states = self.normalised(&(&states + narrow)?, &part("output.LayerNorm"))?;
        }
        states.reshape((rows, length, hidden))
    }

    fn linear(&self, input: &Tensor, name: &str) -> Result<Tensor> {
        let weight = self.variable(&format!("{name}.weight"))?;
        input.matmul(&weight.t()?)?.broadcast_add(self.variable(&format!("{name}.bias"))?)
    }

    /// Layer normalisation in operations that have gradients.
    fn normalised(&self, input: &Tensor, name: &str) -> Result<Tensor> {
        let centred = input.broadcast_sub(&input.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let epsilon = f64::from(self.architecture.layer_norm_eps);
        centred
            .broadcast_div(&(variance + epsilon)?.sqrt()?)?
            .broadcast_mul(self.variable(&format!("{name}.weight"))?)?
            .broadcast_add(self.variable(&format!("{name}.bias"))?)
    }

    fn variable(&self, name: &str) -> Result<&Tensor> {
        let variable = self.variables.get(name);
        variable.map(Var::as_tensor).ok_or_else(|| candle_core::Error::Msg(format!("no array '{name}'")))
    }

    /// All arrays as the encoder takes them.
    pub(super) fn weights(&self) -> std::result::Result<Weights, EncodeError> {
        Weights::collect(&self.architecture, |name, rows, columns| {
            let tensor = if name == FROZEN { Ok(&self.words) } else { self.variable(name) };
            let values = tensor.and_then(Tensor::flatten_all).and_then(|tensor| tensor.to_vec1::<f32>());
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
        let weights = self.variable(&format!("{name}.weight"))?.to_vec2::<f32>()?;
        let bias = self.variable(&format!("{name}.bias"))?.to_vec1::<f32>()?;
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
