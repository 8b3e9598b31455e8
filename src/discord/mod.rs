//! The Discord front end: the only room that knows serenity.
//!
//! serenity knows what Discord's events and requests look like; the connections are ours ([`gateway`] and [`rest`] say why).
//! Each event is handed on: a message is read by [`incoming`], a command by [`commands`], a press by [`buttons`]; all ask the
//! same [`Answers`], and [`outgoing`] sends what `render` made of the reply. [`correspondence`] knows which reply belongs to
//! which message, `following` what becomes of it when that changes; [`interactions`] answers commands and presses in time; `posting` replies to somebody's message because
//! somebody else wished it.
//!
//! [`Answers`]: crate::service::Answers

pub mod cooldown;
pub mod id;
pub mod pace;
pub mod settings;
pub mod shards;
pub mod token;
pub mod watching;

#[cfg(feature = "discord")]
pub mod buttons;
#[cfg(feature = "discord")]
mod choosing;
#[cfg(feature = "discord")]
pub mod commands;
#[cfg(feature = "discord")]
mod correspondence;
#[cfg(feature = "discord")]
mod direct;
#[cfg(feature = "discord")]
pub mod dismissal;
#[cfg(feature = "discord")]
pub mod emergencies;
#[cfg(feature = "discord")]
mod following;
#[cfg(feature = "discord")]
pub mod gateway;
#[cfg(feature = "discord")]
pub mod helpers;
#[cfg(feature = "discord")]
pub mod incoming;
#[cfg(feature = "discord")]
pub mod interactions;
#[cfg(feature = "discord")]
pub mod lanes;
#[cfg(feature = "discord")]
pub mod manners;
#[cfg(feature = "discord")]
pub mod mending;
#[cfg(feature = "discord")]
pub mod outgoing;
#[cfg(feature = "discord")]
pub mod permissions;
#[cfg(feature = "discord")]
mod posting;
#[cfg(feature = "discord")]
mod reserve;
#[cfg(feature = "discord")]
pub mod rest;
#[cfg(feature = "discord")]
mod threads;
#[cfg(feature = "discord")]
mod turns;

#[cfg(feature = "discord")]
pub mod staff;

pub use id::Id;
pub use settings::Settings;
pub use token::Secret;

#[cfg(feature = "discord")]
pub use gateway::Fatal;
#[cfg(feature = "discord")]
pub use parts::Parts;
#[cfg(feature = "discord")]
pub use running::{RunError, run};

#[cfg(feature = "discord")]
mod finding;
#[cfg(feature = "discord")]
mod hearing;
#[cfg(feature = "discord")]
mod parts;

#[cfg(feature = "discord")]
mod running;
#[cfg(feature = "discord")]
mod thinking;

/// A lock that outlives a panic elsewhere: what it guards in this room is never half changed.
#[cfg(feature = "discord")]
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
