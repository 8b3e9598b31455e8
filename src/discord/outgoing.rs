//! Rendered messages on their way to Discord: as JSON, and by which request.
//!
//! Whatever leaves here pings nobody; only the reply to a message pings whoever wrote that message.

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ApplicationId, ChannelId, InteractionId, MessageId};
use tokio::time::Instant;

use super::rest::{CallError, Patience, Rest};
use crate::answering::Action;
use crate::faq::Suggestion;
use crate::render::discord::{Button, Choice, Embed, Message, Row, notice};
use crate::render::staff::Sheet;
use crate::render::wording::discord as words;
use crate::render::{custom_id, fit, limits};

/// Message flag: links open no previews (Resources › Message › Message Flags).
const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// Message flag: only whoever pressed or typed sees it.
const EPHEMERAL: u64 = 1 << 6;

/// "Invalid Form Body": Discord did not like what we sent (Topics › Opcodes and Status Codes › JSON Error Codes).
const INVALID_BODY: i64 = 50035;
/// "Missing Permissions", also for an embed where links may not be embedded.
const NO_PERMISSION: i64 = 50013;
/// "Cannot send an empty message": what is left of an answer when its embed is left out.
const EMPTY_MESSAGE: i64 = 50006;
/// "Interaction has already been acknowledged": a try whose answer was lost on the way did arrive.
const ALREADY_ANSWERED: i64 = 40060;

/// An interaction that waits for its answer.
#[derive(Clone)]
pub struct Ticket {
    pub application: ApplicationId,
    pub id: InteractionId,
    /// Lets its holder answer this interaction for 15 minutes: not for logs.
    pub token: String,
    /// When it came in.
    pub received: Instant,
}

/// Where the answer to an interaction appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// As a new message that all can see.
    Public,
    /// As a new message that only the asker can see.
    Private,
    /// In place of the message whose button was pressed.
    Instead,
}

/// Whom a reply to a message pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ping {
    /// Whoever wrote that message: he asked.
    Asker,
    /// Nobody, because somebody else wanted the reply.
    Nobody,
}

/// Sends `messages` as a reply to the message `to` in `channel`, in its turn (`lanes`).
///
/// A nonce made of the asker's message keeps a second try, or an event that Discord delivers twice, from becoming a second
/// reply.
///
/// If a message could not be sent, those behind it are not sent either. Whether the bot may embed links in `channel` shows
/// only here: Discord refuses an embed, or leaves it out. Then the same is said as text.
pub async fn reply(rest: &Rest, channel: ChannelId, to: MessageId, messages: &[Message], ping: Ping) -> Sent {
    let sending = async {
        let unframed = messages.first().map_or(&[][..], |first| &first.unframed);
        let mut in_turn = InTurn { rest, channel, to, ping, next: 0, frameless: None };
        let sent = in_turn.send(messages).await;
        match (&sent.ended, in_turn.frameless, unframed.split_first()) {
            (Err(error), _, Some(_)) if may_be_the_embed(error) && sent.ids.is_empty() => in_turn.send(unframed).await,
            (Ok(()), Some(frameless), Some((first, others))) => {
                let route = Route::ChannelMessage { channel_id: channel, message_id: frameless };
                let body = whole_body(first);
                let edited = rest.call(LightMethod::Patch, route, Some(&body), Patience::message()).await;
                let Sent { ids, ended } = in_turn.send(others).await;
                Sent { ids: sent.ids.into_iter().chain(ids).collect(), ended: edited.map(drop).and(ended) }
            }
            _ => sent,
        }
    };
    match rest.in_turn(channel, to, sending).await {
        Ok(sent) => sent,
        Err(error) => Sent { ids: Vec::new(), ended: Err(error) },
    }
}

/// The messages of one reply, one after the other.
struct InTurn<'a> {
    rest: &'a Rest,
    channel: ChannelId,
    to: MessageId,
    ping: Ping,
    /// The number of the next message. None is used twice: what was refused is no first try of what takes its place.
    next: usize,
    /// The first message whose embeds Discord left out.
    frameless: Option<MessageId>,
}

impl InTurn<'_> {
    async fn send(&mut self, messages: &[Message]) -> Sent {
        let mut ids = Vec::new();
        for message in messages {
            // Only what comes first refers to the asker's message.
            let first = ids.is_empty() && self.frameless.is_none();
            let body = |message| reply_body(self.to, self.next, first, message, self.ping);
            let sent = post_for_embeds(self.rest, self.channel, body(message)).await;
            if is_invalid(&sent) {
                // Better a word than silence, and the log tells the operator.
                let apology = post(self.rest, self.channel, body(&notice(words::BROKEN))).await;
                ids.extend(apology.ok());
            }
            self.next += 1;
            match sent {
                Ok((id, embeds)) => {
                    ids.push(id);
                    if embeds < message.embeds.len() && self.frameless.is_none() {
                        self.frameless = Some(id);
                    }
                }
                Err(error) => return Sent { ids, ended: Err(error) },
            }
        }
        Sent { ids, ended: Ok(()) }
    }
}

/// What became of several messages that belong together.
#[derive(Debug)]
pub struct Sent {
    /// The messages that were posted, in their order; also if it went wrong in the end.
    pub ids: Vec<MessageId>,
    pub ended: Result<(), CallError>,
}

/// Posts a message in `channel`, and gives its id.
pub(super) async fn post(rest: &Rest, channel: ChannelId, body: Value) -> Result<MessageId, CallError> {
    post_for_embeds(rest, channel, body).await.map(|(id, _)| id)
}

/// The same, and gives as well how many of its embeds Discord took.
async fn post_for_embeds(rest: &Rest, channel: ChannelId, body: Value) -> Result<(MessageId, usize), CallError> {
    let route = Route::ChannelMessages { channel_id: channel };
    let posted = rest.call(LightMethod::Post, route, Some(&body), Patience::message()).await?;
    let id = posted["id"].as_str().and_then(|it| it.parse().ok()).filter(|id| *id != 0);
    let id = id.map(MessageId::new);
    let id = id.ok_or_else(|| CallError::Unmade("Discord did not say which message was posted".to_owned()))?;
    Ok((id, posted["embeds"].as_array().map_or(0, Vec::len)))
}

/// Answers the interaction with `messages` at `place`, the first at once, the others behind it.
///
/// # Errors
/// If a message could not be sent.
pub async fn answer(rest: &Rest, ticket: &Ticket, place: Place, messages: &[Message]) -> Result<(), CallError> {
    let Some((first, others)) = messages.split_first() else { return Ok(()) };
    let sent = callback(rest, ticket, &callback_body(place, first)).await;
    if is_invalid(&sent) {
        callback(rest, ticket, &callback_body(Place::Private, &notice(words::BROKEN))).await?;
    }
    sent?;
    follow_up(rest, ticket, place, others).await
}

/// Tells Discord that the answer will come later, by [`answer_late`].
///
/// # Errors
/// If Discord could not be told in time.
pub async fn defer(rest: &Rest, ticket: &Ticket, place: Place) -> Result<(), CallError> {
    callback(rest, ticket, &defer_body(place)).await
}

/// Answers an interaction that was deferred to the same `place`.
///
/// # Errors
/// If a message could not be sent.
pub async fn answer_late(rest: &Rest, ticket: &Ticket, place: Place, messages: &[Message]) -> Result<(), CallError> {
    let Some((first, others)) = messages.split_first() else { return Ok(()) };
    let route =
        || Route::WebhookOriginalInteractionResponse { application_id: ticket.application, token: &ticket.token };
    let body = whole_body(first);
    let sent = rest.call(LightMethod::Patch, route(), Some(&body), Patience::message()).await.map(drop);
    if is_invalid(&sent) {
        let body = whole_body(&notice(words::BROKEN));
        rest.call(LightMethod::Patch, route(), Some(&body), Patience::message()).await?;
    }
    sent?;
    follow_up(rest, ticket, place, others).await
}

/// Answers at `place` an interaction that was deferred to `deferred`, which is another.
///
/// What follows a public word that the answer will be later takes its place, and is as public as that: so the word goes first.
/// (Interactions › Receiving and Responding › Followup Messages.)
///
/// # Errors
/// If a message could not be sent. What is for one alone is not sent for all to see.
pub async fn answer_elsewhere(
    rest: &Rest,
    ticket: &Ticket,
    deferred: Place,
    place: Place,
    messages: &[Message],
) -> Result<(), CallError> {
    if deferred == Place::Public {
        let route =
            Route::WebhookOriginalInteractionResponse { application_id: ticket.application, token: &ticket.token };
        rest.call(LightMethod::Delete, route, None, Patience::message()).await?;
    }
    follow_up(rest, ticket, place, messages).await
}

/// Answers an interaction that was deferred privately with `sheet`, and the file that belongs to it.
///
/// # Errors
/// If it could not be sent.
pub async fn answer_late_with(rest: &Rest, ticket: &Ticket, sheet: &Sheet) -> Result<(), CallError> {
    let Some(file) = &sheet.file else {
        return answer_late(rest, ticket, Place::Private, std::slice::from_ref(&sheet.message)).await;
    };
    let route = Route::WebhookOriginalInteractionResponse { application_id: ticket.application, token: &ticket.token };
    let mut body = whole_body(&sheet.message);
    // The id says which of the files beside the body is meant.
    body["attachments"] = json!([{ "id": "0", "filename": file.name }]);
    rest.upload(LightMethod::Patch, route, &body, file, Patience::message()).await.map(drop)
}

/// Shows `messages` privately behind an answer, with controls that do nothing.
///
/// # Errors
/// If a message could not be sent.
pub async fn show(rest: &Rest, ticket: &Ticket, messages: &[Message]) -> Result<(), CallError> {
    for message in messages {
        let mut body = body(message);
        body["flags"] = json!(flags(message) | EPHEMERAL);
        let rows = body["components"].as_array_mut().into_iter().flatten();
        for control in rows.filter_map(|row| row["components"].as_array_mut()).flatten() {
            control["disabled"] = json!(true);
        }
        let route = Route::WebhookFollowupMessages { application_id: ticket.application, token: &ticket.token };
        rest.call(LightMethod::Post, route, Some(&body), Patience::message()).await?;
    }
    Ok(())
}

/// Posts `message` in `channel`, in the channel's turn; it answers nobody.
///
/// # Errors
/// If it could not be sent.
pub async fn say(rest: &Rest, channel: ChannelId, message: &Message) -> Result<(), CallError> {
    rest.in_lane(channel, post(rest, channel, body(message))).await.map(drop)
}

/// Offers `suggestions` to somebody who is typing.
///
/// # Errors
/// If they could not be sent in time. Nothing is lost: the next letter asks again.
pub async fn suggest(rest: &Rest, ticket: &Ticket, suggestions: &[Suggestion]) -> Result<(), CallError> {
    callback(rest, ticket, &choices_body(suggestions)).await
}

/// Answers the interaction with `body`, as Create Interaction Response wants it.
///
/// # Errors
/// If Discord could not be told in time.
pub async fn callback(rest: &Rest, ticket: &Ticket, body: &Value) -> Result<(), CallError> {
    let route = Route::InteractionResponse { interaction_id: ticket.id, token: &ticket.token };
    match rest.call(LightMethod::Post, route, Some(body), Patience::interaction(ticket.received)).await {
        Err(CallError::Refused { code: ALREADY_ANSWERED, .. }) => Ok(()),
        answered => answered.map(drop),
    }
}

/// Sends `messages` behind an answer; privately, unless that was public.
///
/// # Errors
/// If a message could not be sent.
pub async fn follow_up(rest: &Rest, ticket: &Ticket, place: Place, messages: &[Message]) -> Result<(), CallError> {
    for message in messages {
        let mut body = body(message);
        if place != Place::Public {
            body["flags"] = json!(flags(message) | EPHEMERAL);
        }
        let route = Route::WebhookFollowupMessages { application_id: ticket.application, token: &ticket.token };
        rest.call(LightMethod::Post, route, Some(&body), Patience::message()).await?;
    }
    Ok(())
}

/// Whether Discord refused a message perhaps for its embed alone.
pub(super) fn may_be_the_embed(error: &CallError) -> bool {
    matches!(error, CallError::Refused { code: NO_PERMISSION | EMPTY_MESSAGE, .. })
}

fn is_invalid<T>(sent: &Result<T, CallError>) -> bool {
    matches!(sent, Err(CallError::Refused { status: 400, code: INVALID_BODY, .. }))
}

/// The `nth` message of the reply to the message `to`, as Create Message wants it. The `first` one refers to that message.
pub fn reply_body(to: MessageId, nth: usize, first: bool, message: &Message, ping: Ping) -> Value {
    let mut body = body(message);
    if first {
        // The asker may delete the question while we think.
        body["message_reference"] = json!({ "message_id": to.to_string(), "fail_if_not_exists": false });
        body["allowed_mentions"]["replied_user"] = json!(ping == Ping::Asker);
    }
    // What somebody else wanted must not be taken for a second try of what the asker wanted.
    let mark = if ping == Ping::Asker { "" } else { "p" };
    body["nonce"] = json!(format!("{to}-{mark}{nth}"));
    body["enforce_nonce"] = json!(true);
    body
}

/// The answer to an interaction.
pub fn callback_body(place: Place, message: &Message) -> Value {
    match place {
        Place::Public => json!({ "type": 4, "data": body(message) }),
        Place::Private => {
            let mut data = body(message);
            data["flags"] = json!(flags(message) | EPHEMERAL);
            json!({ "type": 4, "data": data })
        }
        Place::Instead => json!({ "type": 7, "data": whole_body(message) }),
    }
}

fn defer_body(place: Place) -> Value {
    match place {
        Place::Public => json!({ "type": 5 }),
        Place::Private => json!({ "type": 5, "data": { "flags": EPHEMERAL } }),
        Place::Instead => json!({ "type": 6 }),
    }
}

/// What is offered to somebody who is typing. Each choice stands for the action that shows its entry, so picking one finds
/// exactly that.
pub fn choices_body(suggestions: &[Suggestion]) -> Value {
    let mut choices: Vec<Value> = Vec::new();
    for it in suggestions {
        let name = fit::label(&it.text, limits::CHOICE_NAME);
        let Some(value) = custom_id::of(&Action::Show(it.id.clone())) else { continue };
        // Discord refuses a list that has a blank choice, or one twice.
        if name.is_empty() || choices.iter().any(|it| it["name"] == name.as_str() || it["value"] == value.as_str()) {
            continue;
        }
        choices.push(json!({ "name": name, "value": value }));
        if choices.len() == limits::CHOICES {
            break;
        }
    }
    json!({ "type": 8, "data": { "choices": choices } })
}

pub(super) fn flags(message: &Message) -> u64 {
    if message.no_previews { SUPPRESS_EMBEDS } else { 0 }
}

/// `message` with what it has; for messages that are made.
pub(super) fn body(message: &Message) -> Value {
    let mut body = json!({ "allowed_mentions": { "parse": [] } });
    if !message.content.is_empty() {
        body["content"] = json!(message.content);
    }
    if !message.embeds.is_empty() {
        body["embeds"] = message.embeds.iter().map(embed).collect();
    }
    if !message.rows.is_empty() {
        body["components"] = message.rows.iter().map(row).collect();
    }
    if flags(message) != 0 {
        body["flags"] = json!(flags(message));
    }
    body
}

/// `message` with what it has and what it has not; for messages that take the place of another.
pub(super) fn whole_body(message: &Message) -> Value {
    json!({
        "content": message.content,
        "embeds": message.embeds.iter().map(embed).collect::<Vec<_>>(),
        "components": message.rows.iter().map(row).collect::<Vec<_>>(),
        "allowed_mentions": { "parse": [] },
        "flags": flags(message),
    })
}

fn embed(embed: &Embed) -> Value {
    let mut value = json!({});
    if !embed.title.is_empty() {
        value["title"] = json!(embed.title);
    }
    if !embed.description.is_empty() {
        value["description"] = json!(embed.description);
    }
    if !embed.fields.is_empty() {
        value["fields"] = embed.fields.iter().map(|it| json!({ "name": it.name, "value": it.value })).collect();
    }
    if !embed.footer.is_empty() {
        value["footer"] = json!({ "text": embed.footer });
    }
    value
}

// Component types and button styles: Components › Reference.

fn row(row: &Row) -> Value {
    let inside = match row {
        Row::Buttons(buttons) => buttons.iter().map(button).collect(),
        Row::Select(select) => vec![json!({
            "type": 3,
            "custom_id": select.id,
            "placeholder": select.placeholder,
            "options": select.options.iter().map(option).collect::<Vec<_>>(),
        })],
    };
    json!({ "type": 1, "components": inside })
}

fn option(choice: &Choice) -> Value {
    let mut option = json!({ "label": choice.label, "value": choice.id });
    if !choice.more.is_empty() {
        option["description"] = json!(choice.more);
    }
    option
}

fn button(button: &Button) -> Value {
    // Style 2 is the grey one: no colour says what a button does.
    json!({ "type": 2, "style": 2, "label": button.label, "custom_id": button.id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::EntryId;

    fn suggestion(id: &str, text: &str) -> Suggestion {
        Suggestion { id: EntryId::new(id), text: text.to_owned() }
    }

    #[test]
    fn choices_are_at_most_25_of_100_characters_and_none_twice() {
        let mut offered = vec![
            suggestion("a", "Is it safe?"),
            suggestion("b", "Is it safe?"),
            suggestion("c", " "),
            suggestion("long-one", &"word ".repeat(40)),
        ];
        offered.extend((0..40).map(|nth| suggestion(&format!("x{nth}"), &format!("Question {nth}?"))));
        let body = choices_body(&offered);
        let choices = body["data"]["choices"].as_array().unwrap();
        assert_eq!(choices.len(), limits::CHOICES);
        assert_eq!(choices[0], json!({ "name": "Is it safe?", "value": "c1:show:a" }));
        assert_eq!(choices[1]["value"], "c1:show:long-one");
        assert!(choices[1]["name"].as_str().unwrap().ends_with("word…"));
        assert!(choices.iter().all(|it| limits::len(it["name"].as_str().unwrap()) <= limits::CHOICE_NAME));
        assert_eq!(choices[2]["name"], "Question 0?");
    }

    #[test]
    fn a_nonce_fits_for_the_greatest_id_there_can_be() {
        let body = reply_body(MessageId::new(u64::MAX - 1), 999, true, &notice("x"), Ping::Nobody);
        assert!(limits::len(body["nonce"].as_str().unwrap()) <= limits::NONCE);
    }
}
