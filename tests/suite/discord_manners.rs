//! The bot's manners, end to end: emergencies, old entries, channels where it may not write; and what the other tests of manners
//! share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use caveat::discord::{Id, Parts, Settings};
use caveat::faq::Faq;
use caveat::knowledge::{EntryId, Risk};
use caveat::live::Live;
use caveat::render::wording::discord as words;
use caveat::render::wording::manners as said;
use caveat::service::{Answers, Service};
use caveat::store::{FileStore, InMemory, Store};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, messages_in};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::shelf::ORIGINAL;
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, GUILD, Options, PATIENCE, Saw, TOKEN};
use crate::tea;

/// Another question of the tea FAQ, and what its answer says.
pub const KETTLE: &str = "Should we buy a kettle?";
pub const KETTLE_VERDICT: &str = "Only if the one you have is broken";
/// What describes the one emergency that there is with tea, and what helps.
pub const SCALDED: &str = "I scalded my arm";
pub const COOL: &str = "Cool the burn under running water";

pub const MODERATORS: u64 = 1_100_000_000_000_000_050;
/// A role that the config names.
pub const KEEPERS: u64 = 1_100_000_000_000_000_052;
pub const HELPERS: u64 = 1_100_000_000_000_000_051;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const EPHEMERAL: u64 = 1 << 6;

/// A clock that stands still until it is moved. It begins in the second in which the fake Discord's first messages are
/// written, going by their ids.
#[derive(Clone)]
pub struct Clock {
    pub seconds: Arc<AtomicI64>,
    /// What the bot keeps, for a test to see when it has.
    pub store: Arc<dyn Store>,
}

impl Clock {
    pub fn new() -> Self {
        Self { seconds: Arc::new(AtomicI64::new(1_706_172_695)), store: Arc::new(InMemory::new(30)) }
    }

    /// With a store in a file.
    pub fn stored(file: &Path) -> Self {
        let clock = Self::new();
        let store = Arc::new(FileStore::open(file, 30, Timestamp::from_second(clock.now()).unwrap()));
        Self { store, ..clock }
    }

    pub fn now(&self) -> i64 {
        self.seconds.load(Ordering::SeqCst)
    }

    pub fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

pub fn parts(answers: Arc<dyn Answers>, clock: &Clock) -> Parts {
    let store = Arc::clone(&clock.store);
    let seconds = Arc::clone(&clock.seconds);
    let now = move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap();
    Parts { now: Arc::new(now), store, ..Parts::new(answers) }
}

/// A Discord and a bot with these settings that has just told its commands.
pub async fn opened(change: impl FnOnce(&mut Settings)) -> (FakeDiscord, Running, Clock) {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let clock = Clock::new();
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), change);
    discord.expect_opening().await;
    (discord, bot, clock)
}

/// Another bot in the place of one that was stopped.
pub async fn restarted(discord: &mut FakeDiscord, parts: Parts, change: impl FnOnce(&mut Settings)) -> Running {
    assert_eq!(discord.saw().await, Saw::Closed(Some(1000)));
    let bot = Running::start_given(discord, TOKEN, parts, change);
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    bot
}

/// A store's file in an empty folder; `name` must be the test's own.
pub fn store_file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("manners-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("caveat.store")
}

pub fn to_bot(text: &str) -> String {
    format!("<@{BOT}> {text}")
}

pub fn message_at(message: u64) -> String {
    format!("/channels/{CHANNEL}/messages/{message}")
}

pub fn id(message: &Value) -> u64 {
    message["id"].as_str().unwrap().parse().unwrap()
}

pub fn token(callback: &str) -> &str {
    callback.split('/').nth(3).unwrap()
}

pub fn original(callback: &str) -> String {
    format!("/webhooks/{APPLICATION}/{}/messages/@original", token(callback))
}

/// Alice asks by a message and is answered. Gives her message and the bot's.
pub async fn answered(discord: &mut FakeDiscord, clock: &Clock, text: &str) -> (u64, u64) {
    let asked = discord.says(ALICE, &to_bot(text));
    discord.expect(&messages_in(CHANNEL)).await;
    kept(clock, asked).await;
    (asked, id(&discord.last_in(CHANNEL)))
}

/// Waits until the bot has learned that its reply to `asked` was posted.
pub async fn kept(clock: &Clock, asked: u64) {
    let known = async {
        while clock.store.said(asked).is_none() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, known).await.expect("the bot keeps nothing");
}

/// Something that is answered whatever was before it, to see that nothing else was said.
pub async fn nothing_but(discord: &mut FakeDiscord, direct: &str) {
    discord.says_directly(BOB, direct);
    discord.expect(&messages_in(DIRECT)).await;
}

/// The bot's message `message` as a press of one of its buttons brings it along.
pub fn pressed(discord: &FakeDiscord, message: u64) -> Value {
    discord.message(message).unwrap()
}

// ── emergencies ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn moderators_learn_of_an_emergency_and_not_its_words() {
    let (mut discord, bot, _) = opened(|it| it.moderators_channel = Id::new(MODERATORS)).await;
    discord.has_channel(MODERATORS, json!({}));
    let asked = discord.says(ALICE, &to_bot("I scalded my arm, xylophone"));
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    let told = discord.expect(&messages_in(MODERATORS)).await.body;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{asked}");
    assert_eq!(told["content"], said::emergency("Scalded", Some(&link)));
    assert_eq!(told["allowed_mentions"], json!({ "parse": [] }));
    // By a command, the answer is where it is; in private, nobody else may know where.
    let callback = discord.command(ALICE, "ask", "question", SCALDED);
    discord.expect(&callback).await;
    discord.expect(&format!("GET {}", original(&callback))).await;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{ORIGINAL}");
    let told = discord.expect(&messages_in(MODERATORS)).await.body;
    assert_eq!(told["content"], said::emergency("Scalded", Some(&link)));
    discord.says_directly(ALICE, SCALDED);
    discord.expect(&messages_in(DIRECT)).await;
    assert_eq!(discord.expect(&messages_in(MODERATORS)).await.body["content"], said::emergency("Scalded", None));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_are_not_told_of_emergencies_where_the_operator_wants_that() {
    let (mut discord, bot, _) = opened(|it| {
        (it.moderators_channel, it.urgent.tell_moderators) = (Id::new(MODERATORS), false);
    })
    .await;
    discord.has_channel(MODERATORS, json!({}));
    discord.says(ALICE, &to_bot(SCALDED));
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    let callback = discord.command(ALICE, "ask", "question", SCALDED);
    discord.expect(&callback).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn help_is_private_where_the_operator_wants_that() {
    let (mut discord, bot, clock) = opened(|it| it.urgent.private = true).await;
    let callback = discord.command(ALICE, "ask", "question", SCALDED);
    assert_eq!(discord.expect(&callback).await.body["data"]["flags"].as_u64().unwrap() & EPHEMERAL, EPHEMERAL);
    let asked = discord.says(ALICE, &to_bot(SCALDED));
    assert_eq!(discord.expect("POST /users/@me/channels").await.body["recipient_id"], ALICE.to_string());
    assert!(discord.expect(&messages_in(DIRECT)).await.body["content"].as_str().unwrap().contains(COOL));
    kept(&clock, asked).await;
    let direct = id(&discord.last_of_bot());
    discord.deletes(&[asked], CHANNEL);
    discord.expect(&format!("DELETE /channels/{DIRECT}/messages/{direct}")).await;
    // A member who takes no direct messages gets help all the same.
    discord.fail(&messages_in(DIRECT), Fault::Status(403, json!({ "code": 50007, "message": "Cannot send messages" })));
    discord.says(ALICE, &to_bot(SCALDED));
    discord.expect("POST /users/@me/channels").await;
    discord.expect(&messages_in(DIRECT)).await;
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    bot.stop().await;
    discord.finish();
}

// ── old entries ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_past_its_review_says_so_and_one_of_high_risk_is_only_offered() {
    let mut knowledge = tea::faq().knowledge().clone();
    let kettle = EntryId::new("should-we-buy-a-kettle");
    let hot = EntryId::new("how-hot-should-water-be");
    let today = date(2027, 2, 1);
    for entry in &mut knowledge.entries {
        entry.risk = if entry.id == hot { Risk::High } else { Risk::Ordinary };
    }
    let overdue: Vec<&EntryId> = knowledge.overdue(today).iter().map(|(entry, _)| &entry.id).collect();
    assert!(overdue.contains(&&kettle) && overdue.contains(&&hot), "{overdue:?}");
    assert_eq!(overdue[0], &kettle, "the longest overdue first");
    let faq = Faq::new(knowledge, caveat::answering::Settings::default(), "0123abcd");
    let service = Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2027, 2, 1)));
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(service, &Clock::new()), |_| {});
    discord.expect_opening().await;
    discord.says(ALICE, &to_bot(KETTLE));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body.to_string();
    assert!(sent.contains(KETTLE_VERDICT) && sent.contains(words::PAST_REVIEW), "{sent}");
    discord.says(ALICE, &to_bot(HOT));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(sent["content"].as_str().unwrap().contains(words::DID_YOU_MEAN), "{sent}");
    assert!(!sent.to_string().contains(HOT_VERDICT), "not asserted");
    // Whoever picks it sees it, with the word that it is old.
    let callback = discord.presses(ALICE, &format!("c1:pick:{hot}"), &discord.as_message(&sent, ALICE, false));
    let picked = discord.expect(&callback).await.body.to_string();
    assert!(picked.contains(HOT_VERDICT) && picked.contains(words::PAST_REVIEW), "{picked}");
    bot.stop().await;
    discord.finish();
}

// ── where the bot may not write ─────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn that_the_bot_may_not_write_is_said_privately_once() {
    let (mut discord, bot, _) = opened(|_| {}).await;
    let line = messages_in(CHANNEL);
    let forbidden = || Fault::Status(403, json!({ "code": 50013, "message": "Missing Permissions" }));
    // With an embed, then without: that might have been what is forbidden.
    discord.fail(&line, forbidden());
    discord.fail(&line, forbidden());
    discord.says(ALICE, &to_bot(HOT));
    assert_eq!([discord.expect(&line).await.status, discord.expect(&line).await.status], [403; 2]);
    assert_eq!(discord.expect("POST /users/@me/channels").await.body["recipient_id"], ALICE.to_string());
    let told = discord.expect(&messages_in(DIRECT)).await.body;
    assert_eq!(told["content"], said::may_not_write(&format!("<#{CHANNEL}>")));
    assert!(discord.expect(&messages_in(DIRECT)).await.body.to_string().contains(HOT_VERDICT));
    // Once for each channel; help reaches whoever needs it each time, and first.
    discord.fail(&line, forbidden());
    discord.fail(&line, forbidden());
    discord.says(BOB, &to_bot(HOT));
    assert_eq!([discord.expect(&line).await.status, discord.expect(&line).await.status], [403; 2]);
    discord.fail(&line, forbidden());
    discord.says(BOB, &to_bot(SCALDED));
    assert_eq!(discord.expect(&line).await.status, 403);
    assert_eq!(discord.expect("POST /users/@me/channels").await.body["recipient_id"], BOB.to_string());
    assert!(discord.expect(&messages_in(DIRECT)).await.body["content"].as_str().unwrap().contains(COOL));
    assert_eq!(discord.expect(&messages_in(DIRECT)).await.body["content"], told["content"]);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_or_reply_that_is_gone_is_let_go() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    discord.fail(&messages_in(CHANNEL), Fault::Status(404, json!({ "code": 10003, "message": "Unknown Channel" })));
    discord.says(ALICE, &to_bot(HOT));
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 404);
    // Our reply is gone when its question is edited: that is no failure, and it is not tried again.
    let gone = || Fault::Status(404, json!({ "code": 10008, "message": "Unknown Message" }));
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    discord.fail(&format!("PATCH {}", message_at(reply)), gone());
    discord.edits(asked, &to_bot(KETTLE), 1);
    assert_eq!(discord.expect(&format!("PATCH {}", message_at(reply))).await.status, 404);
    discord.edits(asked, &to_bot(HOT), 2);
    // Help is given anew.
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    discord.fail(&format!("PATCH {}", message_at(reply)), gone());
    discord.edits(asked, &to_bot(SCALDED), 3);
    discord.expect(&format!("PATCH {}", message_at(reply))).await;
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    bot.stop().await;
    discord.finish();
}
