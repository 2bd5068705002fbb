use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::args::TrainArgs;
use super::score::worker_threads;
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
    teacher: &'a Model,
    threads: NonZeroUsize,
    /// What the file holds of this teacher: the probabilities of stance and sentiment by the quote's [`key`].
    known: HashMap<String, [[f64; 3]; 2]>,
    file: Option<File>,
}

impl<'a> Labelling<'a> {
    /// Reads what the file of soft labels holds, where one is named.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub(super) fn open(teacher: &'a Model, args: &TrainArgs) -> anyhow::Result<Self> {
        let threads = NonZeroUsize::new(worker_threads(args.threads)).unwrap_or(NonZeroUsize::MIN);
        let mut labelling = Self { teacher, threads, known: HashMap::new(), file: None };
        if let Some(path) = &args.soft_labels {
            let ends_in_a_line = labelling.read(path)?;
            let cannot_write = || format!("cannot write '{}'", path.display());
            let mut file = File::options().create(true).append(true).open(path).with_context(cannot_write)?;
            if !ends_in_a_line {
                file.write_all(b"\n").with_context(cannot_write)?;
            }
            labelling.file = Some(file);
        }
        Ok(labelling)
    }

    /// The teacher's probabilities, in the order of the quotes; `progress` is told how many are done.
    ///
    /// # Errors
    /// Where the file of soft labels cannot be written.
    pub(super) fn run(
        &mut self,
        quotes: Vec<QuoteInContext>,
        progress: &mut dyn FnMut(usize),
    ) -> anyhow::Result<Vec<SoftRow>> {
        let mut rows = Vec::with_capacity(quotes.len());
        for part in quotes.chunks(KEPT_AT_ONCE) {
            let keys: Vec<String> = part.iter().map(key).collect();
            let missing = part.iter().zip(&keys).filter(|(_, key)| !self.known.contains_key(*key));
            let missing: Vec<QuoteInContext> = missing.map(|(quote, _)| quote.clone()).collect();
            let asked = soft_labels(self.teacher, missing, self.threads, &mut |_| {});
            self.keep(&asked)?;
            let mut asked = asked.into_iter();
            for (quote, key) in part.iter().zip(&keys) {
                rows.extend(match self.known.get(key) {
                    Some(&[stance, sentiment]) => Some(SoftRow { quote: quote.clone(), stance, sentiment }),
                    None => asked.next(),
                });
            }
            progress(rows.len());
        }
        Ok(rows)
    }

    /// Appends what the teacher said to the file.
    fn keep(&mut self, rows: &[SoftRow]) -> anyhow::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut lines = Vec::new();
        for row in rows {
            let kept = KeptLabels {
                teacher: self.teacher.id().to_owned(),
                quote: key(&row.quote),
                stance: row.stance,
                sentiment: row.sentiment,
            };
            serde_json::to_writer(&mut lines, &kept)?;
            lines.push(b'\n');
        }
        file.write_all(&lines).context("cannot write the soft labels")
    }

    /// Reads a file of soft labels, if there is one; false where its last line has no end.
    fn read(&mut self, path: &Path) -> anyhow::Result<bool> {
        let cannot_read = || format!("cannot read '{}'", path.display());
        let mut file = match File::open(path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error).with_context(cannot_read),
        };
        let mut text = String::new();
        let mut ends_in_a_line = true;
        for line in 1.. {
            text.clear();
            if file.read_line(&mut text).with_context(cannot_read)? == 0 {
                break;
            }
            ends_in_a_line = text.ends_with('\n');
            // A line of a run that was stopped may be cut short.
            let kept: KeptLabels = match serde_json::from_str(text.trim_end()) {
                Ok(kept) => kept,
                Err(error) if error.is_eof() => continue,
                Err(error) => {
                    return Err(error).with_context(|| format!("{}:{line}: no soft labels", path.display()));
                }
            };
            if kept.teacher == self.teacher.id() {
                self.known.insert(kept.quote, [kept.stance, kept.sentiment]);
            }
        }
        Ok(ends_in_a_line)
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
