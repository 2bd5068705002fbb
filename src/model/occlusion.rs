use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::encode::{Encoder, PieceKind};
use crate::types::{QuoteInContext, Span};

use super::explain::{Contribution, Reasons};
use super::{Head, softmax};

/// Words that are left out in turn: those nearest to the quote, about as many as an encoder reads.
const MOST_WORDS: usize = 128;

/// The account of heads over an encoder that reads the text as a whole: each word is left out in turn, and
/// what the logits lose is its contribution (Zeiler and Fergus, *Visualizing and Understanding Convolutional
/// Networks*, ECCV 2014, section 4.2; Li, Monroe and Jurafsky, *Understanding Neural Networks through
/// Representation Erasure*, 2016, arXiv:1612.08220).
///
/// The intercept is what the contributions leave of the logits: words that say the same thing twice
/// explain little one by one.
pub(super) fn reasons(encoder: &dyn Encoder, heads: [&Head; 2], quote: &QuoteInContext) -> [Reasons; 2] {
    let words = words(quote);
    let mut versions = vec![quote.clone()];
    versions.extend(words.iter().map(|word| without(quote, word)));
    let features = encoder.encode(&versions);
    heads.map(|head| {
        let temperature = head.temperature();
        let logits_of = |row: usize| {
            let (columns, values) = features.row(row);
            head.logits(columns, values).map(|logit| logit / temperature)
        };
        let logits = logits_of(0);
        let mut intercept = logits;
        let contributions = words.iter().enumerate().map(|(place, word)| {
            let others = logits_of(place + 1);
            let weight = [0, 1, 2].map(|class: usize| logits[class] - others[class]);
            for (intercept, weight) in intercept.iter_mut().zip(weight) {
                *intercept -= weight;
            }
            Contribution {
                span: Span::new(word.start, word.end),
                inside: quote.spans.iter().any(|span| span.start <= word.start && word.start < span.end),
                ngram: quote.context.get(word.clone()).unwrap_or_default().to_owned(),
                kind: PieceKind::Words,
                weight,
            }
        });
        let contributions = contributions.collect();
        let probabilities = match head.isotonic() {
            Some(curves) => curves.apply(softmax(logits)),
            None => softmax(logits),
        };
        Reasons { probabilities, logits, intercept, contributions }
    })
}

/// The words of the context nearest to the quote, in reading order.
fn words(quote: &QuoteInContext) -> Vec<Range<usize>> {
    let words = quote.context.unicode_word_indices();
    let mut words: Vec<Range<usize>> = words.map(|(start, word)| start..start + word.len()).collect();
    let first = quote.spans.first().map_or(0, |span| span.start);
    let last = quote.spans.last().map_or(first, |span| span.end);
    let distance = |word: &Range<usize>| first.saturating_sub(word.end).max(word.start.saturating_sub(last));
    words.sort_by_key(distance);
    words.truncate(MOST_WORDS);
    words.sort_by_key(|word| word.start);
    words
}

/// The quote in its context without one stretch, and without the space that then stands double.
fn without(quote: &QuoteInContext, word: &Range<usize>) -> QuoteInContext {
    let before = quote.context.get(..word.start).unwrap_or_default();
    let after = quote.context.get(word.end..).unwrap_or_default();
    let spare = match after.chars().next() {
        Some(space)
            if space.is_whitespace() && before.chars().next_back().is_none_or(char::is_whitespace) =>
        {
            space.len_utf8()
        }
        _ => 0,
    };
    let end = word.end + spare;
    let moved = |at: usize| if at >= end { at - (end - word.start) } else { at.min(word.start) };
    QuoteInContext {
        context: format!("{before}{}", after.get(spare..).unwrap_or_default()),
        spans: quote.spans.iter().map(|span| Span::new(moved(span.start), moved(span.end))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_is_left_out_with_its_space() {
        for (context, quoted, word, expected) in [
            (
                "He called it a grave mistake.",
                "a grave mistake",
                "grave",
                ("He called it a mistake.", "a mistake"),
            ),
            ("He called it overdue.", "overdue", "overdue", ("He called it .", "")),
            ("We will see", "We", "We", ("will see", "")),
            ("Then we wait there", "we wait", "wait", ("Then we there", "we ")),
        ] {
            let start = context.find(quoted).unwrap();
            let spans = vec![Span::new(start, start + quoted.len())];
            let quote = QuoteInContext { context: context.to_owned(), spans };
            let start = context.find(word).unwrap();
            let own = without(&quote, &(start..start + word.len()));
            assert_eq!((own.context.as_str(), own.text().as_str()), expected, "{context}");
        }
    }

    proptest! {
        #[test]
        fn spans_stay_in_the_text(text in "[a c\u{e9}“.]{1,40}", from in 0_usize..40, to in 0_usize..40) {
            let at = |place: usize| text.floor_char_boundary(place.min(text.len()));
            let span = Span::new(at(from.min(to)), at(from.max(to)));
            let quote = QuoteInContext { context: text.clone(), spans: vec![span] };
            for word in words(&quote) {
                let own = without(&quote, &word);
                prop_assert!(own.spans.iter().all(|span| span.of(&own.context).is_some()));
            }
        }
    }
}
