use std::path::Path;

use anyhow::bail;

use super::ExitStatus;
use super::args::TrainArgs;
use super::models::by_name;
use super::teaching::{self, Labelling};
use super::train::{bar, keep};
use crate::training::{DistilOptions, LabelledSet, distil};
use crate::types::QuoteInContext;

/// Fits the fast tier to what a teacher says of unlabelled sentences and of the labelled ones.
pub(super) fn run(
    args: &TrainArgs,
    set: &LabelledSet,
    name: String,
    command: String,
    out: &Path,
) -> anyhow::Result<ExitStatus> {
    if args.pretrained.is_some() || args.stance_penalty.is_some() || args.neutral_share.is_some() {
        bail!(
            "--tier fast learns from --teacher; leave out --pretrained, --stance-penalty and --neutral-share"
        );
    }
    let teacher = by_name(args.teacher.as_deref().unwrap_or(Path::new("deep")))?;
    let drawn = teaching::draw(args)?;
    let usual = DistilOptions::default();
    let options = DistilOptions {
        name,
        seed: args.seed,
        sources: teaching::sources(args),
        hard_share: args.hard_share.unwrap_or(usual.hard_share),
        command: Some(command),
        ..usual
    };
    let mut failure = None;
    let soft = |quotes: Vec<QuoteInContext>| {
        let labelling = Labelling { teacher: &teacher, args };
        labelling.run(quotes).unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        })
    };
    let bar = bar(args.quiet);
    let trained = distil(set, &teacher, drawn, &options, soft, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    });
    bar.finish_and_clear();
    match failure {
        Some(error) => Err(error),
        None => keep(&trained?, out, args.quiet),
    }
}
