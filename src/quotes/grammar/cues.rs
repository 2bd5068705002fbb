use super::super::class::Class;
use super::super::page::Page;
use super::super::page::tokens::Kind;

/// Whether the node is a verb that can announce a quote, used as one: in lower case (headings are
/// lowered before), or capital after a quotation, and not the noun of the same form.
pub(in crate::quotes) fn is_cue(page: &Page<'_>, at: usize, kinds: Class) -> bool {
    let node = page.node(at);
    if kinds.any(Class::SPEECH) && is_phrasal(page, at) {
        return true;
    }
    if !node.class.any(Class::CUE) || !node.class.any(kinds) || !page.is_word(at) {
        return false;
    }
    if page.is_lower(at) && !agrees_in_number(page, at) {
        return false;
    }
    if page.is_capital(at) {
        // “Said Oru: …”, “Adding, …”
        let opens = at == 0
            || matches!(page.node(at - 1).kind, Kind::Sign('.' | '?' | '!' | '—') | Kind::Quote(_))
            || !page.same_paragraph(at - 1, at);
        let verb = node.class.any(Class::SPEECH | Class::TELL)
            && node.class.any(Class::PAST | Class::GERUND | Class::THIRD);
        return opens && verb && !node.class.any(Class::NOUN | Class::GIVEN);
    }
    if node.class.any(Class::GERUND) && node.class.any(Class::NOUN) {
        // "at a regular briefing" is a noun; "Oru left, briefing" a verb
        let before = at.wrapping_sub(1);
        let modifier = page.is_lower(before) && !page.has(before, Class::STOP);
        if modifier || page.has(before, Class::DETERMINER | Class::ADJECTIVE) {
            return false;
        }
    }
    if node.class.any(Class::NOUN | Class::TIME | Class::WORK) && !node.class.any(Class::PAST | Class::GERUND)
    {
        // "the report", "racist remarks", "his claims" are nouns; "Oru claims", "officials report" verbs
        let mut before = at.wrapping_sub(1);
        while page.has(before, Class::ADVERB | Class::AUXILIARY) && before < at {
            before = before.wrapping_sub(1);
        }
        let subject = page.has(before, Class::PRONOUN | Class::RELATIVE | Class::PERSON | Class::BODY)
            || page.is_name_word(before)
            || page.word(before) == "to"
            || page.is_sign(before, ',')
            || page.is_sign(before, ')');
        return subject && !page.has(before, Class::ADJECTIVE);
    }
    !(node.class.any(Class::PREPOSITION | Class::CONJUNCTION | Class::ADVERB))
}

/// Whether a cue in its base form has a subject in the plural, an auxiliary or "to" before it: "voters
/// support", "did not support", not "strong support", "a fourth term". A form in -s that a determiner or an
/// adjective precedes is a plural noun: "his claims", "the biggest challenges".
fn agrees_in_number(page: &Page<'_>, at: usize) -> bool {
    let mut before = at.wrapping_sub(1);
    while before < at
        && page.is_adverb(before)
        && !page.is_name_word(before)
        && !page.has(before, Class::ARTICLE)
    {
        before = before.wrapping_sub(1);
    }
    if page.has(at, Class::PAST | Class::GERUND) {
        return true;
    }
    if page.has(at, Class::THIRD) {
        let determiner = page.has(before, Class::POSSESSIVE)
            || matches!(
                page.word(before),
                "a" | "an" | "the" | "no" | "these" | "those" | "several" | "many"
            );
        let noun = determiner
            || page.is_lower(before) && page.has(before, Class::ADJECTIVE)
            || page.is_lower(before) && page.word(before).ends_with("est")
            || page.node(before).kind == Kind::Possessive;
        return !noun;
    }
    if !page.is_word(before) || !page.same_paragraph(before, at) {
        return true;
    }
    let word = page.word(before);
    let open = Class::AUXILIARY
        | Class::PRONOUN
        | Class::OTHER_PRONOUN
        | Class::RELATIVE
        | Class::CONJUNCTION
        | Class::SUBORDINATE
        | Class::NUMBER
        | Class::PLURAL
        | Class::TIME
        | Class::CUE
        | Class::OPENER;
    let quantifier = page.has(before, Class::ARTICLE) && !matches!(word, "a" | "an" | "the" | "no" | "every");
    page.has(before, open)
        || quantifier
        || word.ends_with('s') && !page.has(before, Class::POSSESSIVE)
        || matches!(word, "to" | "people" | "police" | "media" | "percent" | "public" | "help" | "not")
}

/// Verbs that announce words only together with their particle: "point out", "shoot back", "put it".
fn is_phrasal(page: &Page<'_>, at: usize) -> bool {
    if !page.is_lower(at) || !page.has(at, Class::MAKE) {
        return false;
    }
    let next = page.word(at + 1);
    match page.word(at) {
        "point" | "points" | "pointed" | "pointing" => next == "out",
        "put" | "puts" | "putting" => matches!(next, "it" | "this"),
        "go" | "goes" | "went" | "going" => {
            next == "on" && (!page.is_word(at + 2) || matches!(page.word(at + 2), "to" | "about"))
        }
        "shoot" | "shoots" | "shot" | "shooting" | "fire" | "fires" | "fired" | "firing" | "hit" | "hits"
        | "hitting" => next == "back",
        "make" | "makes" | "made" | "making" => {
            next == "clear" || next == "it" && page.word(at + 2) == "clear"
        }
        _ => false,
    }
}

/// Whether a form of "be" makes the participle at `cue` passive: "was called", "has been described".
pub(in crate::quotes) fn is_passive(page: &Page<'_>, cue: usize) -> bool {
    if !page.has(cue, Class::PAST) {
        return false;
    }
    let mut before = cue;
    for _ in 0..4 {
        before = before.wrapping_sub(1);
        if page.has(before, Class::AUXILIARY) {
            return matches!(
                page.word(before).to_ascii_lowercase().as_str(),
                "is" | "are"
                    | "was"
                    | "were"
                    | "be"
                    | "been"
                    | "being"
                    | "am"
                    | "isn't"
                    | "aren't"
                    | "wasn't"
                    | "weren't"
            );
        }
        if !page.is_adverb(before) {
            return false;
        }
    }
    false
}

/// Where the verb group that ends in the cue at `cue` begins: auxiliaries, negations and adverbs before it,
/// the "to" of an infinitive, and "went on to", "continued to".
pub(in crate::quotes) fn verb_group_start(page: &Page<'_>, cue: usize) -> usize {
    if !page.is_lower(cue) {
        return cue;
    }
    let mut first = helpers_start(page, cue);
    if first > 0 && page.word(first - 1) == "to" && page.is_lower(first - 1) {
        first -= 1;
        let on = first > 1 && page.word(first - 1) == "on";
        let verb = if on { first - 2 } else { first.wrapping_sub(1) };
        let word = page.word(verb);
        let leads = on && matches!(word, "go" | "goes" | "went" | "going")
            || !on && word.starts_with("continu") && page.is_lower(verb);
        if leads {
            first = helpers_start(page, verb);
        }
    }
    first
}

fn helpers_start(page: &Page<'_>, verb: usize) -> usize {
    let mut first = verb;
    while first > 0 && verb - first < 5 {
        let before = first - 1;
        let helps = page.is_lower(before) && (page.is_adverb(before) || page.has(before, Class::AUXILIARY))
            || page.node(before).kind == Kind::Clitic;
        if !helps || page.word(before) == "ago" || !page.same_paragraph(before, first) {
            break;
        }
        first = before;
    }
    first
}
