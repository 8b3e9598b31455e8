//! How common a word is in everyday English: a rare word says much about a question, a common one little.
//!
//! The list is our own (`common_words.txt`, four tiers). It also tells which words are spelled correctly and need no repair.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// How common a word is, from function words to words that no list knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Commonness {
    /// "the", "is", "how".
    Function,
    /// "get", "good", "time".
    VeryCommon,
    /// "price", "friend", "tried".
    Common,
    /// Any other everyday word.
    Known,
    /// Not in the list: a special word, a name or a typo.
    Unlisted,
}

static WORDS: LazyLock<FxHashMap<&'static str, Commonness>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    let mut tier = Commonness::Known;
    for line in include_str!("common_words.txt").lines() {
        match line.strip_prefix("==").map(str::trim) {
            Some("1") => tier = Commonness::Function,
            Some("2") => tier = Commonness::VeryCommon,
            Some("3") => tier = Commonness::Common,
            Some(_) => tier = Commonness::Known,
            None if line.starts_with('#') => {}
            None => {
                for word in line.split_whitespace() {
                    words.entry(word).or_insert(tier);
                }
            }
        }
    }
    words
});

/// All words of the list, in no order.
pub fn words() -> impl Iterator<Item = &'static str> {
    WORDS.keys().copied()
}

impl Commonness {
    /// How common `word` (lower case, without apostrophes) is.
    pub fn of(word: &str) -> Self {
        WORDS.get(word).copied().unwrap_or(Self::Unlisted)
    }

    /// All words of the list, in no particular order.
    pub fn words() -> impl Iterator<Item = (&'static str, Self)> {
        WORDS.iter().map(|(word, commonness)| (*word, *commonness))
    }

    /// Whether the word says nothing of a subject by itself.
    pub fn is_everyday(self) -> bool {
        self <= Self::VeryCommon
    }

    /// The share of a word's weight that its rarity gives, in `0.0..=1.0`.
    pub fn rarity(self) -> f32 {
        match self {
            Self::Function => 0.0,
            Self::VeryCommon => 0.3,
            Self::Common => 0.6,
            Self::Known => 0.85,
            Self::Unlisted => 1.0,
        }
    }
}
