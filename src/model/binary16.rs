//! IEEE 754 binary16, the half-width floats that weights are stored in.

/// The nearest binary16, ties to even; what is too large becomes infinite.
pub(super) fn to_bits(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return sign | 0x7e00;
    }
    // 65520 and above rounds to infinity.
    if magnitude >= 0x477f_f000 {
        return sign | 0x7c00;
    }
    // Below 2^-14 the result is subnormal: adding 0.5 aligns the last bit of the sum with 2^-24, and the
    // addition itself rounds to even.
    if magnitude < 0x3880_0000 {
        let aligned = (f32::from_bits(magnitude) + 0.5).to_bits();
        return sign | (aligned.wrapping_sub(0.5_f32.to_bits()) as u16);
    }
    let odd = (magnitude >> 13) & 1;
    let rounded = magnitude - (112 << 23) + 0xfff + odd;
    sign | ((rounded >> 13) as u16)
}

/// The value of a binary16, exactly.
pub(super) fn from_bits(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10) & 0x1f;
    let fraction = u32::from(half & 0x3ff);
    let magnitude = match exponent {
        0 => (fraction as f32 * (2.0_f32).powi(-24)).to_bits(),
        31 => 0x7f80_0000 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_comes_back_as_it_was() {
        for half in 0..=u16::MAX {
            let value = from_bits(half);
            if value.is_nan() {
                assert!(from_bits(to_bits(value)).is_nan());
            } else {
                assert_eq!(to_bits(value), half, "{value}");
            }
        }
    }

    #[test]
    fn known_values() {
        for (value, half) in [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65504.0, 0x7bff),
            (65519.0, 0x7bff),
            (65520.0, 0x7c00),
            (6.103_515_6e-5, 0x0400),
            (5.960_464_5e-8, 0x0001),
            (2.980_232_2e-8, 0x0000),
            (1.0 + 1.0 / 2048.0, 0x3c00),
            (1.0 + 3.0 / 2048.0, 0x3c02),
        ] {
            assert_eq!(to_bits(value), half, "{value}");
        }
    }

    #[test]
    fn rounding_takes_the_nearest() {
        for value in (0..40_000).map(|step| (step as f32 * 0.37).mul_add(1e-4, -0.6)) {
            let bits = to_bits(value);
            let error = |half: u16| (f64::from(from_bits(half)) - f64::from(value)).abs();
            let best = [bits.wrapping_sub(1), bits, bits.wrapping_add(1)];
            let best = best.into_iter().map(error).fold(f64::INFINITY, f64::min);
            assert!(error(bits) <= best, "{value}");
        }
    }
}
