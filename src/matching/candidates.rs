//! Which entries of a large set are worth measuring: those that the question's most telling words lead to.
//!
//! Each form that the question touches promises its entries about what it would add to their score; the most promising forms
//! are followed first, until the work is done or enough (J. Lin, A. Trotman, "Anytime Ranking for Impact-Ordered Indexes",
//! ICTIR 2015). The promise leaves out how long the texts are and which words stand together, and so it only chooses:
//! the measures decide.
//!
//! Of these, and of all entries of a small set, the texts are only looked at where the entry as a whole is promising: what the
//! classifier, its answer and its meaning say is quickly told, and the texts are most of the work.

use super::asked::{Asked, CONCEPTS, LETTERS, STEMS, WHOLE_WORDS};
use super::features::{LEXICAL, Likenesses, likeness as l};
use super::index::Index;
use super::texts::NONE;
use super::touch::{Met, Near, Touch};
use super::weights::Weights;

/// How many entries are candidates. Of sets with fewer all are. The entry that is first after all measures was among
/// the first 128 by promise on every question that was tried (`benches/README.md`, `tests/suite/scale.rs`); the rest is for
/// what was not tried.
pub const MOST_CANDIDATES: usize = 256;

/// How far a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breadth {
    /// How many entries are candidates at most.
    pub candidates: usize,
    /// Whether only the promising of them are measured.
    pub only_promising: bool,
}

impl Breadth {
    /// Every entry is measured: what quicker searches are held to.
    pub const ALL: Self = Self { candidates: usize::MAX, only_promising: false };
    /// For a list of suggestions, in which more than the first few count.
    pub const WIDE: Self = Self { candidates: MOST_CANDIDATES, only_promising: false };
    /// For a question.
    pub const USUAL: Self = Self { candidates: MOST_CANDIDATES, only_promising: true };
}

/// Of how few candidates the promising are not told apart.
const LEAST_PROMISING: usize = 24;

/// How many entries the lists that are followed may name, all together: about a quarter of a millisecond. A longer list than is
/// left is passed over, unless nothing was followed yet.
const MOST_FOLLOWED: usize = 75_000;

/// A form that promises less than this share of the best form's promise is not followed: there are thousands that share a
/// few letters with the question by chance.
const LEAST_PROMISE: f32 = 0.04;

/// How many forms are followed. Of 1,000 questions at 100,000 phrasings none had more than 529 that promise enough.
const MOST_LEADS: usize = 1_024;

impl Breadth {
    /// How many of so many candidates are measured. The entry that was first after all measures was among the first 10 of the
    /// 55 of the shipped FAQ by promise, 15 of 50, 20 and 37 of 150 in public sets (`benches/README.md`).
    pub fn most_measured(self, candidates: usize) -> usize {
        if self.only_promising { LEAST_PROMISING.max(candidates * 2 / 5) } else { candidates }
    }

    fn leaves_out_of(self, candidates: usize) -> bool {
        self.most_measured(candidates) < candidates
    }

    /// Keeps of `candidates` those that are to be measured, in their order; `likenesses` has of each what is known without a
    /// look at its texts.
    pub(super) fn keep_promising(
        self,
        weights: &Weights,
        candidates: &mut Vec<Candidate>,
        likenesses: &mut Vec<Likenesses>,
    ) {
        let most = self.most_measured(candidates.len());
        if most >= candidates.len() {
            return;
        }
        let w = &weights.likeness[LEXICAL..];
        for (candidate, own) in candidates.iter_mut().zip(&*likenesses) {
            let meaning = own[LEXICAL..].iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum::<f64>();
            candidate.promise += meaning as f32;
        }
        let mut places: Vec<usize> = (0..candidates.len()).collect();
        places.select_nth_unstable_by(most - 1, |a, b| {
            candidates[*b].promise.total_cmp(&candidates[*a].promise).then(a.cmp(b))
        });
        places.truncate(most);
        places.sort_unstable();
        *candidates = places.iter().map(|place| candidates[*place]).collect();
        *likenesses = places.iter().map(|place| likenesses[*place]).collect();
    }
}

/// An entry that may be what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub entry: u32,
    /// About its score, as far as it can be told without a look at its texts: good for choosing and for nothing else.
    pub promise: f32,
}

/// A form or a word of answers that leads to entries.
struct Lead<'i> {
    promise: f32,
    /// The how many-th it was found as.
    place: u32,
    entries: &'i [u32],
}

impl Index {
    /// Calls `visit` with the place of each of `candidates` that is `listed`; both stand in rising order.
    pub(super) fn each_listed(&self, listed: &[u32], candidates: &[Candidate], mut visit: impl FnMut(usize)) {
        if candidates.len() == self.len() {
            listed.iter().for_each(|entry| visit(*entry as usize));
            return;
        }
        let mut rest = listed;
        for (place, candidate) in candidates.iter().enumerate() {
            rest = &rest[galloped(rest, candidate.entry)..];
            match rest.first() {
                Some(found) if *found == candidate.entry => visit(place),
                Some(_) => {}
                None => break,
            }
        }
    }

    /// The most promising entries, in rising order.
    pub(super) fn candidates(
        &self,
        asked: &Asked,
        touch: &mut Touch,
        classified: &[f32],
        breadth: Breadth,
    ) -> Vec<Candidate> {
        let most = breadth.candidates;
        if self.len() <= most {
            let mut all: Vec<Candidate> =
                (0..self.len() as u32).map(|entry| Candidate { entry, promise: 0.0 }).collect();
            if breadth.leaves_out_of(all.len()) {
                self.promise_each(asked, touch, classified, &mut all);
            }
            return all;
        }
        let w = &self.weights.likeness;
        let mut promised: Vec<u32> = Vec::new();
        let mut leads: Vec<Lead> = Vec::new();
        let mut add = |promise: f32, entries| leads.push(Lead { promise, place: leads.len() as u32, entries });
        for (form, letters, met) in touch.forms() {
            let promise = self.promise(asked, letters, met, &touch.near);
            add(promise, self.parts.texts.entries_with(form as usize));
        }
        let promise = &mut touch.promise;
        for word in &asked.words {
            let share = f64::from(word.weight / asked.total);
            add((w[l::ANSWER] * share) as f32, self.parts.answers.entries_with(word.feature));
        }
        let best = leads.iter().map(|lead| lead.promise).fold(0f32, f32::max);
        leads.retain(|lead| lead.promise > 0.0 && lead.promise >= LEAST_PROMISE * best);
        // By their place where promises are equal, so that they are followed in the same order in every run.
        let better = |a: &Lead, b: &Lead| b.promise.total_cmp(&a.promise).then(a.place.cmp(&b.place));
        if leads.len() > MOST_LEADS {
            leads.select_nth_unstable_by(MOST_LEADS - 1, better);
            leads.truncate(MOST_LEADS);
        }
        leads.sort_unstable_by(better);
        let mut left = MOST_FOLLOWED;
        for Lead { promise: own, entries, .. } in leads {
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
        let candidate = |entry: u32| Candidate { entry, promise: promise[entry as usize] };
        let mut chosen: Vec<Candidate> = promised.iter().map(|entry| candidate(*entry)).take(most).collect();
        // Where the question leads to too few, the set's first entries fill the list, as they would without a choice.
        let fill = (0..self.len() as u32).filter(|entry| promise[*entry as usize] == 0.0);
        chosen.extend(fill.map(candidate).take(most - chosen.len()));
        chosen.sort_unstable_by_key(|candidate| candidate.entry);
        for entry in promised {
            promise[entry as usize] = 0.0;
        }
        chosen
    }

    /// What the classifier, the answers and the question's words promise each of `all` entries.
    fn promise_each(&self, asked: &Asked, touch: &Touch, classified: &[f32], all: &mut [Candidate]) {
        let w = &self.weights.likeness;
        for (candidate, score) in all.iter_mut().zip(classified) {
            candidate.promise = (w[l::CLASSIFIER] * f64::from(*score)) as f32;
        }
        let mut follow = |promise: f32, entries: &[u32]| {
            entries.iter().for_each(|entry| all[*entry as usize].promise += promise);
        };
        for word in &asked.words {
            let share = f64::from(word.weight / asked.total);
            follow((w[l::ANSWER] * share) as f32, self.parts.answers.entries_with(word.feature));
        }
        // What shares nothing but letters promises little, and it is most of the forms.
        for met in &touch.met {
            let letters = touch.felt[met.form()].letters();
            let promise = self.promise(asked, letters, Some(met), &touch.near);
            follow(promise, self.parts.texts.entries_with(met.form()));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::features::LIKENESSES;

    #[test]
    fn the_promising_are_kept_in_their_order_with_what_is_known_of_them() {
        let of = |entry: u32| Candidate { entry: 7 * entry, promise: (entry % 30) as f32 };
        let mut candidates: Vec<Candidate> = (0..50).map(of).collect();
        let mut likenesses: Vec<Likenesses> = vec![[0.0; LIKENESSES]; 50];
        likenesses.iter_mut().zip(&candidates).for_each(|(own, candidate)| own[l::ANSWER] = candidate.entry as f32);
        // What an entry means comes to its promise.
        likenesses[0][LEXICAL] = 100.0;
        Breadth::WIDE.keep_promising(&Weights::plain(), &mut candidates, &mut likenesses);
        assert_eq!((candidates.len(), likenesses.len()), (50, 50));
        Breadth::USUAL.keep_promising(&Weights::plain(), &mut candidates, &mut likenesses);
        let kept: Vec<u32> = candidates.iter().map(|candidate| candidate.entry / 7).collect();
        // Of equal promise the one that stands before: 13, and not 43.
        assert_eq!(kept, [vec![0], (13..30).collect(), (44..50).collect()].concat());
        assert!(candidates.iter().zip(&likenesses).all(|(it, own)| own[l::ANSWER] == it.entry as f32));
    }

    #[test]
    fn a_number_is_found_in_steps_that_double() {
        let sorted: Vec<u32> = (0..40).map(|nth| 3 * nth).collect();
        for wanted in 0..125 {
            assert_eq!(galloped(&sorted, wanted), sorted.iter().filter(|number| **number < wanted).count(), "{wanted}");
        }
        assert_eq!(galloped(&[], 4), 0);
    }
}
