//! From a [`Reply`](crate::answering::Reply) to what is shown. Values in, values out: sending is left to the front ends.
//!
//! Nothing here decides what to say; every sentence of the bot's own stands in `wording`.

pub mod custom_id;
pub mod discord;
pub mod explain;
pub mod fit;
pub mod harmless;
pub mod html;
pub mod json;
pub mod limits;
pub mod markdown;
pub mod staff;
pub mod terminal;
pub mod wish;
pub mod wording;
