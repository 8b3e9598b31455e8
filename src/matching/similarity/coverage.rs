//! How much of the question's weight a text knows, and how much of the text's weight the question has.
//!
//! Each word of the question looks for its best partner: the same stem counts whole, a word near in meaning in part. Rare
//! words weigh more than common ones. The two shares and their harmonic mean are C. J. van Rijsbergen's F ("Information
//! Retrieval", 1979) over soft matches, after W. Cohen, P. Ravikumar, S. Fienberg, "A Comparison of String Distance Metrics
//! for Name-Matching Tasks", 2003.

use rustc_hash::FxHashMap;

use crate::matching::text::Token;
use crate::matching::vocabulary::Concept;

#[derive(Debug, Clone, Default)]
pub struct Coverage {
    by_stem: FxHashMap<Box<str>, Vec<(u32, f32)>>,
    by_concept: FxHashMap<Concept, Vec<(u32, f32)>>,
    totals: Vec<f32>,
    entry_of: Vec<u32>,
}

/// What [`Coverage::measure`] finds for every text and entry: shares of weight in `0.0..=1.0`.
#[derive(Debug, Clone, Default)]
pub struct Covered {
    /// The share of the question that each text has by the same stems.
    pub question: Vec<f32>,
    /// The further share that each text has by words near in meaning.
    pub question_near: Vec<f32>,
    /// The share of each text that the question has by the same stems.
    pub text: Vec<f32>,
    pub text_near: Vec<f32>,
    /// The share of the question that each entry has in any of its texts by the same stems.
    pub entry: Vec<f32>,
    pub entry_near: Vec<f32>,
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
        let none = || vec![0f32; texts];
        let mut covered = Covered {
            question: none(),
            question_near: none(),
            text: none(),
            text_near: none(),
            entry: vec![0.0; entries],
            entry_near: vec![0.0; entries],
        };
        let total: f32 = tokens.iter().map(|(_, weight)| weight).sum::<f32>().max(1e-6);
        // Which token was last met in a text (or entry), so that each counts once, by its best partner.
        let mut met_text = vec![usize::MAX; texts];
        let mut met_entry = vec![usize::MAX; entries];
        for (nth, (token, weight)) in tokens.iter().enumerate() {
            let share = weight * token.sureness / total;
            for &(text, text_weight) in self.by_stem.get(token.stem.as_str()).into_iter().flatten() {
                let at = text as usize;
                met_text[at] = nth;
                covered.question[at] += share;
                covered.text[at] += text_weight * token.sureness;
                let entry = self.entry_of[at] as usize;
                if met_entry[entry] != nth {
                    met_entry[entry] = nth;
                    covered.entry[entry] += share;
                }
            }
            for &(text, text_weight) in token.concepts.iter().filter_map(|c| self.by_concept.get(c)).flatten() {
                let at = text as usize;
                if met_text[at] != nth {
                    met_text[at] = nth;
                    covered.question_near[at] += share;
                    covered.text_near[at] += text_weight * token.sureness;
                }
                let entry = self.entry_of[at] as usize;
                if met_entry[entry] != nth {
                    met_entry[entry] = nth;
                    covered.entry_near[entry] += share;
                }
            }
        }
        for shares in [&mut covered.text, &mut covered.text_near] {
            for (share, text_total) in shares.iter_mut().zip(&self.totals) {
                *share = (*share / text_total).min(1.0);
            }
        }
        covered
    }

    /// Whether any text has this stem, or a word near in meaning.
    pub fn knows(&self, token: &Token) -> bool {
        self.by_stem.contains_key(token.stem.as_str())
            || token.concepts.iter().any(|concept| self.by_concept.contains_key(concept))
    }
}
