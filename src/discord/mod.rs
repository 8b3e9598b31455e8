//! The Discord front end: the only room that knows serenity.
//!
//! serenity keeps the connection to the gateway and tells of events; requests are ours ([`rest`] says why). A message is
//! read by [`incoming`], a slash command by [`commands`], a press by [`buttons`]; all ask the same [`Answers`], and
//! [`outgoing`] sends what `render` made of the reply.

pub mod settings;
pub mod token;

#[cfg(feature = "discord")]
pub mod buttons;
#[cfg(feature = "discord")]
pub mod commands;
#[cfg(feature = "discord")]
pub mod incoming;
#[cfg(feature = "discord")]
pub mod outgoing;
#[cfg(feature = "discord")]
pub mod rest;

pub use settings::Settings;
pub use token::Secret;

#[cfg(feature = "discord")]
pub use running::{RunError, run};

#[cfg(feature = "discord")]
mod running;
