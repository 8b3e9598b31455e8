//! Every distinct word once, by its number: what the other tables speak of instead of carrying strings.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

/// Distinct words, numbered in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// All words, one after the other.
    letters: String,
    /// Where each word ends in `letters`.
    ends: Vec<u32>,
    /// The number of the word with this hash; a word whose place is taken stands at the next free key.
    numbers: FxHashMap<u64, u32>,
}

impl Words {
    /// The number of `word`, a new one if it was not there.
    pub fn add(&mut self, word: &str) -> u32 {
        let mut key = hash(word);
        while let Some(&number) = self.numbers.get(&key) {
            if self.word(number) == word {
                return number;
            }
            key = key.wrapping_add(1);
        }
        let number = self.ends.len() as u32;
        self.letters.push_str(word);
        self.ends.push(self.letters.len() as u32);
        self.numbers.insert(key, number);
        number
    }

    /// The number of `word`, if it is there.
    pub fn number(&self, word: &str) -> Option<u32> {
        let mut key = hash(word);
        loop {
            let number = *self.numbers.get(&key)?;
            if self.word(number) == word {
                return Some(number);
            }
            key = key.wrapping_add(1);
        }
    }

    /// The word with this number; no word if there is none.
    pub fn word(&self, number: u32) -> &str {
        let at = number as usize;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(at).map_or(start, |end| *end as usize);
        &self.letters[start..end]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Gives back what was set aside for words to come.
    pub fn shrink_to_fit(&mut self) {
        self.letters.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.numbers.shrink_to_fit();
    }
}

/// The hash of a word, the same in every run.
pub fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_number() {
        let mut words = Words::default();
        let numbers: Vec<u32> = ["fine", "line", "", "fine", "é"].iter().map(|word| words.add(word)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 3]);
        assert_eq!([0, 1, 2, 3].map(|number| words.word(number)), ["fine", "line", "", "é"]);
        assert_eq!((words.number("line"), words.number("mine"), words.len()), (Some(1), None, 4));
    }
}
