//! What is heard of a sentence: its words, pairs of neighbours, subjects, small words near a subject, and what it means.
//!
//! A subject (`subjects.txt`: eyes, what is dark, what came before) makes an eye that "went off" weigh like one that went
//! black: it is heard alone, with another subject close by, and with the small words around it, for "on my throat", "my
//! throat is" and "can a throat" tell apart what the throat alone does not. What the words mean together is heard by the
//! table of `word_vectors`, for all those that are on no list. What it all weighs is `tone`'s and was learned by `tune`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::answering::triage::message::{LONGEST_STEMMED, Message, PIECE, Token};
use crate::matching::common::Commonness;
use crate::matching::similarity::word_vectors;
use crate::matching::stem::stem;

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

/// What is heard of a sentence, or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Words, pairs and subjects, each once, in the order of the alphabet.
    pub words: Vec<String>,
    /// What its words mean together: of a sentence the sum of its words, of a part to be learned from of a set length.
    pub meaning: Vec<f32>,
    /// How many words and numbers of the message it is made of.
    length: usize,
}

/// By how much each of so many things heard is to be multiplied: who says more is not more in trouble. Below six they count
/// as six. With 10, of 870 messages that had not been learned from .63 were caught at 1 % false alarms, .53 without this.
pub fn loudness(heard: usize) -> f32 {
    10.0 / (heard.max(6) as f32).sqrt()
}

/// A sentence of a message; of one that has no end a piece.
pub(super) struct Sentence<'m> {
    pub tokens: &'m [Token],
    /// Whether it ends with a question mark.
    asked: bool,
}

impl Sentence<'_> {
    /// Its number in the message.
    pub fn number(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.sentence)
    }
}

pub(super) fn sentences(message: &Message) -> impl Iterator<Item = Sentence<'_>> {
    let sentences = message.tokens.chunk_by(|a, b| a.sentence == b.sentence);
    sentences.flat_map(|sentence| sentence.chunks(PIECE)).map(|tokens| {
        let asked = message.questions.binary_search(&tokens[0].sentence).is_ok();
        Sentence { tokens, asked }
    })
}

/// How many of sentences with these `lengths`, counted in words, are heard together from the first on.
pub(super) fn count_together(lengths: impl Iterator<Item = usize>) -> usize {
    let mut words = 0;
    let fits = |length: &usize| {
        words += length;
        words <= WORDS_TOGETHER
    };
    lengths.take(TOGETHER).take_while(fits).count().max(1)
}

/// Hears what may tell of an emergency in a message.
pub struct Ear {
    /// The names of the subjects, in the order of the alphabet.
    names: Vec<&'static str>,
    /// The subjects of a word, by its stem: their places in `names`.
    subjects: FxHashMap<String, Vec<u16>>,
}

/// A word as it is heard.
struct Word<'m> {
    /// Its stem, or what a number may measure.
    text: Cow<'m, str>,
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
        let lines = || SUBJECTS.lines().filter(|line| !line.starts_with('#')).filter_map(|it| it.split_once(':'));
        let names = in_order(lines().map(|(subject, _)| subject).collect());
        let mut subjects: FxHashMap<String, Vec<u16>> = FxHashMap::default();
        for (subject, words) in lines() {
            let Ok(place) = names.binary_search(&subject) else { continue };
            for word in words.split_whitespace() {
                let of_word = subjects.entry(stem(word).into_owned()).or_default();
                if !of_word.contains(&(place as u16)) {
                    of_word.push(place as u16);
                }
            }
        }
        Self { names, subjects }
    }

    /// All of `text` as one part, to be learned from.
    pub fn whole(&self, text: &str) -> Part {
        together(&self.sentences(&Message::new(text, |_| false)))
    }

    /// All parts of `text` that are heard together, to be learned from.
    pub fn parts(&self, text: &str) -> Vec<Part> {
        let sentences = self.sentences(&Message::new(text, |_| false));
        let count = |first: usize| count_together(sentences[first..].iter().map(|sentence| sentence.length));
        (0..sentences.len())
            .flat_map(|first| (1..=count(first)).map(move |count| (first, count)))
            .map(|(first, count)| together(&sentences[first..first + count]))
            .collect()
    }

    fn sentences(&self, message: &Message) -> Vec<Part> {
        let part = |sentence: Sentence<'_>| {
            let mut words = Vec::new();
            let meaning = self.listen(&sentence, |heard| words.push(heard.to_owned()));
            Part { words: in_order(words), meaning, length: sentence.tokens.len() }
        };
        sentences(message).map(part).collect()
    }

    /// The stem under which `word` is heard; `None` if it is not.
    pub(super) fn stem_of<'w>(&self, word: &'w Token) -> Option<Cow<'w, str>> {
        self.word(word).map(|word| word.text)
    }

    /// Tells `hear` the words, pairs and subjects of a sentence, in no order and some of them several times. What the words
    /// mean together is given back.
    pub(super) fn listen(&self, sentence: &Sentence<'_>, mut hear: impl FnMut(&str)) -> Vec<f32> {
        let mut meaning = vec![0f32; word_vectors::width()];
        let mut words: Vec<Word<'_>> = Vec::new();
        for token in sentence.tokens {
            let Some(word) = self.word(token) else { continue };
            let weight = if word.says_something { 1.0 } else { SMALL_WORD_MEANS };
            word_vectors::add_first_known(&[&token.text, &word.text], weight, &mut meaning);
            words.push(word);
        }
        // "and", "my" alone say how somebody writes, not how he fares; beside another word they do.
        words.iter().filter(|word| word.says_something).for_each(|word| hear(&word.text));
        let mut several = String::new();
        for pair in words.windows(2) {
            several.clear();
            several.extend([&*pair[0].text, " ", &*pair[1].text]);
            hear(&several);
        }
        if sentence.asked {
            hear("?");
        }
        self.hear_subjects(&words, several, hear);
        meaning
    }

    /// The subjects of `words` (`@eye`), two that stand close together (`@dark @eye`), and small words with them
    /// (`my ... @eye`). `several` is a text to write them into.
    fn hear_subjects(&self, words: &[Word<'_>], mut several: String, mut hear: impl FnMut(&str)) {
        let subjects: Vec<&[u16]> =
            words.iter().map(|word| self.subjects.get(&*word.text).map_or(&[][..], Vec::as_slice)).collect();
        // There are far fewer subjects than words in a long message, so they are written out only once.
        let mut close: Vec<(u16, u16)> = Vec::new();
        let mut with_small: Vec<(&str, u16, bool)> = Vec::new();
        for (at, here) in subjects.iter().enumerate() {
            let before = &words[at.saturating_sub(SMALL_WORD_CLOSE)..at];
            let after = &words[at + 1..words.len().min(at + 1 + SMALL_WORD_CLOSE)];
            for &subject in *here {
                close.push((subject, subject));
                let near = &subjects[at + 1..subjects.len().min(at + 1 + CLOSE)];
                close.extend(near.iter().copied().flatten().map(|&other| (subject.min(other), subject.max(other))));
                for (side, is_before) in [(before, true), (after, false)] {
                    let small = side.iter().filter(|word| !word.says_something);
                    with_small.extend(small.map(|word| (&*word.text, subject, is_before)));
                }
            }
        }
        let name = |subject: u16| self.names[usize::from(subject)];
        for (a, b) in in_order(close) {
            several.clear();
            several.extend(["@", name(a)]);
            if a != b {
                several.extend([" @", name(b)]);
            }
            hear(&several);
        }
        for (word, subject, is_before) in in_order(with_small) {
            several.clear();
            several.extend(if is_before { [word, " ... @", name(subject)] } else { ["@", name(subject), " ... "] });
            if !is_before {
                several.push_str(word);
            }
            hear(&several);
        }
    }

    /// A word as it is heard; `None` for emoji and noise.
    fn word<'w>(&self, token: &'w Token) -> Option<Word<'w>> {
        let word = token.text.as_str();
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
            let value: f64 = word[..end].parse().unwrap_or(0.0);
            let is_fever = (38.0..=42.5).contains(&value) || (100.4..=107.0).contains(&value);
            let unit = &word[end..];
            let number = if is_fever { "#hot" } else { "#" };
            let text = format!("{number}{}", if unit.len() < 4 { unit } else { "" });
            return Some(Word { text: text.into(), says_something: true });
        }
        if !word.starts_with(char::is_alphanumeric) || word.len() > LONGEST_STEMMED {
            return None;
        }
        let says_something = token.commonness() != Commonness::Function;
        Some(Word { text: token.stem().into(), says_something })
    }
}

impl Default for Ear {
    fn default() -> Self {
        Self::new()
    }
}

fn in_order<S: Ord>(mut words: Vec<S>) -> Vec<S> {
    words.sort_unstable();
    words.dedup();
    words
}

/// Several sentences as one part, its meaning of the length that is weighed.
fn together(sentences: &[Part]) -> Part {
    let words = in_order(sentences.iter().flat_map(|sentence| sentence.words.iter().cloned()).collect());
    let mut meaning = vec![0f32; word_vectors::width()];
    for sentence in sentences {
        meaning.iter_mut().zip(&sentence.meaning).for_each(|(sum, number)| *sum += number);
    }
    let by = to_unit_length(&meaning);
    meaning.iter_mut().for_each(|number| *number *= by);
    let length = sentences.iter().map(|sentence| sentence.length).sum();
    Part { words, meaning, length }
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
        let far = Ear::new().whole("my eye sofa lamp fork plate sock tulip black").words;
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
