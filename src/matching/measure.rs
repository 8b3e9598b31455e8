//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (`touch`), then the texts are gone through
//! and sum up what their forms have felt. The time a question takes is that of its own features' lists and of
//! the words of the texts that are looked at.

use super::asked::{Asked, CONCEPTS, LETTERS, STEMS, WHOLE_WORDS};
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
        touch.feel(self, tokens, asked);
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
                let mut products = products(row, letters_again, touch, &mut partners);
                let letters = products.letters as f32 * size.scales[LETTERS];
                if !products.met_any {
                    // Half of all texts: but for a few letters they have nothing in common with the question.
                    let score = f64::from(letters) * w[l::LETTERS];
                    if score > nearest_score {
                        (nearest_score, nearest_text) = (score, text as u32);
                        own[..l::OF_TEXT].fill(0.0);
                        own[l::LETTERS] = letters;
                    }
                    sums[LETTERS_OF_ENTRY] += f64::from(letters);
                    continue;
                }
                if products.looks_further {
                    products.pairs = pairs_and_near(row, touch, &asked.pairs, &mut partners);
                }
                let of_text = self.of_text(text, asked, size, products, touch, &mut partners);
                let score: f64 = of_text.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum();
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

    /// The likenesses that are measured text by text, of a text that has any word of the question.
    fn of_text(
        &self,
        text: usize,
        asked: &Asked,
        size: &Size,
        mut products: Products,
        touch: &Touch,
        partners: &mut Partners,
    ) -> [f32; l::OF_TEXT] {
        for (repeated, weight) in self.parts.sizes.words_again(text) {
            let asked = touch.weights[repeated.space()][repeated.feature()];
            let product = f64::from(asked) * f64::from(*weight);
            match repeated.space() {
                STEMS => products.stems += product,
                CONCEPTS => products.concepts += product,
                _ => products.whole_words += product,
            }
        }
        if products.pairs > 0.0 {
            products.pairs += self.parts.pairs.repeated(text, &asked.pairs);
        }
        let cosine = |product: f64, space: usize| product as f32 * size.scales[space];
        let covered = partners.end_text(products.covered, size.total);
        // In the order of `features::likeness`.
        [
            covered.question,
            covered.question_near,
            covered.text,
            covered.text_near,
            cosine(products.stems, STEMS),
            cosine(products.concepts, CONCEPTS),
            cosine(products.letters, LETTERS),
            products.pairs as f32 * size.pairs,
            cosine(products.whole_words, WHOLE_WORDS),
        ]
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

/// A text's products with the question, summed with more places than are kept, so that the order of a text's words makes no
/// difference: two texts of the same words must come out equal.
#[derive(Default)]
struct Products {
    stems: f64,
    concepts: f64,
    letters: f64,
    whole_words: f64,
    pairs: f64,
    covered: Covered,
    /// Whether the text has any word of the question, or one that is near to it.
    met_any: bool,
    /// Whether it may have a pair of the question's words, or has a word near to one of them: see [`pairs_and_near`].
    looks_further: bool,
}

/// The products of a text of these words, `letters_again` being the runs of letters that several of them share; `partners`
/// learns what the text has.
///
/// This is where a question spends its time: a dozen steps for every word of every text.
#[inline(always)]
fn products(row: &[Place], letters_again: &[(u32, f32)], touch: &Touch, partners: &mut Partners) -> Products {
    let mut products = Products::default();
    partners.begin_text();
    // How many words further a word of the question can still be the second of a pair.
    let mut reach = 0u32;
    for &place in row {
        let felt = touch.felt[place.form()];
        products.letters += f64::from(felt.letters);
        let Some(met) = touch.met.get(felt.met as usize) else {
            reach = reach.saturating_sub(1);
            continue;
        };
        products.met_any = true;
        products.stems += f64::from(met.products[STEMS]);
        products.concepts += f64::from(met.products[CONCEPTS]);
        products.whole_words += f64::from(met.products[WHOLE_WORDS]);
        products.looks_further |= met.near != NONE;
        if met.word == NONE {
            reach = reach.saturating_sub(1);
            continue;
        }
        partners.meet(met.word);
        if !place.is_again() {
            products.covered.question += met.share;
            products.covered.text += met.known;
        }
        products.looks_further |= reach > 0;
        reach = 2;
    }
    let weights = &touch.weights[LETTERS];
    for (feature, weight) in letters_again {
        products.letters += f64::from(weights[*feature as usize]) * f64::from(*weight);
    }
    products
}

/// The product with the question's pairs of a text of these words; `partners` learns what is near to the question's words.
/// Few texts have either.
fn pairs_and_near(row: &[Place], touch: &Touch, asked: &AskedPairs, partners: &mut Partners) -> f64 {
    let mut pairs = 0f64;
    // The question's words that the last place and the one before it had.
    let (mut last, mut before_last) = (NONE, NONE);
    for &place in row {
        let Some(met) = touch.met.get(touch.felt[place.form()].met as usize) else {
            (last, before_last) = (NONE, last);
            continue;
        };
        for (between, first) in [(0, last), (1, before_last)] {
            if first != NONE && met.word != NONE {
                pairs += f64::from(asked.weight(first, met.word, between));
            }
        }
        (last, before_last) = (met.word, last);
        let mut near = if place.is_again() { NONE } else { met.near };
        while let Some(own) = touch.near.get(near as usize) {
            partners.near(own.word, own.rank, met.weight);
            near = own.next;
        }
    }
    pairs
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
