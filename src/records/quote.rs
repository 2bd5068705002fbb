use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Name and version of the quote record; the number grows with every change that a reader could notice.
pub const QUOTE_SCHEMA: &str = "demarche.quote/2";

/// One quote of one article, a line of the JSONL output. CSV flattens it with dotted column names.
///
/// Offsets are Unicode code points into the article's text as read, half-open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(title = "demarche quote")]
pub struct QuoteRecord {
    /// The article it stands in.
    #[serde(serialize_with = "write_shared", deserialize_with = "read_shared")]
    #[schemars(with = "ArticleRecord")]
    pub article: Arc<ArticleRecord>,
    /// The quoted words.
    pub quote: QuoteBody,
    /// Who said it.
    pub speaker: SpeakerRecord,
    /// The words that announce the quote; null where there are none.
    pub cue: Option<CueRecord>,
    /// How the speaker wants the dispute handled; absent from the output of `demarche quotes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<StanceRecord>,
    /// What feeling the words carry; absent from the output of `demarche quotes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<SentimentRecord>,
    /// How the speaker was found; only with `--why`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyRecord>,
    /// Name and hash of the model that scored the quote; absent from the output of `demarche quotes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Always [`QUOTE_SCHEMA`].
    pub schema: Cow<'static, str>,
}

fn write_shared<S: Serializer>(article: &Arc<ArticleRecord>, to: S) -> Result<S::Ok, S::Error> {
    article.as_ref().serialize(to)
}

fn read_shared<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<ArticleRecord>, D::Error> {
    ArticleRecord::deserialize(from).map(Arc::new)
}

/// The article a quote stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ArticleRecord {
    /// Identifier of the input, or the path as given.
    pub id: String,
    /// Headline.
    pub title: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
    /// Day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// The text that the offsets point into; only with `--with-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The quoted words and where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct QuoteBody {
    /// `ARTICLE#N`, counted from 1 in reading order.
    pub id: String,
    /// The words as they stand in the article, segments joined by a space.
    pub text: String,
    /// `direct`, `mixed` or `indirect`.
    pub kind: Cow<'static, str>,
    /// First code point of the first segment.
    pub start: usize,
    /// One past the last code point of the last segment.
    pub end: usize,
    /// Every segment as `[start, end)`.
    pub spans: Vec<[usize; 2]>,
    /// The whole reported clause that the words of a mixed quote are part of; null where the content is
    /// the quote itself.
    pub content: Option<ContentRecord>,
    /// The text around the quote that stance and sentiment were read from, quote marked with `[[ ]]`.
    pub context: String,
}

/// The reported clause around a mixed quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ContentRecord {
    /// The clause as it stands in the article, quotation marks included.
    pub text: String,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SpeakerRecord {
    /// The words that cite the speaker.
    pub mention: Option<String>,
    /// First code point of the mention.
    pub start: Option<usize>,
    /// One past its last code point.
    pub end: Option<usize>,
    /// Canonical name.
    pub name: Option<String>,
    /// Office or function.
    pub role: Option<String>,
    /// Country or organisation spoken for.
    pub side: Option<String>,
    /// `person`, `institution`, `anonymous` or `unknown`.
    pub kind: Cow<'static, str>,
    /// How sure the attribution is, 0 to 1.
    pub confidence: f64,
}

/// The words that announce a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CueRecord {
    /// The words.
    pub text: String,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// How the speaker of a quote was found. The cue and the confidence stand in the record itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WhyRecord {
    /// The rule that attributed the quote, a stable short name; `none` where no rule did.
    pub rule: String,
    /// What the rule looked for, in one plain sentence.
    pub looked_for: String,
    /// The words that cite the source, also where the quote shares them with a neighbour; null where there
    /// are none.
    pub source: Option<CueRecord>,
    /// The last place before the source's words where the article writes the speaker's name, if these
    /// words are not the name; null where they are or where it was not found nearby.
    pub named: Option<CueRecord>,
}

/// Stance with its probabilities, which sum to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StanceRecord {
    /// `hawkish`, `diplomatic` or `neutral`; null where the largest probability is below `--min-confidence`.
    pub label: Option<String>,
    /// Probability of hawkish.
    pub hawkish: f64,
    /// Probability of diplomatic.
    pub diplomatic: f64,
    /// Probability of neutral.
    pub neutral: f64,
    /// `hawkish − diplomatic`, from −1 to 1.
    pub score: f64,
}

/// Sentiment with its probabilities, which sum to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SentimentRecord {
    /// `positive`, `neutral` or `negative`; null where the largest probability is below `--min-confidence`.
    pub label: Option<String>,
    /// Probability of positive.
    pub positive: f64,
    /// Probability of neutral.
    pub neutral: f64,
    /// Probability of negative.
    pub negative: f64,
}
