use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, LineStyle, Table};

use super::{ConfusionReport, Estimate, EvaluationReport, QuestionReport};

/// The report as plain text: a heading, two tables of measures and a confusion matrix for each
/// question, then what the figures rest on.
pub(super) fn render(report: &EvaluationReport) -> String {
    let mut text = String::new();
    for (name, question) in [("Stance", &report.stance), ("Sentiment", &report.sentiment)] {
        if let Some(question) = question {
            push_question(&mut text, name, question);
        }
    }
    push_sources(&mut text, report);
    text
}

fn push_question(text: &mut String, name: &str, question: &QuestionReport) {
    let level = percent(question.bootstrap.level);
    push(text, format_args!("{name}, {} rows, with {level} intervals\n", question.n));
    for table in [overall(question), classes(question), confusion(&question.confusion)] {
        push(text, format_args!("{}\n", table.trim_fmt()));
    }
    for note in &question.notes {
        push(text, format_args!("Note: {note}."));
    }
    if !question.notes.is_empty() {
        text.push('\n');
    }
}

fn overall(question: &QuestionReport) -> Table {
    let mut table = table(["measure", "value", "interval"]);
    for (_, title, estimate) in question.overall() {
        table.add_row([title.to_owned(), number(estimate.value), interval(estimate)]);
    }
    table
}

fn classes(question: &QuestionReport) -> Table {
    let mut table = table(["label", "precision", "recall", "F1", "support"]);
    for label in &question.confusion.labels {
        if let Some(class) = question.per_class.get(label) {
            let cell = |estimate: Estimate| format!("{} {}", number(estimate.value), interval(estimate));
            table.add_row([
                (*label).to_owned(),
                cell(class.precision),
                cell(class.recall),
                cell(class.f1),
                class.support.to_string(),
            ]);
        }
    }
    table
}

fn confusion(confusion: &ConfusionReport) -> Table {
    let columns = confusion.labels.iter().map(|label| (*label).to_owned());
    let header = std::iter::once("truth \\ predicted".to_owned()).chain(columns).chain(["all".to_owned()]);
    let mut table = table(header);
    for (label, row) in confusion.labels.iter().zip(&confusion.rows) {
        let all: u64 = row.iter().sum();
        let counts = row.iter().chain([&all]).map(u64::to_string);
        table.add_row(std::iter::once((*label).to_owned()).chain(counts));
    }
    table
}

fn push_sources(text: &mut String, report: &EvaluationReport) {
    if !report.model.is_empty() {
        push(text, format_args!("Model: {}", report.model));
    }
    for source in &report.data {
        let hash = source.blake3.get(..16).unwrap_or(&source.blake3);
        push(text, format_args!("Data: {}, {} rows, blake3 {hash}", source.path, source.rows));
    }
    let questions = [("stance", &report.stance), ("sentiment", &report.sentiment)];
    let units: Vec<String> = questions
        .into_iter()
        .filter_map(|(name, question)| {
            let bootstrap = &question.as_ref()?.bootstrap;
            let unit =
                report.cluster.as_deref().filter(|_| bootstrap.unit != "row").unwrap_or(bootstrap.unit);
            Some(format!("{name} by {unit} ({})", bootstrap.units))
        })
        .collect();
    if let Some(question) = report.stance.as_ref().or(report.sentiment.as_ref()) {
        let bootstrap = &question.bootstrap;
        push(
            text,
            format_args!(
                "Intervals: {} {} bootstrap, {} resamples, seed {}; resampled: {}.",
                percent(bootstrap.level),
                bootstrap.method.name(),
                bootstrap.resamples,
                bootstrap.seed,
                units.join(", "),
            ),
        );
    }
}

/// A table whose first column is words and whose other columns are figures.
pub(super) fn table<T: ToString>(header: impl IntoIterator<Item = T>) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(header.into_iter().map(|title| title.to_string()));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn number(value: f64) -> String {
    format!("{value:.3}")
}

fn interval(estimate: Estimate) -> String {
    format!("[{}, {}]", number(estimate.low), number(estimate.high))
}

/// `0.95` as `95%`, without the digits that binary fractions add.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", (share * 1e6).round() / 1e4)
}

/// Appends a line.
pub(super) fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use crate::evaluation::{BootstrapOptions, DataSource, EvaluationReport, evaluate};
    use crate::types::{Sentiment, Stance};

    fn report() -> EvaluationReport {
        let gold: Vec<usize> = (0..60).map(|i| i % 2).collect();
        let rows: Vec<[f64; 3]> =
            (0..60).map(|i| if i % 3 == 0 { [0.75, 0.125, 0.125] } else { [0.25, 0.5, 0.25] }).collect();
        let clusters: Vec<usize> = (0..60).map(|i| i / 10).collect();
        let options = BootstrapOptions { resamples: 200, ..BootstrapOptions::default() };
        EvaluationReport {
            stance: Some(evaluate(Stance::NAMES, &gold, &rows, Some(&clusters), &options).unwrap()),
            sentiment: Some(evaluate(Sentiment::NAMES, &gold, &rows, None, &options).unwrap()),
            model: "words 0123456789abcdef".to_owned(),
            data: vec![DataSource { path: "quotes.jsonl".to_owned(), rows: 60, blake3: "ab".repeat(32) }],
            cluster: Some("group".to_owned()),
            version: "0.1.0".to_owned(),
            ..EvaluationReport::default()
        }
    }

    #[test]
    fn text_report() {
        insta::assert_snapshot!(report().to_table());
    }

    #[test]
    fn json_report() {
        let json = serde_json::to_value(report()).unwrap();
        let accuracy = &json["stance"]["accuracy"];
        assert_eq!(accuracy["value"], 0.5);
        assert!(accuracy["low"].as_f64().unwrap() <= accuracy["high"].as_f64().unwrap());
        assert_eq!(json["stance"]["confusion"]["rows"][0].as_array().unwrap().len(), 3);
        assert_eq!(json["stance"]["per_class"]["hawkish"]["support"], 30);
        assert_eq!(json["sentiment"]["per_class"]["positive"]["f1"]["value"], 0.4);
        assert_eq!(json["stance"]["bootstrap"]["units"], 6);
    }

    #[test]
    fn measures_go_by_their_json_names() {
        let both = report();
        let check = |report: &EvaluationReport, name: &str, expected: Option<f64>| {
            assert_eq!(report.measure(name), expected, "{name}");
        };
        check(&both, "accuracy", Some(0.5));
        check(&both, "stance.accuracy", Some(0.5));
        check(&both, "stance.hawkish.f1", Some(0.4));
        check(&both, "hawkish.recall", Some(1.0 / 3.0));
        check(&both, "hawkish.precision", Some(0.5));
        check(&both, "sentiment.positive.f1", Some(0.4));
        check(&both, "accurracy", None);
        check(&both, "hawkish.support", None);
        check(&both, "topic.accuracy", None);
        let json = serde_json::to_value(both.stance.as_ref()).unwrap();
        for (key, _, estimate) in both.stance.as_ref().unwrap().overall() {
            check(&both, key, json[key]["value"].as_f64());
            assert!(estimate.low <= estimate.high, "{key}");
        }
        let sentiment_only = EvaluationReport { stance: None, ..both };
        check(&sentiment_only, "accuracy", Some(0.5));
        check(&sentiment_only, "stance.accuracy", None);
    }

    #[test]
    fn a_report_of_nothing_is_empty() {
        assert_eq!(EvaluationReport::default().to_table(), "");
    }
}
