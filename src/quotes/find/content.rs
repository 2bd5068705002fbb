//! The reported clause that words in marks are part of: he would “fight on” until the talks resume.

use super::super::attribute::{Attribution, Rule, Source};
use super::super::class::Class;
use super::super::grammar::citation;
use super::super::page::tokens::Kind;
use super::super::page::{Page, Sentence};
use super::clauses::{Claim, Clause, end_of, in_sentence, span_of, starting};
use super::segments::Group;
use crate::types::Span;

/// Finds contents; remembers the claims of the sentence it read last.
pub(in crate::quotes) struct Contents<'a, 't> {
    page: &'a Page<'t>,
    attributions: &'a [Attribution],
    sentence: Option<(usize, Vec<Claim>)>,
}

impl<'a, 't> Contents<'a, 't> {
    pub(in crate::quotes) const fn new(page: &'a Page<'t>, attributions: &'a [Attribution]) -> Self {
        Self { page, attributions, sentence: None }
    }

    /// The clause around the regions of `group`, where there is more to it than the words in marks.
    pub(in crate::quotes) fn of(&mut self, group: &Group) -> Option<Span> {
        let &first = group.regions.first()?;
        let &last = group.regions.last()?;
        let from = self.page.place(first);
        let to = self.page.place(last);
        if from.sentence != to.sentence {
            return None;
        }
        let clause = self
            .clause(first, from.sentence)
            .filter(|clause| clause.first <= from.node && to.node < clause.last)?;
        (clause.last - clause.first > 1).then(|| span_of(self.page, clause)).flatten()
    }

    fn clause(&mut self, region: usize, index: usize) -> Option<Clause> {
        let page = self.page;
        let node = page.place(region).node;
        let sentence = page.sentence(index);
        let attribution = *self.attributions.get(region)?;
        let own = match attribution.rule {
            Rule::SubjectAfter
            | Rule::InvertedAfter
            | Rule::AccordingTo
            | Rule::SentenceFinal
            | Rule::Signature => before_attribution(page, sentence, node, &attribution),
            Rule::Label => after_label(page, sentence, node),
            _ => after_cue(page, sentence, node, &attribution),
        };
        own.or_else(|| self.around(index, node))
    }

    /// The part of a claim of the sentence that holds the node.
    fn around(&mut self, index: usize, node: usize) -> Option<Clause> {
        if self.sentence.as_ref().is_none_or(|(read, _)| *read != index) {
            self.sentence = Some((index, in_sentence(self.page, self.page.sentence(index))));
        }
        let (_, claims) = self.sentence.as_ref()?;
        let claim = claims.iter().find(|claim| claim.contains(node))?;
        claim.parts.iter().copied().find(|part| part.first <= node && node < part.last)
    }
}

/// The deal is “dead,” Oru said · … “dead,” according to Oru
fn before_attribution(
    page: &Page<'_>,
    sentence: Sentence,
    node: usize,
    attribution: &Attribution,
) -> Option<Clause> {
    let Source::Phrase(phrase) = attribution.source else { return None };
    let cue = attribution.cue.map(|(first, _)| first);
    let (citation, _) = citation(page, phrase, cue, sentence.last);
    let mut last = cue.map_or(citation, |cue| cue.min(citation)).min(phrase.first);
    if last <= node {
        return None;
    }
    while last > node + 1 && (page.is_sign(last - 1, ',') || page.is_sign(last - 1, '—')) {
        last -= 1;
    }
    Some(Clause { first: sentence.first, last })
}

/// Oru: Veld “…” with talks
fn after_label(page: &Page<'_>, sentence: Sentence, node: usize) -> Option<Clause> {
    let colon = (sentence.first..node).find(|&at| page.is_sign(at, ':'))?;
    Some(Clause { first: colon + 1, last: end_of(page, sentence) })
}

/// Oru said he would “fight on” · called it “dead” · accused Rome of “…”
fn after_cue(page: &Page<'_>, sentence: Sentence, node: usize, attribution: &Attribution) -> Option<Clause> {
    let (cue, cue_end) = attribution.cue.filter(|&(cue, _)| sentence.first <= cue && cue < node)?;
    let claim = starting(page, sentence, cue).filter(|claim| claim.contains(node));
    if let Some(claim) = claim {
        return claim.parts.iter().copied().find(|part| part.first <= node && node < part.last);
    }
    if !page.has(cue, Class::CUE) {
        return None;
    }
    // whatever the cue governs up to the marks
    let first = cue_end.min(node);
    let first = if matches!(page.node(first).kind, Kind::Sign(',' | ':')) { first + 1 } else { first };
    Some(Clause { first, last: node + 1 })
}
