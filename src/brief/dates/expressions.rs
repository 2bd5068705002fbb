use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

/// Words that tell a time as seen from the day of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// "on Sunday", "last Sunday".
    Weekday { day: Weekday, last: bool },
    /// "today", "yesterday", "three days ago".
    DaysAgo(i32),
    /// "over the weekend", "last weekend".
    Weekend { last: bool },
    /// "earlier this week".
    ThisWeek,
    /// "last week".
    LastWeek,
    /// "last month".
    LastMonth,
    /// "on Oct. 7", "on March 3, 2018".
    Calendar { month: i8, day: i8, year: Option<i16> },
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

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

/// The number of a month by its name or abbreviation, in any case.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let is_it = |name: &str| name == word || (name.starts_with(&word) && matches!(word.len(), 3 | 4));
    let place = MONTHS.iter().position(|name| is_it(name))?;
    i8::try_from(place + 1).ok()
}

/// A number in words or digits.
pub(super) fn number(word: &str) -> Option<i32> {
    const WORDS: [&str; 8] = ["a", "two", "three", "four", "five", "six", "seven", "eight"];
    let spelled =
        WORDS.iter().position(|known| *known == word).and_then(|place| i32::try_from(place + 1).ok());
    spelled
        .or_else(|| (word == "one").then_some(1))
        .or_else(|| word.parse().ok().filter(|n| (1..=90).contains(n)))
}

/// Days that a unit has: "days", "week".
pub(super) fn unit(word: &str) -> Option<i32> {
    match word {
        "day" | "days" => Some(1),
        "week" | "weeks" => Some(7),
        _ => None,
    }
}

/// The expression that begins at word `at` of a sentence in lower case, and how many words it takes.
pub(super) fn expression(words: &[&str], at: usize) -> Option<(Expression, usize)> {
    let word = |offset: usize| words.get(at + offset).copied().unwrap_or_default();
    let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).copied().unwrap_or_default();
    // What is still to come, or lasts, is not when somebody spoke.
    let not_past =
        matches!(before(1), "next" | "coming" | "until" | "till" | "by" | "since" | "before" | "through")
            || matches!((before(2), before(1)), ("since" | "next" | "until" | "before", _));
    if let Some((_, day)) = WEEKDAYS.iter().find(|(name, _)| *name == word(0)) {
        let last = before(1) == "last";
        return (!not_past).then_some((Expression::Weekday { day: *day, last }, 1));
    }
    match (word(0), word(1)) {
        ("today" | "tonight", _) | ("this", "morning" | "afternoon" | "evening") => {
            Some((Expression::DaysAgo(0), if word(0) == "this" { 2 } else { 1 }))
        }
        ("yesterday", _) => Some((Expression::DaysAgo(1), 1)),
        ("previous" | "last", "day" | "night") | ("day", "before" | "earlier") if before(1) != "a" => {
            Some((Expression::DaysAgo(1), 2))
        }
        ("last", "weekend") => Some((Expression::Weekend { last: true }, 2)),
        ("the" | "this", "weekend") if !not_past => Some((Expression::Weekend { last: false }, 2)),
        ("last", "week") => Some((Expression::LastWeek, 2)),
        ("this", "week") if matches!(before(1), "earlier" | "late" | "said" | "told") => {
            Some((Expression::ThisWeek, 2))
        }
        ("last", "month") => Some((Expression::LastMonth, 2)),
        _ => ago(words, at).or_else(|| calendar(words, at)),
    }
}

/// "three days ago", "a week earlier".
fn ago(words: &[&str], at: usize) -> Option<(Expression, usize)> {
    let count = number(words.get(at)?)?;
    let days = unit(words.get(at + 1)?)?;
    matches!(*words.get(at + 2)?, "ago" | "earlier" | "before")
        .then_some((Expression::DaysAgo(count * days), 3))
}

/// "on Oct. 7", "on 7 October 2018": only behind "on", so that a meeting known by its date is not taken
/// for the day somebody spoke of it.
fn calendar(words: &[&str], at: usize) -> Option<(Expression, usize)> {
    if *words.get(at)? != "on" {
        return None;
    }
    let (first, second) = (words.get(at + 1)?, words.get(at + 2)?);
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, second),
        (None, Some(month)) => (month, first),
        _ => return None,
    };
    let digits = day.trim_end_matches(|c: char| c.is_alphabetic());
    let day = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year = words.get(at + 3).filter(|word| word.len() == 4).and_then(|word| word.parse().ok());
    let year = year.filter(|year| (1900..=2100).contains(year));
    Some((Expression::Calendar { month, day, year }, if year.is_some() { 4 } else { 3 }))
}

impl Expression {
    /// First and last day meant, seen from the day of the article; `None` where that would have to be
    /// known and is not, or where no such day exists.
    pub(super) fn resolve(self, article: Option<Date>) -> Option<(Date, Date)> {
        let one = |day: Option<Date>| day.map(|day| (day, day));
        if let Self::Calendar { month, day, year: Some(year) } = self {
            return one(Date::new(year, month, day).ok());
        }
        let today = article?;
        let back = |days: i32| step(today, (-i64::from(days)).days());
        match self {
            Self::Weekday { day, last } => {
                let days = i32::from(today.weekday().since(day));
                one(back(if last && days == 0 { 7 } else { days }))
            }
            Self::DaysAgo(days) => one(back(days)),
            Self::Weekend { last } => {
                let since_saturday = i32::from(today.weekday().since(Weekday::Saturday));
                let saturday = if last && since_saturday < 2 { since_saturday + 7 } else { since_saturday };
                let first = back(saturday)?;
                let sunday = step(first, 1.days())?;
                Some((first, sunday.min(today)))
            }
            Self::ThisWeek => Some((back(i32::from(today.weekday().since(Weekday::Monday)))?, today)),
            Self::LastWeek => {
                let monday = i32::from(today.weekday().since(Weekday::Monday)) + 7;
                Some((back(monday)?, back(monday - 6)?))
            }
            Self::LastMonth => {
                let end = step(today.first_of_month(), (-1).days())?;
                Some((end.first_of_month(), end))
            }
            Self::Calendar { month, day, .. } => {
                let this_year = Date::new(today.year(), month, day).ok()?;
                if this_year <= today {
                    return one(Some(this_year));
                }
                one(Date::new(today.year() - 1, month, day).ok())
            }
        }
    }

    /// The day of the week that the words name.
    pub(super) const fn weekday(self) -> Option<Weekday> {
        match self {
            Self::Weekday { day, .. } => Some(day),
            _ => None,
        }
    }
}

/// A day moved by a span; `None` past the ends of the calendar.
pub(super) fn step(day: Date, by: Span) -> Option<Date> {
    day.checked_add(by).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_resolve_from_the_day_of_the_article() {
        // 2017-10-02 was a Monday.
        let check = |text: &str, from: &str, to: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let found = (0..words.len()).find_map(|at| expression(&words, at));
            let resolved = found.and_then(|(it, _)| it.resolve("2017-10-02".parse().ok()));
            let expected = from.parse().ok().zip(to.parse().ok());
            assert_eq!(resolved, expected, "{text}");
        };
        check("said on sunday", "2017-10-01", "2017-10-01");
        check("on monday", "2017-10-02", "2017-10-02");
        check("last monday", "2017-09-25", "2017-09-25");
        check("late tuesday", "2017-09-26", "2017-09-26");
        check("next sunday", "", "");
        check("until sunday", "", "");
        check("yesterday", "2017-10-01", "2017-10-01");
        check("this morning", "2017-10-02", "2017-10-02");
        check("two days ago", "2017-09-30", "2017-09-30");
        check("a week earlier", "2017-09-25", "2017-09-25");
        check("last weekend", "2017-09-30", "2017-10-01");
        check("over the weekend", "2017-09-30", "2017-10-01");
        check("last week", "2017-09-25", "2017-10-01");
        check("earlier this week", "2017-10-02", "2017-10-02");
        check("last month", "2017-09-01", "2017-09-30");
        check("on sept 7", "2017-09-07", "2017-09-07");
        check("on november 7", "2016-11-07", "2016-11-07");
        check("on 3 march 2018", "2018-03-03", "2018-03-03");
        check("the june 12 summit", "", "");
        check("on february 30 2018", "", "");
        check("in 25 years", "", "");
    }

    #[test]
    fn a_weekend_seen_from_itself() {
        let check = |last: bool, today: &str, from: &str, to: &str| {
            let found = Expression::Weekend { last }.resolve(today.parse().ok());
            assert_eq!(found, from.parse().ok().zip(to.parse().ok()), "{last} {today}");
        };
        check(false, "2017-10-01", "2017-09-30", "2017-10-01");
        check(false, "2017-09-30", "2017-09-30", "2017-09-30");
        check(true, "2017-10-01", "2017-09-23", "2017-09-24");
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        assert_eq!(Expression::DaysAgo(3).resolve(Some(Date::MIN)), None);
        assert_eq!(Expression::LastMonth.resolve(Some(Date::MIN)), None);
    }
}
