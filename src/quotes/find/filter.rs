//! Which stretches in marks are no quotes: scare quotes, titles of works, nicknames, terms.

use super::super::attribute::{Attribution, Rule};
use super::super::class::Class;
use super::super::page::Page;
use super::super::page::tokens::Kind;
use super::unmarked::is_direction;

/// Whether the region holds somebody's words, given how it was attributed.
pub(in crate::quotes) fn is_quotation(page: &Page<'_>, region: usize, attribution: &Attribution) -> bool {
    let quoted = page.quoted(region);
    let bracketed = quoted.strip_prefix(['(', '[']).and_then(|inner| inner.strip_suffix([')', ']']));
    if !quoted.contains(char::is_alphanumeric) || bracketed.is_some_and(is_direction) {
        return false;
    }
    let shape = Shape::read(page, region);
    let at = page.place(region).node;
    // the word after the quote, if it is of the same sentence
    let last = page.sentence(page.place(region).sentence).last;
    let next = if at + 1 < last { at + 1 } else { usize::MAX };
    if page.is_sign(at.wrapping_sub(1), '=')
        || is_so_called(page, at)
        || shape.words <= 3
            && page.word(at.wrapping_sub(2)) == "known"
            && page.word(at.wrapping_sub(1)) == "as"
        || is_nickname(page, at, next, &shape)
        || is_placed_title(page, region, &shape, attribution)
    {
        return false;
    }
    let heading = page.paragraph(page.place(region).paragraph).heading;
    let attributed = !matches!(attribution.rule, Rule::None | Rule::SentenceSubject);
    if shape.title_case && !(heading && attributed) && is_title(page, (at, next), &shape, attribution) {
        return false;
    }
    if shape.words <= 3 && !shape.sentence {
        let weak = match attribution.rule {
            Rule::None | Rule::SentenceSubject | Rule::PreviousSentence => true,
            // a lone word that opens its paragraph: a term, a title
            Rule::CarriedOn | Rule::PreviousParagraph => shape.words == 1,
            // the word “wall” itself
            Rule::Utterance => shape.words == 1 && matches!(page.word(at.wrapping_sub(1)), "word" | "words"),
            _ => false,
        };
        if weak && !heading {
            return false;
        }
    }
    true
}

/// What the words in marks look like.
struct Shape {
    words: usize,
    /// Every word that carries meaning begins with a capital.
    title_case: bool,
    /// Begins like a sentence and ends like one.
    sentence: bool,
}

impl Shape {
    fn read(page: &Page<'_>, region: usize) -> Self {
        let Some(found) = page.regions.get(region) else {
            return Self { words: 0, title_case: false, sentence: false };
        };
        let tokens = page.tokens.get(found.first..found.last).unwrap_or_default();
        let mut words = 0;
        let mut capitals = 0;
        let mut lowers = 0;
        for token in tokens {
            if let Kind::Word { capital } = token.kind {
                words += 1;
                if capital {
                    capitals += 1;
                } else if !token.class.any(Class::PREPOSITION | Class::ARTICLE | Class::CONJUNCTION)
                    && !token.span.of(page.text).is_some_and(|word| matches!(word, "is" | "are"))
                {
                    lowers += 1;
                }
            }
        }
        let text = page.quoted(region);
        let sentence = words >= 2
            && text.starts_with(|c: char| c.is_uppercase() || matches!(c, '[' | '…' | '@'))
            && text.ends_with(['.', '!', '?', '…', ',']);
        Self { words, title_case: capitals > 0 && lowers == 0 && words <= 10, sentence }
    }
}

fn is_so_called(page: &Page<'_>, at: usize) -> bool {
    let before = page.word(at.wrapping_sub(1));
    ["so-called", "codenamed", "code-named", "nicknamed", "nickname", "moniker", "entitled", "titled", "aka"]
        .iter()
        .any(|word| before.eq_ignore_ascii_case(word))
}

/// Oru “Shorty” Veld; a man called “Shorty”
fn is_nickname(page: &Page<'_>, at: usize, next: usize, shape: &Shape) -> bool {
    if shape.words > 3 || !shape.title_case {
        return false;
    }
    let between_names = page.is_name_word(at.wrapping_sub(1)) && page.is_name_word(next);
    let before = page.word(at.wrapping_sub(1));
    let named = matches!(before, "called" | "named" | "as")
        && (page.has(at.wrapping_sub(2), Class::PERSON) || page.word(at.wrapping_sub(2)) == "known");
    between_names || named
}

/// on “Morning Hour,” · the star of “Barn Days.”: a capitalised phrase of several words directly after a
/// preposition is a title, unless the preposition hangs on a noun of utterance (chants of “Plough On”).
fn is_placed_title(page: &Page<'_>, region: usize, shape: &Shape, attribution: &Attribution) -> bool {
    let place = page.place(region);
    let at = place.node;
    let before = page.word(at.wrapping_sub(1));
    let uttered = page.has(at.wrapping_sub(2), Class::UTTERANCE | Class::CUE);
    // "proclaimed a goal of", "spoke of"
    let announced = attribution.rule == Rule::CueBefore
        && attribution.cue.is_some_and(|(cue, _)| (at.saturating_sub(4)..at).contains(&cue));
    shape.title_case
        && (2..=6).contains(&shape.words)
        && ["on", "in", "of", "with", "from"].iter().any(|word| before.eq_ignore_ascii_case(word))
        && !uttered
        && !(before == "of" && announced)
        && !matches!(page.last_char(region), '!' | '?')
        && !page.paragraph(place.paragraph).heading
}

/// Titles of works, shows, songs and programmes.
fn is_title(page: &Page<'_>, (at, next): (usize, usize), shape: &Shape, attribution: &Attribution) -> bool {
    let work_before = (1..=3).any(|back| {
        let node = at.wrapping_sub(back);
        page.has(node, Class::WORK) && (1..back).all(|back| !page.is_sign(at.wrapping_sub(back), ':'))
    });
    let work_after = page.has(next, Class::WORK) && page.is_word(next);
    let owned = page.node(at.wrapping_sub(1)).kind == Kind::Possessive;
    if work_before || work_after || owned && shape.words >= 2 {
        return true;
    }
    let spoken = matches!(
        attribution.rule,
        Rule::SubjectAfter | Rule::InvertedAfter | Rule::Label | Rule::AccordingTo | Rule::Signature
    );
    let introduced = page.is_sign(at.wrapping_sub(1), ',')
        || page.is_sign(at.wrapping_sub(1), ':')
        || attribution.cue.is_some_and(|(_, last)| last == at);
    if spoken || introduced || shape.sentence {
        return false;
    }
    let place = page.has(at.wrapping_sub(1), Class::PREPOSITION) && shape.words >= 2;
    place || shape.words >= 3 || matches!(attribution.rule, Rule::None | Rule::SentenceSubject)
}
