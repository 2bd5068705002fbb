use super::attribution;
use super::contents;
use super::counts::Counts;
use super::cover::Cover;
use super::gold::{GoldArticle, RegionLabel};
use super::interval::IntervalSet;
use super::mistakes::Mistake;
use super::page::Page;
use super::regions;
use super::system::SystemQuote;
use super::view::{Reported, View};

/// An annotated article and what was reported of it, made ready to be compared.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub gold: &'a GoldArticle,
    pub page: Page,
    /// The code points of each content.
    pub contents: Vec<IntervalSet>,
    /// Letters of each content.
    pub content_letters: Vec<usize>,
    pub in_contents: Cover,
    pub in_regions: Cover,
    pub in_ignored: Cover,
    pub in_discarded: Cover,
    /// For regions and speakers.
    pub quotes: View<'a>,
    /// For contents.
    pub reported_contents: View<'a>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(gold: &'a GoldArticle, reported: &'a [SystemQuote]) -> Self {
        let page = Page::new(&gold.text);
        let contents: Vec<IntervalSet> =
            gold.quotes.iter().map(|quote| IntervalSet::new(quote.content.iter().copied())).collect();
        let ignored = gold.regions.iter().filter(|region| region.label == RegionLabel::Ignore);
        Self {
            content_letters: contents.iter().map(|content| page.letters_in(content)).collect(),
            in_contents: Cover::new(&page, contents.iter().flat_map(IntervalSet::iter)),
            in_regions: Cover::new(&page, gold.regions.iter().map(|region| region.span)),
            in_ignored: Cover::new(&page, ignored.map(|region| region.span)),
            in_discarded: Cover::new(&page, gold.discard.iter().copied()),
            quotes: View::of_quotes(&page, reported),
            reported_contents: View::of_contents(&page, reported),
            contents,
            page,
            gold,
        }
    }

    /// The counts of the article, and its mistakes in reading order.
    pub(super) fn count(&self) -> (Counts, Vec<Mistake>) {
        let mut counts =
            Counts::of_article(self.gold.text.len(), self.quotes.quotes.len(), self.bad_offsets());
        let mut mistakes = Vec::new();
        let claims = regions::count(self, &mut counts, &mut mistakes);
        contents::count(self, &mut counts, &mut mistakes);
        attribution::count(self, &claims, &mut counts, &mut mistakes);
        mistakes.sort_by_key(|mistake| (mistake.start, mistake.end, mistake.error));
        (counts, mistakes)
    }

    /// Quotes whose words are not those at their offsets, white space aside.
    fn bad_offsets(&self) -> usize {
        let differs = |reported: &&Reported<'_>| {
            let Some(text) = &reported.quote.text else { return false };
            let here = reported.spans.first().map_or(&[][..], |span| self.page.chars(*span));
            let written = |c: &char| !c.is_whitespace();
            !here.iter().copied().filter(written).eq(text.chars().filter(written))
        };
        self.quotes.quotes.iter().filter(differs).count()
    }
}
