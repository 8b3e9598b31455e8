//! Everything that the shipped FAQ can be made to say, held against Discord's rules: as a reply, as the answer to an
//! interaction in each place, as an embed and as text, part by part and situation by situation.

use caveat::answering::{Action, Answer, Reply, ReplyKind};
use caveat::discord::commands;
use caveat::discord::outgoing::{Ping, Place, callback_body, choices_body, reply_body};
use caveat::matching::Question;
use caveat::render::custom_id::{self, Press};
use caveat::render::discord::{Frame, Heard, Message, browse, help, messages, nothing_asked, preview};
use serde_json::Value;
use serenity::model::id::MessageId;

use crate::fake_discord::rules;
use crate::shipped;

const FRAMES: [Frame; 2] = [Frame::Embed, Frame::Text];
/// A question of a member that needs all that quoting can do, so that it takes the most room.
const ASKED: &str = "**so** <@1> do they *really* work @everyone?? https://clinic.example/_sale_ ((asking for a friend)) `now` \
                     ||please|| tell me ~~everything~~ that you know about it, [here](https://x.example) # or there";

/// Holds what becomes of `shown` against the rules, in each of its places.
fn hold(shown: &[Message], what: &str, wrong: &mut Vec<String>) {
    assert!(!shown.is_empty(), "{what}: nothing");
    let mut check = |line: &str, body: &Value| {
        for broken in rules::check(line, body) {
            wrong.push(format!("{what}: {line}: {broken}"));
        }
    };
    for (nth, message) in shown.iter().enumerate() {
        check("POST /channels/1/messages", &reply_body(MessageId::new(u64::MAX), nth, nth == 0, message, Ping::Asker));
        for place in [Place::Private, Place::Instead] {
            check("POST /interactions/1/token/callback", &callback_body(place, message));
        }
        assert!(message.unframed.is_empty() || nth == 0, "{what}: only the first says what is sent instead");
    }
}

/// All that a message says, without white space and without what escapes or links it.
fn said(message: &Message) -> String {
    let mut said = message.content.clone();
    for embed in &message.embeds {
        said.extend([embed.title.as_str(), &embed.description, &embed.footer]);
        said.extend(embed.fields.iter().map(|it| it.value.as_str()));
    }
    bare(&said)
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}

/// Each message of it says all that must not part from an answer.
fn is_whole(shown: &[Message], answer: &Answer, frame: Frame, what: &str, wrong: &mut Vec<String>) {
    for message in shown {
        let said = said(message);
        let mut must = |text: &str, part: &str| {
            if !said.contains(&bare(text)) {
                wrong.push(format!("{what}: {part} is missing: {text}"));
            }
        };
        must(&answer.verdict, "the verdict");
        must(&answer.reviewed.to_string(), "the review date");
        must(answer.evidence.name(), "the evidence");
        answer.caveats.iter().for_each(|it| must(it, "a caveat"));
        for source in &answer.sources {
            // In a text without embeds there may be no room but for publisher and year.
            let brief = match source.year {
                Some(year) => format!("{}, {year}", source.publisher),
                None => source.publisher.clone(),
            };
            let by_publisher = frame == Frame::Text && !source.publisher.is_empty() && said.contains(&bare(&brief));
            if !by_publisher && !said.contains(&bare(&source.title)) {
                wrong.push(format!("{what}: a source is missing: {}", source.title));
            }
        }
    }
}

fn answer(reply: &Reply) -> &Answer {
    match &reply.kind {
        ReplyKind::Answer(answer) => answer,
        other => panic!("{other:?} is no answer"),
    }
}

/// What the buttons and options of `shown` do.
fn presses(shown: &[Message]) -> Vec<Press> {
    let body = shown.iter().map(|it| callback_body(Place::Public, it)).collect::<Vec<_>>();
    let mut found = Vec::new();
    let mut left: Vec<Value> = body;
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(fields) => {
                let id = fields.get("custom_id").filter(|_| fields["type"] == 2).or_else(|| {
                    // An option has a label and a value, an embed's field a name.
                    fields.get("value").filter(|_| fields.contains_key("label"))
                });
                if let Some(id) = id.and_then(Value::as_str) {
                    found.push(custom_id::press(id).unwrap_or_else(|| panic!("{id} leads nowhere")));
                }
                left.extend(fields.into_iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn all_that_the_shipped_faq_says_is_taken_by_discord_and_nothing_parts() {
    let faq = shipped::faq();
    let mut wrong = Vec::new();
    let mut parts = 0;
    for entry in &faq.knowledge().entries {
        let mut actions = vec![Action::Show(entry.id.clone())];
        actions.extend((0..entry.situations.len()).map(|nth| Action::Situation(entry.id.clone(), nth)));
        // The shipped set's reviews are years behind this day, so each answer brings the longest that it may have to say.
        let today = Some(jiff::civil::date(2099, 1, 1));
        for frame in FRAMES {
            // With all that may stand above an answer, so that it has the least room.
            let heard = Heard::Hidden(ASKED);
            let mut left = actions.clone();
            while let Some(action) = left.pop() {
                let reply = faq.act(&action, today).unwrap();
                let shown = messages(&reply, heard, frame);
                let what = format!("{action:?} {frame:?} {heard:?}");
                hold(&shown, &what, &mut wrong);
                is_whole(&shown, answer(&reply), frame, &what, &mut wrong);
                if let Some(first) = shown.first() {
                    is_whole(&first.unframed, answer(&reply), Frame::Text, &what, &mut wrong);
                }
                if matches!(action, Action::Show(_) | Action::ReadOn(..)) && shown.len() > 1 {
                    wrong.push(format!("{what}: {} messages", shown.len()));
                }
                let next = presses(&shown).into_iter().find_map(|press| match press {
                    Press::Act(action @ Action::ReadOn(..)) => Some(action),
                    _ => None,
                });
                parts += usize::from(next.is_some());
                left.extend(next);
            }
            let reply = faq.act(&actions[0], today).unwrap();
            hold(&preview::messages(&reply, u64::MAX, true, frame), &format!("a preview of {}", entry.id), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} things: {:#?}", wrong.len(), &wrong[..wrong.len().min(12)]);
    assert!(parts > 20, "hardly anything was too long for a message: {parts}");
}

#[test]
fn whatever_else_it_says_is_taken_too() {
    let faq = shipped::faq();
    let knowledge = faq.knowledge();
    let mut wrong = Vec::new();
    for frame in FRAMES {
        for text in ["prp", "asdf qwer", "i cant breathe after exosomes", "exosomes", "how much"] {
            let reply = faq.ask(&Question::new(text));
            hold(&messages(&reply, Heard::Hidden(ASKED), frame), text, &mut wrong);
            hold(&preview::messages(&reply, u64::MAX, true, frame), text, &mut wrong);
        }
        for flag in &knowledge.red_flags.kinds {
            let reply = faq.act(&Action::Help(flag.id.clone()), None).unwrap();
            hold(&messages(&reply, Heard::Hidden(ASKED), frame), flag.id.as_str(), &mut wrong);
        }
        for page in 0..20 {
            hold(&[browse::topics(knowledge, page)], "topics", &mut wrong);
            hold(&[browse::sources(knowledge, page, frame)], "sources", &mut wrong);
            for topic in &knowledge.topics {
                hold(&[browse::topic(knowledge, &topic.id, page).unwrap()], "a topic", &mut wrong);
            }
        }
    }
    hold(&help(&knowledge.set), "help", &mut wrong);
    hold(&nothing_asked(&knowledge.set), "nothing asked", &mut wrong);
    for typed in ["ex", "is it", "how", "wh", "are exosomes safe for"] {
        let body = choices_body(&faq.suggest(typed, 40));
        assert!(!body["data"]["choices"].as_array().unwrap().is_empty(), "{typed}");
        wrong.extend(rules::check("POST /interactions/1/token/callback", &body));
    }
    wrong.extend(rules::check("PUT /applications/1/commands", &commands::definitions()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every button, option and link says by itself where it leads, and nothing is said by a sign alone.
#[test]
fn labels_and_links_make_sense_alone() {
    let faq = shipped::faq();
    let mut shown = vec![browse::topics(faq.knowledge(), 0)];
    shown.extend(faq.knowledge().topics.iter().map(|it| browse::topic(faq.knowledge(), &it.id, 0).unwrap()));
    shown.extend((0..4).map(|page| browse::sources(faq.knowledge(), page, Frame::Embed)));
    for entry in &faq.knowledge().entries {
        let reply = faq.act(&Action::Show(entry.id.clone()), None).unwrap();
        shown.extend(messages(&reply, Heard::Shown(ASKED), Frame::Embed));
        shown.extend(preview::messages(&reply, 5, true, Frame::Text));
    }
    let body: Vec<Value> = shown.iter().map(|it| callback_body(Place::Public, it)).collect();
    let mut left = body.clone();
    let (mut labels, mut links) = (0, 0);
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(fields) => {
                assert!(!fields.contains_key("color"), "a colour says something that words do not");
                assert!(!fields.contains_key("emoji"), "a sign says something that words do not");
                assert!(fields.get("style").is_none_or(|it| it == 2), "a button's colour says something: {fields:?}");
                if let Some(label) = fields.get("label").and_then(Value::as_str) {
                    labels += 1;
                    let letters = label.chars().filter(|c| c.is_alphabetic()).count();
                    assert!(letters >= 3, "{label} says nothing by itself");
                }
                left.extend(fields.into_iter().map(|(_, value)| value));
            }
            Value::String(text) => {
                for (at, _) in text.match_indices("](http") {
                    links += 1;
                    let open = text[..at].rfind('[').expect("a link begins somewhere");
                    let title = text[open + 1..at].trim().to_lowercase();
                    let vague = ["here", "link", "this", "source", "click here", "more", "read more", "this page"];
                    assert!(
                        title.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !vague.contains(&title.as_str()),
                        "{title}"
                    );
                }
            }
            _ => {}
        }
    }
    assert!(labels > 100 && links > 50, "{labels} labels, {links} links");
}
