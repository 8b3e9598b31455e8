//! Comparing a question with an entry's texts: what they share with it, one by one and all together, and which is nearest.
//!
//! First it is felt of every text whether it has anything of the question beside letters (`felt`); then one text after the
//! other is gone through by those of its words only that were met, nine of ten not being so; then all are weighed.

use std::ops::Range;

use super::asked::{Asked, CONCEPTS, LETTERS, SPACES, STEMS, WHOLE_WORDS};
use super::features::{LIKENESSES, likeness as l};
use super::felt::{self, BITS};
use super::index::{Index, Parts};
use super::similarity::coverage::{Covered, Partners};
use super::similarity::pairs::AskedPairs;
use super::similarity::sizes::Size;
use super::texts::{NONE, Place, Texts};
use super::touch::Touch;

/// What the texts of an entry have of the question.
#[derive(Debug)]
pub(super) struct OfTexts {
    /// The text that is nearest.
    pub nearest_text: u32,
    /// Its likenesses, the first ones of [`super::features::LIKENESS_NAMES`].
    pub nearest: [f32; l::OF_TEXT],
    /// The cosines of all texts together, [`l::OF_ENTRY`].
    pub whole: [f32; COSINES],
}

const COSINES: usize = SPACES + 1;

// Likenesses are put down by these places.
const _: () = assert!(
    l::STEMS == 4 + STEMS
        && l::CONCEPTS == 4 + CONCEPTS
        && l::LETTERS == 4 + LETTERS
        && l::WORDS == 4 + WHOLE_WORDS
        && l::PAIRS == 8
);

/// A question that is compared with one entry after the other.
#[derive(Debug)]
pub(super) struct Comparison<'q> {
    touch: &'q Touch,
    pairs: &'q AskedPairs,
    /// What likenesses weigh.
    weights: &'q [f64; LIKENESSES],
    pub partners: Partners,
    /// Of each text of the entry at hand.
    shared: Vec<Shared>,
    /// Whether the processor takes four numbers at once, as nearly all do.
    takes_four: bool,
}

/// What a text shares with the question: products, summed with more places than are kept, so that the order of a
/// text's words makes no difference. Two texts of the same words must come out equal.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    /// Which words were met otherwise than by their letters, as [`felt::of_text`] tells it.
    met: u64,
    /// In each space.
    sums: [f64; SPACES],
    pairs: f64,
    covered: Covered,
}

impl<'q> Comparison<'q> {
    pub fn new(asked: &'q Asked, touch: &'q Touch, weights: &'q [f64; LIKENESSES]) -> Self {
        let partners = Partners::new(asked.words.iter().map(|word| (word.share, word.sureness)));
        Self { touch, pairs: &asked.pairs, weights, partners, shared: Vec::new(), takes_four: felt::takes_four() }
    }

    /// What the texts of an entry have of the question; `partners` learns which words they have.
    pub fn with_entry(&mut self, index: &Index, entry: usize) -> OfTexts {
        let Parts { texts, sizes, .. } = &index.parts;
        let range = texts.of_entry(entry);
        self.shared.clear();
        self.shared.resize(range.len(), Shared::default());
        let sizes_of_texts = sizes.texts(range.clone());
        #[cfg(target_arch = "x86_64")]
        let (nearest, sums) = if self.takes_four {
            // SAFETY: the processor was asked.
            unsafe { self.with_texts_avx2(texts, range.clone(), sizes_of_texts) }
        } else {
            self.with_texts(texts, range.clone(), sizes_of_texts)
        };
        #[cfg(not(target_arch = "x86_64"))]
        let (nearest, sums) = self.with_texts(texts, range.clone(), sizes_of_texts);
        let mut likenesses = [0f32; l::OF_TEXT];
        if let (Some(shared), Some(size)) = (self.shared.get(nearest), sizes_of_texts.get(nearest)) {
            let (covered, cosines, pairs) = shared.likenesses(size);
            likenesses[..4].copy_from_slice(&covered);
            likenesses[4..8].copy_from_slice(&cosines);
            likenesses[8] = pairs;
        }
        let size = sizes.entry(entry);
        let mut whole = sums.map(|sum| sum as f32);
        whole.iter_mut().zip(size.scales.iter().chain([&size.pairs])).for_each(|(cosine, scale)| *cosine *= scale);
        OfTexts { nearest_text: (range.start + nearest) as u32, nearest: likenesses, whole }
    }

    fn with_texts(&mut self, texts: &Texts, range: Range<usize>, sizes: &[Size]) -> (usize, [f64; COSINES]) {
        for (fours, shared) in texts.fours(range.clone()).zip(&mut self.shared) {
            (shared.sums[LETTERS], shared.met) = felt::of_text(fours, &self.touch.felt);
        }
        self.meet(texts, range);
        self.nearest(sizes)
    }

    /// The same on a processor that takes four numbers at once; to the last digit the same, since the sums are exact.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi2,lzcnt")]
    fn with_texts_avx2(&mut self, texts: &Texts, range: Range<usize>, sizes: &[Size]) -> (usize, [f64; COSINES]) {
        for (fours, shared) in texts.fours(range.clone()).zip(&mut self.shared) {
            (shared.sums[LETTERS], shared.met) = felt::of_text_avx2(fours, &self.touch.felt);
        }
        self.meet(texts, range);
        self.nearest(sizes)
    }

    /// Adds what is met in texts beside letters; `partners` learns it as well.
    #[inline(always)]
    fn meet(&mut self, texts: &Texts, range: Range<usize>) {
        let Self { touch, pairs: asked, partners, shared, .. } = self;
        let met_forms = Forms { touch, asked };
        for (row, shared) in texts.rows(range).zip(shared).filter(|(_, shared)| shared.met != 0) {
            partners.begin_text();
            if row.len() > BITS {
                met_forms.add_many(row, shared, partners);
            } else {
                let met = shared.met;
                met_forms.add(row, met, shared, partners);
                // The words behind a met one, or behind the next to it.
                let mut second = met & (met >> 1 | met >> 2);
                while second != 0 {
                    let nth = second.leading_zeros() as usize;
                    second &= (u64::MAX >> 1) >> nth;
                    shared.pairs += met_forms.pairs_with(row, nth);
                }
            }
            partners.end_text(&mut shared.covered);
        }
    }

    /// The place of the text whose likenesses sum up to most, and the sums of the cosines of all.
    #[inline(always)]
    fn nearest(&self, sizes: &[Size]) -> (usize, [f64; COSINES]) {
        let w = self.weights;
        let (mut most, mut nearest) = (f64::NEG_INFINITY, 0);
        let (mut sums, mut pair_sum) = ([0f64; SPACES], 0f64);
        for (place, (shared, size)) in self.shared.iter().zip(sizes).enumerate() {
            let (covered, cosines, pairs) = shared.likenesses(size);
            let pairs = f64::from(pairs);
            // Four sums side by side.
            let mut four = [0f64; 4];
            for at in 0..4 {
                let cosine = f64::from(cosines[at]);
                sums[at] += cosine;
                four[at] = f64::from(covered[at]) * w[at] + cosine * w[4 + at];
            }
            pair_sum += pairs;
            let score = (four[0] + four[2]) + (four[1] + four[3]) + pairs * w[8];
            if score > most {
                (most, nearest) = (score, place);
            }
        }
        let mut whole = [pair_sum; COSINES];
        whole[..SPACES].copy_from_slice(&sums);
        (nearest, whole)
    }
}

impl Shared {
    /// What a text of this size has: shares of weight, cosines in each space, and that of pairs.
    #[inline(always)]
    fn likenesses(&self, size: &Size) -> ([f32; 4], [f32; SPACES], f32) {
        let covered = self.covered.shares(size.total);
        let cosines = std::array::from_fn(|space| self.sums[space] as f32 * size.scales[space]);
        (covered, cosines, self.pairs as f32 * size.pairs)
    }
}

/// The forms that the question touches.
struct Forms<'q> {
    touch: &'q Touch,
    asked: &'q AskedPairs,
}

impl Forms<'_> {
    /// Adds what is met in `words`, those of `met`.
    #[inline(always)]
    fn add(&self, words: &[Place], met: u64, shared: &mut Shared, partners: &mut Partners) {
        let Touch { met: forms, met_at, near, .. } = self.touch;
        let mut left = met;
        let mut sums = shared.sums;
        while left != 0 {
            // The word of the highest bit.
            let nth = left.leading_zeros() as usize;
            left &= (u64::MAX >> 1) >> nth;
            let place = words[nth];
            let own = &forms[met_at[place.form()] as usize];
            // What was met has no product in the space of letters.
            sums.iter_mut().zip(own.products).for_each(|(sum, product)| *sum += product);
            if own.word != NONE {
                partners.meet(own.word);
            }
            if place.is_again() {
                continue;
            }
            shared.covered.question += own.share;
            shared.covered.text += own.known;
            let mut next = own.near;
            while let Some(nearby) = near.get(next as usize) {
                partners.near(nearby.word, nearby.rank, own.weight);
                next = nearby.next;
            }
        }
        shared.sums = sums;
    }

    /// The same for a text of any number of words, with its pairs.
    #[inline(never)]
    fn add_many(&self, row: &[Place], shared: &mut Shared, partners: &mut Partners) {
        for words in row.chunks(BITS) {
            let bits = words.iter().enumerate().map(|(nth, place)| self.touch.felt[place.form()].met() >> nth);
            self.add(words, bits.fold(0, |met, bit| met | bit), shared, partners);
        }
        shared.pairs = (0..row.len()).map(|nth| self.pairs_with(row, nth)).sum();
    }

    /// The product of the pairs that the word in this place makes with the two before it.
    #[inline(never)]
    fn pairs_with(&self, row: &[Place], nth: usize) -> f64 {
        let Touch { met, met_at, .. } = self.touch;
        let word = |place: &Place| met.get(met_at[place.form()] as usize).map_or(NONE, |own| own.word);
        let second = word(&row[nth]);
        if second == NONE {
            return 0.0;
        }
        let before = row[nth.saturating_sub(2)..nth].iter().rev().map(word);
        let pairs = (0..).zip(before).filter(|(_, first)| *first != NONE);
        pairs.map(|(between, first)| f64::from(self.asked.weight(first, second, between))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{EntryId, Vocabulary};
    use crate::matching::index::Document;
    use crate::matching::normalize::normalize;
    use crate::matching::weights::Weights;

    /// What a processor can must not be seen in an answer.
    #[test]
    fn all_processors_find_the_same() {
        let of = |id: &str, texts: &[&str]| Document {
            id: EntryId::new(id),
            texts: texts.iter().map(|text| text.to_string()).collect(),
            answer: String::new(),
        };
        let long = "water the tulip garden or the garden tulip in the evening ".repeat(9);
        let documents = vec![
            of(
                "tulips",
                &["when do tulips flower", "tulip garden", "", "do the tulips in the garden flower late", &long],
            ),
            of("price", &["how much is a garden", "is it dear, is it much too dear"]),
        ];
        let index = Index::of(documents, &Vocabulary::default(), Weights::plain());
        for question in ["when does a tulip garden flower", "is much of it too dear", "gardn"] {
            let tokens = index.analyzer.question(&normalize(question));
            let asked = Asked::new(&index.parts, &tokens);
            let compare = |takes_four: bool| {
                let mut touch = Touch::new(index.parts.texts.forms(), index.len());
                touch.feel(&index, &tokens, &asked, false);
                let mut comparison = Comparison::new(&asked, &touch, &index.weights.likeness);
                comparison.takes_four &= takes_four;
                [0, 1].map(|entry| {
                    let of_texts = comparison.with_entry(&index, entry);
                    let bits = of_texts.nearest.iter().chain(&of_texts.whole).map(|number| number.to_bits());
                    let entry = comparison.partners.end_entry(|_, _| {});
                    (of_texts.nearest_text, bits.collect::<Vec<_>>(), entry.0.to_bits(), entry.1.to_bits())
                })
            };
            let found = compare(false);
            assert_eq!(found, compare(true), "{question}");
            assert!(found.iter().any(|found| found.1.iter().any(|bits| *bits != 0)), "{question} meets nothing");
        }
    }

    /// Words are noted sixty-four at a time; what stands behind them counts as well, and so does a pair across the border.
    #[test]
    fn the_words_of_a_long_text_are_all_met() {
        let filler = |count: usize| "sofa lamp fork plate ".repeat(count / 4);
        let of = |id: &str, text: String| Document { id: EntryId::new(id), texts: vec![text], answer: String::new() };
        for before in [0, 60, 64, 128] {
            // Three fillers, so that the pair begins with the last word before the border.
            let text = format!("{} sofa lamp fork tulip garden {}", filler(before), filler(20));
            let documents = vec![of("long", text), of("other", "how much is it".to_owned())];
            let index = Index::of(documents, &Vocabulary::default(), Weights::plain());
            let own = index.measure("tulip garden").likenesses[0];
            assert!(own[l::QUESTION_KNOWN] > 0.99 && own[l::STEMS] > 0.0 && own[l::PAIRS] > 0.0, "{before}: {own:?}");
        }
    }
}
