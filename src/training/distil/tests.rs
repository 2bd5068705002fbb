use std::cell::Cell;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use super::super::figures::most_probable;
use super::super::labelled::{LabelledExample, LabelledSet, Split};
use super::super::read::DataErrors;
use super::super::teacher::{soft_labels, unlabelled_quotes};
use super::agreement::{Compared, level_of};
use super::gather::mixed;
use super::*;
use crate::model::BuiltIn;
use crate::types::{Sentiment, Stance};

fn example(row: usize) -> LabelledExample {
    let (stance, text) = match row % 3 {
        0 => {
            (Stance::Hawkish, format!("we will strike target {} with all force", ["north", "south"][row % 2]))
        }
        1 => (Stance::Diplomatic, format!("we welcome the talks and hope for a deal in round {row}")),
        _ => (Stance::Neutral, format!("the budget of department {row} was printed on Monday")),
    };
    LabelledExample {
        id: row.to_string(),
        path: Arc::from(Path::new("rows.jsonl")),
        line: row as u64 + 1,
        quote: QuoteInContext::bare(&text),
        text,
        stance,
        sentiment: (!row.is_multiple_of(4)).then_some(Sentiment::Neutral),
        stance_weight: 1.0,
        group: None,
        split: Some(if row.is_multiple_of(7) { Split::Validation } else { Split::Train }),
        topic: None,
        register: None,
        year: None,
        cases: Vec::new(),
        fields: Default::default(),
    }
}

fn set() -> LabelledSet {
    LabelledSet { examples: (0..90).map(example).collect() }
}

fn drawn() -> Vec<QuoteInContext> {
    let paragraphs = (0..400).map(|turn| {
        let [one, two] = [["strike", "talks"][turn % 2], ["force", "deal"][turn / 2 % 2]];
        format!("The ministers met in room {turn}. They spoke of {one} and {two} near port {turn}. Nobody left early.")
    });
    unlabelled_quotes(paragraphs, 1, 900)
}

fn options() -> DistilOptions {
    let settings = FastSettings { bits: 10, ..FastSettings::default() };
    DistilOptions { settings, penalties: vec![1.0, 0.1], ..DistilOptions::default() }
}

fn teacher() -> Model {
    Model::built_in(BuiltIn::Words).unwrap()
}

fn run(options: &DistilOptions) -> Trained {
    let teacher = teacher();
    let mut soft = |quotes| Ok(soft_labels(&teacher, quotes, NonZeroUsize::MIN, &mut |_| {}));
    distil(&set(), &teacher, drawn(), options, &mut soft, &mut |_| {}).unwrap()
}

/// A run on labels without sentences and without a teacher's word on the rows to fit.
fn on_labels(rows: &dyn LabelledRows) -> Result<Trained, TrainError> {
    let teacher = teacher();
    let options = DistilOptions { hard_share: 1.0, ..options() };
    let mut soft = |quotes| Ok(soft_labels(&teacher, quotes, NonZeroUsize::MIN, &mut |_| {}));
    distil(rows, &teacher, Vec::new(), &options, &mut soft, &mut |_| {})
}

#[test]
fn a_model_says_what_its_teacher_says() {
    let trained = run(&options());
    let distilled = trained.report.distilled.unwrap();
    assert_eq!(distilled.teacher, teacher().id());
    assert_eq!(distilled.rows, drawn().len());
    assert!(distilled.fitted < distilled.rows && distilled.compared > 100);
    assert!(distilled.agree[0] > 0.8 && distilled.agree[1] > 0.8, "{:?}", distilled.agree);
    assert_eq!(trained.report.data.fitted, 77);
    assert!(trained.report.stance.validation.unwrap().rows == 13);
    assert!(trained.model.card().contains(teacher().id()));
}

#[test]
fn the_same_run_gives_the_same_model() {
    assert_eq!(run(&options()).model.id(), run(&options()).model.id());
}

#[test]
fn a_model_defers_to_its_teacher_as_often_as_it_said() {
    let quotes = drawn();
    let taught = teacher().score(&quotes);
    let label = |probabilities| most_probable(probabilities).0;
    let mut deferred = Vec::new();
    for agreement in [0.9, 0.98, 0.999] {
        let both = run(&options()).model.deferring_to(teacher(), agreement).unwrap();
        let answers = both.answers(&quotes);
        let same = answers
            .iter()
            .zip(&taught)
            .filter(|(own, taught)| label(own.scores.stance) == label(taught.stance));
        assert!(same.count() as f64 >= (agreement - 0.02) * quotes.len() as f64, "{agreement}");
        for (answer, taught) in answers.iter().zip(&taught) {
            let by_teacher = answer.deferred;
            assert!(!by_teacher || answer.scores == *taught);
            assert_eq!(both.id_of(answer) == teacher().id(), by_teacher);
        }
        let one_by_one: Vec<_> =
            quotes.iter().flat_map(|quote| both.answers(std::slice::from_ref(quote))).collect();
        assert_eq!(answers, one_by_one);
        let before: Vec<_> =
            both.score_with_uncalibrated(&quotes).into_iter().map(|(scores, _)| scores).collect();
        assert_eq!(before, both.score(&quotes));
        deferred.push(answers.iter().filter(|answer| answer.deferred).count());
    }
    assert!(deferred.is_sorted(), "{deferred:?}");
}

#[test]
fn only_a_pupil_can_defer() {
    let level =
        |agreement| run(&options()).model.deferring_to(teacher(), agreement).err().map(|it| it.to_string());
    assert!(level(0.9995).unwrap().contains("0.999"));
    let other = run(&options()).model;
    assert!(run(&options()).model.deferring_to(other, 0.9).is_err());
    assert!(teacher().deferring_to(teacher(), 0.9).is_err());
}

#[test]
fn labels_alone_need_no_teacher() {
    let teacher = teacher();
    let options = DistilOptions { hard_share: 1.0, ..options() };
    let mut asked = 0;
    let mut soft = |quotes: Vec<QuoteInContext>| {
        asked += quotes.len();
        Ok(soft_labels(&teacher, quotes, NonZeroUsize::MIN, &mut |_| {}))
    };
    let trained = distil(&set(), &teacher, Vec::new(), &options, &mut soft, &mut |_| {}).unwrap();
    assert_eq!(asked, 13);
    // Without sentences labelled rows decide between penalties.
    assert!(trained.report.stance.trials.iter().all(|trial| trial.log_loss > 0.0));
    let scores = trained.model.score(&[QuoteInContext::bare("we will strike with force")]);
    assert_eq!(most_probable(scores[0].stance).0, Stance::Hawkish.index());
    let card = trained.model.card();
    assert!(card.contains("The targets are the labels of the rows. "), "{card}");
    // The teacher is no transformer, so it has no vectors to give.
    assert!(!card.contains("sentences drawn") && !card.contains("Vectors"), "{card}");
}

#[test]
fn targets_mix_labels_and_probabilities() {
    fn check(mixed: ([f64; 3], f64), target: [f64; 3], weight: f64) {
        assert!((mixed.1 - weight).abs() < 1e-12, "{mixed:?}");
        assert!(mixed.0.iter().zip(target).all(|(own, wanted)| (own - wanted).abs() < 1e-12), "{mixed:?}");
    }
    let soft = Some([0.5, 0.25, 0.25]);
    check(mixed(Some(1), 1.0, soft, 0.0), [0.5, 0.25, 0.25], 1.0);
    check(mixed(Some(1), 1.0, soft, 0.5), [0.25, 0.625, 0.125], 1.0);
    check(mixed(Some(0), 0.5, None, 1.0), [1.0, 0.0, 0.0], 0.5);
    check(mixed(None, 1.0, soft, 0.5), [0.5, 0.25, 0.25], 0.5);
    assert_eq!(mixed(None, 1.0, None, 1.0).1, 0.0);
}

#[test]
fn levels_leave_room_for_so_many_differences() {
    let row = |confidence: f64, agrees: bool| {
        [Compared { confidence, agrees }, Compared { confidence: 1.0, agrees: true }]
    };
    let answers: Vec<[Compared; 2]> =
        (0..100).map(|place| row(1.0 - f64::from(place) / 200.0, place % 10 != 9)).collect();
    let at = |agreement| level_of(agreement, &answers);
    assert_eq!((at(0.9).stance, at(0.9).answered), (0.0, 1.0));
    assert_eq!((at(0.98).stance, at(0.98).answered), (0.86, 0.29));
    assert_eq!((at(0.999).stance, at(0.999).answered), (0.96, 0.09));
    assert_eq!(level_of(0.9, &[]).stance, 0.0);
}

#[test]
fn options_out_of_range_are_refused() {
    let teacher = teacher();
    for options in [
        DistilOptions { penalties: Vec::new(), ..options() },
        DistilOptions { hard_share: 1.5, ..options() },
        DistilOptions { hard_share: f64::NAN, ..options() },
    ] {
        let mut soft = |_| Ok(Vec::new());
        let result = distil(&set(), &teacher, Vec::new(), &options, &mut soft, &mut |_| {});
        assert!(matches!(result, Err(TrainError::Options)));
    }
    assert!(matches!(on_labels(&LabelledSet::default()), Err(TrainError::NoRows)));
}

#[test]
fn memory_does_not_change_the_model() {
    let expected = run(&options());
    let spilled = run(&DistilOptions { entries_in_memory: 300, ..options() });
    assert_eq!(spilled.model.id(), expected.model.id());
    let folder = tempfile::tempdir().unwrap();
    let options = DistilOptions { entries_in_memory: 0, scratch: folder.path().join("none"), ..options() };
    let teacher = teacher();
    let mut soft = |quotes| Ok(soft_labels(&teacher, quotes, NonZeroUsize::MIN, &mut |_| {}));
    let failed = distil(&set(), &teacher, drawn(), &options, &mut soft, &mut |_| {}).err().unwrap();
    assert!(failed.to_string().contains("none"), "{failed}");
}

#[test]
fn trials_on_fewer_rows_end_near_those_on_all() {
    let options = DistilOptions { penalties: vec![0.3], ..options() };
    let all = run(&options).report.stance;
    let some = run(&DistilOptions { trial_rows: 300, ..options }).report.stance;
    assert_ne!(some.trials, all.trials);
    assert_eq!(some.rows, all.rows);
    assert!((some.objective - all.objective).abs() < 1e-4, "{} {}", some.objective, all.objective);
}

#[test]
fn rows_of_a_single_group_are_fitted() {
    let mut set = set();
    set.examples.iter_mut().for_each(|example| example.split = Some(Split::Train));
    for name in 0..20 {
        set.examples.iter_mut().for_each(|example| example.group = Some(name.to_string()));
        assert_eq!(on_labels(&set).unwrap().report.data.fitted, set.examples.len(), "{name}");
    }
}

#[test]
fn a_teacher_that_fails_is_told_of() {
    let teacher = teacher();
    let mut soft = |_| Err("the teacher is ill".into());
    let failed = distil(&set(), &teacher, drawn(), &options(), &mut soft, &mut |_| {}).err().unwrap();
    assert_eq!(failed.to_string(), "the teacher is ill");
}

#[test]
fn rows_that_change_between_passes_are_refused() {
    struct Changing(Cell<usize>);
    impl LabelledRows for Changing {
        fn each(&self, take: &mut dyn FnMut(&LabelledExample)) -> Result<(), DataErrors> {
            self.0.set(self.0.get() + 1);
            (0..90 + self.0.get()).for_each(|row| take(&example(row)));
            Ok(())
        }
    }
    assert!(matches!(on_labels(&Changing(Cell::new(0))), Err(TrainError::Changed)));
}
