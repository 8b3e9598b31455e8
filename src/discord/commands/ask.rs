//! `/ask`: a question in the member's own words, or one of the suggestions; in private if it is wished.

use serde_json::Value;
use serenity::model::application::CommandData;

use super::{BOOLEAN, Command, asked_by, described, question, slash, switched_on, text};
use crate::render::wording::commands as words;

pub fn definition() -> Value {
    let private = described(BOOLEAN, words::PRIVATE, words::PRIVATE_DESCRIPTION);
    slash(words::ASK, words::ASK_DESCRIPTION, &[question(words::QUESTION, words::QUESTION_DESCRIPTION, true), private])
}

pub fn read(command: &CommandData) -> Command {
    asked_by(text(command, words::QUESTION).unwrap_or_default(), switched_on(command, words::PRIVATE))
}
