//! What is known of each word of a list that ships, to be looked up many times a message.
//!
//! A word of up to sixteen bytes, as nearly all are, is its own key: two numbers, compared at once. A map of strings goes
//! for each look to where the word is kept, and calls a function to compare; a message's words are looked up some thirty
//! times each on the way to its reply.

use rustc_hash::FxHashMap;

/// Values by words.
#[derive(Debug)]
pub struct WordMap<V> {
    short: FxHashMap<[u64; 2], V>,
    long: FxHashMap<&'static str, V>,
}

impl<V> Default for WordMap<V> {
    fn default() -> Self {
        Self { short: FxHashMap::default(), long: FxHashMap::default() }
    }
}

impl<V> WordMap<V> {
    #[inline]
    pub fn get(&self, word: &str) -> Option<&V> {
        match key(word) {
            Some(key) => self.short.get(&key),
            None => self.long.get(word),
        }
    }

    #[inline]
    pub fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Keeps `value` for `word`, unless one is kept for it already; whether it was new.
    pub fn add(&mut self, word: &'static str, value: V) -> bool {
        let before = self.len();
        match key(word) {
            Some(key) => drop(self.short.entry(key).or_insert(value)),
            None => drop(self.long.entry(word).or_insert(value)),
        }
        self.len() > before
    }

    pub fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<V> FromIterator<(&'static str, V)> for WordMap<V> {
    /// Of words that come again the first counts.
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(words: I) -> Self {
        let mut map = Self::default();
        words.into_iter().for_each(|(word, value)| {
            map.add(word, value);
        });
        map
    }
}

/// The bytes of `word` filled up with noughts, which no word has; `None` if it has more than sixteen.
#[inline]
fn key(word: &str) -> Option<[u64; 2]> {
    let bytes = word.as_bytes();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        // The last eight bytes, without those that are among the first eight.
        let common = 16usize.checked_sub(bytes.len())?;
        let rest = u64::from_le_bytes(*last).checked_shr(8 * common as u32).unwrap_or(0);
        return Some([u64::from_le_bytes(*first), rest]);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let [first, last] = [first, last].map(|four| u64::from(u32::from_le_bytes(*four)));
        // Bytes that are in both stand in the same place.
        return Some([first | last << (8 * (bytes.len() - 4)), 0]);
    }
    Some([bytes.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)), 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_word_itself() {
        let text = "enthusiasticallyé";
        for length in (0..=text.len()).filter(|length| text.is_char_boundary(*length)) {
            let wanted = (length <= 16).then(|| {
                let mut bytes = [0; 16];
                bytes[..length.min(16)].copy_from_slice(&text.as_bytes()[..length.min(16)]);
                [0, 8].map(|from| bytes[from..from + 8].iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)))
            });
            assert_eq!(key(&text[..length]), wanted, "{length}");
        }
    }

    #[test]
    fn what_was_kept_is_found_and_nothing_else() {
        let map: WordMap<usize> =
            ["", "a", "teh", "hair", "needle", "microneedling", "microneedlings", "a word of more than sixteen", "a"]
                .into_iter()
                .zip(0..)
                .collect();
        assert_eq!(map.len(), 8);
        for (word, wanted) in [
            ("", Some(0)),
            ("a", Some(1)),
            ("hair", Some(3)),
            ("microneedling", Some(5)),
            ("microneedlings", Some(6)),
            ("a word of more than sixteen", Some(7)),
            ("hai", None),
            ("hairs", None),
            ("microneedlin", None),
            ("another word of many letters", None),
        ] {
            assert_eq!(map.get(word).copied(), wanted, "{word}");
        }
    }
}
