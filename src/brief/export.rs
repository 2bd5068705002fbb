//! The brief as JSON and CSV.

use std::io::{self, Write};

use serde::{Serialize, Serializer, ser::SerializeSeq as _};

use super::chance::Chance;
use super::mixed::{Candidate, Tie};
use super::report::Brief;
use super::sayings::{Nearness, matter_names};
use super::voices::{Interval, LEVEL, Period, Trend, Voice};

/// Name and version of the JSON that a brief is written as.
pub const BRIEF_SCHEMA: &str = "demarche.brief/1";

/// What a mixed message is called, everywhere.
pub(super) const CANDIDATE: &str = "mixed-message candidate";

#[derive(Serialize)]
struct BriefJson<'b> {
    schema: &'static str,
    tool: &'static str,
    models: Vec<&'b str>,
    verdict: String,
    options: OptionsJson<'b>,
    counts: Counts,
    mixed_messages: Vec<MixedJson<'b>>,
    chance: ChanceJson,
    sides: Vec<VoiceJson<'b>>,
    speakers: Vec<VoiceJson<'b>>,
    quotes: Rows<'b>,
    articles: Vec<ArticleJson<'b>>,
    data_quality: Quality<'b>,
}

#[derive(Serialize)]
struct OptionsJson<'b> {
    side: Option<&'b str>,
    topic: Option<&'b str>,
    since: Option<String>,
    until: Option<String>,
    window_days: u16,
    min_confidence: f64,
    resamples: usize,
    interval_level: f64,
    seed: u64,
}

#[derive(Serialize)]
struct Counts {
    articles: usize,
    quotes_read: usize,
    copies: usize,
    quotes: usize,
    hawkish: usize,
    diplomatic: usize,
    neutral: usize,
}

/// A mixed-message candidate.
#[derive(Serialize)]
struct MixedJson<'b> {
    status: &'static str,
    rank: usize,
    kind: &'static str,
    headline: String,
    side: Option<&'b str>,
    other_side: Option<&'b str>,
    about: Option<&'b str>,
    matters: Vec<&'static str>,
    shared_terms: Vec<&'b str>,
    one_names_the_other: bool,
    counterpart_found_in: Option<&'static str>,
    days_apart: Option<i32>,
    strength: f64,
    chance: f64,
    hawkish: QuoteJson<'b>,
    diplomatic: QuoteJson<'b>,
    also: Vec<&'b str>,
}

#[derive(Serialize)]
struct ChanceJson {
    shuffles: usize,
    found: usize,
    mean: f64,
    upper_95: usize,
    p: f64,
}

#[derive(Serialize)]
struct VoiceJson<'b> {
    name: &'b str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'b str>,
    quotes: usize,
    articles: usize,
    hawkish: usize,
    diplomatic: usize,
    neutral: usize,
    mean_score: f64,
    interval: Option<Interval>,
    trend: Option<Trend>,
    first: Option<String>,
    last: Option<String>,
    periods: &'b [Period],
}

#[derive(Serialize)]
struct QuoteJson<'b> {
    id: &'b str,
    text: &'b str,
    kind: &'b str,
    start: usize,
    end: usize,
    spans: &'b [[usize; 2]],
    article: &'b str,
    outlet: Option<&'b str>,
    url: Option<&'b str>,
    speaker: Option<&'b str>,
    speaker_kind: &'b str,
    role: Option<&'b str>,
    side: Option<&'b str>,
    attribution: f64,
    said: SaidJson<'b>,
    stance: &'static str,
    confidence: f64,
    hawkish: f64,
    diplomatic: f64,
    neutral: f64,
    score: f64,
    about: Vec<&'b str>,
    copies: Vec<&'b str>,
}

#[derive(Serialize)]
struct SaidJson<'b> {
    from: Option<String>,
    to: Option<String>,
    weekday: Option<String>,
    known_from: &'static str,
    words: Option<&'b str>,
}

#[derive(Serialize)]
struct ArticleJson<'b> {
    id: &'b str,
    title: Option<&'b str>,
    outlet: Option<&'b str>,
    url: Option<&'b str>,
    day: Option<String>,
    day_known_from: &'static str,
    dateline_without_year: Option<&'b str>,
}

#[derive(Serialize)]
pub(super) struct Quality<'b> {
    pub articles_without_day: usize,
    pub articles_without_text: usize,
    pub quotes_without_date: usize,
    pub quotes_dated_by_article: usize,
    pub quotes_without_speaker: usize,
    pub quotes_without_side: usize,
    pub quotes_below_confidence: usize,
    pub rejected_inputs: u64,
    pub rejected: &'b [String],
}

/// The chosen quotes, written one after the other.
struct Rows<'b>(&'b Brief);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.chosen.len()))?;
        for row in self.0.chosen.iter().filter_map(|index| self.0.quote_json(*index)) {
            rows.serialize_element(&row)?;
        }
        rows.end()
    }
}

impl Brief {
    /// Writes the whole brief as one JSON object, [`BRIEF_SCHEMA`].
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write_json(&self, mut out: impl Write) -> io::Result<()> {
        let [hawkish, diplomatic, neutral] = self.stances();
        let Chance { shuffles, found, mean, upper, p, .. } = self.chance;
        let options = &self.options;
        let brief = BriefJson {
            schema: BRIEF_SCHEMA,
            tool: concat!("demarche ", env!("CARGO_PKG_VERSION")),
            models: self.collection.models.iter().map(String::as_str).collect(),
            verdict: self.verdict(),
            options: OptionsJson {
                side: self.side_name(self.side),
                topic: options.topic.as_deref(),
                since: options.since.map(|day| day.to_string()),
                until: options.until.map(|day| day.to_string()),
                window_days: options.window_days,
                min_confidence: options.min_confidence,
                resamples: options.resamples,
                interval_level: LEVEL,
                seed: options.seed,
            },
            counts: Counts {
                articles: self.collection.articles.len(),
                quotes_read: self.collection.quotes.len(),
                copies: self.copies.values().map(Vec::len).sum(),
                quotes: self.chosen.len(),
                hawkish,
                diplomatic,
                neutral,
            },
            mixed_messages: (1..)
                .zip(&self.mixed)
                .filter_map(|(rank, it)| self.mixed_json(rank, it))
                .collect(),
            chance: ChanceJson { shuffles, found, mean: rounded(mean), upper_95: upper, p: rounded(p) },
            sides: self.sides.iter().map(|voice| self.voice_json(voice)).collect(),
            speakers: self.speakers.iter().map(|voice| self.voice_json(voice)).collect(),
            quotes: Rows(self),
            articles: self.articles_json(),
            data_quality: self.quality(),
        };
        serde_json::to_writer(&mut out, &brief)?;
        out.write_all(b"\n")
    }

    /// Writes the quotes as CSV, copies left out.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write_quotes_csv(&self, out: impl Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record(QUOTE_COLUMNS)?;
        for row in self.chosen.iter().filter_map(|index| self.quote_json(*index)) {
            rows.write_record(row.cells())?;
        }
        rows.flush()
    }

    /// Writes the mixed-message candidates as CSV, both quotes in one row.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write_mixed_csv(&self, out: impl Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        let own = [
            "rank",
            "kind",
            "headline",
            "about",
            "matters",
            "shared_terms",
            "days_apart",
            "strength",
            "chance",
        ];
        let of = |part: &str| QUOTE_COLUMNS.map(|column| format!("{part}.{column}"));
        let columns = own.into_iter().map(str::to_owned).chain(of("hawkish")).chain(of("diplomatic"));
        rows.write_record(columns)?;
        for (rank, candidate) in (1..).zip(&self.mixed) {
            let Some(row) = self.mixed_json(rank, candidate) else { continue };
            let own = [
                row.rank.to_string(),
                row.kind.to_owned(),
                row.headline.clone(),
                row.about.unwrap_or_default().to_owned(),
                row.matters.join("; "),
                row.shared_terms.join("; "),
                row.days_apart.map(|days| days.to_string()).unwrap_or_default(),
                row.strength.to_string(),
                row.chance.to_string(),
            ];
            rows.write_record(own.into_iter().chain(row.hawkish.cells()).chain(row.diplomatic.cells()))?;
        }
        rows.flush()
    }

    /// Writes sides and speakers in figures as CSV.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write_voices_csv(&self, out: impl Write) -> io::Result<()> {
        let mut rows = csv::Writer::from_writer(out);
        rows.write_record([
            "voice",
            "name",
            "kind",
            "role",
            "side",
            "quotes",
            "articles",
            "hawkish",
            "diplomatic",
            "neutral",
            "mean_score",
            "low",
            "high",
            "per_30_days",
            "per_30_days_low",
            "per_30_days_high",
            "first",
            "last",
        ])?;
        let voices =
            self.sides.iter().map(|it| ("side", it)).chain(self.speakers.iter().map(|it| ("speaker", it)));
        for (what, voice) in voices {
            let row = self.voice_json(voice);
            let figure =
                |value: Option<f64>| value.map(|value| rounded(value).to_string()).unwrap_or_default();
            rows.write_record([
                what,
                row.name,
                row.kind.unwrap_or_default(),
                row.role.unwrap_or_default(),
                row.side.unwrap_or_default(),
                &row.quotes.to_string(),
                &row.articles.to_string(),
                &row.hawkish.to_string(),
                &row.diplomatic.to_string(),
                &row.neutral.to_string(),
                &row.mean_score.to_string(),
                &figure(row.interval.map(|it| it.low)),
                &figure(row.interval.map(|it| it.high)),
                &figure(row.trend.map(|it| it.per_30_days)),
                &figure(row.trend.map(|it| it.interval.low)),
                &figure(row.trend.map(|it| it.interval.high)),
                row.first.as_deref().unwrap_or_default(),
                row.last.as_deref().unwrap_or_default(),
            ])?;
        }
        rows.flush()
    }

    fn mixed_json(&self, rank: usize, candidate: &Candidate) -> Option<MixedJson<'_>> {
        let side = |index: usize| self.side_name(self.sayings.all.get(index).and_then(|it| it.side));
        let Candidate { kind, hawkish, diplomatic, tie, .. } = candidate;
        let between = *kind == super::mixed::Kind::BetweenSides;
        Some(MixedJson {
            status: CANDIDATE,
            rank,
            kind: kind.name(),
            headline: self.headline(candidate),
            side: side(*hawkish),
            other_side: if between { side(*diplomatic) } else { None },
            about: if between { None } else { self.side_name(candidate.counterpart) },
            matters: matter_names(tie.matters).collect(),
            shared_terms: self.terms_of(tie),
            one_names_the_other: tie.names_speaker,
            counterpart_found_in: tie.nearness.map(|nearness| match nearness {
                Nearness::Quote => "quotes",
                Nearness::Paragraph => "paragraphs",
                Nearness::Article => "article",
            }),
            days_apart: candidate.days_apart,
            strength: rounded(candidate.strength),
            chance: rounded(self.chance_of(rank)),
            hawkish: self.quote_json(*hawkish)?,
            diplomatic: self.quote_json(*diplomatic)?,
            also: candidate.also.iter().filter_map(|index| self.quote_id(*index)).collect(),
        })
    }

    /// The share of arrangements in which the dispute of the candidate of this rank, from 1, has one at least
    /// as strong.
    pub(super) fn chance_of(&self, rank: usize) -> f64 {
        rank.checked_sub(1).and_then(|index| self.chance.of_candidates.get(index)).copied().unwrap_or(1.0)
    }

    /// The terms that hold a pair together.
    pub(super) fn terms_of(&self, tie: &Tie) -> Vec<&str> {
        tie.terms
            .iter()
            .filter_map(|term| self.sayings.terms.get(*term as usize))
            .map(String::as_str)
            .collect()
    }

    fn quote_id(&self, index: usize) -> Option<&str> {
        self.collection.quotes.get(index).map(|quote| quote.record.quote.id.as_str())
    }

    fn voice_json<'b>(&'b self, voice: &'b Voice) -> VoiceJson<'b> {
        let speaker = voice.speaker.and_then(|id| self.sayings.speakers.get(id));
        let side = self.side_name(voice.side);
        let [hawkish, diplomatic, neutral] = voice.stances;
        VoiceJson {
            name: speaker.map(|it| it.name.as_str()).or(side).unwrap_or_default(),
            kind: speaker.map(|it| it.kind.as_str()),
            role: speaker.and_then(|it| it.role.as_deref()),
            side: speaker.and(side),
            quotes: voice.quotes,
            articles: voice.articles,
            hawkish,
            diplomatic,
            neutral,
            mean_score: rounded(voice.mean),
            interval: voice.interval,
            trend: voice.trend,
            first: voice.first.map(|day| day.to_string()),
            last: voice.last.map(|day| day.to_string()),
            periods: &voice.periods,
        }
    }

    fn quote_json(&self, index: usize) -> Option<QuoteJson<'_>> {
        let (quote, saying) = self.collection.quotes.get(index).zip(self.sayings.all.get(index))?;
        let article = self.collection.articles.get(quote.article as usize)?;
        let speaker = saying.speaker.and_then(|id| self.sayings.speakers.get(id));
        let record = &quote.record;
        let [hawkish, diplomatic, neutral] = quote.stance;
        Some(QuoteJson {
            id: &record.quote.id,
            text: &record.quote.text,
            kind: &record.quote.kind,
            start: record.quote.start,
            end: record.quote.end,
            spans: &record.quote.spans,
            article: &article.id,
            outlet: article.outlet.as_deref(),
            url: article.url.as_deref(),
            speaker: speaker.map(|it| it.name.as_str()),
            speaker_kind: &record.speaker.kind,
            role: record.speaker.role.as_deref().or_else(|| speaker.and_then(|it| it.role.as_deref())),
            side: self.side_name(saying.side),
            attribution: record.speaker.confidence,
            said: SaidJson {
                from: saying.when.from.map(|day| day.to_string()),
                to: saying.when.to.map(|day| day.to_string()),
                weekday: saying.when.weekday.map(|day| format!("{day:?}")),
                known_from: saying.when.basis.name(),
                words: saying.when.words.as_deref(),
            },
            stance: saying.stance.name(),
            confidence: saying.confidence,
            hawkish,
            diplomatic,
            neutral,
            score: rounded(saying.score),
            about: saying.about.iter().map(|it| self.collection.names.name(it.side)).collect(),
            copies: self.copies_of(index).iter().filter_map(|copy| self.quote_id(*copy)).collect(),
        })
    }

    fn articles_json(&self) -> Vec<ArticleJson<'_>> {
        let articles = self.collection.articles.iter().zip(&self.sayings.days);
        articles
            .map(|(article, day)| ArticleJson {
                id: &article.id,
                title: article.title.as_deref(),
                outlet: article.outlet.as_deref(),
                url: article.url.as_deref(),
                day: day.day.map(|day| day.to_string()),
                day_known_from: day.basis.name(),
                dateline_without_year: day.stated.as_deref(),
            })
            .collect()
    }

    /// What the brief could not know.
    pub(super) fn quality(&self) -> Quality<'_> {
        let chosen = || self.chosen.iter().filter_map(|index| self.sayings.all.get(*index));
        let articles = &self.collection.articles;
        Quality {
            articles_without_day: self.sayings.days.iter().filter(|it| it.day.is_none()).count(),
            articles_without_text: articles.iter().filter(|it| it.text.is_none()).count(),
            quotes_without_date: chosen().filter(|it| it.when.from.is_none()).count(),
            quotes_dated_by_article: chosen()
                .filter(|it| it.when.basis == super::dates::WhenBasis::Article)
                .count(),
            quotes_without_speaker: chosen().filter(|it| it.speaker.is_none()).count(),
            quotes_without_side: chosen().filter(|it| it.side.is_none()).count(),
            quotes_below_confidence: chosen()
                .filter(|it| it.confidence < self.options.min_confidence)
                .count(),
            rejected_inputs: self.collection.rejected_count,
            rejected: &self.collection.rejected,
        }
    }
}

const QUOTE_COLUMNS: [&str; 21] = [
    "id",
    "text",
    "kind",
    "start",
    "end",
    "article",
    "outlet",
    "url",
    "speaker",
    "speaker_kind",
    "role",
    "side",
    "said_from",
    "said_to",
    "known_from",
    "stance",
    "hawkish",
    "diplomatic",
    "neutral",
    "score",
    "copies",
];

impl QuoteJson<'_> {
    fn cells(&self) -> [String; 21] {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        [
            self.id.to_owned(),
            self.text.to_owned(),
            self.kind.to_owned(),
            self.start.to_string(),
            self.end.to_string(),
            self.article.to_owned(),
            text(self.outlet),
            text(self.url),
            text(self.speaker),
            self.speaker_kind.to_owned(),
            text(self.role),
            text(self.side),
            self.said.from.clone().unwrap_or_default(),
            self.said.to.clone().unwrap_or_default(),
            self.said.known_from.to_owned(),
            self.stance.to_owned(),
            self.hawkish.to_string(),
            self.diplomatic.to_string(),
            self.neutral.to_string(),
            self.score.to_string(),
            self.copies.join("; "),
        ]
    }
}

/// Six decimals, as in the quote records.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
