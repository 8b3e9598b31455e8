//! What the bot says, complete: whoever holds a [`Reply`] can show it without asking anybody.
//!
//! It knows no colours, embeds or buttons; those are `render`'s. An [`Action`] is what a member can do next.

use jiff::civil::Date;

use crate::knowledge::red_flag::{RedFlag, RedFlagId};
use crate::knowledge::{Entry, EntryId, Evidence, Knowledge, Risk, Situation, Source};
use crate::matching::explanation::{Lack, Reason};
use crate::matching::model::ModelSay;
use crate::matching::{Confidence, Match};

/// What the bot says, and why.
#[derive(Debug, Clone)]
pub struct Reply {
    pub kind: ReplyKind,
    pub why: Why,
    /// The version of the FAQ set that answered: a short hash of its files.
    pub version: String,
}

/// What the bot can say.
#[derive(Debug, Clone)]
pub enum ReplyKind {
    /// One entry, sure.
    Answer(Box<Answer>),
    /// Two questions were asked at once, and both are sure: each with its whole contract, in the order in which they were
    /// asked. Always two.
    Answers(Vec<Answer>),
    /// Up to three entries to choose from, best first; never empty.
    DidYouMean(Vec<Offer>),
    /// The FAQ does not answer this.
    NotInFaq(NotInFaq),
    /// Somebody describes an emergency: where help is, before anything else.
    Urgent(Urgent),
}

impl ReplyKind {
    /// The word for this kind in `--json`, logs and counters.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Answers(_) => "answers",
            Self::DidYouMean(_) => "did_you_mean",
            Self::NotInFaq(_) => "not_in_faq",
            Self::Urgent(_) => "urgent",
        }
    }
}

/// An entry as it is shown: the whole answer contract. The parts travel together.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub id: EntryId,
    pub topic_title: String,
    pub question: String,
    pub verdict: String,
    /// Markdown as Discord renders it.
    pub answer: String,
    /// Never empty.
    pub caveats: Vec<String>,
    pub sources: Vec<Source>,
    pub evidence: Evidence,
    pub risk: Risk,
    pub reviewed: Date,
    /// Whether the review date had passed when the question was asked.
    pub review_overdue: bool,
    /// A guide's branches; empty for an ordinary entry.
    pub situations: Vec<Situation>,
    /// Other entries worth reading next.
    pub related: Vec<Offer>,
    /// Which part of the entry was asked for.
    pub focus: Focus,
}

/// Which part of an entry was asked for. Verdict, caveats, sources, evidence and review date are shown with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The entry as it is, from its beginning.
    #[default]
    Whole,
    /// What follows from one situation of a guide, counted from 0; always one that the entry has.
    Situation(usize),
    /// The answer from its n-th part on, counted from 0, for a reader whom it did not fit at once. Where the parts
    /// begin is for whoever shows it.
    Part(usize),
}

impl Answer {
    /// `entry` as it is shown to somebody who asks on `asked_on`.
    pub fn of(entry: &Entry, knowledge: &Knowledge, asked_on: Option<Date>) -> Self {
        let overdue = match (asked_on, entry.review_due()) {
            (Some(today), Some(due)) => today > due,
            _ => false,
        };
        Self {
            id: entry.id.clone(),
            topic_title: knowledge.topic(&entry.topic).map_or_else(String::new, |topic| topic.title.clone()),
            question: entry.question.clone(),
            verdict: entry.verdict.clone(),
            answer: entry.answer.clone(),
            caveats: entry.caveats.clone(),
            sources: entry.sources.iter().filter_map(|id| knowledge.sources.get(id).cloned()).collect(),
            evidence: entry.evidence,
            risk: entry.risk,
            reviewed: entry.reviewed,
            review_overdue: overdue,
            situations: entry.situations.clone(),
            related: entry.related.iter().filter_map(|id| knowledge.entry(id)).map(Offer::of).collect(),
            focus: Focus::Whole,
        }
    }

    /// The situation that was picked, if one was.
    pub fn situation(&self) -> Option<&Situation> {
        match self.focus {
            Focus::Situation(nth) => self.situations.get(nth),
            Focus::Whole | Focus::Part(_) => None,
        }
    }
}

/// An entry that is offered, not asserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: EntryId,
    pub question: String,
}

impl Offer {
    pub fn of(entry: &Entry) -> Self {
        Self { id: entry.id.clone(), question: entry.question.clone() }
    }
}

/// The FAQ has nothing for this message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInFaq {
    pub set_name: String,
    /// The set's safety disclaimer.
    pub disclaimer: String,
    /// How to reach a human.
    pub contact: String,
}

/// A red flag was found: no ranking, no joke, nothing but help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urgent {
    pub flag: RedFlagId,
    /// A few words for moderators and logs; not shown to the member.
    pub title: String,
    /// What to do now, and where; Markdown, short enough to read in fear.
    pub reply: String,
    /// What to do once safe; may be empty.
    pub afterwards: String,
}

impl Urgent {
    pub fn of(flag: &RedFlag) -> Self {
        Self {
            flag: flag.id.clone(),
            title: flag.title.clone(),
            reply: flag.reply.clone(),
            afterwards: flag.afterwards.clone(),
        }
    }
}

/// Why a reply was given, for whoever asks: `--explain`, logs, moderators.
#[derive(Debug, Clone, Default)]
pub struct Why {
    /// How likely the first entry of the ranking answers the question; `None` if nothing was ranked.
    pub confidence: Option<Confidence>,
    /// The bar that the confidence was held against.
    pub bar: f64,
    /// In one plain sentence: what decided.
    pub because: String,
    /// The best entries, best first, at most five, each with its explanation.
    pub ranking: Vec<Match>,
    /// Words of the question that no entry knows.
    pub unknown_words: Vec<String>,
    /// What the confidence in the first entry was made of, what weighs most first.
    pub reasons: Vec<Reason>,
    /// What the second entry had less of than the first, what weighs most first.
    pub lacked: Vec<Lack>,
    /// The question that was heard in a long message, if only that was answered.
    pub heard: Option<String>,
    /// What a sentence-embedding model had to do with it.
    pub model: ModelSay,
    /// The words that raised a red flag, with the rule they met; empty if none was raised.
    pub red_flag: Vec<String>,
}

/// What a member can do with a reply: all that a button's id has to carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Show this entry.
    Show(EntryId),
    /// Of the entries that were offered, this one was meant.
    Pick(EntryId),
    /// None of the entries offered was meant.
    NoneOfThese,
    /// Show what follows from one situation of a guide, counted from 0.
    Situation(EntryId, usize),
    /// Show the n-th part of the entry's answer, counted from 0.
    ReadOn(EntryId, usize),
    /// Show the help for this kind of emergency.
    Help(RedFlagId),
}
