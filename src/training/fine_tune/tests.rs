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
    let trained = fine_tune(&set, None, &small(), &options(), None, &mut |event| {
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
        let again = fine_tune(&set, None, &small(), &options(), Some(checkpoint), &mut |event| {
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

/// A teacher that says the opposite of the toy rows' labels.
fn contrary(asked: Vec<QuoteInContext>) -> Vec<SoftRow> {
    let row = |quote: QuoteInContext| {
        let stance = match quote.text().split(' ').next() {
            Some("a") => [0.1, 0.8, 0.1],
            Some("the") => [0.8, 0.1, 0.1],
            _ => [0.1, 0.1, 0.8],
        };
        SoftRow { quote, stance, sentiment: [0.2, 0.6, 0.2] }
    };
    asked.into_iter().map(row).collect()
}

fn taught_by_the_contrary(hard_share: f64, drawn: usize) -> (Trained, usize) {
    let mut asked = 0;
    let mut soft = |quotes: Vec<QuoteInContext>| {
        asked += quotes.len();
        contrary(quotes)
    };
    let drawn = toy(drawn).examples.into_iter().map(|example| example.quote).collect();
    let distilled = Distilled { teacher: "contrary".to_owned(), hard_share, ..Distilled::default() };
    let teaching = Teaching { drawn, hard_share, soft: &mut soft, distilled };
    let trained = fine_tune(&toy(240), Some(teaching), &small(), &options(), None, &mut |_| Ok(())).unwrap();
    (trained, asked)
}

#[test]
fn a_student_believes_labels_and_teacher_by_their_shares() {
    let accuracy = |trained: &Trained| trained.report.stance.validation.as_ref().unwrap().accuracy.value;
    let (labels, asked) = taught_by_the_contrary(1.0, 0);
    assert_eq!(asked, 0, "nothing to ask about");
    assert!(accuracy(&labels) > 0.9);
    let (teacher, asked) = taught_by_the_contrary(0.0, 30);
    assert!(asked > 30 + 150 && asked < 30 + 240, "{asked}: the fitted rows and the drawn ones");
    // Neutral rows, one in three, are the same to both.
    assert!(accuracy(&teacher) < 0.5, "{}", accuracy(&teacher));
    let kept = teacher.model.info().training.distilled.as_ref().unwrap();
    assert_eq!((kept.teacher.as_str(), kept.rows, kept.fitted), ("contrary", 30, 30));
}

#[test]
fn drawn_sentences_alone_can_teach() {
    let accuracy = |trained: &Trained| trained.report.stance.validation.as_ref().unwrap().accuracy.value;
    let (few, _) = taught_by_the_contrary(1.0, 30);
    let (many, asked) = taught_by_the_contrary(1.0, 2400);
    assert_eq!(asked, 2400, "the teacher is not asked about labelled rows");
    assert!(accuracy(&few) > 0.9 && accuracy(&many) < 0.5, "{} {}", accuracy(&few), accuracy(&many));
}

#[test]
fn a_checkpoint_of_another_run_is_left_aside() {
    let set = toy(60);
    let mut checkpoint = Vec::new();
    fine_tune(&set, None, &small(), &FineTuneOptions { epochs: 1, ..options() }, None, &mut |event| {
        if let FineTuneEvent::Checkpoint(bytes) = event {
            checkpoint = bytes.to_vec();
        }
        Ok(())
    })
    .unwrap();
    let other = FineTuneOptions { epochs: 1, seed: 2, ..options() };
    fine_tune(&set, None, &small(), &other, Some(&checkpoint), &mut |event| {
        assert!(!matches!(event, FineTuneEvent::Resumed { .. }));
        Ok(())
    })
    .unwrap();
    let error = fine_tune(&set, None, &small(), &options(), Some(b"no checkpoint"), &mut |_| Ok(()));
    assert!(matches!(error, Err(FineTuneError::Checkpoint { .. })));
}

#[test]
fn too_little_data_and_options_out_of_range_are_refused() {
    let refused = |set: &LabelledSet, options: &FineTuneOptions| {
        fine_tune(set, None, &small(), options, None, &mut |_| Ok(())).err().map(|error| error.to_string())
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
