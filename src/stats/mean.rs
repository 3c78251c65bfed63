//! Means of groups: intervals, scores within a test, and the shrunken mean beside the raw one.

use crate::stats::{Interval, mean, normal_quantile, student_quantile, sum};

/// A mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanOf {
    /// Values behind it.
    pub n: usize,
    /// The mean.
    pub mean: f64,
    /// Standard deviation with n − 1; missing of one value.
    pub sd: Option<f64>,
    /// The interval; missing of one value.
    pub interval: Option<Interval>,
}

/// The mean of values with Student's interval.
///
/// - Shapes: any number of values in; `None` for none.
/// - Units: those of the values.
/// - Missing: leave missing values out; a NaN makes everything NaN.
/// - Fails: no interval and no spread for one value; `None` for none or a level outside (0, 1).
/// - Reference: Student (1908): mean ± t(n − 1) s / √n; deviations are taken from the mean in a second pass.
/// - Accuracy: 12 digits against R's `t.test`; `tests/reference.rs`, where its coverage is simulated too.
/// - Determinism: as [`sum()`].
#[must_use]
pub fn mean_interval(values: &[f64], level: f64) -> Option<MeanOf> {
    if !(level > 0.0 && level < 1.0) {
        return None;
    }
    let centre = mean(values)?;
    let n = values.len();
    let sd = spread(values, centre);
    let half = |sd: f64| Some(student_quantile(0.5 + level / 2.0, count(n - 1))? * sd / count(n).sqrt());
    let interval = sd.and_then(half).map(|half| Interval { low: centre - half, high: centre + half });
    Some(MeanOf { n, mean: centre, sd, interval })
}

/// Values as standard scores within their groups: (value − mean) / standard deviation of the group.
///
/// - Shapes: n values and n group numbers in, n scores out.
/// - Units: standard deviations of the group.
/// - Missing: leave missing values out. A group of one value, or of equal ones, has no scores: `None`.
/// - Fails: every score is `None` where the lengths differ.
/// - Reference: the z-score with the sample's standard deviation (n − 1).
/// - Accuracy: 12 digits against R's `scale`; `tests/reference.rs`.
/// - Determinism: as [`sum()`].
#[must_use]
pub fn standard_scores(values: &[f64], groups: &[usize]) -> Vec<Option<f64>> {
    if values.len() != groups.len() {
        return vec![None; values.len()];
    }
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); groups.iter().max().map_or(0, |most| most + 1)];
    for (&value, &group) in values.iter().zip(groups) {
        members[group].push(value);
    }
    let scale = |values: &Vec<f64>| {
        let centre = mean(values)?;
        Some((centre, spread(values, centre).filter(|sd| *sd > 0.0)?))
    };
    let scales: Vec<Option<(f64, f64)>> = members.iter().map(scale).collect();
    let score = |(&value, &group): (&f64, &usize)| scales[group].map(|(centre, sd)| (value - centre) / sd);
    values.iter().zip(groups).map(score).collect()
}

/// How the true means of groups vary around a common one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormalPrior {
    /// The mean of the groups, weighed by what they know.
    pub mean: f64,
    /// Variance of values within a group.
    pub within: f64,
    /// Variance of true means between groups; 0 where they vary no more than chance makes them.
    pub between: f64,
}

impl NormalPrior {
    /// The share of a group's distance from the common mean that is kept: between / (between + within / n).
    #[must_use]
    pub fn kept(&self, n: usize) -> f64 {
        if self.between <= 0.0 { 0.0 } else { self.between / (self.between + self.within / count(n)) }
    }

    /// The shrunken mean of a group and its interval, the prior taken as known. None where the true means vary no more than
    /// chance makes them: the interval would be a point, and nobody knows the mean so well.
    #[must_use]
    pub fn posterior(&self, mean: f64, n: usize, level: f64) -> Option<(f64, Interval)> {
        let kept = Some(self.kept(n)).filter(|kept| *kept > 0.0)?;
        let value = self.mean + kept * (mean - self.mean);
        let half = normal_quantile(0.5 + level / 2.0)? * (kept * self.within / count(n)).sqrt();
        Some((value, Interval { low: value - half, high: value + half }))
    }
}

/// Fits the variances within and between groups and the common mean.
///
/// - Shapes: groups of values, empty ones allowed.
/// - Units: those of the values, variances squared.
/// - Missing: leave missing values out.
/// - Fails: `None` with fewer than two groups that have values, or without a group of two.
/// - Reference: one-way analysis of variance for unequal groups (Searle, Casella, McCulloch 1992, Variance Components,
///   3.6): between = (MSB − MSW) / n₀, not below 0; the common mean weighs groups by 1 / (between + within / n).
/// - Accuracy: 12 digits against R's `aov`; `tests/reference.rs`. A simulated spread is found again; unit test of this file.
/// - Determinism: depends on the order of the groups only through the last rounding.
#[must_use]
pub fn fit_normal_prior(groups: &[&[f64]]) -> Option<NormalPrior> {
    let means: Vec<(usize, f64)> = groups.iter().filter_map(|g| Some((g.len(), mean(g)?))).collect();
    let sizes: Vec<f64> = means.iter().map(|&(n, _)| count(n)).collect();
    let (k, total) = (count(means.len()), sum(&sizes));
    if means.len() < 2 || total <= k {
        return None;
    }
    let squares = |group: &[f64], centre: f64| {
        sum(&group.iter().map(|v| (v - centre) * (v - centre)).collect::<Vec<_>>())
    };
    let inside: Vec<f64> = groups.iter().filter_map(|g| Some(squares(g, mean(g)?))).collect();
    let within = sum(&inside) / (total - k);
    let grand = sum(&means.iter().map(|&(n, m)| count(n) * m).collect::<Vec<_>>()) / total;
    let outside = sum(&means.iter().map(|&(n, m)| count(n) * (m - grand) * (m - grand)).collect::<Vec<_>>());
    let n0 = (total - sum(&sizes.iter().map(|n| n * n).collect::<Vec<_>>()) / total) / (k - 1.0);
    let between = ((outside / (k - 1.0) - within) / n0).max(0.0);
    let weight = |n: usize| if between > 0.0 { 1.0 / (between + within / count(n)) } else { count(n) };
    let weights = sum(&means.iter().map(|&(n, _)| weight(n)).collect::<Vec<_>>());
    let centre = sum(&means.iter().map(|&(n, m)| weight(n) * m).collect::<Vec<_>>()) / weights;
    Some(NormalPrior { mean: centre, within, between })
}

fn spread(values: &[f64], centre: f64) -> Option<f64> {
    let n = values.len();
    let squares: Vec<f64> = values.iter().map(|v| (v - centre) * (v - centre)).collect();
    (n > 1).then(|| (sum(&squares) / count(n - 1)).sqrt())
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 values")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::{fit_normal_prior, mean_interval, standard_scores};
    use crate::stats::Rng;

    #[test]
    fn one_value_has_no_interval_and_equal_ones_no_scores() {
        let one = mean_interval(&[3.0], 0.95).unwrap();
        assert_eq!((one.n, one.mean, one.sd, one.interval), (1, 3.0, None, None));
        assert_eq!((mean_interval(&[], 0.95), mean_interval(&[1.0], 1.0)), (None, None));
        let scores = standard_scores(&[1.0, 3.0, 5.0, 5.0, 9.0], &[0, 0, 1, 1, 2]);
        assert!((scores[0].unwrap() + 0.5f64.sqrt()).abs() < 1e-15);
        assert_eq!(scores[2..], [None, None, None]);
    }

    #[test]
    fn groups_that_do_not_vary_have_no_shrunken_means() {
        let prior = fit_normal_prior(&[&[1.0, 3.0], &[1.0, 3.0, 2.0]]).unwrap();
        assert!(prior.between <= 0.0);
        assert_eq!(prior.posterior(9.0, 4, 0.95), None);
        assert_eq!(fit_normal_prior(&[&[1.0, 2.0]]), None);
        assert_eq!(fit_normal_prior(&[&[1.0], &[2.0]]), None);
    }

    /// Schools of 2 to 40 pupils, spread 0.5 between and 1 within: the fit finds both, and the shrunken mean is nearer to the
    /// truth than the raw one.
    #[test]
    fn a_simulated_spread_is_found_again() {
        let mut rng = Rng::new(20251122);
        let mut truths = Vec::new();
        let groups: Vec<Vec<f64>> = (0..4000)
            .map(|school| {
                let truth = 0.2 + 0.5 * rng.normal();
                truths.push(truth);
                (0..2 + school % 39).map(|_| truth + rng.normal()).collect()
            })
            .collect();
        let groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
        let prior = fit_normal_prior(&groups).unwrap();
        assert!((prior.between - 0.25).abs() < 0.02, "{prior:?}");
        assert!((prior.within - 1.0).abs() < 0.02 && (prior.mean - 0.2).abs() < 0.03, "{prior:?}");
        let (mut raw, mut shrunken, mut inside) = (0.0, 0.0, 0);
        for (group, truth) in groups.iter().zip(&truths) {
            let own = mean_interval(group, 0.95).unwrap().mean;
            let (value, interval) = prior.posterior(own, group.len(), 0.95).unwrap();
            raw += (own - truth) * (own - truth);
            shrunken += (value - truth) * (value - truth);
            inside += i32::from(interval.low <= *truth && *truth <= interval.high);
        }
        assert!(shrunken < 0.8 * raw, "{shrunken} against {raw}");
        assert!((3700..3900).contains(&inside), "{inside} of 4000 inside their 95 % intervals");
    }
}
