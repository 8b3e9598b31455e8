//! One binary for all tests that see the crate from outside; one file a subject.

mod bad_faq;
mod check;
mod command_line;
mod config;
mod eval;
mod house;
#[cfg(feature = "discord")]
mod links;
mod parsing;
mod properties;
mod shipped;
mod tea;
mod terminal;
