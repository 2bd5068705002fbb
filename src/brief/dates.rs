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
