//! "Did you mean one of these?", answered in words: by a reply to our message, or next in direct messages.
//!
//! What was offered stands in the buttons of our message, so nothing has to be kept, and it holds after a restart too. Red
//! flags come first here as well.

use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::application::{ActionRowComponent, ButtonKind};
use serenity::model::channel::Message;
use serenity::model::id::UserId;

use super::correspondence::{Correspondence, Thought};
use super::incoming::{self, Asked, without_mention};
use super::manners::Manners;
use super::permissions::id;
use super::rest::{CallError, Patience};
use crate::answering::{Action, ReplyKind};
use crate::knowledge::EntryId;
use crate::matching::Question;
use crate::matching::choice::{Choice, choice};
use crate::render::custom_id;
use crate::render::discord::notice;
use crate::render::wording::discord as words;

/// What a member wants who chooses in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choosing {
    /// The same as the button that does this.
    One(Action),
    /// He agreed where several entries were offered: which one is not clear.
    Unclear(Vec<EntryId>),
}

/// What `text` chooses of the entries `offered`; `None` if it is anything but that.
pub fn choosing(text: &str, offered: &[EntryId]) -> Option<Choosing> {
    if offered.is_empty() {
        return None;
    }
    let nth = match choice(text)? {
        Choice::Nth(nth) => nth,
        Choice::Last => offered.len() - 1,
        Choice::Agreed if offered.len() > 1 => return Some(Choosing::Unclear(offered.to_vec())),
        Choice::Agreed => 0,
        Choice::NoneOfThese => return Some(Choosing::One(Action::NoneOfThese)),
    };
    offered.get(nth).map(|id| Choosing::One(Action::Pick(id.clone())))
}

/// The entries that `message` of ours offers, in its order; none if it asks nothing back (any more).
pub fn offered(message: &Message) -> Vec<EntryId> {
    let controls = message.components.iter().flat_map(|row| &row.components);
    let picks = controls.filter_map(|control| match control {
        ActionRowComponent::Button(button) => match &button.data {
            ButtonKind::NonLink { custom_id, .. } => custom_id::action(custom_id),
            _ => None,
        },
        _ => None,
    });
    picks.filter_map(|action| if let Action::Pick(id) = action { Some(id) } else { None }).collect()
}

impl Correspondence {
    /// What `message` asks of the bot `me`, as [`incoming::read`] says; and in direct messages, what it chooses of the entries
    /// that the message right before it offers.
    pub(super) async fn read(&self, message: &Message, me: UserId) -> Option<Asked> {
        let asked = incoming::read(message, me)?;
        let text = without_mention(&message.content, me);
        // Discord is asked only where the answer could matter.
        if message.guild_id.is_some() || message.message_reference.is_some() || choice(&text).is_none() {
            return Some(asked);
        }
        let offered = self.offered_before(message, me).await;
        Some(match choosing(&text, &offered) {
            Some(choosing) => Asked::Choice(Question::new(&text), choosing),
            None => asked,
        })
    }

    /// The entries that the bot offers in the message right before `message`, if that is the bot's.
    async fn offered_before(&self, message: &Message, me: UserId) -> Vec<EntryId> {
        let before = match self.manners.messages_before(message).await {
            Ok(before) => before,
            Err(error) => {
                tracing::warn!(%error, "what was said before a direct message cannot be read; it is taken for a question");
                return Vec::new();
            }
        };
        let last = before.into_iter().max_by_key(|it| id(&it["id"]));
        let last: Option<Message> = last.and_then(|it| serde_json::from_value(it).ok());
        last.filter(|it| it.author.id == me).map(|it| offered(&it)).unwrap_or_default()
    }
}

impl Manners {
    /// The last messages that stand before `message` in its channel, in no order to rely on.
    ///
    /// # Errors
    /// If Discord does not tell them.
    pub(super) async fn messages_before(&self, message: &Message) -> Result<Vec<Value>, CallError> {
        let route = Route::ChannelMessages { channel_id: message.channel_id };
        let told = self.rest.call(LightMethod::Get, route, None, Patience::message()).await?;
        let Value::Array(mut messages) = told else { return Ok(Vec::new()) };
        messages.retain(|it| id(&it["id"]).is_some_and(|it| it < message.id.get()));
        Ok(messages)
    }

    /// What is said to somebody who chose in the words of `question`; `public` if others see it. If they describe an emergency, it
    /// is help.
    pub(super) fn chosen(&self, question: &Question, choosing: &Choosing, public: bool) -> Thought {
        let answers = &self.parts.answers;
        let reply = match (answers.consider(question).kind, choosing) {
            (ReplyKind::Urgent(_), _) => Some(answers.ask(question)),
            (_, Choosing::One(action)) => answers.act(action),
            (_, Choosing::Unclear(entries)) => answers.offer(entries),
        };
        match reply {
            Some(reply) => self.thought(reply, question, public),
            None => Thought { reply: None, messages: vec![notice(words::STALE_CHOICE)] },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_one_of_those_that_were_offered() {
        let [a, b, c] = ["a", "b", "c"].map(EntryId::new);
        let pick = |id: &EntryId| Some(Choosing::One(Action::Pick(id.clone())));
        let three = [a.clone(), b.clone(), c.clone()];
        assert_eq!(choosing("2", &three), pick(&b));
        assert_eq!(choosing("the last one", &three), pick(&c));
        assert_eq!(choosing("none of these", &three), Some(Choosing::One(Action::NoneOfThese)));
        assert_eq!(choosing("yes", &three), Some(Choosing::Unclear(three.to_vec())));
        assert_eq!(choosing("yes", &three[..1]), pick(&a));
        assert_eq!(choosing("3", &three[..2]), None, "there is no third");
        assert_eq!(choosing("2 weeks", &three), None);
        for text in ["1", "yes", "no", "the last"] {
            assert_eq!(choosing(text, &[]), None, "nothing was offered");
        }
    }
}
