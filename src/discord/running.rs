//! The running bot: connects, listens, and ends without losing a reply.

use std::pin::pin;
use std::sync::Arc;

use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;
use tokio::time::timeout;

use super::gateway::{Fatal, Gateway};
use super::hearing::{Hearing, InFlight};
use super::rest::Rest;
use super::{Parts, Secret, Settings, finding, staff};

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
        intents: intents(),
        shards,
        total,
        budget: found.budget,
        pace: settings.pace.clone(),
        metrics: parts.metrics.clone(),
    };
    let in_flight = InFlight::default();
    let rest = Arc::new(rest);
    let _news = staff::listen(&rest, &parts, settings);
    let hearing = Hearing::new(rest, parts, settings, in_flight.clone());
    let (tell, told) = watch::channel(false);
    let mut connected = pin!(gateway.run(Arc::new(hearing), told));
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
        tracing::warn!(seconds = settings.finish_seconds, "some replies were not sent in time and are lost");
    }
    ended.map(drop)
}

/// What the bot has to hear. None of these is privileged; interactions come without any. Of messages on servers it gets
/// the text only where it is mentioned, which is all it wants.
fn intents() -> GatewayIntents {
    GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES
}
