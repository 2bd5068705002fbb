//! Runs of capitalised words that name somebody.

use super::super::class::Class;
use super::super::lexicon::Lexicon;
use super::super::page::tokens::{Kind, Token};
use super::super::page::{Page, is_lowered};
use super::people::{Gender, PlaceMention};
use crate::types::Span;

/// A run of capitalised words that may name a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// First token, titles included.
    pub(super) first: usize,
    /// First token of the name proper.
    pub(super) name: usize,
    /// One past the last token.
    pub(super) last: usize,
    pub(super) quoted: bool,
    pub(super) gender: Gender,
    pub(super) titled: bool,
    pub(super) given: bool,
    pub(super) side: Option<&'static str>,
    pub(super) paragraph_end: usize,
    pub(super) paragraph_start: usize,
}

pub(super) fn words<'t>(page: &Page<'t>, first: usize, last: usize) -> impl Iterator<Item = &'t str> {
    let tokens = page.tokens.get(first..last).unwrap_or_default();
    let text = page.text;
    tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Word { .. }))
        .filter_map(move |token| token.span.of(text))
}

pub(super) fn span_of(page: &Page<'_>, first: usize, last: usize) -> Span {
    let start = page.tokens.get(first).map_or(0, |token| token.span.start);
    let end =
        last.checked_sub(1).and_then(|last| page.tokens.get(last)).map_or(start, |token| token.span.end);
    Span::new(start, end)
}

/// Every run of capitalised words that may be a name, in order; places are collected on the way.
pub(super) fn scan(page: &Page<'_>, places: &mut Vec<PlaceMention>) -> Vec<Run> {
    let lexicon = Lexicon::get();
    let mut runs = Vec::with_capacity(page.paragraphs.len());
    let mut region = 0;
    for paragraph in &page.paragraphs {
        let (start, end) = paragraph.tokens;
        let mut at = start;
        while at < end {
            // neither a place nor a name begins with any other word
            let opens = |token: &Token| is_capital(token) || token.class.any(Class::PLACE_START);
            if !page.tokens.get(at).is_some_and(opens) {
                at += 1;
                continue;
            }
            while page.regions.get(region).is_some_and(|region| region.last <= at) {
                region += 1;
            }
            let quoted = page.regions.get(region).is_some_and(|region| region.first <= at);
            let Some(tokens) = page.tokens.get(at..end) else { break };
            let place = lexicon.place(page.text, tokens);
            let place_length = place.map_or(1, |(_, length)| length);
            if let Some((place, length)) = place {
                let last = tokens.get(length - 1).map_or(0, |token| token.span.end);
                let span = Span::new(tokens.first().map_or(0, |token| token.span.start), last);
                places.push(PlaceMention { span, place, quoted });
            }
            let length = run_length(tokens, paragraph.title_case);
            if length == 0 {
                at += place_length;
                continue;
            }
            if let Some(run) = read_run(page, (start, end), at, at + length, quoted) {
                // places inside the run, after its first word
                for inner in at + 1..at + length {
                    if let Some(tokens) = page.tokens.get(inner..end)
                        && let Some((place, length)) = lexicon.place(page.text, tokens)
                    {
                        let last = tokens.get(length - 1).map_or(0, |token| token.span.end);
                        let span = Span::new(tokens.first().map_or(0, |token| token.span.start), last);
                        let overlaps = places.last().is_some_and(|place| place.span.end > span.start);
                        if !overlaps {
                            places.push(PlaceMention { span, place, quoted });
                        }
                    }
                }
                runs.push(run);
                at += length;
            } else {
                at += place_length;
            }
        }
    }
    runs
}

pub(super) fn is_capital(token: &Token) -> bool {
    token.kind == (Kind::Word { capital: true })
}

/// Whether a capitalised word can stand in a name.
fn is_name_part(token: &Token) -> bool {
    is_capital(token)
        && (!token.class.any(Class::FUNCTION)
            || token.class.any(Class::GIVEN | Class::PLACE_START | Class::HONORIFIC | Class::PARTICLE))
}

/// How many tokens from the first on are capitalised words of a name, particles between them included.
fn run_length(tokens: &[Token], title_case: bool) -> usize {
    let is_name_part = |token: &Token| is_name_part(token) && !(title_case && is_lowered(token));
    if !tokens.first().is_some_and(is_name_part) {
        return 0;
    }
    let mut length = 1;
    while length < 12 {
        match tokens.get(length) {
            Some(token) if is_name_part(token) => length += 1,
            Some(token)
                if matches!(token.kind, Kind::Mark(_)) && has_nickname(tokens, length, is_name_part) =>
            {
                length += 4;
            }
            Some(token)
                if token.class.any(Class::PARTICLE)
                    && matches!(token.kind, Kind::Word { .. })
                    && !token.class.any(Class::ARTICLE) =>
            {
                let mut after = length + 1;
                while tokens
                    .get(after)
                    .is_some_and(|token| token.class.any(Class::PARTICLE) && !is_capital(token))
                    && after < length + 3
                {
                    after += 1;
                }
                if !tokens.get(after).is_some_and(is_name_part) {
                    break;
                }
                length = after + 1;
            }
            // "Secretary of State Oru", "Secretary of Defense Oru"
            Some(token)
                if token.class.any(Class::PREPOSITION)
                    && tokens
                        .get(length - 1)
                        .is_some_and(|token| token.class.any(Class::OFFICE_START | Class::PERSON))
                    && tokens.get(length + 1).is_some_and(is_name_part) =>
            {
                length += 2;
            }
            _ => break,
        }
    }
    length
}

/// Whether a nickname of one word in marks stands at `at`, within a name: Oru “Bear” Veld.
fn has_nickname(tokens: &[Token], at: usize, is_name_part: impl Fn(&Token) -> bool) -> bool {
    let is_double = |token: Option<&Token>| {
        token.is_some_and(|it| matches!(it.kind, Kind::Mark(mark) if !mark.is_single()))
    };
    is_double(tokens.get(at))
        && tokens.get(at + 1).is_some_and(is_capital)
        && is_double(tokens.get(at + 2))
        && tokens.get(at + 3).is_some_and(is_name_part)
}

/// Cuts titles off a run of capitalised words; `None` where no name of a person is left.
fn read_run(
    page: &Page<'_>,
    paragraph: (usize, usize),
    first: usize,
    last: usize,
    quoted: bool,
) -> Option<Run> {
    let lexicon = Lexicon::get();
    let token = |at: usize| page.tokens.get(at).filter(|_| at < last);
    let mut name = first;
    let mut titled = false;
    let mut gender = Gender::Unknown;
    let mut side = None;
    while let Some(head) = token(name) {
        let rest = page.tokens.get(name..last)?;
        if let Some((office, length)) =
            lexicon.office(page.text, rest).filter(|(_, length)| *length < rest.len())
        {
            side = side.or(office.side);
            titled = true;
            name += length;
        } else if let Some((place, length)) =
            lexicon.place(page.text, rest).filter(|(_, length)| *length < rest.len())
            && !head.class.any(Class::GIVEN)
        {
            side = Some(place.side);
            name += length;
        } else if head.class.any(Class::TITLE | Class::HONORIFIC)
            && !(head.class.any(Class::GIVEN) && name + 2 >= last)
        {
            gender = gender.or(Gender::of(head.class));
            titled = true;
            name += 1;
        } else if head.class.any(Class::ADJECTIVE | Class::PERSON | Class::BODY)
            && !head.class.any(Class::GIVEN)
            && name + 1 < last
        {
            name += 1;
        } else {
            break;
        }
    }
    // anything before a given name that is not one itself: "Treasury Secretary Oru Veld", "Embattled Oru"
    let given_at = (name..last.saturating_sub(1))
        .find(|&at| token(at).is_some_and(|token| token.class.any(Class::GIVEN)));
    if let Some(given) = given_at
        && given > name
        && (last - name > 3
            || token(name).is_some_and(|token| token.class.any(Class::NOUN | Class::CUE | Class::UTTERANCE)))
    {
        let title = (name..given).any(|at| token(at).is_some_and(|token| token.class.any(Class::TITLE)));
        titled |= title;
        name = given;
    }
    let length = last.saturating_sub(name);
    let name_tokens = page.tokens.get(name..last)?;
    let given = length >= 2 && name_tokens.first().is_some_and(|token| token.class.any(Class::GIVEN));
    if length == 0 || length > 5 {
        return None;
    }
    let refused = name_tokens.iter().any(|token| {
        let class = token.class;
        (class.any(Class::BODY | Class::TIME | Class::PREPOSITION) && !class.any(Class::GIVEN) && !given)
            || class.any(Class::FUNCTION) && !class.any(Class::GIVEN | Class::PARTICLE | Class::PLACE_START)
    });
    let place = lexicon.place(page.text, name_tokens).is_some_and(|(_, length)| length == name_tokens.len());
    let shouted = |token: &Token| {
        token.span.of(page.text).is_some_and(|word| {
            word.len() > 1 && word.chars().all(|c| c.is_uppercase() || c == '.' || c.is_ascii_digit())
        })
    };
    let modifies = length == 1
        && page
            .tokens
            .get(last)
            .is_some_and(|next| next.kind == (Kind::Word { capital: false }) && next.class.any(Class::NOUN));
    let after_the = !modifies
        && name == first
        && first > paragraph.0
        && page.tokens.get(first - 1).is_some_and(|token| token.class.any(Class::ARTICLE));
    // "ORU VELD: We wait.", the label of a turn
    let labels = first == paragraph.0
        && page.tokens.get(last).is_some_and(|next| matches!(next.kind, Kind::Sign(':' | '(')));
    let owners = owns_body(page, last) && !given;
    let explains = !titled && !given && explains_body(page, paragraph.0, first);
    if refused
        || owners
        || explains
        || place && !titled
        || (length == 1 || !given) && !labels && name_tokens.iter().all(shouted)
        || after_the && !given
    {
        return None;
    }
    if let Some(first_word) = name_tokens.first().filter(|_| length >= 2) {
        gender = gender.or(Gender::of(if first_word.class.any(Class::GIVEN) {
            first_word.class
        } else {
            Class::NONE
        }));
    }
    Some(Run {
        first,
        name,
        last,
        quoted,
        gender,
        titled,
        given,
        side,
        paragraph_start: paragraph.0,
        paragraph_end: paragraph.1,
    })
}

/// Whether the words before token `last` are the plural owners in the name of a body: "Growers' Council".
fn owns_body(page: &Page<'_>, last: usize) -> bool {
    let mark = page.tokens.get(last).filter(|token| token.kind == Kind::Possessive);
    mark.is_some_and(|mark| mark.span.of(page.text).is_some_and(|mark| !mark.ends_with(['s', 'S'])))
        && page.tokens.get(last + 1).is_some_and(|next| is_capital(next) && next.class.any(Class::BODY))
}

/// Whether the words from token `first` on name the body before a comma: "the company, Orrin Freight,".
fn explains_body(page: &Page<'_>, paragraph: usize, first: usize) -> bool {
    let Some(comma) = first.checked_sub(1).filter(|&comma| comma > paragraph) else { return false };
    page.tokens.get(comma).is_some_and(|token| token.kind == Kind::Sign(','))
        && page.tokens.get(comma - 1).is_some_and(|noun| {
            noun.kind == (Kind::Word { capital: false })
                && noun.class.any(Class::BODY)
                && !noun.class.any(Class::PERSON | Class::PLURAL | Class::UTTERANCE)
        })
        && is_opening_phrase(page, paragraph, comma)
}

/// Whether the noun phrase before `comma` opens a sentence, so that the comma ends no list and no clause.
fn is_opening_phrase(page: &Page<'_>, paragraph: usize, comma: usize) -> bool {
    (paragraph..comma)
        .rev()
        .take(5)
        .filter_map(|at| page.tokens.get(at))
        .take_while(|token| matches!(token.kind, Kind::Word { .. }))
        .any(|token| token.class.any(Class::ARTICLE) && matches!(token.kind, Kind::Word { capital: true }))
}
