//! The rows of a random-intercept model as rows of plain least squares.

use ndarray::Array2;

use super::MixedData;

/// Rows that are uncorrelated and of equal variance where the model holds: least squares of the one on the other is the model's
/// fit, and its robust covariances have the model as their working model.
///
/// - Shapes: as [`MixedData`] says; response (n) and design (n, k) out.
/// - Units: those of the data times the root of the weights; `ratio` is τ²/σ², from 0 on.
/// - Missing: leave such rows out.
/// - Fails: `None` where lengths differ, a weight is not above 0, or the ratio is negative or not finite.
/// - Reference: the inverse root of 1 + ratio z zᵀ with z the roots of a group's weights: Fuller, Battese (1973), JASA 68(343),
///   eq. 2.3; as the working model of CR2: Pustejovsky, Tipton (2018), JBES 36(4), eq. 5.
/// - Accuracy: 10 digits of the coefficients against [`fit_mixed`](super::fit_mixed); unit test of this file.
/// - Determinism: a function of its arguments, one thread.
#[must_use]
pub fn decorrelated(data: MixedData<'_>, ratio: f64) -> Option<(Vec<f64>, Array2<f64>)> {
    let (n, k) = data.design.dim();
    let lengths = data.response.len() == n && data.groups.len() == n;
    let weighted = data.weights.is_none_or(|w| w.len() == n && w.iter().all(|w| *w > 0.0));
    if !(lengths && weighted && ratio.is_finite() && ratio >= 0.0) {
        return None;
    }
    let root = |i: usize| data.weights.map_or(1.0, |w| w[i].sqrt());
    let mut table = Array2::from_shape_fn((n, k + 1), |(i, j)| {
        root(i) * if j < k { data.design[[i, j]] } else { data.response[i] }
    });
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); data.groups.iter().max().map_or(0, |g| g + 1)];
    data.groups.iter().enumerate().for_each(|(i, &group)| members[group].push(i));
    for rows in members.iter().filter(|rows| !rows.is_empty()) {
        let mass: f64 = rows.iter().map(|&i| root(i) * root(i)).sum();
        let taken = (1.0 - 1.0 / (1.0 + ratio * mass).sqrt()) / mass;
        for j in 0..=k {
            let along: f64 = rows.iter().map(|&i| root(i) * table[[i, j]]).sum();
            rows.iter().for_each(|&i| table[[i, j]] -= taken * root(i) * along);
        }
    }
    let response = table.column(k).to_vec();
    Some((response, Array2::from_shape_fn((n, k), |at| table[at])))
}

#[cfg(test)]
mod tests {
    use super::decorrelated;
    use crate::stats::{
        Covariance, Likelihood, LinearModel, MixedData, Rng, covariance, fit_linear, fit_mixed,
    };
    use ndarray::Array2;

    #[test]
    fn least_squares_of_the_rows_is_the_model() {
        let mut rng = Rng::new(8);
        let groups: Vec<usize> = (0..90).map(|i| (i * i) % 11).collect();
        let mut numbers: Vec<usize> = groups.clone();
        numbers.sort_unstable();
        numbers.dedup();
        let groups: Vec<usize> = groups.iter().map(|g| numbers.binary_search(g).unwrap()).collect();
        let shifts: Vec<f64> = numbers.iter().map(|_| rng.normal()).collect();
        let design = Array2::from_shape_fn((90, 3), |(_, j)| if j == 0 { 1.0 } else { rng.normal() });
        let weights: Vec<f64> = (0..90).map(|_| 0.2 + 3.0 * rng.uniform()).collect();
        let response: Vec<f64> = (0..90)
            .map(|i| 2.0 * design[[i, 1]] + shifts[groups[i]] + rng.normal() / weights[i].sqrt())
            .collect();
        let data = MixedData {
            response: &response,
            design: design.view(),
            groups: &groups,
            weights: Some(&weights),
        };
        let mixed = fit_mixed(data, Likelihood::Restricted, 0.95).unwrap();
        assert!(mixed.between > 0.1);
        let (y, x) = decorrelated(data, mixed.between / mixed.within).unwrap();
        let plain = fit_linear(LinearModel { response: &y, design: x.view(), weights: None }).unwrap();
        let classical = covariance(&plain, Covariance::Classical).unwrap();
        for (j, b) in mixed.coefficients.iter().enumerate() {
            assert!((plain.coefficients[j] / b - 1.0).abs() < 1e-10, "{j}");
            // REML's σ² is that of the rows
            assert!((classical.covariance[[j, j]] / mixed.covariance[[j, j]] - 1.0).abs() < 1e-7, "{j}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let design = Array2::ones((3, 1));
        let data = MixedData {
            response: &[1.0, 2.0, 3.0],
            design: design.view(),
            groups: &[0, 0, 1],
            weights: None,
        };
        assert!(decorrelated(data, 0.5).is_some());
        assert!(decorrelated(data, -0.5).is_none() && decorrelated(data, f64::NAN).is_none());
        assert!(decorrelated(MixedData { groups: &[0, 1], ..data }, 0.5).is_none());
        assert!(decorrelated(MixedData { weights: Some(&[1.0, 0.0, 1.0]), ..data }, 0.5).is_none());
    }
}
