use std::ops::AddAssign;

/// What was found, reported and missed: enough for precision, recall and F1.
///
/// Found and wanted things are counted apart because some figures sort what is reported by one property
/// and what is wanted by the same property of the gold annotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Matches {
    /// Reported and right.
    pub right: u64,
    /// Reported and wrong.
    pub wrong: u64,
    /// Wanted and found.
    pub found: u64,
    /// Wanted and not found.
    pub missed: u64,
}

impl Matches {
    /// Counts where every right answer finds one wanted thing.
    pub(super) const fn new(right: usize, wrong: usize, missed: usize) -> Self {
        Self { right: right as u64, wrong: wrong as u64, found: right as u64, missed: missed as u64 }
    }

    /// Counts one reported thing.
    pub(super) fn report(&mut self, is_right: bool) {
        if is_right {
            self.right += 1;
        } else {
            self.wrong += 1;
        }
    }

    /// Counts one wanted thing.
    pub(super) fn want(&mut self, is_found: bool) {
        if is_found {
            self.found += 1;
        } else {
            self.missed += 1;
        }
    }

    /// `right / (right + wrong)`; 0 where nothing was reported.
    pub(super) fn precision(&self) -> f64 {
        ratio(self.right, self.right + self.wrong).unwrap_or(0.0)
    }

    /// `found / (found + missed)`; 0 where nothing was wanted.
    pub(super) fn recall(&self) -> f64 {
        ratio(self.found, self.found + self.missed).unwrap_or(0.0)
    }

    /// The harmonic mean of precision and recall, 0 where both are 0 (van Rijsbergen 1979,
    /// "Information retrieval", second edition, chapter 7).
    pub(super) fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Share {
    /// The part.
    pub count: u64,
    /// The whole.
    pub of: u64,
}

impl Share {
    /// Counts one more of the whole, and of the part where `is_part`.
    pub(super) fn add(&mut self, is_part: bool) {
        self.count += u64::from(is_part);
        self.of += 1;
    }

    /// The part in the whole, 0 to 1; `None` of nothing.
    pub(super) fn value(&self) -> Option<f64> {
        ratio(self.count, self.of)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Declares figures: an enum with the name of each in JSON and in `--fail-under`.
macro_rules! figures {
    ($(#[$about:meta])* $kind:ident { $($(#[$definition:meta])* $figure:ident = $name:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $kind {
            $($(#[$definition])* $figure,)*
        }

        impl $kind {
            /// All figures, in the order of every report.
            pub const ALL: &[Self] = &[$(Self::$figure,)*];

            /// The name in JSON and in `--fail-under`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$figure => $name,)*
                }
            }
        }
    };
}

figures! {
    /// The figures that have precision, recall and F1.
    ///
    /// A *region* is the text inside a pair of double marks. It is wanted where the gold labels it
    /// `quote`; reporting one labelled `not_quote` is wrong; one labelled `ignore` does not count. *Near
    /// marks* means that a double mark or `''` stands in a reported span or within two code points of it:
    /// other spans are indirect speech and cannot be wrong regions. *Trimmed* means without marks, blanks
    /// and edge punctuation at both ends. A *letter* is a letter or digit.
    Score {
        /// A reported span near marks is, trimmed, the region, trimmed.
        ///
        /// Every span near marks that is no region's is wrong, unless half of its letters or more lie in
        /// ignored regions.
        RegionExact = "region_exact",
        /// As [`RegionExact`](Self::RegionExact), where the two share at least 80% of the longer one's
        /// code points.
        RegionOv80 = "region_ov80",
        /// A reported quote, however long, covers at least 80% of the region's letters.
        ///
        /// Wrong are claimed `not_quote` regions, and quotes that begin at a mark, claim no region, and
        /// have less than half of their letters in contents and less than half in ignored regions.
        RegionClaim = "region_claim",
        /// A region that has a source is claimed and its speaker is right.
        ///
        /// Wrong are claimed regions with a wrong speaker, and whatever is wrong for
        /// [`RegionClaim`](Self::RegionClaim).
        EndToEnd = "end_to_end",
        /// A region that has a source and a labelled stance is claimed by a quote with the right speaker and
        /// the right stance. 0 where the gold labels no stance.
        ///
        /// Wrong are claimed regions of these with a wrong speaker or stance, and, in articles with a
        /// labelled stance, whatever is wrong for [`RegionClaim`](Self::RegionClaim).
        EndToEndStance = "end_to_end_stance",
        /// A reported quote and a content, one to one, share at least half of the letters that either
        /// has (Jaccard 1912, doi:10.1111/j.1469-8137.1912.tb05611.x); the best pairs first.
        ///
        /// Quotes with half of their letters or more in discarded spans do not count as reported.
        ContentJ50All = "content_j50_all",
        /// Of these, without letters in regions.
        ContentJ50Indirect = "content_j50_indirect",
        /// Of these, with some letters in regions.
        ContentJ50Mixed = "content_j50_mixed",
        /// Of these, with at least 97% of their letters in regions.
        ContentJ50Direct = "content_j50_direct",
        /// Of these, indirect and mixed together.
        ContentJ50Unmarked = "content_j50_indirect+mixed",
        /// As [`ContentJ50All`](Self::ContentJ50All) with 80% instead of half.
        ContentJ80All = "content_j80_all",
        /// Of these, without letters in regions.
        ContentJ80Indirect = "content_j80_indirect",
        /// Of these, with some letters in regions.
        ContentJ80Mixed = "content_j80_mixed",
        /// Of these, with at least 97% of their letters in regions.
        ContentJ80Direct = "content_j80_direct",
        /// Of these, indirect and mixed together.
        ContentJ80Unmarked = "content_j80_indirect+mixed",
        /// Source spans that are, trimmed, the same in both; each counts once an article. The measure of
        /// Zhang et al. 2021, "CofeNet" (COLING 2022), but for the trimming.
        ExactSource = "exact_source",
        /// The same for cue spans.
        ExactCue = "exact_cue",
        /// The same for every contiguous span of a content.
        ExactContent = "exact_content",
        /// A content has more than 30% of its letters in the reported quote, among those not yet taken,
        /// that shares most letters with it; contents take their quotes in the order of the gold file.
        /// The rule of the Gender Gap Tracker (Asr et al. 2021, doi:10.1371/journal.pone.0245533).
        Sfu30 = "sfu30",
        /// The same with 80%.
        Sfu80 = "sfu80",
        /// Letters of contents and letters of reported quotes, without matching; letters in discarded
        /// spans are not reported.
        LettersAll = "letters_all",
        /// The same for letters outside all regions.
        LettersOutsideMarks = "letters_outside_marks",
    }
}

figures! {
    /// The figures that are a part of a whole. Those on speakers are measured on the claimed regions that
    /// have a source, unless they say otherwise.
    Part {
        /// Claimed regions of those that open with a curly mark.
        FoundCurly = "region_recall_curly",
        /// Claimed regions of those that open with a straight double mark.
        FoundStraight = "region_recall_straight",
        /// Claimed regions of those that open with two single marks.
        FoundTwoSingle = "region_recall_two-single",
        /// Regions labelled `not_quote` that were claimed; the fewer the better.
        NotQuoteClaimed = "not_quote_claimed",
        /// Claimed regions of those whose closing mark is missing.
        UnclosedFound = "unclosed_found",
        /// A quote that claims the region names any speaker.
        SpeakerGiven = "speaker_given",
        /// The words reported as the source hold the head word of the gold source, or share half of the
        /// code points that either has.
        SpeakerMention = "speaker_mention",
        /// The mention is right or the name is.
        SpeakerRight = "speaker_right",
        /// Of these, with a name as gold source.
        SpeakerRightName = "speaker_right_name",
        /// Of these, with a common noun as gold source.
        SpeakerRightNominal = "speaker_right_nominal",
        /// Of these, with a pronoun as gold source.
        SpeakerRightPronoun = "speaker_right_pronoun",
        /// The name is right, of the regions whose speaker the gold names (and not by guess).
        SpeakerResolved = "speaker_resolved",
        /// Of these, with a name as gold source.
        SpeakerResolvedName = "speaker_resolved_name",
        /// Of these, with a common noun as gold source.
        SpeakerResolvedNominal = "speaker_resolved_nominal",
        /// Of these, with a pronoun as gold source.
        SpeakerResolvedPronoun = "speaker_resolved_pronoun",
        /// Regions claimed with the right name, of all regions whose speaker the gold names, claimed or
        /// not.
        NamedRecall = "named_recall",
        /// Right speakers of the matched contents ([`Score::ContentJ50All`]) that have a source.
        ContentSpeakerRight = "content_speaker_right",
        /// The stance is right, of the claimed regions that have a source and a labelled stance.
        StanceRight = "stance_right",
    }
}

/// The counts of one article, or the sums over several.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counts {
    pub articles: u64,
    pub bytes: u64,
    pub quotes: u64,
    pub bad_offsets: u64,
    scores: [Matches; Score::ALL.len()],
    parts: [Share; Part::ALL.len()],
}

impl Counts {
    /// The counts of one article before anything is compared: bytes of its text, quotes reported, and
    /// quotes whose words are not those at their offsets.
    pub(super) fn of_article(bytes: usize, quotes: usize, bad_offsets: usize) -> Self {
        Self {
            articles: 1,
            bytes: bytes as u64,
            quotes: quotes as u64,
            bad_offsets: bad_offsets as u64,
            ..Self::default()
        }
    }

    pub(super) const fn score(&self, score: Score) -> &Matches {
        &self.scores[score as usize]
    }

    pub(super) const fn score_mut(&mut self, score: Score) -> &mut Matches {
        &mut self.scores[score as usize]
    }

    pub(super) const fn part(&self, part: Part) -> &Share {
        &self.parts[part as usize]
    }

    pub(super) const fn part_mut(&mut self, part: Part) -> &mut Share {
        &mut self.parts[part as usize]
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        self.articles += other.articles;
        self.bytes += other.bytes;
        self.quotes += other.quotes;
        self.bad_offsets += other.bad_offsets;
        for (sum, more) in self.scores.iter_mut().zip(&other.scores) {
            sum.right += more.right;
            sum.wrong += more.wrong;
            sum.found += more.found;
            sum.missed += more.missed;
        }
        for (sum, more) in self.parts.iter_mut().zip(&other.parts) {
            sum.count += more.count;
            sum.of += more.of;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_figures_have_one_name() {
        let scores = Score::ALL.iter().map(|score| score.name());
        let mut names: Vec<&str> = scores.chain(Part::ALL.iter().map(|part| part.name())).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn ratios_of_nothing_are_nothing() {
        let none = Matches::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (0.0, 0.0, 0.0));
        assert_eq!(Share::default().value(), None);
        let some = Matches { right: 3, wrong: 1, found: 2, missed: 2 };
        assert_eq!((some.precision(), some.recall(), some.f1()), (0.75, 0.5, 0.6));
    }
}
