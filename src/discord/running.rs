//! The running bot: connects, listens, and ends without losing a reply.

use std::pin::pin;
use std::sync::Arc;

use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;
use tokio::time::timeout;

use super::gateway::{Fatal, Gateway, Listener};
use super::hearing::{Hearing, InFlight};
use super::manners::Manners;
use super::rest::Rest;
use super::{Parts, Secret, Settings, finding, staff};
use crate::metrics::Dropped;

/// Why the bot could not start, or could not go on. Written for the operator.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Refused(Fatal),
    #[error(
        "cannot reach Discord at {base}: {why}\n  To mend: see whether this machine may connect there (network, DNS, firewall, \
         clock), and whether `api` in the table [discord] of config.toml, or CAVEAT_DISCORD_API, names the right address."
    )]
    Unreachable { base: String, why: String },
    #[error(
        "{base} did not say where the gateway is: {why}\n  To mend: see whether `api` in the table [discord] of config.toml, or \
         CAVEAT_DISCORD_API, names Discord's API or a proxy of it. The public gateway is not used in its place."
    )]
    NoGateway { base: String, why: String },
}

/// Runs the bot until `stop` is done; then sends what is in flight, and returns. What happens is counted in its metrics.
///
/// # Errors
/// [`RunError`], if it cannot start or Discord ends it.
pub async fn run(
    settings: &Settings,
    token: &Secret,
    parts: Parts,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let base = settings.api.as_deref().map(|it| it.trim_end_matches('/'));
    let rest = Rest::new(token, base, settings.most_waiting, parts.metrics.clone())
        .map_err(|why| finding::unreachable(base.unwrap_or("https://discord.com"), &why))?;
    let mut stop = pin!(stop);
    let found = tokio::select! {
        found = finding::find(&rest, &settings.pace) => found?,
        () = &mut stop => return Ok(()),
    };

    let (shards, total) = settings.shards.of(found.shards);
    let gateway = Gateway {
        url: found.url,
        follow_resume_url: base.is_none(),
        token: token.clone(),
        intents: intents(settings),
        shards,
        total,
        budget: Arc::new(found.budget),
        pace: settings.pace.clone(),
        metrics: parts.metrics.clone(),
    };
    let in_flight = InFlight::default();
    let metrics = parts.metrics.clone();
    let rest = Arc::new(rest);
    let connected = watch::Sender::new(false);
    // All processes see the same folder change; the one that has the first shard tells of it.
    let first = gateway.shards.contains(&0);
    let _news = first.then(|| staff::listen(&rest, &parts, settings, connected.subscribe()));
    let manners = Arc::new(Manners::new(Arc::clone(&rest), parts.clone(), settings.clone()));
    let hearing = Arc::new(Hearing::new(rest, parts, settings, Arc::clone(&manners), in_flight.clone(), connected));
    let (tell, told) = watch::channel(false);
    let mut connected = pin!(connect(gateway, hearing, &manners, told));
    // `Ok(true)`: told to stop, and the connections are still closing.
    let ended = tokio::select! {
        ended = &mut connected => ended.map_err(RunError::Refused).map(|()| false),
        () = stop => {
            tracing::info!("closing the connection to Discord");
            tell.send_replace(true);
            Ok(true)
        }
    };
    let finishing = async {
        // First no more events, then wait for those that came.
        if matches!(ended, Ok(true)) {
            let _ = connected.await;
        }
        in_flight.all_done().await;
    };
    if timeout(settings.finish(), finishing).await.is_err() {
        let lost = in_flight.count();
        (0..lost).for_each(|_| metrics.dropped(Dropped::Stopping));
        tracing::warn!(seconds = settings.finish_seconds, lost, "some replies were not sent in time and are lost");
    }
    ended.map(drop)
}

/// Keeps the bot connected. Where Discord does not let it read what members write without mentioning it, it does without.
async fn connect(
    gateway: Gateway,
    hearing: Arc<Hearing>,
    manners: &Manners,
    told: watch::Receiver<bool>,
) -> Result<(), Fatal> {
    let ended = gateway.clone().run(Arc::clone(&hearing) as Arc<dyn Listener>, told.clone()).await;
    let content = GatewayIntents::MESSAGE_CONTENT;
    if ended != Err(Fatal::PrivilegedIntents) || !gateway.intents.contains(content) {
        return ended;
    }
    tracing::error!(
        "Discord does not let the bot read the channels that it is to watch ([[discord.watched]]), so it goes on without watching \
         them; commands, mentions and direct messages are answered as ever. To mend: open your application in Discord's developer \
         portal, Bot, Privileged Gateway Intents, switch on \"Message Content Intent\", save, and start the bot again."
    );
    manners.stop_watching();
    Gateway { intents: gateway.intents - content, ..gateway }.run(hearing, told).await
}

/// What the bot has to hear: messages, what becomes of them, and reactions to them. None of these is privileged; interactions
/// come without any. Of messages on servers it gets the text only where it is mentioned, which is all it wants, unless there
/// are channels that it watches.
fn intents(settings: &Settings) -> GatewayIntents {
    let mut intents = GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::GUILD_MESSAGE_REACTIONS
        | GatewayIntents::DIRECT_MESSAGE_REACTIONS;
    if !settings.watched.is_empty() {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    intents
}
