use super::{article, check_names, check_names_in, extract, with_headline};

/// Checks rule, cue and mention of the first quote.
#[track_caller]
fn check(text: &str, rule: &str, cue: &str, mention: &str) {
    let clean = article(text);
    let quotes = extract(&clean, false);
    let first = quotes.first().unwrap();
    let slice = |span: Option<crate::types::Span>| span.and_then(|span| span.of(text)).unwrap_or("-");
    assert_eq!((first.rule, slice(first.cue), slice(first.speaker.mention)), (rule, cue, mention), "{text}");
}

#[test]
fn after_the_quote() {
    check("“We wait,” Oru Veld said on Monday.", "subject-after", "said", "Oru Veld");
    check("“We wait,” said Veld.", "inverted-cue", "said", "Veld");
    check("“We wait,” she later added.", "subject-after", "later added", "she");
    check("“We wait,” Veld told reporters.", "subject-after", "told", "Veld");
    check("“Must we wait?” Veld asked.", "subject-after", "asked", "Veld");
    check("“We wait,” according to Oru Veld.", "according-to", "according to", "Oru Veld");
    check("“We wait,” Veld pointed out.", "subject-after", "pointed", "Veld");
    check("“We wait for rain.” — Oru Veld", "signature", "-", "Oru Veld");
    check("“We wait for rain.”\n— Oru Veld", "signature", "-", "Oru Veld");
}

#[test]
fn before_the_quote() {
    check("Oru Veld said, “We wait.”", "cue-before", "said", "Oru Veld");
    check("Oru Veld said the plan was “dead on arrival.”", "cue-before", "said", "Oru Veld");
    check(
        "According to Oru Veld, the plan was “dead on arrival.”",
        "according-to",
        "According to",
        "Oru Veld",
    );
    check("Said Oru Veld: “We wait.”", "cue-before", "Said", "Oru Veld");
    check("Oru Veld on Monday told Karst that he was “done talking.”", "cue-before", "told", "Oru Veld");
    check("Veld said at a regular briefing: “We wait.”", "cue-before", "said", "Veld");
    check("Veld believes the plan is “a gift to the north.”", "thought-before", "believes", "Veld");
    check("The plan was called “a gift to the north” by Veld.", "passive-agent", "was called", "Veld");
}

#[test]
fn appositives() {
    check_names(
        "On Friday the Norwegian envoy, Lena Orsk, had said that she was “ready to wait.”",
        &[("ready to wait.", "Lena Orsk")],
    );
    check("“We wait,” Oru Veld, a doctor, said.", "subject-after", "said", "Oru Veld, a doctor");
    check("“We wait,” said Oru Veld, a doctor.", "inverted-cue", "said", "Oru Veld, a doctor");
    check_names("“We wait,” Karst’s spokeswoman, Lena Orsk, said.", &[("We wait,", "Lena Orsk")]);
    check_names("“We wait,” said a spokesman for the mayor, Lars Orsk.", &[("We wait,", "Lars Orsk")]);
    check_names("“We wait,” Oru Veld, who leads the party, said.", &[("We wait,", "Oru Veld")]);
    check_names("Oru Veld, who called the plan “a bad joke,” left.", &[("a bad joke,", "Oru Veld")]);
    check_names("“We wait,” Rep. Lena Orsk (D-Ohio) said.", &[("We wait,", "Lena Orsk")]);
}

#[test]
fn nouns_of_utterance() {
    check_names(
        "The note contradicted statements made by Oru Veld that talks saw “real progress at last.”",
        &[("real progress at last.", "Oru Veld")],
    );
    check_names(
        "After Oru Veld’s tweets saying Karst was “losing her nerve,” the ministry issued a note.",
        &[("losing her nerve,", "Oru Veld")],
    );
    check_names("Oru Veld’s claim of “a stolen harvest” was false.", &[("a stolen harvest", "Oru Veld")]);
}

#[test]
fn chained_verbs() {
    check_names("Oru Veld stood up and said, “We wait.”", &[("We wait.", "Oru Veld")]);
    check_names("Oru Veld left the hall, saying, “We wait.”", &[("We wait.", "Oru Veld")]);
    check_names("Oru Veld went on to say, “We wait.”", &[("We wait.", "Oru Veld")]);
}

#[test]
fn carried_over() {
    check("“We wait,” she said. “We hope.”", "subject-after", "said", "she");
    check_names(
        "Oru Veld spoke first. “We wait,” he said. “We hope.”",
        &[("We wait,", "Oru Veld"), ("We hope.", "Oru Veld")],
    );
    check_names(
        "Oru Veld spoke on Monday.\n“We wait,” Veld said.\n“We hope and we pray.”",
        &[("We wait,", "Oru Veld"), ("We hope and we pray.", "Oru Veld")],
    );
    check_names("Oru Veld had this to say:\n“We wait.”", &[("We wait.", "Oru Veld")]);
}

#[test]
fn reporters_of_clauses_without_a_speaker_of_their_own() {
    let rule = "reporter";
    check("Lena Orsk said the levy would seek to “starve the north.”", rule, "said", "Lena Orsk");
    check("Lena Orsk says she is counting on “a fair wind.”", "cue-before", "says", "Lena Orsk");
    check("Lena Orsk said critics called the levy “a slow poison.”", rule, "said", "Lena Orsk");
    check("Lena Orsk told a farmer who asked about it that it was “too late.”", rule, "told", "Lena Orsk");
    check("Lena Orsk said Mark Brandt will call it “a gift.”", rule, "said", "Lena Orsk");
    check("Lena Orsk denounced what she called a “slow poison.”", rule, "called", "Lena Orsk");
    // a name keeps its words, and so does a quote that its own cue introduces
    check("Lena Orsk said Mark Brandt had called it “a gift.”", "cue-before", "had called", "Mark Brandt");
    check("Lena Orsk said that on Monday a farmer asked, “Is it late?”", "cue-before", "asked", "a farmer");
}

#[test]
fn issuers_of_texts_that_speak() {
    check("Lena Orsk released a letter that says it was “a fair wind.”", "cue-before", "says", "Lena Orsk");
    check("Lena Orsk found a letter that says it was “a fair wind.”", "cue-before", "says", "that");
}

#[test]
fn attributions_that_end_the_sentence() {
    let rule = "sentence-final";
    check("“It was a long winter” if the wells freeze over, said Lena Orsk.", rule, "said", "Lena Orsk");
    check(
        "Some farmers say they want “a fair wind” and no levy, a study concluded.",
        rule,
        "concluded",
        "a study",
    );
    check("The farmers echo a wish for “a fair wind,” as a memo put it.", rule, "put", "a memo");
    // a name with a verb of speech keeps its words
    check(
        "Lena Orsk said it was “a fair wind” at last, the Post reported.",
        "cue-before",
        "said",
        "Lena Orsk",
    );
}

#[test]
fn inverted_before_the_quote() {
    check("In other words, explained Lena Orsk: “We wait.”", "cue-before", "explained", "Lena Orsk");
    check(
        "The trouble, says Lena Orsk, a miller, is that it was “too late.”",
        "cue-before",
        "says",
        "Lena Orsk, a miller",
    );
}

#[test]
fn participles_before_the_subject() {
    check_names(
        "After saying the wells were “bone dry,” Lena Orsk left for the coast.",
        &[("bone dry,", "Lena Orsk")],
    );
    check_names("Conceding it was “a fair wind,” Lena Orsk left.", &[("a fair wind,", "Lena Orsk")]);
}

#[test]
fn times_between_subject_and_cue() {
    for time in ["last week", "less than two weeks ago", "earlier this month", "in the past", "on Monday"] {
        check_names(
            &format!("Lena Orsk {time} said it was “a fair wind.”"),
            &[("a fair wind.", "Lena Orsk")],
        );
    }
    check_names(
        "The council on Monday left the hall, calling it “a fair wind.”",
        &[("a fair wind.", "council")],
    );
}

#[test]
fn nouns_that_look_like_cues() {
    check_names("Lena Orsk said strong support for it was “a fair wind.”", &[("a fair wind.", "Lena Orsk")]);
    check_names(
        "Lena Orsk noted that one of the biggest challenges was “a fair wind.”",
        &[("a fair wind.", "Lena Orsk")],
    );
    check("Farmers support what was “a fair wind for all.”", "cue-before", "support", "Farmers");
}

#[test]
fn participles_that_only_name_a_thing() {
    check_names(
        "Lena Orsk announced she had bought a ship called “Fair Wind.”",
        &[("Fair Wind.", "Lena Orsk")],
    );
}

#[test]
fn absolute_participles() {
    check(
        "Farmers chimed in, with Lena Orsk calling it “a fair wind.”",
        "cue-before",
        "calling",
        "Lena Orsk",
    );
    check("The senator emailed farmers saying it was “a fair wind.”", "cue-before", "saying", "The senator");
    check("Lena Orsk kept asking why it was “a fair wind.”", "cue-before", "asking", "Lena Orsk");
    check("She’s claiming it was “a fair wind.”", "cue-before", "claiming", "She");
}

#[test]
fn subjects_with_brackets_places_and_two_offices() {
    check(
        "Sen. Lena Orsk (D-Ohio), said it was “a fair wind.”",
        "cue-before",
        "said",
        "Sen. Lena Orsk (D-Ohio)",
    );
    check_names(
        "Lena Orsk, 59, of Ashford, Md., who came early, said it was “a fair wind.”",
        &[("a fair wind.", "Lena Orsk")],
    );
    check(
        "The former mayor and party leader said it was “a fair wind.”",
        "cue-before",
        "said",
        "The former mayor and party leader",
    );
    check(
        "Lena Orsk, when asked about it, answered that it was “late.”",
        "cue-before",
        "answered",
        "Lena Orsk",
    );
}

#[test]
fn a_name_that_opens_the_sentence_answers_where_no_cue_does() {
    check("Lena Orsk, long “a friend of the northern farmers”.", "sentence-subject", "-", "Lena Orsk");
    check("Likewise “a fair wind to the north and to all”.", "none", "-", "-");
}

#[test]
fn a_carried_speaker_keeps_the_words_that_cite_it() {
    let text = "“We wait,” said Lena Orsk.\n“We hope and we pray.”";
    let clean = article(text);
    let quotes = extract(&clean, false);
    let mention = quotes.last().unwrap().speaker.mention.and_then(|span| span.of(text));
    assert_eq!(mention, Some("Lena Orsk"));
}

#[test]
fn labels() {
    check_names("Oru Veld: “We wait for rain.”", &[("We wait for rain.", "Oru Veld")]);
    check_names("Oru Veld, The Daily Post: “We wait for rain.”", &[("We wait for rain.", "Oru Veld")]);
    check_names_in(
        &with_headline("Veld: Karst ‘losing her nerve’ with talks\nPresident Veld spoke."),
        &[("losing her nerve", "Oru Veld")],
    );
    check_names_in(
        &with_headline("Sweden Calls Latest Talks “Regrettable”\nNothing else."),
        &[("Regrettable", "Sweden")],
    );
}

#[test]
fn predicates_in_headlines() {
    check_names_in(
        &with_headline("Sweden ‘will answer’ Norway’s levy on timber\nNothing else."),
        &[("will answer", "Sweden")],
    );
    check_names_in(
        &with_headline("Orsk says Norway ‘will answer’ in kind\nLena Orsk came."),
        &[("will answer", "Lena Orsk")],
    );
    check_names_in(
        &with_headline("Island council ‘is ready’ for talks\nNothing else."),
        &[("is ready", "Island council")],
    );
}

#[test]
fn datelines_are_no_subjects() {
    check_names(
        "OSLO, May 3 (Wire) — Norway’s envoy, Lena Orsk, said it was “ready to wait.”",
        &[("ready to wait.", "Lena Orsk")],
    );
    check_names("OSLO – Lena Orsk said it was “ready to wait.”", &[("ready to wait.", "Lena Orsk")]);
}

#[test]
fn nobody() {
    check_names(
        "It was long ago. The wall bore the words\n“Down with the tax and the toll”.",
        &[("Down with the tax and the toll", "wall")],
    );
    check_names("“Down with the tax and the toll”", &[("Down with the tax and the toll", "-")]);
}
