use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::encode::{EncodeError, Encoder as _, EncoderParts, restore};
use crate::types::{QuoteInContext, Span};

fn vocabulary() -> EncoderParts {
    let values = crate::encode::TensorValues::F32((0..12_u8).map(f32::from).collect());
    let name = "encoder.bert.embeddings.word_embeddings.weight".to_owned();
    EncoderParts {
        tensors: vec![crate::encode::Tensor { name, shape: vec![6, 2], values }],
        files: [(
            "tokenizer.json".to_owned(),
            br#"{"model": {"vocab": {"we": 0, "will": 1, "wait": 2, "said": 3, "he": 4, "not": 5}}}"#
                .to_vec(),
        )]
        .into(),
        ..EncoderParts::default()
    }
}

fn encoder(settings: FastSettings) -> FastEncoder {
    let vectors = WordVectors::of_deep(&vocabulary()).unwrap();
    FastEncoder::new(settings, Vocabulary::of(&vectors)).unwrap()
}

fn marked(text: &str) -> QuoteInContext {
    let start = text.find('[').unwrap();
    let end = text.find(']').unwrap() - 1;
    let context = text.replace(['[', ']'], "");
    QuoteInContext { context, spans: vec![Span::new(start, end)] }
}

#[test]
fn a_word_has_a_column_for_each_place() {
    let encoder = encoder(FastSettings { run: 1, near: 0, ..FastSettings::default() });
    let of = |text: &str| encoder.encode(&[marked(text)]).row(0).0.to_vec();
    assert_eq!(of("[wait]").len(), 1);
    assert_ne!(of("[wait] he"), of("[he] wait"));
    let known = encoder.known_words() as u32;
    assert!(of("he said [we will wait]").iter().all(|&column| column < known * 2));
    assert!(of("[unheard]")[0] >= known * 2);
}

#[test]
fn entries_are_weighed_by_the_number_of_words() {
    let encoder = encoder(FastSettings { run: 1, near: 0, context: 0.5, ..FastSettings::default() });
    let features = encoder.encode(&[marked("he said [we will wait wait]")]);
    let (_, values) = features.row(0);
    let mut values = values.to_vec();
    values.sort_by(f32::total_cmp);
    let half = 0.5 / 2_f32.sqrt();
    assert_eq!(values, [half, half, 0.5, 0.5, 1.0]);
}

#[test]
fn the_same_words_in_other_marks_and_cases_are_the_same_row() {
    let encoder = encoder(FastSettings::default());
    let row = |text| encoder.encode(&[marked(text)]);
    assert_eq!(row("He said, [We will not wait.]"), row("he said “[we WILL not—wait]”"));
    assert_ne!(row("he said [we will not wait]"), row("he said [we will wait not]"));
    assert_ne!(row("he said [we will wait]"), row("[we will wait] he said"));
}

#[test]
fn only_so_much_context_is_read() {
    let encoder = encoder(FastSettings { reach: 20, ..FastSettings::default() });
    let row = |text: &str| encoder.encode(&[marked(text)]);
    let near = row("said he not we [wait] will we not he");
    assert_eq!(row("unreadabl said he not we [wait] will we not he unheardof"), near);
    assert_eq!(
        row(&format!("{}said he not we [wait] will we not he{}", "far ".repeat(900), " far".repeat(900))),
        near
    );
}

#[test]
fn entries_add_up_to_the_row() {
    let encoder = encoder(FastSettings { run: 3, ..FastSettings::default() });
    let quotes =
        [marked("he said [we will wait, we will not] and he said"), marked("[wait]"), marked("he []")];
    let features = encoder.encode(&quotes);
    let mut row = 0;
    assert!(encoder.for_each_entry(&quotes, &mut |entries| {
        let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
        entries.iter().for_each(|&(column, value)| *sums.entry(column).or_default() += value);
        let (columns, values) = features.row(row);
        assert_eq!(sums.keys().copied().collect::<Vec<_>>(), columns);
        assert!(sums.values().zip(values).all(|(one, other)| (one - other).abs() < 1e-6));
        row += 1;
    }));
    assert_eq!(row, 3);
}

#[test]
fn a_kept_encoder_gives_the_same_rows() {
    let encoder = encoder(FastSettings { context: 0.3, ..FastSettings::default() });
    let kept = restore(FastEncoder::KIND, &encoder.parts().unwrap()).unwrap();
    let quotes = [marked("he said [we will wait] unheard"), marked("[not unheard]")];
    assert_eq!(kept.encode(&quotes), encoder.encode(&quotes));
    assert_eq!(kept.parts().unwrap(), encoder.parts().unwrap());
    assert_eq!(kept.dimensions(), encoder.dimensions());
}

#[test]
fn wrong_parts_are_refused() {
    for settings in [
        FastSettings { bits: 30, ..FastSettings::default() },
        FastSettings { run: 0, ..FastSettings::default() },
        FastSettings { reach: 1 << 20, ..FastSettings::default() },
        FastSettings { context: f32::NAN, ..FastSettings::default() },
    ] {
        assert!(matches!(
            FastEncoder::new(settings, Vocabulary::default()),
            Err(EncodeError::Setting { .. })
        ));
    }
    let mut parts = encoder(FastSettings::default()).parts().unwrap();
    parts.tensors[0].values = crate::encode::TensorValues::U32(vec![2, 1]);
    assert!(matches!(restore(FastEncoder::KIND, &parts), Err(EncodeError::Array { .. })));
    parts.tensors.clear();
    assert!(matches!(restore(FastEncoder::KIND, &parts), Err(EncodeError::Array { .. })));
    parts.settings["hash"] = "md5".into();
    assert!(matches!(restore(FastEncoder::KIND, &parts), Err(EncodeError::Setting { .. })));
}

proptest! {
    #[test]
    fn any_text_and_spans_can_be_encoded(context in "[a-zé“ .!0-9]{0,80}", ends in prop::collection::vec(0..100_usize, 0..6)) {
        let mut ends = ends;
        ends.sort_unstable();
        let spans: Vec<Span> = ends.chunks_exact(2).map(|ends| Span::new(ends[0], ends[1])).collect();
        let quote = QuoteInContext { context, spans };
        let features = encoder(FastSettings::default()).encode(&[quote]);
        prop_assert_eq!(features.rows(), 1);
        prop_assert!(features.row(0).1.iter().all(|value| value.is_finite()));
    }
}
