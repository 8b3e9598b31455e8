//! Which entries are taken for which: the first place to look when a question finds the wrong one.

use std::collections::BTreeMap;

use super::{Kind, Outcome, Report, Said, Wanted};
use crate::knowledge::EntryId;

/// An entry that was found first where another was wanted.
#[derive(Debug, Clone)]
pub struct Confusion<'r> {
    /// The best of the acceptable entries; `None` if none was, and the found one was given as the answer all the same.
    pub wanted: Option<&'r EntryId>,
    pub found: &'r EntryId,
    /// Never empty, in the order of the cases.
    pub cases: Vec<&'r Outcome>,
}

impl Report {
    /// All confusions among members, oos and hostile, the most frequent first.
    ///
    /// Where an entry was wanted, the ranking counts, whatever was said. Where none was, something always stands first, and
    /// only what was given as the answer is a confusion.
    pub fn confusions(&self) -> Vec<Confusion<'_>> {
        let mut pairs: BTreeMap<(Option<&EntryId>, &EntryId), Vec<&Outcome>> = BTreeMap::new();
        for outcome in self.outcomes.iter().filter(|outcome| outcome.case.kind != Kind::Urgent) {
            let Some(found) = outcome.ranking.first().map(|first| &first.id) else { continue };
            let wanted = match &outcome.case.wanted {
                Wanted::Entry(ids) | Wanted::Both(ids, _) if outcome.rank != Some(1) => ids.first(),
                Wanted::NoAnswer if matches!(outcome.said, Said::Answer(_)) => None,
                _ => continue,
            };
            pairs.entry((wanted, found)).or_default().push(outcome);
        }
        let mut confusions: Vec<Confusion<'_>> =
            pairs.into_iter().map(|((wanted, found), cases)| Confusion { wanted, found, cases }).collect();
        // Stable: those of equal number stay in the order of their ids.
        confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.cases.len()));
        confusions
    }
}
