//! An article as the rules see it: tokens, stretches in marks, sentences.

pub(super) mod tokens;
pub(super) mod windows;

use self::tokens::{Kind, Mark, Token, tokenize};
use super::class::Class;
use super::find::marks::{Region, pair};
use super::lexicon::Lexicon;
use crate::types::Span;

/// A clean text cut into tokens, with every stretch in marks found and folded into one node.
pub(super) struct Page<'t> {
    pub(super) text: &'t str,
    /// Every token, those inside marks too.
    pub(super) tokens: Vec<Token>,
    /// What stands in marks, in order, never overlapping.
    pub(super) regions: Vec<Region>,
    /// For every region its node, sentence and paragraph.
    pub(super) places: Vec<RegionPlace>,
    /// The tokens outside marks, and one node for each region.
    pub(super) nodes: Vec<Token>,
    pub(super) sentences: Vec<Sentence>,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// Where a region stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegionPlace {
    pub(super) node: usize,
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
}

/// A sentence outside marks: `nodes[first..last]`, its closing full stop included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) paragraph: usize,
}

/// A paragraph: `sentences[first..last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) tokens: (usize, usize),
    /// A heading: the headline, or a line without a full stop.
    pub(super) heading: bool,
    /// A heading whose every word that carries meaning has a capital: capitals mean nothing there.
    pub(super) title_case: bool,
}

/// Longest dateline, in tokens.
const DATELINE: usize = 14;

/// Stands for the node before the first and after the last.
static NOWHERE: Token = Token { span: Span::new(0, 0), kind: Kind::Sign('\n'), class: Class::NONE };

impl<'t> Page<'t> {
    /// Reads some of the paragraphs of a text, in order.
    pub(super) fn read(text: &'t str, paragraphs: &[Span], headline: Option<Span>) -> Self {
        let lexicon = Lexicon::get();
        let bytes: usize = paragraphs.iter().map(|paragraph| paragraph.len()).sum();
        let mut page = Self {
            text,
            tokens: Vec::with_capacity(bytes / 4),
            regions: Vec::with_capacity(paragraphs.len()),
            places: Vec::with_capacity(paragraphs.len()),
            nodes: Vec::new(),
            sentences: Vec::with_capacity(bytes / 64),
            paragraphs: Vec::with_capacity(paragraphs.len()),
        };
        for &paragraph in paragraphs {
            let first = page.tokens.len();
            tokenize(page.text, paragraph, |word| lexicon.class(word), &mut page.tokens);
            let tokens = (first, page.tokens.len());
            let title_case = page.looks_like_heading(tokens);
            let heading = headline == Some(paragraph) || title_case;
            page.paragraphs.push(Paragraph { first: 0, last: 0, tokens, heading, title_case });
        }
        page.nodes.reserve(page.tokens.len());
        for index in 0..page.paragraphs.len() {
            page.read_paragraph(index);
        }
        page
    }

    /// The node at `index`, or one that no rule matches.
    pub(super) fn node(&self, index: usize) -> &Token {
        self.nodes.get(index).unwrap_or(&NOWHERE)
    }

    pub(super) fn text_of(&self, span: Span) -> &'t str {
        span.of(self.text).unwrap_or_default()
    }

    pub(super) fn word(&self, index: usize) -> &'t str {
        self.text_of(self.node(index).span)
    }

    pub(super) fn has(&self, index: usize, class: Class) -> bool {
        self.node(index).class.any(class)
    }

    pub(super) fn is_sign(&self, index: usize, sign: char) -> bool {
        self.node(index).kind == Kind::Sign(sign)
    }

    pub(super) fn is_word(&self, index: usize) -> bool {
        matches!(self.node(index).kind, Kind::Word { .. })
    }

    pub(super) fn is_capital(&self, index: usize) -> bool {
        self.node(index).kind == (Kind::Word { capital: true })
    }

    pub(super) fn is_lower(&self, index: usize) -> bool {
        self.node(index).kind == (Kind::Word { capital: false })
    }

    /// Whether no line feed stands between two nodes.
    pub(super) fn same_paragraph(&self, first: usize, second: usize) -> bool {
        !self.text_of(Span::new(self.node(first).span.end, self.node(second).span.start)).contains('\n')
    }

    pub(super) fn quote_at(&self, index: usize) -> Option<usize> {
        match self.node(index).kind {
            Kind::Quote(region) => usize::try_from(region).ok(),
            _ => None,
        }
    }

    pub(super) fn sentence(&self, index: usize) -> Sentence {
        self.sentences.get(index).copied().unwrap_or(Sentence { first: 0, last: 0, paragraph: 0 })
    }

    pub(super) fn paragraph(&self, index: usize) -> Paragraph {
        self.paragraphs.get(index).copied().unwrap_or(Paragraph {
            first: 0,
            last: 0,
            tokens: (0, 0),
            heading: false,
            title_case: false,
        })
    }

    pub(super) fn place(&self, region: usize) -> RegionPlace {
        self.places.get(region).copied().unwrap_or(RegionPlace { node: 0, sentence: 0, paragraph: 0 })
    }

    /// The words between the marks of a region.
    pub(super) fn quoted(&self, region: usize) -> &'t str {
        self.regions.get(region).map_or("", |region| self.text_of(region.inner))
    }

    /// The last sign or letter between the marks.
    pub(super) fn last_char(&self, region: usize) -> char {
        self.quoted(region).trim_end_matches(['\'', '’', ')', ']']).chars().next_back().unwrap_or(' ')
    }

    /// A line whose words mostly begin with a capital, without a full stop at its end.
    fn looks_like_heading(&self, (first, last): (usize, usize)) -> bool {
        let Some(tokens) = self.tokens.get(first..last) else { return false };
        let ends = tokens.iter().rev().find(|token| !matches!(token.kind, Kind::Mark(_)));
        if tokens.len() > 40 || ends.is_some_and(|end| matches!(end.kind, Kind::Sign('.' | ':' | ','))) {
            return false;
        }
        let mut words = 0;
        let mut capitals = 0;
        for token in tokens {
            if let Kind::Word { capital } = token.kind
                && !token
                    .class
                    .any(Class::PREPOSITION | Class::ARTICLE | Class::CONJUNCTION | Class::AUXILIARY)
            {
                words += 1;
                capitals += usize::from(capital);
            }
        }
        words >= 3 && capitals * 10 >= words * 8
    }

    fn read_paragraph(&mut self, index: usize) {
        let paragraph = self.paragraph(index);
        let reopens = self.paragraphs.get(index + 1).is_some_and(|next| self.opens_with_mark(next.tokens.0));
        let first_region = self.regions.len();
        pair(self.text, &self.tokens, paragraph.tokens, reopens, &mut self.regions);
        let found = self.regions.get(first_region..).unwrap_or_default();
        if found.iter().any(|region| region.single) {
            let unlikely = |region: &Region| region.single && !self.is_likely_single(region, paragraph);
            let likely: Vec<Region> = found.iter().filter(|region| !unlikely(region)).copied().collect();
            self.regions.truncate(first_region);
            self.regions.extend(likely);
            drop_overlaps(&mut self.regions, first_region);
        } else {
            drop_empty(&mut self.regions, first_region);
        }
        let first = self.sentences.len();
        self.fold(index, paragraph, first_region);
        if let Some(paragraph) = self.paragraphs.get_mut(index) {
            paragraph.first = first;
            paragraph.last = self.sentences.len();
        }
    }

    /// Single marks are taken for quotation marks in headings, and elsewhere only where a cue verb, a
    /// comma or a colon introduces them, or inner punctuation and a cue verb follow.
    fn is_likely_single(&self, region: &Region, paragraph: Paragraph) -> bool {
        if paragraph.heading {
            return true;
        }
        let cue = |token: &Token| {
            token.class.any(Class::CUE) && token.class.any(Class::SPEECH | Class::TELL | Class::LABEL)
        };
        let before = self.tokens.get(paragraph.tokens.0..region.first).unwrap_or_default();
        let after = self.tokens.get(region.last..paragraph.tokens.1).unwrap_or_default();
        let introduced =
            before.last().is_none_or(|token| matches!(token.kind, Kind::Sign(',' | ':')) || cue(token));
        let punctuated = self.text_of(region.inner).ends_with([',', '.', '?', '!']);
        (introduced && before.iter().rev().take(8).any(cue))
            || (punctuated && after.iter().take(8).any(cue))
            || (punctuated && introduced && self.text_of(region.inner).len() > 40)
    }

    pub(super) fn opens_with_mark(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|token| {
            matches!(token.kind, Kind::Mark(Mark::Open | Mark::Either | Mark::Low | Mark::GuillemetOpen))
        })
    }

    /// Copies the tokens of a paragraph to the nodes, regions folded, and cuts sentences.
    fn fold(&mut self, index: usize, paragraph: Paragraph, first_region: usize) {
        let (mut at, last) = paragraph.tokens;
        let mut region = first_region;
        let dateline = self.dateline(paragraph.tokens);
        let mut start = self.nodes.len();
        let first_of =
            |regions: &[Region], region: usize| regions.get(region).map_or(usize::MAX, |it| it.first);
        let mut next_region = first_of(&self.regions, region);
        while at < last {
            let folded = if next_region == at { self.regions.get(region).copied() } else { None };
            let node = if let Some(folded) = folded {
                self.places.push(RegionPlace {
                    node: self.nodes.len(),
                    sentence: self.sentences.len(),
                    paragraph: index,
                });
                at = folded.last.max(at + 1);
                region += 1;
                next_region = first_of(&self.regions, region);
                let kind = Kind::Quote(u32::try_from(region - 1).unwrap_or(u32::MAX));
                Token { span: folded.inner, kind, class: Class::NONE }
            } else {
                let Some(mut token) = self.tokens.get(at).copied() else { break };
                at += 1;
                if paragraph.title_case && is_lowered(&token) {
                    token.kind = Kind::Word { capital: false };
                }
                token
            };
            self.nodes.push(node);
            if dateline == Some(at) || self.ends_sentence(node, at, last, region) {
                self.sentences.push(Sentence { first: start, last: self.nodes.len(), paragraph: index });
                start = self.nodes.len();
            }
        }
        if start < self.nodes.len() {
            self.sentences.push(Sentence { first: start, last: self.nodes.len(), paragraph: index });
        }
    }

    /// The token after the dash of a dateline that opens a paragraph: "OSLO, May 3 (Wire) —".
    fn dateline(&self, (first, last): (usize, usize)) -> Option<usize> {
        let shouted = |token: &Token| {
            let word = self.text_of(token.span);
            word.chars().count() > 2 && word.chars().all(char::is_uppercase)
        };
        if !self.tokens.get(first..last)?.first().is_some_and(shouted) {
            return None;
        }
        let dash = (first + 1..last.min(first + DATELINE))
            .take_while(|&at| {
                self.tokens.get(at).is_some_and(|token| match token.kind {
                    Kind::Word { capital } => capital && !token.class.any(Class::CUE),
                    Kind::Number | Kind::Sign(',' | '.' | '(' | ')' | '/' | '—') => true,
                    _ => false,
                })
            })
            .find(|&at| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Sign('—')))?;
        // a hyphen inside a word is no dash of a dateline
        let spaced = self.tokens.get(dash - 1).zip(self.tokens.get(dash));
        spaced.is_some_and(|(before, dash)| before.span.end < dash.span.start).then_some(dash + 1)
    }

    /// Whether a sentence ends after `node`; `at` is the next token, `region` the next region.
    fn ends_sentence(&self, node: Token, at: usize, last: usize, region: usize) -> bool {
        let next = self.tokens.get(at).filter(|_| at < last);
        let Some(next) = next else { return true };
        let quote_follows = || self.regions.get(region).is_some_and(|region| region.first == at);
        let capital = matches!(next.kind, Kind::Word { capital: true } | Kind::Number);
        match node.kind {
            Kind::Sign('.' | '?' | '!') => !matches!(
                next.kind,
                Kind::Sign('.' | '?' | '!' | ')' | ',' | ';') | Kind::Word { capital: false }
            ),
            Kind::Word { .. } if capital => {
                let function = next.class.any(Class::FUNCTION) && !next.class.any(Class::GIVEN | Class::TIME);
                function && self.text_of(node.span).ends_with('.') && {
                    node.class.any(Class::ABBREVIATION_END) || node.span.len() > 2
                }
            }
            Kind::Quote(quote) => match self.last_char(usize::try_from(quote).unwrap_or(usize::MAX)) {
                '.' | '…' => capital || quote_follows(),
                '?' | '!' => (capital && !self.is_attribution(at, last)) || quote_follows(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the tokens from `at` read like "Oru asked": at most sixteen before a cue verb, none of them
    /// a sign other than a comma.
    fn is_attribution(&self, at: usize, last: usize) -> bool {
        for token in self.tokens.iter().take(last.min(at + 17)).skip(at) {
            match token.kind {
                Kind::Word { capital: false } if token.class.any(Class::FINITE) => {
                    return token.class.any(Class::SPEECH | Class::TELL);
                }
                Kind::Word { .. } | Kind::Number | Kind::Possessive | Kind::Sign(',') => {}
                _ => return false,
            }
        }
        false
    }
}

/// Whether a capital of a heading in title case hides a verb or a small word.
pub(super) fn is_lowered(token: &Token) -> bool {
    token.class.any(Class::STOP) && !token.class.any(Class::GIVEN | Class::PLACE_START)
}

/// Keeps, among the regions from `first` on, none of them single, those with words, in order.
fn drop_empty(regions: &mut Vec<Region>, first: usize) {
    let mut kept = first;
    for at in first..regions.len() {
        if regions.get(at).is_some_and(|region| !region.inner.is_empty()) {
            regions.swap(kept, at);
            kept += 1;
        }
    }
    regions.truncate(kept);
    if let Some(kept) = regions.get_mut(first..) {
        kept.sort_unstable_by_key(|region| region.first);
    }
}

/// Keeps, among the regions from `first` on, those that do not overlap an earlier-starting one, in order.
fn drop_overlaps(regions: &mut Vec<Region>, first: usize) {
    let Some(fresh) = regions.get_mut(first..) else { return };
    fresh.sort_unstable_by_key(|region| (region.single, region.first));
    let mut kept: Vec<Region> = fresh.iter().filter(|region| !region.single).copied().collect();
    let doubles = kept.len();
    for single in fresh.iter().filter(|region| region.single) {
        let next =
            kept.get(..doubles).map_or(0, |kept| kept.partition_point(|other| other.first < single.first));
        let clear_before = next == 0 || kept.get(next - 1).is_none_or(|other| other.last <= single.first);
        let clear_after = next >= doubles || kept.get(next).is_none_or(|other| single.last <= other.first);
        if clear_before && clear_after {
            kept.push(*single);
        }
    }
    kept.retain(|region| !region.inner.is_empty());
    kept.sort_unstable_by_key(|region| region.first);
    regions.truncate(first);
    regions.extend(kept);
}
