//! Clean text becomes quotes, and quotes get their speakers.
//!
//! Three stages, each a plain function over what the one before it found:
//!
//! 1. [`find`] says which words are quotes;
//! 2. `attribute` finds, for each, the cue and the words that cite the source, and names the rule;
//! 3. `resolve` turns those words into a speaker: canonical name, role, side.
//!
//! [`Extractor`] runs them all. The word lists behind the rules are in `src/quotes/data/`.

mod attribute;
mod class;
mod find;
mod grammar;
mod lexicon;
mod page;
mod resolve;
mod roster;
#[cfg(test)]
mod tests;
mod word_table;

use jiff::civil::Date;

use self::attribute::{Attribution, Source, attribute};
pub use self::attribute::{RuleInfo, rules};
use self::find::unmarked::Unmarked;
use self::find::{Contents, Group, group, indirect, is_quotation, kind_of, unmarked};
use self::grammar::{Phrase, verb_group_start};
use self::page::Page;
use self::page::windows::{Limits, Window, Windows};
use self::resolve::Resolver;
pub use self::roster::{Roster, RosterError};
use crate::types::{AttributedQuote, CleanText, Quote, QuoteKind, Span, Speaker};

/// What counts as a quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuoteOptions {
    /// Also report speech without quotation marks ("said that …", "called the talks productive").
    pub indirect: bool,
}

/// Finds, attributes and resolves the quotes of articles. Cheap to share between threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    roster: Roster,
    options: QuoteOptions,
}

impl Extractor {
    /// An extractor that knows the people of `roster`.
    #[must_use]
    pub const fn new(roster: Roster, options: QuoteOptions) -> Self {
        Self { roster, options }
    }

    /// The quotes of a text with their speakers, in order of their first span. No two overlap; a quote
    /// inside a quote is part of the outer one.
    ///
    /// `published` selects the terms of the roster; without it the roster only answers where all its
    /// rows for a name agree.
    #[must_use]
    pub fn extract(&self, text: &CleanText, published: Option<Date>) -> Vec<AttributedQuote> {
        let mut quotes = Vec::new();
        self.extract_each(text, published, |quote| quotes.push(quote));
        quotes
    }

    /// As [`extract`](Self::extract), handing over one quote after the other. Memory does not grow with
    /// the text: texts of more than 1 MiB are read in windows, and their paragraphs of more than 256 KiB
    /// in pieces.
    pub fn extract_each(&self, text: &CleanText, published: Option<Date>, take: impl FnMut(AttributedQuote)) {
        self.extract_within(text, published, Limits::NEWS, take);
    }

    fn extract_within(
        &self,
        text: &CleanText,
        published: Option<Date>,
        limits: Limits,
        mut take: impl FnMut(AttributedQuote),
    ) {
        let mut windows = Windows::new(text, limits);
        let mut given = 0;
        while let Some(window) = windows.next() {
            let given_before = given;
            let page = Page::read(&text.text, &window.paragraphs, text.headline);
            let found = Found::read(&page, self.options);
            if found.quotes.is_empty() && !windows.has_more() {
                break;
            }
            let mut resolver = Resolver::new(&page, &self.roster, published);
            let mut speakers: Vec<Option<Speaker>> = vec![None; page.regions.len()];
            let shared = found.shared();
            for (quote, evidence) in found.quotes {
                let attribution = match evidence {
                    Evidence::Marks { region, .. } => found.attributions.get(region).copied(),
                    Evidence::Clause { attribution, .. } => Some(attribution),
                };
                let speaker = attribution.map_or_else(Speaker::unknown, |attribution| {
                    let attributions = &found.attributions;
                    let mut sources =
                        Sources { page: &page, attributions, shared: &shared, speakers: &mut speakers };
                    sources.speaker(&mut resolver, &attribution, &evidence, evidence.paragraph())
                });
                if let Some(quote) = own_part(quote, &window, given_before) {
                    given = quote.spans.last().map_or(given, |span| given.max(span.end));
                    take(AttributedQuote {
                        quote,
                        cue: attribution.and_then(|attribution| cue_span(&page, &attribution)),
                        source: attribution.and_then(|it| source_span(&page, &found.attributions, &it)),
                        speaker,
                        rule: attribution.map_or("none", |attribution| attribution.rule.name()),
                    });
                }
            }
            if windows.has_more() {
                windows.carry(&window, resolver.introductions());
            }
        }
    }
}

/// The quotes of a text, in order of their first span, without their speakers. No two overlap.
#[must_use]
pub fn find(text: &CleanText, options: QuoteOptions) -> Vec<Quote> {
    let mut windows = Windows::new(text, Limits::NEWS);
    let mut quotes: Vec<Quote> = Vec::new();
    while let Some(window) = windows.next() {
        let given = quotes.iter().filter_map(|quote| quote.spans.last()).map(|span| span.end).max();
        let page = Page::read(&text.text, &window.paragraphs, text.headline);
        let found = Found::read(&page, options).quotes.into_iter();
        quotes.extend(found.filter_map(|(quote, _)| own_part(quote, &window, given.unwrap_or(0))));
    }
    quotes
}

/// What a window gives of a quote: all of one that begins in its own paragraphs, what no earlier window
/// saw of one that began before them, and nothing that earlier windows gave, up to `given`.
fn own_part(mut quote: Quote, window: &Window<'_>, given: usize) -> Option<Quote> {
    let start = quote.spans.first()?.start;
    if start >= window.own.end {
        return None;
    }
    let from = if start < window.own.start { given.max(window.seen) } else { given };
    if start < from {
        quote.spans.retain(|span| span.start >= from);
        quote.content = None;
    }
    (!quote.spans.is_empty()).then_some(quote)
}

/// What stands behind a quote.
#[derive(Clone, Copy, Debug)]
enum Evidence {
    /// Quotation marks; the attribution is that of `region`.
    Marks { region: usize, paragraph: usize },
    /// A clause of reported speech.
    Clause { attribution: Attribution, paragraph: usize },
}

impl Evidence {
    const fn paragraph(&self) -> usize {
        match self {
            Self::Marks { paragraph, .. } | Self::Clause { paragraph, .. } => *paragraph,
        }
    }
}

/// The quotes of a page, and the attribution of each of its regions.
struct Found {
    attributions: Vec<Attribution>,
    quotes: Vec<(Quote, Evidence)>,
}

impl Found {
    fn read(page: &Page<'_>, options: QuoteOptions) -> Self {
        let attributions = attribute(page);
        let kept: Vec<usize> = attributions
            .iter()
            .enumerate()
            .filter(|(region, attribution)| is_quotation(page, *region, attribution))
            .map(|(region, _)| region)
            .collect();
        let mut contents = Contents::new(page, &attributions);
        let mut quotes: Vec<(Quote, Evidence)> = group(page, &attributions, &kept)
            .iter()
            .filter_map(|group| in_marks(page, &attributions, group, &mut contents))
            .collect();
        if options.indirect {
            quotes.extend(indirect::find(page).into_iter().map(|found| {
                let quote =
                    Quote { kind: QuoteKind::Indirect, spans: found.spans, content: None, closed: true };
                (quote, Evidence::Clause { attribution: found.attribution, paragraph: found.paragraph })
            }));
        }
        let unmarked = unmarked::find(page, &attributions);
        if !unmarked.is_empty() {
            // marks inside such a text are part of its words
            quotes.retain(|(quote, _)| !quote.spans.iter().any(|span| is_inside(&unmarked, *span)));
            quotes.extend(unmarked.into_iter().map(|found| {
                let quote =
                    Quote { kind: QuoteKind::Direct, spans: found.spans, content: None, closed: true };
                (quote, Evidence::Clause { attribution: found.attribution, paragraph: found.paragraph })
            }));
        }
        quotes.sort_by_key(|(quote, _)| quote.spans.first().map(|span| span.start));
        Self { attributions, quotes }
    }
}

impl Found {
    /// For each region, whether another quote has its source.
    fn shared(&self) -> Vec<bool> {
        let mut shared = vec![false; self.attributions.len()];
        let clauses = self.quotes.iter().filter_map(|(_, evidence)| match evidence {
            Evidence::Clause { attribution, .. } => Some(attribution),
            Evidence::Marks { .. } => None,
        });
        for attribution in self.attributions.iter().chain(clauses) {
            if let Source::SameAs(origin) = attribution.source
                && let Some(shared) = shared.get_mut(origin)
            {
                *shared = true;
            }
        }
        shared
    }
}

/// Whether `span` overlaps one of the quotes without marks, which are in order.
fn is_inside(unmarked: &[Unmarked], span: Span) -> bool {
    let ends = |it: &Unmarked| it.spans.last().map_or(0, |last| last.end);
    let next = unmarked.partition_point(|it| ends(it) <= span.start);
    unmarked.get(next).and_then(|it| it.spans.first()).is_some_and(|first| first.start < span.end)
}

fn in_marks(
    page: &Page<'_>,
    attributions: &[Attribution],
    group: &Group,
    contents: &mut Contents<'_, '_>,
) -> Option<(Quote, Evidence)> {
    let spans: Vec<Span> = group
        .regions
        .iter()
        .filter_map(|&region| page.regions.get(region))
        .map(|region| region.inner)
        .collect();
    let first = *group.regions.first()?;
    let last = *group.regions.last()?;
    let kind = kind_of(page, attributions, group);
    let quote = Quote {
        kind,
        spans,
        content: if kind == QuoteKind::Mixed { contents.of(group) } else { None },
        closed: page.regions.get(last).is_some_and(|region| region.closed),
    };
    // the first region that has a source of its own speaks for the group
    let region = group
        .regions
        .iter()
        .copied()
        .find(|&region| {
            attributions.get(region).is_some_and(|found| matches!(found.source, Source::Phrase(_)))
        })
        .unwrap_or(first);
    Some((quote, Evidence::Marks { region, paragraph: page.place(first).paragraph }))
}

/// The words of a cue with what makes them one verb group: "has never said", "went on to warn".
fn cue_span(page: &Page<'_>, attribution: &Attribution) -> Option<Span> {
    let (first, last) = attribution.cue?;
    let first = verb_group_start(page, first);
    Some(Span::new(page.node(first).span.start, page.node(last.checked_sub(1)?).span.end))
}

/// The words that cite the source, beside the quote itself or the one that it shares its source with.
fn source_span(page: &Page<'_>, attributions: &[Attribution], attribution: &Attribution) -> Option<Span> {
    let phrase = match attribution.source {
        Source::Phrase(phrase) => phrase,
        Source::SameAs(origin) => match attributions.get(origin)?.source {
            Source::Phrase(phrase) => phrase,
            Source::SameAs(_) | Source::Nobody => return None,
        },
        Source::Nobody => return None,
    };
    Some(Span::new(page.node(phrase.first).span.start, page.node(phrase.last.checked_sub(1)?).span.end))
}

/// Speakers of the regions resolved so far.
struct Sources<'a, 't> {
    page: &'a Page<'t>,
    attributions: &'a [Attribution],
    /// Whether other regions have the source of a region.
    shared: &'a [bool],
    speakers: &'a mut [Option<Speaker>],
}

impl Sources<'_, '_> {
    /// The cue of an attribution, and one past the last node of the sentence its source stands in.
    fn clause_of(&self, phrase: Phrase, attribution: &Attribution) -> (Option<usize>, usize) {
        let sentences = &self.page.sentences;
        let sentence = sentences.partition_point(|sentence| sentence.last <= phrase.first);
        (attribution.cue.map(|(first, _)| first), self.page.sentence(sentence).last)
    }

    fn speaker(
        &mut self,
        resolver: &mut Resolver<'_, '_, '_>,
        attribution: &Attribution,
        evidence: &Evidence,
        paragraph: usize,
    ) -> Speaker {
        let confidence = attribution.rule.confidence();
        match attribution.source {
            Source::Nobody => Speaker::unknown(),
            Source::Phrase(phrase) => {
                let speaker =
                    resolver.speaker(phrase, self.clause_of(phrase, attribution), paragraph, confidence);
                if let Evidence::Marks { region, .. } = evidence
                    && self.shared.get(*region).is_some_and(|shared| *shared)
                    && let Some(slot) = self.speakers.get_mut(*region)
                {
                    *slot = Some(speaker.clone());
                }
                speaker
            }
            Source::SameAs(origin) => {
                let known = self.speakers.get(origin).cloned().flatten();
                let mut speaker = match known {
                    Some(known) => known,
                    None => match self.attributions.get(origin) {
                        Some(attribution @ Attribution { source: Source::Phrase(phrase), .. }) => {
                            let clause = self.clause_of(*phrase, attribution);
                            let speaker = resolver.speaker(*phrase, clause, paragraph, confidence);
                            if let Some(slot) = self.speakers.get_mut(origin) {
                                *slot = Some(speaker.clone());
                            }
                            speaker
                        }
                        _ => Speaker::unknown(),
                    },
                };
                if speaker.name.is_some() {
                    speaker.confidence = confidence;
                }
                speaker
            }
        }
    }
}
