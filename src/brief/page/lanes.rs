//! Quotes over time as static SVG.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::Date;

use super::super::dates::days_between;
use super::super::report::{Brief, counted, shape};
use super::super::voices::{Periods, Voice};
use super::Text;
use crate::types::Stance;

/// Speakers with a lane, and marks in all lanes, at the most.
const LANES: usize = 12;
const MARKS: usize = 1500;
/// Pixels.
const WIDTH: f64 = 960.0;
const LEFT: f64 = 190.0;
const LANE: f64 = 64.0;
const TOP: f64 = 34.0;

impl Brief {
    pub(super) fn lanes_section(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "<section aria-labelledby=\"lanes\">\n<h2 id=\"lanes\">Quotes over time</h2>")?;
        let voices: Vec<&Voice> = self.speakers.iter().take(LANES).collect();
        if voices.is_empty() {
            return writeln!(out, "<p>No speaker is known.</p>\n</section>");
        }
        writeln!(
            out,
            "<p>One lane for each of the most quoted speakers. Hawkish quotes stand above the line, diplomatic ones below, the higher the \
             surer; neutral ones on it. Larger marks are surer. Marks with a ring belong to a mixed-message candidate and lead to it. Quotes \
             without a date stand at the right. The same figures are in the table of speakers.</p>"
        )?;
        self.lanes(out, &voices)?;
        writeln!(out, "</section>")
    }

    fn lanes(&self, out: &mut impl Write, voices: &[&Voice]) -> io::Result<()> {
        let height = TOP + LANE * voices.len() as f64 + 10.0;
        let in_pair = self.in_pair();
        let any_undated = self
            .chosen
            .iter()
            .any(|index| self.sayings.all.get(*index).is_some_and(|it| it.when.from.is_none()));
        let scale = Scale::new(self.periods, any_undated);
        writeln!(
            out,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Quotes by speaker over time\"><svg width=\"{WIDTH}\" \
             height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"lt ld\">\n<title id=\"lt\">Quotes by \
             speaker over time</title>\n<desc id=\"ld\">{}</desc>",
            Text(self.described(voices))
        )?;
        for (x, label) in scale.ticks() {
            writeln!(
                out,
                "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.0}\" y2=\"{height:.0}\"/><text class=\"dim\" x=\"{x:.1}\" y=\"16\" \
                 text-anchor=\"middle\">{}</text>",
                TOP - 12.0,
                Text(label)
            )?;
        }
        let mut said: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for index in &self.chosen {
            if let Some(speaker) = self.sayings.all.get(*index).and_then(|it| it.speaker) {
                said.entry(speaker).or_default().push(*index);
            }
        }
        for (lane, voice) in voices.iter().enumerate() {
            let middle = TOP + LANE * (lane as f64 + 0.5);
            let name = shortened(&self.voice_name(voice), 26);
            writeln!(
                out,
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/><text x=\"4\" y=\"{:.1}\">{}</text>",
                middle + 4.0,
                Text(name)
            )?;
            let indices = voice.speaker.and_then(|id| said.get(&id)).map_or(&[][..], Vec::as_slice);
            let mut chosen: Vec<usize> = indices.to_vec();
            // Those of a candidate first, then the surest.
            chosen.sort_by(|one, two| {
                let sure = |index: usize| self.sayings.all.get(index).map_or(0.0, |it| it.confidence);
                in_pair
                    .contains_key(two)
                    .cmp(&in_pair.contains_key(one))
                    .then(sure(*two).total_cmp(&sure(*one)))
                    .then(one.cmp(two))
            });
            chosen.truncate(MARKS / voices.len().max(1));
            chosen.sort_unstable();
            let mut undated = 0;
            for index in chosen {
                self.mark(out, index, middle, &scale, &mut undated, in_pair.get(&index).copied())?;
            }
        }
        writeln!(out, "</svg></div>")?;
        super::shown(out, self.speakers.len(), LANES, "speakers")
    }

    /// One quote.
    fn mark(
        &self,
        out: &mut impl Write,
        index: usize,
        middle: f64,
        scale: &Scale,
        undated: &mut usize,
        rank: Option<usize>,
    ) -> io::Result<()> {
        let (Some(quote), Some(saying)) = (self.collection.quotes.get(index), self.sayings.all.get(index))
        else {
            return Ok(());
        };
        let x = match saying.when.from {
            Some(day) => scale.x(day),
            None => {
                *undated += 1;
                scale.undated(*undated - 1)
            }
        };
        let size = 3.0 + 4.0 * saying.confidence;
        let away = 6.0 + 18.0 * saying.confidence;
        let (y, path) = match saying.stance {
            Stance::Hawkish => {
                let y = middle - away;
                (y, format!("M{x:.1} {:.1}l{size:.1} {:.1}h-{:.1}z", y - size, 1.8 * size, 2.0 * size))
            }
            Stance::Diplomatic => {
                let y = middle + away;
                (
                    y,
                    format!(
                        "M{:.1} {y:.1}a{size:.1} {size:.1} 0 1 0 {:.1} 0a{size:.1} {size:.1} 0 1 0 -{:.1} 0z",
                        x - size,
                        2.0 * size,
                        2.0 * size
                    ),
                )
            }
            Stance::Neutral => (
                middle,
                format!(
                    "M{x:.1} {:.1}l{size:.1} {size:.1}l-{size:.1} {size:.1}l-{size:.1} -{size:.1}z",
                    middle - size
                ),
            ),
        };
        let title = format!(
            "{} {} {:.2}, {}, {}: {}",
            shape(saying.stance),
            saying.stance,
            saying.confidence,
            self.speaker_line(index),
            saying.when.from.map_or("undated".to_owned(), |day| day.to_string()),
            shortened(&quote.record.quote.text, 140)
        );
        if let Some(rank) = rank {
            write!(out, "<a href=\"#m{rank}\" aria-label=\"Candidate {rank}: {}\">", Text(&title))?;
        }
        write!(out, "<path class=\"{}\" d=\"{path}\"><title>{}</title></path>", saying.stance, Text(&title))?;
        if rank.is_some() {
            write!(out, "<circle class=\"ring\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"/></a>", size + 3.5)?;
        }
        writeln!(out)
    }

    /// The quotes that a shown candidate is made of, and its rank.
    pub(super) fn in_pair(&self) -> BTreeMap<usize, usize> {
        let mut ranks = BTreeMap::new();
        for (rank, candidate) in (1..).zip(self.mixed.iter().take(super::CANDIDATES)) {
            ranks.entry(candidate.hawkish).or_insert(rank);
            ranks.entry(candidate.diplomatic).or_insert(rank);
        }
        ranks
    }

    fn described(&self, voices: &[&Voice]) -> String {
        let each: Vec<String> = voices
            .iter()
            .map(|voice| {
                let [hawkish, diplomatic, neutral] = voice.stances;
                format!(
                    "{}: {hawkish} hawkish, {diplomatic} diplomatic, {neutral} neutral",
                    self.voice_name(voice)
                )
            })
            .collect();
        format!("{}.", each.join("; "))
    }
}

/// From days to pixels.
struct Scale {
    range: Option<(Date, Date)>,
    right: f64,
}

impl Scale {
    fn new(periods: Option<Periods>, any_undated: bool) -> Self {
        let right = if any_undated { WIDTH - 150.0 } else { WIDTH - 30.0 };
        let right = if periods.is_none() { LEFT + 20.0 } else { right };
        Self { range: periods.map(|it| (it.first, it.last)), right }
    }

    fn x(&self, day: Date) -> f64 {
        let Some((first, last)) = self.range else { return LEFT };
        let span = f64::from(days_between(first, last)).max(1.0);
        LEFT + 24.0 + (self.right - LEFT - 24.0) * f64::from(days_between(first, day)) / span
    }

    /// Where a quote without a date stands: one beside the other, and over again where the room ends.
    fn undated(&self, place: usize) -> f64 {
        let room = ((WIDTH - self.right - 40.0) / 16.0).max(1.0) as usize;
        self.right + 32.0 + 16.0 * (place % room) as f64
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks = Vec::new();
        if let Some((first, last)) = self.range {
            use jiff::ToSpan as _;
            let days = days_between(first, last);
            let steps = days.clamp(0, 4);
            for step in 0..=steps {
                let day = first.checked_add(i64::from(days * step / steps.max(1)).days()).unwrap_or(first);
                ticks.push((self.x(day), day.to_string()));
            }
        }
        if self.right < WIDTH - 40.0 {
            ticks.push(((self.right + WIDTH) / 2.0 + 8.0, "undated".to_owned()));
        }
        ticks
    }
}

/// A voice's mean by period, in the width of a few words.
pub(super) fn spark(out: &mut impl Write, voice: &Voice, periods: Option<Periods>) -> io::Result<()> {
    let Some(periods) = periods.filter(|_| voice.periods.len() > 1) else { return write!(out, "–") };
    let step = 110.0 / periods.count().max(1) as f64;
    let described: Vec<String> = voice
        .periods
        .iter()
        .map(|it| format!("from {} {:+.2} ({})", it.from, it.mean, counted(it.quotes, "quote")))
        .collect();
    write!(
        out,
        "<svg width=\"120\" height=\"34\" viewBox=\"0 0 120 34\" role=\"img\"><title>Mean score over time: {}</title>\
         <line class=\"axis\" x1=\"0\" x2=\"120\" y1=\"17\" y2=\"17\"/>",
        Text(described.join("; "))
    )?;
    for period in &voice.periods {
        let x = 5.0 + step * (period.place as f64 + 0.5);
        let y = 17.0 - 14.0 * period.mean;
        let class = if period.mean > 0.0 { "hawkish" } else { "diplomatic" };
        write!(
            out,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            x - step * 0.4,
            y.min(17.0),
            step * 0.8,
            (17.0 - y).abs().max(1.0)
        )?;
    }
    write!(out, "</svg>")
}

/// The beginning of a text, with an ellipsis where it goes on.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
