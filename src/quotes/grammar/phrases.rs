use super::super::class::Class;
use super::super::lexicon::Lexicon;
use super::super::page::Page;
use super::super::page::tokens::Kind;

/// A noun phrase or pronoun that can cite a source: `nodes[first..last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) struct Phrase {
    pub(in crate::quotes) first: usize,
    /// One past the last node.
    pub(in crate::quotes) last: usize,
    /// The node that says who it is: the last word of the name, the noun, the pronoun.
    pub(in crate::quotes) head: usize,
}

/// Longest noun phrase read, in nodes; longer ones are cut, so that a rule costs a bounded time.
const LONGEST: usize = 24;
/// How many prepositional phrases may hang on one another ("an aide to the head of the office of X").
const DEPTH: usize = 3;

impl Page<'_> {
    /// Whether the word belongs to a proper name: a capital that the start of a sentence does not explain.
    pub(in crate::quotes) fn is_name_word(&self, at: usize) -> bool {
        if !self.is_capital(at) {
            return false;
        }
        let class = self.node(at).class;
        if class.any(Class::GIVEN | Class::PLACE_START | Class::HONORIFIC) {
            return true;
        }
        if class.any(Class::FUNCTION) {
            return class.any(Class::PARTICLE) || (class.any(Class::TIME) && self.is_capital(at + 1));
        }
        true
    }

    /// Whether a word may stand inside a noun phrase in front of its head or as its head.
    fn is_noun_like(&self, at: usize) -> bool {
        let class = self.node(at).class;
        match self.node(at).kind {
            Kind::Word { capital: true } => self.is_name_word(at),
            Kind::Word { capital: false } => {
                if class.any(Class::NOUN | Class::TITLE | Class::PARTICLE | Class::ADJECTIVE) {
                    return !class.any(Class::PREPOSITION | Class::CONJUNCTION | Class::AUXILIARY);
                }
                !class.any(Class::STOP | Class::DETERMINER | Class::TIME) && !self.is_adverb(at)
            }
            Kind::Number => true,
            _ => false,
        }
    }

    /// "the 46-year-old"
    fn is_age(&self, at: usize) -> bool {
        self.node(at).kind == Kind::Number && self.word(at).ends_with("-old")
    }

    /// Adverbs by list, or by their ending.
    pub(in crate::quotes) fn is_adverb(&self, at: usize) -> bool {
        self.has(at, Class::ADVERB)
            || (self.is_lower(at)
                && self.word(at).ends_with("ly")
                && !self.has(at, Class::NOUN | Class::ADJECTIVE)
                && !matches!(
                    self.word(at),
                    "family"
                        | "ally"
                        | "early"
                        | "daily"
                        | "weekly"
                        | "elderly"
                        | "likely"
                        | "rally"
                        | "assembly"
                ))
    }
}

/// The noun phrase that ends just before node `end`, not reaching before `lo`.
pub(in crate::quotes) fn phrase_ending(page: &Page<'_>, lo: usize, end: usize) -> Option<Phrase> {
    let mut last = end;
    // "Sen. Oru (R-Ohio) said"
    if last > lo && page.is_sign(last - 1, ')') {
        let open = (lo.max(last.saturating_sub(12))..last).rev().find(|&at| page.is_sign(at, '('))?;
        last = open;
    }
    let mut phrase = core_ending(page, lo, last)?;
    for _ in 0..DEPTH {
        match attach_left(page, lo, phrase) {
            Some(longer) => phrase = longer,
            None => break,
        }
    }
    Some(phrase)
}

/// The proper name that ends just before `end`.
pub(super) fn name_ending(page: &Page<'_>, lo: usize, end: usize) -> Option<Phrase> {
    core_ending(page, lo, end).filter(|phrase| page.is_name_word(phrase.head))
}

/// The noun phrase that ends just before `end`, without prepositional phrases.
pub(in crate::quotes) fn core_ending(page: &Page<'_>, lo: usize, end: usize) -> Option<Phrase> {
    let head = end.checked_sub(1).filter(|&head| head >= lo)?;
    let class = page.node(head).class;
    if page.is_word(head) && class.any(Class::PRONOUN) && !page.word(head).ends_with('.') {
        return Some(Phrase { first: head, last: end, head });
    }
    let quantifier = class.any(Class::NUMBER | Class::ARTICLE)
        && page.is_word(head)
        && !matches!(page.word(head), "the" | "a" | "an" | "that");
    if !(page.is_noun_like(head) || quantifier) || page.node(head).kind == Kind::Number && !page.is_age(head)
    {
        return None;
    }
    let proper = page.is_name_word(head);
    let mut first = head;
    while first > lo && head - first < LONGEST {
        let before = first - 1;
        let class = page.node(before).class;
        if page.node(before).kind == Kind::Possessive {
            // the possessor belongs to the phrase
            if before == lo || !page.is_word(before - 1) {
                break;
            }
            first = before - 1;
        } else if page.is_name_word(before) {
            first = before;
        } else if class.any(Class::DETERMINER) && page.is_word(before) {
            // "the effort that Oru said": no determiner of the name
            let links = page.word(before) == "that"
                && before > lo
                && page.is_word(before - 1)
                && !page.has(before - 1, Class::PREPOSITION);
            if !(links || proper && matches!(page.word(before), "that" | "this")) {
                first = before;
            }
            break;
        } else if page.is_sign(before, '/') || page.is_sign(before, '&') {
            first = before;
        } else if !page.is_noun_like(before) {
            break;
        } else if proper && page.is_name_word(first) {
            // only words that go before a name: "spokeswoman Nauert", "former President Moon"
            let fits = class.any(Class::TITLE | Class::ADJECTIVE | Class::PARTICLE)
                || page.word(before).starts_with("ex-")
                || page.word(before).ends_with("-old");
            if !fits {
                break;
            }
            first = before;
        } else {
            first = before;
        }
    }
    Some(Phrase { first, last: end, head })
}

/// "42%", "six in 10" just before `end`: the people a poll counts.
pub(in crate::quotes) fn share_ending(page: &Page<'_>, lo: usize, end: usize) -> Option<Phrase> {
    let head = end.checked_sub(1).filter(|&head| head > lo)?;
    let before = head - 1;
    let is_number = |at: usize| page.node(at).kind == Kind::Number || page.has(at, Class::NUMBER);
    if page.is_sign(head, '%') && is_number(before) {
        return Some(Phrase { first: before, last: end, head: before });
    }
    let first = before.checked_sub(1).filter(|&first| first >= lo)?;
    let counts = is_number(head) && page.word(before) == "in" && is_number(first);
    counts.then_some(Phrase { first, last: end, head: first })
}

/// Hangs the phrase on the noun before its preposition: "a spokesman for" + "the ministry"; or on the
/// name before "and".
fn attach_left(page: &Page<'_>, lo: usize, phrase: Phrase) -> Option<Phrase> {
    let link = phrase.first.checked_sub(1).filter(|&link| link > lo)?;
    if page.is_sign(link, ',') || page.word(link) == "and" {
        // "Oru and Veld said": plural; the head stays the last name
        if page.word(link) != "and" {
            return None;
        }
        if two_offices(page, lo, phrase, link) {
            let left = core_ending(page, lo, link)?;
            return Some(Phrase { first: left.first, ..phrase });
        }
        let left = core_ending(page, lo, link)?;
        if !page.is_name_word(phrase.head) {
            // "officials and analysts said"
            let people = Class::PERSON | Class::BODY;
            let both = page.has(phrase.head, people) && page.has(left.head, people);
            return both.then_some(Phrase { first: left.first, ..phrase });
        }
        let starts = left.first == lo || !page.is_noun_like(left.first - 1);
        return (page.is_name_word(left.head) && starts).then_some(Phrase { first: left.first, ..phrase });
    }
    if !page.has(link, Class::PREPOSITION) || page.node(link).kind != (Kind::Word { capital: false }) {
        return None;
    }
    let left = core_ending(page, lo, link)?;
    let class = page.node(left.head).class;
    if class.any(Class::PRONOUN) {
        return None;
    }
    let word = page.word(link);
    let noun = class.any(Class::NOUN | Class::NUMBER | Class::ARTICLE);
    let determined = page.has(left.first, Class::DETERMINER);
    let fits = match word {
        "of" | "for" => noun || determined || page.is_capital(left.head),
        "in" | "at" | "from" | "with" | "to" | "on" | "by" | "who" => {
            class.any(Class::PERSON | Class::NUMBER)
                || (determined && (class.any(Class::NOUN) || left.first == lo))
        }
        "inside" | "within" | "near" | "around" | "behind" | "against" | "among" | "under" => {
            class.any(Class::NOUN)
        }
        _ => false,
    };
    fits.then_some(Phrase { first: left.first, last: phrase.last, head: office_head(page, left, phrase) })
}

/// "the former mayor and party leader": one person, by two nouns under one determiner.
fn two_offices(page: &Page<'_>, lo: usize, phrase: Phrase, link: usize) -> bool {
    let bare = page.is_lower(phrase.head)
        && page.has(phrase.head, Class::PERSON | Class::TITLE)
        && !page.has(phrase.first, Class::DETERMINER);
    bare && core_ending(page, lo, link).is_some_and(|left| {
        page.is_lower(left.head)
            && page.has(left.head, Class::PERSON | Class::TITLE)
            && page.has(left.first, Class::DETERMINER)
    })
}

/// The head of two phrases linked by a preposition: the left one's, unless both are an office and a name
/// ("Secretary of State Oru Veld").
fn office_head(page: &Page<'_>, left: Phrase, right: Phrase) -> usize {
    let office = page.nodes.get(left.head..).and_then(|nodes| Lexicon::get().office(page.text, nodes));
    match office {
        Some((_, length)) if left.head + length > right.first && left.head + length <= right.head => {
            right.head
        }
        _ => left.head,
    }
}

/// The noun phrase that begins at node `start`, not reaching `hi`.
pub(in crate::quotes) fn phrase_starting(page: &Page<'_>, start: usize, hi: usize) -> Option<Phrase> {
    if start >= hi {
        return None;
    }
    if page.is_word(start) && page.has(start, Class::PRONOUN) && !page.word(start).ends_with('.') {
        return Some(Phrase { first: start, last: start + 1, head: start });
    }
    let mut phrase = core_starting(page, start, hi)?;
    for _ in 0..DEPTH {
        let link = phrase.last;
        let class = page.node(phrase.head).class;
        let attaches = match page.word(link) {
            "of" | "for" => true,
            "in" | "at" | "from" | "with" | "to" | "on" => {
                class.any(Class::PERSON) && !page.has(link + 1, Class::TIME) && page.is_lower(phrase.head)
            }
            _ => false,
        };
        if !attaches || link >= hi {
            break;
        }
        let Some(right) = core_starting(page, link + 1, hi) else { break };
        phrase = Phrase { last: right.last, head: office_head(page, phrase, right), ..phrase };
    }
    if page.word(phrase.last) == "and"
        && page.is_name_word(phrase.head)
        && let Some(right) = core_starting(page, phrase.last + 1, hi)
        && page.is_name_word(right.head)
    {
        phrase = Phrase { last: right.last, head: right.head, ..phrase };
    }
    Some(phrase)
}

fn core_starting(page: &Page<'_>, start: usize, hi: usize) -> Option<Phrase> {
    let mut at = start;
    if page.is_word(at) && page.has(at, Class::DETERMINER) && !page.is_name_word(at) {
        if page.word(at) == "that" && page.is_name_word(at + 1) {
            return None;
        }
        at += 1;
    }
    let body = at;
    let determined = at > start || page.has(start, Class::NUMBER);
    let mut head = None;
    while at < hi && at - start < LONGEST {
        if page.node(at).kind == Kind::Possessive {
            if head.is_none() {
                break;
            }
            head = None;
            at += 1;
            continue;
        }
        if page.is_sign(at, '&') || page.is_sign(at, '/') {
            at += 1;
            continue;
        }
        if !page.is_noun_like(at) {
            break;
        }
        if let Some(head) = head {
            let lower = page.is_lower(at);
            // "Oru announced", "the report notes": a verb once there is a head
            if lower && page.has(at, Class::CUE | Class::VERB | Class::AUXILIARY) {
                break;
            }
            // after a name, lower case ends it, unless it leads to a title ("Oru campaign press secretary")
            if lower && !determined && page.is_name_word(head) && !leads_to_noun(page, at) {
                break;
            }
            if lower && page.has(at, Class::PARTICLE) && !page.is_name_word(at + 1) {
                break;
            }
            let complete = page.has(head, Class::NOUN) || page.is_name_word(head);
            if lower && complete && !page.has(at, Class::NOUN) && looks_like_past(page.word(at)) {
                break;
            }
        }
        if page.node(at).kind != Kind::Number || head.is_none() || page.is_age(at) {
            head = Some(at);
        }
        at += 1;
    }
    let Some(head) = head.filter(|&head| page.node(head).kind != Kind::Number || page.is_age(head)) else {
        // "Some said", "Another added"
        let bare = at == body && at > start && page.has(start, Class::ARTICLE);
        let quantifier =
            bare && !matches!(page.word(start).to_ascii_lowercase().as_str(), "the" | "a" | "an");
        return quantifier.then_some(Phrase { first: start, last: at, head: start });
    };
    Some(Phrase { first: start, last: at, head })
}

/// Whether a noun for a person or body comes within four lower-case words.
fn leads_to_noun(page: &Page<'_>, at: usize) -> bool {
    page.has(at, Class::PARTICLE)
        || (at..at + 4)
            .take_while(|&node| page.is_lower(node) && page.is_noun_like(node))
            .any(|node| page.has(node, Class::NOUN | Class::TITLE))
}

fn looks_like_past(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed")
}
