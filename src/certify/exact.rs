//! The exact answer for given floats, in whole numbers of any size: an oracle that shares no line with `stats`.

use num_bigint::{BigInt, Sign};

/// A fraction, not reduced.
#[derive(Debug, Clone)]
pub struct Fraction {
    above: BigInt,
    below: BigInt,
}

impl Fraction {
    fn new(above: BigInt, below: BigInt) -> Self {
        Self { above, below }
    }

    /// The nearest float, or one next to it.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.above.sign() == Sign::NoSign || self.below.sign() == Sign::NoSign {
            return 0.0;
        }
        // a quotient of 64 bits or a little more
        let bits = |n: &BigInt| i64::try_from(n.bits()).unwrap_or(i64::MAX);
        let shift = 66 - (bits(&self.above) - bits(&self.below));
        let (above, below) = if shift >= 0 {
            (&self.above << shift.unsigned_abs(), self.below.clone())
        } else {
            (self.above.clone(), &self.below << shift.unsigned_abs())
        };
        let quotient = i128::try_from(above / below).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "the rounding to a float is what is meant")]
        let rounded = quotient as f64;
        libm::ldexp(rounded, i32::try_from(-shift).unwrap_or_default())
    }

    fn times(&self, other: &Self) -> Self {
        Self::new(&self.above * &other.above, &self.below * &other.below)
    }

    fn over(&self, other: &Self) -> Self {
        Self::new(&self.above * &other.below, &self.below * &other.above)
    }

    fn less(&self, other: &Self) -> Self {
        Self::new(&self.above * &other.below - &other.above * &self.below, &self.below * &other.below)
    }
}

/// Floats as whole numbers times a power of two.
fn whole(values: &[f64]) -> (Vec<BigInt>, i32) {
    // `frexp` gives a mantissa below 1 with 53 bits behind the point
    let parts: Vec<(f64, i32)> = values.iter().map(|&v| libm::frexp(v)).collect();
    let exponents = parts.iter().filter(|(m, _)| m.abs() > 0.0).map(|(_, e)| e - 53);
    let least = exponents.min().unwrap_or(0);
    let number = |&(mantissa, exponent): &(f64, i32)| {
        #[expect(clippy::cast_possible_truncation, reason = "53 bits")]
        let digits = (mantissa * 9_007_199_254_740_992.0) as i64;
        let shift = u32::try_from(exponent - 53 - least).unwrap_or(0);
        if digits == 0 { BigInt::ZERO } else { BigInt::from(digits) << shift }
    };
    (parts.iter().map(number).collect(), least)
}

fn power_of_two(exponent: i32) -> Fraction {
    let size = BigInt::from(1) << exponent.unsigned_abs();
    if exponent >= 0 { Fraction::new(size, BigInt::from(1)) } else { Fraction::new(BigInt::from(1), size) }
}

fn count(n: usize) -> Fraction {
    Fraction::new(BigInt::from(n), BigInt::from(1))
}

/// What least squares gives for these floats.
#[derive(Debug, Clone)]
pub struct ExactFit {
    /// β.
    pub coefficients: Vec<f64>,
    /// Diagonal of (XᵀX)⁻¹ times the residual variance, rooted.
    pub errors: Vec<f64>,
    /// Σ (y − Xβ)².
    pub residual_ss: f64,
    /// Σ (y − ȳ)² less that, or Σ y² less that where the model has no constant.
    pub regression_ss: f64,
}

/// Least squares of a response on columns; `None` where the columns hang together.
#[must_use]
pub fn least_squares(response: &[f64], columns: &[Vec<f64>], constant: bool) -> Option<ExactFit> {
    let (n, k) = (response.len(), columns.len());
    let (y, y_power) = whole(response);
    let (x, powers): (Vec<Vec<BigInt>>, Vec<i32>) = columns.iter().map(|c| whole(c)).unzip();
    let dot = |a: &[BigInt], b: &[BigInt]| a.iter().zip(b).map(|(a, b)| a * b).sum::<BigInt>();
    // [XᵀX | Xᵀy I]
    let mut matrix: Vec<Vec<BigInt>> = (0..k)
        .map(|i| {
            let mut row: Vec<BigInt> =
                x.iter().map(|column| dot(x.get(i).map_or(&[], Vec::as_slice), column)).collect();
            row.push(dot(x.get(i).map_or(&[], Vec::as_slice), &y));
            row.extend((0..k).map(|j| BigInt::from(u8::from(i == j))));
            row
        })
        .collect();
    let right: Vec<BigInt> = matrix.iter().filter_map(|row| row.get(k).cloned()).collect();
    let determinant = eliminate(&mut matrix)?;
    let entry = |i: usize, j: usize| matrix.get(i).and_then(|row| row.get(j)).cloned().unwrap_or_default();
    // in units of the powers of two: b = N / det, rss = (yᵀy det − Σ N Xᵀy) / det
    let explained: BigInt = right.iter().enumerate().map(|(i, r)| entry(i, k) * r).sum();
    let squares = dot(&y, &y);
    let residual = Fraction::new(&squares * &determinant - explained, determinant.clone());
    let total: BigInt = y.iter().sum();
    let all = if constant {
        Fraction::new(squares * BigInt::from(n) - &total * &total, BigInt::from(n))
    } else {
        Fraction::new(squares, BigInt::from(1))
    };
    let square_unit = power_of_two(2 * y_power);
    let variance = residual.over(&count(n - k));
    let (mut coefficients, mut errors) = (Vec::new(), Vec::new());
    for (i, &power) in powers.iter().enumerate() {
        let unit = power_of_two(y_power - power);
        coefficients.push(Fraction::new(entry(i, k), determinant.clone()).times(&unit).value());
        let diagonal = Fraction::new(entry(i, k + 1 + i), determinant.clone());
        errors.push(diagonal.times(&variance).times(&unit).times(&unit).value().sqrt());
    }
    Some(ExactFit {
        coefficients,
        errors,
        residual_ss: residual.times(&square_unit).value(),
        regression_ss: all.less(&residual).times(&square_unit).value(),
    })
}

/// Gauss–Jordan without fractions (Bareiss 1968): the left part becomes det · I; every division leaves no rest.
fn eliminate(matrix: &mut [Vec<BigInt>]) -> Option<BigInt> {
    let k = matrix.len();
    let mut before = BigInt::from(1);
    for at in 0..k {
        let pivot_row = matrix.get(at)?.clone();
        let pivot = pivot_row.get(at)?.clone();
        // XᵀX is positive definite, or its columns hang together: no exchange of rows is ever needed
        if pivot.sign() == Sign::NoSign {
            return None;
        }
        for (i, row) in matrix.iter_mut().enumerate() {
            if i == at {
                continue;
            }
            let factor = row.get(at)?.clone();
            for (value, above) in row.iter_mut().zip(&pivot_row) {
                *value = (&*value * &pivot - &factor * above) / &before;
            }
        }
        before = pivot;
    }
    Some(before)
}

/// Mean, standard deviation and autocorrelation of neighbours.
#[must_use]
pub fn summary(values: &[f64]) -> [f64; 3] {
    let (y, power) = whole(values);
    let n = BigInt::from(y.len());
    let total: BigInt = y.iter().sum();
    // n times the deviations
    let off: Vec<BigInt> = y.iter().map(|v| v * &n - &total).collect();
    let squares: BigInt = off.iter().map(|d| d * d).sum();
    let neighbours: BigInt = off.iter().zip(off.iter().skip(1)).map(|(a, b)| a * b).sum();
    let variance = Fraction::new(squares.clone(), &n * &n * (&n - 1_u8)).times(&power_of_two(2 * power));
    [
        Fraction::new(total, n).times(&power_of_two(power)).value(),
        variance.value().sqrt(),
        Fraction::new(neighbours, squares).value(),
    ]
}

/// Sums of squares between and within levels, and F.
#[must_use]
pub fn between_and_within(values: &[f64], levels: &[usize]) -> [f64; 3] {
    let (y, power) = whole(values);
    let count_of = levels.iter().max().map_or(0, |most| most + 1);
    let mut groups = vec![(BigInt::ZERO, 0_usize); count_of];
    for (value, &level) in y.iter().zip(levels) {
        if let Some((total, n)) = groups.get_mut(level) {
            *total += value;
            *n += 1;
        }
    }
    groups.retain(|(_, n)| *n > 0);
    // Σ S²/n over levels, with the product of all n below the line
    let product: BigInt = groups.iter().map(|(_, n)| BigInt::from(*n)).product();
    let parts: BigInt = groups.iter().map(|(s, n)| s * s * (&product / BigInt::from(*n))).sum();
    let of_levels = Fraction::new(parts, product);
    let total: BigInt = y.iter().sum();
    let of_all = Fraction::new(&total * &total, BigInt::from(y.len()));
    let squares = Fraction::new(y.iter().map(|v| v * v).sum(), BigInt::from(1));
    let (between, within) = (of_levels.less(&of_all), squares.less(&of_levels));
    let f = between.over(&count(groups.len() - 1)).over(&within.over(&count(y.len() - groups.len())));
    let unit = power_of_two(2 * power);
    [between.times(&unit).value(), within.times(&unit).value(), f.value()]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact answers")]
mod tests {
    use super::{between_and_within, least_squares, summary};

    #[test]
    fn small_cases_by_hand() {
        let columns = [vec![1.0; 4], vec![0.0, 1.0, 2.0, 3.0]];
        let fit = least_squares(&[1.0, 3.0, 4.0, 8.0], &columns, true).unwrap();
        // Sxx = 5, Sxy = 11; 26 − 24.2
        assert_eq!(fit.coefficients, [0.7, 2.2]);
        assert!((fit.residual_ss - 1.8).abs() < 1e-15 && (fit.regression_ss - 24.2).abs() < 1e-14);
        assert!((fit.errors[1] - 0.18_f64.sqrt()).abs() < 1e-15);
        assert_eq!(summary(&[10_000_001.0, 10_000_003.0, 10_000_002.0]), [10_000_002.0, 1.0, -0.5]);
        assert_eq!(
            between_and_within(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[0, 0, 0, 2, 2, 2]),
            [13.5, 4.0, 13.5]
        );
    }

    #[test]
    fn units_that_floats_cannot_tell_apart_are_told_apart() {
        let tiny = 1e-17_f64;
        let columns = [vec![1.0; 3], vec![1.0 + f64::EPSILON, 1.0, 1.0], vec![tiny, 0.0, 1e300]];
        let fit = least_squares(&[1.0, 2.0, 3.0], &columns[..2], true).unwrap();
        assert_eq!(fit.coefficients[1], -1.5 / f64::EPSILON);
        assert!(least_squares(&[1.0, 2.0, 3.0, 5.0], &[vec![2.0; 4], vec![6.0; 4]], true).is_none());
        let wide = least_squares(&[tiny, 0.0, 1e300], &columns[2..], false).unwrap();
        assert_eq!(wide.coefficients, [1.0]);
    }
}
