//! End to end: the real serenity client talks to a small Discord on loopback.

use std::time::Duration;

use caveat::discord::{Fatal, RunError};
use caveat::knowledge::EntryId;
use caveat::render::wording::discord as words;
use caveat::service::Counts;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in, opened, opened_with, without_ids};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, Options, PATIENCE, Saw, TOKEN};
use crate::tea;

// ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_with_the_whole_answer() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", HOT);
    let sent = discord.expect(&callback).await;
    assert!(sent.body.to_string().contains(HOT_VERDICT), "{:#}", sent.body);
    insta::assert_json_snapshot!("discord_answer", sent.body);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_met_with_suggestions_and_picking_one_is_answered() {
    let (mut discord, bot) = opened().await;
    let callback = discord.types(ALICE, "how hot should the wat");
    let sent = discord.expect(&callback).await;
    let choices = sent.body["data"]["choices"].as_array().unwrap();
    assert_eq!(choices[0]["name"], HOT);
    // What Discord sends back when it is picked: it stands for exactly that entry.
    assert_eq!(choices[0]["value"], "c1:show:how-hot-should-water-be");
    let callback = discord.command(ALICE, "ask", "question", choices[0]["value"].as_str().unwrap());
    assert!(discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
    // A choice that is stale by the time it is picked.
    let callback = discord.command(ALICE, "ask", "question", "c1:show:gone");
    let sent = discord.expect(&callback).await.body;
    assert_eq!((&sent["data"]["content"], &sent["data"]["flags"]), (&json!(words::STALE_CHOICE), &json!(64)));
    // When suggesting breaks, there are none.
    let callback = discord.types(ALICE, "broken");
    assert_eq!(discord.expect(&callback).await.body["data"]["choices"], json!([]));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_is_answered_by_a_reply_that_pings_only_the_asker() {
    let (mut discord, bot) = opened().await;
    let asked = discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert!(sent.body.to_string().contains(HOT_VERDICT));
    assert_eq!(sent.body["message_reference"]["message_id"], asked.to_string());
    assert_eq!(sent.body["message_reference"]["fail_if_not_exists"], false);
    assert_eq!(sent.body["allowed_mentions"], json!({ "parse": [], "replied_user": true }));
    insta::assert_json_snapshot!("discord_reply", without_ids(&sent.body));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_needs_no_mention() {
    let (mut discord, bot) = opened().await;
    let asked = discord.says_directly(ALICE, HOT);
    let sent = discord.expect(&messages_in(DIRECT)).await;
    assert!(sent.body.to_string().contains(HOT_VERDICT));
    assert_eq!(sent.body["message_reference"]["message_id"], asked.to_string());
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_told_how_to_ask() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, &format!("<@!{BOT}>"));
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    insta::assert_json_snapshot!("discord_help", without_ids(&sent.body));
    let callback = discord.command(ALICE, "ask", "question", "?");
    assert_eq!(discord.expect(&callback).await.body["data"]["flags"], 64, "only for who asked nothing");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_faq_does_not_know_is_said() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", "qwertz uiop asdfgh?");
    let sent = discord.expect(&callback).await;
    insta::assert_json_snapshot!("discord_not_in_faq", sent.body);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn help_in_an_emergency_is_text_and_nothing_else() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, &format!("<@{BOT}> I scalded my arm. {HOT}"));
    let by_mention = discord.expect(&messages_in(CHANNEL)).await;
    insta::assert_json_snapshot!("discord_urgent", without_ids(&by_mention.body));
    let callback = discord.command(ALICE, "ask", "question", "i SCALDED my arm");
    let by_command = discord.expect(&callback).await;
    assert_eq!(by_command.body["data"]["content"], by_mention.body["content"], "nothing quoted, nothing added");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_the_bot_is_left_alone() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, HOT);
    discord.says(ALICE, &format!("@everyone {HOT}"));
    discord.says(ALICE, &format!("<@{BOB}> {HOT}"));
    let mention = format!("<@{BOT}> {HOT}");
    discord.says_with(ALICE, &mention, |it| it["author"]["bot"] = json!(true));
    discord.says_with(ALICE, &mention, |it| it["webhook_id"] = json!("5"));
    discord.says_with(ALICE, &mention, |it| it["type"] = json!(6));
    discord.says(BOT, &mention);
    let asked = discord.says(BOB, &mention);
    let sent = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(sent.body["message_reference"]["message_id"], asked.to_string());
    // It ends only when all events are dealt with; whatever it sent besides is still unread then.
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_cannot_make_the_bot_ping() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", "unsure @everyone <@5> **now** https://evil.example/x");
    let sent = discord.expect(&callback).await;
    let content = sent.body["data"]["content"].as_str().unwrap();
    assert!(!content.contains("@everyone") && !content.contains("://"), "{content}");
    assert!(content.contains("everyone") && content.contains("\\*\\*now\\*\\*"), "{content}");
    assert_eq!(sent.body["data"]["allowed_mentions"], json!({ "parse": [] }));
    // However much he wrote, a line of it is repeated.
    let callback =
        discord.command(ALICE, "ask", "question", &format!("unsure {}", "of the water and the pot ".repeat(60)));
    let sent = discord.expect(&callback).await;
    let quoted = sent.body["data"]["content"].as_str().unwrap().lines().next().unwrap().to_owned();
    assert!(quoted.starts_with("> unsure of the water") && quoted.ends_with('…'), "{quoted}");
    assert!(quoted.encode_utf16().count() <= 202, "{quoted}");
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_there_is_not_gets_a_friendly_word() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "old", "question", HOT);
    let sent = discord.expect(&callback).await;
    assert_eq!(sent.body["data"]["content"], words::UNKNOWN_COMMAND);
    assert_eq!(sent.body["data"]["flags"], 64);
    bot.stop().await;
    discord.finish();
}

// ── buttons ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn the_asker_says_what_he_meant() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", "unsure");
    let sent = discord.expect(&callback).await.body;
    insta::assert_json_snapshot!("discord_did_you_mean", sent);
    let offered = discord.as_message(&sent, ALICE, true);
    let ids = buttons(&sent);

    // The asker: the answer takes the place of the question back.
    let callback = discord.presses(ALICE, &ids[0], &offered);
    let answered = discord.expect(&callback).await.body;
    assert_eq!(answered["type"], 7);
    assert!(answered.to_string().contains(HOT_VERDICT), "{answered:#}");
    insta::assert_json_snapshot!("discord_picked", answered);
    // Somebody else: privately.
    let callback = discord.presses(BOB, &ids[0], &offered);
    let answered = discord.expect(&callback).await.body;
    assert_eq!((&answered["type"], &answered["data"]["flags"]), (&json!(4), &json!(64)));
    assert!(answered.to_string().contains(HOT_VERDICT));
    // None of them.
    let callback = discord.presses(ALICE, "c1:none", &offered);
    let answered = discord.expect(&callback).await.body;
    assert_eq!(answered["type"], 7);
    assert_eq!(buttons(&answered), ["c1:dismiss"], "the offers are gone");
    assert!(answered["data"]["content"].as_str().unwrap().contains("Tea at the office"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_works_after_a_restart() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, &format!("<@{BOT}> unsure"));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    bot.stop().await;
    assert_eq!(discord.saw().await, Saw::Closed(Some(1000)));

    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    // The commands are as they were: nothing to tell.
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    let callback = discord.presses(ALICE, &buttons(&sent)[0], &discord.as_message(&sent, ALICE, false));
    let answered = discord.expect(&callback).await.body;
    assert_eq!(answered["type"], 7, "a reply to a message knows its asker too");
    assert!(answered.to_string().contains(HOT_VERDICT));
    // So do menus, and whatever else one can press.
    let message = discord.as_message(&sent, ALICE, false);
    let callback = discord.picks(BOB, "c1:menu:0", "c1:case:0:should-we-buy-a-kettle", &message);
    assert!(discord.expect(&callback).await.body.to_string().contains("Your situation: "));
    for id in ["c1:read:0:how-hot-should-water-be", "c1:show:how-hot-should-water-be"] {
        let callback = discord.presses(BOB, id, &message);
        assert!(discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT), "{id}");
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_is_a_menu() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", "Should we buy a kettle?");
    let sent = discord.expect(&callback).await.body;
    // Its review is overdue, and that is said.
    insta::assert_json_snapshot!("discord_guide", sent);
    let select = &sent["data"]["components"][0]["components"][0];
    let option = select["options"][1]["value"].as_str().unwrap();
    let message = discord.as_message(&sent, ALICE, true);
    let callback = discord.picks(BOB, select["custom_id"].as_str().unwrap(), option, &message);
    let answered = discord.expect(&callback).await.body;
    insta::assert_json_snapshot!("discord_situation", answered);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_related_entry_opens_privately() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", HOT);
    let sent = discord.expect(&callback).await.body;
    let message = discord.as_message(&sent, ALICE, true);
    let callback = discord.presses(ALICE, &buttons(&sent)[0], &message);
    let answered = discord.expect(&callback).await.body;
    assert_eq!((&answered["type"], &answered["data"]["flags"]), (&json!(4), &json!(64)));
    assert!(answered.to_string().contains("Only if the one you have is broken"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_and_foreign_buttons_get_a_friendly_word() {
    let (mut discord, bot) = opened().await;
    let message = discord.as_message(&json!({ "content": "x" }), ALICE, true);
    for id in ["c1:show:gone", "c1:pick:gone", "c1:case:7:should-we-buy-a-kettle", "c0:show:x", "whatever"] {
        let callback = discord.presses(ALICE, id, &message);
        let answered = discord.expect(&callback).await.body;
        assert_eq!(answered["data"]["content"], words::STALE_BUTTON, "{id}");
        assert_eq!((&answered["type"], &answered["data"]["flags"]), (&json!(4), &json!(64)), "{id}");
    }
    for option in ["c1:show:gone", "c1:case:7:should-we-buy-a-kettle", "c0:show:x", ""] {
        let callback = discord.picks(ALICE, "c1:menu:0", option, &message);
        let answered = discord.expect(&callback).await.body;
        assert_eq!(answered["data"]["content"], words::STALE_BUTTON, "{option}");
        assert_eq!((&answered["type"], &answered["data"]["flags"]), (&json!(4), &json!(64)), "{option}");
    }
    bot.stop().await;
    discord.finish();
}

// ── trouble ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_survives_429_and_500() {
    let (mut discord, bot) = opened().await;
    let line = messages_in(CHANNEL);
    discord.fail(&line, Fault::Limited(0.4));
    discord.fail(&line, Fault::Status(500, Value::Null));
    discord.fail(&line, Fault::Status(503, json!({ "message": "upstream", "code": 0 })));
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    let tries = [discord.expect(&line).await, discord.expect(&line).await, discord.expect(&line).await];
    let last = discord.expect(&line).await;
    assert_eq!(tries.each_ref().map(|it| it.status), [429, 500, 503]);
    assert!(tries[1].at - tries[0].at >= Duration::from_millis(400), "it came again before it was allowed to");
    assert_eq!(last.status, 200);
    assert!(tries.iter().all(|it| it.body == last.body));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_answer_was_lost_is_not_sent_twice() {
    let (mut discord, bot) = opened().await;
    let line = messages_in(CHANNEL);
    discord.fail(&line, Fault::Lost);
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert_eq!(discord.expect(&line).await.status, 502);
    assert_eq!(discord.expect(&line).await.status, 200);
    assert_eq!(discord.posted(), 1);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_survives_429_500_silence_and_a_lost_answer() {
    let (mut discord, bot) = opened().await;
    for faults in [
        vec![Fault::Limited(0.2), Fault::Status(500, Value::Null)],
        // One try gives up in time for the next, all within the 3 s that the server holds the bot to.
        vec![Fault::Silence],
        vec![Fault::Lost],
    ] {
        for fault in &faults {
            discord.fail("POST /interactions/", fault.clone());
        }
        let callback = discord.command(ALICE, "ask", "question", HOT);
        for _ in &faults {
            assert_ne!(discord.expect(&callback).await.status, 204);
        }
        discord.expect(&callback).await;
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_for_one_message_comes_in_several() {
    let (mut discord, bot) = opened().await;
    // Also if the first one's answer is lost: the others follow all the same.
    discord.fail("POST /interactions/", Fault::Lost);
    let callback = discord.command(ALICE, "ask", "question", "long");
    discord.expect(&callback).await;
    let first = discord.expect(&callback).await;
    let token = callback.split('/').nth(3).unwrap();
    let second = discord.expect(&format!("POST /webhooks/{APPLICATION}/{token}")).await;
    for (sent, text) in [(&first.body["data"], "first"), (&second.body, "second")] {
        assert!(sent["content"].as_str().unwrap().starts_with(text), "{sent}");
        assert_eq!(sent["allowed_mentions"], json!({ "parse": [] }));
    }

    let asked = discord.says(ALICE, &format!("<@{BOT}> long"));
    let first = discord.expect(&messages_in(CHANNEL)).await;
    let second = discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(first.body["message_reference"]["message_id"], asked.to_string());
    assert!(second.body["message_reference"].is_null(), "the asker is pinged once");
    assert_eq!(discord.posted(), 2);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_refuses_becomes_an_apology() {
    let (mut discord, bot) = opened().await;
    let refused = || Fault::Status(400, json!({ "code": 50035, "message": "Invalid Form Body" }));
    discord.fail(&messages_in(CHANNEL), refused());
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 400);
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.body["content"], words::BROKEN);
    discord.fail("POST /interactions/", refused());
    let callback = discord.command(ALICE, "ask", "question", HOT);
    assert_eq!(discord.expect(&callback).await.status, 400);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], words::BROKEN);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_forbids_is_not_tried_again() {
    let (mut discord, bot) = opened().await;
    let forbidden = |code: u64| Fault::Status(403, json!({ "code": code, "message": "Missing Something" }));
    discord.fail(&messages_in(CHANNEL), forbidden(50001));
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 403);
    // Told directly instead, the first time; see the tests of manners.
    discord.expect("POST /users/@me/channels").await;
    discord.expect(&messages_in(DIRECT)).await;
    discord.expect(&messages_in(DIRECT)).await;
    // It may have been the embed that is forbidden: once more without.
    discord.fail(&messages_in(CHANNEL), forbidden(50013));
    discord.fail(&messages_in(CHANNEL), forbidden(50013));
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 403);
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.status, 403);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_announced_in_time_and_comes() {
    let (desk, gate) = Desk::with_gate();
    let (mut discord, bot) = opened_with(desk).await;
    let callback = discord.command(ALICE, "ask", "question", "slow");
    let open = gate.entered().await;
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 5 }));
    open.send(()).unwrap();
    let token = callback.split('/').nth(3).unwrap();
    let late = discord.expect(&format!("PATCH /webhooks/{APPLICATION}/{token}/messages/@original")).await;
    assert!(late.body.to_string().contains(HOT_VERDICT));
    bot.stop().await;
    discord.finish();
}

/// A press too, where its answer belongs; and one who types gets no suggestions rather than an error.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_takes_long_is_answered_in_time() {
    for (id, announced) in [
        ("c1:show:slow", json!({ "type": 5, "data": { "flags": 64 } })),
        ("c1:pick:slow", json!({ "type": 6 })),
        ("", json!({ "type": 8, "data": { "choices": [] } })),
    ] {
        let (desk, gate) = Desk::with_gate();
        let (mut discord, bot) = opened_with(desk).await;
        let message = discord.as_message(&json!({ "content": "x" }), ALICE, true);
        let began = Instant::now();
        let callback = match id {
            "" => discord.types(ALICE, "slow"),
            id => discord.presses(ALICE, id, &message),
        };
        let open = gate.entered().await;
        let told = discord.expect(&callback).await;
        assert_eq!(told.body, announced);
        // It is waited for first; that it came in time sees the server, which takes nothing after 3 s.
        assert!(told.at - began >= Duration::from_millis(1400), "{id}: {:?}", told.at - began);
        open.send(()).unwrap();
        if !id.is_empty() {
            let token = callback.split('/').nth(3).unwrap();
            let late = discord.expect(&format!("PATCH /webhooks/{APPLICATION}/{token}/messages/@original")).await;
            assert!(late.body.to_string().contains(HOT_VERDICT), "{id}");
        }
        bot.stop().await;
        discord.finish();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_costs_one_apology_and_nothing_else() {
    let (mut discord, bot) = opened().await;
    let callback = discord.command(ALICE, "ask", "question", "broken");
    let sent = discord.expect(&callback).await;
    assert_eq!((&sent.body["data"]["content"], &sent.body["data"]["flags"]), (&json!(words::BROKEN), &json!(64)));
    discord.says(ALICE, &format!("<@{BOT}> broken"));
    assert_eq!(discord.expect(&messages_in(CHANNEL)).await.body["content"], words::BROKEN);
    discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert!(discord.expect(&messages_in(CHANNEL)).await.body.to_string().contains(HOT_VERDICT));
    assert_eq!(bot.metrics.panics(), 2);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_told_to_stop_sends_what_is_in_flight() {
    let (desk, gate) = Desk::with_gate();
    let (mut discord, mut bot) = opened_with(desk.clone()).await;
    discord.says(ALICE, &format!("<@{BOT}> slow"));
    let open = gate.entered().await;
    bot.stop.send(()).unwrap();
    loop {
        match discord.saw().await {
            Saw::Closed(code) => break assert_eq!(code, Some(1000)),
            Saw::Heartbeat => {}
            other => panic!("{other:?}"),
        }
    }
    // It cannot end before the gate opens. A bot that does not wait would end within this second.
    let early = timeout(Duration::from_secs(1), &mut bot.ended).await;
    assert!(early.is_err(), "it did not wait");
    open.send(()).unwrap();
    assert!(discord.expect(&messages_in(CHANNEL)).await.body.to_string().contains(HOT_VERDICT));
    timeout(PATIENCE, bot.ended).await.unwrap().unwrap().unwrap();
    assert_eq!(desk.service.counts(), Counts { answer: 1, ..Counts::default() });
    discord.finish();
}

// ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_api_refuses_is_told_so() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start(&discord, "MTIz.not.it", Desk::new());
    assert_eq!(discord.expect("GET /gateway/bot").await.status, 401);
    let error = bot.ends().await.unwrap_err();
    assert!(matches!(error, RunError::Refused(Fatal::Token)));
    assert!(!format!("{error} {error:?}").contains("MTIz"), "{error}");
    insta::assert_snapshot!("discord_token_refused", error);
    discord.finish();
}

/// It fails closed: a base that does not say where the gateway is ends the start. That the public gateway is not tried
/// shows in the error: it comes before anything is connected to.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_gateway_there_is_no_start() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    for answer in [
        Fault::Status(403, json!({ "code": 0, "message": "no" })),
        Fault::Status(200, json!({ "nothing": 1 })),
        Fault::Status(200, json!({ "url": "https://not.a.websocket" })),
    ] {
        discord.fail("GET /gateway/bot", answer);
        let bot = Running::start(&discord, TOKEN, Desk::new());
        discord.expect("GET /gateway/bot").await;
        let error = bot.ends().await.unwrap_err();
        assert!(matches!(&error, RunError::NoGateway { base, .. } if base == discord.base()), "{error}");
    }
    discord.finish();
}

/// Entry ids that the tests above press by name.
#[test]
fn the_tea_faq_has_what_these_tests_name() {
    let faq = tea::faq();
    for id in ["how-hot-should-water-be", "should-we-buy-a-kettle"] {
        assert!(faq.knowledge().entry(&EntryId::new(id)).is_some(), "{id}");
    }
}
