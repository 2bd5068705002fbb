//! Words and their classes, looked up as they stand in the text.

use rustc_hash::FxHashMap;

use super::class::Class;

/// A set of words in lower case. A word is looked up whatever its case, without being copied where it is
/// short and ASCII, as nearly all are.
#[derive(Debug, Default)]
pub(super) struct WordTable {
    short: ShortWords,
    long: FxHashMap<Box<str>, Class>,
    /// Bytes of the longest word.
    longest: usize,
}

/// The letters of an ASCII word of at most 16 bytes in lower case: the first eight and the others, zero
/// beyond its end. Zero is no letter.
type Key = (u64, u64);

impl WordTable {
    /// Adds classes to a word in lower case.
    pub(super) fn add(&mut self, word: &str, class: Class) {
        self.longest = self.longest.max(word.len());
        match key(word.as_bytes()) {
            Some(key) => self.short.add(key, class),
            None => *self.long.entry(word.into()).or_default() |= class,
        }
    }

    /// The classes of a word in any case; curly apostrophes and odd hyphens count as plain ones.
    pub(super) fn class(&self, word: &str) -> Class {
        match key(word.as_bytes()) {
            Some(key) => self.short.class(key),
            None => self.class_of_odd(word),
        }
    }

    /// The classes of a word that is long or not ASCII: rare, and kept out of the way of all others.
    #[inline(never)]
    fn class_of_odd(&self, word: &str) -> Class {
        // No letter has a lower case of less than a third of its bytes.
        if word.len() > self.longest.saturating_mul(3) {
            return Class::NONE;
        }
        let plain = plain(word);
        match key(plain.as_bytes()) {
            Some(key) => self.short.class(key),
            None => self.long.get(plain.as_str()).copied().unwrap_or_default(),
        }
    }
}

/// Open addressing with a power of two of slots, at least three quarters of them free: most words of a text
/// are in no list, and are found to be in none at the first slot.
#[derive(Debug, Default)]
struct ShortWords {
    slots: Vec<(Key, Class)>,
    words: usize,
}

/// The key of a slot without a word.
const FREE: Key = (0, 0);

impl ShortWords {
    fn class(&self, key: Key) -> Class {
        let mut slot = hash(key);
        while let Some(&(own, class)) = self.slots.get(slot & self.slots.len().wrapping_sub(1)) {
            if own == key {
                return class;
            }
            if own == FREE {
                break;
            }
            slot += 1;
        }
        Class::NONE
    }

    fn add(&mut self, key: Key, class: Class) {
        if key == FREE {
            return;
        }
        if self.words * 4 >= self.slots.len() {
            let larger = vec![(FREE, Class::NONE); (self.slots.len() * 2).max(64)];
            let slots = std::mem::replace(&mut self.slots, larger);
            self.words = 0;
            for (key, class) in slots {
                self.add(key, class);
            }
        }
        let mut slot = hash(key);
        let last = self.slots.len().wrapping_sub(1);
        while let Some((own, classes)) = self.slots.get_mut(slot & last) {
            if *own == FREE {
                self.words += 1;
                *own = key;
            }
            if *own == key {
                *classes |= class;
                return;
            }
            slot += 1;
        }
    }
}

/// Where the search for a key begins.
const fn hash((first, others): Key) -> usize {
    let mixed = (first ^ others.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The high bits depend on all letters.
    (mixed >> 40) as usize
}

/// The word in lower case with straight apostrophes and plain hyphens.
fn plain(word: &str) -> String {
    let mut lower = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '’' => lower.push('\''),
            '\u{2010}' | '\u{2011}' => lower.push('-'),
            _ if c.is_ascii() => lower.push(c.to_ascii_lowercase()),
            _ => lower.extend(c.to_lowercase()),
        }
    }
    lower
}

/// The key of a word, in lower case; `None` where it is longer than 16 bytes or not ASCII.
fn key(word: &[u8]) -> Option<Key> {
    let (first, others) = match word.len() {
        0..=3 => (word.iter().rev().fold(0, |letters, &byte| letters << 8 | u64::from(byte)), 0),
        length @ 4..=7 => {
            let first = u32::from_le_bytes(*word.first_chunk()?);
            let last = u64::from(u32::from_le_bytes(*word.last_chunk()?));
            // Without the letters that are also among the first four.
            (u64::from(first) | (last >> (8 * (8 - length))) << 32, 0)
        }
        length @ 8..=16 => {
            let last = u64::from_le_bytes(*word.last_chunk()?);
            (u64::from_le_bytes(*word.first_chunk()?), last.unbounded_shr(8 * (16 - length as u32)))
        }
        _ => return None,
    };
    ((first | others) & HIGH == 0).then(|| (lower(first), lower(others)))
}

/// The highest bit of each byte: set in all bytes of characters that are not ASCII.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Eight ASCII letters in lower case at once.
const fn lower(letters: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The high bit of each byte says whether the byte is at least `A`, and whether it is above `Z`.
    let from_a = letters + ONES * (0x80 - b'A' as u64);
    let above_z = letters + ONES * (0x7f - b'Z' as u64);
    letters | ((from_a & !above_z & HIGH) >> 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_map(words in prop::collection::vec("[a-cA-C'’é-]{1,20}", 1..40), sought in "[a-cA-C'’É-]{1,20}") {
            let mut table = WordTable::default();
            let mut map: std::collections::BTreeMap<String, Class> = std::collections::BTreeMap::new();
            for (place, word) in words.iter().enumerate() {
                let class = if place % 2 == 0 { Class::SPEECH } else { Class::BODY };
                table.add(&plain(word), class);
                *map.entry(plain(word)).or_default() |= class;
            }
            for word in words.iter().chain([&sought]) {
                prop_assert_eq!(table.class(word), map.get(&plain(word)).copied().unwrap_or_default());
            }
        }

        #[test]
        fn letters_are_lowered_eight_at_a_time(letters in "[ -~]{8}") {
            let bytes = |word: &str| u64::from_le_bytes(*word.as_bytes().first_chunk().unwrap());
            prop_assert_eq!(lower(bytes(&letters)), bytes(&letters.to_ascii_lowercase()));
        }
    }

    #[test]
    fn lengths_do_not_mix() {
        let mut table = WordTable::default();
        for length in 1..40 {
            table.add(&"a".repeat(length), if length % 2 == 0 { Class::SPEECH } else { Class::BODY });
        }
        for length in 1..40 {
            let expected = if length % 2 == 0 { Class::SPEECH } else { Class::BODY };
            assert_eq!(table.class(&"A".repeat(length)), expected, "{length}");
        }
        assert_eq!(table.class(&"a".repeat(200)), Class::NONE);
    }
}
