//! One binary for all tests that see the crate from outside; one file a subject.

mod bad_faq;
mod check;
mod command_line;
mod config;
#[cfg(feature = "discord")]
mod desk;
#[cfg(feature = "discord")]
mod discord;
#[cfg(feature = "discord")]
mod discord_browse;
#[cfg(feature = "discord")]
mod discord_choosing;
#[cfg(feature = "discord")]
mod discord_cooldown;
#[cfg(feature = "discord")]
mod discord_crowd;
#[cfg(feature = "discord")]
mod discord_following;
#[cfg(feature = "discord")]
mod discord_gateway;
#[cfg(feature = "discord")]
mod discord_helpers;
#[cfg(feature = "discord")]
mod discord_look;
#[cfg(feature = "discord")]
mod discord_manners;
#[cfg(all(feature = "discord", feature = "semantic"))]
mod discord_model;
#[cfg(feature = "discord")]
mod discord_payloads;
#[cfg(feature = "discord")]
mod discord_program;
#[cfg(feature = "discord")]
mod discord_staff;
#[cfg(feature = "discord")]
mod discord_survival;
#[cfg(feature = "discord")]
mod discord_unframed;
#[cfg(feature = "discord")]
mod discord_watched;
#[cfg(feature = "discord")]
mod discord_ways;
#[cfg(feature = "semantic")]
mod embedding;
mod eval;
#[cfg(feature = "discord")]
mod fake_discord;
mod house;
#[cfg(feature = "discord")]
mod links;
#[cfg(feature = "discord")]
mod live;
#[cfg(feature = "discord")]
mod monitoring;
mod parsing;
mod preview;
mod properties;
mod readme;
mod scale;
#[cfg(feature = "discord")]
mod service;
mod several;
mod shipped;
mod store;
mod tea;
mod terminal;
#[cfg(feature = "semantic")]
mod tiny_model;
mod triage;
mod typing;
