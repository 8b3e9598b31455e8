//! Which of our messages answers which of the members': one reply a question, however often its event comes. What becomes of
//! it when the question is edited or deleted afterwards is in [`following`](super::following).
//!
//! What happens to one question happens in turns ([`turns`](super::turns)): an edit that comes while the first reply is still
//! on its way waits for it, and finds it in the store.

use std::sync::Arc;

use jiff::Timestamp;
use serenity::model::channel::Message;
use serenity::model::id::{ChannelId, GuildId, MessageId, UserId};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::incoming::Asked;
use super::manners::{Judged, Manners, Where, entries};
use super::mending;
use super::outgoing::{self, Ping, Sent};
use super::rest::CallError;
use crate::answering::{Reply, ReplyKind};
use crate::knowledge::EntryId;
use crate::matching::Question;
use crate::metrics::{Dropped, Way};
use crate::render::discord::{Frame, Heard, Message as Rendered, nothing_asked, notice, under};
use crate::render::wording::discord as words;
use crate::render::wording::manners as said_of_manners;
use crate::store::Said;

/// The replies to messages, and what becomes of them.
pub struct Correspondence {
    pub(super) manners: Arc<Manners>,
}

/// What is to be said to a message.
pub(super) struct Thought {
    /// `None` if nothing was asked, or if working it out ended in a panic.
    pub reply: Option<Reply>,
    pub messages: Vec<Rendered>,
}

impl Thought {
    pub fn urgent(&self) -> Option<&crate::answering::Urgent> {
        match self.reply.as_ref().map(|it| &it.kind) {
            Some(ReplyKind::Urgent(urgent)) => Some(urgent),
            _ => None,
        }
    }

    /// The entries that it asserts.
    fn entries(&self) -> Vec<&EntryId> {
        self.reply.as_ref().map(|it| entries(&it.kind)).unwrap_or_default()
    }

    /// What is kept of it.
    pub(super) fn said(&self, channel: ChannelId, question: MessageId, sent: &Sent, at: Timestamp) -> Said {
        // One reply, one entry to its name: the first that was asked for.
        let entry = self.entries().first().map(|id| (*id).clone());
        let replies = sent.ids.iter().map(|it| it.get()).collect();
        Said { entry, urgent: self.urgent().is_some(), ..Said::new(channel.get(), question.get(), replies, at) }
    }
}

/// The message that is replied to.
#[derive(Debug, Clone, Copy)]
pub(super) struct To {
    pub guild: Option<GuildId>,
    pub channel: ChannelId,
    pub message: MessageId,
    pub author: UserId,
    /// When it was edited, in milliseconds of Unix time; 0 if it was not.
    pub edited: i64,
}

impl To {
    pub fn of(message: &Message) -> Self {
        Self {
            guild: message.guild_id,
            channel: message.channel_id,
            message: message.id,
            author: message.author.id,
            edited: message.edited_timestamp.map_or(0, milliseconds),
        }
    }

    pub(super) fn place(&self) -> Where {
        let (guild, channel) = (self.guild.map(|it| it.get()), self.channel.get());
        Where { guild, channel, public: guild.is_some(), interaction: false }
    }

    /// The channel, if others see there what is said.
    pub(super) fn public_channel(&self) -> Option<u64> {
        self.guild.map(|_| self.channel.get())
    }

    pub(super) fn link(&self) -> Option<String> {
        let guild = self.guild?;
        Some(mending::link(Some(guild.get()), self.channel.get(), Some(self.message.get())))
    }
}

impl Correspondence {
    pub fn new(manners: Arc<Manners>) -> Self {
        Self { manners }
    }

    /// A member wrote `message`, which came in at `received`; `me` is the bot.
    pub async fn message(&self, message: Message, me: UserId, received: Instant) {
        let asked = self.read(&message, me).await;
        if asked.is_none() && !self.may_watch(&message, me).await {
            return;
        }
        let question = message.id.get();
        let _turn = self.manners.turns.take(question).await;
        if !self.manners.turns.is_new(question) || self.manners.parts.store.said(question).is_some() {
            // Discord tells of a message again when a connection is taken up again.
            return;
        }
        match asked {
            Some(asked) => self.answer(To::of(&message), asked, received).await,
            None => self.watch(&message, me, received).await,
        }
    }

    /// Answers a question for the first time.
    pub(super) async fn answer(&self, to: To, asked: Asked, received: Instant) {
        if let Asked::KindWord(said) = &asked
            && !self.has_more_in_it(said).await
        {
            return;
        }
        let thought = self.think(asked, to.guild.is_some()).await;
        if self.manners.turns.is_gone(to.message.get()) {
            return;
        }
        match self.manners.judge(thought.reply.as_ref(), to.author.get(), to.place()) {
            Judged::Say => self.say_to_asker(to, thought, received).await,
            Judged::SaidAlready { link: Some(link), until } => {
                self.tell_to_wait(to, &said_of_manners::answered_above(&link, until)).await;
            }
            Judged::SaidAlready { link: None, until } => self.show_alone(to, thought, until, received).await,
            Judged::Wait { sentence, first: true } => self.tell_to_wait(to, &sentence).await,
            Judged::Wait { first: false, .. } => self.manners.parts.metrics.dropped(Dropped::Flood),
        }
    }

    /// Whether there is more in a kind word than that: an emergency, or the very words of an entry.
    async fn has_more_in_it(&self, said: &Question) -> bool {
        let thought = self.consider(said.clone()).await;
        // A panic is told to whoever wrote it.
        let Some(reply) = &thought.reply else { return true };
        matches!(reply.kind, ReplyKind::Urgent(_) | ReplyKind::Answer(_) | ReplyKind::Answers(_))
    }

    /// The same as [`Correspondence::say`], to somebody who asked: if too many did, and his reply had to make room, he is told.
    pub(super) async fn say_to_asker(&self, to: To, thought: Thought, received: Instant) {
        if let Err(CallError::Overtaken) = self.say(to, thought, received).await {
            let channel = to.guild.map(|_| format!("<#{}>", to.channel));
            self.manners.tell_overtaken(to, &said_of_manners::overtaken(channel.as_deref())).await;
        }
    }

    /// Sends a reply, and keeps that it was sent. Gives how sending ended, which the log knows then.
    pub(super) async fn say(&self, to: To, thought: Thought, received: Instant) -> Result<(), CallError> {
        let (channel, sent) = self.send(to, &thought).await;
        if !sent.ids.is_empty() {
            let said = thought.said(channel, to.message, &sent, self.manners.now());
            self.manners.parts.store.remember(Said { edited: to.edited, ..said });
            // Somebody may have deleted it by hand before it was kept; later, `deleted` finds it.
            let ids = sent.ids.iter().map(|it| it.get());
            self.forget_deleted(&ids.filter(|id| self.manners.turns.is_gone(*id)).collect::<Vec<_>>());
            for (nth, entry) in thought.entries().into_iter().enumerate() {
                if nth > 0 {
                    self.manners.parts.store.note_said(channel.get(), entry, self.manners.now());
                }
                self.note_said_above(to, entry).await;
            }
        }
        match &sent.ended {
            Ok(()) => self.manners.parts.metrics.sent(Way::Message, received.elapsed()),
            Err(error) if mending::is_gone(error) => tracing::info!(%error, "there is nobody left to reply to"),
            Err(error) => tracing::warn!(%error, "a reply could not be sent"),
        }
        if let Some(urgent) = thought.urgent() {
            self.manners.tell_moderators(urgent, to.message.get(), async || to.link()).await;
        }
        sent.ended
    }

    /// Sends a reply where it belongs. Gives the channel in which it is now.
    pub(super) async fn send(&self, to: To, thought: &Thought) -> (ChannelId, Sent) {
        let urgent = thought.urgent().is_some();
        if urgent && to.guild.is_some() && self.manners.help_is_private() {
            let direct = self.manners.write_directly(to.author, to.message.get(), &thought.messages).await;
            if let Some(sent) = direct {
                return sent;
            }
        }
        // Held until it is sent.
        let _place = urgent.then(|| self.manners.rest.lanes().hurry(to.channel.get(), to.message.get()));
        let sent = outgoing::reply(&self.manners.rest, to.channel, to.message, &thought.messages, Ping::Asker).await;
        match &sent.ended {
            Err(error) if sent.ids.is_empty() && to.guild.is_some() && mending::is_not_allowed(error) => {
                let of = to.message.get();
                let direct = self.manners.may_not_write(to.channel, to.author, of, urgent, &thought.messages).await;
                direct.unwrap_or((to.channel, sent))
            }
            _ => (to.channel, sent),
        }
    }

    /// Shows an answer to the asker alone, by a direct message, since a command was given it in his channel a moment ago: there is
    /// nothing to link to. Where he takes none, it comes where he asked.
    async fn show_alone(&self, to: To, thought: Thought, until: i64, received: Instant) {
        let above = said_of_manners::shown_to_you_alone(until);
        let above = said_of_manners::come_back_to(&format!("<#{}>", to.channel), &above);
        let messages = under(above, thought.messages.clone());
        match self.manners.write_directly(to.author, to.message.get(), &messages).await {
            Some((channel, sent)) => self.keep_held_back(to, channel, &sent),
            None => self.say_to_asker(to, thought, received).await,
        }
    }

    /// Tells the asker when to come back: by a direct message, since it is nobody else's business; where he takes none, quietly
    /// below his question.
    async fn tell_to_wait(&self, to: To, sentence: &str) {
        if to.guild.is_none() {
            return self.hold_back(to, sentence).await;
        }
        let word = notice(&said_of_manners::come_back_to(&format!("<#{}>", to.channel), sentence));
        let Some((channel, sent)) = self.manners.write_directly(to.author, to.message.get(), &[word]).await else {
            return self.hold_back(to, sentence).await;
        };
        self.keep_held_back(to, channel, &sent);
    }

    /// Tells quietly, below the question, why it is not answered now.
    async fn hold_back(&self, to: To, sentence: &str) {
        let sent = mending::reply_quietly(&self.manners.rest, to.channel, to.message, &notice(sentence)).await;
        match sent {
            Ok(id) => self.keep_held_back(to, to.channel, &Sent { ids: vec![id], ended: Ok(()) }),
            Err(CallError::Overtaken) => self.manners.tell_overtaken(to, sentence).await,
            Err(error) => tracing::info!(%error, "somebody could not be told to wait"),
        }
    }

    /// Keeps that the asker has a word from us in `channel`, and no answer where he asked.
    fn keep_held_back(&self, to: To, channel: ChannelId, sent: &Sent) {
        let ids = sent.ids.iter().map(|id| id.get()).collect();
        let said = Said::new(channel.get(), to.message.get(), ids, self.manners.now());
        self.manners.parts.store.remember(Said { held_back: true, edited: to.edited, ..said });
    }

    /// Works out what to say, away from the threads that serve the network; `public` if others will see it.
    pub(super) async fn think(&self, asked: Asked, public: bool) -> Thought {
        let manners = Arc::clone(&self.manners);
        self.thought(move || {
            let answers = &manners.parts.answers;
            match asked {
                Asked::Question(question) | Asked::KindWord(question) => {
                    manners.thought(answers.ask(&question), &question, public)
                }
                Asked::Choice(question, choosing) => manners.chosen(&question, &choosing, public),
                Asked::Nothing => {
                    let mut messages = nothing_asked(&answers.set());
                    manners.dress(&mut messages, None, public);
                    Thought { messages, reply: None }
                }
            }
        })
        .await
    }

    /// The same for a message that asked for nothing: it is counted only if it is said.
    pub(super) async fn consider(&self, question: Question) -> Thought {
        let manners = Arc::clone(&self.manners);
        self.thought(move || manners.thought(manners.parts.answers.consider(&question), &question, true)).await
    }

    async fn thought(&self, work: impl FnOnce() -> Thought + Send + 'static) -> Thought {
        spawn_blocking(work).await.unwrap_or_else(|_| {
            self.manners.parts.metrics.panicked();
            Thought { messages: vec![notice(words::BROKEN)], reply: None }
        })
    }
}

/// A time of Discord's in milliseconds of Unix time.
pub(super) fn milliseconds(at: serenity::model::Timestamp) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

impl Manners {
    pub(super) fn thought(&self, reply: Reply, asked: &Question, public: bool) -> Thought {
        let messages = self.prepare(&reply, Heard::Shown(&asked.text), Frame::Embed, public);
        Thought { messages, reply: Some(reply) }
    }
}
