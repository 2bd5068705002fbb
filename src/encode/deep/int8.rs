use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, GemmResult, PackedBMatrix};
use rten_simd::{Isa, SimdOp};
use rten_tensor::NdTensorView;
use rten_vecmath::MinMax;

use super::Array;
use super::linear::Products;

/// `y = x · wᵀ + b` in 8-bit integers: weights have a scale for each output, and every row of inputs is
/// rounded by its own range, so that rows do not depend on each other (dynamic quantisation).
pub(super) struct Int8Linear {
    weights: PackedBMatrix<i8>,
    /// One for each output.
    scales: Vec<f32>,
    /// Sum of the integer weights of each output.
    totals: Vec<i32>,
    bias: Vec<f32>,
    inputs: usize,
}

/// Rows rounded to unsigned integers: `value ≈ (integer − zero) × scale`, with a zero and a scale for each
/// row.
#[derive(Default)]
pub(super) struct RoundedRows {
    integers: Vec<u8>,
    zeros: Vec<i32>,
    scales: Vec<f32>,
    /// Products of integers.
    sums: Vec<i32>,
}

impl Int8Linear {
    /// As [`Linear::new`](super::linear::Linear::new); matrices in floats are rounded.
    pub(super) fn new(matrices: &[&Array], bias: Vec<f32>, inputs: usize) -> Self {
        let mut integers = Vec::with_capacity(bias.len() * inputs);
        let mut scales = Vec::with_capacity(bias.len());
        for matrix in matrices {
            let rounded = if matrix.as_integers().is_some() { None } else { Some(matrix.rounded()) };
            if let Some((own, own_scales)) = rounded.as_ref().unwrap_or(matrix).as_integers() {
                integers.extend_from_slice(own);
                scales.extend_from_slice(own_scales);
            }
        }
        let matrix = NdTensorView::from_data([bias.len(), inputs], integers.as_slice());
        let weights = GemmExecutor::<u8, i8, i32>::new().prepack_b(matrix.transposed());
        let totals = integers.chunks(inputs.max(1)).map(|row| row.iter().map(|&it| i32::from(it)).sum());
        Self { weights, scales, totals: totals.collect(), bias, inputs }
    }

    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    pub(super) fn apply(
        &self,
        products: &mut Products,
        rows: &[f32],
        out: &mut [f32],
        add: bool,
    ) -> GemmResult {
        let Products { int8, rounded, .. } = products;
        // Where sums of two products are kept in 16 bits, 7 bits for the inputs keep them in range.
        let levels = if int8.may_saturate() { 127.0 } else { 255.0 };
        rounded.round(rows, self.inputs, levels);
        let count = rounded.scales.len();
        rounded.sums.resize(count * self.outputs(), 0);
        int8.gemm(
            &mut rounded.sums,
            GemmInputA::Unpacked(NdTensorView::from_data([count, self.inputs], rounded.integers.as_slice())),
            GemmInputB::Packed(&self.weights),
            // Zeros are taken out below: version 0.24 mistakes those of all rows but the first few.
            GemmOptions::default(),
        )?;
        let outputs = self.outputs().max(1);
        let rows = out.chunks_exact_mut(outputs).zip(rounded.sums.chunks_exact(outputs));
        for ((out, sums), (&row_scale, &zero)) in rows.zip(rounded.scales.iter().zip(&rounded.zeros)) {
            FromSums { layer: self, sums, row_scale, zero, out, add }.dispatch();
        }
        Ok(())
    }
}

impl RoundedRows {
    /// Rounds rows of `width` values to `levels` steps between the smallest and the largest, zero among
    /// them.
    fn round(&mut self, rows: &[f32], width: usize, levels: f32) {
        self.zeros.clear();
        self.scales.clear();
        // Without clearing: all of them are written.
        self.integers.resize(rows.len(), 0);
        let width = width.max(1);
        for (row, own) in rows.chunks_exact(width).zip(self.integers.chunks_exact_mut(width)) {
            let (smallest, largest) = MinMax::new(row).dispatch();
            let (smallest, largest) = (smallest.min(0.0), largest.max(0.0));
            let scale = ((largest - smallest) / levels).max(f32::MIN_POSITIVE);
            let zero = (-smallest / scale).round() as u8;
            RoundRow { row, steps: scale.recip(), zero: i32::from(zero), out: own }.dispatch();
            self.zeros.push(i32::from(zero));
            self.scales.push(scale);
        }
    }
}

/// Turns sums of products of integers back into a row of outputs. A plain loop: the dispatch lets the
/// compiler use all of the processor's lanes for it.
struct FromSums<'a> {
    layer: &'a Int8Linear,
    sums: &'a [i32],
    row_scale: f32,
    zero: i32,
    out: &'a mut [f32],
    add: bool,
}

impl SimdOp for FromSums<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        let Int8Linear { totals, scales, bias, .. } = self.layer;
        let columns = self.sums.iter().zip(totals).zip(scales.iter().zip(bias));
        let value = |((&sum, &total), (scale, bias)): ((&i32, &i32), (&f32, &f32))| {
            (sum - self.zero * total) as f32 * (self.row_scale * scale) + bias
        };
        if self.add {
            for (out, column) in self.out.iter_mut().zip(columns) {
                *out += value(column);
            }
        } else {
            for (out, column) in self.out.iter_mut().zip(columns) {
                *out = value(column);
            }
        }
    }
}

/// Rounds a row to integers: `value × steps + zero`, to the nearest, ties to even. A plain loop, as above.
struct RoundRow<'a> {
    row: &'a [f32],
    /// At most 2²¹ in magnitude together with a value: here at most 255.
    steps: f32,
    zero: i32,
    out: &'a mut [u8],
}

/// Where floats lie one apart: adding it rounds to an integer, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;

impl SimdOp for RoundRow<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        for (out, value) in self.out.iter_mut().zip(self.row) {
            let rounded = (value * self.steps + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits());
            *out = rounded.cast_signed().wrapping_add(self.zero).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_rows_are_near_the_rows() {
        let rows: Vec<f32> = (0..200_u16).map(|place| f32::from(place * 37 % 101) / 20.0 - 1.5).collect();
        for levels in [127.0, 255.0] {
            let mut rounded = RoundedRows::default();
            rounded.round(&rows, 50, levels);
            assert_eq!((rounded.scales.len(), rounded.integers.len()), (4, 200));
            for (place, (&value, &integer)) in rows.iter().zip(&rounded.integers).enumerate() {
                let (zero, scale) = (rounded.zeros[place / 50], rounded.scales[place / 50]);
                let back = (f32::from(integer) - zero as f32) * scale;
                assert!((back - value).abs() <= scale * 1.01, "{value} {back} {scale}");
            }
        }
    }

    #[test]
    fn products_are_near_those_of_floats() {
        let values =
            |count: u32, step: u32| (0..count).map(move |place| (place * step % 97) as f32 / 48.0 - 1.0);
        let matrix = Array::floats(6, 40, values(240, 31).collect()).unwrap().rounded();
        let weights = matrix.to_floats();
        let rows: Vec<f32> = values(1600, 53).collect();
        let bias: Vec<f32> = values(6, 11).collect();
        let linear = Int8Linear::new(&[&matrix], bias.clone(), 40);
        let mut out = vec![0.5; 240];
        linear.apply(&mut Products::default(), &rows, &mut out, true).unwrap();
        for (row, out) in rows.chunks(40).zip(out.chunks(6)) {
            for ((weights, bias), out) in weights.chunks(40).zip(&bias).zip(out) {
                let exact: f32 =
                    row.iter().zip(weights).map(|(one, other)| one * other).sum::<f32>() + bias + 0.5;
                assert!((exact - out).abs() < 0.15, "{exact} {out}");
            }
        }
    }

    #[test]
    fn rows_of_zeros_give_the_bias() {
        let matrix = Array::floats(2, 3, vec![1.0; 6]).unwrap();
        let linear = Int8Linear::new(&[&matrix], vec![0.25, -4.0], 3);
        let mut out = vec![9.0; 4];
        linear.apply(&mut Products::default(), &[0.0; 6], &mut out, false).unwrap();
        assert_eq!(out, [0.25, -4.0, 0.25, -4.0]);
    }
}
