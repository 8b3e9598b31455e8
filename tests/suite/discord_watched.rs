//! Watched channels, threads and forums, end to end: when the bot speaks though nobody asked it, and when it does not.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use caveat::discord::watching::{Kind, Watched};
use caveat::discord::{Id, Settings};
use caveat::faq::Faq;
use caveat::live::Live;
use caveat::service::Service;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::json;

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, messages_in};
use crate::discord_manners::{
    COOL, Clock, KETTLE, KETTLE_VERDICT, SCALDED, answered, id, kept, message_at, parts, store_file, to_bot,
};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL};
use crate::fake_discord::{APPLICATION, FakeDiscord, Fault, Options, Saw, TOKEN};
use crate::tea;

/// A bot that watches the channel and a forum.
async fn watching(change: impl FnOnce(&mut Settings)) -> (FakeDiscord, Running, Clock) {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let clock = Clock::new();
    a_minute_later(&clock);
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), |settings| {
        watched(settings);
        change(settings);
    });
    connects(&mut discord, &[true]).await;
    tells_commands(&mut discord).await;
    (discord, bot, clock)
}

/// A bot connects, and asks to read what it watches or not, one time after the other.
async fn connects(discord: &mut FakeDiscord, to_read: &[bool]) {
    discord.expect("GET /gateway/bot").await;
    for to_read in to_read {
        let Saw::Identify(identify) = discord.saw().await else { panic!("no IDENTIFY") };
        assert_eq!(identify["intents"].as_u64().unwrap() & CONTENT != 0, *to_read, "{identify}");
    }
}

/// A bot that Discord does not know yet tells its commands.
async fn tells_commands(discord: &mut FakeDiscord) {
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    discord.expect(&format!("PUT /applications/{APPLICATION}/commands")).await;
}

/// The message-content intent.
const CONTENT: u64 = 1 << 15;

const FORUM: u64 = 1_100_000_000_000_000_060;

/// A minute after the time that all messages of the fake Discord bear.
fn a_minute_later(clock: &Clock) {
    clock.seconds.store("2026-11-22T10:01:00Z".parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
}

fn watched(settings: &mut Settings) {
    settings.watched = vec![
        Watched { channel: Id::new(CHANNEL), ..Watched::default() },
        Watched { channel: Id::new(FORUM), kind: Kind::Forum, ..Watched::default() },
    ];
}

/// A message of `who` in another channel of the server.
fn says_in(discord: &FakeDiscord, channel: u64, who: u64, text: &str) -> u64 {
    discord.says_with(who, text, |it| it["channel_id"] = json!(channel.to_string()))
}

/// A thread below `parent`.
fn thread_below(discord: &FakeDiscord, parent: u64) -> u64 {
    let id = discord.new_id();
    let thread = json!({ "id": id.to_string(), "type": 11, "parent_id": parent.to_string(), "name": "A talk" });
    discord.has_channel(id, thread);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_watched_channel_only_a_sure_answer_to_a_question_is_given() {
    let (mut discord, bot, clock) = watching(|_| {}).await;
    let history = format!("GET /channels/{CHANNEL}/messages");
    // Talk, what is not sure, what speaks to somebody else: not a word.
    for talk in ["my tea was hot today", "qwertz uiop?", "what about the water", &format!("<@{BOB}> {HOT}")] {
        discord.says_with(ALICE, talk, |it| {
            if talk.contains("<@") {
                it["mentions"] =
                    json!([{ "id": BOB.to_string(), "username": "bob", "discriminator": "0", "avatar": null }]);
            }
        });
    }
    let elsewhere = 1_100_000_000_000_000_061_u64;
    says_in(&discord, elsewhere, ALICE, HOT);
    // It might have been a thread below. That is asked once.
    discord.expect(&format!("GET /channels/{elsewhere}")).await;
    says_in(&discord, elsewhere, ALICE, HOT);
    // Somebody new asks.
    let asked = discord.says(BOB, HOT);
    discord.expect(&history).await;
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(sent["message_reference"]["message_id"], asked.to_string());
    assert!(sent.to_string().contains(HOT_VERDICT));
    // The same entry again: not within the hour, whoever asks; a mention is answered as ever.
    discord.says(BOB + 1, HOT);
    clock.pass(3000);
    discord.says(BOB + 2, HOT);
    let asked = discord.says(BOB + 2, &to_bot(HOT));
    discord.expect(&messages_in(CHANNEL)).await;
    kept(&clock, asked).await;
    clock.pass(3601);
    let last = discord.says(BOB + 3, HOT);
    discord.expect(&history).await;
    discord.expect(&messages_in(CHANNEL)).await;
    // A question that becomes talk needs no answer; nor one that becomes another whose answer stands there already.
    let reply = id(&discord.last_of_bot());
    discord.edits(last, "my tea was hot today", 1);
    discord.expect(&format!("DELETE {}", message_at(reply))).await;
    let other = discord.says(BOB + 4, KETTLE);
    discord.expect(&history).await;
    discord.expect(&messages_in(CHANNEL)).await;
    kept(&clock, other).await;
    let reply = id(&discord.last_of_bot());
    discord.edits(other, HOT, 2);
    discord.expect(&format!("DELETE {}", message_at(reply))).await;
    assert_eq!(bot.metrics.text().matches("how=\"watched\"").count(), 4, "counted by themselves");
    bot.stop().await;
    discord.finish();
}

/// What is answered to somebody who asks the bot need not be sure enough to be said unasked; and what is said in an entry's very
/// words is no question for that.
#[tokio::test(flavor = "multi_thread")]
async fn unasked_there_is_a_higher_bar_and_no_answer_to_what_is_no_question() {
    let (mut discord, bot, _) = watching(|it| it.watched[0].bar = 1.0).await;
    discord.says(BOB, HOT);
    let asked = discord.says(BOB, &to_bot(HOT));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(sent["message_reference"]["message_id"], asked.to_string(), "asked, it is sure enough");
    assert!(sent.to_string().contains(HOT_VERDICT));
    bot.stop().await;
    discord.finish();

    let mut knowledge = tea::faq().knowledge().clone();
    let told = "my kettle leaves scale in the cup since yesterday";
    let kettle = knowledge.entries.iter_mut().find(|it| it.question == KETTLE).unwrap();
    kettle.phrasings.push(told.to_owned());
    let faq = Faq::new(knowledge, caveat::answering::Settings::default(), "0123abcd");
    let service = Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1)));
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(service, &Clock::new()), watched);
    connects(&mut discord, &[true]).await;
    tells_commands(&mut discord).await;
    discord.says(BOB, told);
    discord.says(ALICE, &to_bot(told));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(sent.to_string().contains(KETTLE_VERDICT), "{sent:#}");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_talk_with_each_other_are_not_interrupted_except_by_help() {
    let (mut discord, bot, clock) = watching(|_| {}).await;
    let history = format!("GET /channels/{CHANNEL}/messages");
    discord.says(ALICE, "the tea tasted odd");
    discord.says(BOB, "odd in which way");
    discord.says(ALICE, HOT);
    discord.expect(&history).await;
    // Nor where he answered somebody and goes on: that too is asked of the other.
    discord.says(BOB, HOT);
    discord.expect(&history).await;
    // A reply to somebody's message is for him.
    let other = discord.says(BOB + 1, "hm");
    discord.says_with(BOB + 2, HOT, |it| {
        it["type"] = json!(19);
        it["message_reference"] = json!({ "message_id": other.to_string(), "channel_id": CHANNEL.to_string() });
        it["referenced_message"] = discord.message(other).unwrap();
    });
    // An emergency is answered always.
    discord.says(ALICE, SCALDED);
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    // When the history cannot be read, silence is better.
    discord.fail(&history, Fault::Status(403, json!({ "code": 50001, "message": "Missing Access" })));
    discord.says(BOB + 3, HOT);
    discord.expect(&history).await;
    // Half an hour later it is a new talk.
    clock.pass(1800);
    discord.says(ALICE, HOT);
    discord.expect(&history).await;
    discord.expect(&messages_in(CHANNEL)).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forums_post_is_answered_once_by_its_title_and_first_message() {
    let (mut discord, bot, _) = watching(|_| {}).await;
    let post = |discord: &FakeDiscord, title: &str, forum: u64, text: &str| {
        let id = discord.new_id();
        let parent = forum.to_string();
        discord.has_channel(id, json!({ "id": id.to_string(), "type": 11, "parent_id": parent, "name": title }));
        let text = text.to_owned();
        discord.says_with(ALICE, &text, |it| {
            it["id"] = json!(id.to_string());
            it["channel_id"] = json!(id.to_string());
        })
    };
    let first = post(&discord, HOT, FORUM, "hi all");
    discord.expect(&format!("GET /channels/{first}")).await;
    let sent = discord.expect(&messages_in(first)).await.body;
    assert!(sent.to_string().contains(HOT_VERDICT), "{sent}");
    let reply = id(&discord.last_in(first));
    // Once, though it is told of again.
    discord.dispatch("MESSAGE_CREATE", discord.message(first).unwrap());
    // What is said below it is talk.
    says_in(&discord, first, BOB, KETTLE);
    discord.expect(&format!("GET /channels/{first}")).await;
    // A post elsewhere, and one that asks nothing.
    let other = post(&discord, HOT, FORUM + 1, "hi all");
    discord.expect(&format!("GET /channels/{other}")).await;
    let talk = post(&discord, "My new kettle", FORUM, "look at it");
    discord.expect(&format!("GET /channels/{talk}")).await;
    // Danger in the title.
    let danger = post(&discord, SCALDED, FORUM, "please");
    discord.expect(&format!("GET /channels/{danger}")).await;
    assert!(discord.expect(&messages_in(danger)).await.body["content"].as_str().unwrap().contains(COOL));
    // An edit is read together with the title, too: the reply stays.
    discord.edits(first, "hi everybody", 1);
    discord.expect(&format!("GET /channels/{first}")).await;
    bot.stop().await;
    assert!(discord.message(reply).is_some());
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_intent_it_runs_on_and_says_how_to_have_it() {
    let options = Options { refuse_content: true, ..Options::default() };
    let mut discord = FakeDiscord::start(options).await;
    let clock = Clock::new();
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), |settings| {
        settings.watched = vec![Watched { channel: Id::new(CHANNEL), ..Watched::default() }];
    });
    connects(&mut discord, &[true, false]).await;
    tells_commands(&mut discord).await;
    // Discord leaves out the words; even if it did not, nothing is watched.
    discord.says(ALICE, HOT);
    answered(&mut discord, &clock, HOT).await;
    bot.stop().await;
    discord.finish();
}

// ── threads ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_below_a_watched_channel_counts_as_that_channel() {
    let (mut discord, bot, clock) = watching(|_| {}).await;
    let (thread, other) = (thread_below(&discord, CHANNEL), thread_below(&discord, CHANNEL));
    let look = |thread: u64| format!("GET /channels/{thread}");
    let history = |channel: u64| format!("GET /channels/{channel}/messages");
    // Talk is left alone; what is asked is answered in the thread itself.
    says_in(&discord, thread, ALICE, "my tea was hot today");
    discord.expect(&look(thread)).await;
    let asked = says_in(&discord, thread, BOB, HOT);
    discord.expect(&history(thread)).await;
    let sent = discord.expect(&messages_in(thread)).await.body;
    assert!(sent.to_string().contains(HOT_VERDICT), "{sent}");
    assert_eq!(sent["message_reference"]["message_id"], asked.to_string());
    let reply = id(&discord.last_in(thread));
    kept(&clock, asked).await;
    // The entry rests in all of the channel: here, in the thread beside it, in the channel itself.
    says_in(&discord, thread, BOB + 1, HOT);
    says_in(&discord, other, BOB + 1, HOT);
    discord.expect(&look(other)).await;
    discord.says(BOB + 1, HOT);
    // Two who talk with each other are left alone here too; in danger nobody is.
    says_in(&discord, other, ALICE, "mine was odd");
    says_in(&discord, other, BOB, "in which way");
    says_in(&discord, other, ALICE, KETTLE);
    discord.expect(&history(other)).await;
    says_in(&discord, other, ALICE, SCALDED);
    assert!(discord.expect(&messages_in(other)).await.body["content"].as_str().unwrap().contains(COOL));
    // A question that becomes talk needs no answer.
    discord.edits(asked, "my tea was hot today", 1);
    discord.expect(&format!("DELETE /channels/{thread}/messages/{reply}")).await;
    // Threads elsewhere are nobody's business, not even those of a forum.
    for elsewhere in [thread_below(&discord, CHANNEL + 900), thread_below(&discord, FORUM)] {
        says_in(&discord, elsewhere, BOB, KETTLE);
        discord.expect(&look(elsewhere)).await;
        says_in(&discord, elsewhere, BOB + 1, KETTLE);
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_may_not_be_looked_at_is_asked_about_once() {
    let (mut discord, bot, _) = watching(|_| {}).await;
    let hidden = CHANNEL + 901;
    let look = format!("GET /channels/{hidden}");
    discord.fail(&look, Fault::Status(403, json!({ "code": 50001, "message": "Missing Access" })));
    says_in(&discord, hidden, ALICE, HOT);
    assert_eq!(discord.expect(&look).await.status, 403);
    for who in [BOB, ALICE] {
        says_in(&discord, hidden, who, HOT);
    }
    // Whoever asks is answered there all the same.
    says_in(&discord, hidden, ALICE, &to_bot(KETTLE));
    assert!(discord.expect(&messages_in(hidden)).await.body.to_string().contains(KETTLE_VERDICT));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_a_thread_rests_in_its_channel_after_a_restart_too() {
    let file = store_file("thread");
    let mut discord = FakeDiscord::start(Options::default()).await;
    let clock = Clock::stored(&file);
    a_minute_later(&clock);
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), watched);
    connects(&mut discord, &[true]).await;
    tells_commands(&mut discord).await;
    // One is asked for, the other is not.
    let thread = thread_below(&discord, CHANNEL);
    says_in(&discord, thread, ALICE, &to_bot(HOT));
    discord.expect(&messages_in(thread)).await;
    discord.expect(&format!("GET /channels/{thread}")).await;
    says_in(&discord, thread, BOB, KETTLE);
    discord.expect(&format!("GET /channels/{thread}/messages")).await;
    assert!(discord.expect(&messages_in(thread)).await.body.to_string().contains(KETTLE_VERDICT));
    bot.stop().await;
    drop(clock);

    assert_eq!(discord.saw().await, Saw::Closed(Some(1000)));
    let clock = Clock::stored(&file);
    a_minute_later(&clock);
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), watched);
    connects(&mut discord, &[true]).await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    discord.says(BOB, HOT);
    discord.says(BOB, KETTLE);
    // What comes behind them in the channel is answered: they are dealt with.
    discord.says(ALICE, &to_bot("qwertz uiop asdfgh?"));
    discord.expect(&messages_in(CHANNEL)).await;
    clock.pass(3601);
    discord.says(BOB, KETTLE);
    discord.expect(&format!("GET /channels/{CHANNEL}/messages")).await;
    discord.expect(&messages_in(CHANNEL)).await;
    bot.stop().await;
    discord.finish();
}
