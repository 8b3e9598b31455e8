//! Interactions: commands, what is suggested to somebody who types one, and presses. Each gets its answer within 3 s.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{CommandInteraction, ComponentInteraction, Interaction, Permissions};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use super::commands::Command;
use super::incoming::Asked;
use super::outgoing::{Place, Ticket};
use super::posting::{self, may_speak};
use super::rest::{CallError, Rest};
use super::staff::Staff;
use super::thinking::{Thinking, Thought};
use super::{Parts, Settings, buttons, commands, outgoing};
use crate::answering::Action;
use crate::faq::Faq;
use crate::metrics::Way;
use crate::render::custom_id::Press;
use crate::render::discord::{Frame, Heard, Message, browse, help, messages, nothing_asked, preview};
use crate::render::{limits, wording::discord as words};

/// How long an answer may take before Discord is told that it will be later. An interaction is dead after 3 s; this leaves
/// as much again for telling.
const THINKING: Duration = Duration::from_millis(1500);

/// Whoever answers interactions.
pub struct Interactions {
    rest: Arc<Rest>,
    parts: Parts,
    staff: Staff,
}

impl Interactions {
    pub fn new(rest: Arc<Rest>, parts: Parts, settings: &Settings) -> Self {
        let staff = Staff::new(Arc::clone(&rest), parts.clone(), settings.clone());
        Self { rest, parts, staff }
    }

    /// Somebody interacts; the event came in at `received`.
    pub async fn interaction(&self, interaction: Interaction, received: Instant) {
        match interaction {
            Interaction::Command(command) => self.command(command, received).await,
            Interaction::Autocomplete(command) => self.autocomplete(command, received).await,
            Interaction::Component(press) => self.press(press, received).await,
            Interaction::Modal(form) => self.staff.form(form, received).await,
            _ => {}
        }
    }

    async fn command(&self, command: CommandInteraction, received: Instant) {
        let wanted = commands::read(&command.data);
        if let Command::Staff(wish) = wanted {
            return self.staff.command(command, wish, received).await;
        }
        let frame = frame(command.app_permissions);
        let may_post = may_speak(command.member.as_deref(), command.channel.as_ref());
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        let place = |private| if private { Place::Private } else { Place::Public };
        let (place, thinking) = match wanted {
            Command::Ask { asked: Asked::Nothing, .. } => {
                (Place::Private, self.browse(Place::Private, help_for_nothing))
            }
            Command::Ask { asked: Asked::Question(question), words, private } => {
                let (place, answers) = (place(private), Arc::clone(&self.parts.answers));
                let work = move || Thought {
                    place,
                    messages: messages(&answers.ask(&question), Heard::Hidden(&words), frame),
                };
                (place, Thinking::of(work))
            }
            Command::Show { action, private } => {
                (place(private), self.act(place(private), frame, action, words::STALE_CHOICE))
            }
            Command::Browse => {
                (Place::Private, self.browse(Place::Private, |faq| Some(vec![browse::topics(faq.knowledge(), 0)])))
            }
            Command::Sources => (
                Place::Private,
                self.browse(Place::Private, move |faq| Some(vec![browse::sources(faq.knowledge(), 0, frame)])),
            ),
            Command::Help => (Place::Private, self.browse(Place::Private, |faq| Some(help(&faq.knowledge().set)))),
            Command::Look { asked: Asked::Nothing, .. } => {
                (Place::Private, Thinking::of(|| Thought::notice(words::NOTHING_TO_ANSWER)))
            }
            Command::Look { to, asked: Asked::Question(question) } => {
                let answers = Arc::clone(&self.parts.answers);
                let work = move || Thought {
                    place: Place::Private,
                    messages: preview::messages(&answers.ask(&question), to, may_post, frame),
                };
                (Place::Private, Thinking::of(work))
            }
            Command::Staff(_) | Command::Unknown => {
                (Place::Private, Thinking::of(|| Thought::notice(words::UNKNOWN_COMMAND)))
            }
        };
        self.answer(&ticket, place, thinking).await;
    }

    async fn autocomplete(&self, command: CommandInteraction, received: Instant) {
        let typed = commands::typed(&command.data).to_owned();
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        let answers = Arc::clone(&self.parts.answers);
        // No suggestions are better than an error in the member's face.
        let found = spawn_blocking(move || answers.suggest(&typed, limits::CHOICES)).await;
        let found = found.unwrap_or_else(|_| {
            self.parts.metrics.panicked();
            Vec::new()
        });
        told("suggestions", outgoing::suggest(&self.rest, &ticket, &found).await);
    }

    async fn press(&self, press: ComponentInteraction, received: Instant) {
        let wanted = buttons::read(&press);
        let place = wanted.as_ref().map_or(Place::Private, |wanted| buttons::place(&press, wanted));
        let frame = frame(press.app_permissions);
        let may_post = may_speak(press.member.as_ref(), press.channel.as_ref());
        let ticket = Ticket { application: press.application_id, id: press.id, token: press.token, received };
        let thinking = match wanted {
            Some(Press::Act(action)) => self.act(place, frame, action, words::STALE_BUTTON),
            Some(Press::Look { to, action }) => {
                let answers = Arc::clone(&self.parts.answers);
                Thinking::of(move || match answers.act(&action) {
                    Some(reply) => Thought { place, messages: preview::messages(&reply, to, may_post, frame) },
                    None => Thought::notice(words::STALE_BUTTON),
                })
            }
            Some(Press::Post { .. }) if !may_post => Thinking::of(|| Thought::notice(words::MAY_NOT_POST)),
            Some(Press::Post { to, action }) => {
                return posting::post(&self.rest, &self.parts, &ticket, press.channel_id, to, action).await;
            }
            Some(Press::Topics(page)) => {
                self.browse(place, move |faq| Some(vec![browse::topics(faq.knowledge(), page)]))
            }
            Some(Press::Topic(id, page)) => {
                self.browse(place, move |faq| Some(vec![browse::topic(faq.knowledge(), &id, page)?]))
            }
            Some(Press::Sources(page)) => {
                self.browse(place, move |faq| Some(vec![browse::sources(faq.knowledge(), page, frame)]))
            }
            None => Thinking::of(|| Thought::notice(words::STALE_BUTTON)),
        };
        self.answer(&ticket, place, thinking).await;
    }

    /// The reply to `action`; `stale` if the FAQ no longer has what it names.
    fn act(&self, place: Place, frame: Frame, action: Action, stale: &'static str) -> Thinking {
        let answers = Arc::clone(&self.parts.answers);
        Thinking::of(move || match answers.act(&action) {
            Some(reply) => Thought { place, messages: messages(&reply, Heard::Chosen, frame) },
            None => Thought::notice(stale),
        })
    }

    /// What `page` makes of the FAQ in force.
    fn browse(&self, place: Place, page: impl FnOnce(&Faq) -> Option<Vec<Message>> + Send + 'static) -> Thinking {
        let answers = Arc::clone(&self.parts.answers);
        Thinking::of(move || match page(&answers.faq()) {
            Some(messages) => Thought { place, messages },
            None => Thought::notice(words::STALE_BUTTON),
        })
    }

    /// Answers an interaction at `place` with what comes of `thinking`; if that takes long, Discord is told so first.
    async fn answer(&self, ticket: &Ticket, place: Place, mut thinking: Thinking) {
        let soon = timeout(THINKING.saturating_sub(ticket.received.elapsed()), &mut thinking.0).await;
        if let Ok(thought) = soon {
            let Thought { place, messages } = thought.unwrap_or_else(|_| Thought::broken(&self.parts.metrics));
            let sent = outgoing::answer(&self.rest, ticket, place, &messages).await;
            self.sent("an answer", ticket.received, sent);
            return;
        }
        told("a word that it takes longer", outgoing::defer(&self.rest, ticket, place).await);
        let thought = thinking.finish(&self.parts.metrics).await;
        let sent = if thought.place == place {
            outgoing::answer_late(&self.rest, ticket, place, &thought.messages).await
        } else {
            outgoing::follow_up(&self.rest, ticket, thought.place, &thought.messages).await
        };
        self.sent("a late answer", ticket.received, sent);
    }

    /// Counts a reply that came, and tells the log of one that did not.
    fn sent(&self, what: &str, received: Instant, sent: Result<(), CallError>) {
        if sent.is_ok() {
            self.parts.metrics.sent(Way::Interaction, received.elapsed());
        }
        told(what, sent);
    }
}

/// How to show something where the bot has these permissions. Without Embed Links an embed may not be shown; where Discord
/// says nothing of permissions, it does not restrict them.
pub fn frame(permissions: Option<Permissions>) -> Frame {
    if permissions.is_none_or(|it| it.contains(Permissions::EMBED_LINKS)) { Frame::Embed } else { Frame::Text }
}

/// What somebody gets who asked nothing by `/ask`.
fn help_for_nothing(faq: &Faq) -> Option<Vec<Message>> {
    Some(nothing_asked(&faq.knowledge().set))
}

/// Tells the log if something could not be sent. There is nobody else to tell.
pub fn told(what: &str, sent: Result<(), CallError>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "{what} could not be sent");
    }
}
