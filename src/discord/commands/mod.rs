//! Commands: what they look like, and what somebody asked by one.
//!
//! One file a command, which knows its definition and reads what was typed; [`ALL`] lists them. Carrying them out is
//! `running`'s work.

mod ask;
mod register;

use serde_json::Value;
use serenity::model::application::{CommandData, CommandDataOptionValue};

pub use register::register;

use super::incoming::Asked;
use crate::answering::Action;
use crate::render::wording::discord as words;

/// What a command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/ask` with a question in the member's own words, which are given back to quote.
    Ask(Asked, String),
    /// `/ask` with a suggestion that was too long to be sent back in words.
    Show(Action),
    /// A command that the bot does not have (any more).
    Unknown,
}

/// A command: its name, what Discord is told of it, and what somebody asks by it.
struct Entry {
    name: &'static str,
    definition: fn() -> Value,
    read: fn(&CommandData) -> Command,
}

/// All commands. A new one gets a file of its own and a line here.
const ALL: &[Entry] = &[Entry { name: words::ASK, definition: ask::definition, read: ask::read }];

/// All commands, as Discord's Bulk Overwrite Global Application Commands wants them.
pub fn definitions() -> Value {
    ALL.iter().map(|it| (it.definition)()).collect()
}

/// What `command` asks.
pub fn read(command: &CommandData) -> Command {
    ALL.iter().find(|it| it.name == command.name).map_or(Command::Unknown, |it| (it.read)(command))
}

/// What somebody has typed so far.
pub fn typed(command: &CommandData) -> &str {
    command.autocomplete().filter(|_| command.name == words::ASK).map_or("", |it| it.value)
}

/// The text of the option `name`, trimmed; empty if it was not given.
fn text<'a>(command: &'a CommandData, name: &str) -> &'a str {
    let given = command.options.iter().find(|it| it.name == name).map(|it| &it.value);
    if let Some(CommandDataOptionValue::String(text)) = given { text.trim() } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::EntryId;
    use crate::matching::Question;
    use crate::render::limits;
    use serde_json::json;

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
