//! Splits bytes into words and gives each a code, version `fnv1a64-mix32`: part of the model format, so it never
//! changes under that name.
//!
//! Letters are lowered and stripped of accents as far as Latin-1 goes; a run of digits is the word `0`; `!` and `?` are
//! words; all other marks, and apostrophes too, separate (*don't* is *don* and *t*). Other UTF-8 is read as letters. A
//! word is hashed with 64-bit FNV-1a (Fowler, Noll and Vo, 1991), finished with the finaliser of MurmurHash3 (Appleby
//! 2011).

/// Name of the hash in model files.
pub(super) const HASH_NAME: &str = "fnv1a64-mix32";

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// What a byte is: 0 separates, 1 begins a character that must be looked at, 2 is a word by itself, any other value is
/// the byte to hash.
const KINDS: [u8; 256] = {
    let mut kinds = [SEPARATOR; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter,
            letter @ b'A'..=b'Z' => letter | 0x20,
            b'0'..=b'9' => DIGIT,
            b'!' | b'?' => ALONE,
            0xc2 | 0xc3 | 0xe2 => LOOK,
            letter @ 0x80..=0xff => letter,
            _ => SEPARATOR,
        };
        byte += 1;
    }
    kinds
};

const SEPARATOR: u8 = 0;
const LOOK: u8 = 1;
const ALONE: u8 = 2;
const DIGIT: u8 = b'0';

/// The letters of U+00C0 to U+00FF without their accents; 0 for the two signs among them.
const LATIN: &[u8; 64] = b"aaaaaaaceeeeiiiidnooooo\0ouuuuytsaaaaaaaceeeeiiiidnooooo\0ouuuuyty";

/// Adds the code of every word to `words`.
pub(super) fn split(bytes: &[u8], words: &mut Vec<u32>) {
    let mut hash = OFFSET_BASIS;
    let mut last = SEPARATOR;
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        let mut kind = KINDS[usize::from(byte)];
        // Nearly all bytes are letters, and letters need no more than this.
        if kind > DIGIT {
            hash = (hash ^ u64::from(kind)).wrapping_mul(PRIME);
            last = kind;
            continue;
        }
        if kind == LOOK {
            kind = look(byte, &mut rest);
        }
        if kind > ALONE {
            if kind != DIGIT || last != DIGIT {
                hash = (hash ^ u64::from(kind)).wrapping_mul(PRIME);
            }
        } else {
            if last > ALONE {
                words.push(finish(hash));
                hash = OFFSET_BASIS;
            }
            if kind == ALONE {
                words.push(finish((OFFSET_BASIS ^ u64::from(byte)).wrapping_mul(PRIME)));
            }
        }
        last = kind;
    }
    if last > ALONE {
        words.push(finish(hash));
    }
}

/// What a character is that begins with `byte`; takes those of its other bytes that are read with it.
fn look(byte: u8, rest: &mut std::slice::Iter<'_, u8>) -> u8 {
    let next = rest.as_slice().first().copied().unwrap_or_default();
    match byte {
        0xc2 => {
            rest.next();
            SEPARATOR
        }
        // Dashes, quotation marks and dots: U+2000 to U+203F; a longer character is read byte by byte.
        0xe2 if next == 0x80 => {
            rest.nth(1);
            SEPARATOR
        }
        0xe2 => byte,
        _ => {
            rest.next();
            LATIN.get(usize::from(next.wrapping_sub(0x80))).copied().unwrap_or(byte)
        }
    }
}

/// The code of a word that [`split`] leaves whole.
pub(super) fn code(word: &str) -> Option<u32> {
    let mut words = Vec::new();
    split(word.as_bytes(), &mut words);
    match words.as_slice() {
        &[code] => Some(code),
        _ => None,
    }
}

/// A code for two words after one another, or for one word in a role.
pub(super) const fn pair(one: u32, other: u32) -> u32 {
    finish(((one as u64) << 32 | other as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

const fn finish(mut hash: u64) -> u32 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<u32> {
        let mut words = Vec::new();
        split(text.as_bytes(), &mut words);
        words
    }

    #[test]
    fn texts_with_the_same_words_have_the_same_codes() {
        fn check(text: &str, same: &str) {
            assert_eq!(of(text), of(same), "{text} / {same}");
        }
        check("We WILL wait", "we will wait");
        check("“We will—wait…”", "we will wait");
        check("don’t", "don't");
        check("don't", "don t");
        check("Café, São", "cafe sao");
        check("1,000 in 1994", "7 5 in 3");
        check("in1994", "in 0".replace(' ', "").as_str());
        check("wait!", "wait !");
        check("«wait»\u{a0}now", "wait now");
        check("", " .,;");
    }

    #[test]
    fn different_words_have_different_codes() {
        let words = ["wait", "waits", "!", "?", "0", "мир", "мира", "€", "a", "tiaw"];
        let mut codes: Vec<u32> = words.iter().map(|word| code(word).unwrap()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), words.len());
        assert_eq!(code("two words"), None);
        assert_eq!(code("..."), None);
        assert_ne!(pair(1, 2), pair(2, 1));
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_split(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut words = Vec::new();
            split(&bytes, &mut words);
            prop_assert!(words.len() <= bytes.len());
        }
    }
}
