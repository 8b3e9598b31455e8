//! Which known word is spelled nearly like another: the search behind `repair`.
//!
//! Words are compared by the number of slips between them (`slips`). Of words that are equally far, the one is nearer that fingers
//! slip into more easily: two letters swapped, one doubled, the key beside (M. Kernighan, K. Church, W. Gale, "A Spelling
//! Correction Program Based on a Noisy Channel Model", COLING 1990, with a few classes in place of their tables).
//!
//! Only words that could be near are compared: those with the same first letter and about as long, of which a set of
//! letters shuts out nearly all; and, a slip in the first letter being the only one then, those that are the same without it.

use rustc_hash::FxHashMap;

use super::slips::within;
use super::words::hash;

/// Letters below which a word is not looked for: too many words are one letter away ("fin", "min", "fan").
pub const SHORTEST: usize = 4;

/// Words to be found by how they are spelled. They themselves are kept elsewhere, by number.
#[derive(Debug, Clone, Default)]
pub struct Shelves {
    /// By first letter and length.
    shelves: FxHashMap<(char, u32), Vec<Candidate>>,
    /// The same words by a hash of what follows the first letter, in its order.
    tails: Vec<(u64, u32)>,
    /// And by a hash of the whole word.
    wholes: Vec<(u64, u32)>,
}

/// A word that may be meant.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// See [`letter_set`].
    letters: u64,
    number: u32,
}

/// A word that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearWord<'a> {
    pub word: &'a str,
    /// How far it is, in slips: an easy one counts a little less than 1.
    pub cost: f32,
}

/// What a slip costs that fingers make easily.
const EASY: f32 = 0.8;
/// What is added for a slip in the first letter: it is the one that is looked at.
const FIRST_LETTER: f32 = 0.1;

impl Shelves {
    /// Shelves of `words`, each with its number; those below [`SHORTEST`] letters are left out.
    pub fn new<'a>(words: impl Iterator<Item = (u32, &'a str)>) -> Self {
        let mut new = Self::default();
        for (number, word) in words {
            let length = word.chars().count();
            let Some(first) = word.chars().next().filter(|_| length >= SHORTEST) else { continue };
            let candidate = Candidate { letters: letter_set(word), number };
            new.shelves.entry((first, length as u32)).or_default().push(candidate);
            new.tails.push((hash(tail(word)), number));
            new.wholes.push((hash(word), number));
        }
        for shelf in new.shelves.values_mut() {
            shelf.shrink_to_fit();
        }
        for hashes in [&mut new.tails, &mut new.wholes] {
            hashes.sort_unstable();
            hashes.shrink_to_fit();
        }
        new
    }

    /// The word nearest to `word`, at most `slips` away; `get` gives a word and how often it is used, which decides between
    /// equals.
    pub fn nearest<'a>(&self, word: &str, slips: usize, get: impl Fn(u32) -> (&'a str, u32)) -> Option<NearWord<'a>> {
        let length = word.chars().count();
        let first = word.chars().next()?;
        let mut best: Option<(NearWord, u32)> = None;
        let mut consider = |number: u32| {
            let (known, uses) = get(number);
            // Two slips in a short word leave too little of it.
            let Some(distance) = within(word, known, slips).filter(|it| *it < 2 || known.chars().count() >= TWO_SLIPS)
            else {
                return;
            };
            let cost = cost(word, known, distance);
            let better = best.is_none_or(|(best, most)| cost < best.cost || (cost == best.cost && uses > most));
            if better {
                best = Some((NearWord { word: known, cost }, uses));
            }
        };
        let letters = letter_set(word);
        for known_length in length.saturating_sub(slips)..=length + slips {
            for candidate in self.shelves.get(&(first, known_length as u32)).into_iter().flatten() {
                if may_be_near(letters, candidate.letters, slips) {
                    consider(candidate.number);
                }
            }
        }
        for number in self.other_starts(word, length, &get) {
            consider(number);
        }
        best.map(|(best, _)| best)
    }

    /// Words that begin otherwise than `word` and are one slip away: the slip is then in the first letter, which was
    /// mistaken, left out, typed too much, or swapped with the second.
    ///
    /// In a short word only swapped letters and the key beside count: it is more often another word ("hair", "fair").
    fn other_starts<'a>(&self, word: &str, length: usize, get: &impl Fn(u32) -> (&'a str, u32)) -> Vec<u32> {
        let mut letters = word.chars();
        let (Some(first), Some(second)) = (letters.next(), letters.next()) else { return Vec::new() };
        let mut swapped = String::with_capacity(word.len());
        swapped.extend([second, first]);
        swapped.push_str(letters.as_str());
        let mut found = with(&self.wholes, &swapped, |number| get(number).0);
        let begins = |number: u32| get(number).0.chars().next().unwrap_or_default();
        let mistaken = with(&self.tails, tail(word), |number| tail(get(number).0));
        found.extend(mistaken.into_iter().filter(|&number| length >= 6 || are_neighbours(begins(number), first)));
        if length >= 5 {
            found.extend(with(&self.tails, word, |number| tail(get(number).0)));
        }
        if length >= 6 {
            found.extend(with(&self.wholes, tail(word), |number| get(number).0));
        }
        found.retain(|&number| begins(number) != first);
        found
    }
}

/// Letters from which on a word may be two slips away. Under synthetic typos 7 found 1 of 100 questions more than 8.
pub const TWO_SLIPS: usize = 7;

/// The numbers of `hashes` whose text is `wanted`.
fn with<'a>(hashes: &[(u64, u32)], wanted: &str, text: impl Fn(u32) -> &'a str) -> Vec<u32> {
    let key = hash(wanted);
    let from = hashes.partition_point(|(hash, _)| *hash < key);
    let same = hashes[from..].iter().take_while(|(hash, _)| *hash == key);
    same.map(|(_, number)| *number).filter(|&number| text(number) == wanted).collect()
}

/// How far `typed` is from `known`, which are `distance` slips apart.
fn cost(typed: &str, known: &str, distance: usize) -> f32 {
    let first = if typed.chars().next() == known.chars().next() { 0.0 } else { FIRST_LETTER };
    let slips = if distance == 1 && is_easy(typed, known) { EASY } else { distance as f32 };
    slips + first
}

/// Whether the one slip between two words is one that fingers make easily.
fn is_easy(typed: &str, known: &str) -> bool {
    let typed: Vec<char> = typed.chars().collect();
    let known: Vec<char> = known.chars().collect();
    let same = typed.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (a, b) = (&typed[same..], &known[same..]);
    match typed.len() as isize - known.len() as isize {
        0 => match (a, b) {
            ([a0, a1, ..], [b0, b1, ..]) if a0 == b1 && a1 == b0 => true,
            ([a0, ..], [b0, ..]) => are_neighbours(*a0, *b0),
            _ => false,
        },
        // A letter typed twice, or once where it stands twice: what differs first is the letter before it.
        1 => same > 0 && a.first() == Some(&typed[same - 1]),
        -1 => same > 0 && b.first() == Some(&known[same - 1]),
        _ => false,
    }
}

/// The keys of a keyboard, row below row: half a key further right each.
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether two letters lie side by side on a keyboard.
fn are_neighbours(a: char, b: char) -> bool {
    let place = |letter: char| {
        (0..).zip(KEYBOARD).find_map(|(row, keys)| keys.find(letter).map(|column| (row, 2 * column as i32 + row)))
    };
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            (row - other_row).abs() <= 1 && (column - other_column).abs() <= 2
        }
        _ => false,
    }
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

    fn found(typed: &str, words: &'static [&'static str]) -> Option<&'static str> {
        let shelves = Shelves::new((0..).zip(words.iter().copied()));
        let slips = if typed.len() >= TWO_SLIPS { 2 } else { 1 };
        shelves.nearest(typed, slips, |number| (words[number as usize], 1)).map(|near| near.word)
    }

    #[test]
    fn a_slip_in_the_first_letter_is_found_where_fingers_make_it() {
        let words: &[&str] = &["masks", "kids", "hair", "health", "been"];
        assert_eq!(found("amsks", words), Some("masks"));
        assert_eq!(found("jids", words), Some("kids"));
        assert_eq!(found("ealth", words), Some("health"));
        assert_eq!(found("fair", words), None, "f and h are not side by side");
    }

    #[test]
    fn of_equals_the_easier_slip_is_taken() {
        assert_eq!(found("adre", &["aire", "dare", "alre"]), Some("dare"));
        assert_eq!(found("hope", &["rope", "hops"]), Some("hops"));
        assert_eq!(found("vcacnie", &["vaccine", "vacant"]), Some("vaccine"));
    }

    #[test]
    fn letters_lie_side_by_side_in_all_directions() {
        for near in ["as", "aq", "az", "gy", "gt", "gb", "gv", "po"] {
            let letters: Vec<char> = near.chars().collect();
            assert!(are_neighbours(letters[0], letters[1]) && are_neighbours(letters[1], letters[0]), "{near}");
        }
        assert!(!are_neighbours('a', 'd') && !are_neighbours('q', 'z') && !are_neighbours('f', 'h'));
    }
}
