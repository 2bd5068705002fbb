//! The little grammar the rules need: noun phrases beside cues, and the subjects of cue verbs.

mod phrases;
mod subjects;

pub(super) use self::phrases::{Phrase, phrase_ending, phrase_starting};
pub(super) use self::subjects::{
    antecedent_of, citation, is_cue, is_passive, main_subject, phrase_before_verb, possessor, skip_back,
    subject_of,
};
