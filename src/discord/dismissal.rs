//! A reply that somebody does not want: the asker and moderators take it away, by a button or by a cross as a reaction.

use serenity::http::{LightMethod, Route};
use serenity::model::application::ComponentInteraction;
use serenity::model::channel::{Message, Reaction, ReactionType};
use serenity::model::id::{ChannelId, MessageId, UserId};
use serenity::model::permissions::Permissions;

use super::buttons;
use super::id::Id;
use super::interactions::told;
use super::manners::Manners;
use super::mending;
use super::outgoing::{self, Place, Ticket};
use super::permissions::{self, is_moderator, moderates};
use super::rest::Patience;
use super::turns::Turn;
use crate::render::discord::notice;
use crate::render::wording::manners as words;
use crate::store::Said;

/// What is missing where something could not be sent, for the log.
const ABOUT: &str = "a word about a reply that is not wanted";

/// The crosses that take a reply away: "cross mark" and "heavy multiplication x", which phones offer for it as well.
const CROSSES: [&str; 2] = ["\u{274c}", "\u{2716}"];

impl Manners {
    /// Somebody pressed the button that takes a reply away.
    pub async fn dismiss_pressed(&self, press: &ComponentInteraction, ticket: &Ticket) {
        if !self.may_decide(press) {
            let no = [notice(words::NOT_YOURS_TO_DISMISS)];
            told(ABOUT, outgoing::answer(&self.rest, ticket, Place::Private, &no).await);
            return;
        }
        told(ABOUT, outgoing::defer(&self.rest, ticket, Place::Instead).await);
        let pressed = press.message.id.get();
        // The reply may have been sent a moment ago and not be kept yet.
        let _turn = self.turn_of(&press.message).await;
        let said = self.said_in(pressed);
        self.note_dismissed(said.clone());
        if let Err(error) = mending::delete_pressed(&self.rest, ticket).await {
            tracing::warn!(%error, "a reply could not be taken away");
            let no = [notice(words::NOT_DISMISSED)];
            told(ABOUT, outgoing::follow_up(&self.rest, ticket, Place::Private, &no).await);
        }
        if let Some(said) = said {
            self.take_back(&said, &[pressed]).await;
        }
    }

    /// Somebody reacted to a message; `me` is the bot.
    pub async fn reacted(&self, reaction: Reaction, me: UserId) {
        let ReactionType::Unicode(emoji) = &reaction.emoji else { return };
        // Some clients send a selector of the colourful picture behind it.
        if !CROSSES.contains(&emoji.trim_end_matches('\u{fe0f}')) {
            return;
        }
        let Some(user) = reaction.user_id.filter(|user| *user != me) else { return };
        let known = self.said_in(reaction.message_id.get());
        // Without the store, Discord says whose message it is.
        if (known.is_none() && reaction.message_author_id != Some(me)) || !self.look(user.get()) {
            return;
        }
        // Only the first message of a reply tells whom it answers.
        let first = known.as_ref().and_then(|said| said.replies.first().copied()).filter(|id| *id != 0);
        let message = first.map_or(reaction.message_id, MessageId::new);
        let message = match self.our_message(reaction.channel_id, message).await {
            Some(message) if message.author.id == me => message,
            _ => return,
        };
        let asker = buttons::asker(&message);
        // In direct messages there is nobody else.
        let may = reaction.guild_id.is_none() || asker == Some(user) || self.is_moderator(&reaction, user).await;
        if !may {
            return;
        }
        let said = known
            .unwrap_or_else(|| Said::new(reaction.channel_id.get(), 0, vec![reaction.message_id.get()], self.now()));
        self.note_dismissed(Some(said.clone()).filter(|said| said.question != 0));
        self.take_back(&said, &[]).await;
    }

    /// The turn of the question that `message` of ours answers, if it answers one.
    async fn turn_of(&self, message: &Message) -> Option<Turn<'_>> {
        let question = message.message_reference.as_ref()?.message_id?;
        Some(self.turns.take(question.get()).await)
    }

    async fn our_message(&self, channel: ChannelId, message: MessageId) -> Option<Message> {
        let route = Route::ChannelMessage { channel_id: channel, message_id: message };
        match self.rest.call(LightMethod::Get, route, None, Patience::message()).await {
            Ok(message) => serde_json::from_value(message).ok(),
            Err(error) => {
                if !mending::is_gone(&error) {
                    tracing::warn!(%error, "a reply that somebody wants to go could not be looked at");
                }
                None
            }
        }
    }

    async fn is_moderator(&self, reaction: &Reaction, user: UserId) -> bool {
        let Some(guild) = reaction.guild_id else { return false };
        let (roles, named) =
            (reaction.member.as_ref().map(permissions::roles).unwrap_or_default(), self.moderator_roles());
        // A role that the config names is enough; his permissions have to be asked for.
        if moderates(Permissions::empty(), &roles, named) {
            return true;
        }
        match permissions::permissions_in(&self.rest, guild, reaction.channel_id, user.get(), &roles).await {
            Ok(may) => moderates(may, &roles, named),
            Err(error) => {
                tracing::warn!(%error, "it could not be found out whether somebody is a moderator");
                false
            }
        }
    }

    /// Whether whoever presses may decide about the reply: he asked, or is a moderator. In direct messages there is nobody else.
    pub(super) fn may_decide(&self, press: &ComponentInteraction) -> bool {
        buttons::asker(&press.message) == Some(press.user.id)
            || press.member.as_ref().is_none_or(|it| is_moderator(it, self.moderator_roles()))
    }

    fn moderator_roles(&self) -> &[Id] {
        &self.settings.moderator_roles
    }

    /// What is known of the reply to which our message `reply` belongs.
    fn said_in(&self, reply: u64) -> Option<Said> {
        self.parts.store.said(self.parts.store.question_of(reply)?)
    }

    /// Notes that the reply is not wanted. Before its messages are deleted: Discord tells of that as well.
    fn note_dismissed(&self, said: Option<Said>) {
        if let Some(said) = said {
            self.parts.store.remember(Said { dismissed: true, replies: Vec::new(), ..said });
        }
    }

    /// Deletes the messages of `said`, but for those that are gone already.
    pub(super) async fn take_back(&self, said: &Said, gone: &[u64]) {
        for reply in said.replies.iter().filter(|reply| **reply != 0 && !gone.contains(reply)) {
            let deleted = mending::delete(&self.rest, ChannelId::new(said.channel), MessageId::new(*reply)).await;
            if let Err(error) = deleted {
                tracing::warn!(%error, "a reply could not be taken away");
            }
        }
    }
}
