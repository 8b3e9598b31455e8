//! What a message of Discord is made of, as plain values. Their JSON is `discord::outgoing`'s work.

use serde::Serialize;

use crate::render::limits;

/// One message, with all that Discord needs to know about it except where to send it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Message {
    /// Markdown; may be empty if there are embeds.
    pub content: String,
    pub embeds: Vec<Embed>,
    pub rows: Vec<Row>,
    /// Keep links in the content from opening previews. Never set together with embeds: it would hide them too.
    pub no_previews: bool,
}

/// A framed text below a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Embed {
    /// Plain text; empty if there is none.
    pub title: String,
    /// Markdown; empty if there is none.
    pub description: String,
    pub fields: Vec<Field>,
    /// Plain text; empty if there is none.
    pub footer: String,
}

/// A titled stretch of an embed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    pub name: String,
    /// Markdown.
    pub value: String,
}

/// What stands in one row below a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Row {
    Buttons(Vec<Button>),
    Select(Select),
}

/// A button, or an option of a select: what it says, and the id that its press sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    pub label: String,
    /// What [`custom_id::action`] understands.
    pub id: String,
}

/// A menu of which one option is picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Select {
    pub id: String,
    pub placeholder: String,
    pub options: Vec<Button>,
}

impl Field {
    /// What it counts towards [`limits::EMBED_TOTAL`].
    pub(super) fn len(&self) -> usize {
        limits::len(&self.name) + limits::len(&self.value)
    }
}

impl Embed {
    /// What it counts towards [`limits::EMBED_TOTAL`].
    pub(super) fn len(&self) -> usize {
        limits::len(&self.title)
            + limits::len(&self.description)
            + limits::len(&self.footer)
            + self.fields.iter().map(Field::len).sum::<usize>()
    }
}
