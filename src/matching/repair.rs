//! Typos: a word that nobody knows becomes the known word that was most likely meant.
//!
//! Nothing here is a list of misspellings. A word that is neither in the set nor in everyday English is compared with the
//! set's own words by their distance in slips (`slips`). Words are also split and joined: "exo somes", "acnescars".
//!
//! Only words that could be near are compared: those with the same first letter and about as long, of which a set of
//! letters shuts out nearly all; and, a slip in the first letter being the only one then, those that are the same without it.

use rustc_hash::FxHashMap;

use super::common::Commonness;
use super::slips::within;
use super::words::{Words, hash};

/// The words a set knows, ready for the search of near ones.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    words: Words,
    /// How many texts use the word: of two equally near words the more used one is taken.
    uses: Vec<u32>,
    /// All words that may be meant by a misspelt one, by first letter and length.
    shelves: FxHashMap<(char, u32), Vec<Candidate>>,
    /// The same words by a hash of what follows the first letter, in its order.
    tails: Vec<(u64, u32)>,
    /// All words in the order of their letters.
    in_order: Vec<u32>,
    /// Bytes of the longest word.
    longest: usize,
}

/// A word that may be meant.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// See [`letter_set`].
    letters: u64,
    number: u32,
}

/// A mended word, and how sure the mending is in `0.0..=1.0` (1: nothing was mended).
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    pub word: String,
    pub sureness: f32,
}

/// What is done about a word.
enum Mending<'w> {
    /// It is right, or nothing is near.
    None,
    One(Mended),
    /// It is two words that were run together.
    Two(&'w str, &'w str),
}

/// Letters below which a word is not repaired: too many words are one letter away ("fin", "min", "fan").
const SHORTEST: usize = 4;

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
        let mut shelves: FxHashMap<(char, u32), Vec<Candidate>> = FxHashMap::default();
        let mut tails = Vec::new();
        let mut longest = 0;
        for number in 0..words.len() as u32 {
            let word = words.word(number);
            longest = longest.max(word.len());
            let length = word.chars().count();
            let Some(first) = word.chars().next().filter(|_| length >= SHORTEST) else { continue };
            let candidate = Candidate { letters: letter_set(word), number };
            shelves.entry((first, length as u32)).or_default().push(candidate);
            tails.push((hash(tail(word)), number));
        }
        for shelf in shelves.values_mut() {
            shelf.shrink_to_fit();
        }
        tails.sort_unstable();
        tails.shrink_to_fit();
        let mut in_order: Vec<u32> = (0..words.len() as u32).collect();
        in_order.sort_unstable_by(|a, b| words.word(*a).cmp(words.word(*b)));
        Self { words, uses, shelves, tails, in_order, longest }
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
    pub fn mend(&self, words: &[String]) -> Vec<(Mended, usize)> {
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
                    mended.push((Mended { word: joined.clone(), sureness: 1.0 }, at));
                    at += 2;
                    continue;
                }
            }
            if is_known[at] {
                mended.push((Mended { word: word.clone(), sureness: 1.0 }, at));
                at += 1;
                continue;
            }
            match known.entry(word).or_insert_with(|| self.mending(word)) {
                Mending::None => mended.push((Mended { word: word.clone(), sureness: 1.0 }, at)),
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
        let length = word.chars().count();
        let first = word.chars().next().filter(|_| length >= SHORTEST)?;
        let slips = if length >= 8 { 2 } else { 1 };
        let mut best: Option<(usize, bool, std::cmp::Reverse<u32>, u32)> = None;
        let mut consider = |number: u32, other_start: bool| {
            let known = self.words.word(number);
            let known_length = known.chars().count();
            let Some(distance) = within(word, known, slips).filter(|distance| *distance < 2 || known_length >= 7)
            else {
                return;
            };
            // A short word with another first letter is more often another word than a slip.
            if other_start && (length < 6 || distance > 1) {
                return;
            }
            let rank = (distance, other_start, std::cmp::Reverse(self.uses[number as usize]), number);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
            }
        };
        let letters = letter_set(word);
        for known_length in length.saturating_sub(slips)..=length + slips {
            for candidate in self.shelves.get(&(first, known_length as u32)).into_iter().flatten() {
                if may_be_near(letters, candidate.letters, slips) {
                    consider(candidate.number, false);
                }
            }
        }
        if length >= 6 {
            for number in self.other_starts(word) {
                consider(number, true);
            }
        }
        let (distance, _, _, number) = best?;
        let sureness = 1.0 - distance as f32 / length as f32;
        Some(Mended { word: self.words.word(number).to_owned(), sureness })
    }

    /// Known words of [`SHORTEST`] letters and more that begin otherwise than `word` and are one slip away: the slip is
    /// then in the first letter, which was mistaken, left out, typed too much, or swapped with the second.
    fn other_starts(&self, word: &str) -> Vec<u32> {
        let mut found = self.with_tail(tail(word));
        found.extend(self.with_tail(word));
        let mut letters = word.chars();
        let mut swapped = String::with_capacity(word.len());
        if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
            swapped.extend([second, first]);
            swapped.push_str(letters.as_str());
        }
        found.extend([tail(word), swapped.as_str()].iter().filter_map(|known| self.words.number(known)));
        found.retain(|&number| {
            let known = self.words.word(number);
            known.chars().next() != word.chars().next() && known.chars().count() >= SHORTEST
        });
        found
    }

    fn with_tail(&self, end: &str) -> Vec<u32> {
        let wanted = hash(end);
        let from = self.tails.partition_point(|(hash, _)| *hash < wanted);
        let same = self.tails[from..].iter().take_while(|(hash, _)| *hash == wanted);
        same.map(|(_, number)| *number).filter(|number| tail(self.words.word(*number)) == end).collect()
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

/// The letters of `word` as a set; letters whose numbers are equal modulo 64 share a place.
fn letter_set(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) % 64))
}

/// Whether two words with these sets of letters can be `slips` apart: a slip brings in at most one new letter and takes
/// away at most one.
fn may_be_near(a: u64, b: u64, slips: usize) -> bool {
    (a & !b).count_ones() as usize <= slips && (b & !a).count_ones() as usize <= slips
}

/// `word` without its first letter.
fn tail(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
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
            let mended: Vec<String> = dictionary.mend(&words).into_iter().map(|(mended, _)| mended.word).collect();
            assert_eq!(mended.len(), words.len());
            mended
        };
        assert_eq!(mend(&mut noise.clone().take(60))[..2], ["microneedling", "needle"]);
        let longer = noise.map(|word| word.repeat(2));
        assert_eq!(mend(&mut longer.take(200))[..2], ["microneedling", "needl"]);
    }
}
