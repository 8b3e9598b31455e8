//! What the spaces compare texts by: features, each a number, and how much a word's features count.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::matching::text::Token;

/// A feature of a text, by its hash.
pub type Feature = u64;

/// The same in every run: what is fitted to a set must come out the same on another day.
pub fn hash(parts: impl Hash) -> Feature {
    let mut hasher = FxHasher::default();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// How much a feature of a token counts before its idf: a word that everybody uses says little.
pub fn emphasis(token: &Token, floor: f32) -> f32 {
    (floor + (1.0 - floor) * token.rarity).powi(2) * token.sureness
}
