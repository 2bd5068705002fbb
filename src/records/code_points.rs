/// Turns byte offsets of one text into code-point offsets in constant time each.
///
/// Pure ASCII needs no table; other texts get one count per block of bytes.
#[derive(Debug)]
pub struct CodePoints<'a> {
    text: &'a str,
    /// Code points before each block; empty for ASCII.
    before_block: Vec<usize>,
}

/// Bytes a block holds: the most that one look-up counts.
const BLOCK: usize = 128;

impl<'a> CodePoints<'a> {
    /// Indexes `text` in one pass.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut before_block = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in text.as_bytes().chunks(BLOCK) {
                before_block.push(count);
                count += starts(block);
            }
        }
        Self { text, before_block }
    }

    /// How many code points begin before `byte`. Offsets past the end count the whole text.
    #[must_use]
    pub fn at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        if self.before_block.is_empty() {
            return byte;
        }
        let block = (byte / BLOCK).min(self.before_block.len() - 1);
        self.before_block[block] + starts(&self.text.as_bytes()[block * BLOCK..byte])
    }
}

/// Code points that begin in `bytes`: all but the UTF-8 continuation bytes.
///
/// At most [`BLOCK`] bytes: their number fits into a byte, and so the compiler counts sixteen at once.
fn starts(bytes: &[u8]) -> usize {
    usize::from(bytes.iter().fold(0_u8, |count, &byte| count.wrapping_add(u8::from(byte & 0xc0 != 0x80))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CodePoints;

    proptest! {
        #[test]
        fn agrees_with_counting_characters(text in "\\PC{0,900}") {
            let index = CodePoints::new(&text);
            for (expected, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(index.at(byte), expected);
            }
            prop_assert_eq!(index.at(text.len()), text.chars().count());
        }
    }

    #[test]
    fn block_borders_count_once() {
        let text = "é".repeat(1000);
        let index = CodePoints::new(&text);
        assert_eq!(index.at(512), 256);
        assert_eq!(index.at(2000), 1000);
        assert_eq!(index.at(usize::MAX), 1000);
    }
}
