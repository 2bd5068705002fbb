use super::article::Comparison;
use super::attribution::judge;
use super::counts::{Counts, Matches, Part, Score};
use super::derive::class;
use super::gold::ContentClass;
use super::interval::{Interval, IntervalSet};
use super::mistakes::{Mistake, MistakeKind};
use super::page::Page;

/// Letters that a content and a reported quote share.
type Shared = (usize, usize, usize);

/// Counts the figures on contents, sources and cues.
pub(super) fn count(comparison: &Comparison<'_>, counts: &mut Counts, mistakes: &mut Vec<Mistake>) {
    let shared = comparison.page.shared_letters(&comparison.contents, &comparison.reported_contents.sets);
    let matched = count_matches(comparison, &shared, 0.5, HALF, counts);
    count_matches(comparison, &shared, 0.8, MOST, counts);
    count_speakers(comparison, &matched, counts);
    list_mistakes(comparison, &matched, mistakes);
    count_exact(comparison, counts);
    for (least, score) in [(0.3, Score::Sfu30), (0.8, Score::Sfu80)] {
        *counts.score_mut(score) = greedy(comparison, &shared, least);
    }
    count_letters(comparison, counts);
}

/// The figures of one threshold.
struct Group {
    all: Score,
    direct: Score,
    mixed: Score,
    indirect: Score,
    unmarked: Score,
}

const HALF: Group = Group {
    all: Score::ContentJ50All,
    direct: Score::ContentJ50Direct,
    mixed: Score::ContentJ50Mixed,
    indirect: Score::ContentJ50Indirect,
    unmarked: Score::ContentJ50Unmarked,
};

const MOST: Group = Group {
    all: Score::ContentJ80All,
    direct: Score::ContentJ80Direct,
    mixed: Score::ContentJ80Mixed,
    indirect: Score::ContentJ80Indirect,
    unmarked: Score::ContentJ80Unmarked,
};

impl Group {
    /// The figures that a content or a quote of a class counts for.
    fn of(&self, class: ContentClass) -> impl Iterator<Item = Score> {
        let (own, joint) = match class {
            ContentClass::Direct => (self.direct, None),
            ContentClass::Mixed => (self.mixed, Some(self.unmarked)),
            ContentClass::Indirect => (self.indirect, Some(self.unmarked)),
        };
        [self.all, own].into_iter().chain(joint)
    }
}

/// Matches contents and quotes one to one where their Jaccard overlap is at least `least`, the best pairs
/// first (of equal pairs the later), and counts them by class. Gives each content's quote.
fn count_matches(
    comparison: &Comparison<'_>,
    shared: &[Shared],
    least: f64,
    group: Group,
    counts: &mut Counts,
) -> Vec<Option<usize>> {
    let reported = &comparison.reported_contents;
    let mut pairs: Vec<(f64, usize, usize)> = shared
        .iter()
        .filter_map(|&(content, quote, letters)| {
            let either =
                comparison.content_letters.get(content)? + reported.quotes.get(quote)?.letters - letters;
            let enough = letters as f64 >= least * either as f64;
            enough.then(|| (letters as f64 / either as f64, content, quote))
        })
        .collect();
    pairs.sort_unstable_by(|one, other| {
        other.0.total_cmp(&one.0).then_with(|| (other.1, other.2).cmp(&(one.1, one.2)))
    });
    let mut quote_of: Vec<Option<usize>> = vec![None; comparison.contents.len()];
    let mut is_matched = vec![false; reported.quotes.len()];
    for (_, content, quote) in pairs {
        if let (Some(slot @ None), Some(taken @ false)) =
            (quote_of.get_mut(content), is_matched.get_mut(quote))
        {
            *slot = Some(quote);
            *taken = true;
        }
    }
    for (content, quote) in comparison.gold.quotes.iter().zip(&quote_of) {
        for score in group.of(content.marks) {
            counts.score_mut(score).want(quote.is_some());
        }
    }
    for (index, (set, is_matched)) in reported.sets.iter().zip(is_matched).enumerate() {
        if !is_discarded(comparison, index) {
            for score in group.of(class(&comparison.page, set, &comparison.in_regions)) {
                counts.score_mut(score).report(is_matched);
            }
        }
    }
    quote_of
}

/// Whether half of a quote's letters or more lie in discarded spans.
fn is_discarded(comparison: &Comparison<'_>, quote: usize) -> bool {
    let reported = &comparison.reported_contents;
    reported.sets.get(quote).zip(reported.quotes.get(quote)).is_some_and(|(set, quote)| {
        let discarded = comparison.in_discarded.letters_of(&comparison.page, set);
        discarded as f64 >= 0.5 * quote.letters as f64
    })
}

fn count_speakers(comparison: &Comparison<'_>, matched: &[Option<usize>], counts: &mut Counts) {
    for (content, quote) in comparison.gold.quotes.iter().zip(matched) {
        let quote = quote.and_then(|quote| comparison.reported_contents.quotes.get(quote));
        if let (Some(source), Some(quote)) = (&content.source, quote) {
            let is_right = judge(source, quote.quote).is_right();
            counts.part_mut(Part::ContentSpeakerRight).add(is_right);
        }
    }
}

fn list_mistakes(comparison: &Comparison<'_>, matched: &[Option<usize>], mistakes: &mut Vec<Mistake>) {
    let mut is_matched = vec![false; comparison.reported_contents.quotes.len()];
    let hull = |spans: &[Interval]| {
        let (first, last) = (spans.first()?, spans.last()?);
        Some(Interval::new(first.start, last.end))
    };
    for (content, quote) in comparison.gold.quotes.iter().zip(matched) {
        if let Some(slot) = quote.and_then(|quote| is_matched.get_mut(quote)) {
            *slot = true;
        } else if let Some(span) = hull(&content.content) {
            mistakes
                .push(comparison.mistake(MistakeKind::ContentMissed, span).wanting(content.source.as_ref()));
        }
    }
    for (index, (quote, is_matched)) in comparison.reported_contents.quotes.iter().zip(is_matched).enumerate()
    {
        if let Some(span) = hull(&quote.spans).filter(|_| !is_matched && !is_discarded(comparison, index)) {
            mistakes.push(comparison.mistake(MistakeKind::ContentWrong, span).finding(quote.quote));
        }
    }
}

/// [`Score::ExactSource`], [`Score::ExactCue`] and [`Score::ExactContent`].
fn count_exact(comparison: &Comparison<'_>, counts: &mut Counts) {
    let (page, gold) = (&comparison.page, &comparison.gold.quotes);
    let quotes = &comparison.quotes.quotes;
    let sources = gold.iter().filter_map(|quote| Some(quote.source.as_ref()?.span));
    let speakers = quotes.iter().filter_map(|it| it.quote.speaker_span);
    *counts.score_mut(Score::ExactSource) = exact(page, sources, speakers);
    let cues = gold.iter().filter_map(|quote| quote.cue);
    *counts.score_mut(Score::ExactCue) = exact(page, cues, quotes.iter().filter_map(|it| it.quote.cue_span));
    let contents = gold.iter().flat_map(|quote| quote.content.iter().copied());
    let spans = comparison.reported_contents.spans().map(|(_, span)| span);
    *counts.score_mut(Score::ExactContent) = exact(page, contents, spans);
}

/// Spans that are the same in both, trimmed; each counts once.
fn exact(
    page: &Page,
    wanted: impl Iterator<Item = Interval>,
    reported: impl Iterator<Item = Interval>,
) -> Matches {
    let distinct = |spans: &mut dyn Iterator<Item = Interval>| {
        let mut spans: Vec<Interval> =
            spans.map(|span| page.trim(span)).filter(|span| !span.is_empty()).collect();
        spans.sort_unstable();
        spans.dedup();
        spans
    };
    let (mut wanted, mut reported) = (wanted, reported);
    let (wanted, reported) = (distinct(&mut wanted), distinct(&mut reported));
    let both = wanted.iter().filter(|span| reported.binary_search(span).is_ok()).count();
    Matches::new(both, reported.len() - both, wanted.len() - both)
}

/// Contents in order take, of the quotes that are free, the one with most of their letters (of equal ones
/// the first), where it has more than `least` of them.
fn greedy(comparison: &Comparison<'_>, shared: &[Shared], least: f64) -> Matches {
    let quotes = comparison.reported_contents.quotes.len();
    let mut is_taken = vec![false; quotes];
    let mut found = 0;
    for of_content in shared.chunk_by(|one, other| one.0 == other.0) {
        let mut best: Option<&Shared> = None;
        for pair in of_content {
            let is_free = is_taken.get(pair.1) == Some(&false);
            if is_free && best.is_none_or(|best| pair.2 > best.2) {
                best = Some(pair);
            }
        }
        if let Some(&(content, quote, letters)) = best
            && let Some(&all) = comparison.content_letters.get(content)
            && letters as f64 > least * all as f64
            && let Some(taken) = is_taken.get_mut(quote)
        {
            *taken = true;
            found += 1;
        }
    }
    Matches::new(found, quotes - found, comparison.contents.len() - found)
}

/// [`Score::LettersAll`] and [`Score::LettersOutsideMarks`].
fn count_letters(comparison: &Comparison<'_>, counts: &mut Counts) {
    let (page, gold) = (&comparison.page, comparison.gold);
    let discarded = IntervalSet::new(gold.discard.iter().copied());
    let regions = IntervalSet::new(gold.regions.iter().map(|region| region.span));
    let wanted = IntervalSet::union(&comparison.contents);
    let reported = IntervalSet::union(&comparison.reported_contents.sets).without(&discarded);
    let pairs = [
        (Score::LettersOutsideMarks, wanted.without(&regions), reported.without(&regions)),
        (Score::LettersAll, wanted, reported),
    ];
    for (score, wanted, reported) in pairs {
        let both = page.letters_in(&wanted.common(&reported));
        *counts.score_mut(score) =
            Matches::new(both, page.letters_in(&reported) - both, page.letters_in(&wanted) - both);
    }
}
