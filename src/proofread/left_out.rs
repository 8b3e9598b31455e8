//! What each phrasing finds when the engine was not given it.
//!
//! The engine has every phrasing of the set by heart, so asking it the phrasing itself shows only the worst. What members
//! ask is never a phrasing word for word; a phrasing that was left out stands for it. What is made of it is `stealing`'s.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::knowledge::{EntryId, Knowledge};
use crate::matching::Index;
use crate::matching::weights::Weights;

/// A phrasing that was left out, and the entry that it found first then.
pub(super) struct LeftOut {
    pub entry: EntryId,
    pub phrasing: String,
    pub found: EntryId,
}

impl LeftOut {
    /// Whether it found another entry than its own.
    pub fn is_lost(&self) -> bool {
        self.found != self.entry
    }
}

/// At most so many indexes are built. A list of so many phrasings is longer than a moderator oversees; of a longer one
/// two are left out at once, and of so many that makes no difference.
const MOST_FOLDS: usize = 32;

/// What all phrasings of all entries find, each when it is left out: in the order of the entries and their lists.
///
/// Every fold leaves out one phrasing an entry, so that the rest of the set is nearly whole, and there are as many folds
/// as the longest list has phrasings. An index is built for each, which is what takes time, on all cores.
pub(super) fn left_out(knowledge: &Knowledge, weights: &Weights) -> Vec<LeftOut> {
    let longest = knowledge.entries.iter().map(|entry| entry.phrasings.len()).max().unwrap_or(0);
    let folds = longest.min(MOST_FOLDS);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let fold = next.fetch_add(1, Ordering::Relaxed);
            if fold >= folds {
                return found;
            }
            found.extend(in_fold(knowledge, weights, fold, folds));
        }
    };
    let mut found: Vec<((usize, usize), LeftOut)> = thread::scope(|scope| {
        let running: Vec<_> = (0..cores.min(folds)).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, left_out)| left_out).collect()
}

/// What is found when every phrasing whose number leaves `fold` over, divided by `folds`, is left out. Each with its
/// place: the number of its entry, and its own there.
fn in_fold(knowledge: &Knowledge, weights: &Weights, fold: usize, folds: usize) -> Vec<((usize, usize), LeftOut)> {
    let is_left_out = |nth: usize| nth % folds == fold;
    let mut rest = knowledge.clone();
    for entry in &mut rest.entries {
        let mut nth = 0..;
        entry.phrasings.retain(|_| !nth.next().is_some_and(is_left_out));
    }
    let index = Index::new(&rest, weights.clone());
    let mut found = Vec::new();
    for (at, entry) in knowledge.entries.iter().enumerate() {
        for (nth, phrasing) in entry.phrasings.iter().enumerate().filter(|(nth, _)| is_left_out(*nth)) {
            if let Some(first) = index.search(phrasing, 1).into_iter().next() {
                let left_out = LeftOut { entry: entry.id.clone(), phrasing: phrasing.clone(), found: first.id };
                found.push(((at, nth), left_out));
            }
        }
    }
    found
}
