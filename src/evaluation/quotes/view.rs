use rustc_hash::FxHashSet;

use super::interval::{Interval, IntervalSet};
use super::page::Page;
use super::system::SystemQuote;

/// A reported quote as one of the two views has it.
#[derive(Debug)]
pub(super) struct Reported<'a> {
    /// The quote, for its speaker and cue.
    pub quote: &'a SystemQuote,
    /// Its spans as given, cut to the text; none empty, none twice.
    pub spans: Vec<Interval>,
    /// Letters and digits in them; never none.
    pub letters: usize,
}

/// The quotes that one view compares.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// The quotes, in the order they were reported.
    pub quotes: Vec<Reported<'a>>,
    /// The code points of each quote.
    pub sets: Vec<IntervalSet>,
}

impl<'a> View<'a> {
    /// The spans of each quote: of a mixed quote, the words in marks.
    pub(super) fn of_quotes(page: &Page, quotes: &'a [SystemQuote]) -> Self {
        Self::new(page, quotes.iter().map(|quote| (quote, quote.spans.as_slice())))
    }

    /// The content of each quote where it has one, else its spans. Quotes that share a content are one,
    /// with the speaker and the cue of the first.
    pub(super) fn of_contents(page: &Page, quotes: &'a [SystemQuote]) -> Self {
        let mut seen = FxHashSet::default();
        let first = quotes.iter().filter(|quote| quote.content.is_none_or(|content| seen.insert(content)));
        Self::new(
            page,
            first.map(|quote| match &quote.content {
                Some(content) => (quote, std::slice::from_ref(content)),
                None => (quote, quote.spans.as_slice()),
            }),
        )
    }

    fn new(page: &Page, quotes: impl Iterator<Item = (&'a SystemQuote, &'a [Interval])>) -> Self {
        let mut view = Self { quotes: Vec::new(), sets: Vec::new() };
        for (quote, given) in quotes {
            let whole = Interval::new(0, page.len());
            let mut seen = FxHashSet::default();
            let spans: Vec<Interval> = given
                .iter()
                .map(|span| span.common(whole))
                .filter(|span| !span.is_empty() && seen.insert(*span))
                .collect();
            let set = IntervalSet::new(spans.iter().copied());
            let letters = page.letters_in(&set);
            if letters > 0 {
                view.quotes.push(Reported { quote, spans, letters });
                view.sets.push(set);
            }
        }
        view
    }

    /// Every span of every quote, with the number of the quote.
    pub(super) fn spans(&self) -> impl Iterator<Item = (usize, Interval)> {
        self.quotes.iter().enumerate().flat_map(|(quote, it)| it.spans.iter().map(move |&span| (quote, span)))
    }
}
