//! What texts and questions mean by their words: the sums of `similarity::word_vectors`, ready to be compared.

use super::features::WORD_VECTORS;
use super::index::Index;
use super::similarity::meanings::{Meaning, Meanings};
use super::similarity::word_vectors;
use super::text::Token;

impl Index {
    /// Learns what the texts mean by their words, if any fit looks at it.
    pub(super) fn learn_word_vectors(&self) {
        if (self.weights.looks_at(WORD_VECTORS) || self.weights.when(true).looks_at(WORD_VECTORS))
            && let Some(own) = self.word_meanings()
        {
            let _ = self.meanings[WORD_VECTORS].set(own);
        }
    }

    /// What a question's words mean together; `None` if they say nothing.
    pub(super) fn word_meaning(&self, tokens: &[Token]) -> Option<Meaning> {
        self.meanings[WORD_VECTORS].get()?;
        Meaning::new(&word_vectors::sum(tokens.iter().map(|token| (token.word.as_str(), token.sureness))))
    }

    fn word_meanings(&self) -> Option<Meanings> {
        let texts = &self.parts.texts;
        let vectors = self.form_vectors();
        let of_text = |text: usize| {
            let mut sum = vec![0f32; vectors.first().map_or(0, Vec::len)];
            for place in texts.row(text) {
                sum.iter_mut().zip(&vectors[place.form()]).for_each(|(sum, x)| *sum += x);
            }
            sum
        };
        Meanings::new(texts, (0..texts.len()).map(of_text))
    }

    /// The vector of each form of the texts.
    fn form_vectors(&self) -> Vec<Vec<f32>> {
        let words = self.analyzer.dictionary.words();
        let word = |form: usize| words.word(self.parts.texts.form(form).word);
        (0..self.parts.texts.forms()).map(|form| word_vectors::sum(std::iter::once((word(form), 1.0)))).collect()
    }
}
