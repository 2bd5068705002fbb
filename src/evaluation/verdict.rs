use super::{EvaluationReport, QuestionDetails, QuestionReport};

/// The report in a few sentences for whoever reads nothing else.
pub(super) fn verdict(report: &EvaluationReport) -> Vec<String> {
    let questions = [
        ("Stance", &report.stance, &report.stance_details),
        ("Sentiment", &report.sentiment, &report.sentiment_details),
    ];
    let mut lines: Vec<String> = questions
        .into_iter()
        .filter_map(|(name, question, details)| Some(sentence(name, question.as_ref()?, details.as_ref())))
        .collect();
    if let Some(leakage) = &report.leakage {
        let leaking: usize = leakage.kinds.iter().map(|kind| kind.rows).sum();
        lines.push(if leaking == 0 {
            "No evaluated row was found in the training data.".to_owned()
        } else {
            let counts: Vec<String> =
                leakage.kinds.iter().map(|kind| format!("{} ({})", kind.rows, kind.name)).collect();
            format!("Some evaluated rows are given away by the training data: {}.", counts.join(", "))
        });
    }
    lines
}

fn sentence(name: &str, question: &QuestionReport, details: Option<&QuestionDetails>) -> String {
    let in_hundred = |share: f64| format!("{:.0}", 100.0 * share);
    let accuracy = question.accuracy;
    let mut text = if question.n < 20 {
        let right: u64 =
            question.confusion.rows.iter().enumerate().filter_map(|(class, row)| row.get(class)).sum();
        format!(
            "{name}: the label is right for {right} of {} quotes, too few to generalise from.",
            question.n
        )
    } else {
        format!(
            "{name}: the label is right for {} of 100 quotes (95% interval {} to {}), with a macro-F1 of {:.2} ({:.2} to {:.2}).",
            in_hundred(accuracy.value),
            in_hundred(accuracy.low),
            in_hundred(accuracy.high),
            question.macro_f1.value,
            question.macro_f1.low,
            question.macro_f1.high
        )
    };
    for baseline in details.into_iter().flat_map(|details| &details.baselines).filter(|_| question.n >= 20) {
        let gain = baseline.against.accuracy.estimate;
        let word = if gain.low > 0.0 {
            "clearly better than"
        } else if gain.high < 0.0 {
            "clearly worse than"
        } else {
            "not clearly different from"
        };
        text.push_str(&format!(
            " That is {word} {} ({} of 100).",
            baseline.name,
            in_hundred(baseline.accuracy)
        ));
    }
    let weakest = question
        .per_class
        .iter()
        .filter(|(_, class)| class.support >= 20)
        .min_by(|one, other| one.1.f1.value.total_cmp(&other.1.f1.value));
    if let Some((label, class)) = weakest {
        text.push_str(&format!(" Weakest label: {label}, F1 {:.2}.", class.f1.value));
    }
    if let Some(further) = question.further.as_ref().filter(|_| question.n >= 20) {
        let stated: f64 =
            further.reliability.iter().filter_map(|bin| Some(bin.stated? * bin.count as f64)).sum();
        let gap = stated / question.n as f64 - accuracy.value;
        let word = if gap > 0.05 {
            "Its probabilities promise too much"
        } else if gap < -0.05 {
            "Its probabilities promise too little"
        } else {
            "Its probabilities come true on the whole"
        };
        text.push_str(&format!(
            " {word}: on average it claims {} and is right in {} of 100.",
            in_hundred(stated / question.n as f64),
            in_hundred(accuracy.value)
        ));
    }
    text
}
