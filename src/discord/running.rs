//! The running bot: connects, hands each event to its reader, and ends without losing a reply.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use serenity::all::{
    Client, ClientBuilder, CommandInteraction, ComponentInteraction, Context, EventHandler, GatewayIntents,
    Interaction, Message, Ready, UserId,
};
use serenity::gateway::GatewayError;
use serenity::http::{LightMethod, Route};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout};

use super::commands::Command;
use super::correspondence::Correspondence;
use super::incoming::Asked;
use super::outgoing::{Place, Ticket};
use super::rest::{CallError, Patience, Rest};
use super::{Parts, Secret, Settings, buttons, commands, outgoing};
use crate::answering::Action;
use crate::metrics::{Metrics, Way};
use crate::render::discord::{Message as Rendered, help, messages, notice};
use crate::render::{limits, wording::discord as words};
use crate::service::Answers;

/// How long an answer may take before Discord is told that it will be later. An interaction is dead after 3 s; this leaves
/// as much again for telling.
const THINKING: Duration = Duration::from_millis(1500);
/// How long the gateway's connections may take to close; serenity itself waits up to 5 s for each shard's farewell. What
/// is left of the time to finish belongs to the replies.
const CLOSING: Duration = Duration::from_secs(5);

/// Why the bot could not start, or could not go on. Written for the operator.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(
        "Discord refused the bot's token\n  To mend: copy it once more from Discord's developer portal (your application, Bot, \
         Reset Token) into the environment variable DISCORD_TOKEN, or into the file that `token_file` names. A token is \
         refused from the moment that a newer one was made."
    )]
    TokenRefused,
    #[error(
        "Discord does not allow the bot the gateway intents that it asked for\n  To mend: open your application in Discord's \
         developer portal, Bot, Privileged Gateway Intents, and switch on those that the config makes use of. Answering \
         commands, mentions and direct messages needs none of them."
    )]
    IntentsRefused,
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
    #[error("the connection to Discord ended for good: {0}\n  To mend: the log above says more; start the bot again.")]
    Ended(String),
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
    let unreachable = |why: CallError| RunError::Unreachable {
        base: base.unwrap_or("https://discord.com").to_owned(),
        why: why.to_string(),
    };
    let (rest, http) = Rest::new(token, base, parts.metrics.clone()).map_err(unreachable)?;
    let gateway = find_gateway(&rest).await?;

    let in_flight = InFlight::default();
    let rest = Arc::new(rest);
    let bot = Bot {
        answers: Arc::clone(&parts.answers),
        metrics: parts.metrics.clone(),
        correspondence: Correspondence::new(Arc::clone(&rest), parts),
        rest,
        me: watch::Sender::new(None),
        commands_told: AtomicBool::new(false),
        in_flight: in_flight.clone(),
    };
    let connecting = ClientBuilder::new_with_http(http, intents()).event_handler(bot).await;
    let mut client: Client = connecting.map_err(|error| RunError::Ended(error.to_string()))?;
    // serenity has asked for the address as well, and falls back to the public gateway if that fails.
    gateway.url.clone_into(&mut *client.ws_url.lock().await);

    let shards = Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        ended = client.start_shards(gateway.shards) => match ended {
            Ok(()) => Err(RunError::Ended("all shards were shut down".to_owned())),
            Err(error) => Err(why_ended(&error)),
        },
        () = stop => Ok(()),
    };
    if ended.is_ok() {
        tracing::info!("closing the connection to Discord");
    }
    let finishing = async {
        // First no more events, then wait for those that came. If Discord ended it, there is nobody to say farewell to, and
        // serenity would wait for that.
        if ended.is_ok() && timeout(CLOSING, shards.shutdown_all()).await.is_err() {
            tracing::warn!("the gateway did not say farewell in time");
        }
        in_flight.all_done().await;
    };
    if timeout(settings.finish(), finishing).await.is_err() {
        tracing::warn!(seconds = settings.finish_seconds, "some replies were not sent in time and are lost");
    }
    ended
}

/// What the bot has to hear. None of these is privileged; interactions come without any. Of messages on servers it gets
/// the text only where it is mentioned, which is all it wants.
fn intents() -> GatewayIntents {
    GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES
}

struct Gateway {
    url: String,
    shards: u32,
}

/// Asks the API where the gateway is. Fails closed: without an answer there is no address, least of all the public one.
async fn find_gateway(rest: &Rest) -> Result<Gateway, RunError> {
    let base = || rest.base().to_owned();
    let asked = match rest.call(LightMethod::Get, Route::GatewayBot, None, Patience::start()).await {
        // A test server may know only the plain one, which says the same without limits.
        Err(CallError::Refused { status: 404, .. }) => {
            rest.call(LightMethod::Get, Route::Gateway, None, Patience::start()).await
        }
        asked => asked,
    };
    let answer = asked.map_err(|error| match error {
        CallError::Refused { status: 401, .. } => RunError::TokenRefused,
        CallError::Refused { .. } => RunError::NoGateway { base: base(), why: error.to_string() },
        CallError::NoAnswer { .. } | CallError::Unmade(_) => {
            RunError::Unreachable { base: base(), why: error.to_string() }
        }
    })?;
    // serenity adds its own query.
    let url = answer["url"].as_str().unwrap_or_default().split('?').next().unwrap_or_default().trim_end_matches('/');
    if !(url.starts_with("wss://") || url.starts_with("ws://")) {
        return Err(RunError::NoGateway { base: base(), why: "its answer has no `url` of a websocket".to_owned() });
    }
    let limit: &Value = &answer["session_start_limit"];
    if limit["remaining"].as_u64() == Some(0) {
        let minutes = limit["reset_after"].as_u64().unwrap_or(0).div_ceil(60_000).max(1);
        return Err(RunError::StartedTooOften { minutes });
    }
    let shards = answer["shards"].as_u64().and_then(|it| u32::try_from(it).ok()).unwrap_or(1).max(1);
    Ok(Gateway { url: url.to_owned(), shards })
}

fn why_ended(error: &serenity::Error) -> RunError {
    match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication) => RunError::TokenRefused,
        serenity::Error::Gateway(GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents) => {
            RunError::IntentsRefused
        }
        other => RunError::Ended(other.to_string()),
    }
}

/// The events that are being answered. Whoever holds a receiver is one of them.
#[derive(Clone, Default)]
struct InFlight(watch::Sender<()>);

impl InFlight {
    /// Counts as one until dropped, also by a panic.
    fn one(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }

    async fn all_done(&self) {
        // An event that serenity has just received may not have been counted yet: its task is spawned, but did not run.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        self.0.closed().await;
    }
}

/// What the handlers of events need.
struct Bot {
    rest: Arc<Rest>,
    answers: Arc<dyn Answers>,
    correspondence: Correspondence,
    metrics: Metrics,
    /// The bot's own id, from the moment that Discord has told it.
    me: watch::Sender<Option<UserId>>,
    commands_told: AtomicBool,
    in_flight: InFlight,
}

// serenity runs each of these in a task of its own, so a panic in one ends nothing else.
#[serenity::async_trait]
impl EventHandler for Bot {
    async fn ready(&self, _: Context, ready: Ready) {
        let _counted = self.in_flight.one();
        self.me.send_replace(Some(ready.user.id));
        tracing::info!(bot = ready.user.name, guilds = ready.guilds.len(), shard = ?ready.shard, "connected to Discord");
        // Each shard is ready once, and again after each lost session. The commands are the same for all.
        if self.commands_told.swap(true, Ordering::Relaxed) {
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

    async fn message(&self, _: Context, message: Message) {
        let _counted = self.in_flight.one();
        // A message may come while the handler of READY has not run yet.
        let mut me = self.me.subscribe();
        let received = Instant::now();
        let Ok(Some(me)) = me.wait_for(Option::is_some).await.map(|it| *it) else { return };
        self.correspondence.message(message, me, received).await;
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let _counted = self.in_flight.one();
        let received = Instant::now();
        match interaction {
            Interaction::Command(command) => self.command(command, received).await,
            Interaction::Autocomplete(command) => self.autocomplete(command, received).await,
            Interaction::Component(press) => self.press(press, received).await,
            _ => {}
        }
    }
}

impl Bot {
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
