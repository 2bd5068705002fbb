use std::sync::Arc;

use super::*;
use crate::types::Span;

/// A random encoder of two layers, 16 values wide.
fn small() -> Pretrained {
    Pretrained::from_files(
        include_bytes!("../../encode/deep/fixture/config.json"),
        include_bytes!("../../encode/deep/fixture/model.safetensors"),
        include_bytes!("../../encode/deep/fixture/tokenizer.json"),
        BTreeMap::new(),
    )
    .unwrap()
}

fn settings() -> DeepSettings {
    DeepSettings { limit: 20, ..DeepSettings::default() }
}

/// Rows that one word tells apart.
fn toy(rows: usize) -> LabelledSet {
    let examples = (0..rows).map(|row| {
        let (word, stance) =
            [("a", Stance::Hawkish), ("the", Stance::Diplomatic), ("b", Stance::Neutral)][row % 3];
        let context = format!("{word} {word} {word} c");
        let spans = vec![Span::new(0, context.len() - 2)];
        LabelledExample {
            id: format!("row-{row}"),
            path: Arc::from(std::path::Path::new("toy.jsonl")),
            line: row as u64 + 1,
            text: context[..context.len() - 2].to_owned(),
            quote: QuoteInContext { context, spans },
            stance,
            sentiment: (row % 2 == 0).then_some(Sentiment::ALL[row % 3]),
            group: None,
            split: (row % 10 == 9).then_some(Split::Validation),
            topic: None,
            register: None,
            year: None,
            stance_weight: 1.0,
            cases: Vec::new(),
            fields: Default::default(),
        }
    });
    LabelledSet { examples: examples.collect() }
}

fn options() -> FineTuneOptions {
    FineTuneOptions {
        epochs: 3,
        encoder_rate: 3e-3,
        head_rate: 3e-2,
        batch_tokens: 64,
        checkpoint_every: 5,
        settings: settings(),
        ..FineTuneOptions::default()
    }
}

/// The same of the other family.
fn small_mpnet() -> Pretrained {
    let tokenizer = include_str!("../../encode/deep/fixture/tokenizer.json");
    Pretrained::from_files(
        include_bytes!("../../encode/deep/fixture/mpnet/config.json"),
        include_bytes!("../../encode/deep/fixture/mpnet/model.safetensors"),
        tokenizer.replace("[CLS]", "<s>").replace("[SEP]", "</s>").as_bytes(),
        BTreeMap::new(),
    )
    .unwrap()
}

#[test]
fn the_network_computes_what_the_encoder_does() {
    for pretrained in [small(), small_mpnet()] {
        computes_what_the_encoder_does(pretrained);
    }
}

fn computes_what_the_encoder_does(mut pretrained: Pretrained) {
    // The encoder rounds its weights.
    pretrained.weights = pretrained.weights.rounded();
    let encoder = DeepEncoder::new(pretrained.clone(), settings()).unwrap();
    let quotes: Vec<QuoteInContext> = toy(6)
        .examples
        .into_iter()
        .map(|example| example.quote)
        .chain([QuoteInContext::bare("c b a the a"), QuoteInContext::bare("")])
        .collect();
    let windows: Vec<Window> = quotes.iter().map(|quote| encoder.window(quote)).collect();
    let pools = &settings().pools;
    let network = TrainableNetwork::new(&pretrained.architecture, &pretrained.weights, pools).unwrap();
    let expected = encoder.encode(&quotes);
    for batch in batches(&windows, pools, 1000, None) {
        let rows = network.features(&batch, &mut Dropout::none()).unwrap().to_vec2::<f32>().unwrap();
        for (&member, row) in batch.members.iter().zip(rows) {
            let (_, values) = expected.row(member);
            for (value, expected) in row.iter().zip(values) {
                let expected = f64::from(*expected) * network::POOL_SCALE;
                assert!((f64::from(*value) - expected).abs() < 1e-3, "row {member}: {value} {expected}");
            }
        }
    }
}

#[test]
fn one_word_is_learned_and_a_stopped_run_ends_the_same() {
    let set = toy(240);
    let mut checkpoints = Vec::new();
    let mut losses = Vec::new();
    let trained = fine_tune(&set, &small(), &options(), None, &mut |event| {
        match event {
            FineTuneEvent::Checkpoint(bytes) => checkpoints.push(bytes.to_vec()),
            FineTuneEvent::Step { loss, .. } => losses.push(loss),
            FineTuneEvent::Epoch { .. } | FineTuneEvent::Resumed { .. } => {}
        }
        Ok(())
    })
    .unwrap();
    let accuracy = trained.report.stance.validation.as_ref().unwrap().accuracy.value;
    assert!(accuracy > 0.9, "{accuracy}, losses {losses:?}");
    assert!(checkpoints.len() > 3);
    for checkpoint in [&checkpoints[1], checkpoints.last().unwrap()] {
        let mut resumed = 0;
        let again = fine_tune(&set, &small(), &options(), Some(checkpoint), &mut |event| {
            if let FineTuneEvent::Resumed { steps } = event {
                resumed = steps;
            }
            Ok(())
        })
        .unwrap();
        assert!(resumed > 0);
        assert_eq!(again.model.id(), trained.model.id());
    }
}

#[test]
fn a_checkpoint_of_another_run_is_left_aside() {
    let set = toy(60);
    let mut checkpoint = Vec::new();
    fine_tune(&set, &small(), &FineTuneOptions { epochs: 1, ..options() }, None, &mut |event| {
        if let FineTuneEvent::Checkpoint(bytes) = event {
            checkpoint = bytes.to_vec();
        }
        Ok(())
    })
    .unwrap();
    let other = FineTuneOptions { epochs: 1, seed: 2, ..options() };
    fine_tune(&set, &small(), &other, Some(&checkpoint), &mut |event| {
        assert!(!matches!(event, FineTuneEvent::Resumed { .. }));
        Ok(())
    })
    .unwrap();
    let error = fine_tune(&set, &small(), &options(), Some(b"no checkpoint"), &mut |_| Ok(()));
    assert!(matches!(error, Err(FineTuneError::Checkpoint { .. })));
}

#[test]
fn too_little_data_and_options_out_of_range_are_refused() {
    let refused = |set: &LabelledSet, options: &FineTuneOptions| {
        fine_tune(set, &small(), options, None, &mut |_| Ok(())).err().map(|error| error.to_string())
    };
    let few = refused(&toy(9), &options()).unwrap();
    assert!(few.starts_with("8 groups of rows are too few"), "{few}");
    let none = refused(&toy(60), &FineTuneOptions { epochs: 0, ..options() }).unwrap();
    assert_eq!(none, "'epochs' is out of range; see --help");
}

#[test]
fn rates_rise_and_fall() {
    let rates: Vec<f64> = (1..=100).map(|step| rate_at(step, 100)).collect();
    assert!(rates[0] < rates[5] && rates[5] > rates[50] && rates[99] > 0.0 && rates[99] < 0.02, "{rates:?}");
    assert!(rates.iter().all(|&rate| (0.0..=1.0).contains(&rate)));
}
