//! A run that was stopped goes on from its last checkpoint.

use std::collections::{BTreeMap, HashMap};

use candle_core::{Device, Tensor, Var};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::FineTuneError;
use super::network::TrainableNetwork;
use super::optimiser::AdamW;

/// Where a run stands.
pub(super) struct State {
    pub(super) network: TrainableNetwork,
    pub(super) optimiser: AdamW,
    /// Sum of the variables at the ends of the epochs so far.
    pub(super) sum: BTreeMap<String, Tensor>,
    /// Epochs in the sum.
    pub(super) epochs: u64,
    /// The variables with the lowest loss on the stopping rows so far.
    pub(super) best: BTreeMap<String, Tensor>,
    /// That loss.
    pub(super) lowest: f64,
    /// Epochs since it was found.
    pub(super) without_gain: u64,
}

/// Names of the parts, before the name of the variable.
const PARTS: [&str; 5] = ["variable", "first", "second", "sum", "best"];
const RUN: &str = "run";
const STEPS: &str = "steps";
const EPOCHS: &str = "epochs";
const LOWEST: &str = "lowest";
const WITHOUT_GAIN: &str = "without_gain";

impl State {
    /// The bytes that [`restore`](Self::restore) reads: a safetensors file. `run` names data and options.
    pub(super) fn to_bytes(&self, run: &str) -> Result<Vec<u8>, FineTuneError> {
        let mut kept: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
        let mut keep = |part: &str, name: &str, tensor: &Tensor| -> Result<(), FineTuneError> {
            let values = tensor.flatten_all()?.to_vec1::<f32>()?;
            let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            kept.insert(format!("{part}/{name}"), (tensor.dims().to_vec(), bytes));
            Ok(())
        };
        for (name, variable) in &self.network.variables {
            keep(PARTS[0], name, variable)?;
        }
        for (name, (first, second)) in &self.optimiser.moments {
            keep(PARTS[1], name, first)?;
            keep(PARTS[2], name, second)?;
        }
        for (part, tensors) in [(PARTS[3], &self.sum), (PARTS[4], &self.best)] {
            for (name, tensor) in tensors {
                keep(part, name, tensor)?;
            }
        }
        let facts: HashMap<String, String> = [
            (RUN, run.to_owned()),
            (STEPS, self.optimiser.steps.to_string()),
            (EPOCHS, self.epochs.to_string()),
            (WITHOUT_GAIN, self.without_gain.to_string()),
            (LOWEST, format!("{:016x}", self.lowest.to_bits())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let mut views = Vec::with_capacity(kept.len());
        for (name, (shape, bytes)) in &kept {
            views.push((name, TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(refused)?));
        }
        safetensors::serialize(views, Some(facts)).map_err(refused)
    }

    /// Takes up what [`to_bytes`](Self::to_bytes) kept. False, and nothing changed, where it is of
    /// another run.
    pub(super) fn restore(&mut self, bytes: &[u8], run: &str) -> Result<bool, FineTuneError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(refused)?;
        let facts = header.metadata().clone().unwrap_or_default();
        if facts.get(RUN).map(String::as_str) != Some(run) {
            return Ok(false);
        }
        let fact = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
        let number = |name: &str| fact(name).parse::<u64>().map_err(refused);
        let (steps, epochs, without_gain) = (number(STEPS)?, number(EPOCHS)?, number(WITHOUT_GAIN)?);
        let lowest = u64::from_str_radix(fact(LOWEST), 16).map_err(refused)?;
        let file = SafeTensors::deserialize(bytes).map_err(refused)?;
        let mut parts: BTreeMap<&str, BTreeMap<String, Tensor>> = BTreeMap::new();
        for (name, view) in file.iter() {
            let Some((part, name)) = name.split_once('/') else { continue };
            let values: Vec<f32> =
                view.data().as_chunks().0.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect();
            let tensor = Tensor::from_vec(values, view.shape(), &Device::Cpu)?;
            let part = PARTS.into_iter().find(|&own| own == part);
            if let Some(part) = part {
                parts.entry(part).or_default().insert(name.to_owned(), tensor);
            }
        }
        let mut take = |part: &str| parts.remove(part).unwrap_or_default();
        let (variables, mut first, mut second) = (take(PARTS[0]), take(PARTS[1]), take(PARTS[2]));
        for (name, variable) in &self.network.variables {
            let missing = || FineTuneError::Checkpoint { reason: format!("'{name}' is missing") };
            let (value, first, second) = (
                variables.get(name).ok_or_else(missing)?,
                first.remove(name).ok_or_else(missing)?,
                second.remove(name).ok_or_else(missing)?,
            );
            Var::set(variable, value)?;
            self.optimiser.moments.insert(name.clone(), (first, second));
        }
        self.optimiser.steps = steps;
        self.epochs = epochs;
        self.without_gain = without_gain;
        self.lowest = f64::from_bits(lowest);
        self.sum = take(PARTS[3]);
        self.best = take(PARTS[4]);
        Ok(true)
    }
}

fn refused(error: impl std::fmt::Display) -> FineTuneError {
    FineTuneError::Checkpoint { reason: error.to_string() }
}
