//! "Answer from the FAQ" on somebody's message, end to end: one looks first, and then posts or not.

use caveat::discord::Id;
use caveat::render::wording::{discord as words, manners};
use serde_json::{Value, json};

use crate::desk::{
    Desk, HOT, HOT_VERDICT, ONLY_FOR_YOU, Running, buttons, labels, messages_in, opened, seen_by, without_ids,
};
use crate::discord_manners::MODERATORS;
use crate::fake_discord::events::{self, ALICE, BOB, CHANNEL, user};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, GUILD, Options, Saw, TOKEN};

const ANSWER: &str = "Answer from the FAQ";

/// A message of Bob's, as Discord sends it along.
fn of_bob(discord: &FakeDiscord, text: &str) -> Value {
    events::message(discord.new_id(), CHANNEL, &user(BOB, "bob"), Some(text))
}

/// Lets the bot write in the channel: something happened there.
fn life_in_the_channel(discord: &FakeDiscord) {
    discord.says(BOB, "hello all");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_looks_first_and_then_posts_without_a_ping_even_after_a_restart() {
    let (mut discord, bot) = opened().await;
    life_in_the_channel(&discord);
    let asked = of_bob(&discord, HOT);
    let callback = discord.uses_on(ALICE, ANSWER, &asked, |_| {});
    let preview = discord.expect(&callback).await.body;
    assert_eq!(preview["data"]["flags"], ONLY_FOR_YOU);
    insta::assert_json_snapshot!("ways_preview", without_message_id(&preview, &asked));
    let message = seen_by(&discord, &preview, ALICE);
    bot.stop().await;
    assert!(matches!(discord.saw().await, Saw::Closed(_)));

    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    life_in_the_channel(&discord);
    let post = buttons(&preview)[0].clone();
    let callback = discord.presses(ALICE, &post, &message);
    assert_eq!(discord.expect(&callback).await.body, json!({ "type": 6 }));
    let posted = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(posted["message_reference"]["message_id"], asked["id"]);
    assert_eq!(posted["allowed_mentions"], json!({ "parse": [], "replied_user": false }));
    assert!(posted.to_string().contains(HOT_VERDICT));
    assert_eq!(posted["content"], format!("I read this as: {HOT}"));
    let outcome = discord.expect(&late(&callback)).await.body;
    assert_eq!((&outcome["content"], &outcome["components"]), (&json!(words::POSTED), &json!([])));

    // Pressed again, by whomever: once is enough.
    let callback = discord.presses(ALICE, &post, &message);
    discord.expect(&callback).await;
    assert_eq!(discord.expect(&late(&callback)).await.body["content"], words::ALREADY_REPLIED);
    bot.stop().await;
    discord.finish();
}

fn late(callback: &str) -> String {
    let token = callback.split('/').nth(3).unwrap();
    format!("PATCH /webhooks/{APPLICATION}/{token}/messages/@original")
}

/// What the snapshots must not depend on.
fn without_message_id(sent: &Value, message: &Value) -> Value {
    let id: u64 = message["id"].as_str().unwrap().parse().unwrap();
    let text = sent.to_string();
    let start = text.find("c1:post:").or_else(|| text.find("c1:look:")).map_or(0, |at| at + 8);
    let short: String = text[start..].chars().take_while(char::is_ascii_alphanumeric).collect();
    assert_eq!(u64::from_str_radix(&short, 36).ok(), Some(id), "{text}");
    serde_json::from_str(&without_ids(sent).to_string().replace(&short, "[message]")).unwrap()
}

/// Bob never asked the bot, so what he makes of his message does not change what Alice chose; unless he is in danger, or takes
/// the message back.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_chose_stays_under_an_edited_message() {
    let (mut discord, bot) = opened().await;
    let line = messages_in(CHANNEL);
    for (nth, ends) in ["deleted", "in danger"].into_iter().enumerate() {
        let asked = discord.says(BOB, HOT);
        let callback = discord.uses_on(ALICE, ANSWER, &discord.message(asked).unwrap(), |_| {});
        let preview = discord.expect(&callback).await.body;
        let callback = discord.presses(ALICE, &buttons(&preview)[0], &seen_by(&discord, &preview, ALICE));
        discord.expect(&callback).await;
        discord.expect(&line).await;
        discord.expect(&late(&callback)).await;
        let reply = discord.last_of_bot()["id"].as_str().unwrap().to_owned();
        discord.edits(asked, "never mind", 10 * nth as u32 + 1);
        // Something that is answered behind it.
        discord.says(BOB, &format!("<@{BOT}> {HOT}"));
        discord.expect(&line).await;
        let reply = format!("/channels/{CHANNEL}/messages/{reply}");
        if ends == "deleted" {
            discord.deletes(&[asked], CHANNEL);
            discord.expect(&format!("DELETE {reply}")).await;
        } else {
            discord.edits(asked, "I scalded my arm", 10 * nth as u32 + 2);
            let help = discord.expect(&format!("PATCH {reply}")).await.body;
            assert!(help["content"].as_str().unwrap().starts_with("**Cool the burn"), "{help:#}");
        }
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_would_ask_back_the_one_who_looks_decides() {
    let (mut discord, bot) = opened().await;
    life_in_the_channel(&discord);
    let asked = of_bob(&discord, "unsure");
    let callback = discord.uses_on(ALICE, ANSWER, &asked, |_| {});
    let preview = discord.expect(&callback).await.body;
    insta::assert_json_snapshot!("ways_preview_unsure", without_message_id(&preview, &asked));
    let message = seen_by(&discord, &preview, ALICE);
    let callback = discord.presses(ALICE, &buttons(&preview)[0], &message);
    let picked = discord.expect(&callback).await.body;
    assert_eq!(picked["type"], 7);
    assert!(picked.to_string().contains(HOT_VERDICT) && labels(&picked).contains(&words::POST), "{picked:#}");
    let callback = discord.presses(ALICE, &buttons(&picked)[0], &message);
    discord.expect(&callback).await;
    assert!(discord.expect(&messages_in(CHANNEL)).await.body.to_string().contains(HOT_VERDICT));
    assert_eq!(discord.expect(&late(&callback)).await.body["content"], words::POSTED);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_can_be_answered_for_somebody_and_nothing_is_not_posted() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.know_channel(MODERATORS);
    let bot = Running::start_with(&discord, TOKEN, Desk::new(), |it| it.moderators_channel = Id::new(MODERATORS));
    discord.expect_opening().await;
    life_in_the_channel(&discord);
    let asked = of_bob(&discord, "I scalded my arm");
    let callback = discord.uses_on(ALICE, ANSWER, &asked, |_| {});
    let preview = discord.expect(&callback).await.body;
    let message = seen_by(&discord, &preview, ALICE);
    assert_eq!(labels(&preview), [words::POST]);
    let callback = discord.presses(ALICE, &buttons(&preview)[0], &message);
    discord.expect(&callback).await;
    let posted = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(posted["content"].as_str().unwrap().starts_with("**Cool the burn"), "{posted:#}");
    // Moderators learn of it as of any other.
    let told = discord.expect(&messages_in(MODERATORS)).await.body;
    let link = format!("https://discord.com/channels/{GUILD}/{CHANNEL}/{}", asked["id"].as_str().unwrap());
    assert_eq!(told["content"], manners::emergency("Scalded", Some(&link)));
    discord.expect(&late(&callback)).await;

    for (text, said) in [("qwertz uiop asdfgh?", words::WOULD_SAY_NOTHING), ("", words::NOTHING_TO_ANSWER)] {
        let asked = of_bob(&discord, text);
        let callback = discord.uses_on(ALICE, ANSWER, &asked, |_| {});
        let sent = discord.expect(&callback).await.body;
        assert!(sent["data"]["content"].as_str().unwrap().starts_with(said), "{sent:#}");
        assert!(sent["data"]["components"].is_null() && sent["data"]["flags"] == ONLY_FOR_YOU);
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_cannot_make_the_bot_write() {
    let (mut discord, bot) = opened().await;
    life_in_the_channel(&discord);
    let asked = of_bob(&discord, HOT);
    let muted = |event: &mut Value| event["member"]["permissions"] = json!("1024");
    let callback = discord.uses_on(ALICE, ANSWER, &asked, muted);
    let preview = discord.expect(&callback).await.body;
    assert!(!labels(&preview).contains(&words::POST), "{preview:#}");
    // Nor with a button from before.
    let message = seen_by(&discord, &preview, ALICE);
    let data = json!({ "custom_id": "c1:post:5:show:how-hot-should-water-be", "component_type": 2 });
    let callback = discord.interaction_with(ALICE, 3, data, Some(&message), muted);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], words::MAY_NOT_POST);
    // In a thread another permission counts.
    let in_thread = |event: &mut Value| {
        event["member"]["permissions"] = json!((1u64 << 10 | 1 << 38).to_string());
        event["channel"]["type"] = json!(11);
    };
    let callback = discord.uses_on(ALICE, ANSWER, &asked, in_thread);
    assert!(labels(&discord.expect(&callback).await.body).contains(&words::POST));

    // And where the bot may not write, it says so to the one who pressed.
    for _ in ["the embed", "the text"] {
        let forbidden = json!({ "code": 50013, "message": "Missing Permissions" });
        discord.fail(&messages_in(CHANNEL), Fault::Status(403, forbidden));
    }
    let callback = discord.presses(ALICE, "c1:post:5:show:how-hot-should-water-be", &message);
    discord.expect(&callback).await;
    discord.expect(&messages_in(CHANNEL)).await;
    discord.expect(&messages_in(CHANNEL)).await;
    assert_eq!(discord.expect(&late(&callback)).await.body["content"], words::I_MAY_NOT_WRITE);
    bot.stop().await;
    discord.finish();
}
