use jiff::ToSpan as _;
use jiff::civil::Date;

use super::expressions::{Expression, expression, number, step, unit};
use super::{When, WhenBasis};
use crate::brief::words::words;
use crate::types::{QuoteInContext, Span};

/// A word of the reporter, or a quote, in the paragraph.
struct Element<'t> {
    /// In lower case; empty for a quote.
    word: String,
    span: Span,
    text: &'t str,
    sentence: usize,
}

impl Element<'_> {
    fn is_quote(&self) -> bool {
        self.word.is_empty()
    }
}

/// When a quote was said, from the words of the sentence that attributes it; `None` where these do not
/// say. `cue` is where the word that announces the quote begins in the context, where it has one.
pub(in crate::brief) fn said_when(
    quote: &QuoteInContext,
    cue: Option<usize>,
    article: Option<Date>,
) -> Option<When> {
    let elements = elements(quote);
    let at_cue = cue.and_then(|cue| elements.iter().position(|it| !it.is_quote() && it.span.start == cue));
    let anchor = at_cue.or_else(|| elements.iter().position(Element::is_quote))?;
    let sentence = elements.get(anchor)?.sentence;
    let first = elements.iter().position(|it| it.sentence == sentence)?;
    let length = elements.iter().skip(first).take_while(|it| it.sentence == sentence).count();
    let sentence = elements.get(first..first + length)?;
    let lower: Vec<&str> = sentence.iter().map(|it| it.word.as_str()).collect();
    let anchor = anchor - first;

    let day_after = (0..lower.len()).find_map(|at| days_after(&lower, at));
    let mut best: Option<(usize, Expression, usize, usize)> = None;
    for at in 0..lower.len() {
        let Some((found, length)) = expression(&lower, at) else { continue };
        // The clause behind "a day after" has a time of its own.
        let parted = day_after.is_some_and(|(place, ..)| (at < place) != (anchor < place));
        if parted || is_to_come(&lower, at, anchor) {
            continue;
        }
        let distance = at.abs_diff(anchor);
        if best.is_none_or(|(nearest, ..)| distance < nearest) {
            best = Some((distance, found, at, length));
        }
    }
    if let Some((_, found, at, length)) = best {
        let days = found.resolve(article);
        let weekday = if days.is_none() { found.weekday() } else { None };
        return Some(When {
            from: days.map(|it| it.0),
            to: days.map(|it| it.1),
            weekday,
            basis: WhenBasis::Attribution,
            words: said_in(quote, sentence, at, length),
        });
    }
    let (place, days, length) = day_after.filter(|(place, ..)| anchor > *place)?;
    let main_clause = (0..place).rev().find_map(|at| expression(&lower, at));
    let main = main_clause.map_or_else(|| article.map(|day| (day, day)), |(it, _)| it.resolve(article));
    let day = main.and_then(|(day, _)| step(day, (-i64::from(days)).days()));
    Some(When {
        from: day,
        to: day,
        weekday: None,
        basis: WhenBasis::Attribution,
        words: said_in(quote, sentence, place, length),
    })
}

/// "a day after": where it stands, how many days it spans, and how many words it takes.
fn days_after(words: &[&str], at: usize) -> Option<(usize, i32, usize)> {
    let days = number(words.get(at)?)?.checked_mul(unit(words.get(at + 1)?)?)?;
    matches!(*words.get(at + 2)?, "after").then_some((at, days, 3))
}

/// Whether the time at `at` is that of a plan ("will meet on Sunday") and not of the saying at `anchor`.
fn is_to_come(words: &[&str], at: usize, anchor: usize) -> bool {
    let begin = if anchor < at { anchor + 1 } else { 0 };
    let between = words.get(begin.max(at.saturating_sub(6))..at).unwrap_or_default();
    between
        .iter()
        .any(|word| matches!(*word, "will" | "would" | "shall" | "to" | "scheduled" | "plans" | "due"))
}

/// The words of an expression as the article writes them.
fn said_in(quote: &QuoteInContext, sentence: &[Element<'_>], at: usize, length: usize) -> Option<String> {
    let last = sentence.get(at + length.saturating_sub(1))?;
    let mut start = sentence.get(at)?.span.start;
    let lead = at.checked_sub(1).and_then(|at| sentence.get(at));
    if let Some(lead) =
        lead.filter(|it| matches!(it.word.as_str(), "on" | "last" | "over" | "late" | "early"))
    {
        start = lead.span.start;
    }
    Span::new(start, last.span.end).of(&quote.context).map(str::to_owned)
}

/// The paragraph as words and quotes, with the number of the sentence that each belongs to.
fn elements(quote: &QuoteInContext) -> Vec<Element<'_>> {
    let text = &quote.context;
    let mut elements: Vec<Element<'_>> = Vec::new();
    let mut quotes = quote.spans.iter().peekable();
    let others = in_marks(text);
    for word in words(text) {
        let behind = others.partition_point(|other| other.end <= word.span.start);
        if others.get(behind).is_some_and(|other| other.contains(word.span))
            && quote.spans.iter().all(|own| !own.contains(word.span))
        {
            continue;
        }
        while let Some(span) = quotes.next_if(|span| span.start <= word.span.start) {
            elements.push(Element {
                word: String::new(),
                span: *span,
                text: span.of(text).unwrap_or(""),
                sentence: 0,
            });
        }
        if elements.last().is_none_or(|last| !last.is_quote() || last.span.end <= word.span.start) {
            let lower = word.key().to_lowercase();
            elements.push(Element { word: lower, span: word.span, text: word.text, sentence: 0 });
        }
    }
    for span in quotes {
        elements.push(Element {
            word: String::new(),
            span: *span,
            text: span.of(text).unwrap_or(""),
            sentence: 0,
        });
    }
    let mut sentence = 0;
    for at in 1..elements.len() {
        let (Some(one), Some(two)) = (elements.get(at - 1), elements.get(at)) else { break };
        let gap = Span::new(one.span.end, two.span.start).of(text).unwrap_or_default();
        let ends = if one.is_quote() {
            one.text.trim_end().ends_with(['.', '!', '?']) || gap.contains(['.', '!', '?'])
        } else {
            gap.contains(['.', '!', '?']) && !is_abbreviation(one)
        };
        let begins = two.is_quote() || two.text.starts_with(char::is_uppercase);
        // “…has to be done!” the minister said: one sentence. “…has to be done.” The minister said: two.
        if ends && begins {
            sentence += 1;
        }
        if let Some(element) = elements.get_mut(at) {
            element.sentence = sentence;
        }
    }
    elements
}

/// The stretches of a paragraph in double quotation marks, marks included, in order.
fn in_marks(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, mark) in text.match_indices(['“', '”', '"']) {
        match (open, mark) {
            (Some(start), "”" | "\"") => {
                found.push(Span::new(start, at + mark.len()));
                open = None;
            }
            (None, "“" | "\"") => open = Some(at),
            _ => {}
        }
    }
    found
}

fn is_abbreviation(element: &Element<'_>) -> bool {
    const KNOWN: [&str; 24] = [
        "mr", "mrs", "ms", "dr", "gen", "col", "lt", "sgt", "capt", "sen", "rep", "gov", "st", "jan", "feb",
        "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    ];
    element.word.chars().count() == 1 || element.word == "dec" || KNOWN.contains(&element.word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::unmark;

    /// The day found from a paragraph with the quote in `[[ ]]` and the cue behind `|`, in an article of
    /// Monday, 2 October 2017.
    fn check(marked: &str, expected: &str, words: &str) {
        let quote = unmark(&marked.replace('|', "")).unwrap();
        let before = marked.find('|').map(|at| marked.get(..at).unwrap().replace("[[", "").replace("]]", ""));
        let found = said_when(&quote, before.map(|it| it.len()), "2017-10-02".parse().ok());
        let day = found.as_ref().and_then(|it| it.from).map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(
            (day.as_str(), found.and_then(|it| it.words).unwrap_or_default().as_str()),
            (expected, words)
        );
    }

    #[test]
    fn the_time_beside_the_attribution_is_taken() {
        check("“[[We wait,]]” Rao |said on Saturday in Delhi.", "2017-09-30", "on Saturday");
        check("“[[We wait!]]” she |said late Friday.", "2017-09-29", "late Friday");
        check("On Sunday, Rao |said: “[[We wait.]]” The talks end on Tuesday.", "2017-10-01", "On Sunday");
        check("Last weekend, Rao |warned that the port “[[will burn.]]”", "2017-09-30", "Last weekend");
        check("“[[We wait,]]” Rao |said. On Friday the talks ended.", "", "");
        check("“[[We wait,]]” Rao |said of the meeting they will hold on Friday.", "", "");
        check("“[[I met him on Friday,]]” Rao |said.", "", "");
        check("“[[We wait,]]” Rao |said yesterday.", "2017-10-01", "yesterday");
        check("“[[We wait,]]” Rao |said. “I met him on Friday.”", "", "");
        check("Gen. Rao on Sept. 7 |said, “[[We wait.]]”", "2017-09-07", "on Sept. 7");
    }

    #[test]
    fn a_day_after_moves_the_clause_behind_it() {
        check(
            "Rao on Sunday ruled out talks, a day after Sen |said “[[we wait.]]”",
            "2017-09-30",
            "a day after",
        );
        check(
            "Rao |ruled out “[[any talks]]” on Sunday, a day after Sen offered them.",
            "2017-10-01",
            "on Sunday",
        );
        check("The tweets came two days after Sen |said “[[we wait.]]”", "2017-09-30", "two days after");
    }
}
