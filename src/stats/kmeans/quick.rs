//! Quick steps, good to some roundings: most distances need not be known. What they find, plain steps go over.

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};

use super::beside::{Beside, least};
use super::{Cloud, STEPS_MAX, quick_distance, rows};
use crate::stats::sum;

/// A point moves alone where that lowers the inertia by more than this share of its cost: a gain of rounding alone would move
/// points for ever.
const GAIN: f64 = 1e-9;

/// After so many of Lloyd's steps, when fewer than one point of [`HANDFUL`] moves, exchanges get to the end sooner.
const PATIENCE: usize = 5;
const HANDFUL: usize = 50;

/// Points on their way to a fixed point.
pub(super) struct Walk<'a, 'p> {
    cloud: &'a Cloud<'p>,
    labels: Vec<usize>,
    centres: Array2<f64>,
    beside: Beside,
    /// Sums of the points of each cluster, row by row, and how many they are.
    sums: Vec<f64>,
    sizes: Vec<f64>,
    /// Room for what is found of two points.
    rooms: [Vec<f64>; 2],
}

/// Lloyd's steps from some centres, to a fixed point or near one. `None` where a cluster loses its last point.
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
        let (k, p) = centres.dim();
        let beside = Beside::of(simd, &centres.view());
        let (sums, sizes) = (vec![0.0; k * p], vec![0.0; k]);
        let rooms = [beside.room(), beside.room()];
        let labels = Vec::with_capacity(cloud.points.nrows());
        let mut walk = Self { cloud, labels, centres, beside, sums, sizes, rooms };
        walk.each(simd, |walk, _, point, room| {
            let label = place(room, least(simd, room));
            walk.sizes[label] += 1.0;
            walk.sums[label * p..(label + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
            walk.labels.push(label);
        });
        walk
    }

    /// Does something with every point and the squared distances to the centres, without its own one to nought.
    #[inline(always)]
    fn each<S: Simd>(&mut self, simd: S, mut what: impl FnMut(&mut Self, usize, &'p [f64], &mut [f64])) {
        let mut rooms = std::mem::take(&mut self.rooms);
        let mut points = rows(&self.cloud.points).enumerate();
        while let Some(first) = points.next() {
            let second = points.next();
            self.beside.distances(simd, [first.1, second.unwrap_or(first).1], &mut rooms);
            for ((i, point), room) in [Some(first), second].into_iter().flatten().zip(&mut rooms) {
                what(self, i, point, room);
            }
        }
        self.rooms = rooms;
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

    /// Inertia and centres.
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

    /// Puts the centres into the middle of their points; `None` where one has no points.
    #[inline(always)]
    fn settle<S: Simd>(&mut self, simd: S) -> Option<()> {
        if self.sizes.iter().any(|size| *size < 0.5) {
            return None;
        }
        let p = self.centres.ncols();
        for (at, (place, sum)) in self.centres.iter_mut().zip(&self.sums).enumerate() {
            *place = sum / self.sizes[at / p];
        }
        self.beside = Beside::of(simd, &self.centres.view());
        Some(())
    }

    /// Lloyd's steps until no point moves, or few do. All distances are known at once: bounds that spare some of them would cost more.
    #[inline(always)]
    fn follow<S: Simd>(&mut self, simd: S) -> Option<()> {
        for step in 0..STEPS_MAX {
            self.settle(simd)?;
            let mut moved = 0;
            self.each(simd, |walk, i, point, room| {
                let (own, least) = (walk.labels[i], least(simd, room));
                if least >= room[own] {
                    return;
                }
                let to = place(room, least);
                if quick_distance(point, walk.centre(to)) < quick_distance(point, walk.centre(own)) {
                    walk.moves(point, own, to);
                    walk.labels[i] = to;
                    moved += 1;
                }
            });
            if moved == 0 || step >= PATIENCE && moved * HANDFUL < self.labels.len() {
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
        // of each cluster, what keeps its points from joining it
        let width = self.beside.width();
        let bars: Vec<f64> =
            (0..k * width).map(|at| if at % width == at / width { f64::INFINITY } else { 0.0 }).collect();
        if k < 2 {
            return false;
        }
        self.each(simd, |walk, i, point, room| {
            let own = walk.labels[i];
            if walk.sizes[own] < 2.0 {
                return;
            }
            let norm = walk.cloud.norms[i];
            let bars = &bars[own * width..(own + 1) * width];
            let leaves = walk.sizes[own] / (walk.sizes[own] - 1.0);
            if cheapest(simd, room, norm, &joined, bars) >= leaves * (room[own] + norm) {
                return;
            }
            let costs = room.iter_mut().zip(joined.iter().zip(bars));
            costs.for_each(|(square, (share, bar))| *square = (*square + norm) * share + bar);
            let least = least(simd, room);
            let to = place(room, least);
            let added = joined[to] * quick_distance(point, walk.centre(to));
            let saved = leaves * quick_distance(point, walk.centre(own));
            if added < saved * (1.0 - GAIN) {
                walk.moves(point, own, to);
                walk.labels[i] = to;
                walk.centre_again(own);
                walk.centre_again(to);
                walk.beside = Beside::of(simd, &walk.centres.view());
                joined = walk.joined();
                moved = true;
            }
        });
        moved
    }

    /// What of its squared distance a point that joins costs, by cluster.
    #[inline(always)]
    fn joined(&self) -> Vec<f64> {
        let mut shares: Vec<f64> = self.sizes.iter().map(|size| size / (size + 1.0)).collect();
        shares.resize(self.beside.width(), 1.0);
        shares
    }

    /// Puts a centre into the middle of its points.
    #[inline(always)]
    fn centre_again(&mut self, cluster: usize) {
        let p = self.centres.ncols();
        let means = self.sums[cluster * p..(cluster + 1) * p].iter().map(|sum| sum / self.sizes[cluster]);
        self.centres.row_mut(cluster).iter_mut().zip(means).for_each(|(place, mean)| *place = mean);
    }
}

/// The first place in the room with at most this number.
#[inline(always)]
fn place(room: &[f64], number: f64) -> usize {
    room.iter().position(|value| *value <= number).unwrap_or_default()
}

/// The least cost at which a point joins another cluster.
#[inline(always)]
fn cheapest<S: Simd>(simd: S, squares: &[f64], norm: f64, joined: &[f64], bars: &[f64]) -> f64 {
    let norm = simd.splat_f64s(norm);
    let shares = S::as_simd_f64s(joined).0.iter().zip(S::as_simd_f64s(bars).0);
    let costs = S::as_simd_f64s(squares).0.iter().zip(shares);
    let all = simd.splat_f64s(f64::INFINITY);
    simd.reduce_min_f64s(costs.fold(all, |least, (&square, (&share, &bar))| {
        simd.min_f64s(least, simd.mul_add_f64s(simd.add_f64s(square, norm), share, bar))
    }))
}
