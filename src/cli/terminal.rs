use std::io::{self, IsTerminal as _, Write as _};

use anstream::AutoStream;

/// Columns assumed where the terminal does not tell, and the fewest that a table is laid out for.
const DEFAULT_WIDTH: u16 = 100;
const NARROWEST: u16 = 80;

/// Writes a line to standard error. Where standard error is gone there is nobody left to tell.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether standard output is a terminal.
pub(super) fn is_interactive() -> bool {
    io::stdout().is_terminal()
}

/// Whether colours are wanted on standard output: a terminal, and no `NO_COLOR`.
pub(super) fn wants_color() -> bool {
    AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Width of the terminal in columns; `COLUMNS` decides where it is set.
pub(super) fn width() -> u16 {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    stated.or_else(|| comfy_table::Table::new().width()).unwrap_or(DEFAULT_WIDTH).max(NARROWEST)
}
