use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use super::{InputError, InputFormat, InputProblem};

/// What a path led to.
pub(super) enum Found {
    /// Standard input.
    Stdin,
    /// A regular file, with its size in bytes.
    File(PathBuf, u64),
    /// A named pipe or device, which can be read only once.
    Pipe(PathBuf),
}

/// Turns paths, folders and globs into files, in order, one at a time.
pub(super) struct Paths {
    queue: vec::IntoIter<String>,
    walk: Option<Walk>,
    takes_any_name: bool,
    skipped: u64,
}

/// A folder being walked.
struct Walk {
    /// The path or pattern as given.
    given: String,
    entries: walkdir::IntoIter,
    /// What paths must match; `None` for a folder, where the extension decides.
    pattern: Option<GlobMatcher>,
    takes_hidden: bool,
    items: u64,
    skipped: u64,
}

impl Paths {
    /// Will go through `paths`; `takes_any_name` takes files of unknown extension from folders too.
    pub(super) fn new(paths: Vec<String>, takes_any_name: bool) -> Self {
        Self { queue: paths.into_iter(), walk: None, takes_any_name, skipped: 0 }
    }

    /// Files in folders that were left out because their extension is not known.
    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    fn start(&mut self, given: String) -> Option<Result<Found, InputError>> {
        if given == "-" {
            return Some(Ok(Found::Stdin));
        }
        let path = PathBuf::from(&given);
        let problem = match fs::metadata(&path) {
            Ok(about) if about.is_dir() => {
                let entries = walk(&path).into_iter();
                self.walk =
                    Some(Walk { given, entries, pattern: None, takes_hidden: false, items: 0, skipped: 0 });
                return None;
            }
            Ok(about) if about.is_file() => return Some(Ok(Found::File(path, about.len()))),
            Ok(_) => return Some(Ok(Found::Pipe(path))),
            Err(error) if error.kind() != io::ErrorKind::NotFound => InputProblem::Unreadable(error),
            Err(_) if fs::symlink_metadata(&path).is_ok() => InputProblem::BrokenLink,
            Err(_) if given.contains(is_glob_mark) => match Walk::over_glob(&given) {
                Ok(walk) => {
                    self.walk = Some(walk);
                    return None;
                }
                Err(problem) => problem,
            },
            Err(_) => InputProblem::NotFound,
        };
        Some(Err(InputError { path: given, line: None, problem }))
    }
}

impl Iterator for Paths {
    type Item = Result<Found, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(walk) = &mut self.walk {
                if let Some(item) = walk.next_file(self.takes_any_name) {
                    walk.items += 1;
                    return Some(item);
                }
                self.skipped += walk.skipped;
                let nothing = walk.nothing();
                self.walk = None;
                if let Some(error) = nothing {
                    return Some(Err(error));
                }
            } else {
                let given = self.queue.next()?;
                if let Some(item) = self.start(given) {
                    return Some(item);
                }
            }
        }
    }
}

impl Walk {
    /// Walks from the folder before the first component with a glob mark.
    fn over_glob(given: &str) -> Result<Self, InputProblem> {
        let pattern = GlobBuilder::new(given)
            .literal_separator(true)
            .build()
            .map_err(|error| InputProblem::BadPattern(error.kind().to_string()))?
            .compile_matcher();
        let components: Vec<&str> = given.split('/').collect();
        let fixed = components.iter().take_while(|component| !component.contains(is_glob_mark)).count();
        let (prefix, rest) = components.split_at(fixed);
        let root = match prefix {
            [] => ".".to_owned(),
            [""] => "/".to_owned(),
            _ => prefix.join("/"),
        };
        let mut folders = walk(Path::new(&root)).min_depth(1);
        // A brace may hold a separator, and `**` any number of them.
        if !rest.iter().any(|component| component.contains("**") || component.contains('{')) {
            folders = folders.max_depth(rest.len());
        }
        Ok(Self {
            given: given.to_owned(),
            entries: folders.into_iter(),
            pattern: Some(pattern),
            takes_hidden: rest.iter().any(|component| component.starts_with('.')),
            items: 0,
            skipped: 0,
        })
    }

    fn next_file(&mut self, takes_any_name: bool) -> Option<Result<Found, InputError>> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                // The folder before a glob need not exist.
                Err(error) if self.pattern.is_some() && error.depth() == 0 => return None,
                Err(error) => return Some(Err(self.error(&error))),
            };
            let is_hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
            if is_hidden && !self.takes_hidden {
                if entry.file_type().is_dir() {
                    self.entries.skip_current_dir();
                }
                continue;
            }
            if entry.file_type().is_dir() {
                continue;
            }
            let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
            let is_wanted = match &self.pattern {
                Some(pattern) => pattern.is_match(path) || pattern.is_match(entry.path()),
                None => takes_any_name || InputFormat::from_file_name(path).is_some(),
            };
            if !is_wanted || !entry.file_type().is_file() {
                self.skipped += u64::from(self.pattern.is_none());
                continue;
            }
            let path =
                if self.pattern.is_some() && !self.given.starts_with("./") { path } else { entry.path() };
            let size = entry.metadata().map_or(0, |about| about.len());
            return Some(Ok(Found::File(path.to_owned(), size)));
        }
    }

    fn error(&self, error: &walkdir::Error) -> InputError {
        let path =
            error.path().map_or_else(|| self.given.clone(), |path| path.to_string_lossy().into_owned());
        let problem = if let Some(folder) = error.loop_ancestor() {
            InputProblem::LinkLoop(folder.to_string_lossy().into_owned())
        } else {
            match error.io_error() {
                Some(cause)
                    if cause.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&path).is_ok() =>
                {
                    InputProblem::BrokenLink
                }
                Some(cause) => InputProblem::Unreadable(
                    cause.raw_os_error().map_or_else(|| cause.kind().into(), io::Error::from_raw_os_error),
                ),
                None => InputProblem::Unreadable(io::Error::other(error.to_string())),
            }
        };
        InputError { path, line: None, problem }
    }

    /// The error of a folder or glob that gave neither files nor errors.
    fn nothing(&self) -> Option<InputError> {
        let problem = match self.pattern {
            _ if self.items > 0 => return None,
            Some(_) => InputProblem::NoMatch,
            None => InputProblem::EmptyFolder { skipped: self.skipped },
        };
        Some(InputError { path: self.given.clone(), line: None, problem })
    }
}

fn walk(root: &Path) -> WalkDir {
    WalkDir::new(root).follow_links(true).sort_by_file_name()
}

const fn is_glob_mark(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | '{')
}
