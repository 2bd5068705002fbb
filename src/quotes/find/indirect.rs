//! Reported speech without quotation marks.

use super::super::attribute::Attribution;
use super::super::page::Page;
use super::clauses::{Claim, in_sentence, span_of};
use crate::types::Span;

/// A clause that reports somebody's words.
#[derive(Clone, Debug)]
pub(in crate::quotes) struct Reported {
    pub(in crate::quotes) spans: Vec<Span>,
    pub(in crate::quotes) attribution: Attribution,
    pub(in crate::quotes) paragraph: usize,
}

/// Every clause of reported speech outside marks, in order, none overlapping.
pub(in crate::quotes) fn find(page: &Page<'_>) -> Vec<Reported> {
    let mut found = Vec::new();
    for sentence in &page.sentences {
        if page.paragraph(sentence.paragraph).heading {
            continue;
        }
        let claims = in_sentence(page, *sentence);
        found.extend(claims.iter().filter_map(|claim| report(page, claim, sentence.paragraph)));
    }
    found
}

/// `None` where the claim holds words in marks: those are quotes of their own.
fn report(page: &Page<'_>, claim: &Claim, paragraph: usize) -> Option<Reported> {
    let mut spans = Vec::with_capacity(claim.parts.len());
    for part in &claim.parts {
        if (part.first..part.last).any(|at| page.quote_at(at).is_some()) {
            return None;
        }
        spans.push(span_of(page, *part)?);
    }
    Some(Reported { spans, attribution: claim.attribution, paragraph })
}
