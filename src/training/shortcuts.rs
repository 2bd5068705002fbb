//! Whether words alone give the stance away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use crate::types::Stance;

use super::duplicates::plain_words;
use super::labelled::{LabelledExample, LabelledSet};
use super::split::folds;

/// The terms that are counted, and what belongs among them.
const TERMS: &str = include_str!("shortcut_terms.txt");

/// The case that marks rows of a contrast set: versions of one row that differ by the smallest edit.
pub const CONTRAST: &str = "contrast";

/// Terms on fewer rows than this are not judged.
const FEWEST_ROWS: usize = 40;

/// How far a term's share of a stance may be from that of all rows before it is said.
const LEAN: f64 = 0.15;

/// Folds behind the accuracy of words alone.
const FOLDS: usize = 5;

/// How far words alone give the stance away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShortcutReport {
    /// Share of each stance among all rows, in the order of [`Stance::ALL`].
    pub base: [f64; 3],
    /// Every term with the rows that hold it in quote or context.
    pub terms: Vec<TermCounts>,
    /// Accuracy of words alone on all rows; `None` for fewer groups than folds.
    pub all: Option<WordsAccuracy>,
    /// The same on the rows of contrast sets; `None` where there are none.
    pub contrast: Option<WordsAccuracy>,
}

/// A term with the rows that hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCounts {
    /// `countries` or `triggers`.
    pub section: &'static str,
    /// Name of the term.
    pub name: &'static str,
    /// Rows by stance, in the order of [`Stance::ALL`].
    pub rows: [usize; 3],
}

/// How often a naive Bayes classifier over the words of the quote is right on groups it was not fitted to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WordsAccuracy {
    /// Rows.
    pub rows: usize,
    /// Share of rows with the right stance.
    pub accuracy: f64,
    /// Share of the most frequent stance: what a classifier without any words reaches.
    pub chance: f64,
}

impl TermCounts {
    /// Rows in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rows.iter().sum()
    }

    /// The stance that the term leans to, with its share, where the share is more than fifteen points
    /// above that of all rows and the term is on at least 40 rows.
    #[must_use]
    pub fn lean(&self, base: [f64; 3]) -> Option<(Stance, f64)> {
        if self.total() < FEWEST_ROWS {
            return None;
        }
        let share = |stance: Stance| self.rows[stance.index()] as f64 / self.total() as f64;
        let leaning = Stance::ALL.into_iter().filter(|stance| share(*stance) - base[stance.index()] > LEAN);
        leaning.map(|stance| (stance, share(stance))).max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

/// Counts terms by stance and measures what words alone can tell. Linear in the rows.
#[must_use]
pub fn shortcuts(set: &LabelledSet) -> ShortcutReport {
    let examples = &set.examples;
    if examples.is_empty() {
        return ShortcutReport::default();
    }
    let right = words_alone(examples);
    let accuracy = |wanted: &dyn Fn(&LabelledExample) -> bool| {
        let rows: Vec<usize> = (0..examples.len()).filter(|&row| wanted(&examples[row])).collect();
        let right = right.as_ref()?;
        let hits = rows.iter().filter(|&&row| right[row]).count() as f64;
        let most = by_stance(rows.iter().map(|&row| &examples[row])).into_iter().max()? as f64;
        let count = rows.len() as f64;
        (!rows.is_empty()).then_some(WordsAccuracy {
            rows: rows.len(),
            accuracy: hits / count,
            chance: most / count,
        })
    };
    ShortcutReport {
        base: by_stance(examples).map(|rows| rows as f64 / examples.len() as f64),
        terms: count_terms(examples),
        all: accuracy(&|_| true),
        contrast: accuracy(&|example| example.cases.iter().any(|case| case == CONTRAST)),
    }
}

impl ShortcutReport {
    /// The report as plain text: the terms of each section by stance, those that lean marked, and the
    /// accuracy of words alone.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        let [hawkish, diplomatic, neutral] = self.base.map(|share| 100.0 * share);
        push(
            &mut text,
            format_args!(
                "rows by stance: hawkish {hawkish:.0}% · diplomatic {diplomatic:.0}% · neutral {neutral:.0}%"
            ),
        );
        let mut section = "";
        for term in &self.terms {
            if term.section != section {
                section = term.section;
                push(
                    &mut text,
                    format_args!("\n{section:<16} {:>8} {:>10} {:>8}", "hawkish", "diplomatic", "neutral"),
                );
            }
            let [hawkish, diplomatic, neutral] = term.rows;
            let lean = term.lean(self.base).map_or_else(String::new, |(stance, share)| {
                format!("   leans {stance} ({:.0}%)", 100.0 * share)
            });
            push(
                &mut text,
                format_args!("{:<16} {hawkish:>8} {diplomatic:>10} {neutral:>8}{lean}", term.name),
            );
        }
        for (name, accuracy) in [("all rows", self.all), ("contrast sets", self.contrast)] {
            if let Some(WordsAccuracy { rows, accuracy, chance }) = accuracy {
                let (accuracy, chance) = (100.0 * accuracy, 100.0 * chance);
                push(
                    &mut text,
                    format_args!(
                        "\nwords of the quote alone, {name} (n = {rows}): {accuracy:.1}% right; the most frequent stance is {chance:.1}%"
                    ),
                );
            }
        }
        text
    }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn by_stance<'a>(examples: impl IntoIterator<Item = &'a LabelledExample>) -> [usize; 3] {
    let mut rows = [0; 3];
    for example in examples {
        rows[example.stance.index()] += 1;
    }
    rows
}

/// The terms of the data file, counted.
fn count_terms(examples: &[LabelledExample]) -> Vec<TermCounts> {
    let mut terms: Vec<TermCounts> = Vec::new();
    let mut of_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut section = "";
    for line in TERMS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        } else if let Some((name, words)) = line.split_once(':') {
            for word in words.split(',') {
                of_word.entry(word.trim()).or_default().push(terms.len());
            }
            terms.push(TermCounts { section, name, rows: [0; 3] });
        }
    }
    for example in examples {
        let found: BTreeSet<usize> = plain_words(&example.quote.context)
            .filter_map(|word| of_word.get(word.as_str()))
            .flatten()
            .copied()
            .collect();
        for term in found {
            terms[term].rows[example.stance.index()] += 1;
        }
    }
    terms
}

/// Whether multinomial naive Bayes with add-one smoothing (Manning, Raghavan and Schütze, *Introduction to
/// Information Retrieval*, 2008, section 13.2) over the words of the quote is right about each row, fitted
/// to the other folds. `None` for fewer groups than folds.
fn words_alone(examples: &[LabelledExample]) -> Option<Vec<bool>> {
    let groups: Vec<&str> = examples.iter().map(LabelledExample::group_name).collect();
    if groups.iter().collect::<BTreeSet<_>>().len() < FOLDS {
        return None;
    }
    let fold_of = folds(&groups, FOLDS, 1);
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let words: Vec<Vec<usize>> = examples
        .iter()
        .map(|example| {
            let words = plain_words(&example.text);
            words
                .map(|word| {
                    let next = numbers.len();
                    *numbers.entry(word).or_insert(next)
                })
                .collect()
        })
        .collect();
    let mut right = vec![false; examples.len()];
    for fold in 0..FOLDS {
        let mut counts = vec![[1.0_f64; 3]; numbers.len()];
        let mut totals = [numbers.len() as f64; 3];
        let mut rows = [0.0_f64; 3];
        for (row, example) in examples.iter().enumerate().filter(|(row, _)| fold_of[*row] != fold) {
            let stance = example.stance.index();
            rows[stance] += 1.0;
            totals[stance] += words[row].len() as f64;
            for &word in &words[row] {
                counts[word][stance] += 1.0;
            }
        }
        for (row, example) in examples.iter().enumerate().filter(|(row, _)| fold_of[*row] == fold) {
            let score = |stance: Stance| {
                let class = stance.index();
                let likelihood: f64 =
                    words[row].iter().map(|&word| (counts[word][class] / totals[class]).ln()).sum();
                rows[class].ln() + likelihood
            };
            let best = Stance::ALL.into_iter().max_by(|one, other| score(*one).total_cmp(&score(*other)));
            right[row] = best == Some(example.stance);
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::types::QuoteInContext;

    fn set(rows: &[(&str, Stance, bool)]) -> LabelledSet {
        let examples = rows.iter().enumerate().map(|(number, (text, stance, contrast))| LabelledExample {
            id: format!("r{number}"),
            path: Arc::from(Path::new("rows.jsonl")),
            line: number as u64 + 1,
            text: (*text).to_owned(),
            quote: QuoteInContext::bare(*text),
            stance: *stance,
            sentiment: None,
            group: None,
            split: None,
            topic: None,
            register: None,
            year: None,
            stance_weight: 1.0,
            cases: contrast.then(|| CONTRAST.to_owned()).into_iter().collect(),
            fields: Default::default(),
        });
        LabelledSet { examples: examples.collect() }
    }

    #[test]
    fn a_term_that_leans_is_named() {
        let mut rows = vec![("the talks about Iran", Stance::Diplomatic, false); 60];
        rows.extend(vec![("a bridge in Iran", Stance::Hawkish, false); 60]);
        rows.extend(vec![("nothing of the kind", Stance::Neutral, false); 60]);
        let report = shortcuts(&set(&rows));
        let lean = |name: &str| report.terms.iter().find(|term| term.name == name).unwrap().lean(report.base);
        assert_eq!(lean("talks"), Some((Stance::Diplomatic, 1.0)));
        assert_eq!(lean("Iran").map(|(_, share)| share), Some(0.5));
        assert_eq!(lean("war"), None);
        assert!(report.to_table().contains("leans diplomatic (100%)"), "{}", report.to_table());
    }

    #[test]
    fn words_that_tell_everything_are_always_right() {
        let mut rows = vec![("bomb them", Stance::Hawkish, false); 20];
        rows.extend(vec![("meet them", Stance::Diplomatic, false); 20]);
        let all = shortcuts(&set(&rows)).all.unwrap();
        assert_eq!((all.rows, all.accuracy, all.chance), (40, 1.0, 0.5));
    }

    #[test]
    fn words_that_tell_nothing_are_at_chance_on_contrast_sets() {
        let mut rows = Vec::new();
        for _ in 0..30 {
            rows.push(("a step back", Stance::Hawkish, true));
            rows.push(("a step back", Stance::Diplomatic, true));
            rows.push(("a step back", Stance::Neutral, false));
        }
        let contrast = shortcuts(&set(&rows)).contrast.unwrap();
        assert_eq!(contrast.rows, 60);
        assert!(contrast.accuracy <= contrast.chance, "{contrast:?}");
    }

    #[test]
    fn few_rows_give_no_accuracy() {
        assert_eq!(shortcuts(&set(&[("one", Stance::Neutral, true)])).all, None);
        assert_eq!(shortcuts(&LabelledSet::default()), ShortcutReport::default());
    }
}
