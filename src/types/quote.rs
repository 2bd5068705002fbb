use super::Span;

/// How the words reach the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuoteKind {
    /// The speaker's own words in quotation marks, standing as a sentence of their own.
    Direct,
    /// Words in quotation marks that are part of the reporter's sentence.
    Mixed,
    /// Reported speech without quotation marks.
    Indirect,
}

impl QuoteKind {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Mixed => "mixed",
            Self::Indirect => "indirect",
        }
    }
}

/// Words somebody said, in a [`CleanText`](super::CleanText).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Direct, mixed or indirect.
    pub kind: QuoteKind,
    /// The quoted words without their marks: at least one span, in order, none empty; more than one
    /// where the attribution interrupts the quote or a paragraph break divides it.
    pub spans: Vec<Span>,
    /// The whole reported clause that the spans are part of, marks included ("he would “fight on” until
    /// the talks resume"); contains every span. Only mixed quotes have one; `None` where the content is
    /// the quote itself. Two mixed quotes in one clause have the same content.
    pub content: Option<Span>,
    /// Whether the closing mark was there. Indirect quotes count as closed.
    pub closed: bool,
}

/// What kind of source a speaker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpeakerKind {
    /// A named person, or one whom the text identifies.
    Person,
    /// A government, ministry, organisation, document or other body.
    Institution,
    /// A person whom the text does not name ("a senior official").
    Anonymous,
    /// The text does not say, or it could not be worked out.
    Unknown,
}

impl SpeakerKind {
    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Institution => "institution",
            Self::Anonymous => "anonymous",
            Self::Unknown => "unknown",
        }
    }
}

/// Who said it.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// The words that cite the speaker ("Trump", "she", "the ministry"), beside the quote or, where the
    /// speaker was carried over, beside the quote before; `None` where the speaker is unknown.
    pub mention: Option<Span>,
    /// The canonical name: "Marta Quintela", "North Korea", "senior official".
    pub name: Option<String>,
    /// Office or function, as the text or the roster gives it.
    pub role: Option<String>,
    /// Country or organisation spoken for.
    pub side: Option<String>,
    /// Person, institution, anonymous or unknown.
    pub kind: SpeakerKind,
    /// How sure the attribution is, 0 to 1: the share of quotes attributed by the same rule that were
    /// right where the rules were measured. Zero where the speaker is unknown.
    pub confidence: f32,
}

impl Speaker {
    /// The explicit "nobody could be named".
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            mention: None,
            name: None,
            role: None,
            side: None,
            kind: SpeakerKind::Unknown,
            confidence: 0.0,
        }
    }
}

/// A quote with its source.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributedQuote {
    /// The quoted words.
    pub quote: Quote,
    /// The word or words that announce the quote ("said", "according to"), where there are any.
    pub cue: Option<Span>,
    /// Who said it.
    pub speaker: Speaker,
    /// The words that cite the source, also where they stand beside another quote that this one shares
    /// its source with; `None` where nobody could be named.
    pub source: Option<Span>,
    /// The rule that attributed it, a stable short name such as `inverted-cue`; `none` where no rule did.
    pub rule: &'static str,
}

/// Calibrated probabilities of both questions for one quote, each triple in the order of
/// [`Stance::ALL`](super::Stance::ALL) and [`Sentiment::ALL`](super::Sentiment::ALL) and summing to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Probabilities of hawkish, diplomatic, neutral.
    pub stance: [f64; 3],
    /// Probabilities of positive, neutral, negative.
    pub sentiment: [f64; 3],
}
