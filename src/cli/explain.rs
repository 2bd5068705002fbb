use std::fmt::Write as _;
use std::io::Read as _;

use anyhow::Context as _;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::ExitStatus;
use super::args::{ExplainArgs, ModelChoice, ModelTier, ReportFormat};
use super::generate::print;
use super::models::choose;
use crate::encode::PieceKind;
use crate::model::{Contribution, Explanation, Reasons};
use crate::records::{MarkError, unmark};
use crate::types::{QuoteInContext, Sentiment, Stance};

pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let quote = quote(&args.text)?;
    // The deep model cannot say what each word adds.
    let choice = ModelChoice { tier: args.model.tier.or(Some(ModelTier::Words)), ..args.model.clone() };
    let model = choose(&choice)?;
    let explanation = model.explain(&quote).with_context(|| {
        format!(
            "{} cannot say what each word adds: its encoder ('{}') reads the text as a whole; name a model that \
             counts words, or leave out --tier and --model",
            model.id(),
            model.info().encoder.kind
        )
    })?;
    match args.format {
        ReportFormat::Table => print(table(&quote, &explanation, args.top)?.as_bytes()),
        ReportFormat::Json => {
            let object = json!({
                "text": quote.text(),
                "context": quote.context,
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
    writeln!(
        text,
        "\nWords with what they add to a label's logit; (words in brackets) stand outside the quote."
    )?;
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
