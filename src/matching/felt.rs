//! What is felt of a text by its words' letters, before any of its words is looked at.
//!
//! Some steps for every word of every text of a set: that is where a question spends its time, and why it is written out for
//! processors that take four numbers at once.

/// A form's product with the question in the space of letters. It is below nought, if only by its sign, where anything else of
/// the question was met in the form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Felt(pub(super) f32);

impl Felt {
    #[inline]
    pub fn letters(self) -> f32 {
        self.0.abs()
    }

    /// The highest bit if anything else was met, or nothing.
    #[inline]
    pub fn met(self) -> u64 {
        u64::from(self.0.to_bits() >> (u32::BITS - 1)) << (u64::BITS - 1)
    }
}

/// The words of a text that [`of_text`] tells apart. Hardly any phrasing has more.
pub const BITS: usize = u64::BITS as usize;

/// Of a text of these forms the product of its letters, with more places than are kept, and which of its words were met
/// otherwise, the first by the highest bit; of a text of more than [`BITS`] words only whether any was.
///
/// It asks nothing of a word: since nine of ten were not met, a processor that takes the tenth for one of them would lose the
/// time of a whole text.
pub fn of_text(fours: &[[u32; 4]], felt: &[Felt]) -> (f64, u64) {
    let forms = fours.iter().flatten().map(|form| felt[*form as usize]);
    let letters = forms.clone().map(|felt| f64::from(felt.letters())).sum();
    (letters, forms.enumerate().fold(0, |met, (nth, felt)| met | felt.met().rotate_right((nth % BITS) as u32)))
}

/// Whether the processor takes four numbers at once, as nearly all do.
pub fn takes_four() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// The same on a processor that [`takes_four`]; to the last digit the same, since the sums are exact.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2,lzcnt")]
#[inline]
pub fn of_text_avx2(fours: &[[u32; 4]], felt: &[Felt]) -> (f64, u64) {
    use std::arch::x86_64::{
        _mm_add_pd, _mm_add_sd, _mm_and_ps, _mm_castsi128_ps, _mm_cvtsd_f64, _mm_movemask_ps, _mm_set_ps,
        _mm_set1_epi32, _mm_unpackhi_pd, _mm256_add_pd, _mm256_castpd256_pd128, _mm256_cvtps_pd, _mm256_extractf128_pd,
        _mm256_setzero_pd,
    };
    let all_but_the_sign = _mm_castsi128_ps(_mm_set1_epi32(i32::MAX));
    let (mut sums, mut met) = (_mm256_setzero_pd(), 0u64);
    for four in fours {
        let [a, b, c, d] = four.map(|form| felt[form as usize].0);
        let four = _mm_set_ps(a, b, c, d);
        sums = _mm256_add_pd(sums, _mm256_cvtps_pd(_mm_and_ps(four, all_but_the_sign)));
        met = met.rotate_left(4) | _mm_movemask_ps(four) as u64;
    }
    let sum = _mm_add_pd(_mm256_castpd256_pd128(sums), _mm256_extractf128_pd::<1>(sums));
    (_mm_cvtsd_f64(_mm_add_sd(sum, _mm_unpackhi_pd(sum, sum))), met.rotate_right(4 * fours.len() as u32 % u64::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_processors_feel_the_same() {
        let number = |at: u32| at.wrapping_mul(2_654_435_761) >> 8;
        // Every third was met, some of them with no letter.
        let felt: Vec<Felt> = (0..97)
            .map(|at| Felt((number(at) % 1000 * (at % 5)) as f32 / 777.0 * if at % 3 == 0 { -1.0 } else { 1.0 }))
            .collect();
        for count in [0, 1, 3, 15, 16, 17, 40] {
            let fours: Vec<[u32; 4]> = (0..count).map(|nth| [0, 1, 2, 3].map(|at| number(4 * nth + at) % 97)).collect();
            let (letters, met) = of_text(&fours, &felt);
            let words = || fours.iter().flatten().map(|form| felt[*form as usize].0);
            assert_eq!(letters, words().map(|felt| f64::from(felt.abs())).sum::<f64>());
            if count <= 16 {
                let bits: String = words().map(|felt| if felt.is_sign_negative() { '1' } else { '0' }).collect();
                assert_eq!(format!("{met:064b}"), format!("{bits:0<64}"));
            } else {
                assert!(met != 0);
            }
            #[cfg(target_arch = "x86_64")]
            if takes_four() {
                // SAFETY: the processor was asked.
                let other = unsafe { of_text_avx2(&fours, &felt) };
                assert_eq!((letters, met != 0), (other.0, other.1 != 0), "{count}");
                assert!(count > 16 || met == other.1, "{count}");
            }
        }
    }
}
