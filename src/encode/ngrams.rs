//! The n-gram hash, version `fnv1a64-mix30`: part of the model format, so it never changes under that name.
//!
//! An n-gram is hashed as its UTF-8 bytes with 64-bit FNV-1a (Fowler, Noll and Vo, 1991), finished with
//! the 64-bit finaliser of MurmurHash3 (Appleby 2011), since the upper bits of FNV mix poorly on short
//! input. The code of an n-gram is the upper 30 bits, with the number of its block above them: codes of
//! different blocks never meet, and codes of one block meet once in a thousand million pairs.

use std::ops::Range;

use super::Words;

/// Name of this hash in model files.
pub(super) const HASH_NAME: &str = "fnv1a64-mix30";

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Words longer than this many characters are cut to it before their character n-grams are taken.
const LONGEST_WORD: usize = 48;

/// Which part of a row an n-gram belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Word n-grams of the quote.
    QuoteWords = 0,
    /// Character n-grams inside the words of the quote.
    QuoteCharacters = 1,
    /// Word n-grams of the text around the quote.
    ContextWords = 2,
}

impl Block {
    pub(super) const ALL: [Self; 3] = [Self::QuoteWords, Self::QuoteCharacters, Self::ContextWords];
}

/// One n-gram where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gram {
    /// Block and hash.
    pub(super) code: u32,
    /// First word and one past the last word.
    pub(super) words: Range<usize>,
}

/// Calls `visit` for each run of `sizes` neighbouring words whose first word is in `words`; no run leaves
/// the range.
pub(super) fn word_grams(
    words: &Words,
    range: Range<usize>,
    sizes: (usize, usize),
    block: Block,
    mut visit: impl FnMut(Gram),
) {
    for first in range.clone() {
        let mut hash = OFFSET_BASIS;
        let end = (first + sizes.1).min(range.end);
        for last in first..end {
            if last > first {
                hash = fnv1a(hash, b" ");
            }
            hash = fnv1a(hash, words.text(last).as_bytes());
            if last + 1 - first >= sizes.0 {
                visit(Gram { code: code(hash, block), words: first..last + 1 });
            }
        }
    }
}

/// Calls `visit` for each run of `sizes` characters of `<word>`, its ends marked.
pub(super) fn character_grams(
    words: &Words,
    index: usize,
    sizes: (usize, usize),
    block: Block,
    mut visit: impl FnMut(Gram),
) {
    let word = words.text(index);
    let length = word.chars().take(LONGEST_WORD).count();
    let padded = || std::iter::once('<').chain(word.chars().take(LONGEST_WORD)).chain(std::iter::once('>'));
    let mut rest = padded();
    for start in 0..length + 2 {
        let mut hash = OFFSET_BASIS;
        for (count, c) in (1..=sizes.1).zip(rest.clone()) {
            let mut bytes = [0; 4];
            hash = fnv1a(hash, c.encode_utf8(&mut bytes).as_bytes());
            // The whole padded word says no more than the word itself.
            let whole = start == 0 && count == length + 2;
            if count >= sizes.0 && !whole {
                visit(Gram { code: code(hash, block), words: index..index + 1 });
            }
        }
        rest.next();
    }
}

fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    }
    hash
}

/// The upper 30 bits of the finished hash below the two bits of the block.
fn code(mut hash: u64, block: Block) -> u32 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^= hash >> 33;
    let upper = u32::try_from(hash >> 34).unwrap_or(u32::MAX >> 2);
    (block as u32) << 30 | upper
}

#[cfg(test)]
mod tests {
    use super::super::Pipeline;
    use super::*;

    fn words(text: &str) -> Words {
        Pipeline::standard().unwrap().words(text)
    }

    fn code_of(text: &str, block: Block) -> u32 {
        let mut codes = Vec::new();
        let words = words(text);
        let size = words.len();
        word_grams(&words, 0..size, (size, size), block, |gram| codes.push(gram.code));
        assert_eq!(codes.len(), 1);
        codes[0]
    }

    /// Codes are part of the model format: a change here breaks every model file. The 64-bit FNV-1a of
    /// `foobar` is 85944171f73967e8 in its authors' test vectors; mixed, its upper 30 bits are these.
    #[test]
    fn codes_never_change() {
        assert_eq!(fnv1a(OFFSET_BASIS, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(OFFSET_BASIS, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(OFFSET_BASIS, b"foobar"), 0x8594_4171_f739_67e8);
        for (text, block, code) in [
            ("foobar", Block::QuoteWords, 0x0b08_8652),
            ("foobar", Block::ContextWords, 0x8b08_8652),
            ("no talks", Block::QuoteWords, 0x3144_6a74),
        ] {
            assert_eq!(code_of(text, block), code, "{text}");
        }
    }

    #[test]
    fn runs_of_words_stay_in_their_range() {
        let words = words("no talks no trade");
        let mut runs = Vec::new();
        word_grams(&words, 1..4, (1, 2), Block::QuoteWords, |gram| {
            runs.push(words.joined(gram.words).to_owned())
        });
        assert_eq!(runs, ["talks", "talks no", "no", "no trade", "trade"]);
    }

    #[test]
    fn character_runs_cover_the_padded_word() {
        let words = words("war");
        let mut count = 0;
        character_grams(&words, 0, (2, 5), Block::QuoteCharacters, |_| count += 1);
        // <w wa ar r> <wa war ar> <war war>; <war> itself is left to the word.
        assert_eq!(count, 9);
    }
}
