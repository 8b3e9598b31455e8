//! `/faq`: what there is to read, by topic; with `entry`, one of its answers.

use serde_json::Value;
use serenity::model::application::CommandData;

use super::{Command, asked_by, question, slash, text};
use crate::render::wording::commands as words;

pub fn definition() -> Value {
    slash(words::FAQ, words::FAQ_DESCRIPTION, &[question(words::ENTRY, words::ENTRY_DESCRIPTION, false)])
}

pub fn read(command: &CommandData) -> Command {
    // Whoever types instead of picking gets an answer to what he typed.
    text(command, words::ENTRY).filter(|it| !it.is_empty()).map_or(Command::Browse, |entry| asked_by(entry, false))
}
