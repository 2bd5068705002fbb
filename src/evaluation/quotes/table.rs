use comfy_table::Table;

use super::counts::{Part, Score};
use super::report::{PartReport, QuoteReport, ScoreReport, named};
use crate::evaluation::Estimate;
use crate::evaluation::table::{percent, push, table};

/// A heading and its rows: title and figure.
type Section<F> = (&'static str, &'static [(&'static str, F)]);

const SCORES: [Section<Score>; 4] = [
    (
        "quoted regions",
        &[
            ("exact", Score::RegionExact),
            ("overlap of 80%", Score::RegionOv80),
            ("claimed", Score::RegionClaim),
            ("claimed, speaker right", Score::EndToEnd),
        ],
    ),
    (
        "contents, Jaccard ≥ .5",
        &[
            ("all", Score::ContentJ50All),
            ("direct", Score::ContentJ50Direct),
            ("mixed", Score::ContentJ50Mixed),
            ("indirect", Score::ContentJ50Indirect),
            ("indirect and mixed", Score::ContentJ50Unmarked),
        ],
    ),
    (
        "contents, Jaccard ≥ .8",
        &[
            ("all", Score::ContentJ80All),
            ("direct", Score::ContentJ80Direct),
            ("mixed", Score::ContentJ80Mixed),
            ("indirect", Score::ContentJ80Indirect),
            ("indirect and mixed", Score::ContentJ80Unmarked),
        ],
    ),
    (
        "spans and letters",
        &[
            ("source, exact", Score::ExactSource),
            ("cue, exact", Score::ExactCue),
            ("content, exact", Score::ExactContent),
            ("content covered, 30%", Score::Sfu30),
            ("content covered, 80%", Score::Sfu80),
            ("letters of contents", Score::LettersAll),
            ("letters outside marks", Score::LettersOutsideMarks),
        ],
    ),
];

/// Only where the gold labels stances.
const STANCE_SCORES: Section<Score> =
    ("quote, speaker and stance", &[("all three right", Score::EndToEndStance)]);

const STANCE_PARTS: Section<Part> = ("stance of claimed regions", &[("right", Part::StanceRight)]);

const PARTS: [Section<Part>; 2] = [
    (
        "speakers of claimed regions",
        &[
            ("given", Part::SpeakerGiven),
            ("mention right", Part::SpeakerMention),
            ("right", Part::SpeakerRight),
            ("right, source a name", Part::SpeakerRightName),
            ("right, source a noun", Part::SpeakerRightNominal),
            ("right, source a pronoun", Part::SpeakerRightPronoun),
            ("named", Part::SpeakerResolved),
            ("named, source a name", Part::SpeakerResolvedName),
            ("named, source a noun", Part::SpeakerResolvedNominal),
            ("named, source a pronoun", Part::SpeakerResolvedPronoun),
            ("named, of all regions", Part::NamedRecall),
            ("right, of matched contents", Part::ContentSpeakerRight),
        ],
    ),
    (
        "claimed regions",
        &[
            ("in curly marks", Part::FoundCurly),
            ("in straight marks", Part::FoundStraight),
            ("in two single marks", Part::FoundTwoSingle),
            ("never closed", Part::UnclosedFound),
            ("not quotes (wrong)", Part::NotQuoteClaimed),
        ],
    ),
];

/// The report as plain text: what was read, a table for each group of figures in percent, then what the
/// figures rest on.
pub(super) fn render(report: &QuoteReport) -> String {
    let mut text = String::new();
    let level = percent(report.bootstrap.level);
    push(
        &mut text,
        format_args!(
            "Quotes, {} articles, {} quotes reported, in percent with {level} intervals\n",
            report.articles, report.quotes
        ),
    );
    for (title, rows) in SCORES {
        push(&mut text, format_args!("{}\n", scores(report, title, rows).trim_fmt()));
    }
    for (title, rows) in PARTS {
        push(&mut text, format_args!("{}\n", parts(report, title, rows).trim_fmt()));
    }
    if named(&report.parts, Part::StanceRight.name()).is_some_and(|part| part.of > 0) {
        let (title, rows) = STANCE_PARTS;
        push(&mut text, format_args!("{}\n", parts(report, title, rows).trim_fmt()));
        let (title, rows) = STANCE_SCORES;
        push(&mut text, format_args!("{}\n", scores(report, title, rows).trim_fmt()));
    }
    for note in &report.notes {
        push(&mut text, format_args!("Note: {note}."));
    }
    if !report.notes.is_empty() {
        text.push('\n');
    }
    push(&mut text, format_args!("System: {}", report.system));
    if let Some(source) = &report.data {
        let hash = source.blake3.get(..16).unwrap_or(&source.blake3);
        push(&mut text, format_args!("Data: {}, {} articles, blake3 {hash}", source.path, source.rows));
    }
    push(
        &mut text,
        format_args!(
            "Intervals: {level} percentile bootstrap, {} resamples, seed {}; resampled: articles ({}).",
            report.bootstrap.resamples, report.bootstrap.seed, report.bootstrap.units
        ),
    );
    text
}

fn scores(report: &QuoteReport, title: &str, rows: &[(&str, Score)]) -> Table {
    let mut table = table([title, "precision", "recall", "F1", "right", "wrong", "found", "missed"]);
    for (title, score) in rows {
        let Some(ScoreReport { precision, recall, f1, right, wrong, found, missed }) =
            named(&report.scores, score.name())
        else {
            continue;
        };
        let counts = [right, wrong, found, missed].map(|count| count.to_string());
        let figures = [number(precision), number(recall), with_interval(f1)];
        table.add_row(std::iter::once((*title).to_owned()).chain(figures).chain(counts));
    }
    table
}

fn parts(report: &QuoteReport, title: &str, rows: &[(&str, Part)]) -> Table {
    let mut table = table([title, "share", "count", "of"]);
    for (title, part) in rows {
        let Some(PartReport { share, count, of }) = named(&report.parts, part.name()) else { continue };
        let share = share.map_or_else(|| "–".to_owned(), with_interval);
        table.add_row([(*title).to_owned(), share, count.to_string(), of.to_string()]);
    }
    table
}

fn number(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

fn with_interval(estimate: Estimate) -> String {
    format!("{} ({}–{})", number(estimate.value), number(estimate.low), number(estimate.high))
}
