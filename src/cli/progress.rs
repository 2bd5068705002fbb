use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::complain;
use crate::articles::InputError;

/// Rejected inputs that are listed at the end; the rest are counted.
const LISTED: usize = 1000;

/// What a run over articles has done so far: a spinner while it runs (on a terminal), a closing line
/// and the rejected inputs when it has ended.
pub(super) struct Tally {
    spinner: ProgressBar,
    quiet: bool,
    began: Instant,
    articles: u64,
    quotes: u64,
    rejected: u64,
    listed: Vec<InputError>,
}

impl Tally {
    /// `on_screen`: the records themselves go to the terminal, where a spinner would be in their way.
    pub(super) fn new(quiet: bool, on_screen: bool) -> Self {
        // Hidden by indicatif itself where standard error is no terminal.
        let target =
            if quiet || on_screen { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let spinner = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(Duration::from_millis(200));
        Self {
            spinner,
            quiet,
            began: Instant::now(),
            articles: 0,
            quotes: 0,
            rejected: 0,
            listed: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, articles: u64, quotes: u64, rejected: Vec<InputError>) {
        self.articles += articles;
        self.quotes += quotes;
        self.rejected += rejected.len() as u64;
        let room = LISTED.saturating_sub(self.listed.len());
        self.listed.extend(rejected.into_iter().take(room));
        self.spinner.set_message(format!("{} articles · {} quotes", self.articles, self.quotes));
    }

    /// Prints the closing line and the rejected inputs; tells whether there were any.
    pub(super) fn close(self, skipped: u64) -> bool {
        self.spinner.finish_and_clear();
        for error in &self.listed {
            complain(&format!("rejected: {error}"));
        }
        let unlisted = self.rejected - self.listed.len() as u64;
        if unlisted > 0 {
            complain(&format!("rejected: {unlisted} more"));
        }
        if !self.quiet {
            let seconds = self.began.elapsed().as_secs_f64();
            let mut line = format!(
                "{} articles · {} quotes · {} rejected · {seconds:.2} s ({:.0} articles/s)",
                HumanCount(self.articles),
                HumanCount(self.quotes),
                HumanCount(self.rejected),
                self.articles as f64 / seconds.max(1e-9),
            );
            if skipped > 0 {
                line.push_str(&format!(" · {skipped} files of unknown type skipped"));
            }
            complain(&line);
        }
        self.rejected > 0
    }
}
