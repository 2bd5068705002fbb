use std::io::{self, Write as _};
use std::mem;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::str::FromStr as _;
use std::thread;

use anyhow::Context as _;

use super::ExitStatus;
use super::args::{InputArgs, ReadArgs, RecordFormat, ScoreArgs};
use super::models::choose_agreeing;
use super::progress::Tally;
use super::terminal;
use crate::articles::{Columns, InputFormat, InputOptions, Inputs};
use crate::model::Model;
use crate::pipeline::{Scorer, ScorerOptions, StreamOptions, stream};
use crate::quotes::{Extractor, QuoteOptions, Roster};
use crate::records::{Csv, JsonLines, Output, Sink, Terminal};

pub(super) fn score(args: &ScoreArgs) -> anyhow::Result<ExitStatus> {
    let model = choose_agreeing(&args.model, args.agreement)?;
    let least = match args.min_accuracy {
        Some(accuracy) => model.least_confidence(accuracy)?,
        None => [args.min_confidence; 2],
    };
    run(&args.read, Some(model), least)
}

pub(super) fn quotes(args: &ReadArgs) -> anyhow::Result<ExitStatus> {
    run(args, None, [0.0; 2])
}

fn run(args: &ReadArgs, model: Option<Model>, min_confidence: [f64; 2]) -> anyhow::Result<ExitStatus> {
    let sink = sink(args, model.is_some());
    let extractor = Extractor::new(roster(args.roster.as_deref())?, QuoteOptions { indirect: args.indirect });
    let options = ScorerOptions { min_confidence, with_text: args.with_text, why: args.why };
    let scorer = Scorer::new(extractor, model, options);
    let options = StreamOptions {
        threads: worker_threads(args.threads),
        limit: args.limit,
        input: input_options(&args.input)?,
    };
    let place = args.output.as_deref();
    let cannot_write = || format!("cannot write {}", place.unwrap_or(Path::new("standard output")).display());
    let mut output = place.map_or_else(|| Ok(Output::stdout()), Output::create).with_context(cannot_write)?;
    output.write_all(&sink.begin()).with_context(cannot_write)?;

    let on_screen = to_file(args).is_none() && terminal::is_interactive();
    let mut tally = Tally::new(args.quiet, on_screen);
    let mut inputs = Inputs::open(&args.paths, options.input.clone());
    let mut closed = false;
    stream(&mut inputs, &scorer, sink.as_ref(), &options, |delivery| {
        tally.add(delivery.articles, delivery.quotes, mem::take(&mut delivery.rejected));
        // Flushed batch by batch: whoever reads the pipe sees each result as soon as it is there.
        match output.write_all(&delivery.bytes).and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                closed = true;
                Ok(ControlFlow::Break(()))
            }
            result => result.map(ControlFlow::Continue),
        }
    })
    .with_context(cannot_write)?;
    if !closed {
        output.finish().with_context(cannot_write)?;
    }
    let some_rejected = tally.close(inputs.skipped_files());
    Ok(if some_rejected && !closed { ExitStatus::Rejected } else { ExitStatus::Done })
}

/// The file that records go to; `None` for standard output.
fn to_file(args: &ReadArgs) -> Option<&Path> {
    args.output.as_deref().filter(|path| path.as_os_str() != "-")
}

/// The format asked for, else the one that the file name or the terminal suggests.
fn sink(args: &ReadArgs, scored: bool) -> Box<dyn Sink> {
    let suggested = match to_file(args) {
        Some(path) if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv")) => RecordFormat::Csv,
        None if terminal::is_interactive() => RecordFormat::Table,
        _ => RecordFormat::Jsonl,
    };
    match args.format.unwrap_or(suggested) {
        RecordFormat::Jsonl => Box::new(JsonLines),
        RecordFormat::Csv => Box::new(Csv { scored, with_text: args.with_text, why: args.why }),
        RecordFormat::Table => {
            let color = to_file(args).is_none() && terminal::wants_color();
            Box::new(Terminal { width: terminal::width(), color, scored })
        }
    }
}

pub(super) fn roster(path: Option<&Path>) -> anyhow::Result<Roster> {
    let Some(path) = path else { return Ok(Roster::builtin()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the roster {}", path.display()))?;
    Ok(Roster::from_csv(&text, &path.display().to_string())?)
}

/// The number of threads asked for, else that of the cores.
pub(super) fn worker_threads(asked: Option<u16>) -> usize {
    asked.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get), usize::from)
}

pub(super) fn input_options(args: &InputArgs) -> anyhow::Result<InputOptions> {
    let format = args.input_format.as_deref().map(InputFormat::from_str).transpose()?;
    Ok(InputOptions {
        format,
        columns: Columns {
            text: args.text_column.clone(),
            id: args.id_column.clone(),
            title: args.title_column.clone(),
            url: args.url_column.clone(),
            outlet: args.outlet_column.clone(),
            published: args.published_column.clone(),
        },
        max_article_bytes: args.max_article_size << 20,
    })
}
