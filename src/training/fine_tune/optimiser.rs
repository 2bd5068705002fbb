use std::collections::BTreeMap;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};

/// AdamW (Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019, algorithm 2), with
/// moments that can be kept and taken up again.
pub(super) struct AdamW {
    /// First and second moments by variable.
    pub(super) moments: BTreeMap<String, (Tensor, Tensor)>,
    /// Steps made.
    pub(super) steps: u64,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;
/// Weight decay of matrices; vectors have none.
const DECAY: f64 = 0.01;
/// The gradient of all variables together is scaled down to this length (Pascanu, Mikolov and Bengio, *On
/// the difficulty of training recurrent neural networks*, ICML 2013, section 3.2).
const LONGEST_GRADIENT: f64 = 1.0;

impl AdamW {
    pub(super) fn new(variables: &BTreeMap<String, Var>) -> Result<Self> {
        let mut moments = BTreeMap::new();
        for (name, variable) in variables {
            moments.insert(name.clone(), (variable.zeros_like()?, variable.zeros_like()?));
        }
        Ok(Self { moments, steps: 0 })
    }

    /// One step against the gradients, at the rate that `rate` gives for each variable.
    pub(super) fn step(
        &mut self,
        variables: &BTreeMap<String, Var>,
        gradients: &GradStore,
        rate: impl Fn(&str) -> f64,
    ) -> Result<()> {
        self.steps += 1;
        let mut square = 0.0;
        for variable in variables.values() {
            if let Some(gradient) = gradients.get(variable) {
                square += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
            }
        }
        let clip = (LONGEST_GRADIENT / square.sqrt().max(1e-12)).min(1.0);
        let steps = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let (unbias_1, unbias_2) = (1.0 - BETA_1.powi(steps), 1.0 - BETA_2.powi(steps));
        for (name, variable) in variables {
            let (Some(gradient), Some((first, second))) =
                (gradients.get(variable), self.moments.get_mut(name))
            else {
                continue;
            };
            // Without this every moment would keep the graph of its step.
            let gradient = (gradient.detach() * clip)?;
            *first = ((&*first * BETA_1)? + (&gradient * (1.0 - BETA_1))?)?;
            *second = ((&*second * BETA_2)? + (gradient.sqr()? * (1.0 - BETA_2))?)?;
            let rate = rate(name);
            let decay = if variable.dims().len() > 1 { DECAY } else { 0.0 };
            let move_by = ((&*first / unbias_1)? / ((&*second / unbias_2)?.sqrt()? + EPSILON)?)?;
            let kept = (variable.as_tensor().detach() * (1.0 - rate * decay))?;
            variable.set(&(kept - (move_by * rate)?)?)?;
        }
        Ok(())
    }
}
