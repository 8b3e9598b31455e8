//! What is compared as groups of near words: "cost" meets "price".

use super::feature::{Feature, emphasis, hash};
use super::stems::STEM_FLOOR;
use crate::matching::text::Token;
use crate::matching::vocabulary::Concept;

/// The emphasis of a group of near words against that of a word itself. Higher, and texts that share only a group drown
/// those that share the word.
const GROUP_SHARE: f32 = 0.5;

/// The group's feature, whatever it counts.
pub fn feature(concept: Concept) -> Feature {
    hash((3u8, concept))
}

/// The groups of near words that a word belongs to.
pub fn features(token: &Token, found: &mut Vec<(Feature, f32)>) {
    let emphasis = emphasis(token, STEM_FLOOR);
    // A word without a group stands for itself: else texts without grouped words would all be alike.
    if token.concepts.is_empty() {
        found.push((hash(token.stem.as_str()), emphasis));
    }
    found.extend(token.concepts.iter().map(|concept| (feature(*concept), GROUP_SHARE * emphasis)));
}
