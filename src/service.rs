//! One question in, one reply out; counted and logged on the way. Any front end calls this.
//!
//! What a member wrote, and who, is personal: neither is ever logged here. Which entry was found, how sure, and how long
//! it took, is.

use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use crate::answering::{Action, Reply, ReplyKind};
use crate::faq::{Faq, Suggestion};
use crate::knowledge::{EntryId, SetInfo};
use crate::live::Live;
use crate::matching::Question;
use crate::matching::model::ModelSay;
use crate::metrics::{How, Kind, Metrics, Say};

/// What a front end needs from the FAQ. [`Service`] is the one that is used; a test may put another in its place, such as
/// one that is slow or broken.
pub trait Answers: Send + Sync + 'static {
    /// What to say to `question`.
    fn ask(&self, question: &Question) -> Reply;
    /// The same, for a message that did not ask for anything: nothing is counted until [`Answers::said`].
    fn consider(&self, question: &Question) -> Reply;
    /// What came of considering was said.
    fn said(&self, reply: &Reply);
    /// What to say to a pressed button; `None` if the FAQ (no longer) has what it names.
    fn act(&self, action: &Action) -> Option<Reply>;
    /// These entries offered once more; `None` if the FAQ has none of them (any more).
    fn offer(&self, entries: &[EntryId]) -> Option<Reply>;
    /// Questions and phrasings for what somebody is typing, best first, at most `limit`.
    fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion>;
    /// What the FAQ says about itself.
    fn set(&self) -> SetInfo {
        self.faq().knowledge().set.clone()
    }
    /// The FAQ in force, for whoever browses it. Keep it for one reply, not for longer.
    fn faq(&self) -> Arc<Faq>;
}

/// The FAQ in force, with a clock and the books that replies are counted in.
pub struct Service {
    live: Arc<Live>,
    today: fn() -> Date,
    metrics: Metrics,
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
        Self { live, today, metrics: Metrics::default() }
    }

    /// The same, but it counts in these books.
    pub fn counting_in(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// The books that this service counts in, for whoever else counts or reads.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How often what was said so far.
    pub fn counts(&self) -> Counts {
        let [answer, did_you_mean, not_in_faq, urgent] =
            [Kind::Answer, Kind::DidYouMean, Kind::NotInFaq, Kind::Urgent].map(|it| self.metrics.replies(it));
        Counts { answer, did_you_mean, not_in_faq, urgent }
    }

    fn note(&self, how: How, reply: &Reply, began: Instant) {
        let (kind, entry) = match &reply.kind {
            ReplyKind::Answer(answer) => (Kind::Answer, answer.id.as_str()),
            ReplyKind::Answers(answers) => (Kind::Answer, answers.first().map_or("", |it| it.id.as_str())),
            // The entry that was nearest: what a moderator wants to know of a question that was not answered.
            ReplyKind::DidYouMean(offers) => (Kind::DidYouMean, offers.first().map_or("", |it| it.id.as_str())),
            ReplyKind::NotInFaq(_) => (Kind::NotInFaq, reply.why.ranking.first().map_or("", |it| it.id.as_str())),
            ReplyKind::Urgent(urgent) => (Kind::Urgent, urgent.flag.as_str()),
        };
        let (confidence, took) = (reply.why.confidence.map(|it| it.value()), began.elapsed());
        self.metrics.replied(kind, how, confidence, took);
        let say = match reply.why.model {
            ModelSay::Nothing => None,
            ModelSay::Loading => Some(Say::Loading),
            ModelSay::Late => Some(Say::Late),
            ModelSay::Told => Some(Say::Told),
        };
        if let Some(say) = say {
            self.metrics.model_said(say);
        }
        tracing::info!(
            how = how.word(),
            kind = reply.kind.name(),
            entry,
            confidence,
            bar = reply.why.bar,
            model = reply.why.model.word(),
            version = reply.version,
            milliseconds = took.as_secs_f64() * 1000.0,
            "replied"
        );
    }
}

impl Answers for Service {
    fn ask(&self, question: &Question) -> Reply {
        let began = Instant::now();
        let reply = self.consider(question);
        self.note(How::Asked, &reply, began);
        reply
    }

    fn consider(&self, question: &Question) -> Reply {
        match question.asked_on {
            Some(_) => self.live.faq().ask(question),
            None => self.live.faq().ask(&question.clone().on((self.today)())),
        }
    }

    fn said(&self, reply: &Reply) {
        self.note(How::Watched, reply, Instant::now());
    }

    fn act(&self, action: &Action) -> Option<Reply> {
        let began = Instant::now();
        let Some(reply) = self.live.faq().act(action, Some((self.today)())) else {
            tracing::info!("a button named something that the FAQ does not have");
            return None;
        };
        self.note(How::Pressed, &reply, began);
        Some(reply)
    }

    fn offer(&self, entries: &[EntryId]) -> Option<Reply> {
        let began = Instant::now();
        let reply = self.live.faq().offer(entries)?;
        self.note(How::Pressed, &reply, began);
        Some(reply)
    }

    fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        self.live.faq().suggest(typed, limit)
    }

    fn faq(&self) -> Arc<Faq> {
        self.live.faq()
    }
}
