//! Agreement of any number of annotators beyond chance.

use crate::evaluation::EvaluationError;

/// What distances between values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Values are names: they agree or not.
    Nominal,
    /// Values are ranks: the distance is the number of values between them.
    Ordinal,
    /// Values are numbers: the distance is the squared difference.
    Interval,
}

/// Krippendorff's alpha, at most 1; 0 is what chance gives. `annotations[a][u]` is annotator a's value
/// for unit u, `None` where it is missing. Units with fewer than two values do not count. `None` where
/// no unit has two values, or all values that count are the same.
///
/// `1 − D_observed / D_expected` from the coincidence matrix: Krippendorff 2011, "Computing
/// Krippendorff's alpha-reliability", University of Pennsylvania,
/// <https://repository.upenn.edu/handle/20.500.14332/2089>.
///
/// # Errors
/// Where annotators have different numbers of units, or a value is not finite.
pub fn krippendorff_alpha(
    annotations: &[Vec<Option<f64>>],
    scale: Scale,
) -> Result<Option<f64>, EvaluationError> {
    let units = pairable_units(annotations)?;
    let mut values: Vec<f64> = units.iter().flatten().copied().collect();
    values.sort_unstable_by(f64::total_cmp);
    // How often each value occurs, and its place in the order.
    let counts: Vec<(f64, f64)> =
        values.chunk_by(|left, right| left == right).map(|same| (same[0], same.len() as f64)).collect();
    let total = values.len() as f64;
    let mut before = vec![0.0; counts.len() + 1];
    for (index, (_, count)) in counts.iter().enumerate() {
        before[index + 1] = before[index] + count;
    }
    let place = |value: f64| counts.partition_point(|&(other, _)| other < value);
    let distance = |i: usize, j: usize| -> f64 {
        let (low, high) = (i.min(j), i.max(j));
        let difference = match scale {
            Scale::Nominal => f64::from(u8::from(i != j)),
            Scale::Ordinal => before[high + 1] - before[low] - f64::midpoint(counts[low].1, counts[high].1),
            Scale::Interval => counts[high].0 - counts[low].0,
        };
        difference * difference
    };

    let mut observed = 0.0;
    for unit in &units {
        let places: Vec<usize> = unit.iter().map(|&value| place(value)).collect();
        let sum: f64 = places
            .iter()
            .flat_map(|&i| places.iter().map(move |&j| (i, j)))
            .map(|(i, j)| distance(i, j))
            .sum();
        observed += sum / (places.len() as f64 - 1.0);
    }
    let mut expected = 0.0;
    for i in 0..counts.len() {
        for j in 0..counts.len() {
            expected += counts[i].1 * counts[j].1 * distance(i, j);
        }
    }
    Ok((expected > 0.0).then(|| 1.0 - (total - 1.0) * observed / expected))
}

/// Fleiss's kappa for any number of raters, at most 1; 0 is what chance gives. `counts[u][k]` is how many
/// raters gave unit u the class k, the same number of raters for every unit. `None` without units, with fewer
/// than two raters, and where only one class was given.
///
/// Fleiss 1971, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76:378–382,
/// doi:10.1037/h0031619.
#[must_use]
pub fn fleiss_kappa<const K: usize>(counts: &[[u64; K]]) -> Option<f64> {
    let raters = counts.first()?.iter().sum::<u64>() as f64;
    let units = counts.len() as f64;
    let mut classes = [0.0_f64; K];
    let mut observed = 0.0;
    for unit in counts {
        for (class, &count) in classes.iter_mut().zip(unit) {
            *class += count as f64;
            observed += count as f64 * (count as f64 - 1.0);
        }
    }
    let observed = observed / (units * raters * (raters - 1.0));
    let expected: f64 = classes.iter().map(|class| (class / (units * raters)).powi(2)).sum();
    (raters > 1.0 && expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// The values of each unit that has at least two.
fn pairable_units(annotations: &[Vec<Option<f64>>]) -> Result<Vec<Vec<f64>>, EvaluationError> {
    let expected = annotations.first().map_or(0, Vec::len);
    let mut units = vec![Vec::new(); expected];
    for (index, row) in annotations.iter().enumerate() {
        let annotator = index + 1;
        if row.len() != expected {
            return Err(EvaluationError::UnevenAnnotations { annotator, expected, found: row.len() });
        }
        for (unit, (values, value)) in units.iter_mut().zip(row).enumerate() {
            match value {
                Some(value) if value.is_finite() => values.push(*value),
                Some(_) => return Err(EvaluationError::BadAnnotation { annotator, unit: unit + 1 }),
                None => {}
            }
        }
    }
    units.retain(|values| values.len() > 1);
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(annotations: &[&[Option<f64>]], expected: Option<f64>) {
        let annotations: Vec<Vec<Option<f64>>> = annotations.iter().map(|row| row.to_vec()).collect();
        for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval] {
            assert_eq!(krippendorff_alpha(&annotations, scale), Ok(expected), "{scale:?}");
        }
    }

    #[test]
    fn full_agreement_is_one() {
        check(&[&[Some(1.0), Some(2.0), None], &[Some(1.0), Some(2.0), Some(3.0)]], Some(1.0));
    }

    #[test]
    fn undefined_without_pairs_or_variety() {
        check(&[], None);
        check(&[&[Some(1.0), None], &[None, Some(2.0)]], None);
        check(&[&[Some(1.0), Some(1.0)], &[Some(1.0), Some(1.0)]], None);
    }

    /// Four units, three raters.
    #[test]
    fn fleiss_by_hand() {
        let kappa = fleiss_kappa(&[[3, 0], [0, 3], [2, 1], [1, 2]]).unwrap();
        let (observed, expected) = ((1.0 + 1.0 + 1.0 / 3.0 + 1.0 / 3.0) / 4.0, 0.5);
        assert!((kappa - (observed - expected) / (1.0 - expected)).abs() < 1e-12, "{kappa}");
        assert_eq!(fleiss_kappa(&[[3, 0], [3, 0]]), None);
        assert_eq!(fleiss_kappa(&[[1, 0], [0, 1]]), None);
        assert_eq!(fleiss_kappa::<3>(&[]), None);
    }

    #[test]
    fn bad_input_is_named() {
        let alpha = |rows: &[Vec<Option<f64>>]| krippendorff_alpha(rows, Scale::Nominal).unwrap_err();
        let uneven = alpha(&[vec![Some(1.0)], vec![]]);
        assert_eq!(uneven, EvaluationError::UnevenAnnotations { annotator: 2, expected: 1, found: 0 });
        let infinite = alpha(&[vec![Some(1.0)], vec![Some(f64::NAN)]]);
        assert_eq!(infinite, EvaluationError::BadAnnotation { annotator: 2, unit: 1 });
    }
}
