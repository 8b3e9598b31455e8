//! The one dear operation of the model: many rows times a fixed matrix.
//!
//! A matrix is kept in eight bits a number, one scale a column: a quarter of the memory, and a quarter of what must come
//! through the memory's narrow door for each question. Sums are taken in full precision; what the rounding changes in a
//! cosine is about a thousandth.

/// Columns that are worked on together: one or two registers of the widest kind.
const PANEL: usize = 16;
/// Rows that are worked on together. Four keep both adders of a processor busy; with more the sums do not stay in its
/// registers (measured: 4 rows 52 billion operations a second, 12 rows 6).
const ROWS: usize = 4;

/// A fixed matrix with one offset a column, ready to be multiplied with.
#[derive(Debug)]
pub struct Matrix {
    inputs: usize,
    outputs: usize,
    /// Panels of [`PANEL`] columns; in each, for every input, the columns side by side.
    numbers: Vec<i8>,
    scales: Vec<f32>,
    offsets: Vec<f32>,
}

impl Matrix {
    /// From `weights`, where each of the outputs has its `inputs` numbers in a row, and one offset an output.
    pub fn new(weights: &[f32], offsets: &[f32], inputs: usize) -> Self {
        let outputs = offsets.len();
        let panels = outputs.div_ceil(PANEL);
        let mut numbers = vec![0i8; panels * PANEL * inputs];
        let mut scales = vec![0f32; panels * PANEL];
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            let (panel, column) = (output / PANEL, output % PANEL);
            let (scale, row) = in_eight_bits(row);
            scales[output] = scale;
            for (input, number) in row.enumerate() {
                numbers[(panel * inputs + input) * PANEL + column] = number;
            }
        }
        let mut offsets = offsets.to_vec();
        offsets.resize(panels * PANEL, 0.0);
        Self { inputs, outputs, numbers, scales, offsets }
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.numbers.len() + 4 * (self.scales.len() + self.offsets.len())
    }

    /// `out = rows · matrix + offsets`, row by row.
    pub fn apply(&self, rows: &[f32], out: &mut Vec<f32>) {
        out.clear();
        out.resize(rows.len() / self.inputs * self.outputs, 0.0);
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has what the function was compiled for.
            return unsafe { self.apply_with_avx2(rows, out) };
        }
        self.apply_with::<{ cfg!(target_arch = "aarch64") }>(rows, out);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn apply_with_avx2(&self, rows: &[f32], out: &mut [f32]) {
        self.apply_with::<true>(rows, out);
    }

    /// `FUSED`: whether the processor multiplies and adds in one step; without, the one step would be a slow function.
    #[inline(always)]
    fn apply_with<const FUSED: bool>(&self, rows: &[f32], out: &mut [f32]) {
        let mut panel = vec![[0f32; PANEL]; self.inputs];
        let stretches = self.numbers.chunks_exact(self.inputs * PANEL);
        for (nth, numbers) in stretches.enumerate() {
            for (wide, narrow) in panel.iter_mut().zip(numbers.chunks_exact(PANEL)) {
                for (wide, narrow) in wide.iter_mut().zip(narrow) {
                    *wide = f32::from(*narrow);
                }
            }
            let first = nth * PANEL;
            let width = PANEL.min(self.outputs - first);
            let mut rest = rows;
            let mut row = 0;
            loop {
                let sums: &[[f32; PANEL]] = if rest.len() >= ROWS * self.inputs {
                    &products::<FUSED, ROWS>(rest, self.inputs, &panel)
                } else if rest.len() >= 2 * self.inputs {
                    &products::<FUSED, 2>(rest, self.inputs, &panel)
                } else if !rest.is_empty() {
                    &products::<FUSED, 1>(rest, self.inputs, &panel)
                } else {
                    break;
                };
                for sums in sums {
                    let place = &mut out[row * self.outputs + first..][..width];
                    for (column, place) in place.iter_mut().enumerate() {
                        *place = sums[column] * self.scales[first + column] + self.offsets[first + column];
                    }
                    row += 1;
                }
                rest = &rest[sums.len() * self.inputs..];
            }
        }
    }
}

/// The products of the first `N` rows with a panel.
#[inline(always)]
fn products<const FUSED: bool, const N: usize>(
    rows: &[f32],
    inputs: usize,
    panel: &[[f32; PANEL]],
) -> [[f32; PANEL]; N] {
    let rows: [&[f32]; N] = std::array::from_fn(|row| &rows[row * inputs..][..inputs]);
    let panel = &panel[..inputs];
    let mut sums = [[0f32; PANEL]; N];
    for input in 0..inputs {
        let weights = panel[input];
        for row in 0..N {
            sums[row] = step::<FUSED>(sums[row], rows[row][input], weights);
        }
    }
    sums
}

#[inline(always)]
fn step<const FUSED: bool>(sums: [f32; PANEL], number: f32, weights: [f32; PANEL]) -> [f32; PANEL] {
    std::array::from_fn(
        |at| if FUSED { number.mul_add(weights[at], sums[at]) } else { number * weights[at] + sums[at] },
    )
}

/// Numbers as a scale and eight bits each.
pub fn in_eight_bits(numbers: &[f32]) -> (f32, impl Iterator<Item = i8> + '_) {
    let most = numbers.iter().fold(0f32, |most, number| most.max(number.abs()));
    let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
    // A cast of a float to an integer saturates, and takes what is no number for 0.
    (scale, numbers.iter().map(move |number| (number / scale).round() as i8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_number_meet_columns_of_any_number() {
        for (rows, inputs, outputs) in [(1, 3, 5), (13, 32, 40), (26, 7, 16), (7, 64, 17)] {
            let number = |at: usize| ((at * 7919 % 1000) as f32 - 500.0) / 500.0;
            let weights: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let offsets: Vec<f32> = (0..outputs).map(|at| at as f32).collect();
            let own: Vec<f32> = (0..rows * inputs).map(|at| number(at + 13)).collect();
            let mut out = Vec::new();
            Matrix::new(&weights, &offsets, inputs).apply(&own, &mut out);
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
}
