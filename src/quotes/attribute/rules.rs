/// The rules that attribute quotes. Names are stable: they leave the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::quotes) enum Rule {
    /// “…,” Oru said.
    SubjectAfter,
    /// “…,” said Oru.
    InvertedAfter,
    /// “…,” according to Oru.
    AccordingTo,
    /// “…” — Oru
    Signature,
    /// … “…” …, Oru said.
    SentenceFinal,
    /// Oru said, “…”; Oru called it “…”.
    CueBefore,
    /// Oru believes it is “…”.
    ThoughtBefore,
    /// … called “…” by Oru.
    PassiveAgent,
    /// Oru: “…”, MR. ORU: …
    Label,
    /// Oru's remarks that “…”; a statement by Oru: “…”.
    Utterance,
    /// “…,” Oru said, “…”; “…” and “…”, Oru said.
    SameSentence,
    /// “…,” she said. “…”
    SameParagraph,
    /// Oru shook her head. “…”
    PreviousSentence,
    /// “…”, alone in its paragraph, after a paragraph that introduces it.
    PreviousParagraph,
    /// “…”, alone in its paragraph, after a quote that ends its own.
    CarriedOn,
    /// A quote that runs over several paragraphs.
    Continued,
    /// Oru opened the “…” hall: the subject of the sentence, no cue.
    SentenceSubject,
    /// Oru said that …, Oru accused …: reported speech without marks.
    Indirect,
    /// …, Oru said: reported speech without marks, before its cue.
    IndirectBefore,
    /// According to Oru, …
    IndirectAccording,
    /// No rule applied.
    None,
}

impl Rule {
    pub(in crate::quotes) const ALL: [Self; 21] = [
        Self::SubjectAfter,
        Self::InvertedAfter,
        Self::AccordingTo,
        Self::Signature,
        Self::SentenceFinal,
        Self::CueBefore,
        Self::ThoughtBefore,
        Self::PassiveAgent,
        Self::Label,
        Self::Utterance,
        Self::SameSentence,
        Self::SameParagraph,
        Self::PreviousSentence,
        Self::PreviousParagraph,
        Self::CarriedOn,
        Self::Continued,
        Self::SentenceSubject,
        Self::Indirect,
        Self::IndirectBefore,
        Self::IndirectAccording,
        Self::None,
    ];

    pub(in crate::quotes) const fn name(self) -> &'static str {
        self.entry().0
    }

    /// The share of quotes attributed by this rule whose speaker was right, to two digits.
    pub(in crate::quotes) const fn confidence(self) -> f32 {
        self.entry().1
    }

    const fn entry(self) -> (&'static str, f32) {
        match self {
            Self::SubjectAfter => ("subject-after", 0.0),
            Self::InvertedAfter => ("inverted-cue", 0.0),
            Self::AccordingTo => ("according-to", 0.0),
            Self::Signature => ("signature", 0.0),
            Self::SentenceFinal => ("sentence-final", 0.0),
            Self::CueBefore => ("cue-before", 0.0),
            Self::ThoughtBefore => ("thought-before", 0.0),
            Self::PassiveAgent => ("passive-agent", 0.0),
            Self::Label => ("label", 0.0),
            Self::Utterance => ("utterance-noun", 0.0),
            Self::SameSentence => ("same-sentence", 0.0),
            Self::SameParagraph => ("same-paragraph", 0.0),
            Self::PreviousSentence => ("previous-sentence", 0.0),
            Self::PreviousParagraph => ("previous-paragraph", 0.0),
            Self::CarriedOn => ("carried-on", 0.0),
            Self::Continued => ("continued", 0.0),
            Self::SentenceSubject => ("sentence-subject", 0.0),
            Self::Indirect => ("indirect-clause", 0.0),
            Self::IndirectBefore => ("indirect-before-cue", 0.0),
            Self::IndirectAccording => ("indirect-according-to", 0.0),
            Self::None => ("none", 0.0),
        }
    }
}
