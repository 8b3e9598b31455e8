//! What is compared as stems: the same word in any inflection ("needling", "needled").

use super::feature::{Feature, emphasis, hash};
use crate::matching::text::Token;

/// How much a word counts in the space of stems if everybody uses it, against 1 for the rarest. .2 to .6 measured alike.
pub const STEM_FLOOR: f32 = 0.3;

/// The stem's feature, whatever it counts.
pub fn feature(stem: &str) -> Feature {
    hash(stem)
}

pub fn features(token: &Token, found: &mut Vec<(Feature, f32)>) {
    found.push((feature(&token.stem), emphasis(token, STEM_FLOOR)));
}
