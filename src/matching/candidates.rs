//! Which entries of a large set are worth measuring: those that the question's most telling words lead to.
//!
//! Each form that the question touches promises its entries about what it would add to their score; the most promising forms
//! are followed first, until the work is done or enough (J. Lin, A. Trotman, "Anytime Ranking for Impact-Ordered Indexes",
//! ICTIR 2015). The promise leaves out how long the texts are and which words stand together, and so it only chooses:
//! the measures decide.

use super::asked::{Asked, CONCEPTS, LETTERS, STEMS, WHOLE_WORDS};
use super::features::likeness as l;
use super::index::Index;
use super::measure::{Felt, Touch};
use super::texts::NONE;

/// How many entries are measured. Sets with fewer are measured whole. The entry that is first after all measures was among
/// the first 16 by promise on every question that was tried (`tests/suite/scale.rs`); the rest is for what was not tried.
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
        let Touch { felt, forms, near, promise, .. } = touch;
        let mut leads: Vec<(f32, &[u32])> = Vec::new();
        for &form in &*forms {
            let near_words =
                std::iter::successors(near.get(felt[form as usize].near as usize), |own| near.get(own.next as usize));
            let share_near: f32 = near_words.map(|own| asked.words[own.word as usize].weight / asked.total).sum();
            let promise = self.promise(asked, form as usize, &felt[form as usize], share_near);
            leads.push((promise, self.parts.texts.entries_with(form as usize)));
        }
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

    /// About what a form adds to the score of an entry that has it; `near` is the share of the question that it is near to.
    fn promise(&self, asked: &Asked, form: usize, felt: &Felt, near: f32) -> f32 {
        let w = &self.weights.likeness;
        let means = &self.means;
        let products = [
            (STEMS, l::STEMS, l::STEMS_ENTRY),
            (CONCEPTS, l::CONCEPTS, l::CONCEPTS_ENTRY),
            (LETTERS, l::LETTERS, l::LETTERS_ENTRY),
            (WHOLE_WORDS, l::WORDS, l::WORDS_ENTRY),
        ];
        let mut promise: f64 = products
            .iter()
            .map(|&(space, text, entry)| f64::from(felt.products[space] * means.scales[space]) * (w[text] + w[entry]))
            .sum();
        let share_of_text = f64::from(self.parts.texts.form(form).weight / means.total);
        if felt.word != NONE {
            let word = &asked.words[felt.word as usize];
            promise += f64::from(word.weight / asked.total) * (w[l::QUESTION_KNOWN] + w[l::UNION]);
            promise += f64::from(word.okapi) * w[l::OKAPI];
            promise += share_of_text * w[l::TEXT_KNOWN];
        } else if near > 0.0 {
            promise += f64::from(near) * (w[l::QUESTION_NEAR] + w[l::UNION_NEAR]) + share_of_text * w[l::TEXT_NEAR];
        }
        promise as f32
    }
}
