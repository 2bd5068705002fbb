use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

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

fn corpus() -> Vec<QuoteInContext> {
    [
        "The minister said: \"[[We will not negotiate with them]].\"",
        "\"[[We are ready to negotiate]],\" the minister said, \"[[and we will not leave the table]].\"",
        "He called the talks [[productive]] after a long day.",
        "[[We will not leave]]",
        "The ministry said the talks had been [[useful]] and would go on.",
    ]
    .map(quote)
    .to_vec()
}

fn fitted() -> WordsEncoder {
    WordsEncoder::fit(WordsSettings::default(), &corpus()).unwrap()
}

fn settings(change: impl FnOnce(&mut WordsSettings)) -> WordsSettings {
    let mut settings = WordsSettings::default();
    change(&mut settings);
    settings
}

fn row(encoder: &WordsEncoder, marked: &str) -> (Vec<u32>, Vec<f32>) {
    let features = encoder.encode(&[quote(marked)]);
    let (columns, values) = features.row(0);
    (columns.to_vec(), values.to_vec())
}

#[track_caller]
fn same(one: &str, other: &str) {
    let encoder = fitted();
    assert_eq!(row(&encoder, one), row(&encoder, other), "{one} | {other}");
    assert!(!row(&encoder, one).0.is_empty());
}

#[test]
fn marks_do_not_matter() {
    same("The minister said: \"[[We will not leave]].\"", "The minister said: “[[We will not leave]].”");
    same("The minister said: \"[[We will not leave]].\"", "The minister said: [[We will not leave]]");
    same("\"[[We will not leave,]]\" the minister said", "«[[We will not leave]]», the minister said");
    same("[[We won't leave the table]]", "‘[[We won’t leave the table]]’");
    same("[[WE WILL NOT LEAVE]]", "[[we will  not\u{a0}leave,]]");
}

#[test]
fn quote_and_context_count_apart() {
    let encoder = fitted();
    let (inside, _) = row(&encoder, "[[the minister]]");
    let (outside, _) = row(&encoder, "the minister said [[xyzzy]]");
    assert!(inside.iter().all(|column| !outside.contains(column)));
}

#[test]
fn rows_have_unit_length() {
    let encoder = fitted();
    for example in corpus() {
        let features = encoder.encode(&[example]);
        let squares: f32 = features.row(0).1.iter().map(|value| value * value).sum();
        assert!((squares - 1.0).abs() < 1e-5, "{squares}");
    }
}

#[test]
fn unknown_words_give_an_empty_row() {
    assert!(row(&fitted(), "xyzzy [[plugh]] qwrt").0.is_empty());
}

#[test]
fn a_batch_is_its_quotes_one_by_one() {
    let encoder = fitted();
    let batch = encoder.encode(&corpus());
    for (index, example) in corpus().into_iter().enumerate() {
        assert_eq!(encoder.encode(&[example]).row(0), batch.row(index));
    }
}

/// A column needs two rows, and the idf is `ln((1 + rows) / (1 + rows with it)) + 1`.
#[test]
fn columns_and_weights_by_hand() {
    let only_words = settings(|settings| {
        settings.quote_words = (1, 1);
        settings.weights = BlockWeights { quote_words: 1.0, quote_characters: 0.0, context_words: 0.0 };
    });
    let quotes = ["[[war peace]]", "[[war talks]]", "[[war war peace]]"].map(quote);
    let encoder = WordsEncoder::fit(only_words, &quotes).unwrap();
    assert_eq!(encoder.dimensions(), 2);
    let (war, peace) = (1.0, (4.0_f64 / 3.0).ln() + 1.0);
    let double = (1.0 + 2.0_f64.ln()) * war;
    let length = (double * double + peace * peace).sqrt();
    let mut expected = [double / length, peace / length];
    let mut found: Vec<f64> =
        row(&encoder, "[[war war peace]]").1.iter().map(|&value| f64::from(value)).collect();
    expected.sort_by(f64::total_cmp);
    found.sort_by(f64::total_cmp);
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn the_most_frequent_columns_stay() {
    let few = WordsEncoder::fit(settings(|settings| settings.max_columns = 3), &corpus()).unwrap();
    assert_eq!(few.dimensions(), 3);
    assert!(fitted().dimensions() > 3);
}

#[test]
fn context_beyond_reach_is_not_read() {
    let near = settings(|settings| {
        settings.reach = 2;
        settings.min_rows = 1;
    });
    let encoder = WordsEncoder::fit(near, &corpus()).unwrap();
    assert_eq!(
        row(&encoder, "we will not leave the minister said [[productive]] after a"),
        row(&encoder, "table table the minister said [[productive]] after a long day"),
    );
}

#[test]
fn kept_parts_build_the_same_encoder() {
    let encoder = fitted();
    let kept = super::super::restore("words", &encoder.parts().unwrap()).unwrap();
    assert_eq!(kept.dimensions(), encoder.dimensions());
    assert_eq!(kept.encode(&corpus()), encoder.encode(&corpus()));
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let whole = fitted().parts().unwrap();
    let check = |change: &dyn Fn(&mut EncoderParts), expected: &str| {
        let mut parts = whole.clone();
        change(&mut parts);
        let error = super::super::restore("words", &parts).err().map(|error| error.to_string());
        assert!(error.as_deref().is_some_and(|error| error.contains(expected)), "{error:?}: {expected}");
    };
    check(&|parts| parts.settings["hash"] = "md5".into(), "md5");
    check(&|parts| parts.settings["quote_words"] = [0, 2].into_iter().collect(), "quote_words");
    check(&|parts| parts.files = BTreeMap::new(), "tokenizer.json");
    check(&|parts| parts.tensors.clear(), "encoder.codes");
    check(&|parts| parts.tensors[0].values = TensorValues::U32(vec![2, 1]), "ascend");
    check(&|parts| parts.tensors[1].values = TensorValues::F32(vec![1.0]), "1 values");
    assert!(matches!(super::super::restore("runes", &whole), Err(EncodeError::Kind { .. })));
}

#[test]
fn wrong_settings_are_refused() {
    for wrong in [
        settings(|settings| settings.quote_words = (2, 1)),
        settings(|settings| settings.quote_characters = (1, 9)),
        settings(|settings| settings.max_columns = 0),
        settings(|settings| settings.weights.quote_words = f64::NAN),
    ] {
        assert!(matches!(WordsEncoder::fit(wrong, &corpus()), Err(EncodeError::Setting { .. })));
    }
}

proptest! {
    /// The traced pieces of a row sum to its values, column by column.
    #[test]
    fn pieces_sum_to_the_row(
        words in prop::collection::vec(prop::sample::select(vec!["we", "will", "not", "leave", "the", "talks", "minister", "said"]), 1..20),
        from in 0..20_usize,
        to in 0..20_usize,
    ) {
        let encoder = fitted();
        let (from, to) = (from.min(to).min(words.len() - 1), from.max(to).min(words.len() - 1));
        let mut marked = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        marked[from].insert_str(0, "[[");
        marked[to].push_str("]]");
        let example = quote(&marked.join(" "));
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for piece in encoder.trace(&example) {
            prop_assert!(piece.span.of(&example.context).is_some());
            prop_assert_eq!(piece.inside, example.spans[0].contains(piece.span));
            *sums.entry(piece.column).or_default() += piece.value;
        }
        let features = encoder.encode(std::slice::from_ref(&example));
        let (columns, values) = features.row(0);
        prop_assert_eq!(sums.keys().copied().collect::<Vec<_>>(), columns.to_vec());
        for (sum, value) in sums.values().zip(values) {
            prop_assert!((sum - f64::from(*value)).abs() < 1e-6);
        }
    }

    /// Spans that do not fit the text are no reason to fail.
    #[test]
    fn any_spans_are_survived(context in "\\PC{0,30}", spans in prop::collection::vec((0..60_usize, 0..60_usize), 0..4)) {
        let encoder = fitted();
        let spans = spans.into_iter().map(|(start, end)| Span::new(start, end)).collect();
        let example = QuoteInContext { context, spans };
        prop_assert_eq!(encoder.encode(std::slice::from_ref(&example)).rows(), 1);
        encoder.trace(&example);
    }
}
