use jiff::civil::Date;

use super::expressions::month;
use crate::brief::words::{Word, words};

/// The day of an article, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::brief) struct ArticleDay {
    /// The day; `None` where it is unknown.
    pub day: Option<Date>,
    /// How it is known.
    pub basis: DayBasis,
    /// A dateline without a year, as written: "March 12".
    pub stated: Option<String>,
}

/// How the day of an article is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::brief) enum DayBasis {
    /// The input states it.
    Metadata,
    /// The text begins with it.
    Dateline,
    /// The web address has it.
    Address,
    /// The name of the file or record has it.
    Name,
    /// It is not.
    Unknown,
}

impl DayBasis {
    /// The name in records.
    pub(in crate::brief) const fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Dateline => "dateline",
            Self::Address => "address",
            Self::Name => "name",
            Self::Unknown => "unknown",
        }
    }
}

/// Paragraphs at the top of an article in which a dateline is looked for.
const TOP_PARAGRAPHS: usize = 6;
/// Bytes of a paragraph before the dash of a dateline, at the most.
const DATELINE_BYTES: usize = 90;
/// Years in which dates in names and addresses are believed.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

impl ArticleDay {
    /// From the stated day of publication, else a dateline in the text, else a date in the web address or
    /// in the article's name.
    pub(in crate::brief) fn find(
        published: Option<Date>,
        text: Option<&str>,
        url: Option<&str>,
        id: &str,
    ) -> Self {
        let known = |day, basis| Self { day: Some(day), basis, stated: None };
        if let Some(day) = published {
            return known(day, DayBasis::Metadata);
        }
        let line = text.and_then(dateline);
        if let Some(Dateline { day: Some(day), .. }) = line {
            return known(day, DayBasis::Dateline);
        }
        if let Some(day) = url.and_then(date_in_name) {
            return known(day, DayBasis::Address);
        }
        if let Some(day) = date_in_name(id) {
            return known(day, DayBasis::Name);
        }
        Self { day: None, basis: DayBasis::Unknown, stated: line.map(|line| line.stated) }
    }
}

struct Dateline {
    day: Option<Date>,
    stated: String,
}

/// "TASHKENT, June 18, 2025 —" at the top of a text: a place in capitals, a month and a day before a dash.
fn dateline(text: &str) -> Option<Dateline> {
    let paragraphs = text.lines().map(str::trim).filter(|line| !line.is_empty());
    paragraphs.take(TOP_PARAGRAPHS).find_map(|paragraph| {
        let mut end = paragraph.len().min(DATELINE_BYTES);
        while !paragraph.is_char_boundary(end) {
            end -= 1;
        }
        let top = paragraph.get(..end)?;
        let dash = top.find(['—', '–']).or_else(|| top.find(" - ")).or_else(|| top.find("--"))?;
        let words = words(top.get(..dash)?);
        let place = words.first()?.text;
        if place.chars().count() < 2 || place.chars().any(char::is_lowercase) {
            return None;
        }
        (1..words.len()).find_map(|at| month_and_day(&words, at)).map(|(stated, month, day, year)| Dateline {
            day: year.and_then(|year| Date::new(year, month, day).ok()),
            stated,
        })
    })
}

/// "June 18", "June 18, 2025" or "18 June 2025" beginning at word `at`.
fn month_and_day(words: &[Word<'_>], at: usize) -> Option<(String, i8, i8, Option<i16>)> {
    let (first, second) = (words.get(at)?.text, words.get(at + 1)?.text);
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, second),
        (None, Some(month)) => (month, first),
        _ => return None,
    };
    let day: i8 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year = words.get(at + 2).filter(|word| word.text.len() == 4);
    let year = year.and_then(|word| word.text.parse().ok()).filter(|year| YEARS.contains(year));
    Some((format!("{first} {second}"), month, day, year))
}

/// A date inside a file name or an address: `2017-10-01`, `2017/10/01`, `20171001`.
fn date_in_name(name: &str) -> Option<Date> {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = |from: usize, to: usize| name.get(from..to)?.parse::<i16>().ok();
        let found = match length {
            8 => (number(at, at + 4), number(at + 4, at + 6), number(at + 6, at + 8)),
            4 => {
                let separator = bytes.get(at + 4).filter(|byte| matches!(byte, b'-' | b'/' | b'_'));
                let ends = !bytes.get(at + 10).is_some_and(u8::is_ascii_digit);
                if separator.is_some() && separator == bytes.get(at + 7) && ends {
                    (number(at, at + 4), number(at + 5, at + 7), number(at + 8, at + 10))
                } else {
                    (None, None, None)
                }
            }
            _ => (None, None, None),
        };
        if let (Some(year), Some(month), Some(day)) = found
            && YEARS.contains(&year)
            && let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day))
            && let Ok(date) = Date::new(year, month, day)
        {
            return Some(date);
        }
        at += length.max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_source_of_the_day_wins() {
        let check = |published: &str, text: &str, url: &str, id: &str, day: &str, basis: &str| {
            let url = Some(url).filter(|url| !url.is_empty());
            let found = ArticleDay::find(published.parse().ok(), Some(text), url, id);
            let expected: Option<Date> = day.parse().ok();
            assert_eq!((found.day, found.basis.name()), (expected, basis), "{text} {url:?} {id}");
        };
        let line = "Headline here\n\nTASHKENT, June 18, 2025 — Both sides met.";
        check("2025-06-20", line, "", "a", "2025-06-20", "metadata");
        check("", line, "https://x.example/2025/06/19/a", "a", "2025-06-18", "dateline");
        check("", "MEXICO CITY, 3 May 2019 – It", "", "a", "2019-05-03", "dateline");
        check("", "It met - on June 18, 2025 - again", "", "a", "", "unknown");
        check("", "", "https://x.example/2025/06/19/a", "2001-01-01", "2025-06-19", "address");
        check("", "", "", "in/20171001-talks.txt", "2017-10-01", "name");
        check("", "", "", "in/2017-10-01.txt", "2017-10-01", "name");
        check("", "", "", "in/2017-13-01.txt", "", "unknown");
        check("", "", "", "000_1443721e28b61e23.txt", "", "unknown");
        check("", "", "", "é2017", "", "unknown");
    }

    #[test]
    fn a_dateline_without_a_year_is_kept_as_stated() {
        let found = ArticleDay::find(None, Some("TALLINN, Oct. 7 - The ministry"), None, "a.txt");
        assert_eq!(found.stated.as_deref(), Some("Oct 7"));
        assert_eq!(found.day, None);
    }
}
