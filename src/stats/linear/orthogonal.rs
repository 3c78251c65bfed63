//! A design made orthogonal in 106 bits.

use faer::Mat;
use ndarray::{Array2, ArrayView2};

use super::LinearTrouble;
use crate::stats::double::{Double, dot, subtract};

/// The scaled condition number beyond which there is no answer.
pub(super) const CONDITION_MAX: f64 = 1e10;
/// A part of a dependence below this share of its largest part is rounding.
const PART_MIN: f64 = 1e-3;

/// X = A U: columns of A orthogonal, U unit upper triangular; columns of X scaled by powers of two.
pub(super) struct Orthogonal {
    columns: Vec<Vec<Double>>,
    squares: Vec<Double>,
    /// Above the diagonal, by column.
    upper: Vec<Vec<Double>>,
    scales: Vec<f64>,
    /// σ_max / σ_min of the design with columns of length 1.
    pub condition: f64,
}

impl Orthogonal {
    /// Modified Gram–Schmidt; refuses a design whose scaled condition is above 1e10, and names the column.
    pub fn new(design: ArrayView2<'_, f64>, roots: Option<&[Double]>) -> Result<Self, LinearTrouble> {
        let k = design.ncols();
        let scales: Vec<f64> = (0..k).map(|j| power_of_two(design.column(j).iter().copied())).collect();
        let mut columns: Vec<Vec<Double>> =
            (0..k).map(|j| weighted(design.column(j).iter().map(|x| x / scales[j]), roots)).collect();
        let lengths: Vec<f64> = columns.iter().map(|c| dot(c, c).value().sqrt()).collect();
        if let Some(column) = lengths.iter().position(|&length| length <= 0.0) {
            return Err(LinearTrouble::Singular { column, with: Vec::new() });
        }
        let mut upper: Vec<Vec<Double>> = (0..k).map(|_| Vec::with_capacity(k)).collect();
        let mut squares = Vec::with_capacity(k);
        for j in 0..k {
            let (done, open) = columns.split_at_mut(j + 1);
            let square = dot(&done[j], &done[j]);
            // below this length what is left is the rounding of 106 bits
            if square.value().sqrt() <= 1e-20 * lengths[j] {
                return Err(dependence(&upper[j], &upper, j, &lengths));
            }
            for (column, above) in open.iter_mut().zip(&mut upper[j + 1..]) {
                let along = dot(&done[j], column) / square;
                subtract(column, along, &done[j]);
                above.push(along);
            }
            squares.push(square);
        }
        let mut made = Self { columns, squares, upper, scales, condition: 0.0 };
        made.judge(&lengths)?;
        Ok(made)
    }

    /// The condition of the scaled triangle; above the limit, the combination of columns that is nearly 0.
    fn judge(&mut self, lengths: &[f64]) -> Result<(), LinearTrouble> {
        let k = self.squares.len();
        let triangle = Mat::from_fn(k, k, |l, j| {
            let entry = if l == j { Double::ONE } else { self.upper[j].get(l).copied().unwrap_or_default() };
            (self.squares[l].sqrt() * entry).value() / lengths[j]
        });
        let svd = triangle.svd().map_err(|_| LinearTrouble::NoConvergence)?;
        let values = svd.S().column_vector();
        self.condition = values[0] / values[k - 1];
        if self.condition <= CONDITION_MAX {
            return Ok(());
        }
        let parts: Vec<f64> = (0..k).map(|j| svd.V()[(j, k - 1)].abs()).collect();
        Err(guilty(&parts))
    }

    /// Takes from a response what the columns explain: their coefficients, and what is left.
    pub fn solve(&self, response: &[f64], roots: Option<&[Double]>) -> (Vec<Double>, Vec<Double>) {
        let k = self.squares.len();
        let mut rest = weighted(response.iter().copied(), roots);
        let mut solution = Vec::with_capacity(k);
        for (column, &square) in self.columns.iter().zip(&self.squares) {
            let along = dot(column, &rest) / square;
            subtract(&mut rest, along, column);
            solution.push(along);
        }
        for j in (0..k).rev() {
            let known = solution[j];
            for (l, &above) in self.upper[j].iter().enumerate() {
                solution[l] = solution[l] - above * known;
            }
        }
        for (value, &scale) in solution.iter_mut().zip(&self.scales) {
            *value = *value / Double::from(scale);
        }
        (solution, rest)
    }

    /// An orthonormal basis of the columns, shape (n, k).
    pub fn basis(&self) -> Array2<f64> {
        let lengths: Vec<f64> = self.squares.iter().map(|s| s.sqrt().value()).collect();
        let n = self.columns.first().map_or(0, Vec::len);
        Array2::from_shape_fn((n, self.squares.len()), |(i, j)| self.columns[j][i].value() / lengths[j])
    }

    /// R⁻¹ of X = Q R, so that (XᵀX)⁻¹ = R⁻¹ R⁻ᵀ. Shape (k, k), upper triangular.
    pub fn inverse_root(&self) -> Array2<f64> {
        let k = self.squares.len();
        let mut inverse = Array2::zeros((k, k));
        for j in 0..k {
            let mut column = vec![Double::ZERO; j + 1];
            column[j] = Double::ONE / self.squares[j].sqrt();
            for m in (0..=j).rev() {
                let known = column[m];
                for (l, &above) in self.upper[m].iter().enumerate() {
                    column[l] = column[l] - above * known;
                }
            }
            for (l, value) in column.into_iter().enumerate() {
                inverse[[l, j]] = value.value() / self.scales[l];
            }
        }
        inverse
    }

    /// What the columns leave of the sum of squares of a vector, as a share of it.
    pub fn left_of(&self, values: &[f64], roots: Option<&[Double]>) -> f64 {
        let before = weighted(values.iter().copied(), roots);
        let (_, rest) = self.solve(values, roots);
        dot(&rest, &rest).value() / dot(&before, &before).value()
    }
}

/// √w in 106 bits.
pub(super) fn roots(weights: &[f64]) -> Vec<Double> {
    weights.iter().map(|&w| Double::from(w).sqrt()).collect()
}

fn weighted(values: impl Iterator<Item = f64>, roots: Option<&[Double]>) -> Vec<Double> {
    match roots {
        None => values.map(Double::from).collect(),
        Some(roots) => values.zip(roots).map(|(value, &root)| Double::from(value) * root).collect(),
    }
}

/// A power of two near the largest value: dividing by it rounds nothing.
pub(super) fn power_of_two(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.fold(0.0_f64, |most, v| most.max(v.abs()));
    if largest > 0.0 { libm::exp2(libm::floor(libm::log2(largest))) } else { 1.0 }
}

/// Column `j` as a combination of the columns before it, by its coefficients along the orthogonal ones.
fn dependence(along: &[Double], upper: &[Vec<Double>], j: usize, lengths: &[f64]) -> LinearTrouble {
    let mut combination = along.to_vec();
    for m in (0..j).rev() {
        let known = combination[m];
        for (l, &above) in upper[m].iter().enumerate() {
            combination[l] = combination[l] - above * known;
        }
    }
    let mut parts: Vec<f64> = combination.iter().zip(lengths).map(|(c, l)| (c.value() * l).abs()).collect();
    parts.push(lengths[j]);
    guilty(&parts)
}

/// The last column of a combination, and the others.
fn guilty(parts: &[f64]) -> LinearTrouble {
    let most = parts.iter().fold(0.0_f64, |most, &part| most.max(part));
    let mut with: Vec<usize> = (0..parts.len()).filter(|&j| parts[j] >= PART_MIN * most).collect();
    let column = with.pop().unwrap_or_default();
    LinearTrouble::Singular { column, with }
}
