//! The search: a question in, ranked matches out, each with its explanation.

use super::calibration::{Confidence, Score};
use crate::knowledge::{EntryId, Knowledge};

/// An entry that was found, and why.
#[derive(Debug, Clone)]
pub struct Match {
    pub id: EntryId,
    /// The entry's question.
    pub question: String,
    pub score: Score,
    /// The chance that this entry is what was asked for.
    pub confidence: Confidence,
    pub explanation: Explanation,
}

/// Why an entry was found.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// The phrasing that is nearest.
    pub nearest: String,
    /// Which word of the question met which word of the entry, heaviest first.
    pub words: Vec<Meeting>,
    /// What each measure gave, by its name.
    pub measures: Vec<(&'static str, f64)>,
}

/// A word of the question and the entry's word that it met.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// As the question has it.
    pub asked: String,
    /// As the entry has it.
    pub known: String,
    /// How much the meeting counts, as a share of the question in `0.0..=1.0`.
    pub weight: f64,
}

/// All phrasings of a set, ready to be searched.
#[derive(Debug, Clone, Default)]
pub struct Index {
    entries: Vec<(EntryId, String)>,
}

impl Index {
    pub fn new(knowledge: &Knowledge) -> Self {
        Self { entries: knowledge.entries.iter().map(|e| (e.id.clone(), e.question.clone())).collect() }
    }

    /// The best matches for `text`, best first, at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Match> {
        let mut found: Vec<Match> = self
            .entries
            .iter()
            .map(|(id, question)| {
                let near = strsim::sorensen_dice(&text.to_lowercase(), &question.to_lowercase());
                Match {
                    id: id.clone(),
                    question: question.clone(),
                    score: Score::new(near),
                    confidence: Confidence::new(near),
                    explanation: Explanation::default(),
                }
            })
            .collect();
        found.sort_by(|a, b| b.score.value().total_cmp(&a.score.value()));
        found.truncate(limit);
        found
    }
}
