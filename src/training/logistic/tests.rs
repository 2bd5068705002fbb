use ndarray::Array1;

use super::*;

/// Numbers in [-1, 1) that an `f32` holds exactly: Knuth's 64-bit linear congruential generator.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / f64::from(1_u32 << 23) - 1.0
    }
}

/// 90 rows of 4 columns; the class is the largest of three linear scores with noise. `scaled` multiplies
/// row `i` by `4^(i mod 5)`.
fn data(noise: f64, scaled: bool) -> (Features, Array1<usize>) {
    let scores = [[1.0, -1.0, 0.5, 0.0], [-0.5, 1.0, 0.0, 1.0], [0.0, 0.0, -1.0, -1.0]];
    let mut random = Lcg(7);
    let mut values: Vec<[f64; 4]> = (0..90).map(|_| std::array::from_fn(|_| random.next())).collect();
    let mut targets = Vec::new();
    for row in &values {
        let scores = scores.map(|weights| {
            let score: f64 = weights.iter().zip(row).map(|(weight, value)| weight * value).sum();
            score + noise * random.next()
        });
        targets.push((1..3).fold(0, |best, class| if scores[class] > scores[best] { class } else { best }));
    }
    if scaled {
        for (row, values) in values.iter_mut().enumerate() {
            let factor = 4.0_f64.powi(row as i32 % 5);
            *values = values.map(|value| value * factor);
        }
    }
    let values: Vec<f32> = values.as_flattened().iter().map(|&value| value as f32).collect();
    (Features::dense(4, &values), Array1::from_vec(targets))
}

fn fit(
    params: &LogisticParams<3>,
    features: &Features,
    targets: Array1<usize>,
) -> Result<FittedLogistic<3>, FitError> {
    params.fit(&DatasetBase::new(features, targets))
}

/// The optimum of the mean form, from scikit-learn 1.9.1: `LogisticRegression(C=1/penalty,
/// solver="newton-cholesky", tol=1e-13)` on the same rows, the objective evaluated with
/// `scipy.special.logsumexp`; `solver="lbfgs"` agrees to 1e-11.
fn check_optimum(noise: f64, scaled: bool, penalty: f64, expected: f64) {
    let (features, targets) = data(noise, scaled);
    let params = LogisticParams::new(penalty).tolerance(1e-7);
    let fitted = fit(&params, &features, targets).unwrap();
    let relative = (fitted.objective - expected).abs() / expected;
    assert!(relative < 1e-6, "objective {}, expected {expected}", fitted.objective);
    assert!(fitted.gradient_norm <= 1e-7);
    assert!(fitted.intercept.iter().sum::<f64>().abs() < 1e-9);
}

#[test]
fn reaches_the_reference_optimum() {
    check_optimum(0.75, false, 0.5, 0.530_989_211_695_450_1);
    check_optimum(0.75, false, 0.01, 0.436_688_881_807_726_1);
}

/// Logits of these rows differ by 600 and 2,000: a loss that subtracts one maximum over the whole matrix
/// is wrong by a factor of thousands at this very optimum.
#[test]
fn reaches_the_reference_optimum_where_rows_are_badly_scaled() {
    check_optimum(0.0, true, 0.5, 0.103_970_375_147_624_04);
    check_optimum(0.0, true, 0.01, 0.015_430_369_002_629_543);
}

#[test]
fn a_row_weight_counts_like_repeated_rows() {
    let (features, targets) = data(0.75, false);
    let weights: Vec<f32> = (0..90).map(|row| if row < 10 { 3.0 } else { 1.0 }).collect();
    let weighted = DatasetBase::new(&features, targets.clone()).with_weights(Array1::from_vec(weights));
    let rows: Vec<usize> = (0..90).chain(0..10).chain(0..10).collect();
    let repeated =
        DatasetBase::new(features.select(&rows), rows.iter().map(|&row| targets[row]).collect::<Array1<_>>());
    let params = LogisticParams::<3>::new(0.5).tolerance(1e-8);
    let one: Result<FittedLogistic<3>, FitError> = params.fit(&weighted);
    let other: Result<FittedLogistic<3>, FitError> = params.fit(&repeated);
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!((one.objective - other.objective).abs() < 1e-10);
    for (one, other) in one.weights.as_flattened().iter().zip(other.weights.as_flattened()) {
        assert!((one - other).abs() < 1e-5);
    }
}

#[test]
fn a_class_weight_counts_like_row_weights() {
    let (features, targets) = data(0.75, false);
    let weights = targets.iter().map(|&target| [2.0, 1.0, 0.5][target]).collect::<Array1<f32>>();
    let params = LogisticParams::<3>::new(0.5).tolerance(1e-8);
    let by_row: Result<FittedLogistic<3>, FitError> =
        params.fit(&DatasetBase::new(&features, targets.clone()).with_weights(weights));
    let by_class = fit(&params.class_weights([2.0, 1.0, 0.5]), &features, targets).unwrap();
    assert!((by_row.unwrap().objective - by_class.objective).abs() < 1e-10);
}

#[test]
fn a_warm_start_ends_at_the_same_place() {
    let (features, targets) = data(0.75, false);
    let cold = fit(&LogisticParams::new(0.1).tolerance(1e-8), &features, targets.clone()).unwrap();
    let before = fit(&LogisticParams::new(1.0), &features, targets.clone()).unwrap();
    let warm = fit(&LogisticParams::new(0.1).tolerance(1e-8).start(&before), &features, targets).unwrap();
    assert!((cold.objective - warm.objective).abs() < 1e-10);
}

#[test]
fn a_class_without_rows_gets_next_to_no_probability() {
    let (features, targets) = data(0.75, false);
    let two = targets.mapv(|target| target.min(1));
    let fitted = fit(&LogisticParams::new(0.5).tolerance(1e-5), &features, two).unwrap();
    assert!(fitted.intercept[2] < fitted.intercept[0] - 5.0, "{:?}", fitted.intercept);
}

#[test]
fn wrong_parameters_are_refused() {
    for (params, expected) in [
        (LogisticParams::<3>::new(0.0), ParamsError::Penalty(0.0)),
        (LogisticParams::new(-1.0), ParamsError::Penalty(-1.0)),
        (LogisticParams::new(1.0).class_weights([1.0, 0.0, 1.0]), ParamsError::ClassWeight(0.0)),
        (LogisticParams::new(1.0).tolerance(f64::INFINITY), ParamsError::Tolerance(f64::INFINITY)),
    ] {
        assert_eq!(params.check_ref().unwrap_err(), expected);
    }
}

#[test]
fn wrong_data_are_refused() {
    let params = LogisticParams::<3>::new(1.0);
    let one = Features::dense(1, &[1.0, 2.0]);
    let targets = |classes: &[usize]| Array1::from_vec(classes.to_vec());
    assert!(matches!(fit(&params, &one, targets(&[0])), Err(FitError::Shape { rows: 2, targets: 1, .. })));
    assert!(matches!(fit(&params, &Features::new(3), targets(&[])), Err(FitError::Shape { rows: 0, .. })));
    assert!(matches!(fit(&params, &one, targets(&[0, 3])), Err(FitError::Class { row: 1, found: 3, .. })));
    let odd = Features::dense(1, &[1.0, f32::NAN]);
    assert!(matches!(fit(&params, &odd, targets(&[0, 1])), Err(FitError::NotFinite { row: 1 })));
}

#[test]
fn stopping_early_is_an_error() {
    let (features, targets) = data(0.0, true);
    let error = fit(&LogisticParams::new(0.01).max_iterations(3), &features, targets).unwrap_err();
    assert!(matches!(error, FitError::NotConverged { iterations: 3, .. }), "{error}");
    assert!(error.to_string().contains("raise the penalty"), "{error}");
}
