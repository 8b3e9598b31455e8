//! `/faq-admin`: what moderators may do. Who is one is not decided here, but at each use (`staff`).

use serde_json::{Value, json};
use serenity::model::application::{CommandData, CommandDataOption, CommandDataOptionValue};
use serenity::model::permissions::Permissions;

use super::{Command, STRING, described, slash};
use crate::render::limits;
use crate::render::wording::commands::{QUESTION, Worded};
use crate::render::wording::staff as words;

/// What a moderator wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Check,
    Reload,
    Explain(String),
    /// To see an entry, out of the attached file if there is one, else out of a form; and where it shall stand, as typed.
    Preview {
        file: Option<Attached>,
        place: String,
    },
    Status,
    /// Nothing that this version knows.
    Unknown,
}

/// A file that was attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub name: String,
    /// In bytes, as Discord says.
    pub size: u32,
    pub url: String,
}

/// The type of a subcommand, and of a file (Interactions › Application Commands › Application Command Option Type).
const SUBCOMMAND: u64 = 1;
const ATTACHMENT: u64 = 11;
/// Places are short: a topic, a slash and an id.
const MOST_PLACE: usize = 200;

pub fn definition() -> Value {
    let mut question = described(STRING, QUESTION, words::EXPLAIN_QUESTION_DESCRIPTION);
    question["required"] = json!(true);
    question["max_length"] = json!(limits::CONTENT);
    let file = described(ATTACHMENT, words::PREVIEW_FILE, words::PREVIEW_FILE_DESCRIPTION);
    let mut place = described(STRING, words::PREVIEW_PLACE, words::PREVIEW_PLACE_DESCRIPTION);
    place["max_length"] = json!(MOST_PLACE);
    let subcommands = [
        sub(words::CHECK, words::CHECK_DESCRIPTION, &[]),
        sub(words::RELOAD, words::RELOAD_DESCRIPTION, &[]),
        sub(words::EXPLAIN, words::EXPLAIN_DESCRIPTION, &[question]),
        sub(words::PREVIEW, words::PREVIEW_DESCRIPTION, &[file, place]),
        sub(words::STATUS, words::STATUS_DESCRIPTION, &[]),
    ];
    let mut command = slash(words::COMMAND, words::COMMAND_DESCRIPTION, &subcommands);
    // Whom Discord shows it to, unless a server's owner says otherwise.
    command["default_member_permissions"] = json!(Permissions::MANAGE_MESSAGES.bits().to_string());
    // Only on servers.
    command["contexts"] = json!([0]);
    command
}

fn sub(name: Worded, description: Worded, options: &[Value]) -> Value {
    let mut it = described(SUBCOMMAND, name, description);
    if !options.is_empty() {
        it["options"] = json!(options);
    }
    it
}

pub fn read(command: &CommandData) -> Command {
    Command::Staff(wish(command).unwrap_or(Wish::Unknown))
}

fn wish(command: &CommandData) -> Option<Wish> {
    let CommandDataOption { name, value: CommandDataOptionValue::SubCommand(options), .. } = command.options.first()?
    else {
        return None;
    };
    let text = |name: Worded| {
        let given = options.iter().find(|it| it.name == name.english);
        given.and_then(|it| it.value.as_str()).unwrap_or_default().trim().to_owned()
    };
    let file = || {
        let id = options.iter().find_map(|it| it.value.as_attachment_id())?;
        let it = command.resolved.attachments.get(&id);
        // What Discord does not describe has no address, and will be refused with a word.
        Some(it.map_or(Attached { name: String::new(), size: 0, url: String::new() }, |it| Attached {
            name: it.filename.clone(),
            size: it.size,
            url: it.url.clone(),
        }))
    };
    Some(match name {
        name if name == words::CHECK.english => Wish::Check,
        name if name == words::RELOAD.english => Wish::Reload,
        name if name == words::EXPLAIN.english => Wish::Explain(text(QUESTION)),
        name if name == words::PREVIEW.english => Wish::Preview { file: file(), place: text(words::PREVIEW_PLACE) },
        name if name == words::STATUS.english => Wish::Status,
        _ => return None,
    })
}
