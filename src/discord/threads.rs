//! Which channel a thread lies below. Discord does not say so with a message, so it is asked once for each channel that is not
//! known; a thread never moves.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use serenity::model::id::ChannelId;
use tokio::sync::OnceCell;

use super::permissions::id;
use super::rest::{CallError, Rest};
use super::{lock, mending};

/// How many channels are known at most; those that were learned first are asked for again.
const MOST: usize = 4096;

/// The channels that are known.
#[derive(Default)]
pub struct Threads(Mutex<Known>);

/// The channel above a thread; `None` for what is no thread, or may not be looked at.
type Above = Option<u64>;

#[derive(Default)]
struct Known {
    /// Each is asked for once, however many messages come meanwhile.
    above: HashMap<u64, Arc<OnceCell<Above>>>,
    order: VecDeque<u64>,
}

impl Threads {
    /// The channel that the thread `channel` lies below; `None` if it is no thread, or Discord does not tell.
    pub async fn above(&self, rest: &Rest, channel: u64) -> Above {
        let cell = lock(&self.0).cell(channel);
        let asked = cell.get_or_try_init(async || match mending::channel(rest, ChannelId::new(channel)).await {
            // The types of threads (Channel › Channel Types).
            Ok(it) if matches!(it["type"].as_u64(), Some(10..=12)) => Ok(id(&it["parent_id"])),
            Ok(_) => Ok(None),
            // Asking again would be refused again.
            Err(CallError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        });
        asked.await.copied().unwrap_or_else(|error| {
            tracing::warn!(%error, "it could not be found out whether a channel is a thread below a watched one");
            None
        })
    }
}

impl Known {
    fn cell(&mut self, channel: u64) -> Arc<OnceCell<Above>> {
        if let Some(cell) = self.above.get(&channel) {
            return Arc::clone(cell);
        }
        self.order.push_back(channel);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.above.remove(&oldest);
        }
        Arc::clone(self.above.entry(channel).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_more_is_known_than_there_is_room_for() {
        let mut known = Known::default();
        for channel in 0..=MOST as u64 {
            known.cell(channel).set(Some(channel + 1)).unwrap();
            assert_eq!(known.cell(channel).get(), Some(&Some(channel + 1)));
        }
        assert_eq!((known.above.len(), known.order.len()), (MOST, MOST));
        assert!(!known.above.contains_key(&0) && known.above.contains_key(&1));
    }
}
