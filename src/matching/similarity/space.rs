//! Cosine of tf-idf vectors, with the texts one by one and with each entry's texts taken together.
//!
//! One [`Space`] is made for each kind of feature: stems, character n-grams, neighbouring words. G. Salton, C. Buckley,
//! "Term-weighting approaches in automatic text retrieval", Information Processing & Management 24(5), 1988; the sum of an
//! entry's vectors as its prototype is J. Rocchio's, "Relevance feedback in information retrieval", 1971.

use rustc_hash::FxHashMap;

/// A feature of a text, by its hash.
pub type Feature = u64;

/// Texts of entries as tf-idf vectors of length 1, by feature.
#[derive(Debug, Clone, Default)]
pub struct Space {
    ids: FxHashMap<Feature, u32>,
    idf: Vec<f32>,
    /// Where each feature's postings begin; one more than there are features.
    starts: Vec<u32>,
    postings: Vec<(u32, f32)>,
    /// Length of the sum of each entry's vectors.
    centroid_norms: Vec<f32>,
    /// The weight of a feature that no text has: as rare as can be.
    unknown_idf: f32,
}

impl Space {
    /// A space of `texts`, each a list of features (repeated as often as they occur); `entry_of` tells whose text it is.
    pub fn new(texts: &[Vec<(Feature, f32)>], entry_of: &[u32], entries: usize) -> Self {
        let mut ids: FxHashMap<Feature, u32> = FxHashMap::default();
        let mut last_entry: Vec<u32> = Vec::new();
        let mut entries_with: Vec<u32> = Vec::new();
        let mut text_counts: Vec<u32> = Vec::new();
        let mut counted: Vec<Vec<(u32, f32)>> = Vec::with_capacity(texts.len());
        for (text, &entry) in texts.iter().zip(entry_of) {
            let mut counts: FxHashMap<u32, f32> = FxHashMap::default();
            for &(feature, emphasis) in text {
                let next = ids.len() as u32;
                let id = *ids.entry(feature).or_insert(next);
                if id == next {
                    last_entry.push(u32::MAX);
                    entries_with.push(0);
                    text_counts.push(0);
                }
                if last_entry[id as usize] != entry {
                    last_entry[id as usize] = entry;
                    entries_with[id as usize] += 1;
                }
                *counts.entry(id).or_default() += emphasis;
            }
            let mut counts: Vec<(u32, f32)> = counts.into_iter().collect();
            counts.sort_unstable_by_key(|(id, _)| *id);
            for (id, _) in &counts {
                text_counts[*id as usize] += 1;
            }
            counted.push(counts);
        }
        let total = entries.max(1) as f32;
        let idf_of = |with: f32| ((total + 1.0) / (with + 1.0)).ln() + 1.0;
        let idf: Vec<f32> = entries_with.iter().map(|&with| idf_of(with as f32)).collect();
        let mut starts = Vec::with_capacity(idf.len() + 1);
        let mut sum = 0u32;
        starts.push(0);
        for count in &text_counts {
            sum += count;
            starts.push(sum);
        }
        let mut fill: Vec<u32> = starts[..idf.len()].to_vec();
        let mut postings = vec![(0u32, 0f32); sum as usize];
        let mut sums: FxHashMap<u32, f32> = FxHashMap::default();
        let mut centroid_norms = vec![0f32; entries];
        let mut text = 0;
        while text < counted.len() {
            let entry = entry_of[text];
            sums.clear();
            while text < counted.len() && entry_of[text] == entry {
                let weigh = |(id, count): &(u32, f32)| count.sqrt() * idf[*id as usize];
                let norm = counted[text].iter().map(|c| weigh(c).powi(2)).sum::<f32>().sqrt().max(1e-9);
                for c in &counted[text] {
                    let weight = weigh(c) / norm;
                    let place = &mut fill[c.0 as usize];
                    postings[*place as usize] = (text as u32, weight);
                    *place += 1;
                    *sums.entry(c.0).or_default() += weight;
                }
                text += 1;
            }
            centroid_norms[entry as usize] = sums.values().map(|w| w * w).sum::<f32>().sqrt().max(1e-9);
        }
        Self { ids, idf, starts, postings, centroid_norms, unknown_idf: idf_of(0.0) }
    }

    /// The question's vector: `(feature, weight)` of length 1 over known and unknown features; the known ones by id.
    pub fn question(&self, features: &[(Feature, f32)]) -> Vec<(u32, f32)> {
        let mut counts: FxHashMap<Feature, f32> = FxHashMap::default();
        for &(feature, emphasis) in features {
            *counts.entry(feature).or_default() += emphasis;
        }
        let mut vector = Vec::with_capacity(counts.len());
        let mut squares = 0.0;
        for (feature, count) in counts {
            let id = self.ids.get(&feature);
            let idf = id.map_or(self.unknown_idf, |&id| self.idf[id as usize]);
            let weight = f32::sqrt(count) * idf;
            squares += weight * weight;
            if let Some(&id) = id {
                vector.push((id, weight));
            }
        }
        vector.sort_unstable_by_key(|(id, _)| *id);
        let norm = f32::sqrt(squares).max(1e-9);
        for (_, weight) in &mut vector {
            *weight /= norm;
        }
        vector
    }

    /// Adds to `cosines`, one place a text, the cosine of `question` with each text.
    pub fn add_cosines(&self, question: &[(u32, f32)], cosines: &mut [f32]) {
        for &(id, weight) in question {
            let range = self.starts[id as usize] as usize..self.starts[id as usize + 1] as usize;
            for &(text, text_weight) in &self.postings[range] {
                cosines[text as usize] += weight * text_weight;
            }
        }
    }

    /// The length of the sum of an entry's text vectors: the sum of its texts' cosines divided by this is the cosine with
    /// the entry as a whole.
    pub fn centroid_norm(&self, entry: usize) -> f32 {
        self.centroid_norms[entry]
    }

    /// How many features there are.
    pub fn features(&self) -> usize {
        self.idf.len()
    }

    /// All text vectors again, as rows of `(feature id, weight)`.
    pub fn rows(&self, texts: usize) -> Vec<Vec<(u32, f32)>> {
        let mut rows = vec![Vec::new(); texts];
        for id in 0..self.idf.len() {
            for &(text, weight) in &self.postings[self.starts[id] as usize..self.starts[id + 1] as usize] {
                rows[text as usize].push((id as u32, weight));
            }
        }
        rows
    }
}
