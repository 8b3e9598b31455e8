//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (`touch`), then the texts are gone through
//! and sum up what their forms have felt. The time a question takes is that of its own features' lists and of
//! the words of the texts that are looked at.

use super::asked::{Asked, CONCEPTS, LETTERS, SPACES, STEMS, WHOLE_WORDS};
use super::features::{Doubts, LIKENESSES, Likenesses, MEANINGS, MODEL, likeness as l};
use super::index::Index;
use super::manner::Manner;
use super::similarity::coverage::{Covered, Partners};
use super::similarity::meanings::Meaning;
use super::similarity::pairs::AskedPairs;
use super::similarity::sizes::Size;
use super::text::Token;
use super::texts::{NONE, Place};
use super::touch::Touch;
use super::weights::Weights;

/// The raw outcome of a search: for the entries that were looked at what was measured, and the order.
#[derive(Debug, Clone)]
pub struct Measured {
    pub tokens: Vec<Token>,
    /// The entries that were looked at, in rising order.
    pub entries: Vec<u32>,
    /// What was measured of each of them.
    pub likenesses: Vec<Likenesses>,
    /// The text of each of them that is nearest.
    pub nearest: Vec<u32>,
    /// The score of each of them.
    pub scores: Vec<f32>,
    /// The same entries, best first.
    pub order: Vec<u32>,
    pub doubts: Doubts,
    pub unknown: Vec<String>,
    pub manner: Manner,
    pub subject_only: bool,
    /// Which kinds of meaning were compared.
    pub meant: [bool; MEANINGS],
}

impl Measured {
    /// Where an entry that was looked at stands in the lists.
    pub fn place(&self, entry: u32) -> usize {
        match self.entries.get(entry as usize) {
            // All entries were looked at.
            Some(&at) if at == entry => entry as usize,
            _ => self.entries.partition_point(|at| *at < entry),
        }
    }
}

/// What was measured of some entries.
pub(super) struct Likened {
    pub entries: Vec<u32>,
    pub likenesses: Vec<Likenesses>,
    pub nearest: Vec<u32>,
    pub scores: Vec<f32>,
}

impl Index {
    /// Takes all measures of the entries that are promising for `asked`, at most `most` of them.
    pub(super) fn liken(
        &self,
        tokens: &[Token],
        asked: &Asked,
        meant: &[Option<Meaning>; MEANINGS],
        most: usize,
    ) -> Likened {
        let mut touch = self.touches.take(|| {
            let features = std::array::from_fn(|space| self.parts.spaces[space].features());
            Touch::new(self.parts.texts.forms(), features, self.len())
        });
        touch.feel(self, tokens, asked, self.len() > most);
        let classified = self.classify(asked);
        let entries = self.candidates(asked, &mut touch, &classified, most);
        let weights = self.weights.when(meant[MODEL].is_some());
        let mut likened = self.liken_entries(asked, weights, &mut touch, &classified, entries);
        self.liken_meanings(meant, weights, &mut likened);
        touch.forget(asked);
        self.touches.give_back(touch);
        likened
    }

    /// What the classifier gives each entry; nothing if there is none.
    fn classify(&self, asked: &Asked) -> Vec<f32> {
        if self.parts.classifier.is_empty() {
            return Vec::new();
        }
        let mut scores = vec![0f32; self.len()];
        self.parts.classifier.add_scores(&asked.vectors[STEMS], 0, &mut scores);
        self.parts.classifier.add_scores(&asked.vectors[LETTERS], self.parts.spaces[STEMS].features(), &mut scores);
        scores
    }

    fn liken_entries(
        &self,
        asked: &Asked,
        weights: &Weights,
        touch: &mut Touch,
        classified: &[f32],
        entries: Vec<u32>,
    ) -> Likened {
        let parts = &self.parts;
        let w = &weights.likeness;
        let mut partners = Partners::new(asked.words.iter().map(|word| (word.share, word.sureness)));
        let answered = self.answered(asked, &entries);
        let mut likenesses = Vec::with_capacity(entries.len());
        let mut nearest = Vec::with_capacity(entries.len());
        let mut scores = Vec::with_capacity(entries.len());
        for (&entry, answered) in entries.iter().zip(answered) {
            let entry = entry as usize;
            let mut own: Likenesses = [0f32; LIKENESSES];
            let mut nearest_text = 0;
            let mut nearest_score = f64::NEG_INFINITY;
            touch.complete(self, entry);
            let mut sums = [0f64; OF_ENTRY.len()];
            let texts = parts.texts.of_entry(entry);
            let rows = parts.texts.rows(texts.clone()).zip(parts.sizes.texts(texts.clone()));
            for (text, (row, (size, letters_again))) in texts.zip(rows) {
                let (letters, met) = letters_and_met(row, letters_again, touch);
                if met == 0 && row.len() <= BITS {
                    // Half of all texts: but for a few letters they have nothing in common with the question.
                    let letters = letters as f32 * size.scales[LETTERS];
                    let score = f64::from(letters) * w[l::LETTERS];
                    if score > nearest_score {
                        (nearest_score, nearest_text) = (score, text as u32);
                        own[..l::OF_TEXT].fill(0.0);
                        own[l::LETTERS] = letters;
                    }
                    sums[LETTERS_OF_ENTRY] += f64::from(letters);
                    continue;
                }
                let products = |partners: &mut _| products(row, letters, met, touch, &asked.pairs, partners);
                let (of_text, score) = self.of_text(text, asked, size, products, w, touch, &mut partners);
                if score > nearest_score {
                    (nearest_score, nearest_text) = (score, text as u32);
                    own[..l::OF_TEXT].copy_from_slice(&of_text);
                }
                for (sum, (_, one)) in sums.iter_mut().zip(OF_ENTRY) {
                    *sum += f64::from(of_text[one]);
                }
            }
            for (sum, (whole, _)) in sums.into_iter().zip(OF_ENTRY) {
                own[whole] = sum as f32;
            }
            let size = parts.sizes.entry(entry);
            for (space, whole) in
                [l::STEMS_ENTRY, l::CONCEPTS_ENTRY, l::LETTERS_ENTRY, l::WORDS_ENTRY].into_iter().enumerate()
            {
                own[whole] *= size.scales[space];
            }
            own[l::PAIRS_ENTRY] *= size.pairs;
            let length = parts.texts.entry_length(entry);
            let mut okapi = 0.0;
            (own[l::UNION], own[l::UNION_NEAR]) = partners.end_entry(|word, count| {
                okapi += asked.words[word].okapi * parts.okapi.saturated(count as f32, length);
            });
            own[l::OKAPI] = okapi;
            own[l::CLASSIFIER] = classified.get(entry).copied().unwrap_or(0.0);
            own[l::ANSWER] = answered;
            scores.push(own.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32);
            likenesses.push(own);
            nearest.push(nearest_text);
        }
        Likened { entries, likenesses, nearest, scores }
    }

    /// Adds the likenesses of meanings.
    fn liken_meanings(&self, meant: &[Option<Meaning>; MEANINGS], weights: &Weights, likened: &mut Likened) {
        let w = &weights.likeness;
        for (kind, (asked, own)) in meant.iter().zip(&self.meanings).enumerate() {
            let (Some(asked), Some(own)) = (asked, own.get()) else { continue };
            let from = l::meaning(kind);
            let asked = own.ask(asked);
            for ((entry, likenesses), score) in
                likened.entries.iter().zip(&mut likened.likenesses).zip(&mut likened.scores)
            {
                let entry = *entry as usize;
                let of = own.liken(&asked, entry, self.parts.texts.of_entry(entry));
                likenesses[from..from + of.len()].copy_from_slice(&of);
                *score += of.iter().zip(&w[from..]).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32;
            }
        }
    }

    /// The likenesses that are measured text by text, of a text that has any word of the question, and what they sum up to.
    ///
    /// No part of the loop over texts, as [`letters_and_met`] is none: together they need more places than a processor has,
    /// and with its sums in memory the measuring took a fifth longer.
    #[inline(never)]
    #[allow(clippy::too_many_arguments)]
    fn of_text(
        &self,
        text: usize,
        asked: &Asked,
        size: &Size,
        products: impl FnOnce(&mut Partners) -> Products,
        weights: &[f64; LIKENESSES],
        touch: &Touch,
        partners: &mut Partners,
    ) -> ([f32; l::OF_TEXT], f64) {
        let mut products = products(partners);
        for (repeated, weight) in self.parts.sizes.words_again(text) {
            let asked = touch.weights[repeated.space()][repeated.feature()];
            products.sums[repeated.space()] += f64::from(asked) * f64::from(*weight);
        }
        if products.pairs > 0.0 {
            products.pairs += self.parts.pairs.repeated(text, &asked.pairs);
        }
        let cosine = |space: usize| products.sums[space] as f32 * size.scales[space];
        let covered = partners.end_text(products.covered, size.total);
        // In the order of `features::likeness`.
        let likenesses = [
            covered.question,
            covered.question_near,
            covered.text,
            covered.text_near,
            cosine(STEMS),
            cosine(CONCEPTS),
            cosine(LETTERS),
            products.pairs as f32 * size.pairs,
            cosine(WHOLE_WORDS),
        ];
        (likenesses, likenesses.iter().zip(weights).map(|(x, w)| f64::from(*x) * w).sum())
    }

    /// The share of the question's weight that the answer of each of `entries` has.
    fn answered(&self, asked: &Asked, entries: &[u32]) -> Vec<f32> {
        let all = entries.len() == self.len();
        let mut answered = vec![0f32; entries.len()];
        for word in &asked.words {
            let share = word.weight / asked.total;
            let with = self.parts.answers.entries_with(word.feature);
            if all {
                with.iter().for_each(|&entry| answered[entry as usize] += share);
                continue;
            }
            let mut rest = with;
            for (place, entry) in entries.iter().enumerate() {
                let skipped = galloped(rest, *entry);
                rest = &rest[skipped..];
                match rest.first() {
                    Some(found) if found == entry => answered[place] += share,
                    Some(_) => {}
                    None => break,
                }
            }
        }
        answered
    }
}

/// How many words are noted at a time whether they were met. Hardly any phrasing has more.
const BITS: usize = u64::BITS as usize;

/// The product of a text of these words with the question's letters, `letters_again` being the runs of letters that several
/// of them share; and which of its first [`BITS`] words were met otherwise.
///
/// This is where a question spends its time: ten steps for every word of every text. It asks nothing of a word, since nine
/// of ten were not met, and a processor that takes the tenth for one of them loses the time of a whole text.
#[inline(never)]
fn letters_and_met(row: &[Place], letters_again: &[(u32, f32)], touch: &Touch) -> (f64, u64) {
    let felt = &touch.felt[..];
    let (first, rest) = row.split_at(row.len().min(BITS));
    let (mut sum, mut met) = (0f64, 0u64);
    for (nth, place) in first.iter().enumerate() {
        let felt = felt[place.form()];
        sum += felt.letters();
        met |= felt.met() >> nth;
    }
    rest.iter().for_each(|place| sum += felt[place.form()].letters());
    let weights = &touch.weights[LETTERS];
    for (feature, weight) in letters_again {
        sum += f64::from(weights[*feature as usize]) * f64::from(*weight);
    }
    (sum, met)
}

/// A text's products with the question, summed with more places than are kept, so that the order of a text's words makes no
/// difference: two texts of the same words must come out equal.
#[derive(Default)]
struct Products {
    /// In each space.
    sums: [f64; SPACES],
    pairs: f64,
    covered: Covered,
}

/// The products of a text of these words, with what [`letters_and_met`] told of it; `partners` learns what the text has.
#[inline(always)]
fn products(
    row: &[Place],
    letters: f64,
    mut met: u64,
    touch: &Touch,
    asked: &AskedPairs,
    partners: &mut Partners,
) -> Products {
    partners.begin_text();
    let (mut sums, mut pairs, mut covered) = ([0f64; SPACES], 0f64, Covered::default());
    // The last two words of the question that the text has: each one's place, and the question's word.
    let mut last = [(0usize, NONE); 2];
    // The word of the highest bit.
    let mut from = 0;
    loop {
        if met == 0 {
            from += BITS;
            if from >= row.len() {
                break;
            }
            let more = &row[from..row.len().min(from + BITS)];
            let bits = more.iter().enumerate().map(|(nth, place)| touch.felt[place.form()].met() >> nth);
            met = bits.fold(0, |met, bit| met | bit);
            continue;
        }
        let nth = met.leading_zeros() as usize;
        met ^= 1 << (BITS - 1 - nth);
        let (at, place) = (from + nth, row[from + nth]);
        let own = &touch.met[touch.met_at[place.form()] as usize];
        // That of letters is nought.
        sums.iter_mut().zip(own.wide).for_each(|(sum, product)| *sum += product);
        if own.word != NONE {
            partners.meet(own.word);
            if !place.is_again() {
                covered.question += own.share;
                covered.text += own.known;
            }
            for (before, first) in last {
                if first != NONE && at - before <= 2 {
                    pairs += f64::from(asked.weight(first, own.word, (at - before - 1) as u32));
                }
            }
            last = [(at, own.word), last[0]];
        }
        if own.near != NONE && !place.is_again() {
            let mut near = own.near;
            while let Some(nearby) = touch.near.get(near as usize) {
                partners.near(nearby.word, nearby.rank, own.weight);
                near = nearby.next;
            }
        }
    }
    sums[LETTERS] = letters;
    Products { sums, pairs, covered }
}

/// The likenesses of a whole entry that are sums over its texts, and what they are sums of.
const OF_ENTRY: [(usize, usize); 5] = [
    (l::STEMS_ENTRY, l::STEMS),
    (l::CONCEPTS_ENTRY, l::CONCEPTS),
    (l::LETTERS_ENTRY, l::LETTERS),
    (l::PAIRS_ENTRY, l::PAIRS),
    (l::WORDS_ENTRY, l::WORDS),
];

/// Where the letters stand in [`OF_ENTRY`].
const LETTERS_OF_ENTRY: usize = 2;

/// How many of the sorted numbers stand below `wanted`: looked for in steps that double, since it is seldom far.
fn galloped(sorted: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    while step < sorted.len() && sorted[step] < wanted {
        step *= 2;
    }
    let from = step / 2;
    let to = (step + 1).min(sorted.len());
    from + sorted[from..to].partition_point(|number| *number < wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{EntryId, Vocabulary};
    use crate::matching::index::Document;

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
