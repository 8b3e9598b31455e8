//! caveat: a self-hosted FAQ bot that knows how sure it is.
pub mod answering;
pub mod cli;
pub mod config;
pub mod discord;
pub mod eval;
pub mod faq;
pub mod knowledge;
#[cfg(feature = "discord")]
pub mod live;
pub mod load;
pub mod matching;
pub mod problem;
pub mod proofread;
pub mod render;
#[cfg(feature = "discord")]
pub mod service;
pub mod tune;
