use super::super::QuoteOptions;
use super::{article, extract, with_headline, words};
use crate::types::{CleanText, QuoteKind};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_in(&article(text), expected);
}

#[track_caller]
fn check_in(clean: &CleanText, expected: &[&str]) {
    let found: Vec<String> = extract(clean, false).iter().map(|quote| words(clean, quote)).collect();
    assert_eq!(found, expected, "{}", clean.text);
    let quotes = super::super::find(clean, QuoteOptions::default());
    assert_eq!(quotes.len(), found.len());
}

#[track_caller]
fn check_kind(text: &str, expected: &[QuoteKind]) {
    let kinds: Vec<QuoteKind> = extract(&article(text), false).iter().map(|quote| quote.quote.kind).collect();
    assert_eq!(kinds, expected, "{text}");
}

#[test]
fn every_kind_of_mark() {
    for (open, close) in
        [("“", "”"), ("\"", "\""), ("«", "»"), ("„", "“"), ("''", "''"), ("``", "''"), ("＂", "＂")]
    {
        check(&format!("{open}We will not wait,{close} Oru Veld said."), &["We will not wait,"]);
        check(
            &format!("Oru Veld said the plan was {open}a grave mistake{close} for all."),
            &["a grave mistake"],
        );
    }
}

#[test]
fn marks_of_the_wrong_kind() {
    check("Veld called it “a disgrace“ in the hall.", &["a disgrace"]);
    check("Veld said it was “a long shot\" at best.", &["a long shot"]);
    check("Veld said,\"We will stay.\"", &["We will stay."]);
}

#[test]
fn single_marks_only_where_they_quote() {
    check("‘We will not wait for them,’ Oru Veld said.", &["We will not wait for them,"]);
    check("The ministers’ plan and the voters’ wish won’t meet, Veld said.", &[]);
    check("In the '90s they'd wait 'til the ministers' word came.", &[]);
    check(
        "“We ask, ‘Shall we talk?’ and they don’t answer,” Veld said.",
        &["We ask, ‘Shall we talk?’ and they don’t answer,"],
    );
    check_in(
        &with_headline("Veld: Karst ‘losing her nerve’ over talks\nNothing else."),
        &["losing her nerve"],
    );
}

#[test]
fn nesting_of_one_kind() {
    check("“He said “no” to me,” Veld said.", &["He said “no” to me,"]);
    check("“They told us: “Wait.” We left,” Veld said.", &["They told us: “Wait.” We left,"]);
}

#[test]
fn quotes_over_paragraphs() {
    check("“We came early.\n“We left late,” Veld said.", &["We came early. … We left late,"]);
    check("“One.\n“Two.\n“Three,” Veld said.\n“Four,” Karst said.", &["One. … Two. … Three,", "Four,"]);
    check("“We came early.\nThe hall was full.", &["We came early."]);
}

#[test]
fn interrupted_quotes() {
    check("“The plan,” Veld said, “is dead.”", &["The plan, … is dead."]);
    check("“The plan,” said Veld, a lawyer, “is dead.”", &["The plan, … is dead."]);
    check("“The plan is dead,” Veld said. “We move on.”", &["The plan is dead,", "We move on."]);
    check("“The plan is dead,” Veld said.\n“We move on,” he added.", &["The plan is dead,", "We move on,"]);
    check("“Is it dead?” Veld asked. “Yes.”", &["Is it dead?", "Yes."]);
    check("Veld called it “slow” and “costly.”", &["slow", "costly."]);
}

#[test]
fn closing_marks_may_be_missing() {
    let clean = article("“We will never sign it, Veld said on Monday.\nThe hall was full.");
    let found = extract(&clean, false);
    assert_eq!(found.len(), 1);
    assert!(!found.first().unwrap().quote.closed);
}

#[test]
fn what_is_no_quote() {
    check("The so-called “peace wing” met on Monday.", &[]);
    check("Oru “Bear” Veld opened the hall.", &[]);
    check("She starred in the film “Winter Bridge” last year.", &[]);
    check("His novel “The Long Ford” sold well.", &[]);
    check("On Radio Nine’s “Morning Hour” she spoke of bread.", &[]);
    check("The board was 6\" wide and 8\" long.", &[]);
    check("The “spring” market opened on Monday.", &[]);
    check("A tag <tweet id=\"29\"> stood there.", &[]);
    check("“—” stood on the page.", &[]);
}

#[test]
fn kinds() {
    check_kind("“We will wait,” Veld said.", &[QuoteKind::Direct]);
    check_kind("Veld said, “We will wait.”", &[QuoteKind::Direct]);
    check_kind("Veld said: “We will wait”", &[QuoteKind::Direct]);
    check_kind("Veld said she was “ready to wait.”", &[QuoteKind::Mixed]);
    check_kind("Veld called the plan “regrettable.”", &[QuoteKind::Mixed]);
    check_kind("“The plan,” Veld said, “is dead.”", &[QuoteKind::Direct]);
}

#[track_caller]
fn check_indirect(text: &str, expected: &[(&str, &str)]) {
    let clean = article(text);
    let found: Vec<(String, String)> = extract(&clean, true)
        .iter()
        .filter(|quote| quote.quote.kind == QuoteKind::Indirect)
        .map(|quote| (words(&clean, quote), quote.speaker.name.clone().unwrap_or_default()))
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(words, name)| (words.as_str(), name.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn reported_speech() {
    check_indirect(
        "Oru Veld said that the border would stay shut.",
        &[("that the border would stay shut", "Oru Veld")],
    );
    check_indirect(
        "Oru Veld said the border would stay shut.",
        &[("the border would stay shut", "Oru Veld")],
    );
    check_indirect(
        "Oru Veld told reporters on Monday that talks were off.",
        &[("that talks were off", "Oru Veld")],
    );
    check_indirect(
        "Oru Veld after two days of talks called the meetings useful as he prepared to leave.",
        &[("the meetings useful", "Oru Veld")],
    );
    check_indirect(
        "Sweden accused Norway of breaking the pact.",
        &[("Norway of breaking the pact", "Sweden")],
    );
    check_indirect("According to Oru Veld, the border is shut.", &[("the border is shut", "Oru Veld")]);
    check_indirect("The border is shut, according to Oru Veld.", &[("The border is shut", "Oru Veld")]);
    check_indirect("The border is shut, Oru Veld said.", &[("The border is shut", "Oru Veld")]);
    check_indirect("Oru Veld warned that the truce was over.", &[("that the truce was over", "Oru Veld")]);
    check_indirect("Oru Veld vowed to close the border.", &[("to close the border", "Oru Veld")]);
}

#[test]
fn reported_speech_never_overlaps_marks() {
    check_indirect("Oru Veld said the plan was “dead on arrival” in the house.", &[]);
    check_indirect("The hall was full on Monday.", &[]);
}
