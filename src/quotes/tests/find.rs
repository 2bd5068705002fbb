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

#[test]
fn reported_views() {
    check_indirect(
        "Oru Veld is confident that the truce will hold.",
        &[("that the truce will hold", "Oru Veld")],
    );
    check_indirect("Oru Veld opposes the new levy.", &[("the new levy", "Oru Veld")]);
    check_indirect("Oru Veld backed the harbour tax on Monday.", &[("the harbour tax", "Oru Veld")]);
    check_indirect("Oru Veld spoke about the price of salt.", &[("the price of salt", "Oru Veld")]);
    check_indirect(
        "Oru Veld’s promise to reopen the port came late.",
        &[("to reopen the port came late", "Oru Veld")],
    );
    check_indirect("The levy was called by Oru Veld a tax on bread.", &[("The levy", "Oru Veld")]);
    check_indirect("The talks are expected to fail.", &[("to fail", "")]);
    check_indirect("Asked by Oru Veld about the levy, the clerk left.", &[("the levy", "Oru Veld")]);
    check_indirect("Of the fishermen, 42% said they would sail.", &[("they would sail", "42%")]);
}

#[test]
fn nouns_and_names_are_no_cues() {
    check_indirect("The reasons were old.", &[]);
    check_indirect("A harbour called New Salt lies to the south.", &[]);
    check_indirect("The proposed levy failed.", &[]);
}

#[test]
fn one_sentence_reports_several_claims() {
    check_indirect(
        "Oru Veld said the port was shut but warned that the fleet would sail.",
        &[("the port was shut", "Oru Veld"), ("that the fleet would sail", "Oru Veld")],
    );
    check_indirect(
        "Oru Veld said the port was shut, and she added that the fleet would sail.",
        &[("the port was shut", "Oru Veld"), ("that the fleet would sail", "Oru Veld")],
    );
}

/// Checks the content of every mixed quote; `-` stands for none.
#[track_caller]
fn check_content(text: &str, expected: &[&str]) {
    let clean = article(text);
    let found: Vec<&str> = extract(&clean, false)
        .iter()
        .filter(|quote| quote.quote.kind == QuoteKind::Mixed)
        .map(|quote| quote.quote.content.map_or("-", |span| span.of(&clean.text).unwrap()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn mixed_quotes_have_the_clause_around_them() {
    check_content(
        "Oru Veld said that he would “fight on” until the talks resume.",
        &["that he would “fight on” until the talks resume"],
    );
    check_content("Oru Veld called the levy “a slow poison” on Monday.", &["the levy “a slow poison”"]);
    check_content("Oru Veld accused Borduria of “pure theft.”", &["Borduria of “pure theft.”"]);
    check_content("Oru Veld vowed to “burn the fleet” by June.", &["to “burn the fleet” by June"]);
    check_content("The deal is “dead and buried,” Oru Veld said.", &["The deal is “dead and buried,”"]);
    check_content(
        "The deal is “dead and buried,” according to Oru Veld.",
        &["The deal is “dead and buried,”"],
    );
}

#[test]
fn mixed_quotes_of_one_clause_share_their_content() {
    let clause = "the levy was “a slow poison” and the talks “a waste of salt”";
    check_content(&format!("Oru Veld said {clause}."), &[clause, clause]);
}

#[test]
fn direct_quotes_have_no_content_of_their_own() {
    for text in ["“We will wait,” Oru Veld said.", "Oru Veld said the border is shut."] {
        let clean = article(text);
        let quotes = extract(&clean, true);
        assert_eq!(quotes.len(), 1, "{text}");
        assert!(quotes.iter().all(|quote| quote.quote.content.is_none()), "{text}");
    }
}

#[track_caller]
fn check_cue(text: &str, expected: &str) {
    let clean = article(text);
    let cues: Vec<&str> =
        extract(&clean, true).iter().filter_map(|quote| quote.cue?.of(&clean.text)).collect();
    assert_eq!(cues, [expected], "{text}");
}

#[test]
fn cues_are_whole_verb_groups() {
    check_cue("Oru Veld has never said that the port is shut.", "has never said");
    check_cue("“We will wait,” Oru Veld also said.", "also said");
    check_cue("Oru Veld went on to warn that the port is shut.", "went on to warn");
    check_cue("Oru Veld is not confident that the port is open.", "is not confident");
    check_cue("“We will wait,” said Oru Veld.", "said");
}
