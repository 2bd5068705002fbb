use super::super::{Extractor, QuoteOptions, Roster};
use super::{ROSTER, article, check_names, extract};
use crate::types::SpeakerKind;

/// Checks name, side and role of the last quote; `-` stands for nothing.
#[track_caller]
fn check(text: &str, name: &str, side: &str, role: &str) {
    let quotes = extract(&article(text), false);
    let speaker = &quotes.last().unwrap().speaker;
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    assert_eq!(
        (or_dash(&speaker.name).as_str(), or_dash(&speaker.side).as_str(), or_dash(&speaker.role).as_str()),
        (name, side, role),
        "{text}"
    );
}

#[track_caller]
fn check_kind(text: &str, kind: SpeakerKind) {
    let quotes = extract(&article(text), false);
    assert_eq!(quotes.last().unwrap().speaker.kind, kind, "{text}");
}

#[test]
fn surnames_and_given_names() {
    check_names("Lena Orsk came. “We wait,” Orsk said.", &[("We wait,", "Lena Orsk")]);
    check_names("“We wait,” Orsk said. Lena Orsk left.", &[("We wait,", "Lena Orsk")]);
    check_names("Lena Orsk and Mark Orsk came. “We wait,” Mr. Orsk said.", &[("We wait,", "Mark Orsk")]);
    check_names("Lena Orsk came. “We wait,” Lena said.", &[("We wait,", "Lena Orsk")]);
    check_names("“We wait,” Orsk said.", &[("We wait,", "Orsk")]);
}

#[test]
fn pronouns() {
    check_names(
        "Lena Orsk met Mark Brandt. “We wait,” she said. “I hope,” he said.",
        &[("We wait,", "Lena Orsk"), ("I hope,", "Mark Brandt")],
    );
    check_names(
        "“We wait,” Mark Brandt said.\nThe rain went on. David Holm was there too.\n“I hope,” he added.",
        &[("We wait,", "Mark Brandt"), ("I hope,", "Mark Brandt")],
    );
    check_names(
        "Mark Brandt angered the north after he warned that it “would pay for this.”",
        &[("would pay for this.", "Mark Brandt")],
    );
}

#[test]
fn antecedents_are_subjects_before_owners() {
    check_names(
        "Mark Brandt spoke about David Holm’s harvest.\n“I hope,” he said.",
        &[("I hope,", "Mark Brandt")],
    );
    check_names(
        "“We wait,” David Holm said.\nThe rain held, Mark Brandt said.\n“I hope,” he said.",
        &[("We wait,", "David Holm"), ("I hope,", "Mark Brandt")],
    );
}

#[test]
fn pronouns_tell_the_gender_of_a_surname() {
    check_names(
        "Brigid Toll came with Kim Arden. Arden spoke. “We wait,” he said.\nBrigid Toll sat.\n“I hope,” she said.",
        &[("We wait,", "Kim Arden"), ("I hope,", "Brigid Toll")],
    );
}

#[test]
fn speaking_further_means_the_last_speaker() {
    check_names(
        "“We wait,” Mark Brandt said.\nDavid Holm was there too.\n“I hope,” he continued.",
        &[("We wait,", "Mark Brandt"), ("I hope,", "Mark Brandt")],
    );
}

#[test]
fn sides_from_the_text() {
    check("“We wait,” Norwegian Foreign Minister Lena Orsk said.", "Lena Orsk", "Norway", "Foreign Minister");
    check(
        "“We wait,” Norway’s foreign minister, Lena Orsk, said.",
        "Lena Orsk",
        "Norway",
        "foreign minister",
    );
    check("“We wait,” said Lena Orsk, Norway’s foreign minister.", "Lena Orsk", "Norway", "foreign minister");
    check(
        "“We wait,” said Lena Orsk, the foreign minister of Norway.",
        "Lena Orsk",
        "Norway",
        "foreign minister of Norway",
    );
    check(
        "Talks with Sweden failed. “We wait,” the country’s foreign minister, Lena Orsk, said.",
        "Lena Orsk",
        "Sweden",
        "foreign minister",
    );
    check("“We wait,” said President Lena Orsk of Norway.", "Lena Orsk", "Norway", "President");
    check(
        "Burundi’s army spokesman, Col. Mark Brandt, came. “We wait,” he said.",
        "Mark Brandt",
        "Burundi",
        "army spokesman",
    );
    check(
        "The president of the East Bank Millers’ Council, Mark Brandt, came. “We wait,” he told The Post.",
        "Mark Brandt",
        "-",
        "president of the East Bank Millers’ Council",
    );
    check(
        "The State Department issued a note.\n“We wait,” spokeswoman Lena Orsk said.",
        "Lena Orsk",
        "United States",
        "spokeswoman",
    );
    check(
        "“We wait,” Secretary of State Lena Orsk said.",
        "Lena Orsk",
        "United States",
        "Secretary of State",
    );
}

#[test]
fn countries_and_their_organs() {
    check("“We wait,” North Korea said.", "North Korea", "North Korea", "-");
    check("“We wait,” the North Koreans said.", "North Korea", "North Korea", "-");
    check("“We wait,” Pyongyang said.", "North Korea", "North Korea", "-");
    check("“We wait,” the Kremlin said.", "Kremlin", "Russia", "-");
    check(
        "“We wait,” North Korea’s foreign ministry said.",
        "North Korea",
        "North Korea",
        "foreign ministry",
    );
    check(
        "Talks with North Korea went on. “We wait,” the North’s foreign ministry said.",
        "North Korea",
        "North Korea",
        "foreign ministry",
    );
    check(
        "“We wait,” Sweden’s defence ministry spokesman Lars Orsk said.",
        "Lars Orsk",
        "Sweden",
        "defence ministry spokesman",
    );
    check("“We wait,” NATO said.", "NATO", "NATO", "-");
    check_kind("“We wait,” Pyongyang said.", SpeakerKind::Institution);
}

#[test]
fn bodies_mean_their_introductions() {
    check(
        "Norway’s economy ministry sent a note to Finland. “We wait,” the ministry said.",
        "Norway",
        "Norway",
        "economy ministry",
    );
    check(
        "Norway’s trade minister left for Chile. The trade ministry sent a note. “We wait,” it said.",
        "Norway",
        "Norway",
        "trade ministry",
    );
    check("The East Bank Council met in Chile. “We wait,” the council said.", "East Bank Council", "-", "-");
    check("The company, Orrin Freight, sent a ship. “We wait,” the company said.", "Orrin Freight", "-", "-");
    check_kind(
        "The company, Orrin Freight, sent a ship. “We wait,” the company said.",
        SpeakerKind::Institution,
    );
    check(
        "Rwanda’s defence ministry denied this to Chile. “We wait,” it said.",
        "Rwanda",
        "Rwanda",
        "defence ministry",
    );
    check(
        "The Norwegian trade ministry had said in a statement that Chile left. “We wait,” the statement said.",
        "Norway",
        "Norway",
        "trade ministry",
    );
    check("It rained. “We wait,” it said.", "-", "-", "-");
    check_kind("It rained. “We wait,” it said.", SpeakerKind::Unknown);
}

#[test]
fn offices_keep_their_country() {
    check(
        "Norway’s trade minister came from Chile. “We wait,” Trade Minister Lena Orsk said.",
        "Lena Orsk",
        "Norway",
        "Trade Minister",
    );
    check(
        "Norway’s trade minister met Chile’s trade minister. “We wait,” Trade Minister Lena Orsk said.",
        "Lena Orsk",
        "-",
        "Trade Minister",
    );
}

#[test]
fn people_without_a_name() {
    check("“We wait,” a senior official said.", "senior official", "-", "-");
    check("“We wait,” a senior Norwegian official said.", "senior Norwegian official", "Norway", "-");
    check(
        "A senior Norwegian official spoke in Rome. “We wait,” the official said.",
        "senior Norwegian official",
        "Norway",
        "-",
    );
    check_kind("“We wait,” a senior official said.", SpeakerKind::Anonymous);
    check_kind("“We wait,” the report said.", SpeakerKind::Institution);
    check_kind("“We wait for rain and for the end of it all.”", SpeakerKind::Unknown);
}

#[test]
fn titles_mean_their_holders() {
    check_names(
        "President Lena Orsk met Foreign Minister Mark Brandt. “We wait,” the president said.",
        &[("We wait,", "Lena Orsk")],
    );
    check_names(
        "President Lena Orsk met Foreign Minister Mark Brandt. “We wait,” the foreign minister said.",
        &[("We wait,", "Mark Brandt")],
    );
}

#[test]
fn the_roster_answers_only_where_it_is_sure() {
    check("“We wait,” President Veld said.", "Oru Veld", "Sylvania", "President");
    check("“We wait,” Foreign Minister Karst said.", "Ina Karst", "Sylvania", "Foreign Minister");
    check("“We wait,” Tomas Brill said.", "Tomas Brill", "Borduria", "President");
    check("“We wait,” Brill said.", "Brill", "-", "-");
    check("“We wait,” Veld said.", "Veld", "-", "-");
    check("“We wait,” Norwegian President Oru Veld said.", "Oru Veld", "Norway", "President");
}

#[test]
fn the_roster_answers_for_the_day() {
    let name = |day: &str| {
        let roster = Roster::from_csv(ROSTER, "roster.csv").unwrap();
        let extractor = Extractor::new(roster, QuoteOptions::default());
        let quotes = extractor.extract(&article("“We wait,” Brill said."), Some(day.parse().unwrap()));
        quotes.first().unwrap().speaker.name.clone().unwrap()
    };
    assert_eq!(name("2005-05-05"), "Tomas Brill");
    assert_eq!(name("2015-05-05"), "Hana Brill");
    assert_eq!(name("1995-05-05"), "Brill");
}
