//! How far a pupil says what its teacher says.

use crate::model::{AgreementLevel, Distilled, Head};
use crate::training::calibrate::rounded;
use crate::training::figures::most_probable;

use super::gather::Gathered;

/// Levels of agreement with a confidence of their own.
const LEVELS: [f64; 12] = [0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999];

/// Compares the model with the teacher on the rows left for that.
pub(super) fn compare(
    distilled: Distilled,
    rows: &Gathered<'_>,
    stance: &Head,
    sentiment: &Head,
) -> Distilled {
    let own = [stance, sentiment].map(|head| head.probabilities(&rows.compared));
    let answers: Vec<[Compared; 2]> = rows
        .compared_soft
        .iter()
        .enumerate()
        .map(|(row, soft)| {
            [0, 1].map(|question: usize| {
                let own = own.get(question).and_then(|own| own.get(row)).copied().unwrap_or_default();
                let (label, confidence) = most_probable(own);
                let teachers = soft.get(question).copied().unwrap_or_default();
                Compared { confidence, agrees: label == most_probable(teachers).0 }
            })
        })
        .collect();
    let count = answers.len().max(1) as f64;
    let agree = [0, 1].map(|question: usize| {
        let agrees = answers.iter().filter(|row| row.get(question).is_some_and(|own| own.agrees)).count();
        rounded(agrees as f64 / count)
    });
    Distilled {
        compared: answers.len(),
        agree,
        agreement: LEVELS.iter().map(|&level| level_of(level, &answers)).collect(),
        ..distilled
    }
}

/// One answer beside the teacher's.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    pub(super) confidence: f64,
    pub(super) agrees: bool,
}

/// The least confidences at which so much agrees: for each question by itself no more answers above its confidence may
/// differ from the teacher's than the level leaves room for, and with both confidences to pass only fewer can.
pub(super) fn level_of(agreement: f64, answers: &[[Compared; 2]]) -> AgreementLevel {
    let room = ((1.0 - agreement) * answers.len() as f64 + 1e-9).floor() as usize;
    let [stance, sentiment] = [0, 1].map(|question: usize| {
        let mut own: Vec<Compared> = answers.iter().filter_map(|row| row.get(question)).copied().collect();
        own.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        let mut differ = 0;
        let mut least = 1.0;
        for answers in own.chunk_by(|one, next| one.confidence == next.confidence) {
            differ += answers.iter().filter(|answer| !answer.agrees).count();
            if differ > room {
                return least;
            }
            // Rounded up: a confidence in a file must not let in more than was counted.
            least = answers.first().map_or(least, |answer| (answer.confidence * 1e6).ceil() / 1e6);
        }
        0.0
    });
    let sure = |row: &&[Compared; 2]| row[0].confidence >= stance && row[1].confidence >= sentiment;
    let answered = answers.iter().filter(sure).count() as f64 / answers.len().max(1) as f64;
    AgreementLevel { agreement, stance, sentiment, answered: rounded(answered) }
}
