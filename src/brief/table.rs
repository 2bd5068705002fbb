//! The brief for a terminal.

use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};

use super::mixed::Candidate;
use super::report::{Brief, counted, shape};
use super::voices::Voice;
use crate::types::Stance;

/// Rows of each table, at the most; the files hold all.
const ROWS: usize = 20;

impl Brief {
    /// The brief as text for a terminal of `width` columns.
    #[must_use]
    pub fn table(&self, width: u16, color: bool) -> String {
        let mut text = format!("{}\n", printable(&self.verdict()));
        if !self.mixed.is_empty() {
            let _ = writeln!(text, "{}", self.chance_sentence());
        }
        for (rank, candidate) in (1..).zip(self.mixed.iter().take(ROWS)) {
            text.push('\n');
            self.candidate(&mut text, rank, candidate, width, color);
        }
        rest(&mut text, self.mixed.len(), "candidates");
        for (title, voices) in [("Sides", &self.sides), ("Speakers", &self.speakers)] {
            if !voices.is_empty() {
                let _ = writeln!(
                    text,
                    "\n{title}, mean of P(hawkish) − P(diplomatic) with 95% interval by articles"
                );
                lines(&mut text, &self.voices(voices, width, color));
                rest(&mut text, voices.len(), "rows");
            }
        }
        let quality = self.quality();
        let _ = writeln!(
            text,
            "\n{} without a day · {} without a date · {} without a speaker · {} · {} rejected",
            counted(quality.articles_without_day, "article"),
            counted(quality.quotes_without_date, "quote"),
            counted(quality.quotes_without_speaker, "quote"),
            match self.copies.values().map(Vec::len).sum::<usize>() {
                1 => "1 copy counted once".to_owned(),
                copies => format!("{copies} copies counted once"),
            },
            counted(usize::try_from(quality.rejected_inputs).unwrap_or(usize::MAX), "input"),
        );
        text
    }

    fn candidate(&self, text: &mut String, rank: usize, candidate: &Candidate, width: u16, color: bool) {
        let _ = writeln!(
            text,
            "{rank}. Mixed-message candidate {}  strength {:.2}, chance {:.3}",
            printable(&self.headline(candidate)),
            candidate.strength,
            self.chance_of(rank)
        );
        let mut table = empty(width, color);
        for (stance, index) in
            [(Stance::Hawkish, candidate.hawkish), (Stance::Diplomatic, candidate.diplomatic)]
        {
            let Some((quote, saying)) = self.collection.quotes.get(index).zip(self.sayings.all.get(index))
            else {
                continue;
            };
            let article = self.collection.articles.get(quote.article as usize);
            let source = article.map(|it| it.outlet.as_deref().unwrap_or(&it.id)).unwrap_or_default();
            let mark = Cell::new(format!("   {} {stance} {:.2}", shape(stance), saying.confidence));
            let mark = if stance == Stance::Hawkish { mark.fg(Color::Red) } else { mark.fg(Color::Cyan) };
            let who = format!("{}\n{}", self.speaker_line(index), self.said_line(saying));
            let place = format!("{source} [{}, {})", quote.record.quote.start, quote.record.quote.end);
            let words = format!("“{}”\n{}", printable(&quote.record.quote.text), printable(&place));
            table.add_row([mark, Cell::new(printable_lines(&who)), Cell::new(words)]);
        }
        lines(text, &table);
    }

    fn voices(&self, voices: &[Voice], width: u16, color: bool) -> Table {
        let mut table = empty(width, color);
        let bold = |title: &str| Cell::new(title).add_attribute(Attribute::Bold);
        table.set_header(["", "quotes", "▲", "●", "◆", "score", "interval", "30 days"].map(bold));
        for voice in voices.iter().take(ROWS) {
            let [hawkish, diplomatic, neutral] = voice.stances.map(|count| count.to_string());
            let interval =
                voice.interval.map_or("–".to_owned(), |it| format!("{:+.2} to {:+.2}", it.low, it.high));
            let trend = voice.trend.map_or("–".to_owned(), |it| format!("{:+.2}", it.per_30_days));
            let name = printable(&self.voice_name(voice));
            let quotes = voice.quotes.to_string();
            table.add_row([
                name,
                quotes,
                hawkish,
                diplomatic,
                neutral,
                format!("{:+.2}", voice.mean),
                interval,
                trend,
            ]);
        }
        table
    }

    /// Name of a speaker with the side, or of a side.
    pub(super) fn voice_name(&self, voice: &Voice) -> String {
        let side = self.side_name(voice.side);
        match voice.speaker.and_then(|id| self.sayings.speakers.get(id)) {
            Some(speaker) => {
                let unnamed = if speaker.kind == "anonymous" { " [unnamed]" } else { "" };
                match side {
                    Some(side) if side != speaker.name => format!("{}{unnamed} ({side})", speaker.name),
                    _ => format!("{}{unnamed}", speaker.name),
                }
            }
            None => side.unwrap_or_default().to_owned(),
        }
    }

    /// Speaker, role and side of a quote.
    pub(super) fn speaker_line(&self, index: usize) -> String {
        let (Some(quote), Some(saying)) = (self.collection.quotes.get(index), self.sayings.all.get(index))
        else {
            return String::new();
        };
        let speaker = saying.speaker.and_then(|id| self.sayings.speakers.get(id));
        let Some(speaker) = speaker else { return "unknown speaker".to_owned() };
        let role = quote.record.speaker.role.as_deref().or(speaker.role.as_deref());
        let unnamed = (speaker.kind == "anonymous").then_some("unnamed");
        let facts = [role, self.side_name(saying.side).filter(|side| *side != speaker.name), unnamed];
        let facts: Vec<&str> = facts.into_iter().flatten().collect();
        if facts.is_empty() {
            speaker.name.clone()
        } else {
            format!("{} ({})", speaker.name, facts.join(", "))
        }
    }

    /// When a quote was said, and how that is known.
    pub(super) fn said_line(&self, saying: &super::sayings::Saying) -> String {
        use super::dates::WhenBasis;
        let when = &saying.when;
        let day = match (when.from, when.to, when.weekday) {
            (Some(from), Some(to), _) if from != to => format!("{from} to {to}"),
            (Some(from), ..) => from.to_string(),
            (_, _, Some(weekday)) => format!("{weekday:?}, in an article without a date"),
            _ => "date unknown".to_owned(),
        };
        let words =
            || when.words.as_deref().map(|words| format!(" (“{words}”")).unwrap_or_else(|| " (".to_owned());
        let article = self.sayings.days.get(saying.article as usize);
        let basis = article.map_or("unknown", |it| it.basis.name());
        let dated = match article {
            Some(it) if it.day.is_some() => format!("article dated by {basis}"),
            Some(it) => it.stated.as_ref().map_or("article without a date".to_owned(), |stated| {
                format!("article of {stated}, year not stated")
            }),
            None => String::new(),
        };
        match when.basis {
            WhenBasis::Attribution => format!("{day}{} in the attribution; {dated})", words()),
            WhenBasis::QuoteBefore => format!("{day}{} beside the quote before; {dated})", words()),
            WhenBasis::Article => format!("{day} (the day of the article, from its {basis})"),
            WhenBasis::Unknown => format!("{day} ({dated})"),
        }
    }
}

fn empty(width: u16, color: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    if color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn lines(text: &mut String, table: &Table) {
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn rest(text: &mut String, count: usize, what: &str) {
    if let Some(more) = count.checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(text, "… and {more} more {what} in the JSON and CSV files");
    }
}

/// Text from a file, made safe for a terminal: control characters become spaces.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The same, line by line.
fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}
