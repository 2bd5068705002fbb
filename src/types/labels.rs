use std::fmt;
use std::str::FromStr;

/// How the speaker wants the dispute handled, by the codebook in `training_data/CODEBOOK.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// Threatens or justifies pressure or force, refuses talks, hardens the line.
    Hawkish,
    /// Seeks or defends talks, compromise, restraint, cooperation.
    Diplomatic,
    /// Neither, or both in equal measure.
    Neutral,
}

/// What feeling the words carry: the tone of the speaker's words, not the writer's view of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sentiment {
    /// Praise, welcome, hope, confidence, thanks.
    Positive,
    /// Neither, or balanced.
    Neutral,
    /// Blame, anger, fear, contempt, threat, grief.
    Negative,
}

/// A label name that the codebook does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {question} label '{found}' (known: {})", known.join(", "))]
pub struct UnknownLabel {
    /// `stance` or `sentiment`.
    pub question: &'static str,
    /// The name that was found.
    pub found: String,
    /// The names that would have been right.
    pub known: [&'static str; 3],
}

impl Stance {
    /// All labels, in the order of every probability triple and every model file.
    pub const ALL: [Self; 3] = [Self::Hawkish, Self::Diplomatic, Self::Neutral];

    /// The names of [`ALL`](Self::ALL).
    pub const NAMES: [&'static str; 3] = ["hawkish", "diplomatic", "neutral"];

    /// The name in records and training data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The place in [`ALL`](Self::ALL).
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl Sentiment {
    /// All labels, in the order of every probability triple and every model file.
    pub const ALL: [Self; 3] = [Self::Positive, Self::Neutral, Self::Negative];

    /// The names of [`ALL`](Self::ALL).
    pub const NAMES: [&'static str; 3] = ["positive", "neutral", "negative"];

    /// The name in records and training data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The place in [`ALL`](Self::ALL).
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl FromStr for Stance {
    type Err = UnknownLabel;

    fn from_str(name: &str) -> Result<Self, UnknownLabel> {
        Self::ALL.into_iter().find(|label| label.name() == name).ok_or_else(|| UnknownLabel {
            question: "stance",
            found: name.to_owned(),
            known: Self::NAMES,
        })
    }
}

impl FromStr for Sentiment {
    type Err = UnknownLabel;

    fn from_str(name: &str) -> Result<Self, UnknownLabel> {
        Self::ALL.into_iter().find(|label| label.name() == name).ok_or_else(|| UnknownLabel {
            question: "sentiment",
            found: name.to_owned(),
            known: Self::NAMES,
        })
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Sentiment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
