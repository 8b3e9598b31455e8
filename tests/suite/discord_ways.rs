//! Asking in every way, end to end: what is suggested, what is private, and how one goes on.

use caveat::answering::{Action, Reply, ReplyKind};
use caveat::discord::outgoing::choices_body;
use caveat::faq::{Faq, Suggestion};
use caveat::knowledge::{Entry, EntryId};
use caveat::matching::Question;
use caveat::render::custom_id;
use serde_json::{Value, json};

use crate::desk::{HOT, HOT_VERDICT, ONLY_FOR_YOU, messages_in, opened, opened_with, shipped_service};
use crate::discord_browse::{large, long_question};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, user};
use crate::fake_discord::{BOT, FakeDiscord, GUILD};
use crate::shipped;

// ── /ask ────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_private_question_is_answered_privately() {
    let (mut discord, bot) = opened().await;
    for (question, private, flags) in [
        (HOT, true, json!(ONLY_FOR_YOU)),
        (HOT, false, Value::Null),
        ("c1:show:how-hot-should-water-be", true, json!(ONLY_FOR_YOU)),
        ("c1:show:how-hot-should-water-be", false, Value::Null),
    ] {
        let options = json!([
            { "type": 3, "name": "question", "value": question }, { "type": 5, "name": "private", "value": private },
        ]);
        let callback = discord.uses(ALICE, "ask", options);
        let sent = discord.expect(&callback).await.body;
        assert_eq!(sent["data"]["flags"], flags, "{question} {private}");
        assert!(sent.to_string().contains(HOT_VERDICT));
    }
    // Help in an emergency comes as it was asked for: in private, for it says something of him who asked. The flag against
    // previews goes with its link.
    let options = json!([
        { "type": 3, "name": "question", "value": "I scalded my arm" }, { "type": 5, "name": "private", "value": true },
    ]);
    let callback = discord.uses(ALICE, "ask", options);
    let sent = discord.expect(&callback).await.body;
    assert_eq!(sent["data"]["flags"], ONLY_FOR_YOU | 4);
    assert!(sent["data"]["content"].as_str().unwrap().contains("running water"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_begin_with_the_second_letter_and_end_with_an_emergency() {
    let (mut discord, bot) = opened().await;
    for (typed, some) in
        [("", false), ("h", false), (" ?h", false), ("ho", true), ("kettel", true), ("i scalded my arm", false)]
    {
        let callback = discord.types(ALICE, typed);
        let sent = discord.expect(&callback).await.body;
        assert_eq!(!sent["data"]["choices"].as_array().unwrap().is_empty(), some, "{typed}: {sent}");
    }
    bot.stop().await;
    discord.finish();
}

/// Slips and slang are met through the whole of Discord's way, and what is picked is that entry.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_with_slips_and_slang_is_suggested_and_can_be_picked() {
    let (mut discord, bot) = opened_with(shipped_service()).await;
    for (typed, wanted) in [("are exosoms fda aprov", "fda-approved"), ("exo vs prp", "exosomes-better-than-prp")] {
        let callback = discord.types(ALICE, typed);
        let choices = discord.expect(&callback).await.body["data"]["choices"].clone();
        let value = format!("c1:show:{wanted}");
        let first: Vec<&Value> = choices.as_array().unwrap().iter().take(5).map(|it| &it["value"]).collect();
        assert!(first.iter().any(|it| **it == value.as_str()), "{typed}: {first:?}");
        let callback = discord.command(ALICE, "ask", "question", &value);
        let verdict = &shipped::faq().knowledge().entry(&EntryId::new(wanted)).unwrap().verdict;
        assert!(
            discord.expect(&callback).await.body["data"]["embeds"][0]["description"]
                .as_str()
                .unwrap()
                .contains(verdict)
        );
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_25_are_suggested_each_cut_at_a_word() {
    let (mut discord, bot) = opened_with(large(3, 53)).await;
    let callback = discord.types(ALICE, "what is question");
    let choices = discord.expect(&callback).await.body["data"]["choices"].clone();
    let choices = choices.as_array().unwrap();
    assert_eq!(choices.len(), 25, "of 55");
    for choice in choices {
        let name = choice["name"].as_str().unwrap();
        assert!(name.encode_utf16().count() <= 100, "{name}");
        let action = custom_id::action(choice["value"].as_str().unwrap()).unwrap();
        let Action::Show(id) = action else { panic!("{action:?}") };
        let whole = long_question(id.as_str());
        let cut = name.strip_suffix('…').expect("it is too long to be shown whole");
        assert!(whole.starts_with(&format!("{cut} ")), "{name} ends within a word of {whole}");
    }
    bot.stop().await;
    discord.finish();
}

/// The entries that are suggested for what is typed, best first.
fn suggested(faq: &Faq, typed: &str) -> Vec<EntryId> {
    faq.suggest(typed, 25).into_iter().map(|Suggestion { id, .. }| id).collect()
}

#[test]
fn half_a_question_is_enough_to_be_suggested() {
    let faq = shipped::faq();
    let mut missed = Vec::new();
    for entry in &faq.knowledge().entries {
        let typed: String = entry.question.chars().take(entry.question.chars().count() * 6 / 10).collect();
        let found = suggested(faq, &typed);
        assert!(found.len() <= 25);
        // What a picked choice stands for finds exactly its entry.
        for choice in choices_body(&faq.suggest(&typed, 25))["data"]["choices"].as_array().unwrap() {
            let action = custom_id::action(choice["value"].as_str().unwrap()).expect("a choice that leads nowhere");
            let ReplyKind::Answer(answer) = faq.act(&action, None).unwrap().kind else { panic!("no answer") };
            assert!(found.contains(&answer.id) && action == Action::Show(answer.id));
        }
        if !found.iter().take(5).any(|id| *id == entry.id) {
            missed.push((typed, entry.id.clone()));
        }
    }
    assert!(missed.is_empty(), "not among the first five: {missed:#?}");
}

#[test]
fn slips_and_slang_are_met_with_the_right_suggestion() {
    let faq = shipped::faq();
    for (typed, wanted) in [
        ("are exosoms fda aprov", "fda-approved"),
        ("exo vs prp", "exosomes-better-than-prp"),
        ("exosoms with microneedeling", "exosomes-with-microneedling"),
    ] {
        let found = suggested(faq, typed);
        assert!(found.iter().take(5).any(|id| id.as_str() == wanted), "{typed}: {found:?}");
    }
}

// ── going on ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A reply of Alice's to a message of the bot, without pinging it.
fn replying(discord: &FakeDiscord, text: &str, to: &Value) -> u64 {
    let mut to = to.clone();
    to["guild_id"] = json!(GUILD.to_string());
    discord.says_with(ALICE, text, |event| {
        event["type"] = json!(19);
        event["message_reference"] = json!({ "message_id": to["id"], "channel_id": CHANNEL.to_string() });
        event["referenced_message"] = to;
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_the_bot_goes_on_and_what_was_asked_is_read_back() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, &format!("<@{BOT}> how hot must the water for green tea be"));
    let first = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(first["content"], format!("I read this as: {HOT}"), "{first:#}");
    let message = discord.as_message(&first, ALICE, false);

    let asked = replying(&discord, "and should we buy a kettle?", &message);
    let second = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(second["message_reference"]["message_id"], asked.to_string());
    assert!(second.to_string().contains("Only if the one you have is broken"), "{second:#}");
    // An emergency is one wherever it is told.
    replying(&discord, "I scalded my arm with it", &message);
    let help = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(help["content"].as_str().unwrap().starts_with("**Cool the burn"), "{help:#}");
    // What Discord keeps to itself asks nothing, and neither does a reply to somebody else.
    replying(&discord, "", &message);
    let mut others = message.clone();
    others["author"] = user(BOB, "bob");
    replying(&discord, HOT, &others);
    bot.stop().await;
    discord.finish();
}

fn offers(reply: &Reply) -> Vec<&str> {
    match &reply.kind {
        ReplyKind::DidYouMean(offers) => offers.iter().map(|it| it.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The bot's own words before it may change what is offered, and nothing else: neither what is asserted nor how sure it is.
#[test]
fn going_on_makes_nothing_more_certain() {
    let faq = shipped::faq();
    let abouts: Vec<&Entry> = faq.knowledge().entries.iter().step_by(9).collect();
    let texts = [
        "and for skin?",
        "why?",
        "in europe?",
        "and for women?",
        "thanks",
        "ok cool",
        "is there proof",
        "how much?",
        "what about children",
        "and if i am pregnant?",
        "can't breathe since the shot",
        "is it safe",
        "lol",
        "",
    ];
    let mut changed = 0;
    for text in texts {
        let alone = faq.ask(&Question::new(text));
        for about in &abouts {
            let reply = faq.ask(&Question::new(text).about(Some(about.question.clone())));
            assert_eq!(reply.kind.name(), alone.kind.name(), "{text} after {}", about.id);
            assert_eq!(reply.why.confidence, alone.why.confidence, "{text} after {}", about.id);
            match (&reply.kind, &alone.kind) {
                (ReplyKind::Answer(one), ReplyKind::Answer(other)) => assert_eq!(one.id, other.id),
                (ReplyKind::DidYouMean(_), _) => {
                    assert_eq!(offers(&reply)[0], offers(&alone)[0], "what was found alone stays first");
                    changed += usize::from(offers(&reply) != offers(&alone));
                }
                _ => {}
            }
        }
    }
    assert!(changed > 5, "going on changes nothing at all");
    let after = |about: &str, text: &str| {
        let about = faq.knowledge().entry(&EntryId::new(about)).unwrap().question.clone();
        offers(&faq.ask(&Question::new(text).about(Some(about)))).iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()
    };
    assert!(after("fda-approved", "and when?").contains(&"why-clinics-offer-exosomes".to_owned()));
}
