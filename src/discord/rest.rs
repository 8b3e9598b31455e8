//! Requests to Discord's REST API that are tried again when that may help.
//!
//! serenity builds each request (path, headers, base), we send it. Its own client either holds back requests by a limiter
//! that ignores a configured API base, retries no 500, and in a busy channel wakes all that wait at once; or, without that
//! limiter, gives up at the first 429 and does not even tell how long to wait. Here one layer does the same against
//! Discord and against a test server:
//!
//! - 429: waits for as long as the answer says, everywhere if it is the global limit;
//! - 5xx, time-outs, broken connections: waits twice as long from try to try;
//! - anything else is an answer, and is returned.
//!
//! Every try has a time-out, and all tries together have a deadline: an interaction is dead after 3 s, and a reply that
//! comes minutes late helps nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use serenity::builder::CreateAttachment;
use serenity::http::{LightMethod, Multipart, MultipartUpload, Request, Route};
use serenity::model::id::{ChannelId, MessageId};
use tokio::time::{Instant, sleep_until, timeout};

use super::lanes::{Lanes, Overtaken};
use super::lock;
use super::token::Secret;
use crate::metrics::{Dropped, Failure, Limit, Metrics};
use crate::render::staff::TextFile;

/// How long to try.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The longest that one try may take.
    pub each: Duration,
    /// When to give up.
    pub until: Instant,
    /// The most tries.
    pub tries: u32,
}

impl Patience {
    /// For what answers an interaction that came in at `received`. Discord forgets it after 3 s; 200 ms are left for the way
    /// here and back. Two slow tries fit in, or more that are refused at once.
    pub fn interaction(received: Instant) -> Self {
        Self { each: Duration::from_millis(1300), until: received + Duration::from_millis(2800), tries: 8 }
    }

    /// For a message. A member waits a minute at most; in a channel where 5 posts pass in 5 s this lets others go first.
    pub fn message() -> Self {
        Self { each: Duration::from_secs(10), until: Instant::now() + Duration::from_secs(60), tries: 16 }
    }

    /// At the start, with an operator watching.
    pub fn start() -> Self {
        Self { each: Duration::from_secs(5), until: Instant::now() + Duration::from_secs(15), tries: 3 }
    }
}

/// Why a request came to nothing. Holds neither address nor body: one may contain an interaction's token, the other a
/// member's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Discord's answer is no: its HTTP status, its own code (0 if it gave none) and words.
    #[error("Discord answered {status} (code {code}): {message}")]
    Refused { status: u16, code: i64, message: String },
    /// No answer, or none that could be used, however often it was tried.
    #[error("no answer after {tries} tries: {why}")]
    NoAnswer { tries: u32, why: String },
    /// It was let go of, since too many replies wait for their turn in the channel.
    #[error("too many replies wait for their turn in the channel")]
    Overtaken,
    /// The request could not be made at all.
    #[error("the request could not be made: {0}")]
    Unmade(String),
}

impl CallError {
    /// What kind of failure this is (codes: Topics › Opcodes and Status Codes › JSON Error Codes).
    pub fn failure(&self) -> Failure {
        match self {
            // Missing access; missing permissions; cannot message this user; cannot reply without reading the history; blocked
            // by the automatic moderation.
            Self::Refused { code: 50001 | 50013 | 50007 | 160_002 | 200_000, .. } => Failure::NotAllowed,
            // Unknown channel; unknown message. A reply to what was deleted is an invalid body, and never sent as one.
            Self::Refused { code: 10003 | 10008, .. } => Failure::Gone,
            // Unknown interaction; unknown webhook; invalid webhook token: its 3 s, or its 15 minutes, are over.
            Self::Refused { code: 10062 | 10015 | 50027, .. } => Failure::Expired,
            Self::Refused { .. } | Self::Unmade(_) => Failure::Refused,
            Self::NoAnswer { .. } | Self::Overtaken => Failure::NoAnswer,
        }
    }
}

/// The way to Discord's REST API.
pub struct Rest {
    client: reqwest::Client,
    token: Secret,
    base: Option<String>,
    metrics: Metrics,
    /// Until when the global rate limit forbids everything.
    paused_until: Mutex<Option<Instant>>,
    /// Until when Discord lets nothing more through in a channel. Asked for before a post, so that it is not refused: whoever
    /// is refused ten thousand times in ten minutes is locked out.
    full_until: Mutex<HashMap<u64, Instant>>,
    lanes: Arc<Lanes>,
}

impl Rest {
    /// The way to the API at `base` (`None`: Discord's own). At most `queue` replies wait for their turn in a channel. Failures
    /// and limits are counted in `metrics`.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(token: &Secret, base: Option<&str>, queue: usize, metrics: Metrics) -> Result<Self, CallError> {
        // Redirects and proxies from the environment would lead requests past the configured base. The API has no
        // redirects; an operator's proxy is wanted only on the way to Discord itself.
        let mut builder = reqwest::Client::builder()
            .use_rustls_tls()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5));
        if base.is_some() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| CallError::Unmade(error.to_string()))?;
        Ok(Self {
            client,
            token: Secret::new(format!("Bot {}", token.expose())),
            base: base.map(str::to_owned),
            metrics,
            paused_until: Mutex::new(None),
            full_until: Mutex::default(),
            lanes: Arc::new(Lanes::new(queue)),
        })
    }

    /// Where requests go, for messages to the operator.
    pub fn base(&self) -> &str {
        self.base.as_deref().unwrap_or("https://discord.com")
    }

    /// The configured base, if there is one.
    pub fn configured_base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The client itself, for what is not the API: it sends no token by itself.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends a request until it is answered, as long as `patience` lasts. The answer is its JSON, or null if it has none.
    ///
    /// # Errors
    /// See [`CallError`]. Each is counted.
    pub async fn call(
        &self,
        method: LightMethod,
        route: Route<'_>,
        body: Option<&Value>,
        patience: Patience,
    ) -> Result<Value, CallError> {
        self.send(method, route, Content { body, file: None }, patience).await
    }

    /// The same with a file beside the body.
    ///
    /// # Errors
    /// As above.
    pub async fn upload(
        &self,
        method: LightMethod,
        route: Route<'_>,
        body: &Value,
        file: &TextFile,
        patience: Patience,
    ) -> Result<Value, CallError> {
        self.send(method, route, Content { body: Some(body), file: Some(file) }, patience).await
    }

    async fn send(
        &self,
        method: LightMethod,
        route: Route<'_>,
        content: Content<'_>,
        patience: Patience,
    ) -> Result<Value, CallError> {
        let answered = self.call_patiently(method, route, content, patience).await;
        if let Err(error) = &answered {
            self.metrics.failed(error.failure());
        }
        answered
    }

    async fn call_patiently(
        &self,
        method: LightMethod,
        route: Route<'_>,
        content: Content<'_>,
        patience: Patience,
    ) -> Result<Value, CallError> {
        let channel = match (method, &route) {
            (LightMethod::Post, Route::ChannelMessages { channel_id }) => Some(channel_id.get()),
            _ => None,
        };
        let mut backoff = Duration::from_millis(150);
        let mut tries = 0;
        loop {
            self.wait_for_limits(channel, patience).await;
            tries += 1;
            let left = patience.until.saturating_duration_since(Instant::now()).min(patience.each);
            let (why, wait) = match timeout(left, self.try_once(method, route, content)).await {
                Ok(Ok(Outcome::Done { value, full_for })) => {
                    if let (Some(channel), Some(wait)) = (channel, full_for) {
                        self.is_full(channel, Instant::now() + wait);
                    }
                    return Ok(value);
                }
                Ok(Ok(Outcome::Limited { wait, global })) => {
                    if global {
                        *lock(&self.paused_until) = Some(Instant::now() + wait);
                    }
                    self.metrics.limited(if global { Limit::Global } else { Limit::Route });
                    (format!("rate limited for {:.1} s", wait.as_secs_f64()), wait)
                }
                Ok(Ok(Outcome::Broken(why))) | Ok(Err(Trouble::Network(why))) => (why, backoff),
                Ok(Err(Trouble::Final(error))) => return Err(error),
                Err(_) => (format!("nothing for {:.1} s", left.as_secs_f64()), backoff),
            };
            backoff *= 2;
            let next = Instant::now() + wait;
            if tries >= patience.tries || next >= patience.until {
                return Err(CallError::NoAnswer { tries, why });
            }
            tracing::debug!(tries, why, "trying a request again");
            sleep_until(next).await;
        }
    }

    /// Whose turn it is to write in a channel.
    pub fn lanes(&self) -> &Arc<Lanes> {
        &self.lanes
    }

    /// Does `work` in the channel's turn: when everybody who asked before is done.
    pub async fn in_lane<T>(&self, channel: ChannelId, work: impl Future<Output = T>) -> T {
        // Only replies to questions have to make room.
        let _turn = self.lanes.turn(channel.get(), None).await;
        work.await
    }

    /// The same at the place that is kept for the reply to `question`.
    ///
    /// # Errors
    /// [`CallError::Overtaken`], if too many replies wait there. That is counted.
    pub async fn in_turn<T>(
        &self,
        channel: ChannelId,
        question: MessageId,
        work: impl Future<Output = T>,
    ) -> Result<T, CallError> {
        match self.lanes.turn(channel.get(), Some(question.get())).await {
            Ok(_turn) => Ok(work.await),
            Err(Overtaken) => {
                self.metrics.dropped(Dropped::QueueFull);
                Err(CallError::Overtaken)
            }
        }
    }

    /// Waits until Discord's limits allow another try: the global one, and that of the channel that is written in.
    async fn wait_for_limits(&self, channel: Option<u64>, patience: Patience) {
        let paused = *lock(&self.paused_until);
        let full = channel.and_then(|it| lock(&self.full_until).get(&it).copied());
        if let Some(until) = paused.max(full) {
            sleep_until(until.min(patience.until)).await;
        }
    }

    /// Nothing more may be written in `channel` until `until`.
    fn is_full(&self, channel: u64, until: Instant) {
        let now = Instant::now();
        let mut full = lock(&self.full_until);
        full.retain(|_, until| *until > now);
        full.insert(channel, until);
    }

    async fn try_once(&self, method: LightMethod, route: Route<'_>, content: Content<'_>) -> Result<Outcome, Trouble> {
        let request = Request::new(route, method)
            .params(query(&route, method))
            .body(content.body.map(|it| it.to_string().into_bytes()))
            .multipart(content.form())
            .build(&self.client, self.token.expose(), self.base.as_deref())
            .map_err(|error| Trouble::Final(CallError::Unmade(error.to_string())))?;
        // Without its address: that of a callback contains the interaction's token.
        let response = request.send().await.map_err(|error| Trouble::Network(chain(&error.without_url())))?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|it| it.to_str().ok()?.parse::<f64>().ok());
        let retry_after = header("retry-after");
        let is_last = header("x-ratelimit-remaining") == Some(0.0);
        let full_for = header("x-ratelimit-reset-after").filter(|_| is_last);
        let full_for = full_for.and_then(|it| Duration::try_from_secs_f64(it).ok());
        let is_global = response.headers().contains_key("x-ratelimit-global");
        let text = response.text().await.map_err(|error| Trouble::Network(chain(&error.without_url())))?;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        match status {
            200..300 => Ok(Outcome::Done { value: answer, full_for }),
            429 => {
                // The body counts in fractions of a second, the header in whole ones; Cloudflare sends only the header.
                let seconds = answer["retry_after"].as_f64().or(retry_after).unwrap_or(1.0);
                let wait = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(1));
                Ok(Outcome::Limited { wait, global: is_global || answer["global"] == true })
            }
            500.. => Ok(Outcome::Broken(format!("Discord answered {status}"))),
            _ => Err(Trouble::Final(CallError::Refused {
                status,
                code: answer["code"].as_i64().unwrap_or(0),
                message: answer["message"].as_str().unwrap_or("no reason given").to_owned(),
            })),
        }
    }
}

/// What stands behind the question mark of a request.
fn query(route: &Route<'_>, method: LightMethod) -> Option<Vec<(&'static str, String)>> {
    match (route, method) {
        // Without it Discord keeps the translations of commands to itself, and they would seem to have changed.
        (Route::Commands { .. }, LightMethod::Get) => Some(vec![("with_localizations", "true".to_owned())]),
        _ => None,
    }
}

/// What a request carries.
#[derive(Clone, Copy)]
struct Content<'a> {
    body: Option<&'a Value>,
    file: Option<&'a TextFile>,
}

impl Content<'_> {
    /// Both in the form that Discord wants if there is a file.
    fn form(self) -> Option<Multipart> {
        let file = self.file?;
        let attachment = CreateAttachment::bytes(file.text.as_bytes(), file.name);
        Some(Multipart {
            upload: MultipartUpload::Attachments(vec![attachment]),
            fields: Vec::new(),
            payload_json: self.body.map(Value::to_string),
        })
    }
}

enum Outcome {
    /// The answer; and if that was the last that the route's limit let through, for how long nothing more will be.
    Done {
        value: Value,
        full_for: Option<Duration>,
    },
    Limited {
        wait: Duration,
        global: bool,
    },
    Broken(String),
}

enum Trouble {
    Network(String),
    Final(CallError),
}

/// An error with its causes in one line: reqwest's outermost only says that sending failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str(": ");
        said.push_str(&error.to_string());
        cause = error.source();
    }
    said
}
