//! The bot's manners, end to end: who has to wait, what becomes of a reply when its question changes, who may take it away,
//! when it speaks unasked, who is told of what.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use caveat::discord::{Id, Parts, Settings};
use caveat::faq::Faq;
use caveat::knowledge::{EntryId, Risk};
use caveat::live::Live;
use caveat::metrics::Dropped;
use caveat::render::wording::discord as words;
use caveat::render::wording::manners as said;
use caveat::service::{Answers, Service};
use caveat::store::{FileStore, InMemory, Store};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in, shipped_service};
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
const KEEPERS: u64 = 1_100_000_000_000_000_052;
const HELPERS: u64 = 1_100_000_000_000_000_051;
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

fn token(callback: &str) -> &str {
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

// ── cooldowns ───────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_is_told_once_when_to_come_back() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (2, 60);
    })
    .await;
    let line = messages_in(CHANNEL);
    for question in [HOT, KETTLE] {
        answered(&mut discord, &clock, question).await;
    }
    // Where nobody else reads it.
    let third = discord.says(ALICE, &to_bot(HOT));
    assert_eq!(discord.expect("POST /users/@me/channels").await.body["recipient_id"], ALICE.to_string());
    let wait = discord.expect(&messages_in(DIRECT)).await.body;
    let sentence = said::come_back(false, clock.now() + 30);
    assert_eq!(wait["content"], said::come_back_to(&format!("<#{CHANNEL}>"), &sentence));
    // A flood is dropped; an emergency in the midst of it is not; somebody else's turn is his own.
    for _ in 0..5 {
        discord.says(ALICE, &to_bot(HOT));
    }
    discord.says(ALICE, &to_bot(SCALDED));
    assert!(discord.expect(&line).await.body["content"].as_str().unwrap().contains(COOL));
    discord.says(BOB, &to_bot(HOT));
    assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT));
    // A command is answered privately, each time.
    for _ in 0..2 {
        let callback = discord.command(ALICE, "ask", "question", HOT);
        let wait = discord.expect(&callback).await.body;
        assert_eq!(wait["data"]["content"], said::come_back(false, clock.now() + 30));
        assert_eq!(wait["data"]["flags"], EPHEMERAL);
    }
    let callback = discord.command(ALICE, "ask", "question", SCALDED);
    assert!(discord.expect(&callback).await.body.to_string().contains(COOL));
    clock.pass(30);
    // The question that had to wait is asked again by an edit: it is answered where it was asked.
    discord.edits(third, &to_bot(KETTLE), 1);
    discord.expect(&format!("DELETE /channels/{DIRECT}/messages/{}", id(&discord.last_in(DIRECT)))).await;
    let answer = discord.expect(&line).await.body;
    assert!(answer.to_string().contains(KETTLE_VERDICT));
    assert_eq!(answer["message_reference"]["message_id"], third.to_string());
    assert_eq!(bot.metrics.all_dropped(Dropped::Flood), 5);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_direct_messages_is_told_to_wait_below_the_question() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (1, 60);
    })
    .await;
    answered(&mut discord, &clock, HOT).await;
    discord.fail(&messages_in(DIRECT), Fault::Status(403, json!({ "code": 50007, "message": "Cannot send messages" })));
    let second = discord.says(ALICE, &to_bot(KETTLE));
    discord.expect("POST /users/@me/channels").await;
    discord.expect(&messages_in(DIRECT)).await;
    let wait = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(wait["content"], said::come_back(false, clock.now() + 60));
    assert_eq!(wait["message_reference"]["message_id"], second.to_string());
    assert_eq!(wait["allowed_mentions"]["replied_user"], false, "quietly");
    assert_eq!(wait["flags"], 1 << 12, "without a notification");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_members_do_not_use_up_each_others_turn() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (3, 60);
        (it.cooldown.channel_questions, it.cooldown.channel_seconds) = (4, 60);
    })
    .await;
    let line = messages_in(CHANNEL);
    for _ in 0..3 {
        answered(&mut discord, &clock, HOT).await;
    }
    for nth in 0..10 {
        discord.says(BOB + 100 + nth, &to_bot(HOT));
        assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT), "{nth}");
    }
    // One who had his turn waits for the channel.
    discord.says(BOB + 100, &to_bot(HOT));
    discord.expect("POST /users/@me/channels").await;
    let wait = discord.expect(&messages_in(DIRECT)).await.body;
    let why = format!("In <#{CHANNEL}>: There were many questions here");
    assert!(wait["content"].as_str().unwrap().starts_with(&why), "{wait}");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_not_posted_twice_in_a_row() {
    let (mut discord, bot, clock) = opened(|it| it.cooldown.entry_seconds = 30).await;
    let line = messages_in(CHANNEL);
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    let until = clock.now() + 30;
    // By a message it is told where nobody else reads it, with the way to the answer.
    let again = discord.says(BOB, &to_bot(HOT));
    assert_eq!(discord.expect("POST /users/@me/channels").await.body["recipient_id"], BOB.to_string());
    let told = discord.expect(&messages_in(DIRECT)).await.body;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{reply}");
    let above = said::answered_above(&link, until);
    assert!(above.contains(&link) && above.contains(&format!("<t:{until}:R>")), "{above}");
    assert_eq!(told["content"], said::come_back_to(&format!("<#{CHANNEL}>"), &above));
    assert_eq!(told["flags"], 1 << 2, "the link opens no preview");
    kept(&clock, again).await;
    // Where he takes no direct messages it is told quietly below his question.
    discord.fail(&messages_in(DIRECT), Fault::Status(403, json!({ "code": 50007, "message": "Cannot send messages" })));
    let again = discord.says(BOB, &to_bot(HOT));
    discord.expect("POST /users/@me/channels").await;
    assert_eq!(discord.expect(&messages_in(DIRECT)).await.status, 403);
    let told = discord.expect(&line).await.body;
    assert_eq!((&told["content"], &told["flags"]), (&json!(above), &json!(1 << 12 | 1 << 2)));
    assert_eq!(told["message_reference"]["message_id"], again.to_string());
    assert_eq!(told["allowed_mentions"]["replied_user"], false);
    // By a command it is shown, privately.
    let callback = discord.command(BOB, "ask", "question", HOT);
    let shown = discord.expect(&callback).await.body;
    assert_eq!(shown["data"]["flags"], EPHEMERAL);
    assert!(shown["data"]["content"].as_str().unwrap().starts_with(&said::shown_to_you_alone(until)), "{shown}");
    assert!(shown.to_string().contains(HOT_VERDICT));
    // Another entry, and the same elsewhere, are not meant.
    answered(&mut discord, &clock, KETTLE).await;
    discord.says_directly(BOB, HOT);
    assert!(discord.expect(&messages_in(DIRECT)).await.body.to_string().contains(HOT_VERDICT));
    clock.pass(31);
    let asked = discord.says(BOB, &to_bot(HOT));
    assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT));
    kept(&clock, asked).await;
    // What a command has answered rests as well.
    clock.pass(31);
    let callback = discord.command(ALICE, "ask", "question", HOT);
    assert!(discord.expect(&callback).await.body["data"]["flags"].is_null());
    let callback = discord.command(BOB, "ask", "question", HOT);
    assert_eq!(discord.expect(&callback).await.body["data"]["flags"], EPHEMERAL);
    // Which message that answer became is not known: whoever asks by a message is shown the answer itself, alone.
    let until = clock.now() + 30;
    let last = discord.says(BOB, &to_bot(HOT));
    discord.expect("POST /users/@me/channels").await;
    let shown = discord.expect(&messages_in(DIRECT)).await.body;
    let above = said::come_back_to(&format!("<#{CHANNEL}>"), &said::shown_to_you_alone(until));
    assert!(shown["content"].as_str().unwrap().starts_with(&above), "{shown}");
    assert!(shown.to_string().contains(HOT_VERDICT));
    kept(&clock, last).await;
    discord.fail(&messages_in(DIRECT), Fault::Status(403, json!({ "code": 50007, "message": "Cannot send messages" })));
    discord.says(BOB, &to_bot(HOT));
    discord.expect("POST /users/@me/channels").await;
    discord.expect(&messages_in(DIRECT)).await;
    assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT), "better twice than not at all");
    bot.stop().await;
    discord.finish();
}

/// An answer that fills its message has no room for a word above it: that comes before it then.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_above_an_answer_takes_none_of_its_room() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let with = |it: &mut Settings| it.cooldown.entry_seconds = 30;
    let bot = Running::start_given(&discord, TOKEN, parts(shipped_service(), &Clock::new()), with);
    discord.expect_opening().await;
    // As text, since the bot may not embed links there.
    let without_embeds = |it: &mut Value| it["app_permissions"] = json!((1u64 << 10 | 1 << 11 | 1 << 16).to_string());
    let options = json!([{ "type": 3, "name": "question", "value": "c1:show:do-exosomes-regrow-hair" }]);
    let data = json!({ "id": "9", "name": "ask", "type": 1, "options": options });
    let callback = discord.interaction_with(ALICE, 2, data.clone(), None, without_embeds);
    let answer = discord.expect(&callback).await.body["data"]["content"].clone();
    let length = answer.as_str().unwrap().encode_utf16().count();
    assert!(length > 2000 - said::shown_to_you_alone(0).len(), "the answer leaves room: {length}");
    let callback = discord.interaction_with(BOB, 2, data, None, without_embeds);
    let word = discord.expect(&callback).await.body;
    assert!(word["data"]["content"].as_str().unwrap().starts_with("The same answer was given"), "{word}");
    assert_eq!(word["data"]["flags"], EPHEMERAL);
    let shown = discord.expect(&format!("POST /webhooks/{APPLICATION}/{}", token(&callback))).await.body;
    assert_eq!(shown["content"], answer);
    assert_eq!(shown["flags"].as_u64().unwrap() & EPHEMERAL, EPHEMERAL);
    bot.stop().await;
    discord.finish();
}

/// Of two questions at once both entries rest; one that rests alone keeps nobody from the other.
#[tokio::test(flavor = "multi_thread")]
async fn two_answers_at_once_rest_together() {
    const BOTH: &str = "does it hurt and how much does it cost?";
    let mut discord = FakeDiscord::start(Options::default()).await;
    let clock = Clock::new();
    let with = |it: &mut Settings| it.cooldown.entry_seconds = 30;
    let bot = Running::start_given(&discord, TOKEN, parts(shipped_service(), &clock), with);
    discord.expect_opening().await;
    let callback = discord.command(ALICE, "ask", "question", "c1:show:how-much-do-exosomes-cost");
    assert!(discord.expect(&callback).await.body["data"]["flags"].is_null());
    clock.pass(1);
    // Two messages, one below the other.
    let asked = discord.says(ALICE, &to_bot(BOTH));
    discord.expect(&messages_in(CHANNEL)).await;
    discord.expect(&messages_in(CHANNEL)).await;
    kept(&clock, asked).await;
    discord.says(BOB, &to_bot(BOTH));
    discord.expect("POST /users/@me/channels").await;
    assert!(discord.expect(&messages_in(DIRECT)).await.body["content"].as_str().unwrap().contains("In <#"));
    let callback = discord.command(BOB, "ask", "question", "c1:show:how-much-do-exosomes-cost");
    let shown = discord.expect(&callback).await.body;
    assert!(
        shown["data"]["content"].as_str().unwrap().starts_with(&said::shown_to_you_alone(clock.now() + 30)),
        "{shown}"
    );
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_command_was_answered_with_rests_after_a_restart_too() {
    let file = store_file("rests");
    let mut discord = FakeDiscord::start(Options::default()).await;
    let with = |it: &mut Settings| it.cooldown.entry_seconds = 30;
    let clock = Clock::stored(&file);
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), with);
    discord.expect_opening().await;
    let callback = discord.command(ALICE, "ask", "question", HOT);
    assert!(discord.expect(&callback).await.body["data"]["flags"].is_null());
    bot.stop().await;
    drop(clock);

    let clock = Clock::stored(&file);
    let bot = restarted(&mut discord, parts(Desk::new(), &clock), with).await;
    let until = clock.now() + 30;
    clock.pass(29);
    let callback = discord.command(BOB, "ask", "question", HOT);
    let shown = discord.expect(&callback).await.body;
    assert_eq!(shown["data"]["flags"], EPHEMERAL);
    assert!(shown["data"]["content"].as_str().unwrap().starts_with(&said::shown_to_you_alone(until)), "{shown}");
    clock.pass(1);
    let callback = discord.command(BOB, "ask", "question", HOT);
    assert!(discord.expect(&callback).await.body["data"]["flags"].is_null());
    bot.stop().await;
    discord.finish();
}

// ── taking a reply away ─────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn the_asker_and_moderators_take_a_reply_away_by_its_button() {
    let (mut discord, bot, clock) = opened(|it| it.moderator_roles = Id::new(KEEPERS).into_iter().collect()).await;
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    let message = pressed(&discord, reply);
    assert!(buttons(&message).contains(&"c1:dismiss".to_owned()));
    let callback = discord.presses(BOB, "c1:dismiss", &message);
    let no = discord.expect(&callback).await.body;
    assert_eq!(no["data"]["content"], said::NOT_YOURS_TO_DISMISS);
    assert_eq!(no["data"]["flags"], EPHEMERAL);
    let (anybody, moderator) = ("0", MANAGE_MESSAGES.to_string());
    // The asker; a moderator by permission; one by a role that the config names.
    for (who, permissions, role) in [(BOB, moderator.as_str(), 5), (ALICE, anybody, 5), (BOB, anybody, KEEPERS)] {
        let data = json!({ "custom_id": "c1:dismiss", "component_type": 2 });
        let may = |it: &mut Value| {
            it["member"]["permissions"] = json!(permissions);
            it["member"]["roles"] = json!([role.to_string()]);
        };
        let callback = discord.interaction_with(who, 3, data, Some(&message), may);
        assert_eq!(discord.expect(&callback).await.body, json!({ "type": 6 }));
        discord.expect(&format!("DELETE {}", original(&callback))).await;
    }
    // What is shown to one member alone has a button of Discord's own.
    let callback = discord.command(ALICE, "ask", "question", "?");
    assert!(!discord.expect(&callback).await.body.to_string().contains("c1:dismiss"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cross_takes_a_reply_away_if_it_is_the_askers_or_a_moderators() {
    let (mut discord, bot, clock) = opened(|it| {
        it.dismiss_button = false;
        it.moderator_roles = Id::new(KEEPERS).into_iter().collect();
    })
    .await;
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    assert!(!discord.message(reply).unwrap().to_string().contains("c1:dismiss"), "no button");
    discord.reacts(ALICE, reply, "👍", |_| {});
    let look = format!("GET {}", message_at(reply));
    // Somebody: it is found out that he is no moderator, and nothing happens.
    discord.reacts(BOB, reply, "❌", |_| {});
    discord.expect(&look).await;
    discord.expect(&format!("GET /guilds/{GUILD}")).await;
    discord.expect(&format!("GET /channels/{CHANNEL}")).await;
    // The asker.
    discord.reacts(ALICE, reply, "❌", |_| {});
    discord.expect(&look).await;
    discord.expect(&format!("DELETE {}", message_at(reply))).await;
    assert!(discord.message(reply).is_none());

    // One who moderates by a role that the config names: nothing has to be found out.
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    discord.reacts(BOB, reply, "❌", |it| it["member"]["roles"] = json!([KEEPERS.to_string()]));
    discord.expect(&format!("GET {}", message_at(reply))).await;
    discord.expect(&format!("DELETE {}", message_at(reply))).await;

    // A moderator, after a restart without a store.
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    bot.stop().await;
    let clock = Clock::new();
    let bot = restarted(&mut discord, parts(Desk::new(), &clock), |_| {}).await;
    discord.has_role(77, MANAGE_MESSAGES);
    discord.reacts(BOB, reply, "✖\u{fe0f}", |it| it["member"]["roles"] = json!(["77"]));
    discord.expect(&format!("GET {}", message_at(reply))).await;
    discord.expect(&format!("GET /guilds/{GUILD}")).await;
    discord.expect(&format!("GET /channels/{CHANNEL}")).await;
    discord.expect(&format!("DELETE {}", message_at(reply))).await;
    // The answer to a command tells by itself who asked.
    let callback = discord.command(ALICE, "ask", "question", HOT);
    let sent = discord.expect(&callback).await.body;
    let answer = discord.stands(discord.as_message(&sent, ALICE, true));
    discord.reacts(BOB, answer, "❌", |_| {});
    discord.expect(&format!("GET {}", message_at(answer))).await;
    discord.expect(&format!("GET /guilds/{GUILD}")).await;
    discord.expect(&format!("GET /channels/{CHANNEL}")).await;
    discord.reacts(ALICE, answer, "❌", |_| {});
    discord.expect(&format!("GET {}", message_at(answer))).await;
    discord.expect(&format!("DELETE {}", message_at(answer))).await;
    // Crosses on members' messages are nobody's business.
    let other = discord.says(ALICE, "hello");
    discord.reacts(BOB, other, "❌", |_| {});
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_a_cross_is_the_askers() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let asked = discord.says_directly(ALICE, HOT);
    discord.expect(&messages_in(DIRECT)).await;
    kept(&clock, asked).await;
    let reply = id(&discord.last_in(DIRECT));
    discord.reacts(ALICE, reply, "❌", |it| {
        it.as_object_mut().unwrap().retain(|key, _| key != "guild_id" && key != "member");
    });
    discord.expect(&format!("GET /channels/{DIRECT}/messages/{reply}")).await;
    discord.expect(&format!("DELETE /channels/{DIRECT}/messages/{reply}")).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_away_stays_away_unless_there_is_danger() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    let callback = discord.presses(ALICE, "c1:dismiss", &pressed(&discord, reply));
    discord.expect(&callback).await;
    discord.expect(&format!("DELETE {}", original(&callback))).await;
    discord.edits(asked, &to_bot(KETTLE), 1);
    nothing_but(&mut discord, KETTLE).await;
    discord.edits(asked, &to_bot(SCALDED), 2);
    let urgent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(urgent["content"].as_str().unwrap().contains(COOL), "{urgent}");
    assert_eq!(urgent["message_reference"]["message_id"], asked.to_string());
    bot.stop().await;
    discord.finish();
}

// ── edits and deletions ─────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_follows_its_question() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    discord.edits(asked, &to_bot(KETTLE), 1);
    let edit = discord.expect(&format!("PATCH {}", message_at(reply))).await.body;
    assert!(edit.to_string().contains(KETTLE_VERDICT) && !edit.to_string().contains(HOT_VERDICT), "{edit}");
    // The same event again, one without an edit (a preview was found), and an older one: nothing.
    let again = discord.edited(asked, &to_bot(HOT), 1);
    discord.dispatch("MESSAGE_UPDATE", again.clone());
    let mut preview = again.clone();
    preview["edited_timestamp"] = Value::Null;
    discord.dispatch("MESSAGE_UPDATE", preview);
    // An edit that changes nothing of the answer changes nothing.
    discord.edits(asked, &to_bot("should we buy a kettle??"), 2);
    // What the FAQ does not know, and back.
    discord.edits(asked, &to_bot("qwertz uiop asdfgh?"), 3);
    let edit = discord.expect(&format!("PATCH {}", message_at(reply))).await.body;
    assert!(edit["content"].as_str().unwrap().contains("Tea at the office"), "{edit}");
    assert_eq!(edit["embeds"], json!([]));
    discord.edits(asked, &to_bot(HOT), 4);
    let edit = discord.expect(&format!("PATCH {}", message_at(reply))).await.body;
    assert!(edit.to_string().contains(HOT_VERDICT), "{edit}");
    assert_eq!(discord.posted(), 1);
    bot.stop().await;
    discord.finish();
}

/// Where the bot may not embed links (any more), Discord leaves the embed of an edited reply out, or refuses what is left.
#[tokio::test(flavor = "multi_thread")]
async fn an_edited_reply_whose_embed_is_not_taken_becomes_text() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    for fault in [
        Fault::Status(200, json!({ "id": "1", "embeds": [] })),
        Fault::Status(403, json!({ "code": 50013, "message": "Missing Permissions" })),
        Fault::Status(400, json!({ "code": 50006, "message": "Cannot send an empty message" })),
    ] {
        let (asked, reply) = answered(&mut discord, &clock, HOT).await;
        let patch = format!("PATCH {}", message_at(reply));
        discord.fail(&patch, fault);
        discord.edits(asked, &to_bot(KETTLE), 1);
        let framed = discord.expect(&patch).await.body;
        assert!(!framed["embeds"].as_array().unwrap().is_empty(), "{framed}");
        let text = discord.expect(&patch).await.body;
        assert!(text["content"].as_str().unwrap().contains(KETTLE_VERDICT), "{text}");
        assert!(text["content"].as_str().unwrap().contains("**Caveats**"), "nothing is left out: {text}");
        assert_eq!(text["embeds"], json!([]));
        // It still goes with its question.
        discord.deletes(&[asked], CHANNEL);
        discord.expect(&format!("DELETE {}", message_at(reply))).await;
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_makes_a_reply_urgent_and_never_takes_that_back() {
    let (mut discord, bot, clock) = opened(|it| it.moderators_channel = Id::new(MODERATORS)).await;
    discord.has_channel(MODERATORS, json!({}));
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    discord.edits(asked, &to_bot(SCALDED), 1);
    let edit = discord.expect(&format!("PATCH {}", message_at(reply))).await.body;
    assert!(edit["content"].as_str().unwrap().contains(COOL));
    assert_eq!((&edit["embeds"], &edit["components"]), (&json!([]), &json!([])), "nothing but help");
    discord.expect(&messages_in(MODERATORS)).await;
    discord.edits(asked, &to_bot(HOT), 2);
    discord.edits(asked, &to_bot(SCALDED), 3);
    nothing_but(&mut discord, HOT).await;
    assert!(discord.message(reply).unwrap()["content"].as_str().unwrap().contains(COOL));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_comes_while_the_reply_is_worked_out_is_not_lost() {
    let (desk, gate) = Desk::with_gate();
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(desk, &Clock::new()), |_| {});
    discord.expect_opening().await;
    let asked = discord.says(ALICE, &to_bot("slow"));
    let open = gate.entered().await;
    discord.edits(asked, &to_bot("unsure"), 1);
    discord.edits(asked, &to_bot(KETTLE), 2);
    // What comes behind the edits is answered: they are there, and wait.
    nothing_but(&mut discord, HOT).await;
    open.send(()).unwrap();
    let first = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(first.to_string().contains(HOT_VERDICT));
    // The last edit counts, even if one was dealt with before it.
    loop {
        let edit = discord.next().await;
        assert!(edit.line.starts_with("PATCH /channels/"), "{}", edit.line);
        if edit.body.to_string().contains(KETTLE_VERDICT) {
            break;
        }
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_to_mention_the_bot_may_add_it() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let asked = discord.says(ALICE, HOT);
    discord.edits(asked, &to_bot(HOT), 1);
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(sent["message_reference"]["message_id"], asked.to_string());
    // A day later it is history.
    let old = discord.says(ALICE, HOT);
    clock.pass(86_400);
    discord.edits(old, &to_bot(HOT), 2);
    nothing_but(&mut discord, HOT).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_with_its_question() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    discord.deletes(&[asked], CHANNEL);
    discord.expect(&format!("DELETE {}", message_at(reply))).await;
    // Several at once, one of which is a reply of ours.
    let (first, one) = answered(&mut discord, &clock, HOT).await;
    let (second, two) = answered(&mut discord, &clock, KETTLE).await;
    discord.deletes(&[first, second, two], CHANNEL);
    discord.expect(&format!("DELETE {}", message_at(one))).await;
    // A reply that a moderator deleted by hand does not come back with an edit.
    let (third, three) = answered(&mut discord, &clock, HOT).await;
    discord.deletes(&[three], CHANNEL);
    nothing_but(&mut discord, HOT).await;
    discord.edits(third, &to_bot(KETTLE), 1);
    nothing_but(&mut discord, HOT).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_deleted_while_it_is_worked_on_is_not_answered() {
    let (desk, gate) = Desk::with_gate();
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(desk, &Clock::new()), |_| {});
    discord.expect_opening().await;
    let asked = discord.says(ALICE, &to_bot("slow"));
    let open = gate.entered().await;
    discord.deletes(&[asked], CHANNEL);
    nothing_but(&mut discord, HOT).await;
    open.send(()).unwrap();
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_this_holds_after_a_restart() {
    let file = store_file("restart");
    let clock = Clock::stored(&file);
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(Desk::new(), &clock), |_| {});
    discord.expect_opening().await;
    let (edited, first) = answered(&mut discord, &clock, HOT).await;
    let (deleted, second) = answered(&mut discord, &clock, KETTLE).await;
    bot.stop().await;
    drop(clock);
    // The file names no member and none of his words.
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains(&deleted.to_string()) && !kept.contains(&ALICE.to_string()) && !kept.contains(HOT), "{kept}");

    let clock = Clock::stored(&file);
    let bot = restarted(&mut discord, parts(Desk::new(), &clock), |_| {}).await;
    discord.edits(edited, &to_bot(KETTLE), 1);
    let edit = discord.expect(&format!("PATCH {}", message_at(first))).await.body;
    assert!(edit.to_string().contains(KETTLE_VERDICT));
    discord.deletes(&[deleted], CHANNEL);
    discord.expect(&format!("DELETE {}", message_at(second))).await;
    // A message that was answered before the restart is not answered again, though Discord tells of it again.
    let again = discord.message(edited).unwrap();
    discord.dispatch("MESSAGE_CREATE", again);
    // Nor may anybody else take its reply away now.
    let callback = discord.presses(BOB, "c1:dismiss", &pressed(&discord, first));
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], said::NOT_YOURS_TO_DISMISS);
    discord.reacts(BOB, first, "❌", |_| {});
    discord.expect(&format!("GET {}", message_at(first))).await;
    discord.expect(&format!("GET /guilds/{GUILD}")).await;
    discord.expect(&format!("GET /channels/{CHANNEL}")).await;
    let callback = discord.presses(ALICE, "c1:dismiss", &pressed(&discord, first));
    discord.expect(&callback).await;
    discord.expect(&format!("DELETE {}", original(&callback))).await;
    // What was taken away stays away.
    discord.edits(edited, &to_bot(HOT), 2);
    nothing_but(&mut discord, HOT).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_told_of_twice_is_answered_once() {
    let (mut discord, bot, _) = opened(|_| {}).await;
    let asked = discord.says(ALICE, &to_bot(HOT));
    let again = discord.message(asked).unwrap();
    discord.dispatch("MESSAGE_CREATE", again.clone());
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!((&sent["nonce"], &sent["enforce_nonce"]), (&json!(format!("{asked}-0")), &json!(true)));
    discord.dispatch("MESSAGE_CREATE", again);
    nothing_but(&mut discord, HOT).await;
    bot.stop().await;
    discord.finish();
}

// ── helpers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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
