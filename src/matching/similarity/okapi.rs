//! BM25 of the question over entries: an entry's texts as one document.
//!
//! S. Robertson, S. Walker et al., "Okapi at TREC-3", 1994; with the idf that is never negative.

use rustc_hash::FxHashMap;

/// How fast a repeated word stops counting. Robertson's usual value.
const K1: f32 = 1.2;
/// How far long entries are held back. Low, since a moderator's more phrasings do not make an entry wordier.
const B: f32 = 0.3;

#[derive(Debug, Clone, Default)]
pub struct Okapi {
    postings: FxHashMap<Box<str>, Vec<(u32, f32)>>,
    entries: usize,
}

impl Okapi {
    /// Entries' stems, one list an entry.
    pub fn new(entries: &[Vec<&str>]) -> Self {
        let mean = entries.iter().map(Vec::len).sum::<usize>() as f32 / entries.len().max(1) as f32;
        let mut postings: FxHashMap<Box<str>, Vec<(u32, f32)>> = FxHashMap::default();
        for (entry, stems) in entries.iter().enumerate() {
            let mut counts: FxHashMap<&str, f32> = FxHashMap::default();
            for stem in stems {
                *counts.entry(stem).or_default() += 1.0;
            }
            let long = 1.0 - B + B * stems.len() as f32 / mean.max(1.0);
            for (stem, count) in counts {
                let saturated = count * (K1 + 1.0) / (count + K1 * long);
                postings.entry(stem.into()).or_default().push((entry as u32, saturated));
            }
        }
        Self { postings, entries: entries.len() }
    }

    fn idf(&self, with: usize) -> f32 {
        let (all, with) = (self.entries as f32, with as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// The weight of a stem that `with` of the entries have, as a share of the greatest there can be: `0.0..=1.0`.
    pub fn weight(&self, stem: &str) -> f32 {
        let with = self.postings.get(stem).map_or(0, Vec::len);
        self.idf(with) / self.idf(0).max(1e-9)
    }

    pub fn entries_with(&self, stem: &str) -> usize {
        self.postings.get(stem).map_or(0, Vec::len)
    }

    /// Adds to `scores`, one place an entry: BM25 as a share of what an entry that has everything could get.
    pub fn add_scores<'a>(&self, stems: impl Iterator<Item = (&'a str, f32)>, scores: &mut [f32]) {
        let mut most = 1e-9;
        for (stem, sureness) in stems {
            let Some(postings) = self.postings.get(stem) else {
                most += self.idf(0) * (K1 + 1.0);
                continue;
            };
            let idf = self.idf(postings.len());
            most += idf * (K1 + 1.0);
            for &(entry, saturated) in postings {
                scores[entry as usize] += idf * saturated * sureness;
            }
        }
        for score in scores {
            *score /= most;
        }
    }
}
