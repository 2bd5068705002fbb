use crate::encode::{Encoder as _, WordsEncoder, WordsSettings};
use crate::model::Head;
use crate::types::QuoteInContext;

use super::labelled::LabelledExample;
use super::split::folds;
use super::train::{TrainError, TrainOptions, fit, head, params};

/// The penalty that cross-validation most often chooses for n-grams.
const PENALTY: f64 = 1.0;

/// Parts that a learning curve divides the groups into.
const PARTS: usize = 16;

/// A words-only model with one fixed penalty and no calibration: the baseline of evaluation reports.
pub struct WordsBaseline {
    encoder: WordsEncoder,
    stance: Option<Head>,
    sentiment: Option<Head>,
}

impl WordsBaseline {
    /// Fits n-grams and both heads to the rows. A question whose rows have fewer than two labels has no
    /// head.
    ///
    /// # Errors
    /// Where a fit does not converge.
    pub fn fit(rows: &[&LabelledExample]) -> Result<Self, TrainError> {
        let quotes: Vec<QuoteInContext> = rows.iter().map(|row| row.quote.clone()).collect();
        let encoder = WordsEncoder::fit(WordsSettings::default(), &quotes)?;
        let features = encoder.encode(&quotes);
        let options = TrainOptions::default();
        let fitted = |question, classes: Vec<Option<usize>>| -> Result<Option<Head>, TrainError> {
            let (own, targets): (Vec<usize>, Vec<usize>) =
                classes.into_iter().enumerate().filter_map(|(row, class)| Some((row, class?))).unzip();
            if targets.iter().all(|class| Some(class) == targets.first()) {
                return Ok(None);
            }
            let params = params(PENALTY, &targets, &options).tolerance(options.fold_tolerance);
            let fitted =
                fit(question, PENALTY, &params, &features.select(&own), &targets, &vec![1.0; own.len()])?;
            Ok(Some(head(&fitted, 1.0)))
        };
        let stance = fitted("stance", rows.iter().map(|row| Some(row.stance.index())).collect())?;
        let sentiment =
            fitted("sentiment", rows.iter().map(|row| row.sentiment.map(|label| label.index())).collect())?;
        Ok(Self { encoder, stance, sentiment })
    }

    /// Probabilities of stance and of sentiment for each quote, where there is a head.
    #[must_use]
    pub fn probabilities(&self, quotes: &[QuoteInContext]) -> [Option<Vec<[f64; 3]>>; 2] {
        let features = self.encoder.encode(quotes);
        [&self.stance, &self.sentiment].map(|head| Some(head.as_ref()?.probabilities(&features)))
    }
}

/// Numbers of rows for each point and run of a learning curve: shares 1/16, 1/8, 1/4 and 1/2 of the groups,
/// three draws each, and all rows once. Larger parts of a draw hold its smaller ones.
#[must_use]
pub fn learning_curve_parts(rows: &[&LabelledExample]) -> Vec<Vec<Vec<usize>>> {
    let groups: Vec<&str> = rows.iter().map(|row| row.group_name()).collect();
    let draws: Vec<Vec<usize>> = (1..=3).map(|seed| folds(&groups, PARTS, seed)).collect();
    let part = |draw: &Vec<usize>, share: usize| {
        draw.iter().enumerate().filter(|(_, part)| **part < share).map(|(row, _)| row).collect()
    };
    let mut points: Vec<Vec<Vec<usize>>> =
        [1, 2, 4, 8].map(|share| draws.iter().map(|draw| part(draw, share)).collect()).to_vec();
    points.push(vec![(0..rows.len()).collect()]);
    points
}
