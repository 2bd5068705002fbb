use std::fmt::Write as _;

use serde::Serialize;

use super::EvaluationError;
use super::measures::agreement::{Scale, fleiss_kappa, krippendorff_alpha};
use super::measures::confusion::Confusion;
use super::measures::kappa::{KappaWeights, cohen_kappa};
use super::table::{push, table};

/// How far annotators agree on one question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgreementReport {
    /// The question: `stance` or `sentiment`.
    pub question: &'static str,
    /// The annotators, in the order they were given.
    pub annotators: Vec<String>,
    /// Units that at least two annotators labelled.
    pub units: usize,
    /// Share of the pairs of labels of one unit that are the same; `None` without pairs.
    pub agreement: Option<f64>,
    /// Krippendorff's alpha for names; `None` where it is not defined.
    pub alpha_nominal: Option<f64>,
    /// Krippendorff's alpha for ranks, in the order of `order`.
    pub alpha_ordinal: Option<f64>,
    /// Krippendorff's alpha for numbers, one apart in the order of `order`.
    pub alpha_interval: Option<f64>,
    /// Fleiss's kappa over the units that all annotators labelled; `None` where it is not defined.
    pub fleiss_kappa: Option<f64>,
    /// Mean of the pairs' kappas (Light 1971, Psychological Bulletin 76:365–377, doi:10.1037/h0031643);
    /// `None` where none is defined.
    pub mean_cohen_kappa: Option<f64>,
    /// Each two annotators.
    pub pairs: Vec<AnnotatorPair>,
    /// The labels from one end of the scale to the other.
    pub order: [&'static str; 3],
}

/// Two annotators.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnnotatorPair {
    /// The first.
    pub first: String,
    /// The second.
    pub second: String,
    /// Units that both labelled.
    pub units: u64,
    /// Those with the same label.
    pub same: u64,
    /// Cohen's kappa; `None` where it is not defined.
    pub cohen_kappa: Option<f64>,
}

/// Measures how far annotators agree. `labels[a][u]` is the place in `order` of annotator a's label for unit
/// u, `None` where there is none.
///
/// # Errors
/// Where annotators have different numbers of units, or a label is not below 3.
pub fn agreement(
    question: &'static str,
    annotators: &[String],
    labels: &[Vec<Option<usize>>],
    order: [&'static str; 3],
) -> Result<AgreementReport, EvaluationError> {
    for (unit, class) in labels.iter().flat_map(|own| own.iter().enumerate()) {
        if let Some(class) = class.filter(|class| *class >= order.len()) {
            return Err(EvaluationError::UnknownClass { row: unit + 1, class, classes: order.len() });
        }
    }
    let numbers: Vec<Vec<Option<f64>>> =
        labels.iter().map(|own| own.iter().map(|label| label.map(|label| label as f64)).collect()).collect();
    let alpha = |scale| krippendorff_alpha(&numbers, scale);
    let (alpha_nominal, alpha_ordinal, alpha_interval) =
        (alpha(Scale::Nominal)?, alpha(Scale::Ordinal)?, alpha(Scale::Interval)?);
    let mut pairs = Vec::new();
    for (first, (name, one)) in annotators.iter().zip(labels).enumerate() {
        for (other, two) in annotators.iter().zip(labels).skip(first + 1) {
            let both: (Vec<usize>, Vec<usize>) =
                one.iter().zip(two).filter_map(|(one, two)| Some(((*one)?, (*two)?))).unzip();
            let confusion = Confusion::<3>::from_labels(&both.0, &both.1)?;
            pairs.push(AnnotatorPair {
                first: name.clone(),
                second: other.clone(),
                units: confusion.total(),
                same: confusion.hits(),
                cohen_kappa: cohen_kappa(&confusion, KappaWeights::Plain),
            });
        }
    }
    let units = labels.iter().map(Vec::len).max().unwrap_or(0);
    let mut counts = Vec::new();
    let mut labelled_twice = 0;
    for unit in 0..units {
        let mut count = [0_u64; 3];
        for label in labels.iter().filter_map(|own| own.get(unit).copied().flatten()) {
            count[label] += 1;
        }
        labelled_twice += usize::from(count.iter().sum::<u64>() >= 2);
        if count.iter().sum::<u64>() == labels.len() as u64 {
            counts.push(count);
        }
    }
    let kappas: Vec<f64> = pairs.iter().filter_map(|pair| pair.cohen_kappa).collect();
    let (same, both) = pairs.iter().fold((0, 0), |sums, pair| (sums.0 + pair.same, sums.1 + pair.units));
    Ok(AgreementReport {
        question,
        annotators: annotators.to_vec(),
        units: labelled_twice,
        agreement: (both > 0).then(|| same as f64 / both as f64),
        alpha_nominal,
        alpha_ordinal,
        alpha_interval,
        fleiss_kappa: fleiss_kappa(&counts),
        mean_cohen_kappa: (!kappas.is_empty()).then(|| kappas.iter().sum::<f64>() / kappas.len() as f64),
        pairs,
        order,
    })
}

impl AgreementReport {
    /// The value of a measure by its name in JSON.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<f64> {
        self.named().into_iter().find(|entry| entry.0 == name).map(|entry| entry.2.unwrap_or(f64::NAN))
    }

    fn named(&self) -> [(&'static str, &'static str, Option<f64>); 6] {
        [
            ("agreement", "same label", self.agreement),
            ("alpha_nominal", "Krippendorff's alpha, nominal", self.alpha_nominal),
            ("alpha_ordinal", "Krippendorff's alpha, ordinal", self.alpha_ordinal),
            ("alpha_interval", "Krippendorff's alpha, interval", self.alpha_interval),
            ("fleiss_kappa", "Fleiss's kappa", self.fleiss_kappa),
            ("mean_cohen_kappa", "Cohen's kappa, mean of pairs", self.mean_cohen_kappa),
        ]
    }

    /// The report as plain text, without colour.
    #[must_use]
    pub fn to_table(&self) -> String {
        let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        let mut text = String::new();
        push(
            &mut text,
            format_args!(
                "Agreement on {}: {} annotators, {} rows with two labels or more\n",
                self.question,
                self.annotators.len(),
                self.units
            ),
        );
        let mut measures = table(["measure", "value"]);
        for (_, name, figure) in self.named() {
            measures.add_row([name.to_owned(), value(figure)]);
        }
        push(&mut text, format_args!("{}\n", measures.trim_fmt()));
        let mut pairs = table(["annotators", "rows", "same", "kappa"]);
        for pair in &self.pairs {
            pairs.add_row([
                format!("{} and {}", pair.first, pair.second),
                pair.units.to_string(),
                pair.same.to_string(),
                value(pair.cohen_kappa),
            ]);
        }
        let _ = writeln!(text, "{}", pairs.trim_fmt());
        push(
            &mut text,
            format_args!("\nOrder of the labels for ordinal and interval: {}.", self.order.join(", ")),
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [&str; 3] = ["hawkish", "neutral", "diplomatic"];

    fn names(count: usize) -> Vec<String> {
        (1..=count).map(|number| format!("a{number}")).collect()
    }

    #[test]
    fn full_agreement_is_one() {
        let labels = vec![vec![Some(0), Some(1), Some(2), None]; 3];
        let report = agreement("stance", &names(3), &labels, ORDER).unwrap();
        assert_eq!((report.units, report.pairs.len()), (3, 3));
        for (name, _, value) in report.named() {
            assert_eq!(value, Some(1.0), "{name}");
        }
        assert_eq!(report.measure("alpha_nominal"), Some(1.0));
        assert_eq!(report.measure("beauty"), None);
        assert!(report.to_table().contains("a1 and a3"));
    }

    #[test]
    fn bad_labels_and_lengths_are_named() {
        assert!(agreement("stance", &names(1), &[vec![Some(3)]], ORDER).is_err());
        assert!(agreement("stance", &names(2), &[vec![Some(1)], vec![]], ORDER).is_err());
        let nothing = agreement("stance", &names(2), &[vec![None], vec![Some(1)]], ORDER).unwrap();
        assert_eq!((nothing.agreement, nothing.fleiss_kappa, nothing.mean_cohen_kappa), (None, None, None));
    }
}
