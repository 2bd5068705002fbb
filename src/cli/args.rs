use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::brief::BriefOptions;

/// Reads news articles, finds every quote and who said it, and scores each quote's stance on a
/// foreign-policy dispute (hawkish, diplomatic, neutral) and its sentiment.
#[derive(Debug, Parser)]
#[command(
    name = "demarche",
    version,
    after_help = "Exit codes: 0 done · 1 failure · 2 usage · 3 a gate was not met · 4 finished, some inputs rejected"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find quotes and speakers in articles and score stance and sentiment
    Score(ScoreArgs),
    /// Find quotes and speakers only
    Quotes(ReadArgs),
    /// Fit a model on labelled sentences
    Train(TrainArgs),
    /// Measure a model on labelled sentences, or quotes and speakers on annotated articles
    Evaluate(EvaluateArgs),
    /// Show who says what, and where they contradict each other
    Brief(BriefArgs),
    /// Show which words moved a score
    Explain(ExplainArgs),
    /// List models, show a model card, check a model's files
    Model(ModelArgs),
    /// Print the JSON Schema of a record
    Schema(SchemaArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them to a folder
    Man(ManArgs),
}

/// What to read and where to write: shared by `score` and `quotes`.
#[derive(Debug, Args)]
pub(super) struct ReadArgs {
    /// Articles: files, folders, globs, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<String>,
    /// Output format [default: table on a terminal, by the extension of -o, else jsonl]
    #[arg(long, value_enum)]
    pub format: Option<RecordFormat>,
    /// Write to FILE, which appears only when it is whole
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also report indirect speech ("said that …")
    #[arg(long)]
    pub indirect: bool,
    /// Officials with dates, instead of the built-in list (CSV)
    #[arg(long, value_name = "CSV")]
    pub roster: Option<PathBuf>,
    /// Put the article's text, which the offsets point into, in every record
    #[arg(long)]
    pub with_text: bool,
    /// Show how each speaker was found: the rule, what it looked for, and its words
    #[arg(long)]
    pub why: bool,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Stop after N articles
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// No progress and no closing line
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub input: InputArgs,
}

/// How inputs are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
    /// Format of all inputs [default: by file name, then by content]
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "markdown", "html", "jsonl", "csv", "tsv"])]
    pub input_format: Option<String>,
    /// Column of the article's text (JSONL: dots reach into objects)
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub text_column: String,
    /// Column of the article's identifier
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub id_column: String,
    /// Column of the headline
    #[arg(long, value_name = "NAME", default_value = "title")]
    pub title_column: String,
    /// Column of the web address
    #[arg(long, value_name = "NAME", default_value = "url")]
    pub url_column: String,
    /// Column of the outlet
    #[arg(long, value_name = "NAME", default_value = "outlet")]
    pub outlet_column: String,
    /// Column of the day of publication
    #[arg(long, value_name = "NAME", default_value = "published")]
    pub published_column: String,
    /// Reject articles larger than this many MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub max_article_size: u64,
}

#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub model: ModelChoice,
    /// Leave out labels whose probability is below P (0 to 1)
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    pub min_confidence: f64,
    /// Leave out labels that are not sure enough for this share of them to be right
    ///
    /// The confidences for it were measured on labelled rows like those the model was fitted to, and stand on its card; on
    /// quotes of other kinds fewer are right.
    #[arg(long, value_name = "SHARE", value_parser = probability, conflicts_with = "min_confidence")]
    pub min_accuracy: Option<f64>,
    /// With --tier auto: share of labels that must be those of --tier deep, for stance and for sentiment
    ///
    /// The confidences for it were measured on sentences held out in the training of the fast model, up to 0.999.
    #[arg(long, value_name = "SHARE", default_value_t = AGREEMENT, value_parser = probability)]
    pub agreement: f64,
}

/// Share of the labels of `--tier auto` that are the transformer's, where nothing else is asked for.
pub(super) const AGREEMENT: f64 = 0.98;

/// Which model to use.
#[derive(Clone, Debug, Args)]
pub(super) struct ModelChoice {
    /// Folder of a trained model [default: a model inside the program]
    #[arg(long, value_name = "DIR", env = "DEMARCHE_MODEL")]
    pub model: Option<PathBuf>,
    /// Which of the models inside the program, where --model names no folder [default: deep; explain: words]
    #[arg(long, value_enum, env = "DEMARCHE_TIER")]
    pub tier: Option<ModelTier>,
}

/// The models inside the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ModelTier {
    /// A transformer that reads the quote in its context
    #[default]
    Deep,
    /// Words and word pairs, distilled from the transformer: thousands of times faster
    Fast,
    /// The fast one where it is sure, the transformer for the rest, so that 98% of the labels are the transformer's
    Auto,
    /// N-grams: many times faster, and less often right
    Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RecordFormat {
    /// For reading on a terminal
    Table,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values, dotted column names
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For reading on a terminal
    Table,
    /// One JSON object
    Json,
}

/// How labelled sentences are read.
#[derive(Debug, Args)]
pub(super) struct LabelArgs {
    /// Read the label OTHER as OURS (repeatable)
    #[arg(long, value_name = "OTHER=OURS", value_parser = pair)]
    pub label_map: Vec<(String, String)>,
    /// Read the column NAME as OURS, one of text, context, stance, sentiment, group, split … (repeatable)
    #[arg(long, value_name = "OURS=NAME", value_parser = pair)]
    pub column: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// Labelled sentences: JSONL or CSV files, or folders of them
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    #[command(flatten)]
    pub labels: LabelArgs,
    /// Folder to write the model to
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    pub out: Option<PathBuf>,
    /// Check the data for mistakes and stop
    #[arg(long, conflicts_with = "out")]
    pub check: bool,
    /// What reads the quotes: n-grams, a pre-trained encoder, or both
    #[arg(long, value_enum, default_value_t = Tier::Words)]
    pub tier: Tier,
    /// Folder of the pre-trained encoder, with config.json, model.safetensors and tokenizer.json
    #[arg(long, value_name = "DIR", required_if_eq_any = [("tier", "deep"), ("tier", "deep+words")])]
    pub pretrained: Option<PathBuf>,
    /// Update the encoder by gradient descent too; a run that was stopped goes on where it stood
    ///
    /// Needs a build with `--features fine-tune`. The state of the run is kept in OUT.checkpoint until the model is there.
    #[arg(long, requires = "pretrained", requires = "out")]
    pub fine_tune: bool,
    /// Passes over the rows with --fine-tune
    #[arg(long, value_name = "N", default_value_t = 3, requires = "fine_tune", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub epochs: u32,
    /// Largest learning rate of the encoder with --fine-tune
    #[arg(long, value_name = "RATE", default_value_t = 5e-5, requires = "fine_tune")]
    pub learning_rate: f64,
    /// Penalty of the stance head instead of the best of several; it is then not calibrated
    ///
    /// A penalty above the best for these rows makes the head cautious on quotes from elsewhere; calibration on the
    /// same rows would undo that.
    #[arg(long, value_name = "ALPHA", conflicts_with = "fine_tune")]
    pub stance_penalty: Option<f64>,
    /// Share of neutral quotes where the model will be used [default: as among the rows]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub neutral_share: Option<f64>,
    /// With --tier fast or --fine-tune: the model to learn from, its folder or deep, fast or words [default with --tier fast: deep]
    #[arg(long, value_name = "MODEL")]
    pub teacher: Option<PathBuf>,
    /// Articles whose sentences the teacher labels, such as JSONL with a column text
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub unlabelled: Vec<String>,
    /// Sentences drawn from the unlabelled articles, at the most
    #[arg(long, value_name = "N", default_value_t = 25_000)]
    pub unlabelled_rows: u32,
    /// What the labels of DATA count beside the teacher's probabilities, from 0 to 1 [default: 0.6, with --fine-tune 0.5]
    ///
    /// At 1 the teacher labels only the unlabelled sentences, and rows held out that the fast tier is compared on.
    #[arg(long, value_name = "SHARE", value_parser = probability)]
    pub hard_share: Option<f64>,
    /// Keep the teacher's probabilities in FILE, and read there what it knows
    #[arg(long, value_name = "FILE")]
    pub soft_labels: Option<PathBuf>,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Name of the model [default: the name of the folder]
    #[arg(long)]
    pub name: Option<String>,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// No progress
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Tier {
    /// Word and character n-grams: small and fast
    Words,
    /// Words and word pairs, distilled from another model: smaller and faster yet
    Fast,
    /// A pre-trained transformer, left as it is
    Deep,
    /// The transformer with n-grams beside it
    #[value(name = "deep+words")]
    DeepAndWords,
}

impl Tier {
    /// As it is written on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Fast => "fast",
            Self::Deep => "deep",
            Self::DeepAndWords => "deep+words",
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Sentiment is the tone of the speaker's words, not what the writer thinks of a person.\n\n\
    Exit codes: 0 done · 1 data, model or measure not usable · 2 usage · 3 a --fail-under figure was not reached"
)]
pub(super) struct EvaluateArgs {
    /// Labelled sentences: JSONL or CSV files, or folders of them
    #[arg(required_unless_present = "quotes", conflicts_with = "quotes", value_name = "DATA")]
    pub data: Vec<PathBuf>,
    #[command(flatten)]
    pub labels: LabelArgs,
    #[command(flatten)]
    pub model: ModelChoice,
    #[command(flatten)]
    pub quotes: QuoteMeasureArgs,
    /// Only the rows of this split
    #[arg(long, value_enum, default_value_t = SplitChoice::All, conflicts_with = "quotes")]
    pub split: SplitChoice,
    /// Output format
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub format: ReportFormat,
    /// Write the report to FILE (.json: as JSON; .html: as a page, with the JSON beside it)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Compare with another model on the same rows: its folder, or deep, fast or words
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["quotes", "agreement"])]
    pub compare: Option<PathBuf>,
    /// Figures by the values of these columns, e.g. outlet,year,speaker,kind
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', conflicts_with_all = ["quotes", "agreement"])]
    pub by: Vec<String>,
    /// Resample whole clusters, the rows with the same value in this column, e.g. article or speaker; row for
    /// single rows [default: group]
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["quotes", "agreement"])]
    pub cluster: Option<String>,
    /// The labelled sentences that the model was trained on: looks for rows that leaked from there, and fits
    /// baselines to the rows that are not held out
    #[arg(long, value_name = "DATA", conflicts_with_all = ["quotes", "agreement"])]
    pub train: Vec<PathBuf>,
    /// Fit the words-only baseline to ever larger parts of the training rows
    #[arg(long, requires = "train")]
    pub learning_curve: bool,
    /// Measure how far annotators agree: each DATA file holds ids and the labels of one, or columns such as
    /// ann_stance and ben_stance
    #[arg(long, conflicts_with_all = ["quotes", "split", "predictions"])]
    pub agreement: bool,
    /// Share of right labels to give the least confidence for, for score --min-confidence (repeatable)
    #[arg(long, value_name = "SHARE", value_parser = probability, default_values_t = [0.7, 0.8, 0.9, 0.95, 0.99], conflicts_with_all = ["quotes", "agreement"])]
    pub precision: Vec<f64>,
    /// Write every row's probabilities to FILE (JSONL)
    #[arg(long, value_name = "FILE", conflicts_with = "quotes")]
    pub predictions: Option<PathBuf>,
    /// End with exit code 3 where a figure is lower, e.g. macro_f1=0.7, sentiment.accuracy=0.6 or, with
    /// --quotes, region_exact=0.9 (repeatable)
    #[arg(long, value_name = "MEASURE=MIN", value_parser = gate)]
    pub fail_under: Vec<(String, f64)>,
    /// Bootstrap resamples behind the intervals
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub resamples: u32,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How resamples become intervals
    #[arg(long, value_enum, default_value_t = IntervalChoice::Percentile, conflicts_with = "quotes")]
    pub interval: IntervalChoice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum IntervalChoice {
    /// Quantiles of the resamples
    Percentile,
    /// Quantiles corrected for bias and skewness (BCa)
    Bca,
}

/// How quotes and speakers are measured.
#[derive(Debug, Args)]
#[command(next_help_heading = "Quotes and speakers")]
pub(super) struct QuoteMeasureArgs {
    /// Measure quotes and speakers on the annotated articles of GOLD (JSONL; see the README) instead of a
    /// model: figures on quoted regions, speakers, sources and cues use the spans of a quote, figures on
    /// contents the whole reported clause where a quote has one
    #[arg(long, value_name = "GOLD", conflicts_with_all = ["label_map", "column"])]
    pub quotes: Option<PathBuf>,
    /// Measure the quotes in FILE (JSONL, what another tool found in the articles of GOLD) instead of ours
    #[arg(long, value_name = "FILE", requires = "quotes", conflicts_with_all = ["roster", "data"])]
    pub system: Option<PathBuf>,
    /// Officials with dates, instead of the built-in list (CSV)
    #[arg(long, value_name = "CSV", requires = "quotes", conflicts_with = "data")]
    pub roster: Option<PathBuf>,
    /// Write every miss and every wrong quote or speaker to FILE (JSONL)
    #[arg(long, value_name = "FILE", requires = "quotes", conflicts_with = "data")]
    pub errors: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitChoice {
    /// Every row
    All,
    /// Rows with split "train"
    Train,
    /// Rows with split "validation"
    Validation,
}

#[derive(Debug, Args)]
pub(super) struct BriefArgs {
    /// Articles (files, folders, globs, or - for standard input), or files of scored quotes (the JSONL of
    /// `demarche score`)
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<String>,
    /// Write to FILE, which appears only when it is whole; beside a page FILE.html the same as
    /// FILE.json, FILE.quotes.csv, FILE.mixed.csv and FILE.voices.csv
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Output format [default: by the extension of -o, else table]
    #[arg(long, value_enum)]
    pub format: Option<BriefFormat>,
    /// Only this side: its quotes, and the mixed messages it is part of
    #[arg(long, value_name = "NAME")]
    pub side: Option<String>,
    /// Only quotes with these words in the quote, its paragraph or the headline
    #[arg(long, value_name = "TEXT")]
    pub topic: Option<String>,
    /// Only quotes of this day and later (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Only quotes of this day and earlier (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<Date>,
    /// Days between the two quotes of a mixed message, at the most, for example 14d or 2w
    #[arg(long, value_name = "DAYS", default_value = "14d", value_parser = window)]
    pub window: u16,
    /// Probability that both labels of a mixed message must have (0 to 1)
    #[arg(long, value_name = "P", default_value_t = BriefOptions::default().min_confidence, value_parser = probability)]
    pub min_confidence: f64,
    #[command(flatten)]
    pub model: ModelChoice,
    /// Also take in indirect speech ("said that …"); a mixed message still needs quotation marks
    #[arg(long)]
    pub indirect: bool,
    /// Officials with dates, instead of the built-in list (CSV)
    #[arg(long, value_name = "CSV")]
    pub roster: Option<PathBuf>,
    /// Seed of the intervals and the shuffles
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// No progress and no closing line
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum BriefFormat {
    /// For reading on a terminal
    Table,
    /// One JSON object
    Json,
    /// One page that needs nothing else
    Html,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A quote, alone or in its paragraph with [[ ]] around the quoted words; - for standard input
    pub text: String,
    #[command(flatten)]
    pub model: ModelChoice,
    /// Words shown for each label
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub top: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub(super) struct ModelArgs {
    #[command(subcommand)]
    pub action: ModelAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelAction {
    /// List the models inside the program and the models in folders
    List {
        /// Folders to look in
        #[arg(value_name = "DIR", default_value = "models")]
        folders: Vec<PathBuf>,
    },
    /// Print a model's card
    Card {
        /// Folder of a model [default: a model inside the program]
        model: Option<PathBuf>,
        /// Which of the models inside the program [default: deep]
        #[arg(long, value_enum)]
        tier: Option<ModelTier>,
    },
    /// Check a model's format version and hashes
    Verify {
        /// Folder of a model [default: the models inside the program]
        model: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Which record
    #[arg(value_enum, default_value_t = SchemaOf::Quote)]
    pub record: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// A scored quote, the output of `score` and `quotes`
    Quote,
    /// A labelled sentence, the input of `train` and `evaluate`
    Labelled,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell to complete for
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write one page per command to DIR
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("a probability from 0 to 1 is needed".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("a share between 0 and 1 is needed".to_owned()),
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day is needed, for example 2017-10-01".to_owned())
}

fn window(text: &str) -> Result<u16, String> {
    let (count, days) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(count), _) => (count, 1),
        (_, Some(count)) => (count, 7),
        _ => (text, 1),
    };
    let days = count.parse::<u16>().ok().and_then(|count| count.checked_mul(days));
    days.filter(|days| *days <= 366).ok_or_else(|| "0d to 366d is needed, for example 14d or 2w".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err("two names with = between them are needed, for example dovish=diplomatic".to_owned()),
    }
}

fn gate(text: &str) -> Result<(String, f64), String> {
    let parsed = text.split_once('=').and_then(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
    let parsed = parsed.filter(|(name, least): &(String, f64)| !name.is_empty() && least.is_finite());
    parsed.ok_or_else(|| "MEASURE=MIN is needed, for example macro_f1=0.7".to_owned())
}
