//! What must outlive a restart, in our words: which of our messages answer which question, which entry was said where, and
//! what was done once and must not be done again.
//!
//! Ids of messages and channels, never what a member wrote, and never who: whose question it was is asked of Discord when
//! somebody wants to know, since the question itself tells. Rows go after a while ([`Settings::keep_days`]).
//!
//! [`file`] keeps it in a file, [`memory`] does not. Not a database: a busy server has some ten thousand rows of a hundred
//! bytes, all of which fit into memory, and all that is ever asked is one row by its key. A journal of lines that is read at
//! the start needs no crate, no C compiler and no schema, and each line that is sound counts, whatever happened to the
//! others.

pub mod file;
pub mod journal;
pub mod memory;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::knowledge::EntryId;

pub use file::FileStore;
pub use memory::InMemory;

/// The `[store]` table of the config.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The file that is kept. `None`: nothing outlives a restart. A service manager's folder takes its place, see `config`.
    pub file: Option<PathBuf>,
    /// After how many days what is kept of a question is forgotten, from 1 to 365.
    pub keep_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        // A month: whoever edits or deletes an older question does not expect a bot to notice.
        Self { file: None, keep_days: 30 }
    }
}

impl Settings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        if (1..=365).contains(&self.keep_days) {
            return Vec::new();
        }
        vec![("keep_days", "a number of days from 1 to 365".to_owned())]
    }
}

/// Opens what the settings name. Never fails: a file that cannot be used is told to the log, and the bot does without.
pub fn open(settings: &Settings, now: Timestamp) -> Arc<dyn Store> {
    match &settings.file {
        Some(file) => Arc::new(FileStore::open(file, settings.keep_days, now)),
        None => {
            tracing::info!(
                "no file is named to keep things in (`file` in the table [store]): after a restart the bot no longer edits or \
                 removes replies whose question is edited or deleted, and may ask helpers twice"
            );
            Arc::new(InMemory::new(settings.keep_days))
        }
    }
}

/// What we said to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where our messages are: the question's channel, unless the reply was a direct message.
    pub channel: u64,
    /// The member's message.
    pub question: u64,
    /// Our messages, in their order; none if the reply was dismissed.
    pub replies: Vec<u64>,
    /// The entry that was answered with, if one was.
    pub entry: Option<EntryId>,
    /// Whether it was help in an emergency.
    pub urgent: bool,
    /// Whether the asker or a moderator did not want the reply.
    pub dismissed: bool,
    /// Whether the member was only told to wait.
    pub held_back: bool,
    /// Whether another member chose the reply, and not the bot: then an edit of the question does not change it.
    pub chosen: bool,
    /// When the question was edited the last time that we took notice of it, in milliseconds of Unix time; 0 if never.
    pub edited: i64,
    /// How often the reply was made anew.
    pub revision: u32,
    /// When we said it.
    pub at: Timestamp,
}

impl Said {
    /// The messages `replies` in `channel` for the message `question`, sent `at`; an ordinary reply unless more is said.
    pub fn new(channel: u64, question: u64, replies: Vec<u64>, at: Timestamp) -> Self {
        Self {
            channel,
            question,
            replies,
            entry: None,
            urgent: false,
            dismissed: false,
            held_back: false,
            chosen: false,
            edited: 0,
            revision: 0,
            at,
        }
    }
}

/// When and how an entry was last said in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSaid {
    pub at: Timestamp,
    /// The first of our messages; `None` if it is not known, as for the answer to a command.
    pub reply: Option<u64>,
}

/// Something that is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Helpers were asked for the question of this message.
    HelpersAsked(u64),
    /// Somebody was told that the bot may not write in this channel.
    MayNotWrite(u64),
    /// Moderators were told of the emergency in this message.
    EmergencyTold(u64),
}

/// What is kept. No method fails or waits: what cannot be written is told to the log once, and kept in memory.
pub trait Store: Send + Sync + 'static {
    /// What we said to the message `question`.
    fn said(&self, question: u64) -> Option<Said>;
    /// The question to which our message `reply` belongs.
    fn question_of(&self, reply: u64) -> Option<u64>;
    /// When `entry` was last said in `channel`, in a reply that still stands, or one of which nothing else is known.
    fn last_said(&self, channel: u64, entry: &EntryId) -> Option<LastSaid>;
    /// Keeps that `entry` was said in `channel`, in a message that is not known or is elsewhere, such as in a thread below.
    fn note_said(&self, channel: u64, entry: &EntryId, at: Timestamp);
    /// Keeps `said` in place of what was known of its question.
    fn remember(&self, said: Said);
    /// Forgets what we said to the message `question`.
    fn forget(&self, question: u64);
    /// Sets `mark`; false if it was set already.
    fn set(&self, mark: Mark, now: Timestamp) -> bool;
    /// Takes `mark` back: what it stands for did not come about.
    fn unset(&self, mark: Mark);
}
