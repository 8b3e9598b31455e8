//! What becomes of a reply, end to end: who may take it away, and that it follows its question, after a restart too.

use std::sync::mpsc::Sender;

use caveat::discord::Id;
use caveat::render::wording::manners as said;
use serde_json::{Value, json};

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in};
use crate::discord_manners::{
    COOL, Clock, EPHEMERAL, KEEPERS, KETTLE, KETTLE_VERDICT, MANAGE_MESSAGES, MODERATORS, SCALDED, answered, id, kept,
    message_at, nothing_but, opened, original, parts, pressed, restarted, store_file, to_bot,
};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{FakeDiscord, Fault, GUILD, Options, TOKEN};

/// A question that the bot works on until the gate is opened.
async fn asked_slowly() -> (FakeDiscord, Running, u64, Sender<()>) {
    let (desk, gate) = Desk::with_gate();
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start_given(&discord, TOKEN, parts(desk, &Clock::new()), |_| {});
    discord.expect_opening().await;
    let asked = discord.says(ALICE, &to_bot("slow"));
    let open = gate.entered().await;
    (discord, bot, asked, open)
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
    let (mut discord, bot, asked, open) = asked_slowly().await;
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
    let (mut discord, bot, asked, open) = asked_slowly().await;
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
