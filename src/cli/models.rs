use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::ExitStatus;
use super::args::{AGREEMENT, ModelAction, ModelArgs, ModelChoice, ModelTier};
use super::generate::print;
use crate::model::{BuiltIn, Model};

/// The model of a folder, or the one of that tier inside the program.
pub(super) fn choose(choice: &ModelChoice) -> anyhow::Result<Model> {
    choose_agreeing(choice, AGREEMENT)
}

/// As [`choose`], with the share of labels of `--tier auto` that must be the transformer's.
pub(super) fn choose_agreeing(choice: &ModelChoice, agreement: f64) -> anyhow::Result<Model> {
    Ok(match &choice.model {
        Some(folder) => Model::load(folder)?,
        None => match choice.tier.unwrap_or_default() {
            ModelTier::Deep => Model::built_in(BuiltIn::Deep)?,
            ModelTier::Fast => Model::built_in(BuiltIn::Fast)?,
            ModelTier::Words => Model::built_in(BuiltIn::Words)?,
            ModelTier::Auto => {
                Model::built_in(BuiltIn::Fast)?.deferring_to(Model::built_in(BuiltIn::Deep)?, agreement)?
            }
        },
    })
}

/// The model of that name inside the program, or else the one of a folder.
pub(super) fn by_name(name: &Path) -> anyhow::Result<Model> {
    match BuiltIn::ALL.into_iter().find(|which| name == Path::new(which.name())) {
        Some(which) if !name.is_dir() => Ok(Model::built_in(which)?),
        _ => Ok(Model::load(name)?),
    }
}

pub(super) fn run(args: &ModelArgs) -> anyhow::Result<ExitStatus> {
    match &args.action {
        ModelAction::List { folders } => list(folders),
        ModelAction::Card { model, tier } => {
            // The card of two models is that of the first.
            let tier = tier.map(|tier| if tier == ModelTier::Auto { ModelTier::Fast } else { tier });
            let choice = ModelChoice { model: model.clone(), tier };
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
