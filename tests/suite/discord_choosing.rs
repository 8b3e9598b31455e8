//! "Did you mean one of these?", answered in words, end to end.

use std::sync::Arc;

use caveat::answering;
use caveat::faq::Faq;
use caveat::knowledge::red_flag::Phrase;
use caveat::live::Live;
use caveat::render::wording::discord as words;
use caveat::service::Service;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in, opened, opened_with, scalds};
use crate::discord_manners::{COOL, KETTLE, KETTLE_VERDICT, to_bot};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{APPLICATION, FakeDiscord, Fault, Saw, TOKEN};
use crate::tea;

const AWAKE_VERDICT: &str = "It can: a cup holds caffeine";

/// A reply of `who` to the message `to` of the bot's. Gives its id.
fn replies(discord: &FakeDiscord, who: u64, text: &str, to: &Value) -> u64 {
    discord.says_with(who, text, |event| {
        event["type"] = json!(19);
        event["message_reference"] = json!({ "message_id": to["id"], "channel_id": CHANNEL.to_string() });
        event["referenced_message"] = to.clone();
    })
}

/// Alice asks what the bot asks back about. Gives the bot's message.
async fn offered(discord: &mut FakeDiscord, text: &str) -> Value {
    discord.says(ALICE, &to_bot(text));
    discord.expect(&messages_in(CHANNEL)).await;
    discord.last_in(CHANNEL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_in_words_chooses_what_was_offered() {
    let (mut discord, bot) = opened().await;
    let line = messages_in(CHANNEL);
    let offers = offered(&mut discord, "unsure").await;
    for (who, text, verdict) in [
        (ALICE, "the first one, please", HOT_VERDICT),
        (ALICE, "2", KETTLE_VERDICT),
        (BOB, "yes the last", AWAKE_VERDICT),
    ] {
        let chosen = replies(&discord, who, text, &offers);
        let answer = discord.expect(&line).await.body;
        assert_eq!(answer["message_reference"]["message_id"], chosen.to_string(), "{text}");
        assert!(answer.to_string().contains(verdict), "{text}: {answer:#}");
        assert!(answer["content"].as_str().unwrap().starts_with("I read this as: "), "{text}: {answer:#}");
    }
    replies(&discord, ALICE, "none of these", &offers);
    let none = discord.expect(&line).await.body;
    assert!(none["content"].as_str().unwrap().starts_with(&words::not_in_faq("Tea at the office")), "{none:#}");
    // "Yes" says which only where one was offered.
    replies(&discord, ALICE, "yes", &offers);
    let again = discord.expect(&line).await.body;
    assert!(again["content"].as_str().unwrap().starts_with(words::DID_YOU_MEAN), "{again:#}");
    assert_eq!(buttons(&again)[..4], buttons(&offers)[..4]);
    let one = offered(&mut discord, "unsure of one").await;
    replies(&discord, ALICE, "Yes!", &one);
    assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_says_more_than_a_choice_is_asked_as_ever() {
    let (mut discord, bot) = opened().await;
    let line = messages_in(CHANNEL);
    let offers = offered(&mut discord, "unsure").await;
    // A question that begins as a choice does, and one that is asked in full.
    replies(&discord, ALICE, "2 qwertz uiop asdfgh", &offers);
    let sent = discord.expect(&line).await.body;
    assert!(sent["content"].as_str().unwrap().starts_with(&words::not_in_faq("Tea at the office")), "{sent:#}");
    replies(&discord, ALICE, KETTLE, &offers);
    assert!(discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    // Below an answer there is nothing to choose from; nor in a message that does not reply.
    let answer = discord.last_in(CHANNEL);
    replies(&discord, ALICE, "2", &answer);
    assert!(!discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    discord.says(ALICE, &to_bot("2"));
    assert!(!discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    // An entry that is gone.
    let mut stale = offers.clone();
    stale["components"][0]["components"][0]["custom_id"] = json!("c1:pick:gone");
    replies(&discord, ALICE, "1", &stale);
    assert_eq!(discord.expect(&line).await.body["content"], words::STALE_CHOICE);
    // Danger in the same words as a choice.
    replies(&discord, ALICE, "the first, and I scalded my arm", &offers);
    assert!(discord.expect(&line).await.body["content"].as_str().unwrap().contains(COOL));
    bot.stop().await;
    discord.finish();
}

/// No list of choices knows what a set's moderators have declared an emergency.
#[tokio::test(flavor = "multi_thread")]
async fn a_red_flag_in_a_choice_is_seen() {
    let mut knowledge = tea::faq().knowledge().clone();
    knowledge.red_flags = scalds();
    knowledge.red_flags.signs[0].phrases.push(Phrase::parse("none of them").unwrap());
    let faq = Faq::new(knowledge, answering::Settings::default(), "0123abcd");
    let service = Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1)));
    let (mut discord, bot) = opened_with(service).await;
    let button = json!({ "type": 2, "style": 2, "label": HOT, "custom_id": "c1:pick:how-hot-should-water-be" });
    let sent = json!({ "content": "x", "components": [{ "type": 1, "components": [button] }] });
    let offers = discord.as_message(&sent, ALICE, false);
    replies(&discord, ALICE, "none of them", &offers);
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_the_next_word_chooses_after_a_restart_too() {
    let (mut discord, bot) = opened().await;
    let (line, history) = (messages_in(DIRECT), format!("GET /channels/{DIRECT}/messages"));
    discord.says_directly(ALICE, "unsure");
    discord.expect(&line).await;
    bot.stop().await;
    assert_eq!(discord.saw().await, Saw::Closed(Some(1000)));

    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    let chosen = discord.says_directly(ALICE, "the second");
    discord.expect(&history).await;
    let answer = discord.expect(&line).await.body;
    assert!(answer.to_string().contains(KETTLE_VERDICT), "{answer:#}");
    assert_eq!(answer["message_reference"]["message_id"], chosen.to_string());
    let reply = discord.last_in(DIRECT)["id"].as_str().unwrap().to_owned();
    // On second thoughts: what stood before that message stands there still.
    discord.edits(chosen, "the first", 1);
    discord.expect(&history).await;
    let edit = discord.expect(&format!("PATCH /channels/{DIRECT}/messages/{reply}")).await.body;
    assert!(edit.to_string().contains(HOT_VERDICT), "{edit:#}");
    // Now an answer stands there, so there is nothing to choose from any more.
    discord.says_directly(ALICE, "the second");
    discord.expect(&history).await;
    assert!(!discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    // Where Discord does not tell what was said, it is a question like any other.
    discord.fail(&history, Fault::Status(403, json!({ "code": 50001, "message": "Missing Access" })));
    discord.says_directly(ALICE, "none of these");
    assert_eq!(discord.expect(&history).await.status, 403);
    discord.expect(&line).await;
    bot.stop().await;
    discord.finish();
}
