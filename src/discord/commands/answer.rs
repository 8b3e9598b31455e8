//! "Answer from the FAQ", in the menu of anybody's message: whoever invokes it sees what would be said to that message.

use serde_json::Value;
use serenity::model::application::CommandData;

use super::{Command, MESSAGE, named};
use crate::discord::incoming::asked;
use crate::render::wording::commands as words;

pub fn definition() -> Value {
    named(MESSAGE, words::ANSWER)
}

pub fn read(command: &CommandData) -> Command {
    // Discord sends the message's text along, without the message-content intent.
    let message = command.resolved.messages.values().next();
    message.map_or(Command::Unknown, |it| Command::Look { to: it.id.get(), asked: asked(&it.content) })
}
