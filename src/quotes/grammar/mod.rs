//! The little grammar the rules need: noun phrases beside cues, and the subjects of cue verbs.

mod citations;
mod cues;
mod phrases;
mod subjects;

pub(super) use self::citations::{citation, possessor};
pub(super) use self::cues::{is_cue, is_passive, verb_group_start};
pub(super) use self::phrases::{Phrase, core_ending, phrase_ending, phrase_starting, share_ending};
pub(super) use self::subjects::{antecedent_of, main_subject, phrase_before_verb, skip_back, subject_of};
