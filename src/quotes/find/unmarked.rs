//! Quotes that no marks enclose, where the layout of the page shows whose words they are: transcripts,
//! statements printed in full, block quotes, posts, quotation dashes.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::super::attribute::{
    Account, Attribution, LabelKind, Rule, Source, TurnLabel, account, after, lead_in, nodes_of, signed_line,
    turn_label,
};
use super::super::class::Class;
use super::super::grammar::{Phrase, main_subject};
use super::super::page::Page;
use super::super::page::tokens::Kind;
use crate::types::Span;

/// Words in paragraphs of their own, without marks.
#[derive(Clone, Debug)]
pub(in crate::quotes) struct Unmarked {
    pub(in crate::quotes) spans: Vec<Span>,
    pub(in crate::quotes) attribution: Attribution,
    /// Paragraph of the first span.
    pub(in crate::quotes) paragraph: usize,
}

/// Most paragraphs of one turn, and lines above a transcript that may name who answers.
const TURN: usize = 12;
const LEAD: usize = 4;
/// Longest line with a quotation dash, in nodes.
const DASH: usize = 120;

/// The quotes without marks of a page, in order.
pub(in crate::quotes) fn find(page: &Page<'_>, attributions: &[Attribution]) -> Vec<Unmarked> {
    let mut finder =
        Finder { page, attributions, taken: vec![false; page.paragraphs.len()], found: Vec::new() };
    finder.transcript();
    let accounts = page.text.contains("(@");
    for index in 0..page.paragraphs.len() {
        if !finder.is_taken(index) {
            finder.announced(index);
            if accounts {
                finder.posted(index);
            }
            finder.signed(index);
            finder.dashed(index);
        }
    }
    finder.found.sort_by_key(|it| it.spans.first().map(|span| span.start));
    finder.found
}

struct Finder<'p, 't> {
    page: &'p Page<'t>,
    attributions: &'p [Attribution],
    /// The paragraphs that belong to a quote without marks.
    taken: Vec<bool>,
    found: Vec<Unmarked>,
}

impl<'t> Finder<'_, 't> {
    fn is_taken(&self, index: usize) -> bool {
        self.taken.get(index).copied().unwrap_or(true)
    }

    fn take(&mut self, spans: Vec<Span>, attribution: Attribution, paragraphs: Range<usize>) {
        if spans.is_empty() {
            return;
        }
        if let Some(taken) = self.taken.get_mut(paragraphs.clone()) {
            taken.fill(true);
        }
        self.found.push(Unmarked { spans, attribution, paragraph: paragraphs.start });
    }

    fn regions(&self, index: usize) -> Range<usize> {
        let places = &self.page.places;
        let first = places.partition_point(|place| place.paragraph < index);
        first..first + places.get(first..).map_or(0, |rest| rest.partition_point(|it| it.paragraph == index))
    }

    /// Whether a quote of the paragraph has a cue of its own: the reporter speaks.
    fn is_narrated(&self, index: usize) -> bool {
        self.regions(index).any(|region| self.attributions.get(region).is_some_and(|it| it.cue.is_some()))
    }

    fn span_of(&self, index: usize) -> Span {
        let (first, last) = self.page.paragraph(index).tokens;
        let tokens = self.page.tokens.get(first..last).unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::new(0, 0),
        }
    }

    fn speaks_in_person(&self, (first, last): (usize, usize)) -> bool {
        (first..last).any(|node| {
            self.page.is_word(node)
                && (self.page.has(node, Class::FIRST_PERSON)
                    || ["our", "my", "us", "me"]
                        .iter()
                        .any(|it| self.page.word(node).eq_ignore_ascii_case(it)))
        })
    }

    /// Whether the turn sounds like talk: somebody says "I" or "you", or asks.
    fn is_talk(&self, index: usize, from: usize) -> bool {
        let (_, last) = nodes_of(self.page, self.page.paragraph(index));
        self.speaks_in_person((from, last))
            || (from..last).any(|node| {
                self.page.is_sign(node, '?')
                    || ["you", "your"].iter().any(|it| self.page.word(node).eq_ignore_ascii_case(it))
            })
    }

    /// The turns of a transcript: at least three lines that open with a speaker, two of them different
    /// and one of them twice, or a question and an answer; and two of the turns must sound like talk.
    fn transcript(&mut self) {
        let page = self.page;
        let labels: Vec<(usize, TurnLabel<'t>)> = (0..page.paragraphs.len())
            .filter_map(|index| Some((index, turn_label(page, page.paragraph(index))?)))
            .collect();
        let has = |kind: LabelKind| labels.iter().any(|(_, label)| label.kind == kind);
        let letters = has(LabelKind::Question) && has(LabelKind::Answer);
        let mut times: FxHashMap<&str, usize> = FxHashMap::default();
        for (_, label) in &labels {
            *times.entry(label.words).or_default() += 1;
        }
        let repeated = labels.iter().any(|(_, label)| times.get(label.words).is_some_and(|&it| it > 1));
        let enough = letters || labels.len() >= 3 && times.len() >= 2 && repeated;
        if !enough || labels.iter().filter(|(index, label)| self.is_talk(*index, label.last)).count() < 2 {
            return;
        }
        let interviewee = labels.first().and_then(|(first, _)| self.introduced_above(*first));
        for (place, (index, label)) in labels.iter().enumerate() {
            let next = labels.get(place + 1).map(|(next, _)| *next);
            let end = self.turn_end(*index, next);
            let source = match label.kind {
                LabelKind::Speaker(phrase) => Some(phrase),
                LabelKind::Answer => interviewee,
                LabelKind::Question => None,
            };
            let attribution = match source {
                Some(phrase) => Attribution::new(Rule::Turn, phrase, None),
                None => Attribution { cue: None, source: Source::Nobody, rule: Rule::Turn },
            };
            let mut spans = Vec::new();
            for paragraph in *index..end {
                let mut span = self.span_of(paragraph);
                if paragraph == *index {
                    span = Span::new(page.node(label.last).span.start.min(span.end), span.end);
                }
                without_directions(page.text, span, &mut spans);
            }
            self.take(spans, attribution, *index..end);
        }
    }

    /// One past the last paragraph of a turn. What follows the last label is the reporter's again.
    fn turn_end(&self, index: usize, next: Option<usize>) -> usize {
        let Some(next) = next.filter(|&next| next - index <= TURN) else { return index + 1 };
        (index + 1..next)
            .find(|&other| self.page.paragraph(other).heading || self.is_narrated(other))
            .unwrap_or(next)
    }

    /// The person that the lines above a transcript are about.
    fn introduced_above(&self, index: usize) -> Option<Phrase> {
        let first = self.page.paragraph(index.saturating_sub(LEAD)).first;
        (first..self.page.paragraph(index).first).rev().find_map(|sentence| {
            main_subject(self.page, self.page.sentence(sentence)).filter(|subject| {
                self.page.is_name_word(subject.head) || self.page.has(subject.head, Class::HE | Class::SHE)
            })
        })
    }

    /// Whether the paragraph can be the body of a text that the one before announces.
    fn is_body(&self, index: usize) -> bool {
        let Some(paragraph) = self.page.paragraphs.get(index) else { return false };
        let (first, last) = nodes_of(self.page, *paragraph);
        let opener = self.page.node(first).kind;
        !paragraph.heading
            && !self.is_taken(index)
            && last >= first + 4
            && matches!(opener, Kind::Word { capital: true } | Kind::Sign('[' | '…'))
            && !self.is_narrated(index)
    }

    /// A statement printed in full, or a block quote, below the line that announces it.
    fn announced(&mut self, index: usize) {
        let Some(attribution) = lead_in(self.page, self.page.paragraph(index)) else { return };
        let mut end = index + 1;
        if attribution.rule == Rule::Statement {
            let whole = index < LEAD;
            while self.is_body(end)
                && (end == index + 1
                    || whole
                    || self.speaks_in_person(nodes_of(self.page, self.page.paragraph(end))))
            {
                end += 1;
            }
            let mut nodes = (index + 1..end).map(|body| nodes_of(self.page, self.page.paragraph(body)));
            if self.page.paragraph(index).heading && !nodes.any(|nodes| self.speaks_in_person(nodes)) {
                return;
            }
        } else if self.is_body(end) && self.regions(end).is_empty() {
            end += 1;
        }
        let spans = (index + 1..end).map(|body| self.span_of(body)).collect();
        self.take(spans, attribution, index + 1..end);
    }

    /// A post, signed or headed by the name of its account.
    fn posted(&mut self, index: usize) {
        let Some(found) = account(self.page, self.page.paragraph(index)) else { return };
        match found {
            Account::EndsHere(attribution, dash) if self.regions(index).is_empty() => {
                let start = self.span_of(index).start;
                let words = Span::new(start, self.page.node(dash).span.start);
                self.take(
                    trimmed(self.page.text, words).into_iter().collect(),
                    attribution,
                    index..index + 1,
                );
            }
            Account::SignsAbove(attribution) => self.whole(index.wrapping_sub(1), attribution),
            Account::OpensBelow(attribution) => self.whole(index + 1, attribution),
            Account::EndsHere(..) => {}
        }
    }

    /// A paragraph in the first person with a signature below, in the middle of an article.
    fn signed(&mut self, index: usize) {
        let Some(attribution) = signed_line(self.page, self.page.paragraph(index)) else { return };
        let Some(above) = index.checked_sub(1) else { return };
        let nodes = nodes_of(self.page, self.page.paragraph(above));
        if index + 1 < self.page.paragraphs.len() && self.speaks_in_person(nodes) {
            self.whole(above, attribution);
        }
    }

    fn whole(&mut self, index: usize, attribution: Attribution) {
        if self.is_body(index) && self.regions(index).is_empty() {
            self.take(vec![self.span_of(index)], attribution, index..index + 1);
        }
    }

    /// — We wait, said Oru.
    fn dashed(&mut self, index: usize) {
        let page = self.page;
        let paragraph = page.paragraph(index);
        let (first, last) = nodes_of(page, paragraph);
        if !page.is_sign(first, '—') || !self.regions(index).is_empty() {
            return;
        }
        for sentence in paragraph.first..paragraph.last {
            let sentence = page.sentence(sentence);
            for at in sentence.first.max(first + 1)..sentence.last.min(first + DASH).min(last) {
                let before = match page.node(at).kind {
                    Kind::Sign(',' | '—') => at - 1,
                    Kind::Sign('?' | '!') => at,
                    _ => continue,
                };
                let Some(found) = after(page, sentence, before) else { continue };
                let Some((_, cue)) = found.cue else { continue };
                let Source::Phrase(phrase) = found.source else { continue };
                let close = cue <= at + 9 && phrase.last <= at + 9;
                if close
                    && page.is_lower(cue - 1)
                    && matches!(found.rule, Rule::SubjectAfter | Rule::InvertedAfter)
                {
                    let end = page.node(before).span.end;
                    let words = trimmed(page.text, Span::new(page.node(first).span.end, end));
                    let attribution = Attribution { rule: Rule::Dash, ..found };
                    self.take(words.into_iter().collect(), attribution, index..index + 1);
                    return;
                }
            }
        }
    }
}

fn trimmed(text: &str, span: Span) -> Option<Span> {
    let words = span.of(text)?;
    let start = span.start + (words.len() - words.trim_start().len());
    let span = Span::new(start, start + words.trim().len());
    (!span.is_empty()).then_some(span)
}

/// Adds the parts of `span` between stage directions: [laughter], (Applause.), (CROSSTALK).
fn without_directions(text: &str, span: Span, spans: &mut Vec<Span>) {
    let Some(words) = span.of(text) else { return };
    let mut start = 0;
    let mut keep = |from: usize, to: usize| {
        let part = trimmed(text, Span::new(span.start + from, span.start + to));
        let part = part.filter(|part| part.of(text).is_some_and(|it| it.contains(char::is_alphanumeric)));
        spans.extend(part);
    };
    let mut at = 0;
    while let Some(open) = words.get(at..).and_then(|rest| rest.find(['[', '('])).map(|open| at + open) {
        let inside = words.get(open + 1..).unwrap_or_default();
        let reach = inside.char_indices().take_while(|(at, c)| *at < 60 && !matches!(c, '[' | '('));
        let close = reach.into_iter().find(|(_, c)| matches!(c, ']' | ')')).map(|(close, _)| close);
        match close.and_then(|close| Some((close, inside.get(..close)?))) {
            Some((close, direction)) if is_direction(direction) => {
                keep(start, open);
                start = open + 1 + close + 1;
                at = start;
            }
            _ => at = open + 1,
        }
    }
    keep(start, words.len());
}

/// Whether the words in brackets tell what happened while somebody spoke.
pub(super) fn is_direction(words: &str) -> bool {
    let shouted = words.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let first = words.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    let known = [
        "laughter",
        "laughs",
        "laughing",
        "applause",
        "cheers",
        "cheering",
        "boos",
        "booing",
        "crosstalk",
        "inaudible",
        "unintelligible",
        "pause",
        "pauses",
        "sighs",
        "chuckles",
        "silence",
        "smiles",
        "nods",
        "music",
        "begin",
        "end",
        "interruption",
        "speaking",
        "off",
    ];
    words.split_whitespace().count() <= 5
        && (shouted && first.len() > 3 || known.iter().any(|it| first.eq_ignore_ascii_case(it)))
}
