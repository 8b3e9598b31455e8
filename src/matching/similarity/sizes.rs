//! How large each text and entry is in every measure: what a product with the question is divided by to become a likeness.
//!
//! All that is known of one text stands side by side, since in a large set it is the way to it that takes time.

use super::coverage::Coverage;
use super::pairs::Pairs;
use super::space::Space;
use crate::matching::asked::SPACES;

#[derive(Debug, Clone, Default)]
pub struct Sizes {
    texts: Vec<Size>,
    entries: Vec<EntrySize>,
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

impl Sizes {
    /// Takes over what `spaces` and `pairs` have measured.
    pub fn new(spaces: &mut [Space; SPACES], pairs: &mut Pairs, coverage: Coverage) -> Self {
        let measured = spaces.each_mut().map(Space::take_measured);
        let (pair_texts, pair_entries) = pairs.take_scales();
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
        Self { texts, entries, mean }
    }

    /// Those of several texts, one after the other.
    pub fn texts(&self, texts: std::ops::Range<usize>) -> &[Size] {
        &self.texts[texts]
    }

    pub fn entry(&self, entry: usize) -> &EntrySize {
        &self.entries[entry]
    }

    pub fn mean(&self) -> &Size {
        &self.mean
    }
}
