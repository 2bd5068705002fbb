//! Each quote as a saying: who, when, how, and about whom and what.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::collection::{CollectedQuote, Collection};
use super::copies::{Printed, representatives};
use super::dates::{ArticleDay, When, WhenBasis, day_number, said_when};
use super::names::{SideId, SideNames};
use super::speakers::{SpeakerId, Speakers};
use super::words::{Word, term, words};
use crate::records::unmark;
use crate::types::{QuoteInContext, Span, Stance};

/// A quote as a saying, beside its record.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    pub article: u32,
    pub speaker: Option<SpeakerId>,
    pub side: Option<SideId>,
    pub when: When,
    pub stance: Stance,
    /// Probability of that stance.
    pub confidence: f64,
    /// P(hawkish) − P(diplomatic).
    pub score: f64,
    /// The other sides that it is about, nearest first.
    pub about: Vec<About>,
    /// Whether it is about talks, or about an agreement: bits of [`MATTERS`].
    pub matters: u8,
    /// Terms of the quote and the words around it, as numbers, sorted.
    pub terms: Vec<u32>,
    /// People named in the paragraph, sorted.
    pub named: Vec<SpeakerId>,
    /// The quote that stands for this one; itself where it is no copy.
    pub stands_for: usize,
}

/// A side that a quote is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub side: SideId,
    pub nearness: Nearness,
}

/// Where a side is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// Most often in the article, but not beside the quote.
    Article,
    /// In the paragraph around the quote.
    Paragraph,
    /// In the words of the quote.
    Quote,
}

/// What was worked out of a collection.
#[derive(Debug)]
pub(super) struct Sayings {
    pub all: Vec<Saying>,
    pub speakers: Speakers,
    pub days: Vec<ArticleDay>,
    /// The terms by their numbers.
    pub terms: Vec<String>,
}

/// Sides that one quote is taken to be about, at the most.
const SIDES_ABOUT: usize = 3;
/// Terms kept for one quote, at the most: the rarest.
const TERMS: usize = 16;
/// From so many quotes on, terms in more than one in [`COMMON_SHARE`] of them are not specific.
const MANY_QUOTES: usize = 400;
const COMMON_SHARE: usize = 40;
/// Bytes of an article's text that are searched for the side it is about.
const SEARCHED_BYTES: usize = 20_000;

/// Words by which a paragraph tells that a quote is about talks, and about an agreement: two bits.
const MATTERS: [&[&str]; 2] = [
    &[
        "talk",
        "talks",
        "talking",
        "meet",
        "meets",
        "met",
        "meeting",
        "meetings",
        "negotiate",
        "negotiating",
        "negotiation",
        "negotiations",
        "negotiators",
        "negotiated",
        "summit",
        "summits",
        "dialogue",
        "visit",
        "visits",
        "discussions",
        "consultations",
    ],
    &["deal", "agreement", "accord", "treaty", "pact", "truce", "ceasefire", "armistice"],
];

/// The bit of each word of [`MATTERS`].
static MATTER_OF: LazyLock<FxHashMap<&'static str, u8>> = LazyLock::new(|| {
    let bits = MATTERS.iter().enumerate();
    bits.flat_map(|(bit, words)| words.iter().map(move |word| (*word, 1 << bit))).collect()
});

/// The names of the bits of [`Saying::matters`].
pub(super) fn matter_names(bits: u8) -> impl Iterator<Item = &'static str> {
    ["talks", "an agreement"]
        .into_iter()
        .enumerate()
        .filter(move |(bit, _)| bits & (1 << bit) != 0)
        .map(|it| it.1)
}

impl Sayings {
    /// Works out speakers, dates, subjects and copies.
    pub(super) fn find(collection: &mut Collection) -> Self {
        let speakers = Speakers::find(&collection.quotes, &mut collection.names);
        let days = article_days(collection);
        let here = quoted_in(&collection.quotes, &speakers);
        let article_sides = article_sides(collection, &speakers, &here);
        let mut terms = Terms::default();
        let mut all: Vec<Saying> = Vec::with_capacity(collection.quotes.len());
        for (index, quote) in collection.quotes.iter().enumerate() {
            let speaker = speakers.of_quote.get(index).copied().flatten();
            let side = speaker.and_then(|id| speakers.get(id)).and_then(|it| it.side);
            let context = in_context(quote);
            let article = quote.article as usize;
            let day = days.get(article).and_then(|it| it.day);
            let when = said_when(&context, cue_in(quote, &context), day);
            let when =
                when.or_else(|| carried(&all, quote, speaker)).unwrap_or_else(|| When::of_article(day));
            let subject = Subject::read(&context, &collection.names, &speakers, |id| {
                here.get(article).is_some_and(|here| here.binary_search(&id).is_ok())
            });
            let [hawkish, diplomatic, neutral] = quote.stance;
            let (stance, confidence) = if hawkish >= diplomatic && hawkish >= neutral {
                (Stance::Hawkish, hawkish)
            } else if diplomatic >= neutral {
                (Stance::Diplomatic, diplomatic)
            } else {
                (Stance::Neutral, neutral)
            };
            all.push(Saying {
                article: quote.article,
                speaker,
                side,
                when,
                stance,
                confidence,
                score: hawkish - diplomatic,
                about: subject.about(side, article_sides.get(article).map_or(&[], Vec::as_slice)),
                matters: subject.matters,
                terms: terms.numbers(subject.terms),
                named: subject.named.into_iter().filter(|id| Some(*id) != speaker).collect(),
                stands_for: index,
            });
        }
        terms.keep_specific(&mut all);
        group_copies(&mut all, &collection.quotes);
        Self { all, speakers, days, terms: terms.names }
    }

    /// The quotes that are no copies.
    pub(super) fn originals(&self) -> impl Iterator<Item = (usize, &Saying)> {
        self.all.iter().enumerate().filter(|(index, saying)| saying.stands_for == *index)
    }
}

fn article_days(collection: &Collection) -> Vec<ArticleDay> {
    let mut tops: Vec<Option<&str>> = collection.articles.iter().map(|it| it.text.as_deref()).collect();
    for quote in &collection.quotes {
        // Without the text, the first paragraph that has a quote may be the one with the dateline.
        if let Some(top) = tops.get_mut(quote.article as usize)
            && top.is_none()
        {
            *top = Some(&quote.record.quote.context);
        }
    }
    let articles = collection.articles.iter().zip(tops);
    articles
        .map(|(article, top)| {
            let published = article.published.as_deref().and_then(|day| day.parse().ok());
            ArticleDay::find(published, top, article.url.as_deref(), &article.id)
        })
        .collect()
}

/// The speakers of each article, sorted.
fn quoted_in(quotes: &[CollectedQuote], speakers: &Speakers) -> Vec<Vec<SpeakerId>> {
    let articles = quotes.iter().map(|quote| quote.article as usize + 1).max().unwrap_or(0);
    let mut here: Vec<Vec<SpeakerId>> = vec![Vec::new(); articles];
    for (quote, speaker) in quotes.iter().zip(&speakers.of_quote) {
        if let (Some(here), Some(speaker)) = (here.get_mut(quote.article as usize), speaker) {
            here.push(*speaker);
        }
    }
    for speakers in &mut here {
        speakers.sort_unstable();
        speakers.dedup();
    }
    here
}

/// How often each article names each side, most often first; once is no subject.
fn article_sides(
    collection: &Collection,
    speakers: &Speakers,
    here: &[Vec<SpeakerId>],
) -> Vec<Vec<(SideId, usize)>> {
    let mut counts: Vec<FxHashMap<SideId, usize>> = vec![FxHashMap::default(); collection.articles.len()];
    let mut count = |article: usize, text: &str, weight: usize| {
        let Some(counts) = counts.get_mut(article) else { return };
        for (side, _) in sides_in(text, &collection.names, speakers, |id| {
            here.get(article).is_some_and(|here| here.binary_search(&id).is_ok())
        }) {
            *counts.entry(side).or_default() += weight;
        }
    };
    for (index, article) in collection.articles.iter().enumerate() {
        count(index, article.title.as_deref().unwrap_or_default(), 2);
        if let Some(text) = &article.text {
            let mut end = text.len().min(SEARCHED_BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            count(index, text.get(..end).unwrap_or_default(), 1);
        }
    }
    for quote in &collection.quotes {
        let index = quote.article as usize;
        if collection.articles.get(index).is_some_and(|article| article.text.is_none()) {
            count(index, &quote.record.quote.context, 1);
        }
    }
    counts
        .into_iter()
        .map(|counts| {
            let mut counts: Vec<(SideId, usize)> =
                counts.into_iter().filter(|(_, count)| *count > 1).collect();
            counts.sort_unstable_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
            counts
        })
        .collect()
}

/// The sides that a text names, by their own names or by people who speak for them, and where.
fn sides_in(
    text: &str,
    names: &SideNames,
    speakers: &Speakers,
    is_here: impl Fn(SpeakerId) -> bool + Copy,
) -> Vec<(SideId, Span)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut covered = vec![false; words.len()];
    for naming in names.find(&words) {
        covered.iter_mut().skip(naming.word).take(naming.length).for_each(|it| *it = true);
        if let Some(word) = words.get(naming.word) {
            found.push((naming.side, word.span));
        }
    }
    for (word, covered) in words.iter().zip(covered) {
        if !covered {
            let mut sides = speakers.named_by(word, is_here).filter_map(|id| speakers.get(id)?.side);
            if let Some(side) = sides.next()
                && sides.all(|other| other == side)
            {
                found.push((side, word.span));
            }
        }
    }
    found
}

/// The quote in its paragraph; alone where the record's context cannot be read.
fn in_context(quote: &CollectedQuote) -> QuoteInContext {
    unmark(&quote.record.quote.context)
        .unwrap_or_else(|_| QuoteInContext::bare(quote.record.quote.text.as_str()))
}

/// Where the cue of a record begins in its context: as many characters from the quote as in the article,
/// or where these words stand nearest to it.
fn cue_in(quote: &CollectedQuote, context: &QuoteInContext) -> Option<usize> {
    let cue = quote.record.cue.as_ref()?;
    let start = context.spans.first()?.start;
    let characters = cue.start as i64 - quote.record.quote.start as i64;
    let text = &context.context;
    let guess = if characters >= 0 {
        text.get(start..)?.char_indices().nth(usize::try_from(characters).ok()?).map(|(at, _)| start + at)
    } else {
        let back = usize::try_from(-characters).ok()?;
        text.get(..start)?.char_indices().rev().nth(back - 1).map(|(at, _)| at)
    };
    let is_there = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(&cue.text));
    guess.filter(is_there).or_else(|| {
        let found = text.match_indices(cue.text.as_str()).map(|(at, _)| at);
        found
            .filter(|at| context.spans.iter().all(|span| !(span.start..span.end).contains(at)))
            .min_by_key(|at| at.abs_diff(start))
    })
}

/// The time of the quote just before, where the same speaker said it in the same article.
fn carried(all: &[Saying], quote: &CollectedQuote, speaker: Option<SpeakerId>) -> Option<When> {
    let before =
        all.last().filter(|it| it.article == quote.article && speaker.is_some() && it.speaker == speaker)?;
    matches!(before.when.basis, WhenBasis::Attribution | WhenBasis::QuoteBefore)
        .then(|| When { basis: WhenBasis::QuoteBefore, ..before.when.clone() })
}

/// What a paragraph says about the subject of its quote.
struct Subject {
    sides: Vec<(SideId, Nearness)>,
    matters: u8,
    terms: Vec<String>,
    named: Vec<SpeakerId>,
}

impl Subject {
    fn read(
        context: &QuoteInContext,
        names: &SideNames,
        speakers: &Speakers,
        is_here: impl Fn(SpeakerId) -> bool + Copy,
    ) -> Self {
        let text = &context.context;
        let is_quoted = |span: Span| context.spans.iter().any(|quote| quote.contains(span));
        let nearness = |span| if is_quoted(span) { Nearness::Quote } else { Nearness::Paragraph };
        let sides = sides_in(text, names, speakers, is_here).into_iter();
        let sides = sides.map(|(side, span)| (side, nearness(span))).collect();
        let words = words(text);
        let mut named: Vec<SpeakerId> =
            words.iter().flat_map(|word: &Word<'_>| speakers.named_by(word, is_here)).collect();
        named.sort_unstable();
        named.dedup();
        let mut matters = 0;
        let mut terms = Vec::new();
        for word in &words {
            let lower = word.text.to_lowercase();
            matters |= MATTER_OF.get(lower.as_str()).copied().unwrap_or_default();
            // Capitals are names of people, places and outlets, which two reports share for other reasons.
            if !word.is_capitalised() {
                terms.extend(term(&lower));
            }
        }
        terms.sort_unstable();
        terms.dedup();
        Self { sides, matters, terms, named }
    }

    /// The sides other than the speaker's own that the quote is about, nearest and most often named first;
    /// where none is near, the one that the article names most.
    fn about(&self, own: Option<SideId>, article: &[(SideId, usize)]) -> Vec<About> {
        let mut counts: Vec<(SideId, Nearness, usize)> = Vec::new();
        for (side, nearness) in self.sides.iter().filter(|(side, _)| Some(*side) != own) {
            match counts.iter_mut().find(|it| it.0 == *side) {
                Some(known) => {
                    known.1 = known.1.max(*nearness);
                    known.2 += 1;
                }
                None => counts.push((*side, *nearness, 1)),
            }
        }
        counts.sort_by(|one, two| two.1.cmp(&one.1).then(two.2.cmp(&one.2)).then(one.0.cmp(&two.0)));
        let near: Vec<About> = counts
            .into_iter()
            .take(SIDES_ABOUT)
            .map(|(side, nearness, _)| About { side, nearness })
            .collect();
        if !near.is_empty() {
            return near;
        }
        let main = article.iter().find(|(side, _)| Some(*side) != own);
        main.map(|(side, _)| About { side: *side, nearness: Nearness::Article }).into_iter().collect()
    }
}

/// Terms as numbers.
#[derive(Debug, Default)]
struct Terms {
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
    /// In how many quotes each stands.
    quotes: Vec<usize>,
}

impl Terms {
    fn numbers(&mut self, terms: Vec<String>) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(terms.len());
        for term in terms {
            let number = match self.numbers.get(&term) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                    self.names.push(term.clone());
                    self.numbers.insert(term, number);
                    self.quotes.push(0);
                    number
                }
            };
            if let Some(count) = self.quotes.get_mut(number as usize) {
                *count += 1;
            }
            numbers.push(number);
        }
        numbers
    }

    /// Leaves each quote its rarest terms that others have too, in the order of their numbers.
    fn keep_specific(&self, all: &mut [Saying]) {
        let common = if all.len() >= MANY_QUOTES { all.len() / COMMON_SHARE } else { usize::MAX };
        let count = |number: u32| self.quotes.get(number as usize).copied().unwrap_or_default();
        for saying in all {
            saying.terms.retain(|number| (2..=common).contains(&count(*number)));
            saying.terms.sort_unstable_by_key(|number| (count(*number), *number));
            saying.terms.truncate(TERMS);
            saying.terms.sort_unstable();
            saying.terms.shrink_to_fit();
        }
    }
}

fn group_copies(all: &mut [Saying], quotes: &[CollectedQuote]) {
    let printed: Vec<Printed<'_>> = all
        .iter()
        .zip(quotes)
        .map(|(saying, quote)| Printed {
            text: &quote.record.quote.text,
            context: quote.record.quote.context.len(),
            article: quote.article,
            speaker: saying.speaker,
            day: saying.when.from.map(day_number),
        })
        .collect();
    for (saying, leader) in all.iter_mut().zip(representatives(&printed)) {
        saying.stands_for = leader;
    }
    // The words were said when the best-informed of their printings says.
    for index in 0..all.len() {
        let Some(copy) = all.get(index).filter(|it| it.stands_for != index) else { continue };
        let (leader, when) = (copy.stands_for, copy.when.clone());
        if let Some(leader) = all.get_mut(leader) {
            let key = |when: &When| (when.from.is_none(), when.basis, when.from);
            if key(&when) < key(&leader.when) {
                leader.when = when;
            }
        }
    }
}
