//! How much of the question's weight stands in an entry's answer: what was not asked for in the same words may well be told
//! in them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::feature::Feature;

/// For each stem the entries whose answer has it.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    ids: FxHashMap<Feature, u32>,
    /// Where each stem's entries begin; one more than there are stems.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Answers {
    /// `answers`: the stems of each entry's answer, by their features, as often as they come.
    pub fn new(answers: &[Vec<Feature>]) -> Self {
        let mut ids: FxHashMap<Feature, u32> = FxHashMap::default();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        for (entry, stems) in answers.iter().enumerate() {
            seen.clear();
            for &stem in stems {
                let next = ids.len() as u32;
                let id = *ids.entry(stem).or_insert(next);
                if seen.insert(id) {
                    pairs.push((id, entry as u32));
                }
            }
        }
        pairs.sort_unstable();
        let mut starts = vec![0u32; ids.len() + 1];
        for (id, _) in &pairs {
            starts[*id as usize + 1] += 1;
        }
        for id in 0..ids.len() {
            starts[id + 1] += starts[id];
        }
        ids.shrink_to_fit();
        Self { ids, starts, entries: pairs.into_iter().map(|(_, entry)| entry).collect() }
    }

    /// The entries whose answer has a stem, in rising order.
    pub fn entries_with(&self, stem: Feature) -> &[u32] {
        match self.ids.get(&stem) {
            Some(&id) => &self.entries[self.starts[id as usize] as usize..self.starts[id as usize + 1] as usize],
            None => &[],
        }
    }
}
