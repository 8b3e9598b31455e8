//! Commands: what they look like, and what somebody asked by one.
//!
//! One file a command, which knows its definition and reads what was typed; `ALL` lists them. Carrying them out is
//! `interactions`' work.

mod answer;
mod ask;
mod faq;
mod faq_admin;
mod help;
mod register;
mod sources;

use serde_json::{Value, json};
use serenity::model::application::{CommandData, CommandDataOptionValue};

pub use faq_admin::{Attached, Wish};
pub use register::register;

use super::incoming::{Asked, asked};
use crate::answering::Action;
use crate::render::wording::commands::{self as words, Worded};
use crate::render::wording::staff;
use crate::render::{custom_id, limits};

/// What a command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A question in the member's own words, which are given back to quote.
    Ask {
        asked: Asked,
        words: String,
        private: bool,
    },
    /// A suggestion that was picked.
    Show {
        action: Action,
        private: bool,
    },
    /// To see what there is.
    Browse,
    Sources,
    Help,
    /// To see privately what would be said to the message `to`, which asks this.
    Look {
        to: u64,
        asked: Asked,
    },
    /// Something that only moderators may.
    Staff(Wish),
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
const ALL: &[Entry] = &[
    Entry { name: words::ASK.english, definition: ask::definition, read: ask::read },
    Entry { name: words::FAQ.english, definition: faq::definition, read: faq::read },
    Entry { name: words::SOURCES.english, definition: sources::definition, read: sources::read },
    Entry { name: words::HELP.english, definition: help::definition, read: help::read },
    Entry { name: words::ANSWER.english, definition: answer::definition, read: answer::read },
    Entry { name: staff::COMMAND.english, definition: faq_admin::definition, read: faq_admin::read },
];

/// All commands, as Discord's Bulk Overwrite Global Application Commands wants them.
pub fn definitions() -> Value {
    ALL.iter().map(|it| (it.definition)()).collect()
}

/// What `command` asks.
pub fn read(command: &CommandData) -> Command {
    ALL.iter().find(|it| it.name == command.name).map_or(Command::Unknown, |it| (it.read)(command))
}

/// What somebody has typed so far into an option that suggests questions.
pub fn typed(command: &CommandData) -> &str {
    let suggests = |name: &str| name == words::QUESTION.english || name == words::ENTRY.english;
    command.autocomplete().filter(|it| suggests(it.name)).map_or("", |it| it.value)
}

// ── for the commands ────────────────────────────────────────────────────────────────────────────────────────────────

// Types of commands: Interactions › Application Commands › Application Command Types.
const SLASH: u64 = 1;
const MESSAGE: u64 = 3;
// Types of options: Interactions › Application Commands › Application Command Option Type.
const STRING: u64 = 3;
const BOOLEAN: u64 = 5;

/// A slash command in all its languages.
fn slash(name: Worded, description: Worded, options: &[Value]) -> Value {
    let mut command = described(SLASH, name, description);
    if !options.is_empty() {
        command["options"] = json!(options);
    }
    command
}

/// A command or an option of the type `kind`, in all its languages.
fn described(kind: u64, name: Worded, description: Worded) -> Value {
    let mut it = named(kind, name);
    it["description"] = json!(description.english);
    it["description_localizations"] = translations(description);
    it
}

/// The same for what has no description: commands in menus.
fn named(kind: u64, name: Worded) -> Value {
    json!({ "type": kind, "name": name.english, "name_localizations": translations(name) })
}

fn translations(text: Worded) -> Value {
    text.translations().into_iter().map(|(locale, text)| (locale.to_owned(), json!(text))).collect()
}

/// An option for a question, which suggests some as one types.
fn question(name: Worded, description: Worded, required: bool) -> Value {
    let mut option = described(STRING, name, description);
    // Said only where it is so: Discord does not tell it back otherwise, and the command would seem to have changed.
    if required {
        option["required"] = json!(true);
    }
    option["autocomplete"] = json!(true);
    option["max_length"] = json!(limits::CONTENT);
    option
}

/// What is asked by `text`: a suggestion that was picked, or the member's own words.
fn asked_by(text: &str, private: bool) -> Command {
    match custom_id::action(text) {
        Some(action @ Action::Show(_)) => Command::Show { action, private },
        _ => Command::Ask { asked: asked(text), words: text.to_owned(), private },
    }
}

/// The text of the option `name`, trimmed; `None` if it was not given.
fn text(command: &CommandData, name: Worded) -> Option<&str> {
    match &command.options.iter().find(|it| it.name == name.english)?.value {
        CommandDataOptionValue::String(text) => Some(text.trim()),
        _ => None,
    }
}

/// Whether the option `name` was given as true.
fn switched_on(command: &CommandData, name: Worded) -> bool {
    let given = command.options.iter().find(|it| it.name == name.english).map(|it| &it.value);
    matches!(given, Some(CommandDataOptionValue::Boolean(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::EntryId;
    use crate::matching::Question;

    fn data(value: Value) -> CommandData {
        let mut data = json!({ "id": "1", "type": 1 });
        data.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        serde_json::from_value(data).unwrap()
    }

    fn ask(question: &str, private: Option<bool>) -> Command {
        let mut options = vec![json!({ "type": 3, "name": "question", "value": question })];
        options.extend(private.map(|it| json!({ "type": 5, "name": "private", "value": it })));
        read(&data(json!({ "name": "ask", "options": options })))
    }

    #[test]
    fn a_command_is_a_question_a_suggestion_or_unknown() {
        let question = |text: &str, private| Command::Ask {
            asked: Asked::Question(Question::new(text)),
            words: text.to_owned(),
            private,
        };
        let show = |private| Command::Show { action: Action::Show(EntryId::new("x")), private };
        assert_eq!(ask(" is it safe? ", None), question("is it safe?", false));
        assert_eq!(ask("is it safe?", Some(false)), question("is it safe?", false));
        assert_eq!(ask("is it safe?", Some(true)), question("is it safe?", true));
        assert_eq!(ask("c1:show:x", None), show(false));
        assert_eq!(ask("c1:show:x", Some(true)), show(true));
        assert_eq!(ask("c1:none", None), question("c1:none", false));
        let nothing = Command::Ask { asked: Asked::Nothing, words: "?".to_owned(), private: false };
        assert_eq!(ask("?", None), nothing);

        let entry =
            |value: &str| data(json!({ "name": "faq", "options": [{ "type": 3, "name": "entry", "value": value }] }));
        assert_eq!(read(&data(json!({ "name": "faq" }))), Command::Browse);
        assert_eq!(read(&entry(" ")), Command::Browse);
        assert_eq!(read(&entry("c1:show:x")), show(false));
        assert_eq!(read(&entry("is it safe?")), question("is it safe?", false));
        assert_eq!(read(&data(json!({ "name": "sources" }))), Command::Sources);
        assert_eq!(read(&data(json!({ "name": "help" }))), Command::Help);
        assert_eq!(read(&data(json!({ "name": "old" }))), Command::Unknown);
    }

    /// Every text that Discord shows of a command, each with its place.
    fn all_texts() -> Vec<(String, Value)> {
        let definitions = definitions();
        let mut left: Vec<Value> = definitions.as_array().unwrap().clone();
        let mut texts = Vec::new();
        while let Some(it) = left.pop() {
            left.extend(it["options"].as_array().into_iter().flatten().cloned());
            for key in ["name", "description"] {
                let translated = it[format!("{key}_localizations")].as_object().into_iter().flatten();
                for text in translated.map(|(_, text)| text).chain(it.get(key)) {
                    texts.push((format!("{key} {}", it["type"]), text.clone()));
                }
            }
        }
        texts
    }

    #[test]
    fn the_commands_keep_to_the_limits_in_every_language() {
        for command in definitions().as_array().unwrap() {
            assert!(limits::len(&command.to_string()) <= limits::COMMAND_TOTAL);
        }
        let texts = all_texts();
        assert!(texts.len() > 50, "{}", texts.len());
        for (place, text) in texts {
            let text = text.as_str().unwrap();
            let most = if place.starts_with("name") { limits::COMMAND_NAME } else { limits::COMMAND_DESCRIPTION };
            assert!((1..=most).contains(&limits::len(text)), "{place}: {text}");
            // Discord's pattern for names: letters, digits, `-`, `_` and `'`, all small. Only menus may say more.
            let plain = |c: char| c.is_alphanumeric() || "-_'".contains(c);
            let good = text.chars().all(plain) && text.to_lowercase() == text;
            assert!(
                good || place != "name 1" && place != "name 3" && place != "name 5" || text.contains("FAQ"),
                "{text}"
            );
        }
    }

    /// Discord refuses two commands of one name in the same language.
    #[test]
    fn no_two_commands_have_the_same_name_in_any_language() {
        for locale in ["", "de", "fr", "es-ES", "es-419"] {
            let all = definitions();
            let names = all.as_array().unwrap().iter().map(|it| {
                let translated = &it["name_localizations"][locale];
                if locale.is_empty() { it["name"].clone() } else { translated.clone() }
            });
            let mut names: Vec<String> = names.map(|it| it.as_str().unwrap().to_owned()).collect();
            names.sort();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{locale}: {names:?}");
        }
    }
}
