use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, GemmResult, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::int8::{Int8Linear, RoundedRows};
use super::{Array, Compute};

/// Rows times a matrix plus a bias: `y = x · wᵀ + b`, with the matrix laid out for the processor.
pub(super) enum Linear {
    Float32(FloatLinear),
    Int8(Int8Linear),
}

/// The same in 32-bit floats.
pub(super) struct FloatLinear {
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

/// The matrix products of this processor, and memory that is used again from product to product.
#[derive(Default)]
pub(super) struct Products {
    pub(super) float: GemmExecutor<f32>,
    pub(super) int8: GemmExecutor<u8, i8, i32>,
    pub(super) rounded: RoundedRows,
}

impl Linear {
    /// From matrices with a row for each output, one below the other, and a bias for each output.
    pub(super) fn new(matrices: &[&Array], bias: Vec<f32>, compute: Compute) -> Self {
        let inputs = matrices.first().map_or(0, |matrix| matrix.columns());
        match compute {
            Compute::Float32 => {
                let mut weights: Vec<f32> = Vec::with_capacity(bias.len() * inputs);
                matrices.iter().for_each(|matrix| weights.extend_from_slice(&matrix.to_floats()));
                let matrix = NdTensorView::from_data([bias.len(), inputs], weights.as_slice());
                let weights = GemmExecutor::<f32>::new().prepack_b(matrix.transposed());
                Self::Float32(FloatLinear { weights, bias, inputs })
            }
            Compute::Int8 => Self::Int8(Int8Linear::new(matrices, bias, inputs)),
        }
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Self::Float32(linear) => linear.bias.len(),
            Self::Int8(linear) => linear.outputs(),
        }
    }

    /// Writes a row of outputs for each row of inputs, or adds it to what is there.
    pub(super) fn apply(
        &self,
        products: &mut Products,
        rows: &[f32],
        out: &mut [f32],
        add: bool,
    ) -> GemmResult {
        match self {
            Self::Float32(linear) => linear.apply(&products.float, rows, out, add),
            Self::Int8(linear) => linear.apply(products, rows, out, add),
        }
    }
}

impl FloatLinear {
    fn apply(&self, gemm: &GemmExecutor<f32>, rows: &[f32], out: &mut [f32], add: bool) -> GemmResult {
        let count = rows.len().checked_div(self.inputs).unwrap_or(0);
        gemm.gemm(
            out,
            GemmInputA::Unpacked(NdTensorView::from_data([count, self.inputs], rows)),
            GemmInputB::Packed(&self.weights),
            GemmOptions {
                beta: if add { 1.0 } else { 0.0 },
                bias: Some(BiasVector::Row(&self.bias)),
                ..GemmOptions::default()
            },
        )
    }
}
