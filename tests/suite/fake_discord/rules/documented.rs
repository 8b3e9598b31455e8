//! The documented limits of messages, suggestions and forms that the description does not express.

use std::collections::BTreeSet;

use serde_json::Value;

use super::commands;

pub fn hold(line: &str, body: &Value, wrong: &mut Vec<String>) {
    let parts: Vec<&str> = line.split([' ', '/']).filter(|it| !it.is_empty()).collect();
    match parts.as_slice() {
        ["POST", "channels", _, "messages"] => {
            message(body, wrong);
            if body["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0 {
                wrong.push("a message in a channel cannot be ephemeral".to_owned());
            }
            if length(body["nonce"].as_str().unwrap_or_default()) > 25 {
                wrong.push("the nonce is over 25 characters".to_owned());
            }
        }
        ["PATCH", "channels", _, "messages", _] => message(body, wrong),
        ["POST", "interactions", _, _, "callback"] => match body["type"].as_u64() {
            Some(4 | 7) => message(&body["data"], wrong),
            Some(8) => choices(&body["data"]["choices"], wrong),
            Some(9) => modal(&body["data"], wrong),
            _ => {}
        },
        ["PATCH", "webhooks", ..] | ["POST", "webhooks", ..] => message(body, wrong),
        ["PUT", "applications", _, "commands"] => {
            body.as_array().into_iter().flatten().for_each(|it| commands::command(it, wrong))
        }
        _ => {}
    }
}

const SUPPRESS_EMBEDS: u64 = 1 << 2;
const EPHEMERAL: u64 = 1 << 6;

/// As Discord might count at worst.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn message(message: &Value, wrong: &mut Vec<String>) {
    let mut tell = |bad: bool, what: &str| {
        if bad {
            wrong.push(what.to_owned());
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let content = text(&message["content"]);
    let embeds = list(&message["embeds"]);
    tell(length(&content) > 2000, "the content is over 2000 characters");
    tell(content.trim().is_empty() && embeds.is_empty(), "an empty message");
    tell(embeds.len() > 10, "over 10 embeds");
    let hidden = message["flags"].as_u64().unwrap_or(0) & SUPPRESS_EMBEDS != 0;
    tell(hidden && !embeds.is_empty(), "embeds that the message's own flag hides");
    let mut total = 0;
    for embed in embeds {
        let sized = [("title", 256), ("description", 4096)].map(|(name, most)| (text(&embed[name]), name, most));
        let footer = (text(&embed["footer"]["text"]), "footer", 2048);
        for (text, name, most) in sized.into_iter().chain([footer]) {
            total += length(&text);
            tell(length(&text) > most, &format!("an embed's {name} is over {most} characters"));
        }
        let fields = list(&embed["fields"]);
        tell(fields.len() > 25, "over 25 fields");
        tell(
            text(&embed["title"]).is_empty() && text(&embed["description"]).is_empty() && fields.is_empty(),
            "an empty embed",
        );
        for field in fields {
            for (name, most) in [("name", 256), ("value", 1024)] {
                let text = text(&field[name]);
                total += length(&text);
                tell(text.trim().is_empty(), &format!("a field's {name} is blank"));
                tell(length(&text) > most, &format!("a field's {name} is over {most} characters"));
            }
        }
    }
    tell(total > 6000, "the embeds have over 6000 characters");

    // Nobody is pinged but the asker.
    let mentions = &message["allowed_mentions"];
    tell(!mentions.is_object(), "mentions are not ruled out");
    tell(mentions["parse"].as_array().is_none_or(|it| !it.is_empty()), "some kind of mention is allowed");
    tell(!list(&mentions["users"]).is_empty() || !list(&mentions["roles"]).is_empty(), "somebody is pinged");
    tell(mentions["replied_user"] == true && message["message_reference"].is_null(), "nobody is replied to");

    let rows = list(&message["components"]);
    tell(rows.len() > 5, "over 5 rows");
    let mut ids = BTreeSet::new();
    for row in rows {
        let inside = list(&row["components"]);
        let selects = inside.iter().filter(|it| it["type"] != 2).count();
        tell(inside.is_empty() || inside.len() > 5, "a row has 1 to 5 components");
        tell(selects > 0 && inside.len() > 1, "a select beside something else");
        for component in inside {
            let link = component["style"] == 5;
            let id = text(&component["custom_id"]);
            tell(link != id.is_empty(), "a link has an id, or a button none");
            tell(!id.is_empty() && !ids.insert(id.clone()), "the same id twice");
            tell(length(&id) > 100, "an id is over 100 characters");
            let url = text(&component["url"]);
            tell(link == url.is_empty(), "a link without an address, or an address on what is no link");
            tell(length(&url) > 512, "a link is over 512 characters");
            let schemes = ["https://", "http://", "discord://"];
            tell(link && !schemes.iter().any(|it| url.starts_with(it)), "a link that leads nowhere");
            if component["type"] == 2 {
                let label = text(&component["label"]);
                tell(label.trim().is_empty() || length(&label) > 80, "a label has 1 to 80 characters");
            } else {
                let options = list(&component["options"]);
                tell(options.is_empty() || options.len() > 25, "a select has 1 to 25 options");
                let values: BTreeSet<String> = options.iter().map(|it| text(&it["value"])).collect();
                tell(values.len() < options.len(), "the same option twice");
                for option in options {
                    for name in ["label", "value"] {
                        let text = text(&option[name]);
                        tell(text.trim().is_empty() || length(&text) > 100, "an option has 1 to 100 characters");
                    }
                }
            }
        }
    }
}

fn choices(choices: &Value, wrong: &mut Vec<String>) {
    let Some(choices) = choices.as_array() else {
        wrong.push("no choices".to_owned());
        return;
    };
    if choices.len() > 25 {
        wrong.push("over 25 choices".to_owned());
    }
    for choice in choices {
        for name in ["name", "value"] {
            let text = choice[name].as_str().unwrap_or_default();
            if text.trim().is_empty() || length(text) > 100 {
                wrong.push(format!("the {name} of a choice has 1 to 100 characters: {text}"));
            }
        }
    }
}

/// A form that opens (Components › Reference › Text Input).
fn modal(modal: &Value, wrong: &mut Vec<String>) {
    let mut sizes = vec![("title", &modal["title"], 1, 45), ("id", &modal["custom_id"], 1, 100)];
    let rows = list(&modal["components"]);
    if !(1..=5).contains(&rows.len()) {
        wrong.push("a form has 1 to 5 rows".to_owned());
    }
    for row in rows {
        let input = &row["components"][0];
        if list(&row["components"]).len() != 1 || input["type"] != 4 {
            wrong.push("a row of a form has one text field".to_owned());
        }
        sizes.push(("label", &input["label"], 1, 45));
        sizes.push(("id", &input["custom_id"], 1, 100));
        sizes.push(("hint", &input["placeholder"], 0, 100));
        sizes.push(("value", &input["value"], 0, 4000));
    }
    for (what, text, least, most) in sizes {
        let size = length(text.as_str().unwrap_or_default());
        if !(least..=most).contains(&size) {
            wrong.push(format!("a {what} of a form has {least} to {most} characters, not {size}"));
        }
    }
}
