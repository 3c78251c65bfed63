//! Distances of a point to all centres at once.

use ndarray::ArrayView2;
use pulp::Simd;

/// So many registers of centres are gone through together.
const TOGETHER: usize = 4;

/// Centres side by side, a register holds several: their first coordinates, then their second ones, and so on, by blocks of
/// [`TOGETHER`] registers; the rest of the last register is infinitely far away.
pub(super) struct Beside {
    /// Registers, and their coordinates: shape (p, registers, lanes).
    blocks: Vec<(usize, Vec<f64>)>,
}

impl Beside {
    #[inline(always)]
    pub(super) fn of<S: Simd>(_: S, centres: &ArrayView2<'_, f64>) -> Self {
        let (k, lanes) = (centres.nrows(), S::F64_LANES);
        let block = |first: usize| {
            let registers = (k - first).div_ceil(lanes).min(TOGETHER);
            let places = first..first + registers * lanes;
            let all = (0..centres.ncols()).flat_map(|j| places.clone().map(move |c| (c, j)));
            let values = all.map(|place| centres.get(place).copied().unwrap_or(f64::INFINITY));
            (registers, values.collect())
        };
        Self { blocks: (0..k).step_by(TOGETHER * lanes).map(block).collect() }
    }

    /// Room for the distances to all centres, and the places behind the last one.
    #[inline(always)]
    pub(super) fn room<S: Simd>(&self, _: S) -> Vec<f64> {
        vec![f64::INFINITY; self.blocks.iter().map(|(registers, _)| registers * S::F64_LANES).sum()]
    }

    /// Squared distances of a point to all centres.
    #[inline(always)]
    pub(super) fn distances<S: Simd>(&self, simd: S, point: &[f64], distances: &mut [f64]) {
        let (mut rest, _) = S::as_mut_simd_f64s(distances);
        for (registers, values) in &self.blocks {
            let (values, _) = S::as_simd_f64s(values);
            let (own, others) = rest.split_at_mut(*registers);
            match registers {
                1 => squares::<S, 1>(simd, values, point, own),
                2 => squares::<S, 2>(simd, values, point, own),
                3 => squares::<S, 3>(simd, values, point, own),
                _ => squares::<S, TOGETHER>(simd, values, point, own),
            }
            rest = others;
        }
    }
}

#[inline(always)]
fn squares<S: Simd, const R: usize>(simd: S, values: &[S::f64s], point: &[f64], distances: &mut [S::f64s]) {
    let mut totals = [simd.splat_f64s(0.0); R];
    for (centres, &x) in values.as_chunks::<R>().0.iter().zip(point) {
        let x = simd.splat_f64s(x);
        for (total, &centre) in totals.iter_mut().zip(centres) {
            let apart = simd.sub_f64s(x, centre);
            *total = simd.add_f64s(*total, simd.mul_f64s(apart, apart));
        }
    }
    distances.copy_from_slice(&totals);
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

    struct Checked(usize);

    impl WithSimd for Checked {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let k = self.0;
            let mut rng = Rng::new(8);
            let centres = Array2::from_shape_fn((k, 3), |_| rng.normal());
            let point = [rng.normal(), rng.normal(), rng.normal()];
            let beside = Beside::of(simd, &centres.view());
            let mut found = beside.room(simd);
            beside.distances(simd, &point, &mut found);
            let plain = |c: usize| {
                (0..3).fold(0.0, |sum, j| {
                    let apart: f64 = point[j] - centres[[c, j]];
                    sum + apart * apart
                })
            };
            let all: Vec<f64> = (0..k).map(plain).collect();
            assert!(all.iter().zip(&found).all(|(a, b)| a.to_bits() == b.to_bits()), "{k} centres");
            assert!(found[k..].iter().all(|distance| distance.is_infinite()));
            let expected = all.iter().copied().fold(f64::INFINITY, f64::min);
            assert_eq!(least(simd, &found).to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn every_distance_is_that_of_its_centre_in_registers_of_any_width() {
        for k in 1..=37 {
            Arch::new().dispatch(Checked(k));
            Arch::Scalar.dispatch(Checked(k));
        }
    }
}
