use super::interval::{Crossing, Interval, IntervalSet, crossings};

/// Double quotation marks.
const MARKS: &str = "\"“”„«»\u{ff02}";

/// What is trimmed from both ends of a span before it is compared: marks, blanks, edge punctuation.
const EDGE: &str = "\"“”„«»\u{ff02}'‘’`,.;:!?—–-…()[] \t\r\n";

/// Whether a character is a double quotation mark.
pub(super) fn is_mark(c: char) -> bool {
    MARKS.contains(c)
}

/// The text of an article by code points, with counts that answer for any range in constant time how
/// many letters or marks it holds.
#[derive(Debug)]
pub(super) struct Page {
    chars: Vec<char>,
    /// How many letters and digits stand before each code point, and before the end.
    letters: Vec<u32>,
    /// The same for double marks.
    marks: Vec<u32>,
    /// The same for pairs of straight single marks (`''`), counted at the first of the two.
    primes: Vec<u32>,
    /// The places that trimming stops at.
    inner: Vec<usize>,
}

impl Page {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let at = |index: usize| chars.get(index).copied();
        let running = |counts: &dyn Fn(usize) -> bool| {
            let mut count = 0;
            let mut before = Vec::with_capacity(chars.len() + 1);
            before.push(0);
            before.extend((0..chars.len()).map(|index| {
                count += u32::from(counts(index));
                count
            }));
            before
        };
        let letters = running(&|index| at(index).is_some_and(char::is_alphanumeric));
        let marks = running(&|index| at(index).is_some_and(is_mark));
        let primes = running(&|index| at(index) == Some('\'') && at(index + 1) == Some('\''));
        let inner = (0..chars.len()).filter(|&index| at(index).is_some_and(|c| !EDGE.contains(c))).collect();
        Self { letters, marks, primes, inner, chars }
    }

    /// Number of code points.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    pub(super) fn chars(&self, interval: Interval) -> &[char] {
        self.chars.get(interval.start..interval.end).unwrap_or_default()
    }

    pub(super) fn text(&self, interval: Interval) -> String {
        self.chars(interval).iter().collect()
    }

    /// Letters and digits in a range.
    pub(super) fn letters(&self, interval: Interval) -> usize {
        count(&self.letters, interval)
    }

    /// Letters and digits in a set of ranges.
    pub(super) fn letters_in(&self, set: &IntervalSet) -> usize {
        set.iter().map(|interval| self.letters(interval)).sum()
    }

    /// The range without edge characters on both sides; where it has no others, the empty range at its
    /// end.
    pub(super) fn trim(&self, interval: Interval) -> Interval {
        let first = self.inner.partition_point(|&place| place < interval.start);
        let last = self.inner.partition_point(|&place| place < interval.end);
        match self.inner.get(first..last) {
            Some([one]) => Interval::new(*one, one + 1),
            Some([one, .., other]) => Interval::new(*one, other + 1),
            _ => Interval::new(interval.end, interval.end),
        }
    }

    /// Whether a double mark or `''` stands in a range or within two code points of it.
    pub(super) fn touches_marks(&self, interval: Interval) -> bool {
        let wide = Interval::new(interval.start.saturating_sub(2), (interval.end + 2).min(self.len()));
        // The second of two single marks must stand inside too.
        let pairs = Interval::new(wide.start, wide.end.saturating_sub(1));
        count(&self.marks, wide) > 0 || count(&self.primes, pairs) > 0
    }

    /// Whether a range begins with a double mark or right behind one. One that begins with a blank after
    /// a blank counts too.
    pub(super) fn begins_at_mark(&self, interval: Interval) -> bool {
        let first = self.at(interval.start);
        let before = interval.start.checked_sub(1).and_then(|index| self.at(index));
        let written = before.into_iter().chain(first).find(|c| !c.is_whitespace());
        written.is_none_or(is_mark) || first.is_some_and(is_mark)
    }

    /// How many letters each set on the left shares with each on the right: pairs that share some, in
    /// order, as (left, right, letters).
    pub(super) fn shared_letters(
        &self,
        left: &[IntervalSet],
        right: &[IntervalSet],
    ) -> Vec<(usize, usize, usize)> {
        let owned = |sets: &[IntervalSet]| -> Vec<(usize, Interval)> {
            let of_set = |(owner, set): (usize, &IntervalSet)| -> Vec<(usize, Interval)> {
                set.iter().map(|interval| (owner, interval)).collect()
            };
            sets.iter().enumerate().flat_map(of_set).collect()
        };
        let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
        for Crossing { left, right, common } in crossings(&owned(left), &owned(right)) {
            let letters = self.letters(common);
            match pairs.last_mut().filter(|pair| (pair.0, pair.1) == (left, right)) {
                Some(pair) => pair.2 += letters,
                None => pairs.push((left, right, letters)),
            }
        }
        pairs.retain(|pair| pair.2 > 0);
        pairs
    }
}

/// The count of a range, from the counts before each place.
fn count(before: &[u32], interval: Interval) -> usize {
    let at = |index: usize| before.get(index).or(before.last()).map_or(0, |count| *count as usize);
    at(interval.end).saturating_sub(at(interval.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_trimmed() {
        let check = |text: &str, expected: [usize; 2]| {
            let page = Page::new(text);
            let trimmed = page.trim(Interval::new(0, page.len()));
            assert_eq!([trimmed.start, trimmed.end], expected, "{text}");
        };
        check("“Nó,” ", [1, 3]);
        check("a", [0, 1]);
        check("(a b).", [1, 4]);
        check("“…”", [3, 3]);
        check("", [0, 0]);
    }

    #[test]
    fn marks_near_a_span_are_seen() {
        let check = |text: &str, expected: [bool; 2]| {
            let page = Page::new(text);
            let start = text.chars().position(|c| c == 'x').unwrap();
            let end = text.chars().count() - text.chars().rev().position(|c| c == 'x').unwrap();
            let span = Interval::new(start, end);
            assert_eq!([page.touches_marks(span), page.begins_at_mark(span)], expected, "{text}");
        };
        check("a “x”", [true, true]);
        check("a “ xx b", [true, false]);
        check("a “b xx b", [false, false]);
        check("aa xx, ” b", [false, false]);
        check("aa xx,” b", [true, false]);
        check("''xx", [true, false]);
        check("' 'xx", [false, false]);
        check("xx", [false, false]);
        check("a “b c” xx", [true, false]);
        check("a x”x", [true, false]);
    }

    #[test]
    fn shared_letters_are_summed_over_pieces() {
        let page = Page::new("one, two, three");
        let set = |spans: &[(usize, usize)]| {
            IntervalSet::new(spans.iter().map(|&(start, end)| Interval::new(start, end)))
        };
        let left = [set(&[(0, 15)]), set(&[(3, 5)]), set(&[(5, 7)])];
        let right = [set(&[(0, 3), (10, 15)]), set(&[(4, 6)])];
        assert_eq!(page.shared_letters(&left, &right), [(0, 0, 8), (0, 1, 1), (2, 1, 1)]);
    }
}
