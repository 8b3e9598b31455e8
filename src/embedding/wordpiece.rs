//! Text to the numbers of the model's word pieces, as BERT does it.
//!
//! Words are split at spaces and punctuation and, if the vocabulary does not have them whole, into the longest pieces that it
//! has, from the left (Y. Wu et al., "Google's Neural Machine Translation System", 2016, section 4.1).

use std::collections::HashMap;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::ModelError;

/// The vocabulary, and how text is made ready for it.
#[derive(Debug)]
pub struct WordPiece {
    vocabulary: HashMap<Box<str>, u32>,
    /// Before a piece that goes on within a word.
    prefix: String,
    longest_word: usize,
    lowercase: bool,
    strip_accents: bool,
    unknown: u32,
    begin: u32,
    end: u32,
    /// The pieces with a letter or a digit in them, those that mark something left out.
    of_words: Vec<bool>,
}

#[derive(Deserialize)]
struct File {
    model: Pieces,
    normalizer: Option<Normalizer>,
}

#[derive(Deserialize)]
struct Pieces {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    unk_token: String,
    #[serde(default)]
    continuing_subword_prefix: String,
    #[serde(default = "longest_word")]
    max_input_chars_per_word: usize,
    vocab: serde_json::Value,
}

fn longest_word() -> usize {
    100
}

#[derive(Deserialize)]
struct Normalizer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    lowercase: bool,
    strip_accents: Option<bool>,
}

impl WordPiece {
    /// From the text of a `tokenizer.json`, whose pieces must be below `count`.
    ///
    /// # Errors
    /// If it is damaged, or of another kind.
    pub fn new(json: &[u8], count: usize) -> Result<Self, ModelError> {
        let damaged = |why: String| ModelError::Damaged { file: super::TOKENIZER, why };
        let File { model, normalizer } = serde_json::from_slice(json).map_err(|error| damaged(error.to_string()))?;
        // Old files leave the kind out; only word pieces have a prefix.
        let kind = model.kind.as_deref().unwrap_or("WordPiece");
        if kind != "WordPiece" || model.continuing_subword_prefix.is_empty() {
            return Err(ModelError::Unfit(format!("{} is of kind {kind}; WordPiece is read", super::TOKENIZER)));
        }
        let (lowercase, strip_accents) = match normalizer {
            Some(own) if own.kind == "BertNormalizer" => (own.lowercase, own.strip_accents.unwrap_or(own.lowercase)),
            Some(own) => {
                return Err(ModelError::Unfit(format!(
                    "{} has a normalizer of kind {}; BertNormalizer is read",
                    super::TOKENIZER,
                    own.kind
                )));
            }
            None => (false, false),
        };
        let vocabulary: HashMap<Box<str>, u32> =
            serde_json::from_value(model.vocab).map_err(|error| damaged(format!("its vocabulary: {error}")))?;
        let piece = |name: &str| vocabulary.get(name).copied().ok_or_else(|| damaged(format!("it has no `{name}`")));
        let (unknown, begin, end) = (piece(&model.unk_token)?, piece("[CLS]")?, piece("[SEP]")?);
        if vocabulary.values().any(|piece| *piece as usize >= count) {
            return Err(damaged(format!("it has more pieces than the {count} of {}", super::CONFIG)));
        }
        let mut of_words = vec![false; count];
        for (piece, nth) in &vocabulary {
            of_words[*nth as usize] = piece.chars().any(char::is_alphanumeric) && ![begin, end].contains(nth);
        }
        Ok(Self {
            vocabulary,
            of_words,
            prefix: model.continuing_subword_prefix,
            longest_word: model.max_input_chars_per_word,
            lowercase,
            strip_accents,
            unknown,
            begin,
            end,
        })
    }

    /// Whether `piece` is one of a word: neither punctuation nor what marks begin and end.
    pub fn is_of_word(&self, piece: u32) -> bool {
        self.of_words.get(piece as usize).is_some_and(|is| *is)
    }

    /// The pieces of `text`, at most `most` of them, those that mark begin and end included.
    pub fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let mut pieces = vec![self.begin];
        for word in self.words(text) {
            if pieces.len() + 1 >= most {
                break;
            }
            self.split(&word, &mut pieces);
        }
        pieces.truncate(most.saturating_sub(1));
        pieces.push(self.end);
        pieces
    }

    fn words(&self, text: &str) -> Vec<String> {
        let mut plain = String::with_capacity(text.len());
        let lower = if self.lowercase { text.to_lowercase() } else { text.to_owned() };
        if self.strip_accents {
            plain.extend(lower.nfd().filter(|c| !is_combining_mark(*c)));
        } else {
            plain = lower;
        }
        let mut words = Vec::new();
        let mut word = String::new();
        for c in plain.chars() {
            if c.is_whitespace() {
                words.push(std::mem::take(&mut word));
            } else if c.is_control() || c == '\u{fffd}' || is_format(c) {
            } else if stands_alone(c) {
                words.push(std::mem::take(&mut word));
                words.push(c.to_string());
            } else {
                word.push(c);
            }
        }
        words.push(word);
        words.retain(|word| !word.is_empty());
        words
    }

    fn split(&self, word: &str, pieces: &mut Vec<u32>) {
        let before = pieces.len();
        if word.chars().count() > self.longest_word {
            pieces.push(self.unknown);
            return;
        }
        let mut rest = word;
        let mut looked_up = String::new();
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let found = ends.into_iter().find_map(|end| {
                looked_up.clear();
                if rest.len() < word.len() {
                    looked_up.push_str(&self.prefix);
                }
                looked_up.push_str(&rest[..end]);
                self.vocabulary.get(looked_up.as_str()).map(|piece| (*piece, end))
            });
            let Some((piece, end)) = found else {
                pieces.truncate(before);
                pieces.push(self.unknown);
                return;
            };
            pieces.push(piece);
            rest = &rest[end..];
        }
    }
}

/// Joiners, direction marks and the like (Unicode's category Cf, its common part).
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Punctuation and Chinese characters are words of their own.
fn stands_alone(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}')
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r###"{"normalizer":{"type":"BertNormalizer","lowercase":true,"strip_accents":null},
        "model":{"unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":
        {"[UNK]":0,"[CLS]":1,"[SEP]":2,"ex":3,"##oso":4,"##mes":5,"cafe":6,"?":7,"are":8}}}"###;

    #[test]
    fn words_become_the_longest_pieces_that_are_known() {
        let pieces = WordPiece::new(JSON.as_bytes(), 9).unwrap();
        for (text, most, expected) in [
            ("Are EXOSOMES?", 16, &[1, 8, 3, 4, 5, 7, 2][..]),
            ("café\u{200b}", 16, &[1, 6, 2]),
            ("exo", 16, &[1, 0, 2]),
            ("", 16, &[1, 2]),
            ("are are exosomes", 5, &[1, 8, 8, 3, 2]),
        ] {
            assert_eq!(pieces.pieces(text, most), expected, "{text}");
        }
    }

    #[test]
    fn punctuation_and_marks_are_of_no_word() {
        let pieces = WordPiece::new(JSON.as_bytes(), 9).unwrap();
        let of_words: Vec<u32> = (0..12).filter(|piece| pieces.is_of_word(*piece)).collect();
        assert_eq!(of_words, [0, 3, 4, 5, 6, 8]);
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        for (from, to, told) in [
            ("\"unk_token\"", "\"type\":\"BPE\",\"unk_token\"", "WordPiece"),
            ("BertNormalizer", "Lowercase", "BertNormalizer"),
            ("[CLS]", "<s>", "`[CLS]`"),
            ("\"are\":8", "\"are\":9", "more pieces"),
            ("{\"[UNK]\"", "", "tokenizer.json"),
        ] {
            let error = WordPiece::new(JSON.replace(from, to).as_bytes(), 9).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
