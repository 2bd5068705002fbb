use crate::records::unmark;
use crate::types::QuoteInContext;

use super::*;

/// An example from its marked context, labelled hawkish and negative.
fn example(line: u64, marked: &str) -> LabelledExample {
    let quote = unmark(marked).unwrap_or_else(|_| QuoteInContext::bare(marked));
    LabelledExample {
        id: format!("row-{line}"),
        path: Arc::from(Path::new("data.jsonl")),
        line,
        text: quote.text(),
        quote,
        stance: Stance::Hawkish,
        sentiment: Some(Sentiment::Negative),
        group: None,
        split: None,
        topic: None,
        register: None,
        year: None,
        stance_weight: 1.0,
        cases: Vec::new(),
        fields: Default::default(),
    }
}

/// Checks examples; each expected finding is a line, a kind and a severity. Rare labels are left aside.
fn check_findings(examples: Vec<LabelledExample>, expected: &[(u64, FindingKind, Severity)]) -> Vec<Finding> {
    let report = check(&LabelledSet { examples });
    let findings: Vec<Finding> =
        report.findings.into_iter().filter(|finding| finding.kind != FindingKind::RareLabel).collect();
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.place.as_ref().map_or(0, |place| place.1), finding.kind, finding.severity))
        .collect();
    assert_eq!(found, expected, "{findings:#?}");
    findings
}

const A: &str =
    "The minister said that [[no talks can begin before the last soldier has left the valley]] on Monday.";
const B: &str = "[[We were glad to see our neighbours at the table again after so many years]], the envoy told reporters.";

#[test]
fn good_rows_have_no_findings() {
    check_findings(vec![example(1, A), example(2, B), example(3, "She called it [[regrettable]].")], &[]);
}

#[test]
fn a_text_that_differs_from_its_marks_is_an_error() {
    let mut differs = example(1, A);
    differs.text.push_str(" now");
    let mut spaced = example(2, B);
    spaced.text = spaced.text.replace(' ', "  ");
    let findings = check_findings(vec![differs, spaced], &[(1, FindingKind::TextDiffers, Severity::Error)]);
    assert!(
        findings[0].to_string().starts_with("data.jsonl:1: error: the text is not what"),
        "{}",
        findings[0]
    );
}

#[test]
fn quotes_that_say_too_little_are_found() {
    check_findings(
        vec![
            example(1, "[[…]] he said"),
            example(2, "[[No]]"),
            example(3, "[[No]], he said"),
            example(4, "[[No way]]"),
        ],
        &[(1, FindingKind::TooShort, Severity::Error), (2, FindingKind::TooShort, Severity::Warning)],
    );
}

#[test]
fn odd_columns_are_found() {
    let mut odd = example(1, A);
    odd.register = Some("slang".to_owned());
    odd.year = Some(199);
    let findings = check_findings(
        vec![odd],
        &[(1, FindingKind::UnknownRegister, Severity::Warning), (1, FindingKind::OddYear, Severity::Warning)],
    );
    assert!(findings[0].message.contains("wire, spoken, official, opinion, quotable"));
}

#[test]
fn ids_are_used_once() {
    let mut second = example(2, B);
    second.id = "row-1".to_owned();
    let findings =
        check_findings(vec![example(1, A), second], &[(2, FindingKind::DuplicateId, Severity::Error)]);
    assert!(findings[0].message.contains("data.jsonl:1"));
}

#[test]
fn repeats_are_found_whatever_their_marks() {
    let curly = format!("“{}”", A.to_uppercase());
    check_findings(vec![example(1, A), example(2, &curly)], &[(2, FindingKind::Duplicate, Severity::Error)]);
}

#[test]
fn the_same_words_in_another_context_are_no_repeat() {
    check_findings(
        vec![
            example(1, "[[A good day]], said the envoy at the talks."),
            example(2, "[[A good day]], said the coach."),
        ],
        &[],
    );
}

#[test]
fn conflicting_labels_are_found() {
    let (mut stance, mut sentiment) = (example(2, A), example(4, B));
    stance.stance = Stance::Neutral;
    sentiment.sentiment = Some(Sentiment::Positive);
    let findings = check_findings(
        vec![example(1, A), stance, example(3, B), sentiment],
        &[
            (2, FindingKind::ConflictingLabels, Severity::Error),
            (4, FindingKind::ConflictingLabels, Severity::Error),
        ],
    );
    assert!(findings[0].message.contains("labelled neutral, and the same quote in data.jsonl:1 is hawkish"));
}

#[test]
fn near_duplicates_are_found_except_in_one_group() {
    let close = A.replace("valley", "hills");
    let pair = |groups: [Option<&str>; 2], splits: [Option<Split>; 2]| {
        let (mut one, mut other) = (example(1, A), example(2, &close));
        (one.group, other.group) = (groups[0].map(str::to_owned), groups[1].map(str::to_owned));
        (one.split, other.split) = (splits[0], splits[1]);
        vec![one, other]
    };
    let (train, validation) = (Some(Split::Train), Some(Split::Validation));
    let near = |severity| [(2, FindingKind::NearDuplicate, severity)];
    check_findings(pair([None, None], [None, None]), &near(Severity::Warning));
    check_findings(pair([Some("a"), Some("b")], [train, train]), &near(Severity::Warning));
    check_findings(pair([None, None], [train, validation]), &near(Severity::Error));
    check_findings(pair([Some("a"), Some("a")], [train, train]), &[]);
}

#[test]
fn divided_groups_are_found() {
    let (mut one, mut other) = (example(1, A), example(2, B));
    (one.group, one.split) = (Some("g".to_owned()), Some(Split::Train));
    (other.group, other.split) = (Some("g".to_owned()), Some(Split::Validation));
    check_findings(vec![one, other], &[(2, FindingKind::DividedGroup, Severity::Error)]);
}

#[test]
fn rare_labels_are_reported_last() {
    let report = check(&LabelledSet { examples: vec![example(1, A)] });
    assert_eq!(report.count(Severity::Warning), 6);
    assert_eq!(
        report.findings[0].to_string(),
        "warning: 1 rows have stance 'hawkish'; at least 20 are needed to learn it"
    );
    let mut bare = example(1, A);
    bare.sentiment = None;
    assert_eq!(check(&LabelledSet { examples: vec![bare] }).findings.len(), 3);
    assert!(!report.is_clean());
}

#[test]
fn the_shipped_data_is_clean() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("training_data");
    let set = super::super::read(&[data], &super::super::ReadOptions::default()).unwrap();
    let report = check(&set);
    let findings: Vec<String> = report.findings.iter().map(Finding::to_string).collect();
    assert!(report.is_clean(), "{}", findings.join("\n"));
    assert!(set.examples.len() >= 600);
}
