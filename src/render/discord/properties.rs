//! What must hold for any reply, however long its parts: it fits, nothing parts that belongs together, nothing is lost.

use proptest::prelude::*;

use super::lines::address;
use super::testing::*;
use super::*;
use crate::answering::{Action, Answer, Focus, Urgent};
use crate::knowledge::Source;
use crate::render::custom_id;

fn any_frame() -> impl Strategy<Value = Frame> {
    prop_oneof![Just(Frame::Embed), Just(Frame::Text)]
}

/// What was asked, in any words; at times in the very words of the entry, at times in none.
fn heard<'a>(asked: &'a Option<String>, shown: bool) -> Heard<'a> {
    match asked {
        None => Heard::Chosen,
        Some(asked) if shown => Heard::Shown(asked),
        Some(asked) => Heard::Hidden(asked),
    }
}

fn shown(answer: &Answer, heard: Heard<'_>, frame: Frame) -> Vec<Message> {
    messages(&reply(ReplyKind::Answer(Box::new(answer.clone()))), heard, frame)
}

/// All that one message says, without white space and without the backslashes that keep brackets from ending a link.
fn said(message: &Message) -> String {
    let mut said = message.content.clone();
    for embed in &message.embeds {
        said.push_str(&embed.title);
        said.push_str(&embed.description);
        embed.fields.iter().for_each(|it| said.push_str(&it.value));
        said.push_str(&embed.footer);
    }
    squeezed(&said).replace('\\', "")
}

fn bare(text: &str) -> String {
    squeezed(text).replace('\\', "")
}

/// The part that the button "Read on" leads to.
fn next_part(messages: &[Message]) -> Option<Action> {
    messages.iter().flat_map(|it| &it.rows).find_map(|row| match row {
        Row::Buttons(buttons) if buttons[0].label == words::READ_ON => custom_id::action(&buttons[0].id),
        _ => None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_fits_and_brings_its_caveats_and_sources(
        answer in any_answer(), asked in proptest::option::of(any_text(60)), above in any::<bool>(), frame in any_frame(),
    ) {
        let messages = shown(&answer, heard(&asked, above), frame);
        check_limits(&messages);
        prop_assert!(frame == Frame::Embed || messages.iter().all(|it| it.embeds.is_empty()));
        let all: String = messages.iter().map(said).collect();
        let mut left = all.clone();
        for caveat in &answer.caveats {
            take(&mut left, &bare(caveat), "a caveat");
        }
        for source in &answer.sources {
            if frame == Frame::Text {
                let named = [&source.title, &source.publisher].iter().any(|it| all.contains(&bare(it)));
                prop_assert!(named, "a source is missing");
                continue;
            }
            take(&mut left, &bare(&source.title), "a source's title");
            take(&mut left, &bare(&address(&source.url)), "a source's address");
        }
        prop_assert!(all.contains(&bare(&answer.verdict)), "no verdict");
        prop_assert!(all.contains(&bare(&words::evidence(answer.evidence))) && all.contains("2026-11-22"));
    }

    /// What `check` accepts is never torn apart: each message that says something of the answer says all that limits it.
    #[test]
    fn the_caveats_and_sources_of_a_sound_entry_are_in_every_message_of_it(
        answer in sound_answer(), asked in proptest::option::of(any_text(60)), above in any::<bool>(), frame in any_frame(),
    ) {
        let mut answer = answer;
        for nth in 0..100 {
            let messages = shown(&answer, heard(&asked, above), frame);
            check_limits(&messages);
            prop_assert!(messages.len() == 1 || answer.situation().is_some());
            for message in &messages {
                let said = said(message);
                prop_assert!(said.contains(&bare(&answer.verdict)), "no verdict");
                prop_assert!(answer.caveats.iter().all(|it| said.contains(&bare(it))), "a caveat is missing");
                // At the tightest by publisher and year.
                let named = |it: &Source| {
                    said.contains(&bare(&it.title))
                        || frame == Frame::Text && said.contains(&bare(&format!("{}, 2024", it.publisher)))
                };
                prop_assert!(answer.sources.iter().all(named), "a source is missing");
                prop_assert!(said.contains("2026-11-22"));
            }
            if next_part(&messages).is_none() {
                break;
            }
            answer.focus = Focus::Part(nth + 1);
            prop_assert!(nth < 90, "there is no end to it");
        }
    }

    /// Parts end where a sentence, a line or a paragraph does.
    #[test]
    fn no_part_ends_within_a_sentence(sentences in proptest::collection::vec("[A-Z][a-z ]{1,120}[a-z]\\.", 1..60), frame in any_frame()) {
        let mut answer = short_answer();
        answer.answer = sentences.join(" ");
        for nth in 0.. {
            let messages = shown(&answer, Heard::Chosen, frame);
            let text: String = messages.iter().map(|it| match it.embeds.first() {
                Some(embed) => embed.description.clone(),
                None => it.content.split("\n\n**Caveats**").next().unwrap_or_default().to_owned(),
            }).collect();
            prop_assert!(text.ends_with('.'), "{text}");
            let Some(Action::ReadOn(_, next)) = next_part(&messages) else { break };
            prop_assert_eq!(next, nth + 1);
            answer.focus = Focus::Part(next);
        }
    }

    #[test]
    fn reading_on_shows_the_whole_answer(answer in any_answer(), frame in any_frame()) {
        let mut answer = Answer { focus: Focus::Whole, ..answer };
        let mut read = String::new();
        for nth in 0.. {
            let messages = shown(&answer, Heard::Chosen, frame);
            read.extend(messages.iter().map(said));
            let Some(next) = next_part(&messages) else { break };
            prop_assert_eq!(next, Action::ReadOn(answer.id.clone(), nth + 1));
            answer.focus = Focus::Part(nth + 1);
        }
        // A word that is longer than a part has to be cut, and what frames the parts stands in between.
        for word in answer.answer.split_whitespace().filter(|it| it.len() < plain::LEAST_PART || frame == Frame::Embed) {
            prop_assert!(read.contains(&bare(word)), "lost {word}");
        }
    }

    #[test]
    fn a_preview_fits_whatever_it_shows(
        answer in any_answer(), offers in any_offers(), frame in any_frame(), which in 0..3, first in any_text(500),
    ) {
        let kind = match which {
            0 => ReplyKind::Answer(Box::new(answer)),
            1 => ReplyKind::DidYouMean(offers),
            _ => ReplyKind::Urgent(emergency(&first, "")),
        };
        let messages = preview::messages(&reply(kind), u64::MAX, true, frame);
        check_limits(&messages);
        let rows = messages.iter().flat_map(|it| &it.rows);
        let posts = rows.filter(|row| matches!(row, Row::Buttons(it) if it[0].label == words::POST)).count();
        prop_assert_eq!(posts, usize::from(which != 1));
    }

    #[test]
    fn offers_fit_and_all_are_named(offers in any_offers(), asked in proptest::option::of(any_text(60)), frame in any_frame()) {
        let messages = messages(&reply(ReplyKind::DidYouMean(offers.clone())), heard(&asked, false), frame);
        check_limits(&messages);
        let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
        for offer in &offers {
            prop_assert!(shown.contains(&squeezed(&offer.question)), "{shown}");
        }
        prop_assert!(!messages.last().unwrap().rows.is_empty());
    }

    #[test]
    fn help_in_an_emergency_fits_and_is_whole(first in any_text(500), then in any_text(500), frame in any_frame()) {
        let messages = messages(&reply(ReplyKind::Urgent(emergency(&first, &then))), Heard::Hidden("asked"), frame);
        check_limits(&messages);
        let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
        prop_assert_eq!(shown, squeezed(&format!("Call now. {first}{then}")));
        prop_assert!(messages.iter().all(|it| it.embeds.is_empty() && it.rows.is_empty()));
    }
}

fn emergency(first: &str, then: &str) -> Urgent {
    Urgent {
        flag: crate::knowledge::red_flag::RedFlagId::new("x"),
        title: "Title".into(),
        reply: format!("Call now. {first}"),
        afterwards: then.to_owned(),
    }
}

#[test]
fn it_is_said_how_words_were_read_unless_they_are_the_entrys_own() {
    let answer = Answer { question: "Do *exosomes* work?".into(), ..short_answer() };
    let content = |heard| shown(&answer, heard, Frame::Embed)[0].content.clone();
    assert_eq!(content(Heard::Chosen), "");
    assert_eq!(content(Heard::Shown("do exosomes work")), "");
    assert_eq!(content(Heard::Hidden("DO EXOSOMES WORK??")), "");
    assert_eq!(content(Heard::Shown("does it work @here")), "I read this as: Do \\*exosomes\\* work?");
    assert_eq!(
        content(Heard::Hidden("does it work @here")),
        "> does it work @\u{200b}here\nI read this as: Do \\*exosomes\\* work?"
    );
}
