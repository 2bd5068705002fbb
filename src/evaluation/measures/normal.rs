//! The standard normal distribution.

use std::f64::consts::PI;

/// Where the density is too small to add anything to the distribution function in double precision.
const FAR: f64 = 8.3;

/// Probability of a value up to `x`.
///
/// `½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …)`: Marsaglia 2004, "Evaluating the normal distribution",
/// Journal of Statistical Software 11(4), doi:10.18637/jss.v011.i04.
pub(in crate::evaluation) fn cumulative(x: f64) -> f64 {
    if x.abs() >= FAR {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut odd) = (x, x, 1.0);
    loop {
        odd += 2.0;
        term *= x * x / odd;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    0.5 + sum * (-x * x / 2.0).exp() / (2.0 * PI).sqrt()
}

/// The value that [`cumulative`] maps to `probability`, by bisection; infinite outside (0, 1) and
/// limited to ±8.3.
pub(in crate::evaluation) fn quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (-FAR, FAR);
    while high - low > 1e-14 {
        let middle = f64::midpoint(low, high);
        if cumulative(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_tables() {
        for (x, probability) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.959_963_984_540_054, 0.025),
            (6.0, 0.999_999_999_013_412_4),
        ] {
            assert!((cumulative(x) - probability).abs() < 1e-14, "{x}");
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((quantile(0.5)).abs() < 1e-12);
        assert!((quantile(0.005) + 2.575_829_303_548_901).abs() < 1e-12);
    }

    #[test]
    fn ends_are_handled() {
        assert_eq!(cumulative(40.0), 1.0);
        assert_eq!(cumulative(-40.0), 0.0);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
    }
}
