//! Which channel a thread lies below. Discord does not say so with a message, so it is asked once for each channel that is not
//! known; a thread never moves.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use serenity::model::id::ChannelId;

use super::permissions::id;
use super::rest::{CallError, Rest};
use super::{lock, mending};

/// How many channels are known at most; those that were learned first are asked for again.
const MOST: usize = 4096;

/// The channels that are known.
#[derive(Default)]
pub struct Threads(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// The channel above; `None` for what is no thread, or may not be looked at.
    above: HashMap<u64, Option<u64>>,
    order: VecDeque<u64>,
}

impl Threads {
    /// The channel that the thread `channel` lies below; `None` if it is no thread, or Discord does not tell.
    pub async fn above(&self, rest: &Rest, channel: u64) -> Option<u64> {
        if let Some(above) = lock(&self.0).above.get(&channel) {
            return *above;
        }
        let above = match mending::channel(rest, ChannelId::new(channel)).await {
            // The types of threads (Channel › Channel Types).
            Ok(it) if matches!(it["type"].as_u64(), Some(10..=12)) => id(&it["parent_id"]),
            Ok(_) => None,
            // Asking again would be refused again.
            Err(CallError::Refused { .. }) => None,
            Err(error) => {
                tracing::warn!(%error, "it could not be found out whether a channel is a thread below a watched one");
                return None;
            }
        };
        lock(&self.0).learn(channel, above);
        above
    }
}

impl Known {
    fn learn(&mut self, channel: u64, above: Option<u64>) {
        if self.above.insert(channel, above).is_some() {
            return;
        }
        self.order.push_back(channel);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.above.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_more_is_known_than_there_is_room_for() {
        let mut known = Known::default();
        for channel in 0..=MOST as u64 {
            known.learn(channel, None);
            known.learn(channel, Some(1));
        }
        assert_eq!((known.above.len(), known.order.len()), (MOST, MOST));
        assert!(!known.above.contains_key(&0) && known.above[&1] == Some(1));
    }
}
