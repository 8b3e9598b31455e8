//! A question made ready to be measured: its distinct words, and its vector in each space.

use rustc_hash::FxHashMap;

use super::index::Parts;
use super::similarity::feature::Feature;
use super::similarity::pairs::AskedPairs;
use super::similarity::{concepts, letters, stems, whole_words};
use super::text::Token;

/// The spaces of features of words, by number.
pub const SPACES: usize = 4;
pub const STEMS: usize = 0;
pub const CONCEPTS: usize = 1;
pub const LETTERS: usize = 2;
pub const WHOLE_WORDS: usize = 3;

/// Adds the features that a word gives, each with how often it counts.
type AddFeatures = fn(&Token, &mut Vec<(Feature, f32)>);

/// What the words of each space are compared by.
pub const FEATURES: [AddFeatures; SPACES] =
    [stems::features, concepts::features, letters::features, whole_words::features];

#[derive(Debug)]
pub struct Asked {
    /// Words of the question, a stem that comes again left out.
    pub words: Vec<AskedWord>,
    /// What they weigh together.
    pub total: f32,
    /// Its vector in each space: `(feature, weight)`, in rising order.
    pub vectors: [Vec<(u32, f32)>; SPACES],
    pub pairs: AskedPairs,
}

/// A word of the question.
#[derive(Debug, Clone, Copy)]
pub struct AskedWord {
    /// The first of the question's tokens with this stem.
    pub token: usize,
    pub feature: Feature,
    /// The stem's number in the space of stems, if any text has it.
    pub stem: Option<u32>,
    pub weight: f32,
    /// The share of the question's weight that it is, times `sureness`; such as can be summed in any order.
    pub share: f32,
    /// How sure it is that it was meant.
    pub sureness: f32,
    /// What it counts in BM25 before saturation, in an entry that has it, as a share of the most that can be had.
    pub okapi: f32,
}

impl Asked {
    pub fn new(parts: &Parts, tokens: &[Token]) -> Self {
        let mut words: Vec<AskedWord> = Vec::with_capacity(tokens.len());
        let mut numbers: Vec<u32> = Vec::with_capacity(tokens.len());
        let mut known: FxHashMap<&str, u32> = FxHashMap::default();
        for (token, own) in tokens.iter().enumerate() {
            let number = *known.entry(&own.stem).or_insert(words.len() as u32);
            if number as usize == words.len() {
                let feature = stems::feature(&own.stem);
                let stem = parts.spaces[STEMS].id(feature);
                let with = stem.map_or(0, |stem| parts.spaces[STEMS].entries_with(stem));
                words.push(AskedWord {
                    token,
                    feature,
                    stem,
                    weight: parts.weight(own, with),
                    share: 0.0,
                    sureness: own.sureness,
                    okapi: parts.okapi.idf(with),
                });
            }
            numbers.push(number);
        }
        let total = words.iter().map(|word| word.weight).sum::<f32>().max(1e-6);
        let most = words.iter().map(|word| word.okapi).sum::<f32>() * parts.okapi.most() + 1e-9;
        for word in &mut words {
            word.share = exact(word.weight * word.sureness / total);
            word.okapi *= word.sureness / most;
        }
        // A word has about so many runs of letters.
        let mut found: Vec<(Feature, f32)> = Vec::with_capacity(16 * tokens.len());
        let vectors = std::array::from_fn(|space| {
            found.clear();
            tokens.iter().for_each(|token| FEATURES[space](token, &mut found));
            parts.spaces[space].question(&mut found)
        });
        let pairs = parts.pairs.question(tokens, &numbers, words.len());
        Self { words, total, vectors, pairs }
    }
}

/// A share of the whole, rounded so that shares can be summed in any order without further rounding: two texts that have
/// the same words of the question must come out equal.
fn exact(share: f32) -> f32 {
    // Twenty places after the point; a sum up to 1 of such numbers has room in the 24 places of an `f32`.
    const PLACES: f32 = (1 << 20) as f32;
    (share * PLACES).round() / PLACES
}
