use std::path::{Path, PathBuf};

use anyhow::bail;

use super::ExitStatus;
use super::args::TrainArgs;
use super::models::by_name;
use super::teaching::{self, Labelling};
use super::train::{bar, keep};
use crate::model::{BuiltIn, Model};
use crate::training::{DistilOptions, LabelledFiles, distil};
use crate::types::QuoteInContext;

/// Fits the fast tier to what a teacher says of unlabelled sentences and of the labelled ones.
pub(super) fn run(
    args: &TrainArgs,
    rows: LabelledFiles<'_>,
    name: String,
    command: String,
    out: &Path,
) -> anyhow::Result<ExitStatus> {
    if args.pretrained.is_some() || args.stance_penalty.is_some() || args.neutral_share.is_some() {
        bail!(
            "--tier fast learns from --teacher; leave out --pretrained, --stance-penalty and --neutral-share"
        );
    }
    let teacher = match &args.teacher {
        Some(teacher) => by_name(teacher)?,
        None => Model::built_in(BuiltIn::Deep)?,
    };
    let drawn = teaching::draw(args)?;
    let usual = DistilOptions::default();
    let options = DistilOptions {
        name,
        seed: args.seed,
        sources: teaching::sources(args),
        hard_share: args.hard_share.unwrap_or(usual.hard_share),
        command: Some(command),
        // Where the model goes there is room, and temporary folders may be memory.
        scratch: scratch(out).unwrap_or(usual.scratch),
        ..usual
    };
    let mut labelling = Labelling::open(&teacher, args)?;
    let mut soft = |quotes: Vec<QuoteInContext>| Ok(labelling.run(quotes, &mut |_| {})?);
    let bar = bar(args.quiet);
    let trained = distil(&rows, &teacher, drawn, &options, &mut soft, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    });
    bar.finish_and_clear();
    keep(&trained?, out, args.quiet)
}

/// The nearest folder above the model that is there already.
fn scratch(out: &Path) -> Option<PathBuf> {
    let above =
        |folder: &Path| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.into() };
    out.ancestors().skip(1).map(above).find(|folder| folder.is_dir())
}
