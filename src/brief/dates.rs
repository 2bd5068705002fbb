//! When something was said, and how that is known.

mod article;
mod expressions;
mod said;

use jiff::civil::{Date, Weekday};

pub(super) use article::ArticleDay;
pub(super) use said::said_when;

/// When something was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// First day that the words may have been said on; `None` where it is unknown.
    pub from: Option<Date>,
    /// Last such day.
    pub to: Option<Date>,
    /// The day of the week, where only that is known.
    pub weekday: Option<Weekday>,
    /// How it is known.
    pub basis: WhenBasis,
    /// The words of the attribution that say so.
    pub words: Option<String>,
}

/// How it is known when something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WhenBasis {
    /// The attribution says it.
    Attribution,
    /// The attribution of the same speaker's quote just before says it.
    QuoteBefore,
    /// Taken for the day of the article.
    Article,
    /// It is not.
    Unknown,
}

impl WhenBasis {
    /// The name in records.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Attribution => "attribution",
            Self::QuoteBefore => "quote-before",
            Self::Article => "article",
            Self::Unknown => "unknown",
        }
    }
}

impl When {
    /// The day of an article, for want of anything better.
    pub(super) const fn of_article(day: Option<Date>) -> Self {
        let basis = if day.is_some() { WhenBasis::Article } else { WhenBasis::Unknown };
        Self { from: day, to: day, weekday: None, basis, words: None }
    }

    /// Days between two sayings, 0 where they may be of one day. `None` where one has no date, unless both
    /// stand in one article, where weekdays may still tell.
    pub(super) fn days_apart(&self, other: &Self, same_article: bool) -> Option<i32> {
        if let (Some(from), Some(to), Some(other_from), Some(other_to)) =
            (self.from, self.to, other.from, other.to)
        {
            return Some(days_between(to, other_from).max(days_between(other_to, from)).max(0));
        }
        if !same_article {
            return None;
        }
        let (Some(one), Some(two)) = (self.weekday, other.weekday) else { return Some(0) };
        Some(i32::from(one.since(two).min(two.since(one))))
    }
}

/// Days from `earlier` to `later`; negative where they come the other way round.
pub(super) fn days_between(earlier: Date, later: Date) -> i32 {
    day_number(later) - day_number(earlier)
}

/// Days since 1 January 1970.
pub(super) fn day_number(day: Date) -> i32 {
    (day - Date::constant(1970, 1, 1)).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(from: &str, to: &str) -> When {
        let day = |text: &str| text.parse().ok();
        When { from: day(from), to: day(to), ..When::of_article(None) }
    }

    #[test]
    fn days_apart_count_from_the_nearest_ends() {
        let check = |one: &When, two: &When, same_article: bool, expected: Option<i32>| {
            assert_eq!(one.days_apart(two, same_article), expected, "{one:?} {two:?}");
            assert_eq!(two.days_apart(one, same_article), expected, "{two:?} {one:?}");
        };
        let sunday = when("2017-10-01", "2017-10-01");
        check(&sunday, &when("2017-09-30", "2017-09-30"), false, Some(1));
        check(&sunday, &when("2017-09-30", "2017-10-01"), false, Some(0));
        check(&sunday, &when("2017-09-23", "2017-09-24"), false, Some(7));
        check(&sunday, &when("", ""), false, None);
        check(&sunday, &when("", ""), true, Some(0));
        let weekday = |day| When { weekday: Some(day), ..When::of_article(None) };
        check(&weekday(Weekday::Sunday), &weekday(Weekday::Saturday), true, Some(1));
        check(&weekday(Weekday::Monday), &weekday(Weekday::Friday), true, Some(3));
        check(&weekday(Weekday::Monday), &weekday(Weekday::Friday), false, None);
    }

    #[test]
    fn days_are_numbered_from_1970() {
        let check =
            |day: &str, expected: i32| assert_eq!(day_number(day.parse().unwrap()), expected, "{day}");
        check("1970-01-01", 0);
        check("1970-03-01", 59);
        check("2017-10-01", 17440);
        check("1969-12-31", -1);
    }
}
