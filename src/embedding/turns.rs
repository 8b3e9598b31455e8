//! Few at a time: a model takes a whole processor for each question, and who waits too long goes without it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a question waits for the model, all its parts together. A member waits three seconds at most, and an answer by
/// the letters alone is better than a late one.
pub const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// How many may wait: more would not get their turn in time.
const MOST_WAITING: usize = 64;

/// Turns at something of which only few can be done at once.
#[derive(Debug)]
pub struct Turns {
    state: Mutex<State>,
    free: Condvar,
}

#[derive(Debug)]
struct State {
    free: usize,
    waiting: usize,
}

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Turn<'a>(&'a Turns);

impl Turns {
    /// So many at once.
    pub fn new(at_once: usize) -> Self {
        Self { state: Mutex::new(State { free: at_once.max(1), waiting: 0 }), free: Condvar::new() }
    }

    /// A turn, or `None` if there is none until then, or too many wait already.
    pub fn take(&self, until: Instant) -> Option<Turn<'_>> {
        let mut state = self.state();
        if state.free == 0 && state.waiting >= MOST_WAITING {
            return None;
        }
        state.waiting += 1;
        while state.free == 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.waiting -= 1;
        let free = state.free > 0;
        state.free -= usize::from(free);
        // Not `then_some`: it would make a turn in any case, whose end waits for the state that is held here.
        free.then(|| Turn(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Two numbers that are set at once cannot be left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.free.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A minute stands for ever.
    fn in_a_minute() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn who_comes_when_all_are_taken_goes_without_and_turns_come_back() {
        let turns = Turns::new(2);
        let first = turns.take(Instant::now()).unwrap();
        let second = turns.take(Instant::now()).unwrap();
        assert!(turns.take(Instant::now() + Duration::from_millis(1)).is_none());
        drop(first);
        assert!(turns.take(Instant::now()).is_some());
        drop(second);
    }

    #[test]
    fn who_waits_gets_the_turn_that_ends() {
        let turns = Turns::new(1);
        let held = turns.take(Instant::now()).unwrap();
        std::thread::scope(|scope| {
            // The turn ends as soon as this one is seen to wait.
            let waits = scope.spawn(|| turns.take(in_a_minute()).is_some());
            while turns.state().waiting == 0 {
                std::thread::yield_now();
            }
            drop(held);
            assert!(waits.join().unwrap());
        });
    }

    #[test]
    fn the_queue_is_bounded() {
        let turns = Turns::new(1);
        let _held = turns.take(Instant::now()).unwrap();
        turns.state().waiting = MOST_WAITING;
        assert!(turns.take(in_a_minute()).is_none());
    }
}
