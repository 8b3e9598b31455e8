//! What a layer of the model does between its matrices: how pieces attend to each other, how numbers are bent and brought to
//! one size.
//!
//! All is written so that the compiler does several numbers in one step, in an order that is fixed: whatever the processor,
//! the results are the same to the last bit.

/// So many numbers are summed side by side: the order in which they are added must not be a chain.
const SUMS: usize = 16;

/// Moves a row to mean 0 and spread 1, then scales and moves it as learnt.
#[derive(Debug)]
pub struct Norm {
    pub scale: Vec<f32>,
    pub offset: Vec<f32>,
    pub epsilon: f32,
}

impl Norm {
    #[inline(always)]
    pub fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.scale.len()) {
            let count = row.len() as f32;
            let mean = sum(row, |x| x) / count;
            let spread = sum(row, |x| (x - mean) * (x - mean)) / count;
            let scale = 1.0 / (spread + self.epsilon).sqrt();
            for ((x, own), offset) in row.iter_mut().zip(&self.scale).zip(&self.offset) {
                *x = (*x - mean) * scale * own + offset;
            }
        }
    }
}

/// The sum of what is made of each number.
#[inline(always)]
fn sum(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0f32; SUMS];
    let (several, rest) = numbers.as_chunks::<SUMS>();
    for several in several {
        for (sum, x) in sums.iter_mut().zip(several) {
            *sum += of(*x);
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += of(*x);
    }
    sums.iter().sum()
}

#[inline(always)]
pub fn add(to: &mut [f32], more: &[f32]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to += more;
    }
}

/// Each piece of a text takes from the others in the measure in which they are what it asks for, head by head.
///
/// A row of `query_key_value` has three parts, each as wide as a row of `mixed`, into which is put what is taken.
#[inline(always)]
pub fn attend(query_key_value: &[f32], mixed: &mut [f32], width: usize, heads: usize) {
    let head_width = width / heads;
    let count = mixed.len() / width;
    let scale = 1.0 / (head_width as f32).sqrt();
    let row = |at: usize, part: usize, head: usize| {
        &query_key_value[at * 3 * width + part * width + head * head_width..][..head_width]
    };
    // By what the pieces are found: of so many pieces at a time number by number, those of all pieces side by side.
    let mut keys = vec![[0f32; SUMS]; count.div_ceil(SUMS) * head_width];
    // What is taken of them: so many numbers at a time, piece by piece.
    let mut values = vec![[0f32; SUMS]; head_width.div_ceil(SUMS) * count];
    let mut shares = vec![0f32; count];
    for head in 0..heads {
        for at in 0..count {
            let places = &mut keys[at / SUMS * head_width..][..head_width];
            for (place, x) in places.iter_mut().zip(row(at, 1, head)) {
                place[at % SUMS] = *x;
            }
            for (nth, some) in row(at, 2, head).chunks(SUMS).enumerate() {
                values[nth * count + at][..some.len()].copy_from_slice(some);
            }
        }
        for at in 0..count {
            for (shares, keys) in shares.chunks_mut(SUMS).zip(keys.chunks_exact(head_width)) {
                shares.copy_from_slice(&sum_of(keys, row(at, 0, head))[..shares.len()]);
            }
            let most = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for share in &mut shares {
                *share = exp((*share - most) * scale);
            }
            let times = 1.0 / sum(&shares, |x| x);
            for share in &mut shares {
                *share *= times;
            }
            let places = mixed[at * width + head * head_width..][..head_width].chunks_mut(SUMS);
            for (place, values) in places.zip(values.chunks_exact(count)) {
                place.copy_from_slice(&sum_of(values, &shares)[..place.len()]);
            }
        }
    }
}

/// The sum of rows, each taken so many times.
#[inline(always)]
fn sum_of(rows: &[[f32; SUMS]], times: &[f32]) -> [f32; SUMS] {
    let mut sums = [0f32; SUMS];
    for (row, times) in rows.iter().zip(times) {
        for (sum, x) in sums.iter_mut().zip(row) {
            *sum += times * x;
        }
    }
    sums
}

/// The power of e, for what is not above 0; less than 2⁻¹²⁶ is 0.
///
/// e to the x is 2 to the n times e to the r, where n is whole and r at most half of the logarithm of 2; the latter is a
/// polynomial, as in the library Cephes (S. Moshier, 1992). It never errs by more than two ten-millionths of the result.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// The logarithm of 2 in two parts, the first so short that its products with whole numbers are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const FACTORS: [f32; 6] = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    /// Among numbers of this size there are none but whole ones; its lowest bits are those of what was added.
    const WHOLE: f32 = (3 << 22) as f32;
    let turned = x.max(-87.0) * std::f32::consts::LOG2_E + WHOLE;
    let n = turned - WHOLE;
    let r = x.max(-87.0) - n * LN_2[0] - n * LN_2[1];
    let polynomial = FACTORS.iter().fold(0.0, |sum, factor| sum * r + factor);
    let power = f32::from_bits((turned.to_bits() << 23).wrapping_add(1f32.to_bits()));
    let power = if x < -87.0 { 0.0 } else { power };
    (polynomial * r * r + r + 1.0) * power
}

/// The Gaussian error linear unit (D. Hendrycks, K. Gimpel, 2016).
///
/// The error function in it is a quotient of polynomials that never errs by more than 7e-8, as in the Eigen library; the
/// exact one would take as long as a quarter of the model.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    const OVER: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const UNDER: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let z = (x * std::f32::consts::FRAC_1_SQRT_2).clamp(-4.0, 4.0);
    let square = z * z;
    let over = OVER.iter().fold(0.0, |sum, factor| sum * square + factor);
    let under = UNDER.iter().fold(0.0, |sum, factor| sum * square + factor);
    0.5 * x * (1.0 + z * over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_gaussian_one() {
        // Values of x·Φ(x) from a table of the normal distribution.
        for (x, expected) in [(-6.0, 0.0), (-1.0, -0.158_655), (0.0, 0.0), (0.5, 0.345_731), (2.0, 1.954_5), (9.0, 9.0)]
        {
            assert!((gelu(x) - expected).abs() < 1e-5, "{x}: {}", gelu(x));
        }
    }

    #[test]
    fn the_power_of_e_is_the_systems() {
        for at in 0..=87_000 {
            let x = -at as f32 / 1000.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2e-7, "{x}: {error:e}");
        }
        assert_eq!([0.0, -88.0, -1e30, f32::NEG_INFINITY].map(exp), [1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_piece_takes_most_from_what_it_asks_for() {
        // Two heads of two numbers; the first piece asks for the second by the first head, for nothing by the second head.
        let query_key_value = [
            [[8.0, 0.0, 0.0, 0.0], [0.0, 8.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0]],
            [[0.0, 0.0, 0.0, 0.0], [8.0, 0.0, 1.0, 1.0], [5.0, 6.0, 7.0, 8.0]],
        ];
        let mut mixed = [0.0; 8];
        attend(query_key_value.as_flattened().as_flattened(), &mut mixed, 4, 2);
        assert_eq!(mixed, [5.0, 6.0, 5.0, 6.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn all_pieces_take_what_the_sums_say_however_many_and_however_wide() {
        for (count, heads, head_width) in [(1, 1, 1), (20, 2, 20), (16, 3, 32), (33, 1, 7)] {
            let width = heads * head_width;
            let rows: Vec<f32> = (0..count * 3 * width).map(|at| ((at * 7919 % 997) as f32 - 498.0) / 300.0).collect();
            let number = |at: usize, part: usize, column: usize| f64::from(rows[(at * 3 + part) * width + column]);
            let mut mixed = vec![7.0; count * width];
            attend(&rows, &mut mixed, width, heads);
            for at in 0..count {
                for column in 0..width {
                    let own = column / head_width * head_width..(column / head_width + 1) * head_width;
                    let asked = |other| own.clone().map(|x| number(at, 0, x) * number(other, 1, x)).sum::<f64>();
                    let share = |other| (asked(other) / (head_width as f64).sqrt()).exp();
                    let taken = (0..count).map(|other| share(other) * number(other, 2, column)).sum::<f64>();
                    let expected = taken / (0..count).map(share).sum::<f64>();
                    let found = f64::from(mixed[at * width + column]);
                    assert!((found - expected).abs() < 1e-5, "{count} {width}: {found} for {expected}");
                }
            }
        }
    }

    #[test]
    fn a_row_is_moved_to_mean_0_and_spread_1() {
        let norm = Norm { scale: vec![2.0; 20], offset: vec![1.0; 20], epsilon: 0.0 };
        let mut row: Vec<f32> = (0..20).map(|at| if at % 2 == 0 { 3.0 } else { 7.0 }).collect();
        norm.apply(&mut row);
        assert_eq!(row[..4], [-1.0, 3.0, -1.0, 3.0]);
    }
}
