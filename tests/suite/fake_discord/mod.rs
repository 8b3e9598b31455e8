//! A small Discord on loopback, for the real serenity client: REST and gateway, version 10.
//!
//! It is strict. Every request is recorded and must be read by the test; a request that Discord would refuse, that nobody
//! asked for, or that pings somebody is a violation, and the test fails with all of them. `rules` has what Discord refuses,
//! `gateway` the websocket, `events` the payloads that members cause.

pub mod events;
pub mod files;
mod gateway;
mod limits;
pub mod rules;
pub mod shelf;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout};

pub use gateway::{Saw, Trouble};
pub use limits::Posts;

pub const TOKEN: &str = "MTIzNDU2.fake.token";
pub const BOT: u64 = 1_100_000_000_000_000_077;
pub const APPLICATION: u64 = 1_100_000_000_000_000_078;
pub const GUILD: u64 = 1_100_000_000_000_000_001;

/// How long a test waits for what must come. Far more than it takes, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What is different from a Discord that works.
#[derive(Default)]
pub struct Options {
    /// The close code that answers IDENTIFY.
    pub refuse_identify: Option<u16>,
    /// Whether the bot was not given the message-content intent.
    pub refuse_content: bool,
    /// The commands that Discord knows at the start.
    pub commands: Option<Value>,
    /// Milliseconds between heartbeats; Discord's own 41.25 s if not given.
    pub heartbeat: Option<u64>,
    /// How many shards Discord recommends; one if not given.
    pub shards: Option<u32>,
    /// How many posts are let through in a channel; as many as come if not given.
    pub posts: Option<Posts>,
    /// How many sessions may still begin today; 999 if not given.
    pub sessions: Option<u32>,
}

/// A request as it came in, and the status it was answered with.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Such as `POST /channels/1/messages`: without `/api/v10`.
    pub line: String,
    pub body: Value,
    /// What was sent beside the body.
    pub files: Vec<files::Sent>,
    pub status: u16,
    pub at: Instant,
}

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Refused with this status and body; nothing is done.
    Status(u16, Value),
    /// 429, to come again after so many seconds.
    Limited(f64),
    /// 429 for everything the bot does, for so many seconds.
    AllLimited(f64),
    /// 429 as Cloudflare says it: after so many whole seconds, in the header alone, and no JSON.
    LimitedByHeader(u64),
    /// Done as asked, but the answer is a 502: it got lost on the way back.
    Lost,
    /// Never answered.
    Silence,
}

pub struct FakeDiscord {
    shared: Arc<Shared>,
    base: String,
    requests: UnboundedReceiver<Seen>,
    gateway: UnboundedReceiver<Saw>,
}

struct Shared {
    options: Options,
    gateway_url: String,
    seen: UnboundedSender<Seen>,
    faults: Mutex<VecDeque<(String, Fault)>>,
    limits: limits::Limits,
    violations: Mutex<Vec<String>>,
    commands: Mutex<Value>,
    interactions: Mutex<HashMap<String, Interaction>>,
    /// The messages that were posted, each with its channel and nonce.
    posted: Mutex<Vec<(String, Value, Value)>>,
    channels: Mutex<Vec<u64>>,
    shelf: shelf::Shelf,
    /// The files that members attached, by their paths.
    kept: Mutex<HashMap<String, Vec<u8>>>,
    next_id: AtomicU64,
    link: gateway::Link,
}

/// An interaction that was handed out, and how far its answer got.
struct Interaction {
    id: u64,
    kind: u64,
    at: Instant,
    /// The type of the callback.
    answered: Option<u64>,
    /// Whether the bot said that the answer will be later, and has neither given nor taken back what it said.
    put_off: bool,
    /// Whether the bot was not told that it was answered, so that it may try again.
    lost: bool,
}

impl FakeDiscord {
    pub async fn start(options: Options) -> Self {
        let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let websocket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", rest.local_addr().unwrap());
        let (seen, requests) = unbounded_channel();
        let (saw, gateway) = unbounded_channel();
        let shared = Arc::new(Shared {
            commands: Mutex::new(options.commands.clone().unwrap_or(json!([]))),
            options,
            gateway_url: format!("ws://{}", websocket.local_addr().unwrap()),
            seen,
            faults: Mutex::default(),
            limits: limits::Limits::default(),
            violations: Mutex::default(),
            interactions: Mutex::default(),
            posted: Mutex::default(),
            channels: Mutex::default(),
            shelf: shelf::Shelf::default(),
            kept: Mutex::default(),
            next_id: AtomicU64::new(1_200_000_000_000_000_000),
            link: gateway::Link::new(saw),
        });
        let app = Router::new().fallback(handle).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(rest, app).await.unwrap() });
        tokio::spawn(gateway::serve(websocket, Arc::clone(&shared)));
        Self { shared, base, requests, gateway }
    }

    /// What `discord.api` must be set to.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The next request, which must be `line`.
    pub async fn expect(&mut self, line: &str) -> Seen {
        let seen = self.next().await;
        assert_eq!(seen.line, line, "{}", seen.body);
        seen
    }

    /// The next request, whichever it is.
    pub async fn next(&mut self) -> Seen {
        match timeout(PATIENCE, self.requests.recv()).await {
            Ok(seen) => seen.expect("the server is gone"),
            Err(_) => {
                panic!("no request came in {PATIENCE:?}; violations so far: {:#?}", self.shared.violations.lock())
            }
        }
    }

    /// The next thing that happened on the gateway.
    pub async fn saw(&mut self) -> Saw {
        timeout(PATIENCE, self.gateway.recv()).await.expect("nothing happened on the gateway").unwrap()
    }

    /// All that has happened on the gateway and was not looked at.
    pub fn saw_besides(&mut self) -> Vec<Saw> {
        std::iter::from_fn(|| self.gateway.try_recv().ok()).collect()
    }

    /// The opening of a bot that Discord does not know yet: asks for the gateway, identifies, tells its commands.
    pub async fn expect_opening(&mut self) {
        self.expect_connection().await;
        self.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
        self.expect(&format!("PUT /applications/{APPLICATION}/commands")).await;
    }

    /// Asks for the gateway, and identifies.
    pub async fn expect_connection(&mut self) {
        self.expect("GET /gateway/bot").await;
        let Saw::Identify(identify) = self.saw().await else { panic!("no IDENTIFY") };
        // No privileged intent: presences, members, message content.
        assert_eq!(identify["intents"].as_u64().unwrap() & (1 << 8 | 1 << 1 | 1 << 15), 0);
    }

    /// The next request whose line starts with `line` goes wrong in this way. Several are used up in their order.
    pub fn fail(&self, line: &str, fault: Fault) {
        self.shared.faults.lock().unwrap().push_back((line.to_owned(), fault));
    }

    /// Whether the bot has not told its commands yet.
    pub fn commands_are_missing(&self) -> bool {
        self.shared.commands.lock().unwrap().as_array().is_none_or(Vec::is_empty)
    }

    /// How many messages the bot has posted.
    pub fn posted(&self) -> usize {
        self.shared.posted.lock().unwrap().len()
    }

    /// Sends an event to the bot that is connected.
    pub fn dispatch(&self, event: &str, data: Value) {
        self.dispatch_to(0, event, data);
    }

    /// Sends an event to a shard of the bot; if it is not connected, it will hear of it when it resumes its session.
    pub fn dispatch_to(&self, shard: u64, event: &str, data: Value) {
        self.shared.link.dispatch(shard, event, data);
    }

    /// Breaks the websocket without a word.
    pub fn drop_connections(&self) {
        self.shared.link.drop_connections();
    }

    /// Says something on the websocket that is no event, such as op 7.
    pub fn say_on_gateway(&self, word: &Value) {
        self.shared.link.say(word);
    }

    /// Leaves heartbeats unanswered from now on, or answers them again.
    pub fn deafen(&self, deaf: bool) {
        self.shared.link.deafen(deaf);
    }

    /// The next connection that is made has this trouble. Several are used up in their order.
    pub fn trouble(&self, trouble: Trouble) {
        self.shared.link.trouble(trouble);
    }

    /// Closes the websocket with this code.
    pub fn close(&self, code: u16) {
        self.shared.link.close(code);
    }

    pub fn new_id(&self) -> u64 {
        self.shared.new_id()
    }

    /// Lets the bot write in this channel: something happened there.
    pub fn know_channel(&self, channel: u64) {
        self.shared.channels.lock().unwrap().push(channel);
    }

    fn hand_out(&self, token: &str, id: u64, kind: u64) {
        let interaction = Interaction { id, kind, at: Instant::now(), answered: None, put_off: false, lost: false };
        self.shared.interactions.lock().unwrap().insert(token.to_owned(), interaction);
    }

    /// The end of a test, when the bot has ended: nothing may be left unread, unanswered or in breach of a rule.
    pub fn finish(mut self) {
        let mut wrong = std::mem::take(&mut *self.shared.violations.lock().unwrap());
        while let Ok(seen) = self.requests.try_recv() {
            wrong.push(format!("nobody asked for {} {}", seen.line, seen.body));
        }
        for interaction in self.shared.interactions.lock().unwrap().values() {
            if interaction.answered.is_none() {
                wrong.push(format!("the interaction {} was never answered", interaction.id));
            }
        }
        for (line, fault) in &*self.shared.faults.lock().unwrap() {
            wrong.push(format!("{line} never came to get {fault:?}"));
        }
        wrong.extend(
            self.shared.link.troubles_left().iter().map(|it| format!("nobody came to have the trouble {it:?}")),
        );
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

impl Shared {
    fn new_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// The fault that the request `line` is to have.
    fn take_fault(&self, line: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let nth = faults.iter().position(|(start, _)| line.starts_with(start.as_str()));
        nth.and_then(|nth| faults.remove(nth)).map(|(_, fault)| fault)
    }

    fn violation(&self, what: impl Into<String>) {
        self.violations.lock().unwrap().push(what.into());
    }

    /// What a Discord that works does with a request: status and answer.
    fn answer(&self, line: &str, body: &Value) -> (u16, Value) {
        let parts: Vec<&str> = line.split([' ', '/']).filter(|it| !it.is_empty()).collect();
        match parts.as_slice() {
            ["GET", "gateway"] => (200, json!({ "url": self.gateway_url })),
            ["GET", "gateway", "bot"] => {
                let remaining = self.options.sessions.unwrap_or(999);
                let limit =
                    json!({ "total": 1000, "remaining": remaining, "reset_after": 14_400_000, "max_concurrency": 1 });
                let shards = self.options.shards.unwrap_or(1);
                (200, json!({ "url": self.gateway_url, "shards": shards, "session_start_limit": limit }))
            }
            ["GET", "applications", _, "commands"] => (200, self.commands.lock().unwrap().clone()),
            ["PUT", "applications", _, "commands"] => {
                let mut commands = body.clone();
                for command in commands.as_array_mut().into_iter().flatten() {
                    command["id"] = json!(self.new_id().to_string());
                    command["version"] = json!(self.new_id().to_string());
                }
                *self.commands.lock().unwrap() = commands.clone();
                (200, commands)
            }
            ["POST", "channels", channel, "messages"] => self.post(channel, body),
            ["POST", "interactions", id, token, "callback"] => self.callback(id, token, body),
            ["PATCH", "webhooks", _, token, "messages", "@original"] => self.edit(token, body),
            ["POST", "webhooks", _, token] => {
                if self.interactions.lock().unwrap().get(*token).is_some_and(|it| it.put_off) {
                    self.violation(
                        "a message behind an answer that was put off takes its place, as public or private as that",
                    );
                }
                self.edit(token, body)
            }
            other => self.answer_from_shelf(other, body).unwrap_or_else(|| {
                self.violation(format!("{line} is nothing that this Discord knows"));
                (404, json!({ "code": 0, "message": "404: Not Found" }))
            }),
        }
    }

    fn post(&self, channel: &str, body: &Value) -> (u16, Value) {
        if !self.channels.lock().unwrap().iter().any(|it| it.to_string() == channel) {
            self.violation(format!("a message in the channel {channel}, where nobody said anything"));
        }
        let mut posted = self.posted.lock().unwrap();
        let nonce = &body["nonce"];
        if body["enforce_nonce"] == true
            && let Some((.., earlier)) = posted.iter().find(|(place, used, _)| place == channel && used == nonce)
        {
            return (200, earlier.clone());
        }
        let message = self.posted_message(channel.parse().unwrap(), body);
        posted.push((channel.to_owned(), nonce.clone(), message.clone()));
        (200, message)
    }

    fn callback(&self, id: &str, token: &str, body: &Value) -> (u16, Value) {
        let mut interactions = self.interactions.lock().unwrap();
        let Some(interaction) = interactions.get_mut(token).filter(|it| it.id.to_string() == id) else {
            self.violation(format!("a callback to the interaction {id}, which there is not"));
            return (404, json!({ "code": 10062, "message": "Unknown interaction" }));
        };
        if interaction.answered.is_some() {
            if !interaction.lost {
                self.violation(format!("the interaction {id} was answered twice"));
            }
            return (400, json!({ "code": 40060, "message": "Interaction has already been acknowledged." }));
        }
        if interaction.at.elapsed() > Duration::from_secs(3) {
            self.violation(format!("the interaction {id} was answered after {:?}", interaction.at.elapsed()));
            return (404, json!({ "code": 10062, "message": "Unknown interaction" }));
        }
        let kind = body["type"].as_u64().unwrap_or(0);
        // 2: command, 3: component, 4: autocomplete, 5: form; what may answer which: Interactions › Responding.
        let fits = match interaction.kind {
            2 => matches!(kind, 4 | 5 | 9),
            3 => matches!(kind, 4..=7 | 9),
            4 => kind == 8,
            5 => matches!(kind, 4..=7),
            _ => false,
        };
        if !fits {
            self.violation(format!("a callback of type {kind} to an interaction of type {}", interaction.kind));
        }
        interaction.answered = Some(kind);
        interaction.put_off = kind == 5;
        (204, Value::Null)
    }

    /// A message behind a callback, or in place of it.
    fn edit(&self, token: &str, body: &Value) -> (u16, Value) {
        match self.interactions.lock().unwrap().get_mut(token) {
            Some(interaction) if interaction.answered.is_some() => {
                interaction.put_off = false;
                (200, events::message(self.new_id(), 1, &events::bot(), body["content"].as_str()))
            }
            _ => {
                self.violation("something behind an interaction that was not answered");
                (404, json!({ "code": 10015, "message": "Unknown Webhook" }))
            }
        }
    }
}

/// As Discord tells of commands if it is not asked for their translations.
fn without_translations(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_translations),
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_localizations"));
            fields.values_mut().for_each(without_translations);
        }
        _ => {}
    }
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let at = Instant::now();
    let path = uri.path();
    if path.starts_with("/attachments/") {
        return files::serve(&shared, path, &headers).await;
    }
    let Some(path) = path.strip_prefix("/api/v10") else {
        shared.violation(format!("{path} is not version 10 of the API"));
        return StatusCode::NOT_FOUND.into_response();
    };
    let line = format!("{method} {path}");
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
    if !header("user-agent").starts_with("DiscordBot (") {
        shared.violation(format!("{line} has the user agent {:?}", header("user-agent")));
    }
    let content_type = header("content-type");
    let (body, files) = match content_type.as_str() {
        _ if bytes.is_empty() => (Value::Null, Vec::new()),
        "application/json" => (serde_json::from_slice(&bytes).unwrap_or(Value::Null), Vec::new()),
        other => files::read(other, &bytes).unwrap_or_default(),
    };
    if !bytes.is_empty() && body.is_null() {
        shared.violation(format!("the body of {line} is no JSON"));
    }
    rules::check(&line, &body).into_iter().for_each(|wrong| shared.violation(format!("{line}: {wrong}\n{body:#}")));

    let fault = shared.take_fault(&line);
    if shared.limits.all_is_forbidden() {
        shared.violation(format!("{line} came while the global limit forbade everything"));
    }
    let limited = match (&fault, shared.options.posts, line.split('/').collect::<Vec<_>>().as_slice()) {
        (None, Some(posts), ["POST ", "channels", channel, "messages"]) => Some(shared.limits.post(posts, channel)),
        (Some(Fault::AllLimited(seconds)), ..) => Some(shared.limits.forbid_all(*seconds)),
        (Some(Fault::LimitedByHeader(seconds)), ..) => Some(limits::Met {
            headers: limits::headers(&[("retry-after", seconds.to_string())]),
            refused: Some(json!("<html>error code: 1015</html>")),
        }),
        _ => None,
    };
    let (headers, refused) = limited.map_or_else(Default::default, |it| (it.headers, it.refused));
    let (status, answer) = match &fault {
        _ if refused.is_some() => (429, refused.unwrap_or_default()),
        _ if header("authorization") != format!("Bot {TOKEN}") => {
            (401, json!({ "code": 0, "message": "401: Unauthorized" }))
        }
        None => {
            let (status, mut answer) = shared.answer(&line, &body);
            if line.ends_with("/commands") && !uri.query().is_some_and(|it| it.contains("with_localizations=true")) {
                without_translations(&mut answer);
            }
            (status, answer)
        }
        Some(Fault::Status(status, answer)) => (*status, answer.clone()),
        Some(Fault::Limited(seconds)) => {
            (429, json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false }))
        }
        Some(Fault::Lost) => {
            shared.answer(&line, &body);
            shared
                .interactions
                .lock()
                .unwrap()
                .values_mut()
                .for_each(|it| it.lost |= line.contains(&it.id.to_string()));
            (502, Value::Null)
        }
        Some(Fault::Silence | Fault::AllLimited(_) | Fault::LimitedByHeader(_)) => (0, Value::Null),
    };
    // Nobody listens any more if the test has ended.
    let _ = shared.seen.send(Seen { line, body, files, status, at });
    if status == 0 {
        return std::future::pending().await;
    }
    let status = StatusCode::from_u16(status).unwrap();
    if answer.is_null() {
        (status, headers).into_response()
    } else {
        (status, headers, axum::Json(answer)).into_response()
    }
}
