//! Quick steps, good to some roundings: most distances need not be known. What they find, plain steps go over.

use ndarray::{Array2, ArrayView2};

use super::{Cloud, STEPS_MAX, quick_distance, rows};
use crate::stats::sum;

/// A point moves alone where that lowers the inertia by more than this share of its cost: a gain of rounding alone would move
/// points for ever.
const GAIN: f64 = 1e-9;

/// Centres after Lloyd's steps from some centres. `None` where a cluster loses its last point.
pub(super) fn follow(cloud: &Cloud<'_>, centres: Array2<f64>) -> Option<Array2<f64>> {
    let mut walk = Walk::new(cloud, centres);
    walk.follow()?;
    Some(walk.centres)
}

/// Inertia and centres after exchanges of single points until none lowers the inertia: Lloyd's steps have nothing to add there.
pub(super) fn exchange(cloud: &Cloud<'_>, centres: Array2<f64>) -> (f64, Array2<f64>) {
    let mut walk = Walk::new(cloud, centres);
    for _ in 0..STEPS_MAX {
        if !walk.exchange() {
            break;
        }
    }
    walk.end()
}

/// Points on their way to a fixed point.
struct Walk<'a, 'p> {
    cloud: &'a Cloud<'p>,
    labels: Vec<usize>,
    centres: Array2<f64>,
    /// Sums of the points of each cluster, row by row, and how many they are.
    sums: Vec<f64>,
    sizes: Vec<f64>,
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(cloud: &'a Cloud<'p>, centres: Array2<f64>) -> Self {
        let (k, p) = centres.dim();
        let labels = cloud.squares(centres.view()).rows().into_iter().map(|row| least(row.iter())).collect();
        let mut walk = Self { cloud, labels, centres, sums: vec![0.0; k * p], sizes: vec![0.0; k] };
        for (point, &label) in rows(&cloud.points).zip(&walk.labels) {
            walk.sizes[label] += 1.0;
            walk.sums[label * p..(label + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        walk
    }

    fn end(self) -> (f64, Array2<f64>) {
        let own = rows(&self.cloud.points).zip(&self.labels);
        let distances: Vec<f64> = own.map(|(point, &c)| quick_distance(point, self.centre(c))).collect();
        (sum(&distances), self.centres)
    }

    fn centre(&self, cluster: usize) -> &[f64] {
        let p = self.centres.ncols();
        &self.centres.as_slice().unwrap_or(&[])[cluster * p..(cluster + 1) * p]
    }

    fn moves(&mut self, point: &[f64], from: usize, to: usize) {
        let p = point.len();
        self.sizes[from] -= 1.0;
        self.sizes[to] += 1.0;
        self.sums[from * p..(from + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum -= x);
        self.sums[to * p..(to + 1) * p].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
    }

    /// Puts the centres into the middle of their points, and says how far each went; `None` where one has no points.
    fn settle(&mut self) -> Option<Vec<f64>> {
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
        Some(shifts)
    }

    /// Half the distances between centres, shape (k, k), and of each centre the least of them.
    fn halves(&self) -> (Vec<f64>, Vec<f64>) {
        let k = self.sizes.len();
        let mut all = vec![f64::INFINITY; k * k];
        let mut nearest = vec![f64::INFINITY; k];
        for a in 0..k {
            for b in 0..a {
                let half = 0.5 * quick_distance(self.centre(a), self.centre(b)).sqrt();
                (all[a * k + b], all[b * k + a]) = (half, half);
                nearest[a] = half.min(nearest[a]);
                nearest[b] = half.min(nearest[b]);
            }
        }
        (all, nearest)
    }

    /// Lloyd's steps until no point moves. A point is compared with a centre only where bounds that the shifts of centres
    /// leave do not show that it is farther away (Elkan 2003, «Using the triangle inequality to accelerate k-means», ICML).
    fn follow(&mut self) -> Option<()> {
        let k = self.sizes.len();
        let squares = self.cloud.squares(self.centres.view());
        let mut bounds = Bounds::of(&squares, &self.labels);
        for _ in 0..STEPS_MAX {
            let shifts = self.settle()?;
            let longest = shifts.iter().copied().fold(0.0, f64::max);
            bounds.gone.iter_mut().zip(&shifts).for_each(|(gone, shift)| *gone += shift);
            let (halves, nearest) = self.halves();
            let mut moved = false;
            for (i, point) in rows(&self.cloud.points).enumerate() {
                let own = self.labels[i];
                bounds.near[i] += shifts[own];
                bounds.others[i] -= longest;
                let certain = nearest[own].max(bounds.others[i]);
                if bounds.near[i] <= certain {
                    continue;
                }
                bounds.near[i] = quick_distance(point, self.centre(own)).sqrt();
                if bounds.near[i] <= certain {
                    continue;
                }
                let to = self.nearest(point, own, i, &mut bounds, &halves[own * k..(own + 1) * k]);
                if to != own {
                    self.moves(point, own, to);
                    self.labels[i] = to;
                    moved = true;
                }
            }
            if !moved {
                return Some(());
            }
        }
        Some(())
    }

    /// The nearest centre of a point whose distance to its own is known, by its bounds, which become tighter.
    fn nearest(&self, point: &[f64], before: usize, i: usize, bounds: &mut Bounds, halves: &[f64]) -> usize {
        let k = halves.len();
        let far = &mut bounds.far[i * k..(i + 1) * k];
        let gone = &bounds.gone;
        let mut near = bounds.near[i];
        far[before] = near + gone[before];
        let (mut own, mut least) = (before, f64::INFINITY);
        for other in 0..k {
            if other == before {
                continue;
            }
            let mut distance = far[other] - gone[other];
            if near > distance && near > halves[other] {
                distance = quick_distance(point, self.centre(other)).sqrt();
                far[other] = distance + gone[other];
                if distance < near {
                    // farther than the new one is the old one
                    std::mem::swap(&mut distance, &mut near);
                    own = other;
                }
            }
            least = least.min(distance);
        }
        (bounds.near[i], bounds.others[i]) = (near, least);
        own
    }

    /// Moves single points to another cluster where that lowers the inertia (Hartigan 1975, 4.3); did any move?
    fn exchange(&mut self) -> bool {
        let squares = self.cloud.squares(self.centres.view());
        let (k, p) = self.centres.dim();
        let mut moved = false;
        for (i, (point, squares)) in rows(&self.cloud.points).zip(rows(&squares.view())).enumerate() {
            let own = self.labels[i];
            if k < 2 || self.sizes[own] < 2.0 {
                continue;
            }
            let cost = |sizes: &[f64], c: usize, square: f64| {
                let size = sizes[c];
                if c == own { size / (size - 1.0) * square } else { size / (size + 1.0) * square }
            };
            // by the distances before anybody moved: only what they do not rule out is looked at
            let saved = cost(&self.sizes, own, squares[own]) * (1.0 + GAIN);
            if (0..k).all(|c| c == own || cost(&self.sizes, c, squares[c]) > saved) {
                continue;
            }
            let exact = |c: usize| cost(&self.sizes, c, quick_distance(point, self.centre(c)));
            let others = (0..k).filter(|&c| c != own).map(|c| (c, exact(c)));
            let Some((to, added)) = others.min_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
            if added < exact(own) * (1.0 - GAIN) {
                self.moves(point, own, to);
                self.labels[i] = to;
                for c in [own, to] {
                    let mean = self.sums[c * p..(c + 1) * p].iter().map(|sum| sum / self.sizes[c]);
                    self.centres.row_mut(c).iter_mut().zip(mean).for_each(|(place, mean)| *place = mean);
                }
                moved = true;
            }
        }
        moved
    }
}

/// What is known of distances while centres go.
struct Bounds {
    /// A point is at most so far from its own centre, shape (n).
    near: Vec<f64>,
    /// At least so far from each centre, when what the centre has gone is taken off, shape (n, k).
    far: Vec<f64>,
    /// At least so far from every centre but its own, shape (n).
    others: Vec<f64>,
    /// How far each centre has gone, shape (k).
    gone: Vec<f64>,
}

impl Bounds {
    fn of(squares: &Array2<f64>, labels: &[usize]) -> Self {
        let k = squares.ncols();
        let far: Vec<f64> = squares.iter().map(|square| square.max(0.0).sqrt()).collect();
        let each = || far.chunks_exact(k).zip(labels);
        let near = each().map(|(far, &own)| far[own]).collect();
        let others = each()
            .map(|(far, &own)| {
                let others = far.iter().enumerate().filter(|(c, _)| *c != own);
                others.fold(f64::INFINITY, |least, (_, far)| far.min(least))
            })
            .collect();
        Self { near, others, gone: vec![0.0; k], far }
    }
}

/// The position of the least number, of equal ones the first.
fn least<'a>(values: impl Iterator<Item = &'a f64>) -> usize {
    let found = values.enumerate().reduce(|best, next| if next.1 < best.1 { next } else { best });
    found.map_or(0, |(at, _)| at)
}

impl Cloud<'_> {
    /// Squared distances of all points to centres, shape (n, k), good to some roundings of the points' own squares.
    fn squares(&self, centres: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut squares = self.points.dot(&centres.t());
        let of_centres: Vec<f64> = centres.rows().into_iter().map(|c| c.dot(&c)).collect();
        for (mut row, own) in squares.rows_mut().into_iter().zip(&self.norms) {
            row.iter_mut().zip(&of_centres).for_each(|(x, centre)| *x = own + centre - 2.0 * *x);
        }
        squares
    }
}
