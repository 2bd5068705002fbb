//! What an annotation leaves out and its text says.

use super::cover::Cover;
use super::error::QuoteFileProblem;
use super::gold::{ContentClass, GoldRegion, RegionLabel, SourceClass};
use super::interval::{Interval, IntervalSet};
use super::names::is_pronoun;
use super::page::{Page, is_mark};

/// A region that may lack its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub span: Interval,
    pub closed: bool,
    pub label: Option<RegionLabel>,
    pub content: Option<usize>,
}

/// How a set of letters stands to the regions: direct where at least 97% of them lie inside, indirect
/// where none does.
pub(super) fn class(page: &Page, letters: &IntervalSet, regions: &Cover) -> ContentClass {
    let inside = regions.letters_of(page, letters) as f64;
    if inside == 0.0 {
        ContentClass::Indirect
    } else if inside >= 0.97 * page.letters_in(letters) as f64 {
        ContentClass::Direct
    } else {
        ContentClass::Mixed
    }
}

/// The regions inside pairs of double marks that hold a letter.
///
/// A pair does not reach over the end of a paragraph; an opening mark without partner opens a region that
/// ends with the paragraph. Paragraphs end at blank lines and before lines that begin with a double mark;
/// in a text without blank lines, with every line. Pairs inside pairs of the same kind belong to the outer one. Pairs are “ ”, „ “, „ ”,
/// « », two straight marks, and `` or '' with ''.
pub(super) fn regions(page: &Page) -> Vec<Draft> {
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    let mut place = 0;
    let has_blank_lines = (0..page.len()).any(|place| begins_line(page, place) == Some('\n'));
    let ends_paragraph = |place: usize| {
        begins_line(page, place).is_some_and(|next| !has_blank_lines || next == '\n' || is_mark(next))
    };
    let mut keep = |start: usize, end: usize, closed: bool| {
        let span = Interval::new(start, end);
        if page.letters(span) > 0 {
            found.push(Draft { span, closed, label: None, content: None });
        }
    };
    while let Some(c) = page.at(place) {
        let width = if is_doubled(page, place) { 2 } else { 1 };
        match &mut open {
            Some(region) if ends_paragraph(place) => {
                keep(region.start, place, false);
                open = None;
            }
            Some(region) if region.closes(c, width) => {
                region.depth -= 1;
                if region.depth == 0 {
                    keep(region.start, place, true);
                    open = None;
                }
            }
            Some(region) => region.depth += usize::from(c == region.mark && "“«".contains(c)),
            None if "\"“„«\u{ff02}".contains(c) || width == 2 => {
                open = Some(Open { mark: c, start: place + width, depth: 1 });
            }
            None => {}
        }
        place += width;
    }
    if let Some(region) = open {
        keep(region.start, page.len(), false);
    }
    found
}

/// A region that is not yet closed.
struct Open {
    mark: char,
    start: usize,
    depth: usize,
}

impl Open {
    fn closes(&self, c: char, width: usize) -> bool {
        match self.mark {
            '“' => c == '”',
            '„' => c == '“' || c == '”',
            '«' => c == '»',
            '`' | '\'' => c == '\'' && width == 2,
            mark => c == mark,
        }
    }
}

/// What the line after a line feed begins with, blanks aside: a line feed where it is blank. `None` where
/// no line feed stands, or only blanks follow.
fn begins_line(page: &Page, place: usize) -> Option<char> {
    page.at(place).filter(|c| *c == '\n')?;
    let after = (place + 1..page.len()).map_while(|place| page.at(place));
    after.take(INDENT).find(|c| *c == '\n' || !c.is_whitespace())
}

/// How far into a line its first mark or its end are looked for.
const INDENT: usize = 100;

/// Whether two grave or two straight single marks stand here.
fn is_doubled(page: &Page, place: usize) -> bool {
    matches!(page.at(place), Some('\'' | '`')) && page.at(place) == page.at(place + 1)
}

/// Regions with their labels and contents, where these were not given.
pub(super) fn labelled(
    page: &Page,
    drafts: &[Draft],
    contents: &[IntervalSet],
) -> Result<Vec<GoldRegion>, QuoteFileProblem> {
    let spans: Vec<IntervalSet> = drafts.iter().map(|draft| IntervalSet::new([draft.span])).collect();
    let mut best: Vec<Option<(usize, usize)>> = vec![None; drafts.len()];
    for (region, content, letters) in page.shared_letters(&spans, contents) {
        if let Some(best) = best.get_mut(region)
            && best.is_none_or(|(_, most)| letters > most)
        {
            *best = Some((content, letters));
        }
    }
    let with_best = drafts.iter().zip(best).enumerate();
    with_best
        .map(|(index, (draft, best))| {
            let lies_in = best.filter(|(_, letters)| 2 * letters >= page.letters(draft.span));
            let label = draft.label.unwrap_or(match (draft.content, lies_in) {
                (None, None) => RegionLabel::NotQuote,
                _ => RegionLabel::Quote,
            });
            let content = draft.content.or(best.map(|(content, _)| content));
            if label == RegionLabel::Quote && content.is_none() {
                let field = format!("quoted_regions[{index}]");
                return Err(QuoteFileProblem::NoContent { field, span: draft.span });
            }
            Ok(GoldRegion { span: draft.span, closed: draft.closed, label, content })
        })
        .collect()
}

/// What a head word does not stand behind.
const BOUNDARIES: [&str; 13] =
    ["of", "in", "for", "at", "from", "with", "who", "that", "on", "to", "whose", "by", "and"];

/// The head word of a source: the last word before a comma, a bracket or one of [`BOUNDARIES`]; without
/// its possessive and outer punctuation.
pub(super) fn head(source: &str) -> String {
    let mut head = "";
    for word in source.split_whitespace() {
        if !head.is_empty() && (BOUNDARIES.contains(&word) || word.starts_with(['(', '['])) {
            break;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
        if !bare.is_empty() {
            head = bare;
        }
        if word.ends_with([',', ';']) && !head.is_empty() {
            break;
        }
    }
    head.strip_suffix("'s").or_else(|| head.strip_suffix("’s")).unwrap_or(head).to_owned()
}

/// The kind of a source: a pronoun; a name where the head word is capitalised; else a common noun.
pub(super) fn source_class(words: &str, head: &str) -> SourceClass {
    if is_pronoun(words) {
        SourceClass::Pronoun
    } else if head.starts_with(char::is_uppercase) {
        SourceClass::Name
    } else {
        SourceClass::Nominal
    }
}
