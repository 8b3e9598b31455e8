//! Which entries of a large set are worth measuring: those that the question's most telling words lead to.
//!
//! Each form that the question touches promises its entries about what it would add to their score; the most promising forms
//! are followed first, until the work is done or enough (J. Lin, A. Trotman, "Anytime Ranking for Impact-Ordered Indexes",
//! ICTIR 2015). The promise leaves out how long the texts are and which words stand together, and so it only chooses:
//! the measures decide.

use super::asked::{Asked, CONCEPTS, LETTERS, STEMS, WHOLE_WORDS};
use super::features::likeness as l;
use super::index::Index;
use super::texts::NONE;
use super::touch::{Met, Near, Touch};

/// How many entries are measured. Sets with fewer are measured whole. The entry that is first after all measures was among
/// the first 128 by promise on every question that was tried (`benches/README.md`, `tests/suite/scale.rs`); the rest is for
/// what was not tried.
pub const MOST_CANDIDATES: usize = 256;

/// How many entries the lists that are followed may name, all together: about half a millisecond. A longer list than is
/// left is passed over, unless nothing was followed yet.
const MOST_FOLLOWED: usize = 150_000;

/// A form that promises less than this share of the best form's promise is not followed: there are thousands that share a
/// few letters with the question by chance.
const LEAST_PROMISE: f32 = 0.04;

impl Index {
    /// The `most` most promising entries, in rising order.
    pub(super) fn candidates(&self, asked: &Asked, touch: &mut Touch, classified: &[f32], most: usize) -> Vec<u32> {
        if self.len() <= most {
            return (0..self.len() as u32).collect();
        }
        let w = &self.weights.likeness;
        let mut promised: Vec<u32> = Vec::new();
        let mut leads: Vec<(f32, &[u32])> = Vec::new();
        for (form, letters, met) in touch.forms() {
            let promise = self.promise(asked, letters, met, &touch.near);
            leads.push((promise, self.parts.texts.entries_with(form as usize)));
        }
        let promise = &mut touch.promise;
        for word in &asked.words {
            let share = f64::from(word.weight / asked.total);
            leads.push(((w[l::ANSWER] * share) as f32, self.parts.answers.entries_with(word.feature)));
        }
        let best = leads.iter().map(|lead| lead.0).fold(0f32, f32::max);
        leads.retain(|lead| lead.0 > 0.0 && lead.0 >= LEAST_PROMISE * best);
        // Stable, so that equal promises are followed in the same order in every run.
        leads.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut left = MOST_FOLLOWED;
        for (own, entries) in leads {
            if entries.len() > left && left < MOST_FOLLOWED {
                continue;
            }
            left = left.saturating_sub(entries.len());
            for &entry in entries {
                let sum = &mut promise[entry as usize];
                if *sum == 0.0 {
                    promised.push(entry);
                }
                *sum += own;
            }
        }
        if !classified.is_empty() {
            for (entry, score) in (0..).zip(classified) {
                let sum = &mut promise[entry as usize];
                if *sum == 0.0 {
                    promised.push(entry);
                }
                *sum += (w[l::CLASSIFIER] * f64::from(*score)) as f32;
            }
        }
        if promised.len() > most {
            promised.select_nth_unstable_by(most - 1, |a, b| {
                promise[*b as usize].total_cmp(&promise[*a as usize]).then(a.cmp(b))
            });
        }
        let mut chosen: Vec<u32> = promised.iter().copied().take(most).collect();
        // Where the question leads to too few, the set's first entries fill the list, as they would without a choice.
        let fill = (0..self.len() as u32).filter(|entry| promise[*entry as usize] == 0.0);
        chosen.extend(fill.take(most - chosen.len()));
        chosen.sort_unstable();
        for entry in promised {
            promise[entry as usize] = 0.0;
        }
        chosen
    }

    /// About what a form adds to the score of an entry that has it.
    fn promise(&self, asked: &Asked, letters: f32, met: Option<&Met>, near: &[Near]) -> f32 {
        let w = &self.weights.likeness;
        let mean = self.parts.sizes.mean();
        let mut promise = f64::from(letters * mean.scales[LETTERS]) * (w[l::LETTERS] + w[l::LETTERS_ENTRY]);
        let Some(met) = met else { return promise as f32 };
        for (space, text, entry) in [
            (STEMS, l::STEMS, l::STEMS_ENTRY),
            (CONCEPTS, l::CONCEPTS, l::CONCEPTS_ENTRY),
            (WHOLE_WORDS, l::WORDS, l::WORDS_ENTRY),
        ] {
            promise += f64::from(met.products[space] as f32 * mean.scales[space]) * (w[text] + w[entry]);
        }
        let share_of_text = f64::from(met.weight / mean.total);
        let share = |word: u32| f64::from(asked.words[word as usize].weight / asked.total);
        if met.word != NONE {
            promise += share(met.word) * (w[l::QUESTION_KNOWN] + w[l::UNION]);
            promise += f64::from(asked.words[met.word as usize].okapi) * w[l::OKAPI];
            promise += share_of_text * w[l::TEXT_KNOWN];
        } else if met.near != NONE {
            let near_words = std::iter::successors(near.get(met.near as usize), |own| near.get(own.next as usize));
            promise += near_words.map(|own| share(own.word)).sum::<f64>() * (w[l::QUESTION_NEAR] + w[l::UNION_NEAR]);
            promise += share_of_text * w[l::TEXT_NEAR];
        }
        promise as f32
    }
}
