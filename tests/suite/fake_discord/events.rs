//! What members do, as the events that the gateway tells of it.
//!
//! serenity drops what it cannot parse without a word, so the payloads have all that it asks for.

use serde_json::{Value, json};

use super::{APPLICATION, BOT, FakeDiscord, GUILD};

/// A channel of the server, and the direct messages with a member.
pub const CHANNEL: u64 = 1_100_000_000_000_000_010;
pub const DIRECT: u64 = 1_100_000_000_000_000_011;
pub const ALICE: u64 = 1_100_000_000_000_000_020;
pub const BOB: u64 = 1_100_000_000_000_000_021;

/// What members and the bot may do where nobody has forbidden it: View Channel, Send Messages, Embed Links, Attach Files,
/// Read Message History, Send Messages in Threads.
pub const MAY_WRITE: &str = "274878024704";

pub fn user(id: u64, name: &str) -> Value {
    json!({
        "id": id.to_string(), "username": name, "discriminator": "0", "global_name": null, "avatar": null, "bot": false,
        "public_flags": 0,
    })
}

pub fn bot() -> Value {
    let mut bot = user(BOT, "caveat");
    bot["bot"] = json!(true);
    bot
}

pub fn message(id: u64, channel: u64, author: &Value, content: Option<&str>) -> Value {
    json!({
        "id": id.to_string(), "channel_id": channel.to_string(), "author": author, "content": content.unwrap_or_default(),
        "timestamp": "2026-11-22T10:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
        "type": 0,
    })
}

pub fn guild() -> Value {
    json!({
        "id": GUILD.to_string(), "name": "Office", "icon": null, "splash": null, "discovery_splash": null,
        "owner_id": ALICE.to_string(), "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "roles": [], "emojis": [], "features": [],
        "mfa_level": 0, "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
        "rules_channel_id": null, "max_presences": null, "max_members": 100, "vanity_url_code": null,
        "description": null, "banner": null, "premium_tier": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": null, "nsfw_level": 0, "premium_progress_bar_enabled": false, "stickers": [],
        "joined_at": "2026-01-01T00:00:00.000000+00:00", "large": false, "unavailable": false, "member_count": 2,
        "voice_states": [], "members": [], "channels": [], "threads": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [],
    })
}

pub fn member(user: &Value) -> Value {
    json!({
        "user": user, "nick": null, "avatar": null, "roles": [], "joined_at": "2026-01-02T00:00:00.000000+00:00",
        "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false, "permissions": MAY_WRITE,
        "communication_disabled_until": null,
    })
}

fn channel(id: u64) -> Value {
    json!({ "id": id.to_string(), "name": "kitchen", "type": 0, "permissions": "0" })
}

impl FakeDiscord {
    /// A member writes in a channel of the server; the message mentions the bot if its text does. Gives the message's id.
    pub fn says(&self, who: u64, text: &str) -> u64 {
        self.says_with(who, text, |_| {})
    }

    /// The same, with the event changed before it is sent.
    pub fn says_with(&self, who: u64, text: &str, change: impl FnOnce(&mut Value)) -> u64 {
        let mut data = self.said(who, text);
        change(&mut data);
        self.say(0, data)
    }

    /// The same, on a server that another shard of the bot looks after.
    pub fn says_to_shard(&self, shard: u64, who: u64, text: &str) -> u64 {
        self.say(shard, self.said(who, text))
    }

    fn said(&self, who: u64, text: &str) -> Value {
        let mut data = message(self.new_id(), CHANNEL, &user(who, "member"), Some(text));
        data["guild_id"] = json!(GUILD.to_string());
        data["member"] = member(&Value::Null);
        data["member"].as_object_mut().unwrap().remove("user");
        if text.contains(&format!("<@{BOT}>")) || text.contains(&format!("<@!{BOT}>")) {
            data["mentions"] = json!([bot()]);
        }
        data["mention_everyone"] = json!(text.contains("@everyone"));
        data
    }

    /// A member writes to the bot directly. Gives the message's id.
    pub fn says_directly(&self, who: u64, text: &str) -> u64 {
        self.say(0, message(self.new_id(), DIRECT, &user(who, "member"), Some(text)))
    }

    /// Tells of a message that stands there. Told twice, it is the same message.
    pub fn say(&self, shard: u64, data: Value) -> u64 {
        self.know_channel(data["channel_id"].as_str().unwrap().parse().unwrap());
        let id = data["id"].as_str().unwrap().parse().unwrap();
        self.shared.keep(&data);
        self.dispatch_to(shard, "MESSAGE_CREATE", data);
        id
    }

    /// A member uses a command with one option. Gives the callback's request line.
    pub fn command(&self, who: u64, name: &str, option: &str, value: &str) -> String {
        let options = json!([{ "type": 3, "name": option, "value": value }]);
        self.interaction(who, 2, json!({ "id": "9", "name": name, "type": 1, "options": options }), None)
    }

    /// A member types into `/ask question:`. Gives the callback's request line.
    pub fn types(&self, who: u64, typed: &str) -> String {
        let options = json!([{ "type": 3, "name": "question", "value": typed, "focused": true }]);
        self.interaction(who, 4, json!({ "id": "9", "name": "ask", "type": 1, "options": options }), None)
    }

    /// A member presses the button `id` of `message`. Gives the callback's request line.
    pub fn presses(&self, who: u64, id: &str, message: &Value) -> String {
        self.interaction(who, 3, json!({ "custom_id": id, "component_type": 2 }), Some(message))
    }

    /// A member picks an option of the select `id` of `message`. Gives the callback's request line.
    pub fn picks(&self, who: u64, id: &str, option: &str, message: &Value) -> String {
        self.interaction(who, 3, json!({ "custom_id": id, "component_type": 3, "values": [option] }), Some(message))
    }

    /// A member uses a command with these options. Gives the callback's request line.
    pub fn uses(&self, who: u64, name: &str, options: Value) -> String {
        self.interaction(who, 2, json!({ "id": "9", "name": name, "type": 1, "options": options }), None)
    }

    /// A member uses a command in the menu of `message`. Gives the callback's request line.
    pub fn uses_on(&self, who: u64, name: &str, message: &Value, change: impl FnOnce(&mut Value)) -> String {
        let id = message["id"].as_str().unwrap();
        let data = json!({
            "id": "9", "name": name, "type": 3, "target_id": id, "resolved": { "messages": { id: message } },
        });
        self.interaction_with(who, 2, data, None, change)
    }

    fn interaction(&self, who: u64, kind: u64, data: Value, message: Option<&Value>) -> String {
        self.interaction_with(who, kind, data, message, |_| {})
    }

    /// Any interaction, with the event changed before it is sent. Gives the callback's request line.
    pub fn interaction_with(
        &self,
        who: u64,
        kind: u64,
        data: Value,
        message: Option<&Value>,
        change: impl FnOnce(&mut Value),
    ) -> String {
        let id = self.new_id();
        let token = format!("interaction-token-{id}");
        self.hand_out(&token, id, kind);
        let mut event = json!({
            "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": kind, "data": data,
            "guild_id": GUILD.to_string(), "channel": channel(CHANNEL), "channel_id": CHANNEL.to_string(),
            "member": member(&user(who, "member")), "token": token, "version": 1, "app_permissions": MAY_WRITE,
            "locale": "en-US", "guild_locale": "en-US", "entitlements": [], "context": 0,
            "authorizing_integration_owners": {}, "attachment_size_limit": 10_485_760,
        });
        if let Some(message) = message {
            event["message"] = message.clone();
        }
        change(&mut event);
        self.dispatch("INTERACTION_CREATE", event);
        format!("POST /interactions/{id}/{token}/callback")
    }

    /// The bot's message that came of `sent`, as an interaction with it brings it along: in answer to a command of
    /// `asker`, or as a reply to the message `asker` wrote.
    pub fn as_message(&self, sent: &Value, asker: u64, by_command: bool) -> Value {
        let body = sent.get("data").unwrap_or(sent);
        let mut message = message(self.new_id(), CHANNEL, &bot(), body["content"].as_str());
        message["flags"] = body.get("flags").cloned().unwrap_or(json!(0));
        message["embeds"] = body.get("embeds").cloned().unwrap_or(json!([]));
        message["components"] = body.get("components").cloned().unwrap_or(json!([]));
        let asker = user(asker, "member");
        if by_command {
            message["type"] = json!(20);
            message["application_id"] = json!(APPLICATION.to_string());
            message["interaction_metadata"] = json!({
                "id": "5", "type": 2, "user": asker, "authorizing_integration_owners": {}, "name": "ask",
            });
        } else {
            message["type"] = json!(19);
            message["mentions"] = json!([asker]);
            message["message_reference"] = json!({ "message_id": "6", "channel_id": CHANNEL.to_string() });
        }
        message
    }
}
