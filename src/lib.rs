//! caveat: a self-hosted FAQ bot that knows how sure it is.
pub mod answering;
pub mod cli;
pub mod config;
pub mod eval;
pub mod faq;
pub mod knowledge;
#[cfg(feature = "discord")]
pub mod links;
pub mod load;
pub mod matching;
pub mod problem;
pub mod proofread;
pub mod render;
pub mod tune;
