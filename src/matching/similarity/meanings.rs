//! How near a question's meaning is to an entry's: cosines of vectors that stand for what texts mean.
//!
//! Where the vectors come from is not this file's business: summed from the table of `word_vectors`, or computed by a model
//! outside. The nearest phrasing and the mean of all phrasings say different things, and each corrects the other; a linear
//! classifier over the same vectors learns what tells the entries apart, and [`kin`] tells whose phrasings are such as the
//! question: that carries further where an entry has few phrasings, the classifier where it has many. Compared by cosine after
//! N. Reimers, I. Gurevych, "Sentence-BERT", EMNLP 2019.

use super::contrast::{Contrast, Spread};
use super::kin::{Mean, RANGE, kin};
use super::triangle::Outer;
use crate::matching::texts::Texts;

/// What is measured of an entry: with its nearest phrasing, with their mean, by the classifier, by kinship.
pub const MEASURES: usize = 4;

/// The most texts whose vectors are kept: some eighty megabytes. In a larger set the measure stays 0.
const MOST_TEXTS: usize = 100_000;

/// A model that tells what a text means. It stands outside, and may be too busy to answer.
pub trait Embed: std::fmt::Debug + Send + Sync {
    /// What each of `texts` means, in their order: as many as there are texts, and always of as many numbers. The texts are
    /// of one question, what matters most first, and have one wait together; `None` for those that could not be told in
    /// time.
    fn embed(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>>;
}

/// The vectors of a set's texts.
#[derive(Debug, Clone, Default)]
pub struct Meanings {
    texts: Rows,
    /// For each entry the mean of its texts.
    entries: Rows,
    /// How vectors are seen by the classifier.
    contrast: Contrast,
    /// For each entry what tells it from the others.
    classifier: Rows,
    /// For each entry the direction of its kin, and what is taken off.
    kin: Rows,
    thresholds: Vec<f32>,
}

/// What a question means: a vector of length 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning(Vec<f32>);

impl Meaning {
    /// A vector of any length; `None` if it says nothing.
    pub fn new(vector: &[f32]) -> Option<Self> {
        unit(vector).map(Self)
    }

    /// What ways to say the same mean together, each a vector of as many numbers; `None` if they say nothing.
    pub fn of_all<'v>(vectors: impl IntoIterator<Item = &'v [f32]>) -> Option<Self> {
        let mut sum: Vec<f32> = Vec::new();
        for vector in vectors.into_iter().filter_map(unit) {
            sum.resize(vector.len(), 0.0);
            sum.iter_mut().zip(&vector).for_each(|(sum, x)| *sum += x);
        }
        Self::new(&sum)
    }
}

/// A question's vector, ready to be compared with a set's.
#[derive(Debug)]
pub struct AskedMeaning {
    own: Numbers,
    /// As the classifier sees it, and kinship.
    contrasted: Numbers,
}

impl Meanings {
    /// From `vectors`, one for each of `texts` in their order, each of the same number of numbers. `None` if there are not
    /// as many, or too many.
    pub fn new(texts: &Texts, vectors: impl ExactSizeIterator<Item = Vec<f32>>) -> Option<Self> {
        if vectors.len() != texts.len() || texts.len() > MOST_TEXTS {
            return None;
        }
        let mut own = Self::default();
        let mut spread = Spread::default();
        let mut vectors = vectors;
        for entry in 0..texts.entries() {
            let mut sum: Vec<f32> = Vec::new();
            let own_texts: Vec<Vec<f32>> = vectors
                .by_ref()
                .take(texts.of_entry(entry).len())
                .map(|vector| unit(&vector).unwrap_or_else(|| vec![0.0; vector.len()]))
                .collect();
            for vector in &own_texts {
                sum.resize(vector.len(), 0.0);
                sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
                own.texts.push(vector);
            }
            // Every so many entries, so that a large set takes no longer.
            if entry % texts.len().div_ceil(MOST_LEARNT).max(1) == 0 {
                spread.add(&own_texts);
            }
            own.entries.push(&unit(&sum).unwrap_or_else(|| sum.clone()));
        }
        own.contrast = spread.contrast();
        own.learn(texts);
        Some(own)
    }

    /// Learns what tells the entries apart, from their texts in contrast.
    fn learn(&mut self, texts: &Texts) {
        let mut inner = Normal::default();
        let every = texts.len().div_ceil(MOST_LEARNT).max(1);
        let mut means: Vec<Mean> = Vec::with_capacity(texts.entries());
        // How far texts lie from their entry's mean: the sum of squares, and what it is to be divided by.
        let (mut squares, mut free) = (0f32, 0usize);
        for entry in 0..texts.entries() {
            let own = texts.of_entry(entry);
            let mut mean = Mean { vector: vec![0.0; self.texts.width], texts: own.len() };
            let mut square = 0f32;
            for text in own.clone() {
                let vector = self.contrast.of(&self.texts.row(text));
                if text % every == 0 {
                    inner.add(&vector);
                }
                square += vector.iter().map(|x| x * x).sum::<f32>();
                mean.vector.iter_mut().zip(&vector).for_each(|(sum, x)| *sum += x / own.len() as f32);
            }
            squares += square - own.len() as f32 * mean.vector.iter().map(|x| x * x).sum::<f32>();
            free += own.len().saturating_sub(1);
            means.push(mean);
        }
        for own in kin(&means, if free > 0 { squares.max(0.0) / free as f32 } else { 0.0 }) {
            self.kin.push(&own.direction);
            self.thresholds.push(own.threshold);
        }
        let sum = |mean: Mean| mean.vector.iter().map(|x| x * mean.texts as f32).collect();
        let mut sums: Vec<Vec<f32>> = means.into_iter().map(sum).collect();
        inner.solve(every as f32, &mut sums);
        sums.iter().for_each(|row| self.classifier.push(row));
    }

    /// Makes a question's vector ready.
    pub fn ask(&self, asked: &Meaning) -> AskedMeaning {
        AskedMeaning { own: Numbers::of(&asked.0), contrasted: Numbers::of(&self.contrast.of(&asked.0)) }
    }

    /// What speaks for an entry by the nearest of its `texts`, `0.0..=1.0`: the first of its [`MEASURES`].
    pub fn liken_texts(&self, asked: &AskedMeaning, texts: std::ops::Range<usize>) -> f32 {
        self.texts.greatest(texts, &asked.own)
    }

    /// What speaks for an entry as a whole: the others. All are about `0.0..=1.0` but the last, the logarithm of odds.
    pub fn liken_entry(&self, asked: &AskedMeaning, entry: usize) -> [f32; MEASURES - 1] {
        let whole = self.entries.product(entry, &asked.own).max(0.0);
        let kin = self.kin.product(entry, &asked.contrasted) - self.thresholds[entry];
        let kin = kin.clamp(*RANGE.start(), *RANGE.end());
        [whole, self.classifier.product(entry, &asked.contrasted), kin]
    }
}

/// So many numbers are multiplied in one go. All usual widths are multiples of it; rows of others are filled up with noughts.
const LANES: usize = 64;

/// A question's vector in eight bits a number, each in the room of sixteen, as it is multiplied with.
#[derive(Debug)]
struct Numbers {
    numbers: Vec<[i16; LANES]>,
    scale: f32,
}

impl Numbers {
    fn of(vector: &[f32]) -> Self {
        let mut numbers = vec![[0; LANES]; vector.len().div_ceil(LANES)];
        let scale = in_eight_bits(vector, &mut numbers);
        Self { numbers, scale }
    }
}

/// Vectors in eight bits a number. All rows of a set are read for each question: the fewer bytes, the more of them are still
/// near to the processor.
#[derive(Debug, Clone, Default)]
struct Rows {
    width: usize,
    numbers: Vec<[i8; LANES]>,
    scales: Vec<f32>,
}

impl Rows {
    fn push(&mut self, row: &[f32]) {
        // Rows of entries without texts are empty: they are filled up, so that each has its place.
        self.width = self.width.max(row.len());
        let from = self.numbers.len();
        self.numbers.resize((self.scales.len() + 1) * self.lanes(), [0; LANES]);
        self.scales.push(in_eight_bits(row, &mut self.numbers[from..]));
    }

    /// How many [`LANES`] a row has.
    fn lanes(&self) -> usize {
        self.width.div_ceil(LANES)
    }

    fn row(&self, row: usize) -> Vec<f32> {
        let own = self.numbers[row * self.lanes()..][..self.lanes()].as_flattened();
        own[..self.width].iter().map(|x| f32::from(*x) * self.scales[row]).collect()
    }

    fn product(&self, row: usize, asked: &Numbers) -> f32 {
        let rows = self.several(row..row + 1);
        let product = |(own, scale)| product_in_eight_bits(own, &asked.numbers) as f32 * scale * asked.scale;
        rows.map(product).next().unwrap_or_default()
    }

    /// The greatest of the products of several rows; 0 if none is above.
    fn greatest(&self, rows: std::ops::Range<usize>, asked: &Numbers) -> f32 {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has just been asked.
            return unsafe { self.greatest_with_avx2(rows, asked) };
        }
        rows.map(|row| self.product(row, asked)).fold(0f32, f32::max)
    }

    /// The same on a processor that takes sixteen numbers at once, as nearly all do. Where rows are as wide as those of the
    /// table of words, the question's numbers stay in the processor's own places.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn greatest_with_avx2(&self, rows: std::ops::Range<usize>, asked: &Numbers) -> f32 {
        let mut most = 0f32;
        if let [first, second] = &asked.numbers[..] {
            let few = [*first, *second];
            for (own, scale) in self.several(rows) {
                let Some(own) = own.first_chunk::<2>() else { continue };
                most = most.max(product_with_avx2(own, &few) as f32 * scale * asked.scale);
            }
        } else {
            for (own, scale) in self.several(rows) {
                most = most.max(product_with_avx2(own, &asked.numbers) as f32 * scale * asked.scale);
            }
        }
        most
    }

    /// The numbers of each of several rows, and what they are to be multiplied by.
    #[inline]
    fn several(&self, rows: std::ops::Range<usize>) -> impl Iterator<Item = (&[[i8; LANES]], f32)> {
        let lanes = self.lanes();
        let numbers = self.numbers[rows.start * lanes..rows.end * lanes].chunks_exact(lanes.max(1));
        numbers.zip(self.scales[rows].iter().copied())
    }
}

/// Summed in whole numbers: exact, and so in any order.
#[inline]
fn product_in_eight_bits(a: &[[i8; LANES]], b: &[[i16; LANES]]) -> i32 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just been asked.
        return unsafe { product_with_avx2(a, b) };
    }
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of this kind has SSE2.
    return unsafe { product_with_sse2(a, b) };
    #[cfg(not(target_arch = "x86_64"))]
    return a.as_flattened().iter().zip(b.as_flattened()).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
}

/// A question takes a thousand of these. One instruction multiplies eight numbers and adds neighbours (`pmaddwd`); left to
/// itself the compiler spreads them to 32 bits before, and takes twice as many steps.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
fn product_with_sse2(a: &[[i8; LANES]], b: &[[i16; LANES]]) -> i32 {
    use std::arch::x86_64::{_mm_add_epi32, _mm_cvtsi128_si32, _mm_madd_epi16, _mm_setzero_si128, _mm_shuffle_epi32};
    // Two sums, lest each step wait for the one before.
    let mut sums = [_mm_setzero_si128(); 2];
    for (a, b) in a.iter().zip(b) {
        for (nth, (a, b)) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).enumerate() {
            let sum = &mut sums[nth % 2];
            *sum = _mm_add_epi32(*sum, _mm_madd_epi16(eight_narrow(a), eight(b)));
        }
    }
    let sum = _mm_add_epi32(sums[0], sums[1]);
    // Its halves, then its quarters, change places and are added.
    let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b01_00_11_10>(sum));
    _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32::<0b10_11_00_01>(sum)))
}

/// The same with twice as many at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn product_with_avx2(a: &[[i8; LANES]], b: &[[i16; LANES]]) -> i32 {
    use std::arch::x86_64::{
        _mm_add_epi32, _mm_cvtsi128_si32, _mm_loadu_si128, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128,
        _mm256_cvtepi8_epi16, _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_setzero_si256,
    };
    let mut sums = [_mm256_setzero_si256(); 2];
    for (a, b) in a.iter().zip(b) {
        for (nth, (a, b)) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0).enumerate() {
            // SAFETY: sixteen numbers are there to be read, wherever they lie.
            let (a, b) = unsafe { (_mm_loadu_si128(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
            sums[nth % 2] = _mm256_add_epi32(sums[nth % 2], _mm256_madd_epi16(_mm256_cvtepi8_epi16(a), b));
        }
    }
    let sum = _mm256_add_epi32(sums[0], sums[1]);
    let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b01_00_11_10>(sum));
    _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32::<0b10_11_00_01>(sum)))
}

/// Eight numbers, each in the room of sixteen bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
fn eight_narrow(numbers: &[i8; 8]) -> std::arch::x86_64::__m128i {
    use std::arch::x86_64::{_mm_set_epi64x, _mm_srai_epi16, _mm_unpacklo_epi8};
    let numbers = _mm_set_epi64x(0, i64::from_le_bytes(numbers.map(i8::cast_unsigned)));
    // Each into both halves of its room; then the upper half is moved down, and its sign fills what becomes free.
    _mm_srai_epi16::<8>(_mm_unpacklo_epi8(numbers, numbers))
}

/// Eight numbers as they stand; becomes a single load.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
fn eight(numbers: &[i16; 8]) -> std::arch::x86_64::__m128i {
    let [a, b, c, d, e, f, g, h] = *numbers;
    std::arch::x86_64::_mm_set_epi16(h, g, f, e, d, c, b, a)
}

/// Writes a vector's numbers in eight bits to `numbers`, which are noughts as yet; what they are to be multiplied by.
fn in_eight_bits<N: From<i8>>(vector: &[f32], numbers: &mut [[N; LANES]]) -> f32 {
    let most = vector.iter().fold(0f32, |most, x| most.max(x.abs()));
    let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
    for (number, x) in numbers.as_flattened_mut().iter_mut().zip(vector) {
        *number = N::from((x / scale).round() as i8);
    }
    scale
}

/// The vector with length 1; `None` if it has no direction.
pub(super) fn unit(vector: &[f32]) -> Option<Vec<f32>> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length > 1e-9 && length.is_finite()).then(|| vector.iter().map(|x| x / length).collect())
}

/// The most texts that the classifier learns from; of more, every so many.
const MOST_LEARNT: usize = 8_000;
/// The penalty on large coefficients. Measured flat between .1 and 1.
const LAMBDA: f32 = 1.0;

/// The left side of ridge regression on one-of-n targets: the sum of the texts' outer products (A. Hoerl, R. Kennard,
/// "Ridge Regression", Technometrics 12(1), 1970). It is solved for all entries at once.
#[derive(Debug, Default)]
struct Normal(Outer);

impl Normal {
    fn add(&mut self, vector: &[f32]) {
        self.0.add(vector, 1.0);
    }

    /// Puts into each of `right` what solves the equations for it. `every`: how many texts each one added stands for.
    fn solve(self, every: f32, right: &mut [Vec<f32>]) {
        let factor = self.0.factor(every, LAMBDA);
        for right in right {
            right.resize(factor.width(), 0.0);
            factor.solve_lower(right);
            factor.solve_upper(right);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_equations_of_the_classifier_are_solved() {
        let mut normal = Normal::default();
        let texts = [[1.0, 0.0, 0.2], [0.6, 0.8, 0.0], [0.0, 1.0, -0.5], [0.3, 0.3, 0.3]];
        texts.iter().for_each(|text| normal.add(text));
        let wanted = vec![1.0, -2.0, 0.5];
        let mut found = [wanted.clone()];
        normal.solve(2.0, &mut found);
        let [found] = found;
        for (row, wanted) in wanted.iter().enumerate() {
            let outer: f32 =
                texts.iter().map(|t| 2.0 * t[row] * t.iter().zip(&found).map(|(a, b)| a * b).sum::<f32>()).sum();
            assert!((outer + LAMBDA * found[row] - wanted).abs() < 1e-4, "{found:?}");
        }
    }

    #[test]
    fn a_product_is_that_of_all_its_numbers() {
        for width in [0, 1, 8, 15, 16, 31, 48, 128, 130] {
            // In steps of one 127th of the greatest, as they are kept.
            let [a, b] =
                [71, 113].map(|step| (0..width).map(|at| (at * step % 255 - 127) as f32).collect::<Vec<f32>>());
            let wanted: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let mut rows = Rows::default();
            [&b, &a].into_iter().for_each(|row| rows.push(row));
            assert_eq!(rows.product(1, &Numbers::of(&b)), wanted, "{width}");
            assert_eq!(rows.greatest(1..2, &Numbers::of(&b)), wanted.max(0.0), "{width}");
            assert_eq!(rows.greatest(0..2, &Numbers::of(&a)), rows.product(1, &Numbers::of(&a)), "{width}");
            assert_eq!(rows.row(1), a);
        }
    }

    #[test]
    fn a_vector_without_direction_is_no_meaning() {
        assert!(Meaning::new(&[0.0, 0.0]).is_none());
        assert!(Meaning::new(&[f32::NAN, 1.0]).is_none());
        assert!(Meaning::new(&[]).is_none());
    }
}
