//! What titles and appositives say about the bearer of a name.

use super::super::class::Class;
use super::super::lexicon::{Lexicon, PlaceForm};
use super::super::page::Page;
use super::super::page::tokens::{Kind, Token};
use super::names::{Run, is_capital, span_of};
use super::people::{Cast, Gender};
use crate::types::Span;

/// What the words beside a name say.
#[derive(Default)]
pub(super) struct Description {
    pub(super) role: Option<String>,
    pub(super) side: Option<&'static str>,
    pub(super) gender: Gender,
}

/// Reads titles and appositives around a name.
pub(super) fn describe(page: &Page<'_>, cast: &Cast, run: &Run) -> Description {
    let before = titles_before(page, cast, run);
    let apposed = apposition_before(page, cast, run);
    let after = apposition_after(page, cast, run);
    Description {
        role: apposed.role.or(before.role).or(after.role),
        side: apposed.side.or(before.side).or(after.side),
        gender: before.gender.or(apposed.gender).or(after.gender),
    }
}

/// "Secretary of State Oru", "spokeswoman Ina Veld", "North Korean leader Oru", "Sylvania's king, Oru".
fn titles_before(page: &Page<'_>, cast: &Cast, run: &Run) -> Description {
    let mut role_first = run.name;
    let mut gender = Gender::Unknown;
    let mut at = run.first;
    while at > run.paragraph_start && run.first - at < 6 {
        let Some(token) = page.tokens.get(at - 1) else { break };
        let lower = token.kind == (Kind::Word { capital: false });
        let modifies = at < run.first && !token.class.any(Class::STOP | Class::DETERMINER | Class::TIME);
        if !lower || !(modifies || token.class.any(Class::TITLE | Class::ADJECTIVE)) {
            break;
        }
        if token.class.any(Class::TITLE) {
            gender = gender.or(Gender::of(token.class));
        }
        at -= 1;
    }
    // offices with an "of" in lower case: "secretary of state Oru"
    if at < run.first {
        role_first = at;
    } else if run.name > run.first {
        role_first = run.first;
    }
    // the country is the side, not part of the role
    if let Some(rest) = page.tokens.get(role_first..run.name)
        && let Some((_, length)) = Lexicon::get().place(page.text, rest)
        && length < rest.len()
    {
        role_first += length;
    }
    let role_words = page.tokens.get(role_first..run.name).unwrap_or_default();
    let is_office = role_words.iter().any(|token| token.class.any(Class::TITLE | Class::OFFICE_START));
    let role = is_office.then(|| role_text(page, role_first, run.name)).flatten();
    let has_function = at < run.first;
    let side = if has_function || run.name > run.first { side_around(page, cast, run, at) } else { None };
    let side = if is_office { side.or_else(|| side_after(page, run)) } else { side };
    Description { role, side, gender }
}

/// The country after a name with its office: "President Oru of Sylvania".
fn side_after(page: &Page<'_>, run: &Run) -> Option<&'static str> {
    let of = page.tokens.get(run.last).filter(|_| run.last < run.paragraph_end)?;
    if of.span.of(page.text) != Some("of") {
        return None;
    }
    let rest = page.tokens.get(run.last + 1..run.paragraph_end)?;
    let article = usize::from(rest.first().is_some_and(|token| token.class.any(Class::ARTICLE)));
    let (place, _) = Lexicon::get().place(page.text, rest.get(article..)?)?;
    Some(place.side)
}

/// The side named directly before the titles of a name, or the body that a bare "spokesman" speaks for.
fn side_around(page: &Page<'_>, cast: &Cast, run: &Run, titles: usize) -> Option<&'static str> {
    let start = page
        .tokens
        .get(titles.saturating_sub(6).max(run.paragraph_start))
        .map_or(0, |token| token.span.start);
    let end = page.tokens.get(run.name).map_or(0, |token| token.span.start);
    let titles_start = page.tokens.get(titles).map_or(0, |token| token.span.start);
    let near = cast.places_in(Span::new(start, end)).iter().rev().find(|place| {
        place.span.start >= titles_start
            || Span::new(place.span.end, titles_start)
                .of(page.text)
                .is_some_and(|gap| matches!(gap.trim(), "" | "'s" | "’s" | "'" | "’"))
    });
    if let Some(near) = near {
        return Some(near.place.side);
    }
    let spokesman =
        page.tokens.get(titles..run.name).unwrap_or_default().iter().any(|token| {
            token.span.of(page.text).is_some_and(|word| word.to_lowercase().starts_with("spokes"))
        });
    let before = page.tokens.get(titles.wrapping_sub(1)).filter(|_| titles > run.paragraph_start);
    let bare =
        before.is_none_or(|token| !matches!(token.kind, Kind::Word { capital: true } | Kind::Possessive));
    if spokesman && bare {
        return cast.last_place(start.max(titles_start), |place| {
            !place.quoted
                && matches!(place.place.form, PlaceForm::Organ | PlaceForm::Metonym | PlaceForm::Name)
        });
    }
    None
}

/// "the country's foreign minister, Oru Veld"
fn apposition_before(page: &Page<'_>, cast: &Cast, run: &Run) -> Description {
    let comma = run.first.wrapping_sub(1);
    let is_comma = page.tokens.get(comma).is_some_and(|token| token.kind == Kind::Sign(','));
    if !is_comma || comma <= run.paragraph_start {
        return Description::default();
    }
    let mut first = comma;
    let mut nouns = false;
    while first > run.paragraph_start && comma - first < 12 {
        let Some(token) = page.tokens.get(first - 1) else { break };
        match token.kind {
            Kind::Word { capital } => {
                let stops = token.class.any(Class::STOP)
                    && !token.class.any(Class::NOUN | Class::TITLE | Class::PLACE_START | Class::ADJECTIVE);
                let linking = token.class.any(Class::PREPOSITION)
                    && matches!(token.span.of(page.text), Some("of" | "for"));
                if stops && !linking && !capital {
                    break;
                }
                nouns |= token.class.any(Class::PERSON | Class::TITLE);
                first -= 1;
                let complement = first > run.paragraph_start
                    && page
                        .tokens
                        .get(first - 1)
                        .is_some_and(|token| matches!(token.span.of(page.text), Some("of" | "for")));
                if token.class.any(Class::DETERMINER) && !complement {
                    break;
                }
            }
            Kind::Possessive => first -= 1,
            _ => break,
        }
    }
    if !nouns
        || !page.tokens.get(comma - 1).is_some_and(|token| {
            token.class.any(Class::PERSON | Class::TITLE) || linking_end(page, first, comma)
        })
    {
        return Description::default();
    }
    noun_phrase(page, cast, first, comma)
}

fn linking_end(page: &Page<'_>, first: usize, comma: usize) -> bool {
    page.tokens
        .get(first..comma)
        .unwrap_or_default()
        .iter()
        .any(|token| token.span.of(page.text) == Some("of") || token.span.of(page.text) == Some("for"))
}

/// "Oru Veld, the foreign minister of Sylvania,"
fn apposition_after(page: &Page<'_>, cast: &Cast, run: &Run) -> Description {
    let opens = page.tokens.get(run.last).is_some_and(|token| token.kind == Kind::Sign(','));
    if !opens {
        return Description::default();
    }
    let first = run.last + 1;
    let mut last = first;
    while last < run.paragraph_end && last - first < 14 {
        match page.tokens.get(last).map(|token| (token.kind, token.class)) {
            Some((Kind::Word { capital }, class)) => {
                let verb = class.any(
                    Class::CUE
                        | Class::AUXILIARY
                        | Class::RELATIVE
                        | Class::PRONOUN
                        | Class::CONJUNCTION
                        | Class::SUBORDINATE,
                );
                if verb && !class.any(Class::NOUN | Class::TITLE) && !capital {
                    break;
                }
                last += 1;
            }
            Some((Kind::Possessive | Kind::Number, _)) => last += 1,
            _ => break,
        }
    }
    // an apposition ends with a sign; a clause does not
    let closed = page.tokens.get(last).is_none_or(|token| {
        matches!(token.kind, Kind::Sign(_) | Kind::Mark(_))
            || token.class.any(Class::RELATIVE | Class::CONJUNCTION)
    });
    let tokens = page.tokens.get(first..last).unwrap_or_default();
    let noun = tokens.iter().position(|token| {
        token.class.any(Class::PERSON | Class::TITLE) && token.kind == (Kind::Word { capital: false })
    });
    let named_first = tokens
        .first()
        .is_some_and(|token| is_capital(token) && !token.class.any(Class::PLACE_START | Class::TITLE));
    match noun {
        Some(_) if closed && !named_first => noun_phrase(page, cast, first, last),
        _ => Description::default(),
    }
}

/// Role, side and gender that a noun phrase gives: "the country's foreign minister".
fn noun_phrase(page: &Page<'_>, cast: &Cast, first: usize, last: usize) -> Description {
    let tokens = page.tokens.get(first..last).unwrap_or_default();
    let span = span_of(page, first, last);
    let mut side = cast.places_in(span).first().map(|place| place.place.side);
    // "the president of the growers' council": the owner of the council does not own the president
    let complement = tokens
        .iter()
        .position(|token| matches!(token.span.of(page.text), Some("of" | "for")))
        .unwrap_or(tokens.len());
    let possessive = tokens.iter().take(complement).rposition(|token| token.kind == Kind::Possessive);
    if side.is_none() {
        side = Lexicon::get_office_side(page, tokens);
    }
    if side.is_none()
        && let Some(at) = possessive
        && tokens.get(at.wrapping_sub(1)).and_then(|token| token.span.of(page.text)).is_some_and(|word| {
            matches!(word, "country" | "nation" | "regime" | "government" | "bloc" | "alliance")
        })
    {
        side = cast.last_place(span.start, |_| true);
    }
    let role_first = match possessive {
        Some(at) => first + at + 1,
        None => first + usize::from(tokens.first().is_some_and(|token| token.class.any(Class::DETERMINER))),
    };
    let gender = tokens
        .iter()
        .filter(|token| token.class.any(Class::PERSON))
        .fold(Gender::Unknown, |gender, token| gender.or(Gender::of(token.class)));
    Description { role: role_text(page, role_first, last), side, gender }
}

/// The words of a role, with abbreviated titles written out and plain honorifics left out.
fn role_text(page: &Page<'_>, first: usize, last: usize) -> Option<String> {
    let tokens = page.tokens.get(first..last)?;
    if tokens.iter().all(|token| token.class.any(Class::HONORIFIC)) {
        return tokens
            .iter()
            .rev()
            .find_map(|token| Lexicon::get().long_title(token.span.of(page.text)?))
            .map(str::to_owned);
    }
    let text = page.text_of(span_of(page, first, last)).replace('\n', " ");
    let text = text.trim();
    let text = text.strip_prefix("own ").unwrap_or(text);
    (!text.is_empty()).then(|| text.to_owned())
}

impl Lexicon {
    /// The side that an office among the tokens implies.
    fn get_office_side(page: &Page<'_>, tokens: &[Token]) -> Option<&'static str> {
        let lexicon = Self::get();
        (0..tokens.len()).find_map(|at| lexicon.office(page.text, tokens.get(at..)?)?.0.side)
    }
}
