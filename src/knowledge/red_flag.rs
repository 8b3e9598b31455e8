//! Kinds of emergency: what `faq/red-flags.toml` says. Recognising one in a message is `answering::triage`'s work.

use super::entry::id_type;
use std::fmt;
use std::sync::Arc;

id_type! {
    /// A kind of emergency, such as `allergy`: the `id` of a `[[kinds]]` table in `faq/red-flags.toml`.
    RedFlagId
}

/// All kinds of emergency of a set, with the rules that give them away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedFlags {
    pub kinds: Vec<RedFlag>,
}

/// One kind of emergency and what the bot replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedFlag {
    pub id: RedFlagId,
    /// A few words for moderators and logs.
    pub title: String,
    /// What the member reads first: what to do now and where; Markdown.
    pub reply: String,
    /// What to do once safe, such as reporting; may be empty.
    pub afterwards: String,
}
