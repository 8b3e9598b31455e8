//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (`touch`), then the texts are gone through
//! and sum up what their forms have felt. The time a question takes is that of its own features' lists and of
//! the words of the texts that are looked at.

use super::asked::{Asked, LETTERS, STEMS};
use super::comparison::Comparison;
use super::features::{Doubts, LIKENESSES, Likenesses, MEANINGS, MODEL, likeness as l};
use super::index::Index;
use super::manner::Manner;
use super::similarity::meanings::Meaning;
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

impl Index {
    /// Takes all measures of the entries that are promising for `asked`, at most `most` of them.
    pub(super) fn liken(
        &self,
        tokens: &[Token],
        asked: &Asked,
        meant: &[Option<Meaning>; MEANINGS],
        most: usize,
    ) -> Likened {
        let mut touch = self
            .touches
            .take(|| Touch::new(self.parts.texts.forms(), self.parts.spaces[LETTERS].features(), self.len()));
        touch.feel(self, tokens, asked, self.len() > most);
        let classified = self.classify(asked);
        let entries = self.candidates(asked, &mut touch, &classified, most);
        let weights = self.weights.when(meant[MODEL].is_some());
        let mut likened = self.liken_entries(asked, weights, &mut touch, &classified, entries);
        self.liken_meanings(meant, weights, &mut likened);
        touch.forget(asked);
        self.touches.give_back(touch);
        likened
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

    fn liken_entries(
        &self,
        asked: &Asked,
        weights: &Weights,
        touch: &mut Touch,
        classified: &[f32],
        entries: Vec<u32>,
    ) -> Likened {
        let parts = &self.parts;
        let w = &weights.likeness;
        let answered = self.answered(asked, &entries);
        let mut comparison = Comparison::new(asked, touch, w);
        let mut likenesses = Vec::with_capacity(entries.len());
        let mut nearest = Vec::with_capacity(entries.len());
        let mut scores = Vec::with_capacity(entries.len());
        for (&entry, answered) in entries.iter().zip(answered) {
            let entry = entry as usize;
            let of_texts = comparison.with_entry(self, entry);
            let mut own: Likenesses = [0f32; LIKENESSES];
            own[..l::OF_TEXT].copy_from_slice(&of_texts.nearest);
            own[l::OF_ENTRY].copy_from_slice(&of_texts.whole);
            let length = parts.texts.entry_length(entry);
            let mut okapi = 0.0;
            (own[l::UNION], own[l::UNION_NEAR]) = comparison.partners.end_entry(|word, count| {
                okapi += asked.words[word].okapi * parts.okapi.saturated(count as f32, length);
            });
            own[l::OKAPI] = okapi;
            own[l::CLASSIFIER] = classified.get(entry).copied().unwrap_or(0.0);
            own[l::ANSWER] = answered;
            scores.push(own.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32);
            likenesses.push(own);
            nearest.push(of_texts.nearest_text);
        }
        Likened { entries, likenesses, nearest, scores }
    }

    /// Adds the likenesses of meanings.
    fn liken_meanings(&self, meant: &[Option<Meaning>; MEANINGS], weights: &Weights, likened: &mut Likened) {
        let w = &weights.likeness;
        for (kind, (asked, own)) in meant.iter().zip(&self.meanings).enumerate() {
            let (Some(asked), Some(own)) = (asked, own.get()) else { continue };
            let from = l::meaning(kind);
            let asked = own.ask(asked);
            for ((entry, likenesses), score) in
                likened.entries.iter().zip(&mut likened.likenesses).zip(&mut likened.scores)
            {
                let entry = *entry as usize;
                let of = own.liken(&asked, entry, self.parts.texts.of_entry(entry));
                likenesses[from..from + of.len()].copy_from_slice(&of);
                *score += of.iter().zip(&w[from..]).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32;
            }
        }
    }

    /// The share of the question's weight that the answer of each of `entries` has.
    fn answered(&self, asked: &Asked, entries: &[u32]) -> Vec<f32> {
        let all = entries.len() == self.len();
        let mut answered = vec![0f32; entries.len()];
        for word in &asked.words {
            let share = word.weight / asked.total;
            let with = self.parts.answers.entries_with(word.feature);
            if all {
                with.iter().for_each(|&entry| answered[entry as usize] += share);
                continue;
            }
            let mut rest = with;
            for (place, entry) in entries.iter().enumerate() {
                let skipped = galloped(rest, *entry);
                rest = &rest[skipped..];
                match rest.first() {
                    Some(found) if found == entry => answered[place] += share,
                    Some(_) => {}
                    None => break,
                }
            }
        }
        answered
    }
}

/// How many of the sorted numbers stand below `wanted`: looked for in steps that double, since it is seldom far.
fn galloped(sorted: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    while step < sorted.len() && sorted[step] < wanted {
        step *= 2;
    }
    let from = step / 2;
    let to = (step + 1).min(sorted.len());
    from + sorted[from..to].partition_point(|number| *number < wanted)
}
