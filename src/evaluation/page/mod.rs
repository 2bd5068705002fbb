//! The report as one HTML page: no scripts, nothing loaded from elsewhere, every figure also in a table.

mod charts;
mod text;

use std::fmt::Write as _;

use self::text::{Escaped, Marked, count, percent};
use super::verdict::verdict;
use super::{
    ComparisonReport, Estimate, EvaluationReport, Further, LeakageReport, QuestionDetails, QuestionReport,
    ReliabilityBin, SliceColumn,
};

const STYLE: &str = include_str!("style.css");

/// What stands under the heading of a question.
const STANCE: &str = "Stance: whether the quoted words call for or defend force, threats or pressure (hawkish), for talks, restraint or compromise (diplomatic), or neither (neutral).";
const SENTIMENT: &str = "Sentiment: the tone of the speaker's words, as positive, neutral or negative. It is not what the writer of the article thinks of a person, nor whether the event is good or bad.";

/// The page. Writing to a string cannot fail, so results of `write!` are not looked at.
pub(super) fn render(report: &EvaluationReport) -> String {
    let mut page = String::new();
    let rows = report.stance.as_ref().or(report.sentiment.as_ref()).map_or(0, |question| question.n);
    let title = format!("Accuracy of {} on {} rows", report.model, count(rows));
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header><h1>{0}</h1></header>\n<main>\n<section class=\"verdict\" aria-label=\"Verdict\">",
        Escaped(&title)
    );
    for line in verdict(report) {
        let _ = write!(page, "<p>{}</p>", Escaped(&line));
    }
    page.push_str("</section>\n");
    let questions = [
        ("stance", "Stance", STANCE, &report.stance, &report.stance_details),
        ("sentiment", "Sentiment", SENTIMENT, &report.sentiment, &report.sentiment_details),
    ];
    page.push_str("<nav aria-label=\"Sections\"><p>");
    for (id, name, _, question, _) in &questions {
        if question.is_some() {
            let _ = write!(page, "<a href=\"#{id}\">{name}</a> · ");
        }
    }
    if report.leakage.is_some() {
        page.push_str("<a href=\"#leakage\">Leakage</a> · ");
    }
    page.push_str("<a href=\"#sources\">What the figures rest on</a></p></nav>\n");
    for (id, name, about, question, details) in questions {
        if let Some(question) = question {
            let _ =
                write!(page, "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{name}</h2><p>{about}</p>");
            push_question(&mut page, id, question, details.as_ref(), report);
            page.push_str("</section>\n");
        }
    }
    if let Some(leakage) = &report.leakage {
        push_leakage(&mut page, leakage);
    }
    push_sources(&mut page, report);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn push_question(
    page: &mut String,
    id: &str,
    question: &QuestionReport,
    details: Option<&QuestionDetails>,
    report: &EvaluationReport,
) {
    push_measures(page, question);
    push_classes(page, id, question);
    push_confusion(page, question);
    if let Some(details) = details {
        push_baselines(page, details);
        if let Some(comparison) = &details.comparison {
            let other = report.compared_with.as_deref().unwrap_or("the other model");
            let _ = write!(page, "<h3>Compared with {}</h3>", Escaped(other));
            push_comparison(page, comparison);
        }
    }
    if let Some(further) = &question.further {
        push_calibration(page, id, further, details);
        push_abstention(page, id, further);
        push_conformal(page, further);
    }
    if let Some(details) = details {
        for column in &details.slices {
            push_slices(page, column);
        }
        push_learning_curve(page, id, details);
        push_mistakes(page, details);
    }
    for note in &question.notes {
        let _ = write!(page, "<p class=\"dim\">Note: {}.</p>", Escaped(note));
    }
}

fn push_measures(page: &mut String, question: &QuestionReport) {
    let level = super::table::percent(question.bootstrap.level);
    open_table(
        page,
        &format!("Measures on {} rows, with {level} intervals", count(question.n)),
        &["measure", "value", "interval"],
    );
    for (_, name, estimate) in question.overall() {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{:.3}</td><td>{}</td></tr>",
            Escaped(name),
            estimate.value,
            ends(estimate.low, estimate.high)
        );
    }
    if let Some(further) = &question.further {
        let [low, high] = further.accuracy_wilson;
        let _ = write!(
            page,
            "<tr><th scope=\"row\">accuracy, Wilson's interval</th><td>{:.3}</td><td>{}</td></tr>",
            question.accuracy.value,
            ends(low, high)
        );
        for (_, name, value) in further.named() {
            let value = value.map_or_else(|| "not defined".to_owned(), |value| format!("{value:.3}"));
            let _ =
                write!(page, "<tr><th scope=\"row\">{}</th><td>{value}</td><td></td></tr>", Escaped(name));
        }
    }
    close_table(page);
}

fn push_classes(page: &mut String, id: &str, question: &QuestionReport) {
    page.push_str("<h3>Label by label</h3>");
    let classes: Vec<_> = question
        .confusion
        .labels
        .iter()
        .filter_map(|label| Some((*label, question.per_class.get(label)?)))
        .collect();
    figure(page, &charts::classes(&format!("{id}-classes"), &classes), "Lines are 95% intervals.");
    open_table(page, "Precision, recall and F1", &["label", "precision", "recall", "F1", "rows"]);
    for (label, class) in classes {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", Escaped(label));
        for estimate in [class.precision, class.recall, class.f1] {
            let _ = write!(page, "<td>{}</td>", with_interval(estimate));
        }
        let _ = write!(page, "<td>{}</td></tr>", class.support);
    }
    close_table(page);
}

fn push_confusion(page: &mut String, question: &QuestionReport) {
    let labels = &question.confusion.labels;
    let mut header = vec!["right label"];
    header.extend(labels);
    header.push("all");
    page.push_str("<h3>What was taken for what</h3>");
    open_table(
        page,
        "Rows by right label, columns by label given; under each count its share of the row with Wilson's 95% interval",
        &header,
    );
    for (index, (label, row)) in labels.iter().zip(&question.confusion.rows).enumerate() {
        let all: u64 = row.iter().sum();
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", Escaped(label));
        for (column, &cell) in row.iter().enumerate() {
            let class = if index == column { " class=\"hit\"" } else { "" };
            let _ = write!(page, "<td{class}>{cell}");
            let interval = question
                .further
                .as_ref()
                .and_then(|further| further.confusion_intervals.get(index)?.get(column).copied().flatten());
            if let Some([low, high]) = interval.filter(|_| all >= 20) {
                let _ = write!(
                    page,
                    "<small>{} ({} to {})</small>",
                    percent(cell as f64 / all as f64),
                    percent(low),
                    percent(high)
                );
            }
            page.push_str("</td>");
        }
        let _ = write!(page, "<td>{all}</td></tr>");
    }
    close_table(page);
}

fn push_baselines(page: &mut String, details: &QuestionDetails) {
    if details.baselines.is_empty() {
        return;
    }
    page.push_str("<h3>Against simpler means</h3>");
    open_table(
        page,
        "Baselines on the same rows, and how much better the model is",
        &["baseline", "accuracy", "macro-F1", "log loss", "model's accuracy is higher by", "p"],
    );
    for baseline in &details.baselines {
        let gain = baseline.against.accuracy;
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{:.3}</td><td>{:.3}</td><td>{:.3}</td><td>{}</td><td>{:.3}</td></tr>",
            Escaped(&baseline.name),
            baseline.accuracy,
            baseline.macro_f1,
            baseline.log_loss,
            with_interval(gain.estimate),
            gain.p
        );
    }
    close_table(page);
}

fn push_comparison(page: &mut String, comparison: &ComparisonReport) {
    open_table(page, "This model less the other, paired bootstrap", &["measure", "difference", "p"]);
    for (name, difference) in comparison.differences() {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{name}</th><td>{}</td><td>{:.3}</td></tr>",
            with_interval(difference.estimate),
            difference.p
        );
    }
    close_table(page);
    let test = comparison.mcnemar;
    let _ = write!(
        page,
        "<p>Only this model is right on {} rows, only the other on {}: McNemar's test gives p = {:.4} (exact) and {:.4} (mid-p), taking the rows as independent.</p>",
        test.only_first, test.only_second, test.exact, test.mid_p
    );
}

fn push_calibration(page: &mut String, id: &str, further: &Further, details: Option<&QuestionDetails>) {
    page.push_str("<h3>Whether stated probabilities come true</h3>");
    let before = details.map(|details| &details.reliability_before).filter(|bins| !bins.is_empty());
    let mut diagrams = Vec::new();
    if let Some(before) = before {
        diagrams.push(("before", "Before calibration", before));
    }
    diagrams.push(("after", "As the model gives them, after calibration", &further.reliability));
    for (part, title, bins) in &diagrams {
        let chart = charts::reliability(&format!("{id}-{part}"), title, bins);
        figure(page, &chart, &format!("{title}. Numbers are rows; grey bars compare them."));
    }
    for (_, title, bins) in diagrams {
        push_bins(page, title, bins);
    }
    if let Some(details) = details.filter(|details| !details.calibration.is_empty()) {
        open_table(
            page,
            "The probabilities in figures; lower is better",
            &["probabilities", "log loss", "Brier score (0 to 2)", "ECE (15 bins)"],
        );
        for result in &details.calibration {
            let _ = write!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{:.4}</td><td>{:.4}</td><td>{:.4}</td></tr>",
                Escaped(&result.name),
                result.log_loss,
                result.brier,
                result.ece
            );
        }
        close_table(page);
    }
}

fn push_bins(page: &mut String, title: &str, bins: &[ReliabilityBin]) {
    open_table(page, title, &["probability", "rows", "mean stated", "right", "95% interval"]);
    for bin in bins {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{:.1} to {:.1}</th><td>{}</td>",
            bin.above, bin.up_to, bin.count
        );
        match (bin.stated, bin.right, bin.interval) {
            (Some(stated), Some(right), Some([low, high])) => {
                let _ =
                    write!(page, "<td>{stated:.3}</td><td>{right:.3}</td><td>{}</td></tr>", ends(low, high));
            }
            _ => page.push_str("<td></td><td></td><td></td></tr>"),
        }
    }
    close_table(page);
}

fn push_abstention(page: &mut String, id: &str, further: &Further) {
    page.push_str("<h3>When the model may pass</h3>");
    let chart = charts::risk_coverage(&format!("{id}-risk"), &further.risk_coverage);
    figure(page, &chart, "Share of wrong labels among the rows that are answered, surest rows first.");
    open_table(page, "Points of the curve", &["answered", "wrong among them", "least probability"]);
    let step = further.risk_coverage.len().div_ceil(10).max(1);
    for point in further.risk_coverage.iter().skip(step - 1).step_by(step) {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{:.3}</td></tr>",
            percent(point.coverage),
            percent(point.risk),
            point.threshold
        );
    }
    close_table(page);
    open_table(
        page,
        "Thresholds on these rows, for score --min-confidence; on other texts measure again",
        &["wanted share right", "least probability", "rows answered", "coverage", "right", "95% interval"],
    );
    for threshold in &further.thresholds {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", super::table::percent(threshold.precision));
        match (threshold.min_confidence, threshold.right, threshold.interval) {
            (Some(least), Some(right), Some([low, high])) => {
                let _ = write!(
                    page,
                    "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} to {}</td></tr>",
                    round_down(least),
                    threshold.rows,
                    percent(threshold.coverage),
                    percent(right),
                    percent(low),
                    percent(high)
                );
            }
            _ => page.push_str("<td>none reaches it</td><td>0</td><td></td><td></td><td></td></tr>"),
        }
    }
    close_table(page);
}

fn push_conformal(page: &mut String, further: &Further) {
    if further.conformal.is_empty() {
        return;
    }
    page.push_str("<h3>Sets of labels with a promise</h3>");
    open_table(
        page,
        "Split conformal sets: limits from one half of the rows, measured on the other",
        &[
            "wanted",
            "a label belongs from probability",
            "sets that hold the right label",
            "mean labels in a set",
            "rows",
        ],
    );
    for sets in &further.conformal {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{:.3}</td><td>{}</td><td>{:.2}</td><td>{}</td></tr>",
            super::table::percent(sets.wanted),
            1.0 - sets.limit,
            percent(sets.coverage),
            sets.mean_size,
            sets.rows
        );
    }
    close_table(page);
}

fn push_slices(page: &mut String, column: &SliceColumn) {
    let _ = write!(page, "<h3>By {}</h3>", Escaped(&column.column));
    open_table(
        page,
        "Slices; fewer than 20 rows get counts and no percentages",
        &[&column.column, "rows", "right", "accuracy", "macro-F1"],
    );
    for slice in &column.slices {
        let value = slice.value.as_deref().unwrap_or("(none)");
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{} of {}</td>",
            Escaped(value),
            slice.n,
            slice.right,
            slice.n
        );
        match (slice.accuracy, slice.macro_f1) {
            (Some(accuracy), Some(macro_f1)) => {
                let _ = write!(
                    page,
                    "<td>{}</td><td>{}</td></tr>",
                    with_interval(accuracy),
                    with_interval(macro_f1)
                );
            }
            _ => page.push_str("<td>too few rows</td><td></td></tr>"),
        }
    }
    close_table(page);
    if column.more_values > 0 {
        let _ = write!(
            page,
            "<p class=\"dim\">{} further values with {} rows are not listed.</p>",
            column.more_values, column.more_rows
        );
    }
}

fn push_learning_curve(page: &mut String, id: &str, details: &QuestionDetails) {
    if details.learning_curve.is_empty() {
        return;
    }
    page.push_str("<h3>Learning curve</h3><p>Of the words-only baseline, fitted to parts of the training rows (whole groups, three draws): whether more rows like these would still help.</p>");
    figure(
        page,
        &charts::learning_curve(&format!("{id}-learning"), &details.learning_curve),
        "Macro-F1 on the evaluated rows.",
    );
    open_table(page, "Macro-F1 by number of training rows", &["training rows", "mean", "runs"]);
    for point in &details.learning_curve {
        let mean = point.macro_f1.iter().sum::<f64>() / point.macro_f1.len().max(1) as f64;
        let runs: Vec<String> = point.macro_f1.iter().map(|value| format!("{value:.3}")).collect();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{mean:.3}</td><td>{}</td></tr>",
            count(point.rows),
            runs.join(", ")
        );
    }
    close_table(page);
}

fn push_mistakes(page: &mut String, details: &QuestionDetails) {
    if details.mistakes.is_empty() {
        return;
    }
    page.push_str("<h3>The surest mistakes</h3><ol class=\"mistakes\">");
    for mistake in &details.mistakes {
        let _ = write!(
            page,
            "<li><strong>{}</strong> at {:.2}, right is <strong>{}</strong> (given {:.2}) <span class=\"dim\">{}, {}</span><blockquote>{}</blockquote></li>",
            Escaped(mistake.predicted),
            mistake.confidence,
            Escaped(mistake.gold),
            mistake.of_gold,
            Escaped(&mistake.id),
            Escaped(&mistake.place),
            Marked(&mistake.context)
        );
    }
    page.push_str("</ol>");
}

fn push_leakage(page: &mut String, leakage: &LeakageReport) {
    page.push_str("<section aria-labelledby=\"leakage\"><h2 id=\"leakage\">Leakage</h2>");
    let _ = write!(
        page,
        "<p>The {} evaluated rows were looked for in {} training rows.</p>",
        count(leakage.rows),
        count(leakage.train_rows)
    );
    open_table(
        page,
        "Evaluated rows that the training rows give away",
        &["how", "rows", "share", "for example"],
    );
    for kind in &leakage.kinds {
        let examples: Vec<String> =
            kind.examples.iter().map(|[test, train]| format!("{test} ({train})")).collect();
        let share = if leakage.rows >= 20 {
            percent(kind.rows as f64 / leakage.rows.max(1) as f64)
        } else {
            String::new()
        };
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{share}</td><td>{}</td></tr>",
            Escaped(kind.name),
            kind.rows,
            Escaped(&examples.join(", "))
        );
    }
    close_table(page);
    if let Some(clean) = &leakage.clean {
        let _ = write!(
            page,
            "<p>On the {} rows that none of these touches, stance macro-F1 is {}.</p>",
            count(clean.rows),
            with_interval(clean.macro_f1)
        );
    }
    page.push_str("</section>\n");
}

fn push_sources(page: &mut String, report: &EvaluationReport) {
    page.push_str(
        "<section aria-labelledby=\"sources\"><h2 id=\"sources\">What the figures rest on</h2><dl>",
    );
    let mut entry = |name: &str, value: &str| {
        let _ = write!(page, "<dt>{name}</dt><dd><code>{}</code></dd>", Escaped(value));
    };
    entry("Program", &format!("demarche {}", report.version));
    entry("Command", &report.command);
    entry("Model", &report.model);
    for (file, hash) in &report.model_files {
        entry("Model file", &format!("{file}, blake3 {hash}"));
    }
    if let Some(other) = &report.compared_with {
        entry("Compared with", other);
    }
    for source in &report.data {
        entry("Data", &format!("{}, {} rows, blake3 {}", source.path, source.rows, source.blake3));
    }
    for source in &report.train_data {
        entry("Training data", &format!("{}, {} rows, blake3 {}", source.path, source.rows, source.blake3));
    }
    if let Some(question) = report.stance.as_ref().or(report.sentiment.as_ref()) {
        let bootstrap = &question.bootstrap;
        let unit = match (bootstrap.unit, &report.cluster) {
            ("row", _) => "rows".to_owned(),
            (_, Some(cluster)) => format!("whole {cluster}s"),
            (other, None) => format!("{other}s"),
        };
        entry(
            "Intervals",
            &format!(
                "{} bootstrap, {} resamples of {} {unit}, seed {}, level {}",
                bootstrap.method.name(),
                bootstrap.resamples,
                bootstrap.units,
                bootstrap.seed,
                super::table::percent(bootstrap.level)
            ),
        );
    }
    page.push_str("</dl><p class=\"dim\">The same figures and more stand in the JSON file beside this page.</p></section>\n");
}

fn open_table(page: &mut String, caption: &str, header: &[&str]) {
    let _ = write!(page, "<div class=\"wide\"><table><caption>{}</caption><thead><tr>", Escaped(caption));
    for title in header {
        let _ = write!(page, "<th scope=\"col\">{}</th>", Escaped(title));
    }
    page.push_str("</tr></thead><tbody>");
}

fn close_table(page: &mut String) {
    page.push_str("</tbody></table></div>\n");
}

fn figure(page: &mut String, svg: &str, caption: &str) {
    let _ = writeln!(page, "<figure>{svg}<figcaption>{}</figcaption></figure>", Escaped(caption));
}

fn ends(low: f64, high: f64) -> String {
    format!("{low:.3} to {high:.3}")
}

fn with_interval(estimate: Estimate) -> String {
    format!("{:.3}<small>{}</small>", estimate.value, ends(estimate.low, estimate.high))
}

/// Three decimals, rounded down so that every row that the threshold means is at or above it.
fn round_down(value: f64) -> String {
    format!("{:.3}", (value * 1000.0).floor() / 1000.0)
}

#[cfg(test)]
mod tests {
    use crate::evaluation::{
        BootstrapOptions, DataSource, EvaluationReport, Mistake, QuestionDetails, evaluate, further,
        recalibrate, slices,
    };
    use crate::types::Stance;

    const HOSTILE: &str = "</title><script>alert(1)</script><img src=x onerror='alert(2)'> & \"[[quoted]]\"";

    /// A report in which every text that comes from outside is hostile.
    fn report() -> EvaluationReport {
        let gold: Vec<usize> = (0..60).map(|row| row % 3).collect();
        let rows: Vec<[f64; 3]> =
            (0..60).map(|row| if row % 4 == 0 { [0.7, 0.2, 0.1] } else { [0.2, 0.5, 0.3] }).collect();
        let options = BootstrapOptions { resamples: 50, ..BootstrapOptions::default() };
        let mut stance = evaluate(Stance::NAMES, &gold, &rows, None, &options).unwrap();
        stance.further = Some(Box::new(further(&gold, &rows, None, &[0.5, 0.99]).unwrap()));
        let (calibration, reliability_before) = recalibrate(&gold, &rows, &rows, None).unwrap();
        let values = vec![Some(HOSTILE.to_owned()); 60];
        let details = QuestionDetails {
            calibration,
            reliability_before,
            slices: vec![slices(HOSTILE, &values, &gold, &rows, None, &options).unwrap()],
            mistakes: vec![Mistake {
                id: HOSTILE.to_owned(),
                place: HOSTILE.to_owned(),
                context: HOSTILE.to_owned(),
                gold: "hawkish",
                predicted: "neutral",
                confidence: 0.9,
                of_gold: 0.05,
            }],
            ..QuestionDetails::default()
        };
        EvaluationReport {
            stance: Some(stance),
            stance_details: Some(details),
            model: HOSTILE.to_owned(),
            command: HOSTILE.to_owned(),
            cluster: Some(HOSTILE.to_owned()),
            data: vec![DataSource { path: HOSTILE.to_owned(), rows: 60, blake3: HOSTILE.to_owned() }],
            ..EvaluationReport::default()
        }
    }

    #[test]
    fn no_text_from_outside_becomes_markup() {
        let page = report().to_html();
        for tag in ["<script", "<img", "alert(1)</script"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("<mark>quoted</mark>")
        );
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let page = report().to_html();
        for loading in ["http:", "https:", "src=\"", "@import", "url("] {
            assert!(!page.contains(loading), "{loading}");
        }
    }

    #[test]
    fn every_chart_has_a_title_and_every_element_an_end() {
        let page = report().to_html();
        let count = |part: &str| page.matches(part).count();
        assert!(count("<svg ") >= 4);
        assert_eq!(count("<svg "), count("<desc id="));
        assert_eq!(count("<svg "), count("<title id="));
        for element in ["table", "svg", "section", "figure", "ol", "li", "blockquote", "dl", "tr", "td", "th"]
        {
            let opened = count(&format!("<{element}>")) + count(&format!("<{element} "));
            assert_eq!(opened, count(&format!("</{element}>")), "{element}");
        }
        assert_eq!(count("<table>"), count("<caption>"));
        assert_eq!(page, report().to_html());
    }

    #[test]
    fn a_verdict_is_given_in_words() {
        let verdict = report().verdict();
        assert!(verdict[0].starts_with("Stance: the label is right for "), "{verdict:?}");
        assert!(EvaluationReport::default().to_html().contains("</html>"));
    }
}
