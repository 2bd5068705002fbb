use super::interval::{Interval, IntervalSet};
use super::page::Page;

/// A set of code points that says how many of its letters lie in a range, in logarithmic time.
#[derive(Debug)]
pub(super) struct Cover {
    intervals: Vec<Interval>,
    /// Letters before each interval, and in all.
    before: Vec<usize>,
}

impl Cover {
    pub(super) fn new(page: &Page, intervals: impl IntoIterator<Item = Interval>) -> Self {
        let intervals: Vec<Interval> = IntervalSet::new(intervals).iter().collect();
        let mut count = 0;
        let mut before = Vec::with_capacity(intervals.len() + 1);
        before.push(0);
        before.extend(intervals.iter().map(|interval| {
            count += page.letters(*interval);
            count
        }));
        Self { intervals, before }
    }

    /// Letters that a set of ranges shares with this one.
    pub(super) fn letters_of(&self, page: &Page, set: &IntervalSet) -> usize {
        set.iter().map(|it| self.letters_before(page, it.end) - self.letters_before(page, it.start)).sum()
    }

    fn letters_before(&self, page: &Page, place: usize) -> usize {
        let whole = self.intervals.partition_point(|interval| interval.end <= place);
        let part = self.intervals.get(whole).filter(|interval| interval.start < place);
        let in_part = part.map_or(0, |interval| page.letters(Interval::new(interval.start, place)));
        self.before.get(whole).map_or(0, |count| count + in_part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_common_letters(
            text in "[a-c ,“”é]{0,40}",
            pairs in prop::collection::vec((0..40_usize, 0..9_usize), 0..6),
            more in prop::collection::vec((0..40_usize, 0..9_usize), 0..6),
        ) {
            let page = Page::new(&text);
            let spans = |pairs: &[(usize, usize)]| -> Vec<Interval> {
                let cut = |place: usize| place.min(page.len());
                pairs.iter().map(|&(start, len)| Interval::new(cut(start), cut(start + len))).collect()
            };
            let (one, two) = (IntervalSet::new(spans(&pairs)), IntervalSet::new(spans(&more)));
            let cover = Cover::new(&page, spans(&pairs));
            prop_assert_eq!(cover.letters_of(&page, &two), page.letters_in(&one.common(&two)));
        }
    }
}
