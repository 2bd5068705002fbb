use super::EvaluationError;

/// How far the probabilities of one row may sum from one: more than rounding in single precision
/// leaves, less than any mistake.
pub const SUM_TOLERANCE: f64 = 1e-6;

/// Gold labels and predicted probabilities that fit together, for a question with `K` classes.
///
/// Every measure on probabilities takes this type, so none of them can meet a row it cannot handle.
#[derive(Clone, Copy, Debug)]
pub struct Predictions<'a, const K: usize> {
    gold: &'a [usize],
    probabilities: &'a [[f64; K]],
}

impl<'a, const K: usize> Predictions<'a, K> {
    /// Checks that there is at least one row, as many labels as rows of probabilities, no label
    /// outside `0..K`, and in each row `K` numbers in [0, 1] that sum to one within
    /// [`SUM_TOLERANCE`].
    ///
    /// # Errors
    /// The first of these that does not hold, with its row.
    pub fn new(gold: &'a [usize], probabilities: &'a [[f64; K]]) -> Result<Self, EvaluationError> {
        if gold.is_empty() && probabilities.is_empty() {
            return Err(EvaluationError::Empty);
        }
        if gold.len() != probabilities.len() {
            return Err(EvaluationError::LengthMismatch {
                column: "probabilities",
                expected: gold.len(),
                found: probabilities.len(),
            });
        }
        for (index, (&class, row)) in gold.iter().zip(probabilities).enumerate() {
            if class >= K {
                return Err(EvaluationError::UnknownClass { row: index + 1, class, classes: K });
            }
            if let Some(&value) = row.iter().find(|value| !(0.0..=1.0).contains(*value)) {
                return Err(EvaluationError::BadProbability { row: index + 1, value });
            }
            let sum: f64 = row.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return Err(EvaluationError::BadSum { row: index + 1, sum });
            }
        }
        Ok(Self { gold, probabilities })
    }

    /// Number of rows, at least one.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.gold.len()
    }

    /// Gold class and probabilities of each row, in order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &'a [f64; K])> + use<'a, K> {
        self.gold.iter().copied().zip(self.probabilities)
    }
}

/// The most probable class and its probability; the first of several equal ones.
#[must_use]
pub fn top<const K: usize>(probabilities: &[f64; K]) -> (usize, f64) {
    probabilities.iter().copied().enumerate().fold((0, f64::NEG_INFINITY), |best, (class, value)| {
        if value > best.1 { (class, value) } else { best }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_is_named() {
        let check = |gold: &[usize], probabilities: &[[f64; 3]], expected: &str| {
            let error = Predictions::new(gold, probabilities).map(|_| ()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        };
        let third = 1.0 / 3.0;
        let even = [third; 3];
        check(&[], &[], "no rows");
        check(&[], &[even], "1 probabilities for 0 gold labels");
        check(&[0, 1], &[even], "1 probabilities for 2 gold labels");
        check(&[0, 3], &[even, even], "row 2: class 3 is out of range; classes are numbered 0 to 2");
        check(&[0], &[[f64::NAN, 0.5, 0.5]], "row 1: NaN is not a probability");
        check(&[0], &[[f64::INFINITY, 0.0, 0.0]], "row 1: inf is not a probability");
        check(&[0], &[[1.2, -0.2, 0.0]], "row 1: 1.2 is not a probability");
        check(&[0], &[[0.5, 0.4, 0.0]], "row 1: the probabilities sum to 0.9, not 1");
        check(&[0], &[[0.0, 0.0, 0.0]], "row 1: the probabilities sum to 0, not 1");
    }

    #[test]
    fn rounding_is_tolerated() {
        assert!(Predictions::new(&[0], &[[0.333_333_3, 0.333_333_3, 0.333_333_3]]).is_ok());
    }

    #[test]
    fn the_first_of_equal_classes_wins() {
        assert_eq!(top(&[0.4, 0.4, 0.2]), (0, 0.4));
        assert_eq!(top(&[0.2, 0.4, 0.4]), (1, 0.4));
    }
}
