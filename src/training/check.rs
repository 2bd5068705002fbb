use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::types::{Sentiment, Stance};

use super::duplicates::{near_duplicates, plain_words};
use super::labelled::{LabelledExample, LabelledSet, Split};

/// The registers that the codebook knows.
const REGISTERS: [&str; 5] = ["wire", "spoken", "official", "opinion", "quotable"];

/// Years outside are taken for slips.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// A label on fewer rows than this is rare: five folds of four.
const RARE: usize = 20;

/// Quotes of fewer words than this need a context.
const SHORT: usize = 2;

/// What is wrong, or looks wrong, with labelled data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Rows that were checked.
    pub rows: usize,
    /// The findings in reading order, those about the whole set last.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong or looks wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it must be corrected.
    pub severity: Severity,
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// File and line of the row; `None` where the whole set is meant.
    pub place: Option<(Arc<Path>, u64)>,
    /// What it is and what to do about it.
    pub message: String,
}

/// Whether a finding must be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It makes training or its figures wrong.
    Error,
    /// It may be meant.
    Warning,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Two rows have the same id.
    DuplicateId,
    /// Two rows have the same text, context and labels.
    Duplicate,
    /// Two rows have the same text and context, and other labels.
    ConflictingLabels,
    /// Two rows of different groups are nearly the same.
    NearDuplicate,
    /// A group stands in both splits.
    DividedGroup,
    /// The text is not what the context marks.
    TextDiffers,
    /// The quote says too little.
    TooShort,
    /// The register is not one of the codebook's.
    UnknownRegister,
    /// The year is not plausible.
    OddYear,
    /// A label has few rows or none.
    RareLabel,
}

/// Checks labelled data before training.
///
/// Time and memory grow linearly with the rows; see [`FindingKind`] for what is looked for.
#[must_use]
pub fn check(set: &LabelledSet) -> CheckReport {
    let mut checker = Checker { examples: &set.examples, findings: BTreeMap::new() };
    checker.single_rows();
    checker.ids();
    checker.repeats();
    checker.near_repeats();
    checker.groups();
    let mut findings: Vec<Finding> = checker.findings.into_values().flatten().collect();
    findings.extend(rare_labels(&set.examples));
    CheckReport { rows: set.examples.len(), findings }
}

impl CheckReport {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Number of findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((path, line)) = &self.place {
            write!(f, "{}:{line}: ", path.display())?;
        }
        write!(f, "{}: {}", self.severity, self.message)
    }
}

struct Checker<'a> {
    examples: &'a [LabelledExample],
    /// Findings by row.
    findings: BTreeMap<usize, Vec<Finding>>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, row: usize, severity: Severity, kind: FindingKind, message: String) {
        let place = self.examples.get(row).map(|example| (Arc::clone(&example.path), example.line));
        self.findings.entry(row).or_default().push(Finding { severity, kind, place, message });
    }

    /// File and line of a row, for messages about another row.
    fn place(&self, row: usize) -> String {
        self.examples
            .get(row)
            .map(|example| format!("{}:{}", example.path.display(), example.line))
            .unwrap_or_default()
    }

    fn single_rows(&mut self) {
        for (row, example) in self.examples.iter().enumerate() {
            let marked = example.quote.text();
            if !marked.split_whitespace().eq(example.text.split_whitespace()) {
                let message = format!(
                    "the text is not what the context marks, '{}'; make them agree (segments are joined by a space)",
                    shortened(&marked)
                );
                self.report(row, Severity::Error, FindingKind::TextDiffers, message);
            }
            let words = plain_words(&marked).take(SHORT).count();
            let bare = example.quote.context.trim() == marked.trim();
            if words == 0 {
                let message = "the quote has no word; remove the row".to_owned();
                self.report(row, Severity::Error, FindingKind::TooShort, message);
            } else if words < SHORT && bare {
                let message = "a single word without context cannot be read; add its context".to_owned();
                self.report(row, Severity::Warning, FindingKind::TooShort, message);
            }
            if let Some(register) = example.register.as_deref().filter(|name| !REGISTERS.contains(name)) {
                let message = format!("unknown register '{register}' (known: {})", REGISTERS.join(", "));
                self.report(row, Severity::Warning, FindingKind::UnknownRegister, message);
            }
            if let Some(year) = example.year.filter(|year| !YEARS.contains(year)) {
                let message =
                    format!("the year {year} lies outside {} to {}; correct it", YEARS.start(), YEARS.end());
                self.report(row, Severity::Warning, FindingKind::OddYear, message);
            }
        }
    }

    fn ids(&mut self) {
        let mut first: FxHashMap<&'a str, usize> = FxHashMap::default();
        for (row, example) in self.examples.iter().enumerate() {
            let earlier = *first.entry(&example.id).or_insert(row);
            if earlier != row {
                let message = format!(
                    "the id '{}' was used in {}; give each row its own",
                    example.id,
                    self.place(earlier)
                );
                self.report(row, Severity::Error, FindingKind::DuplicateId, message);
            }
        }
    }

    /// Rows with the same words in the same context.
    fn repeats(&mut self) {
        let mut first: FxHashMap<blake3::Hash, usize> = FxHashMap::default();
        for (row, example) in self.examples.iter().enumerate() {
            let earlier = *first.entry(content_hash(example)).or_insert(row);
            let Some(other) = self.examples.get(earlier).filter(|_| earlier != row) else { continue };
            let place = self.place(earlier);
            if other.stance != example.stance {
                let (ours, theirs) = (example.stance, other.stance);
                let message =
                    format!("labelled {ours}, and the same quote in {place} is {theirs}; decide for one");
                self.report(row, Severity::Error, FindingKind::ConflictingLabels, message);
            } else if let (Some(ours), Some(theirs)) = (example.sentiment, other.sentiment)
                && ours != theirs
            {
                let message =
                    format!("labelled {ours}, and the same quote in {place} is {theirs}; decide for one");
                self.report(row, Severity::Error, FindingKind::ConflictingLabels, message);
            } else {
                let message = format!("repeats {place}; remove one");
                self.report(row, Severity::Error, FindingKind::Duplicate, message);
            }
        }
    }

    fn near_repeats(&mut self) {
        let examples = self.examples;
        let texts = examples.iter().map(|example| (example.text.as_str(), example.quote.context.as_str()));
        let exempt = |row: usize, earlier: usize| match (examples.get(row), examples.get(earlier)) {
            (Some(one), Some(other)) => {
                one.group.is_some() && one.group == other.group || content_hash(one) == content_hash(other)
            }
            _ => true,
        };
        for found in near_duplicates(texts, exempt) {
            let splits = [found.row, found.earlier].map(|row| examples.get(row).and_then(|row| row.split));
            let across = matches!(splits, [Some(one), Some(other)] if one != other);
            let severity = if across { Severity::Error } else { Severity::Warning };
            let message = format!(
                "nearly repeats {} ({:.0}% of the five-word sequences{}); rewrite one, or give both the same group",
                self.place(found.earlier),
                100.0 * found.similarity,
                if across { ", in the other split" } else { "" },
            );
            self.report(found.row, severity, FindingKind::NearDuplicate, message);
        }
    }

    fn groups(&mut self) {
        let mut first: FxHashMap<&'a str, (usize, Split)> = FxHashMap::default();
        for (row, example) in self.examples.iter().enumerate() {
            let (Some(group), Some(split)) = (example.group.as_deref(), example.split) else { continue };
            let (earlier, other) = *first.entry(group).or_insert((row, split));
            if other != split {
                let message = format!(
                    "the group '{group}' is {} in {} and {} here; put it into one split",
                    other.name(),
                    self.place(earlier),
                    split.name()
                );
                self.report(row, Severity::Error, FindingKind::DividedGroup, message);
            }
        }
    }
}

/// Labels with few rows.
fn rare_labels(examples: &[LabelledExample]) -> Vec<Finding> {
    let count = |is: &dyn Fn(&LabelledExample) -> bool| examples.iter().filter(|example| is(example)).count();
    let labelled = count(&|example| example.sentiment.is_some());
    let stances =
        Stance::ALL.map(|label| ("stance", label.name(), count(&|example| example.stance == label)));
    let sentiments = Sentiment::ALL
        .map(|label| ("sentiment", label.name(), count(&|example| example.sentiment == Some(label))));
    let asked = stances.into_iter().chain(sentiments.into_iter().filter(|_| labelled > 0));
    asked
        .filter(|&(.., rows)| rows < RARE)
        .map(|(question, label, rows)| Finding {
            severity: Severity::Warning,
            kind: FindingKind::RareLabel,
            place: None,
            message: format!("{rows} rows have {question} '{label}'; at least {RARE} are needed to learn it"),
        })
        .collect()
}

/// Hash of the words of quote and context, without marks and case.
fn content_hash(example: &LabelledExample) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for text in [&example.text, &example.quote.context] {
        for word in plain_words(text) {
            hasher.update(word.as_bytes());
            hasher.update(b" ");
        }
        hasher.update(b"\n");
    }
    hasher.finalize()
}

/// The first words of a text, for a message.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 60;
    if text.chars().count() <= LENGTH {
        return text.to_owned();
    }
    text.chars().take(LENGTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
