//! Moderators: `/faq-admin`, and what their channel is told.
//!
//! Every use is private, and asked by a moderator or refused. All of it may take seconds, so Discord is told at once that
//! the answer comes later, and the work is done away from the threads that serve the network, one piece at a time.

mod attachment;
mod form;
mod news;

use std::sync::Arc;

use serenity::all::{CommandInteraction, Member, ModalInteraction};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

pub use news::listen;

use super::commands::{Attached, Wish};
use super::interactions::{frame, told};
use super::outgoing::{self, Place, Ticket};
use super::permissions::is_moderator;
use super::rest::{CallError, Rest};
use super::{Parts, Settings};
use crate::backstage::Backstage;
use crate::preview::Preview;
use crate::render::discord::{Frame, Heard, Message, messages, notice};
use crate::render::staff::{self, Sheet};
use crate::render::wording::{discord, staff as words};

/// Whoever serves moderators.
pub struct Staff {
    rest: Arc<Rest>,
    parts: Parts,
    settings: Settings,
    /// Held while something is worked out: moderators wait for each other rather than take the cores from members.
    working: tokio::sync::Mutex<()>,
}

/// What is sent to a moderator: a sheet, then messages that belong to it, whose controls do nothing.
struct Answer {
    sheet: Sheet,
    shown: Vec<Message>,
}

impl Staff {
    pub fn new(rest: Arc<Rest>, parts: Parts, settings: Settings) -> Self {
        Self { rest, parts, settings, working: tokio::sync::Mutex::default() }
    }

    /// Carries out what somebody wishes by `command`, if he may.
    pub async fn command(&self, command: CommandInteraction, wish: Wish, received: Instant) {
        let member = command.member.as_deref();
        let (refused, frame) = (self.refusal(member), frame(command.app_permissions));
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        match (refused, wish) {
            (Some(refused), _) => self.say(&ticket, refused).await,
            (None, Wish::Unknown) => self.say(&ticket, discord::UNKNOWN_COMMAND).await,
            (None, Wish::Preview { file: None, place }) => {
                told("a form", outgoing::callback(&self.rest, &ticket, &form::opened(&place)).await);
            }
            (None, wish) => self.serve(&ticket, wish, frame).await,
        }
    }

    /// Carries out what somebody wishes by sending a form, if he may.
    pub async fn form(&self, sent: ModalInteraction, received: Instant) {
        let filled = form::read(&sent);
        let (refused, frame) = (self.refusal(sent.member.as_ref()), frame(sent.app_permissions));
        let ticket = Ticket { application: sent.application_id, id: sent.id, token: sent.token, received };
        match (refused, filled) {
            (Some(refused), _) => self.say(&ticket, refused).await,
            (None, None) => self.say(&ticket, discord::STALE_BUTTON).await,
            (None, Some((place, entry))) => {
                self.defer(&ticket).await;
                self.work(&ticket, move |backstage| previewed(backstage, entry.as_bytes(), (&place, ""), frame)).await;
            }
        }
    }

    /// Why `member` may not use the command; `None` if he may.
    fn refusal(&self, member: Option<&Member>) -> Option<&'static str> {
        let Some(member) = member else { return Some(words::ONLY_ON_A_SERVER) };
        match is_moderator(member, &self.settings.moderator_roles) {
            _ if self.parts.backstage.is_none() => Some(words::NOT_HERE),
            true => None,
            false => Some(words::NOT_A_MODERATOR),
        }
    }

    async fn say(&self, ticket: &Ticket, sentence: &str) {
        told("a word", outgoing::answer(&self.rest, ticket, Place::Private, &[notice(sentence)]).await);
    }

    async fn serve(&self, ticket: &Ticket, wish: Wish, frame: Frame) {
        match wish {
            Wish::Preview { file: Some(file), place } => self.preview_file(ticket, file, place, frame).await,
            wish => {
                self.defer(ticket).await;
                self.work(ticket, move |backstage| Answer::of(sheet(backstage, wish))).await;
            }
        }
    }

    async fn preview_file(&self, ticket: &Ticket, file: Attached, place: String, frame: Frame) {
        self.defer(ticket).await;
        let fetched = attachment::fetch(self.rest.client(), self.rest.configured_base(), &file).await;
        self.work(ticket, move |backstage| match fetched {
            Ok(bytes) => previewed(backstage, &bytes, (&place, &file.name), frame),
            Err(why) => Answer::of(Sheet::of(why)),
        })
        .await;
    }

    async fn defer(&self, ticket: &Ticket) {
        told("a word that it takes longer", outgoing::defer(&self.rest, ticket, Place::Private).await);
    }

    /// Sends what comes of `work` to whoever was told to wait.
    async fn work(&self, ticket: &Ticket, work: impl FnOnce(&Backstage) -> Answer + Send + 'static) {
        let Some(backstage) = self.parts.backstage.clone() else { return };
        let answer = {
            let _turn = self.working.lock().await;
            spawn_blocking(move || work(&backstage)).await
        };
        let answer = answer.unwrap_or_else(|_| {
            self.parts.metrics.panicked();
            Answer::of(Sheet::of(discord::BROKEN))
        });
        told("a moderator's answer", self.send(ticket, &answer).await);
    }

    async fn send(&self, ticket: &Ticket, answer: &Answer) -> Result<(), CallError> {
        outgoing::answer_late_with(&self.rest, ticket, &answer.sheet).await?;
        outgoing::show(&self.rest, ticket, &answer.shown).await
    }
}

impl Answer {
    fn of(sheet: Sheet) -> Self {
        Self { sheet, shown: Vec::new() }
    }
}

/// What is said to a `wish` that is answered by a sheet alone.
fn sheet(backstage: &Backstage, wish: Wish) -> Sheet {
    match wish {
        Wish::Check => match backstage.check() {
            Some(it) => staff::checked(&it.problems, it.entries, &it.overdue),
            None => Sheet::of(words::NOT_HERE),
        },
        Wish::Reload => match backstage.reload() {
            Ok(it) if it.changed => Sheet::of(words::in_force(&it.version, it.entries, it.had, it.remarks.len())),
            Ok(it) => Sheet::of(words::unchanged(&it.version, it.entries)),
            Err(why) => news::refused(backstage, &why, &backstage.version()),
        },
        Wish::Explain(question) => staff::explain(&backstage.explain(&question)),
        Wish::Status => staff::status(&backstage.status()),
        Wish::Preview { .. } | Wish::Unknown => Sheet::of(discord::UNKNOWN_COMMAND),
    }
}

fn previewed(backstage: &Backstage, bytes: &[u8], (place, file_name): (&str, &str), frame: Frame) -> Answer {
    match backstage.preview(bytes, place, file_name) {
        Ok(preview) => Answer { sheet: report(&preview), shown: shown(&preview, frame) },
        Err(why) => Answer::of(Sheet::of(why.to_string())),
    }
}

fn report(preview: &Preview) -> Sheet {
    let text = preview.report();
    let lead = words::previewed(&preview.place, preview.effect.is_some());
    staff::report(&lead, &text, Some(("preview.txt", text.clone())), words::ALL_IN_THE_FILE)
}

/// The entry, part by part. What lies behind the last part is the last part again.
fn shown(preview: &Preview, frame: Frame) -> Vec<Message> {
    let replies = preview.effect.iter().flat_map(|effect| &effect.shown);
    let mut shown: Vec<Message> = replies.flat_map(|reply| messages(reply, Heard::Chosen, frame)).collect();
    shown.dedup();
    shown
}
