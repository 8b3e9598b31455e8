//! What Discord refuses, and what this bot must never do.
//!
//! Two judges: the machine-readable description of Discord's API, where it lies beside the project, and the documented
//! limits that it does not express.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, io};

use serde_json::Value;

/// Discord's API description (`specs/openapi.json` of github.com/discord/discord-api-spec), from the file that the
/// environment variable names or from beside the project; `None` where it is not there.
static DESCRIPTION: LazyLock<Option<Value>> = LazyLock::new(|| {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/discord/openapi.json");
    let file = env::var_os("DISCORD_OPENAPI").map_or_else(beside, PathBuf::from);
    match fs::read_to_string(&file) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            // Not by `eprintln!`, which the test harness swallows.
            let line = "skipped: requests are not held against Discord's API description, which is not here";
            let line = format!("{line} ({})\n", file.display());
            io::stderr().write_all(line.as_bytes()).unwrap();
            None
        }
    }
});

/// Whether the API description is there.
pub fn has_description() -> bool {
    DESCRIPTION.is_some()
}

/// All that is wrong with a request; empty if it is fine.
pub fn check(line: &str, body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    documented(line, body, &mut wrong);
    if let Some(description) = &*DESCRIPTION {
        described(description, line, body, &mut wrong);
    }
    wrong
}

// ── the description ─────────────────────────────────────────────────────────────────────────────────────────────────

fn described(description: &Value, line: &str, body: &Value, wrong: &mut Vec<String>) {
    let (method, path) = line.split_once(' ').unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let matches = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == parts.len() && template.iter().zip(&parts).all(|(t, p)| t == p || t.starts_with('{'))
    };
    let paths = description["paths"].as_object().unwrap();
    // A path without placeholders comes before one with: `/gateway/bot`, `@original`.
    let found = paths.iter().filter(|(template, _)| matches(template)).min_by_key(|(it, _)| it.matches('{').count());
    let Some(operation) = found.and_then(|(_, it)| it.get(method.to_lowercase())) else {
        wrong.push("the API has no such request".to_owned());
        return;
    };
    match operation.pointer("/requestBody/content/application~1json/schema") {
        None if !body.is_null() => wrong.push("the request has no body in the API".to_owned()),
        None => {}
        Some(schema) => against(description, schema, body, "body", wrong),
    }
}

/// Holds `value` against `schema`. Stricter than the schema says: a field that it does not name is a misspelt one.
fn against(root: &Value, schema: &Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).expect("the description is broken");
        return against(root, target, value, place, wrong);
    }
    for all in schema["allOf"].as_array().into_iter().flatten() {
        against(root, all, value, place, wrong);
    }
    // Unions are written `oneOf` without saying what tells them apart; one that fits is enough.
    for union in ["oneOf", "anyOf"] {
        let Some(branches) = schema[union].as_array() else { continue };
        let tried: Vec<Vec<String>> = branches
            .iter()
            .map(|branch| {
                let mut wrong = Vec::new();
                against(root, branch, value, place, &mut wrong);
                wrong
            })
            .collect();
        if tried.iter().all(|wrong| !wrong.is_empty()) {
            // The branch that comes nearest tells most.
            wrong.extend(tried.into_iter().min_by_key(Vec::len).unwrap_or_default());
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the description has a type {other}"),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        wrong.push(format!("{place} is {value}, not {}", kinds.join(" or ")));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        wrong.push(format!("{place} is {value}, which is none of {allowed:?}"));
    }
    let limit = |name: &str| schema[name].as_f64();
    let mut hold = |what: &str, size: f64, least: &str, most: &str| {
        if limit(least).is_some_and(|it| size < it) || limit(most).is_some_and(|it| size > it) {
            wrong.push(format!("{place} has {what} {size}: {least} {:?}, {most} {:?}", limit(least), limit(most)));
        }
    };
    match value {
        Value::String(text) => hold("the length", length(text) as f64, "minLength", "maxLength"),
        Value::Number(number) => hold("the value", number.as_f64().unwrap(), "minimum", "maximum"),
        Value::Array(items) => {
            hold("the length", items.len() as f64, "minItems", "maxItems");
            if let Some(schema) = schema.get("items") {
                for (nth, item) in items.iter().enumerate() {
                    against(root, schema, item, &format!("{place}[{nth}]"), wrong);
                }
            }
        }
        Value::Object(fields) if kinds.contains(&"object") => {
            for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(required) {
                    wrong.push(format!("{place} has no {required}"));
                }
            }
            for (name, field) in fields {
                match schema.pointer(&format!("/properties/{name}")) {
                    Some(schema) => against(root, schema, field, &format!("{place}.{name}"), wrong),
                    None if schema["additionalProperties"].is_object() => {}
                    None => wrong.push(format!("{place} has a field {name}, which the API does not know")),
                }
            }
        }
        _ => {}
    }
}

// ── what it misses ──────────────────────────────────────────────────────────────────────────────────────────────────

fn documented(line: &str, body: &Value, wrong: &mut Vec<String>) {
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
        ["POST", "interactions", _, _, "callback"] => match body["type"].as_u64() {
            Some(4 | 7) => message(&body["data"], wrong),
            Some(8) => choices(&body["data"]["choices"], wrong),
            _ => {}
        },
        ["PATCH", "webhooks", ..] | ["POST", "webhooks", ..] => message(body, wrong),
        ["PUT", "applications", _, "commands"] => {
            body.as_array().into_iter().flatten().for_each(|it| command(it, wrong))
        }
        _ => {}
    }
}

const SUPPRESS_EMBEDS: u64 = 1 << 2;
const EPHEMERAL: u64 = 1 << 6;

/// As Discord might count at worst.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn list(value: &Value) -> &[Value] {
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
            tell(length(&text(&component["url"])) > 512, "a link is over 512 characters");
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

fn command(command: &Value, wrong: &mut Vec<String>) {
    let mut size = 0;
    for it in std::iter::once(command).chain(list(&command["options"])) {
        let (name, description) =
            (it["name"].as_str().unwrap_or_default(), it["description"].as_str().unwrap_or_default());
        size += length(name) + length(description);
        if length(name) > 32 || name.to_lowercase() != name || name.contains(' ') {
            wrong.push(format!("a command cannot be called {name}"));
        }
        if description.is_empty() || length(description) > 100 {
            wrong.push(format!("the description of {name} has 1 to 100 characters"));
        }
        if it["autocomplete"] == true && !list(&it["choices"]).is_empty() {
            wrong.push(format!("{name} has choices and autocompletes"));
        }
        for choice in list(&it["choices"]) {
            size += length(choice["name"].as_str().unwrap()) + length(choice["value"].as_str().unwrap());
        }
    }
    if size > 8000 {
        wrong.push("a command has over 8000 characters".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A judge that lets everything pass proves nothing.
    #[test]
    fn the_rules_find_what_is_wrong() {
        let nobody = json!({ "parse": [] });
        let post = "POST /channels/1/messages";
        let button = |id: &str| json!({ "type": 2, "style": 2, "label": "x", "custom_id": id });
        let with = |rows: Value| json!({ "content": "x", "allowed_mentions": nobody, "components": rows });
        for (line, body) in [
            (post, json!({ "allowed_mentions": nobody })),
            (post, json!({ "content": "x" })),
            (post, json!({ "content": "x".repeat(2001), "allowed_mentions": nobody })),
            (post, json!({ "content": "x", "allowed_mentions": { "parse": ["everyone"] } })),
            (post, json!({ "content": "x", "allowed_mentions": { "parse": [], "users": ["5"] } })),
            (post, json!({ "content": "x", "allowed_mentions": nobody, "flags": 64 })),
            (post, json!({ "embeds": [{ "title": "x" }], "allowed_mentions": nobody, "flags": 4 })),
            (post, json!({ "embeds": [{}], "allowed_mentions": nobody })),
            (post, json!({ "embeds": [{ "fields": [{ "name": "x", "value": " " }] }], "allowed_mentions": nobody })),
            (
                post,
                json!({ "embeds": vec![json!({ "description": "x".repeat(4000) }); 2], "allowed_mentions": nobody }),
            ),
            (post, with(json!([{ "type": 1, "components": [button("a"), button("a")] }]))),
            (post, with(json!([{ "type": 1, "components": [button("a"), { "type": 3, "custom_id": "b" }] }]))),
            (post, with(json!(vec![json!({ "type": 1, "components": [button("a")] }); 6]))),
            (
                post,
                with(json!([{ "type": 1, "components": [{ "type": 2, "style": 5, "label": "x", "custom_id": "a" }] }])),
            ),
            ("PUT /applications/1/commands", json!([{ "name": "Ask", "description": "x" }])),
            (
                "POST /interactions/1/t/callback",
                json!({ "type": 8, "data": { "choices": [{ "name": "", "value": "x" }] } }),
            ),
        ] {
            let mut wrong = Vec::new();
            documented(line, &body, &mut wrong);
            assert!(!wrong.is_empty(), "passed: {body}");
        }
        assert_eq!(check(post, &with(json!([{ "type": 1, "components": [button("a"), button("b")] }]))), [""; 0]);
    }

    #[test]
    fn the_description_finds_what_is_wrong() {
        if !has_description() {
            return;
        }
        let nobody = json!({ "parse": [] });
        for (line, body) in [
            ("POST /channels/1/messagges", json!({})),
            ("GET /gateway/bot", json!({ "x": 1 })),
            ("POST /channels/1/messages", json!({ "content": 5, "allowed_mentions": nobody })),
            ("POST /channels/1/messages", json!({ "contents": "x", "content": "x", "allowed_mentions": nobody })),
            (
                "POST /channels/1/messages",
                json!({ "content": "x", "allowed_mentions": { "parse": [], "repliedUser": true } }),
            ),
            ("POST /interactions/1/t/callback", json!({ "type": 99 })),
            ("PUT /applications/1/commands", json!([{ "type": 1, "description": "x" }])),
        ] {
            assert!(!check(line, &body).is_empty(), "passed: {body}");
        }
    }
}
