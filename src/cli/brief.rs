use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context as _;

use super::ExitStatus;
use super::args::{BriefArgs, BriefFormat};
use super::models::choose;
use super::progress::Tally;
use super::score::{input_options, roster, worker_threads};
use super::terminal::{self, complain};
use crate::articles::{InputError, InputOptions, InputProblem, Inputs, RawArticle};
use crate::brief::{Brief, BriefOptions, Collection, SideNames};
use crate::pipeline::{Scorer, ScorerOptions};
use crate::quotes::{Extractor, QuoteOptions};
use crate::records::{ArticleRecord, Output, QuoteRecord};
use crate::types::Article;

pub(super) fn run(args: &BriefArgs) -> anyhow::Result<ExitStatus> {
    let format = format(args);
    let outputs = Outputs::create(args, format)?;
    let on_screen = outputs.to_screen && terminal::is_interactive();
    let mut reading = Reading {
        collection: Collection::new(side_names(args)?),
        tally: Tally::new(args.quiet, on_screen),
        scored_rejected: 0,
    };
    let input = input_options(&args.input)?;
    let mut scorer = None;
    let mut skipped = 0;
    for path in &args.paths {
        match scored_lines(path) {
            Some(lines) => reading.read_scored(path, lines, args.input.max_article_size << 20),
            None => {
                let scorer = match &scorer {
                    Some(scorer) => scorer,
                    None => scorer.insert(make_scorer(args)?),
                };
                let mut inputs = Inputs::open(std::slice::from_ref(path), input.clone());
                reading.read_articles(&mut inputs, scorer, &input, worker_threads(args.threads));
                skipped += inputs.skipped_files();
            }
        }
    }
    let Reading { collection, tally, scored_rejected } = reading;
    let brief = Brief::new(collection, options(args))?;
    outputs.write(&brief, format)?;
    let some_rejected = tally.close(skipped) || scored_rejected > 0;
    Ok(if some_rejected { ExitStatus::Rejected } else { ExitStatus::Done })
}

fn options(args: &BriefArgs) -> BriefOptions {
    BriefOptions {
        side: args.side.clone(),
        topic: args.topic.clone(),
        since: args.since,
        until: args.until,
        window_days: args.window,
        min_confidence: args.min_confidence,
        seed: args.seed,
        threads: worker_threads(args.threads),
        ..BriefOptions::default()
    }
}

/// The format asked for, else the one that the file name suggests.
fn format(args: &BriefArgs) -> BriefFormat {
    let extension = args.output.as_deref().and_then(Path::extension).and_then(|it| it.to_str());
    let suggested = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => BriefFormat::Html,
        Some("json") => BriefFormat::Json,
        _ => BriefFormat::Table,
    };
    args.format.unwrap_or(suggested)
}

fn side_names(args: &BriefArgs) -> anyhow::Result<SideNames> {
    let Some(path) = &args.roster else { return Ok(SideNames::new(None)) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the roster {}", path.display()))?;
    Ok(SideNames::new(Some(&text)))
}

fn make_scorer(args: &BriefArgs) -> anyhow::Result<Scorer> {
    let model = choose(&args.model)?;
    let extractor = Extractor::new(roster(args.roster.as_deref())?, QuoteOptions { indirect: args.indirect });
    Ok(Scorer::new(extractor, Some(model), ScorerOptions::default()))
}

/// What has been read, and what was wrong with the rest.
struct Reading {
    collection: Collection,
    tally: Tally,
    scored_rejected: u64,
}

/// Rejected records of scored quotes that are listed; the rest are counted.
const LISTED: u64 = 100;
/// Articles that each thread takes at a time.
const ARTICLES_PER_THREAD: usize = 16;

impl Reading {
    /// Reads scored quotes, one record a line.
    fn read_scored(&mut self, path: &str, mut lines: Box<dyn BufRead>, limit: u64) {
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            // A record holds its article's text twice at the most, and some thousand bytes besides.
            let most = limit.saturating_mul(2).saturating_add(1 << 20);
            match lines.by_ref().take(most).read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(read) if read as u64 == most => {
                    self.reject(path, number, "the line is longer than any record; raise --max-article-size");
                    return;
                }
                Ok(_) => {}
                Err(error) => {
                    let remedy = "check the file, or compress it again";
                    self.reject(path, number, &format!("cannot be read: {error}; {remedy}"));
                    return;
                }
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let added = match serde_json::from_slice::<QuoteRecord>(&line) {
                Ok(record) => self.collection.add_quote(record).map_err(|problem| problem.to_string()),
                Err(error) => Err(format!(
                    "not a scored quote: {}; each line must be a record of `demarche score`",
                    error.to_string().replace(" at line 1 column ", " at column ")
                )),
            };
            match added {
                Ok(()) => self.tally.add(0, 1, Vec::new()),
                Err(problem) => self.reject(path, number, &problem),
            }
        }
    }

    fn reject(&mut self, path: &str, line: u64, problem: &str) {
        let complaint = format!("{path}:{line}: {problem}");
        if self.scored_rejected < LISTED {
            complain(&format!("rejected: {complaint}"));
        } else if self.scored_rejected == LISTED {
            complain("rejected: more, which are only counted");
        }
        self.scored_rejected += 1;
        self.collection.add_rejected(complaint);
    }

    /// Reads and scores articles on `threads` threads, in the order of the inputs.
    fn read_articles(
        &mut self,
        inputs: &mut Inputs,
        scorer: &Scorer,
        options: &InputOptions,
        threads: usize,
    ) {
        loop {
            let batch: Vec<_> = inputs.by_ref().take(threads * ARTICLES_PER_THREAD).collect();
            if batch.is_empty() {
                return;
            }
            let share = batch.len().div_ceil(threads);
            let mut parts: Vec<Vec<_>> = Vec::new();
            let mut batch = batch.into_iter().peekable();
            while batch.peek().is_some() {
                parts.push(batch.by_ref().take(share).collect());
            }
            let scored: Vec<Vec<Scored>> = thread::scope(|scope| {
                let workers: Vec<_> = parts
                    .into_iter()
                    .map(|part| {
                        scope.spawn(move || part.into_iter().map(|it| score(it, scorer, options)).collect())
                    })
                    .collect();
                // A worker only ends early by a panic, which goes on here.
                workers
                    .into_iter()
                    .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            });
            for scored in scored.into_iter().flatten() {
                self.take(scored);
            }
        }
    }

    fn take(&mut self, scored: Scored) {
        match scored {
            Ok((article, quotes)) => {
                let mut count = 0;
                self.collection.add_article(article);
                for quote in quotes {
                    let id = quote.quote.id.clone();
                    match self.collection.add_quote(quote) {
                        Ok(()) => count += 1,
                        Err(problem) => self.collection.add_rejected(format!("{id}: {problem}")),
                    }
                }
                self.tally.add(1, count, Vec::new());
            }
            Err(error) => {
                self.collection.add_rejected(error.to_string());
                if is_scored_quote(&error) {
                    complain(&format!(
                        "{}: this seems to be a file of scored quotes; name the file itself, not its folder",
                        error.path
                    ));
                }
                self.tally.add(0, 0, vec![error]);
            }
        }
    }
}

type Scored = Result<(ArticleRecord, Vec<QuoteRecord>), InputError>;

fn score(input: Result<RawArticle, InputError>, scorer: &Scorer, options: &InputOptions) -> Scored {
    let article = input.and_then(|raw| raw.parse(options))?;
    let quotes = scorer.records(std::slice::from_ref(&article)).into_iter().flatten().collect();
    let Article { id, title, url, outlet, published, text, .. } = article;
    let published = published.map(|day| day.to_string());
    Ok((ArticleRecord { id, title, url, outlet, published, text: Some(text) }, quotes))
}

/// Whether a record was rejected as an article because it is a scored quote.
fn is_scored_quote(error: &InputError) -> bool {
    match &error.problem {
        InputProblem::MissingColumn { present, .. } => {
            ["article", "quote", "schema"].iter().all(|column| present.iter().any(|it| it == column))
        }
        _ => false,
    }
}

/// The lines of a file or of standard input, if they are scored quotes.
fn scored_lines(path: &str) -> Option<Box<dyn BufRead>> {
    if path == "-" {
        // What is looked at stays in the buffer that all readers of standard input share.
        let is_scored = io::stdin().lock().fill_buf().is_ok_and(begins_scored);
        return is_scored.then(|| Box::new(io::stdin().lock()) as Box<dyn BufRead>);
    }
    let name = path.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    if !["jsonl", "ndjson", "json"].iter().any(|known| name.ends_with(&format!(".{known}"))) {
        return None;
    }
    // Where the file cannot be opened, the reader of articles says so.
    let mut lines = open(Path::new(path)).ok()?;
    lines.fill_buf().is_ok_and(begins_scored).then_some(lines)
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    Ok(match path.extension().and_then(|it| it.to_str()) {
        Some("gz") => Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(file))),
        Some("zst") => Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::with_buffer(file)?)),
        _ => Box::new(file),
    })
}

/// Whether text begins like a scored quote: an object whose first member is the article object, which no
/// article has, or that names the schema.
fn begins_scored(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let head = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let compact: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    compact.starts_with(b"{\"article\":{")
        || memchr::memmem::find(&compact, b"\"schema\":\"demarche.quote/").is_some()
}

/// The files that a brief is written to, each of which appears only when it is whole.
struct Outputs {
    main: Output,
    place: PathBuf,
    to_screen: bool,
    /// Beside a page: the brief as JSON, and its quotes, candidates and voices as CSV.
    beside: Vec<(Beside, PathBuf, Output)>,
}

#[derive(Clone, Copy)]
enum Beside {
    Json,
    Quotes,
    Mixed,
    Voices,
}

impl Outputs {
    /// Checks that all files can be written before anything is read.
    fn create(args: &BriefArgs, format: BriefFormat) -> anyhow::Result<Self> {
        let create =
            |path: &Path| Output::create(path).with_context(|| format!("cannot write {}", path.display()));
        let to_file = args.output.as_deref().filter(|path| path.as_os_str() != "-");
        let main = to_file.map_or_else(|| Ok(Output::stdout()), create)?;
        let mut beside = Vec::new();
        if let Some(path) = to_file.filter(|_| format == BriefFormat::Html) {
            for (what, extension) in [
                (Beside::Json, "json"),
                (Beside::Quotes, "quotes.csv"),
                (Beside::Mixed, "mixed.csv"),
                (Beside::Voices, "voices.csv"),
            ] {
                let path = path.with_extension(extension);
                let output = create(&path)?;
                beside.push((what, path, output));
            }
        }
        let place = to_file.map_or_else(|| PathBuf::from("standard output"), Path::to_owned);
        Ok(Self { main, place, to_screen: to_file.is_none(), beside })
    }

    fn write(mut self, brief: &Brief, format: BriefFormat) -> anyhow::Result<()> {
        let cannot_write = |path: &Path| format!("cannot write {}", path.display());
        let main = &mut self.main;
        match format {
            BriefFormat::Html => brief.write_html(main),
            BriefFormat::Json => brief.write_json(main),
            BriefFormat::Table => {
                let color = self.to_screen && terminal::wants_color();
                main.write_all(brief.table(terminal::width(), color).as_bytes())
            }
        }
        .with_context(|| cannot_write(&self.place))?;
        for (what, path, output) in &mut self.beside {
            match what {
                Beside::Json => brief.write_json(output),
                Beside::Quotes => brief.write_quotes_csv(output),
                Beside::Mixed => brief.write_mixed_csv(output),
                Beside::Voices => brief.write_voices_csv(output),
            }
            .with_context(|| cannot_write(path))?;
        }
        for (_, path, output) in self.beside {
            output.finish().with_context(|| cannot_write(&path))?;
        }
        self.main.finish().with_context(|| cannot_write(&self.place))
    }
}
