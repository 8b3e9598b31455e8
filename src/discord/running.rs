//! The running bot: connects, hands each event to its reader, and ends without losing a reply.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serenity::all::{CommandInteraction, ComponentInteraction, GatewayIntents, Interaction, Message, Ready, UserId};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout};

use super::commands::Command;
use super::correspondence::Correspondence;
use super::gateway::{Fatal, Gateway};
use super::hearing::{Hearing, InFlight};
use super::incoming::Asked;
use super::outgoing::{Place, Ticket};
use super::rest::{CallError, Rest};
use super::{Parts, Secret, Settings, buttons, commands, finding, outgoing};
use crate::answering::Action;
use crate::metrics::{Metrics, Way};
use crate::render::discord::{Message as Rendered, help, messages, notice};
use crate::render::{limits, wording::discord as words};
use crate::service::Answers;

/// How long an answer may take before Discord is told that it will be later. An interaction is dead after 3 s; this leaves
/// as much again for telling.
const THINKING: Duration = Duration::from_millis(1500);
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
    #[error(
        "the bot may not connect to Discord again before {minutes} minutes are over: it was started too often today\n  To mend: \
         wait, and see in the log why it keeps restarting."
    )]
    StartedTooOften { minutes: u64 },
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
    let rest = Rest::new(token, base, parts.metrics.clone())
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
    let hearing = Hearing { bot: Arc::new(Bot::new(rest, parts)), in_flight: in_flight.clone() };
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

/// What deals with events.
pub struct Bot {
    rest: Arc<Rest>,
    answers: Arc<dyn Answers>,
    correspondence: Correspondence,
    metrics: Metrics,
    /// The bot's own id, from the moment that Discord has told it.
    me: OnceLock<UserId>,
    commands_told: AtomicBool,
}

impl Bot {
    fn new(rest: Rest, parts: Parts) -> Self {
        let rest = Arc::new(rest);
        Self {
            answers: Arc::clone(&parts.answers),
            metrics: parts.metrics.clone(),
            correspondence: Correspondence::new(Arc::clone(&rest), parts),
            rest,
            me: OnceLock::new(),
            commands_told: AtomicBool::new(false),
        }
    }

    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The first that Discord tells after a connection. It never changes.
    pub fn learn_who_it_is(&self, ready: &Ready) {
        self.me.get_or_init(|| ready.user.id);
    }

    pub async fn ready(&self, shard: u32, ready: Ready) {
        tracing::info!(bot = ready.user.name, guilds = ready.guilds.len(), shard, "connected to Discord");
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

    pub async fn message(&self, message: Message, received: Instant) {
        // Discord tells who the bot is before it tells anything else.
        let Some(me) = self.me.get() else { return };
        self.correspondence.message(message, *me, received).await;
    }

    pub async fn interaction(&self, interaction: Interaction, received: Instant) {
        match interaction {
            Interaction::Command(command) => self.command(command, received).await,
            Interaction::Autocomplete(command) => self.autocomplete(command, received).await,
            Interaction::Component(press) => self.press(press, received).await,
            _ => {}
        }
    }

    async fn command(&self, command: CommandInteraction, received: Instant) {
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        let (place, thinking) = match commands::read(&command.data) {
            Command::Ask(asked @ Asked::Nothing, _) => (Place::Private, self.think(Place::Private, asked, None)),
            Command::Ask(asked, words) => (Place::Public, self.think(Place::Public, asked, Some(words))),
            Command::Show(action) => (Place::Public, self.act(Place::Public, action)),
            Command::Unknown => (Place::Private, Thinking::of(|| Thought::notice(words::UNKNOWN_COMMAND))),
        };
        self.answer(&ticket, place, thinking).await;
    }

    async fn autocomplete(&self, command: CommandInteraction, received: Instant) {
        let typed = commands::typed(&command.data).to_owned();
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        let answers = Arc::clone(&self.answers);
        // No suggestions are better than an error in the member's face.
        let found = spawn_blocking(move || answers.suggest(&typed, limits::CHOICES)).await;
        let found = found.unwrap_or_else(|_| {
            self.metrics.panicked();
            Vec::new()
        });
        told("suggestions", outgoing::suggest(&self.rest, &ticket, &found).await);
    }

    async fn press(&self, press: ComponentInteraction, received: Instant) {
        let (place, thinking) = match buttons::read(&press) {
            Some(action) => {
                let place = buttons::place(&press, &action);
                (place, self.act(place, action))
            }
            None => (Place::Private, Thinking::of(|| Thought::notice(words::STALE_BUTTON))),
        };
        let ticket = Ticket { application: press.application_id, id: press.id, token: press.token, received };
        self.answer(&ticket, place, thinking).await;
    }

    /// Thinks about what was asked; `quoted` are the member's words if the reply is to repeat them.
    fn think(&self, place: Place, asked: Asked, quoted: Option<String>) -> Thinking {
        let answers = Arc::clone(&self.answers);
        Thinking::of(move || {
            let messages = match asked {
                Asked::Question(question) => messages(&answers.ask(&question), quoted.as_deref()),
                Asked::Nothing => help(&answers.set()),
            };
            Thought { place, messages }
        })
    }

    fn act(&self, place: Place, action: Action) -> Thinking {
        let answers = Arc::clone(&self.answers);
        Thinking::of(move || match answers.act(&action) {
            Some(reply) => Thought { place, messages: messages(&reply, None) },
            None => Thought::notice(words::STALE_BUTTON),
        })
    }

    /// Answers an interaction at `place` with what comes of `thinking`; if that takes long, Discord is told so first.
    async fn answer(&self, ticket: &Ticket, place: Place, mut thinking: Thinking) {
        let soon = timeout(THINKING.saturating_sub(ticket.received.elapsed()), &mut thinking.0).await;
        if let Ok(thought) = soon {
            let Thought { place, messages } = thought.unwrap_or_else(|_| Thought::broken(&self.metrics));
            let sent = outgoing::answer(&self.rest, ticket, place, &messages).await;
            self.sent("an answer", Way::Interaction, ticket.received, sent);
            return;
        }
        told("a word that it takes longer", outgoing::defer(&self.rest, ticket, place).await);
        let thought = thinking.finish(&self.metrics).await;
        let sent = if thought.place == place {
            outgoing::answer_late(&self.rest, ticket, place, &thought.messages).await
        } else {
            outgoing::follow_up(&self.rest, ticket, thought.place, &thought.messages).await
        };
        self.sent("a late answer", Way::Interaction, ticket.received, sent);
    }

    /// Counts a reply that came, and tells the log of one that did not.
    fn sent(&self, what: &str, way: Way, received: Instant, sent: Result<(), CallError>) {
        if sent.is_ok() {
            self.metrics.sent(way, received.elapsed());
        }
        told(what, sent);
    }
}

/// A reply that is being worked out, away from the threads that serve the network.
struct Thinking(JoinHandle<Thought>);

/// What is to be said, and where.
struct Thought {
    place: Place,
    messages: Vec<Rendered>,
}

impl Thinking {
    fn of(work: impl FnOnce() -> Thought + Send + 'static) -> Self {
        Self(spawn_blocking(work))
    }

    /// The reply; an apology if working it out ended in a panic.
    async fn finish(self, metrics: &Metrics) -> Thought {
        self.0.await.unwrap_or_else(|_| Thought::broken(metrics))
    }
}

impl Thought {
    /// A sentence to whoever asked, and nobody else.
    fn notice(sentence: &str) -> Self {
        Self { place: Place::Private, messages: vec![notice(sentence)] }
    }

    /// What is said when thinking ended in a panic.
    fn broken(metrics: &Metrics) -> Self {
        metrics.panicked();
        Self::notice(words::BROKEN)
    }
}

/// Tells the log if something could not be sent. There is nobody else to tell.
fn told(what: &str, sent: Result<(), CallError>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "{what} could not be sent");
    }
}
