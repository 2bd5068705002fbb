use std::ops::Range;

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, GemmResult};
use rten_simd::SimdOp;
use rten_tensor::NdTensorView;
use rten_vecmath::Softmax;

/// Scaled dot-product attention of several heads, `softmax(q · kᵀ / √width) · v`, within one sequence
/// (Vaswani et al., *Attention Is All You Need*, NeurIPS 2017, section 3.2).
pub(super) struct Attention {
    pub(super) heads: usize,
    /// Width of one head.
    pub(super) width: usize,
}

impl Attention {
    /// Attends within the rows `sequence`. A row of `projected` holds the queries, keys and values of all
    /// heads, one after the other; a row of `out` their results.
    pub(super) fn apply(
        &self,
        gemm: &GemmExecutor<f32>,
        projected: &[f32],
        sequence: Range<usize>,
        out: &mut [f32],
        workspace: &mut AttentionWorkspace,
    ) -> GemmResult {
        let hidden = self.heads * self.width;
        let (length, stride) = (sequence.len(), 3 * hidden);
        let rows = projected.get(sequence.start * stride..sequence.end * stride).unwrap_or_default();
        let rows = NdTensorView::from_data([length, stride], rows);
        workspace.scores.resize(length * length, 0.0);
        workspace.mixed.resize(length * self.width, 0.0);
        let scale = (self.width as f32).sqrt().recip();
        for head in 0..self.heads {
            let part = |block: usize| {
                let first = block * hidden + head * self.width;
                rows.slice((.., first..first + self.width))
            };
            gemm.gemm(
                &mut workspace.scores,
                GemmInputA::Unpacked(part(0)),
                GemmInputB::Unpacked(part(1).transposed()),
                GemmOptions { alpha: scale, ..GemmOptions::default() },
            )?;
            for row in workspace.scores.chunks_exact_mut(length) {
                Softmax::new_mut(row).dispatch();
            }
            gemm.gemm(
                &mut workspace.mixed,
                GemmInputA::Unpacked(NdTensorView::from_data([length, length], workspace.scores.as_slice())),
                GemmInputB::Unpacked(part(2)),
                GemmOptions::default(),
            )?;
            let rows = out.chunks_exact_mut(hidden).skip(sequence.start);
            for (row, mixed) in rows.zip(workspace.mixed.chunks_exact(self.width)) {
                if let Some(place) = row.get_mut(head * self.width..(head + 1) * self.width) {
                    place.copy_from_slice(mixed);
                }
            }
        }
        Ok(())
    }
}

/// Memory that is used again from sequence to sequence.
#[derive(Default)]
pub(super) struct AttentionWorkspace {
    scores: Vec<f32>,
    mixed: Vec<f32>,
}
