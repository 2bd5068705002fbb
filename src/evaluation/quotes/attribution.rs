use super::article::Comparison;
use super::counts::{Counts, Matches, Part, Score};
use super::gold::{GoldSource, RegionLabel, SourceClass};
use super::interval::Interval;
use super::mistakes::{Mistake, MistakeKind};
use super::names::same_name;
use super::system::SystemQuote;

/// What is right about a reported speaker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The words cited are those of the gold source.
    pub mention: bool,
    /// The name is the gold speaker's.
    pub name: bool,
}

impl Verdict {
    pub(super) const fn is_right(self) -> bool {
        self.mention || self.name
    }
}

/// Compares a reported speaker with the gold source.
///
/// The mention is right where its span holds the head word of the source and is at most three times as
/// long as the source (or 80 code points), or where the two spans share at least half of what they reach
/// over together; without a span, where the words are the same. The name is right where the gold names
/// the speaker and the reported name or the words cited agree with that ([`same_name`]). Where the gold
/// does not name the speaker and the source is no pronoun, the mention is also right where the words cited
/// agree with the source's head word.
pub(super) fn judge(source: &GoldSource, quote: &SystemQuote) -> Verdict {
    let given = |words: &Option<String>| words.clone().filter(|words| !words.is_empty());
    let (words, name) = (given(&quote.speaker), given(&quote.name));
    let mut mention = match quote.speaker_span {
        Some(span) => is_mention(source, span),
        None => words
            .as_ref()
            .is_some_and(|words| words.trim().to_lowercase() == source.words.trim().to_lowercase()),
    };
    let name = match &source.speaker {
        Some(speaker) => name.iter().chain(&words).any(|name| same_name(speaker, name)),
        None => {
            mention |= source.class != SourceClass::Pronoun
                && words.is_some_and(|words| same_name(&source.head, &words));
            false
        }
    };
    Verdict { mention, name }
}

/// Whether a span cites a source.
fn is_mention(source: &GoldSource, span: Interval) -> bool {
    let holds_head = span.start <= source.head_span.start && source.head_span.end <= span.end;
    if holds_head && span.len() <= (3 * source.span.len()).max(80) {
        return true;
    }
    let shared = source.span.common(span).len();
    let reach = source.span.end.max(span.end) - source.span.start.min(span.start);
    shared > 0 && shared as f64 >= 0.5 * reach as f64
}

/// Counts the figures on the speakers of regions, given the quotes that claim each.
pub(super) fn count(
    comparison: &Comparison<'_>,
    claims: &[Vec<usize>],
    counts: &mut Counts,
    mistakes: &mut Vec<Mistake>,
) {
    let mut with_source = 0;
    let (mut staged, mut staged_claimed, mut staged_right) = (0, 0, 0);
    for (region, claims) in comparison.gold.regions.iter().zip(claims) {
        if region.label != RegionLabel::Quote {
            continue;
        }
        let content = region.content.and_then(|content| comparison.gold.quotes.get(content));
        let Some(source) = content.and_then(|content| content.source.as_ref()) else { continue };
        with_source += 1;
        let is_named = source.speaker.is_some() && source.trusted;
        let quotes: Vec<&SystemQuote> =
            claims.iter().filter_map(|claim| Some(comparison.quotes.quotes.get(*claim)?.quote)).collect();
        let verdicts = quotes.iter().map(|quote| judge(source, quote));
        let verdict = verdicts.fold(Verdict::default(), |all, one| Verdict {
            mention: all.mention || one.mention,
            name: all.name || one.name,
        });
        if is_named {
            counts.part_mut(Part::NamedRecall).add(verdict.name);
        }
        if let Some(stance) = content.and_then(|content| content.stance) {
            staged += 1;
            if !quotes.is_empty() {
                staged_claimed += 1;
                let stance_right = |quote: &&SystemQuote| quote.stance == Some(stance);
                counts.part_mut(Part::StanceRight).add(quotes.iter().any(stance_right));
                let both = |quote: &&SystemQuote| stance_right(quote) && judge(source, quote).is_right();
                staged_right += usize::from(quotes.iter().any(both));
            }
        }
        let Some(first) = quotes.first() else { continue };
        let is_given = quotes
            .iter()
            .any(|quote| [&quote.speaker, &quote.name].into_iter().flatten().any(|words| !words.is_empty()));
        counts.part_mut(Part::SpeakerGiven).add(is_given);
        counts.part_mut(Part::SpeakerMention).add(verdict.mention);
        let (right, resolved) = parts(source.class);
        for part in [Part::SpeakerRight, right] {
            counts.part_mut(part).add(verdict.is_right());
        }
        if is_named {
            for part in [Part::SpeakerResolved, resolved] {
                counts.part_mut(part).add(verdict.name);
            }
        }
        if !verdict.is_right() {
            let error = if is_given { MistakeKind::SpeakerWrong } else { MistakeKind::SpeakerMissed };
            let mistake = comparison.mistake(error, region.span);
            mistakes.push(mistake.wanting(Some(source)).finding(first));
        }
    }
    let right = counts.part(Part::SpeakerRight);
    let (right, claimed) = (right.count as usize, right.of as usize);
    let wrong = claimed - right + counts.score(Score::RegionClaim).wrong as usize;
    *counts.score_mut(Score::EndToEnd) = Matches::new(right, wrong, with_source - right);
    if staged > 0 {
        let wrong = staged_claimed - staged_right + counts.score(Score::RegionClaim).wrong as usize;
        *counts.score_mut(Score::EndToEndStance) = Matches::new(staged_right, wrong, staged - staged_right);
    }
}

/// The figures of a class of source: right, resolved.
const fn parts(class: SourceClass) -> (Part, Part) {
    match class {
        SourceClass::Name => (Part::SpeakerRightName, Part::SpeakerResolvedName),
        SourceClass::Nominal => (Part::SpeakerRightNominal, Part::SpeakerResolvedNominal),
        SourceClass::Pronoun => (Part::SpeakerRightPronoun, Part::SpeakerResolvedPronoun),
    }
}
