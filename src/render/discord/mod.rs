//! A [`Reply`] as messages of Discord: plain values within Discord's limits. Sending them is `discord::outgoing`'s work.
//!
//! Whatever does not fit is laid out anew. A long answer is shown in parts, each with the verdict, all caveats and all
//! sources, and a button that opens the next. Only if caveats and sources alone are too much for one message (no entry
//! that `check` accepts has so many) several messages carry them. Nothing is cut within a sentence that would fit.
//!
//! An answer is an embed: embeds never ping and their links open no previews. Help in an emergency is the message's own
//! text, because that is what a notification shows, and what is shown to those who have embeds switched off.

pub mod answer;
mod controls;
mod lines;
mod offers;
pub mod payload;
pub mod quote;
#[cfg(test)]
mod testing;
mod urgent;

pub use payload::{Button, Embed, Field, Message, Row, Select};
pub use quote::quote;

use super::fit::pieces;
use super::{limits, wording::discord as words};
use crate::answering::{Reply, ReplyKind};
use crate::knowledge::SetInfo;

/// `reply` as one message, or as several that belong together and are sent in this order; never none.
///
/// `asked` is the question as the member wrote it, if the reply is to quote it: where Discord does not itself show what
/// is being answered. An urgent reply quotes nothing.
pub fn messages(reply: &Reply, asked: Option<&str>) -> Vec<Message> {
    let quote = asked.map(quote).unwrap_or_default();
    match &reply.kind {
        // The title says it already.
        ReplyKind::Answer(answer) if asked.is_some_and(|it| it.trim() == answer.question) => {
            answer::answer(answer, String::new())
        }
        ReplyKind::Answer(answer) => answer::answer(answer, quote),
        ReplyKind::Answers(answers) => answer::answers(answers, &quote),
        ReplyKind::DidYouMean(offers) => offers::did_you_mean(offers, &quote),
        ReplyKind::NotInFaq(not) => offers::not_in_faq(not, &quote),
        ReplyKind::Urgent(urgent) => urgent::urgent(urgent),
    }
}

/// What the bot says of itself to somebody who asks nothing.
pub fn help(set: &SetInfo) -> Vec<Message> {
    text(&[&words::help(&set.name), &set.disclaimer])
}

/// One sentence of the bot's own as a message.
pub fn notice(sentence: &str) -> Message {
    // Only where there is a link: the flag outlives an edit, and would hide the embed of an answer that replaces this.
    Message { content: sentence.to_owned(), no_previews: sentence.contains("://"), ..Message::default() }
}

/// Paragraphs as messages of text; blank ones are left out.
fn text(paragraphs: &[&str]) -> Vec<Message> {
    let whole = paragraphs.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n\n");
    pieces(&whole, limits::CONTENT).into_iter().map(notice).collect()
}

#[cfg(test)]
mod tests {
    use super::lines::address;
    use super::testing::*;
    use super::*;
    use crate::answering::{Action, Answer, Focus, Urgent};
    use crate::render::custom_id;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_answer_fits_and_brings_its_caveats_and_sources(answer in any_answer(), asked in proptest::option::of(any_text(60))) {
            let messages = messages(&reply(ReplyKind::Answer(Box::new(answer.clone()))), asked.as_deref());
            check_limits(&messages);
            let mut caveats = read(&messages, words::CAVEATS);
            for caveat in &answer.caveats {
                take(&mut caveats, caveat, "a caveat");
            }
            // Without backslashes on either side: a title's brackets are escaped where it is a link.
            let plain = |text: &str| text.replace('\\', "");
            let mut sources = plain(&read(&messages, words::SOURCES));
            for source in &answer.sources {
                take(&mut sources, &plain(&source.title), "a source's title");
                take(&mut sources, &address(&source.url), "a source's address");
            }
            let shown: String = messages.iter().flat_map(|it| &it.embeds).map(|it| squeezed(&it.description)).collect();
            prop_assert!(shown.contains(&squeezed(answer.verdict.trim())) || answer.verdict.contains("**"), "no verdict");
            prop_assert!(shown.contains(&squeezed(&words::evidence(answer.evidence))));
            prop_assert!(messages.iter().flat_map(|it| &it.embeds).any(|it| it.footer.contains("2026-11-22")));
        }

        #[test]
        fn reading_on_shows_the_whole_answer(answer in any_answer()) {
            let mut answer = Answer { focus: Focus::Whole, ..answer };
            let mut read = String::new();
            for nth in 0.. {
                let messages = messages(&reply(ReplyKind::Answer(Box::new(answer.clone()))), None);
                read.extend(messages.iter().flat_map(|it| &it.embeds).map(|it| squeezed(&it.description)));
                let next = messages.iter().flat_map(|it| &it.rows).find_map(|row| match row {
                    Row::Buttons(buttons) if buttons[0].label == words::READ_ON => custom_id::action(&buttons[0].id),
                    _ => None,
                });
                let Some(next) = next else { break };
                prop_assert_eq!(next, Action::ReadOn(answer.id.clone(), nth + 1));
                answer.focus = Focus::Part(nth + 1);
            }
            for word in answer.answer.split_whitespace() {
                prop_assert!(read.contains(word), "lost {word}");
            }
        }

        #[test]
        fn offers_fit_and_all_are_named(offers in any_offers(), asked in proptest::option::of(any_text(60))) {
            let messages = messages(&reply(ReplyKind::DidYouMean(offers.clone())), asked.as_deref());
            check_limits(&messages);
            let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
            for offer in &offers {
                prop_assert!(shown.contains(&squeezed(&offer.question)), "{shown}");
            }
            prop_assert!(!messages.last().unwrap().rows.is_empty());
        }

        #[test]
        fn help_in_an_emergency_fits_and_is_whole(first in any_text(500), then in any_text(500)) {
            let urgent = Urgent {
                flag: crate::knowledge::red_flag::RedFlagId::new("x"),
                title: "Title".into(),
                reply: format!("Call now. {first}"),
                afterwards: then.clone(),
            };
            let messages = messages(&reply(ReplyKind::Urgent(urgent)), Some("asked"));
            check_limits(&messages);
            let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
            prop_assert_eq!(shown, squeezed(&format!("Call now. {first}{then}")));
            prop_assert!(messages.iter().all(|it| it.embeds.is_empty() && it.rows.is_empty()));
        }
    }
}
