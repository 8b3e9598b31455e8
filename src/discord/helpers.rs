//! "Ask a person": the helpers' channel learns of a question, once, and nobody is pinged.

use serde_json::json;
use serenity::http::{LightMethod, Route};
use serenity::model::application::ComponentInteraction;
use serenity::model::channel::MessageFlags;
use serenity::model::id::{ChannelId, MessageId};

use super::interactions::told;
use super::manners::Manners;
use super::mending::{self, link};
use super::outgoing::{self, Place, Ticket};
use super::permissions::id;
use super::rest::Patience;
use crate::render::discord::{notice, quote};
use crate::render::wording::manners as words;
use crate::store::Mark;

/// What is missing where something could not be sent, for the log.
const ABOUT: &str = "a word about helpers";

/// After how many minutes without a message Discord hides a thread: a day.
const THREAD_MINUTES: u32 = 1440;

impl Manners {
    /// Somebody pressed "Ask a person".
    pub async fn person_pressed(&self, press: &ComponentInteraction, ticket: &Ticket) {
        let word = |sentence: &str| [notice(sentence)];
        let Some(channel) = self.settings.helpers.channel else {
            told(ABOUT, outgoing::answer(&self.rest, ticket, Place::Private, &word(words::NO_HELPERS)).await);
            return;
        };
        if !self.may_decide(press) {
            told(ABOUT, outgoing::answer(&self.rest, ticket, Place::Private, &word(words::NOT_YOUR_QUESTION)).await);
            return;
        }
        let mark = Mark::HelpersAsked(question(press).unwrap_or(press.message.id.get()));
        if !self.parts.store.set(mark, self.now()) {
            told(ABOUT, outgoing::answer(&self.rest, ticket, Place::Private, &word(words::HELPERS_KNOW)).await);
            return;
        }
        // A thread and a message may take longer than Discord gives us for an answer.
        told(ABOUT, outgoing::defer(&self.rest, ticket, Place::Private).await);
        let outcome = match self.call_helpers(press, ChannelId::new(channel.get())).await {
            Some(outcome) => outcome,
            None => {
                self.parts.store.unset(mark);
                words::HELPERS_NOT_REACHED.to_owned()
            }
        };
        told(ABOUT, outgoing::answer_late(&self.rest, ticket, Place::Private, &word(&outcome)).await);
    }

    /// Opens a thread if that is wanted and possible, and writes to the helpers' `channel`. Gives what the asker is told;
    /// `None` if the helpers could not be reached.
    async fn call_helpers(&self, press: &ComponentInteraction, channel: ChannelId) -> Option<String> {
        let alone = press.message.flags.is_some_and(|it| it.contains(MessageFlags::EPHEMERAL));
        // What only the asker sees, helpers cannot open: they are shown the words.
        let visible = press.guild_id.is_some() && !alone;
        let place = question(press).unwrap_or(press.message.id.get());
        let link = visible.then(|| link(press.guild_id.map(|it| it.get()), press.channel_id.get(), Some(place)));
        let thread = if visible && self.settings.helpers.thread { self.open_thread(press, place).await } else { None };
        let thread = thread.map(|id| format!("<#{id}>"));
        let quote = if visible { String::new() } else { asked(press) };
        let who = format!("<@{}>", press.user.id);
        let message = notice(&words::person_wanted(&who, link.as_deref(), thread.as_deref(), &quote));
        match mending::tell(&self.rest, channel, &message, &format!("{}-h", press.id)).await {
            Ok(_) => Some(words::helpers_told(thread.as_deref(), !quote.is_empty())),
            Err(error) => {
                tracing::error!(%error, channel = channel.get(), "the helpers' channel could not be written to");
                // Whoever reads the channel sees a thread, too.
                thread.map(|thread| words::helpers_told(Some(&thread), false))
            }
        }
    }

    /// Opens a thread at the message `at`. Where there can be none (in another thread, without the permission, or because
    /// there is one already), there is none.
    async fn open_thread(&self, press: &ComponentInteraction, at: u64) -> Option<u64> {
        if at == 0 {
            return None;
        }
        let route = Route::ChannelMessageThreads { channel_id: press.channel_id, message_id: MessageId::new(at) };
        let body = json!({ "name": words::THREAD_NAME, "auto_archive_duration": THREAD_MINUTES });
        match self.rest.call(LightMethod::Post, route, Some(&body), Patience::message()).await {
            Ok(thread) => id(&thread["id"]),
            Err(error) => {
                tracing::info!(%error, "no thread could be opened for a question; the helpers' channel alone is told");
                None
            }
        }
    }
}

/// The message that the pressed reply answers, if it answers one.
fn question(press: &ComponentInteraction) -> Option<u64> {
    let referenced = press.message.referenced_message.as_ref().map(|it| it.id.get());
    let reference = || press.message.message_reference.as_ref().and_then(|it| it.message_id).map(|it| it.get());
    referenced.or_else(reference)
}

/// What was asked, harmless and cut, where helpers cannot look for themselves: the message that was answered, or the
/// quotation in our reply.
fn asked(press: &ComponentInteraction) -> String {
    match &press.message.referenced_message {
        Some(question) => quote(&question.content),
        None => {
            press.message.content.lines().next().filter(|line| line.starts_with("> ")).unwrap_or_default().to_owned()
        }
    }
}
