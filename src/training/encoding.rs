use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use crate::encode::{EncodeError, Encoder, Features, JoinedEncoder, WordsEncoder, WordsSettings};
use crate::types::QuoteInContext;

/// Which encoder a model gets.
#[derive(Clone)]
pub enum EncoderPlan {
    /// N-grams, learned from the training rows; on every fold anew.
    Words(WordsSettings),
    /// An encoder that stays as it is.
    Given(Arc<dyn Encoder>),
    /// An encoder that stays as it is, and n-grams beside it.
    GivenAndWords(Arc<dyn Encoder>, WordsSettings),
}

/// Rows that a thread encodes at a time.
const CHUNK: usize = 64;

impl EncoderPlan {
    /// Penalties worth trying: the best is seldom at an end of them.
    #[must_use]
    pub fn penalties(&self) -> Vec<f64> {
        match self {
            Self::Words(_) => vec![3.0, 1.0, 0.3, 0.1],
            Self::Given(_) | Self::GivenAndWords(..) => vec![10.0, 3.0, 1.0, 0.3],
        }
    }

    /// Number of reports that [`given`](Self::given) makes for so many rows.
    pub(super) fn chunks(&self, rows: usize) -> usize {
        match self {
            Self::Words(_) => 0,
            Self::Given(_) | Self::GivenAndWords(..) => rows.div_ceil(CHUNK),
        }
    }

    /// The rows of the given encoder, which no fold changes; none where nothing is given. They are spread
    /// over threads, whose number changes nothing.
    pub(super) fn given(
        &self,
        quotes: &[QuoteInContext],
        threads: NonZeroUsize,
        tell: &mut dyn FnMut(),
    ) -> Option<Features> {
        match self {
            Self::Words(_) => None,
            Self::Given(encoder) | Self::GivenAndWords(encoder, _) => {
                Some(spread(encoder.as_ref(), quotes, threads, tell))
            }
        }
    }

    /// Learns the n-grams of the fitted rows, where the plan has any.
    pub(super) fn learn(&self, fitted: &[QuoteInContext]) -> Result<Option<WordsEncoder>, EncodeError> {
        match self {
            Self::Given(_) => Ok(None),
            Self::Words(settings) | Self::GivenAndWords(_, settings) => {
                WordsEncoder::fit(settings.clone(), fitted).map(Some)
            }
        }
    }

    /// The encoder of the finished model.
    pub(super) fn finish(&self, words: Option<WordsEncoder>) -> Result<Box<dyn Encoder>, EncodeError> {
        Ok(match (self, words) {
            (Self::Words(settings), None) => Box::new(WordsEncoder::fit(settings.clone(), &[])?),
            (Self::Words(_), Some(words)) => Box::new(words),
            (Self::Given(encoder) | Self::GivenAndWords(encoder, _), None) => Box::new(Arc::clone(encoder)),
            (Self::Given(encoder) | Self::GivenAndWords(encoder, _), Some(words)) => {
                Box::new(JoinedEncoder::new(vec![Arc::clone(encoder), Arc::new(words)])?)
            }
        })
    }
}

/// The rows of some quotes: those of the given encoder, then those of the n-grams.
pub(super) fn side_by_side<'a>(
    given: Option<&'a Features>,
    words: Option<&WordsEncoder>,
    quotes: &[QuoteInContext],
) -> Cow<'a, Features> {
    match (given, words) {
        (Some(given), None) => Cow::Borrowed(given),
        (Some(given), Some(words)) => Cow::Owned(Features::beside(&[given, &words.encode(quotes)])),
        (None, Some(words)) => Cow::Owned(words.encode(quotes)),
        (None, None) => Cow::Owned(Features::default()),
    }
}

impl fmt::Debug for EncoderPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(settings) => f.debug_tuple("Words").field(settings).finish(),
            Self::Given(encoder) => f.debug_tuple("Given").field(&encoder.kind()).finish(),
            Self::GivenAndWords(encoder, settings) => {
                f.debug_tuple("GivenAndWords").field(&encoder.kind()).field(settings).finish()
            }
        }
    }
}

/// Encodes chunks of rows on several threads.
fn spread(
    encoder: &dyn Encoder,
    quotes: &[QuoteInContext],
    threads: NonZeroUsize,
    tell: &mut dyn FnMut(),
) -> Features {
    let mut all = Features::new(encoder.dimensions());
    in_chunks(quotes, threads, |chunk| encoder.encode(chunk), &mut |_| tell())
        .iter()
        .for_each(|features| all.append(features));
    all
}

/// What `work` makes of each chunk of quotes, in order. The chunks are spread over `threads`, whose number
/// changes nothing; `tell` is given each result as it comes, in any order.
pub(super) fn in_chunks<T: Send>(
    quotes: &[QuoteInContext],
    threads: NonZeroUsize,
    work: impl Fn(&[QuoteInContext]) -> T + Sync,
    tell: &mut dyn FnMut(&T),
) -> Vec<T> {
    let chunks: Vec<&[QuoteInContext]> = quotes.chunks(CHUNK).collect();
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let mut finished: Vec<Option<T>> = chunks.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads.get().min(chunks.len()) {
            let (sender, next, chunks, work) = (sender.clone(), &next, &chunks, &work);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(chunk) = chunks.get(place) else { break };
                    // A closed channel means that the caller is gone: there is nobody to tell.
                    let _ = sender.send((place, work(chunk)));
                }
            });
        }
        drop(sender);
        for (place, result) in results {
            tell(&result);
            if let Some(slot) = finished.get_mut(place) {
                *slot = Some(result);
            }
        }
    });
    finished.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_change_nothing_and_every_chunk_is_told() {
        let quotes: Vec<QuoteInContext> =
            (0..200).map(|row| QuoteInContext::bare(format!("we will wait {}", row % 7))).collect();
        let words = WordsEncoder::fit(WordsSettings::default(), &quotes).unwrap();
        let expected = words.encode(&quotes);
        let plan = EncoderPlan::Given(Arc::new(words));
        for threads in [1, 2, 5] {
            let mut told = 0;
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(plan.given(&quotes, threads, &mut || told += 1), Some(expected.clone()));
            assert_eq!(told, plan.chunks(quotes.len()));
        }
        assert_eq!(plan.given(&[], NonZeroUsize::MIN, &mut || {}).unwrap().rows(), 0);
    }
}
