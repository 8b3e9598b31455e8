//! How much of the question's weight a text knows, and how much of the text's weight the question has.
//!
//! Each word of the question looks for its best partner: the same stem counts whole, a word near in meaning in part. Rare
//! words weigh more than common ones. The two shares and their harmonic mean are C. J. van Rijsbergen's F ("Information
//! Retrieval", 1979) over soft matches, after W. Cohen, P. Ravikumar, S. Fienberg, "A Comparison of String Distance Metrics
//! for Name-Matching Tasks", 2003.

use rustc_hash::FxHashMap;

use crate::matching::text::Token;
use crate::matching::vocabulary::Concept;

/// What a meeting of words that are merely near in meaning counts. Measured best between .4 and .7 on the public sets
/// and the cases; the middle was taken.
const NEAR: f32 = 0.55;

#[derive(Debug, Clone, Default)]
pub struct Coverage {
    by_stem: FxHashMap<Box<str>, Vec<(u32, f32)>>,
    by_concept: FxHashMap<Concept, Vec<(u32, f32)>>,
    totals: Vec<f32>,
    entry_of: Vec<u32>,
}

/// What [`Coverage::add`] finds for every text and entry.
#[derive(Debug, Clone, Default)]
pub struct Covered {
    /// The share of the question's weight that each text knows.
    pub question: Vec<f32>,
    /// The share of each text's weight that the question has.
    pub text: Vec<f32>,
    /// The share of the question's weight that each entry knows in any of its texts.
    pub entry: Vec<f32>,
}

impl Coverage {
    /// `texts`: the tokens of each text with their weights.
    pub fn new(texts: &[Vec<(Token, f32)>], entry_of: &[u32]) -> Self {
        let mut coverage = Self { entry_of: entry_of.to_vec(), ..Self::default() };
        for (text, tokens) in texts.iter().enumerate() {
            let mut total = 0.0;
            let mut seen: Vec<&str> = Vec::new();
            for (token, weight) in tokens {
                if seen.contains(&token.stem.as_str()) {
                    continue;
                }
                seen.push(&token.stem);
                total += weight;
                coverage.by_stem.entry(token.stem.as_str().into()).or_default().push((text as u32, *weight));
                for concept in &token.concepts {
                    coverage.by_concept.entry(*concept).or_default().push((text as u32, *weight));
                }
            }
            coverage.totals.push(total.max(1e-6));
        }
        coverage
    }

    /// The shares for the question's `tokens` (distinct stems) with their weights.
    pub fn measure(&self, tokens: &[(&Token, f32)], entries: usize) -> Covered {
        let texts = self.totals.len();
        let mut covered = Covered { question: vec![0.0; texts], text: vec![0.0; texts], entry: vec![0.0; entries] };
        let total: f32 = tokens.iter().map(|(_, weight)| weight).sum::<f32>().max(1e-6);
        // Which token was last met in a text (or entry), so that each counts once, by its best partner.
        let mut met_text = vec![usize::MAX; texts];
        let mut met_entry = vec![usize::MAX; entries];
        for (nth, (token, weight)) in tokens.iter().enumerate() {
            let exact = self.by_stem.get(token.stem.as_str()).map(|postings| (postings, token.sureness));
            let near = token
                .concepts
                .iter()
                .filter_map(|c| self.by_concept.get(c))
                .map(|postings| (postings, NEAR * token.sureness));
            for (postings, likeness) in exact.into_iter().chain(near) {
                for &(text, text_weight) in postings {
                    let at = text as usize;
                    if met_text[at] != nth {
                        met_text[at] = nth;
                        covered.question[at] += weight * likeness;
                        covered.text[at] += text_weight * likeness;
                    }
                    let entry = self.entry_of[at] as usize;
                    if met_entry[entry] != nth {
                        met_entry[entry] = nth;
                        covered.entry[entry] += weight * likeness;
                    }
                }
            }
        }
        for (share, text_total) in covered.text.iter_mut().zip(&self.totals) {
            *share = (*share / text_total).min(1.0);
        }
        for share in covered.question.iter_mut().chain(&mut covered.entry) {
            *share /= total;
        }
        covered
    }

    /// Whether any text has this stem, or a word near in meaning.
    pub fn knows(&self, token: &Token) -> bool {
        self.by_stem.contains_key(token.stem.as_str())
            || token.concepts.iter().any(|concept| self.by_concept.contains_key(concept))
    }
}
