//! Sources that the layout of the page tells: labels before a colon, names in brackets, lines that lead in
//! a text without marks or sign it.

use super::super::class::Class;
use super::super::grammar::{
    Phrase, core_ending, is_cue, is_passive, phrase_ending, phrase_starting, possessor, subject_of,
};
use super::super::lexicon::Lexicon;
use super::super::page::tokens::Kind;
use super::super::page::{Page, Paragraph, Sentence};
use super::beside::signature;
use super::{Attribution, Rule};

/// Oru: “…” · Oru, The Daily Post: “…” · Oru: Veld ‘…’ with talks · From Oru at the Post: “…”
pub(super) fn label(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    let mut start = sentence.first;
    if page.word(start).eq_ignore_ascii_case("and") && page.word(start + 1) == "from" {
        start += 1;
    }
    if page.has(start, Class::PREPOSITION) && page.word(start).eq_ignore_ascii_case("from") {
        start += 1;
    }
    if is_cue(page, start, Class::SPEECH | Class::TELL) {
        return None;
    }
    let phrase = phrase_starting(page, start, at)?;
    if !page.is_name_word(phrase.head) && !page.has(phrase.head, Class::PERSON | Class::BODY | Class::PRONOUN)
    {
        return None;
    }
    let heading = page.paragraph(sentence.paragraph).heading;
    let colon = if page.is_sign(phrase.last, ':') {
        phrase.last
    } else {
        // a short label: outlet, place, occasion; no verb of its own
        let from = phrase.last;
        let colon = (from..at.min(from + 12)).find(|&node| page.is_sign(node, ':'))?;
        let verbless = (from..colon)
            .all(|node| !page.is_lower(node) || !page.has(node, Class::CUE | Class::AUXILIARY | Class::VERB));
        if !verbless {
            return None;
        }
        colon
    };
    (colon + 1 == at || heading).then(|| Attribution::new(Rule::Label, phrase, None))
}

/// In a headline, the subject of a predicate in marks: Sylvania ‘will answer’ Borduria’s levy
pub(super) fn headline(page: &Page<'_>, sentence: Sentence, at: usize, region: usize) -> Option<Attribution> {
    if !page.paragraph(sentence.paragraph).heading {
        return None;
    }
    let opener = page.quoted(region).split_whitespace().next()?.to_lowercase().replace('’', "'");
    let predicate = Lexicon::get().class(&opener).any(Class::AUXILIARY | Class::VERB | Class::THIRD);
    let subject = phrase_ending(page, sentence.first, at)?;
    let cites = page.is_name_word(subject.head)
        || page.has(subject.head, Class::PERSON | Class::BODY) && !page.has(subject.head, Class::CUE);
    (predicate && cites && subject.first == sentence.first)
        .then(|| Attribution::new(Rule::SentenceSubject, subject, None))
}

/// “…” (Oru)
pub(super) fn in_brackets(page: &Page<'_>, sentence: Sentence, at: usize) -> Option<Attribution> {
    if !page.is_sign(at + 1, '(') || at != sentence.first {
        return None;
    }
    let phrase = phrase_starting(page, at + 2, sentence.last)?;
    let closes = page.is_sign(phrase.last, ')')
        && (phrase.last + 1..sentence.last).all(|node| matches!(page.node(node).kind, Kind::Sign('.' | ',')));
    let named = page.is_name_word(phrase.first) && page.is_name_word(phrase.head);
    (closes && named).then(|| Attribution::new(Rule::Signature, phrase, None))
}

/// The nodes of a paragraph, as `first..last`.
pub(in crate::quotes) fn nodes_of(page: &Page<'_>, paragraph: Paragraph) -> (usize, usize) {
    match paragraph.last.checked_sub(1).filter(|&last| last >= paragraph.first) {
        Some(last) => (page.sentence(paragraph.first).first, page.sentence(last).last),
        None => (0, 0),
    }
}

/// What the label of a turn says about who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) enum LabelKind {
    /// Q:
    Question,
    /// A:
    Answer,
    /// Oru: · MR. ORU: · Reporter:
    Speaker(Phrase),
}

/// The label that opens a turn of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) struct TurnLabel<'t> {
    pub(in crate::quotes) kind: LabelKind,
    /// The words of the label, without brackets.
    pub(in crate::quotes) words: &'t str,
    /// The first node after the label.
    pub(in crate::quotes) last: usize,
}

/// Longest label of a turn, in nodes.
const LABEL: usize = 12;

/// The label at the start of a paragraph, if the words that follow are not in marks.
pub(in crate::quotes) fn turn_label<'t>(page: &Page<'t>, paragraph: Paragraph) -> Option<TurnLabel<'t>> {
    let (first, end) = nodes_of(page, paragraph);
    let by_letter = |word: &str| match word.trim_end_matches('.') {
        "Q" | "QUESTION" | "Question" => Some(LabelKind::Question),
        "A" | "ANSWER" | "Answer" => Some(LabelKind::Answer),
        _ => None,
    };
    let spoken = |at: usize| at < end && page.quote_at(at).is_none();
    if matches!(page.word(first), "Q" | "A" | "Q." | "A.")
        && let Some(kind) = by_letter(page.word(first))
    {
        let stopped = page.is_sign(first + 1, '.') || page.is_sign(first + 1, ':');
        let last = first + 1 + usize::from(stopped);
        let marked = stopped || page.word(first).ends_with('.');
        return (marked && spoken(last)).then_some(TurnLabel { kind, words: page.word(first), last });
    }
    let colon = (first + 1..end.min(first + LABEL))
        .take_while(|&node| {
            let kind = page.node(node).kind;
            matches!(kind, Kind::Word { .. } | Kind::Sign('(' | ')' | ',' | '.' | '-' | ':'))
        })
        .find(|&node| page.is_sign(node, ':'))?;
    if !spoken(colon + 1) {
        return None;
    }
    let open = (first..colon).find(|&node| page.is_sign(node, '(') || page.is_sign(node, ','));
    let name_end = open.unwrap_or(colon);
    let words = page.text.get(page.node(first).span.start..page.node(name_end.checked_sub(1)?).span.end)?;
    let kind = match by_letter(words) {
        Some(kind) => kind,
        None => {
            let capitals =
                (first..name_end).all(|node| page.is_capital(node) || page.has(node, Class::PARTICLE));
            let phrase = phrase_starting(page, first, name_end)?;
            if !capitals || phrase.last != name_end || name_end - first > 6 {
                return None;
            }
            LabelKind::Speaker(phrase)
        }
    };
    Some(TurnLabel { kind, words, last: colon + 1 })
}

/// The source that the end of a paragraph announces for the words below, which stand without marks.
///
/// [`Rule::Statement`] where the text of a statement, letter or speech is announced, [`Rule::Block`]
/// where a cue verb and a colon lead to a quotation.
pub(in crate::quotes) fn lead_in(page: &Page<'_>, paragraph: Paragraph) -> Option<Attribution> {
    let sentence = page.sentence(paragraph.last.checked_sub(1).filter(|&last| last >= paragraph.first)?);
    let colon = page.is_sign(sentence.last.wrapping_sub(1), ':');
    if !colon && !paragraph.heading {
        return None;
    }
    let lo = sentence.first.max(sentence.last.saturating_sub(60));
    if (lo..sentence.last).any(|node| page.quote_at(node).is_some()) {
        return None;
    }
    let announces = (lo..sentence.last).any(|node| {
        ["following", "below", "full", "text", "complete", "verbatim", "transcript"]
            .iter()
            .any(|word| page.word(node).eq_ignore_ascii_case(word))
    });
    let opens = page.has(sentence.first, Class::UTTERANCE) && paragraph.heading;
    if announces || opens {
        for noun in (lo..sentence.last).filter(|&noun| page.is_word(noun) && page.has(noun, Class::UTTERANCE))
        {
            if let Some(source) = author(page, (lo, sentence.last), noun) {
                return Some(Attribution::new(Rule::Statement, source, Some(noun)));
            }
        }
    }
    if !colon {
        return None;
    }
    let cue = (sentence.last.saturating_sub(14).max(lo)..sentence.last)
        .rev()
        .find(|&at| is_cue(page, at, Class::SPEECH | Class::TELL))
        .filter(|&at| !is_passive(page, at))?;
    let subject = subject_of(page, lo, cue).filter(|subject| cites(page, subject))?;
    Some(Attribution::new(Rule::Block, subject, Some(cue)))
}

fn cites(page: &Page<'_>, phrase: &Phrase) -> bool {
    page.is_name_word(phrase.head) || page.has(phrase.head, Class::PERSON | Class::BODY | Class::PRONOUN)
}

/// Whose words a noun of utterance names: a statement by Oru · Oru's statement · Oru issued a statement.
fn author(page: &Page<'_>, (lo, hi): (usize, usize), noun: usize) -> Option<Phrase> {
    let cites = |phrase: &Phrase| cites(page, phrase);
    // "a statement on the talks by Oru"
    let by = (noun + 1..hi.min(noun + 10))
        .take_while(|&node| page.is_word(node) || page.node(node).kind == Kind::Possessive)
        .find(|&node| {
            let word = page.word(node);
            matches!(word, "by" | "from") || word == "of" && node == noun + 1
        });
    if let Some(by) = by
        && let Some(phrase) = phrase_starting(page, by + 1, hi).filter(cites)
    {
        return Some(phrase);
    }
    if let Some(phrase) = phrase_ending(page, lo, noun + 1)
        && let Some(owner) = possessor(page, phrase).filter(cites)
    {
        return Some(owner);
    }
    let verb = (lo..noun).rev().find(|&at| is_cue(page, at, Class::MAKE | Class::SPEECH | Class::TELL))?;
    subject_of(page, lo, verb).filter(cites)
}

/// A name with the account it writes from, and where its words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quotes) enum Account {
    /// We wait. — Oru (@oru) May 3: the words end before this node.
    EndsHere(Attribution, usize),
    /// — Oru (@oru) May 3
    SignsAbove(Attribution),
    /// Oru (@oru) May 3
    OpensBelow(Attribution),
}

/// Reads the name of an account at the end of a paragraph.
pub(in crate::quotes) fn account(page: &Page<'_>, paragraph: Paragraph) -> Option<Account> {
    let (first, end) = nodes_of(page, paragraph);
    let open = (first.max(end.saturating_sub(20))..end)
        .rev()
        .find(|&node| page.is_sign(node, '(') && page.word(node + 1).starts_with('@'))?;
    let dated = page.is_sign(open + 2, ')')
        && (open + 3..end).all(|node| match page.node(node).kind {
            Kind::Word { capital } => capital || page.has(node, Class::TIME),
            Kind::Number => true,
            Kind::Sign(sign) => sign != '(' && sign != ')',
            _ => false,
        });
    let phrase = core_ending(page, first, open).filter(|phrase| page.is_name_word(phrase.head))?;
    if !dated {
        return None;
    }
    let attribution = Attribution::new(Rule::SignedBlock, phrase, None);
    let dash = phrase.first.checked_sub(1).filter(|&dash| dash >= first && page.is_sign(dash, '—'));
    match dash {
        Some(dash) if dash == first => Some(Account::SignsAbove(attribution)),
        Some(dash) => Some(Account::EndsHere(attribution, dash)),
        None if phrase.first == first => Some(Account::OpensBelow(attribution)),
        None => None,
    }
}

/// A paragraph that is nothing but a dash and a name: — Oru Veld, mayor
pub(in crate::quotes) fn signed_line(page: &Page<'_>, paragraph: Paragraph) -> Option<Attribution> {
    let (first, end) = nodes_of(page, paragraph);
    if !page.is_sign(first, '—') || end - first > 16 || paragraph.last != paragraph.first + 1 {
        return None;
    }
    let found = signature(page, page.sentence(paragraph.first), first + 1)?;
    Some(Attribution { rule: Rule::SignedBlock, ..found })
}
