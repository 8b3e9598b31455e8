//! Moderators in Discord: `/faq-admin`, who may use it, and what their channel is told. End to end, over the small Discord.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use caveat::answering;
use caveat::backstage::Backstage;
use caveat::discord::{Id, Parts, Secret, Settings, run};
use caveat::eval::Bar;
use caveat::eval::bars::Side;
use caveat::live::Live;
use caveat::live::watch::{self, watch};
use caveat::metrics::Metrics;
use caveat::render::wording::{discord, staff as words};
use caveat::service::Service;
use caveat::trial::Trial;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::desk::{Desk, HOT, HOT_VERDICT, Running, messages_in, quick};
use crate::fake_discord::events::{ALICE, BOB, CHANNEL, DIRECT};
use crate::fake_discord::{BOT, FakeDiscord, Fault, Options, Saw, Seen, TOKEN};
use crate::tea;

const TODAY: Date = date(2026, 2, 1);
const HOT_FILE: &str = "brewing/how-hot-should-water-be.md";
/// Where moderators are told.
const STAFF_ROOM: u64 = 1_100_000_000_000_000_012;
/// A role that the config names, and one that it does not.
const KEEPERS: u64 = 1_100_000_000_000_000_030;
const GUESTS: u64 = 1_100_000_000_000_000_031;
const MANAGE_MESSAGES: u64 = 1 << 13;
const ADMINISTRATOR: u64 = 1 << 3;

/// A bot over a copy of the tea FAQ, with its small Discord.
struct Kitchen {
    discord: FakeDiscord,
    bot: Running,
    dir: PathBuf,
    live: Arc<Live>,
}

impl Kitchen {
    async fn open(name: &str) -> Self {
        Self::open_with(name, Trial::default()).await
    }

    async fn open_with(name: &str, trial: Trial) -> Self {
        let dir = tea::copy(&format!("staff-{name}"));
        let live = load(&dir, trial);
        let mut discord = FakeDiscord::start(Options::default()).await;
        discord.know_channel(STAFF_ROOM);
        let bot = start(&discord, &live, |_| {});
        discord.expect_opening().await;
        Self { discord, bot, dir, live }
    }

    /// The folder is watched from now on, more often than in earnest.
    fn watched(&self) {
        let [every, quiet, patience] = [10, 40, 80].map(Duration::from_millis);
        tokio::spawn(watch(Arc::clone(&self.live), watch::Settings { every, quiet, patience }, || TODAY));
    }

    /// Edits the file in one step, as most editors do: time is real here, and a step between would be seen on a slow day.
    fn edit(&self, from: &str, to: &str) {
        let file = self.dir.join(HOT_FILE);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        let aside = file.with_extension("md.tmp");
        fs::write(&aside, text.replace(from, to)).unwrap();
        fs::rename(aside, file).unwrap();
    }

    /// Uses `/faq-admin sub` as a moderator. Gives the callback's request line.
    fn uses(&self, sub: &str, options: Value) -> String {
        self.uses_as(sub, options, None, may(MANAGE_MESSAGES))
    }

    fn uses_as(&self, sub: &str, options: Value, file: Option<&Value>, change: impl FnOnce(&mut Value)) -> String {
        let sub = json!([{ "type": 1, "name": sub, "options": options }]);
        let mut data = json!({ "id": "9", "name": "faq-admin", "type": 1, "options": sub });
        if let Some(file) = file {
            let mut attachments = json!({});
            attachments[file["id"].as_str().unwrap()] = file.clone();
            data["resolved"] = json!({ "attachments": attachments });
        }
        self.discord.interaction_with(BOB, 2, data, None, change)
    }

    /// Uses `/faq-admin preview` with an attached file.
    fn previews(&self, file: &Value, place: &str) -> String {
        let mut options = vec![json!({ "type": 11, "name": "file", "value": file["id"] })];
        if !place.is_empty() {
            options.push(json!({ "type": 3, "name": "place", "value": place }));
        }
        self.uses_as("preview", json!(options), Some(file), may(MANAGE_MESSAGES))
    }

    /// Sends a form with these fields.
    fn sends_form(&self, id: &str, fields: &[(&str, &str)], change: impl FnOnce(&mut Value)) -> String {
        let rows: Vec<Value> = fields
            .iter()
            .map(|(id, value)| json!({ "type": 1, "components": [{ "type": 4, "custom_id": id, "value": value }] }))
            .collect();
        self.discord.interaction_with(BOB, 5, json!({ "custom_id": id, "components": rows }), None, change)
    }

    /// What comes of a command that takes its time: told at once and privately that it will, and then the answer.
    async fn answered(&mut self, callback: &str) -> Seen {
        let deferred = self.discord.expect(callback).await;
        assert_eq!(deferred.body, json!({ "type": 5, "data": { "flags": 64 } }));
        self.discord.expect(&original(callback)).await
    }

    async fn close(self) {
        self.bot.stop().await;
        self.discord.finish();
    }
}

fn load(dir: &Path, trial: Trial) -> Arc<Live> {
    let loaded = Live::load(dir, answering::Settings::default(), tea::weights_by_hand(), TODAY);
    let (live, _) = loaded.map_err(|told| told.len()).unwrap();
    Arc::new(live.held_to(trial))
}

fn start(discord: &FakeDiscord, live: &Arc<Live>, change: impl FnOnce(&mut Settings)) -> Running {
    let mut settings = Settings {
        api: Some(discord.base().to_owned()),
        moderators_channel: Id::new(STAFF_ROOM),
        moderator_roles: Id::new(KEEPERS).into_iter().collect(),
        pace: quick(),
        ..Settings::default()
    };
    change(&mut settings);
    let service = Service::new(Arc::clone(live), || TODAY);
    let metrics: Metrics = service.metrics().clone();
    let backstage = Backstage::new(Arc::clone(live), || TODAY, metrics.clone());
    let parts =
        Parts { metrics: metrics.clone(), backstage: Some(Arc::new(backstage)), ..Parts::new(Arc::new(service)) };
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(async move {
        run(&settings, &Secret::new(TOKEN), parts, async move {
            let _ = stopped.await;
        })
        .await
    });
    Running { stop, ended, metrics }
}

/// The member has these permissions.
fn may(permissions: u64) -> impl FnOnce(&mut Value) {
    move |event| event["member"]["permissions"] = json!(permissions.to_string())
}

/// Where an interaction's late answer goes, by its callback's line.
fn original(callback: &str) -> String {
    let token = callback.split('/').nth(3).unwrap();
    format!("PATCH /webhooks/{}/{token}/messages/@original", crate::fake_discord::APPLICATION)
}

fn follow_up(callback: &str) -> String {
    original(callback).replace("PATCH", "POST").replace("/messages/@original", "")
}

fn content(seen: &Seen) -> &str {
    seen.body["content"].as_str().unwrap()
}

// ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_moderator_is_refused_privately() {
    let mut kitchen = Kitchen::open("refused").await;
    let question = json!([{ "type": 3, "name": "question", "value": HOT }]);
    for (sub, options) in [
        ("check", json!([])),
        ("reload", json!([])),
        ("explain", question),
        ("preview", json!([])),
        ("status", json!([])),
        ("unheard-of", json!([])),
    ] {
        let callback =
            kitchen.uses_as(sub, options, None, |event| event["member"]["roles"] = json!([GUESTS.to_string()]));
        let refused = kitchen.discord.expect(&callback).await;
        assert_eq!(refused.body["type"], 4, "{sub}");
        assert_eq!(refused.body["data"]["flags"], 64, "{sub}");
        assert_eq!(refused.body["data"]["content"], words::NOT_A_MODERATOR, "{sub}");
    }
    // Whoever makes a form up is asked as well.
    let callback = kitchen.sends_form("c1:preview", &[("place", "brewing/x"), ("entry", "+++")], |_| {});
    assert_eq!(kitchen.discord.expect(&callback).await.body["data"]["content"], words::NOT_A_MODERATOR);
    // In a direct message nobody is a moderator.
    let callback = kitchen.uses_as("status", json!([]), None, |event| {
        event["user"] = event["member"]["user"].clone();
        event["channel_id"] = json!(DIRECT.to_string());
        event
            .as_object_mut()
            .unwrap()
            .retain(|key, _| !["member", "guild_id", "guild_locale", "channel"].contains(&key.as_str()));
    });
    let refused = kitchen.discord.expect(&callback).await;
    assert_eq!(refused.body["data"]["content"], words::ONLY_ON_A_SERVER);
    assert_eq!(refused.body["data"]["flags"], 64);
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_are_known_by_permission_or_by_a_named_role() {
    let mut kitchen = Kitchen::open("allowed").await;
    for permissions in [MANAGE_MESSAGES, ADMINISTRATOR] {
        let callback = kitchen.uses_as("status", json!([]), None, may(permissions));
        kitchen.answered(&callback).await;
    }
    let callback = kitchen.uses_as("status", json!([]), None, |event| {
        event["member"]["roles"] = json!([GUESTS.to_string(), KEEPERS.to_string()]);
    });
    kitchen.answered(&callback).await;
    kitchen.close().await;
}

// ── check, reload, status ───────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_what_is_wrong_on_disk_and_what_is_overdue() {
    let mut kitchen = Kitchen::open("check").await;
    let callback = kitchen.uses("check", json!([]));
    let sound = kitchen.answered(&callback).await;
    insta::assert_json_snapshot!("staff_check_sound", json!({ "body": sound.body, "files": names(&sound) }));

    // What a file says can neither ping nor leave its block, and no path of this machine is told.
    kitchen.edit("caveats =", "caveat ```@everyone``` =");
    let callback = kitchen.uses("check", json!([]));
    let faulty = kitchen.answered(&callback).await;
    assert_eq!(content(&faulty).matches("```").count(), 2, "{}", content(&faulty));
    insta::assert_json_snapshot!("staff_check_faulty", json!({ "body": faulty.body, "files": names(&faulty) }));

    // Too much for a message is all in a file.
    let text = fs::read_to_string(tea::folder().join(HOT_FILE)).unwrap();
    for nth in 0..12 {
        fs::write(kitchen.dir.join(format!("brewing/pot-{nth}.md")), text.replace("caveats", "caveeats")).unwrap();
    }
    let callback = kitchen.uses("check", json!([]));
    let long = kitchen.answered(&callback).await;
    assert!(content(&long).ends_with(words::ALL_IN_THE_FILE), "{}", content(&long));
    assert_eq!(long.files[0].name, "check.txt");
    assert_eq!(long.files[0].text.matches("[unknown-key]").count(), 12, "{}", long.files[0].text);
    let everything = format!("{}{}{}{}", content(&sound), content(&faulty), content(&long), long.files[0].text);
    assert!(!everything.contains(kitchen.dir.parent().unwrap().to_str().unwrap()), "{everything}");
    kitchen.close().await;
}

fn names(seen: &Seen) -> Vec<&str> {
    seen.files.iter().map(|file| file.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_under_way_ends_on_the_set_it_began_with() {
    let mut kitchen = Kitchen::open("under-way").await;
    let first = kitchen.live.faq().version().to_owned();
    // Discord puts the reply off; meanwhile another set takes effect.
    kitchen.discord.fail(&messages_in(CHANNEL), Fault::Limited(1.5));
    kitchen.discord.says(ALICE, &format!("<@{BOT}> {HOT}"));
    assert_eq!(kitchen.discord.expect(&messages_in(CHANNEL)).await.status, 429);
    kitchen.edit("Boiling for black tea", "Hot for black tea");
    let callback = kitchen.uses("reload", json!([]));
    kitchen.discord.expect(&callback).await;
    let lines: Vec<String> = vec![kitchen.discord.next().await.line, kitchen.discord.next().await.line];
    assert!(lines.contains(&messages_in(STAFF_ROOM)) && lines.contains(&original(&callback)), "{lines:?}");
    assert_ne!(kitchen.live.faq().version(), first);
    let reply = kitchen.discord.expect(&messages_in(CHANNEL)).await;
    assert!(reply.body.to_string().contains(HOT_VERDICT), "{}", reply.body);
    let callback = kitchen.discord.command(BOB, "ask", "question", HOT);
    assert!(kitchen.discord.expect(&callback).await.body.to_string().contains("Hot for black tea"));
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reload_takes_what_is_sound_and_says_why_not() {
    let mut kitchen = Kitchen::open("reload").await;
    let first = kitchen.live.faq().version().to_owned();
    let callback = kitchen.uses("reload", json!([]));
    assert_eq!(content(&kitchen.answered(&callback).await), words::unchanged(&first, 3));

    kitchen.edit("Boiling for black tea", "Hot for black tea");
    let callback = kitchen.uses("reload", json!([]));
    kitchen.discord.expect(&callback).await;
    // The others hear of it too; which comes first is all the same.
    let (mut told, mut answered) = (String::new(), String::new());
    for _ in 0..2 {
        let seen = kitchen.discord.next().await;
        let to = if seen.line == messages_in(STAFF_ROOM) { &mut told } else { &mut answered };
        content(&seen).clone_into(to);
    }
    let version = kitchen.live.faq().version().to_owned();
    assert_ne!(version, first);
    assert_eq!(told, words::in_force(&version, 3, 3, 3));
    assert_eq!(answered, told);
    // Without a restart.
    let callback = kitchen.discord.command(ALICE, "ask", "question", HOT);
    assert!(kitchen.discord.expect(&callback).await.body.to_string().contains("Hot for black tea"));

    kitchen.edit("caveats =", "caveat =");
    let callback = kitchen.uses("reload", json!([]));
    kitchen.discord.expect(&callback).await;
    for _ in 0..2 {
        let seen = kitchen.discord.next().await;
        assert!(content(&seen).starts_with(&words::refused(&version)), "{}", content(&seen));
        assert!(content(&seen).contains("Did you mean `caveats`?"), "{}", content(&seen));
    }
    // Once more: the one who asks hears it again, the channel does not.
    let callback = kitchen.uses("reload", json!([]));
    assert!(content(&kitchen.answered(&callback).await).starts_with(&words::refused(&version)));

    let callback = kitchen.uses("status", json!([]));
    let mut status = kitchen.answered(&callback).await.body;
    assert!(status.to_string().contains("1 taken, 1 refused") && status.to_string().contains("**not** in force"));
    status["content"] = json!(without_times(status["content"].as_str().unwrap(), &version));
    insta::assert_json_snapshot!("staff_status", status);
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_how_fast_each_shard_answers_and_what_went_wrong() {
    let dir = tea::copy("staff-latency");
    let live = load(&dir, Trial::default());
    let mut discord = FakeDiscord::start(Options { heartbeat: Some(50), ..Options::default() }).await;
    discord.know_channel(STAFF_ROOM);
    let bot = start(&discord, &live, |it| (it.cooldown.member_questions, it.cooldown.member_seconds) = (1, 600));
    discord.expect_opening().await;
    // The second is sent only if the first was answered.
    for _ in 0..2 {
        assert_eq!(discord.saw().await, Saw::Heartbeat);
    }
    let mut kitchen = Kitchen { discord, bot, dir, live };
    kitchen.discord.fail(&messages_in(CHANNEL), Fault::Status(404, json!({ "code": 10003, "message": "Unknown" })));
    for (who, waits) in [(ALICE, false), (ALICE, true), (BOB, false)] {
        let asked = kitchen.discord.says(who, &format!("<@{BOT}> {HOT}"));
        if waits {
            kitchen.discord.expect("POST /users/@me/channels").await;
            kitchen.discord.expect(&messages_in(DIRECT)).await;
        } else {
            let sent = kitchen.discord.expect(&messages_in(CHANNEL)).await;
            assert_eq!(sent.body["message_reference"]["message_id"], asked.to_string());
        }
    }
    let callback = kitchen.uses("status", json!([]));
    let status = kitchen.answered(&callback).await;
    for wanted in
        ["since <t:", "shard 0: connected, answers within ", "told to wait 1 · left unanswered 0", "failed 1 · broke 0"]
    {
        assert!(content(&status).contains(wanted), "no {wanted} in {}", content(&status));
    }
    assert!(content(&status).contains("answered 3 ·"), "{}", content(&status));
    kitchen.close().await;
}

/// What the snapshot of a status must not depend on.
fn without_times(status: &str, version: &str) -> String {
    let status = status.replace(version, "[version]");
    let mut parts = status.split("<t:");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        text.push_str(&format!("<t:[time]{}", part.trim_start_matches(|c: char| c.is_ascii_digit())));
    }
    // A heartbeat may have been answered by now, or not.
    let without_latency = |line: &str| format!("{}\n", line.split(", answers within").next().unwrap());
    text.lines().map(without_latency).collect()
}

// ── the moderators' channel ─────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_hears_of_each_change_once() {
    let mut kitchen = Kitchen::open("channel").await;
    let first = kitchen.live.faq().version().to_owned();
    kitchen.watched();
    kitchen.edit("caveats =", "caveat ```@everyone``` =");
    let mut refused = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&refused).contains(&first));
    refused.body["content"] = json!(content(&refused).replace(&first, "[version]"));
    insta::assert_json_snapshot!("staff_channel_refused", refused.body);

    kitchen.edit("caveat ```@everyone``` =", "caveats =");
    let mended = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert_eq!(content(&mended), words::mended(&first));

    kitchen.edit("Boiling for black tea", "Hot for black tea");
    let taken = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    let version = kitchen.live.faq().version().to_owned();
    assert_eq!(content(&taken), words::in_force(&version, 3, 3, 3));
    assert_eq!(taken.body["allowed_mentions"], json!({ "parse": [] }));
    kitchen.close().await;
}

/// What editors leave lying about is no change, a pull of many files is one, and of half a save nobody hears; seen from the channel,
/// where nothing else is said.
#[tokio::test(flavor = "multi_thread")]
async fn the_channel_hears_once_of_a_change_of_many_files_and_nothing_of_half_a_save() {
    let mut kitchen = Kitchen::open("pull").await;
    // A second of quiet, so that a machine that has much to do is not taken for one that has finished.
    let [every, quiet, patience] = [10, 1000, 5000].map(Duration::from_millis);
    tokio::spawn(watch(Arc::clone(&kitchen.live), watch::Settings { every, quiet, patience }, || TODAY));
    let text = fs::read_to_string(kitchen.dir.join(HOT_FILE)).unwrap();
    for name in [".how-hot.md.swp", "how-hot.md~", "#how-hot.md#", "how-hot.md.bak", "4913"] {
        fs::write(kitchen.dir.join("brewing").join(name), "half a save").unwrap();
    }
    let pot = |nth: usize| {
        text.replace("How hot should the water be?", &format!("How hot should pot number {nth} be?"))
            .replace("water temperature for green tea", &format!("temperature of pot number {nth} for green tea"))
            .replace("do I use boiling water", &format!("is pot number {nth} to boil"))
    };
    let file = |nth: usize| kitchen.dir.join(format!("brewing/pot-{nth}.md"));
    // It takes its time, in which the folder is looked at again and again; in between the set is sound as well.
    for nth in 0..6 {
        fs::write(file(nth), pot(nth)).unwrap();
        tokio::time::sleep(every * 4).await;
    }
    fs::remove_file(file(3)).unwrap();
    let in_force = |live: &Live, entries: usize| {
        format!("**A new FAQ is in force:** version `{}`, {entries} entries", live.faq().version())
    };
    let told = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&told).starts_with(&in_force(&kitchen.live, 8)), "{}", content(&told));
    // Half of a file, and then all of it.
    fs::write(file(6), &pot(6)[..40]).unwrap();
    tokio::time::sleep(every * 4).await;
    fs::write(file(6), pot(6)).unwrap();
    let told = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&told).starts_with(&in_force(&kitchen.live, 9)), "{}", content(&told));
    let state = kitchen.live.how_it_went();
    assert_eq!((state.reloads, state.refusals), (2, 0));
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_cannot_be_reached_keeps_no_change_back() {
    let mut kitchen = Kitchen::open("no-channel").await;
    let forbidden = json!({ "code": 50001, "message": "Missing Access" });
    kitchen.discord.fail(&messages_in(STAFF_ROOM), Fault::Status(403, forbidden));
    kitchen.watched();
    kitchen.edit("Boiling for black tea", "Hot for black tea");
    kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    kitchen.edit("Hot for black tea", "Warm for black tea");
    kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert_eq!(kitchen.live.how_it_went().reloads, 2);
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_below_the_bars_and_a_folder_that_is_gone_take_no_answer_away() {
    let mut kitchen = Kitchen::open_with("worse", oolong_cases("worse")).await;
    let first = kitchen.live.faq().version().to_owned();
    kitchen.watched();
    // Sound, but it still does not know what the cases ask.
    kitchen.edit("Boiling for black tea", "Hot for black tea");
    let refused = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&refused).starts_with(&words::refused(&first)), "{}", content(&refused));
    assert!(content(&refused).contains("bar not met: members.answered_right at least 1"), "{}", content(&refused));
    let callback = kitchen.discord.command(ALICE, "ask", "question", HOT);
    assert!(kitchen.discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));

    fs::remove_dir_all(&kitchen.dir).unwrap();
    let refused = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&refused).starts_with(&words::refused(&first)), "{}", content(&refused));
    let machine = kitchen.dir.parent().unwrap().to_str().unwrap().to_owned();
    assert!(!content(&refused).contains(&machine), "{}", content(&refused));
    let callback = kitchen.discord.command(BOB, "ask", "question", HOT);
    assert!(kitchen.discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
    // There again, and empty.
    fs::create_dir(&kitchen.dir).unwrap();
    let refused = kitchen.discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&refused).contains("there are no entries"), "{}", content(&refused));
    let callback = kitchen.discord.command(ALICE + 9, "ask", "question", HOT);
    assert!(kitchen.discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
    kitchen.close().await;
}

/// One of several processes, each with its own shard and the same folder.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_processes_only_the_one_with_the_first_shard_tells_of_changes() {
    let dir = tea::copy("staff-shards");
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.know_channel(STAFF_ROOM);
    let process = |range: &str| {
        let range = range.to_owned();
        move |it: &mut Settings| (it.shards.total, it.shards.range) = (Some(2), Some(range))
    };
    let (second, first) = (load(&dir, Trial::default()), load(&dir, Trial::default()));
    let other = start(&discord, &second, process("1"));
    discord.expect("GET /gateway/bot").await;
    assert!(matches!(discord.saw().await, Saw::Identify(_)));
    let bot = start(&discord, &first, process("0"));
    discord.expect_opening().await;

    let file = dir.join(HOT_FILE);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("Boiling for black tea", "Hot for black tea")).unwrap();
    // The other one takes it first, and has time enough to speak: it is asked something, and answers.
    assert!(second.reload(TODAY).unwrap().changed);
    discord.says_to_shard(1, ALICE, &format!("<@{BOT}> {HOT}"));
    assert!(discord.expect(&messages_in(CHANNEL)).await.body.to_string().contains("Hot for black tea"));
    assert!(first.reload(TODAY).unwrap().changed);
    let told = discord.expect(&messages_in(STAFF_ROOM)).await;
    assert_eq!(content(&told), words::in_force(first.faq().version(), 3, 3, 3));
    // What it cannot take is told once as well.
    fs::write(&file, text.replace("caveats =", "caveat =")).unwrap();
    assert!(second.reload(TODAY).is_err() && first.reload(TODAY).is_err());
    let told = discord.expect(&messages_in(STAFF_ROOM)).await;
    assert!(content(&told).starts_with(&words::refused(first.faq().version())), "{}", content(&told));
    other.stop().await;
    bot.stop().await;
    discord.finish();
}

/// Of an emergency the process tells that has seen the message, whichever shards it has.
#[tokio::test(flavor = "multi_thread")]
async fn any_process_tells_of_an_emergency() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.know_channel(STAFF_ROOM);
    let bot = Running::start_with(&discord, TOKEN, Desk::new(), |it| {
        it.moderators_channel = Id::new(STAFF_ROOM);
        (it.shards.total, it.shards.range) = (Some(2), Some("1".to_owned()));
    });
    discord.expect("GET /gateway/bot").await;
    assert!(matches!(discord.saw().await, Saw::Identify(_)));
    discord.says_to_shard(1, ALICE, &format!("<@{BOT}> I scalded my arm"));
    discord.expect(&messages_in(CHANNEL)).await;
    assert!(content(&discord.expect(&messages_in(STAFF_ROOM)).await).contains("Scalded"));
    bot.stop().await;
    discord.finish();
}

// ── below the bars at the start ─────────────────────────────────────────────────────────────────────────────────────

/// Bars that the tea FAQ reaches only when this is one of its phrasings.
const UNHEARD: &str = "what heat for oolong";

fn oolong_cases(name: &str) -> Trial {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("members-staff-{name}.jsonl"));
    fs::write(&file, json!({ "q": UNHEARD, "ids": ["how-hot-should-water-be"] }).to_string()).unwrap();
    Trial { files: vec![file], bars: vec![Bar::parse("members.answered_right=1", Side::AtLeast).unwrap()] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_is_below_its_bars_at_the_start_is_told_and_shown_until_it_reaches_them() {
    for before_it_connects in [true, false] {
        let name = format!("below-{before_it_connects}");
        let dir = tea::copy(&format!("staff-{name}"));
        let live = load(&dir, oolong_cases(&name));
        let version = live.faq().version().to_owned();
        if before_it_connects {
            live.try_in_force();
        }
        let mut discord = FakeDiscord::start(Options::default()).await;
        discord.know_channel(STAFF_ROOM);
        // The gateway is not there yet: nothing is told before the bot is connected.
        discord.fail("GET /gateway/bot", Fault::Status(503, Value::Null));
        let bot = start(&discord, &live, |_| {});
        assert_eq!(discord.expect("GET /gateway/bot").await.status, 503);
        discord.expect_connection().await;
        let mut kitchen = Kitchen { discord, bot, dir, live };
        // The commands are told at the same time.
        let mut told = None;
        for _ in 0..2 + usize::from(before_it_connects) {
            let seen = kitchen.discord.next().await;
            if seen.line == messages_in(STAFF_ROOM) {
                told = Some(seen);
            }
        }
        if !before_it_connects {
            kitchen.live.try_in_force();
            told = Some(kitchen.discord.expect(&messages_in(STAFF_ROOM)).await);
        }
        let told = told.expect("the channel is told nothing");
        assert!(content(&told).starts_with(&words::started_below(&version)), "{}", content(&told));
        assert!(
            content(&told).contains("bar not met: members.answered_right at least 1; it is 0 of 1"),
            "{}",
            content(&told)
        );
        // It answers all the same, and moderators see how it is with it.
        let callback = kitchen.discord.command(ALICE, "ask", "question", HOT);
        assert!(kitchen.discord.expect(&callback).await.body.to_string().contains(HOT_VERDICT));
        let callback = kitchen.uses("status", json!([]));
        let status = kitchen.answered(&callback).await;
        assert!(content(&status).contains(words::BELOW), "{}", content(&status));
        assert!(content(&status).contains("bar not met: members.answered_right at least 1"), "{}", content(&status));
        // A change that reaches them ends it.
        kitchen.edit("do I use boiling water", UNHEARD);
        assert!(kitchen.live.reload(TODAY).unwrap().changed);
        assert!(
            content(&kitchen.discord.expect(&messages_in(STAFF_ROOM)).await).starts_with("**A new FAQ is in force")
        );
        let callback = kitchen.uses("status", json!([]));
        assert!(!content(&kitchen.answered(&callback).await).contains(words::BELOW));
        kitchen.close().await;
    }
}

// ── explain ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(flavor = "multi_thread")]
async fn explain_says_why_with_the_sets_version() {
    let mut kitchen = Kitchen::open("explain").await;
    let question = json!([{ "type": 3, "name": "question", "value": "how hot must water be ```@everyone" }]);
    let callback = kitchen.uses("explain", question);
    let mut seen = kitchen.answered(&callback).await;
    let version = kitchen.live.faq().version().to_owned();
    assert!(content(&seen).starts_with(&words::explained(&version)), "{}", content(&seen));
    let file = &seen.files[0];
    for wanted in ["Why this reply", "confidence", "bar", "measure, by rank", "how-hot-should-water-be", &version] {
        assert!(file.text.contains(wanted), "no {wanted} in {}", file.text);
    }
    // On a phone and on a desktop, lines stay whole.
    assert!(content(&seen).lines().all(|line| line.chars().count() <= 80), "{}", content(&seen));
    seen.body["content"] = json!(content(&seen).replace(&version, "[version]"));
    insta::assert_json_snapshot!("staff_explain", json!({ "body": seen.body, "files": names(&seen) }));
    // It is no reply to a member.
    assert_eq!(kitchen.bot.metrics.replies(caveat::metrics::Kind::Answer), 0);
    kitchen.close().await;
}

// ── preview ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The kettle's entry, which this one would crowd out: it asks in the other's words.
fn thief() -> String {
    let text = fs::read_to_string(tea::folder().join(HOT_FILE)).unwrap();
    text.replace("How hot should the water be?", "Is a new kettle worth it?")
        .replace("water temperature for green tea", "should we get a new kettle for the office")
        .replace("do I use boiling water", "which kettle should we get")
}

fn kettle_cases(name: &str) -> Trial {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("members-staff-{name}.jsonl"));
    fs::write(&file, r#"{"q": "should we get a new kettle", "ids": ["should-we-buy-a-kettle"]}"#).unwrap();
    Trial { files: vec![file], bars: vec![Bar::parse("members.cases=1", Side::AtLeast).unwrap()] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_previewed_file_shows_its_looks_and_what_it_takes() {
    let mut kitchen = Kitchen::open_with("preview", kettle_cases("preview")).await;
    let file = kitchen.discord.keep("is-a-kettle-worth-it.md", thief().as_bytes());
    let callback = kitchen.previews(&file, "brewing/is-a-kettle-worth-it");
    let deferred = kitchen.discord.expect(&callback).await;
    assert_eq!(deferred.body, json!({ "type": 5, "data": { "flags": 64 } }));
    assert!(kitchen.discord.next().await.line.starts_with("GET /attachments/"));
    let report = kitchen.discord.expect(&original(&callback)).await;
    assert!(content(&report).contains("For the worse (1)"), "{}", content(&report));
    assert!(content(&report).contains("“should we get a new kettle”"), "{}", content(&report));
    insta::assert_json_snapshot!("staff_preview_report", json!({ "body": report.body, "files": names(&report) }));
    let shown = kitchen.discord.expect(&follow_up(&callback)).await;
    insta::assert_json_snapshot!("staff_preview_shown", shown.body);
    // Nothing came of it.
    assert_eq!(kitchen.live.faq().knowledge().entries.len(), 3);
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_can_be_pasted_into_a_form() {
    let mut kitchen = Kitchen::open("form").await;
    let callback =
        kitchen.uses("preview", json!([{ "type": 3, "name": "place", "value": "brewing/how-hot-should-water-be" }]));
    let opened = kitchen.discord.expect(&callback).await;
    insta::assert_json_snapshot!("staff_form", opened.body);
    let id = opened.body["data"]["custom_id"].as_str().unwrap();

    // It takes the place of the entry of its id: nothing is there twice.
    let text = fs::read_to_string(kitchen.dir.join(HOT_FILE)).unwrap().replace("Boiling for black", "Hot for black");
    let fields = [("place", "brewing/how-hot-should-water-be"), ("entry", text.as_str())];
    let callback = kitchen.sends_form(id, &fields, may(MANAGE_MESSAGES));
    let report = kitchen.answered(&callback).await;
    assert!(content(&report).contains("in the place of the entry of this id"), "{}", content(&report));
    assert!(content(&report).contains("none would find anything else"), "{}", content(&report));
    let shown = kitchen.discord.expect(&follow_up(&callback)).await.body;
    assert!(shown.to_string().contains("Hot for black tea") && shown["flags"] == 64, "{shown:#}");
    let controls = shown["components"].as_array().unwrap().iter().flat_map(|row| row["components"].as_array().unwrap());
    assert!(controls.clone().count() > 0 && controls.clone().all(|it| it["disabled"] == true), "{shown:#}");

    // Mistakes are told, and nothing is shown.
    let fields = [("place", "brewing/new-one"), ("entry", "+++\nquestion = \"Why?\n+++\nBecause.")];
    let callback = kitchen.sends_form(id, &fields, may(MANAGE_MESSAGES));
    let report = kitchen.answered(&callback).await;
    insta::assert_json_snapshot!("staff_preview_faulty", json!({ "body": report.body, "files": names(&report) }));
    // A form of another version.
    let callback = kitchen.sends_form("c0:preview", &fields, may(MANAGE_MESSAGES));
    assert_eq!(kitchen.discord.expect(&callback).await.body["data"]["content"], discord::STALE_BUTTON);
    kitchen.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_had_are_told_in_a_sentence() {
    let mut kitchen = Kitchen::open("files").await;
    let good = thief();

    // Refused without asking anybody for them.
    let mut large = kitchen.discord.keep("large.md", b"x");
    large["size"] = json!(65 * 1024);
    let mut elsewhere = kitchen.discord.keep("elsewhere.md", b"x");
    elsewhere["url"] = json!("http://169.254.169.254/latest/meta-data");
    for (file, said) in [(large, words::TOO_LARGE), (elsewhere, words::NOT_FROM_DISCORD)] {
        let callback = kitchen.previews(&file, "");
        assert_eq!(content(&kitchen.answered(&callback).await), said);
    }

    // Larger than it was said to be; led elsewhere; gone.
    let mut liar = kitchen.discord.keep("liar.md", &vec![b'x'; 200 * 1024]);
    liar["size"] = json!(100);
    let led = kitchen.discord.keep("led.md", good.as_bytes());
    let gone = kitchen.discord.keep("gone.md", good.as_bytes());
    for (file, status, said) in
        [(liar, None, words::TOO_LARGE), (led, Some(302), words::NOT_FETCHED), (gone, Some(404), words::NOT_FETCHED)]
    {
        if let Some(status) = status {
            kitchen.discord.fail("GET /attachments/", Fault::Status(status, Value::Null));
        }
        let callback = kitchen.previews(&file, "");
        kitchen.discord.expect(&callback).await;
        assert!(kitchen.discord.next().await.line.starts_with("GET /attachments/"));
        assert_eq!(content(&kitchen.discord.expect(&original(&callback)).await), said);
    }

    // Had, and no entry.
    for (name, bytes, place, said) in [
        ("latin.md", b"+++\nquestion = \"T\xe9?\"\n+++\n".as_slice(), "", "[not-utf8]"),
        ("picture.md", b"\x89PNG\r\n\x1a\n\0\0".as_slice(), "", "[not-utf8]"),
        (
            "fine.md",
            good.as_bytes(),
            "no-such-topic/fine",
            "There is no topic `no-such-topic`. There are `brewing`, `health`.",
        ),
        ("fine.md", good.as_bytes(), "brewing/@everyone`", "is no place for an entry"),
        ("NOT AN ID.md", good.as_bytes(), "", "is no place for an entry"),
    ] {
        let file = kitchen.discord.keep(&name.replace(' ', "_"), bytes);
        let mut file = file;
        file["filename"] = json!(name);
        let callback = kitchen.previews(&file, place);
        kitchen.discord.expect(&callback).await;
        assert!(kitchen.discord.next().await.line.starts_with("GET /attachments/"));
        let told = kitchen.discord.expect(&original(&callback)).await;
        assert!(content(&told).contains(said), "{name}: {}", content(&told));
    }
    kitchen.close().await;
}
