use serde::{Deserialize, Serialize};

/// A rising step curve from stated probabilities to the shares that came true, linear between its points
/// and level beyond its ends.
///
/// Fitted by pooling adjacent violators: Ayer et al. 1955, "An empirical distribution function for sampling
/// with incomplete information", Annals of Mathematical Statistics 26:641–647,
/// doi:10.1214/aoms/1177728423; for calibration: Zadrozny and Elkan 2002, "Transforming classifier scores
/// into accurate multiclass probability estimates", KDD, doi:10.1145/775047.775151.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Isotonic {
    /// Stated probability and share, rising in both.
    points: Vec<[f64; 2]>,
}

/// Rows with one value that were pooled: their first and last score, sum of outcomes, and number.
struct Block {
    first: f64,
    last: f64,
    sum: f64,
    rows: f64,
}

impl Isotonic {
    /// The curve with the least squared distance to pairs of a score and an outcome (1 where it came true,
    /// else 0). Pairs with a score that is not a number are left out; without pairs the curve is the
    /// diagonal.
    #[must_use]
    pub fn fit(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.retain(|(score, outcome)| score.is_finite() && outcome.is_finite());
        pairs.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let mut blocks: Vec<Block> = Vec::new();
        for tied in pairs.chunk_by(|one, other| one.0 == other.0) {
            let Some(&(score, _)) = tied.first() else { continue };
            let mut block = Block {
                first: score,
                last: score,
                sum: tied.iter().map(|pair| pair.1).sum(),
                rows: tied.len() as f64,
            };
            while let Some(before) =
                blocks.pop_if(|before| before.sum * block.rows >= block.sum * before.rows)
            {
                block.first = before.first;
                block.sum += before.sum;
                block.rows += before.rows;
            }
            blocks.push(block);
        }
        let mut points = Vec::new();
        for block in blocks {
            let share = block.sum / block.rows;
            points.push([block.first, share]);
            if block.last > block.first {
                points.push([block.last, share]);
            }
        }
        Self { points }
    }

    /// The curve at a score.
    #[must_use]
    pub fn at(&self, score: f64) -> f64 {
        let after = self.points.partition_point(|point| point[0] < score);
        match (after.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(after)) {
            (Some(&[x0, y0]), Some(&[x1, y1])) => y0 + (y1 - y0) * (score - x0) / (x1 - x0),
            (Some(&[_, share]), None) | (None, Some(&[_, share])) => share,
            (None, None) => score,
        }
    }

    /// Whether every point is a pair of probabilities and the curve rises.
    fn is_sound(&self) -> bool {
        let inside = |point: &[f64; 2]| point.iter().all(|value| (0.0..=1.0).contains(value));
        self.points.iter().all(inside)
            && self.points.windows(2).all(|pair| match pair {
                [one, other] => one[0] < other[0] && one[1] <= other[1],
                _ => true,
            })
    }
}

/// One [`Isotonic`] curve for each class against the rest; what they give is normalised (Zadrozny and
/// Elkan 2002, section 5).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IsotonicCurves {
    /// Least probability that a class keeps, so that no row is impossible.
    floor: f64,
    curves: [Isotonic; 3],
}

impl IsotonicCurves {
    /// Fits the curves to probabilities and classes, row by row. No class falls below `1 / (n + 2)` for n
    /// rows, the smallest share that so many rows can tell from zero (Laplace's rule of succession).
    #[must_use]
    pub fn fit(probabilities: &[[f64; 3]], targets: &[usize]) -> Self {
        // Six decimals come back exactly from a file.
        let rounded = |value: f64| (value * 1e6).round() / 1e6;
        let curves = std::array::from_fn(|class| {
            let rows = probabilities.iter().zip(targets);
            let pairs = rows.filter_map(|(row, &target)| {
                Some((rounded(*row.get(class)?), f64::from(u8::from(target == class))))
            });
            let mut curve = Isotonic::fit(pairs.collect());
            for share in curve.points.iter_mut().filter_map(|point| point.get_mut(1)) {
                *share = rounded(*share);
            }
            curve
        });
        Self { floor: rounded(1.0 / (probabilities.len() as f64 + 2.0)).max(1e-6), curves }
    }

    /// Calibrated probabilities of one row.
    #[must_use]
    pub fn apply(&self, probabilities: [f64; 3]) -> [f64; 3] {
        let mut own = probabilities;
        for (value, curve) in own.iter_mut().zip(&self.curves) {
            *value = curve.at(*value).max(self.floor);
        }
        let sum: f64 = own.iter().sum();
        if sum > 0.0 { own.map(|value| value / sum) } else { probabilities }
    }

    /// Whether the curves are ones that [`fit`](Self::fit) can give.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.floor) && self.curves.iter().all(Isotonic::is_sound)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn violators_are_pooled() {
        let curve = Isotonic::fit(vec![(0.1, 0.0), (0.2, 1.0), (0.3, 0.0), (0.6, 1.0)]);
        for (score, expected) in [
            (0.0, 0.0),
            (0.1, 0.0),
            (0.15, 0.25),
            (0.2, 0.5),
            (0.3, 0.5),
            (0.45, 0.75),
            (0.6, 1.0),
            (1.0, 1.0),
        ] {
            assert!((curve.at(score) - expected).abs() < 1e-12, "{score}: {}", curve.at(score));
        }
    }

    #[test]
    fn without_rows_nothing_changes() {
        assert_eq!(Isotonic::fit(Vec::new()).at(0.3), 0.3);
        let curves = IsotonicCurves::default();
        assert_eq!(curves.apply([0.5, 0.25, 0.25]), [0.5, 0.25, 0.25]);
        assert!(curves.is_sound());
    }

    proptest! {
        #[test]
        fn curves_rise_and_give_probabilities(
            rows in prop::collection::vec(([1..50_u32, 1..50, 1..50], 0..3_usize), 1..60),
        ) {
            let targets: Vec<usize> = rows.iter().map(|row| row.1).collect();
            let probabilities: Vec<[f64; 3]> = rows
                .iter()
                .map(|(weights, _)| weights.map(|weight| f64::from(weight) / f64::from(weights.iter().sum::<u32>())))
                .collect();
            let curves = IsotonicCurves::fit(&probabilities, &targets);
            prop_assert!(curves.is_sound());
            let kept: IsotonicCurves = serde_json::from_str(&serde_json::to_string(&curves).unwrap()).unwrap();
            prop_assert_eq!(&kept, &curves);
            for row in probabilities {
                let own = curves.apply(row);
                prop_assert!((own.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                prop_assert!(own.iter().all(|value| (0.0..=1.0).contains(value) && *value > 0.0));
            }
        }
    }
}
