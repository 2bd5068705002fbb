use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The day that a date, or a date with time and zone, states, in the zone in which it states it:
/// `2017-10-01T23:30:00-04:00`, `20171001`, `20171001123000`, `Oct. 1, 2017`, `1 October 2017`,
/// `Sun, 01 Oct 2017 12:00:00 GMT`. `None` where it is anything else.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    numeric(text).or_else(|| named(text))
}

/// `2017-10-01…`, `2017/10/01…`, `20171001`, `20171001123000`.
fn numeric(text: &str) -> Option<Date> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (year, month, day) = match digits {
        8 | 14 => (text.get(..4)?, text.get(4..6)?, text.get(6..8)?),
        4 => {
            let separator = text.get(4..5).filter(|separator| matches!(*separator, "-" | "/" | "."))?;
            let mut parts = text.splitn(3, separator);
            let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            (year, month, rest.get(..length)?)
        }
        _ => return None,
    };
    date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `October 1, 2017`, `1 Oct. 2017`, with a weekday before and a time after.
fn named(text: &str) -> Option<Date> {
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/'))
        .filter(|word| !word.is_empty() && !is_name(word, &WEEKDAYS));
    let (first, second, year) = (words.next()?, words.next()?, words.next()?);
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, second),
        (None, Some(month)) => (month, first),
        _ => return None,
    };
    let day = ["st", "nd", "rd", "th"].iter().find_map(|suffix| day.strip_suffix(suffix)).unwrap_or(day);
    if year.len() != 4 {
        return None;
    }
    date(year.parse().ok()?, month, day.parse().ok()?)
}

fn month(word: &str) -> Option<i8> {
    let place = MONTHS.iter().position(|name| is_name(word, &[name]))?;
    i8::try_from(place + 1).ok()
}

/// Whether `word` is one of `names` or its first three letters or more.
fn is_name(word: &str, names: &[&str]) -> bool {
    let word = word.to_lowercase();
    word.len() >= 3 && names.iter().any(|name| name.starts_with(&word))
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        let day = |year, month, day| Some(Date::new(year, month, day).unwrap());
        for (text, expected) in [
            ("2017-10-01", day(2017, 10, 1)),
            (" 2017-10-01T23:30:00-04:00", day(2017, 10, 1)),
            ("2017-10-01 08:00:00", day(2017, 10, 1)),
            ("2017/10/1", day(2017, 10, 1)),
            ("20171001", day(2017, 10, 1)),
            ("20171001123000", day(2017, 10, 1)),
            ("20171001T123000Z", day(2017, 10, 1)),
            ("Oct. 1, 2017", day(2017, 10, 1)),
            ("October 1, 2017", day(2017, 10, 1)),
            ("October 1st, 2017 at 3:45 p.m. EDT", day(2017, 10, 1)),
            ("1 October 2017", day(2017, 10, 1)),
            ("01-Oct-2017", day(2017, 10, 1)),
            ("Sept. 30, 2017", day(2017, 9, 30)),
            ("Sun, 01 Oct 2017 12:00:00 GMT", day(2017, 10, 1)),
            ("Sunday, May 6, 2018", day(2018, 5, 6)),
            ("MARCH 3, 2018", day(2018, 3, 3)),
            ("", None),
            ("yesterday", None),
            ("2017", None),
            ("2017-02-30", None),
            ("2017-13-01", None),
            ("10/01/2017", None),
            ("Ma 3, 2018", None),
            ("October 2017", None),
            ("1506816000", None),
            ("Oct 1, 17", None),
            ("٢٠١٧-١٠-٠١", None),
        ] {
            assert_eq!(parse_day(text), expected, "{text:?}");
        }
    }
}
