//! `/ask`: a question in the member's own words, or one of the suggestions.

use serde_json::{Value, json};
use serenity::model::application::CommandData;

use super::{Command, text};
use crate::answering::Action;
use crate::discord::incoming::asked;
use crate::render::wording::discord as words;
use crate::render::{custom_id, limits};

pub fn definition() -> Value {
    json!({
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
    })
}

pub fn read(command: &CommandData) -> Command {
    let text = text(command, words::ASK_QUESTION);
    match custom_id::action(text) {
        Some(action @ Action::Show(_)) => Command::Show(action),
        _ => Command::Ask(asked(text), text.to_owned()),
    }
}
