//! The form into which a moderator pastes an entry.

use serde_json::{Value, json};
use serenity::model::application::{ActionRowComponent, ModalInteraction};

use crate::render::custom_id::PREVIEW_FORM;
use crate::render::limits;
use crate::render::wording::staff as words;

const PLACE: &str = "place";
const ENTRY: &str = "entry";

/// The answer to an interaction that opens the form, with `place` filled in.
pub fn opened(place: &str) -> Value {
    let input = |id: &str, label: &str, style: u8, most: usize| json!({ "type": 4, "custom_id": id, "label": label, "style": style, "required": true, "max_length": most });
    // Styles: 1 is one line, 2 a paragraph.
    let mut at = input(PLACE, words::FORM_PLACE, 1, 200);
    if !place.is_empty() {
        at["value"] = json!(place);
    }
    let entry = input(ENTRY, words::FORM_ENTRY, 2, limits::TEXT_INPUT);
    let row = |inside: Value| json!({ "type": 1, "components": [inside] });
    json!({
        "type": 9,
        "data": { "custom_id": PREVIEW_FORM, "title": words::FORM_TITLE, "components": [row(at), row(entry)] },
    })
}

/// Place and entry of a form that was sent; `None` if it is another's.
pub fn read(form: &ModalInteraction) -> Option<(String, String)> {
    if form.data.custom_id != PREVIEW_FORM {
        return None;
    }
    let text = |wanted: &str| {
        let inputs = form.data.components.iter().flat_map(|row| &row.components);
        inputs
            .filter_map(|it| match it {
                ActionRowComponent::InputText(input) if input.custom_id == wanted => input.value.clone(),
                _ => None,
            })
            .next()
    };
    Some((text(PLACE)?, text(ENTRY)?))
}
