//! Whose turn it is with a question: what happens to one question happens one after the other.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::sync::OwnedMutexGuard;

use super::lock;

/// How many questions are remembered as seen, and how many as deleted: more than Discord keeps of a connection to be taken up
/// again.
const MOST: usize = 4096;

/// The turns of all questions.
#[derive(Default)]
pub struct Turns {
    open: Mutex<HashMap<u64, Open>>,
    seen: Mutex<Recent>,
    gone: Mutex<Recent>,
}

/// A question that something happens to.
#[derive(Default)]
struct Open {
    mutex: Arc<tokio::sync::Mutex<()>>,
    /// The latest edit that has come.
    newest_edit: i64,
}

/// Held as long as something happens to a question.
pub struct Turn<'t> {
    turns: &'t Turns,
    question: u64,
    held: Option<(Arc<tokio::sync::Mutex<()>>, OwnedMutexGuard<()>)>,
}

impl Turns {
    /// Waits until nothing else happens to `question`.
    pub async fn take(&self, question: u64) -> Turn<'_> {
        self.take_edit(question, i64::MIN).await
    }

    /// The same for an edit of the time `edited`. Of several that wait, only the newest counts: see
    /// [`Turns::is_newest_edit`].
    pub async fn take_edit(&self, question: u64, edited: i64) -> Turn<'_> {
        let mutex = {
            let mut all = lock(&self.open);
            let open = all.entry(question).or_default();
            open.newest_edit = open.newest_edit.max(edited);
            Arc::clone(&open.mutex)
        };
        let guard = Arc::clone(&mutex).lock_owned().await;
        Turn { turns: self, question, held: Some((mutex, guard)) }
    }

    /// Whether no later edit of `question` waits behind that of the time `edited`.
    pub fn is_newest_edit(&self, question: u64, edited: i64) -> bool {
        lock(&self.open).get(&question).is_none_or(|open| open.newest_edit <= edited)
    }

    /// Whether `question` comes for the first time. The store knows those that were answered; here are also those that were
    /// not.
    pub fn is_new(&self, question: u64) -> bool {
        lock(&self.seen).insert(question)
    }

    /// Notes that the message `question` is deleted.
    pub fn gone(&self, question: u64) {
        lock(&self.gone).insert(question);
        // Its event may come behind: then it is not answered any more.
        lock(&self.seen).insert(question);
    }

    /// Whether the message `question` is deleted.
    pub fn is_gone(&self, question: u64) -> bool {
        lock(&self.gone).known.contains(&question)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some((mutex, guard)) = self.held.take() else { return };
        drop(guard);
        let mut all = lock(&self.turns.open);
        // Two hold it: the map and we. Nobody waits, and nobody can come while the map is locked.
        if Arc::strong_count(&mutex) == 2 {
            all.remove(&self.question);
        }
    }
}

/// The ids that came last.
#[derive(Default)]
struct Recent {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Recent {
    /// Whether `id` was not there.
    fn insert(&mut self, id: u64) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_after_the_other_and_only_the_newest_edit_counts() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(1).await;
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move {
                let _turn = turns.take_edit(1, 10).await;
                turns.is_newest_edit(1, 10)
            }
        });
        while lock(&turns.open)[&1].newest_edit < 10 {
            tokio::task::yield_now().await;
        }
        let last = turns.take_edit(1, 20);
        tokio::pin!(last);
        let early = tokio::time::timeout(std::time::Duration::ZERO, last.as_mut()).await;
        assert!(early.is_err(), "the first is not done");
        drop(first);
        assert!(!waiting.await.unwrap(), "a newer edit waits behind it");
        let last = last.await;
        assert!(turns.is_newest_edit(1, 20));
        drop(last);
        assert!(lock(&turns.open).is_empty(), "nothing is left behind");
    }

    #[test]
    fn a_question_is_new_once_and_not_after_it_was_deleted() {
        let turns = Turns::default();
        assert!(turns.is_new(1) && !turns.is_new(1));
        turns.gone(2);
        assert!(turns.is_gone(2) && !turns.is_new(2) && !turns.is_gone(1));
        (10..10 + MOST as u64).for_each(|id| assert!(turns.is_new(id)));
        assert!(turns.is_new(1), "forgotten at last");
    }
}
