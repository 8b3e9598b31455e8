//! From a [`Reply`](crate::answering::Reply) to what is shown: text for a terminal, JSON for programs.
//!
//! Nothing here decides what to say; every sentence of the bot's own stands in `wording`.

pub mod explain;
pub mod harmless;
pub mod json;
pub mod markdown;
pub mod terminal;
pub mod wording;
