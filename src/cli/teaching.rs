use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context as _;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};

use super::args::TrainArgs;
use super::score::worker_threads;
use super::train::bar;
use crate::articles::{InputOptions, Inputs, clean};
use crate::model::Model;
use crate::records::mark;
use crate::training::{SoftRow, soft_labels, unlabelled_quotes};
use crate::types::QuoteInContext;

/// Quotes that are labelled before their labels are kept.
const KEPT_AT_ONCE: usize = 2_048;

/// A line of the file of soft labels.
#[derive(Serialize, Deserialize)]
struct KeptLabels {
    teacher: String,
    quote: String,
    stance: [f64; 3],
    sentiment: [f64; 3],
}

/// Names of the files of unlabelled text, without their folders.
pub(super) fn sources(args: &TrainArgs) -> Vec<String> {
    let name = |path: &String| {
        Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned())
    };
    args.unlabelled.iter().map(name).collect()
}

/// Sentences of the unlabelled articles.
pub(super) fn draw(args: &TrainArgs) -> anyhow::Result<Vec<QuoteInContext>> {
    let options = InputOptions::default();
    let mut inputs = Inputs::open(&args.unlabelled, options.clone());
    let mut failure = None;
    let texts = inputs.by_ref().map_while(|input| match input.and_then(|raw| raw.parse(&options)) {
        Ok(article) => Some(clean(&article)),
        Err(error) => {
            failure = Some(error);
            None
        }
    });
    let paragraphs = texts.flat_map(|text| {
        let of = |span: &crate::types::Span| span.of(&text.text).unwrap_or_default().replace('\n', " ");
        text.paragraphs.iter().map(of).collect::<Vec<String>>()
    });
    let drawn = unlabelled_quotes(paragraphs, args.seed, args.unlabelled_rows as usize);
    match failure {
        Some(error) => Err(error).context("cannot read the unlabelled text"),
        None => Ok(drawn),
    }
}

/// Asks the teacher, and keeps what it says where a file is named: a run that was stopped goes on there.
pub(super) struct Labelling<'a> {
    pub(super) teacher: &'a Model,
    pub(super) args: &'a TrainArgs,
}

impl Labelling<'_> {
    /// The teacher's probabilities, in the order of the quotes.
    ///
    /// # Errors
    /// Where the file of soft labels cannot be read or written.
    pub(super) fn run(&self, quotes: Vec<QuoteInContext>) -> anyhow::Result<Vec<SoftRow>> {
        let mut known = self.read()?;
        let mut file = match &self.args.soft_labels {
            Some(path) => {
                let file = File::options().create(true).append(true).open(path);
                Some(file.with_context(|| format!("cannot write '{}'", path.display()))?)
            }
            None => None,
        };
        let missing: Vec<QuoteInContext> =
            quotes.iter().filter(|quote| !known.contains_key(&key(quote))).cloned().collect();
        let bar = bar(self.args.quiet);
        bar.set_length(missing.len() as u64);
        for part in missing.chunks(KEPT_AT_ONCE) {
            let rows = self.ask(part, &bar);
            for row in rows {
                let kept = KeptLabels {
                    teacher: self.teacher.id().to_owned(),
                    quote: key(&row.quote),
                    stance: row.stance,
                    sentiment: row.sentiment,
                };
                if let Some(file) = &mut file {
                    let line = serde_json::to_string(&kept)?;
                    writeln!(file, "{line}").context("cannot write the soft labels")?;
                }
                known.insert(kept.quote.clone(), kept);
            }
        }
        bar.finish_and_clear();
        let rows = quotes.into_iter().filter_map(|quote| {
            let kept = known.get(&key(&quote))?;
            Some(SoftRow { stance: kept.stance, sentiment: kept.sentiment, quote })
        });
        Ok(rows.collect())
    }

    fn ask(&self, quotes: &[QuoteInContext], bar: &ProgressBar) -> Vec<SoftRow> {
        let threads = NonZeroUsize::new(worker_threads(self.args.threads)).unwrap_or(NonZeroUsize::MIN);
        let before = bar.position();
        soft_labels(self.teacher, quotes.to_vec(), threads, &mut |done| {
            bar.set_position(before + done as u64)
        })
    }

    /// What the file holds of this teacher.
    fn read(&self) -> anyhow::Result<HashMap<String, KeptLabels>> {
        let mut known = HashMap::new();
        let Some(path) = &self.args.soft_labels else { return Ok(known) };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(known),
            Err(error) => return Err(error).with_context(|| format!("cannot read '{}'", path.display())),
        };
        for (line, text) in text.lines().enumerate() {
            // The last line of a run that was stopped may be cut short.
            let kept: KeptLabels = match serde_json::from_str(text) {
                Ok(kept) => kept,
                Err(error) if error.is_eof() => continue,
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{}:{}: no soft labels", path.display(), line + 1));
                }
            };
            if kept.teacher == self.teacher.id() {
                known.insert(kept.quote.clone(), kept);
            }
        }
        Ok(known)
    }
}

/// The first 16 digits of the blake3 hash of a quote in its context.
fn key(quote: &QuoteInContext) -> String {
    blake3::hash(mark(quote).as_bytes()).to_hex().chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Otherwise a run that was stopped would not end with the bytes of one that was not.
        #[test]
        fn kept_labels_are_read_as_they_were(stance: [f64; 3], sentiment in prop::array::uniform3(0.0..1.0_f64)) {
            let stance = stance.map(|share| if share.is_finite() { share } else { 0.0 });
            let kept = KeptLabels { teacher: String::new(), quote: String::new(), stance, sentiment };
            let read: KeptLabels = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
            prop_assert_eq!(read.stance.map(f64::to_bits), stance.map(f64::to_bits));
            prop_assert_eq!(read.sentiment.map(f64::to_bits), sentiment.map(f64::to_bits));
        }
    }
}
