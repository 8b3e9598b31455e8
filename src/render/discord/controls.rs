//! What a member can press or pick below a message.

use super::payload::{Button, Choice};
use crate::answering::Action;
use crate::render::custom_id::Press;
use crate::render::fit::{label, label_and_rest};
use crate::render::{custom_id, limits};

/// A button for `action`; none if it cannot have a label or an id.
pub fn button(text: &str, action: &Action) -> Option<Button> {
    press(text, &Press::Act(action.clone()))
}

/// A button for `press`; none if it cannot have a label or an id.
pub fn press(text: &str, press: &Press) -> Option<Button> {
    let label = label(text, limits::BUTTON_LABEL);
    (!label.is_empty()).then_some(Button { label, id: custom_id::of_press(press)? })
}

/// An option for `press`, whose second line says what does not fit into the first; none if it cannot have a label or an id.
pub fn choice(text: &str, press: &Press) -> Option<Choice> {
    let (shown, rest) = label_and_rest(text, limits::OPTION_LABEL);
    let more = label(&rest, limits::OPTION_DESCRIPTION);
    (!shown.is_empty()).then_some(Choice { label: shown, more, id: custom_id::of_press(press)? })
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
