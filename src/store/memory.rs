//! What is kept, in memory: the whole store where no file is named, and what a file is read into.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{LastSaid, Mark, Said, Store};
use crate::knowledge::EntryId;

/// The most questions that are kept, whatever the settings say: about 40 MB. The oldest go first.
const MOST_QUESTIONS: usize = 200_000;
/// Old marks are looked for once in so many changes.
const SWEEP_EVERY: u32 = 256;

/// A store that forgets everything at a restart.
pub struct InMemory(Mutex<Rows>);

impl InMemory {
    /// An empty store that keeps what it is told for `keep_days`.
    pub fn new(keep_days: u16) -> Self {
        Self(Mutex::new(Rows::new(keep_days)))
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        // Nothing in there is ever half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for InMemory {
    fn said(&self, question: u64) -> Option<Said> {
        self.rows().said.get(&question).cloned()
    }

    fn question_of(&self, reply: u64) -> Option<u64> {
        self.rows().question_of(reply)
    }

    fn last_said(&self, channel: u64, entry: &EntryId) -> Option<LastSaid> {
        self.rows().last_said(channel, entry)
    }

    fn note_said(&self, channel: u64, entry: &EntryId, at: Timestamp) {
        self.rows().note_said(channel, entry.clone(), at);
    }

    fn remember(&self, said: Said) {
        self.rows().remember(said);
    }

    fn forget(&self, question: u64) {
        self.rows().forget(question);
    }

    fn set(&self, mark: Mark, now: Timestamp) -> bool {
        self.rows().set(mark, now)
    }

    fn unset(&self, mark: Mark) {
        self.rows().marks.remove(&mark);
    }
}

/// The rows and how they are found.
#[derive(Debug, Default)]
pub(super) struct Rows {
    keep: SignedDuration,
    /// By question. Discord's ids rise with time, so the first is the oldest.
    pub said: BTreeMap<u64, Said>,
    pub marks: HashMap<Mark, Timestamp>,
    /// When an entry was said in a channel, in a message that is not known.
    pub noted: HashMap<(u64, EntryId), Timestamp>,
    question_of: HashMap<u64, u64>,
    /// The question that was last answered with an entry in a channel.
    last: HashMap<(u64, EntryId), u64>,
    changes: u32,
}

impl Rows {
    pub fn new(keep_days: u16) -> Self {
        Self { keep: SignedDuration::from_hours(24 * i64::from(keep_days)), ..Self::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.said.len() + self.marks.len() + self.noted.len()
    }

    pub fn question_of(&self, reply: u64) -> Option<u64> {
        self.question_of.get(&reply).copied()
    }

    pub fn last_said(&self, channel: u64, entry: &EntryId) -> Option<LastSaid> {
        let key = (channel, entry.clone());
        let known = || {
            let said = self.said.get(self.last.get(&key)?)?;
            Some(LastSaid { at: said.at, reply: Some(*said.replies.first()?) })
        };
        let noted = self.noted.get(&key).map(|at| LastSaid { at: *at, reply: None });
        known().into_iter().chain(noted).max_by_key(|it| (it.at, it.reply))
    }

    pub fn note_said(&mut self, channel: u64, entry: EntryId, at: Timestamp) {
        self.expire(at);
        self.noted.insert((channel, entry), at);
    }

    pub fn remember(&mut self, said: Said) {
        self.expire(said.at);
        self.forget(said.question);
        for reply in &said.replies {
            self.question_of.insert(*reply, said.question);
        }
        if let Some(entry) = &said.entry {
            self.last.insert((said.channel, entry.clone()), said.question);
        }
        self.said.insert(said.question, said);
        while self.said.len() > MOST_QUESTIONS {
            self.forget_oldest();
        }
    }

    pub fn forget(&mut self, question: u64) {
        let Some(said) = self.said.remove(&question) else { return };
        for reply in &said.replies {
            self.question_of.remove(reply);
        }
        if let Some(entry) = said.entry {
            let key = (said.channel, entry);
            if self.last.get(&key) == Some(&question) {
                self.last.remove(&key);
            }
        }
    }

    pub fn set(&mut self, mark: Mark, now: Timestamp) -> bool {
        self.expire(now);
        if self.marks.contains_key(&mark) {
            return false;
        }
        self.marks.insert(mark, now);
        true
    }

    /// Forgets what is older than it may be at `now`.
    pub fn expire(&mut self, now: Timestamp) {
        let keep = self.keep;
        let old = |at: Timestamp| now.duration_since(at) > keep;
        while self.said.first_key_value().is_some_and(|(_, said)| old(said.at)) {
            self.forget_oldest();
        }
        if self.changes.is_multiple_of(SWEEP_EVERY) {
            self.marks.retain(|_, at| !old(*at));
            self.noted.retain(|_, at| !old(*at));
        }
        self.changes = self.changes.wrapping_add(1);
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.said.first_key_value().map(|(question, _)| *question) {
            self.forget(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + day * 86_400).unwrap()
    }

    fn said(question: u64, day: i64) -> Said {
        Said {
            channel: 1,
            question,
            replies: vec![question + 1, question + 2],
            entry: Some(EntryId::new("x")),
            urgent: false,
            dismissed: false,
            held_back: false,
            chosen: false,
            edited: 0,
            revision: 0,
            at: at(day),
        }
    }

    #[test]
    fn a_question_is_found_by_its_replies_until_it_is_forgotten() {
        let store = InMemory::new(30);
        store.remember(said(10, 0));
        assert_eq!((store.question_of(11), store.question_of(12), store.question_of(10)), (Some(10), Some(10), None));
        assert_eq!(store.last_said(1, &EntryId::new("x")), Some(LastSaid { at: at(0), reply: Some(11) }));
        assert_eq!(store.last_said(2, &EntryId::new("x")), None);
        // Made anew, with one message less.
        store.remember(Said { replies: vec![11], ..said(10, 1) });
        assert_eq!((store.question_of(11), store.question_of(12)), (Some(10), None));
        store.forget(10);
        assert_eq!((store.said(10), store.question_of(11), store.last_said(1, &EntryId::new("x"))), (None, None, None));
    }

    #[test]
    fn what_was_said_last_counts_whether_its_message_is_known_or_not() {
        let store = InMemory::new(30);
        let entry = EntryId::new("x");
        store.note_said(1, &entry, at(0));
        assert_eq!(store.last_said(1, &entry), Some(LastSaid { at: at(0), reply: None }));
        store.remember(said(10, 1));
        assert_eq!(store.last_said(1, &entry), Some(LastSaid { at: at(1), reply: Some(11) }));
        store.note_said(1, &entry, at(2));
        assert_eq!(store.last_said(1, &entry), Some(LastSaid { at: at(2), reply: None }));
        assert_eq!(store.last_said(2, &entry), None);
    }

    #[test]
    fn what_is_older_than_it_may_be_goes() {
        let store = InMemory::new(30);
        store.remember(said(10, 0));
        assert!(store.set(Mark::HelpersAsked(10), at(0)));
        assert!(!store.set(Mark::HelpersAsked(10), at(1)), "once");
        store.remember(said(20, 31));
        assert_eq!((store.said(10), store.question_of(11)), (None, None));
        assert!(store.said(20).is_some());
        // Marks are looked through now and then.
        for nth in 0..u64::from(SWEEP_EVERY) {
            store.set(Mark::MayNotWrite(nth), at(31));
        }
        assert!(store.set(Mark::HelpersAsked(10), at(31)), "forgotten, so it counts anew");
        store.unset(Mark::HelpersAsked(10));
        assert!(store.set(Mark::HelpersAsked(10), at(31)), "taken back");
    }
}
