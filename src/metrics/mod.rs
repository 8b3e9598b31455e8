//! The counters and their names. Who serves them over HTTP is `monitoring`; here they are only kept.
//!
//! A [`Metrics`] is a handle: its clones count into the same books, and each test may have books of its own. Nothing in it
//! says who asked or what: labels are words of [`labels`], and times are only those of the bot.

pub mod labels;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

pub use labels::{Cooldown, Dropped, Failure, How, Kind, Limit, Model, Reconnect, Reload, Say, Way};

/// Where the buckets of the confidence end. Finer near 1, where the bars of the decision lie.
const CONFIDENCES: [f64; 12] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0];
/// Where the buckets of thinking end, in seconds. It takes a millisecond or so; 1.5 s is where an interaction is deferred.
const THINKING: [f64; 9] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.5, 10.0];
/// Where the buckets of a model's work on one question end, in seconds. It takes a hundredth; a quarter is all that it gets.
const MODEL: [f64; 7] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0];
/// Where the buckets of the whole reply end, in seconds. 3 s is where an interaction dies; minutes are a channel's queue.
const REPLYING: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0];

/// What the bot has done so far, to be counted into and read from any thread.
#[derive(Clone)]
pub struct Metrics(Arc<Books>);

struct Books {
    started: Instant,
    registry: Registry,
    replies: Family<(Kind, How), Counter>,
    confidence: Histogram,
    thinking: Histogram,
    replying: Family<Way, Histogram, fn() -> Histogram>,
    model: Family<Model, Gauge>,
    model_questions: Family<Say, Counter>,
    model_work: Histogram,
    reloads: Family<Reload, Counter>,
    cooldowns: Family<Cooldown, Counter>,
    dropped: Family<Dropped, Counter>,
    failures: Family<Failure, Counter>,
    limits: Family<Limit, Counter>,
    panics: Counter,
    reconnects: Family<Reconnect, Counter>,
    connected: Family<labels::Shard, Gauge>,
    latency: Family<labels::Shard, Gauge<f64, AtomicU64>>,
    shards: Mutex<BTreeMap<u32, Shard>>,
}

/// How a shard of the gateway is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shard {
    pub connected: bool,
    /// Between the last heartbeat and its answer; `None` before the first.
    pub latency: Option<Duration>,
}

impl Default for Metrics {
    /// New books in which nothing has happened.
    fn default() -> Self {
        let mut registry = Registry::with_prefix("caveat");
        let mut books = Books {
            started: Instant::now(),
            replies: Family::default(),
            confidence: Histogram::new(CONFIDENCES),
            thinking: Histogram::new(THINKING),
            replying: Family::new_with_constructor(|| Histogram::new(REPLYING)),
            model: Family::default(),
            model_questions: Family::default(),
            model_work: Histogram::new(MODEL),
            reloads: Family::default(),
            cooldowns: Family::default(),
            dropped: Family::default(),
            failures: Family::default(),
            limits: Family::default(),
            panics: Counter::default(),
            reconnects: Family::default(),
            connected: Family::default(),
            latency: Family::default(),
            shards: Mutex::default(),
            registry: Registry::default(),
        };
        let seconds = || Unit::Seconds;
        registry.register("replies", "Replies by what they were and how they were asked for", books.replies.clone());
        registry.register("confidence", "How sure the bot was of the first entry", books.confidence.clone());
        let help = "From the question to the reply's words";
        registry.register_with_unit("thinking", help, seconds(), books.thinking.clone());
        let help = "From Discord's event to Discord's word that the reply has come";
        registry.register_with_unit("reply", help, seconds(), books.replying.clone());
        registry.register("model", "How far the sentence-embedding model is: 1 at its state", books.model.clone());
        let help = "Questions in words by what the model had to do with their replies";
        registry.register("model_questions", help, books.model_questions.clone());
        let help = "What the model works on a question, without the wait for its turn";
        registry.register_with_unit("model", help, seconds(), books.model_work.clone());
        registry.register("reloads", "How often the FAQ was read again", books.reloads.clone());
        registry.register("cooldowns", "How often somebody was told to wait", books.cooldowns.clone());
        registry.register("dropped", "Questions that were left without their reply", books.dropped.clone());
        registry.register("request_failures", "Requests to Discord that came to nothing", books.failures.clone());
        registry.register("rate_limited", "How often Discord answered 429", books.limits.clone());
        registry.register("panics", "Parts of the bot that broke; it went on", books.panics.clone());
        registry.register("reconnects", "How often a shard had to connect again", books.reconnects.clone());
        registry.register("shard_connected", "Whether a shard is connected", books.connected.clone());
        let help = "Between a heartbeat and its answer";
        registry.register_with_unit("shard_latency", help, seconds(), books.latency.clone());
        books.registry = registry;
        books.show_noughts();
        let metrics = Self(Arc::new(books));
        metrics.model_is(Model::Off);
        metrics
    }
}

impl Books {
    fn show_noughts(&self) {
        for kind in Kind::ALL {
            How::ALL.iter().for_each(|how| drop(self.replies.get_or_create(&(*kind, *how))));
        }
        Way::ALL.iter().for_each(|it| drop(self.replying.get_or_create(it)));
        Say::ALL.iter().for_each(|it| drop(self.model_questions.get_or_create(it)));
        Reload::ALL.iter().for_each(|it| drop(self.reloads.get_or_create(it)));
        Cooldown::ALL.iter().for_each(|it| drop(self.cooldowns.get_or_create(it)));
        Dropped::ALL.iter().for_each(|it| drop(self.dropped.get_or_create(it)));
        Failure::ALL.iter().for_each(|it| drop(self.failures.get_or_create(it)));
        Limit::ALL.iter().for_each(|it| drop(self.limits.get_or_create(it)));
        Reconnect::ALL.iter().for_each(|it| drop(self.reconnects.get_or_create(it)));
    }

    fn shards(&self) -> MutexGuard<'_, BTreeMap<u32, Shard>> {
        // A panic elsewhere leaves no half-written shard behind.
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metrics {
    /// A reply was made: what it says, how it was asked for, how sure the bot was (0 to 1) and how long it thought.
    pub fn replied(&self, kind: Kind, how: How, confidence: Option<f64>, thought: Duration) {
        self.0.replies.get_or_create(&(kind, how)).inc();
        if let Some(confidence) = confidence {
            self.0.confidence.observe(confidence);
        }
        if how != How::Watched {
            self.0.thinking.observe(thought.as_secs_f64());
        }
    }

    /// How many replies of this kind were made so far.
    pub fn replies(&self, kind: Kind) -> u64 {
        How::ALL.iter().map(|how| self.0.replies.get_or_create(&(kind, *how)).get()).sum()
    }

    /// How far the model is.
    pub fn model_is(&self, now: Model) {
        for state in Model::ALL {
            self.0.model.get_or_create(state).set(i64::from(*state == now));
        }
    }

    /// What the model had to do with a reply.
    pub fn model_said(&self, say: Say) {
        self.0.model_questions.get_or_create(&say).inc();
    }

    /// With how many replies it had so much to do.
    pub fn model_questions(&self, say: Say) -> u64 {
        self.0.model_questions.get_or_create(&say).get()
    }

    /// The model worked so long on a question.
    pub fn model_worked(&self, took: Duration) {
        self.0.model_work.observe(took.as_secs_f64());
    }

    /// Discord has taken a reply, so long after its event came in.
    pub fn sent(&self, way: Way, after: Duration) {
        self.0.replying.get_or_create(&way).observe(after.as_secs_f64());
    }

    /// The FAQ was read again.
    pub fn reloaded(&self, outcome: Reload) {
        self.0.reloads.get_or_create(&outcome).inc();
    }

    /// Somebody was told to wait.
    pub fn cooled_down(&self, of: Cooldown) {
        self.0.cooldowns.get_or_create(&of).inc();
    }

    /// A question was left without its reply.
    pub fn dropped(&self, why: Dropped) {
        self.0.dropped.get_or_create(&why).inc();
    }

    /// How many questions were left without their reply so far.
    pub fn all_dropped(&self, why: Dropped) -> u64 {
        self.0.dropped.get_or_create(&why).get()
    }

    /// How often somebody was told to wait so far.
    pub fn all_cooled_down(&self) -> u64 {
        Cooldown::ALL.iter().map(|of| self.0.cooldowns.get_or_create(of).get()).sum()
    }

    /// How many requests to Discord came to nothing so far.
    pub fn all_failed(&self) -> u64 {
        Failure::ALL.iter().map(|why| self.0.failures.get_or_create(why).get()).sum()
    }

    /// A request to Discord came to nothing.
    pub fn failed(&self, why: Failure) {
        self.0.failures.get_or_create(&why).inc();
    }

    /// Discord answered 429.
    pub fn limited(&self, scope: Limit) {
        self.0.limits.get_or_create(&scope).inc();
    }

    /// A part of the bot broke.
    pub fn panicked(&self) {
        self.0.panics.inc();
    }

    /// How many parts of the bot broke so far.
    pub fn panics(&self) -> u64 {
        self.0.panics.get()
    }

    /// The shards that this process is to hold.
    pub fn expect_shards(&self, shards: Range<u32>) {
        for nth in shards {
            self.0.shards().entry(nth).or_default();
            self.0.connected.get_or_create(&labels::Shard(nth)).set(0);
        }
    }

    /// A shard is connected, or is not any more.
    pub fn shard_connected(&self, nth: u32, connected: bool) {
        self.0.shards().entry(nth).or_default().connected = connected;
        self.0.connected.get_or_create(&labels::Shard(nth)).set(connected.into());
    }

    /// A heartbeat was answered so long after it was sent.
    pub fn shard_latency(&self, nth: u32, latency: Duration) {
        self.0.shards().entry(nth).or_default().latency = Some(latency);
        self.0.latency.get_or_create(&labels::Shard(nth)).set(latency.as_secs_f64());
    }

    /// A shard connected again.
    pub fn reconnected(&self, how: Reconnect) {
        self.0.reconnects.get_or_create(&how).inc();
    }

    /// The shards of this process by their numbers.
    pub fn shards(&self) -> BTreeMap<u32, Shard> {
        self.0.shards().clone()
    }

    /// Whether all shards of this process are connected, so that questions reach the bot.
    pub fn ready(&self) -> bool {
        let shards = self.0.shards();
        !shards.is_empty() && shards.values().all(|it| it.connected)
    }

    /// How long the bot has been running.
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// All of it in the OpenMetrics text format, which Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = text::encode(&mut text, &self.0.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_and_noughts_too() {
        let metrics = Metrics::default();
        metrics.replied(Kind::Answer, How::Asked, Some(0.97), Duration::from_millis(3));
        metrics.clone().replied(Kind::Answer, How::Pressed, None, Duration::from_millis(3));
        metrics.sent(Way::Message, Duration::from_secs(2));
        metrics.model_is(Model::Loading);
        metrics.model_is(Model::Ready);
        metrics.model_said(Say::Late);
        metrics.model_worked(Duration::from_millis(12));
        metrics.panicked();
        let text = metrics.text();
        for line in [
            "caveat_replies_total{kind=\"answer\",how=\"asked\"} 1",
            "caveat_replies_total{kind=\"urgent\",how=\"asked\"} 0",
            "caveat_confidence_bucket{le=\"0.95\"} 0",
            "caveat_confidence_bucket{le=\"0.98\"} 1",
            "caveat_thinking_seconds_count 2",
            "caveat_reply_seconds_bucket{le=\"3.0\",way=\"message\"} 1",
            "caveat_model{state=\"loading\"} 0",
            "caveat_model{state=\"ready\"} 1",
            "caveat_model_questions_total{say=\"late\"} 1",
            "caveat_model_questions_total{say=\"told\"} 0",
            "caveat_model_seconds_count 1",
            "caveat_reloads_total{outcome=\"refused\"} 0",
            "caveat_cooldowns_total{of=\"member\"} 0",
            "caveat_dropped_total{why=\"queue_full\"} 0",
            "caveat_request_failures_total{why=\"gone\"} 0",
            "caveat_rate_limited_total{scope=\"global\"} 0",
            "caveat_panics_total 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
        assert_eq!(metrics.replies(Kind::Answer), 2);
    }

    #[test]
    fn it_is_ready_when_every_shard_is_connected() {
        let metrics = Metrics::default();
        assert!(!metrics.ready(), "no shard yet");
        metrics.expect_shards(2..4);
        metrics.shard_connected(2, true);
        assert!(!metrics.ready());
        metrics.shard_connected(3, true);
        metrics.shard_latency(3, Duration::from_millis(40));
        assert!(metrics.ready());
        assert_eq!(metrics.shards()[&3], Shard { connected: true, latency: Some(Duration::from_millis(40)) });
        assert!(metrics.text().contains("caveat_shard_latency_seconds{shard=\"3\"} 0.04\n"), "{}", metrics.text());
        metrics.shard_connected(2, false);
        assert!(!metrics.ready());
    }
}
