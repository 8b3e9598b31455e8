//! "Ask a person", end to end: once per question, and nobody is pinged.

use caveat::discord::{Id, Settings};
use caveat::render::wording::manners as said;
use serde_json::json;

use crate::desk::{Desk, HOT, Running, buttons, messages_in};
use crate::discord_manners::{
    Clock, EPHEMERAL, HELPERS, answered, message_at, opened, original, parts, pressed, restarted, store_file,
};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL};
use crate::fake_discord::{FakeDiscord, Fault, GUILD, Options, TOKEN};

const UNKNOWN: &str = "qwertz uiop asdfgh?";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_once_and_nobody_is_pinged() {
    let file = store_file("helpers");
    let clock = Clock::stored(&file);
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.has_channel(HELPERS, json!({}));
    let with = |it: &mut Settings| it.helpers.channel = Id::new(HELPERS);
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), with);
    discord.expect_opening().await;
    let (asked, reply) = answered(&mut discord, &clock, UNKNOWN).await;
    let message = pressed(&discord, reply);
    assert_eq!(buttons(&message), ["c1:person", "c1:dismiss"]);
    let callback = discord.presses(BOB, "c1:person", &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], said::NOT_YOUR_QUESTION);
    let callback = discord.presses(ALICE, "c1:person", &message);
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 5, "data": { "flags": EPHEMERAL } }));
    let told = discord.expect(&messages_in(HELPERS)).await.body;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{asked}");
    assert_eq!(told["content"], said::person_wanted(&format!("<@{ALICE}>"), Some(&link), None, ""));
    assert_eq!(told["allowed_mentions"], json!({ "parse": [] }));
    let done = discord.expect(&format!("PATCH {}", original(&callback))).await.body;
    assert_eq!(done["content"], said::helpers_told(None, false));
    // Again, also after a restart.
    let callback = discord.presses(ALICE, "c1:person", &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], said::HELPERS_KNOW);
    bot.stop().await;
    drop(clock);
    let clock = Clock::stored(&file);
    let bot = restarted(&mut discord, parts(Desk::new(), &clock), with).await;
    let callback = discord.presses(ALICE, "c1:person", &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], said::HELPERS_KNOW);

    // Where the channel cannot be written to, that is said, and trying again is possible.
    let (_, reply) = answered(&mut discord, &clock, UNKNOWN).await;
    let message = pressed(&discord, reply);
    discord.fail(&messages_in(HELPERS), Fault::Status(403, json!({ "code": 50013, "message": "Missing Permissions" })));
    for wanted in [said::HELPERS_NOT_REACHED.to_owned(), said::helpers_told(None, false)] {
        let callback = discord.presses(ALICE, "c1:person", &message);
        discord.expect(&callback).await;
        discord.expect(&messages_in(HELPERS)).await;
        assert_eq!(discord.expect(&format!("PATCH {}", original(&callback))).await.body["content"], wanted);
    }
    // An answer has the button only where that is set.
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    assert!(!buttons(&pressed(&discord, reply)).contains(&"c1:person".to_owned()));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_opened_where_that_is_wanted_and_possible() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.helpers.channel, it.helpers.thread, it.helpers.under_answers) = (Id::new(HELPERS), true, true);
    })
    .await;
    discord.has_channel(HELPERS, json!({}));
    let who = format!("<@{ALICE}>");
    for forbidden in [false, true] {
        let (asked, reply) = answered(&mut discord, &clock, HOT).await;
        let message = pressed(&discord, reply);
        assert!(buttons(&message).contains(&"c1:person".to_owned()), "under answers too");
        let threads = format!("POST {}/threads", message_at(asked));
        if forbidden {
            discord.fail(&threads, Fault::Status(403, json!({ "code": 50013, "message": "Missing Permissions" })));
        }
        let callback = discord.presses(ALICE, "c1:person", &message);
        discord.expect(&callback).await;
        assert_eq!(discord.expect(&threads).await.body["name"], said::THREAD_NAME);
        let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{asked}");
        let thread = (!forbidden).then(|| format!("<#{asked}>"));
        let told = discord.expect(&messages_in(HELPERS)).await.body;
        assert_eq!(told["content"], said::person_wanted(&who, Some(&link), thread.as_deref(), ""));
        let done = discord.expect(&format!("PATCH {}", original(&callback))).await.body;
        assert_eq!(done["content"], said::helpers_told(thread.as_deref(), false));
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_these_leads_to_a_person_and_private_words_are_passed_on() {
    let (mut discord, bot, _) = opened(|it| it.helpers.channel = Id::new(HELPERS)).await;
    discord.has_channel(HELPERS, json!({}));
    let callback = discord.command(ALICE, "ask", "question", "unsure");
    let offered = discord.expect(&callback).await.body;
    assert!(!buttons(&offered).contains(&"c1:person".to_owned()));
    let callback = discord.presses(ALICE, "c1:none", &discord.as_message(&offered, ALICE, true));
    assert!(buttons(&discord.expect(&callback).await.body).contains(&"c1:person".to_owned()));

    // Only Alice sees this one, so the helpers are shown what it quotes, harmless.
    let options = json!([
        { "type": 3, "name": "question", "value": "qwertz @everyone?" }, { "type": 5, "name": "private", "value": true },
    ]);
    let callback = discord.uses(ALICE, "ask", options);
    let sent = discord.expect(&callback).await.body;
    let message = discord.as_message(&sent, ALICE, true);
    assert_eq!(buttons(&message), ["c1:person"]);
    let callback = discord.presses(ALICE, "c1:person", &message);
    discord.expect(&callback).await;
    let told = discord.expect(&messages_in(HELPERS)).await.body["content"].as_str().unwrap().to_owned();
    assert!(told.contains("qwertz") && !told.contains("@everyone") && !told.contains("discord.com"), "{told}");
    let done = discord.expect(&format!("PATCH {}", original(&callback))).await.body;
    assert_eq!(done["content"], said::helpers_told(None, true));
    // Once, here too.
    let callback = discord.presses(ALICE, "c1:person", &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], said::HELPERS_KNOW);
    bot.stop().await;
    discord.finish();
}
