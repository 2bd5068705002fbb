use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use rustc_hash::FxHashMap;

use super::ExitStatus;
use super::args::EvaluateArgs;
use super::evaluate::{bootstrap, gates, publish, write_file};
use super::models::choose;
use super::score::roster;
use crate::evaluation::DataSource;
use crate::evaluation::quotes::{GoldArticle, SystemQuote, evaluate_quotes, read_gold, read_system};
use crate::model::Model;
use crate::pipeline::{Scorer, ScorerOptions};
use crate::quotes::{Extractor, QuoteOptions};
use crate::types::{Article, Markup};

/// Measures quotes and speakers on the annotated articles of `gold`.
pub(super) fn run(gold: &Path, args: &EvaluateArgs) -> anyhow::Result<ExitStatus> {
    let bytes = read(gold)?;
    let articles = read_gold(&bytes, gold)?;
    let mut notes = Vec::new();
    let (system, pairs) = match &args.quotes.system {
        Some(path) => {
            let pairs = of_system(path, articles, &mut notes)?;
            (path.display().to_string(), pairs)
        }
        None => {
            let labelled =
                articles.iter().flat_map(|article| &article.quotes).any(|quote| quote.stance.is_some());
            // Scoring takes longer than finding, so it is done only where stances can be compared.
            let model = if labelled { Some(choose(&args.model)?) } else { None };
            let system = model
                .as_ref()
                .map_or_else(|| "demarche".to_owned(), |model| format!("demarche with {}", model.id()));
            (system, extracted(args.quotes.roster.as_deref(), model, articles)?)
        }
    };
    let (mut report, mistakes) = evaluate_quotes(&pairs, &system, &bootstrap(args))?;
    report.notes.extend(notes);
    report.data = Some(DataSource {
        path: gold.display().to_string(),
        rows: pairs.len(),
        blake3: blake3::hash(&bytes).to_hex().to_string(),
    });
    if let Some(path) = &args.quotes.errors {
        write_file(path, |output| {
            for mistake in &mistakes {
                writeln!(output, "{}", serde_json::to_string(mistake)?)?;
            }
            Ok(())
        })?;
    }
    publish(args, || Ok(serde_json::to_string_pretty(&report)?), || report.to_table())?;
    let known = "region_exact, region_claim.recall, content_j50_all, speaker_right or end_to_end";
    gates(&args.fail_under, |name| report.measure(name), known)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The articles with what our own extractor finds in them.
fn extracted(
    path: Option<&Path>,
    model: Option<Model>,
    articles: Vec<GoldArticle>,
) -> anyhow::Result<Vec<(GoldArticle, Vec<SystemQuote>)>> {
    let extractor = Extractor::new(roster(path)?, QuoteOptions { indirect: true });
    let scorer = Scorer::new(extractor, model, ScorerOptions::default());
    let quotes_of = |gold: &GoldArticle| -> Vec<SystemQuote> {
        let article = Article {
            id: gold.id.clone(),
            published: gold.date,
            markup: Markup::Plain,
            text: gold.text.clone(),
            ..Article::default()
        };
        scorer.records(&[article]).iter().flatten().map(SystemQuote::from).collect()
    };
    Ok(articles
        .into_iter()
        .map(|gold| {
            let quotes = quotes_of(&gold);
            (gold, quotes)
        })
        .collect())
}

/// The articles with what a file reports of them; one that the file does not name has no quotes.
fn of_system(
    path: &Path,
    articles: Vec<GoldArticle>,
    notes: &mut Vec<String>,
) -> anyhow::Result<Vec<(GoldArticle, Vec<SystemQuote>)>> {
    let mut reported: FxHashMap<String, Vec<SystemQuote>> =
        read_system(&read(path)?, path)?.into_iter().collect();
    let mut missing = 0;
    let pairs: Vec<(GoldArticle, Vec<SystemQuote>)> = articles
        .into_iter()
        .map(|gold| {
            let quotes = reported.remove(&gold.id).unwrap_or_else(|| {
                missing += 1;
                Vec::new()
            });
            (gold, quotes)
        })
        .collect();
    if missing > 0 {
        notes
            .push(format!("{missing} articles are not in {}: they count as having no quote", path.display()));
    }
    if !reported.is_empty() {
        notes.push(format!(
            "{} articles of {} are not annotated: they do not count",
            reported.len(),
            path.display()
        ));
    }
    Ok(pairs)
}
