//! Cosine of tf-idf vectors, with the texts one by one and with each entry's texts taken together.
//!
//! One [`Space`] is made for each kind of feature of words: stems, groups of near words, runs of letters, whole words. G.
//! Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management 24(5),
//! 1988; the sum of an entry's vectors as its prototype is J. Rocchio's, "Relevance feedback in information retrieval", 1971.
//!
//! The vectors themselves are not kept. A text's product with the question is the sum of what its forms give, each found
//! once a question; where several words of one text share a feature, whose count then stands under a root, the
//! difference is kept with the text as a repeat.

use rustc_hash::FxHashMap;

use super::feature::Feature;
use crate::matching::text::Token;
use crate::matching::texts::{NONE, Texts};

/// Lists of pairs, one after the other: the pairs of number `n` end where those of `n + 1` begin.
#[derive(Debug, Clone, Default)]
pub struct Lists<K> {
    starts: Vec<u32>,
    pairs: Vec<(K, f32)>,
}

impl<K> Lists<K> {
    pub fn of(&self, number: usize) -> &[(K, f32)] {
        &self.pairs[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// The pairs of each of several numbers.
    pub fn several(&self, numbers: std::ops::Range<usize>) -> impl Iterator<Item = &[(K, f32)]> {
        self.starts[numbers.start..=numbers.end].windows(2).map(|ends| &self.pairs[ends[0] as usize..ends[1] as usize])
    }

    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends the list that is being filled.
    pub fn end_list(&mut self) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.starts.push(self.pairs.len() as u32);
    }

    pub fn push(&mut self, key: K, value: f32) {
        self.pairs.push((key, value));
    }

    pub fn shrink_to_fit(&mut self) {
        self.starts.shrink_to_fit();
        self.pairs.shrink_to_fit();
    }
}

/// Texts of entries as tf-idf vectors of length 1, by feature.
#[derive(Debug, Clone, Default)]
pub struct Space {
    ids: FxHashMap<Feature, u32>,
    /// How many entries have each feature.
    entries_with: Vec<u32>,
    idf: Vec<f32>,
    /// The weight of a feature that no text has: as rare as can be.
    unknown_idf: f32,
    /// Of each form its features, in rising order, each with its weight before the vector is brought to length 1.
    of_form: Lists<u32>,
    /// Of each feature the forms that have it, with the same weights.
    of_feature: Lists<u32>,
    measured: Measured,
}

/// What a space knows of each text and entry, for `sizes` to collect.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// 1 by the length of each text's vector.
    pub texts: Vec<f32>,
    /// Of each text the features that several of its words share, with what the sum over the words has too much or too little.
    pub repeats: Lists<u32>,
    /// 1 by the length of the sum of each entry's vectors.
    pub entries: Vec<f32>,
}

impl Space {
    /// A space of `texts`, whose forms have the `features` that are found for these `tokens` of theirs.
    pub fn new(texts: &Texts, tokens: &[Token], features: fn(&Token, &mut Vec<(Feature, f32)>)) -> Self {
        let mut ids: FxHashMap<Feature, u32> = FxHashMap::default();
        let mut of_form: Lists<u32> = Lists::default();
        let mut found = Vec::new();
        let mut counts: Vec<(u32, f32)> = Vec::new();
        for token in tokens {
            found.clear();
            counts.clear();
            features(token, &mut found);
            for &(feature, emphasis) in &found {
                let next = ids.len() as u32;
                counts.push((*ids.entry(feature).or_insert(next), emphasis));
            }
            counts.sort_by_key(|(id, _)| *id);
            counts.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            for &(id, count) in &counts {
                of_form.push(id, count);
            }
            of_form.end_list();
        }
        ids.shrink_to_fit();
        of_form.shrink_to_fit();
        let entries_with = count_entries(texts, &of_form, ids.len());
        let idfs = entries_with.iter().map(|&with| idf(texts.entries(), with)).collect();
        let unknown_idf = idf(texts.entries(), 0);
        let mut space = Self { ids, entries_with, idf: idfs, unknown_idf, of_form, ..Self::default() };
        space.measure_texts(texts);
        // From counts to weights.
        for at in 0..space.of_form.pairs.len() {
            let (id, count) = space.of_form.pairs[at];
            space.of_form.pairs[at].1 = count.sqrt() * space.idf[id as usize];
        }
        space.of_feature = transposed(&space.of_form, space.features());
        space
    }

    /// Lengths of the texts' vectors and of the entries', and the texts' repeats; `of_form` holds counts as yet.
    fn measure_texts(&mut self, texts: &Texts) {
        let features = self.features();
        let idf = &self.idf;
        // Of the text at hand: count of each feature, sum of the roots of what its words have of it, how many words.
        let mut text = vec![(0f32, 0f32, 0u32); features];
        let mut touched: Vec<u32> = Vec::new();
        let mut entry = vec![0f32; features];
        let mut entry_touched: Vec<u32> = Vec::new();
        self.measured.texts.reserve_exact(texts.len());
        self.measured.entries.reserve_exact(texts.entries());
        for number in 0..texts.entries() {
            for at in texts.of_entry(number) {
                for place in texts.row(at) {
                    for &(id, count) in self.of_form.of(place.form()) {
                        let own = &mut text[id as usize];
                        if own.2 == 0 {
                            touched.push(id);
                        }
                        *own = (own.0 + count, own.1 + count.sqrt(), own.2 + 1);
                    }
                }
                let square = |id: u32| f64::from(text[id as usize].0) * f64::from(idf[id as usize]).powi(2);
                let squares: f64 = touched.iter().map(|&id| square(id)).sum();
                let scale = (1.0 / squares.sqrt().max(1e-9)) as f32;
                self.measured.texts.push(scale);
                for id in touched.drain(..) {
                    let (count, roots, words) = std::mem::take(&mut text[id as usize]);
                    let weight = count.sqrt() * idf[id as usize];
                    if words > 1 {
                        self.measured.repeats.push(id, weight - roots * idf[id as usize]);
                    }
                    if entry[id as usize] == 0.0 {
                        entry_touched.push(id);
                    }
                    entry[id as usize] += weight * scale;
                }
                self.measured.repeats.end_list();
            }
            let sums = entry_touched.drain(..).map(|id| f64::from(std::mem::take(&mut entry[id as usize])));
            let squares: f64 = sums.map(|sum| sum.powi(2)).sum();
            self.measured.entries.push((1.0 / squares.sqrt().max(1e-9)) as f32);
        }
    }

    /// The question's vector: `(feature, weight)` of length 1 over known and unknown features; the known ones by id.
    pub fn question(&self, features: &mut [(Feature, f32)]) -> Vec<(u32, f32)> {
        features.sort_by_key(|(feature, _)| *feature);
        let mut vector = Vec::with_capacity(features.len());
        let mut squares = 0.0;
        for same in features.chunk_by(|a, b| a.0 == b.0) {
            let count: f32 = same.iter().map(|(_, emphasis)| emphasis).sum();
            let id = self.id(same[0].0);
            let idf = id.map_or(self.unknown_idf, |id| self.idf[id as usize]);
            let weight = count.sqrt() * idf;
            squares += weight * weight;
            vector.extend(id.map(|id| (id, weight)));
        }
        vector.sort_unstable_by_key(|(id, _)| *id);
        let norm = f32::sqrt(squares).max(1e-9);
        for (_, weight) in &mut vector {
            *weight /= norm;
        }
        vector
    }

    /// The number of a feature that any text has.
    pub fn id(&self, feature: Feature) -> Option<u32> {
        self.ids.get(&feature).copied()
    }

    /// How many entries have a feature.
    pub fn entries_with(&self, id: u32) -> usize {
        self.entries_with[id as usize] as usize
    }

    /// The forms that have a feature, in rising order, with their weights in it.
    pub fn forms_with(&self, id: u32) -> &[(u32, f32)] {
        self.of_feature.of(id as usize)
    }

    /// The features of a form, in rising order, with its weights in them.
    pub fn features_of(&self, form: usize) -> &[(u32, f32)] {
        self.of_form.of(form)
    }

    /// What was measured of texts and entries, which the space itself no longer needs.
    pub fn take_measured(&mut self) -> Measured {
        std::mem::take(&mut self.measured)
    }

    /// How many features there are.
    pub fn features(&self) -> usize {
        self.entries_with.len()
    }

    /// The vectors of all texts, each a row of `(feature id, weight)`; `tokens` and `features` as in [`Space::new`].
    ///
    /// They are put together from the words anew, and nothing is taken from the sums above: what is learnt from them must
    /// not depend on how those are kept, and a solver that stops before it has converged makes much of a last digit.
    pub fn rows(
        &self,
        texts: &Texts,
        tokens: &[Token],
        features: fn(&Token, &mut Vec<(Feature, f32)>),
    ) -> Vec<Vec<(u32, f32)>> {
        let of_form: Vec<Vec<(Feature, f32)>> = tokens
            .iter()
            .map(|token| {
                let mut found = Vec::new();
                features(token, &mut found);
                found
            })
            .collect();
        let mut counts = vec![0f32; self.features()];
        let row = |text: usize| {
            let mut row: Vec<(u32, f32)> = Vec::new();
            for (feature, emphasis) in texts.row(text).iter().flat_map(|place| &of_form[place.form()]) {
                let Some(id) = self.id(*feature) else { continue };
                let count = &mut counts[id as usize];
                if *count == 0.0 {
                    row.push((id, 0.0));
                }
                *count += emphasis;
            }
            row.sort_unstable_by_key(|(id, _)| *id);
            for (id, weight) in &mut row {
                *weight = std::mem::take(&mut counts[*id as usize]).sqrt() * self.idf[*id as usize];
            }
            let norm = row.iter().map(|(_, weight)| weight.powi(2)).sum::<f32>().sqrt().max(1e-9);
            row.iter_mut().for_each(|(_, weight)| *weight /= norm);
            row
        };
        (0..texts.len()).map(row).collect()
    }
}

/// The weight of a feature that `with` of the entries have.
pub fn idf(entries: usize, with: u32) -> f32 {
    ((entries.max(1) as f32 + 1.0) / (with as f32 + 1.0)).ln() + 1.0
}

/// In how many entries each feature is.
fn count_entries(texts: &Texts, of_form: &Lists<u32>, features: usize) -> Vec<u32> {
    let mut last = vec![NONE; features];
    let mut with = vec![0u32; features];
    for entry in 0..texts.entries() {
        for place in texts.of_entry(entry).flat_map(|text| texts.row(text)) {
            for &(id, _) in of_form.of(place.form()) {
                if last[id as usize] != entry as u32 {
                    last[id as usize] = entry as u32;
                    with[id as usize] += 1;
                }
            }
        }
    }
    with
}

/// The lists the other way round: of each of `keys` keys the numbers of the lists that have it, in rising order.
fn transposed(lists: &Lists<u32>, keys: usize) -> Lists<u32> {
    let mut starts = vec![0u32; keys + 1];
    for (key, _) in &lists.pairs {
        starts[*key as usize + 1] += 1;
    }
    for key in 0..keys {
        starts[key + 1] += starts[key];
    }
    let mut fill = starts.clone();
    let mut pairs = vec![(0u32, 0f32); lists.pairs.len()];
    for number in 0..lists.len() {
        for &(key, value) in lists.of(number) {
            let place = &mut fill[key as usize];
            pairs[*place as usize] = (number as u32, value);
            *place += 1;
        }
    }
    Lists { starts, pairs }
}
