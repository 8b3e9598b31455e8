//! What channels hold: messages that are posted, looked at, edited and deleted; threads; direct messages; who may do what.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::events::{self, DIRECT};
use super::{BOT, FakeDiscord, GUILD, Shared};

/// All messages that stand somewhere, and what is said of channels and of the server.
#[derive(Default)]
pub struct Shelf {
    messages: Mutex<BTreeMap<u64, Value>>,
    channels: Mutex<HashMap<u64, Value>>,
    roles: Mutex<Vec<Value>>,
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

fn unknown(code: u64) -> (u16, Value) {
    (404, json!({ "code": code, "message": "Unknown" }))
}

impl Shared {
    /// Puts a message on the shelf.
    pub fn keep(&self, message: &Value) {
        let id = number(message["id"].as_str().unwrap());
        self.shelf.messages.lock().unwrap().insert(id, message.clone());
    }

    /// The message that comes of posting `body` in `channel`.
    pub fn posted_message(&self, channel: u64, body: &Value) -> Value {
        let mut message = events::message(self.new_id(), channel, &events::bot(), body["content"].as_str());
        message["components"] = body.get("components").cloned().unwrap_or(json!([]));
        message["embeds"] = body.get("embeds").cloned().unwrap_or(json!([]));
        if let Some(to) = body["message_reference"]["message_id"].as_str() {
            message["type"] = json!(19);
            message["message_reference"] = json!({ "message_id": to, "channel_id": channel.to_string() });
            let referenced = self.shelf.messages.lock().unwrap().get(&number(to)).cloned();
            if let Some(referenced) = &referenced
                && body["allowed_mentions"]["replied_user"] == true
            {
                message["mentions"] = json!([referenced["author"]]);
            }
            message["referenced_message"] = json!(referenced);
        }
        self.keep(&message);
        message
    }

    /// The answer to a request about what is on the shelf; `None` if it is about something else.
    pub fn answer_from_shelf(&self, parts: &[&str], body: &Value) -> Option<(u16, Value)> {
        let mut messages = self.shelf.messages.lock().unwrap();
        Some(match parts {
            ["GET", "channels", channel, "messages"] => {
                let here = messages.values().rev().filter(|it| it["channel_id"] == *channel).take(50);
                (200, here.cloned().collect())
            }
            ["GET", "channels", _, "messages", id] => match messages.get(&number(id)) {
                Some(message) => (200, message.clone()),
                None => unknown(10008),
            },
            ["PATCH", "channels", _, "messages", id] => match messages.get_mut(&number(id)) {
                Some(message) if message["author"]["bot"] == true => {
                    for field in ["content", "embeds", "components"] {
                        message[field] = body[field].clone();
                    }
                    (200, message.clone())
                }
                Some(_) => (403, json!({ "code": 50005, "message": "Cannot edit a message authored by another user" })),
                None => unknown(10008),
            },
            ["DELETE", "channels", channel, "messages", id] => match messages.get(&number(id)) {
                Some(message) if message["author"]["bot"] == true => {
                    messages.remove(&number(id));
                    // Discord tells of it, whoever did it.
                    self.link.dispatch(0, "MESSAGE_DELETE", deleted(number(id), number(channel)));
                    (204, Value::Null)
                }
                Some(_) => (403, json!({ "code": 50013, "message": "Missing Permissions" })),
                None => unknown(10008),
            },
            ["POST", "channels", channel, "messages", id, "threads"] => {
                if !messages.contains_key(&number(id)) {
                    return Some(unknown(10008));
                }
                let thread = json!({ "id": id, "type": 11, "parent_id": channel, "name": body["name"] });
                self.shelf.channels.lock().unwrap().insert(number(id), thread.clone());
                (201, thread)
            }
            ["GET", "channels", channel] => match self.shelf.channels.lock().unwrap().get(&number(channel)) {
                Some(channel) => (200, channel.clone()),
                None => (200, json!({ "id": channel, "type": 0, "name": "kitchen", "permission_overwrites": [] })),
            },
            ["GET", "guilds", guild] => {
                let mut roles = self.shelf.roles.lock().unwrap().clone();
                roles.push(json!({ "id": guild, "permissions": "3072" }));
                (200, json!({ "id": guild, "owner_id": "1", "roles": roles }))
            }
            ["POST", "users", "@me", "channels"] => {
                self.channels.lock().unwrap().push(DIRECT);
                (200, json!({ "id": DIRECT.to_string(), "type": 1, "recipients": [] }))
            }
            ["DELETE", "webhooks", _, token, "messages", "@original"] => {
                let mut interactions = self.interactions.lock().unwrap();
                let answered = interactions.get_mut(*token).filter(|it| it.answered.is_some());
                let told = answered.map(|it| it.put_off = false);
                if told.is_none() {
                    self.violation("a message is deleted by an interaction that was not answered");
                }
                (204, Value::Null)
            }
            ["GET", "webhooks", _, token, "messages", "@original"] => {
                let answered = self.interactions.lock().unwrap().get(*token).is_some_and(|it| it.answered.is_some());
                if answered { (200, json!({ "id": ORIGINAL.to_string() })) } else { unknown(10008) }
            }
            _ => return None,
        })
    }
}

/// The id of whatever message an interaction was answered with.
pub const ORIGINAL: u64 = 1_100_000_000_000_000_090;

fn deleted(id: u64, channel: u64) -> Value {
    json!({ "id": id.to_string(), "channel_id": channel.to_string(), "guild_id": GUILD.to_string() })
}

impl FakeDiscord {
    /// The message `id` as it stands; `None` if it was deleted.
    pub fn message(&self, id: u64) -> Option<Value> {
        self.shared.shelf.messages.lock().unwrap().get(&id).cloned()
    }

    /// A message that stands there though no event told of it, such as the answer to a command. Gives its id.
    pub fn stands(&self, message: Value) -> u64 {
        self.shared.keep(&message);
        number(message["id"].as_str().unwrap())
    }

    /// The last message that the bot has posted, as it stands.
    pub fn last_of_bot(&self) -> Value {
        let messages = self.shared.shelf.messages.lock().unwrap();
        messages.values().rev().find(|it| it["author"]["bot"] == true).expect("the bot has posted nothing").clone()
    }

    /// The last message in a channel, as it stands.
    pub fn last_in(&self, channel: u64) -> Value {
        let messages = self.shared.shelf.messages.lock().unwrap();
        let channel = channel.to_string();
        let last = messages.values().rev().find(|it| it["channel_id"] == channel.as_str());
        last.expect("the channel is empty").clone()
    }

    /// A role with these permissions.
    pub fn has_role(&self, id: u64, permissions: u64) {
        let role = json!({ "id": id.to_string(), "permissions": permissions.to_string() });
        self.shared.shelf.roles.lock().unwrap().push(role);
    }

    /// The channel `id`, such as a thread, is this.
    pub fn has_channel(&self, id: u64, channel: Value) {
        self.know_channel(id);
        self.shared.shelf.channels.lock().unwrap().insert(id, channel);
    }

    /// A member edits a message of his to `text`, at the given second.
    pub fn edits(&self, message: u64, text: &str, second: u32) {
        let edited = self.edited(message, text, second);
        self.dispatch("MESSAGE_UPDATE", edited);
    }

    /// The event that tells of an edit.
    pub fn edited(&self, message: u64, text: &str, second: u32) -> Value {
        let mut edited = self.message(message).expect("nobody wrote this");
        edited["content"] = json!(text);
        if text.contains(&format!("<@{BOT}>")) {
            edited["mentions"] = json!([events::bot()]);
        }
        edited["edited_timestamp"] = json!(format!("2026-11-22T11:{:02}:{:02}+00:00", second / 60, second % 60));
        self.shared.keep(&edited);
        edited
    }

    /// Messages are deleted, by whomever: one, or several at once.
    pub fn deletes(&self, messages: &[u64], channel: u64) {
        self.shared.shelf.messages.lock().unwrap().retain(|id, _| !messages.contains(id));
        match messages {
            [one] => self.dispatch("MESSAGE_DELETE", deleted(*one, channel)),
            many => {
                let ids: Vec<String> = many.iter().map(u64::to_string).collect();
                let event = json!({ "ids": ids, "channel_id": channel.to_string(), "guild_id": GUILD.to_string() });
                self.dispatch("MESSAGE_DELETE_BULK", event);
            }
        }
    }

    /// A member reacts to a message with an emoji.
    pub fn reacts(&self, who: u64, message: u64, emoji: &str, change: impl FnOnce(&mut Value)) {
        let message = self.message(message).expect("nobody wrote this");
        let mut event = json!({
            "user_id": who.to_string(), "channel_id": message["channel_id"], "message_id": message["id"],
            "guild_id": GUILD.to_string(), "member": events::member(&events::user(who, "member")),
            "emoji": { "id": null, "name": emoji }, "message_author_id": message["author"]["id"], "burst": false,
            "type": 0,
        });
        change(&mut event);
        self.dispatch("MESSAGE_REACTION_ADD", event);
    }
}
