//! Which of our messages answers which of the members': one reply a question, however often its event comes, and however it
//! is edited or deleted afterwards.
//!
//! What happens to one question happens in turns ([`turns`](super::turns)): an edit that comes while the first reply is still
//! on its way waits for it, and finds it in the store. Help in an emergency is never taken back by an edit; an edit that
//! describes an emergency makes any reply help.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serenity::model::channel::Message;
use serenity::model::event::MessageUpdateEvent;
use serenity::model::id::{ChannelId, GuildId, MessageId, UserId};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::incoming::{self, Asked};
use super::manners::{Judged, Manners, Where};
use super::outgoing::{self, Ping, Sent};
use super::{mending, reserve};
use crate::answering::{Reply, ReplyKind};
use crate::matching::Question;
use crate::metrics::{Dropped, Way};
use crate::render::discord::{Frame, Heard, Message as Rendered, nothing_asked, notice};
use crate::render::wording::discord as words;
use crate::render::wording::manners as said_of_manners;
use crate::store::Said;

/// How old a message may be that was not answered, for an edit to make it a question: whoever forgot to mention the bot, or
/// describes an emergency by an edit, does so at once.
const EDITED_INTO_A_QUESTION: SignedDuration = SignedDuration::from_hours(1);

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

    /// What is kept of it.
    fn said(&self, channel: ChannelId, question: MessageId, sent: &Sent, at: Timestamp) -> Said {
        let entry = match self.reply.as_ref().map(|it| &it.kind) {
            Some(ReplyKind::Answer(answer)) => Some(answer.id.clone()),
            // One reply, one entry to its name: the first that was asked for.
            Some(ReplyKind::Answers(answers)) => answers.first().map(|answer| answer.id.clone()),
            _ => None,
        };
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

    fn place(&self) -> Where {
        let (guild, channel) = (self.guild.map(|it| it.get()), self.channel.get());
        Where { guild, channel, public: guild.is_some(), interaction: false }
    }

    fn link(&self) -> Option<String> {
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
        let asked = incoming::read(&message, me);
        if asked.is_none() && !self.may_watch(&message, me) {
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

    /// A message was edited, or Discord found a preview for one of its links, which it tells in the same way.
    pub async fn edited(&self, event: MessageUpdateEvent, me: UserId, received: Instant) {
        let Some(at) = event.edited_timestamp else { return };
        let edited = milliseconds(at);
        let mut message = Message::default();
        event.apply_to_message(&mut message);
        // Without the text, which Discord does not tell of everything, there is nothing to read anew.
        if event.author.is_none() || message.content.is_empty() {
            return;
        }
        let question = message.id.get();
        let _turn = self.manners.turns.take_edit(question, edited).await;
        if !self.manners.turns.is_newest_edit(question, edited) {
            return;
        }
        let asked = incoming::read(&message, me);
        match self.manners.parts.store.said(question) {
            Some(said) if said.edited >= edited => {}
            Some(said) => self.mend(said, &message, asked, me, received).await,
            None => {
                let age = self.manners.now().as_second() - message.id.created_at().unix_timestamp();
                if age > EDITED_INTO_A_QUESTION.as_secs() {
                    return;
                }
                // If the message itself comes later, it was answered as it is now.
                self.manners.turns.is_new(question);
                match asked {
                    Some(asked) => self.answer(To::of(&message), asked, received).await,
                    None if self.may_watch(&message, me) => self.watch(&message, me, received).await,
                    None => {}
                }
            }
        }
    }

    /// Messages were deleted, by their authors or by moderators.
    pub async fn deleted(&self, messages: &[MessageId]) {
        let ids: Vec<u64> = messages.iter().map(|it| it.get()).collect();
        // Before anything is waited for: a reply that is being worked out need not be sent.
        ids.iter().for_each(|id| self.manners.turns.gone(*id));
        self.forget_deleted(&ids);
        let store = &self.manners.parts.store;
        for id in &ids {
            let _turn = self.manners.turns.take(*id).await;
            if let Some(said) = store.said(*id) {
                store.forget(*id);
                self.manners.take_back(&said, &ids).await;
            }
        }
    }

    /// Somebody deleted messages by hand. If they were ours, they are not wanted.
    fn forget_deleted(&self, ids: &[u64]) {
        let store = &self.manners.parts.store;
        for id in ids {
            if let Some(said) = store.question_of(*id).and_then(|question| store.said(question)) {
                let replies: Vec<u64> = said.replies.iter().copied().filter(|reply| !ids.contains(reply)).collect();
                store.remember(Said { dismissed: replies.is_empty(), replies, ..said });
            }
        }
    }

    /// Answers a question for the first time.
    async fn answer(&self, to: To, asked: Asked, received: Instant) {
        let thought = self.think(asked, to.guild.is_some()).await;
        if self.manners.turns.is_gone(to.message.get()) {
            return;
        }
        match self.manners.judge(thought.reply.as_ref(), to.author.get(), to.place()) {
            Judged::Say => self.say(to, thought, received).await,
            Judged::SaidAlready { link: Some(link), until } => {
                self.hold_back(to, &said_of_manners::answered_above(&link, until)).await;
            }
            Judged::SaidAlready { link: None, .. } => self.say(to, thought, received).await,
            Judged::Wait { sentence, first: true } => self.hold_back(to, &sentence).await,
            Judged::Wait { first: false, .. } => self.manners.parts.metrics.dropped(Dropped::Flood),
        }
    }

    /// Sends a reply, and keeps that it was sent.
    pub(super) async fn say(&self, to: To, thought: Thought, received: Instant) {
        let (channel, sent) = self.send(to, &thought).await;
        if !sent.ids.is_empty() {
            let said = thought.said(channel, to.message, &sent, self.manners.now());
            self.manners.parts.store.remember(Said { edited: to.edited, ..said });
            // Somebody may have deleted it by hand before it was kept; later, `deleted` finds it.
            let ids = sent.ids.iter().map(|it| it.get());
            self.forget_deleted(&ids.filter(|id| self.manners.turns.is_gone(*id)).collect::<Vec<_>>());
        }
        match sent.ended {
            Ok(()) => self.manners.parts.metrics.sent(Way::Message, received.elapsed()),
            Err(error) if mending::is_gone(&error) => tracing::info!(%error, "there is nobody left to reply to"),
            Err(error) => tracing::warn!(%error, "a reply could not be sent"),
        }
        if let Some(urgent) = thought.urgent() {
            self.manners.tell_moderators(urgent, to.message.get(), async || to.link()).await;
        }
    }

    /// Sends a reply where it belongs. Gives the channel in which it is now.
    async fn send(&self, to: To, thought: &Thought) -> (ChannelId, Sent) {
        let urgent = thought.urgent().is_some();
        if urgent && to.guild.is_some() && self.manners.help_is_private() {
            let direct = self.manners.write_directly(to.author, to.message.get(), &thought.messages).await;
            if let Some(sent) = direct {
                return sent;
            }
        }
        if urgent {
            self.manners.rest.lanes().hurry(to.channel.get(), to.message.get());
        }
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

    /// Tells whoever asked to wait, quietly.
    async fn hold_back(&self, to: To, sentence: &str) {
        let sent = mending::reply_quietly(&self.manners.rest, to.channel, to.message, &notice(sentence)).await;
        match sent {
            Ok(id) => {
                let said = Said::new(to.channel.get(), to.message.get(), vec![id.get()], self.manners.now());
                self.manners.parts.store.remember(Said { held_back: true, edited: to.edited, ..said });
            }
            Err(error) => tracing::info!(%error, "somebody could not be told to wait"),
        }
    }

    /// Makes the reply `said` anew, since its question was edited to `message`.
    async fn mend(&self, said: Said, message: &Message, asked: Option<Asked>, me: UserId, received: Instant) {
        let to = To::of(message);
        let unchanged = || self.manners.parts.store.remember(Said { edited: to.edited, ..said.clone() });
        // What it says, if it did not ask the bot.
        let unasked = match asked {
            Some(_) => None,
            None => Some(reserve::text(&self.manners.rest, message).await),
        };
        let asked = asked.unwrap_or_else(|| incoming::asked(unasked.as_deref().unwrap_or_default()));
        let thought = self.think(asked, to.guild.is_some()).await;
        if self.manners.turns.is_gone(to.message.get()) {
            return;
        }
        let urgent = thought.urgent();
        let same = thought.reply.as_ref().is_some_and(
            |reply| matches!(&reply.kind, ReplyKind::Answer(answer) if Some(&answer.id) == said.entry.as_ref()),
        );
        if urgent.is_none() {
            // A red flag is not taken back by an edit, nor does one bring back what is not wanted.
            if said.urgent || said.dismissed || same {
                return unchanged();
            }
            if said.held_back && self.manners.judge(thought.reply.as_ref(), to.author.get(), to.place()) != Judged::Say
            {
                return unchanged();
            }
            // What nobody asked for stays only as long as it would have been said by itself.
            if unasked.is_some_and(|text| !self.may_stand(message, &text, &thought, me)) {
                self.manners.parts.store.remember(Said {
                    edited: to.edited,
                    dismissed: true,
                    replies: Vec::new(),
                    ..said.clone()
                });
                return self.manners.take_back(&said, &[]).await;
            }
        } else if said.urgent && !said.dismissed {
            return unchanged();
        }
        if said.replies.is_empty() || (urgent.is_some() && self.manners.help_is_private() && to.guild.is_some()) {
            self.manners.take_back(&said, &[]).await;
            return self.say(to, thought, received).await;
        }
        self.replace(to, &said, &thought).await;
        if let Some(urgent) = urgent {
            self.manners.tell_moderators(urgent, to.message.get(), async || to.link()).await;
        }
    }

    /// Puts the messages of `thought` in the place of those of `said`: the first ones are edited, those that are missing
    /// posted, those that are left over deleted.
    async fn replace(&self, to: To, said: &Said, thought: &Thought) {
        let (rest, channel) = (&self.manners.rest, ChannelId::new(said.channel));
        let revision = said.revision.wrapping_add(1);
        let mut sent = Sent { ids: Vec::new(), ended: Ok(()) };
        let mut todo: VecDeque<&Rendered> = thought.messages.iter().collect();
        while let Some(message) = todo.pop_front() {
            let nth = sent.ids.len();
            let done = match said.replies.get(nth).map(|old| MessageId::new(*old)) {
                Some(old) => match mending::edit(rest, channel, old, message).await {
                    Ok(false) if !message.unframed.is_empty() => {
                        // Embeds are not shown here. The same as text is whole, and begins anew.
                        todo = message.unframed.iter().collect();
                        continue;
                    }
                    edited => edited.map(|_| old),
                },
                None => {
                    // To the base of 16, so that a revision fits in as well.
                    let nonce = format!("{:x}-{}-{nth}", to.message.get(), revision % 1000);
                    mending::tell(rest, channel, message, &nonce).await
                }
            };
            match done {
                Ok(id) => sent.ids.push(id),
                Err(error) => {
                    sent.ended = Err(error);
                    break;
                }
            }
        }
        match &sent.ended {
            Ok(()) => {
                let left_over: Vec<u64> = said.replies.iter().copied().skip(sent.ids.len()).collect();
                let now = thought.said(channel, to.message, &sent, said.at);
                self.manners.parts.store.remember(Said { edited: to.edited, revision, ..now });
                self.manners.take_back(&Said { replies: left_over, ..said.clone() }, &[]).await;
            }
            // Somebody has deleted the reply. Help comes all the same.
            Err(error) if mending::is_gone(error) && thought.urgent().is_some() => {
                let (channel, sent) = self.send(to, thought).await;
                let now = thought.said(channel, to.message, &sent, said.at);
                self.manners.parts.store.remember(Said { edited: to.edited, revision, ..now });
            }
            Err(error) if mending::is_gone(error) => {
                let gone = Said { dismissed: true, replies: Vec::new(), edited: to.edited, ..said.clone() };
                self.manners.parts.store.remember(gone);
            }
            Err(error) => tracing::warn!(%error, "a reply could not be changed after its question"),
        }
    }

    /// Works out what to say, away from the threads that serve the network; `public` if others will see it.
    async fn think(&self, asked: Asked, public: bool) -> Thought {
        let manners = Arc::clone(&self.manners);
        self.thought(move || {
            let answers = &manners.parts.answers;
            match asked {
                Asked::Question(question) => manners.thought(answers.ask(&question), &question, public),
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
fn milliseconds(at: serenity::model::Timestamp) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

impl Manners {
    fn thought(&self, reply: Reply, asked: &Question, public: bool) -> Thought {
        let messages = self.prepare(&reply, Heard::Shown(&asked.text), Frame::Embed, public);
        Thought { messages, reply: Some(reply) }
    }
}
