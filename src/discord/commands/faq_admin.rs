//! `/faq-admin`: what moderators may do. Who is one is not decided here, but at each use (`staff`).

use serde_json::{Value, json};
use serenity::model::application::{CommandData, CommandDataOption, CommandDataOptionValue};
use serenity::model::channel::Attachment;
use serenity::model::permissions::Permissions;

use super::Command;
use crate::render::limits;
use crate::render::wording::staff as words;

/// What a moderator wishes.
#[derive(Debug, Clone)]
pub enum Wish {
    Check,
    Reload,
    Explain(String),
    /// To see an entry, out of the attached file if there is one, else out of a form; and where it shall stand, as typed.
    Preview { file: Option<Box<Attachment>>, place: String },
    Status,
    /// Nothing that this version knows.
    Unknown,
}

pub fn definition() -> Value {
    let sub = |name: &str, description: &str, options: Value| json!({ "type": 1, "name": name, "description": description, "options": options });
    let question = json!([{
        "type": 3, "name": words::EXPLAIN_QUESTION, "description": words::EXPLAIN_QUESTION_DESCRIPTION,
        "required": true, "max_length": limits::CONTENT,
    }]);
    let entry = json!([
        { "type": 11, "name": words::PREVIEW_FILE, "description": words::PREVIEW_FILE_DESCRIPTION },
        { "type": 3, "name": words::PREVIEW_PLACE, "description": words::PREVIEW_PLACE_DESCRIPTION, "max_length": 200 },
    ]);
    json!({
        "type": 1,
        "name": words::COMMAND,
        "description": words::COMMAND_DESCRIPTION,
        // Whom Discord shows it to, unless a server's owner says otherwise.
        "default_member_permissions": Permissions::MANAGE_MESSAGES.bits().to_string(),
        // Only on servers.
        "contexts": [0],
        "options": [
            sub(words::CHECK, words::CHECK_DESCRIPTION, json!([])),
            sub(words::RELOAD, words::RELOAD_DESCRIPTION, json!([])),
            sub(words::EXPLAIN, words::EXPLAIN_DESCRIPTION, question),
            sub(words::PREVIEW, words::PREVIEW_DESCRIPTION, entry),
            sub(words::STATUS, words::STATUS_DESCRIPTION, json!([])),
        ],
    })
}

pub fn read(command: &CommandData) -> Command {
    let Some(CommandDataOption { name, value: CommandDataOptionValue::SubCommand(options), .. }) = command.options.first()
    else {
        return Command::Staff(Wish::Unknown);
    };
    let text = |name: &str| {
        options.iter().find(|it| it.name == name).and_then(|it| match &it.value {
            CommandDataOptionValue::String(text) => Some(text.trim().to_owned()),
            _ => None,
        })
    };
    let file = || {
        options.iter().find_map(|it| match it.value {
            CommandDataOptionValue::Attachment(id) => command.resolved.attachments.get(&id).cloned().map(Box::new),
            _ => None,
        })
    };
    Command::Staff(match name.as_str() {
        words::CHECK => Wish::Check,
        words::RELOAD => Wish::Reload,
        words::EXPLAIN => Wish::Explain(text(words::EXPLAIN_QUESTION).unwrap_or_default()),
        words::PREVIEW => Wish::Preview { file: file(), place: text(words::PREVIEW_PLACE).unwrap_or_default() },
        words::STATUS => Wish::Status,
        _ => Wish::Unknown,
    })
}
