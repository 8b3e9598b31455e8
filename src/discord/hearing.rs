//! Each event of the gateway to the part of the bot that deals with it, in a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serenity::model::event::Event;
use tokio::sync::watch;
use tokio::time::Instant;

use super::gateway::Listener;
use super::running::Bot;
use crate::metrics::Metrics;

/// The bot as the gateway sees it.
pub struct Hearing {
    pub bot: Arc<Bot>,
    pub in_flight: InFlight,
}

impl Listener for Hearing {
    fn on(&self, shard: u32, event: Event) {
        let bot = Arc::clone(&self.bot);
        let received = Instant::now();
        match event {
            Event::Ready(event) => {
                // At once: whatever comes behind it may need to know who the bot is.
                bot.learn_who_it_is(&event.ready);
                self.spawn(async move { bot.ready(shard, event.ready).await });
            }
            Event::MessageCreate(event) => self.spawn(async move { bot.message(event.message, received).await }),
            Event::InteractionCreate(event) => {
                self.spawn(async move { bot.interaction(event.interaction, received).await });
            }
            _ => {}
        }
    }
}

impl Hearing {
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let counted = self.in_flight.one();
        let metrics = self.bot.metrics().clone();
        tokio::spawn(async move {
            survive(&metrics, work).await;
            drop(counted);
        });
    }
}

/// Does `work`; if it ends in a panic, that is counted, and nothing else ends with it.
async fn survive(metrics: &Metrics, work: impl Future<Output = ()>) {
    // What a panic may leave half done is the answer to that one event.
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        metrics.panicked();
    }
}

/// The events that are being dealt with. Whoever holds a receiver is one of them.
#[derive(Clone, Default)]
pub struct InFlight(watch::Sender<()>);

impl InFlight {
    /// Counts as one until dropped, also by a panic.
    pub fn one(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }

    pub async fn all_done(&self) {
        self.0.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_counted_and_ends_nothing() {
        let metrics = Metrics::default();
        survive(&metrics, async {}).await;
        assert_eq!(metrics.panics(), 0);
        survive(&metrics, async { panic!("as the test wants it") }).await;
        assert_eq!(metrics.panics(), 1);
    }
}
