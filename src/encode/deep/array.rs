/// An array of weights: floats, or rows of 8-bit integers with one scale each.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    rows: usize,
    columns: usize,
    values: Values,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Float(Vec<f32>),
    /// `value = integer × scale of its row`.
    Int8 {
        integers: Vec<i8>,
        scales: Vec<f32>,
    },
}

impl Array {
    /// Floats in row-major order; a vector is one row. `None` where the number of values is another.
    #[must_use]
    pub fn floats(rows: usize, columns: usize, values: Vec<f32>) -> Option<Self> {
        let fits = rows.checked_mul(columns) == Some(values.len());
        fits.then_some(Self { rows, columns, values: Values::Float(values) })
    }

    /// Integers in row-major order and a scale for each row. `None` where the number of either is another.
    #[must_use]
    pub fn integers(rows: usize, columns: usize, integers: Vec<i8>, scales: Vec<f32>) -> Option<Self> {
        let fits = rows.checked_mul(columns) == Some(integers.len()) && scales.len() == rows;
        fits.then_some(Self { rows, columns, values: Values::Int8 { integers, scales } })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The array with every row rounded to integers from −127 to 127 times the row's largest magnitude
    /// over 127. A rounded array stays as it is.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let Values::Float(values) = &self.values else { return self.clone() };
        let mut integers = Vec::with_capacity(values.len());
        let mut scales = Vec::with_capacity(self.rows);
        for row in values.chunks(self.columns.max(1)) {
            let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let scale = largest / 127.0;
            // The cast saturates, and turns the NaN of a row of zeros into zero.
            integers.extend(row.iter().map(|value| (value / scale).round() as i8));
            scales.push(scale);
        }
        scales.resize(self.rows, 0.0);
        Self { values: Values::Int8 { integers, scales }, ..*self }
    }

    /// All values as floats, row-major.
    #[must_use]
    pub fn to_floats(&self) -> Vec<f32> {
        match &self.values {
            Values::Float(values) => values.clone(),
            Values::Int8 { .. } => {
                let mut floats = vec![0.0; self.rows * self.columns];
                for (row, out) in floats.chunks_mut(self.columns.max(1)).enumerate() {
                    self.add_row(row, out);
                }
                floats
            }
        }
    }

    /// The integers and scales of a rounded array.
    #[must_use]
    pub fn as_integers(&self) -> Option<(&[i8], &[f32])> {
        match &self.values {
            Values::Float(_) => None,
            Values::Int8 { integers, scales } => Some((integers, scales)),
        }
    }

    /// Whether every value is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        match &self.values {
            Values::Float(values) => values.iter().all(|value| value.is_finite()),
            Values::Int8 { scales, .. } => scales.iter().all(|scale| scale.is_finite()),
        }
    }

    /// Adds one row to `out`; nothing where there is no such row.
    pub(super) fn add_row(&self, row: usize, out: &mut [f32]) {
        let range = row * self.columns..(row + 1) * self.columns;
        match &self.values {
            Values::Float(values) => {
                for (out, value) in out.iter_mut().zip(values.get(range).unwrap_or_default()) {
                    *out += value;
                }
            }
            Values::Int8 { integers, scales } => {
                let scale = scales.get(row).copied().unwrap_or_default();
                for (out, &integer) in out.iter_mut().zip(integers.get(range).unwrap_or_default()) {
                    *out += f32::from(integer) * scale;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_must_agree() {
        assert!(Array::floats(2, 3, vec![0.0; 5]).is_none());
        assert!(Array::integers(2, 3, vec![0; 6], vec![1.0]).is_none());
        assert!(Array::floats(usize::MAX, 3, vec![]).is_none());
    }

    #[test]
    fn rows_of_zeros_stay_zero() {
        let array = Array::floats(2, 2, vec![0.0, 0.0, 1.0, -2.0]).unwrap().rounded();
        assert_eq!(array.as_integers().unwrap(), (&[0, 0, 64, -127][..], &[0.0, 2.0 / 127.0][..]));
        assert_eq!(array.rounded(), array);
    }

    proptest! {
        #[test]
        fn rounding_moves_a_value_by_half_a_step_at_most(values in prop::collection::vec(-9.0_f32..9.0, 12)) {
            let array = Array::floats(3, 4, values.clone()).unwrap();
            let rounded = array.rounded().to_floats();
            for (before, after) in values.chunks(4).zip(rounded.chunks(4)) {
                let step = before.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())) / 127.0;
                for (before, after) in before.iter().zip(after) {
                    prop_assert!((before - after).abs() <= step * 0.5001, "{before} {after} {step}");
                }
            }
        }
    }
}
