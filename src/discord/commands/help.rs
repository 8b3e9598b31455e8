//! `/help`: how to ask the bot, and what it cannot do.

use serde_json::Value;
use serenity::model::application::CommandData;

use super::{Command, slash};
use crate::render::wording::commands as words;

pub fn definition() -> Value {
    slash(words::HELP, words::HELP_DESCRIPTION, &[])
}

pub fn read(_: &CommandData) -> Command {
    Command::Help
}
