//! One question in, one reply out; counted and logged on the way. Any front end calls this.
//!
//! What a member wrote, and who, is personal: neither is ever logged here. Which entry was found, how sure, and how long
//! it took, is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jiff::civil::Date;

use crate::answering::{Action, Reply, ReplyKind};
use crate::faq::{Faq, Suggestion};
use crate::knowledge::SetInfo;
use crate::live::Live;
use crate::matching::Question;

/// What a front end needs from the FAQ. [`Service`] is the one that is used; a test may put another in its place, such as
/// one that is slow or broken.
pub trait Answers: Send + Sync + 'static {
    /// What to say to `question`.
    fn ask(&self, question: &Question) -> Reply;
    /// What to say to a pressed button; `None` if the FAQ (no longer) has what it names.
    fn act(&self, action: &Action) -> Option<Reply>;
    /// Questions and phrasings for what somebody is typing, best first, at most `limit`.
    fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion>;
    /// What the FAQ says about itself.
    fn set(&self) -> SetInfo {
        self.faq().knowledge().set.clone()
    }
    /// The FAQ in force, for whoever browses it. Keep it for one reply, not for longer.
    fn faq(&self) -> Arc<Faq>;
}

/// The FAQ in force, with a clock and counters.
pub struct Service {
    live: Arc<Live>,
    today: fn() -> Date,
    counts: [AtomicU64; 4],
}

/// How often the bot said what, since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub answer: u64,
    pub did_you_mean: u64,
    pub not_in_faq: u64,
    pub urgent: u64,
}

impl Service {
    /// Answers from `live`. `today` is asked for each question, since a bot runs for months.
    pub fn new(live: Arc<Live>, today: fn() -> Date) -> Self {
        Self { live, today, counts: Default::default() }
    }

    /// How often what was said so far.
    pub fn counts(&self) -> Counts {
        let [answer, did_you_mean, not_in_faq, urgent] = self.counts.each_ref().map(|it| it.load(Ordering::Relaxed));
        Counts { answer, did_you_mean, not_in_faq, urgent }
    }

    fn note(&self, how: &'static str, reply: &Reply, began: Instant) {
        let (nth, entry) = match &reply.kind {
            ReplyKind::Answer(answer) => (0, answer.id.as_str()),
            // The entry that was nearest: what a moderator wants to know of a question that was not answered.
            ReplyKind::DidYouMean(offers) => (1, offers.first().map_or("", |it| it.id.as_str())),
            ReplyKind::NotInFaq(_) => (2, reply.why.ranking.first().map_or("", |it| it.id.as_str())),
            ReplyKind::Urgent(urgent) => (3, urgent.flag.as_str()),
        };
        self.counts[nth].fetch_add(1, Ordering::Relaxed);
        tracing::info!(
            how,
            kind = reply.kind.name(),
            entry,
            confidence = reply.why.confidence.map(|it| it.value()),
            bar = reply.why.bar,
            version = reply.version,
            milliseconds = began.elapsed().as_secs_f64() * 1000.0,
            "replied"
        );
    }
}

impl Answers for Service {
    fn ask(&self, question: &Question) -> Reply {
        let began = Instant::now();
        let reply = match question.asked_on {
            Some(_) => self.live.faq().ask(question),
            None => self.live.faq().ask(&question.clone().on((self.today)())),
        };
        self.note("asked", &reply, began);
        reply
    }

    fn act(&self, action: &Action) -> Option<Reply> {
        let began = Instant::now();
        let Some(reply) = self.live.faq().act(action, Some((self.today)())) else {
            tracing::info!("a button named something that the FAQ does not have");
            return None;
        };
        self.note("pressed", &reply, began);
        Some(reply)
    }

    fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        self.live.faq().suggest(typed, limit)
    }

    fn faq(&self) -> Arc<Faq> {
        self.live.faq()
    }
}
