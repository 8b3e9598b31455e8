//! How many sessions the bot may begin, and how fast.
//!
//! Discord tells it at `GET /gateway/bot` (Gateway › Session Start Limit Object): so many in 24 hours, and so many side by
//! side every 5 seconds. Whoever begins more gets his token reset.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// What is left of today's sessions. One for all shards of a process.
#[derive(Debug)]
pub struct Budget {
    state: Mutex<State>,
    /// How many shards may begin side by side: shards of the same number modulo this one wait for each other.
    side_by_side: u32,
}

#[derive(Debug)]
struct State {
    total: u32,
    remaining: u32,
    /// When there are `total` again.
    renewed: Instant,
    /// When the next one of each group may begin.
    next: HashMap<u32, Instant>,
}

/// Discord's own time between two renewals.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Budget {
    /// `remaining` of `total` sessions are left until `reset_after` is over.
    pub fn new(total: u32, remaining: u32, reset_after: Duration, side_by_side: u32) -> Self {
        let state =
            State { total: total.max(1), remaining, renewed: Instant::now() + reset_after, next: HashMap::new() };
        Self { state: Mutex::new(state), side_by_side: side_by_side.max(1) }
    }

    /// Waits until the shard `nth` may begin a session, and counts it. `between` is the time between two of a group.
    ///
    /// Whoever waits here holds nothing: a task that is dropped meanwhile has counted nothing.
    pub async fn take(&self, nth: u32, between: Duration) {
        loop {
            let until = {
                let mut state = self.state.lock().await;
                let now = Instant::now();
                if now >= state.renewed {
                    state.remaining = state.total;
                    state.renewed = now + DAY;
                }
                let group = nth % self.side_by_side;
                let turn = state.next.get(&group).copied().unwrap_or(now);
                if state.remaining == 0 {
                    let minutes = (state.renewed - now).as_secs().div_ceil(60);
                    tracing::error!(
                        minutes,
                        "the bot has begun as many sessions as Discord allows in a day; it waits until it may begin another. To \
                         mend: see in the log why it connects so often, or is started so often"
                    );
                    state.renewed
                } else if turn > now {
                    turn
                } else {
                    state.remaining -= 1;
                    state.next.insert(group, now + between);
                    return;
                }
            };
            sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn shards_of_a_group_begin_one_after_the_other() {
        let start = Instant::now();
        let budget = Budget::new(1000, 1000, DAY, 2);
        let mut began = Vec::new();
        for nth in 0..4 {
            budget.take(nth, FIVE).await;
            began.push(start.elapsed().as_secs());
        }
        assert_eq!(began, [0, 0, 5, 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn when_none_is_left_it_waits_for_the_renewal() {
        let start = Instant::now();
        let budget = Budget::new(2, 1, Duration::from_secs(3600), 1);
        let mut began = Vec::new();
        for _ in 0..4 {
            budget.take(0, FIVE).await;
            began.push(start.elapsed().as_secs());
        }
        assert_eq!(began, [0, 3600, 3605, 3600 + 24 * 60 * 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_of_failures_stays_within_the_budget() {
        let start = Instant::now();
        let budget = Budget::new(1000, 1000, DAY, 1);
        let mut begun = 0;
        while start.elapsed() < DAY {
            budget.take(0, FIVE).await;
            begun += 1;
        }
        assert_eq!(begun, 1001, "the last one is that of the next day");
    }
}
