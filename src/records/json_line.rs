use std::io;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::{
    ArticleRecord, CueRecord, QuoteBody, QuoteRecord, SentimentRecord, SpeakerRecord, StanceRecord, WhyRecord,
};
use crate::types::{ONES, first_wanted};

/// Appends records, each with a line feed: the bytes that [`serde_json`] writes, at a third of its cost,
/// because strings are searched for characters to escape many bytes at once, and an article that several
/// records share is written once and copied.
///
/// # Errors
/// Where a number cannot be serialised.
pub(super) fn append_all(records: &[QuoteRecord], out: &mut Vec<u8>) -> io::Result<()> {
    let mut line = Line { out };
    let mut last: Option<(&Arc<ArticleRecord>, Range<usize>)> = None;
    for record in records {
        line.raw("{\"article\":");
        let start = line.out.len();
        match last {
            Some((article, written)) if Arc::ptr_eq(article, &record.article) => {
                line.out.extend_from_within(written);
            }
            _ => line.article(&record.article),
        }
        last = Some((&record.article, start..line.out.len()));
        append_rest(record, &mut line)?;
    }
    Ok(())
}

/// All of a record but its article.
fn append_rest(record: &QuoteRecord, line: &mut Line<'_>) -> io::Result<()> {
    let QuoteRecord { article: _, quote, speaker, cue, stance, sentiment, why, model, schema } = record;
    line.raw(",\"quote\":");
    line.quote(quote)?;
    line.raw(",\"speaker\":");
    line.speaker(speaker)?;
    line.raw(",\"cue\":");
    line.stretch(cue.as_ref())?;
    if let Some(stance) = stance {
        line.raw(",\"stance\":");
        line.stance(stance)?;
    }
    if let Some(sentiment) = sentiment {
        line.raw(",\"sentiment\":");
        line.sentiment(sentiment)?;
    }
    if let Some(why) = why {
        line.raw(",\"why\":");
        line.why(why)?;
    }
    if let Some(model) = model {
        line.raw(",\"model\":");
        line.string(model);
    }
    line.raw(",\"schema\":");
    line.string(schema);
    line.raw("}\n");
    Ok(())
}

struct Line<'a> {
    out: &'a mut Vec<u8>,
}

impl Line<'_> {
    fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
    }

    fn number(&mut self, number: impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut *self.out, &number)?)
    }

    /// A number of at most six decimals, from −1 to 1: most numbers here are. All others are left to
    /// [`number`](Self::number).
    fn decimal(&mut self, number: f64) -> io::Result<()> {
        let millionths = (number.abs() * 1e6 + 0.5) as u32;
        // Below 0.00001, other than zero, the exponent is written. No two numbers of so few digits have the
        // same value, so these digits are the shortest.
        let is_short = millionths == 0 || (10..=1_000_000).contains(&millionths);
        if !is_short || f64::from(millionths) / 1e6 != number.abs() {
            return self.number(number);
        }
        let mut digits = *b"-0.000000";
        let mut rest = millionths;
        for place in (3..digits.len()).rev() {
            digits[place] += (rest % 10) as u8;
            rest /= 10;
        }
        digits[1] += rest as u8;
        let zeros = digits.iter().skip(4).rev().take_while(|&&digit| digit == b'0').count();
        let from = usize::from(number.is_sign_positive());
        self.out.extend_from_slice(digits.get(from..digits.len() - zeros).unwrap_or_default());
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while let Some((plain, (&byte, others))) = first_escaped(rest)
            .and_then(|place| Some((rest.get(..place)?, rest.get(place..)?.split_first()?)))
        {
            self.out.extend_from_slice(plain);
            self.escaped(byte);
            rest = others;
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }

    fn escaped(&mut self, byte: u8) {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0c => b'f',
            _ => {
                let digit = |value: u8| char::from_digit(u32::from(value), 16).map_or(b'0', |c| c as u8);
                self.out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    fn article(&mut self, article: &ArticleRecord) {
        let ArticleRecord { id, title, url, outlet, published, text } = article;
        self.raw("{\"id\":");
        self.string(id);
        self.raw(",\"title\":");
        self.optional(title.as_deref());
        self.raw(",\"url\":");
        self.optional(url.as_deref());
        self.raw(",\"outlet\":");
        self.optional(outlet.as_deref());
        self.raw(",\"published\":");
        self.optional(published.as_deref());
        if let Some(text) = text {
            self.raw(",\"text\":");
            self.string(text);
        }
        self.raw("}");
    }

    fn quote(&mut self, quote: &QuoteBody) -> io::Result<()> {
        let QuoteBody { id, text, kind, start, end, spans, content, context } = quote;
        self.raw("{\"id\":");
        self.string(id);
        self.raw(",\"text\":");
        self.string(text);
        self.raw(",\"kind\":");
        self.string(kind);
        self.raw(",\"start\":");
        self.number(start)?;
        self.raw(",\"end\":");
        self.number(end)?;
        self.raw(",\"spans\":");
        self.number(spans)?;
        self.raw(",\"content\":");
        match content {
            Some(content) => self.words(&content.text, content.start, content.end)?,
            None => self.raw("null"),
        }
        self.raw(",\"context\":");
        self.string(context);
        self.raw("}");
        Ok(())
    }

    fn speaker(&mut self, speaker: &SpeakerRecord) -> io::Result<()> {
        let SpeakerRecord { mention, start, end, name, role, side, kind, confidence } = speaker;
        self.raw("{\"mention\":");
        self.optional(mention.as_deref());
        self.raw(",\"start\":");
        self.number(start)?;
        self.raw(",\"end\":");
        self.number(end)?;
        self.raw(",\"name\":");
        self.optional(name.as_deref());
        self.raw(",\"role\":");
        self.optional(role.as_deref());
        self.raw(",\"side\":");
        self.optional(side.as_deref());
        self.raw(",\"kind\":");
        self.string(kind);
        self.raw(",\"confidence\":");
        self.decimal(*confidence)?;
        self.raw("}");
        Ok(())
    }

    fn stretch(&mut self, cue: Option<&CueRecord>) -> io::Result<()> {
        match cue {
            Some(cue) => self.words(&cue.text, cue.start, cue.end),
            None => {
                self.raw("null");
                Ok(())
            }
        }
    }

    fn words(&mut self, text: &str, start: usize, end: usize) -> io::Result<()> {
        self.raw("{\"text\":");
        self.string(text);
        self.raw(",\"start\":");
        self.number(start)?;
        self.raw(",\"end\":");
        self.number(end)?;
        self.raw("}");
        Ok(())
    }

    fn stance(&mut self, stance: &StanceRecord) -> io::Result<()> {
        let StanceRecord { label, hawkish, diplomatic, neutral, score } = stance;
        self.raw("{\"label\":");
        self.optional(label.as_deref());
        self.raw(",\"hawkish\":");
        self.decimal(*hawkish)?;
        self.raw(",\"diplomatic\":");
        self.decimal(*diplomatic)?;
        self.raw(",\"neutral\":");
        self.decimal(*neutral)?;
        self.raw(",\"score\":");
        self.decimal(*score)?;
        self.raw("}");
        Ok(())
    }

    fn sentiment(&mut self, sentiment: &SentimentRecord) -> io::Result<()> {
        let SentimentRecord { label, positive, neutral, negative } = sentiment;
        self.raw("{\"label\":");
        self.optional(label.as_deref());
        self.raw(",\"positive\":");
        self.decimal(*positive)?;
        self.raw(",\"neutral\":");
        self.decimal(*neutral)?;
        self.raw(",\"negative\":");
        self.decimal(*negative)?;
        self.raw("}");
        Ok(())
    }

    fn why(&mut self, why: &WhyRecord) -> io::Result<()> {
        let WhyRecord { rule, looked_for, source, named } = why;
        self.raw("{\"rule\":");
        self.string(rule);
        self.raw(",\"looked_for\":");
        self.string(looked_for);
        self.raw(",\"source\":");
        self.stretch(source.as_ref())?;
        self.raw(",\"named\":");
        self.stretch(named.as_ref())?;
        self.raw("}");
        Ok(())
    }
}

/// The first byte that JSON does not take as it is: control characters, quotation marks, backslashes.
fn first_escaped(bytes: &[u8]) -> Option<usize> {
    first_wanted(bytes, |byte| byte < 0x20 || byte == b'"' || byte == b'\\', escaped)
}

/// Marks, by their highest bits, the bytes of a word that JSON does not take as they are. Above the lowest
/// of them others may be marked too.
const fn escaped(word: u64) -> u64 {
    const HIGH: u64 = 0x80 * ONES;
    let quote = word ^ (b'"' as u64 * ONES);
    let backslash = word ^ (b'\\' as u64 * ONES);
    // Taking away borrows from the highest bit of a byte that is less, and of no byte below the lowest such.
    let control = word.wrapping_sub(0x20 * ONES) & !word;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::records::ContentRecord;

    fn as_serde_writes(records: &[QuoteRecord]) -> String {
        records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect()
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["\\PC{0,80}", prop::collection::vec(any::<char>(), 0..80).prop_map(String::from_iter)]
    }

    prop_compose! {
        fn stretch()(text in text(), start in 0_usize..99, end: usize) -> CueRecord {
            CueRecord { text, start, end }
        }
    }

    prop_compose! {
        fn record()(
            texts in prop::collection::vec(text(), 12),
            some in prop::collection::vec(any::<bool>(), 12),
            stretches in prop::collection::vec(stretch(), 4),
            numbers in prop::collection::vec(any::<f64>(), 8),
            spans in prop::collection::vec(any::<[usize; 2]>(), 0..4),
        ) -> QuoteRecord {
            let text = |place: usize| texts[place].clone();
            let maybe = |place: usize| some[place].then(|| texts[place].clone());
            let cue = |place: usize| some[place].then(|| stretches[place].clone());
            QuoteRecord {
                article: Arc::new(ArticleRecord {
                    id: text(0),
                    title: maybe(1),
                    url: maybe(2),
                    outlet: maybe(3),
                    published: maybe(4),
                    text: maybe(5),
                }),
                quote: QuoteBody {
                    id: text(6),
                    text: text(7),
                    kind: text(8).into(),
                    start: 3,
                    end: usize::MAX,
                    spans,
                    content: cue(0).map(|it| ContentRecord { text: it.text, start: it.start, end: it.end }),
                    context: text(9),
                },
                speaker: SpeakerRecord {
                    mention: maybe(6),
                    start: some[6].then_some(7),
                    end: some[6].then_some(0),
                    name: maybe(7),
                    role: maybe(8),
                    side: maybe(9),
                    kind: text(10).into(),
                    confidence: numbers[0],
                },
                cue: cue(1),
                stance: some[10].then(|| StanceRecord {
                    label: maybe(0),
                    hawkish: numbers[1],
                    diplomatic: numbers[2],
                    neutral: numbers[3],
                    score: numbers[4],
                }),
                sentiment: some[11].then(|| SentimentRecord {
                    label: maybe(11),
                    positive: numbers[5],
                    neutral: numbers[6],
                    negative: numbers[7],
                }),
                why: some[5].then(|| WhyRecord { rule: text(1), looked_for: text(2), source: cue(2), named: cue(3) }),
                model: maybe(10),
                schema: text(11).into(),
            }
        }
    }

    proptest! {
        #[test]
        fn the_bytes_are_those_of_serde(records in prop::collection::vec(record(), 1..4), shared in any::<bool>()) {
            let mut records = records;
            if shared {
                let article = Arc::clone(&records[0].article);
                records.iter_mut().for_each(|record| record.article = Arc::clone(&article));
            }
            let mut lines = Vec::new();
            append_all(&records, &mut lines).unwrap();
            prop_assert_eq!(String::from_utf8(lines).unwrap(), as_serde_writes(&records));
        }
    }

    #[test]
    fn decimals_are_those_of_serde() {
        let millionths = (0..3000).chain((3000..=1_000_100).step_by(41)).chain(999_990..=1_000_010);
        let short = millionths.flat_map(|it| [f64::from(it) / 1e6, -f64::from(it) / 1e6]);
        let others = [f64::MIN_POSITIVE, 0.1 + 0.2, 0.123_456_7, 2.5, -1e9, f64::NAN, f64::INFINITY];
        for number in short.chain(others) {
            let mut out = Vec::new();
            Line { out: &mut out }.decimal(number).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&number).unwrap());
        }
    }

    #[test]
    fn every_byte_is_escaped_wherever_it_stands() {
        for byte in 0..128_u8 {
            for place in [0, 1, 31, 32, 33, 70] {
                let text = format!("{}{}{}", "a".repeat(place), char::from(byte), "é".repeat(40));
                let mut out = Vec::new();
                Line { out: &mut out }.string(&text);
                assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
            }
        }
    }
}
