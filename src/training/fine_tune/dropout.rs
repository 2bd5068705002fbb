use candle_core::{Device, Result, Tensor};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Sets a share of the values to zero and scales the rest up (Srivastava et al., *Dropout*, JMLR 15, 2014,
/// section 10), from a seed: candle's own cannot be seeded on the CPU.
pub(super) struct Dropout {
    share: f32,
    random: Option<ChaCha8Rng>,
}

impl Dropout {
    /// For one training step.
    pub(super) fn seeded(share: f32, seed: u64, step: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(step);
        Self { share, random: (share > 0.0).then_some(random) }
    }

    /// Changes nothing: for reading.
    pub(super) fn none() -> Self {
        Self { share: 0.0, random: None }
    }

    pub(super) fn apply(&mut self, values: &Tensor) -> Result<Tensor> {
        let Some(random) = &mut self.random else { return Ok(values.clone()) };
        let kept = (1.0 - self.share).recip();
        // Sixteen bits decide on a value.
        let threshold = (self.share * 65536.0) as u32;
        let count = values.elem_count();
        let mut mask = Vec::with_capacity(count + 1);
        while mask.len() < count {
            let bits = random.next_u32();
            for half in [bits & 0xffff, bits >> 16] {
                mask.push(if half < threshold { 0.0 } else { kept });
            }
        }
        mask.truncate(count);
        values.mul(&Tensor::from_vec(mask, values.shape(), &Device::Cpu)?)
    }
}
