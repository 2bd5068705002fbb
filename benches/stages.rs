//! One benchmark per stage, over articles that are built outside the measured loop.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche::articles::{InputOptions, Inputs, clean};
use demarche::evaluation::{BootstrapOptions, evaluate};
use demarche::model::Model;
use demarche::pipeline::{Scorer, ScorerOptions};
use demarche::quotes::{Extractor, QuoteOptions, Roster};
use demarche::records::{JsonLines, Sink as _, unmark};
use demarche::types::{Article, CleanText, QuoteInContext, Stance};

/// The example articles, over and over, until there are `bytes` of text.
fn articles(bytes: usize) -> Vec<Article> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples").to_owned();
    let options = InputOptions::default();
    let read: Vec<Article> =
        Inputs::open(&[folder], options.clone()).filter_map(|raw| raw.ok()?.parse(&options).ok()).collect();
    let once: usize = read.iter().map(|article| article.text.len()).sum();
    let times = bytes.div_ceil(once.max(1));
    std::iter::repeat_n(read, times).flatten().collect()
}

fn extractor(indirect: bool) -> Extractor {
    Extractor::new(Roster::builtin(), QuoteOptions { indirect })
}

fn stages(criterion: &mut Criterion) {
    let articles = articles(1 << 20);
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    let cleaned: Vec<CleanText> = articles.iter().map(clean).collect();
    let quotes: Vec<QuoteInContext> = Scorer::new(extractor(false), None, ScorerOptions::default())
        .records(&articles)
        .iter()
        .flatten()
        .filter_map(|record| unmark(&record.quote.context).ok())
        .collect();
    let model = || Model::embedded().expect("the model inside the program loads");

    let mut group = criterion.benchmark_group("articles");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("clean", |bencher| {
        bencher.iter(|| articles.iter().map(|article| clean(black_box(article)).text.len()).sum::<usize>());
    });
    for (name, indirect) in [("quotes", false), ("quotes with indirect speech", true)] {
        let extractor = extractor(indirect);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                cleaned.iter().map(|text| extractor.extract(black_box(text), None).len()).sum::<usize>()
            });
        });
    }
    let scorer = Scorer::new(extractor(false), Some(model()), ScorerOptions::default());
    group.bench_function("score and render", |bencher| {
        bencher.iter(|| {
            let records = scorer.records(black_box(&articles));
            records
                .iter()
                .map(|quotes| JsonLines.article(quotes).map_or(0, |bytes| bytes.len()))
                .sum::<usize>()
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("model");
    group.throughput(Throughput::Elements(quotes.len() as u64));
    let loaded = model();
    group.bench_function("score quotes", |bencher| bencher.iter(|| loaded.score(black_box(&quotes)).len()));
    group.bench_function("load", |bencher| bencher.iter(model));
    group.finish();
}

fn measures(criterion: &mut Criterion) {
    let rows = 2_000;
    let gold: Vec<usize> = (0..rows).map(|row| row * 7 % 3).collect();
    let probabilities: Vec<[f64; 3]> = (0..rows)
        .map(|row| {
            let raw = [1.0 + (row % 5) as f64, 1.0 + (row % 7) as f64, 1.0 + (row % 11) as f64];
            let sum: f64 = raw.iter().sum();
            raw.map(|value| value / sum)
        })
        .collect();
    let options = BootstrapOptions { resamples: 200, ..BootstrapOptions::default() };
    criterion.bench_function("evaluate 2000 rows with 200 resamples", |bencher| {
        bencher.iter(|| evaluate(Stance::NAMES, black_box(&gold), &probabilities, None, &options).is_ok());
    });
}

criterion_group!(benches, stages, measures);
criterion_main!(benches);
