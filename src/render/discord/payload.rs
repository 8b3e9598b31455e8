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
    /// What is sent instead, in place of this message and those behind it, where it turns out that embeds are not shown;
    /// empty if there is nothing else to send. Only on the first message of a reply.
    #[serde(skip)]
    pub unframed: Vec<Message>,
}

/// By what means a reply is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Answers as embeds.
    Embed,
    /// Everything as a message's own text: where the bot may not embed links, embeds are not shown.
    Text,
}

/// What is known of the words that a reply answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// There are none: a button or a suggestion named the entry.
    Chosen,
    /// These, and Discord shows them above the reply.
    Shown(&'a str),
    /// These, and nobody sees them unless the reply repeats them.
    Hidden(&'a str),
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

/// A button: what it says, and the id that its press sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    pub label: String,
    /// What [`custom_id::press`](crate::render::custom_id::press) understands.
    pub id: String,
}

/// One option of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub label: String,
    /// What did not fit into the label; empty if all did.
    pub more: String,
    /// What [`custom_id::press`](crate::render::custom_id::press) understands.
    pub id: String,
}

/// A menu of which one option is picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Select {
    pub id: String,
    pub placeholder: String,
    pub options: Vec<Choice>,
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
