//! What one member is told by a direct message, since it cannot be said where he asked: the bot may not write there, or too
//! many asked at once.

use jiff::{SignedDuration, Timestamp};
use serenity::model::id::{ChannelId, UserId};

use super::correspondence::To;
use super::manners::Manners;
use super::outgoing::Sent;
use super::{lock, mending};
use crate::render::discord::{Message as Rendered, notice};
use crate::render::wording::manners as words;
use crate::store::Mark;

/// After how long without a reply that had to make room a burst is over for a member. A queue of the default length takes a
/// minute to go by; whoever is in the next one five minutes later has forgotten the word about the last.
const BURST: SignedDuration = SignedDuration::from_mins(5);

impl Manners {
    /// A reply to the message `to` had to make room for newer ones. Whoever asked is told `sentence` directly, once in a burst.
    ///
    /// That goes beside the queues, which are full: the word must neither wait in one nor push another reply out of it.
    pub(super) async fn tell_overtaken(&self, to: To, sentence: &str) {
        if !self.is_first_of_burst(to.author.get()) {
            return;
        }
        // One after the other: Discord minds a bot that opens many direct channels at the same moment.
        let _turn = self.telling.lock().await;
        let channel = match to.guild {
            None => Ok(to.channel),
            Some(_) => mending::direct_channel(&self.rest, to.author).await,
        };
        let told = match channel {
            Ok(channel) => mending::tell_at_once(&self.rest, channel, &notice(sentence), &format!("{}-o", to.message))
                .await
                .map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::info!(%error, "somebody whose reply had to make room could not be told so");
        }
    }

    /// Whether no reply to `member` had to make room for a while.
    fn is_first_of_burst(&self, member: u64) -> bool {
        let now = self.now();
        let goes_on = |at: &Timestamp| now.duration_since(*at) <= BURST;
        let mut overtaken = lock(&self.overtaken);
        overtaken.retain(|_, at| goes_on(at));
        overtaken.insert(member, now).is_none()
    }

    /// Sends `messages` to `user` directly, beside whatever waits there: it may be help. Gives the channel, and what became of
    /// them; `None` if the member takes no messages, or Discord did not say where.
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
            match mending::tell_at_once(&self.rest, channel, message, &format!("{of}-d{nth}")).await {
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
