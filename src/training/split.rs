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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn groups_stay_whole_and_folds_are_even(groups in prop::collection::vec("[a-e]{1,2}", 1..60), count in 2..6_usize, seed: u64) {
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            let dealt = folds(&groups, count, seed);
            let mut by_fold = vec![BTreeSet::new(); count];
            for (&group, fold) in groups.iter().zip(dealt) {
                by_fold[fold].insert(group);
            }
            let sizes: Vec<usize> = by_fold.iter().map(BTreeSet::len).collect();
            let distinct: BTreeSet<_> = groups.iter().collect();
            prop_assert_eq!(sizes.iter().sum::<usize>(), distinct.len());
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn the_seed_moves_groups() {
        let names: Vec<String> = (0..40).map(|name| name.to_string()).collect();
        let groups: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_ne!(folds(&groups, 5, 1), folds(&groups, 5, 2));
        assert_eq!(folds(&groups, 5, 1), folds(&groups, 5, 1));
    }
}
