//! Messages that were sent, changed or taken back; and messages that answer nobody.

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, MessageId, UserId};

use super::outgoing::{Ticket, body, post, whole_body};
use super::permissions::id;
use super::rest::{CallError, Patience, Rest};
use crate::render::discord::Message;

/// Message flag: no notification (Resources › Message › Message Flags).
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// "Unknown Channel" and "Unknown Message" (Topics › Opcodes and Status Codes › JSON Error Codes).
const GONE: [i64; 2] = [10003, 10008];
/// "Missing Access", "Missing Permissions", and a reply where the history may not be read.
const NOT_ALLOWED: [i64; 3] = [50001, 50013, 160_002];

/// Whether what was to be changed, or where it was, is not there any more.
pub fn is_gone(error: &CallError) -> bool {
    matches!(error, CallError::Refused { code, .. } if GONE.contains(code))
}

/// Whether the bot may not do this there.
pub fn is_not_allowed(error: &CallError) -> bool {
    matches!(error, CallError::Refused { status: 403, code, .. } if NOT_ALLOWED.contains(code))
}

/// Puts `message` in the place of our message `old`. Tells whether it is shown whole: where the bot may not embed links,
/// Discord leaves embeds out.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn edit(rest: &Rest, channel: ChannelId, old: MessageId, message: &Message) -> Result<bool, CallError> {
    let route = Route::ChannelMessage { channel_id: channel, message_id: old };
    let edited = rest.call(LightMethod::Patch, route, Some(&whole_body(message)), Patience::message()).await?;
    Ok(edited["embeds"].as_array().map_or(0, Vec::len) >= message.embeds.len())
}

/// Takes our message `old` back. One that is not there any more is taken back.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn delete(rest: &Rest, channel: ChannelId, old: MessageId) -> Result<(), CallError> {
    let route = Route::ChannelMessage { channel_id: channel, message_id: old };
    match rest.call(LightMethod::Delete, route, None, Patience::message()).await {
        Err(error) if is_gone(&error) => Ok(()),
        done => done.map(drop),
    }
}

/// Takes back the message whose button was pressed; also where the bot has no access but by the press.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn delete_pressed(rest: &Rest, ticket: &Ticket) -> Result<(), CallError> {
    let route = Route::WebhookOriginalInteractionResponse { application_id: ticket.application, token: &ticket.token };
    match rest.call(LightMethod::Delete, route, None, Patience::message()).await {
        Err(error) if is_gone(&error) => Ok(()),
        done => done.map(drop),
    }
}

/// Posts `message` in `channel`, in reply to nobody. Two with the same `nonce` are one.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn tell(rest: &Rest, channel: ChannelId, message: &Message, nonce: &str) -> Result<MessageId, CallError> {
    rest.in_lane(channel, tell_at_once(rest, channel, message, nonce)).await
}

/// The same beside those who wait for their turn in the channel.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn tell_at_once(
    rest: &Rest,
    channel: ChannelId,
    message: &Message,
    nonce: &str,
) -> Result<MessageId, CallError> {
    let mut body = body(message);
    body["nonce"] = json!(nonce);
    body["enforce_nonce"] = json!(true);
    post(rest, channel, body).await
}

/// Replies to the message `to` with something that is worth no notification: it pings nobody and is silent.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn reply_quietly(
    rest: &Rest,
    channel: ChannelId,
    to: MessageId,
    message: &Message,
) -> Result<MessageId, CallError> {
    let mut body = body(message);
    body["message_reference"] = json!({ "message_id": to.to_string(), "fail_if_not_exists": false });
    body["allowed_mentions"]["replied_user"] = json!(false);
    body["flags"] = json!(body["flags"].as_u64().unwrap_or(0) | SUPPRESS_NOTIFICATIONS);
    body["nonce"] = json!(format!("{to}-q"));
    body["enforce_nonce"] = json!(true);
    rest.in_turn(channel, to, post(rest, channel, body)).await?
}

/// The channel of the direct messages with `user`.
///
/// # Errors
/// If Discord refuses or does not answer. That it names a channel does not mean that the member takes messages.
pub async fn direct_channel(rest: &Rest, user: UserId) -> Result<ChannelId, CallError> {
    let body = json!({ "recipient_id": user.to_string() });
    let channel = rest.call(LightMethod::Post, Route::UserMeDmChannels, Some(&body), Patience::message()).await?;
    let none = || CallError::Unmade("Discord did not say which channel".to_owned());
    id(&channel["id"]).map(ChannelId::new).ok_or_else(none)
}

/// What Discord knows of a channel.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn channel(rest: &Rest, channel: ChannelId) -> Result<Value, CallError> {
    rest.call(LightMethod::Get, Route::Channel { channel_id: channel }, None, Patience::message()).await
}

/// The address of a message, for people.
pub fn link(guild: Option<u64>, channel: u64, message: Option<u64>) -> String {
    let guild = guild.map_or_else(|| "@me".to_owned(), |it| it.to_string());
    let message = message.map_or_else(String::new, |it| format!("/{it}"));
    format!("https://discord.com/channels/{guild}/{channel}{message}")
}
