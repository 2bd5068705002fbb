//! The people and places an article names.

use rustc_hash::FxHashMap;

use super::super::class::Class;
use super::super::lexicon::{Lexicon, Place, PlaceForm};
use super::super::page::tokens::{Kind, Token};
use super::super::page::{Page, is_lowered};
use super::super::roster::is_family_name_first;
use crate::types::Span;

/// What is known of a person's gender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gender {
    #[default]
    Unknown,
    Male,
    Female,
}

impl Gender {
    /// The gender that the classes of a word tell, if they tell one.
    pub(super) fn of(class: Class) -> Self {
        match (class.any(Class::MALE), class.any(Class::FEMALE)) {
            (true, false) => Self::Male,
            (false, true) => Self::Female,
            _ => Self::Unknown,
        }
    }

    /// Whether one person can have both.
    pub(super) fn agrees(self, other: Self) -> bool {
        self == Self::Unknown || other == Self::Unknown || self == other
    }

    fn or(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }
}

/// Somebody the article names.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// The name in full, as the article first gives it; the surname where it never does.
    pub(super) name: String,
    pub(super) surname: String,
    /// Whether [`name`](Self::name) has more than the surname.
    pub(super) full: bool,
    pub(super) gender: Gender,
    /// Title or function, as the text words it.
    pub(super) role: Option<String>,
    pub(super) side: Option<&'static str>,
    /// Whether something besides capitals says that this is a person: a given name, a title.
    pub(super) certain: bool,
}

/// A place where a person is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention {
    /// The name without titles.
    pub(super) span: Span,
    pub(super) person: usize,
    /// Whether it stands in marks.
    pub(super) quoted: bool,
}

/// A place where a side is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlaceMention {
    pub(super) span: Span,
    pub(super) place: Place,
    pub(super) quoted: bool,
}

/// Everybody and every side the article names, mentions in reading order.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub(super) people: Vec<Person>,
    pub(super) mentions: Vec<Mention>,
    pub(super) places: Vec<PlaceMention>,
}

/// A run of capitalised words that may name a person.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// First token, titles included.
    first: usize,
    /// First token of the name proper.
    name: usize,
    /// One past the last token.
    last: usize,
    quoted: bool,
    gender: Gender,
    titled: bool,
    given: bool,
    side: Option<&'static str>,
    paragraph_end: usize,
    paragraph_start: usize,
}

impl Cast {
    pub(super) fn read(page: &Page<'_>) -> Self {
        let mut cast = Self::default();
        let runs = scan(page, &mut cast.places);
        let mut index = Index::default();
        for run in runs.iter().filter(|run| run.last - run.name >= 2) {
            cast.add_full(page, run, &mut index);
        }
        for run in runs.iter().filter(|run| run.titled && run.last - run.name == 1) {
            cast.add_titled(page, run, &mut index);
        }
        for run in &runs {
            cast.add_mention(page, run, &mut index);
        }
        cast
    }

    /// The person named by the last mention inside `span`.
    pub(super) fn person_in(&self, span: Span) -> Option<usize> {
        let from = self.mentions.partition_point(|mention| mention.span.end <= span.start);
        let mentions = self.mentions.get(from..)?;
        mentions
            .iter()
            .take_while(|mention| mention.span.start < span.end)
            .map(|mention| mention.person)
            .last()
    }

    /// The places inside `span`, in order.
    pub(super) fn places_in(&self, span: Span) -> &[PlaceMention] {
        let from = self.places.partition_point(|place| place.span.start < span.start);
        let to = self.places.partition_point(|place| place.span.start < span.end);
        self.places.get(from..to).unwrap_or_default()
    }

    /// The last side named before byte `at`.
    pub(super) fn last_place(&self, at: usize, fits: impl Fn(&PlaceMention) -> bool) -> Option<&'static str> {
        let to = self.places.partition_point(|place| place.span.end <= at);
        let places = self.places.get(..to)?;
        places.iter().rev().take(40).find(|place| fits(place)).map(|place| place.place.side)
    }

    fn add_full(&mut self, page: &Page<'_>, run: &Run, index: &mut Index) {
        let words: Vec<&str> = words(page, run.name, run.last).collect();
        let (Some(first), Some(last)) = (words.first(), surname(&words)) else { return };
        let key = format!("{first} {last}");
        let person = match index.full.get(&key) {
            Some(&person) => person,
            None => {
                let person = self.people.len();
                index.full.insert(key, person);
                index.surnames.entry((*last).to_owned()).or_default().push(person);
                index.given.entry((*first).to_owned()).or_default().push(person);
                self.people.push(Person {
                    name: page.text_of(span_of(page, run.name, run.last)).replace('\n', " "),
                    surname: (*last).to_owned(),
                    full: true,
                    ..Person::default()
                });
                person
            }
        };
        self.learn(page, person, run);
    }

    /// Somebody who is only ever called by title and surname: "President Veld".
    fn add_titled(&mut self, page: &Page<'_>, run: &Run, index: &mut Index) {
        let Some(name) = words(page, run.name, run.last).next() else { return };
        let known = index.choose(&index.surnames, name, run, &self.people);
        if known.or_else(|| index.choose(&index.given, name, run, &self.people)).is_none() {
            index.surnames.entry(name.to_owned()).or_default().push(self.people.len());
            self.people.push(Person { name: name.to_owned(), surname: name.to_owned(), ..Person::default() });
        }
    }

    /// Takes over what the words around a name say about its bearer.
    fn learn(&mut self, page: &Page<'_>, person: usize, run: &Run) {
        let context = describe(page, self, run);
        let Some(person) = self.people.get_mut(person) else { return };
        person.gender = person.gender.or(run.gender).or(context.gender);
        person.certain |= run.titled || run.given || context.role.is_some();
        if person.role.is_none() {
            person.role = context.role;
        }
        if person.side.is_none() {
            person.side = run.side.or(context.side);
        }
    }

    fn add_mention(&mut self, page: &Page<'_>, run: &Run, index: &mut Index) {
        let words: Vec<&str> = words(page, run.name, run.last).collect();
        let (Some(first), Some(last)) = (words.first(), surname(&words)) else { return };
        let person = if words.len() >= 2 {
            index.full.get(&format!("{first} {last}")).copied()
        } else {
            let strong = index.choose(&index.surnames, last, run, &self.people);
            strong.or_else(|| index.choose(&index.given, last, run, &self.people))
        };
        let Some(person) = person else { return };
        if words.len() == 1 {
            self.learn(page, person, run);
        }
        for word in [first, last] {
            index.recent.insert((*word).to_owned(), person);
        }
        self.mentions.push(Mention { span: span_of(page, run.name, run.last), person, quoted: run.quoted });
    }
}

/// Names to people, and who was last called by a name.
#[derive(Default)]
struct Index {
    full: FxHashMap<String, usize>,
    surnames: FxHashMap<String, Vec<usize>>,
    given: FxHashMap<String, Vec<usize>>,
    recent: FxHashMap<String, usize>,
}

/// How many people of one name are looked through.
const BEARERS: usize = 50;

impl Index {
    /// Whom a single name means: the bearer last mentioned whose gender fits, or else the first.
    fn choose(
        &self,
        names: &FxHashMap<String, Vec<usize>>,
        name: &str,
        run: &Run,
        people: &[Person],
    ) -> Option<usize> {
        let bearers = names.get(name)?;
        let fits =
            |&person: &usize| people.get(person).is_some_and(|person| person.gender.agrees(run.gender));
        let bears = |&person: &usize| {
            people.get(person).is_some_and(|person| person.surname == name || person.name.starts_with(name))
        };
        let recent = self.recent.get(name).copied().filter(bears).filter(fits);
        recent.or_else(|| bearers.iter().copied().take(BEARERS).find(fits))
    }
}

/// The family name among the words of a name: the last, generational endings aside.
fn surname<'t>(words: &[&'t str]) -> Option<&'t str> {
    let ending = |word: &str| matches!(word.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV");
    words.iter().rev().find(|word| !ending(word)).copied()
}

fn words<'t>(page: &Page<'t>, first: usize, last: usize) -> impl Iterator<Item = &'t str> {
    let tokens = page.tokens.get(first..last).unwrap_or_default();
    let text = page.text;
    tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Word { .. }))
        .filter_map(move |token| token.span.of(text))
}

fn span_of(page: &Page<'_>, first: usize, last: usize) -> Span {
    let start = page.tokens.get(first).map_or(0, |token| token.span.start);
    let end =
        last.checked_sub(1).and_then(|last| page.tokens.get(last)).map_or(start, |token| token.span.end);
    Span::new(start, end)
}

/// Every run of capitalised words that may be a name, in order; places are collected on the way.
fn scan(page: &Page<'_>, places: &mut Vec<PlaceMention>) -> Vec<Run> {
    let lexicon = Lexicon::get();
    let mut runs = Vec::new();
    let mut region = 0;
    for paragraph in &page.paragraphs {
        let (start, end) = paragraph.tokens;
        let mut at = start;
        while at < end {
            while page.regions.get(region).is_some_and(|region| region.last <= at) {
                region += 1;
            }
            let quoted = page.regions.get(region).is_some_and(|region| region.first <= at);
            let Some(tokens) = page.tokens.get(at..end) else { break };
            if let Some((place, length)) = lexicon.place(page.text, tokens) {
                let last = tokens.get(length - 1).map_or(0, |token| token.span.end);
                let span = Span::new(tokens.first().map_or(0, |token| token.span.start), last);
                places.push(PlaceMention { span, place, quoted });
            }
            let length = run_length(tokens, paragraph.title_case);
            if length == 0 {
                at += place_length(page, tokens);
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
                at += place_length(page, tokens);
            }
        }
    }
    runs
}

fn place_length(page: &Page<'_>, tokens: &[Token]) -> usize {
    Lexicon::get().place(page.text, tokens).map_or(1, |(_, length)| length)
}

fn is_capital(token: &Token) -> bool {
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
    if refused
        || place && !titled
        || (length == 1 || !given) && name_tokens.iter().all(shouted)
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

/// What the words beside a name say.
#[derive(Default)]
struct Description {
    role: Option<String>,
    side: Option<&'static str>,
    gender: Gender,
}

/// Reads titles and appositives around a name.
fn describe(page: &Page<'_>, cast: &Cast, run: &Run) -> Description {
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
    Description { role, side, gender }
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
                if token.class.any(Class::DETERMINER) {
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
    let possessive = tokens.iter().rposition(|token| token.kind == Kind::Possessive);
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

impl Person {
    /// The word by which others call the person in short.
    pub(super) fn short_name(&self) -> &str {
        let family_first = self.side.is_some_and(is_family_name_first);
        match self.name.split(' ').next() {
            Some(first) if family_first => first,
            _ => &self.surname,
        }
    }
}
