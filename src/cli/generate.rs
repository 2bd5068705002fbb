use std::io::Write as _;

use anyhow::Context as _;
use clap::CommandFactory as _;

use super::ExitStatus;
use super::args::{Cli, CompletionsArgs, ManArgs, SchemaArgs, SchemaOf};
use crate::records::{LabelledRow, Output, QuoteRecord};

/// Prints the JSON Schema of a record, derived from the struct that writes or reads it.
pub(super) fn schema(args: &SchemaArgs) -> anyhow::Result<ExitStatus> {
    let schema = match args.record {
        SchemaOf::Quote => schemars::schema_for!(QuoteRecord),
        SchemaOf::Labelled => schemars::schema_for!(LabelledRow),
    };
    let mut text = serde_json::to_vec_pretty(&schema)?;
    text.push(b'\n');
    print(&text)
}

/// Prints the completion script of a shell.
pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "demarche", &mut script);
    print(&script)
}

/// Prints the manual page, or writes the page of every command to a folder.
pub(super) fn man(args: &ManArgs) -> anyhow::Result<ExitStatus> {
    match &args.out {
        Some(folder) => {
            let cannot_write = || format!("cannot write manual pages to {}", folder.display());
            std::fs::create_dir_all(folder).with_context(cannot_write)?;
            clap_mangen::generate_to(Cli::command(), folder).with_context(cannot_write)?;
            Ok(ExitStatus::Done)
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            print(&page)
        }
    }
}

/// Writes to standard output.
pub(super) fn print(bytes: &[u8]) -> anyhow::Result<ExitStatus> {
    let mut output = Output::stdout();
    output.write_all(bytes).and_then(|()| output.finish()).context("cannot write standard output")?;
    Ok(ExitStatus::Done)
}
