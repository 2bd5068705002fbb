use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::{ArticleRecord, QuoteRecord, StanceRecord, json_line};

/// Where the quotes of an article become bytes. Rendering is pure, so that worker threads can do it
/// and the bytes can be written in input order.
pub trait Sink: Sync {
    /// What stands before the first article.
    fn begin(&self) -> Vec<u8>;

    /// Appends the bytes of one article's quotes, in reading order; those of an article with thousands may
    /// come in parts.
    ///
    /// # Errors
    /// Where a record cannot be serialised.
    fn article(&self, quotes: &[QuoteRecord], bytes: &mut Vec<u8>) -> io::Result<()>;
}

/// One JSON object a line.
#[derive(Clone, Copy, Debug)]
pub struct JsonLines;

impl Sink for JsonLines {
    fn begin(&self) -> Vec<u8> {
        Vec::new()
    }

    fn article(&self, quotes: &[QuoteRecord], bytes: &mut Vec<u8>) -> io::Result<()> {
        json_line::append_all(quotes, bytes)
    }
}

/// Comma-separated values with dotted column names, one quote a row.
#[derive(Clone, Copy, Debug)]
pub struct Csv {
    /// Whether the stance, sentiment and model columns are there.
    pub scored: bool,
    /// Whether the article's text is there.
    pub with_text: bool,
    /// Whether the columns that say how the speaker was found are there.
    pub why: bool,
}

impl Csv {
    fn columns(self) -> impl Iterator<Item = &'static str> {
        let article = ["article.id", "article.title", "article.url", "article.outlet", "article.published"];
        let text: &[_] = if self.with_text { &["article.text"] } else { &[] };
        let quote = [
            "quote.id",
            "quote.text",
            "quote.kind",
            "quote.start",
            "quote.end",
            "quote.spans",
            "quote.content.text",
            "quote.content.start",
            "quote.content.end",
            "quote.context",
            "speaker.mention",
            "speaker.start",
            "speaker.end",
            "speaker.name",
            "speaker.role",
            "speaker.side",
            "speaker.kind",
            "speaker.confidence",
            "cue.text",
            "cue.start",
            "cue.end",
        ];
        let scores: &[_] = if self.scored {
            &[
                "stance.label",
                "stance.hawkish",
                "stance.diplomatic",
                "stance.neutral",
                "stance.score",
                "sentiment.label",
                "sentiment.positive",
                "sentiment.neutral",
                "sentiment.negative",
                "model",
            ]
        } else {
            &[]
        };
        let why: &[_] = if self.why {
            &[
                "why.rule",
                "why.looked_for",
                "why.source.text",
                "why.source.start",
                "why.source.end",
                "why.named.text",
                "why.named.start",
                "why.named.end",
            ]
        } else {
            &[]
        };
        article
            .into_iter()
            .chain(text.iter().copied())
            .chain(quote)
            .chain(why.iter().copied())
            .chain(scores.iter().copied())
            .chain(["schema"])
    }
}

impl Sink for Csv {
    fn begin(&self) -> Vec<u8> {
        let names: Vec<&str> = self.columns().collect();
        let mut line = names.join(",").into_bytes();
        line.push(b'\n');
        line
    }

    fn article(&self, quotes: &[QuoteRecord], bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(bytes);
        for quote in quotes {
            let record = serde_json::to_value(quote)?;
            let fields = self.columns().map(|column| field(&record, column));
            writer.write_record(fields)?;
        }
        writer.flush()
    }
}

/// The value behind a dotted name as a CSV field: empty for null or absent, JSON for lists.
fn field(record: &serde_json::Value, column: &str) -> String {
    let mut value = record;
    for part in column.split('.') {
        match value.get(part) {
            Some(inner) => value = inner,
            None => return String::new(),
        }
    }
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Blocks for reading on a terminal: a heading per article, a line per quote.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns the terminal has.
    pub width: u16,
    /// Whether to colour stances.
    pub color: bool,
    /// Whether the quotes were scored.
    pub scored: bool,
}

impl Sink for Terminal {
    fn begin(&self) -> Vec<u8> {
        Vec::new()
    }

    fn article(&self, quotes: &[QuoteRecord], bytes: &mut Vec<u8>) -> io::Result<()> {
        let Some(first) = quotes.first() else { return Ok(()) };
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_width(self.width)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        for quote in quotes {
            table.add_row(self.row(quote));
            if let Some(why) = why(quote) {
                let mut cells = vec![Cell::new(""); if self.scored { 3 } else { 1 }];
                cells.push(Cell::new(printable(&why)).add_attribute(Attribute::Dim));
                table.add_row(cells);
            }
        }
        let widths: &[u16] = if self.scored { &[20, 10, 28] } else { &[28] };
        for (column, width) in table.column_iter_mut().zip(widths) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(*width)));
        }
        writeln!(bytes, "{}", heading(&first.article))?;
        for line in table.lines() {
            writeln!(bytes, "{}", line.trim_end())?;
        }
        bytes.push(b'\n');
        Ok(())
    }
}

impl Terminal {
    fn row(&self, quote: &QuoteRecord) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(4);
        if let Some(stance) = quote.stance.as_ref().filter(|_| self.scored) {
            let (symbol, color) = mark_of(stance);
            let words = stance.label.as_deref().unwrap_or("unsure");
            cells.push(Cell::new(format!("{symbol} {words:<10} {:+.2}", stance.score)).fg(color));
            let sentiment = quote.sentiment.as_ref().and_then(|it| it.label.as_deref());
            cells.push(Cell::new(sentiment.unwrap_or("unsure")));
        }
        cells.push(Cell::new(printable(&speaker(quote))));
        let words = printable(&quote.quote.text);
        cells.push(Cell::new(if quote.quote.kind == "indirect" { words } else { format!("“{words}”") }));
        cells
    }
}

/// What the reader needs to know an article by.
fn heading(article: &ArticleRecord) -> String {
    let facts = [&article.title, &article.outlet, &article.published];
    let known = facts.into_iter().filter_map(|fact| fact.as_deref());
    printable(&std::iter::once(article.id.as_str()).chain(known).collect::<Vec<_>>().join(" · "))
}

/// The speaker's name with the side, where the side says more than the name.
fn speaker(quote: &QuoteRecord) -> String {
    let name = quote.speaker.name.as_deref().or(quote.speaker.mention.as_deref()).unwrap_or("unknown");
    match quote.speaker.side.as_deref() {
        Some(side) if side != name => format!("{name} ({side})"),
        _ => name.to_owned(),
    }
}

/// The rule, its evidence and its confidence in one line, where the record has them.
fn why(quote: &QuoteRecord) -> Option<String> {
    let why = quote.why.as_ref()?;
    let mut line = format!("{} {:.2} · {}", why.rule, quote.speaker.confidence, why.looked_for);
    let facts = [("cue", &quote.cue), ("source", &why.source), ("name from", &why.named)];
    for (label, found) in facts {
        if let Some(found) = found {
            line.push_str(&format!(" · {label} “{}” at {}", found.text, found.start));
        }
    }
    Some(line)
}

/// A shape beside the word, so that stance never hangs on colour alone.
fn mark_of(stance: &StanceRecord) -> (char, Color) {
    match stance.label.as_deref() {
        Some("hawkish") => ('▲', Color::Red),
        Some("diplomatic") => ('●', Color::Cyan),
        Some(_) => ('·', Color::Reset),
        None => ('?', Color::Reset),
    }
}

/// Text from a file, made safe for a terminal: control characters (escape sequences too) become
/// spaces, so that an article cannot move the cursor or colour the screen.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
