//! Who has to wait, end to end: members, channels and entries, and that all of them are told privately when to come back.

use caveat::discord::Settings;
use caveat::metrics::Dropped;
use caveat::render::wording::manners as said;
use serde_json::{Value, json};

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, buttons, messages_in, shipped_service};
use crate::discord_manners::{
    COOL, Clock, EPHEMERAL, KETTLE, KETTLE_VERDICT, SCALDED, answered, id, kept, opened, original, parts, restarted,
    store_file, to_bot, token,
};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{APPLICATION, FakeDiscord, Fault, GUILD, Options, TOKEN};

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
    let callback = discord.command(BOB + 100, "ask", "question", HOT);
    let wait = discord.expect(&callback).await.body;
    assert!(wait["data"]["content"].as_str().unwrap().starts_with("There were many questions here"), "{wait}");
    assert_eq!(wait["data"]["flags"], EPHEMERAL);
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

/// Nor is it posted for somebody else so soon; whoever wants that keeps the button for later.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_rests_is_not_posted_for_others_either() {
    let (mut discord, bot, clock) = opened(|it| it.cooldown.entry_seconds = 30).await;
    let (_, reply) = answered(&mut discord, &clock, HOT).await;
    let asked = discord.says(BOB, HOT);
    let callback = discord.uses_on(ALICE, "Answer from the FAQ", &discord.message(asked).unwrap(), |_| {});
    let preview = discord.expect(&callback).await.body;
    let message = discord.as_message(&preview, ALICE, true);
    let callback = discord.presses(ALICE, &buttons(&preview)[0], &message);
    let told = discord.expect(&callback).await.body;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{reply}");
    assert_eq!(told["data"]["content"], said::answered_above(&link, clock.now() + 30));
    assert_eq!((&told["type"], &told["data"]["flags"]), (&json!(4), &json!(EPHEMERAL | 4)), "beside the preview");
    clock.pass(31);
    let callback = discord.presses(ALICE, &buttons(&preview)[0], &message);
    discord.expect(&callback).await;
    let posted = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(posted["message_reference"]["message_id"], asked.to_string());
    discord.expect(&format!("PATCH {}", original(&callback))).await;
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
