use std::collections::BTreeMap;
use std::thread;

use proptest::prelude::*;
use serde::Deserialize;

use crate::encode::{EncodeError, Encoder, EncoderParts, TensorValues, restore};
use crate::types::{QuoteInContext, Span};

use super::network::{Network, Workspace};
use super::tokens::Tokens;
use super::*;

/// A network of random weights, with the hidden states that a 64-bit implementation gives for some texts.
/// Its `tokenizer.json` asks for truncation and padding to 6 tokens.
const CONFIG: &[u8] = include_bytes!("fixture/config.json");
const WEIGHTS: &[u8] = include_bytes!("fixture/model.safetensors");
const TOKENIZER: &[u8] = include_bytes!("fixture/tokenizer.json");
const EXPECTED: &str = include_str!("fixture/expected.json");

/// The same for the other family; its tokenizer differs in the marks only.
const MPNET_CONFIG: &[u8] = include_bytes!("fixture/mpnet/config.json");
const MPNET_WEIGHTS: &[u8] = include_bytes!("fixture/mpnet/model.safetensors");
const MPNET_EXPECTED: &str = include_str!("fixture/mpnet/expected.json");

#[derive(Deserialize)]
struct Expected {
    text: String,
    ids: Vec<u32>,
    states: Vec<Vec<f32>>,
}

fn pretrained() -> Pretrained {
    let notices = [("NOTICE".to_owned(), b"random".to_vec())].into();
    Pretrained::from_files(CONFIG, WEIGHTS, TOKENIZER, notices).unwrap()
}

fn encoder(change: impl FnOnce(&mut DeepSettings)) -> DeepEncoder {
    let mut settings = DeepSettings { limit: 16, ..DeepSettings::default() };
    change(&mut settings);
    DeepEncoder::new(pretrained(), settings).unwrap()
}

/// Reads `[[ ]]` marks, which [`crate::records::unmark`] does for real data.
fn quote(marked: &str) -> QuoteInContext {
    let mut context = String::new();
    let mut spans = Vec::new();
    for (place, part) in marked.split("[[").enumerate() {
        let (inside, after) = if place == 0 { ("", part) } else { part.split_once("]]").unwrap() };
        if place > 0 {
            spans.push(Span::new(context.len(), context.len() + inside.len()));
        }
        context.push_str(inside);
        context.push_str(after);
    }
    QuoteInContext { context, spans }
}

fn quotes() -> Vec<QuoteInContext> {
    [
        "The envoy said: \"[[We will not strike.]]\"",
        "[[no deal is near]]",
        "\"[[We will talk]],\" the minister said, \"[[and we will wait]].\" no deal is near.",
        "the table [[]] is back",
        "",
        "🕊️ the envoy said [[“we will 等待 talk” 🕊️ naïve]] zzz",
    ]
    .map(quote)
    .to_vec()
}

fn row(encoder: &DeepEncoder, quote: &QuoteInContext) -> Vec<f32> {
    encoder.encode(std::slice::from_ref(quote)).row(0).1.to_vec()
}

/// The words that a window reads, with marks around those of the quote.
fn words(encoder: &DeepEncoder, quote: &QuoteInContext) -> Vec<String> {
    let window = encoder.window(quote);
    let inner = window.roles.iter().zip(&window.spans).filter(|(role, _)| **role != Role::Mark);
    inner
        .map(|(role, span)| {
            let word = span.of(&quote.context).unwrap();
            if *role == Role::Quote { format!("[{word}]") } else { word.to_owned() }
        })
        .collect()
}

fn mpnet() -> Pretrained {
    let tokenizer = std::str::from_utf8(TOKENIZER).unwrap().replace("[CLS]", "<s>").replace("[SEP]", "</s>");
    Pretrained::from_files(MPNET_CONFIG, MPNET_WEIGHTS, tokenizer.as_bytes(), BTreeMap::new()).unwrap()
}

#[test]
fn hidden_states_are_those_of_the_reference() {
    hidden_states_are(&pretrained(), EXPECTED);
    hidden_states_are(&mpnet(), MPNET_EXPECTED);
}

fn hidden_states_are(pretrained: &Pretrained, expected: &str) {
    let network = Network::new(&pretrained.architecture, &pretrained.weights, Compute::Float32).unwrap();
    let tokens = Tokens::from_json(&pretrained.tokenizer, &pretrained.architecture).unwrap();
    let expected: Vec<Expected> = serde_json::from_str(expected).unwrap();
    let sequences: Vec<&[u32]> = expected.iter().map(|it| it.ids.as_slice()).collect();
    let mut workspace = Workspace::default();
    let states = network.hidden_states(&sequences, &mut workspace).unwrap();
    let reference: Vec<f32> = expected.iter().flat_map(|it| it.states.iter().flatten().copied()).collect();
    assert_eq!(states.len(), reference.len());
    for (state, reference) in states.iter().zip(&reference) {
        assert!((state - reference).abs() < 1e-5, "{state} {reference}");
    }
    for it in expected {
        let window = Window::around(&QuoteInContext::bare(it.text.clone()), &tokens, 40);
        assert_eq!(window.ids, it.ids, "{}", it.text);
    }
}

#[test]
fn a_window_is_cut_in_tokens_around_the_quote() {
    let long = "the envoy said the minister will wait for [[no deal]] and the envoy will stand firm";
    for (name, text, limit, expected) in [
        ("all", "we [[will]] wait", 40, &["we", "[will]", "wait"][..]),
        ("cut", long, 8, &["wait", "for", "[no]", "[deal]", "and", "the"]),
        ("cut at the start", "we [[will]] wait for them and talk", 6, &["we", "[will]", "wait", "for"]),
        ("quote too long", "we [[will wait for them]]", 5, &["[will]", "[wait]", "[for]"]),
        ("two segments", "[[we]] said [[will]] wait for", 6, &["[we]", "said", "[will]", "wait"]),
        ("empty quote", "we will [[]] wait for", 4, &["will", "wait"]),
        ("pieces of a word", "we [[talked]]", 9, &["we", "[talk]", "[ed]"]),
        ("no text", "", 9, &[]),
    ] {
        let encoder = encoder(|settings| settings.limit = limit);
        assert_eq!(words(&encoder, &quote(text)), expected, "{name}");
    }
}

#[test]
fn special_tokens_in_the_text_are_text() {
    let encoder = encoder(|settings| settings.limit = 40);
    let ids = encoder.window(&QuoteInContext::bare("we [SEP] will [CLS]")).ids;
    assert_eq!(ids.iter().filter(|&&id| id == ids[0]).count(), 1, "{ids:?}");
    assert_eq!(ids.iter().filter(|&id| id == ids.last().unwrap()).count(), 1, "{ids:?}");
}

#[test]
fn pools_stand_side_by_side() {
    let all = encoder(|_| {});
    let quote = &quotes()[0];
    let row_of = |pools: &[Pool]| row(&encoder(|settings| settings.pools = pools.to_vec()), quote);
    let parts = [Pool::Quote, Pool::Context, Pool::All].map(|pool| row_of(&[pool]));
    assert_eq!(row(&all, quote), parts.concat());
    assert_eq!(row_of(&[Pool::All, Pool::Quote]), [&*parts[2], &*parts[0]].concat());
    for part in parts {
        assert!((part.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn what_is_empty_is_zero() {
    let encoder = encoder(|_| {});
    let row = row(&encoder, &QuoteInContext { context: String::new(), spans: Vec::new() });
    assert_eq!(row.len(), 24);
    assert_eq!(row[..16], [0.0; 16]);
    assert!(row[16..].iter().any(|&value| value != 0.0), "the marks are always there");
}

#[test]
fn a_batch_gives_the_bits_of_its_quotes_one_by_one() {
    for compute in [Compute::Float32, Compute::Int8] {
        check_batches(&encoder(|settings| settings.compute = compute));
    }
}

fn check_batches(encoder: &DeepEncoder) {
    let quotes: Vec<QuoteInContext> = quotes().into_iter().cycle().take(200).collect();
    let single: Vec<Vec<f32>> = quotes.iter().map(|quote| row(encoder, quote)).collect();
    for size in [2, 7, 64, 200] {
        let rows = quotes.chunks(size).flat_map(|chunk| {
            let features = encoder.encode(chunk);
            features.iter().map(|(_, values)| values.to_vec()).collect::<Vec<_>>()
        });
        for (place, (together, alone)) in rows.zip(&single).enumerate() {
            assert!(together == *alone, "batches of {size}, row {place}: {together:?} {alone:?}");
        }
    }
    let elsewhere = thread::scope(|scope| scope.spawn(|| encoder.encode(&quotes)).join().unwrap());
    assert!(elsewhere == encoder.encode(&quotes));
}

#[test]
fn long_paragraphs_are_read_around_the_quote() {
    let encoder = encoder(|_| {});
    for filler in ["the envoy said ", "🕊️", "等待", " ", "\"", "zzzzzzzzz", "\u{301}"] {
        let many = filler.repeat(100_000 / filler.len());
        let text = quote(&format!("{many} no deal [[we will wait]] and talk {many}"));
        let words = words(&encoder, &text);
        assert!(words.len() <= 14, "{words:?}");
        let quoted: Vec<&String> = words.iter().filter(|word| word.starts_with('[')).collect();
        assert_eq!(quoted, ["[we]", "[will]", "[wait]"], "{filler}");
        let long = quote(&format!("no deal [[{many}]]"));
        assert_eq!(row(&encoder, &long).len(), 24);
    }
}

#[test]
fn a_kept_encoder_gives_the_same_rows() {
    let encoder = encoder(|settings| settings.pools = vec![Pool::All, Pool::Quote]);
    let parts = encoder.parts().unwrap();
    assert_eq!(parts.files.keys().collect::<Vec<_>>(), ["NOTICE", "tokenizer.json"]);
    assert!(parts.tensors.iter().all(|tensor| tensor.name.starts_with("encoder.")));
    let kept = restore(encoder.kind(), &parts).unwrap();
    assert_eq!(kept.kind(), DeepEncoder::KIND);
    assert_eq!(kept.dimensions(), 16);
    assert_eq!(kept.encode(&quotes()), encoder.encode(&quotes()));
    assert_eq!(kept.parts().unwrap(), parts);
}

#[test]
fn rounding_hardly_turns_a_row() {
    let exact = pretrained();
    let network = Network::new(&exact.architecture, &exact.weights, Compute::Float32).unwrap();
    let encoder = encoder(|settings| settings.pools = vec![Pool::All]);
    for quote in quotes() {
        let window = encoder.window(&quote);
        let mut exact = [0.0; 8];
        Pool::All.mean(
            network.hidden_states(&[&window.ids], &mut Workspace::default()).unwrap(),
            &window.roles,
            &mut exact,
        );
        let cosine: f32 = row(&encoder, &quote).iter().zip(&exact).map(|(one, other)| one * other).sum();
        assert!(cosine > 0.999, "{cosine} {quote:?}");
    }
}

#[test]
fn integers_hardly_turn_a_row() {
    let float = encoder(|_| {});
    let int8 = encoder(|settings| settings.compute = Compute::Int8);
    for quote in quotes() {
        let (float, int8) = (row(&float, &quote), row(&int8, &quote));
        for (one, other) in float.chunks(8).zip(int8.chunks(8)) {
            let cosine: f32 = one.iter().zip(other).map(|(one, other)| one * other).sum();
            assert!(cosine > 0.99 || one == [0.0; 8], "{cosine} {quote:?}");
        }
    }
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let check = |name: &str, error: Result<DeepEncoder, EncodeError>, expected: &str| {
        let error = error.err().unwrap().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    };
    let from = |config: &[u8], weights: &[u8], tokenizer: &[u8]| {
        Pretrained::from_files(config, weights, tokenizer, BTreeMap::new()).and_then(|pretrained| {
            DeepEncoder::new(pretrained, DeepSettings { limit: 16, ..DeepSettings::default() })
        })
    };
    let config = |from: &str, to: &str| String::from_utf8_lossy(CONFIG).replace(from, to).into_bytes();
    check("no JSON", from(b"{", WEIGHTS, TOKENIZER), "config.json");
    check("no arrays", from(CONFIG, b"12345678", TOKENIZER), "header");
    check("layers", from(&config("_layers\": 2", "_layers\": 3"), WEIGHTS, TOKENIZER), "encoder.layer.2");
    check("width", from(&config("\"hidden_size\": 8", "\"hidden_size\": 4"), WEIGHTS, TOKENIZER), "shape");
    check("no tokenizer", from(CONFIG, WEIGHTS, b"{}"), "text pipeline");
    let wider = String::from_utf8_lossy(TOKENIZER).replace("\"firm\": ", "\"firm\": 9").into_bytes();
    check("vocabulary", from(CONFIG, WEIGHTS, &wider), "word embeddings");
    for limit in [2, 41] {
        let settings = DeepSettings { limit, ..DeepSettings::default() };
        check("limit", DeepEncoder::new(pretrained(), settings), "between 3 and 40");
    }
    let settings = DeepSettings { limit: 16, pools: vec![], ..DeepSettings::default() };
    check("pools", DeepEncoder::new(pretrained(), settings), "'pools'");
}

#[test]
fn broken_parts_are_refused() {
    let parts = encoder(|_| {}).parts().unwrap();
    let check = |name: &str, change: fn(&mut EncoderParts)| {
        let mut broken = parts.clone();
        change(&mut broken);
        assert!(restore(DeepEncoder::KIND, &broken).is_err(), "{name}");
    };
    check("no settings", |parts| parts.settings = serde_json::Value::Null);
    check("no tokenizer", |parts| parts.files.clear());
    check("no array", |parts| drop(parts.tensors.pop()));
    check("other type", |parts| parts.tensors[0].values = TensorValues::U32(vec![1]));
    check("too short", |parts| {
        parts.tensors.iter_mut().for_each(|tensor| {
            if let TensorValues::I8(values) = &mut tensor.values {
                values.pop();
            }
        });
    });
    check("not finite", |parts| {
        parts.tensors.iter_mut().for_each(|tensor| {
            if let TensorValues::F32(values) = &mut tensor.values {
                values.fill(f32::NAN);
            }
        });
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_gives_a_finite_row(before in "\\PC{0,60}", inside in "\\PC{0,60}", after in "\\PC{0,60}", limit in 3_usize..40) {
        let encoder = encoder(|settings| settings.limit = limit);
        let context = format!("{before}{inside}{after}");
        let spans = vec![Span::new(before.len(), before.len() + inside.len())];
        let quote = QuoteInContext { context, spans };
        let window = encoder.window(&quote);
        prop_assert!((2..=limit).contains(&window.ids.len()));
        prop_assert!(window.spans.iter().all(|span| span.of(&quote.context).is_some()));
        let other = QuoteInContext::bare("we will wait");
        let together = encoder.encode(&[other, quote.clone()]);
        let row = row(&encoder, &quote);
        prop_assert_eq!(together.row(1).1, row.as_slice());
        prop_assert!(row.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn spans_that_point_nowhere_do_no_harm(text in "\\PC{0,20}", start in 0_usize..200, end in 0_usize..200) {
        let encoder = encoder(|_| {});
        let quote = QuoteInContext { context: text, spans: vec![Span { start, end }] };
        prop_assert_eq!(row(&encoder, &quote).len(), 24);
    }
}
