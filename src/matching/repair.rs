//! Typos: a word that nobody knows becomes the known word that was most likely meant.
//!
//! Nothing here is a list of misspellings. A word that is neither in the set nor in everyday English is compared with the
//! set's own words by optimal string alignment distance (`strsim::osa_distance`; L. Boytsov, "Indexing Methods for
//! Approximate Dictionary Searching", ACM JEA 16, 2011, §2). Words are also split and joined: "exo somes", "acnescars".

use rustc_hash::{FxHashMap, FxHashSet};

use super::common::Commonness;

/// The words a set knows, ready for the search of near ones.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    words: Vec<Box<str>>,
    /// How many texts use the word: of two equally near words the more used one is taken.
    uses: Vec<u32>,
    ids: FxHashMap<Box<str>, u32>,
    /// For each pair of neighbouring letters, the words that have it.
    pairs: FxHashMap<(char, char), Vec<u32>>,
}

/// A mended word, and how sure the mending is in `0.0..=1.0` (1: nothing was mended).
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    pub word: String,
    pub sureness: f32,
}

/// Letters below which a word is not repaired: too many words are one letter away ("fin", "min", "fan").
const SHORTEST: usize = 4;

impl Dictionary {
    /// A dictionary of `words`; a word that comes several times counts as used several times.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut dictionary = Self::default();
        for word in words {
            match dictionary.ids.get(word) {
                Some(&id) => dictionary.uses[id as usize] += 1,
                None => {
                    let id = dictionary.words.len() as u32;
                    dictionary.ids.insert(word.into(), id);
                    dictionary.words.push(word.into());
                    dictionary.uses.push(1);
                    if word.chars().count() >= SHORTEST {
                        let distinct: FxHashSet<(char, char)> = letter_pairs(word).collect();
                        for pair in distinct {
                            dictionary.pairs.entry(pair).or_default().push(id);
                        }
                    }
                }
            }
        }
        dictionary
    }

    pub fn knows(&self, word: &str) -> bool {
        self.ids.contains_key(word)
    }

    /// `words` with the unknown ones mended where a known word is near; each comes with the place it stands for.
    pub fn mend(&self, words: &[String]) -> Vec<(Mended, usize)> {
        let mut mended = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            // "micro needling" where the set says "microneedling".
            if let Some(next) = words.get(at + 1)
                && word.len() + next.len() >= 6
                && !(self.knows(word) && self.knows(next))
            {
                let joined = format!("{word}{next}");
                if self.knows(&joined) {
                    mended.push((Mended { word: joined, sureness: 1.0 }, at));
                    at += 2;
                    continue;
                }
            }
            if self.is_right(word) {
                mended.push((Mended { word: word.clone(), sureness: 1.0 }, at));
            } else if let Some(found) =
                self.unstretch(word).or_else(|| self.unleet(word)).or_else(|| self.nearest(word))
            {
                mended.push((found, at));
            } else if let Some((first, second)) = self.split(word) {
                mended.push((Mended { word: first.into(), sureness: 0.9 }, at));
                mended.push((Mended { word: second.into(), sureness: 0.9 }, at));
            } else {
                mended.push((Mended { word: word.clone(), sureness: 1.0 }, at));
            }
            at += 1;
        }
        mended
    }

    fn is_right(&self, word: &str) -> bool {
        self.knows(word)
            || Commonness::of(word) != Commonness::Unlisted
            || word.chars().count() < SHORTEST
            || word.chars().all(|c| c.is_ascii_digit() || c == '.')
    }

    /// "nott", "glasss": doubled letters that a known word has once.
    fn unstretch(&self, word: &str) -> Option<Mended> {
        let mut once: Vec<char> = word.chars().collect();
        once.dedup();
        let once: String = once.into_iter().collect();
        let known = once != word && (self.knows(&once) || Commonness::of(&once) != Commonness::Unlisted);
        known.then_some(Mended { word: once, sureness: 0.95 })
    }

    /// "ex0s0mes": digits that stand for the letters they look like.
    fn unleet(&self, word: &str) -> Option<Mended> {
        if !word.chars().any(|c| c.is_ascii_digit()) || !word.chars().any(char::is_alphabetic) {
            return None;
        }
        let plain = |one: char| -> String {
            word.chars()
                .map(|c| match c {
                    '0' => 'o',
                    '1' => one,
                    '3' => 'e',
                    '4' => 'a',
                    '5' => 's',
                    '7' => 't',
                    c => c,
                })
                .collect()
        };
        ['i', 'l']
            .into_iter()
            .map(plain)
            .find(|w| self.knows(w) || Commonness::of(w) != Commonness::Unlisted)
            .map(|word| Mended { word, sureness: 0.95 })
    }

    /// The known word nearest to `word` within one slip (up to 7 letters) or two (8 and more).
    fn nearest(&self, word: &str) -> Option<Mended> {
        let letters: Vec<char> = word.chars().collect();
        let length = letters.len();
        if length < SHORTEST {
            return None;
        }
        let slips = if length >= 8 { 2 } else { 1 };
        // A slip spoils at most two pairs of neighbours and an end mark; what shares fewer cannot be near enough.
        let pairs: FxHashSet<(char, char)> = letter_pairs(word).collect();
        let needed = pairs.len().saturating_sub(3 * slips).max(1) as u16;
        let mut shared: FxHashMap<u32, u16> = FxHashMap::default();
        for pair in &pairs {
            for &id in self.pairs.get(pair).into_iter().flatten() {
                *shared.entry(id).or_default() += 1;
            }
        }
        let mut best: Option<(usize, bool, std::cmp::Reverse<u32>, u32)> = None;
        for (id, count) in shared {
            let known = &self.words[id as usize];
            let known_length = known.chars().count();
            if count < needed || known_length.abs_diff(length) > slips {
                continue;
            }
            let distance = strsim::osa_distance(word, known);
            if distance > slips || (distance == 2 && known_length < 7) {
                continue;
            }
            let other_start = known.chars().next() != letters.first().copied();
            // A short word with another first letter is more often another word than a slip.
            if other_start && (length < 6 || distance > 1) {
                continue;
            }
            let rank = (distance, other_start, std::cmp::Reverse(self.uses[id as usize]), id);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
            }
        }
        let (distance, _, _, id) = best?;
        let sureness = 1.0 - distance as f32 / length as f32;
        Some(Mended { word: self.words[id as usize].to_string(), sureness })
    }

    /// `word` as two known words that were run together.
    fn split<'a>(&self, word: &'a str) -> Option<(&'a str, &'a str)> {
        let right = |part: &str| {
            part.chars().count() >= 3
                && (self.knows(part) || Commonness::of(part) <= Commonness::Common)
                && Commonness::of(part) != Commonness::Function
        };
        word.char_indices()
            .skip(3)
            .map(|(at, _)| word.split_at(at))
            .find(|(a, b)| right(a) && right(b) && (self.knows(a) || self.knows(b)))
    }
}

/// Neighbouring letters of `word`, with a mark before and after it.
fn letter_pairs(word: &str) -> impl Iterator<Item = (char, char)> + '_ {
    let first = std::iter::once('^').chain(word.chars());
    let second = word.chars().chain(std::iter::once('$'));
    first.zip(second)
}
