//! What a monitor sees, through the real port.

use std::time::Duration;

use caveat::discord::Parts;
use caveat::metrics::Metrics;
use caveat::monitoring;
use serde_json::json;
use tokio::time::Instant;

use crate::desk::{Desk, HOT, Running, messages_in};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, Options, PATIENCE, TOKEN};

/// A port that answers from `metrics`.
async fn port(metrics: Metrics) -> String {
    let port = monitoring::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = port.address();
    tokio::spawn(port.serve(metrics));
    format!("http://{address}")
}

/// Status and text of a page.
async fn get(page: String) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.get(page).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_sees_what_the_bot_does_and_whether_it_is_well() {
    let mut discord = FakeDiscord::start(Options { heartbeat: Some(100), ..Options::default() }).await;
    // As in the program: whoever answers and whoever sends count in the same books.
    let desk = Desk::new();
    let parts = Parts { metrics: desk.service.metrics().clone(), ..Parts::new(desk) };
    let bot = Running::start_given(&discord, TOKEN, parts, |it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (1, 600);
    });
    let base = port(bot.metrics.clone()).await;
    discord.expect_opening().await;
    assert_eq!(get(format!("{base}/healthz")).await.0, 200);
    assert_eq!(get(format!("{base}/readyz")).await, (200, "ready\n".to_owned()));
    assert_eq!(get(format!("{base}/else")).await.0, 404);

    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    discord.expect(&messages_in(CHANNEL)).await;
    let callback = discord.command(ALICE, "ask", "question", "broken");
    discord.expect(&callback).await;
    // She has had her turn; and what Discord refuses Bob is counted.
    let callback = discord.command(ALICE, "ask", "question", HOT);
    discord.expect(&callback).await;
    discord.fail(&messages_in(CHANNEL), Fault::Status(404, json!({ "code": 10003, "message": "Unknown Channel" })));
    discord.says(BOB, &format!("<@{BOT}> {HOT}"));
    discord.expect(&messages_in(CHANNEL)).await;
    let wanted = [
        "caveat_cooldowns_total{of=\"member\"} 1",
        "caveat_cooldowns_total{of=\"channel\"} 0",
        "caveat_cooldowns_total{of=\"entry\"} 0",
        "caveat_request_failures_total{why=\"gone\"} 1",
        "caveat_reloads_total{outcome=\"changed\"} 0",
        "caveat_dropped_total{why=\"flood\"} 0",
        "caveat_replies_total{kind=\"answer\",how=\"asked\"} 3",
        "caveat_confidence_count 3",
        "caveat_thinking_seconds_count 3",
        "caveat_reply_seconds_count{way=\"message\"} 1",
        "caveat_reply_seconds_count{way=\"interaction\"} 2",
        "caveat_panics_total 1",
        "caveat_shard_connected{shard=\"0\"} 1",
        "caveat_shard_latency_seconds{shard=\"0\"} ",
    ];
    // The bot counts a reply when it has heard that it came, which the test may know before.
    let since = Instant::now();
    let text = async {
        loop {
            let (status, text) = get(format!("{base}/metrics")).await;
            assert_eq!(status, 200);
            let missing: Vec<_> = wanted.iter().filter(|line| !text.lines().any(|it| it.starts_with(**line))).collect();
            if missing.is_empty() {
                break text;
            }
            assert!(since.elapsed() < PATIENCE, "{missing:?} are not in\n{text}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let text = text.await;
    assert!(text.ends_with("# EOF\n"));
    for personal in ["How hot", &ALICE.to_string(), &CHANNEL.to_string(), &APPLICATION.to_string(), TOKEN] {
        assert!(!text.contains(personal), "{personal} is in\n{text}");
    }

    bot.stop().await;
    // The bot is gone and the port still there, as it is while the process ends.
    let (status, why) = get(format!("{base}/readyz")).await;
    assert_eq!((status, why.as_str()), (503, "not connected to Discord: shard 0\n"));
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_connection_the_bot_is_alive_and_not_ready() {
    let base = port(Metrics::default()).await;
    assert_eq!(get(format!("{base}/healthz")).await.0, 200);
    assert_eq!(get(format!("{base}/readyz")).await, (503, "not connected to Discord yet\n".to_owned()));
}
