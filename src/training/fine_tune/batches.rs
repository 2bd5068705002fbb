use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::encode::deep::{Pool, Role, Window};

/// Rows that are computed together, padded to the longest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    /// Which rows of the set.
    pub(super) members: Vec<usize>,
    /// Number of rows.
    pub(super) rows: usize,
    /// Tokens of the longest row.
    pub(super) length: usize,
    /// `rows × length` token numbers; padding is 0.
    pub(super) ids: Vec<u32>,
    /// `rows × length`: 0, and a large negative number for padding.
    pub(super) attention: Vec<f32>,
    /// `rows × pools × length`: 1 where a pool takes a token.
    pub(super) pools: Vec<f32>,
}

/// Added to the attention of padding: its share underflows to zero.
const NO_ATTENTION: f32 = -1e9;

/// Rows that are sorted by length together: far more than a batch, so that batches hold rows of like
/// length, and far fewer than the set, so that every epoch mixes them anew.
const SORTED_TOGETHER: usize = 512;

impl Batch {
    fn new(windows: &[Window], members: Vec<usize>, pools: &[Pool]) -> Self {
        let own: Vec<&Window> = members.iter().filter_map(|&row| windows.get(row)).collect();
        let (rows, length) = (own.len(), own.iter().map(|window| window.ids.len()).max().unwrap_or(0));
        let mut batch = Self {
            members,
            rows,
            length,
            ids: Vec::with_capacity(rows * length),
            attention: Vec::with_capacity(rows * length),
            pools: Vec::with_capacity(rows * length * pools.len()),
        };
        for window in own {
            let padding = length - window.ids.len();
            batch.ids.extend(window.ids.iter().copied().chain(std::iter::repeat_n(0, padding)));
            batch.attention.extend(window.ids.iter().map(|_| 0.0));
            batch.attention.extend(std::iter::repeat_n(NO_ATTENTION, padding));
            for &pool in pools {
                let taken = |&role: &Role| if pool.takes(role) { 1.0 } else { 0.0 };
                batch.pools.extend(window.roles.iter().map(taken));
                batch.pools.extend(std::iter::repeat_n(0.0, padding));
            }
        }
        batch
    }
}

/// All rows in batches of at most `tokens` tokens with padding; in a new order for each state of `random`,
/// by length without one.
pub(super) fn batches(
    windows: &[Window],
    pools: &[Pool],
    tokens: usize,
    random: Option<&mut ChaCha8Rng>,
) -> Vec<Batch> {
    let length = |row: usize| windows.get(row).map_or(0, |window| window.ids.len());
    let mut order: Vec<usize> = (0..windows.len()).collect();
    let mut shuffled = random;
    let sorted_together = match &mut shuffled {
        Some(random) => {
            order.shuffle(*random);
            SORTED_TOGETHER
        }
        None => order.len().max(1),
    };
    let mut batches = Vec::new();
    for part in order.chunks_mut(sorted_together) {
        part.sort_by_key(|&row| (length(row), row));
        let mut members: Vec<usize> = Vec::new();
        for &row in part.iter() {
            if !members.is_empty() && (members.len() + 1) * length(row) > tokens {
                batches.push(Batch::new(windows, std::mem::take(&mut members), pools));
            }
            members.push(row);
        }
        if !members.is_empty() {
            batches.push(Batch::new(windows, members, pools));
        }
    }
    if let Some(random) = shuffled {
        batches.shuffle(random);
    }
    batches
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::types::Span;

    fn window(length: usize) -> Window {
        let roles = (0..length).map(|at| if at % 2 == 0 { Role::Quote } else { Role::Context }).collect();
        Window { ids: vec![7; length], roles, spans: vec![Span::new(0, 0); length] }
    }

    #[test]
    fn every_row_is_in_one_batch_and_no_batch_is_too_large() {
        let windows: Vec<Window> = (0..2000).map(|row| window(1 + row * 7 % 90)).collect();
        for mut random in [None, Some(ChaCha8Rng::seed_from_u64(3))] {
            let batches = batches(&windows, &[Pool::Quote, Pool::All], 400, random.as_mut());
            let mut rows: Vec<usize> = batches.iter().flat_map(|batch| batch.members.clone()).collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..2000).collect::<Vec<_>>());
            for batch in batches {
                assert!(batch.rows * batch.length <= 400);
                assert_eq!(batch.ids.len(), batch.rows * batch.length);
                assert_eq!(batch.attention.len(), batch.rows * batch.length);
                assert_eq!(batch.pools.len(), 2 * batch.rows * batch.length);
            }
        }
    }

    #[test]
    fn padding_gets_no_attention_and_no_pool() {
        let batch = Batch::new(&[window(1), window(3)], vec![0, 1], &[Pool::Quote]);
        assert_eq!(batch.ids, [7, 0, 0, 7, 7, 7]);
        assert_eq!(batch.attention, [0.0, NO_ATTENTION, NO_ATTENTION, 0.0, 0.0, 0.0]);
        assert_eq!(batch.pools, [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    }
}
