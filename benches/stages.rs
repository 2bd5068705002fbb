//! One benchmark per stage, over articles that are built outside the measured loop.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche::articles::{InputOptions, Inputs, clean};
use demarche::encode::Encoder as _;
use demarche::encode::deep::{
    Architecture, Array, Compute, DeepEncoder, DeepSettings, Family, Pretrained, Weights,
};
use demarche::evaluation::{BootstrapOptions, IntervalMethod, evaluate};
use demarche::model::{BuiltIn, Model};
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
    let model = |which| Model::built_in(which).expect("a model inside the program loads");

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
    let scorer = Scorer::new(extractor(false), Some(model(BuiltIn::Words)), ScorerOptions::default());
    group.bench_function("score and render", |bencher| {
        let mut bytes = Vec::new();
        bencher.iter(|| {
            let records = scorer.records(black_box(&articles));
            records
                .iter()
                .map(|quotes| {
                    bytes.clear();
                    JsonLines.article(quotes, &mut bytes).map_or(0, |()| bytes.len())
                })
                .sum::<usize>()
        });
    });
    group.finish();

    let scorer = Scorer::new(extractor(false), Some(model(BuiltIn::Fast)), ScorerOptions::default());
    let mut group = criterion.benchmark_group("articles, fast");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("score and render", |bencher| {
        bencher.iter(|| scorer.records(black_box(&articles)).iter().map(Vec::len).sum::<usize>());
    });
    group.finish();

    let mut group = criterion.benchmark_group("model");
    for which in BuiltIn::ALL {
        let loaded = model(which);
        // The deep model takes some milliseconds a quote.
        let quotes = quotes.get(..if which == BuiltIn::Deep { 64 } else { quotes.len() }).unwrap_or(&quotes);
        group.throughput(Throughput::Elements(quotes.len() as u64));
        group.bench_function(format!("score quotes, {}", which.name()), |bencher| {
            bencher.iter(|| loaded.score(black_box(quotes)).len());
        });
        group.bench_function(format!("load, {}", which.name()), |bencher| bencher.iter(|| model(which)));
    }
    group.finish();
}

/// An encoder of the size of MiniLM with made-up weights: six layers, twelve heads, 384 wide.
fn deep_encoder(compute: Compute) -> DeepEncoder {
    let architecture = Architecture {
        model_type: Family::Bert,
        hidden_act: "gelu".to_owned(),
        vocab_size: 56,
        hidden_size: 384,
        num_hidden_layers: 6,
        num_attention_heads: 12,
        intermediate_size: 1536,
        max_position_embeddings: 512,
        type_vocab_size: 2,
        relative_attention_num_buckets: 0,
        layer_norm_eps: 1e-12,
    };
    let weights = Weights::collect(&architecture, |name, rows, columns| {
        let middle = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
        let values = (0..rows * columns).map(|place| middle + (place as f32 * 0.7).sin() * 0.05).collect();
        Ok(Array::floats(rows, columns, values).expect("as many values as the shape has"))
    })
    .expect("every array is made up");
    let tokenizer = include_bytes!("../src/encode/deep/fixture/tokenizer.json").to_vec();
    let pretrained = Pretrained { architecture, weights, tokenizer, notices: Default::default() };
    DeepEncoder::new(pretrained, DeepSettings { compute, ..DeepSettings::default() })
        .expect("weights and tokenizer fit together")
}

/// Windows of 40 tokens, one thread.
fn deep(criterion: &mut Criterion) {
    let quotes = vec![QuoteInContext::bare("we will not strike back . ".repeat(7).trim_end()); 64];
    let mut group = criterion.benchmark_group("deep encoder");
    group.throughput(Throughput::Elements(quotes.len() as u64)).sample_size(10);
    for (name, compute) in [("32-bit floats", Compute::Float32), ("8-bit integers", Compute::Int8)] {
        let encoder = deep_encoder(compute);
        group.bench_function(name, |bencher| bencher.iter(|| encoder.encode(black_box(&quotes)).rows()));
    }
    group.finish();
}

/// What an evaluation of many rows costs: 10,000 rows, 2,000 resamples, as single rows and in clusters of ten.
fn measures(criterion: &mut Criterion) {
    let rows = 10_000;
    let gold: Vec<usize> = (0..rows).map(|row| row * 7 % 3).collect();
    let probabilities: Vec<[f64; 3]> = (0..rows)
        .map(|row| {
            let raw = [1.0 + (row % 5) as f64, 1.0 + (row % 7) as f64, 1.0 + (row % 11) as f64];
            let sum: f64 = raw.iter().sum();
            raw.map(|value| value / sum)
        })
        .collect();
    let clusters: Vec<usize> = (0..rows).map(|row| row / 10).collect();
    let mut group = criterion.benchmark_group("evaluate 10000 rows with 2000 resamples");
    group.sample_size(10);
    for (name, clusters, method) in [
        ("percentile", None, IntervalMethod::Percentile),
        ("percentile, clusters", Some(clusters.as_slice()), IntervalMethod::Percentile),
        ("BCa", None, IntervalMethod::Bca),
    ] {
        let options = BootstrapOptions { resamples: 2_000, method, ..BootstrapOptions::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                evaluate(Stance::NAMES, black_box(&gold), &probabilities, clusters, &options).is_ok()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, stages, deep, measures);
criterion_main!(benches);
