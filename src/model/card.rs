//! The model card, written from `model.json` alone: no figure in it is typed by hand. Its sections follow
//! Mitchell et al., *Model Cards for Model Reporting* (FAT* 2019).

use std::collections::BTreeMap;
use std::fmt::{Result, Write};

use crate::encode::JoinedEncoder;
use crate::encode::deep::DeepEncoder;
use crate::encode::fast::FastEncoder;
use crate::types::{Sentiment, Stance};

use super::info::{Distilled, Figures, HeadReport, Interval, ModelInfo};

/// The card of a model in Markdown.
pub(super) fn render(info: &ModelInfo, id: &str) -> String {
    let mut card = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_card(&mut card, info, id);
    card
}

fn write_card(card: &mut String, info: &ModelInfo, id: &str) -> Result {
    let questions = [
        ("Stance", &info.training.stance, Stance::NAMES),
        ("Sentiment", &info.training.sentiment, Sentiment::NAMES),
    ];
    writeln!(card, "# Model card: {id}\n")?;
    writeln!(
        card,
        "Written by {} from `model.json`; every figure below was computed in the training run.\n",
        info.tool
    )?;
    details(card, info)?;
    uses(card)?;
    data(card, info)?;
    training(card, info)?;
    writeln!(card, "## Figures on held-out rows\n")?;
    writeln!(
        card,
        "95% intervals come from resampling groups of rows. These rows come from the same writers as the rows the \
         model was fitted to. **Real quotes are harder**: expect lower figures on newspapers, and measure on your own \
         labelled quotes with `demarche evaluate`.\n"
    )?;
    for (question, report, labels) in questions {
        held_out(card, question, report, labels)?;
    }
    failures(card, &info.encoder.kind)?;
    licence(card, info)
}

fn licence(card: &mut String, info: &ModelInfo) -> Result {
    let names: Vec<&str> = info.files.keys().map(String::as_str).collect();
    let own = names.iter().filter(|name| NOTICES.iter().any(|notice| name.ends_with(notice)));
    let own: Vec<String> = own.map(|name| format!("`{name}`")).collect();
    if !own.is_empty() {
        let (origin, ours) = match info.encoder.kind.as_str() {
            FastEncoder::KIND => (
                "The table was derived from an encoder that was trained by others",
                "What was added to it is",
            ),
            _ => (
                "The encoder was trained by others; here its matrices are rounded to 8 bits",
                "The heads are",
            ),
        };
        return writeln!(
            card,
            "## Licence\n\n{origin}. Its terms stand in {} and go wherever this folder goes. {ours} offered under CC BY 4.0 \
             or MIT OR Apache-2.0, as you choose.",
            own.join(" and ")
        );
    }
    writeln!(
        card,
        "## Licence\n\nThe weights are offered under CC BY 4.0 or MIT OR Apache-2.0, as you choose. The labelled sentences \
         of the project are under CC BY 4.0; a model that was trained on other data may carry other duties."
    )
}

/// Ends of the names of files with the terms of an encoder.
const NOTICES: [&str; 2] = ["LICENSE", "NOTICE"];

fn details(card: &mut String, info: &ModelInfo) -> Result {
    let encoder = &info.encoder;
    writeln!(card, "## Model\n")?;
    writeln!(card, "| | |\n|---|---|")?;
    writeln!(
        card,
        "| Questions | stance ({}); sentiment ({}) |",
        info.labels.stance.join(", "),
        info.labels.sentiment.join(", ")
    )?;
    writeln!(card, "| Reads | a quote and the text around it, in English |")?;
    writeln!(card, "| Gives | a calibrated probability for each label |")?;
    writeln!(card, "| Encoder | `{}`, {} columns |", encoder.kind, encoder.dimensions)?;
    writeln!(card, "| Heads | multinomial logistic regression, one for each question |")?;
    writeln!(
        card,
        "| Calibration | {} for stance, {} for sentiment |",
        calibration(info.calibration.stance, info.calibration.stance_isotonic.is_some()),
        calibration(info.calibration.sentiment, info.calibration.sentiment_isotonic.is_some())
            .trim_start_matches("temperature ")
    )?;
    writeln!(card, "| Format | {} {} |\n", info.magic, info.format)?;
    writeln!(card, "Encoder settings:\n\n```json\n{:#}\n```\n", encoder.settings)
}

fn uses(card: &mut String) -> Result {
    writeln!(
        card,
        "## Intended use\n\n\
         Counting and comparing quotes in many articles: how hawkish or diplomatic the quoted words are, read in their \
         paragraph, under the codebook in `training_data/CODEBOOK.md`.\n\n\
         **It is not** a judgement of persons or governments, of truth or of intent; not fit to decide anything about a \
         person; not made for languages other than English, or for text that is not a quote. A single score means \
         little: read the quote.\n"
    )
}

fn data(card: &mut String, info: &ModelInfo) -> Result {
    let data = &info.training.data;
    writeln!(card, "## Data\n")?;
    writeln!(
        card,
        "{} labelled rows in {} groups, {} of them with text around the quote; {} fitted, {} held out for validation. \
         blake3 of the rows: `{}`.\n",
        data.rows, data.groups, data.with_context, data.fitted, data.validation, data.hash
    )?;
    writeln!(card, "| column | rows |\n|---|---|")?;
    for (column, counts) in
        [("stance", &data.stance), ("sentiment", &data.sentiment), ("register", &data.register)]
    {
        if !counts.is_empty() {
            writeln!(card, "| {column} | {} |", listed(counts))?;
        }
    }
    writeln!(card)
}

fn training(card: &mut String, info: &ModelInfo) -> Result {
    let run = &info.training;
    writeln!(card, "## Training\n")?;
    if let Some(command) = &run.command {
        writeln!(card, "```sh\n{command}\n```\n")?;
    }
    let balanced = if run.balanced { ", classes weighted to equal weight" } else { "" };
    let is_table = info.encoder.kind == FastEncoder::KIND;
    if let Some(distilled) = run.distilled.as_ref().filter(|_| is_table) {
        learned_from(card, info, distilled)?;
    } else if run.folds == 0 {
        writeln!(
            card,
            "Seed {}{balanced}. Encoder and heads were updated by gradient descent; a tenth of the groups decided when \
             to stop, and another tenth calibrated{}.\n",
            run.seed,
            match run.distilled {
                Some(_) =>
                    ", but not below a temperature of 1: sharper probabilities suit rows by the same hands only",
                None => "",
            }
        )?;
        if let Some(distilled) = &run.distilled {
            let said = if distilled.hard_share < 1.0 {
                format!(
                    "; the targets of labelled rows are their labels to {} and its probabilities to {}",
                    distilled.hard_share,
                    1.0 - distilled.hard_share
                )
            } else {
                String::new()
            };
            writeln!(
                card,
                "Beside the labels it learned the probabilities that the model `{}` gives for {} sentences drawn from {} \
                 (blake3 of the sentences in their contexts: `{}`; the text is not part of the project){said}.\n",
                distilled.teacher,
                distilled.fitted,
                text_named(distilled),
                distilled.hash
            )?;
        }
    } else {
        writeln!(
            card,
            "Seed {}, {} folds that never divide a group{balanced}. Penalties were chosen by log loss on the held-out \
             folds where more than one was tried (encoder and heads fitted without them), probabilities calibrated on \
             rows that the choice did not see, and the heads then fitted to all rows but those of the validation \
             split.\n",
            run.seed, run.folds
        )?;
    }
    if let Some(share) = run.neutral_share {
        writeln!(
            card,
            "Stance logits were then shifted so that {share} of the quotes are expected to be neutral, more than among \
             the training rows.\n"
        )?;
    }
    let by_descent = run.folds == 0 && !is_table;
    let columns = if by_descent {
        "temperature | steps"
    } else {
        "penalty | temperature | iterations | loss | gradient norm"
    };
    writeln!(card, "| head | rows | {columns} |")?;
    writeln!(card, "|---|---|---|---{}|", if by_descent { "" } else { "|---|---|---" })?;
    for (name, head) in [("stance", &run.stance), ("sentiment", &run.sentiment)] {
        write!(card, "| {name} | {} |", head.rows)?;
        if by_descent {
            writeln!(card, " {} | {} |", head.temperature, head.iterations)?;
        } else {
            writeln!(
                card,
                " {} | {} | {} | {:.6} | {:.1e} |",
                head.penalty, head.temperature, head.iterations, head.objective, head.gradient_norm
            )?;
        }
    }
    for (name, head) in [("stance", &run.stance), ("sentiment", &run.sentiment)] {
        let tried = head.trials.iter().map(|trial| format!("{} → {:.4}", trial.penalty, trial.log_loss));
        let tried: Vec<String> = tried.collect();
        if !tried.is_empty() {
            write!(card, "\nPenalties tried for {name}, with held-out log loss: {}.", tried.join("; "))?;
        }
    }
    for (name, head) in [("stance", &run.stance), ("sentiment", &run.sentiment)] {
        let tried = head.calibrations.iter().map(|trial| format!("{} → {:.4}", trial.method, trial.log_loss));
        let tried: Vec<String> = tried.collect();
        if !tried.is_empty() {
            write!(
                card,
                "\nCalibrations tried for {name}, with log loss on rows that neither fit, choice nor calibration saw: {}.",
                tried.join("; ")
            )?;
        }
    }
    writeln!(card, "\n")
}

/// The files of unlabelled text.
fn text_named(distilled: &Distilled) -> String {
    if distilled.sources.is_empty() { "no text".to_owned() } else { distilled.sources.join(", ") }
}

/// How the model learned from another.
fn learned_from(card: &mut String, info: &ModelInfo, distilled: &Distilled) -> Result {
    let (teacher, hard, soft) = (&distilled.teacher, distilled.hard_share, 1.0 - distilled.hard_share);
    write!(card, "Seed {}. The targets are ", info.training.seed)?;
    if distilled.rows > 0 {
        write!(
            card,
            "the probabilities of the model `{teacher}` (soft labels) for {} sentences drawn from {} (blake3 of the \
             sentences in their contexts: `{}`; the text is not part of the project), {} of them fitted, and for the \
             labelled rows, whose own labels count {hard} and the teacher's probabilities {soft}. Penalties were chosen \
             by cross-entropy on drawn sentences held out.",
            distilled.rows,
            text_named(distilled),
            distilled.hash,
            distilled.fitted,
        )?;
    } else {
        write!(card, "the labels of the rows")?;
        if soft > 0.0 {
            write!(
                card,
                " to {hard} and the probabilities of the model `{teacher}` (soft labels) to {soft}"
            )?;
        }
        write!(
            card,
            ". Penalties were chosen by cross-entropy on a tenth of the groups, which were then fitted too."
        )?;
    }
    let shared = info
        .encoder
        .settings
        .get("bits")
        .and_then(serde_json::Value::as_u64)
        .map_or(0, |bits| 1_usize << bits.min(24));
    if info.encoder.dimensions > shared {
        write!(
            card,
            " Vectors of whole words from the teacher's encoder were used in training and folded into the weights."
        )?;
    }
    writeln!(card, "\n")?;
    if distilled.compared == 0 {
        return Ok(());
    }
    let [stance, sentiment] = distilled.agree;
    writeln!(
        card,
        "On {} sentences and validation rows that neither fit nor choice saw, the most probable stance is the teacher's \
         in {stance:.3}, the sentiment in {sentiment:.3} of the rows. Where the model answers above the confidences below and the \
         teacher answers the rest, at least the share in the first column has the teacher's label, for each question:\n",
        distilled.compared
    )?;
    writeln!(
        card,
        "| agreement | confidence of stance | of sentiment | answered without the teacher |\n|---|---|---|---|"
    )?;
    for level in &distilled.agreement {
        writeln!(
            card,
            "| {} | {:.3} | {:.3} | {:.3} |",
            level.agreement, level.stance, level.sentiment, level.answered
        )?;
    }
    writeln!(card)
}

fn held_out(card: &mut String, question: &str, report: &HeadReport, labels: [&str; 3]) -> Result {
    if report.rows == 0 {
        return writeln!(
            card,
            "### {question}\n\nNo row had a label: this head gives every label the same probability.\n"
        );
    }
    writeln!(card, "### {question}\n")?;
    writeln!(card, "| rows | n | accuracy | macro-F1 | log loss |\n|---|---|---|---|---|")?;
    let mut line = |name: &str, figures: &Figures| {
        writeln!(
            card,
            "| {name} | {} | {} | {} | {} |",
            figures.rows,
            interval(figures.accuracy),
            interval(figures.macro_f1),
            interval(figures.log_loss)
        )
    };
    if let Some(figures) = &report.out_of_fold {
        line("held-out folds", figures)?;
    }
    for (register, figures) in &report.by_register {
        line(&format!("held-out folds, {register}"), figures)?;
    }
    if let Some(figures) = &report.validation {
        line("validation", figures)?;
    }
    if !report.abstention.is_empty() {
        writeln!(
            card,
            "\nLabels that are at least as sure as this are right in at least the share in the first column, by the lower \
             95% bound on rows that the model was not fitted to (`score --min-accuracy`):\n"
        )?;
        writeln!(card, "| right | confidence | rows answered |\n|---|---|---|")?;
        for level in &report.abstention {
            writeln!(card, "| {} | {:.3} | {:.3} |", level.accuracy, level.confidence, level.answered)?;
        }
    }
    if let Some(figures) = &report.out_of_fold {
        writeln!(card, "\nHeld-out folds, right label by row, given label by column:\n")?;
        writeln!(card, "| | {} |\n|---|---|---|---|", labels.join(" | "))?;
        for (label, counts) in labels.iter().zip(&figures.confusion) {
            writeln!(card, "| **{label}** | {} | {} | {} |", counts[0], counts[1], counts[2])?;
        }
    }
    writeln!(card)
}

fn failures(card: &mut String, kind: &str) -> Result {
    let reads = if [DeepEncoder::KIND, JoinedEncoder::KIND].contains(&kind) {
        "- It reads words in their order, and still often misses irony, rhetorical questions, conditions and positions that \
         are only reported; quotes about war that take no side are called hawkish too often.\n\
         - Of a passage that is longer than it reads at once, only what stands nearest to the quote is seen.\n"
            .to_owned()
    } else {
        format!(
            "- An encoder of kind `{kind}` knows words, not what they do in a sentence: negation, irony, rhetorical questions, \
             conditions and reported positions are often misread.\n\
             - Words that no training row holds count for nothing.\n"
        )
    };
    writeln!(
        card,
        "## Known failures\n\n\
         {reads}\
         - Quotes of a few words are read from the words around them, or not at all.\n\
         - Words that stand mostly with one label in the training rows pull every quote that holds them.\n\
         - Probabilities are calibrated for rows like the training rows; elsewhere they can be far off.\n"
    )
}

/// How a head is calibrated.
fn calibration(temperature: f64, isotonic: bool) -> String {
    if isotonic { "isotonic curves".to_owned() } else { format!("temperature {temperature}") }
}

fn listed(counts: &BTreeMap<String, usize>) -> String {
    let listed: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    listed.join(", ")
}

fn interval(figure: Interval) -> String {
    format!("{:.3} ({:.3} to {:.3})", figure.value, figure.low, figure.high)
}
