//! Who held which office when.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

/// Heads of state and government, ministers and envoys with their terms.
///
/// A CSV table with the columns `name,aliases,role,side,from,to`; lines that begin with `#` are comments.
/// `aliases` are separated by semicolons; `from` and `to` are days, `YYYY-MM-DD`, and may be empty for an
/// open end.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    terms: Vec<Term>,
    by_name: FxHashMap<String, Vec<usize>>,
    by_surname: FxHashMap<String, Vec<usize>>,
    by_side: FxHashMap<String, Vec<usize>>,
}

/// A roster row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The header row lacks a column.
    #[error(
        "{path}:{line}: column '{column}' is missing; the first row must be name,aliases,role,side,from,to"
    )]
    MissingColumn {
        /// Path of the table as given.
        path: String,
        /// Line of the header, from 1.
        line: u64,
        /// The missing column.
        column: &'static str,
    },
    /// A row is not valid CSV or has too few cells.
    #[error("{path}:{line}: {reason}; every row needs six cells: name,aliases,role,side,from,to")]
    Row {
        /// Path of the table as given.
        path: String,
        /// Line of the row, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A required cell is empty.
    #[error("{path}:{line}: '{column}' is empty; fill it in or leave the row out")]
    EmptyCell {
        /// Path of the table as given.
        path: String,
        /// Line of the row, from 1.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A date is not `YYYY-MM-DD`.
    #[error(
        "{path}:{line}: '{found}' in column '{column}' is no date; write it as YYYY-MM-DD or leave it empty"
    )]
    Date {
        /// Path of the table as given.
        path: String,
        /// Line of the row, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A term ends before it begins.
    #[error("{path}:{line}: the term ends on {to}, before it begins on {from}; swap 'from' and 'to'")]
    Order {
        /// Path of the table as given.
        path: String,
        /// Line of the row, from 1.
        line: u64,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
}

/// One person's time in one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) side: String,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
}

/// What the roster knows of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known<'r> {
    pub(super) name: &'r str,
    /// The office held on the article's date; `None` where it is not certain.
    pub(super) role: Option<&'r str>,
    /// The side spoken for: that of the office held on the article's date, else of every office of the
    /// person, where one of them lies within [`MEMORY_YEARS`] of the date.
    pub(super) side: Option<&'r str>,
}

/// Years before and after a term in which a name alone still calls its holder to mind. Beyond them a
/// namesake is as likely.
const MEMORY_YEARS: i16 = 15;

const COLUMNS: [&str; 6] = ["name", "aliases", "role", "side", "from", "to"];

impl Roster {
    /// The roster that ships with the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self::from_csv(include_str!("data/roster.csv"), "built-in roster").unwrap_or_default()
    }

    /// Reads a roster from CSV; `path` is only used in messages.
    ///
    /// # Errors
    ///
    /// The first row that cannot be read, with its line and what to do about it.
    pub fn from_csv(text: &str, path: &str) -> Result<Self, RosterError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let path = path.to_owned();
        let headers = reader
            .headers()
            .map_err(|error| RosterError::Row { path: path.clone(), line: 1, reason: error.to_string() })?
            .clone();
        let header_line = headers.position().map_or(1, csv::Position::line);
        let mut columns = [0; COLUMNS.len()];
        for (slot, column) in columns.iter_mut().zip(COLUMNS) {
            *slot = headers.iter().position(|name| name == column).ok_or_else(|| {
                RosterError::MissingColumn { path: path.clone(), line: header_line, column }
            })?;
        }
        let mut roster = Self::default();
        for record in reader.records() {
            let record = record.map_err(|error| RosterError::Row {
                path: path.clone(),
                line: error.position().map_or(0, csv::Position::line),
                reason: error.to_string(),
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            roster.add(&Row { path: &path, line, columns: &columns, record: &record })?;
        }
        Ok(roster)
    }

    fn add(&mut self, row: &Row<'_>) -> Result<(), RosterError> {
        let aliases = row.cell(1)?;
        let term = Term {
            name: row.required(0)?.to_owned(),
            role: row.required(2)?.to_owned(),
            side: row.required(3)?.to_owned(),
            from: row.date(4)?,
            to: row.date(5)?,
        };
        if let (Some(from), Some(to)) = (term.from, term.to)
            && to < from
        {
            return Err(RosterError::Order { path: row.path.to_owned(), line: row.line, from, to });
        }
        let index = self.terms.len();
        for name in std::iter::once(term.name.as_str()).chain(aliases.split(';')).map(str::trim) {
            let key = name_key(name);
            if let Some(surname) = key.rsplit(' ').next().filter(|surname| !surname.is_empty()) {
                push_once(self.by_surname.entry(surname.to_owned()).or_default(), index);
                let whole = name.split_whitespace().next_back().map(name_key);
                if let Some(hyphenated) = whole.filter(|whole| whole != surname) {
                    push_once(self.by_surname.entry(hyphenated).or_default(), index);
                }
                if is_family_name_first(&term.side)
                    && let Some(first) = key.split(' ').next()
                {
                    push_once(self.by_surname.entry(first.to_owned()).or_default(), index);
                }
                push_once(self.by_name.entry(key).or_default(), index);
            }
        }
        push_once(self.by_side.entry(term.side.clone()).or_default(), index);
        self.terms.push(term);
        Ok(())
    }

    /// The person of this full name, or alias, on `date`.
    pub(super) fn by_name(&self, name: &str, date: Option<Date>) -> Option<Known<'_>> {
        self.known(self.by_name.get(&name_key(name))?, |_| true, date)
    }

    /// The person of this surname whose office has `title` in its name ("president" + "Moon").
    pub(super) fn by_title(&self, title: &str, surname: &str, date: Option<Date>) -> Option<Known<'_>> {
        let rows = self.by_surname.get(&name_key(surname))?;
        let title = title.to_lowercase();
        let holds = |term: &Term| {
            let role = term.role.to_lowercase();
            role.contains(&title) || title.contains(&role)
        };
        let current: Vec<usize> =
            rows.iter().copied().filter(|&row| self.terms.get(row).is_some_and(&holds)).collect();
        let current = if date.is_some() {
            current.into_iter().filter(|&row| self.in_office(row, date)).collect()
        } else {
            current
        };
        self.known(&current, holds, date)
    }

    /// The only person of this surname in office on `date`.
    pub(super) fn by_surname(&self, surname: &str, date: Date) -> Option<Known<'_>> {
        let rows = self.by_surname.get(&name_key(surname))?;
        let current: Vec<usize> =
            rows.iter().copied().filter(|&row| self.in_office(row, Some(date))).collect();
        self.known(&current, |_| true, Some(date))
    }

    /// Who holds the office `role` for `side` on `date`.
    pub(super) fn by_office(&self, role: &str, side: &str, date: Date) -> Option<Known<'_>> {
        let holds = |row: usize| self.terms.get(row).is_some_and(|term| term.role.eq_ignore_ascii_case(role));
        let rows: Vec<usize> = self
            .by_side
            .get(side)?
            .iter()
            .copied()
            .filter(|&row| holds(row) && self.in_office(row, Some(date)))
            .collect();
        self.known(&rows, |_| true, Some(date))
    }

    fn in_office(&self, row: usize, date: Option<Date>) -> bool {
        let (Some(term), Some(date)) = (self.terms.get(row), date) else { return false };
        term.from.is_none_or(|from| from <= date) && term.to.is_none_or(|to| date <= to)
    }

    /// Whether the term of `row` lies within [`MEMORY_YEARS`] of `date`.
    fn in_memory(&self, row: usize, date: Date) -> bool {
        let Some(term) = self.terms.get(row) else { return false };
        term.from.is_none_or(|from| from.year().saturating_sub(MEMORY_YEARS) <= date.year())
            && term.to.is_none_or(|to| date.year() <= to.year().saturating_add(MEMORY_YEARS))
    }

    /// What `rows` say, if they are all about one person. On a date, the offices held that day speak for
    /// the name; where none was held, all those within [`MEMORY_YEARS`].
    fn known(&self, rows: &[usize], holds: impl Fn(&Term) -> bool, date: Option<Date>) -> Option<Known<'_>> {
        let held: Vec<usize> = rows.iter().copied().filter(|&row| self.in_office(row, date)).collect();
        let in_office = !held.is_empty();
        let meant: Vec<&Term> = match date {
            _ if in_office => held.iter().filter_map(|&row| self.terms.get(row)).collect(),
            Some(date) => rows
                .iter()
                .filter(|&&row| self.in_memory(row, date))
                .filter_map(|&row| self.terms.get(row))
                .collect(),
            None => rows.iter().filter_map(|&row| self.terms.get(row)).collect(),
        };
        let first = meant.first()?;
        if meant.iter().any(|term| term.name != first.name) {
            return None;
        }
        let side = meant.iter().all(|term| term.side == first.side).then_some(first.side.as_str());
        let role = if in_office {
            meant.iter().find(|term| holds(term)).map(|term| term.role.as_str())
        } else {
            (date.is_none() && meant.iter().all(|term| term.role == first.role))
                .then_some(first.role.as_str())
        };
        Some(Known { name: &first.name, role, side })
    }
}

struct Row<'a> {
    path: &'a str,
    line: u64,
    columns: &'a [usize; COLUMNS.len()],
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn column(index: usize) -> &'static str {
        COLUMNS.get(index).copied().unwrap_or_default()
    }

    fn cell(&self, index: usize) -> Result<&str, RosterError> {
        let at = self.columns.get(index).copied().unwrap_or(usize::MAX);
        self.record.get(at).ok_or_else(|| RosterError::Row {
            path: self.path.to_owned(),
            line: self.line,
            reason: format!("the row has only {} cells", self.record.len()),
        })
    }

    fn required(&self, index: usize) -> Result<&str, RosterError> {
        let cell = self.cell(index)?;
        if cell.is_empty() {
            return Err(RosterError::EmptyCell {
                path: self.path.to_owned(),
                line: self.line,
                column: Self::column(index),
            });
        }
        Ok(cell)
    }

    fn date(&self, index: usize) -> Result<Option<Date>, RosterError> {
        let cell = self.cell(index)?;
        if cell.is_empty() {
            return Ok(None);
        }
        cell.parse().map(Some).map_err(|_| RosterError::Date {
            path: self.path.to_owned(),
            line: self.line,
            column: Self::column(index),
            found: cell.to_owned(),
        })
    }
}

fn push_once(rows: &mut Vec<usize>, row: usize) {
    if rows.last() != Some(&row) {
        rows.push(row);
    }
}

/// A name without case, full stops, hyphens, curly apostrophes and middle initials.
pub(super) fn name_key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '’' => plain.push('\''),
            '-' | '.' => plain.push(' '),
            _ if c.is_ascii() => plain.push(c.to_ascii_lowercase()),
            // with its surroundings, which decide how some letters are lowered
            _ => return key_of(&name.to_lowercase().replace('’', "'").replace(['-', '.'], " ")),
        }
    }
    if is_key(&plain) { plain } else { key_of(&plain) }
}

/// Whether a name of ASCII without case and signs is a key already: one word or two, as most are.
fn is_key(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    !plain.starts_with(' ')
        && !plain.ends_with(' ')
        && bytes.iter().filter(|&&byte| byte == b' ').count() <= 1
        && bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// The words of a name without case and signs, middle initials left out.
fn key_of(plain: &str) -> String {
    let mut words = plain.split_whitespace().peekable();
    let mut key = String::with_capacity(plain.len());
    while let Some(word) = words.next() {
        let middle_initial =
            !key.is_empty() && words.peek().is_some() && word.len() <= 4 && word.chars().count() == 1;
        if !middle_initial {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(word);
        }
    }
    key
}

/// Sides whose people are named family name first in English-language news.
pub(super) fn is_family_name_first(side: &str) -> bool {
    matches!(side, "China" | "North Korea" | "South Korea" | "Taiwan" | "Singapore")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "name,aliases,role,side,from,to\n\
        Oru Veld,O. Veld;Old Oru,President,Sylvania,2001-01-01,2004-12-31\n\
        Oru Veld,,Prime Minister,Sylvania,2005-01-01,\n\
        Ina Veld,,President,Borduria,2003-01-01,2009-01-01\n\
        Jo Tamsin-Roke,,Envoy,Borduria,2001-01-01,2002-01-01\n\
        Jo Tamsin-Roke,,Secretary General,League,2010-01-01,2012-01-01\n\
        Ada P. Lund,,President,Sylvania,1985-01-01,1990-01-01\n\
        Ada Q. Lund,,President,Sylvania,2012-01-01,2016-01-01\n";

    fn day(text: &str) -> Option<Date> {
        Some(text.parse().unwrap())
    }

    #[track_caller]
    fn check_error(table: &str, expected: &str) {
        let error = Roster::from_csv(table, "my.csv").unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn names_titles_and_dates() {
        let roster = Roster::from_csv(TABLE, "t").unwrap();
        let name = |known: Option<Known<'_>>| known.map(|known| known.name.to_owned());
        let role = |known: Option<Known<'_>>| known.and_then(|known| known.role.map(str::to_owned));
        assert_eq!(role(roster.by_name("Oru K. Veld", day("2002-02-02"))).as_deref(), Some("President"));
        assert_eq!(role(roster.by_name("old oru", day("2002-02-02"))).as_deref(), Some("President"));
        assert_eq!(role(roster.by_name("Oru Veld", None)), None);
        assert_eq!(name(roster.by_title("President", "Veld", None)), None);
        assert_eq!(
            name(roster.by_title("President", "Veld", day("2001-02-02"))).as_deref(),
            Some("Oru Veld")
        );
        assert_eq!(name(roster.by_title("prime minister", "Veld", None)).as_deref(), Some("Oru Veld"));
        assert_eq!(name(roster.by_surname("Veld", "2003-06-01".parse().unwrap())), None);
        assert_eq!(
            name(roster.by_office("president", "Borduria", "2003-06-01".parse().unwrap())).as_deref(),
            Some("Ina Veld")
        );
    }

    #[test]
    fn keys_of_names() {
        for (name, key) in [
            ("", ""),
            (" ", ""),
            ("Oru", "oru"),
            ("Oru Veld", "oru veld"),
            (" Oru  Veld ", "oru veld"),
            ("Oru\tVeld", "oru veld"),
            ("Oru K. Veld", "oru veld"),
            ("O. Veld", "o veld"),
            ("Veld O.", "veld o"),
            ("Tamsin-Roke", "tamsin roke"),
            ("O’Veld", "o'veld"),
            ("Ório K. Veld", "ório veld"),
        ] {
            assert_eq!(name_key(name), key, "{name:?}");
        }
    }

    #[test]
    fn the_office_of_the_day_gives_the_side() {
        let roster = Roster::from_csv(TABLE, "t").unwrap();
        let side = |name: &str, date: Option<Date>| {
            roster.by_name(name, date).map(|known| (known.name.to_owned(), known.side.map(str::to_owned)))
        };
        let known = |name: &str, side: Option<&str>| Some((name.to_owned(), side.map(str::to_owned)));
        assert_eq!(side("Jo Tamsin-Roke", day("2001-05-05")), known("Jo Tamsin-Roke", Some("Borduria")));
        assert_eq!(side("Jo Tamsin-Roke", day("2011-05-05")), known("Jo Tamsin-Roke", Some("League")));
        assert_eq!(side("Jo Tamsin-Roke", day("2005-05-05")), known("Jo Tamsin-Roke", None));
        assert_eq!(side("Jo Tamsin-Roke", day("2040-05-05")), None);
        assert_eq!(side("Ada Lund", day("1987-01-01")), known("Ada P. Lund", Some("Sylvania")));
        assert_eq!(side("Ada Lund", day("2013-01-01")), known("Ada Q. Lund", Some("Sylvania")));
        assert_eq!(side("Ada Lund", day("1992-01-01")), known("Ada P. Lund", Some("Sylvania")));
        assert_eq!(side("Ada Lund", day("2001-01-01")), None);
        let by_surname = |name| roster.by_surname(name, "2011-05-05".parse().unwrap());
        assert_eq!(by_surname("Tamsin-Roke").map(|known| known.name), Some("Jo Tamsin-Roke"));
        assert_eq!(by_surname("Roke").map(|known| known.name), Some("Jo Tamsin-Roke"));
    }

    #[test]
    fn errors_name_place_and_remedy() {
        check_error(
            "name,aliases,role,side,from\n",
            "my.csv:1: column 'to' is missing; the first row must be name,aliases,role,side,from,to",
        );
        check_error(
            "name,aliases,role,side,from,to\nOru,,President,Sylvania,1.2.2003,\n",
            "my.csv:2: '1.2.2003' in column 'from' is no date; write it as YYYY-MM-DD or leave it empty",
        );
        check_error(
            "name,aliases,role,side,from,to\nOru,,,Sylvania,,\n",
            "my.csv:2: 'role' is empty; fill it in or leave the row out",
        );
        check_error(
            "name,aliases,role,side,from,to\nOru,,President\n",
            "my.csv:2: the row has only 3 cells; every row needs six cells: name,aliases,role,side,from,to",
        );
        check_error(
            "# a comment\nname,aliases,role,side,from,to\nOru,,President,Sylvania,2003-01-01,2002-01-01\n",
            "my.csv:3: the term ends on 2002-01-01, before it begins on 2003-01-01; swap 'from' and 'to'",
        );
    }

    #[test]
    fn the_builtin_roster_is_readable_and_sorted_out() {
        let roster = Roster::from_csv(include_str!("data/roster.csv"), "roster.csv").unwrap();
        assert!(roster.terms.len() > 1500);
        for term in &roster.terms {
            assert!(term.from.is_some(), "{}", term.name);
        }
        let known = roster.by_title("President", "Trump", None).map(|known| known.name);
        assert_eq!(known, Some("Donald Trump"));
    }
}
