//! Correlations of ranks.

use crate::stats::{mean, normal_above, student_two_sided, sum};

/// A correlation of ranks and how easily chance makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankCorrelation {
    /// The coefficient, in [−1, 1].
    pub coefficient: f64,
    /// Pairs of values.
    pub pairs: usize,
    /// Two-sided p of its large-sample distribution, ties allowed for.
    pub p: f64,
    /// Two-sided p of its exact distribution over all orders, where that is within reach.
    pub p_exact: Option<f64>,
}

/// Up to so many pairs every order is looked at.
const ORDERS_MAX: usize = 9;
/// Up to so many pairs without ties the inversions of all orders are counted.
const INVERSIONS_MAX: usize = 60;

/// Ranks from 1, equal values sharing their mean rank.
///
/// - Shapes: n values in, n ranks out.
/// - Units: ranks.
/// - Missing: leave missing values out; a NaN ranks above all numbers.
/// - Fails: never.
/// - Reference: Kendall, Gibbons (1990), «Rank Correlation Methods», 3.1.
/// - Accuracy: exact.
/// - Determinism: independent of the order of the values.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "ranks")]
pub fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let order = order(values);
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tie in order.chunk_by(|a, b| plain(values[*a]).total_cmp(&plain(values[*b])).is_eq()) {
        let rank = before as f64 + (tie.len() as f64 + 1.0) / 2.0;
        tie.iter().for_each(|&at| ranks[at] = rank);
        before += tie.len();
    }
    ranks
}

/// Spearman's ρ: the correlation of the ranks.
///
/// - Shapes: two columns of n values.
/// - Units: none.
/// - Missing: leave pairs with a missing value out.
/// - Fails: `None` for fewer than three pairs, different lengths, a NaN, or a column of one value.
/// - Reference: Spearman (1904); p by Student's t with n − 2 degrees of freedom (Kendall, Gibbons 1990, 4.14); the exact p
///   counts all orders of one column against the other, ties kept, for up to 9 pairs.
/// - Accuracy: 13 digits; `tests/golden.rs`, and against SciPy in `tests/reference.rs`.
/// - Determinism: independent of the order of the pairs up to rounding.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of pairs")]
pub fn spearman(x: &[f64], y: &[f64]) -> Option<RankCorrelation> {
    let n = usable(x, y)?;
    let (a, b) = (mid_ranks(x), mid_ranks(y));
    let coefficient = pearson(&a, &b)?;
    let free = n as f64 - 2.0;
    let t = coefficient * (free / ((1.0 - coefficient) * (1.0 + coefficient)).max(0.0)).sqrt();
    Some(RankCorrelation {
        coefficient,
        pairs: n,
        p: student_two_sided(t, free)?,
        p_exact: (n <= ORDERS_MAX).then(|| exact_products(&a, &b)),
    })
}

/// Kendall's τ-b.
///
/// - Shapes: two columns of n values.
/// - Units: none.
/// - Missing: leave pairs with a missing value out.
/// - Fails: `None` for fewer than three pairs, different lengths, a NaN, or a column of one value.
/// - Reference: Kendall (1945), Biometrika 33(3); Knight (1966), JASA 61(314), for the count in n log n; p by the normal
///   distribution with the variance for ties (Kendall, Gibbons 1990, eq. 4.4). Exact p: without ties by the number of
///   inversions of all orders, up to 60 pairs; with ties by all orders, up to 9 pairs.
/// - Accuracy: 13 digits; `tests/golden.rs`, and against SciPy in `tests/reference.rs`.
/// - Determinism: independent of the order of the pairs.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of pairs")]
pub fn kendall(x: &[f64], y: &[f64]) -> Option<RankCorrelation> {
    let n = usable(x, y)?;
    let (a, b) = (mid_ranks(x), mid_ranks(y));
    let all = n as f64 * (n as f64 - 1.0) / 2.0;
    let (tied_x, tied_y) = (Ties::of(&a), Ties::of(&b));
    if tied_x.pairs >= all || tied_y.pairs >= all {
        return None;
    }
    let both: Vec<(f64, f64)> = a.iter().copied().zip(b.iter().copied()).collect();
    let score = score(&both, all, tied_x.pairs, tied_y.pairs);
    let coefficient = score / (all - tied_x.pairs).sqrt() / (all - tied_y.pairs).sqrt();
    let m = 2.0 * all;
    let variance = (m * (2.0 * n as f64 + 5.0) - tied_x.fives - tied_y.fives) / 18.0
        + 2.0 * tied_x.pairs * tied_y.pairs / m
        + tied_x.triples * tied_y.triples / (9.0 * m * (n as f64 - 2.0));
    let untied = tied_x.pairs <= 0.0 && tied_y.pairs <= 0.0;
    let p_exact = match n {
        _ if untied && n <= INVERSIONS_MAX => Some(exact_inversions(n, score)),
        _ if n <= ORDERS_MAX => Some(exact_scores(&a, &b)),
        _ => None,
    };
    Some(RankCorrelation {
        coefficient: coefficient.clamp(-1.0, 1.0),
        pairs: n,
        p: (2.0 * normal_above(score.abs() / variance.sqrt())).min(1.0),
        p_exact,
    })
}

fn usable(x: &[f64], y: &[f64]) -> Option<usize> {
    (x.len() == y.len() && x.len() > 2 && !x.iter().chain(y).any(|v| v.is_nan())).then_some(x.len())
}

fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| plain(values[*a]).total_cmp(&plain(values[*b])).then(a.cmp(b)));
    order
}

/// −0 and 0 are one value.
fn plain(value: f64) -> f64 {
    value + 0.0
}

fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let (centre_a, centre_b) = (mean(a)?, mean(b)?);
    let product = |f: &dyn Fn(f64, f64) -> f64| {
        sum(&a.iter().zip(b).map(|(x, y)| f(x - centre_a, y - centre_b)).collect::<Vec<_>>())
    };
    let (xx, yy, xy) = (product(&|x, _| x * x), product(&|_, y| y * y), product(&|x, y| x * y));
    (xx > 0.0 && yy > 0.0).then(|| (xy / xx.sqrt() / yy.sqrt()).clamp(-1.0, 1.0))
}

/// What ties take away: pairs, triples, and the term with 2t + 5.
struct Ties {
    pairs: f64,
    triples: f64,
    fives: f64,
}

impl Ties {
    #[expect(clippy::cast_precision_loss, reason = "numbers of pairs")]
    fn of(ranks: &[f64]) -> Self {
        let mut sorted = ranks.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut ties = Self { pairs: 0.0, triples: 0.0, fives: 0.0 };
        for tie in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let t = tie.len() as f64;
            ties.pairs += t * (t - 1.0) / 2.0;
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.fives += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

/// Pairs in the same order less pairs in opposite order, by merge sort.
#[expect(clippy::cast_precision_loss, reason = "numbers of pairs")]
fn score(pairs: &[(f64, f64)], all: f64, tied_x: f64, tied_y: f64) -> f64 {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let same = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0).is_eq() && a.1.total_cmp(&b.1).is_eq();
    let tied_both: f64 =
        sorted.chunk_by(same).map(|tie| tie.len() as f64 * (tie.len() as f64 - 1.0) / 2.0).sum();
    let mut second: Vec<f64> = sorted.iter().map(|pair| pair.1).collect();
    all - tied_x - tied_y + tied_both - 2.0 * inversions(&mut second) as f64
}

/// Sorts, and counts the pairs that stood in the wrong order.
fn inversions(values: &mut [f64]) -> u64 {
    let half = values.len() / 2;
    if half == 0 {
        return 0;
    }
    let mut count = inversions(&mut values[..half]) + inversions(&mut values[half..]);
    let mut merged = Vec::with_capacity(values.len());
    let (mut left, mut right) = (0, half);
    while left < half || right < values.len() {
        if right >= values.len() || left < half && values[left] <= values[right] {
            merged.push(values[left]);
            left += 1;
        } else {
            count += (half - left) as u64;
            merged.push(values[right]);
            right += 1;
        }
    }
    values.copy_from_slice(&merged);
    count
}

/// The share of orders whose inversions are at least as far from the middle.
#[expect(clippy::cast_precision_loss, reason = "numbers of inversions")]
fn exact_inversions(n: usize, score: f64) -> f64 {
    // chance of each number of inversions, an item at a time
    let mut chance = vec![1.0_f64];
    for items in 2..=n {
        let mut next = vec![0.0; chance.len() + items - 1];
        for (k, p) in chance.iter().enumerate() {
            next[k..k + items].iter_mut().for_each(|slot| *slot += p / items as f64);
        }
        chance = next;
    }
    let all = (n * (n - 1) / 2) as f64;
    let far = |k: usize| (all - 2.0 * k as f64).abs() >= score.abs() - 0.5;
    let terms: Vec<f64> = chance.iter().enumerate().filter(|(k, _)| far(*k)).map(|(_, p)| *p).collect();
    sum(&terms).min(1.0)
}

/// Every order of the second column: the share of those whose statistic is at least as far from its mean of 0.
#[expect(clippy::cast_precision_loss, reason = "at most 9! orders")]
fn exact(b: &[f64], statistic: impl Fn(&[f64]) -> f64) -> f64 {
    let limit = statistic(b).abs() - 1e-9;
    let (mut far, mut orders) = (0_u64, 0_u64);
    let mut items = b.to_vec();
    let mut turns = vec![0; items.len()];
    let mut count = |items: &[f64]| {
        orders += 1;
        far += u64::from(statistic(items).abs() >= limit);
    };
    // Heap's algorithm
    count(&items);
    let mut at = 1;
    while at < items.len() {
        if turns[at] < at {
            items.swap(if at % 2 == 0 { 0 } else { turns[at] }, at);
            count(&items);
            turns[at] += 1;
            at = 1;
        } else {
            turns[at] = 0;
            at += 1;
        }
    }
    far as f64 / orders as f64
}

/// Sums of products of ranks less their mean: multiples of a quarter, exact.
fn exact_products(a: &[f64], b: &[f64]) -> f64 {
    let half = (b.len() as f64 + 1.0) / 2.0;
    exact(b, |b| a.iter().zip(b).map(|(x, y)| (x - half) * (y - half)).sum())
}

fn exact_scores(a: &[f64], b: &[f64]) -> f64 {
    let sign = |difference: f64| f64::from(i8::from(difference > 0.0) - i8::from(difference < 0.0));
    exact(b, |b| {
        let pairs = (0..a.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs.map(|(i, j)| sign(a[i] - a[j]) * sign(b[i] - b[j])).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::{kendall, mid_ranks, spearman};
    use crate::stats::Rng;

    #[test]
    fn small_cases_by_hand() {
        assert_eq!(mid_ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(mid_ranks(&[0.0, -0.0]), [1.5, 1.5]);
        let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]);
        let rho = spearman(&x, &y).unwrap();
        assert!((rho.coefficient - 0.8).abs() < 1e-15);
        // of 24 orders 8 have a ρ of 0.8 or more, or −0.8 or less
        assert!((rho.p_exact.unwrap() - 8.0 / 24.0).abs() < 1e-15);
        let tau = kendall(&x, &y).unwrap();
        assert!((tau.coefficient - 4.0 / 6.0).abs() < 1e-15);
        // inversions 0 or 1, 5 or 6: 1 + 3 + 3 + 1 of 24
        assert!((tau.p_exact.unwrap() - 8.0 / 24.0).abs() < 1e-15);
        assert!(spearman(&x, &[1.0; 4]).is_none() && kendall(&x, &[1.0; 4]).is_none());
        assert!(kendall(&x, &y[..3]).is_none());
    }

    #[test]
    fn the_fast_count_agrees_with_the_plain_one() {
        let mut rng = Rng::new(4);
        for _ in 0..100 {
            let n = 3 + usize::try_from(rng.below(30)).unwrap();
            let mut column = || (0..n).map(|_| rng.below(8) as f64).collect::<Vec<f64>>();
            let (x, y) = (column(), column());
            let sign = |v: f64| f64::from(i8::from(v > 0.0) - i8::from(v < 0.0));
            let (mut s, mut xs, mut ys) = (0.0, 0.0, 0.0);
            for i in 0..n {
                for j in 0..i {
                    let (dx, dy) = (sign(x[i] - x[j]), sign(y[i] - y[j]));
                    (s, xs, ys) = (s + dx * dy, xs + dx.abs(), ys + dy.abs());
                }
            }
            match kendall(&x, &y) {
                Some(tau) => assert!((tau.coefficient - s / (xs * ys).sqrt()).abs() < 1e-14),
                None => assert!(xs * ys < 0.5),
            }
        }
    }
}
