use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::ExitStatus;
use super::args::{ModelAction, ModelArgs};
use super::generate::print;
use crate::model::Model;

/// The model of a folder, or the one inside the program.
pub(super) fn choose(folder: Option<&Path>) -> anyhow::Result<Model> {
    Ok(match folder {
        Some(folder) => Model::load(folder)?,
        None => Model::embedded()?,
    })
}

pub(super) fn run(args: &ModelArgs) -> anyhow::Result<ExitStatus> {
    match &args.action {
        ModelAction::List { folders } => list(folders),
        ModelAction::Card { model } => {
            let card = choose(model.as_deref())?.card();
            print(card.as_bytes())
        }
        ModelAction::Verify { model } => {
            // Loading leaves the card unread; verifying reads every file.
            match model {
                Some(folder) => Model::verify(folder)?,
                None => Model::verify_embedded()?,
            };
            let model = choose(model.as_deref())?;
            print(format!("{}: format version and hashes are right\n", model.id()).as_bytes())
        }
    }
}

/// One line per model: where it is, its name and hash, its encoder and what it was trained on.
fn list(folders: &[std::path::PathBuf]) -> anyhow::Result<ExitStatus> {
    let mut text = String::new();
    write_line(&mut text, "(inside the program)", &Model::embedded()?)?;
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let cannot_read = || format!("cannot read the folder {}", folder.display());
        let mut models = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(cannot_read)? {
            let path = entry.with_context(cannot_read)?.path();
            if path.join("model.json").is_file() {
                models.push(path);
            }
        }
        models.sort();
        for path in models {
            match Model::load(&path) {
                Ok(model) => write_line(&mut text, &path.display().to_string(), &model)?,
                Err(error) => writeln!(text, "{}  unusable: {error}", path.display())?,
            }
        }
    }
    print(text.as_bytes())
}

fn write_line(text: &mut String, place: &str, model: &Model) -> std::fmt::Result {
    let info = model.info();
    writeln!(
        text,
        "{place}  {}  {} encoder, {} training rows",
        model.id(),
        info.encoder.kind,
        info.training.data.fitted
    )
}
