//! Typos: a word that nobody knows becomes the known word that was most likely meant.
//!
//! Nothing here is a list of misspellings. A word that is neither in the set nor in everyday English is compared with the
//! set's own words, then with the words that everybody uses (`near_spelling`). Words are also split and joined: "exo somes",
//! "acnescars".

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::common::Commonness;
use super::near_spelling::{SHORTEST, Shelves, TWO_SLIPS};
use super::words::Words;

/// The words a set knows, ready for the search of near ones.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    words: Words,
    /// How many texts use the word: of two equally near words the more used one is taken.
    uses: Vec<u32>,
    /// All words that may be meant by a misspelt one.
    shelves: Shelves,
    /// All words in the order of their letters.
    in_order: Vec<u32>,
    /// Bytes of the longest word.
    longest: usize,
}

/// A mended word, and how sure the mending is in `0.0..=1.0` (1: nothing was mended).
#[derive(Debug, Clone, PartialEq)]
pub struct Mended<'w> {
    pub word: Cow<'w, str>,
    pub sureness: f32,
}

/// What is done about a word.
enum Mending<'w> {
    /// It is right, or nothing is near.
    None,
    One(Mended<'static>),
    /// It is two words that were run together.
    Two(&'w str, &'w str),
}

/// Letters from which on any word of the list is looked for; below, only the common ones: a rare short word is near to too
/// many.
const LONG: usize = 6;

/// Words that everybody uses, to be found by how they are spelled, each with how common it is: most slips are made in
/// these, and a misspelt "about" is no rare word that nobody knows.
static EVERYDAY: LazyLock<(Shelves, Vec<(&'static str, u32)>)> = LazyLock::new(|| {
    let common = |(word, commonness): &(&str, Commonness)| *commonness <= Commonness::Common || word.len() >= LONG;
    let words = Commonness::words().filter(common);
    let mut words: Vec<(&str, u32)> =
        words.map(|(word, commonness)| (word, Commonness::Unlisted as u32 - commonness as u32)).collect();
    words.sort_unstable();
    (Shelves::new((0..).zip(words.iter().map(|(word, _)| *word))), words)
});

/// Unknown words of a message that are mended at most. None of the 3,414 messages of the cases has more than seven; mending
/// six hundred took longer than all the rest that is done about them.
const MOST_MENDED: usize = 64;

/// Bytes that no everyday word exceeds; the longest, "enthusiastically", has 16.
const LONGEST_EVERYDAY: usize = 24;

impl Dictionary {
    /// A dictionary of `words`; a word that comes several times counts as used several times.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut numbered = Words::default();
        let mut uses = Vec::new();
        for word in words {
            count(&mut numbered, &mut uses, word);
        }
        Self::of(numbered, uses)
    }

    /// A dictionary of `words`, each with how often it is used.
    pub fn of(mut words: Words, mut uses: Vec<u32>) -> Self {
        words.shrink_to_fit();
        uses.shrink_to_fit();
        let numbered = (0..words.len() as u32).map(|number| (number, words.word(number)));
        let longest = numbered.clone().map(|(_, word)| word.len()).max().unwrap_or(0);
        let shelves = Shelves::new(numbered);
        let mut in_order: Vec<u32> = (0..words.len() as u32).collect();
        in_order.sort_unstable_by(|a, b| words.word(*a).cmp(words.word(*b)));
        Self { words, uses, shelves, in_order, longest }
    }

    pub fn knows(&self, word: &str) -> bool {
        self.words.number(word).is_some()
    }

    /// The words, by number.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The words that begin with `start` and are longer.
    pub fn begun_with(&self, start: &str) -> &[u32] {
        let from = self.in_order.partition_point(|number| self.words.word(*number) <= start);
        let rest = &self.in_order[from..];
        &rest[..rest.partition_point(|number| self.words.word(*number).starts_with(start))]
    }

    /// The word of `numbers` that is used most, of equals the first in the set.
    pub fn most_used(&self, numbers: impl Iterator<Item = u32>) -> Option<&str> {
        let best = numbers.max_by_key(|number| (self.uses[*number as usize], std::cmp::Reverse(*number)));
        best.map(|number| self.words.word(number))
    }

    /// `words` with the unknown ones mended where a known word is near; each comes with the place it stands for.
    pub fn mend<'w>(&self, words: &'w [String]) -> Vec<(Mended<'w>, usize)> {
        let mut mended = Vec::with_capacity(words.len());
        // A long message may say a word a thousand times; it is looked up once.
        let mut known: FxHashMap<&str, Mending> = FxHashMap::default();
        known.extend(self.not_mended(words).into_iter().map(|word| (word, Mending::None)));
        let is_known: Vec<bool> = words.iter().map(|word| self.knows(word)).collect();
        let mut joined = String::new();
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            // "micro needling" where the set says "microneedling".
            if let Some(next) = words.get(at + 1)
                && word.len() + next.len() >= 6
                && !(is_known[at] && is_known[at + 1])
            {
                joined.clear();
                joined.extend([word.as_str(), next]);
                if self.knows(&joined) {
                    mended.push((Mended { word: joined.clone().into(), sureness: 1.0 }, at));
                    at += 2;
                    continue;
                }
            }
            if is_known[at] {
                mended.push((Mended { word: word.into(), sureness: 1.0 }, at));
                at += 1;
                continue;
            }
            match known.entry(word).or_insert_with(|| self.mending(word)) {
                Mending::None => mended.push((Mended { word: word.into(), sureness: 1.0 }, at)),
                Mending::One(found) => mended.push((found.clone(), at)),
                Mending::Two(first, second) => {
                    mended.push((Mended { word: (*first).into(), sureness: 0.9 }, at));
                    mended.push((Mended { word: (*second).into(), sureness: 0.9 }, at));
                }
            }
            at += 1;
        }
        mended
    }

    /// The words of a very long message that are left as they are, right or not: all but the [`MOST_MENDED`] longest, which
    /// say most and have the fewest neighbours.
    fn not_mended<'w>(&self, words: &'w [String]) -> Vec<&'w str> {
        if words.len() <= MOST_MENDED {
            return Vec::new();
        }
        let mut wrong: Vec<&str> = words.iter().map(String::as_str).collect();
        wrong.sort_unstable();
        wrong.dedup();
        wrong.retain(|word| !self.is_right(word));
        wrong.sort_by_key(|word| std::cmp::Reverse(word.len()));
        wrong.split_off(MOST_MENDED.min(wrong.len()))
    }

    fn mending<'w>(&self, word: &'w str) -> Mending<'w> {
        if self.is_right(word) {
            return Mending::None;
        }
        if let Some(found) = self.unstretch(word).or_else(|| self.unleet(word)).or_else(|| self.nearest(word)) {
            return Mending::One(found);
        }
        self.split(word).map_or(Mending::None, |(first, second)| Mending::Two(first, second))
    }

    fn is_right(&self, word: &str) -> bool {
        self.knows(word)
            || Commonness::of(word) != Commonness::Unlisted
            || word.chars().count() < 3
            || word.chars().all(|c| c.is_ascii_digit() || c == '.')
    }

    /// "nott", "glasss": doubled letters that a known word has once.
    fn unstretch(&self, word: &str) -> Option<Mended<'static>> {
        let mut once: Vec<char> = word.chars().collect();
        once.dedup();
        let once: String = once.into_iter().collect();
        let known = once != word && (self.knows(&once) || Commonness::of(&once) != Commonness::Unlisted);
        known.then_some(Mended { word: once.into(), sureness: 0.95 })
    }

    /// "ex0s0mes": digits that stand for the letters they look like.
    fn unleet(&self, word: &str) -> Option<Mended<'static>> {
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
            .map(|word| Mended { word: word.into(), sureness: 0.95 })
    }

    /// The known word nearest to `word` within one slip (up to 6 letters) or two (7 and more), or an everyday word one slip
    /// away. A word of the set comes before an everyday one that is as near: what the set speaks of was more likely meant.
    fn nearest(&self, word: &str) -> Option<Mended<'static>> {
        let length = word.chars().count();
        if length < SHORTEST {
            return swapped(word);
        }
        let of_set = self.shelves.nearest(word, if length >= TWO_SLIPS { 2 } else { 1 }, |number| {
            (self.words.word(number), self.uses[number as usize])
        });
        let everyday = || EVERYDAY.0.nearest(word, 1, |number| EVERYDAY.1[number as usize]).filter(|it| it.cost <= 1.0);
        let found = match of_set {
            Some(near) if near.cost <= 1.0 => near,
            Some(far) => everyday().unwrap_or(far),
            None => everyday()?,
        };
        Some(Mended { word: found.word.to_owned().into(), sureness: 1.0 - found.cost / length as f32 })
    }

    /// `word` as two known words that were run together.
    fn split<'a>(&self, word: &'a str) -> Option<(&'a str, &'a str)> {
        // No two words are as long as that, and each try looks at the whole of it.
        if word.len() > 2 * self.longest.max(LONGEST_EVERYDAY) {
            return None;
        }
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

/// Adds `word` to `words`, and a use of it to `uses`; its number.
pub fn count(words: &mut Words, uses: &mut Vec<u32>, word: &str) -> u32 {
    let number = words.add(word);
    if number as usize == uses.len() {
        uses.push(0);
    }
    uses[number as usize] += 1;
    number
}

/// The function word of three letters two of which changed places: "teh", "adn". Other slips make too many other words of
/// so short a one ("prp").
fn swapped(word: &str) -> Option<Mended<'static>> {
    let letters: Vec<char> = word.chars().collect();
    let swapped = (1..letters.len()).filter(|_| letters.len() == 3).map(|at| {
        let mut swapped = letters.clone();
        swapped.swap(at - 1, at);
        swapped.into_iter().collect::<String>()
    });
    let mut known = swapped.filter(|it| Commonness::of(it) == Commonness::Function);
    known.next().map(|word| Mended { word: word.into(), sureness: 1.0 - 1.0 / letters.len() as f32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_very_long_message_the_longest_unknown_words_are_mended() {
        let dictionary = Dictionary::new(["needle", "microneedling"]);
        let noise = (0..200).map(|n| format!("xq{}z", char::from_u32(0x3b1 + n).unwrap_or('q')));
        let mend = |noise: &mut dyn Iterator<Item = String>| {
            let words: Vec<String> = ["microneedlng", "needl"].map(str::to_owned).into_iter().chain(noise).collect();
            let mended: Vec<String> =
                dictionary.mend(&words).into_iter().map(|(mended, _)| mended.word.into_owned()).collect();
            assert_eq!(mended.len(), words.len());
            mended
        };
        assert_eq!(mend(&mut noise.clone().take(60))[..2], ["microneedling", "needle"]);
        let longer = noise.map(|word| word.repeat(2));
        assert_eq!(mend(&mut longer.take(200))[..2], ["microneedling", "needl"]);
    }
}
