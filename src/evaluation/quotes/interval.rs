use serde::Serialize;

/// A half-open range of code points of an article's text, `start <= end`; in JSON `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "[usize; 2]")]
pub struct Interval {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

impl Interval {
    /// The range from `start` up to, not including, `end`; empty at `start` where `end` comes before it.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// Number of code points.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether there is no code point in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// What two ranges share; empty where they share nothing.
    pub(super) fn common(self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

impl From<Interval> for [usize; 2] {
    fn from(interval: Interval) -> Self {
        [interval.start, interval.end]
    }
}

/// A set of code points: ranges in order, none empty, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    /// The union of ranges in any order.
    pub(super) fn new(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut sorted: Vec<Interval> = intervals.into_iter().filter(|it| !it.is_empty()).collect();
        sorted.sort_unstable();
        let mut joined: Vec<Interval> = Vec::with_capacity(sorted.len());
        for next in sorted {
            match joined.last_mut().filter(|last| next.start <= last.end) {
                Some(last) => last.end = last.end.max(next.end),
                None => joined.push(next),
            }
        }
        Self(joined)
    }

    /// The union of sets.
    pub(super) fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::new(sets.into_iter().flat_map(|set| set.0.iter().copied()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Interval> {
        self.0.iter().copied()
    }

    /// What both sets hold.
    pub(super) fn common(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut found = Vec::new();
        while let (Some(&&one), Some(&&two)) = (left.peek(), right.peek()) {
            let common = one.common(two);
            if !common.is_empty() {
                found.push(common);
            }
            if one.end <= two.end {
                left.next();
            } else {
                right.next();
            }
        }
        Self(found)
    }

    /// What this set holds and the other does not.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut found = Vec::new();
        let mut holes = other.0.iter().peekable();
        for interval in &self.0 {
            let mut from = interval.start;
            while let Some(&&hole) = holes.peek() {
                if hole.start >= interval.end {
                    break;
                }
                if hole.start > from {
                    found.push(Interval::new(from, hole.start));
                }
                from = from.max(hole.end);
                // A hole that reaches past this interval may open the next one too.
                if hole.end > interval.end {
                    break;
                }
                holes.next();
            }
            if from < interval.end {
                found.push(Interval::new(from, interval.end));
            }
        }
        Self(found)
    }
}

/// What one range on the left and one on the right share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing {
    /// The owner of the range on the left.
    pub left: usize,
    /// The owner of the range on the right.
    pub right: usize,
    /// What they share; not empty.
    pub common: Interval,
}

/// Every pair of ranges, given with their owners, that share a code point; in order of their owners.
///
/// A sweep over the starts: n log n in the number of ranges, and linear in the number of pairs.
pub(super) fn crossings(left: &[(usize, Interval)], right: &[(usize, Interval)]) -> Vec<Crossing> {
    let of_side = |side: usize, owned: &[(usize, Interval)]| -> Vec<(Interval, usize, usize)> {
        let filled = owned.iter().filter(|(_, interval)| !interval.is_empty());
        filled.map(|&(owner, interval)| (interval, side, owner)).collect()
    };
    let mut events = [of_side(0, left), of_side(1, right)].concat();
    events.sort_unstable();
    let mut open: [Vec<(Interval, usize)>; 2] = [Vec::new(), Vec::new()];
    let mut found = Vec::new();
    for (interval, side, owner) in events {
        let [lefts, rights] = &mut open;
        let (own, others) = if side == 0 { (lefts, rights) } else { (rights, lefts) };
        others.retain(|(other, _)| other.end > interval.start);
        own.push((interval, owner));
        found.extend(others.iter().map(|&(other, partner)| {
            let (left, right) = if side == 0 { (owner, partner) } else { (partner, owner) };
            Crossing { left, right, common: interval.common(other) }
        }));
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn intervals() -> impl Strategy<Value = Vec<Interval>> {
        let interval = (0..60_usize, 0..12_usize).prop_map(|(start, len)| Interval::new(start, start + len));
        prop::collection::vec(interval, 0..8)
    }

    fn points<'a>(intervals: impl IntoIterator<Item = &'a Interval>) -> BTreeSet<usize> {
        intervals.into_iter().flat_map(|it| it.start..it.end).collect()
    }

    proptest! {
        #[test]
        fn sets_of_intervals_are_sets_of_points(left in intervals(), right in intervals()) {
            let (one, two) = (points(&left), points(&right));
            let (left, right) = (IntervalSet::new(left), IntervalSet::new(right));
            prop_assert_eq!(points(&left.0), one.clone());
            prop_assert_eq!(points(&IntervalSet::union([&left, &right]).0), &one | &two);
            for (set, expected) in [(left.common(&right), &one & &two), (left.without(&right), &one - &two)] {
                prop_assert_eq!(points(&set.0), expected);
                prop_assert!(set.0.iter().all(|it| !it.is_empty()));
                prop_assert!(set.0.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }

        #[test]
        fn crossings_are_all_pairs_that_share_a_point(left in intervals(), right in intervals()) {
            let owned = |all: &[Interval]| all.iter().copied().enumerate().collect::<Vec<_>>();
            let mut expected = Vec::new();
            for (i, one) in left.iter().enumerate() {
                for (k, two) in right.iter().enumerate() {
                    let common = one.common(*two);
                    if !common.is_empty() {
                        expected.push(Crossing { left: i, right: k, common });
                    }
                }
            }
            prop_assert_eq!(crossings(&owned(&left), &owned(&right)), expected);
        }
    }
}
