//! How many mixed messages chance would give.

use std::thread;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashMap;

use super::mixed::{Candidate, Disputes};
use super::report::BriefOptions;

/// What shuffled dates and speakers give, beside what the quotes give as they are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chance {
    /// Shuffles made.
    pub shuffles: usize,
    /// Candidates in the quotes as they are.
    pub found: usize,
    /// Candidates in a shuffle, on average.
    pub mean: f64,
    /// The number that 95 in 100 shuffles do not exceed.
    pub upper: usize,
    /// The share of all arrangements, the real one included, with at least as many candidates.
    pub p: f64,
    /// For each candidate, the share of all arrangements in which its dispute has one at least as strong.
    pub of_candidates: Vec<f64>,
}

/// Quotes times shuffles that are worth the time, and the fewest shuffles: 19 are enough for a p of 0.05.
const WORK: usize = 1_000_000;
const FEWEST_SHUFFLES: usize = 19;

/// Shuffles who said it, when and in which article among the quotes of each side, and counts candidates
/// again. Words, stances and subjects stay in their places, so a shuffle answers what would be found if it
/// did not matter who said these things, or when.
///
/// The p-value is that of a Monte Carlo permutation test, (1 + shuffles with at least as many) / (1 +
/// shuffles), which is never too small (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585). The number
/// of shuffles depends on the number of quotes alone; each has its own stream of random numbers, so that the
/// number of threads changes nothing.
pub(super) fn chance(disputes: &Disputes<'_>, candidates: &[Candidate], options: &BriefOptions) -> Chance {
    let seed = options.seed;
    let shuffles =
        (WORK / disputes.len().max(1)).clamp(FEWEST_SHUFFLES, options.shuffles.max(FEWEST_SHUFFLES));
    let sides = disputes.by_side();
    let threads = options.threads.clamp(1, shuffles);
    let parts: Vec<(Vec<usize>, Vec<usize>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let sides = &sides;
                scope.spawn(move || {
                    let mut counts = Vec::new();
                    let mut as_strong = vec![0_usize; candidates.len()];
                    for stream in (first..shuffles).step_by(threads) {
                        counts.push(shuffled(
                            disputes,
                            candidates,
                            sides,
                            (seed, stream as u64),
                            &mut as_strong,
                        ));
                    }
                    (counts, as_strong)
                })
            })
            .collect();
        // A worker only ends early by a panic, which goes on here.
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut counts: Vec<usize> = Vec::with_capacity(shuffles);
    let mut as_strong = vec![0_usize; candidates.len()];
    for (of_worker, strong) in parts {
        counts.extend(of_worker);
        as_strong.iter_mut().zip(strong).for_each(|(sum, count)| *sum += count);
    }
    let share = |count: usize| (count + 1) as f64 / (shuffles + 1) as f64;
    let at_least = counts.iter().filter(|count| **count >= candidates.len()).count();
    let mean = counts.iter().sum::<usize>() as f64 / shuffles as f64;
    counts.sort_unstable();
    let upper = counts.get((shuffles * 95).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
    Chance {
        shuffles,
        found: candidates.len(),
        mean,
        upper,
        p: share(at_least),
        of_candidates: as_strong.into_iter().map(share).collect(),
    }
}

/// Makes one shuffle and counts its candidates; adds one for each candidate that has its like in it.
fn shuffled(
    disputes: &Disputes<'_>,
    candidates: &[Candidate],
    sides: &[Vec<usize>],
    (seed, stream): (u64, u64),
    as_strong: &mut [usize],
) -> usize {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    let mut places: Vec<usize> = (0..disputes.len()).collect();
    for members in sides {
        shuffle(members, &mut places, &mut random);
    }
    let found = disputes.candidates(&places);
    // Strongest first: the first of each dispute is the one that counts.
    let mut strongest: FxHashMap<_, f64> = FxHashMap::default();
    for candidate in &found {
        strongest.entry(candidate.dispute()).or_insert(candidate.strength);
    }
    for (candidate, count) in candidates.iter().zip(as_strong) {
        let strength = strongest.get(&candidate.dispute()).copied().unwrap_or_default();
        *count += usize::from(strength >= candidate.strength - 1e-12);
    }
    found.len()
}

/// Fisher and Yates' shuffle of the entries of `places` at `members`.
fn shuffle(members: &[usize], places: &mut [usize], random: &mut ChaCha8Rng) {
    for last in (1..members.len()).rev() {
        let other = random.random_range(0..=last);
        if let (Some(one), Some(two)) = (members.get(last), members.get(other)) {
            places.swap(*one, *two);
        }
    }
}
