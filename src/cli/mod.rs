//! Arguments → checked plan → library calls; the only part that talks to a person.

mod args;
mod brief;
mod distil;
mod evaluate;
mod evaluate_agreement;
mod evaluate_quotes;
mod exit;
mod explain;
mod fine_tune;
mod generate;
mod models;
mod pretrained;
mod progress;
mod score;
mod teaching;
mod terminal;
mod train;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

pub use args::Cli;
use args::Command;
pub use exit::ExitStatus;

/// Runs the program on the process's arguments: parses, runs, prints the chain of causes on failure.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Clap prints help and version to standard output, usage errors to standard error.
        Err(error) => {
            let status = if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Done };
            return match error.print() {
                Ok(()) => status.into(),
                Err(_) => ExitStatus::Done.into(),
            };
        }
    };
    match run(&cli) {
        Ok(status) => status.into(),
        Err(error) if is_closed_pipe(&error) => ExitStatus::Done.into(),
        Err(error) => {
            terminal::complain(&format!("error: {}", chain(&error)));
            ExitStatus::Failure.into()
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitStatus> {
    match &cli.command {
        Command::Score(args) => score::score(args),
        Command::Quotes(args) => score::quotes(args),
        Command::Train(args) => train::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Brief(args) => brief::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Model(args) => models::run(args),
        Command::Schema(args) => generate::schema(args),
        Command::Completions(args) => generate::completions(args),
        Command::Man(args) => generate::man(args),
    }
}

/// The reader of our output has gone (`demarche … | head`): a normal end.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// The error and its causes on one line, each said once.
fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.ends_with(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    text
}
