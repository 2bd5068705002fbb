//! The instructive cases of quotation and attribution, one by one.

use super::{article, check_names, check_names_in, extract, with_headline, words};

#[test]
fn case_01_paragraph_left_open_and_reopened() {
    check_names("“We came.\n“We left,” Oru Veld said.", &[("We came. … We left,", "Oru Veld")]);
}

#[test]
fn case_02_closing_mark_lost() {
    check_names(
        "Oru Veld said: “We came, and we will come again next year.\nOru Veld, mayor",
        &[("We came, and we will come again next year.", "Oru Veld")],
    );
    check_names(
        "Lena Orsk came. “We paid,” she said. “And we will pay again.\nLena Orsk, pilot of the ferry\nThe hall was full.",
        &[("We paid,", "Lena Orsk"), ("And we will pay again.", "Lena Orsk")],
    );
}

#[test]
fn case_03_second_quote_inherits() {
    check_names(
        "Lena Orsk spoke. “We came,” she said. “We left.”",
        &[("We came,", "Lena Orsk"), ("We left.", "Lena Orsk")],
    );
}

#[test]
fn case_04_whole_paragraph_after_an_introduction() {
    check_names(
        "Oru Veld said this on Monday.\n“We came and we left.”",
        &[("We came and we left.", "Oru Veld")],
    );
}

#[test]
fn case_05_speakers_alternate() {
    check_names(
        "“We came,” Oru Veld said.\n“We left,” another said. “For good.”",
        &[("We came,", "Oru Veld"), ("We left,", "another"), ("For good.", "another")],
    );
}

#[test]
fn case_06_fragments_with_one_cue() {
    check_names("“Slow” and “costly,” Oru Veld said.", &[("Slow", "Oru Veld"), ("costly,", "Oru Veld")]);
}

#[test]
fn case_07_mixed_fragment() {
    check_names("Oru Veld said he is “fully certain” of the harvest.", &[("fully certain", "Oru Veld")]);
}

#[test]
fn case_08_one_word_and_a_distant_cue() {
    check_names("The tax caused some “muted” trade, according to the report.", &[("muted", "report")]);
    check_names(
        "Prices rose after the storm and left some “restless” sellers, Oru Veld said.",
        &[("restless", "Oru Veld")],
    );
}

#[test]
fn case_09_labels() {
    check_names("Oru Veld left, calling it “barn-yard” talk.", &[("barn-yard", "Oru Veld")]);
}

#[test]
fn case_10_no_quotes() {
    check_names(
        "He wore a cap that read “Plough On” and watched the show “Barn Days” at home.",
        &[("Plough On", "cap")],
    );
    check_names("He watched the show “Barn Days” at home.", &[]);
}

#[test]
fn case_11_quoted_name_in_a_source() {
    check_names("“We came,” said a man called “Shorty.”", &[("We came,", "man")]);
}

#[test]
fn case_12_marks_of_every_kind_and_inches() {
    check_names(
        "\"We came,\" Oru Veld said of the 6\" pipe.\n''We left,'' Lena Orsk said.\n“Both,” Mark Brandt said.",
        &[("We came,", "Oru Veld"), ("We left,", "Lena Orsk"), ("Both,", "Mark Brandt")],
    );
}

#[test]
fn case_13_inner_and_outer_share_a_closing_mark() {
    check_names(
        "“We asked: “Hey, is it us?” Oru Veld tweeted.",
        &[("We asked: “Hey, is it us?", "Oru Veld")],
    );
}

#[test]
fn case_14_single_marks_inside() {
    check_names("“He said ‘never’ to us,” Oru Veld said.", &[("He said ‘never’ to us,", "Oru Veld")]);
}

#[test]
fn case_15_according_to_before_or_after() {
    check_names("According to the memo, the tax is “a slow poison.”", &[("a slow poison.", "memo")]);
    check_names("The tax is “a slow poison,” according to the memo.", &[("a slow poison,", "memo")]);
}

#[test]
fn case_16_innermost_source() {
    check_names(
        "Oru Veld said Lena Orsk had called the tax “a slow poison.”",
        &[("a slow poison.", "Lena Orsk")],
    );
}

#[test]
fn case_17_pronoun_two_paragraphs_on() {
    check_names(
        "Lena Orsk spoke to farmers.\nThe hall was cold.\n“Mark Brandt knows it,” she said.",
        &[("Mark Brandt knows it,", "Lena Orsk")],
    );
}

#[test]
fn case_18_addressees() {
    check_names("“We came,” Oru Veld told Lena Orsk.", &[("We came,", "Oru Veld")]);
    check_names("Oru Veld told Lena Orsk: “We came.”", &[("We came.", "Oru Veld")]);
}

#[test]
fn case_19_possessive_head() {
    check_names("“We came,” said Oru Veld’s spokeswoman, Lena Orsk.", &[("We came,", "Lena Orsk")]);
    check_names(
        "Oru Veld’s spokeswoman, Lena Orsk, said they were “ready to come.”",
        &[("ready to come.", "Lena Orsk")],
    );
}

#[test]
fn case_20_shared_surname() {
    check_names(
        "Lena Orsk came with Mark Orsk.\n“We came,” Mrs. Orsk said.\n“We left,” Mr. Orsk said.",
        &[("We came,", "Lena Orsk"), ("We left,", "Mark Orsk")],
    );
}

#[test]
fn case_21_office_as_alias() {
    check_names(
        "Lena Orsk, the former secretary of state, came. “We came,” the former secretary of state said.",
        &[("We came,", "Lena Orsk")],
    );
    check_names(
        "Oru Veld met Lena Orsk, the chair of the farmers’ union. “We came,” the union chair said.",
        &[("We came,", "Lena Orsk")],
    );
}

#[test]
fn case_22_sources_that_are_no_people() {
    for source in ["memo", "survey", "office", "campaign"] {
        check_names(&format!("“We came,” the {source} said."), &[("We came,", source)]);
    }
}

#[test]
fn case_23_name_outlet_and_letters() {
    check_names(
        "Lena Orsk, Daily Post: “We came early to the fair.”",
        &[("We came early to the fair.", "Lena Orsk")],
    );
    check_names(
        "Lena Orsk, 34, baker: “We came early to the fair.”",
        &[("We came early to the fair.", "Lena Orsk")],
    );
    check_names(
        "Sean O'Neill came late.\nMR. O'NEILL: I was held up.\nQUESTION: Why were you?\nMR. O'NEILL: By rain.",
        &[("I was held up.", "Sean O'Neill"), ("Why were you?", "-"), ("By rain.", "Sean O'Neill")],
    );
}

#[test]
fn case_24_tweets() {
    check_names("A line <tweet id=\"294\" author=\"x\"> stood there.", &[]);
    check_names(
        "Oru Veld lashed out in a series of tweets: “We came first.”",
        &[("We came first.", "Oru Veld")],
    );
}

#[test]
fn case_25_headings_in_title_case() {
    check_names_in(
        &with_headline("Orsk Calls The Tax “A Slow Poison”\nLena Orsk came."),
        &[("A Slow Poison", "Lena Orsk")],
    );
    check_names(
        "Lena Orsk came.\n• Orsk Called Her Own Tax “A Slow Poison” For Trade [Speech to Bakers, 3/2/31]\n\
         • Orsk Said Bakers Need “A Seat At The Table” [Speech to Millers, 4/2/31]",
        &[("A Slow Poison", "Lena Orsk"), ("A Seat At The Table", "Lena Orsk")],
    );
}

#[test]
fn indirect_in_brackets_of_commas() {
    let clean = article("The faults, it said, are old.");
    let quotes = extract(&clean, true);
    let found: Vec<String> = quotes.iter().map(|quote| words(&clean, quote)).collect();
    assert_eq!(found, ["The faults … are old"]);
}
