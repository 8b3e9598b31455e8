//! One immutable snapshot of an FAQ: everything needed to answer, nothing that changes.
//!
//! A reload makes a new one; whoever began a question on an old snapshot ends it there.

use jiff::civil::Date;

use crate::answering::decide::{Decision, MOST_OFFERS, decide};
use crate::answering::reply::{Answer, Focus, NotInFaq, Offer, Reply, ReplyKind, Urgent, Why};
use crate::answering::triage::Triage;
use crate::answering::{Action, Settings};
use crate::knowledge::{EntryId, Knowledge};
use crate::matching::index::Found;
use crate::matching::normalize::normalize;
use crate::matching::weights::Weights;
use crate::matching::{Confidence, Index, Match, Question};
use rustc_hash::FxHashMap;

/// How many entries of the ranking an explanation shows.
const MOST_EXPLAINED: usize = 5;

/// How sure it is that an entry's own words mean that entry. Not 1: the same words can be meant otherwise.
const VERBATIM: Confidence = Confidence::of_percent(99);

/// A sound FAQ set, ready to answer.
#[derive(Debug)]
pub struct Faq {
    knowledge: Knowledge,
    index: Index,
    triage: Triage,
    settings: Settings,
    version: String,
    /// The entry of each question and phrasing, by its plain words.
    verbatim: FxHashMap<String, EntryId>,
}

/// A question or phrasing that begins or sounds like what somebody is typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub id: EntryId,
    /// The question or phrasing, whole.
    pub text: String,
}

impl Faq {
    /// A snapshot of `knowledge`, called `version` (a short hash of its files), with the weights that ship.
    pub fn new(knowledge: Knowledge, settings: Settings, version: impl Into<String>) -> Self {
        Self::weighed(knowledge, settings, Weights::shipped().clone(), version)
    }

    /// A snapshot with `weights` of the operator's own.
    pub fn weighed(knowledge: Knowledge, settings: Settings, weights: Weights, version: impl Into<String>) -> Self {
        let index = Index::new(&knowledge, weights);
        let triage = Triage::new(&knowledge.red_flags);
        let texts =
            knowledge.entries.iter().flat_map(|entry| entry.texts().map(|text| (plain(text), entry.id.clone())));
        let verbatim = texts.filter(|(text, _)| !text.is_empty()).collect();
        Self { knowledge, index, triage, settings, version: version.into(), verbatim }
    }

    /// The same engine, with its settings and weights, over other `knowledge`.
    pub fn with(&self, knowledge: Knowledge, version: impl Into<String>) -> Self {
        Self::weighed(knowledge, self.settings.clone(), self.weights().clone(), version)
    }

    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// A short hash of the files this snapshot was made from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The weights of its engine, for whoever builds another index to compare with.
    pub fn weights(&self) -> &Weights {
        self.index.weights()
    }

    /// What to say to `question`. Pure: the same question on the same snapshot gets the same reply.
    pub fn ask(&self, question: &Question) -> Reply {
        if let Some(alarm) = self.triage.find_red_flag(&question.text) {
            let flag = alarm.flag;
            let kind = ReplyKind::Urgent(Urgent {
                flag: flag.id.clone(),
                title: flag.title.clone(),
                reply: flag.reply.clone(),
                afterwards: flag.afterwards.clone(),
            });
            let why = Why { because: "a red flag was found".into(), red_flag: alarm.because, ..Why::default() };
            return self.reply(kind, why);
        }
        let mut found = self.index.find(&question.text, MOST_EXPLAINED);
        self.put_verbatim_first(&question.text, &mut found);
        let first = found.matches.first().and_then(|first| self.knowledge.entry(&first.id));
        let decided = decide(&found, first, question.asked_on, &self.settings, self.index.weights());
        let kind = match (decided.decision, first) {
            (Decision::Answer, Some(entry)) => {
                ReplyKind::Answer(Box::new(Answer::of(entry, &self.knowledge, question.asked_on)))
            }
            (Decision::Offer, Some(_)) => ReplyKind::DidYouMean(
                found
                    .matches
                    .iter()
                    .take(MOST_OFFERS)
                    .map(|m| Offer { id: m.id.clone(), question: m.question.clone() })
                    .collect(),
            ),
            _ => self.not_in_faq(),
        };
        let why = Why {
            confidence: found.matches.first().map(|first| first.confidence),
            bar: decided.bar,
            because: decided.because,
            ranking: found.matches,
            unknown_words: found.unknown_words,
            red_flag: Vec::new(),
        };
        self.reply(kind, why)
    }

    /// Whoever picks a suggestion sends a question or phrasing word for word, and a moderator said what it means.
    fn put_verbatim_first(&self, text: &str, found: &mut Found) {
        let Some(id) = self.verbatim.get(&plain(text)) else { return };
        let Some(at) = found.matches.iter().position(|found| found.id == *id) else { return };
        found.matches[..=at].rotate_right(1);
        found.matches[0].confidence = found.matches[0].confidence.max(VERBATIM);
        found.verbatim = true;
    }

    /// The reply to a pressed button or a picked choice; `None` if it names something this set does not have.
    pub fn act(&self, action: &Action, asked_on: Option<Date>) -> Option<Reply> {
        let because = "it was chosen".to_owned();
        let (id, focus) = match action {
            Action::Show(id) | Action::Pick(id) => (id, Focus::Whole),
            Action::Situation(id, nth) => (id, Focus::Situation(*nth)),
            Action::ReadOn(id, nth) => (id, Focus::Part(*nth)),
            Action::NoneOfThese => return Some(self.reply(self.not_in_faq(), Why { because, ..Why::default() })),
        };
        let entry = self.knowledge.entry(id)?;
        let answer = Answer { focus, ..Answer::of(entry, &self.knowledge, asked_on) };
        if matches!(focus, Focus::Situation(_)) {
            answer.situation()?;
        }
        let kind = ReplyKind::Answer(Box::new(answer));
        Some(self.reply(kind, Why { because, ..Why::default() }))
    }

    /// Questions and phrasings for what somebody is typing, best first, at most `limit`, one an entry where possible.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        self.index
            .search(typed, limit)
            .into_iter()
            .map(|found| {
                // The words nearest to what is typed: the question, or one of the phrasings.
                let nearest = found.explanation.nearest;
                Suggestion { id: found.id, text: if nearest.is_empty() { found.question } else { nearest } }
            })
            .collect()
    }

    /// The best entries for `question`, best first, at most `limit`, whatever would be said to it: for `eval`.
    pub fn rank(&self, question: &Question, limit: usize) -> Vec<Match> {
        self.index.search(&question.text, limit)
    }

    fn not_in_faq(&self) -> ReplyKind {
        let set = &self.knowledge.set;
        ReplyKind::NotInFaq(NotInFaq {
            set_name: set.name.clone(),
            disclaimer: set.disclaimer.clone(),
            contact: set.contact.clone(),
        })
    }

    fn reply(&self, kind: ReplyKind, why: Why) -> Reply {
        Reply { kind, why, version: self.version.clone() }
    }
}

/// A text's words, for comparing it word for word.
fn plain(text: &str) -> String {
    normalize(text).join(" ")
}
