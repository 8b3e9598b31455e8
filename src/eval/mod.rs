//! Labelled questions -> a [`Report`] of how good the replies are.
//!
//! `cases` reads the labelled questions, this file puts them to the bot and judges each reply. `figures` counts, `bars`
//! holds the counts against what was promised, `reliability` and `confusions` look deeper. The report is written by
//! `records` (for programs and for review), `details` (for the terminal) and `page` (for a browser). Reading and writing
//! files is left to `cli::eval`.
//!
//! What counts as right stands in `tests/cases/README.md`.

pub mod bars;
pub mod cases;
pub mod change;
pub mod confusions;
pub mod details;
pub mod figures;
pub mod page;
pub mod records;
pub mod reliability;

use std::{fmt, thread};

pub use bars::Bar;
pub use cases::{Case, Kind, Wanted};
pub use figures::{Counts, Figure};

use crate::answering::{ReplyKind, Why};
use crate::faq::Faq;
use crate::knowledge::EntryId;
use crate::knowledge::red_flag::RedFlagId;
use crate::matching::{Match, Question};

/// How deep the ranking is looked at for an acceptable entry. Nobody is ever shown more than five, and behind the tenth
/// place it makes no difference to anybody whether the entry was eleventh or last.
pub const RANKING_DEPTH: usize = 10;

/// What was said to every case.
#[derive(Debug, Clone)]
pub struct Report {
    /// The version of the FAQ set that was asked.
    pub version: String,
    /// In the order of the cases.
    pub outcomes: Vec<Outcome>,
}

/// What was said to one case, and whether that was right.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub case: Case,
    pub said: Said,
    /// Whether it was right by the rules of the case's kind.
    pub right: bool,
    /// The place of the first acceptable entry in the ranking, counted from 1, whatever was said; `None` if it is not
    /// among the first [`RANKING_DEPTH`], or no entry is acceptable.
    pub rank: Option<usize>,
    /// The best entries, at most [`RANKING_DEPTH`], whatever was said.
    pub ranking: Vec<Match>,
    /// Why the reply was given.
    pub why: Why,
}

/// What a reply comes down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// One entry; or several, where the message asked several questions at once. Never empty.
    Answer(Vec<EntryId>),
    /// Best first.
    Offers(Vec<EntryId>),
    NotInFaq,
    Urgent(RedFlagId),
}

impl Said {
    /// The word for it, as in [`ReplyKind::name`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Offers(_) => "did_you_mean",
            Self::NotInFaq => "not_in_faq",
            Self::Urgent(_) => "urgent",
        }
    }

    /// The ids that were answered, offered, or (of a red flag) raised.
    pub fn ids(&self) -> Vec<&str> {
        match self {
            Self::Answer(ids) | Self::Offers(ids) => ids.iter().map(EntryId::as_str).collect(),
            Self::NotInFaq => Vec::new(),
            Self::Urgent(flag) => vec![flag.as_str()],
        }
    }

    fn of(reply: &ReplyKind) -> Self {
        match reply {
            ReplyKind::Answer(answer) => Self::Answer(vec![answer.id.clone()]),
            ReplyKind::Answers(answers) => Self::Answer(answers.iter().map(|answer| answer.id.clone()).collect()),
            ReplyKind::DidYouMean(offers) => Self::Offers(offers.iter().map(|offer| offer.id.clone()).collect()),
            ReplyKind::NotInFaq(_) => Self::NotInFaq,
            ReplyKind::Urgent(urgent) => Self::Urgent(urgent.flag.clone()),
        }
    }
}

impl fmt::Display for Said {
    /// The word for it and the ids, as in the records: `did_you_mean cost exosomes-vs-prp`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        self.ids().iter().try_for_each(|id| write!(f, " {id}"))
    }
}

/// Puts all `cases` to `faq`, on as many threads as the machine has cores. The report is the same whatever their number.
pub fn evaluate(faq: &Faq, cases: Vec<Case>) -> Report {
    evaluate_on(faq, cases, thread::available_parallelism().map_or(1, usize::from))
}

/// The same on as many `threads`, at least one.
pub fn evaluate_on(faq: &Faq, cases: Vec<Case>, threads: usize) -> Report {
    let threads = threads.max(1);
    let share = cases.len().div_ceil(threads).max(1);
    let outcomes = thread::scope(|scope| {
        let workers: Vec<_> = cases
            .chunks(share)
            .map(|cases| scope.spawn(move || cases.iter().map(|case| judge(faq, case)).collect::<Vec<_>>()))
            .collect();
        // A panic of the engine is a bug; it goes on to whoever asked, with its own message.
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<Outcome>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    Report { version: faq.version().to_owned(), outcomes }
}

/// Puts one case to `faq` and judges the reply.
pub fn judge(faq: &Faq, case: &Case) -> Outcome {
    let question = Question::new(&case.q);
    let reply = faq.ask(&question);
    let said = Said::of(&reply.kind);
    let ranking = faq.rank(&question, RANKING_DEPTH);
    let ids = case.wanted.ids();
    let rank = ranking.iter().position(|found| ids.contains(&&found.id)).map(|at| at + 1);
    Outcome { right: is_right(&case.wanted, &said), rank, said, ranking, why: reply.why, case: case.clone() }
}

/// Whether `said` is right where `wanted` is wanted.
fn is_right(wanted: &Wanted, said: &Said) -> bool {
    match wanted {
        Wanted::Entry(_) | Wanted::Both(..) => answered_right(wanted, said) || asked_back_right(wanted, said),
        // Suggestions assert nothing, so they may be made.
        Wanted::NoAnswer => matches!(said, Said::Offers(_) | Said::NotInFaq),
        Wanted::Urgent => matches!(said, Said::Urgent(_)),
        Wanted::NotUrgent(_) => !matches!(said, Said::Urgent(_)),
    }
}

/// Whether an answer was given, nothing of it is wrong, and each question has its own.
fn answered_right(wanted: &Wanted, said: &Said) -> bool {
    let Said::Answer(given) = said else { return false };
    given.iter().all(|id| wanted.ids().contains(&id)) && wanted.is_met_by(given)
}

fn asked_back_right(wanted: &Wanted, said: &Said) -> bool {
    matches!(said, Said::Offers(ids) if wanted.is_met_by(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> EntryId {
        EntryId::new(text)
    }

    /// The table of `tests/cases/README.md`, row by row.
    #[test]
    fn what_counts_as_right() {
        let answer = |text| Said::Answer(vec![id(text)]);
        let answers = |a, b| Said::Answer(vec![id(a), id(b)]);
        let offers = || Said::Offers(vec![id("b"), id("a")]);
        let others = || Said::Offers(vec![id("c")]);
        let urgent = || Said::Urgent(RedFlagId::new("allergy"));
        let entry = || Wanted::Entry(vec![id("a"), id("x")]);
        let both = || Wanted::Both(vec![id("a"), id("x")], vec![id("b")]);
        for (wanted, said, right) in [
            (entry(), answer("x"), true),
            (entry(), answer("b"), false),
            (entry(), offers(), true),
            (entry(), others(), false),
            (entry(), Said::NotInFaq, false),
            (entry(), urgent(), false),
            (entry(), answers("a", "x"), true),
            (entry(), answers("a", "b"), false),
            (both(), answers("x", "b"), true),
            (both(), answers("a", "x"), false),
            (both(), answers("a", "c"), false),
            (both(), answer("a"), false),
            (both(), offers(), true),
            (both(), others(), false),
            (Wanted::NoAnswer, answers("a", "b"), false),
            (Wanted::NoAnswer, answer("a"), false),
            (Wanted::NoAnswer, offers(), true),
            (Wanted::NoAnswer, Said::NotInFaq, true),
            (Wanted::NoAnswer, urgent(), false),
            (Wanted::Urgent, urgent(), true),
            (Wanted::Urgent, answer("a"), false),
            (Wanted::Urgent, offers(), false),
            (Wanted::Urgent, Said::NotInFaq, false),
            (Wanted::NotUrgent(vec![id("a")]), answer("b"), true),
            (Wanted::NotUrgent(vec![]), Said::NotInFaq, true),
            (Wanted::NotUrgent(vec![id("a")]), urgent(), false),
        ] {
            assert_eq!(is_right(&wanted, &said), right, "{wanted:?} {said:?}");
        }
    }
}
