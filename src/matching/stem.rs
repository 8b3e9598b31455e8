//! Stems: what is left of a word without its endings, so that inflections meet ("needling", "needled").
//!
//! Snowball takes some three thousand steps a word, and a question's words are stemmed again and again on the way to its
//! answer. So the stems of everyday words are found once, at the first use.

use std::borrow::Cow;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::common;

/// By the word's number in the list.
static EVERYDAY: LazyLock<Vec<Cow<'static, str>>> = LazyLock::new(|| common::words().map(snowball).collect());

/// The stem of a plain word (M. F. Porter's English stemmer, "Snowball", 2001).
pub fn stem(word: &str) -> Cow<'_, str> {
    match common::listed(word) {
        Some((number, _)) => Cow::Borrowed(of_listed(number)),
        None => snowball(word),
    }
}

/// The same of the word with this number in the list of [`common`]; no letters if there is none.
pub fn of_listed(number: usize) -> &'static str {
    EVERYDAY.get(number).map_or("", |stem| stem)
}

fn snowball(word: &str) -> Cow<'_, str> {
    Stemmer::create(Algorithm::English).stem(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_stem_is_that_of_snowball() {
        for (word, stemmed) in [("prices", "price"), ("hurting", "hurt"), ("exosomes", "exosom"), ("needled", "needl")]
        {
            assert_eq!(stem(word), stemmed);
        }
        assert!(common::words().all(|word| stem(word) == snowball(word)));
    }
}
