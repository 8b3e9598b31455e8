//! Watched channels and forums: what is answered there though nobody asked the bot. The rules are in `watching`; here they are
//! put to messages.

use serenity::model::channel::{Message, MessageType};
use serenity::model::id::{ChannelId, UserId};
use tokio::time::Instant;

use super::correspondence::{Correspondence, Thought, To};
use super::id::Id;
use super::incoming;
use super::mending;
use super::permissions::id;
use super::rest::Rest;
use super::watching::{self, Before, Kind, Watched, is_question};
use crate::answering::ReplyKind;
use crate::knowledge::EntryId;
use crate::matching::Question;

/// What a message in a watched channel says.
struct Noticed<'w> {
    watched: &'w Watched,
    /// The channel whose rules hold: the watched one also for a thread below it, but each post of a forum for itself.
    home: u64,
    text: String,
}

impl Correspondence {
    /// Whether `message`, which does not ask the bot, may stand where the bot answers by itself.
    pub(super) async fn may_watch(&self, message: &Message, me: UserId) -> bool {
        let watched = self.manners.watched();
        if watched.is_empty() || message.guild_id.is_none() || !incoming::is_from_member(message, me) {
            return false;
        }
        let forum = begins_post(message) && watched.iter().any(|it| it.kind == Kind::Forum);
        // A forum's post may have all its words in the title.
        forum || self.watched_channel(message.channel_id).await.is_some()
    }

    /// The table of the watched channel that `channel` is, or lies below as a thread.
    async fn watched_channel(&self, channel: ChannelId) -> Option<&Watched> {
        let watched = self.manners.watched();
        if let Some(found) = watching::find(watched, channel.get(), Kind::Channel) {
            return Some(found);
        }
        if watched.iter().all(|it| it.kind != Kind::Channel) {
            return None;
        }
        let above = self.manners.threads.above(&self.manners.rest, channel.get()).await?;
        watching::find(watched, above, Kind::Channel)
    }

    /// `entry` was said in answer to the message `to`. If that stands in a thread below a watched channel, it was said there.
    pub(super) async fn note_said_above(&self, to: To, entry: &EntryId) {
        if self.manners.watched().is_empty() || to.guild.is_none() {
            return;
        }
        let home = self.watched_channel(to.channel).await.and_then(|it| it.channel).map(Id::get);
        if let Some(home) = home.filter(|home| *home != to.channel.get()) {
            self.manners.parts.store.note_said(home, entry, self.manners.now());
        }
    }

    /// Answers `message` if it is one that is answered without having asked.
    pub(super) async fn watch(&self, message: &Message, me: UserId, received: Instant) {
        let Some(noticed) = self.notice(message).await else { return };
        // Without the message-content intent there are no words.
        if !noticed.text.chars().any(char::is_alphanumeric) {
            return;
        }
        let thought = self.consider(Question::new(&noticed.text)).await;
        let Some(reply) = &thought.reply else { return };
        if thought.urgent().is_none() && !self.may_speak_up(message, &noticed, &thought, me).await {
            return;
        }
        if self.manners.turns.is_gone(message.id.get()) {
            return;
        }
        self.manners.parts.answers.said(reply);
        // Nobody waits for it: if it does not get through, the log is enough.
        let _ = self.say(To::of(message), thought, received).await;
    }

    /// Whether a reply that nobody asked for may stay below `message`, which was edited and now says `text`.
    pub(super) async fn may_stand(&self, message: &Message, text: &str, thought: &Thought, me: UserId) -> bool {
        let watched = if begins_post(message) {
            // A post's forum is not known without asking; the strictest of all forums will do.
            let forums = self.manners.watched().iter().filter(|it| it.kind == Kind::Forum);
            forums.max_by(|a, b| a.bar.total_cmp(&b.bar))
        } else {
            self.watched_channel(message.channel_id).await
        };
        let Some(watched) = watched else { return false };
        let home = watched.channel.filter(|_| watched.kind == Kind::Channel).map_or(message.channel_id.get(), Id::get);
        let noticed = Noticed { watched, home, text: text.to_owned() };
        let Some(entry) = self.worth_saying(message, &noticed, thought, me) else { return false };
        self.manners.may_speak_unasked(home, entry, watched.quiet())
    }

    /// The entry that `thought` answers with, if that is worth saying unasked and was not said there for a while.
    fn worth_saying<'t>(
        &self,
        message: &Message,
        noticed: &Noticed<'_>,
        thought: &'t Thought,
        me: UserId,
    ) -> Option<&'t EntryId> {
        let Noticed { watched, home, text } = noticed;
        let Some(ReplyKind::Answer(answer)) = thought.reply.as_ref().map(|it| &it.kind) else { return None };
        let worth = is_sure(thought, watched.bar) && is_question(text) && !speaks_to_others(message, me);
        let rests = |channel| self.manners.rests(channel, &answer.id, watched.quiet());
        (worth && !rests(*home) && !rests(message.channel_id.get())).then_some(&answer.id)
    }

    async fn may_speak_up(&self, message: &Message, noticed: &Noticed<'_>, thought: &Thought, me: UserId) -> bool {
        let Some(entry) = self.worth_saying(message, noticed, thought, me) else { return false };
        let Noticed { watched, home, .. } = noticed;
        // Last, since it asks Discord.
        if watched.kind == Kind::Channel && self.in_conversation(message, watched).await {
            return false;
        }
        self.manners.may_speak_unasked(*home, entry, watched.quiet())
    }

    /// What `message` says, and by which table it is watched.
    async fn notice(&self, message: &Message) -> Option<Noticed<'_>> {
        if begins_post(message) {
            let (title, forum) = post(&self.manners.rest, message.channel_id).await?;
            let watched = watching::find(self.manners.watched(), forum?, Kind::Forum)?;
            let text = with_title(&title, &message.content);
            return Some(Noticed { watched, home: message.channel_id.get(), text });
        }
        let watched = self.watched_channel(message.channel_id).await?;
        let home = watched.channel.map_or(0, Id::get);
        Some(Noticed { watched, home, text: message.content.clone() })
    }

    /// Whether its author talks with somebody. If Discord does not tell what was said before, he might.
    async fn in_conversation(&self, message: &Message, watched: &Watched) -> bool {
        let messages = match self.manners.messages_before(message).await {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!(%error, "a watched channel's last messages cannot be read; the bot keeps quiet there");
                return true;
            }
        };
        let before: Vec<Before> = messages
            .iter()
            .filter(|it| it["author"]["bot"] != true && it["webhook_id"].is_null())
            .filter_map(|it| {
                Some(Before { author: id(&it["author"]["id"])?, at: it["timestamp"].as_str()?.parse().ok()? })
            })
            .collect();
        let now = self.manners.now();
        watching::in_conversation(message.author.id.get(), now, watched.conversation(), &before)
    }
}

/// Whether `message` begins a post of a forum: it has the id of the thread that it is in (Channel › Start Thread in Forum).
fn begins_post(message: &Message) -> bool {
    message.id.get() == message.channel_id.get()
}

/// Whether `message` is addressed to other members: a reply to one of them, or a mention.
fn speaks_to_others(message: &Message, me: UserId) -> bool {
    let replies = message.kind == MessageType::InlineReply
        && message.referenced_message.as_ref().is_none_or(|it| it.author.id != me);
    let mentions = message.mentions.iter().any(|it| it.id != me);
    replies || mentions || message.mention_everyone || !message.mention_roles.is_empty()
}

/// Whether `thought` is an answer of which the bot is at least so sure.
fn is_sure(thought: &Thought, bar: f64) -> bool {
    thought.reply.as_ref().is_some_and(|reply| {
        matches!(reply.kind, ReplyKind::Answer(_)) && reply.why.confidence.is_some_and(|it| it.value() >= bar)
    })
}

/// The title of the post (or other thread) in `channel`, and the channel that it is in.
async fn post(rest: &Rest, channel: ChannelId) -> Option<(String, Option<u64>)> {
    match mending::channel(rest, channel).await {
        Ok(thread) => Some((thread["name"].as_str().unwrap_or_default().to_owned(), id(&thread["parent_id"]))),
        Err(error) => {
            tracing::warn!(%error, "the title of a forum's post cannot be read");
            None
        }
    }
}

fn with_title(title: &str, content: &str) -> String {
    // A title without a full stop must not run into the first sentence.
    format!("{}\n\n{}", title.trim(), content.trim())
}

/// What `message` asks as a whole: a forum's post together with its title.
pub(super) async fn text(rest: &Rest, message: &Message) -> String {
    if begins_post(message)
        && let Some((title, _)) = post(rest, message.channel_id).await
    {
        return with_title(&title, &message.content);
    }
    message.content.clone()
}
