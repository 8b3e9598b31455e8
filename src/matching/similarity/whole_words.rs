//! What is compared as whole words: each just as it is written.

use super::feature::{Feature, hash};
use crate::matching::text::Token;

pub fn features(token: &Token, found: &mut Vec<(Feature, f32)>) {
    found.push((hash(token.word.as_str()), 1.0));
}
