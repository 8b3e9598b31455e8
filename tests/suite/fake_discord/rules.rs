//! What Discord refuses, and what this bot must never do.
//!
//! Two judges: the machine-readable description of Discord's API, where it lies beside the project, and the documented
//! limits that it does not express.

mod commands;
mod documented;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, io};

use serde_json::Value;

use documented::length;

/// Discord's API description (`specs/openapi.json` of github.com/discord/discord-api-spec), from the file that the
/// environment variable names, or from `shared/` beside the project or beside a folder that holds it (another work tree of
/// git may lie deeper); `None` where it is not there.
static DESCRIPTION: LazyLock<Option<Value>> = LazyLock::new(|| {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = || {
        let above = project.ancestors().skip(1).map(|it| it.join("shared/discord/openapi.json"));
        above.clone().find(|it| it.exists()).unwrap_or_else(|| project.join("../shared/discord/openapi.json"))
    };
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
    documented::hold(line, body, &mut wrong);
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
    // The description calls it a number; Discord's documentation and every library send a text of digits.
    if place.ends_with(".default_member_permissions") && value.as_str().is_some_and(|it| it.parse::<u64>().is_ok()) {
        return;
    }
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
        let commands = "PUT /applications/1/commands";
        let option = |name: &str, required: bool| json!({ "name": name, "description": "x", "required": required });
        let long: Vec<Value> = (0..3).map(|nth| option(&format!("{nth}"), false)).collect();
        let long = json!({ "name": "a", "description": "x".repeat(100), "options": long, "choices":
            vec![json!({ "name": "x".repeat(100), "value": "x".repeat(100) }); 2] });
        let with_options = |options: Value| json!([{ "name": "ask", "description": "x", "options": options }]);
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
            (post, with(json!([{ "type": 1, "components": [{ "type": 2, "style": 5, "label": "x" }] }]))),
            (post, with(json!([{ "type": 1, "components": [{ "type": 2, "style": 5, "label": "x", "url": "faq" }] }]))),
            ("PATCH /channels/1/messages/2", json!({ "content": "x" })),
            (commands, json!([{ "name": "Ask", "description": "x" }])),
            (commands, json!([{ "name": "ask me", "description": "x" }])),
            (commands, json!([{ "name": "ask", "description": "x", "name_localizations": { "de": "Frag" } }])),
            (commands, json!([{ "name": "ask", "description": "x".repeat(101) }])),
            (commands, json!([{ "name": "Ask", "type": 3, "description": "x" }])),
            (commands, with_options(json!([{ "name": "a" }]))),
            (commands, with_options(json!([option("a", false), option("b", true)]))),
            (commands, with_options(json!([option("a", false), option("a", false)]))),
            (commands, with_options(json!([{ "name": "a", "description": "x", "options": vec![long.clone(); 25] }]))),
            (
                commands,
                with_options(json!([{
                    "name": "a", "description": "x", "autocomplete": true, "choices": [{ "name": "x", "value": "x" }],
                }])),
            ),
            (
                commands,
                with_options(json!([{
                    "name": "a", "description": "x", "choices": [{ "name": "x", "value": "x".repeat(101) }],
                }])),
            ),
            ("POST /interactions/1/t/callback", json!({ "type": 9, "data": { "title": "x", "custom_id": "x" } })),
            (
                "POST /interactions/1/t/callback",
                json!({ "type": 8, "data": { "choices": [{ "name": "", "value": "x" }] } }),
            ),
        ] {
            let mut wrong = Vec::new();
            documented::hold(line, &body, &mut wrong);
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
        let permitted = json!([{ "name": "x", "description": "x", "default_member_permissions": "8192" }]);
        assert_eq!(check("PUT /applications/1/commands", &permitted), [""; 0]);
    }
}
