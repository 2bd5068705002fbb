//! Reported speech without quotation marks.

use super::super::attribute::Attribution;
use super::super::page::Page;
use crate::types::Span;

/// A clause that reports somebody's words.
#[derive(Clone, Debug)]
pub(in crate::quotes) struct Reported {
    pub(in crate::quotes) spans: Vec<Span>,
    pub(in crate::quotes) attribution: Attribution,
    pub(in crate::quotes) paragraph: usize,
}

pub(in crate::quotes) fn find(_page: &Page<'_>) -> Vec<Reported> {
    Vec::new()
}
