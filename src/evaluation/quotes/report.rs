use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::article::Comparison;
use super::counts::{Counts, Part, Score};
use super::gold::GoldArticle;
use super::mistakes::Mistake;
use super::system::SystemQuote;
use super::table;
use crate::evaluation::bootstrap::Units;
use crate::evaluation::{BootstrapOptions, BootstrapSummary, DataSource, Estimate, EvaluationError};

/// How well quotes and speakers were found; as JSON, what `demarche evaluate --quotes` writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuoteReport {
    /// Number of articles.
    pub articles: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Number of quotes reported.
    pub quotes: u64,
    /// Reported quotes whose words are not those at their offsets.
    pub bad_offsets: u64,
    /// The figures with precision, recall and F1, by name: see [`Score`].
    #[serde(serialize_with = "by_name")]
    pub scores: Vec<(&'static str, ScoreReport)>,
    /// The figures that are a part of a whole, by name: see [`Part`].
    #[serde(serialize_with = "by_name")]
    pub parts: Vec<(&'static str, PartReport)>,
    /// How the intervals were made.
    pub bootstrap: BootstrapSummary,
    /// What reported the quotes: `demarche`, or the file they were read from.
    pub system: String,
    /// The annotated file, where the report is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataSource>,
    /// What a reader of the figures should know.
    pub notes: Vec<String>,
    /// Version of the program.
    pub version: String,
}

/// Precision, recall and F1, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScoreReport {
    /// `right / (right + wrong)`; 0 where nothing was reported.
    pub precision: f64,
    /// `found / (found + missed)`; 0 where nothing was wanted.
    pub recall: f64,
    /// Their harmonic mean; 0 where both are 0.
    pub f1: Estimate,
    /// Reported and right.
    pub right: u64,
    /// Reported and wrong.
    pub wrong: u64,
    /// Wanted and found: the same as `right`, but where contents are sorted by their relation to the
    /// marks (a direct content may be found by a mixed quote).
    pub found: u64,
    /// Wanted and not found.
    pub missed: u64,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PartReport {
    /// `count / of`, 0 to 1; `None` of nothing.
    pub share: Option<Estimate>,
    /// The part.
    pub count: u64,
    /// The whole.
    pub of: u64,
}

/// Compares what was reported of each article with its annotation. Intervals come from a bootstrap that
/// resamples articles. `system` names what reported the quotes.
///
/// Gives the report and every mistake, in the order of articles and places.
///
/// # Errors
/// [`EvaluationError::Empty`] without articles, and bad bootstrap options.
pub fn evaluate_quotes(
    articles: &[(GoldArticle, Vec<SystemQuote>)],
    system: &str,
    options: &BootstrapOptions,
) -> Result<(QuoteReport, Vec<Mistake>), EvaluationError> {
    options.check()?;
    if articles.is_empty() {
        return Err(EvaluationError::NoArticles);
    }
    let mut total = Counts::default();
    let mut by_article = Vec::with_capacity(articles.len());
    let mut mistakes = Vec::new();
    for (gold, reported) in articles {
        let (counts, of_article) = Comparison::new(gold, reported).count();
        total += &counts;
        by_article.push(counts);
        mistakes.extend(of_article);
    }
    let units = Units::of_rows(by_article);
    let resampled: Vec<(Vec<f64>, Vec<Option<f64>>)> = units.resample(
        options,
        |sums: &mut Counts, counts| *sums += counts,
        |sums| {
            let scores = Score::ALL.iter().map(|score| sums.score(*score).f1()).collect();
            (scores, Part::ALL.iter().map(|part| sums.part(*part).value()).collect())
        },
    );
    let scores = Score::ALL.iter().enumerate().map(|(index, &score)| {
        let counts = total.score(score);
        let values = resampled.iter().filter_map(|(scores, _)| scores.get(index).copied()).collect();
        let report = ScoreReport {
            precision: counts.precision(),
            recall: counts.recall(),
            f1: Estimate::percentile(counts.f1(), values, options.level),
            right: counts.right,
            wrong: counts.wrong,
            found: counts.found,
            missed: counts.missed,
        };
        (score.name(), report)
    });
    let parts = Part::ALL.iter().enumerate().map(|(index, &part)| {
        let counts = total.part(part);
        // A resample that has none of the whole says nothing of the share.
        let values = resampled.iter().filter_map(|(_, parts)| parts.get(index).copied().flatten()).collect();
        let share = counts.value().map(|value| Estimate::percentile(value, values, options.level));
        (part.name(), PartReport { share, count: counts.count, of: counts.of })
    });
    let report = QuoteReport {
        articles: total.articles,
        text_bytes: total.bytes,
        quotes: total.quotes,
        bad_offsets: total.bad_offsets,
        scores: scores.collect(),
        parts: parts.collect(),
        bootstrap: BootstrapSummary { unit: "article", ..units.summary(options) },
        system: system.to_owned(),
        data: None,
        notes: notes(&total),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok((report, mistakes))
}

fn notes(total: &Counts) -> Vec<String> {
    let mut notes = Vec::new();
    if total.articles < 20 {
        let articles =
            if total.articles == 1 { "1 article" } else { &format!("{} articles", total.articles) };
        notes.push(format!("only {articles} to resample: the intervals are too narrow"));
    }
    if total.bad_offsets > 0 {
        let bad = total.bad_offsets;
        notes.push(format!("{bad} reported quotes are not the words at their offsets; count code points"));
    }
    notes
}

impl QuoteReport {
    /// The report as plain text, without colour.
    #[must_use]
    pub fn to_table(&self) -> String {
        table::render(self)
    }

    /// The value of a figure, 0 to 1, by its name in JSON: the F1 of `region_exact`, the share of
    /// `speaker_right`; with `.precision`, `.recall` or `.f1` behind the name of a score, that. `None` for
    /// a name that is not there; not a number for a share of nothing.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<f64> {
        if let Some(part) = named(&self.parts, name) {
            return Some(part.share.map_or(f64::NAN, |share| share.value));
        }
        let (name, of) = name.split_once('.').unwrap_or((name, "f1"));
        let score = named(&self.scores, name)?;
        match of {
            "f1" => Some(score.f1.value),
            "precision" => Some(score.precision),
            "recall" => Some(score.recall),
            _ => None,
        }
    }
}

/// The entry of a name.
pub(super) fn named<T: Copy>(entries: &[(&'static str, T)], name: &str) -> Option<T> {
    entries.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// Writes named entries as an object, in their order.
fn by_name<T: Serialize, S: Serializer>(
    entries: &[(&'static str, T)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(entries.len()))?;
    for (name, value) in entries {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
