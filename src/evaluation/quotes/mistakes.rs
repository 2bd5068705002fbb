use serde::Serialize;

use super::article::Comparison;
use super::gold::{GoldSource, SourceClass};
use super::interval::Interval;
use super::system::SystemQuote;

/// A miss or a wrong answer; as JSON, a line of what `demarche evaluate --quotes --errors` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The article.
    pub article: String,
    /// What went wrong.
    pub error: MistakeKind,
    /// First code point of the words concerned.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words from the first to the last.
    pub text: String,
    /// The source that the gold gives, where it gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<WantedSource>,
    /// The speaker that was reported, where a quote was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<FoundSpeaker>,
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MistakeKind {
    /// No quote claims the region.
    RegionMissed,
    /// A quote claims a region that is none, or begins at marks and is neither region nor content.
    RegionWrong,
    /// The region is claimed with the wrong speaker.
    SpeakerWrong,
    /// The region is claimed without a speaker.
    SpeakerMissed,
    /// No quote shares half of its letters with the content.
    ContentMissed,
    /// The quote shares half of its letters with no content.
    ContentWrong,
}

/// The source of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedSource {
    /// The words that cite it.
    pub source: String,
    /// Name, common noun or pronoun.
    pub source_type: SourceClass,
    /// Canonical name, where the gold gives one.
    pub speaker: Option<String>,
}

/// The speaker of a reported quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundSpeaker {
    /// The words that cite the speaker.
    pub mention: Option<String>,
    /// The name.
    pub name: Option<String>,
}

impl Comparison<'_> {
    pub(super) fn mistake(&self, error: MistakeKind, span: Interval) -> Mistake {
        Mistake {
            article: self.gold.id.clone(),
            error,
            start: span.start,
            end: span.end,
            text: self.page.text(span),
            wanted: None,
            found: None,
        }
    }
}

impl Mistake {
    pub(super) fn wanting(self, source: Option<&GoldSource>) -> Self {
        let wanted = source.map(|source| WantedSource {
            source: source.words.clone(),
            source_type: source.class,
            speaker: source.speaker.clone(),
        });
        Self { wanted, ..self }
    }

    pub(super) fn finding(self, quote: &SystemQuote) -> Self {
        let found = FoundSpeaker { mention: quote.speaker.clone(), name: quote.name.clone() };
        Self { found: Some(found), ..self }
    }
}
