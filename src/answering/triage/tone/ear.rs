//! What is heard of a sentence: its words, pairs of neighbours, subjects, small words near a subject, and what it means.
//!
//! A subject (`subjects.txt`: eyes, what is dark, what came before) makes an eye that "went off" weigh like one that went
//! black: it is heard alone, with another subject close by, and with the small words around it, for "on my throat", "my
//! throat is" and "can a throat" tell apart what the throat alone does not. What the words mean together is heard by the
//! table of `word_vectors`, for all those that are on no list. What it all weighs is `tone`'s and was learned by `tune`.

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::answering::triage::message::{Message, Token};
use crate::matching::common::Commonness;
use crate::matching::similarity::word_vectors;

/// A subject a line, with its words.
const SUBJECTS: &str = include_str!("../subjects.txt");

/// How many sentences in a row are heard together: people in fear tell in two or three what happened and what they feel.
const TOGETHER: usize = 3;

/// The most words that are heard together, unless they are one sentence's. Emergencies are told in fewer, and in a long and
/// harmless story much would add up.
const WORDS_TOGETHER: usize = 30;

/// How many words apart two subjects still belong to each other: as far as a gap in a phrase.
const CLOSE: usize = 5;

/// How many words from a subject a small word is still heard with it. Of 2, 3, 4, 6 and 8, three and four did best on 580
/// messages that had not been learned from (.82 caught where .80 were without, at 4 % false alarms).
const SMALL_WORD_CLOSE: usize = 4;

/// What a function word ("the", "is") adds to what a sentence means, against any other word: it tells little.
const SMALL_WORD_MEANS: f32 = 0.3;

/// How large what a sentence means is beside one word heard, so that both are held back alike. Flat from 2 to 8.
const MEANING_LENGTH: f32 = 4.0;

/// In bytes; longer is noise, and has no stem worth its time.
const LONGEST_WORD: usize = 24;

/// What is heard of a sentence, or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Words, pairs and subjects, each once, in the order of the alphabet.
    pub words: Vec<String>,
    /// What its words mean together: of a sentence the sum of its words, of a part to be learned from of a set length.
    pub meaning: Vec<f32>,
    /// The sentence of the message that it is of, or begins with.
    pub(super) sentence: usize,
    /// How many words and numbers of the message it is made of.
    pub(super) length: usize,
}

/// By how much each of so many things heard is to be multiplied: who says more is not more in trouble. Below six they count
/// as six. With 10, of 870 messages that had not been learned from .63 were caught at 1 % false alarms, .53 without this.
pub fn loudness(heard: usize) -> f32 {
    10.0 / (heard.max(6) as f32).sqrt()
}

/// The number of the last of `sentences` that is heard together with the one at `first`.
pub(super) fn last_together(sentences: &[Part], first: usize) -> usize {
    let mut length = 0;
    let fits = |part: &&Part| {
        length += part.length;
        length <= WORDS_TOGETHER
    };
    let count = sentences[first..].iter().take(TOGETHER).take_while(fits).count();
    first + count.max(1) - 1
}

/// Hears what may tell of an emergency in a message.
pub struct Ear {
    stemmer: Stemmer,
    /// The subjects of a word, by its stem.
    subjects: FxHashMap<String, Vec<&'static str>>,
}

/// A word as it is heard.
struct Word {
    /// Its stem, or what a number may measure.
    text: String,
    /// Whether it says something alone: no function word.
    says_something: bool,
}

/// By how much `meaning` is to be multiplied to have the length with which it is weighed; 0 if it says nothing.
pub(super) fn to_unit_length(meaning: &[f32]) -> f32 {
    let length = meaning.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 1e-6 { MEANING_LENGTH / length } else { 0.0 }
}

impl Ear {
    pub fn new() -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut subjects: FxHashMap<String, Vec<&'static str>> = FxHashMap::default();
        for (subject, words) in
            SUBJECTS.lines().filter(|line| !line.starts_with('#')).filter_map(|it| it.split_once(':'))
        {
            for word in words.split_whitespace() {
                let of_word = subjects.entry(stemmer.stem(word).into_owned()).or_default();
                if !of_word.contains(&subject) {
                    of_word.push(subject);
                }
            }
        }
        Self { stemmer, subjects }
    }

    /// All of `text` as one part, to be learned from.
    pub fn whole(&self, text: &str) -> Part {
        together(&self.sentences(&Message::new(text, |_| false)))
    }

    /// All parts of `text` that are heard together, to be learned from.
    pub fn parts(&self, text: &str) -> Vec<Part> {
        let sentences = self.sentences(&Message::new(text, |_| false));
        let ends = |first: usize| last_together(&sentences, first);
        (0..sentences.len())
            .flat_map(|first| (first..=ends(first)).map(move |last| (first, last)))
            .map(|(first, last)| together(&sentences[first..=last]))
            .collect()
    }

    /// Each sentence of `message`; one that has no end is cut.
    pub(super) fn sentences(&self, message: &Message) -> Vec<Part> {
        let same = |a: &Token, b: &Token| a.sentence == b.sentence;
        let asked = |sentence: &[Token]| message.questions.binary_search(&sentence[0].sentence).is_ok();
        let sentences = message.tokens.chunk_by(same).flat_map(|sentence| sentence.chunks(WORDS_TOGETHER));
        sentences.map(|sentence| self.sentence(sentence, asked(sentence))).collect()
    }

    /// The stem under which `word` is heard; `None` if it is not.
    pub(super) fn stem_of(&self, word: &str) -> Option<String> {
        self.word(word).map(|word| word.text)
    }

    fn sentence(&self, tokens: &[Token], asked: bool) -> Part {
        let mut meaning = vec![0f32; word_vectors::width()];
        let mut words: Vec<Word> = Vec::new();
        for token in tokens {
            let Some(word) = self.word(&token.text) else { continue };
            let weight = if word.says_something { 1.0 } else { SMALL_WORD_MEANS };
            word_vectors::add_first_known(&[&token.text, &word.text], weight, &mut meaning);
            words.push(word);
        }
        let mut heard: FxHashSet<String> = FxHashSet::default();
        // "and", "my" alone say how somebody writes, not how he fares; beside another word they do.
        heard.extend(words.iter().filter(|word| word.says_something).map(|word| word.text.clone()));
        heard.extend(words.windows(2).map(|pair| format!("{} {}", pair[0].text, pair[1].text)));
        heard.extend(asked.then(|| "?".to_owned()));
        self.hear_subjects(&words, &mut heard);
        let mut words: Vec<String> = heard.into_iter().collect();
        words.sort_unstable();
        Part { words, meaning, sentence: tokens[0].sentence, length: tokens.len() }
    }

    /// Adds the subjects of `words` (`@eye`), two that stand close together (`@dark @eye`), and small words with them
    /// (`my ... @eye`).
    fn hear_subjects(&self, words: &[Word], heard: &mut FxHashSet<String>) {
        let subjects: Vec<&[&str]> =
            words.iter().map(|word| self.subjects.get(&word.text).map_or(&[][..], Vec::as_slice)).collect();
        // There are far fewer subjects than words in a long message, so they are written out only once.
        let mut two: FxHashSet<(&str, &str)> = FxHashSet::default();
        let mut with_small: FxHashSet<(&str, &str, bool)> = FxHashSet::default();
        for (at, here) in subjects.iter().enumerate() {
            let before = &words[at.saturating_sub(SMALL_WORD_CLOSE)..at];
            let after = &words[at + 1..words.len().min(at + 1 + SMALL_WORD_CLOSE)];
            for subject in *here {
                two.insert((subject, subject));
                let near = &subjects[at + 1..subjects.len().min(at + 1 + CLOSE)];
                two.extend(near.iter().copied().flatten().map(|other| (*subject.min(other), *subject.max(other))));
                for (side, is_before) in [(before, true), (after, false)] {
                    let small = side.iter().filter(|word| !word.says_something);
                    with_small.extend(small.map(|word| (word.text.as_str(), *subject, is_before)));
                }
            }
        }
        heard.extend(two.into_iter().map(|(a, b)| if a == b { format!("@{a}") } else { format!("@{a} @{b}") }));
        heard.extend(with_small.into_iter().map(|(word, subject, is_before)| {
            if is_before { format!("{word} ... @{subject}") } else { format!("@{subject} ... {word}") }
        }));
    }

    /// A word as it is heard; `None` for emoji and noise.
    fn word(&self, word: &str) -> Option<Word> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
            let value: f64 = word[..end].parse().unwrap_or(0.0);
            let is_fever = (38.0..=42.5).contains(&value) || (100.4..=107.0).contains(&value);
            let unit = &word[end..];
            let number = if is_fever { "#hot" } else { "#" };
            let text = format!("{number}{}", if unit.len() < 4 { unit } else { "" });
            return Some(Word { text, says_something: true });
        }
        if !word.starts_with(char::is_alphanumeric) || word.len() > LONGEST_WORD {
            return None;
        }
        let says_something = Commonness::of(word) != Commonness::Function;
        Some(Word { text: self.stemmer.stem(word).into_owned(), says_something })
    }
}

impl Default for Ear {
    fn default() -> Self {
        Self::new()
    }
}

/// Several sentences as one part, its meaning of the length that is weighed.
fn together(sentences: &[Part]) -> Part {
    let mut words: Vec<String> = sentences.iter().flat_map(|sentence| sentence.words.iter().cloned()).collect();
    words.sort_unstable();
    words.dedup();
    let mut meaning = vec![0f32; word_vectors::width()];
    for sentence in sentences {
        meaning.iter_mut().zip(&sentence.meaning).for_each(|(sum, number)| *sum += number);
    }
    let by = to_unit_length(&meaning);
    meaning.iter_mut().for_each(|number| *number *= by);
    let length = sentences.iter().map(|sentence| sentence.length).sum();
    Part { words, meaning, sentence: sentences.first().map_or(0, |part| part.sentence), length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_heard_alone_and_close_together() {
        let heard = Ear::new().whole("my eye went black").words;
        for wanted in ["@eye", "@dark", "@dark @eye", "eye", "my eye", "my ... @eye"] {
            assert!(heard.iter().any(|it| it == wanted), "{wanted}: {heard:?}");
        }
        let far = Ear::new().whole("my eye one two three four five six black").words;
        assert!(!far.iter().any(|it| it == "@dark @eye" || it == "my ... @dark"), "{far:?}");
    }

    #[test]
    fn numbers_are_heard_by_what_they_may_measure() {
        assert_eq!(Ear::new().whole("39.4 and 12mg?").words, ["#hot", "#hot and", "#mg", "?", "and #mg"]);
    }

    #[test]
    fn words_of_one_meaning_are_heard_as_near() {
        let meaning = |text: &str| Ear::new().whole(text).meaning;
        let near = |a: &str, b: &str| -> f32 { meaning(a).iter().zip(meaning(b)).map(|(a, b)| a * b).sum() };
        assert!(near("painful", "hurts") > near("painful", "invoice"));
        assert!(meaning("").iter().all(|number| *number == 0.0));
    }
}
