//! A reply follows its question: what becomes of it when the question is edited or deleted, or when somebody deletes the
//! reply by hand.
//!
//! Help in an emergency is never taken back by an edit; an edit that describes an emergency makes any reply help.

use std::collections::VecDeque;

use jiff::SignedDuration;
use serenity::model::channel::Message;
use serenity::model::event::MessageUpdateEvent;
use serenity::model::id::{ChannelId, MessageId, UserId};
use tokio::time::Instant;

use super::correspondence::{Correspondence, Thought, To, milliseconds};
use super::incoming::{self, Asked};
use super::manners::Judged;
use super::outgoing::{Sent, may_be_the_embed};
use super::{mending, reserve};
use crate::answering::ReplyKind;
use crate::metrics::Dropped;
use crate::render::discord::{Message as Rendered, notice};
use crate::store::Said;

/// How old a message may be that was not answered, for an edit to make it a question: whoever forgot to mention the bot, or
/// describes an emergency by an edit, does so at once.
const EDITED_INTO_A_QUESTION: SignedDuration = SignedDuration::from_hours(1);

impl Correspondence {
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
        let asked = self.read(&message, me).await;
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
                    None if self.may_watch(&message, me).await => self.watch(&message, me, received).await,
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
    pub(super) fn forget_deleted(&self, ids: &[u64]) {
        let store = &self.manners.parts.store;
        for id in ids {
            if let Some(said) = store.question_of(*id).and_then(|question| store.said(question)) {
                let replies: Vec<u64> = said.replies.iter().copied().filter(|reply| !ids.contains(reply)).collect();
                store.remember(Said { dismissed: replies.is_empty(), replies, ..said });
            }
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
        let asks = asked.is_some();
        let kind_word = matches!(asked, Some(Asked::KindWord(_)));
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
            // A red flag is not taken back by an edit, nor does one bring back what is not wanted; what a member chose, he chose;
            // thanks that take the place of the question need no other reply.
            if said.urgent || said.dismissed || said.chosen || same || kind_word {
                return unchanged();
            }
            if said.held_back {
                match self.manners.judge(thought.reply.as_ref(), to.author.get(), to.place()) {
                    Judged::Say => {}
                    Judged::SaidAlready { .. } => return unchanged(),
                    Judged::Wait { .. } => {
                        self.manners.parts.metrics.dropped(Dropped::Flood);
                        return unchanged();
                    }
                }
            }
            // What nobody asked for stays only as long as it would have been said by itself.
            if let Some(text) = unasked
                && !self.may_stand(message, &text, &thought, me).await
            {
                self.manners.parts.store.remember(Said {
                    edited: to.edited,
                    dismissed: true,
                    replies: Vec::new(),
                    ..said.clone()
                });
                return self.manners.take_back(&said, &[]).await;
            }
            // Another question takes a turn like the first. An answer must not stay below one that it does not answer.
            if asks
                && !said.held_back
                && let Err((sentence, _)) = self.manners.take_turn(false, to.author.get(), to.public_channel())
            {
                return self.put_off(to, &said, &sentence).await;
            }
        } else if said.urgent && !said.dismissed {
            return unchanged();
        }
        // A word that was said elsewhere does not become the answer there.
        let was_told_elsewhere = said.held_back && said.channel != to.channel.get();
        if said.replies.is_empty()
            || was_told_elsewhere
            || (urgent.is_some() && self.manners.help_is_private() && to.guild.is_some())
        {
            self.manners.take_back(&said, &[]).await;
            self.say_to_asker(to, thought, received).await;
            return;
        }
        self.replace(to, &said, &thought).await;
        if let Some(urgent) = urgent {
            self.manners.tell_moderators(urgent, to.message.get(), async || to.link()).await;
        }
    }

    /// Puts in the place of the reply `said` when to come back: its question was edited once too often. Until then further edits
    /// change nothing.
    async fn put_off(&self, to: To, said: &Said, sentence: &str) {
        self.replace(to, said, &Thought { reply: None, messages: vec![notice(sentence)] }).await;
        let store = &self.manners.parts.store;
        if let Some(said) = store.said(to.message.get()).filter(|said| !said.dismissed) {
            store.remember(Said { held_back: true, ..said });
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
                    // Embeds are not shown here. The same as text is whole, and begins anew.
                    Ok(false) if !message.unframed.is_empty() => {
                        todo = message.unframed.iter().collect();
                        continue;
                    }
                    Err(error) if may_be_the_embed(&error) && !message.unframed.is_empty() => {
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
}
