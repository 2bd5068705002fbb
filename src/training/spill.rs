//! Batches of rows in a temporary file.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::row_store::Batch;

/// Batches in a file that has no name and goes with the process, however that ends.
///
/// A batch is the number of its rows and of its entries, the entries of each row, columns, values, and for stance and
/// for sentiment the targets and weights; all numbers are little-endian.
pub(super) struct Spill {
    /// Locked for one batch at a time: fits on several threads share the place in the file.
    file: Mutex<File>,
    dimensions: usize,
    /// Bytes of each batch.
    lengths: Vec<usize>,
}

impl Spill {
    /// An empty file in a folder, for rows of `dimensions` columns.
    pub(super) fn create(folder: &Path, dimensions: usize) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Self { file: Mutex::new(file), dimensions, lengths: Vec::new() })
    }

    /// Appends a batch.
    pub(super) fn push(&mut self, batch: &Batch) -> io::Result<()> {
        let bytes = to_bytes(batch);
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::End(0))?;
        file.write_all(&bytes)?;
        self.lengths.push(bytes.len());
        Ok(())
    }

    /// Reads one batch after the other.
    pub(super) fn each(&self, take: &mut dyn FnMut(&Batch)) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut batch = Batch::new(self.dimensions);
        let mut start = 0;
        for &length in &self.lengths {
            bytes.resize(length, 0);
            {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(start))?;
                file.read_exact(&mut bytes)?;
            }
            start += length as u64;
            let cut_short = || io::Error::new(io::ErrorKind::InvalidData, "a batch of rows is cut short");
            refill(&mut batch, &bytes).ok_or_else(cut_short)?;
            take(&batch);
        }
        Ok(())
    }
}

fn to_bytes(batch: &Batch) -> Vec<u8> {
    let features = &batch.features;
    let mut bytes = Vec::with_capacity(16 + features.rows() * 68 + features.entries() * 8);
    bytes.extend((features.rows() as u64).to_le_bytes());
    bytes.extend((features.entries() as u64).to_le_bytes());
    features.iter().for_each(|(columns, _)| bytes.extend((columns.len() as u32).to_le_bytes()));
    features.iter().for_each(|(columns, _)| bytes.extend(columns.iter().flat_map(|it| it.to_le_bytes())));
    features.iter().for_each(|(_, values)| bytes.extend(values.iter().flat_map(|it| it.to_le_bytes())));
    for (targets, weights) in batch.targets.iter().zip(&batch.weights) {
        bytes.extend(targets.as_flattened().iter().flat_map(|it| it.to_le_bytes()));
        bytes.extend(weights.iter().flat_map(|it| it.to_le_bytes()));
    }
    bytes
}

/// Puts the rows of some bytes in the place of those of a batch; `None` where the bytes are too few.
fn refill(batch: &mut Batch, mut bytes: &[u8]) -> Option<()> {
    batch.clear();
    let [rows, entries] = [(); 2].map(|()| numbers::<8>(&mut bytes, 1));
    let count = |number: Option<&[[u8; 8]]>| usize::try_from(u64::from_le_bytes(*number?.first()?)).ok();
    let (rows, entries) = (count(rows)?, count(entries)?);
    let lengths = numbers::<4>(&mut bytes, rows)?;
    let mut columns = numbers::<4>(&mut bytes, entries)?;
    let mut values = numbers::<4>(&mut bytes, entries)?;
    for &length in lengths {
        let length = u32::from_le_bytes(length) as usize;
        let (own_columns, own_values);
        (own_columns, columns) = columns.split_at_checked(length)?;
        (own_values, values) = values.split_at_checked(length)?;
        let entries = own_columns.iter().zip(own_values);
        batch.features.push_row(
            entries.map(|(column, value)| (u32::from_le_bytes(*column), f32::from_le_bytes(*value))),
        );
    }
    for (targets, weights) in batch.targets.iter_mut().zip(&mut batch.weights) {
        let (shares, _) = numbers::<8>(&mut bytes, rows.checked_mul(3)?)?.as_chunks::<3>();
        targets.extend(shares.iter().map(|shares| shares.map(f64::from_le_bytes)));
        weights.extend(numbers::<8>(&mut bytes, rows)?.iter().map(|&weight| f64::from_le_bytes(weight)));
    }
    Some(())
}

/// Takes `count` numbers of `N` bytes each.
fn numbers<'a, const N: usize>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [[u8; N]]> {
    let (taken, rest) = bytes.split_at_checked(count.checked_mul(N)?)?;
    *bytes = rest;
    Some(taken.as_chunks::<N>().0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Features;

    #[test]
    fn a_batch_comes_back_and_a_cut_one_does_not() {
        let mut features = Features::new(9);
        features.push_row([(1, 0.25), (8, -1.5)]);
        let mut batch = Batch::new(9);
        batch.push(&features, [([0.2, 0.3, 0.5], 1.0), ([0.0, 1.0, 0.0], 0.5)]);
        let mut empty = Features::new(9);
        empty.push_row([]);
        batch.push(&empty, [([1.0, 0.0, 0.0], 2.0), ([0.0, 0.0, 1.0], 0.0)]);
        let bytes = to_bytes(&batch);
        let mut found = Batch::new(9);
        // Twice: what a batch held before is gone.
        for _ in 0..2 {
            refill(&mut found, &bytes).unwrap();
            assert_eq!(found, batch);
        }
        for length in 0..bytes.len() {
            assert!(refill(&mut found, &bytes[..length]).is_none(), "{length}");
        }
    }
}
