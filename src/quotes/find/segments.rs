//! Regions become quotes: a quote that its attribution interrupts, or that a paragraph break divides, has
//! several spans.

use super::super::attribute::{Attribution, Rule, Source};
use super::super::page::Page;
use super::super::page::tokens::Kind;
use crate::types::QuoteKind;

/// The regions of one quote, in order, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::quotes) struct Group {
    pub(in crate::quotes) regions: Vec<usize>,
}

/// Groups the regions of `kept` (in order).
pub(in crate::quotes) fn group(page: &Page<'_>, attributions: &[Attribution], kept: &[usize]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &region in kept {
        match groups.last_mut() {
            Some(group)
                if group.regions.last().is_some_and(|&last| continues(page, attributions, last, region)) =>
            {
                group.regions.push(region);
            }
            _ => groups.push(Group { regions: vec![region] }),
        }
    }
    groups
}

fn continues(page: &Page<'_>, attributions: &[Attribution], last: usize, region: usize) -> bool {
    if last + 1 != region {
        return false;
    }
    let (from, to) = (page.place(last), page.place(region));
    let closed = page.regions.get(last).is_some_and(|region| region.closed);
    if !closed {
        let opens =
            page.sentence(to.sentence).first == to.node && page.paragraph(to.paragraph).first == to.sentence;
        return opens && from.paragraph + 1 == to.paragraph;
    }
    if from.sentence != to.sentence || matches!(page.last_char(last), '.' | '?' | '!') {
        return false;
    }
    let Some(attribution) = attributions.get(last) else { return false };
    let (Some((_, cue_end)), Source::Phrase(phrase)) = (attribution.cue, attribution.source) else {
        return false;
    };
    let follows = matches!(attribution.rule, Rule::SubjectAfter | Rule::InvertedAfter | Rule::AccordingTo);
    if !follows || phrase.first <= from.node || to.node < cue_end.max(phrase.last) {
        return false;
    }
    let lower = page.quoted(region).starts_with(char::is_lowercase);
    if page.is_sign(to.node - 1, ',') || page.is_sign(to.node - 1, '—') {
        // another verb after the attribution opens a new quote: “A,” he said, calling it, “B”
        let rest = cue_end.max(phrase.last)..to.node;
        return rest.len() <= 14 && rest.clone().all(|node| !is_new_cue(page, node));
    }
    lower && to.node == cue_end.max(phrase.last)
}

fn is_new_cue(page: &Page<'_>, node: usize) -> bool {
    use super::super::class::Class;
    page.has(node, Class::GERUND)
        || page.has(node, Class::FINITE) && page.has(node, Class::SPEECH | Class::TELL | Class::LABEL)
}

/// Direct where the words stand as a sentence of their own, else mixed.
pub(in crate::quotes) fn kind_of(page: &Page<'_>, attributions: &[Attribution], group: &Group) -> QuoteKind {
    let direct = group.regions.iter().take(1).any(|&region| stands_alone(page, attributions, region));
    if direct { QuoteKind::Direct } else { QuoteKind::Mixed }
}

fn stands_alone(page: &Page<'_>, attributions: &[Attribution], region: usize) -> bool {
    let place = page.place(region);
    let sentence = page.sentence(place.sentence);
    let text = page.quoted(region);
    if page.paragraph(place.paragraph).heading {
        return false;
    }
    let ends = text.ends_with(['.', ',', '!', '?', '…', '—', '-', ';', ':', '\'', '’', ']', ')']);
    let opens = place.node == sentence.first;
    let follows = attributions.get(region).is_some_and(|attribution| {
        matches!(attribution.rule, Rule::SubjectAfter | Rule::InvertedAfter | Rule::AccordingTo)
    });
    if opens {
        return ends || follows || place.node + 1 >= sentence.last;
    }
    let upper = text.starts_with(|c: char| {
        c.is_uppercase() || c.is_ascii_digit() || matches!(c, '[' | '…' | '.' | '@' | '#' | '$')
    });
    let before = page.node(place.node - 1).kind;
    let set_off = matches!(before, Kind::Sign(',' | ':' | '—'))
        || attributions
            .get(region)
            .is_some_and(|attribution| attribution.cue.is_some_and(|(_, last)| last == place.node));
    upper && set_off && (ends || before == Kind::Sign(':') || text.split_whitespace().count() >= 5)
}
