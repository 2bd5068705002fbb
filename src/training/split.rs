//! Which rows are held out, and which fold a row belongs to. Groups are never divided.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::labelled::{LabelledExample, Split};

/// One in so many groups without a split is held out.
const HELD_OUT_ONE_IN: u64 = 10;

/// Which split each group belongs to, in a few bytes a group: groups are known by a hash of 64 bits.
pub(super) struct GroupSplits {
    seed: u64,
    /// The split that the first row of the group with a split named.
    named: FxHashMap<u64, Option<Split>>,
}

impl GroupSplits {
    /// No groups yet.
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, named: FxHashMap::default() }
    }

    /// Takes note of a row.
    pub(super) fn add(&mut self, example: &LabelledExample) {
        let named = self.named.entry(self.hash(example)).or_default();
        *named = named.or(example.split);
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.named.len()
    }

    /// Whether a row is fitted or held out, once all rows were added. A row without a split follows the rows of its
    /// group that have one; groups without any are held out one in ten, by a hash of seed and group.
    pub(super) fn of(&self, example: &LabelledExample) -> Split {
        let hash = self.hash(example);
        let by_hash = || if hash.is_multiple_of(HELD_OUT_ONE_IN) { Split::Validation } else { Split::Train };
        example.split.or_else(|| self.named.get(&hash).copied().flatten()).unwrap_or_else(by_hash)
    }

    fn hash(&self, example: &LabelledExample) -> u64 {
        group_hash("split", self.seed, example.group_name())
    }
}

/// Whether each example is fitted or held out ([`GroupSplits::of`]).
pub(super) fn splits(examples: &[LabelledExample], seed: u64) -> Vec<Split> {
    let mut groups = GroupSplits::new(seed);
    examples.iter().for_each(|example| groups.add(example));
    examples.iter().map(|example| groups.of(example)).collect()
}

/// Whether the group of a row is among one in `count`, by a hash of seed and group.
pub(super) fn is_one_in(count: u64, example: &LabelledExample, seed: u64) -> bool {
    group_hash("choice", seed, example.group_name()).is_multiple_of(count)
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
