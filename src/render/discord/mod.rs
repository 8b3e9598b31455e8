//! A [`Reply`] as messages of Discord: plain values within Discord's limits. Sending them is `discord::outgoing`'s work.
//!
//! Whatever does not fit is laid out anew. A long answer is shown in parts, each with the verdict, all caveats and all
//! sources, and a button that opens the next. Only if caveats and sources alone are too much for one message (no entry
//! that `check` accepts has so many) several messages carry them. Nothing is cut within a sentence that would fit.
//!
//! An answer is an embed: embeds never ping and their links open no previews. Help in an emergency is the message's own
//! text, because that is what a notification shows, and what is shown to those who have embeds switched off.

pub mod answer;
pub mod browse;
mod controls;
mod framed;
mod lines;
mod offers;
pub mod payload;
mod plain;
pub mod preview;
#[cfg(test)]
mod properties;
pub mod quote;
mod sheet;
#[cfg(test)]
mod testing;
mod urgent;

use offers::rows as did_you_mean_rows;
pub use payload::{Button, Choice, Embed, Field, Frame, Heard, Message, Row, Select};
pub use quote::{Opening, quote};

use super::fit::pieces;
use super::{limits, wording::discord as words};
use crate::answering::{Reply, ReplyKind};
use crate::knowledge::SetInfo;

/// `reply` as one message, or as several that belong together and are sent in this order; never none.
///
/// An answer says how the words that were `heard` were read, and everything but an urgent reply repeats them where
/// Discord does not itself show what is being answered.
pub fn messages(reply: &Reply, heard: Heard<'_>, frame: Frame) -> Vec<Message> {
    let quote = if let Heard::Hidden(asked) = heard { quote(asked) } else { String::new() };
    match &reply.kind {
        ReplyKind::Answer(answer) => {
            in_both_frames(frame, |frame| answer::answer(answer, &Opening::of(heard, &answer.question), frame))
        }
        ReplyKind::Answers(answers) => in_both_frames(frame, |frame| answer::answers(answers, heard, frame)),
        ReplyKind::DidYouMean(offers) => offers::did_you_mean(offers, &quote),
        ReplyKind::NotInFaq(not) => offers::not_in_faq(not, &quote),
        ReplyKind::Urgent(urgent) => urgent::urgent(urgent),
    }
}

/// What `shown` makes in `frame`; as embeds with the text that takes their place where embeds are not taken.
fn in_both_frames(frame: Frame, shown: impl Fn(Frame) -> Vec<Message>) -> Vec<Message> {
    let mut messages = shown(frame);
    if let (Frame::Embed, Some(first)) = (frame, messages.first_mut()) {
        first.unframed = shown(Frame::Text);
    }
    messages
}

/// What the bot says of itself to somebody who asks nothing.
pub fn nothing_asked(set: &SetInfo) -> Vec<Message> {
    text(&[&words::help(&set.name), &set.disclaimer])
}

/// All ways to ask, and what not to expect.
pub fn help(set: &SetInfo) -> Vec<Message> {
    text(&[&words::help(&set.name), words::HELP_WAYS, words::HELP_LIMITS, &set.disclaimer, &set.contact])
}

/// One sentence of the bot's own as a message.
pub fn notice(sentence: &str) -> Message {
    // Only where there is a link: the flag outlives an edit, and would hide the embed of an answer that replaces this.
    Message { content: sentence.to_owned(), no_previews: sentence.contains("://"), ..Message::default() }
}

/// `heading` above `messages`, in the first one or, if it does not fit there, before it.
pub fn under(heading: String, mut messages: Vec<Message>) -> Vec<Message> {
    match messages.first_mut() {
        Some(first) if first.content.is_empty() => first.content = heading,
        Some(first) if limits::len(&first.content) + limits::len(&heading) + 2 <= limits::CONTENT => {
            first.content = format!("{heading}\n\n{}", first.content);
        }
        _ => messages.insert(0, notice(&heading)),
    }
    messages
}

/// Paragraphs as messages of text; blank ones are left out.
fn text(paragraphs: &[&str]) -> Vec<Message> {
    let whole = paragraphs.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n\n");
    pieces(&whole, limits::CONTENT).into_iter().map(notice).collect()
}
