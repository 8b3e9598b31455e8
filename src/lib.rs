//! caveat: a self-hosted FAQ bot that knows how sure it is.
//!
//! # The picture of the house
//!
//! A room may use what stands **below** it, never what stands above it: read from the bottom up, nothing comes as a
//! surprise. The test `tests/suite/house.rs` holds the code to it.
//!
//! ```text
//! main.rs        hands the arguments to cli, returns its exit code
//!  cli/          one file a command: ask · chat · check · eval · tune · rank · run; here the parts are put together
//!  config.rs     config.toml + environment -> the `Settings` that the modules below declare; only cli imports it
//! ────────────── the outside: async, network, disk, clock ────────────────────────────────────────────────
//!  discord/      the only room that knows serenity: events in, requests out
//!  service.rs    one Question in, one Reply out, counted on the way; any front end calls this
//!  backstage.rs  what moderators ask of the FAQ: check, reload, explain, preview, status
//!  monitoring/   the port at which a monitor reads the metrics and sees whether the bot is well
//!  metrics/      the counters and their names
//!  store/        what must outlive a restart: which of our replies belongs to which question; no member's words
//!  live/         the Faq now in force; its folder is watched, and a change replaces it only if it is sound
//!  trial.rs      labelled questions on disk -> whether a set is good enough to take effect
//!  links.rs      asks sources' addresses whether they still answer
//!  embedding/    a sentence-embedding model from a folder: what a text means, as numbers (feature `semantic`)
//!  load.rs       faq/ on disk -> Knowledge or Problems; the only reader of that folder
//! ────────────── the core: values in, values out; usable without Discord ─────────────────────────────────
//!  tune.rs       judged questions -> the weights of the matching
//!  preview.rs    one entry tried out in a set: its problems, its looks, the questions that it would win or take
//!  eval/         labelled questions -> a Report of how good the replies are
//!  render/       Reply -> what is shown, in Discord, in a terminal, to programs; wording.rs has every sentence
//!  proofread/    what a careful editor would remark on a sound FAQ
//!  faq.rs        Faq: one immutable snapshot; `Faq::ask(&self, &Question) -> Reply`
//!  answering/    triage (red flags, before all else) · decide.rs (the only thresholds) · reply.rs (Reply, Action)
//!  matching/     which entry a question means, and how sure that is
//!  knowledge/    entries, sources, vocabulary, red flags: read from text, checked against each other
//!  problem.rs    a mistake in a file that a person wrote: where, what, how to mend it
//! ```
//!
//! ```text
//! faq/<topic>/<id>.md ─► knowledge ─► matching ─────┐               ┌─► render::discord  ─► discord::outgoing
//! faq/*.toml                                        ▼               │
//! a member's words ─► discord::incoming ─► Question ─► answering ─► Reply ─► render::terminal ─► cli
//! ```
//!
//! The core does no I/O and never asks what day it is: texts and dates come in as arguments. A [`Reply`](answering::Reply)
//! is complete: whoever holds one can show it without asking anybody. Red flags win: nothing that a message also says can
//! turn an urgent reply into an ordinary one.

pub mod answering;
#[cfg(feature = "discord")]
pub mod backstage;
pub mod cli;
pub mod config;
pub mod discord;
#[cfg(feature = "semantic")]
pub mod embedding;
pub mod eval;
pub mod faq;
pub mod knowledge;
#[cfg(feature = "discord")]
pub mod links;
#[cfg(feature = "discord")]
pub mod live;
pub mod load;
pub mod matching;
#[cfg(feature = "discord")]
pub mod metrics;
pub mod monitoring;
pub mod preview;
pub mod problem;
pub mod proofread;
pub mod render;
#[cfg(feature = "discord")]
pub mod service;
pub mod store;
pub mod trial;
pub mod tune;
