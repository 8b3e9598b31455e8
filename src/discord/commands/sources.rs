//! `/sources`: what the answers are based on.

use serde_json::Value;
use serenity::model::application::CommandData;

use super::{Command, slash};
use crate::render::wording::commands as words;

pub fn definition() -> Value {
    slash(words::SOURCES, words::SOURCES_DESCRIPTION, &[])
}

pub fn read(_: &CommandData) -> Command {
    Command::Sources
}
