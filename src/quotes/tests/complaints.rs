//! What users of other tools complained about, by tool and issue, on text written for the project.

use super::{article, check_names, check_names_in, extract, with_headline, words};

#[test]
fn textacy_200_dash_attribution() {
    check_names("— We will not go, said Oru Veld.", &[("We will not go", "Oru Veld")]);
    check_names("– Must we go? asked Oru Veld.", &[("Must we go?", "Oru Veld")]);
    check_names("“We will not go.” — Oru Veld", &[("We will not go.", "Oru Veld")]);
}

#[test]
fn textacy_200_and_from_a_name() {
    check_names(
        "Lena Orsk: “The toll is a mistake.”\nAnd from Oru Veld: “We will not go.”",
        &[("The toll is a mistake.", "Lena Orsk"), ("We will not go.", "Oru Veld")],
    );
}

#[test]
fn textacy_293_indirect_speech() {
    let clean = article("Oru Veld said that the ferry would stay in port.");
    let found: Vec<String> = extract(&clean, true).iter().map(|quote| words(&clean, quote)).collect();
    assert_eq!(found, ["that the ferry would stay in port"]);
}

#[test]
fn textacy_380_marks_pair_by_kind() {
    check_names(
        "“He said \"never\" to us,” Oru Veld said. \"We will go,\" Lena Orsk said.",
        &[("He said \"never\" to us,", "Oru Veld"), ("We will go,", "Lena Orsk")],
    );
}

#[test]
fn textacy_382_a_line_feed_closes() {
    check_names(
        "Oru Veld said: “We will not go.\nThe hall was full.\n“We will,” Lena Orsk said.",
        &[("We will not go.", "Oru Veld"), ("We will,", "Lena Orsk")],
    );
}

#[test]
fn corenlp_1139_multi_paragraph() {
    check_names(
        "“We came early to the fair,” Oru Veld said. “We were cold.\n“We left late.\n“We will come again.”",
        &[
            ("We came early to the fair,", "Oru Veld"),
            ("We were cold. … We left late. … We will come again.", "Oru Veld"),
        ],
    );
}

#[test]
fn corenlp_338_unclosed() {
    check_names(
        "Oru Veld said: “We will never sign it.\nThe hall was full.\n“We might,” Lena Orsk said.",
        &[("We will never sign it.", "Oru Veld"), ("We might,", "Lena Orsk")],
    );
}

#[test]
fn corenlp_1251_nickname() {
    check_names("Oru “Bear” Veld opened the hall. “Come in,” he said.", &[("Come in,", "Oru Veld")]);
    check_names("A smith known as “the Hammer” opened the hall.", &[]);
    check_names("A smith named “Shorty” opened the hall.", &[]);
}

#[test]
fn corenlp_905_appositive_after_name() {
    check_names(
        "“The toll is a mistake,” said Lena Orsk, who runs the ferry to Karst Island.",
        &[("The toll is a mistake,", "Lena Orsk")],
    );
    check_names(
        "Lena Orsk, a pilot from the north who runs the ferry, said: “The toll is a mistake.”",
        &[("The toll is a mistake.", "Lena Orsk")],
    );
}

#[test]
fn corenlp_905_paragraph_break() {
    check_names(
        "Lena Orsk, the ferry’s pilot, said this on Monday:\n“The toll is a mistake.”",
        &[("The toll is a mistake.", "Lena Orsk")],
    );
}

#[test]
fn corenlp_1090_cues_other_than_said() {
    for cue in ["warned", "joked", "insisted", "pointed out", "conceded", "tweeted", "fired back"] {
        check_names(
            &format!("Lena Orsk spoke. “The toll is a mistake,” Orsk {cue}."),
            &[("The toll is a mistake,", "Lena Orsk")],
        );
    }
}

#[test]
fn corenlp_616_mention_and_name() {
    let clean = article("Lena Orsk spoke to farmers. “The toll is a mistake,” she said.");
    let quotes = extract(&clean, false);
    let speaker = &quotes.first().unwrap().speaker;
    assert_eq!(speaker.mention.and_then(|span| span.of(&clean.text)), Some("she"));
    assert_eq!(speaker.name.as_deref(), Some("Lena Orsk"));
}

#[test]
fn nlp_suite_511_single_marks() {
    check_names(
        "‘The toll is a mistake,’ Lena Orsk said. ‘We won’t pay the ministers’ bill,’ she added.",
        &[("The toll is a mistake,", "Lena Orsk"), ("We won’t pay the ministers’ bill,", "Lena Orsk")],
    );
    check_names("The pilots’ vote and the farmers’ wish went unheard.", &[]);
}

#[test]
fn sayswho_3_orphan_quotes() {
    check_names(
        "“The toll is a mistake,” Lena Orsk said.\n“We will not pay it. We never have.”\n“Nor will we,” Oru Veld said.",
        &[
            ("The toll is a mistake,", "Lena Orsk"),
            ("We will not pay it. We never have.", "Lena Orsk"),
            ("Nor will we,", "Oru Veld"),
        ],
    );
}

#[test]
fn rsyntax_2_parenthetical() {
    check_names(
        "Lena Orsk came. The toll, she said, was “a mistake from the start.”",
        &[("a mistake from the start.", "Lena Orsk")],
    );
    check_names(
        "Oru Veld defended the toll, which he said was “a gift to the north.”",
        &[("a gift to the north.", "Oru Veld")],
    );
    check_names("She watched the show “Barn Days” with her sister.", &[]);
}

#[test]
fn minie_11_verb_list() {
    for cue in ["lamented", "quipped", "thundered", "mused", "countered", "vowed"] {
        check_names(
            &format!("“The toll will be lifted,” Lena Orsk {cue}."),
            &[("The toll will be lifted,", "Lena Orsk")],
        );
    }
}

#[test]
fn tech_and_check_131_transcript_mark() {
    check_names(
        "Lena Orsk and Oru Veld met the press on Monday.\nORSK: We asked them, “Shall we go?”\n\
         VELD: And they never answered us.\nORSK: Not once.",
        &[
            ("We asked them, “Shall we go?”", "Lena Orsk"),
            ("And they never answered us.", "Oru Veld"),
            ("Not once.", "Lena Orsk"),
        ],
    );
}

#[test]
fn transcripts() {
    check_names(
        "President Marta Quintela and her envoy, Sean O’Neill, met reporters.\n\
         PRESIDENT QUINTELA: Thank you all. [Laughter] I will be short.\nWe have a deal with Karst.\n\
         MR. O’NEILL: You have it in writing. (Applause.)\n\
         Reporter: Will you sign?\n\
         PRESIDENT QUINTELA: I will.\nThe two then left the hall.",
        &[
            ("Thank you all. … I will be short. … We have a deal with Karst.", "Marta Quintela"),
            ("You have it in writing.", "Sean O’Neill"),
            ("Will you sign?", "Reporter"),
            ("I will.", "Marta Quintela"),
        ],
    );
    check_names(
        "Lena Orsk runs the ferry. She spoke to The Post.\nQ: Will you pay the toll?\nA: We will not.\n\
         Q. Why?\nA. I have said it before.",
        &[
            ("Will you pay the toll?", "-"),
            ("We will not.", "Lena Orsk"),
            ("Why?", "-"),
            ("I have said it before.", "Lena Orsk"),
        ],
    );
}

#[test]
fn lists_are_no_transcripts() {
    check_names("Age: 53\nParty: Farmers\nHome: Karst\nAge: 41\nParty: Pilots\nHome: Veld", &[]);
    check_names("UPDATE: The ferry has left port.\nThe hall was full.", &[]);
    check_names("Where: Town hall\nWhen: Monday\nWhere: The port\nWhen: Tuesday", &[]);
}

#[test]
fn vox_pop_and_letters() {
    check_names("Lena Orsk, 34, teacher: “I walk now.”", &[("I walk now.", "Lena Orsk")]);
    check_names("Lena Orsk, Daily Post: “I walk now.”", &[("I walk now.", "Lena Orsk")]);
}

#[test]
fn statements_in_full() {
    check_names(
        "The following is a statement by President Marta Quintela on the border:\n\
         Our patience has an end. We call on Karst to withdraw.\nWe shall not ask twice.",
        &[(
            "Our patience has an end. We call on Karst to withdraw. … We shall not ask twice.",
            "Marta Quintela",
        )],
    );
    check_names(
        "The foreign ministry issued the following statement:\nOur patience has an end and we say so.",
        &[("Our patience has an end and we say so.", "foreign ministry")],
    );
    check_names_in(
        &with_headline("Statement by Lena Orsk on the Toll\nWe regret the toll and ask for talks."),
        &[("We regret the toll and ask for talks.", "Lena Orsk")],
    );
}

#[test]
fn block_quotes() {
    check_names(
        "Lena Orsk wrote in a letter:\nThe toll is a mistake and will be lifted.\nThe hall was full.",
        &[("The toll is a mistake and will be lifted.", "Lena Orsk")],
    );
    check_names(
        "The hall was full.\nI never paid the toll and never will.\n— Lena Orsk, pilot\nThe vote is on Monday.",
        &[("I never paid the toll and never will.", "Lena Orsk")],
    );
}

#[test]
fn posts() {
    for text in [
        "The toll will be lifted. Believe it! — Lena Orsk (@lenaorsk) May 3, 2031",
        "The toll will be lifted. Believe it!\n— Lena Orsk (@lenaorsk) May 3, 2031",
        "Lena Orsk (@lenaorsk) May 3, 2031\nThe toll will be lifted. Believe it!",
    ] {
        check_names(text, &[("The toll will be lifted. Believe it!", "Lena Orsk")]);
    }
    check_names(
        "Lena Orsk swiped back in a series of tweets: “The toll will be lifted.”",
        &[("The toll will be lifted.", "Lena Orsk")],
    );
}

#[test]
fn interview_credits() {
    check_names(
        "“The toll is a mistake,” Lena Orsk told the BBC.",
        &[("The toll is a mistake,", "Lena Orsk")],
    );
    check_names("“The toll is a mistake.” (Lena Orsk)", &[("The toll is a mistake.", "Lena Orsk")]);
}
