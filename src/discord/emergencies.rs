//! What an emergency brings along: moderators are told of it, and help comes privately where the operator wants that.

use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, UserId};

use super::manners::{Manners, Where};
use super::mending;
use super::outgoing::{Sent, Ticket};
use super::permissions::id;
use super::rest::Patience;
use crate::answering::Urgent;
use crate::render::discord::{Message as Rendered, notice};
use crate::render::wording::manners as words;
use crate::store::Mark;

impl Manners {
    /// Tells moderators of an emergency, once for each message `of`: which kind, and where (`link`), never the words. `of` is
    /// the member's message, or the interaction.
    pub async fn tell_moderators(&self, urgent: &Urgent, of: u64, link: impl AsyncFnOnce() -> Option<String>) {
        let Some(channel) = self.settings.moderators_channel.filter(|_| self.settings.urgent.tell_moderators) else {
            return;
        };
        let mark = Mark::EmergencyTold(of);
        if !self.parts.store.set(mark, self.now()) {
            return;
        }
        let message = notice(&words::emergency(&urgent.title, link().await.as_deref()));
        let told = mending::tell(&self.rest, ChannelId::new(channel.get()), &message, &format!("{of}-u")).await;
        if let Err(error) = told {
            self.parts.store.unset(mark);
            tracing::error!(%error, channel = channel.get(), "moderators could not be told of an emergency");
        }
    }

    /// The address of the answer to the interaction `ticket`, if others can open it. Discord does not say which message an
    /// answer became, so it is asked; if that fails, the channel has to do.
    pub(super) async fn link_of_answer(&self, ticket: &Ticket, at: Where) -> Option<String> {
        if !at.public {
            return None;
        }
        let route =
            Route::WebhookOriginalInteractionResponse { application_id: ticket.application, token: &ticket.token };
        let answer = self.rest.call(LightMethod::Get, route, None, Patience::message()).await.unwrap_or_default();
        Some(mending::link(at.guild, at.channel, id(&answer["id"])))
    }

    /// Whether help in an emergency is for the one who is in danger alone.
    pub fn help_is_private(&self) -> bool {
        self.settings.urgent.private
    }

    /// Sends `messages` to `user` directly. Gives the channel, and what became of them; `None` if the member takes no
    /// messages, or Discord did not say where.
    pub(super) async fn write_directly(
        &self,
        user: UserId,
        of: u64,
        messages: &[Rendered],
    ) -> Option<(ChannelId, Sent)> {
        let channel = match mending::direct_channel(&self.rest, user).await {
            Ok(channel) => channel,
            Err(error) => {
                tracing::warn!(%error, "a member could not be written to directly");
                return None;
            }
        };
        let mut ids = Vec::new();
        for (nth, message) in messages.iter().enumerate() {
            match mending::tell(&self.rest, channel, message, &format!("{of}-d{nth}")).await {
                Ok(id) => ids.push(id),
                // Most often: the member takes no direct messages from the server (50007).
                Err(error) if ids.is_empty() => {
                    tracing::info!(%error, "a member could not be written to directly");
                    return None;
                }
                Err(error) => return Some((channel, Sent { ids, ended: Err(error) })),
            }
        }
        Some((channel, Sent { ids, ended: Ok(()) }))
    }

    /// The bot may not write in `channel`, where `asker` asked: he is told directly, with the reply, the first time that it
    /// happens there. Help in an emergency reaches him each time.
    pub(super) async fn may_not_write(
        &self,
        channel: ChannelId,
        asker: UserId,
        of: u64,
        urgent: bool,
        messages: &[Rendered],
    ) -> Option<(ChannelId, Sent)> {
        let first = self.parts.store.set(Mark::MayNotWrite(channel.get()), self.now());
        if first {
            tracing::warn!(
                channel = channel.get(),
                "the bot may not write where it is asked; it needs View Channel, Send Messages (in threads: Send Messages in \
                 Threads), Embed Links and Read Message History there"
            );
        }
        if !first && !urgent {
            return None;
        }
        let mut all = vec![notice(&words::may_not_write(&format!("<#{channel}>")))];
        if urgent {
            // Help comes before all else.
            all.splice(0..0, messages.iter().cloned());
        } else {
            all.extend(messages.iter().cloned());
        }
        self.write_directly(asker, of, &all).await
    }
}
