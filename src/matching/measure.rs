//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (`touch`). Then the entries are looked at as
//! wholes, and the promising ones (`candidates`) by their texts, which sum up what their forms have felt. The time a question
//! takes is that of its own features' lists and of the words of the texts that are looked at.

use super::asked::{Asked, LETTERS, STEMS};
use super::candidates::{Breadth, Candidate};
use super::comparison::Comparison;
use super::features::{Doubts, LIKENESSES, Likenesses, MEANINGS, MODEL, likeness as l};
use super::index::Index;
use super::manner::Manner;
use super::similarity::meanings::{AskedMeaning, MEASURES, Meaning, Meanings};
use super::text::Token;
use super::touch::Touch;
use super::weights::Weights;

/// The raw outcome of a search: for the entries that were looked at what was measured, and the order.
#[derive(Debug, Clone)]
pub struct Measured {
    pub tokens: Vec<Token>,
    /// The entries that were looked at, in rising order.
    pub entries: Vec<u32>,
    /// What was measured of each of them.
    pub likenesses: Vec<Likenesses>,
    /// The text of each of them that is nearest.
    pub nearest: Vec<u32>,
    /// The score of each of them.
    pub scores: Vec<f32>,
    /// The same entries, best first.
    pub order: Vec<u32>,
    pub doubts: Doubts,
    pub unknown: Vec<String>,
    pub manner: Manner,
    pub subject_only: bool,
    /// Which kinds of meaning were compared.
    pub meant: [bool; MEANINGS],
}

impl Measured {
    /// Where an entry that was looked at stands in the lists.
    pub fn place(&self, entry: u32) -> usize {
        match self.entries.get(entry as usize) {
            // All entries were looked at.
            Some(&at) if at == entry => entry as usize,
            _ => self.entries.partition_point(|at| *at < entry),
        }
    }
}

/// What was measured of some entries.
pub(super) struct Likened {
    pub entries: Vec<u32>,
    pub likenesses: Vec<Likenesses>,
    pub nearest: Vec<u32>,
    pub scores: Vec<f32>,
}

/// A kind of meaning that can be compared.
struct Meant<'i> {
    kind: usize,
    meanings: &'i Meanings,
    asked: AskedMeaning,
}

impl Index {
    /// Takes all measures of the entries that are promising for `asked`.
    pub(super) fn liken(
        &self,
        tokens: &[Token],
        asked: &Asked,
        meant: &[Option<Meaning>; MEANINGS],
        breadth: Breadth,
    ) -> Likened {
        let mut touch = self.touches.take(|| Touch::new(self.parts.texts.forms(), self.len()));
        touch.feel(self, tokens, asked, self.len() > breadth.candidates);
        let classified = self.classify(asked);
        let mut candidates = self.candidates(asked, &mut touch, &classified, breadth);
        let weights = self.weights.when(meant[MODEL].is_some());
        let meant = self.ask_meanings(meant);
        let mut likenesses = self.liken_entries(asked, &classified, &meant, &candidates);
        breadth.keep_promising(weights, &mut candidates, &mut likenesses);
        let entries: Vec<u32> = candidates.iter().map(|candidate| candidate.entry).collect();
        let nearest = self.liken_texts(asked, weights, &touch, &meant, &entries, &mut likenesses);
        touch.forget();
        self.touches.give_back(touch);
        let scores = likenesses.iter().map(|own| weights.score(own)).collect();
        Likened { entries, likenesses, nearest, scores }
    }

    /// The kinds of meaning that can be compared, with what the question means.
    fn ask_meanings(&self, meant: &[Option<Meaning>; MEANINGS]) -> Vec<Meant<'_>> {
        let kinds = meant.iter().zip(&self.meanings).enumerate();
        kinds
            .filter_map(|(kind, (asked, own))| {
                let meanings = own.get()?;
                Some(Meant { kind, meanings, asked: meanings.ask(asked.as_ref()?) })
            })
            .collect()
    }

    /// What the classifier gives each entry; nothing if there is none.
    fn classify(&self, asked: &Asked) -> Vec<f32> {
        if self.parts.classifier.is_empty() {
            return Vec::new();
        }
        let mut scores = vec![0f32; self.len()];
        self.parts.classifier.add_scores(&asked.vectors[STEMS], 0, &mut scores);
        self.parts.classifier.add_scores(&asked.vectors[LETTERS], self.parts.spaces[STEMS].features(), &mut scores);
        scores
    }

    /// What is to be told of entries without a look at their texts.
    fn liken_entries(
        &self,
        asked: &Asked,
        classified: &[f32],
        meant: &[Meant],
        candidates: &[Candidate],
    ) -> Vec<Likenesses> {
        let mut likenesses = vec![[0f32; LIKENESSES]; candidates.len()];
        for word in &asked.words {
            let share = word.weight / asked.total;
            let listed = self.parts.answers.entries_with(word.feature);
            self.each_listed(listed, candidates, |place| likenesses[place][l::ANSWER] += share);
        }
        for (candidate, own) in candidates.iter().zip(&mut likenesses) {
            let entry = candidate.entry as usize;
            own[l::CLASSIFIER] = classified.get(entry).copied().unwrap_or(0.0);
            for Meant { kind, meanings, asked } in meant {
                let from = l::meaning(*kind);
                own[from + 1..from + MEASURES].copy_from_slice(&meanings.liken_entry(asked, entry));
            }
        }
        likenesses
    }

    /// Adds what the texts of the entries tell; gives the text of each that is nearest.
    fn liken_texts(
        &self,
        asked: &Asked,
        weights: &Weights,
        touch: &Touch,
        meant: &[Meant],
        entries: &[u32],
        likenesses: &mut [Likenesses],
    ) -> Vec<u32> {
        let parts = &self.parts;
        let mut comparison = Comparison::new(asked, touch, &weights.likeness);
        let mut nearest = Vec::with_capacity(entries.len());
        for (entry, own) in entries.iter().zip(likenesses) {
            let entry = *entry as usize;
            let of_texts = comparison.with_entry(self, entry);
            own[..l::OF_TEXT].copy_from_slice(&of_texts.nearest);
            own[l::OF_ENTRY].copy_from_slice(&of_texts.whole);
            let length = parts.texts.entry_length(entry);
            let mut okapi = 0.0;
            (own[l::UNION], own[l::UNION_NEAR]) = comparison.partners.end_entry(|word, count| {
                okapi += asked.words[word].okapi * parts.okapi.saturated(count as f32, length);
            });
            own[l::OKAPI] = okapi;
            for Meant { kind, meanings, asked } in meant {
                own[l::meaning(*kind)] = meanings.liken_texts(asked, parts.texts.of_entry(entry));
            }
            nearest.push(of_texts.nearest_text);
        }
        nearest
    }
}
