//! End to end: what can happen to the connection, and that the bot comes back from it, or says why it does not.

use std::time::Duration;

use caveat::discord::{Fatal, RunError, Settings};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::desk::{Desk, HOT, Running, messages_in, quick};
use crate::fake_discord::events::{ALICE, CHANNEL};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, Options, Saw, TOKEN, Trouble};

/// What befalls the connection.
type Happens = fn(&FakeDiscord);

/// A bot that is connected, and knows its commands.
async fn opened(options: Options) -> (FakeDiscord, Running) {
    let mut discord = FakeDiscord::start(options).await;
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_opening().await;
    (discord, bot)
}

fn mention() -> String {
    format!("<@{BOT}> {HOT}")
}

/// The next IDENTIFY or RESUME, whatever else happens before it.
async fn comes_back(discord: &mut FakeDiscord) -> Saw {
    loop {
        match discord.saw().await {
            Saw::Heartbeat | Saw::Closed(_) | Saw::TurnedAway => {}
            back => return back,
        }
    }
}

/// Somebody asks, and is answered once.
async fn is_answered(discord: &mut FakeDiscord, asked: u64) {
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(sent.body["message_reference"]["message_id"], asked.to_string());
}

// ── coming back ─────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_resumed_and_nothing_is_lost() {
    let faults: [(&str, Happens); 8] = [
        ("a broken connection", FakeDiscord::drop_connections),
        ("4000, unknown error", |it| it.close(4000)),
        ("4001, unknown opcode", |it| it.close(4001)),
        ("4002, decode error", |it| it.close(4002)),
        ("4008, rate limited", |it| it.close(4008)),
        ("1001, a server that goes", |it| it.close(1001)),
        ("op 7, reconnect", |it| it.say_on_gateway(&json!({ "op": 7, "d": null }))),
        ("op 9, invalid but resumable", |it| it.say_on_gateway(&json!({ "op": 9, "d": true }))),
    ];
    let (mut discord, bot) = opened(Options::default()).await;
    for (nth, (what, fault)) in (1..).zip(faults) {
        fault(&discord);
        // Said before the bot is back: Discord tells it again when the session is resumed.
        let asked = discord.says(ALICE, &mention());
        let Saw::Resume(resume) = comes_back(&mut discord).await else { panic!("{what}: a new session") };
        // READY, then a message and a RESUMED each time.
        assert_eq!(resume["seq"].as_u64().unwrap().div_ceil(2), nth, "{what}: {resume}");
        is_answered(&mut discord, asked).await;
    }
    // What was missed is told before the word that the session goes on; after one more question that has been heard too.
    let asked = discord.says(ALICE, &mention());
    is_answered(&mut discord, asked).await;
    let text = bot.metrics.text();
    bot.stop().await;
    assert!(text.contains("caveat_reconnects_total{how=\"resumed\"} 8\n"), "{text}");
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_is_followed_by_a_new_one() {
    let faults: [(&str, Happens); 6] = [
        ("op 9, invalid", |it| it.say_on_gateway(&json!({ "op": 9, "d": false }))),
        ("4003, not authenticated", |it| it.close(4003)),
        ("4005, authenticated twice", |it| it.close(4005)),
        ("4007, wrong sequence", |it| it.close(4007)),
        ("4009, session timed out", |it| it.close(4009)),
        ("op 9 in answer to RESUME", |it| {
            it.trouble(Trouble::Invalid(false));
            it.drop_connections();
        }),
    ];
    let (mut discord, bot) = opened(Options::default()).await;
    for (what, fault) in faults {
        fault(&discord);
        let back = match comes_back(&mut discord).await {
            Saw::Resume(_) if what.ends_with("RESUME") => comes_back(&mut discord).await,
            other => other,
        };
        assert!(matches!(back, Saw::Identify(_)), "{what}: {back:?}");
        let asked = discord.says(ALICE, &mention());
        is_answered(&mut discord, asked).await;
    }
    assert!(bot.metrics.text().contains("caveat_reconnects_total{how=\"identified\"} 6\n"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_heartbeats_go_unheard_is_left_and_resumed() {
    let (mut discord, bot) = opened(Options { heartbeat: Some(100), ..Options::default() }).await;
    // The heart beats, and goes on beating because it is heard.
    for _ in 0..3 {
        assert_eq!(discord.saw().await, Saw::Heartbeat);
    }
    let latency = bot.metrics.shards()[&0].latency.expect("a heartbeat was answered");
    assert!(latency < Duration::from_secs(5), "{latency:?}");
    discord.deafen(true);
    assert!(matches!(comes_back(&mut discord).await, Saw::Resume(_)));
    discord.deafen(false);
    let asked = discord.says(ALICE, &mention());
    is_answered(&mut discord, asked).await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_told_twice_is_answered_once() {
    let (mut discord, bot) = opened(Options::default()).await;
    let mut told = Value::Null;
    let asked = discord.says_with(ALICE, &mention(), |it| told = it.clone());
    is_answered(&mut discord, asked).await;
    discord.drop_connections();
    discord.say(0, told);
    assert!(matches!(comes_back(&mut discord).await, Saw::Resume(_)));
    let asked = discord.says(ALICE, &mention());
    is_answered(&mut discord, asked).await;
    // Whatever it sent besides is still unread then.
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_turns_everybody_away_is_tried_ever_less_often() {
    let (mut discord, bot) = opened(Options::default()).await;
    for _ in 0..5 {
        discord.trouble(Trouble::TurnAway);
    }
    let lost = Instant::now();
    discord.drop_connections();
    for _ in 0..5 {
        assert_eq!(discord.saw().await, Saw::TurnedAway);
    }
    assert!(!bot.metrics.ready());
    assert!(matches!(discord.saw().await, Saw::Resume(_)));
    // After each failure twice as long, and up to a quarter less by chance.
    let least = quick().first.mul_f64(0.75 * f64::from(1 + 2 + 4 + 8 + 16));
    assert!(lost.elapsed() >= least, "{:?} is less than {least:?}", lost.elapsed());
    let asked = discord.says(ALICE, &mention());
    is_answered(&mut discord, asked).await;
    assert!(bot.metrics.ready());
    bot.stop().await;
    discord.finish();
}

/// Op 7 is followed at once; but not if it is all that Discord ever says.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_sends_the_bot_away_again_and_again_does_not_keep_it_busy() {
    let (mut discord, bot) = opened(Options::default()).await;
    let first = Instant::now();
    for _ in 0..6 {
        discord.say_on_gateway(&json!({ "op": 7, "d": null }));
        assert!(matches!(comes_back(&mut discord).await, Saw::Resume(_)));
    }
    // At once, then as after failures.
    let least = quick().first.mul_f64(0.75 * f64::from(2 + 4 + 8 + 16));
    assert!(first.elapsed() >= least, "{:?} is less than {least:?}", first.elapsed());
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_sessions_are_begun_than_discord_allows() {
    let mut discord = FakeDiscord::start(Options { sessions: Some(3), ..Options::default() }).await;
    // Each of these takes a new session.
    for _ in 0..3 {
        discord.trouble(Trouble::Close(4009));
    }
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect("GET /gateway/bot").await;
    for _ in 0..3 {
        assert!(matches!(discord.saw().await, Saw::Identify(_)));
    }
    // By its pace the next would have come ten times by now; it waits for the next day instead.
    let early = timeout(quick().longest, discord.saw()).await;
    assert!(early.is_err(), "{early:?}");
    // Nor does it keep anybody from stopping it.
    bot.stop().await;
    discord.finish();
}

/// An operator's loop of restarts has used them up; ending would only make the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_was_started_too_often_waits() {
    let mut discord = FakeDiscord::start(Options { sessions: Some(0), ..Options::default() }).await;
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect("GET /gateway/bot").await;
    let early = timeout(quick().longest, discord.saw()).await;
    assert!(early.is_err() && !bot.metrics.ready(), "{early:?}");
    bot.stop().await;
    discord.finish();
}

// ── not coming back ─────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_it_for_good_is_explained() {
    for (code, wanted) in [
        (4004, Fatal::Token),
        (4010, Fatal::Shard),
        (4011, Fatal::TooFewShards),
        (4012, Fatal::Version),
        (4013, Fatal::Intents),
        (4014, Fatal::PrivilegedIntents),
    ] {
        let options = Options { refuse_identify: Some(code), ..Options::default() };
        let mut discord = FakeDiscord::start(options).await;
        let bot = Running::start(&discord, TOKEN, Desk::new());
        discord.expect_connection().await;
        match bot.ends().await.unwrap_err() {
            RunError::Refused(fatal) => assert_eq!(fatal, wanted),
            other => panic!("{code}: {other}"),
        }
        insta::assert_snapshot!(format!("discord_fatal_{code}"), wanted);
        // It does not try again.
        let besides = discord.saw_besides();
        assert!(!besides.iter().any(|it| matches!(it, Saw::Identify(_) | Saw::Resume(_))), "{besides:?}");
        discord.finish();
    }
}

/// One shard's end is the end of all: a process that half works is worse than one that says why it does not.
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_one_shard_ends_the_others() {
    let (mut discord, bot) = opened(Options { shards: Some(2), ..Options::default() }).await;
    assert!(matches!(comes_back(&mut discord).await, Saw::Identify(_)));
    discord.close(4004);
    assert!(matches!(bot.ends().await, Err(RunError::Refused(Fatal::Token))));
    discord.finish();
}

// ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_that_is_down_at_the_start_is_waited_for() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    // Three tries make one attempt.
    for _ in 0..7 {
        discord.fail("GET /gateway/bot", Fault::Status(503, Value::Null));
    }
    let bot = Running::start(&discord, TOKEN, Desk::new());
    let mut tried = Vec::new();
    for _ in 0..7 {
        let seen = discord.expect("GET /gateway/bot").await;
        assert_eq!(seen.status, 503);
        tried.push(seen.at);
    }
    // Never a busy loop: between the tries of an attempt, 150 ms and then 300; between attempts ever longer, up to a quarter
    // less by chance.
    let milliseconds = Duration::from_millis;
    for (nth, least) in
        [150, 300].map(milliseconds).into_iter().chain([quick().first.mul_f64(0.75)]).cycle().take(6).enumerate()
    {
        let waited = tried[nth + 1] - tried[nth];
        let least = if nth == 5 { least * 2 } else { least };
        assert!(waited >= least, "before try {}: {waited:?} is less than {least:?}", nth + 2);
    }
    discord.expect_opening().await;
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_waits_for_discord_can_be_stopped() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.fail("GET /gateway/bot", Fault::Silence);
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect("GET /gateway/bot").await;
    bot.stop().await;
    discord.finish();
}

// ── shards ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The next so many shards that identify, in their order.
async fn identified(discord: &mut FakeDiscord, how_many: usize) -> Vec<Value> {
    let mut found = Vec::new();
    while found.len() < how_many {
        let Saw::Identify(identify) = comes_back(discord).await else { panic!("no IDENTIFY") };
        found.push(identify["shard"].clone());
    }
    found.sort_by_key(Value::to_string);
    found
}

fn shards(settings: &mut Settings, total: u32, range: &str) {
    settings.shards.total = Some(total);
    settings.shards.range = Some(range.to_owned());
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_as_many_shards_as_discord_recommends() {
    let mut discord = FakeDiscord::start(Options { shards: Some(3), ..Options::default() }).await;
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect("GET /gateway/bot").await;
    assert_eq!(identified(&mut discord, 3).await, [json!([0, 3]), json!([1, 3]), json!([2, 3])]);
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    discord.expect(&format!("PUT /applications/{APPLICATION}/commands")).await;
    let asked = discord.says_to_shard(2, ALICE, &mention());
    is_answered(&mut discord, asked).await;
    bot.stop().await;
    // The commands were told once, not by each shard.
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_share_the_shards_and_one_tells_the_commands() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let one = Running::start_with(&discord, TOKEN, Desk::new(), |it| shards(it, 3, "1-2"));
    discord.expect("GET /gateway/bot").await;
    assert_eq!(identified(&mut discord, 2).await, [json!([1, 3]), json!([2, 3])]);
    let asked = discord.says_to_shard(1, ALICE, &mention());
    // The first request since the gateway: whoever does not have shard 0 tells no commands.
    is_answered(&mut discord, asked).await;

    let other = Running::start_with(&discord, TOKEN, Desk::new(), |it| shards(it, 3, "0"));
    discord.expect_opening().await;
    let asked = discord.says_to_shard(0, ALICE, &mention());
    is_answered(&mut discord, asked).await;
    assert_eq!(one.metrics.shards().keys().copied().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(other.metrics.shards().keys().copied().collect::<Vec<_>>(), [0]);
    one.stop().await;
    other.stop().await;
    discord.finish();
}

/// Discord counts how often commands are made, so they are told only if they changed.
#[tokio::test(flavor = "multi_thread")]
async fn commands_that_discord_knows_are_not_told_again() {
    let (mut discord, bot) = opened(Options::default()).await;
    bot.stop().await;
    assert_eq!(discord.saw().await, Saw::Closed(Some(1000)));
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    // A new session on the way is no reason either.
    discord.close(4009);
    assert!(matches!(comes_back(&mut discord).await, Saw::Identify(_)));
    let asked = discord.says(ALICE, &mention());
    is_answered(&mut discord, asked).await;
    bot.stop().await;
    discord.finish();
}
