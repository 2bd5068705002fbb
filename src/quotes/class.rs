use std::ops::{BitOr, BitOrAssign};

/// What the lexicon knows of a word: a set of word classes. A word may have several ("report" is a verb
/// of speech, a noun of utterance and a noun for a document).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Class(u64);

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:expr;)*) => {
        impl Class {
            $($(#[$doc])* pub(super) const $name: Self = Self(1 << $bit);)*
        }
    };
}

classes! {
    /// Finite form of a cue verb: "said", "says", "say".
    FINITE = 0;
    /// Participle in -ing of a cue verb.
    GERUND = 1;
    /// Past form of a cue verb, which may also be its passive participle.
    PAST = 2;
    /// Cue verbs by kind, as `data/cue_verbs.txt` describes them.
    SPEECH = 3;
    TELL = 4;
    LABEL = 5;
    JUDGE = 6;
    THINK = 7;
    MAKE = 8;
    /// Nouns of utterance: "statement".
    UTTERANCE = 9;
    /// Nouns for people: "spokesman".
    PERSON = 10;
    /// Nouns for people and honorifics that may precede a name.
    TITLE = 11;
    /// Nouns for bodies and documents.
    BODY = 12;
    /// The word tells the gender of the person it names or precedes.
    MALE = 13;
    FEMALE = 14;
    /// Given names.
    GIVEN = 15;
    /// Closed classes, as `data/function_words.txt` lists them.
    ARTICLE = 16;
    POSSESSIVE = 17;
    HE = 18;
    SHE = 19;
    THEY = 20;
    IT = 21;
    FIRST_PERSON = 22;
    OTHER_PRONOUN = 23;
    RELATIVE = 24;
    PREPOSITION = 25;
    CONJUNCTION = 26;
    SUBORDINATE = 27;
    AUXILIARY = 28;
    ADVERB = 29;
    ADJECTIVE = 30;
    TIME = 31;
    NUMBER = 32;
    VERB = 33;
    OPENER = 34;
    /// Nouns beside which a capitalised phrase in marks is a title.
    WORK = 35;
    /// Abbreviations that never, or that may, end a sentence.
    ABBREVIATION = 36;
    ABBREVIATION_END = 37;
    /// First word of a place or organisation, or of an office of several words.
    PLACE_START = 38;
    OFFICE_START = 39;
    /// Honorifics and abbreviated titles: "Mr.", "Sen.".
    HONORIFIC = 40;
    /// Plural of a noun for people or bodies.
    PLURAL = 41;
    /// Small words inside names: "de", "van", "bin".
    PARTICLE = 42;
    /// Form in -s of a cue verb.
    THIRD = 43;
    /// What may follow a verb, as `data/attitude_verbs.txt` describes it.
    TAKES_CLAUSE = 44;
    TAKES_INFINITIVE = 45;
    TAKES_OBJECT = 46;
    TAKES_ABOUT = 47;
    TAKES_FOR = 54;
    TAKES_ON = 55;
    TAKES_TO = 56;
    TAKES_WITH = 57;
    /// Any form of a verb of `data/attitude_verbs.txt`, and which form.
    ATTITUDE = 48;
    ATTITUDE_PAST = 49;
    ATTITUDE_ING = 50;
    ATTITUDE_THIRD = 51;
    /// Adjectives and nouns of attitude: "confident", "promise".
    ATTITUDE_ADJECTIVE = 52;
    ATTITUDE_NOUN = 53;
}

impl Class {
    pub(super) const NONE: Self = Self(0);
    /// Any form of any cue verb.
    pub(super) const CUE: Self = Self(Self::FINITE.0 | Self::GERUND.0);
    /// Pronouns that can be the source of a quote.
    pub(super) const PRONOUN: Self =
        Self(Self::HE.0 | Self::SHE.0 | Self::THEY.0 | Self::IT.0 | Self::FIRST_PERSON.0);
    /// Words that open a noun phrase.
    pub(super) const DETERMINER: Self = Self(Self::ARTICLE.0 | Self::POSSESSIVE.0);
    /// Nouns that can be the head of a source.
    pub(super) const NOUN: Self = Self(Self::PERSON.0 | Self::BODY.0 | Self::UTTERANCE.0);
    /// Words that stand outside every noun phrase.
    pub(super) const STOP: Self = Self(
        Self::CUE.0
            | Self::HE.0
            | Self::SHE.0
            | Self::THEY.0
            | Self::IT.0
            | Self::FIRST_PERSON.0
            | Self::OTHER_PRONOUN.0
            | Self::RELATIVE.0
            | Self::PREPOSITION.0
            | Self::CONJUNCTION.0
            | Self::SUBORDINATE.0
            | Self::AUXILIARY.0
            | Self::ADVERB.0
            | Self::VERB.0
            | Self::OPENER.0,
    );
    /// Closed-class words: never part of a name at the start of a sentence.
    pub(super) const FUNCTION: Self = Self(
        (Self::STOP.0 & !(Self::CUE.0 | Self::VERB.0))
            | Self::ARTICLE.0
            | Self::POSSESSIVE.0
            | Self::NUMBER.0
            | Self::TIME.0,
    );

    /// Both sets together; `|` in constants.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the two sets share a class.
    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Class {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl BitOrAssign for Class {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
