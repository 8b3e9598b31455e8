//! How large each text and entry is in every measure: what a product with the question is divided by to become a likeness.
//!
//! All that is known of one text stands side by side, since in a large set it is the way to it that takes time.

use std::ops::Range;

use super::coverage::Coverage;
use super::pairs::Pairs;
use super::space::{Lists, Space};
use crate::matching::asked::{LETTERS, SPACES};

#[derive(Debug, Clone, Default)]
pub struct Sizes {
    texts: Vec<Size>,
    entries: Vec<EntrySize>,
    /// Of each text the runs of letters that several of its words share, see [`Space::new`], and the other features.
    letters_again: Lists<u32>,
    words_again: Lists<Repeated>,
    /// The middle of all texts.
    mean: Size,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    /// 1 by the length of its vector in each space.
    pub scales: [f32; SPACES],
    /// The same in that of pairs of words.
    pub pairs: f32,
    /// What its words weigh together.
    pub total: f32,
}

/// What the sums of the cosines of an entry's texts are multiplied by to become the cosines with the entry as a whole: 1 by
/// the lengths of the sums of its texts' vectors.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntrySize {
    pub scales: [f32; SPACES],
    pub pairs: f32,
}

/// A feature and its space in one number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Repeated(u32);

impl Repeated {
    /// Two bits for the space leave room for a thousand million features.
    const SPACE: u32 = 30;

    pub fn new(space: usize, feature: u32) -> Self {
        Self((space as u32) << Self::SPACE | feature & ((1 << Self::SPACE) - 1))
    }

    pub fn space(self) -> usize {
        (self.0 >> Self::SPACE) as usize
    }

    pub fn feature(self) -> usize {
        (self.0 & ((1 << Self::SPACE) - 1)) as usize
    }
}

impl Sizes {
    /// Takes over what `spaces` and `pairs` have measured.
    pub fn new(spaces: &mut [Space; SPACES], pairs: &mut Pairs, coverage: Coverage) -> Self {
        let measured = spaces.each_mut().map(Space::take_measured);
        let (pair_texts, pair_entries) = pairs.take_scales();
        let (mut letters_again, mut words_again) = (Lists::default(), Lists::default());
        for text in 0..pair_texts.len() {
            for (space, measured) in measured.iter().enumerate() {
                for &(feature, value) in measured.repeats.of(text) {
                    match space {
                        LETTERS => letters_again.push(feature, value),
                        _ => words_again.push(Repeated::new(space, feature), value),
                    }
                }
            }
            letters_again.end_list();
            words_again.end_list();
        }
        letters_again.shrink_to_fit();
        words_again.shrink_to_fit();
        let texts: Vec<Size> = (0..pair_texts.len())
            .map(|text| Size {
                scales: std::array::from_fn(|space| measured[space].texts[text]),
                pairs: pair_texts[text],
                total: coverage.totals[text],
            })
            .collect();
        let entries = (0..pair_entries.len())
            .map(|entry| EntrySize {
                scales: std::array::from_fn(|space| measured[space].entries[entry]),
                pairs: pair_entries[entry],
            })
            .collect();
        let mean = |of: &dyn Fn(&Size) -> f32| {
            (texts.iter().map(|size| f64::from(of(size))).sum::<f64>() / texts.len().max(1) as f64) as f32
        };
        let mean = Size {
            scales: std::array::from_fn(|space| mean(&|size| size.scales[space])),
            pairs: mean(&|size| size.pairs),
            total: mean(&|size| size.total),
        };
        Self { texts, entries, letters_again, words_again, mean }
    }

    /// Of each of several texts its size, and the runs of letters that several of its words share, with what the sum over its
    /// words has too much or too little.
    pub fn texts(&self, texts: Range<usize>) -> impl Iterator<Item = (&Size, &[(u32, f32)])> {
        self.texts[texts.clone()].iter().zip(self.letters_again.several(texts))
    }

    /// The same for a text's features of the other spaces.
    pub fn words_again(&self, text: usize) -> &[(Repeated, f32)] {
        self.words_again.of(text)
    }

    pub fn entry(&self, entry: usize) -> &EntrySize {
        &self.entries[entry]
    }

    pub fn mean(&self) -> &Size {
        &self.mean
    }
}
