//! Each event of the gateway to the part of the bot that deals with it, in a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt as _;
use serenity::model::event::Event;
use serenity::model::gateway::Ready;
use serenity::model::id::UserId;
use tokio::sync::watch;
use tokio::time::Instant;

use super::correspondence::Correspondence;
use super::gateway::Listener;
use super::interactions::Interactions;
use super::manners::Manners;
use super::rest::Rest;
use super::{Parts, Settings, commands};
use crate::metrics::Metrics;

/// The bot as the gateway sees it.
pub struct Hearing {
    bot: Arc<Bot>,
    in_flight: InFlight,
    metrics: Metrics,
}

/// Those who deal with events.
struct Bot {
    rest: Arc<Rest>,
    interactions: Interactions,
    correspondence: Correspondence,
    manners: Arc<Manners>,
    /// The bot's own id, from the moment that Discord has told it.
    me: OnceLock<UserId>,
    commands_told: AtomicBool,
    /// Turns true when the bot is connected for the first time.
    connected: watch::Sender<bool>,
}

impl Hearing {
    /// Whatever is begun is counted in `in_flight` until it is done; `connected` turns true when the bot is.
    pub fn new(
        rest: Arc<Rest>,
        parts: Parts,
        settings: &Settings,
        manners: Arc<Manners>,
        in_flight: InFlight,
        connected: watch::Sender<bool>,
    ) -> Self {
        let metrics = parts.metrics.clone();
        let bot = Bot {
            interactions: Interactions::new(Arc::clone(&rest), parts, settings, Arc::clone(&manners)),
            correspondence: Correspondence::new(Arc::clone(&manners)),
            manners,
            rest,
            me: OnceLock::new(),
            commands_told: AtomicBool::new(false),
            connected,
        };
        Self { bot: Arc::new(bot), in_flight, metrics }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let counted = self.in_flight.one();
        let metrics = self.metrics.clone();
        tokio::spawn(async move {
            survive(&metrics, work).await;
            drop(counted);
        });
    }
}

impl Listener for Hearing {
    fn on(&self, shard: u32, event: Event) {
        let bot = Arc::clone(&self.bot);
        let received = Instant::now();
        match event {
            Event::Ready(event) => {
                // At once: whatever comes behind it may need to know who the bot is. It never changes.
                bot.me.get_or_init(|| event.ready.user.id);
                self.spawn(async move { bot.ready(shard, event.ready).await });
            }
            Event::MessageCreate(event) => {
                // Discord tells who the bot is before it tells anything else.
                let Some(me) = bot.me.get().copied() else { return };
                // Its reply has its place from now on, whatever it takes to work out.
                let place = bot.rest.lanes().reserve(event.message.channel_id.get(), event.message.id.get());
                self.spawn(async move {
                    bot.correspondence.message(event.message, me, received).await;
                    drop(place);
                });
            }
            Event::MessageUpdate(event) => {
                let Some(me) = bot.me.get().copied() else { return };
                self.spawn(async move { bot.correspondence.edited(event, me, received).await });
            }
            Event::MessageDelete(event) => {
                self.spawn(async move { bot.correspondence.deleted(&[event.message_id]).await });
            }
            Event::MessageDeleteBulk(event) => self.spawn(async move { bot.correspondence.deleted(&event.ids).await }),
            Event::ReactionAdd(event) => {
                let Some(me) = bot.me.get().copied() else { return };
                self.spawn(async move { bot.manners.reacted(event.reaction, me).await });
            }
            Event::InteractionCreate(event) => {
                self.spawn(async move { bot.interactions.interaction(event.interaction, received).await });
            }
            _ => {}
        }
    }
}

impl Bot {
    async fn ready(&self, shard: u32, ready: Ready) {
        tracing::info!(bot = ready.user.name, guilds = ready.guilds.len(), shard, "connected to Discord");
        self.connected.send_replace(true);
        // The commands are the same for all shards, so the process that has the first one tells them; once, though the
        // shard is ready again after each lost session.
        if shard != 0 || self.commands_told.swap(true, Ordering::Relaxed) {
            return;
        }
        match commands::register(&self.rest, ready.application.id, &commands::definitions()).await {
            Ok(true) => tracing::info!("told Discord of the slash commands"),
            Ok(false) => tracing::info!("Discord knows the slash commands"),
            Err(error) => {
                self.commands_told.store(false, Ordering::Relaxed);
                tracing::error!(%error, "Discord could not be told of the slash commands; mentions are answered all the same");
            }
        }
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

    /// How many there are now.
    pub fn count(&self) -> usize {
        self.0.receiver_count()
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
