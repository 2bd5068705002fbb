//! Which rows are held out, and which fold a row belongs to. Groups are never divided.

use std::collections::BTreeMap;

use super::labelled::{LabelledExample, Split};

/// One in so many groups without a split is held out.
const HELD_OUT_ONE_IN: u64 = 10;

/// Whether each example is fitted or held out. A row without a split follows the rows of its group that
/// have one; groups without any are held out one in ten, by a hash of seed and group.
pub(super) fn splits(examples: &[LabelledExample], seed: u64) -> Vec<Split> {
    let mut named: BTreeMap<&str, Split> = BTreeMap::new();
    for example in examples {
        if let Some(split) = example.split {
            named.entry(example.group_name()).or_insert(split);
        }
    }
    examples
        .iter()
        .map(|example| {
            let group = example.group_name();
            example.split.or_else(|| named.get(group).copied()).unwrap_or_else(|| {
                if group_hash("split", seed, group).is_multiple_of(HELD_OUT_ONE_IN) {
                    Split::Validation
                } else {
                    Split::Train
                }
            })
        })
        .collect()
}

/// The fold, below `folds`, of each row by its group: groups in the order of a hash of seed and group are
/// dealt out in turn, so that folds differ by at most one group.
pub(super) fn folds(groups: &[&str], folds: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<(u64, &str)> =
        groups.iter().map(|&group| (group_hash("fold", seed, group), group)).collect();
    order.sort_unstable();
    order.dedup();
    let dealt: BTreeMap<&str, usize> =
        order.into_iter().enumerate().map(|(turn, (_, group))| (group, turn % folds.max(1))).collect();
    groups.iter().map(|group| dealt.get(group).copied().unwrap_or(0)).collect()
}

/// The first eight bytes of blake3 over purpose, seed and group.
fn group_hash(purpose: &str, seed: u64, group: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose.as_bytes());
    hasher.update(&seed.to_le_bytes());
    hasher.update(group.as_bytes());
    let hash = hasher.finalize();
    let (chunks, _) = hash.as_bytes().as_chunks::<8>();
    chunks.first().map_or(0, |&bytes| u64::from_le_bytes(bytes))
}
