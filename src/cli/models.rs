use std::fmt::Write as _;

use anyhow::Context as _;

use super::ExitStatus;
use super::args::{ModelAction, ModelArgs, ModelChoice, ModelTier};
use super::generate::print;
use crate::model::{BuiltIn, Model};

/// The model of a folder, or the one of that tier inside the program.
pub(super) fn choose(choice: &ModelChoice) -> anyhow::Result<Model> {
    Ok(match &choice.model {
        Some(folder) => Model::load(folder)?,
        None => Model::built_in(choice.tier.unwrap_or_default().into())?,
    })
}

impl From<ModelTier> for BuiltIn {
    fn from(tier: ModelTier) -> Self {
        match tier {
            ModelTier::Deep => Self::Deep,
            ModelTier::Words => Self::Words,
        }
    }
}

pub(super) fn run(args: &ModelArgs) -> anyhow::Result<ExitStatus> {
    match &args.action {
        ModelAction::List { folders } => list(folders),
        ModelAction::Card { model, tier } => {
            let choice = ModelChoice { model: model.clone(), tier: *tier };
            print(choose(&choice)?.card().as_bytes())
        }
        ModelAction::Verify { model: Some(folder) } => {
            // Loading leaves the card unread; verifying reads every file.
            Model::verify(folder)?;
            verified(&Model::load(folder)?)
        }
        ModelAction::Verify { model: None } => {
            for which in BuiltIn::ALL {
                Model::verify_built_in(which)?;
                verified(&Model::built_in(which)?)?;
            }
            Ok(ExitStatus::Done)
        }
    }
}

fn verified(model: &Model) -> anyhow::Result<ExitStatus> {
    print(format!("{}: format version and hashes are right\n", model.id()).as_bytes())
}

/// One line per model: where it is, its name and hash, its encoder and what it was trained on.
fn list(folders: &[std::path::PathBuf]) -> anyhow::Result<ExitStatus> {
    let mut text = String::new();
    for which in BuiltIn::ALL {
        write_line(&mut text, "(inside the program)", &Model::built_in(which)?)?;
    }
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
