//! A linear classifier, learnt from the set's own texts when it is loaded: which features tell an entry from the others.
//!
//! Ridge regression on one-of-n targets (A. Hoerl, R. Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal
//! Problems", Technometrics 12(1), 1970), solved by conjugate gradients (M. Hestenes, E. Stiefel, 1952) in the dual, all
//! entries at once. Deterministic.

/// The weight of the penalty on large coefficients. The usual λ for vectors of length 1; measured flat between .5 and 2.
const LAMBDA: f32 = 1.0;
/// Steps of conjugate gradients. The error falls below what ranks notice after about ten.
const STEPS: usize = 16;
/// The most numbers in the table of coefficients; above, the set is too large for a classifier and the measure stays 0.
const MOST_COEFFICIENTS: usize = 40_000_000;

#[derive(Debug, Clone, Default)]
pub struct Classifier {
    /// For each feature one coefficient an entry, and noughts up to `width`.
    coefficients: Vec<f32>,
    entries: usize,
    /// A whole number of [`BLOCK`]s.
    width: usize,
}

/// So many entries are scored at a time: their sums just stay in the processor's own places.
const BLOCK: usize = 16;

impl Classifier {
    /// Whether a set of `features` features and `entries` entries is small enough.
    pub fn is_possible(features: usize, entries: usize) -> bool {
        features.saturating_mul(entries) <= MOST_COEFFICIENTS
    }

    /// Whether it has learnt nothing, and so gives nothing.
    pub fn is_empty(&self) -> bool {
        self.coefficients.is_empty()
    }

    /// Learns from `rows`, the texts as sparse vectors over `features` features, which entry a text belongs to.
    pub fn new(rows: &[Vec<(u32, f32)>], features: usize, entry_of: &[u32], entries: usize) -> Self {
        if !Self::is_possible(features, entries) || rows.is_empty() {
            return Self::default();
        }
        let n = rows.len();
        // alpha = (X Xᵀ + λ)⁻¹ Y, column by column in lockstep; Y is 1 at the text's own entry.
        let mut alpha = vec![0f32; n * entries];
        let mut residual = vec![0f32; n * entries];
        for (text, &entry) in entry_of.iter().enumerate() {
            residual[text * entries + entry as usize] = 1.0;
        }
        let mut direction = residual.clone();
        let mut old = column_squares(&residual, entries);
        let mut primal = vec![0f32; features * entries];
        for _ in 0..STEPS {
            transpose_apply(rows, &direction, entries, &mut primal);
            let image = apply(rows, &primal, &direction, entries);
            let mut curvature = vec![0f32; entries];
            for (d, i) in direction.chunks_exact(entries).zip(image.chunks_exact(entries)) {
                for ((sum, d), i) in curvature.iter_mut().zip(d).zip(i) {
                    *sum += d * i;
                }
            }
            let step: Vec<f32> =
                old.iter().zip(&curvature).map(|(o, c)| if *c > 1e-12 { o / c } else { 0.0 }).collect();
            for (((a, r), d), i) in alpha
                .chunks_exact_mut(entries)
                .zip(residual.chunks_exact_mut(entries))
                .zip(direction.chunks_exact(entries))
                .zip(image.chunks_exact(entries))
            {
                for k in 0..entries {
                    a[k] += step[k] * d[k];
                    r[k] -= step[k] * i[k];
                }
            }
            let new = column_squares(&residual, entries);
            for (r, d) in residual.chunks_exact(entries).zip(direction.chunks_exact_mut(entries)) {
                for k in 0..entries {
                    let beta = if old[k] > 1e-12 { new[k] / old[k] } else { 0.0 };
                    d[k] = r[k] + beta * d[k];
                }
            }
            old = new;
        }
        transpose_apply(rows, &alpha, entries, &mut primal);
        let width = entries.next_multiple_of(BLOCK);
        let mut coefficients = vec![0f32; features * width];
        for (to, from) in coefficients.chunks_exact_mut(width).zip(primal.chunks_exact(entries)) {
            to[..entries].copy_from_slice(from);
        }
        Self { coefficients, entries, width }
    }

    /// Adds to `scores`, one place an entry, about 1 where the question belongs and about 0 elsewhere. `first` is added to
    /// the number of each feature, for a question that comes in parts.
    pub fn add_scores(&self, question: &[(u32, f32)], first: usize, scores: &mut [f32]) {
        if self.coefficients.is_empty() {
            return;
        }
        for (from, scores) in (0..).step_by(BLOCK).zip(scores[..self.entries].chunks_mut(BLOCK)) {
            let mut sums = [0f32; BLOCK];
            sums[..scores.len()].copy_from_slice(scores);
            for &(feature, weight) in question {
                let row = &self.coefficients[(first + feature as usize) * self.width + from..];
                let Some(row) = row.first_chunk::<BLOCK>() else { continue };
                sums.iter_mut().zip(row).for_each(|(sum, coefficient)| *sum += weight * coefficient);
            }
            scores.copy_from_slice(&sums[..scores.len()]);
        }
    }
}

fn column_squares(matrix: &[f32], columns: usize) -> Vec<f32> {
    let mut sums = vec![0f32; columns];
    for row in matrix.chunks_exact(columns) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value * value;
        }
    }
    sums
}

/// `out = Xᵀ v`.
fn transpose_apply(rows: &[Vec<(u32, f32)>], v: &[f32], columns: usize, out: &mut [f32]) {
    out.fill(0.0);
    for (row, values) in rows.iter().zip(v.chunks_exact(columns)) {
        for &(feature, weight) in row {
            let place = &mut out[feature as usize * columns..][..columns];
            for (sum, value) in place.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
    }
}

/// `X p + λ v`.
fn apply(rows: &[Vec<(u32, f32)>], p: &[f32], v: &[f32], columns: usize) -> Vec<f32> {
    let mut out: Vec<f32> = v.iter().map(|value| LAMBDA * value).collect();
    for (row, values) in rows.iter().zip(out.chunks_exact_mut(columns)) {
        for &(feature, weight) in row {
            let place = &p[feature as usize * columns..][..columns];
            for (value, sum) in values.iter_mut().zip(place) {
                *value += weight * sum;
            }
        }
    }
    out
}
