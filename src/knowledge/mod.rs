//! The FAQ's content as values: entries, sources, vocabulary, red flags, topics.
//!
//! `entry`, `source`, `vocabulary` and `red_flag` say what there is; `parse` reads one file's text; `check` judges the
//! files against each other. Nobody here touches the disk: texts come in as arguments (see `load`).

pub mod check;
pub mod entry;
pub mod file_text;
pub mod limits;
mod markdown;
pub mod parse;
pub mod red_flag;
pub mod source;
mod toml_table;
pub mod vocabulary;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use check::{Draft, check};
pub use entry::{Entry, EntryId, Evidence, Risk, Situation, TopicId};
pub use red_flag::RedFlags;
pub use source::{Source, SourceId};
pub use vocabulary::Vocabulary;

/// A whole FAQ set, found sound: every id that is mentioned exists, every text is within its limit.
#[derive(Debug, Clone)]
pub struct Knowledge {
    pub set: SetInfo,
    /// In the order in which they are browsed.
    pub topics: Vec<Topic>,
    /// In the order of their topics, then by id.
    pub entries: Vec<Entry>,
    pub sources: BTreeMap<SourceId, Source>,
    pub vocabulary: Vocabulary,
    pub red_flags: RedFlags,
}

impl Knowledge {
    /// The entry with this id, if there is one.
    pub fn entry(&self, id: &EntryId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == *id)
    }

    /// The topic with this id, if there is one.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// The entries whose next review is overdue on the day `on`, each with the day that it was due; the longest overdue first.
    /// Their replies say so, and those of high risk are only offered.
    pub fn overdue(&self, on: Date) -> Vec<(&Entry, Date)> {
        let due = self.entries.iter().filter_map(|entry| Some((entry, entry.review_due()?)));
        let mut overdue: Vec<_> = due.filter(|(_, due)| on > *due).collect();
        overdue.sort_by_key(|(_, due)| *due);
        overdue
    }
}

/// What `faq/topics.toml` says about the set as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetInfo {
    /// The set's name, such as "Exosomes for hair and skin".
    pub name: String,
    /// The language of the set as an IETF tag, such as `en`.
    pub language: String,
    /// Shown wherever the bot has no answer.
    pub disclaimer: String,
    /// How to reach a human, in one sentence.
    pub contact: String,
    /// Days after which an entry's review is due, unless the entry says otherwise.
    pub review_after: u32,
}

/// A group of entries: one folder under `faq/`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Topic {
    pub id: TopicId,
    pub title: String,
}
