//! Why an entry was found and how sure that is, taken apart: for `--explain`, `--json` and `eval`.

use rustc_hash::FxHashSet;

use super::asked::STEMS;
use super::features::{DOUBT_NAMES, LIKENESS_NAMES, MODEL};
use super::index::Index;
use super::measure::Measured;
use super::similarity::stems;
use super::text::Token;

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

/// A part of the confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// The doubt by its name, of [`DOUBT_NAMES`]; `None`: where every confidence starts, before anything speaks for or
    /// against the entry.
    pub name: Option<&'static str>,
    /// What was measured.
    pub value: f64,
    /// What it adds to the log odds that the entry is right, in bits: +1 doubles the odds, -1 halves them. All reasons
    /// together are the confidence's own log odds.
    pub bits: f64,
}

/// A measure of which the second entry has less than the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lack {
    /// The measure by its name, of [`LIKENESS_NAMES`].
    pub name: &'static str,
    pub first: f64,
    pub second: f64,
    /// What the difference makes in the scores.
    pub score: f64,
}

impl Index {
    /// What the confidence in the first entry was made of, what weighs most first and what weighs nothing left out.
    pub(super) fn reasons(&self, measured: &Measured) -> Vec<Reason> {
        if measured.order.is_empty() {
            return Vec::new();
        }
        let w = self.weights.when(measured.meant[MODEL]);
        let bits = |log_odds: f64| log_odds / std::f64::consts::LN_2;
        let start = Reason { name: None, value: 0.0, bits: bits(w.slope * w.constant + w.shift) };
        let of_doubts = DOUBT_NAMES.iter().zip(measured.doubts.iter().zip(&w.doubt)).map(|(name, (value, weight))| {
            Reason { name: Some(name), value: f64::from(*value), bits: bits(w.slope * weight * f64::from(*value)) }
        });
        // Below a hundredth of a bit nothing would be shown but a zero.
        let mut reasons: Vec<Reason> = Vec::with_capacity(1 + DOUBT_NAMES.len());
        reasons.extend(std::iter::once(start).chain(of_doubts).filter(|reason| reason.bits.abs() >= 0.005));
        reasons.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
        reasons
    }

    /// What the second entry had less of than the first, what weighs most first.
    pub(super) fn lacked(&self, measured: &Measured) -> Vec<Lack> {
        let [first, second, ..] = measured.order[..] else { return Vec::new() };
        let [first, second] = [first, second].map(|entry| &measured.likenesses[measured.place(entry)]);
        let mut lacked: Vec<Lack> = Vec::with_capacity(LIKENESS_NAMES.len());
        let measures = LIKENESS_NAMES
            .iter()
            .zip(first.iter().zip(second).zip(&self.weights.when(measured.meant[MODEL]).likeness))
            .map(|(name, ((first, second), weight))| Lack {
                name,
                first: f64::from(*first),
                second: f64::from(*second),
                score: weight * f64::from(first - second),
            })
            .filter(|lack| lack.score >= 0.005);
        lacked.extend(measures);
        lacked.sort_by(|a, b| b.score.total_cmp(&a.score));
        lacked
    }

    /// The words of the question, each stem once, to be met with texts.
    pub(super) fn asked_words<'m>(&self, measured: &'m Measured) -> AskedWords<'m> {
        let stem_space = &self.parts.spaces[STEMS];
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let words = measured.tokens.iter().filter(|token| seen.insert(&token.stem)).map(|token| {
            let stem = stem_space.id(stems::feature(&token.stem));
            let weight = self.parts.weight(token, stem.map_or(0, |stem| stem_space.entries_with(stem)));
            (token, stem, weight)
        });
        let words: Vec<_> = words.collect();
        AskedWords { total: words.iter().map(|(.., weight)| weight).sum(), words }
    }

    /// Which words of the question meet which of the text number `nearest`, heaviest first.
    pub(super) fn meetings(&self, asked: &AskedWords, nearest: u32) -> Vec<Meeting> {
        let texts = &self.parts.texts;
        let row = texts.row(nearest as usize);
        let mut meetings = Vec::new();
        for (token, stem, weight) in &asked.words {
            let forms = || row.iter().map(|place| texts.form(place.form()));
            let same = stem.and_then(|stem| forms().find(|form| form.stem == stem));
            let near = || {
                // Few words have any group: most need no search.
                let groups = &token.concepts;
                (!groups.is_empty())
                    .then(|| forms().find(|form| texts.concepts_of(form).iter().any(|c| groups.contains(c))))
                    .flatten()
            };
            if let Some(form) = same.or_else(near) {
                let known = self.analyzer.dictionary.words().word(form.word).to_owned();
                let weight = f64::from(*weight) / f64::from(asked.total.max(1e-6));
                meetings.push(Meeting { asked: token.typed.clone(), known, weight });
            }
        }
        meetings.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        meetings
    }
}

/// The words of a question, and what they weigh together.
pub(super) struct AskedWords<'m> {
    /// Each with the number of its stem, if any text has it, and its weight.
    words: Vec<(&'m Token, Option<u32>, f32)>,
    total: f32,
}
