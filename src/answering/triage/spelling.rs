//! Which words of the phrases a word of a message stands for: itself, an inflection of it, or a misspelling.
//!
//! Frightened people type badly, so a word that is no English word is taken for the word of the phrases that is nearest
//! to it. Words of the language are never bent: "never" is one letter from "fever".

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::message::{LONGEST_STEMMED, Token};
use crate::knowledge::red_flag::{Form, Word};
use crate::matching::common;
use crate::matching::slips::within;
use crate::matching::stem;

/// A word of the phrases, by number.
pub(super) type Atom = u16;

/// All words of the phrases, with the ways to find them.
pub(super) struct Lexicon {
    numbers: FxHashMap<Word, Atom>,
    /// Words as written, of both forms that are whole words.
    written: FxHashMap<String, Vec<Atom>>,
    stems: FxHashMap<String, Vec<Atom>>,
    /// Beginnings of words, by their first letter.
    starts: FxHashMap<char, Vec<(String, Atom)>>,
    /// What a misspelt word can be mended to, by the length and first letter of its sound, and by length and second letter.
    mendable: FxHashMap<(usize, Place, u8), Vec<Mendable>>,
    /// How the words of the language sound.
    english_sounds: FxHashSet<String>,
    /// The set's own additions to the words of the language.
    not_misspelt: FxHashSet<String>,
    /// What the everyday words mean, by their number in the list; found out when a message has the word for the first time.
    everyday: Vec<OnceLock<Box<[Atom]>>>,
}

/// Which letter of a word is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    First,
    Second,
}

#[derive(Clone)]
struct Mendable {
    letters: String,
    /// Which letters occur, as bits: a quick look before the distance is counted.
    occurring: u32,
    atom: Atom,
}

/// The shortest word of the phrases that is mended: below, too many good words are one letter away.
const SHORTEST_MENDED: usize = 5;

/// From this length on a word may be wrong in its first letter. Hardly anybody misses that of a shorter one; "ever" and
/// "fever" differ in it.
const FIRST_LETTER_MAY_SLIP: usize = 7;

/// From this length on two vowels may be wrong: "throte" has the consonants of "throat".
const VOWELS_MAY_SLIP_TWICE: usize = 6;

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon").field("words", &self.numbers.len()).finish_non_exhaustive()
    }
}

impl Lexicon {
    pub fn new(not_misspelt: &[String]) -> Self {
        Self {
            numbers: FxHashMap::default(),
            written: FxHashMap::default(),
            stems: FxHashMap::default(),
            starts: FxHashMap::default(),
            mendable: FxHashMap::default(),
            english_sounds: common::words().map(sound).collect(),
            not_misspelt: not_misspelt.iter().cloned().collect(),
            everyday: Vec::new(),
        }
    }

    /// From now on remembers what everyday words mean, so that each is looked up once. No word must be learnt afterwards.
    pub fn remember(&mut self) {
        self.everyday.resize_with(common::words().len(), OnceLock::new);
    }

    /// The number of `word`, which is new or was learnt before.
    pub fn learn(&mut self, word: &Word) -> Atom {
        if let Some(&atom) = self.numbers.get(word) {
            return atom;
        }
        // 65,535 different words are more than a language's medicine has; the rest would share the last number.
        let atom = Atom::try_from(self.numbers.len()).unwrap_or(Atom::MAX);
        self.numbers.insert(word.clone(), atom);
        match word.how {
            Form::Start => {
                let first = word.text.chars().next().unwrap_or_default();
                self.starts.entry(first).or_default().push((word.text.clone(), atom));
            }
            Form::Exact => self.written.entry(word.text.clone()).or_default().push(atom),
            Form::Any => {
                self.written.entry(word.text.clone()).or_default().push(atom);
                self.stems.entry(stem(&word.text).into_owned()).or_default().push(atom);
            }
        }
        if word.how != Form::Start {
            let stem = stem(&word.text);
            self.learn_to_mend(&word.text, atom);
            if word.how == Form::Any {
                self.learn_to_mend(&stem, atom);
                // "swell" sounds too short to be mended, "swelling" does not.
                if word.text.len() >= SHORTEST_MENDED && sound(&word.text).len() < SHORTEST_MENDED {
                    self.learn_to_mend(&format!("{}ing", word.text), atom);
                }
            }
        }
        atom
    }

    fn learn_to_mend(&mut self, text: &str, atom: Atom) {
        let letters = sound(text);
        let length = letters.len();
        if length < SHORTEST_MENDED || !text.bytes().all(|b| b.is_ascii_lowercase()) {
            return;
        }
        let (first, second) = (letters.as_bytes()[0], letters.as_bytes()[1]);
        let word = Mendable { occurring: occurring(&letters), letters, atom };
        if length >= FIRST_LETTER_MAY_SLIP {
            self.mendable.entry((length, Place::Second, second)).or_default().push(word.clone());
        }
        self.mendable.entry((length, Place::First, first)).or_default().push(word);
    }

    /// The words of the phrases that a word of a message may stand for; empty if none.
    pub fn meanings(&self, word: &Token) -> Cow<'_, [Atom]> {
        match word.listed.and_then(|(number, _)| self.everyday.get(number)) {
            Some(known) => Cow::Borrowed(known.get_or_init(|| self.find_meanings(word).into_boxed_slice())),
            None => Cow::Owned(self.find_meanings(word)),
        }
    }

    fn find_meanings(&self, word: &Token) -> Vec<Atom> {
        let (text, stem) = (word.text.as_str(), word.stem());
        let mut found: Vec<Atom> = Vec::new();
        found.extend(self.written.get(text).into_iter().flatten());
        found.extend(self.stems.get(stem).into_iter().flatten());
        let starts = text.chars().next().and_then(|first| self.starts.get(&first)).into_iter().flatten();
        // One letter is the beginning of anything; it means itself.
        let begins = |start: &str| text.starts_with(start) && (start.chars().nth(1).is_some() || start == text);
        found.extend(starts.filter(|(start, _)| begins(start)).map(|(_, atom)| *atom));
        if found.is_empty() && word.listed.is_none() && !self.not_misspelt.contains(text) {
            self.mend(text, stem, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The number of words that were learnt.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether a phrase holds `mark` as a word: an emoji with a meaning.
    pub fn has_mark(&self, mark: char) -> bool {
        !mark.is_ascii() && !mark.is_alphanumeric() && self.written.contains_key(mark.encode_utf8(&mut [0; 4]) as &str)
    }

    /// The nearest words by optimal string alignment (L. Boytsov, "Indexing methods for approximate dictionary
    /// searching", 2011) of their sounds: one slip in words of five to seven letters, two in longer ones, and in words of six
    /// and seven if only vowels are wrong.
    fn mend(&self, text: &str, stem: &str, found: &mut Vec<Atom>) {
        if !(4..=16).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
            return;
        }
        let mut nearest = usize::MAX;
        let (whole, stem) = (sound(text), sound(stem));
        self.mend_sound(&whole, &mut nearest, found);
        if stem != whole {
            self.mend_sound(&stem, &mut nearest, found);
        }
    }

    /// Adds the words that are as near to the sound `typed` as the `nearest` so far, or puts nearer ones in their place.
    fn mend_sound(&self, typed: &str, nearest: &mut usize, found: &mut Vec<Atom>) {
        // "measuures" is a slip in a good word; only a word that sounds the same may still be meant.
        let is_good = self.english_sounds.contains(typed);
        let seen = occurring(typed);
        let &[first, second, ..] = typed.as_bytes() else { return };
        // A right first letter; one too many or swapped ("hcest"); one too few or another ("nfection").
        let places = [(Place::First, first), (Place::First, second), (Place::Second, first), (Place::Second, second)];
        for length in typed.len().saturating_sub(2)..=typed.len() + 2 {
            let slips = match length.min(typed.len()) {
                _ if is_good => 0,
                VOWELS_MAY_SLIP_TWICE.. => 2,
                _ => 1,
            };
            let only_vowels = (VOWELS_MAY_SLIP_TWICE..8).contains(&length.min(typed.len()));
            // Letters that one has more than the other were left out or typed too much, and are no new ones in the shorter.
            let (too_many, too_few) = (typed.len().saturating_sub(length), length.saturating_sub(typed.len()));
            if too_many.max(too_few) > slips {
                continue;
            }
            let words = places.iter().filter_map(|&(place, letter)| self.mendable.get(&(length, place, letter)));
            for word in words.flatten() {
                let slips = if only_vowels && (word.occurring ^ seen) & !VOWELS != 0 { slips.min(1) } else { slips };
                if too_many.max(too_few) > slips
                    || !at_most(word.occurring & !seen, slips - too_many)
                    || !at_most(seen & !word.occurring, slips - too_few)
                {
                    continue;
                }
                let same_start = first == word.letters.as_bytes()[0];
                if !same_start && length < FIRST_LETTER_MAY_SLIP {
                    continue;
                }
                // So short a word is only mended where a vowel was left out: "fevr", but not "whey".
                if typed.len() < SHORTEST_MENDED && consonants(typed).ne(consonants(&word.letters)) {
                    continue;
                }
                let Some(distance) = within(typed, &word.letters, slips.min(*nearest)) else { continue };
                if distance == 2 && only_vowels && consonants(typed).ne(consonants(&word.letters)) {
                    continue;
                }
                if distance < *nearest {
                    found.clear();
                    *nearest = distance;
                }
                found.push(word.atom);
            }
        }
    }
}

fn stem(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST_STEMMED { Cow::Borrowed(text) } else { stem::stem(text) }
}

/// The letters as they sound: "ph" is "f", "y" is "i", "z" is "s", "ck" is "k", and doubled letters are single, so that
/// spellings that differ only by ear ("anafilaxis") are no slips.
fn sound(text: &str) -> String {
    let mut heard = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let letter = match (letter, letters.peek()) {
            ('p', Some('h')) => {
                letters.next();
                'f'
            }
            ('c', Some('k')) => {
                letters.next();
                'k'
            }
            ('y', _) if !heard.is_empty() => 'i',
            ('z', _) => 's',
            _ => letter,
        };
        if !heard.ends_with(letter) {
            heard.push(letter);
        }
    }
    heard
}

fn consonants(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u'))
}

/// Whether at most `count` of `bits` are set.
fn at_most(mut bits: u32, count: usize) -> bool {
    for _ in 0..count {
        bits &= bits.wrapping_sub(1);
    }
    bits == 0
}

/// The vowels as [`occurring`] has them.
const VOWELS: u32 = 1 | 1 << (b'e' - b'a') | 1 << (b'i' - b'a') | 1 << (b'o' - b'a') | 1 << (b'u' - b'a');

/// The letters of `text` as bits.
fn occurring(text: &str) -> u32 {
    text.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_and_misspellings_are_found_and_english_is_left_alone() {
        let mut lexicon = Lexicon::new(&[]);
        let word = |text: &str, how| Word { text: text.into(), how };
        let fever = lexicon.learn(&word("fever", Form::Any));
        let swell = lexicon.learn(&word("swell", Form::Any));
        let infection = lexicon.learn(&word("infection", Form::Any));
        let anaphylaxis = lexicon.learn(&word("anaphylaxis", Form::Any));
        let die = lexicon.learn(&word("die", Form::Exact));
        let vomit = lexicon.learn(&word("vomit", Form::Start));
        let throat = lexicon.learn(&word("throat", Form::Any));
        for (typed, meaning) in [
            ("fever", vec![fever]),
            ("fevers", vec![fever]),
            ("fevr", vec![fever]),
            ("feever", vec![fever]),
            ("throte", vec![throat]),
            ("thraut", vec![throat]),
            ("thlotas", vec![]),
            ("never", vec![]),
            ("ever", vec![]),
            ("swelling", vec![swell]),
            ("sweling", vec![swell]),
            ("spelling", vec![]),
            ("infecton", vec![infection]),
            ("infcetion", vec![infection]),
            ("inflation", vec![]),
            ("inflaation", vec![]),
            ("fver", vec![fever]),
            ("fevy", vec![]),
            ("anafilaxis", vec![anaphylaxis]),
            ("die", vec![die]),
            ("died", vec![]),
            ("vomited", vec![vomit]),
            ("", vec![]),
            ("é", vec![]),
        ] {
            assert_eq!(*lexicon.meanings(&Token::of_word(typed)), meaning, "{typed}");
        }
        lexicon.remember();
        for _ in 0..2 {
            assert_eq!(*lexicon.meanings(&Token::of_word("swelling")), [swell]);
            assert!(lexicon.meanings(&Token::of_word("never")).is_empty());
        }
    }
}
