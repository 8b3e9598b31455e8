//! What an emergency brings along: moderators are told of it, and help comes privately where the operator wants that.

use serenity::http::{LightMethod, Route};
use serenity::model::id::ChannelId;

use super::manners::{Manners, Where};
use super::mending;
use super::outgoing::Ticket;
use super::permissions::id;
use super::rest::Patience;
use crate::answering::Urgent;
use crate::render::discord::notice;
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
}
