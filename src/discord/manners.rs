//! The bot's manners where it replies: who has to wait, what goes below a reply, what only one member should see.
//!
//! What a press or a reaction does to a reply is in `dismissal` and `helpers`, what an emergency brings along in
//! `emergencies`, what is said by a direct message in `direct`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::cooldown::{Buckets, Cooldown, Wait, Whose};
use super::mending::link;
use super::outgoing::Place;
use super::rest::Rest;
use super::thinking::Thought;
use super::threads::Threads;
use super::turns::Turns;
use super::watching::Watched;
use super::{Parts, Settings, lock};
use crate::answering::{Action, Reply, ReplyKind};
use crate::knowledge::EntryId;
use crate::metrics;
use crate::render::discord::{Frame, Heard, Message as Rendered, messages, under};
use crate::render::wish::{self, Wish};
use crate::render::wording::manners as words;

/// How many reactions of a member are looked at in a minute: looking asks Discord up to four things.
const LOOKS: u32 = 10;

/// Whoever minds the bot's manners.
pub struct Manners {
    pub(super) rest: Arc<Rest>,
    pub(super) parts: Parts,
    pub(super) settings: Settings,
    /// Whether Discord lets the bot read the channels that it is to watch.
    watching: AtomicBool,
    cooldown: Mutex<Cooldown>,
    looks: Mutex<Buckets<u64>>,
    /// Held while it is decided whether an entry rests: two may ask for it at the same moment.
    resting: Mutex<()>,
    /// Until when an entry rests that was said in a channel unasked.
    unasked: Mutex<HashMap<(u64, EntryId), Timestamp>>,
    /// When a reply to a member last had to make room.
    pub(super) overtaken: Mutex<HashMap<u64, Timestamp>>,
    /// Held while one of them is told.
    pub(super) telling: tokio::sync::Mutex<()>,
    pub(super) threads: Threads,
    pub(super) turns: Turns,
}

/// Where a reply would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Where {
    /// The server; `None` for direct messages.
    pub guild: Option<u64>,
    pub channel: u64,
    /// Whether others than the asker see it.
    pub public: bool,
    /// Whether it answers an interaction: then it can be made private.
    pub interaction: bool,
}

/// What manners say to a reply that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It may be said.
    Say,
    /// It was said there a moment ago, in the message that the link leads to, if that is known. Not again before then.
    SaidAlready { link: Option<String>, until: i64 },
    /// The asker has to wait, and is told so in these words; unless it is not the first time, where that would be a flood.
    Wait { sentence: String, first: bool },
}

impl Manners {
    pub fn new(rest: Arc<Rest>, parts: Parts, settings: Settings) -> Self {
        Self {
            cooldown: Mutex::new(Cooldown::new(&settings.cooldown)),
            watching: AtomicBool::new(true),
            looks: Mutex::new(Buckets::new(LOOKS, 60)),
            resting: Mutex::default(),
            unasked: Mutex::default(),
            overtaken: Mutex::default(),
            telling: tokio::sync::Mutex::default(),
            threads: Threads::default(),
            turns: Turns::default(),
            rest,
            parts,
            settings,
        }
    }

    /// The channels in which the bot answers by itself.
    pub(super) fn watched(&self) -> &[Watched] {
        if self.watching.load(Ordering::Relaxed) { &self.settings.watched } else { &[] }
    }

    /// From now on nothing is watched: Discord does not let the bot read there.
    pub fn stop_watching(&self) {
        self.watching.store(false, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.parts.now)()
    }

    /// Whether `reply` may be given to `asker` there; `None` for a reply that is no answer of the FAQ. Takes a turn of his if
    /// so. Help in an emergency always may.
    pub fn judge(&self, reply: Option<&Reply>, asker: u64, place: Where) -> Judged {
        let kind = reply.map(|it| &it.kind);
        if let Err((sentence, first)) = self.take_turn(is_urgent(kind), asker, place.public.then_some(place.channel)) {
            return Judged::Wait { sentence, first };
        }
        match kind {
            Some(kind) if place.public && place.guild.is_some() => {
                self.judge_entries(&entries(kind), place, self.now())
            }
            _ => Judged::Say,
        }
    }

    /// Takes a turn of `member`, and one of `channel` if others see the reply there. Help in an emergency (`urgent`) takes none.
    ///
    /// # Errors
    /// When to come back, in a sentence, and whether that is said for the first time.
    pub(super) fn take_turn(&self, urgent: bool, member: u64, channel: Option<u64>) -> Result<(), (String, bool)> {
        if urgent {
            return Ok(());
        }
        let taken = lock(&self.cooldown).take(member, channel, self.now());
        taken.map_err(|wait| self.waits(wait))
    }

    /// The same for a page that `member` turns in what he alone reads, which takes but a share of a turn.
    ///
    /// # Errors
    /// As above.
    pub(super) fn take_page(&self, member: u64) -> Result<(), (String, bool)> {
        let taken = lock(&self.cooldown).take_page(member, self.now());
        taken.map_err(|wait| self.waits(wait))
    }

    fn waits(&self, Wait { whose, until, first }: Wait) -> (String, bool) {
        self.parts.metrics.cooled_down(match whose {
            Whose::Member => metrics::Cooldown::Member,
            Whose::Channel => metrics::Cooldown::Channel,
        });
        (words::come_back(whose == Whose::Channel, until.as_second()), first)
    }

    /// Whether all of `entries` rest in that channel.
    pub(super) fn judge_entries(&self, entries: &[&EntryId], place: Where, now: Timestamp) -> Judged {
        let _alone = lock(&self.resting);
        let rests = |entry: &&EntryId| {
            let said = self.parts.store.last_said(place.channel, entry)?;
            Some((said.at + self.settings.cooldown.entry_rest(), said.reply)).filter(|(until, _)| *until > now)
        };
        let resting: Option<Vec<_>> = entries.iter().map(rests).collect();
        if let Some((until, reply)) = resting.and_then(|all| all.into_iter().max()) {
            self.parts.metrics.cooled_down(metrics::Cooldown::Entry);
            let link = reply.map(|reply| link(place.guild, place.channel, Some(reply)));
            return Judged::SaidAlready { link, until: until.as_second() };
        }
        // Discord does not tell which message the answer to an interaction became. That to a message is kept when it is sent.
        if place.interaction {
            entries.iter().for_each(|entry| self.parts.store.note_said(place.channel, entry, now));
        }
        Judged::Say
    }

    /// What a press of `asker` is answered with, at `place`: `reply`, or when to come back. `at` says who sees it.
    pub(super) fn answer_press(
        &self,
        reply: Reply,
        action: &Action,
        frame: Frame,
        asker: u64,
        at: Where,
        place: Place,
    ) -> Thought {
        let taken = match action {
            Action::ReadOn(..) => self.take_page(asker),
            _ => self.take_turn(is_urgent(Some(&reply.kind)), asker, at.public.then_some(at.channel)),
        };
        if let Err((sentence, _)) = taken {
            return Thought::notice(&sentence);
        }
        if let (ReplyKind::Answer(answer), true) = (&reply.kind, at.public && at.guild.is_some()) {
            self.parts.store.note_said(at.channel, &answer.id, self.now());
        }
        Thought::new(place, self.prepare(&reply, Heard::Chosen, frame, at.public))
    }

    /// What an interaction of `asker` is answered with, at `place` if nothing speaks against it: `reply`, or why not.
    pub(super) fn answer(
        &self,
        reply: Reply,
        heard: Heard<'_>,
        frame: Frame,
        asker: u64,
        at: Where,
        place: Place,
    ) -> Thought {
        let urgent = if let ReplyKind::Urgent(urgent) = &reply.kind { Some(urgent.clone()) } else { None };
        let place = if urgent.is_some() && self.settings.urgent.private { Place::Private } else { place };
        let at = Where { public: at.guild.is_some() && place == Place::Public, interaction: true, ..at };
        let judged = self.judge(Some(&reply), asker, at);
        let (place, above) = match judged {
            Judged::Wait { sentence, .. } => return Thought::notice(&sentence),
            Judged::SaidAlready { until, .. } => (Place::Private, Some(words::shown_to_you_alone(until))),
            Judged::Say => (place, None),
        };
        let messages = self.prepare(&reply, heard, frame, at.guild.is_some() && place == Place::Public);
        let messages = above.into_iter().fold(messages, |messages, above| under(above, messages));
        Thought { urgent: urgent.map(|urgent| (urgent, at)), ..Thought::new(place, messages) }
    }

    /// `reply` as messages, with what the asker can wish for below; `public` if others see it.
    pub(super) fn prepare(&self, reply: &Reply, heard: Heard<'_>, frame: Frame, public: bool) -> Vec<Rendered> {
        let mut messages = messages(reply, heard, frame);
        self.dress(&mut messages, Some(&reply.kind), public);
        messages
    }

    /// Whether `entry` may be said in `channel` though nobody asked for it; if so, it is taken as said, for as long as it then
    /// rests, and one of the channel's turns is taken.
    pub fn may_speak_unasked(&self, channel: u64, entry: &EntryId, quiet: SignedDuration) -> bool {
        let now = self.now();
        let mut unasked = lock(&self.unasked);
        unasked.retain(|_, until| *until > now);
        let key = (channel, entry.clone());
        // Two may ask the same at the same moment: the store learns of a reply only when it was sent.
        if unasked.contains_key(&key) || !lock(&self.cooldown).take_unasked(channel, now) {
            return false;
        }
        unasked.insert(key, now + quiet);
        true
    }

    /// Whether `entry` rests in `channel`, since it was said there less than `quiet` ago, asked for or not.
    pub fn rests(&self, channel: u64, entry: &EntryId, quiet: SignedDuration) -> bool {
        let now = self.now();
        let unasked = lock(&self.unasked).get(&(channel, entry.clone())).is_some_and(|until| *until > now);
        unasked || self.parts.store.last_said(channel, entry).is_some_and(|said| said.at + quiet > now)
    }

    /// Whether a reaction of `member` is worth looking at: not if it is one of very many.
    pub(super) fn look(&self, member: u64) -> bool {
        let (mut looks, now) = (lock(&self.looks), self.now());
        let free = looks.wait(&member, now).is_none();
        if free {
            looks.take(member, now);
        }
        free
    }

    /// Adds what the asker can wish for below `messages`, which say `kind` (`None` for what is no answer of the FAQ).
    pub fn dress(&self, messages: &mut [Rendered], kind: Option<&ReplyKind>, public: bool) {
        let person = match kind {
            // Nothing but help stands there.
            Some(ReplyKind::Urgent(_)) => return,
            Some(ReplyKind::NotInFaq(_)) => true,
            Some(ReplyKind::Answer(_) | ReplyKind::Answers(_)) => self.settings.helpers.under_answers,
            Some(ReplyKind::DidYouMean(_)) | None => false,
        };
        let mut wishes = Vec::new();
        if person && self.settings.helpers.channel.is_some() {
            wishes.push(Wish::Person);
        }
        // What only one member sees has a button of Discord's own to go away.
        if public && self.settings.dismiss_button {
            wishes.push(Wish::Dismiss);
        }
        wish::add(messages, &wishes);
    }
}

/// The entries that a reply of this kind asserts, in its order.
pub(super) fn entries(kind: &ReplyKind) -> Vec<&EntryId> {
    match kind {
        ReplyKind::Answer(answer) => vec![&answer.id],
        ReplyKind::Answers(answers) => answers.iter().map(|answer| &answer.id).collect(),
        _ => Vec::new(),
    }
}

fn is_urgent(kind: Option<&ReplyKind>) -> bool {
    matches!(kind, Some(ReplyKind::Urgent(_)))
}
