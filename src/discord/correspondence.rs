//! Which of our messages answers which of the members': one reply a question, however often its event comes, and however it
//! is edited afterwards.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use serenity::model::channel::Message;
use serenity::model::id::UserId;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::incoming::{self, Asked};
use super::outgoing::{self, Ping, Sent};
use super::rest::Rest;
use super::{Parts, lock};
use crate::answering::{Reply, ReplyKind};
use crate::metrics::Way;
use crate::render::discord::{Frame, Heard, Message as Rendered, messages, nothing_asked, notice};
use crate::render::wording::discord as words;
use crate::store::Said;

/// The replies to messages, and what becomes of them.
pub struct Correspondence {
    rest: Arc<Rest>,
    parts: Parts,
    turns: Turns,
}

/// What is to be said to a message.
struct Thought {
    /// `None` if nothing was asked, or if working it out ended in a panic.
    reply: Option<Reply>,
    messages: Vec<Rendered>,
}

impl Correspondence {
    pub fn new(rest: Arc<Rest>, parts: Parts) -> Self {
        Self { rest, parts, turns: Turns::default() }
    }

    /// A member wrote `message`, which came in at `received`; `me` is the bot.
    pub async fn message(&self, message: Message, me: UserId, received: Instant) {
        let Some(asked) = incoming::read(&message, me) else { return };
        let question = message.id.get();
        let _turn = self.turns.take(question).await;
        if self.parts.store.said(question).is_some() || !self.turns.is_new(question) {
            // Discord tells of a message again when a connection is taken up again.
            return;
        }
        let thought = self.think(asked).await;
        if matches!(thought.reply.as_ref().map(|it| &it.kind), Some(ReplyKind::Urgent(_))) {
            self.rest.lanes().hurry(message.channel_id.get(), question);
        }
        let sent = outgoing::reply(&self.rest, message.channel_id, message.id, &thought.messages, Ping::Asker).await;
        self.remember(message.channel_id.get(), question, &thought, &sent);
        match sent.ended {
            Ok(()) => self.parts.metrics.sent(Way::Message, received.elapsed()),
            Err(error) => tracing::warn!(%error, "a reply could not be sent"),
        }
    }

    fn remember(&self, channel: u64, question: u64, thought: &Thought, sent: &Sent) {
        if sent.ids.is_empty() {
            return;
        }
        let kind = thought.reply.as_ref().map(|it| &it.kind);
        self.parts.store.remember(Said {
            channel,
            question,
            replies: sent.ids.iter().map(|it| it.get()).collect(),
            entry: kind.and_then(|it| match it {
                ReplyKind::Answer(answer) => Some(answer.id.clone()),
                // One message, one entry to its name: the first that was asked for.
                ReplyKind::Answers(answers) => answers.first().map(|answer| answer.id.clone()),
                _ => None,
            }),
            urgent: matches!(kind, Some(ReplyKind::Urgent(_))),
            dismissed: false,
            edited: 0,
            revision: 0,
            at: (self.parts.now)(),
        });
    }

    /// Works out what to say, away from the threads that serve the network.
    async fn think(&self, asked: Asked) -> Thought {
        let answers = Arc::clone(&self.parts.answers);
        let thinking = spawn_blocking(move || match asked {
            Asked::Question(question) => {
                let reply = answers.ask(&question);
                Thought { messages: messages(&reply, Heard::Shown(&question.text), Frame::Embed), reply: Some(reply) }
            }
            Asked::Nothing => Thought { messages: nothing_asked(&answers.set()), reply: None },
        });
        thinking.await.unwrap_or_else(|_| {
            self.parts.metrics.panicked();
            Thought { messages: vec![notice(words::BROKEN)], reply: None }
        })
    }
}

/// Whose turn it is with a question: what happens to one question happens one after the other.
#[derive(Default)]
struct Turns {
    open: Mutex<HashMap<u64, Arc<tokio::sync::Mutex<()>>>>,
    seen: Mutex<Seen>,
}

/// The questions that came last. The store knows those that were answered; here are also those that were not.
#[derive(Default)]
struct Seen {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

/// How many questions are remembered as seen: more than Discord keeps of a connection to be taken up again.
const MOST_SEEN: usize = 4096;

/// Held as long as something happens to a question.
struct Turn<'t> {
    turns: &'t Turns,
    question: u64,
    held: Option<(Arc<tokio::sync::Mutex<()>>, tokio::sync::OwnedMutexGuard<()>)>,
}

impl Turns {
    async fn take(&self, question: u64) -> Turn<'_> {
        let mutex = lock(&self.open).entry(question).or_default().clone();
        let guard = Arc::clone(&mutex).lock_owned().await;
        Turn { turns: self, question, held: Some((mutex, guard)) }
    }

    /// Whether `question` comes for the first time.
    fn is_new(&self, question: u64) -> bool {
        let mut seen = lock(&self.seen);
        if !seen.known.insert(question) {
            return false;
        }
        seen.order.push_back(question);
        if seen.order.len() > MOST_SEEN
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.known.remove(&oldest);
        }
        true
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some((mutex, guard)) = self.held.take() else { return };
        drop(guard);
        let mut open = lock(&self.turns.open);
        // Two hold it: the map and we. Nobody waits, and nobody can come while the map is locked.
        if Arc::strong_count(&mutex) == 2 {
            open.remove(&self.question);
        }
    }
}
