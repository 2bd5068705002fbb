use linfa::dataset::Records;

/// Feature rows, one per quote, as compressed sparse rows: row `i` holds the entries
/// `indptr[i]..indptr[i + 1]` of the columns and values.
///
/// Columns ascend within a row; a dense encoder names every column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    indptr: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    dimensions: usize,
}

impl Features {
    /// No rows yet, of `dimensions` columns.
    #[must_use]
    pub fn new(dimensions: usize) -> Self {
        Self { indptr: vec![0], columns: Vec::new(), values: Vec::new(), dimensions }
    }

    /// Rows of a dense matrix, each of `dimensions` values; a last row that is not complete is left out.
    #[must_use]
    pub fn dense(dimensions: usize, values: &[f32]) -> Self {
        let mut features = Self::new(dimensions);
        if dimensions > 0 {
            for row in values.chunks_exact(dimensions) {
                features.push_row((0..).zip(row.iter().copied()));
            }
        }
        features
    }

    /// Appends a row; columns must ascend and lie below [`dimensions`](Self::dimensions): entries that
    /// do not are left out.
    pub fn push_row(&mut self, entries: impl IntoIterator<Item = (u32, f32)>) {
        let start = self.columns.len();
        for (column, value) in entries {
            let ascends = self.columns.get(start..).and_then(<[u32]>::last).is_none_or(|&last| last < column);
            if ascends && (column as usize) < self.dimensions {
                self.columns.push(column);
                self.values.push(value);
            }
        }
        self.indptr.push(self.columns.len());
    }

    /// Takes all rows out and keeps their memory for others of the same columns.
    pub fn clear(&mut self) {
        self.indptr.truncate(1);
        self.columns.clear();
        self.values.clear();
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.indptr.len().saturating_sub(1)
    }

    /// Number of columns.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Number of stored entries of all rows.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.columns.len()
    }

    /// Columns and values of one row; both empty where there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = match (self.indptr.get(row), self.indptr.get(row + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        };
        (self.columns.get(range.clone()).unwrap_or_default(), self.values.get(range).unwrap_or_default())
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &[f32])> {
        (0..self.rows()).map(|row| self.row(row))
    }

    /// The rows of several encoders side by side, each encoder's columns after those before it; as many
    /// rows as the first has.
    #[must_use]
    pub fn beside(parts: &[&Self]) -> Self {
        let mut joined = Self::new(parts.iter().map(|part| part.dimensions).sum());
        for row in 0..parts.first().map_or(0, |part| part.rows()) {
            let mut before = 0_u32;
            for part in parts {
                let (columns, values) = part.row(row);
                joined.columns.extend(columns.iter().map(|column| column.saturating_add(before)));
                joined.values.extend_from_slice(values);
                before = before.saturating_add(u32::try_from(part.dimensions).unwrap_or(u32::MAX));
            }
            joined.indptr.push(joined.columns.len());
        }
        joined
    }

    /// Appends all rows of `other`, which must have the same columns: rows with other columns lose the
    /// entries that do not fit.
    pub fn append(&mut self, other: &Self) {
        for (columns, values) in other.iter() {
            self.push_row(columns.iter().copied().zip(values.iter().copied()));
        }
    }

    /// The named rows, in the order named.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut selected = Self::new(self.dimensions);
        for &row in rows {
            let (columns, values) = self.row(row);
            selected.columns.extend_from_slice(columns);
            selected.values.extend_from_slice(values);
            selected.indptr.push(selected.columns.len());
        }
        selected
    }
}

impl Records for Features {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.rows()
    }

    fn nfeatures(&self) -> usize {
        self.dimensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let mut features = Features::new(10);
        features.push_row([(1, 0.5), (7, -2.0)]);
        features.push_row([]);
        features.push_row([(0, 1.0)]);
        assert_eq!(features.rows(), 3);
        assert_eq!(features.row(0), (&[1, 7][..], &[0.5, -2.0][..]));
        assert_eq!(features.row(1), (&[][..], &[][..]));
        assert_eq!(features.row(9), (&[][..], &[][..]));
        assert_eq!(features.select(&[2, 0]).row(1), features.row(0));
    }

    #[test]
    fn entries_out_of_order_or_range_are_left_out() {
        let mut features = Features::new(4);
        features.push_row([(1, 1.0)]);
        features.push_row([(0, 1.0), (3, 2.0), (3, 3.0), (2, 4.0), (4, 5.0)]);
        assert_eq!(features.row(1), (&[0, 3][..], &[1.0, 2.0][..]));
    }

    #[test]
    fn dense_rows_name_every_column() {
        let features = Features::dense(2, &[1.0, 0.0, 3.0, 4.0, 5.0]);
        assert_eq!(features.rows(), 2);
        assert_eq!(features.row(0), (&[0, 1][..], &[1.0, 0.0][..]));
    }

    #[test]
    fn rows_are_joined_and_appended() {
        let (one, mut two) = (Features::dense(2, &[1.0, 2.0, 3.0, 4.0]), Features::new(3));
        two.push_row([(2, 5.0)]);
        two.push_row([]);
        let joined = Features::beside(&[&two, &one]);
        assert_eq!((joined.rows(), joined.dimensions()), (2, 5));
        assert_eq!(joined.row(0), (&[2, 3, 4][..], &[5.0, 1.0, 2.0][..]));
        assert_eq!(joined.row(1), (&[3, 4][..], &[3.0, 4.0][..]));
        let mut both = joined.select(&[0]);
        both.append(&joined.select(&[1]));
        assert_eq!(both, joined);
        assert_eq!(Features::beside(&[]).rows(), 0);
    }
}
