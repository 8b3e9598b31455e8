//! Cosine of tf-idf vectors of neighbouring words: two in a row, and two with one between them.
//!
//! Like [`super::space`], but a pair is no feature of a word by itself; one that comes again in a text counts again. Which
//! pairs a text shares with the question is seen while its words are gone through: both words must be the question's.

use rustc_hash::FxHashMap;

use super::feature::{Feature, hash};
use super::space::idf;
use crate::matching::text::Token;
use crate::matching::texts::{Place, Texts};

/// Neighbouring words of a set's texts.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    idf: FxHashMap<Feature, f32>,
    unknown_idf: f32,
    text_scales: Vec<f32>,
    entry_scales: Vec<f32>,
}

/// The pairs of a question.
#[derive(Debug, Clone, Default)]
pub struct AskedPairs {
    /// `(first word, second word, words between them, weight times idf)`, the words by number, sorted.
    places: Vec<(u32, u32, u32, f32)>,
    /// Where each word's pairs begin in `places`; one more than there are words.
    starts: Vec<u32>,
    /// What stands in `places` as a table, by words between, first and second word, if the question has few words.
    table: Vec<f32>,
    words: u32,
}

/// Words up to which a table of all pairs is made: looked up at once, and with 32 words no more than 8 kB.
const MOST_IN_TABLE: u32 = 32;

impl AskedPairs {
    /// What the question gives for two of its words that have `between` words between them.
    #[inline]
    pub fn weight(&self, first: u32, second: u32, between: u32) -> f32 {
        match self.table.get(self.place(first, second, between)) {
            Some(weight) => *weight,
            None => self.search(first, second, between),
        }
    }

    fn place(&self, first: u32, second: u32, between: u32) -> usize {
        ((between * self.words + first) * self.words + second) as usize
    }

    #[inline(never)]
    fn search(&self, first: u32, second: u32, between: u32) -> f32 {
        let range = self.starts[first as usize] as usize..self.starts[first as usize + 1] as usize;
        let found = self.places[range].iter().find(|place| place.1 == second && place.2 == between);
        found.map_or(0.0, |place| place.3)
    }
}

impl Pairs {
    /// The pairs of `texts`, whose forms these `tokens` have.
    pub fn new(texts: &Texts, tokens: &[Token]) -> Self {
        let stems: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
        // The last entry that had a pair, and how many had it.
        let mut with: FxHashMap<Feature, (u32, u32)> = FxHashMap::default();
        for entry in 0..texts.entries() {
            for text in texts.of_entry(entry) {
                each_pair(texts.row(text), &stems, |pair| {
                    let (last, count) = with.entry(pair).or_insert((u32::MAX, 0));
                    if *last != entry as u32 {
                        (*last, *count) = (entry as u32, *count + 1);
                    }
                });
            }
        }
        let mut pairs = Self { unknown_idf: idf(texts.entries(), 0), ..Self::default() };
        pairs.idf = with.into_iter().map(|(pair, (_, count))| (pair, idf(texts.entries(), count))).collect();
        pairs.text_scales.reserve_exact(texts.len());
        pairs.entry_scales.reserve_exact(texts.entries());
        let mut own: Vec<Feature> = Vec::new();
        let mut sums: Vec<(Feature, f32)> = Vec::new();
        for entry in 0..texts.entries() {
            sums.clear();
            for text in texts.of_entry(entry) {
                own.clear();
                each_pair(texts.row(text), &stems, |pair| own.push(pair));
                own.sort_unstable();
                let idf_of = |pair: &Feature| pairs.idf.get(pair).copied().unwrap_or(pairs.unknown_idf);
                let weight_of = |same: &[Feature]| same.len() as f32 * idf_of(&same[0]);
                let each = || own.chunk_by(|a, b| a == b);
                let squares: f32 = each().map(|same| weight_of(same).powi(2)).sum();
                let scale = 1.0 / squares.sqrt().max(1e-9);
                sums.extend(each().map(|same| (same[0], weight_of(same) * scale)));
                pairs.text_scales.push(scale);
            }
            sums.sort_by_key(|(pair, _)| *pair);
            let sum = |same: &[(Feature, f32)]| same.iter().map(|(_, weight)| weight).sum::<f32>();
            let squares: f32 = sums.chunk_by(|a, b| a.0 == b.0).map(|same| sum(same).powi(2)).sum();
            pairs.entry_scales.push(1.0 / squares.sqrt().max(1e-9));
        }
        pairs
    }

    /// The question's pairs; `numbers` are its words' numbers among `words`, the same stem having the same.
    pub fn question(&self, tokens: &[Token], numbers: &[u32], words: usize) -> AskedPairs {
        let mut found: Vec<(Feature, u32, u32, u32)> = Vec::with_capacity(2 * tokens.len());
        for between in 0..=1u32 {
            for (at, next) in (between as usize + 1..tokens.len()).enumerate() {
                let pair = feature(&tokens[at].stem, &tokens[next].stem, between);
                found.push((pair, numbers[at], numbers[next], between));
            }
        }
        found.sort_unstable();
        let mut asked = AskedPairs::default();
        let mut squares = 0.0;
        for same in found.chunk_by(|a, b| a.0 == b.0) {
            let (pair, first, second, between) = same[0];
            let known = self.idf.get(&pair);
            let weight = (same.len() as f32).sqrt() * known.unwrap_or(&self.unknown_idf);
            squares += weight * weight;
            if let Some(idf) = known {
                asked.places.push((first, second, between, weight * idf));
            }
        }
        let scale = 1.0 / f32::sqrt(squares).max(1e-9);
        asked.places.iter_mut().for_each(|place| place.3 *= scale);
        asked.places.sort_unstable_by_key(|place| (place.0, place.1, place.2));
        asked.starts = vec![0; words + 1];
        for place in &asked.places {
            asked.starts[place.0 as usize + 1] += 1;
        }
        for word in 0..words {
            asked.starts[word + 1] += asked.starts[word];
        }
        if words as u32 <= MOST_IN_TABLE {
            asked.words = words as u32;
            asked.table = vec![0.0; 2 * words * words];
            for at in 0..asked.places.len() {
                let (first, second, between, weight) = asked.places[at];
                let place = asked.place(first, second, between);
                asked.table[place] = weight;
            }
        }
        asked
    }

    /// 1 by the lengths of the texts' vectors, and by those of the sums of the entries', which the pairs themselves no
    /// longer need.
    pub fn take_scales(&mut self) -> (Vec<f32>, Vec<f32>) {
        (std::mem::take(&mut self.text_scales), std::mem::take(&mut self.entry_scales))
    }
}

fn feature(first: &str, second: &str, between: u32) -> Feature {
    hash((between as u8 + 1, first, second))
}

fn each_pair(row: &[Place], stems: &[&str], mut visit: impl FnMut(Feature)) {
    for between in 0..=1 {
        for (first, second) in row.iter().zip(row.iter().skip(between + 1)) {
            visit(feature(stems[first.form()], stems[second.form()], between as u32));
        }
    }
}
