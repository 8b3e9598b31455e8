//! Many at once, end to end: who is told what where not all can be answered; presses under the cooldown; what is no question.

use std::sync::Arc;

use caveat::answering;
use caveat::faq::Faq;
use caveat::knowledge::red_flag::Phrase;
use caveat::live::Live;
use caveat::metrics::Dropped;
use caveat::render::wording::discord as words;
use caveat::render::wording::manners as said;
use caveat::service::Service;
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in, scalds, seen_by, select};
use crate::discord_manners::{
    COOL, Clock, EPHEMERAL, KETTLE, KETTLE_VERDICT, SCALDED, answered, kept, message_at, nothing_but, opened, original,
    parts, pressed, to_bot,
};
use crate::fake_discord::events::{self, ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{FakeDiscord, Fault, Options, PATIENCE, TOKEN};
use crate::tea;

// ── a queue that is full ────────────────────────────────────────────────────────────────────────────────────────────

/// Somebody has his turn, and the channel with it, until he may try again.
async fn somebody_writes(discord: &mut FakeDiscord, channel: u64) {
    discord.fail(&messages_in(channel), Fault::Limited(1.5));
    match channel {
        DIRECT => discord.says_directly(ALICE, HOT),
        _ => discord.says(ALICE, &to_bot(HOT)),
    };
    assert_eq!(discord.expect(&messages_in(channel)).await.status, 429);
}

async fn until_dropped(bot: &Running, why: Dropped, count: u64) {
    let there = async {
        while bot.metrics.all_dropped(why) < count {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, there).await.expect("nothing is let go of");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_had_to_make_room_is_told_privately_once_in_a_burst() {
    let (mut discord, bot, clock) = opened(|it| it.most_waiting = 2).await;
    let there = said::overtaken(Some(&format!("<#{CHANNEL}>")));
    for burst in 1..=2 {
        somebody_writes(&mut discord, CHANNEL).await;
        // Carol is let go of once, Bob three times; the last two of his are answered.
        let carol = BOB + 1;
        discord.says(carol, &to_bot(HOT));
        for _ in 0..5 {
            discord.says(BOB, &to_bot(KETTLE));
        }
        until_dropped(&bot, Dropped::QueueFull, burst * 4).await;
        let mut told = Vec::new();
        for _ in 0..2 {
            told.push(discord.expect("POST /users/@me/channels").await.body["recipient_id"].clone());
            let word = discord.expect(&messages_in(DIRECT)).await.body;
            assert_eq!(word["content"], there);
            assert_eq!(word["allowed_mentions"], json!({ "parse": [] }));
        }
        told.sort_by_key(Value::to_string);
        assert_eq!(told, [json!(BOB.to_string()), json!(carol.to_string())]);
        for verdict in [HOT_VERDICT, KETTLE_VERDICT, KETTLE_VERDICT] {
            assert!(discord.expect(&messages_in(CHANNEL)).await.body.to_string().contains(verdict));
        }
        // The next burst.
        clock.pass(301);
    }
    bot.stop().await;
    discord.finish();
}

/// The word goes beside the queue, which is full of replies to the same member: it pushes none of them out.
#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_the_word_goes_beside_the_queue() {
    let (mut discord, bot, _) = opened(|it| it.most_waiting = 1).await;
    somebody_writes(&mut discord, DIRECT).await;
    for _ in 0..3 {
        discord.says_directly(ALICE, KETTLE);
    }
    assert_eq!(discord.expect(&messages_in(DIRECT)).await.body["content"], said::overtaken(None));
    for verdict in [HOT_VERDICT, KETTLE_VERDICT] {
        assert!(discord.expect(&messages_in(DIRECT)).await.body.to_string().contains(verdict));
    }
    assert_eq!(bot.metrics.all_dropped(Dropped::QueueFull), 2);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_direct_messages_keeps_nobody_else_from_his_word() {
    let (mut discord, bot, _) = opened(|it| it.most_waiting = 1).await;
    somebody_writes(&mut discord, CHANNEL).await;
    let closed = || Fault::Status(403, json!({ "code": 50007, "message": "Cannot send messages to this user" }));
    discord.fail(&messages_in(DIRECT), closed());
    discord.says(BOB, &to_bot(HOT));
    discord.says(BOB + 1, &to_bot(HOT));
    discord.says(BOB + 2, &to_bot(HOT));
    for status in [403, 200] {
        discord.expect("POST /users/@me/channels").await;
        assert_eq!(discord.expect(&messages_in(DIRECT)).await.status, status);
    }
    discord.expect(&messages_in(CHANNEL)).await;
    discord.expect(&messages_in(CHANNEL)).await;
    bot.stop().await;
    discord.finish();
}

/// A message that was nothing to the bot becomes a cry for help while the channel's queue is full.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_describes_an_emergency_is_never_let_go_of() {
    let (mut discord, bot, _) = opened(|it| it.most_waiting = 2).await;
    let line = messages_in(CHANNEL);
    let hurt = discord.says(BOB, "ouch");
    somebody_writes(&mut discord, CHANNEL).await;
    discord.says(BOB + 1, &to_bot(HOT));
    discord.edits(hurt, &to_bot(SCALDED), 1);
    // When that is answered, the edit waits for its turn in the channel.
    nothing_but(&mut discord, HOT).await;
    // They push out whoever may be pushed out.
    for carol in 2..=3 {
        discord.says(BOB + carol, &to_bot(KETTLE));
    }
    until_dropped(&bot, Dropped::QueueFull, 2).await;
    for _ in 1..=2 {
        discord.expect("POST /users/@me/channels").await;
        discord.expect(&messages_in(DIRECT)).await;
    }
    assert!(discord.expect(&line).await.body.to_string().contains(HOT_VERDICT), "the one that was being written");
    let help = discord.expect(&line).await.body;
    assert!(help["content"].as_str().unwrap().contains(COOL), "{help}");
    assert_eq!(help["message_reference"]["message_id"], hurt.to_string());
    assert!(discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    bot.stop().await;
    discord.finish();
}

/// Where help is private, it does not wait behind all that its reader has asked directly.
#[tokio::test(flavor = "multi_thread")]
async fn private_help_goes_beside_a_queue_of_direct_messages() {
    let (mut discord, bot, _) = opened(|it| it.urgent.private = true).await;
    somebody_writes(&mut discord, DIRECT).await;
    discord.says_directly(ALICE, KETTLE);
    discord.says(ALICE, &to_bot(SCALDED));
    discord.expect("POST /users/@me/channels").await;
    let help = discord.expect(&messages_in(DIRECT)).await.body;
    assert!(help["content"].as_str().unwrap().contains(COOL), "{help}");
    for verdict in [HOT_VERDICT, KETTLE_VERDICT] {
        assert!(discord.expect(&messages_in(DIRECT)).await.body.to_string().contains(verdict));
    }
    bot.stop().await;
    discord.finish();
}

// ── presses ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn buttons_and_menus_take_turns_as_questions_do() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (3, 60);
    })
    .await;
    let wait = |seconds: i64| said::come_back(false, clock.now() + seconds);
    // Asked, picked, read on.
    let (_, reply) = answered(&mut discord, &clock, "unsure").await;
    let offered = pressed(&discord, reply);
    let callback = discord.presses(ALICE, &buttons(&offered)[0], &offered);
    let picked = discord.expect(&callback).await.body;
    assert!(picked.to_string().contains(HOT_VERDICT));
    let answer = seen_by(&discord, &picked, ALICE);
    let related = buttons(&picked)[0].clone();
    let callback = discord.presses(ALICE, &related, &answer);
    assert!(discord.expect(&callback).await.body.to_string().contains(KETTLE_VERDICT));
    // That were three turns. Whatever she presses now, she is told privately when to come back, and nothing changes.
    for press in
        [related.as_str(), "c1:pick:should-we-buy-a-kettle", "c1:none", "c1:look:5:show:should-we-buy-a-kettle"]
    {
        let callback = discord.presses(ALICE, press, &answer);
        let told = discord.expect(&callback).await.body;
        assert_eq!((&told["type"], &told["data"]["flags"]), (&json!(4), &json!(EPHEMERAL)), "{press}");
        assert_eq!(told["data"]["content"], wait(20), "{press}");
    }
    // A page takes but a quarter, so it is there sooner; also a command that opens one.
    let pages =
        ["c1:topics:0", "c1:topic:0:brewing", "c1:sources:0", "c1:read:0:how-hot-should-water-be", "faq", "sources"];
    for page in pages {
        let callback = match page.starts_with("c1:") {
            true => discord.presses(ALICE, page, &answer),
            false => discord.uses(ALICE, page, json!([])),
        };
        let told = discord.expect(&callback).await.body;
        assert_eq!(told["data"]["content"], wait(5), "{page}");
        assert_eq!(told["data"]["flags"], EPHEMERAL);
    }
    // Somebody else's turns are his own; a stale button costs nothing.
    for _ in 0..4 {
        let callback = discord.presses(BOB, "c1:show:gone", &answer);
        assert_eq!(discord.expect(&callback).await.body["data"]["content"], words::STALE_BUTTON);
    }
    let callback = discord.presses(BOB, &related, &answer);
    assert!(discord.expect(&callback).await.body.to_string().contains(KETTLE_VERDICT));
    // Help is never held back, nor is help about the bot, nor the wish that a reply goes.
    let callback = discord.presses(ALICE, "c1:help:scald", &answer);
    assert!(discord.expect(&callback).await.body.to_string().contains(COOL));
    let callback = discord.uses(ALICE, "help", json!([]));
    assert_ne!(discord.expect(&callback).await.body["data"]["content"], wait(20));
    let callback = discord.presses(ALICE, "c1:dismiss", &offered);
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 6 }));
    discord.expect(&format!("DELETE {}", original(&callback))).await;
    // Twenty pages a minute, of which four are as much as a question.
    clock.pass(20);
    for _ in 0..4 {
        let callback = discord.uses(ALICE, "faq", json!([]));
        select(&discord.expect(&callback).await.body);
    }
    let callback = discord.uses(ALICE, "faq", json!([]));
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], wait(5));
    bot.stop().await;
    discord.finish();
}

/// What is for the asker alone stays so if it takes long: a word that all see, and that what follows would take the place of, goes
/// first.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_word_to_wait_is_private_though_an_answer_would_be_public() {
    let (desk, gate) = Desk::with_gate();
    let mut discord = FakeDiscord::start(Options::default()).await;
    let clock = Clock::new();
    let bot = Running::start_given(&discord, TOKEN, parts(desk, &clock), |it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (1, 60);
    });
    discord.expect_opening().await;
    let callback = discord.command(ALICE, "ask", "question", HOT);
    discord.expect(&callback).await;
    let callback = discord.command(ALICE, "ask", "question", "slow");
    let open = gate.entered().await;
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 5 }), "all will see the answer");
    open.send(()).unwrap();
    discord.expect(&format!("DELETE {}", original(&callback))).await;
    let late = original(&callback).replace("/messages/@original", "");
    let wait = discord.expect(&format!("POST {late}")).await.body;
    assert_eq!(
        (&wait["content"], &wait["flags"]),
        (&json!(said::come_back(false, clock.now() + 60)), &json!(EPHEMERAL))
    );
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_edited_into_another_takes_a_turn() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (2, 60);
    })
    .await;
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    let patch = format!("PATCH {}", message_at(reply));
    // A typing mistake that changes nothing costs nothing.
    discord.edits(asked, &to_bot("how hot should the water be"), 1);
    discord.edits(asked, &to_bot(KETTLE), 2);
    assert!(discord.expect(&patch).await.body.to_string().contains(KETTLE_VERDICT));
    // No answer stays below a question that it does not answer.
    discord.edits(asked, &to_bot(HOT), 3);
    let wait = discord.expect(&patch).await.body;
    assert_eq!(wait["content"], said::come_back(false, clock.now() + 30));
    assert_eq!((&wait["embeds"], &wait["components"]), (&json!([]), &json!([])));
    discord.edits(asked, &to_bot(KETTLE), 4);
    until_dropped(&bot, Dropped::Flood, 1).await;
    // In danger nobody waits.
    let hurt = discord.says(ALICE, "ouch");
    discord.edits(hurt, &to_bot(SCALDED), 7);
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    clock.pass(30);
    discord.edits(asked, &to_bot(HOT), 8);
    assert!(discord.expect(&patch).await.body.to_string().contains(HOT_VERDICT));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn answering_for_others_takes_turns_too() {
    let (mut discord, bot, clock) = opened(|it| {
        (it.cooldown.member_questions, it.cooldown.member_seconds) = (1, 60);
    })
    .await;
    let of_bob = |text: &str| events::message(discord.new_id(), CHANNEL, &events::user(BOB, "bob"), Some(text));
    let (hot, scalded) = (of_bob(HOT), of_bob(SCALDED));
    discord.says(BOB, "hello all");
    let wait = said::come_back(false, clock.now() + 60);
    let callback = discord.uses_on(ALICE, "Answer from the FAQ", &hot, |_| {});
    let preview = discord.expect(&callback).await.body;
    let message = seen_by(&discord, &preview, ALICE);
    for posts in [true, false] {
        // Beside what she looks at, whose button she will want later.
        let callback = match posts {
            true => discord.presses(ALICE, &buttons(&preview)[0], &message),
            false => discord.uses_on(ALICE, "Answer from the FAQ", &hot, |_| {}),
        };
        let told = discord.expect(&callback).await.body;
        assert_eq!((&told["type"], &told["data"]["flags"]), (&json!(4), &json!(EPHEMERAL)));
        assert_eq!(told["data"]["content"], wait);
    }
    // Help for somebody in danger does not wait.
    let callback = discord.uses_on(ALICE, "Answer from the FAQ", &scalded, |_| {});
    let preview = discord.expect(&callback).await.body;
    let callback = discord.presses(ALICE, &buttons(&preview)[0], &seen_by(&discord, &preview, ALICE));
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 6 }));
    assert!(discord.expect(&messages_in(CHANNEL)).await.body["content"].as_str().unwrap().contains(COOL));
    discord.expect(&format!("PATCH {}", original(&callback))).await;
    bot.stop().await;
    discord.finish();
}

/// What was picked takes the place of the bot's question, for all to see: from then on it counts as said there.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_picked_rests_as_what_was_asked_for() {
    let (mut discord, bot, clock) = opened(|it| it.cooldown.entry_seconds = 30).await;
    let (_, reply) = answered(&mut discord, &clock, "unsure").await;
    let offered = pressed(&discord, reply);
    let callback = discord.presses(ALICE, &buttons(&offered)[0], &offered);
    assert!(discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
    let callback = discord.command(BOB, "ask", "question", HOT);
    assert_eq!(discord.expect(&callback).await.body["data"]["flags"], EPHEMERAL);
    bot.stop().await;
    discord.finish();
}

// ── kind words ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// A reply of Alice's to a message of the bot.
fn replies(discord: &FakeDiscord, text: &str, to: u64) -> u64 {
    let to = pressed(discord, to);
    discord.says_with(ALICE, text, |event| {
        event["type"] = json!(19);
        event["message_reference"] = json!({ "message_id": to["id"], "channel_id": CHANNEL.to_string() });
        event["referenced_message"] = to;
        event["mentions"] = json!([events::bot()]);
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_word_gets_no_reply_unless_there_is_more_in_it() {
    let (mut discord, bot, clock) = opened(|_| {}).await;
    let line = messages_in(CHANNEL);
    let (asked, reply) = answered(&mut discord, &clock, HOT).await;
    for kind in ["thanks!", "ok thank you", "good bot 🫡", "👍🏽"] {
        replies(&discord, kind, reply);
        discord.says(BOB, &to_bot(kind));
        discord.says_directly(BOB, kind);
    }
    // Thanks in the place of the question leave the answer where it is.
    discord.edits(asked, &to_bot("thanks, got it"), 1);
    nothing_but(&mut discord, HOT).await;
    assert!(discord.message(reply).is_some());
    assert_eq!(bot.metrics.replies(caveat::metrics::Kind::NotInFaq), 0, "nothing was said, nothing is counted");
    // A question, or danger, in the same message.
    replies(&discord, &format!("thanks! and {KETTLE}"), reply);
    assert!(discord.expect(&line).await.body.to_string().contains(KETTLE_VERDICT));
    replies(&discord, "ok thanks, but I scalded my arm", reply);
    assert!(discord.expect(&line).await.body["content"].as_str().unwrap().contains(COOL));
    let thanked = discord.says(ALICE, &to_bot("thanks"));
    discord.edits(thanked, &to_bot(&format!("thanks, and {KETTLE}")), 2);
    let sent = discord.expect(&line).await.body;
    assert_eq!(sent["message_reference"]["message_id"], thanked.to_string(), "it became a question");
    kept(&clock, thanked).await;
    // Whoever says hello is told how to ask. A command is always answered.
    discord.says(ALICE, &to_bot("hello there!"));
    assert!(discord.expect(&line).await.body["content"].as_str().unwrap().starts_with("I answer questions from"));
    let callback = discord.command(ALICE, "ask", "question", "thanks");
    discord.expect(&callback).await;
    bot.stop().await;
    discord.finish();
}

/// No list of kind words knows what a set's moderators have declared an emergency.
#[tokio::test(flavor = "multi_thread")]
async fn a_red_flag_in_a_kind_word_is_seen() {
    let mut knowledge = tea::faq().knowledge().clone();
    knowledge.red_flags = scalds();
    knowledge.red_flags.signs[0].phrases.push(Phrase::parse("goodbye everyone").unwrap());
    let faq = Faq::new(knowledge, answering::Settings::default(), "0123abcd");
    let service = Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1)));
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(service, &Clock::new()), |_| {});
    discord.expect_opening().await;
    discord.says(ALICE, &to_bot("goodbye"));
    discord.says(ALICE, &to_bot("goodbye everyone"));
    let sent = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(sent["content"].as_str().unwrap().contains(COOL), "{sent}");
    bot.stop().await;
    discord.finish();
}
