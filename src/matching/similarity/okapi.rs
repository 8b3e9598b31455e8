//! BM25 of the question over entries: an entry's texts as one document.
//!
//! S. Robertson, S. Walker et al., "Okapi at TREC-3", 1994; with the idf that is never negative.

/// How fast a repeated word stops counting. Robertson's usual value.
const K1: f32 = 1.2;
/// How far long entries are held back. Low, since a moderator's more phrasings do not make an entry wordier.
const B: f32 = 0.3;

#[derive(Debug, Clone, Copy, Default)]
pub struct Okapi {
    entries: usize,
    /// Words of an entry, in the middle of all entries.
    mean_length: f32,
}

impl Okapi {
    /// For `entries` entries of `words` words together.
    pub fn new(entries: usize, words: usize) -> Self {
        Self { entries, mean_length: words as f32 / entries.max(1) as f32 }
    }

    /// How much a stem counts that `with` of the entries have.
    pub fn idf(&self, with: usize) -> f32 {
        let (all, with) = (self.entries as f32, with as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// The weight of a stem that `with` of the entries have, as a share of the greatest there can be: `0.0..=1.0`.
    pub fn weight(&self, with: usize) -> f32 {
        self.idf(with) / self.idf(0).max(1e-9)
    }

    /// What a word that stands `count` times in an entry of `length` words counts, before its idf.
    pub fn saturated(&self, count: f32, length: usize) -> f32 {
        let long = 1.0 - B + B * length as f32 / self.mean_length.max(1.0);
        count * (K1 + 1.0) / (count + K1 * long)
    }

    /// What a word could count at most: [`Okapi::saturated`] of ever so many.
    pub fn most(&self) -> f32 {
        K1 + 1.0
    }
}
