//! How common a word is in everyday English: a rare word says much about a question, a common one little.
//!
//! The list is our own (`common_words.txt`, four tiers). It also tells which words are spelled correctly and need no repair.

use std::sync::LazyLock;

use super::word_map::WordMap;

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

/// The number of each word in [`LIST`], and how common it is.
static WORDS: LazyLock<WordMap<(u32, Commonness)>> =
    LazyLock::new(|| (0..).zip(&*LIST).map(|(number, &(word, commonness))| (word, (number, commonness))).collect());

/// Each word once.
static LIST: LazyLock<Vec<(&'static str, Commonness)>> = LazyLock::new(|| {
    let (mut words, mut seen) = (Vec::new(), WordMap::default());
    let mut tier = Commonness::Known;
    for line in include_str!("common_words.txt").lines() {
        match line.strip_prefix("==").map(str::trim) {
            Some("1") => tier = Commonness::Function,
            Some("2") => tier = Commonness::VeryCommon,
            Some("3") => tier = Commonness::Common,
            Some(_) => tier = Commonness::Known,
            None if line.starts_with('#') => {}
            None => {
                words.extend(line.split_whitespace().filter(|word| seen.add(word, ())).map(|word| (word, tier)));
            }
        }
    }
    words
});

/// The number of a word of the list, by which others keep what they know of it, and how common it is; `None` if it is not
/// in the list.
#[inline]
pub fn listed(word: &str) -> Option<(usize, Commonness)> {
    WORDS.get(word).map(|(number, commonness)| (*number as usize, *commonness))
}

/// All words of the list, by number.
pub fn words() -> impl ExactSizeIterator<Item = &'static str> {
    LIST.iter().map(|(word, _)| *word)
}

impl Commonness {
    /// How common `word` (lower case, without apostrophes) is.
    pub fn of(word: &str) -> Self {
        listed(word).map_or(Self::Unlisted, |(_, commonness)| commonness)
    }

    /// All words of the list, by number.
    pub fn words() -> impl Iterator<Item = (&'static str, Self)> {
        LIST.iter().copied()
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
