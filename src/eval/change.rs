//! What a change of one entry does to who finds what: the questions that it wins, loses, or takes from others.
//!
//! Asked are the questions and phrasings of all entries, each of which shall find its own, and labelled cases. Emergencies
//! are left out: no entry changes what is one.

use std::cmp::Ordering;

use super::{Case, Kind, Said, Wanted, judge};
use crate::faq::Faq;
use crate::knowledge::EntryId;
use crate::matching::Question;

/// A question that finds something else after the change, or is told something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub text: String,
    /// The entries that would be right; none where nothing should be asserted.
    pub wanted: Vec<EntryId>,
    pub before: Found,
    pub after: Found,
}

/// What a question finds first, and what is said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `None` if nothing was ranked.
    pub first: Option<EntryId>,
    /// `None` for a phrasing, of which only the ranking is asked: word for word it is always answered with its entry.
    pub said: Option<Said>,
}

/// Whether a move is for better or for worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was nearer to what is wanted.
    Worse,
    /// It is as good as before.
    Neither,
    /// It is nearer now.
    Better,
}

impl Moved {
    /// Whether it is for better or for worse: by what is said where that is known, else by what is found first.
    pub fn turn(&self) -> Turn {
        match self.good(&self.after).cmp(&self.good(&self.before)) {
            Ordering::Less => Turn::Worse,
            Ordering::Equal => Turn::Neither,
            Ordering::Greater => Turn::Better,
        }
    }

    /// Whether anything moved that somebody would notice. Who else is offered, and in which order, is not.
    fn is_one(&self, changed: &EntryId) -> bool {
        let name = |found: &Found| found.said.as_ref().map(Said::name);
        let shows = |found: &Found| found.said.as_ref().is_some_and(|said| said.ids().contains(&changed.as_str()));
        self.before.first != self.after.first
            || name(&self.before) != name(&self.after)
            || shows(&self.before) != shows(&self.after)
            || self.turn() != Turn::Neither
    }

    fn good(&self, found: &Found) -> Good {
        let wanted = |id: &EntryId| self.wanted.contains(id);
        match &found.said {
            // Where nothing should be asserted, suggestions may be made.
            Some(Said::Offers(_) | Said::NotInFaq) if self.wanted.is_empty() => Good::Right,
            Some(Said::Answer(ids)) if ids.iter().all(wanted) => Good::Right,
            Some(Said::Answer(_) | Said::Urgent(_)) => Good::Wrong,
            Some(Said::Offers(ids)) if ids.iter().any(wanted) => Good::Offered,
            None if found.first.as_ref().is_some_and(wanted) => Good::Right,
            Some(Said::Offers(_) | Said::NotInFaq) | None => Good::Missed,
        }
    }
}

/// How good a reply is, the worst first: a wrong answer is worse than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Good {
    Wrong,
    Missed,
    Offered,
    Right,
}

/// Every question that the change from `before` to `after` moves, the worst first; among equals, those of the phrasings
/// before those of `cases`, in their order. The texts of the entry `changed` itself are not asked: they are no longer, or
/// not yet, in one of the two.
pub fn moved(before: &Faq, after: &Faq, changed: &EntryId, cases: &[Case]) -> Vec<Moved> {
    let entries = after.knowledge().entries.iter().filter(|entry| entry.id != *changed);
    let phrasings = entries.flat_map(|entry| entry.texts().map(|text| (text, &entry.id))).map(|(text, own)| Moved {
        text: text.to_owned(),
        wanted: vec![own.clone()],
        before: found(before, text),
        after: found(after, text),
    });
    let asked =
        cases.iter().filter(|case| case.kind != Kind::Urgent && case.wanted != Wanted::Urgent).map(|case| Moved {
            text: case.q.clone(),
            wanted: case.wanted.ids().into_iter().cloned().collect(),
            before: said(before, case),
            after: said(after, case),
        });
    let mut moved: Vec<Moved> = phrasings.chain(asked).filter(|it| it.is_one(changed)).collect();
    moved.sort_by_key(Moved::turn);
    moved
}

fn found(faq: &Faq, text: &str) -> Found {
    let first = faq.rank(&Question::new(text), 1).into_iter().next().map(|first| first.id);
    Found { first, said: None }
}

fn said(faq: &Faq, case: &Case) -> Found {
    let outcome = judge(faq, case);
    Found { first: outcome.ranking.into_iter().next().map(|first| first.id), said: Some(outcome.said) }
}
