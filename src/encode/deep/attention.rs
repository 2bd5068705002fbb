use std::ops::Range;

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, GemmResult};
use rten_simd::SimdOp;
use rten_tensor::NdTensorView;
use rten_vecmath::Softmax;

use super::Architecture;

/// Scaled dot-product attention of several heads, `softmax(q · kᵀ / √width) · v`, within one sequence
/// (Vaswani et al., *Attention Is All You Need*, NeurIPS 2017, section 3.2).
pub(super) struct Attention {
    pub(super) heads: usize,
    /// Width of one head.
    pub(super) width: usize,
}

impl Attention {
    /// Attends within the rows `sequence`. A row of `projected` holds the queries, keys and values of all
    /// heads, one after the other; a row of `out` their results. `distances` are added to what the softmax
    /// is taken of.
    pub(super) fn apply(
        &self,
        gemm: &GemmExecutor<f32>,
        projected: &[f32],
        sequence: Range<usize>,
        distances: Option<&DistanceBias>,
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
            for (place, row) in workspace.scores.chunks_exact_mut(length).enumerate() {
                if let Some(distances) = distances {
                    distances.add(head, place, row);
                }
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

/// What the distance between two tokens adds to their attention.
pub(super) struct DistanceBias {
    /// For each head, the terms for distances from `1 - longest` to `longest - 1`.
    by_head: Vec<Vec<f32>>,
    /// Tokens of the longest sequence.
    longest: usize,
}

impl DistanceBias {
    /// `rows` is one row for each distance of [`Architecture::distance_row`], one column for each head.
    pub(super) fn new(architecture: &Architecture, rows: &[f32]) -> Self {
        let (heads, longest) = (architecture.num_attention_heads, architecture.longest());
        let farthest = longest.saturating_sub(1).cast_signed();
        let of_head = |head: usize| {
            let term = |distance| rows.get(architecture.distance_row(distance) * heads + head);
            (-farthest..=farthest).map(|distance| term(distance).copied().unwrap_or_default()).collect()
        };
        Self { by_head: (0..heads).map(of_head).collect(), longest }
    }

    /// Adds the terms for the token at `place` to its attention to all tokens.
    fn add(&self, head: usize, place: usize, row: &mut [f32]) {
        let first = self.longest.saturating_sub(1 + place);
        let terms = self.by_head.get(head).and_then(|terms| terms.get(first..)).unwrap_or_default();
        for (score, term) in row.iter_mut().zip(terms) {
            *score += term;
        }
    }
}

/// Memory that is used again from sequence to sequence.
#[derive(Default)]
pub(super) struct AttentionWorkspace {
    scores: Vec<f32>,
    mixed: Vec<f32>,
}
