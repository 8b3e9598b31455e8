//! A text as the measures see it: tokens with their stems, concepts and rarity.
//!
//! Phrasings and questions go through the same steps, so that what is alike meets: normalise → mend typos (questions only)
//! → plain words → stems.

use rust_stemmers::{Algorithm, Stemmer};

use super::common::Commonness;
use super::normalize::normalize;
use super::repair::Dictionary;
use super::vocabulary::{Concept, Lexicon};

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
pub struct Analyzer {
    pub lexicon: Lexicon,
    pub dictionary: Dictionary,
    stemmer: Stemmer,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

impl Analyzer {
    pub fn new(lexicon: Lexicon, dictionary: Dictionary) -> Self {
        Self { lexicon, dictionary, stemmer: Stemmer::create(Algorithm::English) }
    }

    /// The tokens of a phrasing or answer, taken as correctly spelled.
    pub fn phrasing(&self, text: &str) -> Vec<Token> {
        let words = normalize(text);
        let mended = words.iter().cloned().enumerate().map(|(at, word)| (word, 1.0, at)).collect();
        self.tokens(mended, &words)
    }

    /// The tokens of a member's message, its typos mended.
    pub fn question(&self, text: &str) -> Vec<Token> {
        let words = normalize(text);
        let mended =
            self.dictionary.mend(&words).into_iter().map(|(mended, at)| (mended.word, mended.sureness, at)).collect();
        self.tokens(mended, &words)
    }

    fn tokens(&self, words: Vec<(String, f32, usize)>, typed: &[String]) -> Vec<Token> {
        let plain_words: Vec<&str> = words.iter().map(|(word, ..)| word.as_str()).collect();
        let plain = self.lexicon.apply(&plain_words);
        let concepts = self.lexicon.concepts(&plain);
        plain
            .into_iter()
            .zip(concepts)
            .map(|(plain, concepts)| {
                let (_, sureness, at) = &words[plain.from];
                Token {
                    stem: self.stem(&plain.word),
                    rarity: Commonness::of(&plain.word).rarity(),
                    concepts,
                    sureness: *sureness,
                    typed: typed[*at].clone(),
                    word: plain.word,
                }
            })
            .collect()
    }

    /// The stem of a plain word (M. F. Porter's English stemmer, "Snowball", 2001).
    pub fn stem(&self, word: &str) -> String {
        self.stemmer.stem(word).into_owned()
    }
}
