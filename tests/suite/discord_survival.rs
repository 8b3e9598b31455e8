//! End to end: bursts, limits, refusals and lost answers, and that no question is lost over them.

use std::time::Duration;

use caveat::metrics::Metrics;
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, messages_in, opened, opened_with};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, Options, PATIENCE, Posts, Seen, TOKEN};

fn mention() -> String {
    format!("<@{BOT}> {HOT}")
}

/// The message that `sent` replies to.
fn question_of(sent: &Seen) -> u64 {
    sent.body["message_reference"]["message_id"].as_str().unwrap().parse().unwrap()
}

fn counted(metrics: &Metrics, line: &str) -> bool {
    metrics.text().lines().any(|it| it == line)
}

/// Waits until the bot has counted something.
async fn until_counted(metrics: &Metrics, line: &str) {
    let there = async {
        while !counted(metrics, line) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, there).await.unwrap_or_else(|_| panic!("{line} is not in\n{}", metrics.text()));
}

// ── bursts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Discord's own figures, in real time: the test takes 35 s, in which it uses next to none of the machine, beside the others.
/// (Paused time cannot stand in for it: with sockets between the bot and Discord it would run on whenever both wait.)
#[tokio::test(flavor = "multi_thread")]
async fn forty_questions_in_two_seconds_are_all_answered_in_their_order_within_35_seconds() {
    let window = Duration::from_secs(5);
    let posts = Some(Posts { most: 5, window });
    let mut discord = FakeDiscord::start(Options { posts, ..Options::default() }).await;
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_opening().await;
    let mut asked = Vec::new();
    for nth in 0..40 {
        let who = if nth % 2 == 0 { ALICE } else { BOB };
        asked.push((Instant::now(), discord.says(who, &mention())));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Between the first and the last lie 39 such steps; what is more is the machine's.
    let spread = asked[39].0 - asked[0].0;
    assert!(spread >= Duration::from_millis(1950), "{spread:?}");
    let (mut answered, mut refused) = (Vec::new(), 0);
    while answered.len() < asked.len() {
        let sent = discord.expect(&messages_in(CHANNEL)).await;
        match sent.status {
            200 => answered.push((sent.at, question_of(&sent))),
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    for (nth, ((asked_at, question), (at, answers))) in asked.iter().zip(&answered).enumerate() {
        assert_eq!(answers, question, "in the order of the questions");
        assert!(*at - *asked_at <= Duration::from_secs(35), "{nth}: {:?}", *at - *asked_at);
    }
    // Discord lets it take no less: seven windows lie between the first reply and the last.
    let took = answered[39].0 - answered[0].0;
    assert!(took >= window * 7, "{took:?}");
    // The bot learns the limit from the headers and does not run into it.
    assert!(refused <= 1, "{refused} posts were refused");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_takes_longer_keeps_its_place() {
    let (desk, gate) = Desk::with_gate();
    let (mut discord, bot) = opened_with(desk).await;
    let mut asked = vec![discord.says(ALICE, &format!("<@{BOT}> slow"))];
    let open = gate.entered().await;
    asked.extend((0..3).map(|_| discord.says(BOB, &mention())));
    open.send(()).unwrap();
    for question in asked {
        assert_eq!(question_of(&discord.expect(&messages_in(CHANNEL)).await), question);
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn help_in_an_emergency_waits_for_nobody() {
    let (desk, gate) = Desk::with_gate();
    let (mut discord, bot) = opened_with(desk).await;
    let slow = discord.says(ALICE, &format!("<@{BOT}> slow"));
    let open = gate.entered().await;
    let asked = Instant::now();
    let help = discord.says(BOB, &format!("<@{BOT}> I scalded my arm"));
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(question_of(&sent), help);
    // For one that hangs, others wait 5 s.
    assert!(sent.at - asked < Duration::from_secs(4));
    open.send(()).unwrap();
    assert_eq!(question_of(&discord.expect(&messages_in(CHANNEL)).await), slow);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_full_lets_go_of_the_oldest() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_with(&discord, TOKEN, Desk::new(), |it| it.most_waiting = 3);
    discord.expect_opening().await;
    // The first has its turn, and the channel with it, until it may try again.
    discord.fail(&messages_in(CHANNEL), Fault::Limited(2.0));
    let first = discord.says(ALICE, &mention());
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 429);
    let asked: Vec<u64> = (0..5).map(|_| discord.says(BOB, &mention())).collect();
    until_counted(&bot.metrics, "caveat_dropped_total{why=\"queue_full\"} 2").await;
    // Bob is told so, beside the queue; see the tests of crowds.
    discord.expect("POST /users/@me/channels").await;
    discord.expect(&messages_in(DIRECT)).await;
    for question in [&[first], &asked[2..]].concat() {
        assert_eq!(question_of(&discord.expect(&messages_in(CHANNEL)).await), question);
    }
    bot.stop().await;
    discord.finish();
}

// ── limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// While the global limit lasts, nothing at all is sent: the fake Discord holds the bot to it.
#[tokio::test(flavor = "multi_thread")]
async fn the_global_limit_stops_everything_for_its_time() {
    let (mut discord, bot) = opened().await;
    discord.fail(&messages_in(CHANNEL), Fault::AllLimited(0.6));
    discord.says(ALICE, &mention());
    let first = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(first.status, 429);
    // Whatever was on its way when it came is no breach; from here on the bot knows.
    until_counted(&bot.metrics, "caveat_rate_limited_total{scope=\"global\"} 1").await;
    // An interaction has 3 s; it waits too, and is answered in time.
    let callback = discord.command(BOB, "ask", "question", HOT);
    for _ in 0..2 {
        let sent = discord.next().await;
        assert!(sent.line == callback || sent.line == messages_in(CHANNEL), "{}", sent.line);
        assert!(sent.at - first.at >= Duration::from_millis(600));
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_only_a_header_tells_is_kept() {
    let (mut discord, bot) = opened().await;
    discord.fail(&messages_in(CHANNEL), Fault::LimitedByHeader(1));
    discord.says(ALICE, &mention());
    let refused = discord.expect(&messages_in(CHANNEL)).await;
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!((refused.status, sent.status), (429, 200));
    assert!(sent.at - refused.at >= Duration::from_secs(1));
    assert!(counted(&bot.metrics, "caveat_rate_limited_total{scope=\"route\"} 1"));
    bot.stop().await;
    discord.finish();
}

/// A post that Discord never answers is tried again after 10 s, and is no second reply. In real time, since the time-out is the
/// network's; it waits beside the other tests.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_never_answered_is_tried_again() {
    let (mut discord, bot) = opened().await;
    discord.fail(&messages_in(CHANNEL), Fault::Silence);
    let asked = discord.says(ALICE, &mention());
    let unheard = discord.expect(&messages_in(CHANNEL)).await;
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!((unheard.status, sent.status), (0, 200));
    assert_eq!(unheard.body, sent.body, "with the same nonce, by which Discord knows it");
    assert_eq!(question_of(&sent), asked);
    assert!(sent.at - unheard.at >= Duration::from_secs(10), "{:?}", sent.at - unheard.at);
    bot.stop().await;
    discord.finish();
}

// ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_let_go_of_and_the_next_is_answered() {
    let (mut discord, bot) = opened().await;
    for (status, code) in [(404, 10003), (404, 10008)] {
        discord.fail(&messages_in(CHANNEL), Fault::Status(status, json!({ "code": code, "message": "Unknown" })));
        discord.says(ALICE, &mention());
        assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, status);
        let asked = discord.says(BOB, &mention());
        assert_eq!(question_of(&discord.expect(&messages_in(CHANNEL)).await), asked);
    }
    assert!(counted(&bot.metrics, "caveat_request_failures_total{why=\"gone\"} 2"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_is_over_is_let_go_of() {
    let (desk, gate) = Desk::with_gate();
    let (mut discord, bot) = opened_with(desk).await;
    // Its 3 s are over. The fake Discord counts it as answered: nobody can any more.
    discord.fail("POST /interactions/", Fault::Lost);
    discord.fail("POST /interactions/", Fault::Status(404, json!({ "code": 10062, "message": "Unknown interaction" })));
    let callback = discord.command(ALICE, "ask", "question", HOT);
    assert_eq!(discord.expect(&callback).await.status, 502);
    assert_eq!(discord.expect(&callback).await.status, 404);

    // Its 15 minutes are over when the late answer comes.
    let callback = discord.command(ALICE, "ask", "question", "slow");
    let open = gate.entered().await;
    assert_eq!(discord.expect(&callback).await.body["type"], 5);
    let token = callback.split('/').nth(3).unwrap();
    let late = format!("PATCH /webhooks/{APPLICATION}/{token}/messages/@original");
    discord.fail(&late, Fault::Status(401, json!({ "code": 50027, "message": "Invalid Webhook Token" })));
    open.send(()).unwrap();
    assert_eq!(discord.expect(&late).await.status, 401);

    // None of it keeps the bot from the next.
    let callback = discord.command(ALICE, "ask", "question", HOT);
    assert!(discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
    assert!(counted(&bot.metrics, "caveat_request_failures_total{why=\"expired\"} 2"));
    bot.stop().await;
    discord.finish();
}

/// A bot that is told to stop and cannot send what it owes says how much that is.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_in_time_when_the_bot_stops_is_counted() {
    let (desk, gate) = Desk::with_gate();
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_with(&discord, TOKEN, desk, |it| it.finish_seconds = 0);
    discord.expect_opening().await;
    discord.says(ALICE, &format!("<@{BOT}> slow"));
    let open = gate.entered().await;
    let metrics = bot.metrics.clone();
    bot.stop().await;
    assert!(counted(&metrics, "caveat_dropped_total{why=\"stopping\"} 1"), "{}", metrics.text());
    open.send(()).unwrap();
}
