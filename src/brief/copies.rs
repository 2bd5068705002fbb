//! Which quotes are the same words printed more than once.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher as _;

use super::speakers::SpeakerId;
use super::words::words;

/// What deciding about a copy needs of a quote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printed<'t> {
    pub text: &'t str,
    /// How much text around the quote was read with it, in bytes.
    pub context: usize,
    pub article: u32,
    pub speaker: Option<SpeakerId>,
    /// Day number of the saying, where it is known.
    pub day: Option<i32>,
}

/// Words in a shingle.
const SHINGLE: usize = 3;
/// Rows of a band and bands of a signature: pairs with a Jaccard similarity of 0.6 share a band with a
/// probability of 1 − (1 − 0.6³)¹² = 0.95 (Leskovec, Rajaraman, Ullman, "Mining of massive datasets",
/// section 3.4.2, ISBN 978-1108476348).
const ROWS: usize = 3;
const BANDS: usize = 12;
/// Similarity from which two longer quotes count as the same words.
const SAME: f64 = 0.6;
/// Share of the shorter quote's shingles in the longer one from which it counts as a part of it.
const PART: f64 = 0.8;
/// Quotes with fewer words count as the same only when all their words are.
const SHORT: usize = 6;
/// Words that a part of a quote must have to be told from a turn of phrase.
const SHORTEST_PART: usize = 3;
/// Groups that a quote is compared with for each key, at the most: keeps the work linear.
const COMPARED: usize = 8;
/// Days in which words are printed again as the same saying.
const DAYS: i32 = 14;

/// For each quote the one that stands for it: the longest of its group, and of these the one with the
/// most text around it, then the first. Time and memory grow linearly with the number of words.
pub(super) fn representatives(quotes: &[Printed<'_>]) -> Vec<usize> {
    let signatures: Vec<Signature> = quotes.iter().map(|quote| Signature::of(quote.text)).collect();
    let mut order: Vec<usize> = (0..quotes.len()).collect();
    let weight = |at: usize| {
        let words = signatures.get(at).map_or(0, |it| it.words);
        (words, quotes.get(at).map_or(0, |it| it.context))
    };
    order.sort_by(|one, two| weight(*two).cmp(&weight(*one)).then(one.cmp(two)));

    let mut stands_for = parts(quotes, &signatures, &order);
    let mut index = Index::default();
    for at in order {
        let (Some(quote), Some(signature)) = (quotes.get(at), signatures.get(at)) else { continue };
        if stands_for.get(at) != Some(&at) {
            continue;
        }
        let keys = signature.keys();
        let leader = keys.iter().flat_map(|key| index.under(*key)).find(|leader| {
            match (quotes.get(*leader), signatures.get(*leader)) {
                (Some(other), Some(others)) => is_copy(quote, signature, other, others),
                _ => false,
            }
        });
        match (leader, stands_for.get_mut(at)) {
            (Some(leader), Some(place)) => *place = leader,
            _ => keys.into_iter().for_each(|key| index.add(key, at)),
        }
    }
    // What a part stands for may itself be a copy.
    (0..quotes.len())
        .map(|at| {
            let leader = stands_for.get(at).copied().unwrap_or(at);
            stands_for.get(leader).copied().unwrap_or(leader)
        })
        .collect()
}

/// For each quote the longer one of the same article and speaker that it repeats a part of; itself where
/// there is none. A headline repeats a few words of a quote.
fn parts(quotes: &[Printed<'_>], signatures: &[Signature], order: &[usize]) -> Vec<usize> {
    let mut stands_for: Vec<usize> = (0..quotes.len()).collect();
    let mut of_article: std::collections::BTreeMap<u32, Vec<usize>> = std::collections::BTreeMap::new();
    for at in order {
        if let Some(quote) = quotes.get(*at) {
            of_article.entry(quote.article).or_default().push(*at);
        }
    }
    for members in of_article.into_values().filter(|members| members.len() > 1) {
        let mut index = Index::default();
        for at in members {
            let (Some(quote), Some(signature)) = (quotes.get(at), signatures.get(at)) else { continue };
            if signature.words < SHORTEST_PART || quote.speaker.is_none() {
                continue;
            }
            let holds = |leader: &usize| match (quotes.get(*leader), signatures.get(*leader)) {
                (Some(other), Some(others)) => {
                    other.speaker == quote.speaker && signature.shared(others) == signature.shingles.len()
                }
                _ => false,
            };
            let leader = index.under(u64::from(signature.first)).find(holds);
            match (leader, stands_for.get_mut(at)) {
                (Some(leader), Some(place)) => *place = leader,
                _ => signature.shingles.iter().for_each(|shingle| index.add(u64::from(*shingle), at)),
            }
        }
    }
    stands_for
}

/// The leaders under each key, at most [`COMPARED`], in lists that share one store.
#[derive(Default)]
struct Index {
    /// First link and number of links.
    heads: FxHashMap<u64, (u32, u32)>,
    /// A leader and the next link.
    links: Vec<(u32, u32)>,
}

impl Index {
    fn add(&mut self, key: u64, leader: usize) {
        let (Ok(link), Ok(leader)) = (u32::try_from(self.links.len()), u32::try_from(leader)) else { return };
        let head = self.heads.entry(key).or_insert((u32::MAX, 0));
        if (head.1 as usize) < COMPARED {
            self.links.push((leader, head.0));
            *head = (link, head.1 + 1);
        }
    }

    fn under(&self, key: u64) -> impl Iterator<Item = usize> {
        let mut next = self.heads.get(&key).map_or(u32::MAX, |head| head.0);
        std::iter::from_fn(move || {
            let (leader, following) = *self.links.get(next as usize)?;
            next = following;
            Some(leader as usize)
        })
    }
}

/// A quote as a set of shingles.
struct Signature {
    words: usize,
    /// Hash of all words.
    whole: u64,
    /// Hash of each shingle, sorted, no two the same.
    shingles: Vec<u32>,
    /// The first shingle in reading order.
    first: u32,
    bands: [u64; BANDS],
}

impl Signature {
    fn of(text: &str) -> Self {
        let hashes: Vec<u64> = words(text).iter().map(|word| hash(&word.key().to_lowercase())).collect();
        let in_order: Vec<u32> = hashes.windows(SHINGLE).map(|window| fold(hash(window))).collect();
        let mut bands = [0; BANDS];
        for (band, key) in bands.iter_mut().enumerate() {
            let rows: [u64; ROWS] = std::array::from_fn(|row| {
                let seed = (band * ROWS + row) as u64 + 1;
                let mixed = in_order.iter().map(|shingle| mix(u64::from(*shingle) ^ mix(seed)));
                mixed.min().unwrap_or_default()
            });
            *key = hash(&(band, rows));
        }
        let first = in_order.first().copied().unwrap_or_default();
        let mut shingles = in_order;
        shingles.sort_unstable();
        shingles.dedup();
        Self { words: hashes.len(), whole: hash(&hashes), shingles, first, bands }
    }

    /// The keys under which copies of this quote would stand.
    fn keys(&self) -> Vec<u64> {
        let mut keys = vec![hash(&("whole", self.whole))];
        if self.words >= SHORT {
            keys.extend(self.bands);
        }
        keys
    }

    /// Shingles in both.
    fn shared(&self, other: &Self) -> usize {
        let (mut one, mut two, mut shared) = (0, 0, 0);
        while let (Some(left), Some(right)) = (self.shingles.get(one), other.shingles.get(two)) {
            shared += usize::from(left == right);
            one += usize::from(left <= right);
            two += usize::from(left >= right);
        }
        shared
    }
}

/// Whether `quote` prints the words of `other`, which is at least as long, once more.
fn is_copy(quote: &Printed<'_>, signature: &Signature, other: &Printed<'_>, others: &Signature) -> bool {
    let same_speaker = match (quote.speaker, other.speaker) {
        (Some(one), Some(two)) => one == two,
        // Unknown speakers may be anybody, but only long words are nobody else's.
        _ => signature.words >= SHORT,
    };
    let near = quote.day.zip(other.day).is_none_or(|(one, two)| one.abs_diff(two) <= DAYS.unsigned_abs());
    if !same_speaker || !near {
        return false;
    }
    let shared = signature.shared(others) as f64;
    let own = signature.shingles.len() as f64;
    if signature.words < SHORT {
        return signature.whole == others.whole && signature.words > 0;
    }
    let union = own + others.shingles.len() as f64 - shared;
    shared >= SAME * union || shared >= PART * own
}

fn hash<T: std::hash::Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    mix(hasher.finish())
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195).
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

const fn fold(value: u64) -> u32 {
    ((value >> 32) ^ (value & 0xffff_ffff)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, article: u32, speaker: Option<SpeakerId>, day: Option<i32>) -> Printed<'_> {
        Printed { text, context: 100, article, speaker, day }
    }

    const LONG: &str = "We will not give up a single metre of the river bank, and they know it";

    #[test]
    fn the_same_words_are_grouped() {
        let check =
            |one: (&str, u32, Option<u32>, i32), two: (&str, u32, Option<u32>, i32), expected: bool| {
                let quotes =
                    [printed(one.0, one.1, one.2, Some(one.3)), printed(two.0, two.1, two.2, Some(two.3))];
                let found = representatives(&quotes);
                assert_eq!(found.first() == found.get(1), expected, "{one:?} {two:?}");
            };
        let wire = (LONG, 0, Some(1), 10);
        check(wire, (LONG, 1, Some(1), 12), true);
        check(
            wire,
            ("we will not give up a single metre of the river bank and they know it!", 1, Some(1), 10),
            true,
        );
        check(wire, ("We will not give up a single metre of the river bank", 1, Some(1), 10), true);
        check(wire, (LONG, 1, None, 10), true);
        check(wire, (LONG, 1, Some(2), 10), false);
        check(wire, (LONG, 1, Some(1), 40), false);
        check(wire, ("We will give them every metre of the road that leads to it", 1, Some(1), 10), false);
        // A headline's fragment in the same article, but not in another one.
        check(wire, ("the river bank", 0, Some(1), 10), true);
        check(wire, ("the river bank", 1, Some(1), 10), false);
        check(wire, ("river bank", 0, Some(1), 10), false);
        check(("regrettable", 0, Some(1), 10), ("Regrettable,", 1, Some(1), 10), true);
        check(("regrettable", 0, Some(1), 10), ("Regrettable,", 1, None, 10), false);
        check(("", 0, Some(1), 10), ("", 1, Some(1), 10), false);
    }

    #[test]
    fn thirty_outlets_make_one_group_led_by_the_longest() {
        let texts: Vec<String> =
            (0..30).map(|outlet| format!("{LONG}{}", if outlet == 7 { " well" } else { "" })).collect();
        let quotes: Vec<Printed<'_>> =
            (0..).zip(&texts).map(|(article, text)| printed(text, article, Some(3), None)).collect();
        assert!(representatives(&quotes).iter().all(|leader| *leader == 7));
    }
}
