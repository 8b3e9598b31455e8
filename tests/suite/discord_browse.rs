//! Browsing, end to end: topics, entries, sources, help, and the commands themselves.

use std::sync::Arc;

use caveat::answering;
use caveat::faq::Faq;
use caveat::knowledge::{Entry, EntryId, Topic, TopicId};
use caveat::live::Live;
use caveat::render::wording::discord as words;
use caveat::service::Service;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::desk::{
    Desk, HOT, HOT_VERDICT, ONLY_FOR_YOU, Running, buttons, labels, opened, opened_with, seen_by, select,
};
use crate::fake_discord::events::{ALICE, BOB};
use crate::fake_discord::{APPLICATION, FakeDiscord, Options, Saw, TOKEN};
use crate::{shipped, tea};

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
pub fn large(topics: usize, entries: usize) -> Arc<Service> {
    let mut knowledge = tea::faq().knowledge().clone();
    let model: Entry = knowledge.entries[0].clone();
    let topic = |nth: usize| TopicId::new(&format!("topic-{nth}"));
    knowledge.topics = (0..topics).map(|nth| Topic { id: topic(nth), title: format!("Topic {nth}") }).collect();
    let id = |nth: usize, topic: &TopicId| format!("{topic}-entry-{nth}");
    let entry = |nth: usize, topic: TopicId| Entry {
        id: EntryId::new(&id(nth, &topic)),
        question: long_question(&id(nth, &topic)),
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

/// The question of the entry `id` of such a FAQ.
pub fn long_question(id: &str) -> String {
    let (topic, nth) = id.split_once("-entry-").unwrap();
    format!(
        "What is question {nth} of {topic}, which is so long that no menu shows it in one line, but all of it is there?"
    )
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
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    let told = discord.expect(&format!("PUT /applications/{APPLICATION}/commands")).await.body;
    insta::assert_json_snapshot!("ways_commands", told);
    let mut left: Vec<&Value> = told.as_array().unwrap().iter().collect();
    while let Some(it) = left.pop() {
        left.extend(it["options"].as_array().into_iter().flatten());
        for text in ["name", "description"].into_iter().filter(|text| it.get(*text).is_some()) {
            let translated = it[format!("{text}_localizations")].as_object().expect("told in English alone");
            assert_eq!(
                translated.keys().collect::<Vec<_>>(),
                ["de", "es-419", "es-ES", "fr"],
                "{text} of {}",
                it["name"]
            );
        }
    }
    bot.stop().await;
    assert!(matches!(discord.saw().await, Saw::Closed(_)));

    let bot = Running::start(&discord, TOKEN, Desk::new());
    discord.expect_connection().await;
    discord.expect(&format!("GET /applications/{APPLICATION}/commands")).await;
    bot.stop().await;
    discord.finish();
}
