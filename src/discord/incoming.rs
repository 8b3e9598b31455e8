//! A message of the gateway as a question to the bot, or as none of its business: the bot's manners.
//!
//! The message-content intent is not needed: Discord sends the text of direct messages, and of messages that mention the
//! bot, without it.

use serenity::model::channel::{Message, MessageType};
use serenity::model::id::UserId;

use super::choosing::{Choosing, choosing, offered};
use crate::matching::Question;
use crate::matching::courtesy::{is_greeting, is_kind_word};
use crate::render::discord::quote::answered_by;

/// What somebody wants of the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Question(Question),
    /// Nothing was asked: thanks, praise, "ok". Not worth a word, unless there is more in it after all.
    KindWord(Question),
    /// One of the entries that the bot offered, chosen in these words.
    Choice(Question, Choosing),
    /// Nothing was asked: a bare mention, a greeting, a sticker, a picture.
    Nothing,
}

/// What `message` asks of the bot whose id is `me`; `None` if it is not for the bot.
///
/// Not for it: what bots, webhooks, Discord and itself write; and on a server, whatever neither mentions it nor replies to
/// one of its messages. Such a reply mentions it too, unless the member switched that off; then Discord keeps the text to
/// itself unless the bot has the message-content intent, and a reply without text asks nothing. `@everyone` is no mention.
pub fn read(message: &Message, me: UserId) -> Option<Asked> {
    if !is_from_member(message, me) {
        return None;
    }
    let answered = message.referenced_message.as_deref().filter(|it| it.author.id == me);
    let goes_on = answered.is_some() && !message.content.is_empty();
    let direct = message.guild_id.is_none();
    if !direct && !goes_on && !message.mentions.iter().any(|it| it.id == me) {
        return None;
    }
    let about = answered.and_then(|it| answered_by(&it.content, it.embeds.first().and_then(|it| it.title.as_deref())));
    let text = without_mention(&message.content, me);
    if let Some(choosing) = answered.and_then(|it| choosing(&text, &offered(it))) {
        return Some(Asked::Choice(Question::new(&text), choosing));
    }
    Some(if is_kind_word(&text) {
        Asked::KindWord(Question::new(&text))
    } else if is_greeting(&text) {
        Asked::Nothing
    } else {
        match asked(&text) {
            Asked::Question(question) => Asked::Question(question.about(about)),
            other => other,
        }
    })
}

/// Whether a member wrote `message`, and not a bot, a webhook, Discord or the bot `me` itself.
pub fn is_from_member(message: &Message, me: UserId) -> bool {
    let author = &message.author;
    if author.id == me || author.bot || author.system || message.webhook_id.is_some() {
        return false;
    }
    // Pins, joins, boosts and the like come as messages too.
    matches!(message.kind, MessageType::Regular | MessageType::InlineReply)
}

/// `text` as a question; nothing if there is not one letter or digit in it.
pub fn asked(text: &str) -> Asked {
    if text.chars().any(char::is_alphanumeric) { Asked::Question(Question::new(text)) } else { Asked::Nothing }
}

/// `text` without any mention of the bot itself: its name is no part of the question.
pub(super) fn without_mention(text: &str, me: UserId) -> String {
    // The form with the exclamation mark is old, and still sent by some clients.
    text.replace(&format!("<@{me}>"), " ").replace(&format!("<@!{me}>"), " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serenity::model::id::{GuildId, WebhookId};
    use serenity::model::user::User;

    const ME: UserId = UserId::new(77);

    fn message(text: &str) -> Message {
        let mut message = Message::default();
        message.content = text.to_owned();
        message.author.id = UserId::new(5);
        message.guild_id = Some(GuildId::new(1));
        if text.contains("77>") {
            let mut me = User::default();
            me.id = ME;
            message.mentions.push(me);
        }
        message
    }

    fn question(text: &str) -> Option<Asked> {
        Some(Asked::Question(Question::new(text)))
    }

    #[test]
    fn what_is_asked_is_read_without_the_mention() {
        for (text, wanted) in [
            ("<@77> is it safe?", question("is it safe?")),
            ("is it <@!77> safe?", question("is it   safe?")),
            ("<@77> is it safe <@5>", question("is it safe <@5>")),
            ("<@77>", Some(Asked::Nothing)),
            ("<@77> ?! 🙂", Some(Asked::Nothing)),
            ("<@77> hello!", Some(Asked::Nothing)),
            ("<@77> ok, thank you", Some(Asked::KindWord(Question::new("ok, thank you")))),
            ("<@77> 👍", Some(Asked::KindWord(Question::new("👍")))),
            ("<@77> thanks, is it safe", question("thanks, is it safe")),
            ("is it safe?", None),
            ("@everyone is it safe?", None),
        ] {
            assert_eq!(read(&message(text), ME), wanted, "{text}");
        }
    }

    #[test]
    fn in_a_direct_message_no_mention_is_needed() {
        let mut direct = message("is it safe?");
        direct.guild_id = None;
        assert_eq!(read(&direct, ME), question("is it safe?"));
        direct.content = String::new();
        assert_eq!(read(&direct, ME), Some(Asked::Nothing));
    }

    #[test]
    fn a_reply_to_the_bot_mentions_it_without_saying_so() {
        let mut reply = message("and is it safe?");
        reply.kind = MessageType::InlineReply;
        let mut me = User::default();
        me.id = ME;
        reply.mentions.push(me);
        assert_eq!(read(&reply, ME), question("and is it safe?"));
    }

    #[test]
    fn a_reply_goes_on_from_what_was_answered_even_without_a_mention() {
        let mut ours = message("> x\nI read this as: Is it safe?");
        ours.author.id = ME;
        let mut reply = message("and for skin?");
        reply.kind = MessageType::InlineReply;
        reply.referenced_message = Some(Box::new(ours));
        let about = |text: &str| Question::new("and for skin?").about(Some(text.to_owned()));
        assert_eq!(read(&reply, ME), Some(Asked::Question(about("Is it safe?"))));
        // What somebody else wrote is nothing to go on from, and a text that Discord keeps to itself asks nothing.
        let mut others = reply.clone();
        others.referenced_message.as_mut().unwrap().author.id = UserId::new(6);
        assert_eq!(read(&others, ME), None);
        reply.content = String::new();
        assert_eq!(read(&reply, ME), None);
    }

    #[test]
    fn bots_webhooks_discord_and_itself_are_ignored() {
        let changes: [fn(&mut Message); 6] = [
            |it| it.author.bot = true,
            |it| it.author.system = true,
            |it| it.author.id = ME,
            |it| it.webhook_id = Some(WebhookId::new(3)),
            |it| it.kind = MessageType::PinsAdd,
            |it| it.kind = MessageType::MemberJoin,
        ];
        for change in changes {
            let mut asked = message("<@77> is it safe?");
            change(&mut asked);
            assert_eq!(read(&asked, ME), None, "{:?}", asked.kind);
            asked.guild_id = None;
            assert_eq!(read(&asked, ME), None, "direct, {:?}", asked.kind);
        }
    }
}
