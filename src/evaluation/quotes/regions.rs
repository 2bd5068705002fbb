use rustc_hash::FxHashMap;

use super::article::Comparison;
use super::counts::{Counts, Matches, Part, Score};
use super::gold::{GoldRegion, RegionLabel};
use super::interval::{Interval, IntervalSet, crossings};
use super::mistakes::{Mistake, MistakeKind};

/// Of its letters, how much of a region a quote must cover to claim it; of the longer one's code points,
/// how much a span and a region must share to be matched.
const MOST: f64 = 0.8;

/// Counts the figures on regions; for each region, gives the quotes that claim it.
pub(super) fn count(
    comparison: &Comparison<'_>,
    counts: &mut Counts,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Vec<usize>> {
    count_matches(comparison, counts);
    let claims = claims(comparison);
    let regions = &comparison.gold.regions;
    let (mut found, mut missed) = (0, 0);
    for (region, claims) in regions.iter().zip(&claims) {
        let is_claimed = !claims.is_empty();
        match region.label {
            RegionLabel::Quote => {
                if is_claimed {
                    found += 1;
                } else {
                    missed += 1;
                    let quote = region.content.and_then(|content| comparison.gold.quotes.get(content));
                    let source = quote.and_then(|quote| quote.source.as_ref());
                    mistakes.push(comparison.mistake(MistakeKind::RegionMissed, region.span).wanting(source));
                }
                if let Some(part) = opening(comparison, region) {
                    counts.part_mut(part).add(is_claimed);
                }
                if !region.closed {
                    counts.part_mut(Part::UnclosedFound).add(is_claimed);
                }
            }
            RegionLabel::NotQuote => {
                counts.part_mut(Part::NotQuoteClaimed).add(is_claimed);
                if let Some(quote) = claims.first().and_then(|claim| comparison.quotes.quotes.get(*claim)) {
                    let mistake = comparison.mistake(MistakeKind::RegionWrong, region.span);
                    mistakes.push(mistake.finding(quote.quote));
                }
            }
            RegionLabel::Ignore => {}
        }
    }
    let stray = stray_quotes(comparison, &claims);
    for quote in stray.iter().filter_map(|quote| comparison.quotes.quotes.get(*quote)) {
        let span = Interval::new(
            quote.spans.first().map_or(0, |span| span.start),
            quote.spans.last().map_or(0, |span| span.end),
        );
        mistakes.push(comparison.mistake(MistakeKind::RegionWrong, span).finding(quote.quote));
    }
    let wrong = stray.len() + counts.part(Part::NotQuoteClaimed).count as usize;
    *counts.score_mut(Score::RegionClaim) = Matches::new(found, wrong, missed);
    claims
}

/// [`Score::RegionExact`] and [`Score::RegionOv80`].
fn count_matches(comparison: &Comparison<'_>, counts: &mut Counts) {
    let page = &comparison.page;
    let near: Vec<(usize, Interval)> =
        comparison.quotes.spans().filter(|(_, span)| page.touches_marks(*span)).collect();
    let trimmed: Vec<(usize, Interval)> =
        near.iter().enumerate().map(|(index, (_, span))| (index, page.trim(*span))).collect();
    let regions = &comparison.gold.regions;
    let trimmed_regions: Vec<(usize, Interval)> =
        regions.iter().enumerate().map(|(index, region)| (index, page.trim(region.span))).collect();

    let mut first: FxHashMap<Interval, usize> = FxHashMap::default();
    for (index, span) in &trimmed {
        first.entry(*span).or_insert(*index);
    }
    let exact: Vec<Option<usize>> =
        trimmed_regions.iter().map(|(_, span)| first.get(span).copied()).collect();

    let mut similar: Vec<Option<usize>> = vec![None; regions.len()];
    for crossing in crossings(&trimmed_regions, &trimmed) {
        let (Some((_, region)), Some((_, span))) =
            (trimmed_regions.get(crossing.left), trimmed.get(crossing.right))
        else {
            continue;
        };
        let longer = region.len().max(span.len());
        if crossing.common.len() as f64 >= MOST * longer as f64
            && let Some(slot) = similar.get_mut(crossing.left)
        {
            // Crossings come in order, so the first span that fits is kept.
            slot.get_or_insert(crossing.right);
        }
    }

    let may_be_ignored: Vec<bool> = near
        .iter()
        .map(|(_, span)| {
            let ignored = comparison.in_ignored.letters_of(page, &IntervalSet::new([*span]));
            ignored as f64 >= 0.5 * page.letters(*span) as f64
        })
        .collect();
    for (score, hits) in [(Score::RegionExact, exact), (Score::RegionOv80, similar)] {
        let mut spared = may_be_ignored.clone();
        let (mut found, mut missed) = (0, 0);
        for (region, hit) in regions.iter().zip(hits) {
            if region.label == RegionLabel::Quote {
                *if hit.is_some() { &mut found } else { &mut missed } += 1;
            }
            if region.label != RegionLabel::NotQuote
                && let Some(spared) = hit.and_then(|span| spared.get_mut(span))
            {
                *spared = true;
            }
        }
        let wrong = spared.iter().filter(|spared| !**spared).count();
        *counts.score_mut(score) = Matches::new(found, wrong, missed);
    }
}

/// For each region, the quotes that cover [`MOST`] of its letters.
fn claims(comparison: &Comparison<'_>) -> Vec<Vec<usize>> {
    let page = &comparison.page;
    let regions: Vec<IntervalSet> =
        comparison.gold.regions.iter().map(|region| IntervalSet::new([region.span])).collect();
    let mut claims: Vec<Vec<usize>> = vec![Vec::new(); regions.len()];
    for (index, quote, shared) in page.shared_letters(&regions, &comparison.quotes.sets) {
        if let (Some(region), Some(claims)) = (regions.get(index), claims.get_mut(index))
            && shared as f64 >= MOST * page.letters_in(region) as f64
        {
            claims.push(quote);
        }
    }
    claims
}

/// The quotes that are wrong for [`Score::RegionClaim`] without claiming anything.
fn stray_quotes(comparison: &Comparison<'_>, claims: &[Vec<usize>]) -> Vec<usize> {
    let page = &comparison.page;
    let quotes = &comparison.quotes;
    let mut claims_something = vec![false; quotes.quotes.len()];
    for quote in claims.iter().flatten() {
        if let Some(slot) = claims_something.get_mut(*quote) {
            *slot = true;
        }
    }
    let numbered = quotes.quotes.iter().zip(&quotes.sets).zip(claims_something).enumerate();
    let stray = numbered.filter(|(_, ((quote, set), claims_something))| {
        let few = |letters: usize| (letters as f64) < 0.5 * quote.letters as f64;
        !claims_something
            && quote.spans.iter().any(|span| page.touches_marks(*span) && page.begins_at_mark(*span))
            && few(comparison.in_contents.letters_of(page, set))
            && few(comparison.in_ignored.letters_of(page, set))
    });
    stray.map(|(index, _)| index).collect()
}

/// The figure for the mark that opens a region. A region that opens the text counts as curly.
fn opening(comparison: &Comparison<'_>, region: &GoldRegion) -> Option<Part> {
    let before = region.span.start.checked_sub(1).and_then(|index| comparison.page.at(index));
    match before {
        None | Some('“' | '”') => Some(Part::FoundCurly),
        Some('"') => Some(Part::FoundStraight),
        Some('\'' | '`') => Some(Part::FoundTwoSingle),
        Some(_) => None,
    }
}
