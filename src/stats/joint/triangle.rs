//! Cholesky's factor of a small matrix, rows one after another in a slice that is used again and again.

/// The lower triangle L of a symmetric matrix A = L Lᵀ, in place of it; `false` where A is not positive definite. Above
/// the diagonal the matrix stays as it was.
pub(super) fn factor(matrix: &mut [f64], size: usize) -> bool {
    for row in 0..size {
        for column in 0..=row {
            let (upper, lower) = matrix.split_at(row * size);
            let own = &lower[..column];
            let other = if column < row { &upper[column * size..column * size + column] } else { own };
            let rest = lower[column] - own.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
            if column == row {
                if rest.is_nan() || rest <= 0.0 {
                    return false;
                }
                matrix[row * size + row] = rest.sqrt();
            } else {
                matrix[row * size + column] = rest / matrix[column * size + column];
            }
        }
    }
    true
}

/// Solves L x = b in place.
pub(super) fn solve(factor: &[f64], size: usize, x: &mut [f64]) {
    for row in 0..size {
        let known = &factor[row * size..row * size + row];
        let rest = x[row] - known.iter().zip(&*x).map(|(l, v)| l * v).sum::<f64>();
        x[row] = rest / factor[row * size + row];
    }
}

/// Solves Lᵀ x = b in place.
pub(super) fn solve_transposed(factor: &[f64], size: usize, x: &mut [f64]) {
    for row in (0..size).rev() {
        x[row] /= factor[row * size + row];
        let done = x[row];
        for (value, l) in x[..row].iter_mut().zip(&factor[row * size..row * size + row]) {
            *value -= l * done;
        }
    }
}

/// L z.
pub(super) fn multiply(factor: &[f64], size: usize, z: &[f64], product: &mut [f64]) {
    for (row, value) in product.iter_mut().enumerate().take(size) {
        let known = &factor[row * size..=row * size + row];
        *value = known.iter().zip(z).map(|(l, z)| l * z).sum();
    }
}
