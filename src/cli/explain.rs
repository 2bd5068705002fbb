use std::fmt::Write as _;
use std::io::Read as _;

use anyhow::Context as _;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::ExitStatus;
use super::args::{ExplainArgs, ReportFormat};
use super::generate::print;
use super::models::choose;
use crate::encode::PieceKind;
use crate::model::{Account, Contribution, Explanation, Reasons};
use crate::records::{MarkError, unmark};
use crate::types::{QuoteInContext, Sentiment, Stance};

pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let quote = quote(&args.text)?;
    let explanation = choose(&args.model)?.explain(&quote);
    match args.format {
        ReportFormat::Table => print(table(&quote, &explanation, args.top)?.as_bytes()),
        ReportFormat::Json => {
            let object = json!({
                "text": quote.text(),
                "context": quote.context,
                "account": explanation.account.name(),
                "stance": object(&explanation.stance, Stance::NAMES),
                "sentiment": object(&explanation.sentiment, Sentiment::NAMES),
            });
            print(format!("{object:#}\n").as_bytes())
        }
    }
}

/// The quote of the argument or of standard input; without `[[ ]]` all of it is the quote.
fn quote(argument: &str) -> anyhow::Result<QuoteInContext> {
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    }
    let text = text.trim();
    anyhow::ensure!(
        !text.is_empty(),
        "there is no text to explain; give a quote, or its paragraph with [[ ]] around it"
    );
    match unmark(text) {
        Ok(quote) => Ok(quote),
        Err(MarkError::Missing) => Ok(QuoteInContext::bare(text)),
        Err(error) => Err(error.into()),
    }
}

fn object(reasons: &Reasons, names: [&str; 3]) -> Value {
    let by_label = |values: [f64; 3]| -> Value { names.into_iter().zip(values).collect() };
    let contributions: Vec<Value> = reasons
        .contributions
        .iter()
        .map(|it| json!({"words": it.ngram, "letters": it.kind == PieceKind::Characters, "in_quote": it.inside, "weight": by_label(it.weight)}))
        .collect();
    json!({
        "labels": names,
        "probabilities": by_label(reasons.probabilities),
        "logits": by_label(reasons.logits),
        "intercept": by_label(reasons.intercept),
        "contributions": contributions,
    })
}

fn table(quote: &QuoteInContext, explanation: &Explanation, top: usize) -> Result<String, std::fmt::Error> {
    let mut text = format!("“{}”\n", quote.text());
    for (question, reasons, names) in [
        ("stance", &explanation.stance, Stance::NAMES),
        ("sentiment", &explanation.sentiment, Sentiment::NAMES),
    ] {
        writeln!(text, "\n{question}")?;
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        for (class, name) in names.into_iter().enumerate() {
            let words = strongest(&reasons.contributions, class, top);
            table.add_row([name.to_owned(), format!("{:.2}", reasons.probabilities[class]), words]);
        }
        for line in table.lines() {
            writeln!(text, "{}", line.trim_end())?;
        }
    }
    let meaning = match explanation.account {
        Account::Exact => "Words with what they add to a label's logit",
        Account::Occlusion => "Words with what a label's logit loses when they are left out",
    };
    writeln!(text, "\n{meaning}; (words in brackets) stand outside the quote.")?;
    Ok(text)
}

/// The stretches that move one class most against the mean of the classes, strongest first.
fn strongest(contributions: &[Contribution], class: usize, top: usize) -> String {
    let mut moved: Vec<(f64, &Contribution)> = contributions
        .iter()
        .map(|it| (it.weight[class] - it.weight.iter().sum::<f64>() / 3.0, it))
        .filter(|(weight, _)| weight.abs() >= 0.005)
        .collect();
    moved.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let words = moved.iter().take(top).map(|(weight, it)| {
        let letters = if it.kind == PieceKind::Characters { "*" } else { "" };
        let words = format!("{}{letters}", it.ngram);
        if it.inside { format!("{words} {weight:+.2}") } else { format!("({words}) {weight:+.2}") }
    });
    words.collect::<Vec<_>>().join(" · ")
}
