//! The brief as one HTML page: no scripts, nothing loaded from elsewhere.

mod articles;
mod lanes;

use std::fmt::Display;
use std::io::{self, Write};

use super::dates::WhenBasis;
use super::export::CANDIDATE;
use super::mixed::{Candidate, Kind};
use super::report::{Brief, counted, shape};
use super::sayings::{Nearness, matter_names};
use super::voices::{FEWEST_ARTICLES, Voice};
use crate::types::Stance;

/// What is shown, at the most; the files beside the page hold all.
const CANDIDATES: usize = 25;
const SIDES: usize = 30;
const SPEAKERS: usize = 50;

/// Text between tags, or inside a double-quoted attribute: whatever it holds, it stays text.
pub(super) struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.0.to_string();
        for c in text.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => std::fmt::Write::write_char(f, c)?,
                c if c.is_control() => f.write_str("\u{fffd}")?,
                c => std::fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

impl Brief {
    /// Writes the brief as one HTML page that works offline and without scripts.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write_html(&self, mut out: impl Write) -> io::Result<()> {
        let out = &mut out;
        self.head(out)?;
        self.mixed_section(out)?;
        self.lanes_section(out)?;
        self.voices_section(out)?;
        self.articles_section(out)?;
        self.quality_section(out)?;
        self.help_section(out)?;
        let models: Vec<&str> = self.collection.models.iter().map(String::as_str).collect();
        let models = if models.is_empty() { "not stated".to_owned() } else { models.join(", ") };
        writeln!(
            out,
            "</main>\n<footer><p class=\"dim\">Made by demarche {} · model: {} · seed {} · window {} days · minimum \
             confidence {}</p></footer>\n</body>\n</html>",
            env!("CARGO_PKG_VERSION"),
            Text(models),
            self.options.seed,
            self.options.window_days,
            self.options.min_confidence
        )
    }

    fn head(&self, out: &mut impl Write) -> io::Result<()> {
        let title = match self.side_name(self.side) {
            Some(side) => format!("Brief: {side}"),
            None => "Brief: who says what".to_owned(),
        };
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#mixed\">Skip to the mixed messages</a>\n<header>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n",
            Text(&title),
            include_str!("style.css"),
            Text(&title),
            Text(self.verdict())
        )?;
        let mut limits = Vec::new();
        limits.extend(self.options.topic.as_ref().map(|topic| format!("topic “{topic}”")));
        limits.extend(self.options.since.map(|day| format!("since {day}")));
        limits.extend(self.options.until.map(|day| format!("until {day}")));
        if !limits.is_empty() {
            writeln!(out, "<p class=\"dim\">Only: {}.</p>", Text(limits.join(", ")))?;
        }
        writeln!(out, "</header>\n<nav aria-label=\"Sections\"><ul>")?;
        for (id, name) in [
            ("mixed", "Mixed messages"),
            ("lanes", "Quotes over time"),
            ("sides", "Sides"),
            ("speakers", "Speakers"),
            ("articles", "Articles"),
            ("quality", "Data quality"),
            ("help", "How to read this"),
        ] {
            writeln!(out, "<li><a href=\"#{id}\">{name}</a></li>")?;
        }
        writeln!(out, "</ul></nav>\n<main>")
    }

    fn mixed_section(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "<section aria-labelledby=\"mixed\">\n<h2 id=\"mixed\" tabindex=\"-1\">Mixed messages</h2>"
        )?;
        writeln!(out, "<p>{}</p>", Text(self.chance_sentence()))?;
        for (rank, candidate) in (1..).zip(self.mixed.iter().take(CANDIDATES)) {
            self.candidate_card(out, rank, candidate)?;
        }
        shown(out, self.mixed.len(), CANDIDATES, "candidates")?;
        writeln!(out, "</section>")
    }

    fn candidate_card(&self, out: &mut impl Write, rank: usize, candidate: &Candidate) -> io::Result<()> {
        writeln!(
            out,
            "<article class=\"pair\" id=\"m{rank}\">\n<h3>{rank}. {} {}</h3>\n<div class=\"two\">",
            Text(capitalised(CANDIDATE)),
            Text(self.headline(candidate))
        )?;
        self.quote_card(out, Stance::Hawkish, candidate.hawkish)?;
        self.quote_card(out, Stance::Diplomatic, candidate.diplomatic)?;
        writeln!(out, "</div>\n<p>{}</p>", Text(self.because(rank, candidate)))?;
        if !candidate.also.is_empty() {
            writeln!(
                out,
                "<details><summary>{} on the same matter</summary><ul>",
                counted(candidate.also.len(), "more quote")
            )?;
            for index in &candidate.also {
                let (Some(quote), Some(saying)) =
                    (self.collection.quotes.get(*index), self.sayings.all.get(*index))
                else {
                    continue;
                };
                writeln!(
                    out,
                    "<li><span class=\"tag {stance}\">{} {stance} {:.2}</span> “{}” – {}</li>",
                    shape(saying.stance),
                    saying.confidence,
                    Text(&quote.record.quote.text),
                    Text(self.speaker_line(*index)),
                    stance = saying.stance
                )?;
            }
            writeln!(out, "</ul></details>")?;
        }
        writeln!(out, "</article>")
    }

    fn quote_card(&self, out: &mut impl Write, stance: Stance, index: usize) -> io::Result<()> {
        let (Some(quote), Some(saying)) = (self.collection.quotes.get(index), self.sayings.all.get(index))
        else {
            return Ok(());
        };
        let [hawkish, diplomatic, neutral] = quote.stance;
        writeln!(
            out,
            "<figure class=\"q {stance}\"><span class=\"tag\">{} {stance} {:.2}</span>\n<blockquote>“{}”</blockquote>\n\
             <figcaption><strong>{}</strong><br>{}<br><span class=\"dim\">{}; characters {} to {}; hawkish {hawkish:.2}, \
             diplomatic {diplomatic:.2}, neutral {neutral:.2}; attribution {:.2}{}</span></figcaption></figure>",
            shape(stance),
            saying.confidence,
            Text(&quote.record.quote.text),
            Text(self.speaker_line(index)),
            Text(self.said_line(saying)),
            self.source(index),
            quote.record.quote.start,
            quote.record.quote.end,
            quote.record.speaker.confidence,
            match self.copies_of(index).len() {
                0 => String::new(),
                1 => "; printed once more".to_owned(),
                copies => format!("; printed {copies} more times"),
            }
        )
    }

    /// Outlet and title of the article that a quote stands in, as HTML; a link to it where it is on the page.
    fn source(&self, index: usize) -> String {
        let Some(saying) = self.sayings.all.get(index) else { return String::new() };
        let Some(article) = self.collection.articles.get(saying.article as usize) else {
            return String::new();
        };
        let facts = [article.outlet.as_deref(), article.title.as_deref()];
        let facts: Vec<&str> = facts.into_iter().flatten().collect();
        let name = if facts.is_empty() { article.id.clone() } else { facts.join(", ") };
        if self.shown_articles().contains(&saying.article) {
            format!("<a href=\"#a{}\">{}</a>", saying.article, Text(name))
        } else {
            Text(name).to_string()
        }
    }

    /// Why the two quotes are put side by side.
    fn because(&self, rank: usize, candidate: &Candidate) -> String {
        let mut parts = Vec::new();
        match candidate.days_apart {
            Some(0) => parts.push("the same day, or days that cannot be told apart".to_owned()),
            Some(days) => parts.push(format!("{} apart", counted(usize::try_from(days).unwrap_or(0), "day"))),
            None => parts.push("dates unknown".to_owned()),
        }
        let counterpart =
            self.side_name(candidate.counterpart).filter(|_| candidate.kind != Kind::BetweenSides);
        match (candidate.tie.nearness, counterpart) {
            (Some(Nearness::Article), Some(name)) => parts.push(format!("both articles are about {name}")),
            (Some(_), Some(name)) => parts.push(format!("both quotes or their paragraphs name {name}")),
            (Some(_), None) if candidate.kind == Kind::BetweenSides => {
                parts.push("each is about the other side".to_owned())
            }
            _ => {}
        }
        if candidate.tie.names_speaker {
            parts.push("one is said about the other’s speaker, or beside that name".to_owned());
        }
        let matters: Vec<&str> = matter_names(candidate.tie.matters).collect();
        if !matters.is_empty() {
            parts.push(format!("both are about {}", matters.join(" and ")));
        }
        let terms = self.terms_of(&candidate.tie);
        if !terms.is_empty() {
            parts.push(format!("shared words: {}", terms.join(", ")));
        }
        format!(
            "Put side by side because: {}. Strength {:.2}; as strong a pair in this dispute in {:.0}% of shuffles.",
            parts.join("; "),
            candidate.strength,
            100.0 * self.chance_of(rank)
        )
    }

    fn voices_section(&self, out: &mut impl Write) -> io::Result<()> {
        for (id, title, voices, most) in
            [("sides", "Sides", &self.sides, SIDES), ("speakers", "Speakers", &self.speakers, SPEAKERS)]
        {
            writeln!(out, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>")?;
            if voices.is_empty() {
                writeln!(out, "<p>None is known.</p></section>")?;
                continue;
            }
            writeln!(
                out,
                "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table>\n<caption>{title} by number of quotes, copies \
                 counted once. Score: mean of P(hawkish) − P(diplomatic), −1 to +1, with a 95% interval by articles \
                 (given from {FEWEST_ARTICLES} articles on).</caption>\n<thead><tr><th scope=\"col\">Name</th>"
            )?;
            if id == "speakers" {
                writeln!(out, "<th scope=\"col\">Role and side</th>")?;
            }
            for column in [
                "Quotes",
                "Articles",
                "▲ hawkish",
                "● diplomatic",
                "◆ neutral",
                "Score",
                "95% interval",
                "Change in 30 days",
            ] {
                writeln!(out, "<th scope=\"col\" class=\"n\">{column}</th>")?;
            }
            writeln!(out, "<th scope=\"col\">Over time</th></tr></thead>\n<tbody>")?;
            for voice in voices.iter().take(most) {
                self.voice_row(out, voice)?;
            }
            writeln!(out, "</tbody></table></div>")?;
            shown(out, voices.len(), most, id)?;
            writeln!(out, "</section>")?;
        }
        Ok(())
    }

    fn voice_row(&self, out: &mut impl Write, voice: &Voice) -> io::Result<()> {
        let speaker = voice.speaker.and_then(|id| self.sayings.speakers.get(id));
        let side = self.side_name(voice.side);
        let name = speaker.map(|it| it.name.as_str()).or(side).unwrap_or_default();
        write!(out, "<tr><th scope=\"row\">{}</th>", Text(name))?;
        if let Some(speaker) = speaker {
            let unnamed = (speaker.kind == "anonymous").then_some("unnamed official or source");
            let facts = [unnamed, speaker.role.as_deref(), side];
            write!(out, "<td>{}</td>", Text(facts.into_iter().flatten().collect::<Vec<_>>().join(", ")))?;
        }
        let [hawkish, diplomatic, neutral] = voice.stances;
        for count in [voice.quotes, voice.articles, hawkish, diplomatic, neutral] {
            write!(out, "<td class=\"n\">{count}</td>")?;
        }
        let interval = |it: super::voices::Interval| format!("{:+.2} to {:+.2}", it.low, it.high);
        let trend = voice
            .trend
            .map_or("–".to_owned(), |it| format!("{:+.2} ({})", it.per_30_days, interval(it.interval)));
        write!(
            out,
            "<td class=\"n\">{:+.2}</td><td class=\"n\">{}</td><td class=\"n\">{trend}</td><td>",
            voice.mean,
            voice.interval.map_or("–".to_owned(), interval)
        )?;
        lanes::spark(out, voice, self.periods)?;
        writeln!(out, "</td></tr>")
    }

    fn quality_section(&self, out: &mut impl Write) -> io::Result<()> {
        let quality = self.quality();
        let by = |basis: WhenBasis| {
            let chosen = self.chosen.iter().filter_map(|index| self.sayings.all.get(*index));
            chosen.filter(|it| it.when.basis == basis).count()
        };
        let copies: usize = self.copies.values().map(Vec::len).sum();
        writeln!(
            out,
            "<section aria-labelledby=\"quality\">\n<h2 id=\"quality\">Data quality</h2>\n<div class=\"wide\" tabindex=\"0\" \
             role=\"region\" aria-label=\"Data quality\"><table>\n<caption>What this brief could not know.</caption>\n<tbody>"
        )?;
        for (what, count) in [
            ("Articles read", self.collection.articles.len()),
            ("Articles whose day is not known", quality.articles_without_day),
            ("Articles without their text (scored without --with-text)", quality.articles_without_text),
            ("Quotes read", self.collection.quotes.len()),
            ("Copies of other quotes, counted once", copies),
            ("Quotes dated by their attribution", by(WhenBasis::Attribution) + by(WhenBasis::QuoteBefore)),
            ("Quotes that take the day of their article", quality.quotes_dated_by_article),
            ("Quotes without a date", quality.quotes_without_date),
            ("Quotes whose speaker is not known", quality.quotes_without_speaker),
            ("Quotes whose side is not known", quality.quotes_without_side),
            ("Quotes below the minimum confidence", quality.quotes_below_confidence),
            ("Rejected inputs", usize::try_from(quality.rejected_inputs).unwrap_or(usize::MAX)),
        ] {
            writeln!(out, "<tr><th scope=\"row\">{what}</th><td class=\"n\">{count}</td></tr>")?;
        }
        writeln!(out, "</tbody></table></div>")?;
        if !quality.rejected.is_empty() {
            writeln!(out, "<details><summary>Rejected inputs</summary><ul>")?;
            for complaint in quality.rejected {
                writeln!(out, "<li>{}</li>", Text(complaint))?;
            }
            writeln!(out, "</ul></details>")?;
        }
        self.undated_articles(out)?;
        writeln!(out, "</section>")
    }

    fn undated_articles(&self, out: &mut impl Write) -> io::Result<()> {
        let undated =
            self.collection.articles.iter().zip(&self.sayings.days).filter(|(_, day)| day.day.is_none());
        let mut undated = undated.take(CANDIDATES).peekable();
        if undated.peek().is_none() {
            return Ok(());
        }
        writeln!(out, "<details><summary>Articles whose day is not known</summary><ul>")?;
        for (article, day) in undated {
            let stated = day.stated.as_ref().map(|stated| format!(" (dateline {stated}, without a year)"));
            writeln!(out, "<li>{}{}</li>", Text(&article.id), Text(stated.unwrap_or_default()))?;
        }
        writeln!(out, "</ul></details>")
    }

    fn help_section(&self, out: &mut impl Write) -> io::Result<()> {
        let options = &self.options;
        writeln!(
            out,
            "<section aria-labelledby=\"help\">\n<h2 id=\"help\">How to read this</h2>\n\
             <p><strong>Stance.</strong> <span class=\"tag hawkish\">▲ hawkish</span>: threatens or justifies pressure or force, refuses \
             talks, hardens the line. <span class=\"tag diplomatic\">● diplomatic</span>: seeks or defends talks, compromise, restraint. \
             <span class=\"tag neutral\">◆ neutral</span>: neither. A model gave each quote three probabilities; the score is \
             P(hawkish) − P(diplomatic). Models err: read the quotes.</p>\n\
             <p><strong>A mixed-message candidate</strong> is one hawkish and one diplomatic quote, both in quotation marks and with a \
             probability of at least {}, at most {} days apart: by two voices of one side about the same other side or matter, by one \
             voice at two times (a reversal), or by two sides about each other and one matter. It is a pair to read side by side, not a \
             finding about a person: people answer different questions, are quoted in part, and may have agreed on two tones. \
             Candidates of one dispute and time are shown once, by their strongest pair.</p>\n\
             <p><strong>Strength</strong>, 0 to 1: the probabilities of both labels and both attributions, times how closely the quotes are \
             tied (one names the other’s speaker 1, shared matter 0.8 to 0.9, the counterpart alone 0.7), times closeness in time (1 on one \
             day, about ½ at the end of the window), times 1 within a side, 0.8 for a reversal, 0.6 between sides.</p>\n\
             <p><strong>Chance.</strong> Speakers, dates and articles were shuffled among the quotes of each side, {} times, and candidates \
             counted again. A small p says that who spoke when matters; it says nothing of any one pair.</p>\n\
             <p><strong>Dates.</strong> The day of an article comes from its metadata, its dateline, its address or its name. “On Sunday”, \
             “a day after” or “last weekend” beside the attribution are counted back from it; how each date is known stands with the \
             quote. Quotes without a date are only compared within their article.</p>\n\
             <p><strong>Copies.</strong> The same words by the same speaker within two weeks count once, however many outlets print them, and \
             so does a part of a quote that the same article repeats.</p>\n</section>",
            options.min_confidence, options.window_days, self.chance.shuffles
        )
    }
}

/// Says how much of a list is shown, where it is not all.
fn shown(out: &mut impl Write, count: usize, most: usize, what: &str) -> io::Result<()> {
    if count <= most {
        return Ok(());
    }
    writeln!(
        out,
        "<p class=\"dim\">{most} of {count} {what} are shown here; the JSON and CSV files have all.</p>"
    )
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
