//! Quick steps, good to some roundings: most distances need not be known. What they find, plain steps go over.

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

use super::beside::{Beside, least};
use super::{Cloud, STEPS_MAX, quick_distance, rows};
use crate::stats::sum;

/// A point moves alone where that lowers the inertia by more than this share of its cost: a gain of rounding alone would move
/// points for ever.
const GAIN: f64 = 1e-9;

/// Points on their way to a fixed point.
pub(super) struct Walk<'a, 'p> {
    cloud: &'a Cloud<'p>,
    labels: Vec<usize>,
    centres: Array2<f64>,
    beside: Beside,
    /// Sums of the points of each cluster, row by row, and how many they are.
    sums: Vec<f64>,
    sizes: Vec<f64>,
    /// A point is at most so far from its own centre, when what the centre has gone is put on, shape (n).
    near: Vec<f64>,
    /// At least so far from each other centre, when what that has gone is taken off, shape (n, registers × lanes); infinite at
    /// its own and behind the last one.
    far: Vec<f64>,
    /// How far each centre has gone.
    gone: Vec<f64>,
    /// Room for what is found of a point.
    room: Vec<f64>,
}

/// Lloyd's steps from some centres, as far as a fixed point. `None` where a cluster loses its last point.
pub(super) fn follow<'a, 'p>(cloud: &'a Cloud<'p>, centres: Array2<f64>) -> Option<Walk<'a, 'p>> {
    Arch::new().dispatch(Follow { cloud, centres })
}

struct Follow<'a, 'p> {
    cloud: &'a Cloud<'p>,
    centres: Array2<f64>,
}

impl<'a, 'p> WithSimd for Follow<'a, 'p> {
    type Output = Option<Walk<'a, 'p>>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut walk = Walk::new(simd, self.cloud, self.centres);
        walk.follow(simd)?;
        Some(walk)
    }
}

/// Inertia and centres after exchanges of single points until none lowers the inertia: Lloyd's steps have nothing to add there.
pub(super) fn exchange(walk: Walk<'_, '_>) -> (f64, Array2<f64>) {
    Arch::new().dispatch(Exchange(walk))
}

struct Exchange<'a, 'p>(Walk<'a, 'p>);

impl WithSimd for Exchange<'_, '_> {
    type Output = (f64, Array2<f64>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut walk = self.0;
        for _ in 0..STEPS_MAX {
            if !walk.exchange(simd) {
                break;
            }
        }
        walk.end()
    }
}

impl<'a, 'p> Walk<'a, 'p> {
    #[inline(always)]
    fn new<S: Simd>(simd: S, cloud: &'a Cloud<'p>, centres: Array2<f64>) -> Self {
        let ((n, p), k) = (cloud.points.dim(), centres.nrows());
        let beside = Beside::of(simd, &centres.view());
        let room = beside.room(simd);
        let mut walk = Self {
            cloud,
            labels: vec![0; n],
            centres,
            beside,
            sums: vec![0.0; k * p],
            sizes: vec![0.0; k],
            near: vec![0.0; n],
            far: vec![0.0; n * room.len()],
            gone: vec![0.0; room.len()],
            room,
        };
        for (i, point) in rows(&cloud.points).enumerate() {
            walk.beside.distances(simd, point, &mut walk.room);
            let near = least(simd, &walk.room);
            let label = walk.place(near);
            walk.sizes[label] += 1.0;
            walk.sums[label * p..(label + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
            walk.labels[i] = label;
            walk.remember(simd, i);
        }
        walk
    }

    /// The first place in the room with at most this number.
    #[inline(always)]
    fn place(&self, number: f64) -> usize {
        self.room.iter().position(|value| *value <= number).unwrap_or_default()
    }

    /// Keeps the distances of a point, whose squares are in the room, as its bounds.
    #[inline(always)]
    fn remember<S: Simd>(&mut self, simd: S, i: usize) {
        let (own, width) = (self.labels[i], self.room.len());
        let far = &mut self.far[i * width..(i + 1) * width];
        self.near[i] = self.room[own].sqrt() - self.gone[own];
        let places = S::as_mut_simd_f64s(far).0.iter_mut().zip(S::as_simd_f64s(&self.room).0);
        for ((far, &square), &gone) in places.zip(S::as_simd_f64s(&self.gone).0) {
            *far = simd.add_f64s(simd.sqrt_f64s(square), gone);
        }
        far[own] = f64::INFINITY;
    }

    /// The least distance that a point may have to another centre than its own.
    #[inline(always)]
    fn others<S: Simd>(&self, simd: S, i: usize) -> f64 {
        let width = self.room.len();
        let far = S::as_simd_f64s(&self.far[i * width..(i + 1) * width]).0;
        let each = far.iter().zip(S::as_simd_f64s(&self.gone).0);
        let all = simd.splat_f64s(f64::INFINITY);
        simd.reduce_min_f64s(
            each.fold(all, |least, (&far, &gone)| simd.min_f64s(least, simd.sub_f64s(far, gone))),
        )
    }

    /// The least cost at which a point may join another cluster than its own.
    #[inline(always)]
    fn cheapest<S: Simd>(&self, simd: S, i: usize, joined: &[f64]) -> f64 {
        let width = self.room.len();
        let far = S::as_simd_f64s(&self.far[i * width..(i + 1) * width]).0;
        let each = far.iter().zip(S::as_simd_f64s(&self.gone).0).zip(S::as_simd_f64s(joined).0);
        let (all, nought) = (simd.splat_f64s(f64::INFINITY), simd.splat_f64s(0.0));
        simd.reduce_min_f64s(each.fold(all, |least, ((&far, &gone), &share)| {
            let far = simd.max_f64s(simd.sub_f64s(far, gone), nought);
            simd.min_f64s(least, simd.mul_f64s(simd.mul_f64s(far, far), share))
        }))
    }

    /// The partition, clusters numbered by their first point: the same for all walks that end in it.
    pub(super) fn partition(&self) -> Vec<usize> {
        let mut numbers = vec![usize::MAX; self.sizes.len()];
        let mut next = 0;
        let number = |&label: &usize| {
            if numbers[label] == usize::MAX {
                numbers[label] = next;
                next += 1;
            }
            numbers[label]
        };
        self.labels.iter().map(number).collect()
    }

    #[inline(always)]
    fn end(self) -> (f64, Array2<f64>) {
        let own = rows(&self.cloud.points).zip(&self.labels);
        let distances: Vec<f64> = own.map(|(point, &c)| quick_distance(point, self.centre(c))).collect();
        (sum(&distances), self.centres)
    }

    #[inline(always)]
    fn centre(&self, cluster: usize) -> &[f64] {
        let p = self.centres.ncols();
        &self.centres.as_slice().unwrap_or(&[])[cluster * p..(cluster + 1) * p]
    }

    #[inline(always)]
    fn moves(&mut self, point: &[f64], from: usize, to: usize) {
        let p = point.len();
        self.sizes[from] -= 1.0;
        self.sizes[to] += 1.0;
        self.sums[from * p..(from + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum -= x);
        self.sums[to * p..(to + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
    }

    /// Puts the centres into the middle of their points, and says how far each went; `None` where one has no points.
    #[inline(always)]
    fn settle<S: Simd>(&mut self, simd: S) -> Option<Vec<f64>> {
        if self.sizes.iter().any(|size| *size < 0.5) {
            return None;
        }
        let p = self.centres.ncols();
        let mut shifts = vec![0.0; self.sizes.len()];
        let places = self.centres.iter_mut().zip(&self.sums).enumerate();
        for (at, (place, sum)) in places {
            let next = sum / self.sizes[at / p];
            shifts[at / p] += (next - *place) * (next - *place);
            *place = next;
        }
        shifts.iter_mut().for_each(|shift| *shift = shift.sqrt());
        self.beside = Beside::of(simd, &self.centres.view());
        Some(shifts)
    }

    /// Of each centre half the distance to the nearest other.
    #[inline(always)]
    fn halves(&self) -> Vec<f64> {
        let k = self.sizes.len();
        let mut nearest = vec![f64::INFINITY; k];
        for a in 0..k {
            for b in 0..a {
                let half = 0.5 * quick_distance(self.centre(a), self.centre(b)).sqrt();
                nearest[a] = half.min(nearest[a]);
                nearest[b] = half.min(nearest[b]);
            }
        }
        nearest
    }

    /// Lloyd's steps until no point moves. A point is compared with the centres only where bounds that their shifts leave do
    /// not show that its own is the nearest (Elkan 2003, «Using the triangle inequality to accelerate k-means», ICML).
    #[inline(always)]
    fn follow<S: Simd>(&mut self, simd: S) -> Option<()> {
        for _ in 0..STEPS_MAX {
            let shifts = self.settle(simd)?;
            self.gone.iter_mut().zip(&shifts).for_each(|(gone, shift)| *gone += shift);
            let halves = self.halves();
            let mut moved = false;
            for (i, point) in rows(&self.cloud.points).enumerate() {
                let own = self.labels[i];
                let near = self.near[i] + self.gone[own];
                if near <= halves[own] || near <= self.others(simd, i) {
                    continue;
                }
                self.beside.distances(simd, point, &mut self.room);
                let least = least(simd, &self.room);
                if least < self.room[own] {
                    let to = self.place(least);
                    self.moves(point, own, to);
                    self.labels[i] = to;
                    moved = true;
                }
                self.remember(simd, i);
            }
            if !moved {
                return Some(());
            }
        }
        Some(())
    }

    /// Moves single points to another cluster where that lowers the inertia (Hartigan 1975, 4.3); did any move?
    #[inline(always)]
    fn exchange<S: Simd>(&mut self, simd: S) -> bool {
        let k = self.sizes.len();
        let mut moved = false;
        let mut joined = self.joined();
        for (i, point) in rows(&self.cloud.points).enumerate() {
            let own = self.labels[i];
            if k < 2 || self.sizes[own] < 2.0 {
                continue;
            }
            let saved = self.sizes[own] / (self.sizes[own] - 1.0) * (1.0 - GAIN);
            let near = self.near[i] + self.gone[own];
            if self.cheapest(simd, i, &joined) >= saved * near * near {
                continue;
            }
            self.beside.distances(simd, point, &mut self.room);
            self.remember(simd, i);
            let saved = saved * std::mem::replace(&mut self.room[own], f64::INFINITY);
            self.room.iter_mut().zip(&joined).for_each(|(square, share)| *square *= share);
            let added = least(simd, &self.room);
            if added < saved {
                let to = self.place(added);
                self.moves(point, own, to);
                self.labels[i] = to;
                for cluster in [own, to] {
                    self.gone[cluster] += self.centre_again(cluster);
                }
                self.beside = Beside::of(simd, &self.centres.view());
                joined = self.joined();
                self.beside.distances(simd, point, &mut self.room);
                self.remember(simd, i);
                moved = true;
            }
        }
        moved
    }

    /// What of its squared distance a point that joins costs, by cluster.
    #[inline(always)]
    fn joined(&self) -> Vec<f64> {
        let mut shares: Vec<f64> = self.sizes.iter().map(|size| size / (size + 1.0)).collect();
        shares.resize(self.room.len(), 1.0);
        shares
    }

    /// Puts a centre into the middle of its points, and says how far it went.
    #[inline(always)]
    fn centre_again(&mut self, cluster: usize) -> f64 {
        let p = self.centres.ncols();
        let means = self.sums[cluster * p..(cluster + 1) * p].iter().map(|sum| sum / self.sizes[cluster]);
        let mut square = 0.0;
        for (place, mean) in self.centres.row_mut(cluster).iter_mut().zip(means) {
            square += (mean - *place) * (mean - *place);
            *place = mean;
        }
        square.sqrt()
    }
}
