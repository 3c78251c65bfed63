//! Distances of a point to all centres at once.

use ndarray::ArrayView2;
use pulp::Simd;

/// So many registers of centres are gone through together.
const TOGETHER: usize = 4;

/// Centres side by side, a register holds several: their squared distances to nought, then all first coordinates by −2, all second
/// ones, and so on, by blocks of [`TOGETHER`] registers; the rest of the last register is infinitely far away.
pub(super) struct Beside {
    /// Registers, and what they hold: shape (1 + p, registers, lanes).
    blocks: Vec<(usize, Vec<f64>)>,
    width: usize,
}

impl Beside {
    #[inline(always)]
    pub(super) fn of<S: Simd>(_: S, centres: &ArrayView2<'_, f64>) -> Self {
        let (k, lanes) = (centres.nrows(), S::F64_LANES);
        let norms: Vec<f64> = centres.rows().into_iter().map(|centre| centre.dot(&centre)).collect();
        let block = |first: usize| {
            let registers = (k - first).div_ceil(lanes).min(TOGETHER);
            let places = first..first + registers * lanes;
            let mut values: Vec<f64> =
                places.clone().map(|c| norms.get(c).copied().unwrap_or(f64::INFINITY)).collect();
            for column in centres.columns() {
                values.extend(places.clone().map(|c| -2.0 * column.get(c).copied().unwrap_or_default()));
            }
            (registers, values)
        };
        let blocks = (0..k).step_by(TOGETHER * lanes).map(block).collect();
        Self { blocks, width: k.div_ceil(lanes) * lanes }
    }

    /// Distances to all centres, and places behind the last one: so many numbers.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Room for them.
    pub(super) fn room(&self) -> Vec<f64> {
        vec![f64::INFINITY; self.width]
    }

    /// Squared distances of two points to all centres without their own squared distances to nought, good to some roundings of
    /// those. Two at once, since what is fetched of the centres serves both.
    #[inline(always)]
    pub(super) fn distances<S: Simd>(&self, simd: S, points: [&[f64]; 2], distances: &mut [Vec<f64>; 2]) {
        let mut rest = distances.each_mut().map(|room| S::as_mut_simd_f64s(room).0);
        for (registers, values) in &self.blocks {
            let (values, _) = S::as_simd_f64s(values);
            let mut own = [&mut [][..], &mut []];
            for (own, rest) in own.iter_mut().zip(&mut rest) {
                *own = rest.split_off_mut(..*registers).unwrap_or_default();
            }
            match registers {
                1 => squares::<S, 1>(simd, values, points, own),
                2 => squares::<S, 2>(simd, values, points, own),
                3 => squares::<S, 3>(simd, values, points, own),
                _ => squares::<S, TOGETHER>(simd, values, points, own),
            }
        }
    }
}

#[inline(always)]
fn squares<S: Simd, const R: usize>(
    simd: S,
    values: &[S::f64s],
    points: [&[f64]; 2],
    distances: [&mut [S::f64s]; 2],
) {
    let [norms, columns @ ..] = values.as_chunks::<R>().0 else { return };
    let mut totals = [*norms; 2];
    for ((centres, &a), &b) in columns.iter().zip(points[0]).zip(points[1]) {
        let (a, b) = (simd.splat_f64s(a), simd.splat_f64s(b));
        for (r, &centre) in centres.iter().enumerate() {
            // rounded once on every processor
            totals[0][r] = simd.mul_add_f64s(a, centre, totals[0][r]);
            totals[1][r] = simd.mul_add_f64s(b, centre, totals[1][r]);
        }
    }
    for (distances, totals) in distances.into_iter().zip(&totals) {
        distances.copy_from_slice(totals);
    }
}

/// The least of numbers that fill whole registers.
#[inline(always)]
pub(super) fn least<S: Simd>(simd: S, values: &[f64]) -> f64 {
    let (values, _) = S::as_simd_f64s(values);
    let all = simd.splat_f64s(f64::INFINITY);
    simd.reduce_min_f64s(values.iter().fold(all, |least, &value| simd.min_f64s(least, value)))
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use pulp::{Arch, Simd, WithSimd};

    use super::{Beside, least};
    use crate::stats::Rng;

    struct Checked<'a>(usize, &'a mut Vec<Vec<u64>>);

    impl WithSimd for Checked<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let k = self.0;
            let mut rng = Rng::new(8);
            let centres = Array2::from_shape_fn((k, 3), |_| rng.normal());
            let point = [rng.normal(), rng.normal(), rng.normal()];
            let beside = Beside::of(simd, &centres.view());
            let mut found = beside.room();
            let mut both = [found.clone(), found];
            beside.distances(simd, [&[0.0; 3], &point], &mut both);
            found = both[1].clone();
            let own: f64 = point.iter().map(|x| x * x).sum();
            let plain = |c: usize| {
                let squares = (0..3).map(|j| (point[j] - centres[[c, j]]) * (point[j] - centres[[c, j]]));
                squares.sum::<f64>()
            };
            let apart = |c: usize| (found[c] + own - plain(c)).abs();
            assert!((0..k).all(|c| apart(c) < 1e-14 * (own + plain(c))), "{k} centres");
            assert!(found[k..].iter().all(|distance| distance.is_infinite()));
            let expected = found.iter().copied().fold(f64::INFINITY, f64::min);
            assert_eq!(least(simd, &found).to_bits(), expected.to_bits());
            self.1.push(found[..k].iter().map(|distance| distance.to_bits()).collect());
        }
    }

    #[test]
    fn every_distance_is_that_of_its_centre_and_has_the_same_digits_in_registers_of_any_width() {
        for k in 1..=37 {
            let mut found = Vec::new();
            Arch::new().dispatch(Checked(k, &mut found));
            Arch::Scalar.dispatch(Checked(k, &mut found));
            assert_eq!(found[0], found[1], "{k} centres");
        }
    }
}
