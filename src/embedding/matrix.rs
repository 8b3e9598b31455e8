//! The one dear operation of the model: many rows times a fixed matrix.
//!
//! It is done in whole numbers. A matrix is kept in eight bits a number, one scale a column: a quarter of the memory, and a
//! quarter of what must come through the memory's narrow door for each question; what this rounding changes in a cosine is
//! about a thousandth. The rows are put into sixteen bits, one scale a row, for each multiplication: of the FAQ's phrasings no
//! vector came out with a cosine below .9999998 to what the same rows gave as they stand. With eight bits it was .993 (a few
//! numbers of a row are far larger than the others: Y. Bondarenko et al., "Understanding and Overcoming the Challenges of
//! Efficient Transformer Quantization", EMNLP 2021). Sums are exact, so a text has the same vector on every processor, alone
//! and among others.

use super::products::{PANEL, Pair, Processor, ROWS, Weights};

/// A fixed matrix with one offset a column, ready to be multiplied with.
#[derive(Debug)]
pub struct Matrix {
    inputs: usize,
    outputs: usize,
    /// Panels of [`PANEL`] columns; in each, for every pair of inputs, the columns side by side.
    numbers: Vec<Weights>,
    scales: Vec<f32>,
    offsets: Vec<f32>,
    /// The greatest number of a row with which no sum can go beyond 32 bits.
    greatest: f32,
}

impl Matrix {
    /// From `weights`, where each of the outputs has its `inputs` numbers in a row, and one offset an output.
    pub fn new(weights: &[f32], offsets: &[f32], inputs: usize) -> Self {
        let outputs = offsets.len();
        let (panels, pairs) = (outputs.div_ceil(PANEL), inputs.div_ceil(2));
        let mut numbers = vec![[0; 2 * PANEL]; panels * pairs];
        let mut scales = vec![0f32; panels * PANEL];
        let mut largest_sum = 1;
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            let (panel, column) = (output / PANEL, output % PANEL);
            let (scale, row) = in_eight_bits(row);
            scales[output] = scale;
            let mut sum = 0;
            for (input, number) in row.enumerate() {
                numbers[panel * pairs + input / 2][2 * column + input % 2] = number;
                sum += i32::from(number).abs();
            }
            largest_sum = largest_sum.max(sum);
        }
        let mut offsets = offsets.to_vec();
        offsets.resize(panels * PANEL, 0.0);
        // In the reference model the largest sum is 52,000, so that rows have all their sixteen bits.
        let greatest = (i32::MAX / largest_sum).min(i32::from(i16::MAX)) as f32;
        Self { inputs, outputs, numbers, scales, offsets, greatest }
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.numbers.as_flattened().len() + 4 * (self.scales.len() + self.offsets.len())
    }

    /// `out = rows · matrix + offsets`, row by row. `whole`: where the rows become whole numbers; what is in it is lost.
    #[inline(always)]
    pub fn apply(&self, processor: impl Processor, rows: &[f32], whole: &mut Whole, out: &mut Vec<f32>) {
        whole.take(rows, self.inputs, self.greatest);
        out.clear();
        out.resize(rows.len() / self.inputs * self.outputs, 0.0);
        let pairs = self.inputs.div_ceil(2);
        for (nth, panel) in self.numbers.chunks_exact(pairs).enumerate() {
            let mut scales = whole.scales.iter();
            let columns = nth * PANEL..self.outputs.min((nth + 1) * PANEL);
            let mut places = out.chunks_exact_mut(self.outputs).map(|row| &mut row[columns.clone()]);
            for some in whole.numbers.chunks(ROWS * pairs) {
                let mut sums = [[0; PANEL]; ROWS];
                match some.len() / pairs {
                    1 => sums[..1].copy_from_slice(&processor.products::<1>(some.as_chunks().0, panel)),
                    2 => sums[..2].copy_from_slice(&processor.products::<2>(some.as_chunks().0, panel)),
                    3 => sums[..3].copy_from_slice(&processor.products::<3>(some.as_chunks().0, panel)),
                    4 => sums[..4].copy_from_slice(&processor.products::<4>(some.as_chunks().0, panel)),
                    5 => sums[..5].copy_from_slice(&processor.products::<5>(some.as_chunks().0, panel)),
                    _ => sums = processor.products::<ROWS>(some.as_chunks().0, panel),
                }
                // `scales` end where the rows do.
                for (sums, (place, scale)) in sums.iter().zip(places.by_ref().zip(scales.by_ref())) {
                    let own = self.scales[columns.clone()].iter().zip(&self.offsets[columns.clone()]);
                    for ((place, sum), (own, offset)) in place.iter_mut().zip(sums).zip(own) {
                        *place = *sum as f32 * (scale * own) + offset;
                    }
                }
            }
        }
    }
}

/// Rows in whole numbers.
#[derive(Debug, Default)]
pub struct Whole {
    /// So many rows as are worked on together after one another; of those, pair by pair, all rows side by side.
    numbers: Vec<Pair>,
    /// By what a row's numbers are to be multiplied.
    scales: Vec<f32>,
    /// One row, before it is put among the others.
    row: Vec<i16>,
}

impl Whole {
    /// Takes in rows of so many numbers. The greatest of each becomes `greatest`.
    #[inline(always)]
    fn take(&mut self, rows: &[f32], inputs: usize, greatest: f32) {
        let pairs = inputs.div_ceil(2);
        self.scales.clear();
        self.numbers.clear();
        self.numbers.resize(rows.len() / inputs * pairs, [0; 2]);
        for (some, places) in rows.chunks(ROWS * inputs).zip(self.numbers.chunks_mut(ROWS * pairs)) {
            let count = some.len() / inputs;
            for (nth, row) in some.chunks_exact(inputs).enumerate() {
                // Numbers that are not below 0 stand in the order of their bits, and bits have no order of adding to keep.
                let mut most = 0;
                for x in row {
                    most = most.max(x.abs().to_bits());
                }
                let most = f32::from_bits(most);
                self.scales.push(most / greatest);
                let times = if most > 0.0 { greatest / most } else { 0.0 };
                self.row.clear();
                self.row.resize(2 * pairs, 0);
                for (place, x) in self.row.iter_mut().zip(row) {
                    *place = rounded(x * times);
                }
                for (place, pair) in places.chunks_exact_mut(count).zip(self.row.as_chunks().0) {
                    place[nth] = *pair;
                }
            }
        }
    }
}

/// The nearest whole number of one that fits into sixteen bits.
#[inline(always)]
fn rounded(x: f32) -> i16 {
    // Among numbers of this size there are none but whole ones, and their lowest bits are those of what was added. `round`
    // would call the system for each number, and a cast would take them one by one.
    const WHOLE: f32 = (3 << 22) as f32;
    (x + WHOLE).to_bits() as i16
}

/// Numbers as a scale and eight bits each.
pub fn in_eight_bits(numbers: &[f32]) -> (f32, impl Iterator<Item = i8> + '_) {
    let most = numbers.iter().fold(0f32, |most, number| most.max(number.abs()));
    let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
    (scale, numbers.iter().map(move |number| (number / scale).round() as i8))
}

#[cfg(test)]
mod tests {
    use super::super::products::Any;
    use super::*;

    fn number(at: usize) -> f32 {
        ((at * 7919 % 1000) as f32 - 500.0) / 500.0
    }

    #[test]
    fn rows_of_any_number_meet_columns_of_any_number() {
        for (rows, inputs, outputs) in [(1, 3, 5), (13, 32, 40), (26, 7, 16), (7, 64, 17), (12, 1, 1)] {
            let weights: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let offsets: Vec<f32> = (0..outputs).map(|at| at as f32).collect();
            let own: Vec<f32> = (0..rows * inputs).map(|at| number(at + 13)).collect();
            let mut out = Vec::new();
            Matrix::new(&weights, &offsets, inputs).apply(Any, &own, &mut Whole::default(), &mut out);
            for row in 0..rows {
                for output in 0..outputs {
                    let exact: f32 =
                        (0..inputs).map(|at| own[row * inputs + at] * weights[output * inputs + at]).sum::<f32>()
                            + offsets[output];
                    let found = out[row * outputs + output];
                    assert!((found - exact).abs() < 0.004 * inputs as f32, "{found} for {exact}");
                }
            }
        }
    }

    #[test]
    fn a_row_is_as_near_to_its_numbers_as_sixteen_bits_can_be() {
        let rows: Vec<f32> = (0..7 * 33).map(|at| number(at) * 10f32.powi(at as i32 / 33 - 3)).collect();
        let mut whole = Whole::default();
        whole.take(&rows, 33, 32767.0);
        for (nth, row) in rows.chunks(33).enumerate() {
            let (block, count) =
                if nth < ROWS { (&whole.numbers[..ROWS * 17], ROWS) } else { (&whole.numbers[ROWS * 17..], 1) };
            let own = block.iter().skip(nth % ROWS).step_by(count).flatten();
            let most = row.iter().fold(0f32, |most, x| most.max(x.abs()));
            for (own, x) in own.zip(row) {
                assert!((f32::from(*own) * whole.scales[nth] - x).abs() < 0.51 * most / 32767.0, "{own} for {x}");
            }
        }
    }

    #[test]
    fn no_sum_goes_beyond_its_bits() {
        // As large as can be: of so many inputs 32,767 times 127 would be three times too much.
        let inputs = 1560;
        let matrix = Matrix::new(&vec![1.0; inputs], &[0.0], inputs);
        assert_eq!(matrix.greatest, 10839.0);
        let mut out = Vec::new();
        matrix.apply(Any, &vec![-3.0; inputs], &mut Whole::default(), &mut out);
        assert!((out[0] + 4680.0).abs() < 0.01, "{out:?}");
    }

    #[test]
    fn what_is_no_number_stays_none_and_harms_no_other_row() {
        let matrix = Matrix::new(&[1.0, 1.0], &[0.0], 2);
        let mut out = Vec::new();
        let rows = [f32::NAN, 1.0, 1.0, 1.0, 0.0, 0.0, f32::INFINITY, 1.0, 1e-44, 0.0];
        matrix.apply(Any, &rows, &mut Whole::default(), &mut out);
        assert!(out[0].is_nan() && out[1..3] == [2.0, 0.0] && !out[3].is_finite() && out[4].abs() < 1e-40, "{out:?}");
    }
}
