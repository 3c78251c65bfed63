//! How many digits of a number are right.

/// All that a float has, and all that NIST prints.
pub const ALL: f64 = 15.0;

/// The log relative error: digits of `got` that agree with `want`, from 0 to 15; where `want` is 0, of the size of `got` itself
/// by that of the data.
#[must_use]
pub fn digits(got: f64, want: f64, scale: f64) -> f64 {
    let size = if want.abs() > 0.0 { want.abs() } else { scale };
    let error = (got - want).abs() / size;
    if error.is_nan() {
        return 0.0;
    }
    if error > 0.0 { (-libm::log10(error)).clamp(0.0, ALL) } else { ALL }
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn digits_that_agree() {
        for (got, want, right) in
            [(1.001, 1.0, 3.0), (-250.25, -250.0, 3.0), (1e-9, 0.0, 9.0), (2.0, 1.0, 0.0)]
        {
            assert!((digits(got, want, 1.0) - right).abs() < 1e-3, "{got} {want}");
        }
        assert!(digits(0.1, 0.1, 1.0) > 14.9 && digits(f64::NAN, 1.0, 1.0) < 0.1);
    }
}
