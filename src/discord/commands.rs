//! Slash commands: what they look like, how Discord is told of them, and what somebody asked by one.

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::application::{CommandData, CommandDataOptionValue};
use serenity::model::id::ApplicationId;

use super::incoming::{Asked, asked};
use super::rest::{CallError, Patience, Rest};
use crate::answering::Action;
use crate::render::wording::discord as words;
use crate::render::{custom_id, limits};

/// What a slash command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/ask` with a question in the member's own words, which are given back to quote.
    Ask(Asked, String),
    /// `/ask` with a suggestion that was too long to be sent back in words.
    Show(Action),
    /// A command that the bot does not have (any more).
    Unknown,
}

/// All commands, as Discord's Bulk Overwrite Global Application Commands wants them.
pub fn definitions() -> Value {
    json!([{
        "type": 1,
        "name": words::ASK,
        "description": words::ASK_DESCRIPTION,
        "options": [{
            "type": 3,
            "name": words::ASK_QUESTION,
            "description": words::ASK_QUESTION_DESCRIPTION,
            "required": true,
            "autocomplete": true,
            "max_length": limits::CONTENT,
        }],
    }])
}

/// Tells Discord of the commands, if it does not know them as they are. True if it had to be told.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn register(rest: &Rest, application: ApplicationId) -> Result<bool, CallError> {
    let wanted = definitions();
    let route = || Route::Commands { application_id: application };
    // Discord counts how often commands are made (200 a day), and clients reload them. If it does not say what it knows,
    // telling it is still right: the whole list is replaced.
    let known = rest.call(LightMethod::Get, route(), None, Patience::message()).await.unwrap_or(Value::Null);
    if knows(&known, &wanted) {
        return Ok(false);
    }
    rest.call(LightMethod::Put, route(), Some(&wanted), Patience::message()).await?;
    Ok(true)
}

/// Whether all of `wanted` is in `known`, which may say more: Discord adds ids, versions and defaults.
fn knows(known: &Value, wanted: &Value) -> bool {
    match (known, wanted) {
        (Value::Array(known), Value::Array(wanted)) => {
            known.len() == wanted.len() && known.iter().zip(wanted).all(|(known, wanted)| knows(known, wanted))
        }
        (Value::Object(known), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| known.get(key).is_some_and(|known| knows(known, wanted)))
        }
        _ => known == wanted,
    }
}

/// What `command` asks.
pub fn read(command: &CommandData) -> Command {
    if command.name != words::ASK {
        return Command::Unknown;
    }
    let text = command.options.iter().find(|it| it.name == words::ASK_QUESTION).and_then(|it| match &it.value {
        CommandDataOptionValue::String(text) => Some(text.trim()),
        _ => None,
    });
    let text = text.unwrap_or_default();
    match custom_id::action(text) {
        Some(action @ Action::Show(_)) => Command::Show(action),
        _ => Command::Ask(asked(text), text.to_owned()),
    }
}

/// What somebody has typed so far.
pub fn typed(command: &CommandData) -> &str {
    command.autocomplete().filter(|_| command.name == words::ASK).map_or("", |it| it.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::EntryId;
    use crate::matching::Question;

    fn data(name: &str, question: &str) -> CommandData {
        let options = json!([{ "type": 3, "name": "question", "value": question }]);
        serde_json::from_value(json!({ "id": "1", "type": 1, "name": name, "options": options })).unwrap()
    }

    #[test]
    fn a_command_is_a_question_a_suggestion_or_unknown() {
        let ask = |text: &str| Command::Ask(Asked::Question(Question::new(text)), text.to_owned());
        assert_eq!(read(&data("ask", " is it safe? ")), ask("is it safe?"));
        assert_eq!(read(&data("ask", "c1:show:x")), Command::Show(Action::Show(EntryId::new("x"))));
        assert_eq!(read(&data("ask", "c1:none")), ask("c1:none"));
        assert_eq!(read(&data("ask", "?")), Command::Ask(Asked::Nothing, "?".to_owned()));
        assert_eq!(read(&data("faq", "x")), Command::Unknown);
    }

    #[test]
    fn commands_are_told_anew_only_if_they_changed() {
        let wanted = definitions();
        let mut known = wanted.clone();
        known[0]["id"] = json!("123");
        known[0]["version"] = json!("9");
        known[0]["options"][0]["name_localizations"] = Value::Null;
        assert!(knows(&known, &wanted));
        known[0]["description"] = json!("old words");
        assert!(!knows(&known, &wanted));
        assert!(!knows(&json!([]), &wanted));
        assert!(!knows(&Value::Null, &wanted));
    }

    #[test]
    fn the_commands_keep_to_the_limits() {
        for command in definitions().as_array().unwrap() {
            assert!(limits::len(&command.to_string()) <= limits::COMMAND_TOTAL);
            for described in std::iter::once(command).chain(command["options"].as_array().unwrap()) {
                assert!(limits::len(described["description"].as_str().unwrap()) <= limits::COMMAND_DESCRIPTION);
                let name = described["name"].as_str().unwrap();
                assert!((1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            }
        }
    }
}
