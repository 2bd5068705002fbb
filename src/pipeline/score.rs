use std::fmt::Write as _;
use std::mem;
use std::sync::Arc;

use crate::articles::clean;
use crate::model::{Answer, Model};
use crate::quotes::{Extractor, rules};
use crate::records::{
    ArticleRecord, CodePoints, ContentRecord, CueRecord, QUOTE_SCHEMA, QuoteBody, QuoteRecord,
    SentimentRecord, SpeakerRecord, StanceRecord, WhyRecord, mark,
};
use crate::types::{Article, AttributedQuote, CleanText, QuoteInContext, Scores, Sentiment, Span, Stance};

/// What the records hold beyond the quotes themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScorerOptions {
    /// Labels of stance and of sentiment whose probability is below these, from 0 to 1, are left out (null).
    pub min_confidence: [f64; 2],
    /// Whether each record carries the article's text, which its offsets point into.
    pub with_text: bool,
    /// Whether each record says how its speaker was found.
    pub why: bool,
}

/// Turns articles into quote records.
pub struct Scorer {
    extractor: Extractor,
    model: Option<Model>,
    options: ScorerOptions,
}

impl Scorer {
    /// A scorer that finds and attributes with `extractor` and, where there is a model, scores with it.
    #[must_use]
    pub fn new(extractor: Extractor, model: Option<Model>, options: ScorerOptions) -> Self {
        Self { extractor, model, options }
    }

    /// Whether quotes of many articles are scored in less time together than article by article.
    #[must_use]
    pub fn gains_from_batches(&self) -> bool {
        self.model.as_ref().is_some_and(Model::gains_from_batches)
    }

    /// The records of each article, in reading order. All quotes of the batch are scored together.
    #[must_use]
    pub fn records(&self, articles: &[Article]) -> Vec<Vec<QuoteRecord>> {
        let mut records: Vec<Vec<QuoteRecord>> = articles.iter().map(|_| Vec::new()).collect();
        self.records_each(articles, |index, mut part| {
            if let Some(records) = records.get_mut(index) {
                records.append(&mut part);
            }
            true
        });
        records
    }

    /// As [`records`](Self::records), handing over the records of one article after the other, with the
    /// article's number; articles without quotes are passed over. Those of an article with more than
    /// [`PART`](Self::PART) quotes come in parts, so that memory does not grow with their number. Stops
    /// where `take` returns false.
    pub fn records_each(&self, articles: &[Article], mut take: impl FnMut(usize, Vec<QuoteRecord>) -> bool) {
        let cleaned: Vec<CleanText> = articles.iter().map(clean).collect();
        let mut part = Part::new(self, articles, &cleaned);
        let mut goes_on = true;
        for (index, (article, text)) in articles.iter().zip(&cleaned).enumerate() {
            self.extractor.extract_each(text, article.published, |quote| {
                if goes_on {
                    part.contexts.push(in_context(text, &quote));
                    part.found.push((index, quote));
                    goes_on = part.found.len() < Self::PART || part.hand_over(&mut take);
                }
            });
            if !goes_on {
                return;
            }
        }
        part.hand_over(&mut take);
    }

    /// Quotes that are held at once, at the most.
    pub const PART: usize = 4096;

    fn label(names: [&str; 3], probabilities: [f64; 3], least: f64) -> Option<String> {
        let mut best = 0;
        for (index, probability) in probabilities.iter().enumerate() {
            if *probability > probabilities[best] {
                best = index;
            }
        }
        (probabilities[best] >= least).then(|| names[best].to_owned())
    }
}

/// Quotes that were found but not yet handed over.
struct Part<'a> {
    scorer: &'a Scorer,
    articles: &'a [Article],
    cleaned: &'a [CleanText],
    found: Vec<(usize, AttributedQuote)>,
    contexts: Vec<QuoteInContext>,
    /// The writer of the article that the last record was of.
    writer: Option<(usize, RecordWriter<'a>)>,
}

impl<'a> Part<'a> {
    const fn new(scorer: &'a Scorer, articles: &'a [Article], cleaned: &'a [CleanText]) -> Self {
        Self { scorer, articles, cleaned, found: Vec::new(), contexts: Vec::new(), writer: None }
    }

    /// Scores what was found and hands it over article by article; false where `take` had enough.
    fn hand_over(&mut self, take: &mut impl FnMut(usize, Vec<QuoteRecord>) -> bool) -> bool {
        let contexts = mem::take(&mut self.contexts);
        let answers: Vec<Option<Answer>> = match &self.scorer.model {
            Some(model) => model.answers(&contexts).into_iter().map(Some).collect(),
            None => vec![None; contexts.len()],
        };
        let found = mem::take(&mut self.found);
        let mut numbers: Vec<usize> =
            found.chunk_by(|one, other| one.0 == other.0).map(<[_]>::len).rev().collect();
        let mut found = found.into_iter().zip(contexts).zip(answers).peekable();
        while let Some(index) = found.peek().map(|(((index, _), _), _)| *index) {
            let Some((article, text)) = self.articles.get(index).zip(self.cleaned.get(index)) else {
                return true;
            };
            let mut writer = match self.writer.take() {
                Some((of, writer)) if of == index => writer,
                _ => RecordWriter::new(article, text, self.scorer),
            };
            let mut records = Vec::with_capacity(numbers.pop().unwrap_or_default());
            while let Some((((_, quote), context), answer)) = found.next_if(|(((of, _), _), _)| *of == index)
            {
                records.push(writer.record(quote, &context, answer));
            }
            self.writer = Some((index, writer));
            if !take(index, records) {
                return false;
            }
        }
        true
    }
}

/// Bytes of the paragraph that are read on each side of a quote; about 120 words.
const CONTEXT_BYTES: usize = 700;

/// How far back the name behind a pronoun or a surname is looked for, in bytes.
const NAME_BYTES: usize = 20_000;

/// The quote in its paragraph, or in a window of it where the paragraph is long.
fn in_context(text: &CleanText, quote: &AttributedQuote) -> QuoteInContext {
    let spans = &quote.quote.spans;
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return QuoteInContext { context: String::new(), spans: Vec::new() };
    };
    let before = text.paragraphs.partition_point(|paragraph| paragraph.end <= first.start);
    let after = text.paragraphs.partition_point(|paragraph| paragraph.start < last.end);
    let opening =
        text.paragraphs.get(before).map_or(first.start, |paragraph| paragraph.start.min(first.start));
    let closing =
        after.checked_sub(1).and_then(|i| text.paragraphs.get(i)).map_or(last.end, |it| it.end.max(last.end));
    let start = word_start_after(&text.text, opening, first.start);
    let end = word_end_before(&text.text, last.end, closing);
    let context = Span::new(start, end).of(&text.text).unwrap_or_default().replace('\n', " ");
    let spans = spans.iter().map(|span| Span::new(span.start - start, span.end - start)).collect();
    QuoteInContext { context, spans }
}

/// Where the window before a quote begins: at most [`CONTEXT_BYTES`] back, at the start of a word.
fn word_start_after(text: &str, opening: usize, quote: usize) -> usize {
    if quote - opening <= CONTEXT_BYTES {
        return opening;
    }
    let bytes = &text.as_bytes()[quote - CONTEXT_BYTES..quote];
    bytes.iter().position(|&byte| byte == b' ').map_or(quote, |space| quote - CONTEXT_BYTES + space + 1)
}

/// Where the window after a quote ends: at most [`CONTEXT_BYTES`] on, at the end of a word.
fn word_end_before(text: &str, quote: usize, closing: usize) -> usize {
    if closing - quote <= CONTEXT_BYTES {
        return closing;
    }
    let bytes = &text.as_bytes()[quote..quote + CONTEXT_BYTES];
    bytes.iter().rposition(|&byte| byte == b' ').map_or(quote, |space| quote + space)
}

/// Writes the records of one article.
struct RecordWriter<'a> {
    article: &'a Article,
    text: &'a CleanText,
    scorer: &'a Scorer,
    code_points: CodePoints<'a>,
    head: Arc<ArticleRecord>,
    written: usize,
}

impl<'a> RecordWriter<'a> {
    fn new(article: &'a Article, text: &'a CleanText, scorer: &'a Scorer) -> Self {
        let headline = || text.headline.and_then(|span| span.of(&text.text)).map(str::to_owned);
        let head = ArticleRecord {
            id: article.id.clone(),
            title: article.title.clone().or_else(headline),
            url: article.url.clone(),
            outlet: article.outlet.clone(),
            published: article.published.map(|date| date.to_string()),
            text: scorer.options.with_text.then(|| article.text.clone()),
        };
        let code_points = CodePoints::new(&article.text);
        Self { article, text, scorer, code_points, head: Arc::new(head), written: 0 }
    }

    fn record(
        &mut self,
        found: AttributedQuote,
        context: &QuoteInContext,
        answer: Option<Answer>,
    ) -> QuoteRecord {
        let scores: Option<Scores> = answer.map(|answer| answer.scores);
        self.written += 1;
        let why = self.scorer.options.why.then(|| self.why(&found));
        let AttributedQuote { quote, cue, speaker, .. } = found;
        let mut original: Vec<Span> = Vec::with_capacity(quote.spans.len());
        for span in &quote.spans {
            match self.copied(*span) {
                Some(copied) => original.push(copied),
                None => original.extend(self.text.map.to_original(*span, &self.article.text)),
            }
        }
        let spans: Vec<[usize; 2]> =
            original.iter().map(|it| [self.code_points.at(it.start), self.code_points.at(it.end)]).collect();
        let mention = speaker.mention.and_then(|span| self.stretch(span));
        QuoteRecord {
            article: Arc::clone(&self.head),
            quote: QuoteBody {
                id: self.quote_id(),
                text: joined(&original, &self.article.text),
                kind: quote.kind.name().into(),
                start: spans.first().map_or(0, |span| span[0]),
                end: spans.last().map_or(0, |span| span[1]),
                spans,
                content: quote
                    .content
                    .and_then(|span| self.stretch(span))
                    .map(|CueRecord { text, start, end }| ContentRecord { text, start, end }),
                context: mark(context),
            },
            speaker: SpeakerRecord {
                start: mention.as_ref().map(|it| it.start),
                end: mention.as_ref().map(|it| it.end),
                mention: mention.map(|it| it.text),
                name: speaker.name,
                role: speaker.role,
                side: speaker.side,
                kind: speaker.kind.name().into(),
                confidence: (f64::from(speaker.confidence) * 100.0).round() / 100.0,
            },
            cue: cue.and_then(|span| self.stretch(span)),
            stance: scores.map(|it| self.stance(it.stance)),
            sentiment: scores.map(|it| self.sentiment(it.sentiment)),
            why,
            model: self
                .scorer
                .model
                .as_ref()
                .zip(answer)
                .map(|(model, answer)| model.id_of(&answer).to_owned()),
            schema: QUOTE_SCHEMA.into(),
        }
    }

    /// The id of the quote that is written.
    fn quote_id(&self) -> String {
        let article = &self.article.id;
        let mut id = String::with_capacity(article.len() + 8);
        id.push_str(article);
        // Writing to a string never fails.
        let _ = write!(id, "#{}", self.written);
        id
    }

    fn why(&self, found: &AttributedQuote) -> WhyRecord {
        let looked_for = rules().find(|rule| rule.name == found.rule).map_or("", |rule| rule.looks_for);
        WhyRecord {
            rule: found.rule.to_owned(),
            looked_for: looked_for.to_owned(),
            source: found.source.and_then(|span| self.stretch(span)),
            named: found.source.and_then(|source| self.named_before(found, source)),
        }
    }

    /// Where the article last wrote the speaker's name before `source`, which is not the name itself.
    fn named_before(&self, found: &AttributedQuote, source: Span) -> Option<CueRecord> {
        let name = found.speaker.name.as_deref().filter(|name| !name.is_empty())?;
        let text = &self.text.text;
        if source.of(text).is_some_and(|words| words.contains(name)) {
            return None;
        }
        let mut from = source.start.saturating_sub(NAME_BYTES);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let start = from + text.get(from..source.start)?.rfind(name)?;
        self.stretch(Span::new(start, start + name.len()))
    }

    /// A span of the cleaned text as one stretch of the text as read.
    fn stretch(&self, clean: Span) -> Option<CueRecord> {
        let whole = match self.copied(clean) {
            Some(copied) => copied,
            None => {
                let parts = self.text.map.to_original(clean, &self.article.text);
                Span::new(parts.first()?.start, parts.last()?.end)
            }
        };
        Some(CueRecord {
            text: whole.of(&self.article.text)?.to_owned(),
            start: self.code_points.at(whole.start),
            end: self.code_points.at(whole.end),
        })
    }

    /// Where a span of the cleaned text stands in the text as read, if it was copied as it is.
    fn copied(&self, clean: Span) -> Option<Span> {
        let pieces = self.text.map.pieces();
        let piece = pieces.get(pieces.partition_point(|piece| piece.clean.end <= clean.start))?;
        let copied =
            piece.clean.contains(clean) && !clean.is_empty() && piece.clean.len() == piece.original.len();
        let start = piece.original.start + (clean.start.checked_sub(piece.clean.start)?);
        copied.then(|| Span::new(start, start + clean.len()))
    }

    fn stance(&self, probabilities: [f64; 3]) -> StanceRecord {
        let [hawkish, diplomatic, neutral] = probabilities.map(rounded);
        StanceRecord {
            label: Scorer::label(Stance::NAMES, probabilities, self.scorer.options.min_confidence[0]),
            hawkish,
            diplomatic,
            neutral,
            score: rounded(probabilities[0] - probabilities[1]),
        }
    }

    fn sentiment(&self, probabilities: [f64; 3]) -> SentimentRecord {
        let [positive, neutral, negative] = probabilities.map(rounded);
        SentimentRecord {
            label: Scorer::label(Sentiment::NAMES, probabilities, self.scorer.options.min_confidence[1]),
            positive,
            neutral,
            negative,
        }
    }
}

/// The words of some spans, with spaces between them.
fn joined(spans: &[Span], text: &str) -> String {
    let mut words = spans.iter().filter_map(|span| span.of(text));
    let mut joined = words.next().unwrap_or_default().to_owned();
    for words in words {
        joined.push(' ');
        joined.push_str(words);
    }
    joined
}

/// Six decimals: more than any probability here is known to.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
