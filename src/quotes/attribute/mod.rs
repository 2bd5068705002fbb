//! Stage 2: finds the cue and the words that cite the source of every stretch in marks.
//!
//! One file for each family of rules: [`beside`] (attribution after the quote), [`leading`] (before it),
//! [`nouns`] ("Oru's remarks"), [`layout`] (labels before a colon), [`carried`] (sources taken over from
//! a neighbouring quote or sentence). [`rules`] names the rules and says how often each was right.

mod beside;
mod carried;
mod layout;
mod leading;
mod nouns;
mod rules;

pub(super) use self::beside::after;
pub(super) use self::layout::{
    Account, LabelKind, TurnLabel, account, lead_in, nodes_of, signed_line, turn_label,
};
pub(super) use self::rules::Rule;
pub use self::rules::{RuleInfo, rules};
use super::class::Class;
use super::grammar::Phrase;
use super::page::{Page, Sentence};

/// Where a quote comes from, as far as the words beside it tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    /// The nodes `cue.0..cue.1` that announce the quote.
    pub(super) cue: Option<(usize, usize)>,
    pub(super) source: Source,
    pub(super) rule: Rule,
}

/// The words that cite a source, or another quote with the same source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Phrase(Phrase),
    /// The source of another region; always one that has a phrase or nobody, never a chain.
    SameAs(usize),
    Nobody,
}

impl Attribution {
    pub(super) const NONE: Self = Self { cue: None, source: Source::Nobody, rule: Rule::None };

    pub(super) fn new(rule: Rule, phrase: Phrase, cue: Option<usize>) -> Self {
        Self { cue: cue.map(|cue| (cue, cue + 1)), source: Source::Phrase(phrase), rule }
    }
}

/// The attribution of every region of the page, in order.
pub(super) fn attribute(page: &Page<'_>) -> Vec<Attribution> {
    let mut found: Vec<Option<Attribution>> =
        (0..page.regions.len()).map(|region| own(page, region)).collect();
    carried::fill(page, &mut found);
    found.into_iter().map(|attribution| attribution.unwrap_or(Attribution::NONE)).collect()
}

/// Whether the quote stands directly after a cue, a comma or a colon.
fn introduced(page: &Page<'_>, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    page.is_sign(before, ',')
        || page.is_sign(before, ':')
        || page.is_lower(before) && page.has(before, Class::CUE)
}

/// The attribution that stands in the sentence of the region itself.
fn own(page: &Page<'_>, region: usize) -> Option<Attribution> {
    let place = page.place(region);
    let sentence = page.sentence(place.sentence);
    let at = place.node;
    if let Some(found) = layout::headline(page, sentence, at, region) {
        return Some(found);
    }
    let found = near(page, region, sentence, at);
    if found.is_none_or(|found| yields(page, &found, at))
        && let Some(last) = beside::sentence_final(page, sentence, at)
    {
        return Some(last);
    }
    found
        .or_else(|| nouns::utterance(page, sentence, at, false))
        .or_else(|| leading::thought(page, sentence, at))
        .or_else(|| nouns::utterance(page, sentence, at, true))
}

/// Whether an attribution gives way to one that ends the sentence: "Voters say it is “…,” a study found".
/// A name with a verb of speech does not, and neither do words that stand directly after the quote.
fn yields(page: &Page<'_>, found: &Attribution, at: usize) -> bool {
    let (Source::Phrase(phrase), Some((cue, last))) = (found.source, found.cue) else { return false };
    match found.rule {
        Rule::CueBefore => {
            let named =
                page.is_name_word(phrase.head) && page.has(cue, Class::SPEECH | Class::TELL | Class::LABEL);
            !named && last < at && !page.is_sign(at - 1, ',') && !page.is_sign(at - 1, ':')
        }
        Rule::SubjectAfter => phrase.first > at + 3,
        _ => false,
    }
}

/// The attribution next to the region: after it, or before it in the sentence.
fn near(page: &Page<'_>, region: usize, sentence: Sentence, at: usize) -> Option<Attribution> {
    let before = || layout::label(page, sentence, at).or_else(|| leading::before(page, sentence, at));
    let first = if at == sentence.first {
        beside::after(page, sentence, at).or_else(before)
    } else if introduced(page, at)
        || !matches!(page.last_char(region), ',' | '?' | '!' | '—' | '-')
        || page.has(sentence.first, Class::SUBORDINATE)
    {
        before()
    } else {
        beside::closing(page, sentence, at).or_else(before).or_else(|| beside::after(page, sentence, at))
    };
    first.or_else(|| layout::in_brackets(page, sentence, at)).or_else(|| beside::closing(page, sentence, at))
}
