use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, GemmResult, PackedBMatrix};
use rten_tensor::NdTensorView;

/// Rows times a matrix plus a bias: `y = x · wᵀ + b`, with the matrix laid out for the processor.
pub(super) struct Linear {
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Linear {
    /// From a matrix in row-major order with a row for each output, and a bias for each output.
    pub(super) fn new(weights: &[f32], bias: Vec<f32>, inputs: usize) -> Self {
        let matrix = NdTensorView::from_data([bias.len(), inputs], weights);
        let weights = GemmExecutor::<f32>::new().prepack_b(matrix.transposed());
        Self { weights, bias, inputs }
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Writes a row of outputs for each row of inputs, or adds it to what is there.
    pub(super) fn apply(
        &self,
        gemm: &GemmExecutor<f32>,
        rows: &[f32],
        out: &mut [f32],
        add: bool,
    ) -> GemmResult {
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
