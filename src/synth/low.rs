//! How probable a low result is for a pupil of given ability: a curve per test, tabulated once, read in nanoseconds.
//! From the curve follow the ease of a test (so that the region has the share of marks 2 that its profile wants) and the
//! truth of schools.

/// Abilities of the table: from -`REACH` to `REACH`.
const REACH: f64 = 9.0;
/// Points of the table for one unit of ability.
const FINE: f64 = 16.0;
/// Points of a normal distribution that stand for it.
const NODES: i32 = 20;

/// A falling curve of ability.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::synth) struct Curve(Vec<f64>);

impl Curve {
    /// Tabulates a function.
    pub fn of(function: impl Fn(f64) -> f64) -> Self {
        let [curve] = Self::each(|ability| [function(ability)]);
        curve
    }

    /// Tabulates several functions that are computed together.
    pub fn each<const N: usize>(functions: impl Fn(f64) -> [f64; N]) -> [Self; N] {
        let mut curves = std::array::from_fn(|_| Vec::new());
        for at in 0..=(2.0 * REACH * FINE) as usize {
            for (curve, value) in curves.iter_mut().zip(functions(at as f64 / FINE - REACH)) {
                curve.push(value);
            }
        }
        curves.map(Self)
    }

    /// Its value, by linear interpolation; the ends where the ability lies outside.
    pub fn at(&self, ability: f64) -> f64 {
        let place = ((ability + REACH) * FINE).clamp(0.0, (self.0.len() - 1) as f64);
        let left = (place as usize).min(self.0.len() - 2);
        match self.0.get(left..=left + 1) {
            Some(&[low, high]) => low + (high - low) * (place - left as f64),
            _ => 0.0,
        }
    }

    /// The mean over a normal distribution of abilities.
    pub fn over(&self, centre: f64, sd: f64) -> f64 {
        let (mut mean, mut all) = (0.0, 0.0);
        for node in -NODES..=NODES {
            let z = f64::from(node) * 5.0 / f64::from(NODES);
            let weight = libm::exp(-z * z / 2.0);
            mean += weight * self.at(centre + sd * z);
            all += weight;
        }
        mean / all
    }

    /// The same curve where the ability is disturbed by a normal number.
    pub fn blurred(&self, sd: f64) -> Self {
        if sd > 0.0 { Self::of(|ability| self.over(ability, sd)) } else { self.clone() }
    }

    /// The centre of a normal distribution of abilities over which the mean is this.
    pub fn centre_for(&self, mean: f64, sd: f64) -> f64 {
        let (mut hard, mut easy) = (-REACH, REACH);
        for _ in 0..50 {
            let middle = f64::midpoint(hard, easy);
            if self.over(middle, sd) > mean {
                hard = middle;
            } else {
                easy = middle;
            }
        }
        f64::midpoint(hard, easy)
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;
    use crate::synth::region::logistic;

    #[test]
    fn a_curve_is_its_function_and_finds_its_centre() {
        let curve = Curve::of(|ability| logistic(-1.5 * ability));
        for ability in [-12.0, -2.03, 0.0, 0.77, 3.3, 12.0] {
            assert!((curve.at(ability) - logistic(-1.5 * ability)).abs() < 5e-4, "{ability}");
        }
        let centre = curve.centre_for(0.12, 1.1);
        assert!((curve.over(centre, 1.1) - 0.12).abs() < 1e-9);
        // blurring by two normal numbers is blurring by one with the sum of the variances
        let twice = curve.blurred(0.6).blurred(0.8);
        assert!((twice.at(-1.0) - curve.blurred(1.0).at(-1.0)).abs() < 1e-3);
    }
}
