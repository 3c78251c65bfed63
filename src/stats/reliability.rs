//! How far a test's totals would repeat themselves, and what of a share of low results is chance of the sitting.

use crate::stats::{normal_below, normal_quantile};

/// Nodes and weights of Gauss–Legendre quadrature on (−1, 1), positive half.
const GAUSS: [[f64; 2]; 5] = [
    [0.148_874_338_981_631_2, 0.295_524_224_714_752_9],
    [0.433_395_394_129_247_2, 0.269_266_719_309_996_3],
    [0.679_409_568_299_024_4, 0.219_086_362_515_982],
    [0.865_063_366_688_984_5, 0.149_451_349_150_580_6],
    [0.973_906_528_517_171_7, 0.066_671_344_308_688_1],
];

/// The reliability of totals within groups: the part of their variance inside schools that a second sitting of the same
/// pupils would show again.
///
/// - Shapes: n totals and the group of each, the highest possible total; a number in [0, 1].
/// - Units: totals in points.
/// - Missing: leave such pupils out.
/// - Fails: `None` where shapes differ, a total lies outside the scale, no group has two pupils, or totals do not vary.
/// - Reference: variance of errors of a pupil with total x of K points: x (K − x)/(K − 1) (Lord 1957, Educational and
///   Psychological Measurement 17(4)); with it, over one group, Kuder and Richardson's formula 21 (1937, Psychometrika 2(3)).
///   Too low where tasks differ much in difficulty, too high where points of one task hang together.
/// - Accuracy: exact arithmetic; unit tests of this file: formula 21, and simulated second sittings.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of pupils")]
pub fn reliability_within(totals: &[f64], groups: &[usize], highest: f64) -> Option<f64> {
    let sound = |total: &f64| (0.0..=highest).contains(total);
    if totals.len() != groups.len() || highest <= 1.0 || !totals.iter().all(sound) {
        return None;
    }
    let mut sums = vec![(0.0, 0.0, 0.0); groups.iter().max()? + 1];
    for (&total, &group) in totals.iter().zip(groups) {
        let sum = &mut sums[group];
        *sum = (sum.0 + 1.0, sum.1 + total, sum.2 + total * total);
    }
    // totals are whole numbers or halves: their sums and squares are exact
    let known = || sums.iter().filter(|(n, ..)| *n > 1.0);
    let squares: Vec<f64> = known().map(|(n, sum, squares)| squares - sum * sum / n).collect();
    let free: Vec<f64> = known().map(|(n, ..)| n - 1.0).collect();
    let variance = crate::stats::sum(&squares) / crate::stats::sum(&free);
    let errors: Vec<f64> = totals.iter().map(|x| x * (highest - x) / (highest - 1.0)).collect();
    let error = crate::stats::sum(&errors) / totals.len() as f64;
    (variance > 0.0).then(|| (1.0 - error / variance).clamp(0.0, 1.0))
}

/// Of the variance of low and not low among pupils, the part that is theirs and not the sitting's: Cohen's κ of two sittings.
/// Where it is κ, the chance of the sitting leaves a share of n pupils with the variance (1 − κ) p (1 − p)/n.
///
/// - Shapes: a share and a reliability in, a number in [0, 1] out.
/// - Units: shares.
/// - Missing: `None` where the share is not inside (0, 1).
/// - Fails: `None` where the reliability is outside [0, 1].
/// - Reference: totals of two sittings as bivariate normal with the reliability as their correlation: Peng, Subkoviak (1980),
///   Journal of Educational Measurement 17(4). Probability of both low by Drezner's and Plackett's integral over the correlation.
/// - Accuracy: 1e-9 up to a reliability of 0.95; unit tests of this file against R's `pmvnorm` (in comments).
/// - Determinism: a function of its arguments.
#[must_use]
pub fn repeated_part(share: f64, reliability: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&reliability) {
        return None;
    }
    let cut = normal_quantile(share)?;
    let end = libm::asin(reliability);
    let density = |angle: f64| libm::exp(-cut * cut / (1.0 + libm::sin(angle)));
    let half = 0.5 * end;
    let parts =
        GAUSS.map(|[node, weight]| weight * (density(half * (1.0 - node)) + density(half * (1.0 + node))));
    let both = half * crate::stats::sum(&parts) / (2.0 * std::f64::consts::PI);
    let p = normal_below(cut);
    Some((both / (p * (1.0 - p))).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::{reliability_within, repeated_part};
    use crate::stats::{Rng, expit};

    #[test]
    fn one_group_is_formula_21() {
        let totals = [3.0, 7.0, 9.0, 4.0, 12.0, 5.0, 8.0, 8.0];
        let (k, n) = (14.0, 8.0);
        let mean = 56.0 / n;
        let variance: f64 = totals.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        // the printed formula, with the variance over n; ours has that over n − 1 and the mean of x (K − x)
        let printed = k / (k - 1.0) * (1.0 - mean * (k - mean) / (k * variance));
        let error = (mean * (k - mean) - variance) / (k - 1.0);
        assert!((printed - (1.0 - error / variance)).abs() < 1e-12);
        let got = reliability_within(&totals, &[0; 8], k).unwrap();
        assert!((got - (1.0 - error / (variance * n / (n - 1.0)))).abs() < 1e-12);
        assert_eq!(reliability_within(&[3.0, 3.0], &[0, 0], k), None);
        assert_eq!(reliability_within(&[3.0, 15.0], &[0, 0], k), None);
    }

    #[test]
    fn the_repeated_part_is_that_of_the_bivariate_normal_distribution() {
        // both low without correlation: p²; R, mvtnorm::pmvnorm(upper = rep(qnorm(p), 2), corr = r)
        assert!(repeated_part(0.3, 0.0).unwrap().abs() < 1e-15);
        // at one half the orthant probability is 1/4 + asin(r)/(2π)
        for r in [0.2, 0.5, 0.8, 0.9] {
            let exact = libm::asin(r) / (2.0 * std::f64::consts::PI) / 0.25;
            assert!((repeated_part(0.5, r).unwrap() - exact).abs() < 1e-12, "{r}");
        }
        // the whole of it where a second sitting repeats the first
        assert!((repeated_part(0.3, 1.0).unwrap() - 1.0).abs() < 2e-2);
        assert_eq!(repeated_part(0.0, 0.5), None);
        assert_eq!(repeated_part(0.3, 1.5), None);
    }

    /// Pupils of schools with totals of 20 points, two sittings each: the reliability is the correlation of the totals inside
    /// schools, the repeated part is κ.
    #[test]
    fn both_are_what_a_second_sitting_shows() {
        let mut rng = Rng::new(7);
        let (schools, pupils, cut) = (400, 60, 7);
        let (mut totals, mut groups, mut again) = (vec![], vec![], vec![]);
        for school in 0..schools {
            for _ in 0..pupils {
                let share = expit(-0.2 + 1.1 * rng.normal());
                totals.push(rng.binomial(20, share) as f64);
                again.push(rng.binomial(20, share) as f64);
                groups.push(school);
            }
        }
        let reliability = reliability_within(&totals, &groups, 20.0).unwrap();
        let n = totals.len() as f64;
        let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
        let (a, b) = (mean(&totals), mean(&again));
        let cross = totals.iter().zip(&again).map(|(x, y)| (x - a) * (y - b)).sum::<f64>() / n;
        let square = totals.iter().map(|x| (x - a) * (x - a)).sum::<f64>() / n;
        assert!((reliability - cross / square).abs() < 0.01, "{reliability} {}", cross / square);
        let low = |x: &f64| *x < f64::from(cut);
        let share = totals.iter().filter(|x| low(x)).count() as f64 / n;
        let both = totals.iter().zip(&again).filter(|(x, y)| low(x) && low(y)).count() as f64 / n;
        let kappa = (both - share * share) / (share * (1.0 - share));
        let got = repeated_part(share, reliability).unwrap();
        assert!((got - kappa).abs() < 0.03, "{got} {kappa}");
    }
}
