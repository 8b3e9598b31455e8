//! Answers that do not fit, or whose embed is not shown, end to end.

use caveat::knowledge::EntryId;
use caveat::render::wording::{discord as words, manners};
use serde_json::{Value, json};

use crate::desk::{
    HOT, HOT_VERDICT, ONLY_FOR_YOU, buttons, labels, messages_in, opened, opened_with, seen_by, shipped_service,
};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL};
use crate::fake_discord::{BOT, Fault};
use crate::shipped;

// ── without embeds ──────────────────────────────────────────────────────────────────────────────────────────────────

/// May write, but not embed links.
fn without_embeds(event: &mut Value) {
    event["app_permissions"] = json!((1u64 << 10 | 1 << 11 | 1 << 16).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_links_may_not_be_embedded_everything_is_text() {
    let (mut discord, bot) = opened().await;
    let options = json!([{ "type": 3, "name": "question", "value": "how hot must the water for green tea be" }]);
    let data = json!({ "id": "9", "name": "ask", "type": 1, "options": options });
    let callback = discord.interaction_with(ALICE, 2, data, None, without_embeds);
    let sent = discord.expect(&callback).await.body;
    insta::assert_json_snapshot!("ways_answer_as_text", sent);
    // What comes of its buttons is text too.
    let message = seen_by(&discord, &sent, ALICE);
    let press = json!({ "custom_id": buttons(&sent)[0], "component_type": 2 });
    let callback = discord.interaction_with(ALICE, 3, press, Some(&message), without_embeds);
    let sent = discord.expect(&callback).await.body;
    assert!(sent["data"]["embeds"].is_null() && sent["data"]["content"].as_str().unwrap().contains("**Caveats**"));
    let data = json!({ "id": "9", "name": "sources", "type": 1, "options": [] });
    let callback = discord.interaction_with(ALICE, 2, data, None, without_embeds);
    let sent = discord.expect(&callback).await.body;
    assert!(
        sent["data"]["content"].as_str().unwrap().contains("Press, 2020: <https://kettle.example/book>"),
        "{sent:#}"
    );
    assert_eq!(sent["data"]["flags"], ONLY_FOR_YOU | 4, "links open no previews");
    bot.stop().await;
    discord.finish();
}

/// That it may not embed links shows a bot only when it replies: by a refusal, or by what is left of its message.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_embed_is_not_taken_comes_as_text() {
    let (mut discord, bot) = opened().await;
    for code in [50013, 50006] {
        discord.fail(
            &messages_in(CHANNEL),
            Fault::Status(if code == 50013 { 403 } else { 400 }, json!({ "code": code, "message": "No" })),
        );
        let asked = discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
        let refused = discord.expect(&messages_in(CHANNEL)).await;
        assert!(refused.body["embeds"].is_array());
        let text = discord.expect(&messages_in(CHANNEL)).await.body;
        assert!(text["embeds"].is_null() && text["content"].as_str().unwrap().contains(HOT_VERDICT), "{text:#}");
        assert_eq!(text["message_reference"]["message_id"], asked.to_string());
        assert_ne!(text["nonce"], refused.body["nonce"], "it is no second try of what was refused");
    }
    // Discord took the message and left the embed out.
    let taken = json!({ "id": "1200000000000009999", "embeds": [] });
    discord.fail(&messages_in(CHANNEL), Fault::Status(200, taken));
    let edit = format!("PATCH /channels/{CHANNEL}/messages/1200000000000009999");
    discord.fail(&edit, Fault::Status(200, json!({})));
    discord.says(ALICE, &format!("<@{BOT}> how hot must the water for green tea be"));
    discord.expect(&messages_in(CHANNEL)).await;
    let mended = discord.expect(&edit).await.body;
    assert!(mended["content"].as_str().unwrap().contains(HOT_VERDICT) && mended["embeds"] == json!([]), "{mended:#}");
    bot.stop().await;
    discord.finish();
}

// ── emergencies of the FAQ that ships ───────────────────────────────────────────────────────────────────────────────

/// Whoever speaks of harming himself reads words of their own, whatever else he says.
#[tokio::test(flavor = "multi_thread")]
async fn self_harm_has_its_own_words() {
    let (mut discord, bot) = opened_with(shipped_service()).await;
    let flags = &shipped::faq().knowledge().red_flags;
    let own = flags.kinds.iter().find(|it| it.id.as_str() == "self-harm").unwrap();
    let mut seen = Vec::new();
    for text in
        ["i want to kill myself", "my lips are swelling and i can't breathe", "i cant breathe and i want to die"]
    {
        discord.says(ALICE, &format!("<@{BOT}> {text}"));
        let sent = discord.expect(&messages_in(CHANNEL)).await.body;
        assert!(sent["embeds"].is_null() && sent["components"].is_null(), "help and nothing else: {sent:#}");
        seen.push(sent["content"].as_str().unwrap().to_owned());
    }
    let first_line = own.reply.lines().next().unwrap();
    assert!(seen[0].contains(first_line), "{}", seen[0]);
    assert!(!seen[1].contains(first_line), "{}", seen[1]);
    assert!(seen[1] != seen[2], "{seen:#?}");
    bot.stop().await;
    discord.finish();
}

// ── reading on ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_read_on_privately_with_all_that_belongs_to_it() {
    let (mut discord, bot) = opened_with(shipped_service()).await;
    let options = json!([{ "type": 3, "name": "question", "value": "c1:show:do-exosomes-regrow-hair" }]);
    let data = json!({ "id": "9", "name": "ask", "type": 1, "options": options });
    let callback = discord.interaction_with(ALICE, 2, data, None, without_embeds);
    let mut page = discord.expect(&callback).await.body;
    assert!(page["data"]["flags"].as_u64().unwrap_or(0) & ONLY_FOR_YOU == 0, "the first part is for all");
    let entry = shipped::faq().knowledge().entry(&EntryId::new("do-exosomes-regrow-hair")).unwrap();
    let mut read = String::new();
    let mut parts = 0;
    loop {
        let content = page["data"]["content"].as_str().unwrap();
        assert!(entry.caveats.iter().all(|it| content.contains(it.as_str())), "a caveat is missing: {content}");
        assert!(content.contains(&entry.verdict) && content.contains("**Sources**"), "{content}");
        read.push_str(content);
        parts += 1;
        let Some(at) = labels(&page).iter().position(|it| *it == words::READ_ON) else { break };
        let message = seen_by(&discord, &page, ALICE);
        let press = json!({ "custom_id": buttons(&page)[at], "component_type": 2 });
        let callback = discord.interaction_with(BOB, 3, press, Some(&message), without_embeds);
        page = discord.expect(&callback).await.body;
        assert_eq!(page["type"], 4, "beside the answer, which all see");
        assert!(page["data"]["flags"].as_u64().unwrap() & ONLY_FOR_YOU != 0, "only for whoever reads on");
    }
    assert!(parts > 1);
    for sentence in entry.answer.lines().flat_map(|line| line.split_inclusive(['.', '!', '?'])) {
        assert!(read.contains(sentence.trim()), "lost or cut: {sentence}");
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_three_entries_are_offered_and_none_of_these_is_honest() {
    let (mut discord, bot) = opened_with(shipped_service()).await;
    let callback = discord.uses(ALICE, "ask", json!([{ "type": 3, "name": "question", "value": "skin" }]));
    let sent = discord.expect(&callback).await.body;
    let offered = labels(&sent);
    // Three, none of these, and the button that takes the reply away.
    assert_eq!(offered.len(), 5, "{sent:#}");
    assert_eq!(offered[3..], [words::NONE_OF_THESE, manners::DISMISS]);
    let message = discord.as_message(&sent, ALICE, true);
    let callback = discord.presses(ALICE, &buttons(&sent)[3], &message);
    let none = discord.expect(&callback).await.body;
    let content = none["data"]["content"].as_str().unwrap();
    let set = &shipped::faq().knowledge().set;
    assert!(content.contains(&words::not_in_faq(&set.name)) && content.contains(&set.disclaimer), "{content}");
    bot.stop().await;
    discord.finish();
}
