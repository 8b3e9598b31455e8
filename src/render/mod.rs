//! From a [`Reply`](crate::answering::Reply) to what is shown. Values in, values out: sending is left to the front ends.

pub mod custom_id;
pub mod discord;
pub mod fit;
pub mod limits;
pub mod wording;
