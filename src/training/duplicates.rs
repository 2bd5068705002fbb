//! Near-duplicates: rows whose word 5-grams overlap by half or more (Jaccard), found without comparing all
//! pairs.
//!
//! Two sets with Jaccard similarity of at least `t` share an element among the first `n − ⌈t·n⌉ + 1` of each
//! in any common order (Chaudhuri, Ganti and Kaushik, *A Primitive Operator for Similarity Joins in Data
//! Cleaning*, ICDE 2006), so only those are indexed. The order is that of the hashes.

use rustc_hash::FxHashMap;

/// Rows this similar are near-duplicates.
pub(super) const THRESHOLD: f64 = 0.5;

/// Words in a shingle.
const SHINGLE: usize = 5;

/// Earlier rows that are compared for one shingle. More rows than this share a shingle only where a phrase
/// is repeated all over the data; the latest of them are compared.
const LONGEST_CHAIN: usize = 256;

/// A row and an earlier one that it nearly repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NearDuplicate {
    /// The later row.
    pub(super) row: usize,
    /// The earlier row.
    pub(super) earlier: usize,
    /// Jaccard similarity of their shingles.
    pub(super) similarity: f64,
}

/// For each row that nearly repeats an earlier row, the most similar of these (of equals the first). `texts`
/// gives quote and context of each row; `exempt` says of a row and an earlier one that they may be alike.
///
/// Quotes of five words and more are compared by themselves; shorter ones only with the same words, by
/// their contexts.
pub(super) fn near_duplicates<'a>(
    texts: impl Iterator<Item = (&'a str, &'a str)>,
    exempt: impl Fn(usize, usize) -> bool,
) -> Vec<NearDuplicate> {
    let mut found = Vec::new();
    let mut rows = Shingles::default();
    // For each shingle the latest entry of its chain; an entry is a row and the entry before it.
    let mut latest: FxHashMap<u64, u32> = FxHashMap::default();
    let mut entries: Vec<(u32, u32)> = Vec::new();
    let mut compared: Vec<u32> = Vec::new();
    for (quote, context) in texts {
        let row = rows.push(quote, context);
        let Ok(number) = u32::try_from(row) else { break };
        let own = rows.row(row);
        let indexed =
            own.len() - (THRESHOLD * own.len() as f64).ceil() as usize + usize::from(!own.is_empty());
        compared.clear();
        for shingle in own.iter().take(indexed) {
            let mut at = latest.get(shingle).copied();
            for _ in 0..LONGEST_CHAIN {
                let Some((earlier, before)) = at.and_then(|at| entries.get(at as usize)).copied() else {
                    break;
                };
                compared.push(earlier);
                at = Some(before);
            }
        }
        compared.sort_unstable();
        compared.dedup();
        let mut best: Option<NearDuplicate> = None;
        for earlier in compared.iter().map(|&earlier| earlier as usize) {
            let similarity = jaccard(own, rows.row(earlier));
            if similarity >= THRESHOLD
                && best.is_none_or(|best| similarity > best.similarity)
                && !exempt(row, earlier)
            {
                best = Some(NearDuplicate { row, earlier, similarity });
            }
        }
        found.extend(best);
        for &shingle in own.iter().take(indexed) {
            let Ok(entry) = u32::try_from(entries.len()) else { break };
            let before = latest.insert(shingle, entry).unwrap_or(u32::MAX);
            entries.push((number, before));
        }
    }
    found
}

/// The words of a text in lower case, without marks and apostrophes.
pub(super) fn plain_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}' | '\u{2018}')).filter_map(
        |word| {
            let plain: String =
                word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            (!plain.is_empty()).then_some(plain)
        },
    )
}

/// Sorted shingle hashes of every row, one after the other.
#[derive(Default)]
struct Shingles {
    ends: Vec<usize>,
    hashes: Vec<u64>,
}

impl Shingles {
    /// Adds a row and returns its number.
    fn push(&mut self, quote: &str, context: &str) -> usize {
        let quote: Vec<u64> = plain_words(quote).map(|word| hash(0, word.as_bytes())).collect();
        let mut own: Vec<u64> = if quote.len() >= SHINGLE {
            quote.windows(SHINGLE).map(|words| combine(0, words)).collect()
        } else {
            let seed = combine(1, &quote);
            let context: Vec<u64> = plain_words(context).map(|word| hash(0, word.as_bytes())).collect();
            context.windows(SHINGLE).map(|words| combine(seed, words)).collect()
        };
        own.sort_unstable();
        own.dedup();
        self.hashes.extend(own);
        self.ends.push(self.hashes.len());
        self.ends.len() - 1
    }

    fn row(&self, row: usize) -> &[u64] {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.hashes.get(start..end).unwrap_or_default()
    }
}

/// `|A ∩ B| / |A ∪ B|` of two ascending lists; zero where both are empty.
fn jaccard(one: &[u64], other: &[u64]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        shared += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    let union = one.len() + other.len() - shared;
    if union == 0 { 0.0 } else { shared as f64 / union as f64 }
}

fn combine(seed: u64, words: &[u64]) -> u64 {
    words.iter().fold(seed, |state, word| hash(state, &word.to_le_bytes()))
}

/// 64-bit FNV-1a from a seed, its bits mixed once more so that their order is as good as random.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
    for &byte in bytes {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 33;
    state.wrapping_mul(0xff51_afd7_ed55_8ccd)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(texts: &[&str]) -> Vec<(usize, usize)> {
        let texts = texts.iter().map(|&text| (text, text));
        near_duplicates(texts, |_, _| false).into_iter().map(|found| (found.row, found.earlier)).collect()
    }

    #[test]
    fn small_changes_are_found_and_others_not() {
        let base = "we will return to the table next week if the other side keeps its word this time";
        let near = "“We will return to the table next week, if the other side keeps its word,” he said";
        let far = "we will not sit down with anyone until the last prisoner is home and the border is open";
        assert_eq!(pairs(&[base, far, near]), [(2, 0)]);
    }

    #[test]
    fn short_quotes_are_alike_only_in_like_contexts() {
        let one =
            ("regrettable", "The minister called the decision of the council [[regrettable]] on Monday.");
        let two = ("Regrettable", "The minister called the decision of the council regrettable on Tuesday.");
        let three =
            ("regrettable", "Asked about fishing quotas, the delegate said the delay was regrettable.");
        let four = ("welcome", "The minister called the decision of the council welcome on Monday.");
        let found = near_duplicates([one, two, three, four].into_iter(), |_, _| false);
        assert_eq!(found.iter().map(|found| (found.row, found.earlier)).collect::<Vec<_>>(), [(1, 0)]);
    }

    #[test]
    fn exempt_pairs_are_left_out() {
        let text = "the talks will go on in the spring with everyone at the table";
        assert_eq!(near_duplicates([(text, ""), (text, "")].into_iter(), |_, _| true), []);
    }

    #[test]
    fn a_phrase_repeated_all_over_stays_cheap() {
        let found = pairs(&["the spokesman had no further comment on the matter"; 3000]);
        assert_eq!(found.len(), 2999);
    }

    proptest! {
        /// The index finds the same rows as comparing every pair.
        #[test]
        fn the_index_misses_nothing(words in prop::collection::vec(prop::collection::vec(0..3_u8, 0..14), 0..30)) {
            let texts: Vec<String> = words
                .iter()
                .map(|row| row.iter().map(|word| ["peace", "war", "talks"][*word as usize]).collect::<Vec<_>>().join(" "))
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut rows = Shingles::default();
            for text in &texts {
                rows.push(text, text);
            }
            let expected: Vec<usize> = (0..texts.len())
                .filter(|&row| (0..row).any(|earlier| jaccard(rows.row(row), rows.row(earlier)) >= THRESHOLD))
                .collect();
            let found: Vec<usize> = pairs(&texts).into_iter().map(|(row, _)| row).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
