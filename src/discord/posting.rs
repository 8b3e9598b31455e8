//! "Post this as a reply": what one member has looked at in private, as a reply to another member's message.
//!
//! It pings nobody: the one whom it answers did not ask the bot. Whoever may not write in the channel cannot make the bot
//! write there either.

use std::sync::Arc;

use serenity::model::channel::{ChannelType, PartialChannel};
use serenity::model::guild::Member;
use serenity::model::id::{ChannelId, MessageId};
use serenity::model::permissions::Permissions;

use super::interactions::told;
use super::manners::{Judged, Manners, Where};
use super::mending::link;
use super::outgoing::{self, Ping, Place, Sent, Ticket};
use super::rest::CallError;
use crate::answering::{Action, ReplyKind};
use crate::metrics::Way;
use crate::render::discord::{Frame, Heard, notice};
use crate::render::wording::{discord as words, manners as said_of_manners};
use crate::store::Said;

/// His question stands above the reply. Which words it has is not known any more; that they are not the entry's is likely.
const IN_HIS_WORDS: Heard<'_> = Heard::Shown("");

/// Whether whoever interacts may write where he does: `member` brings his permissions in that channel along. In direct
/// messages there is no member, and nothing to forbid.
pub fn may_speak(member: Option<&Member>, channel: Option<&PartialChannel>) -> bool {
    use ChannelType::{NewsThread, PrivateThread, PublicThread};
    let thread = channel.is_some_and(|it| matches!(it.kind, NewsThread | PublicThread | PrivateThread));
    let needed = if thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    member.is_none_or(|it| it.permissions.is_some_and(|it| it.contains(needed)))
}

/// Posts what `action` says as a reply to the message `to` in the place `at`, as `member` wishes, and tells him what came of it.
pub async fn post(manners: &Arc<Manners>, ticket: &Ticket, (member, at): (u64, Where), to: u64, action: Action) {
    let (rest, parts) = (&manners.rest, &manners.parts);
    let channel = ChannelId::new(at.channel);
    let urgent = matches!(action, Action::Help(_));
    if let Err((sentence, _)) = manners.take_turn(urgent, member, Some(channel.get())) {
        // Beside what he looks at, whose button he will want again.
        let wait = [notice(&sentence)];
        return told("a word to wait", outgoing::answer(rest, ticket, Place::Private, &wait).await);
    }
    if let Some(sentence) = said_already(manners, at, &action) {
        return told("a word to wait", outgoing::answer(rest, ticket, Place::Private, &[notice(&sentence)]).await);
    }
    // The channel's turn may take longer than Discord gives us for an answer.
    told("a word that it takes longer", outgoing::defer(rest, ticket, Place::Instead).await);
    let outcome = try_to_post(manners, at, to, action).await;
    if outcome == words::POSTED {
        parts.metrics.sent(Way::Interaction, ticket.received.elapsed());
    }
    told("the outcome of a posting", outgoing::answer_late(rest, ticket, Place::Instead, &[notice(outcome)]).await);
}

/// What is said to whoever wants posted what was said in that channel a moment ago; `None` if it was not.
fn said_already(manners: &Manners, at: Where, action: &Action) -> Option<String> {
    let Action::Show(entry) = action else { return None };
    // Where there is no server nobody else reads it.
    at.guild?;
    match manners.judge_entries(&[entry], Where { interaction: false, ..at }, manners.now()) {
        Judged::SaidAlready { link: Some(link), until } => Some(said_of_manners::answered_above(&link, until)),
        Judged::SaidAlready { link: None, until } => Some(said_of_manners::shown_to_you_alone(until)),
        _ => None,
    }
}

/// Gives the sentence that tells what came of it.
async fn try_to_post(manners: &Arc<Manners>, at: Where, to: u64, action: Action) -> &'static str {
    let (rest, parts, channel) = (&manners.rest, &manners.parts, ChannelId::new(at.channel));
    if to == 0 {
        return words::STALE_BUTTON;
    }
    if parts.store.said(to).is_some() {
        return words::ALREADY_REPLIED;
    }
    let at_work = Arc::clone(manners);
    let thinking = tokio::task::spawn_blocking(move || {
        let reply = at_work.parts.answers.act(&action)?;
        Some((at_work.prepare(&reply, IN_HIS_WORDS, Frame::Embed, true), reply.kind))
    });
    let Ok(thought) = thinking.await else {
        parts.metrics.panicked();
        return words::BROKEN;
    };
    let Some((messages, kind)) = thought else { return words::STALE_BUTTON };
    // Held until it is sent.
    let _place = matches!(kind, ReplyKind::Urgent(_)).then(|| rest.lanes().hurry(channel.get(), to));
    let Sent { ids, ended } = outgoing::reply(rest, channel, MessageId::new(to), &messages, Ping::Nobody).await;
    if !ids.is_empty() {
        let entry = if let ReplyKind::Answer(answer) = &kind { Some(answer.id.clone()) } else { None };
        let replies = ids.iter().map(|it| it.get()).collect();
        parts.store.remember(Said {
            entry,
            urgent: matches!(kind, ReplyKind::Urgent(_)),
            chosen: true,
            ..Said::new(channel.get(), to, replies, (parts.now)())
        });
    }
    if let ReplyKind::Urgent(urgent) = &kind {
        let link = async || at.guild.map(|guild| link(Some(guild), at.channel, Some(to)));
        manners.tell_moderators(urgent, to, link).await;
    }
    match ended {
        Ok(()) => words::POSTED,
        // Missing access, missing permissions, no reading of the history.
        Err(CallError::Refused { code: 50001 | 50013 | 160_002, .. }) => words::I_MAY_NOT_WRITE,
        Err(CallError::Overtaken) => words::TOO_MANY_WAIT,
        Err(error) => {
            tracing::warn!(%error, "a reply could not be posted");
            words::BROKEN
        }
    }
}
