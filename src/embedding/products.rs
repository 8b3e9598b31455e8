//! Products of whole numbers, summed: the one dear loop of the model, for each kind of processor.
//!
//! All kinds give the same sums to the last bit: whole numbers are summed exactly, and so in any order. What is multiplied
//! stands in pairs, since one instruction multiplies two and two numbers and adds neighbours (`pmaddwd`).

/// Columns that are worked on together.
pub const PANEL: usize = 16;

/// The most rows that are worked on together. With six, the sixteen registers of AVX2 hold all sums and what is just being
/// multiplied (measured: 1 row 103 billion operations a second, 4 rows 140, 6 rows 150).
pub const ROWS: usize = 6;

/// Two neighbours of a row.
pub type Pair = [i16; 2];

/// What a pair of each row is multiplied with: a pair for each column, side by side.
pub type Weights = [i8; 2 * PANEL];

/// A kind of processor.
pub trait Processor: Copy {
    /// The products of `N` rows, pair by pair, with all columns of a panel. No sum may go beyond 32 bits: that is for the
    /// caller to see to.
    fn products<const N: usize>(self, rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N];
}

/// Any processor at all. Left to the compiler, which does it in steps where multiplying several numbers is cheap, as on ARM;
/// what it makes of it there has not been measured.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(all(target_arch = "x86_64", not(test)), expect(dead_code))]
pub struct Any;

impl Processor for Any {
    #[inline(always)]
    fn products<const N: usize>(self, rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N] {
        let mut sums = [[0; PANEL]; N];
        for (own, weights) in rows.iter().zip(panel) {
            let weights = weights.as_chunks::<2>().0;
            for (sums, own) in sums.iter_mut().zip(own) {
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum += i32::from(own[0]) * i32::from(weights[0]) + i32::from(own[1]) * i32::from(weights[1]);
                }
            }
        }
        sums
    }
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Sse2};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_add_epi32, _mm_loadu_si128, _mm_madd_epi16, _mm_set1_epi32, _mm_setzero_si128,
        _mm_srai_epi16, _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpacklo_epi8, _mm256_add_epi32, _mm256_cvtepi8_epi16,
        _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
    };

    use super::{PANEL, Pair, Processor, Weights};

    /// What every processor of this kind has: eight numbers at once. A question takes twice as long as with [`Avx2`].
    #[derive(Debug, Clone, Copy)]
    pub struct Sse2;

    impl Processor for Sse2 {
        #[inline(always)]
        fn products<const N: usize>(self, rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N] {
            // SAFETY: every processor of this kind has SSE2.
            unsafe { with_sse2(rows, panel) }
        }
    }

    /// What nearly all have: sixteen numbers at once.
    ///
    /// AVX-512 with its instruction for just this (`vpdpwssd`) did 210 billion operations a second where this did 150, which
    /// made a question of 4.8 ms one of 3.9: not worth a third way.
    #[derive(Debug, Clone, Copy)]
    pub struct Avx2(());

    impl Avx2 {
        /// If this processor has it.
        pub fn here() -> Option<Self> {
            is_x86_feature_detected!("avx2").then_some(Self(()))
        }
    }

    impl Processor for Avx2 {
        #[inline(always)]
        fn products<const N: usize>(self, rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N] {
            // SAFETY: an `Avx2` is made only where the processor has it.
            unsafe { with_avx2(rows, panel) }
        }
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn with_sse2<const N: usize>(rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N] {
        let mut sums = [[_mm_setzero_si128(); 4]; N];
        for (own, weights) in rows.iter().zip(panel) {
            let weights = sixteen_each(weights).map(|weights| {
                // Each number twice side by side is 257 times as much; moved down it is the number, in the room of two.
                let (low, high) = (_mm_unpacklo_epi8(weights, weights), _mm_unpackhi_epi8(weights, weights));
                [_mm_srai_epi16::<8>(low), _mm_srai_epi16::<8>(high)]
            });
            for (sums, own) in sums.iter_mut().zip(own) {
                let own = _mm_set1_epi32(both(*own));
                for (sum, weights) in sums.iter_mut().zip(weights.as_flattened()) {
                    *sum = _mm_add_epi32(*sum, _mm_madd_epi16(own, *weights));
                }
            }
        }
        let mut rows = [[0; PANEL]; N];
        for (row, sums) in rows.iter_mut().zip(sums) {
            for (place, sum) in row.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
                // SAFETY: there is room for four numbers, wherever they lie.
                unsafe { _mm_storeu_si128(place.as_mut_ptr().cast(), sum) };
            }
        }
        rows
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn with_avx2<const N: usize>(rows: &[[Pair; N]], panel: &[Weights]) -> [[i32; PANEL]; N] {
        let mut sums = [[_mm256_setzero_si256(); 2]; N];
        for (own, weights) in rows.iter().zip(panel) {
            let weights: [__m256i; 2] = sixteen_each(weights).map(|weights| _mm256_cvtepi8_epi16(weights));
            for (sums, own) in sums.iter_mut().zip(own) {
                let own = _mm256_set1_epi32(both(*own));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(own, weights));
                }
            }
        }
        let mut rows = [[0; PANEL]; N];
        for (row, sums) in rows.iter_mut().zip(sums) {
            for (place, sum) in row.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
                // SAFETY: there is room for eight numbers, wherever they lie.
                unsafe { _mm256_storeu_si256(place.as_mut_ptr().cast(), sum) };
            }
        }
        rows
    }

    #[inline(always)]
    fn sixteen_each(weights: &Weights) -> [__m128i; 2] {
        let (first, second) = weights.split_at(16);
        // SAFETY: there are sixteen numbers of eight bits to be read, wherever they lie, and every processor has SSE2.
        [first, second].map(|half| unsafe { _mm_loadu_si128(half.as_ptr().cast()) })
    }

    /// A pair as the processor has it in memory, the first number in the lower half.
    #[inline(always)]
    fn both([first, second]: Pair) -> i32 {
        i32::from(first) & 0xffff | i32::from(second) << 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all sizes, the extreme ones among them.
    fn numbers(seed: u64) -> impl Iterator<Item = u64> {
        std::iter::successors(Some(seed), |state| {
            Some(state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407))
        })
        .map(|state| state >> 33)
    }

    fn row(number: u64) -> i16 {
        match number % 5 {
            0 => i16::MAX,
            1 => -i16::MAX,
            _ => (number / 5) as i16,
        }
    }

    fn weight(number: u64) -> i8 {
        if number.is_multiple_of(3) { 127 } else { (number / 3 % 255) as i8 }
    }

    fn all_agree<const N: usize>() {
        for pairs in [0, 1, 2, 7, 192] {
            let mut own = numbers(N as u64).map(row);
            let mut own = || own.next().unwrap();
            let rows: Vec<[Pair; N]> = (0..pairs).map(|_| [(); N].map(|()| [own(), own()])).collect();
            let mut weights = numbers(7 * N as u64).map(weight);
            let panel: Vec<Weights> = (0..pairs).map(|_| [(); 2 * PANEL].map(|()| weights.next().unwrap())).collect();
            let exact: [[i64; PANEL]; N] = std::array::from_fn(|row| {
                std::array::from_fn(|column| {
                    let product = |at: usize, side: usize| {
                        i64::from(rows[at][row][side]) * i64::from(panel[at][2 * column + side])
                    };
                    (0..pairs).map(|at| product(at, 0) + product(at, 1)).sum()
                })
            });
            let check = |name: &str, sums: [[i32; PANEL]; N]| {
                assert_eq!(sums.map(|row| row.map(i64::from)), exact, "{name}, {N} rows, {pairs} pairs");
            };
            check("any", Any.products(&rows, &panel));
            #[cfg(target_arch = "x86_64")]
            {
                check("SSE2", Sse2.products(&rows, &panel));
                match Avx2::here() {
                    Some(avx2) => check("AVX2", avx2.products(&rows, &panel)),
                    None => eprintln!("SKIPPED: this processor has no AVX2"),
                }
            }
        }
    }

    #[test]
    fn every_kind_of_processor_sums_the_same() {
        all_agree::<1>();
        all_agree::<2>();
        all_agree::<3>();
        all_agree::<4>();
        all_agree::<5>();
        all_agree::<ROWS>();
    }
}
