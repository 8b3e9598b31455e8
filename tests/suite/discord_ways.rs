//! Every way to ask, end to end: what is suggested, browsing, looking before posting.

use std::sync::Arc;

use caveat::answering::{self, Reply, ReplyKind};
use caveat::faq::{Faq, Suggestion};
use caveat::knowledge::{Entry, EntryId, Topic, TopicId};
use caveat::live::Live;
use caveat::matching::Question;
use caveat::render::wording::discord as words;
use caveat::service::Service;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::desk::{HOT, HOT_VERDICT, buttons, messages_in, opened, opened_with, without_ids};
use crate::fake_discord::events::{self, ALICE, BOB, CHANNEL, user};
use crate::fake_discord::{APPLICATION, BOT, FakeDiscord, Fault, GUILD};
use crate::{shipped, tea};

/// The flag of a message that only one member sees.
const ONLY_FOR_YOU: u64 = 64;

/// The message as Discord told of it, in private to `who` if it was.
fn seen_by(discord: &FakeDiscord, sent: &Value, who: u64) -> Value {
    discord.as_message(sent, who, true)
}

/// The select of what was sent.
fn select(sent: &Value) -> &Value {
    let rows = sent["data"]["components"].as_array().unwrap();
    rows.iter().flat_map(|row| row["components"].as_array().unwrap()).find(|it| it["type"] == 3).expect("no select")
}

fn labels(sent: &Value) -> Vec<&str> {
    let rows = sent["data"]["components"].as_array().unwrap();
    let inside = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    inside.filter_map(|it| it["label"].as_str()).collect()
}

// ── /ask ────────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn a_private_question_is_answered_privately() {
    let (mut discord, bot) = opened().await;
    for (question, private, flags) in [
        (HOT, true, json!(ONLY_FOR_YOU)),
        (HOT, false, Value::Null),
        ("c1:show:how-hot-should-water-be", true, json!(ONLY_FOR_YOU)),
        ("c1:show:how-hot-should-water-be", false, Value::Null),
    ] {
        let options = json!([
            { "type": 3, "name": "question", "value": question }, { "type": 5, "name": "private", "value": private },
        ]);
        let callback = discord.uses(ALICE, "ask", options);
        let sent = discord.expect(&callback).await.body;
        assert_eq!(sent["data"]["flags"], flags, "{question} {private}");
        assert!(sent.to_string().contains(HOT_VERDICT));
    }
    // Help in an emergency comes as it was asked for: in private, for it says something of him who asked. The flag against
    // previews goes with its link.
    let options = json!([
        { "type": 3, "name": "question", "value": "I scalded my arm" }, { "type": 5, "name": "private", "value": true },
    ]);
    let callback = discord.uses(ALICE, "ask", options);
    let sent = discord.expect(&callback).await.body;
    assert_eq!(sent["data"]["flags"], ONLY_FOR_YOU | 4);
    assert!(sent["data"]["content"].as_str().unwrap().contains("running water"));
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_begin_with_the_second_letter_and_end_with_an_emergency() {
    let (mut discord, bot) = opened().await;
    for (typed, some) in
        [("", false), ("h", false), (" ?h", false), ("ho", true), ("kettel", true), ("i scalded my arm", false)]
    {
        let callback = discord.types(ALICE, typed);
        let sent = discord.expect(&callback).await.body;
        assert_eq!(!sent["data"]["choices"].as_array().unwrap().is_empty(), some, "{typed}: {sent}");
    }
    bot.stop().await;
    discord.finish();
}

/// The entries that are suggested for what is typed, best first.
fn suggested(faq: &Faq, typed: &str) -> Vec<EntryId> {
    faq.suggest(typed, 25).into_iter().map(|Suggestion { id, .. }| id).collect()
}

#[test]
fn half_a_question_is_enough_to_be_suggested() {
    let faq = shipped::faq();
    let mut missed = Vec::new();
    for entry in &faq.knowledge().entries {
        let typed: String = entry.question.chars().take(entry.question.chars().count() * 6 / 10).collect();
        let found = suggested(faq, &typed);
        assert!(found.len() <= 25);
        if !found.iter().take(5).any(|id| *id == entry.id) {
            missed.push((typed, entry.id.clone()));
        }
    }
    assert!(missed.is_empty(), "not among the first five: {missed:#?}");
}

#[test]
fn slips_and_slang_are_met_with_the_right_suggestion() {
    let faq = shipped::faq();
    for (typed, wanted) in [
        ("are exosoms fda aprov", "fda-approved"),
        ("exo vs prp", "exosomes-better-than-prp"),
        ("exosoms with microneedeling", "exosomes-with-microneedling"),
    ] {
        let found = suggested(faq, typed);
        assert!(found.iter().take(5).any(|id| id.as_str() == wanted), "{typed}: {found:?}");
    }
}

// ── browsing ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn one_browses_from_topics_to_an_answer_and_back() {
    let (mut discord, bot) = opened().await;
    let callback = discord.uses(ALICE, "faq", json!([]));
    let topics = discord.expect(&callback).await.body;
    insta::assert_json_snapshot!("ways_topics", topics);
    let message = seen_by(&discord, &topics, ALICE);
    let menu = select(&topics);

    let callback = discord.picks(
        ALICE,
        menu["custom_id"].as_str().unwrap(),
        menu["options"][0]["value"].as_str().unwrap(),
        &message,
    );
    let entries = discord.expect(&callback).await.body;
    assert_eq!(entries["type"], 7, "in place of the topics, which only she sees");
    insta::assert_json_snapshot!("ways_entries", entries);

    let menu = select(&entries);
    let callback = discord.picks(
        ALICE,
        menu["custom_id"].as_str().unwrap(),
        menu["options"][0]["value"].as_str().unwrap(),
        &message,
    );
    let answer = discord.expect(&callback).await.body;
    assert_eq!((&answer["type"], &answer["data"]["flags"]), (&json!(4), &json!(ONLY_FOR_YOU)), "beside the menu");
    assert!(answer.to_string().contains(HOT_VERDICT), "{answer:#}");

    let back = buttons(&entries);
    let callback = discord.presses(ALICE, back.last().unwrap(), &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], topics["data"]["content"]);
    // On a message that all see, a page opens for whoever turns it.
    let public = discord.as_message(&json!({ "content": "x" }), ALICE, true);
    let callback = discord.presses(BOB, "c1:topics:0", &public);
    let sent = discord.expect(&callback).await.body;
    assert_eq!((&sent["type"], &sent["data"]["flags"]), (&json!(4), &json!(ONLY_FOR_YOU)));
    // A topic that is gone.
    let callback = discord.presses(ALICE, "c1:topic:0:gone", &message);
    assert_eq!(discord.expect(&callback).await.body["data"]["content"], words::STALE_BUTTON);
    bot.stop().await;
    discord.finish();
}

/// A FAQ of `topics` topics, of which the first has `entries` entries.
fn large(topics: usize, entries: usize) -> Arc<Service> {
    let mut knowledge = tea::faq().knowledge().clone();
    let model: Entry = knowledge.entries[0].clone();
    let topic = |nth: usize| TopicId::new(&format!("topic-{nth}"));
    knowledge.topics = (0..topics).map(|nth| Topic { id: topic(nth), title: format!("Topic {nth}") }).collect();
    let entry = |nth: usize, topic: TopicId| Entry {
        id: EntryId::new(&format!("{topic}-entry-{nth}")),
        question: format!(
            "What is question {nth} of {topic}, which is so long that no menu shows it in one line, but all of it is there?"
        ),
        topic,
        phrasings: Vec::new(),
        related: Vec::new(),
        ..model.clone()
    };
    knowledge.entries = (0..entries).map(|nth| entry(nth, topic(0))).collect();
    knowledge.entries.extend((1..topics).map(|nth| entry(0, topic(nth))));
    let faq = Faq::new(knowledge, answering::Settings::default(), "0123abcd");
    Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_a_menu_is_on_the_next_page() {
    let (mut discord, bot) = opened_with(large(60, 53)).await;
    let callback = discord.uses(ALICE, "faq", json!([]));
    let mut page = discord.expect(&callback).await.body;
    let message = seen_by(&discord, &page, ALICE);
    let mut seen = Vec::new();
    loop {
        let options = select(&page)["options"].as_array().unwrap();
        seen.extend(options.iter().map(|it| it["label"].as_str().unwrap().to_owned()));
        let Some(at) = labels(&page).iter().position(|it| *it == words::NEXT_PAGE) else { break };
        let callback = discord.presses(ALICE, &buttons(&page)[at], &message);
        page = discord.expect(&callback).await.body;
    }
    assert_eq!(seen, (0..60).map(|nth| format!("Topic {nth}")).collect::<Vec<_>>());
    assert!(page["data"]["content"].as_str().unwrap().contains("Page 3 of 3"), "{page:#}");
    assert_eq!(labels(&page), [words::PREVIOUS_PAGE]);

    // The last page of the first topic; one that there is no more shows it too.
    for nth in ["2", "77"] {
        let callback = discord.presses(ALICE, &format!("c1:topic:{nth}:topic-0"), &message);
        let page = discord.expect(&callback).await.body;
        assert_eq!(select(&page)["options"].as_array().unwrap().len(), 3);
        let option = &select(&page)["options"][2];
        let whole = format!("{}{}", option["label"].as_str().unwrap(), option["description"].as_str().unwrap());
        assert_eq!(
            whole.replace("……", " "),
            "What is question 52 of topic-0, which is so long that no menu shows it in one line, but all of it is there?"
        );
        assert_eq!(labels(&page), [words::PREVIOUS_PAGE, words::ALL_TOPICS]);
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_opened_by_name_and_typing_freely_works_too() {
    let (mut discord, bot) = opened().await;
    // The option suggests like that of /ask.
    let data = json!({
        "id": "9", "name": "faq", "type": 1, "options": [{ "type": 3, "name": "entry", "value": "hot wat", "focused": true }],
    });
    let callback = discord.interaction_with(ALICE, 4, data, None, |_| {});
    let choices = discord.expect(&callback).await.body;
    let value = choices["data"]["choices"][0]["value"].clone();
    for entry in [value, json!(HOT)] {
        let callback = discord.uses(ALICE, "faq", json!([{ "type": 3, "name": "entry", "value": entry }]));
        let sent = discord.expect(&callback).await.body;
        assert!(sent.to_string().contains(HOT_VERDICT), "{sent:#}");
        assert!(sent["data"]["flags"].is_null(), "all see it");
    }
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_and_help_are_for_whoever_asks() {
    let (mut discord, bot) = opened().await;
    let callback = discord.uses(ALICE, "sources", json!([]));
    insta::assert_json_snapshot!("ways_sources", discord.expect(&callback).await.body);
    let callback = discord.uses(ALICE, "help", json!([]));
    insta::assert_json_snapshot!("ways_help", discord.expect(&callback).await.body);
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sources_of_the_shipped_faq_are_all_there_page_by_page() {
    let knowledge = shipped::faq().knowledge().clone();
    let cited: Vec<String> = knowledge
        .sources
        .values()
        .filter(|it| knowledge.entries.iter().any(|entry| entry.sources.contains(&it.id)))
        .map(|it| it.title.replace('[', "\\[").replace(']', "\\]"))
        .collect();
    let faq = Faq::new(knowledge, answering::Settings::default(), "0123abcd");
    let service = Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1));
    let (mut discord, bot) = opened_with(Arc::new(service)).await;
    let callback = discord.uses(ALICE, "sources", json!([]));
    let mut page = discord.expect(&callback).await.body;
    let message = seen_by(&discord, &page, ALICE);
    let mut read = String::new();
    loop {
        read.push_str(page["data"]["embeds"][0]["description"].as_str().unwrap());
        let Some(at) = labels(&page).iter().position(|it| *it == words::NEXT_PAGE) else { break };
        let callback = discord.presses(ALICE, &buttons(&page)[at], &message);
        page = discord.expect(&callback).await.body;
        assert_eq!(page["type"], 7);
    }
    for title in &cited {
        assert!(read.contains(title.as_str()), "{title} is missing");
    }
    assert!(cited.len() > 10 && !labels(&page).is_empty());
    bot.stop().await;
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_told_in_several_languages_and_not_told_again() {
    let mut discord = FakeDiscord::start(crate::fake_discord::Options::default()).await;
    let bot = crate::desk::Running::start(&discord, crate::fake_discord::TOKEN, crate::desk::Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    let told = discord.expect(&format!("PUT /applications/{APPLICATION}/commands")).await.body;
    insta::assert_json_snapshot!("ways_commands", told);
    bot.stop().await;
    assert!(matches!(discord.saw().await, crate::fake_discord::Saw::Closed(_)));

    let bot = crate::desk::Running::start(&discord, crate::fake_discord::TOKEN, crate::desk::Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    bot.stop().await;
    discord.finish();
}

// ── "Answer from the FAQ" ───────────────────────────────────────────────────────────────────────────────────────────

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
    assert!(matches!(discord.saw().await, crate::fake_discord::Saw::Closed(_)));

    let bot = crate::desk::Running::start(&discord, crate::fake_discord::TOKEN, crate::desk::Desk::new());
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
    let (mut discord, bot) = opened().await;
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

// ── going on ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A reply of Alice's to a message of the bot, without pinging it.
fn replying(discord: &FakeDiscord, text: &str, to: &Value) -> u64 {
    let mut to = to.clone();
    to["guild_id"] = json!(GUILD.to_string());
    discord.says_with(ALICE, text, |event| {
        event["type"] = json!(19);
        event["message_reference"] = json!({ "message_id": to["id"], "channel_id": CHANNEL.to_string() });
        event["referenced_message"] = to;
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_the_bot_goes_on_and_what_was_asked_is_read_back() {
    let (mut discord, bot) = opened().await;
    discord.says(ALICE, &format!("<@{BOT}> how hot must the water for green tea be"));
    let first = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(first["content"], format!("I read this as: {HOT}"), "{first:#}");
    let message = discord.as_message(&first, ALICE, false);

    let asked = replying(&discord, "and should we buy a kettle?", &message);
    let second = discord.expect(&messages_in(CHANNEL)).await.body;
    assert_eq!(second["message_reference"]["message_id"], asked.to_string());
    assert!(second.to_string().contains("Only if the one you have is broken"), "{second:#}");
    // An emergency is one wherever it is told.
    replying(&discord, "I scalded my arm with it", &message);
    let help = discord.expect(&messages_in(CHANNEL)).await.body;
    assert!(help["content"].as_str().unwrap().starts_with("**Cool the burn"), "{help:#}");
    // What Discord keeps to itself asks nothing, and neither does a reply to somebody else.
    replying(&discord, "", &message);
    let mut others = message.clone();
    others["author"] = user(BOB, "bob");
    replying(&discord, HOT, &others);
    bot.stop().await;
    discord.finish();
}

fn offers(reply: &Reply) -> Vec<&str> {
    match &reply.kind {
        ReplyKind::DidYouMean(offers) => offers.iter().map(|it| it.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The bot's own words before it may change what is offered, and nothing else: neither what is asserted nor how sure it is.
#[test]
fn going_on_makes_nothing_more_certain() {
    let faq = shipped::faq();
    let abouts: Vec<&Entry> = faq.knowledge().entries.iter().step_by(9).collect();
    let texts = [
        "and for skin?",
        "why?",
        "in europe?",
        "and for women?",
        "thanks",
        "ok cool",
        "is there proof",
        "how much?",
        "what about children",
        "and if i am pregnant?",
        "can't breathe since the shot",
        "is it safe",
        "lol",
        "",
    ];
    let mut changed = 0;
    for text in texts {
        let alone = faq.ask(&Question::new(text));
        for about in &abouts {
            let reply = faq.ask(&Question::new(text).about(Some(about.question.clone())));
            assert_eq!(reply.kind.name(), alone.kind.name(), "{text} after {}", about.id);
            assert_eq!(reply.why.confidence, alone.why.confidence, "{text} after {}", about.id);
            match (&reply.kind, &alone.kind) {
                (ReplyKind::Answer(one), ReplyKind::Answer(other)) => assert_eq!(one.id, other.id),
                (ReplyKind::DidYouMean(_), _) => {
                    assert_eq!(offers(&reply)[0], offers(&alone)[0], "what was found alone stays first");
                    changed += usize::from(offers(&reply) != offers(&alone));
                }
                _ => {}
            }
        }
    }
    assert!(changed > 5, "going on changes nothing at all");
    let after = |about: &str, text: &str| {
        let about = faq.knowledge().entry(&EntryId::new(about)).unwrap().question.clone();
        offers(&faq.ask(&Question::new(text).about(Some(about)))).iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()
    };
    assert!(after("fda-approved", "why?").contains(&"fda-warning".to_owned()));
}

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
