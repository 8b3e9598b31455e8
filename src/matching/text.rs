//! A text as the measures see it: tokens with their stems, concepts and rarity.
//!
//! Phrasings and questions go through the same steps, so that what is alike meets: normalise (before) → mend typos (questions
//! only) → plain words → stems.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::common::Commonness;
use super::repair::Dictionary;
use super::stem::stem;
use super::vocabulary::{Concept, Lexicon};

/// The rarity of little words that make up a term of the vocabulary ("how much"): that of a common content word.
const TERM_RARITY: f32 = 0.6;

/// Words up to which stemming all is quicker than remembering which were stemmed.
const SHORT: usize = 40;

/// One word of a text.
#[derive(Debug, Clone)]
pub struct Token {
    /// The plain word: mended, slang replaced.
    pub word: String,
    pub stem: String,
    pub concepts: Vec<Concept>,
    /// How rare the word is in everyday English, in `0.0..=1.0`.
    pub rarity: f32,
    /// How sure it is that this word was meant: below 1 for a mended one.
    pub sureness: f32,
    /// As it was typed.
    pub typed: String,
}

impl Token {
    pub fn is_number(&self) -> bool {
        self.word.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// Turns texts into tokens.
#[derive(Debug)]
pub struct Analyzer {
    pub lexicon: Lexicon,
    pub dictionary: Dictionary,
}

impl Analyzer {
    pub fn new(lexicon: Lexicon, dictionary: Dictionary) -> Self {
        Self { lexicon, dictionary }
    }

    /// The tokens of a phrasing or answer with these words, taken as correctly spelled.
    pub fn phrasing(&self, words: &[&str]) -> Vec<Token> {
        let mended = words.iter().enumerate().map(|(at, word)| ((*word).into(), 1.0, at)).collect();
        self.tokens(mended, words)
    }

    /// The tokens of a member's message with these words, its typos mended.
    pub fn question(&self, words: &[String]) -> Vec<Token> {
        let mended =
            self.dictionary.mend(words).into_iter().map(|(mended, at)| (mended.word, mended.sureness, at)).collect();
        self.tokens(mended, words)
    }

    fn tokens(&self, words: Vec<(Cow<str>, f32, usize)>, typed: &[impl AsRef<str>]) -> Vec<Token> {
        let plain_words: Vec<&str> = words.iter().map(|(word, ..)| &**word).collect();
        let plain = self.lexicon.apply(&plain_words);
        // A long message says its words again and again; each is stemmed once.
        let mut known: FxHashMap<&str, String> = FxHashMap::default();
        let stems: Vec<String> = if plain.len() <= SHORT {
            plain.iter().map(|plain| stem(&plain.word).into_owned()).collect()
        } else {
            plain
                .iter()
                .map(|plain| known.entry(&plain.word).or_insert_with(|| stem(&plain.word).into_owned()).clone())
                .collect()
        };
        drop(known);
        let concepts = self.lexicon.concepts(&stems);
        plain
            .into_iter()
            .zip(stems)
            .zip(concepts)
            .map(|((plain, stem), (concepts, in_term))| {
                let (_, sureness, at) = &words[plain.from];
                Token {
                    stem,
                    rarity: Commonness::of(&plain.word).rarity().max(if in_term { TERM_RARITY } else { 0.0 }),
                    concepts,
                    sureness: *sureness,
                    typed: typed[*at].as_ref().to_owned(),
                    word: plain.word,
                }
            })
            .collect()
    }
}
