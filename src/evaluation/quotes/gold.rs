use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::interval::Interval;
use crate::types::Stance;

/// An annotated article: what should be found in it.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldArticle {
    /// Name of the article, its own in the file.
    pub id: String,
    /// The text that all offsets point into.
    pub text: String,
    /// Day of publication.
    pub date: Option<Date>,
    /// The reported contents, each with its source.
    pub quotes: Vec<GoldQuote>,
    /// The regions inside double marks.
    pub regions: Vec<GoldRegion>,
    /// Spans that may or may not be quotes: what is reported there does not count as wrong content.
    pub discard: Vec<Interval>,
}

/// A content and its attribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldQuote {
    /// The words reported, in or out of marks: at least one span.
    pub content: Vec<Interval>,
    /// Whether they stand in marks.
    pub marks: ContentClass,
    /// The words that cite the source; `None` where the text names none.
    pub source: Option<GoldSource>,
    /// The words that announce the content.
    pub cue: Option<Interval>,
    /// Its stance, where it was labelled.
    pub stance: Option<Stance>,
}

/// A source as the text cites it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldSource {
    /// Where it stands.
    pub span: Interval,
    /// Its words.
    pub words: String,
    /// Its head word.
    pub head: String,
    /// Where the head word stands last in the span; the whole span where it does not.
    pub head_span: Interval,
    /// Name, common noun or pronoun.
    pub class: SourceClass,
    /// Canonical name of the speaker; `None` for somebody whom the text does not name.
    pub speaker: Option<String>,
    /// Whether the name was read rather than guessed by a program: guesses are not held against anyone.
    pub trusted: bool,
}

/// How a content stands to the quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentClass {
    /// At least 97% of its letters in regions.
    Direct,
    /// Some of its letters in regions.
    Mixed,
    /// None of its letters in regions.
    Indirect,
}

/// What kind of words cite a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceClass {
    /// A proper name.
    Name,
    /// A common noun: "the minister".
    Nominal,
    /// A pronoun.
    Pronoun,
}

/// The text inside a pair of double marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoldRegion {
    /// Where it stands, without the marks.
    pub span: Interval,
    /// Whether the closing mark is there.
    pub closed: bool,
    /// What it is.
    pub label: RegionLabel,
    /// The number of the content it lies in, from 0, where it is a quote.
    pub content: Option<usize>,
}

/// What stands between marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionLabel {
    /// Words somebody said.
    Quote,
    /// A title, a nickname, scare quotes.
    NotQuote,
    /// Not to be scored.
    Ignore,
}
