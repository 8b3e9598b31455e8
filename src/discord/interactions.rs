//! Interactions: commands, what is suggested to somebody who types one, and presses. Each gets its answer within 3 s.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{
    ChannelId, CommandInteraction, ComponentInteraction, GuildId, Interaction, MessageFlags, Permissions,
};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use super::commands::Command;
use super::incoming::Asked;
use super::manners::{Manners, Where};
use super::outgoing::{Place, Ticket};
use super::posting::{self, may_speak};
use super::rest::{CallError, Rest};
use super::staff::Staff;
use super::thinking::{Thinking, Thought};
use super::{Parts, Settings, buttons, commands, outgoing};
use crate::answering::{Reply, ReplyKind};
use crate::faq::Faq;
use crate::metrics::Way;
use crate::render::custom_id::Press;
use crate::render::discord::{Frame, Heard, Message, browse, help, nothing_asked, preview};
use crate::render::wish::Wish;
use crate::render::{limits, wording::discord as words};

/// How long an answer may take before Discord is told that it will be later. An interaction is dead after 3 s; this leaves
/// as much again for telling.
const THINKING: Duration = Duration::from_millis(1500);

/// Whoever answers interactions.
pub struct Interactions {
    rest: Arc<Rest>,
    parts: Parts,
    manners: Arc<Manners>,
    staff: Staff,
}

impl Interactions {
    pub fn new(rest: Arc<Rest>, parts: Parts, settings: &Settings, manners: Arc<Manners>) -> Self {
        let staff = Staff::new(Arc::clone(&rest), parts.clone(), settings.clone());
        Self { rest, parts, manners, staff }
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
        let at = at(command.guild_id, command.channel_id);
        let asker = command.user.id.get();
        let ticket = Ticket { application: command.application_id, id: command.id, token: command.token, received };
        let place = |private| if private { Place::Private } else { Place::Public };
        let (place, thinking) = match wanted {
            Command::Ask { asked: Asked::Nothing, .. } => {
                (Place::Private, self.browse(Place::Private, help_for_nothing))
            }
            Command::Ask {
                asked: Asked::Question(question) | Asked::KindWord(question) | Asked::Choice(question, _),
                words,
                private,
            } => {
                let (place, manners) = (place(private), Arc::clone(&self.manners));
                let work = move || {
                    let reply = manners.parts.answers.ask(&question);
                    manners.answer(reply, Heard::Hidden(&words), frame, asker, at, place)
                };
                (place, Thinking::of(work))
            }
            Command::Show { action, private } => {
                let (place, manners) = (place(private), Arc::clone(&self.manners));
                let work = move || match manners.parts.answers.act(&action) {
                    Some(reply) => manners.answer(reply, Heard::Chosen, frame, asker, at, place),
                    None => Thought::notice(words::STALE_CHOICE),
                };
                (place, Thinking::of(work))
            }
            Command::Browse => {
                (Place::Private, self.page(asker, Place::Private, |faq| Some(vec![browse::topics(faq.knowledge(), 0)])))
            }
            Command::Sources => (
                Place::Private,
                self.page(asker, Place::Private, move |faq| Some(vec![browse::sources(faq.knowledge(), 0, frame)])),
            ),
            Command::Help => (Place::Private, self.browse(Place::Private, |faq| Some(help(&faq.knowledge().set)))),
            Command::Look { asked: Asked::Nothing, .. } => {
                (Place::Private, Thinking::of(|| Thought::notice(words::NOTHING_TO_ANSWER)))
            }
            Command::Look {
                to,
                asked: Asked::Question(question) | Asked::KindWord(question) | Asked::Choice(question, _),
            } => {
                let manners = Arc::clone(&self.manners);
                let work = move || {
                    let reply = manners.parts.answers.ask(&question);
                    look(&manners, &reply, asker, Place::Private, |reply| preview::messages(reply, to, may_post, frame))
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
        let finding = spawn_blocking(move || answers.suggest(&typed, limits::CHOICES));
        let found = match timeout(THINKING.saturating_sub(ticket.received.elapsed()), finding).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => {
                self.parts.metrics.panicked();
                Vec::new()
            }
            // They cannot be told later, and the next letter asks again.
            Err(_) => Vec::new(),
        };
        told("suggestions", outgoing::suggest(&self.rest, &ticket, &found).await);
    }

    async fn press(&self, press: ComponentInteraction, received: Instant) {
        let wanted = buttons::read(&press);
        let place = wanted.as_ref().map_or(Place::Private, |wanted| buttons::place(&press, wanted));
        let frame = frame(press.app_permissions);
        let may_post = may_speak(press.member.as_ref(), press.channel.as_ref());
        let presser = press.user.id.get();
        let ticket = Ticket { application: press.application_id, id: press.id, token: press.token.clone(), received };
        if let Some(wish) = Wish::of_id(&press.data.custom_id) {
            return match wish {
                Wish::Dismiss => self.manners.dismiss_pressed(&press, &ticket).await,
                Wish::Person => self.manners.person_pressed(&press, &ticket).await,
            };
        }
        let thinking = match wanted {
            Some(Press::Act(action)) => {
                // What takes the place of a message is seen by whoever saw that.
                let alone = press.message.flags.is_some_and(|it| it.contains(MessageFlags::EPHEMERAL));
                let at = at(press.guild_id, press.channel_id);
                let at = Where { public: at.public && place == Place::Instead && !alone, ..at };
                let manners = Arc::clone(&self.manners);
                Thinking::of(move || match manners.parts.answers.act(&action) {
                    Some(reply) => manners.answer_press(reply, &action, frame, presser, at, place),
                    None => Thought::notice(words::STALE_BUTTON),
                })
            }
            Some(Press::Look { to, action }) => {
                let manners = Arc::clone(&self.manners);
                Thinking::of(move || match manners.parts.answers.act(&action) {
                    Some(reply) => {
                        look(&manners, &reply, presser, place, |reply| preview::messages(reply, to, may_post, frame))
                    }
                    None => Thought::notice(words::STALE_BUTTON),
                })
            }
            Some(Press::Post { .. }) if !may_post => Thinking::of(|| Thought::notice(words::MAY_NOT_POST)),
            Some(Press::Post { to, action }) => {
                let by = (presser, at(press.guild_id, press.channel_id));
                return posting::post(&self.manners, &ticket, by, to, action).await;
            }
            Some(Press::Topics(page)) => {
                self.page(presser, place, move |faq| Some(vec![browse::topics(faq.knowledge(), page)]))
            }
            Some(Press::Topic(id, page)) => {
                self.page(presser, place, move |faq| Some(vec![browse::topic(faq.knowledge(), &id, page)?]))
            }
            Some(Press::Sources(page)) => {
                self.page(presser, place, move |faq| Some(vec![browse::sources(faq.knowledge(), page, frame)]))
            }
            None => Thinking::of(|| Thought::notice(words::STALE_BUTTON)),
        };
        self.answer(&ticket, place, thinking).await;
    }

    /// A page that `member` wants to read in the FAQ in force, if he has not turned very many.
    fn page(
        &self,
        member: u64,
        place: Place,
        page: impl FnOnce(&Faq) -> Option<Vec<Message>> + Send + 'static,
    ) -> Thinking {
        match self.manners.take_page(member) {
            Ok(()) => self.browse(place, page),
            Err((sentence, _)) => Thinking::of(move || Thought::notice(&sentence)),
        }
    }

    /// What `page` makes of the FAQ in force.
    fn browse(&self, place: Place, page: impl FnOnce(&Faq) -> Option<Vec<Message>> + Send + 'static) -> Thinking {
        let answers = Arc::clone(&self.parts.answers);
        Thinking::of(move || match page(&answers.faq()) {
            Some(messages) => Thought::new(place, messages),
            None => Thought::notice(words::STALE_BUTTON),
        })
    }

    /// Answers an interaction at `place` with what comes of `thinking`; if that takes long, Discord is told so first.
    async fn answer(&self, ticket: &Ticket, place: Place, mut thinking: Thinking) {
        let soon = timeout(THINKING.saturating_sub(ticket.received.elapsed()), &mut thinking.0).await;
        let thought = if let Ok(thought) = soon {
            let thought = thought.unwrap_or_else(|_| Thought::broken(&self.parts.metrics));
            let sent = outgoing::answer(&self.rest, ticket, thought.place, &thought.messages).await;
            self.sent("an answer", ticket.received, sent);
            thought
        } else {
            told("a word that it takes longer", outgoing::defer(&self.rest, ticket, place).await);
            let thought = thinking.finish(&self.parts.metrics).await;
            let sent = if thought.place == place {
                outgoing::answer_late(&self.rest, ticket, place, &thought.messages).await
            } else {
                outgoing::answer_elsewhere(&self.rest, ticket, place, thought.place, &thought.messages).await
            };
            self.sent("a late answer", ticket.received, sent);
            thought
        };
        if let Some((urgent, at)) = &thought.urgent {
            let link = async || self.manners.link_of_answer(ticket, *at).await;
            self.manners.tell_moderators(urgent, ticket.id.get(), link).await;
        }
    }

    /// Counts a reply that came, and tells the log of one that did not.
    fn sent(&self, what: &str, received: Instant, sent: Result<(), CallError>) {
        if sent.is_ok() {
            self.parts.metrics.sent(Way::Interaction, received.elapsed());
        }
        told(what, sent);
    }
}

/// What `member` sees who looks at what would be said: `shown` of the reply, or when to come back.
fn look(
    manners: &Manners,
    reply: &Reply,
    member: u64,
    place: Place,
    shown: impl FnOnce(&Reply) -> Vec<Message>,
) -> Thought {
    match manners.take_turn(matches!(reply.kind, ReplyKind::Urgent(_)), member, None) {
        Ok(()) => Thought::new(place, shown(reply)),
        Err((sentence, _)) => Thought::notice(&sentence),
    }
}

/// Where an interaction is.
fn at(guild: Option<GuildId>, channel: ChannelId) -> Where {
    Where { guild: guild.map(|it| it.get()), channel: channel.get(), public: guild.is_some(), interaction: true }
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
