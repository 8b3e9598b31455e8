//! What is compared as letters: runs of three to five of them inside a word, its ends marked. Words that are written nearly
//! alike meet ("exosome", "exosomal"), whether anybody has listed them or not.
//!
//! W. Cavnar, J. Trenkle, "N-Gram-Based Text Categorization", SDAIR 1994.

use super::feature::{Feature, emphasis, hash};
use crate::matching::text::Token;

/// How much a run of letters counts if its word is one that everybody uses: little words are needed more here than among
/// stems ("how", "much"). .35 to .7 measured alike.
const LETTER_FLOOR: f32 = 0.5;

pub fn features(token: &Token, found: &mut Vec<(Feature, f32)>) {
    let emphasis = emphasis(token, LETTER_FLOOR);
    let mut letters: Vec<char> = Vec::with_capacity(token.word.len() + 2);
    letters.push(' ');
    letters.extend(token.word.chars());
    letters.push(' ');
    for length in 3..=5 {
        found.extend(letters.windows(length).map(|run| (hash(run), emphasis)));
    }
}
