//! The gateway: the websockets over which Discord tells what happens.
//!
//! serenity has a gateway client of its own, and its event types are used here. But after the close codes 4010 to 4012 it
//! connects again for ever, it does not know how many sessions a day it may begin (Discord resets the token of a bot that
//! begins more), and it hands events on in no particular order. So the connection is ours: [`shard`] keeps one alive,
//! [`connection`] is one websocket from its beginning to its end, [`closing`] says what an end means, and [`budget`] counts
//! the sessions.

mod budget;
mod closing;
mod connection;
mod shard;

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serenity::model::event::Event;
use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use budget::Budget;
pub use closing::Fatal;
pub use shard::backoff;

use super::Secret;
use super::pace::Pace;
use crate::metrics::Metrics;

/// Where events go.
pub trait Listener: Send + Sync + 'static {
    /// Something happened. Called in the order in which Discord tells of it, shard by shard, and waited for: whatever takes
    /// time belongs into a task of its own.
    fn on(&self, shard: u32, event: Event);
}

/// How to reach the gateway, and as what.
#[derive(Clone)]
pub struct Gateway {
    /// Such as `wss://gateway.discord.gg`, without a query.
    pub url: String,
    /// Whether an old session may be resumed at the address that Discord names for it. Not with a configured API base: then
    /// everything goes by the address that was learned there.
    pub follow_resume_url: bool,
    pub token: Secret,
    pub intents: GatewayIntents,
    /// The shards of this process, counted from 0, and how many there are in all processes.
    pub shards: Range<u32>,
    pub total: u32,
    /// The same for whoever connects again as something else: sessions that were begun count.
    pub budget: Arc<Budget>,
    pub pace: Pace,
    pub metrics: Metrics,
}

impl Gateway {
    /// Keeps all shards connected until `stop` turns true, then closes them.
    ///
    /// # Errors
    /// [`Fatal`], if Discord does not want this bot back as it is. Then the other shards are closed too.
    pub async fn run(self, listener: Arc<dyn Listener>, stop: watch::Receiver<bool>) -> Result<(), Fatal> {
        self.metrics.expect_shards(self.shards.clone());
        let gateway = Arc::new(self);
        let mut shards = JoinSet::new();
        // Told to all shards if one of them meets its end.
        let (give_up, given_up) = watch::channel(false);
        for nth in gateway.shards.clone() {
            let stop = either(stop.clone(), given_up.clone());
            shards.spawn(keep(nth, Arc::clone(&gateway), Arc::clone(&listener), stop));
        }
        let mut ended = Ok(());
        while let Some(end) = shards.join_next().await {
            if let Ok(Err(fatal)) = end {
                give_up.send_replace(true);
                ended = Err(fatal);
            }
        }
        ended
    }
}

/// A shard, and another in its place should it end in a panic.
async fn keep(
    nth: u32,
    gateway: Arc<Gateway>,
    listener: Arc<dyn Listener>,
    stop: watch::Receiver<bool>,
) -> Result<(), Fatal> {
    loop {
        let shard = shard::Shard::new(nth, Arc::clone(&gateway), Arc::clone(&listener));
        if let Ok(ended) = AssertUnwindSafe(shard.run(stop.clone())).catch_unwind().await {
            return ended;
        }
        gateway.metrics.panicked();
        gateway.metrics.shard_connected(nth, false);
        // What broke it once may break it again.
        tokio::time::sleep(gateway.pace.longest).await;
    }
}

/// Done when `stop` turns true.
async fn told(stop: &mut watch::Receiver<bool>) {
    // If nobody is left who could tell, the bot has ended.
    let _ = stop.wait_for(|it| *it).await;
}

/// Turns true when one of both does, or when nobody is left who could turn it.
fn either(mut one: watch::Receiver<bool>, mut other: watch::Receiver<bool>) -> watch::Receiver<bool> {
    let (tell, both) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            () = told(&mut one) => {}
            () = told(&mut other) => {}
            () = tell.closed() => {}
        }
        tell.send_replace(true);
    });
    both
}

/// A fraction from 0 to 1 that differs from bot to bot and from call to call, so that not all come back at once.
fn jitter() -> f64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    // Each RandomState has keys of its own, which is all the chance that is needed here.
    let drawn = std::hash::RandomState::new().build_hasher().finish();
    (drawn >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_lies_between_0_and_1_and_varies() {
        let drawn: Vec<f64> = (0..100).map(|_| jitter()).collect();
        assert!(drawn.iter().all(|it| (0.0..1.0).contains(it)));
        assert!(drawn.iter().any(|it| *it < 0.5) && drawn.iter().any(|it| *it > 0.5));
    }
}
