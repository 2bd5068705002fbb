use serde::{Deserialize, Serialize};

use super::Role;

/// Which tokens of a window a mean is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pool {
    /// The tokens of the quote.
    Quote,
    /// The tokens around the quote.
    Context,
    /// All tokens with the marks at both ends: for a quote without context this is the sentence
    /// embedding that the published encoder was trained for.
    All,
}

impl Pool {
    /// Whether the mean is taken over tokens of this role.
    #[must_use]
    pub fn takes(self, role: Role) -> bool {
        match self {
            Self::Quote => role == Role::Quote,
            Self::Context => role == Role::Context,
            Self::All => true,
        }
    }

    /// Writes to `out` the mean of the hidden states that this pool takes, scaled to unit length; zeros
    /// where it takes none.
    pub(super) fn mean(self, states: &[f32], roles: &[Role], out: &mut [f32]) {
        out.fill(0.0);
        for (state, _) in
            states.chunks_exact(out.len().max(1)).zip(roles).filter(|(_, role)| self.takes(**role))
        {
            for (sum, value) in out.iter_mut().zip(state) {
                *sum += value;
            }
        }
        let length = out.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        if length > 0.0 {
            // The mean and the sum point the same way.
            let scale = length.recip() as f32;
            out.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pool_takes_its_own_tokens() {
        let states = [0.0, 9.0, 3.0, 0.0, 0.0, 4.0, 3.0, 0.0];
        let roles = [Role::Mark, Role::Quote, Role::Context, Role::Quote];
        for (pool, expected) in [(Pool::Quote, [1.0, 0.0]), (Pool::Context, [0.0, 1.0])] {
            let mut out = [7.0; 2];
            pool.mean(&states, &roles, &mut out);
            assert_eq!(out, expected, "{pool:?}");
        }
        let mut out = [0.0; 2];
        Pool::All.mean(&states, &roles, &mut out);
        let length = (36.0_f32 + 169.0).sqrt();
        assert!((out[0] - 6.0 / length).abs() < 1e-6 && (out[1] - 13.0 / length).abs() < 1e-6, "{out:?}");
        Pool::Context.mean(&states[..2], &roles[..1], &mut out);
        assert_eq!(out, [0.0; 2], "a pool without tokens");
    }
}
