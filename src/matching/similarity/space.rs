//! Cosine of tf-idf vectors, with the texts one by one and with each entry's texts taken together.
//!
//! One [`Space`] is made for each kind of feature of words: stems, groups of near words, runs of letters, whole words. G.
//! Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management 24(5),
//! 1988; the sum of an entry's vectors as its prototype is J. Rocchio's, "Relevance feedback in information retrieval", 1971.
//!
//! A word's count of a feature stands under a root; a text's vector is the sum of its words'. So the vectors themselves are not
//! kept: a text's product with the question is the sum of what its forms give, each found once a question. With the root taken
//! of the whole text's count instead, as is usual, no figure was better, and what several words share had to be kept apart.

use rustc_hash::FxHashMap;

use super::feature::Feature;
use crate::matching::text::Token;
use crate::matching::texts::{NONE, Texts};

/// Lists of pairs, one after the other: the pairs of number `n` end where those of `n + 1` begin.
#[derive(Debug, Clone, Default)]
struct Lists {
    starts: Vec<u32>,
    pairs: Vec<(u32, f32)>,
}

impl Lists {
    fn of(&self, number: usize) -> &[(u32, f32)] {
        &self.pairs[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Ends the list that is being filled.
    fn end_list(&mut self) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.starts.push(self.pairs.len() as u32);
    }

    fn push(&mut self, key: u32, value: f32) {
        self.pairs.push((key, value));
    }

    fn shrink_to_fit(&mut self) {
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
    of_form: Lists,
    /// Of each feature the forms that have it, with the same weights.
    of_feature: Lists,
    measured: Measured,
}

/// What a space knows of each text and entry, for `sizes` to collect.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// 1 by the length of each text's vector.
    pub texts: Vec<f32>,
    /// 1 by the length of the sum of each entry's vectors.
    pub entries: Vec<f32>,
}

impl Space {
    /// A space of `texts`, whose forms have the `features` that are found for these `tokens` of theirs.
    pub fn new(texts: &Texts, tokens: &[Token], features: fn(&Token, &mut Vec<(Feature, f32)>)) -> Self {
        let mut ids: FxHashMap<Feature, u32> = FxHashMap::default();
        let mut of_form: Lists = Lists::default();
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
            add_up(&mut counts);
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
        // From counts to weights.
        for (id, weight) in &mut space.of_form.pairs {
            *weight = weight.sqrt() * space.idf[*id as usize];
        }
        space.measure_texts(texts);
        space.of_feature = transposed(&space.of_form, space.features());
        space
    }

    /// Lengths of the texts' vectors and of the entries'.
    fn measure_texts(&mut self, texts: &Texts) {
        let features = self.features();
        let (mut text, mut entry) = (Sum::new(features), Sum::new(features));
        self.measured.texts.reserve_exact(texts.len());
        self.measured.entries.reserve_exact(texts.entries());
        for number in 0..texts.entries() {
            for at in texts.of_entry(number) {
                for &(id, weight) in texts.row(at).iter().flat_map(|place| self.of_form.of(place.form())) {
                    text.add(id, weight);
                }
                let scale = 1.0 / text.length();
                self.measured.texts.push(scale);
                text.take(|id, weight| entry.add(id, weight * scale));
            }
            self.measured.entries.push(1.0 / entry.length());
            entry.take(|_, _| {});
        }
    }

    /// The question's vector: `(feature, weight)` of length 1 over known and unknown features; the known ones by id.
    /// `features` loses its order.
    pub fn question(&self, features: &mut [(Feature, f32)]) -> Vec<(u32, f32)> {
        let mut vector: Vec<(u32, f32)> = Vec::with_capacity(features.len());
        // What no text has comes to stand in front, written over what was read before.
        let mut unknown = 0;
        for at in 0..features.len() {
            match self.id(features[at].0) {
                Some(id) => vector.push((id, features[at].1)),
                None => {
                    features[unknown] = features[at];
                    unknown += 1;
                }
            }
        }
        let unknown = &mut features[..unknown];
        let mut squares = 0.0;
        unknown.sort_by_key(|(feature, _)| *feature);
        for same in unknown.chunk_by(|a, b| a.0 == b.0) {
            let count: f32 = same.iter().map(|(_, emphasis)| emphasis).sum();
            squares += count * self.unknown_idf * self.unknown_idf;
        }
        add_up(&mut vector);
        for (id, weight) in &mut vector {
            *weight = weight.sqrt() * self.idf[*id as usize];
            squares += *weight * *weight;
        }
        let norm = squares.sqrt().max(1e-9);
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

/// A sum of sparse vectors, used again for the next one.
struct Sum {
    weights: Vec<f32>,
    /// The features that are not nought.
    touched: Vec<u32>,
}

impl Sum {
    fn new(features: usize) -> Self {
        Self { weights: vec![0.0; features], touched: Vec::new() }
    }

    /// Weights are above nought.
    fn add(&mut self, id: u32, weight: f32) {
        let sum = &mut self.weights[id as usize];
        if *sum == 0.0 {
            self.touched.push(id);
        }
        *sum += weight;
    }

    /// Never nought.
    fn length(&self) -> f32 {
        let squares: f64 = self.touched.iter().map(|id| f64::from(self.weights[*id as usize]).powi(2)).sum();
        squares.sqrt().max(1e-9) as f32
    }

    /// Tells `each` feature with its weight, and is empty again.
    fn take(&mut self, mut each: impl FnMut(u32, f32)) {
        for id in self.touched.drain(..) {
            each(id, std::mem::take(&mut self.weights[id as usize]));
        }
    }
}

/// Sorts counts by id and adds up those of the same.
fn add_up(counts: &mut Vec<(u32, f32)>) {
    counts.sort_by_key(|(id, _)| *id);
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

/// The weight of a feature that `with` of the entries have.
pub fn idf(entries: usize, with: u32) -> f32 {
    ((entries.max(1) as f32 + 1.0) / (with as f32 + 1.0)).ln() + 1.0
}

/// In how many entries each feature is.
fn count_entries(texts: &Texts, of_form: &Lists, features: usize) -> Vec<u32> {
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
fn transposed(lists: &Lists, keys: usize) -> Lists {
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

#[cfg(test)]
mod tests {
    use crate::knowledge::{EntryId, Vocabulary};
    use crate::matching::asked::STEMS;
    use crate::matching::index::{Document, Index};
    use crate::matching::similarity::stems;
    use crate::matching::weights::Weights;

    #[test]
    fn a_question_counts_its_words_and_is_the_longer_for_words_that_no_text_has() {
        let of = |id: &str, text: &str| Document {
            id: EntryId::new(id),
            texts: vec![text.to_owned()],
            answer: String::new(),
        };
        let documents = vec![of("tulips", "tulip garden"), of("price", "how much")];
        let index = Index::of(documents, &Vocabulary::default(), Weights::plain());
        let space = &index.parts.spaces[STEMS];
        let [tulip, garden, lion] = ["tulip", "garden", "lion"].map(stems::feature);
        let square = |vector: &[(u32, f32)]| vector.iter().map(|(_, weight)| weight * weight).sum::<f32>();

        let known = space.question(&mut [(garden, 1.0), (tulip, 1.0)]);
        assert!(known.is_sorted_by_key(|(id, _)| *id) && known.len() == 2);
        assert!((square(&known) - 1.0).abs() < 1e-6);
        let strange = space.question(&mut [(lion, 1.0), (garden, 1.0), (lion, 1.0), (tulip, 1.0)]);
        assert_eq!(strange, space.question(&mut [(tulip, 1.0), (lion, 2.0), (garden, 1.0)]));
        assert!(strange.len() == 2 && square(&strange) < 0.6, "{strange:?}");
        let twice = space.question(&mut [(tulip, 1.0), (garden, 1.0), (tulip, 1.0)]);
        assert_eq!(twice, space.question(&mut [(garden, 1.0), (tulip, 2.0)]));
        assert_ne!(twice, known);
    }
}
