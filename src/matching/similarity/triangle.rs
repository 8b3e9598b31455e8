//! Sums of outer products, and equations with them.

/// A sum of outer products of vectors: a symmetric matrix.
#[derive(Debug, Clone, Default)]
pub struct Outer {
    width: usize,
    /// The lower half, row by row; what stands above is not kept up.
    sums: Vec<f32>,
}

impl Outer {
    /// Adds the product of `vector` with itself, so many times.
    pub fn add(&mut self, vector: &[f32], times: f32) {
        self.width = vector.len();
        self.sums.resize(self.width * self.width, 0.0);
        for (nth, (row, x)) in self.sums.chunks_exact_mut(self.width.max(1)).zip(vector).enumerate() {
            let x = times * x;
            row[..=nth].iter_mut().zip(vector).for_each(|(sum, y)| *sum += x * y);
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The mean of the numbers on the diagonal.
    pub fn mean_of_diagonal(&self) -> f32 {
        let diagonal = self.sums.iter().step_by(self.width + 1);
        diagonal.sum::<f32>() / self.width.max(1) as f32
    }

    /// `times` the sum, with `more` added on its diagonal, as a triangle times its mirror image: the decomposition that is
    /// called Cholesky's. With `more` above 0 there is always one.
    pub fn factor(mut self, times: f32, more: f32) -> Triangle {
        let n = self.width;
        self.sums.iter_mut().for_each(|sum| *sum *= times);
        for row in 0..n {
            self.sums[row * n + row] += more;
            for column in 0..=row {
                let (above, own) = self.sums.split_at(row * n);
                let done = if column == row { &own[..column] } else { &above[column * n..][..column] };
                let rest = own[column] - product(&own[..column], done);
                self.sums[row * n + column] =
                    if column == row { rest.max(1e-6).sqrt() } else { rest / self.sums[column * n + column] };
            }
        }
        Triangle { width: n, numbers: self.sums }
    }
}

/// A lower triangular matrix.
#[derive(Debug, Clone, Default)]
pub struct Triangle {
    width: usize,
    /// Row by row; what stands above the diagonal is nothing.
    numbers: Vec<f32>,
}

impl Triangle {
    pub fn width(&self) -> usize {
        self.width
    }

    /// Puts in the place of `right` what the triangle makes it of.
    pub fn solve_lower(&self, right: &mut [f32]) {
        let n = self.width;
        for row in 0..n {
            let own = &self.numbers[row * n..][..=row];
            right[row] = (right[row] - product(&own[..row], &right[..row])) / own[row];
        }
    }

    /// The same for the triangle's mirror image.
    pub fn solve_upper(&self, right: &mut [f32]) {
        let n = self.width;
        for row in (0..n).rev() {
            right[row] /= self.numbers[row * n + row];
            let solved = right[row];
            right[..row].iter_mut().zip(&self.numbers[row * n..]).for_each(|(x, own)| *x -= solved * own);
        }
    }
}

/// The scalar product of two vectors of one length.
pub fn product(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums at once: the order in which numbers are added must not be a chain.
    let mut sums = [0f32; 8];
    let (a, b) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.0.iter().zip(b.0) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a.1.iter().zip(b.1).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_times_its_mirror_image_is_the_sum() {
        let mut outer = Outer::default();
        for vector in [[1.0, 0.5, -2.0], [0.0, 3.0, 1.0], [2.0, 2.0, 2.0]] {
            outer.add(&vector, 2.0);
        }
        assert!((outer.mean_of_diagonal() - 2.0 * (5.0 + 13.25 + 9.0) / 3.0).abs() < 1e-5);
        let triangle = outer.clone().factor(0.5, 0.25);
        for row in 0..3 {
            for column in 0..=row {
                let of = |row: usize| &triangle.numbers[row * 3..][..=column];
                let made = product(of(row), of(column));
                let wanted = 0.5 * outer.sums[row * 3 + column] + if row == column { 0.25 } else { 0.0 };
                assert!((made - wanted).abs() < 1e-4, "{row} {column}: {made} {wanted}");
            }
        }
    }
}
