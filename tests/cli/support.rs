//! What the tests through the binary share.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The binary in the project's folder, with nothing of the caller's environment that changes output.
pub(crate) fn demarche(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    for name in ["DEMARCHE_MODEL", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    // Small and fast; the tests of the deep model name it.
    command.env("DEMARCHE_TIER", "words");
    command.env("COLUMNS", "100");
    command
}

/// A finished run.
pub(crate) struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

pub(crate) fn run(args: &[&str]) -> Run {
    run_with(&mut demarche(args))
}

pub(crate) fn run_with(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    /// The JSON objects on standard output, one a line.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Asserts the exit code and that standard error has every part in one and the same line.
    #[track_caller]
    pub(crate) fn complains(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "stderr: {}", self.stderr);
        assert!(
            self.stderr.lines().any(|line| parts.iter().all(|part| line.contains(part))),
            "no line of stderr has all of {parts:?}:\n{}",
            self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// A folder of its own for a test's files.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and gives its path as text.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        text(&path)
    }

    pub(crate) fn folder(&self) -> String {
        text(self.0.path())
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A short article with one direct quote.
pub(crate) const ARTICLE: &str = "Ministers meet in Lisbon\n\n\
    “We will sign as soon as the survey is finished,” said Marta Quintela, the Portuguese foreign minister.\n";

/// A JSONL record of an article.
pub(crate) fn line(id: &str, words: &str) -> String {
    let text = format!("“{words},” said Marta Quintela, the Portuguese foreign minister.");
    format!("{}\n", serde_json::json!({"id": id, "text": text}))
}
