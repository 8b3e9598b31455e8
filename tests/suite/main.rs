//! One binary for all tests that see the crate from outside; one file a subject.

mod bad_faq;
mod command_line;
mod config;
#[cfg(feature = "discord")]
mod discord;
mod eval;
#[cfg(feature = "discord")]
mod fake_discord;
mod house;
mod tea;
mod terminal;
