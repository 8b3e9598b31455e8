//! What a member can press or pick below a message.

use super::payload::Button;
use crate::answering::Action;
use crate::render::fit::label;
use crate::render::{custom_id, limits};

/// A button for `action`; none if it cannot have a label or an id.
pub fn button(text: &str, action: &Action) -> Option<Button> {
    let label = label(text, limits::BUTTON_LABEL);
    (!label.is_empty()).then_some(Button { label, id: custom_id::of(action)? })
}

/// The first of each id: Discord refuses a message with the same id twice.
pub fn unique(buttons: impl Iterator<Item = Button>) -> Vec<Button> {
    let mut kept: Vec<Button> = Vec::new();
    for button in buttons {
        if !kept.iter().any(|it| it.id == button.id) {
            kept.push(button);
        }
    }
    kept
}
