/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// One in every byte of a word of eight.
pub(crate) const ONES: u64 = 0x0101_0101_0101_0101;

/// Where the first wanted byte stands. `marks` sets, of eight bytes in little-endian order, the highest bit of the
/// lowest wanted one, and of no byte below it; it may set those of bytes above.
pub(crate) fn first_wanted(
    bytes: &[u8],
    is_wanted: impl Fn(u8) -> bool,
    marks: impl Fn(u64) -> u64,
) -> Option<usize> {
    // Without an early exit the compiler compares the whole block at once.
    let has_none = |block: &&[u8; BLOCK]| !block.iter().fold(false, |found, &byte| found | is_wanted(byte));
    let from = bytes.as_chunks().0.iter().take_while(has_none).count() * BLOCK;
    let (eights, rest) = bytes.get(from..)?.as_chunks();
    for (place, eight) in eights.iter().enumerate() {
        let found = marks(u64::from_le_bytes(*eight));
        if found != 0 {
            return Some(from + place * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let from = from + eights.len() * 8;
    rest.iter().position(|&byte| is_wanted(byte)).map(|place| from + place)
}
