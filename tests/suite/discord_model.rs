//! A bot with a model: it answers by the letters while the model reads the FAQ, says so, and then the model has its say. End
//! to end, over the small Discord.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use caveat::answering;
use caveat::backstage::Backstage;
use caveat::discord::{Parts, Secret, Settings, run};
use caveat::embedding::{Embedder, Model};
use caveat::live::{Learning, Live, Teacher, lessons};
use caveat::matching::weights::Weights;
use caveat::metrics::Say;
use caveat::service::Service;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::desk::{HOT_VERDICT, Running};
use crate::fake_discord::events::{ALICE, BOB};
use crate::fake_discord::{FakeDiscord, Options, PATIENCE, Seen, TOKEN};
use crate::tea;
use crate::tiny_model::TinyModel;

const TODAY: Date = date(2026, 2, 1);
const HOT_FILE: &str = "brewing/how-hot-should-water-be.md";
/// Means what [`crate::desk::HOT`] does, and has none of its words.
const SCORCHING: &str = "degrees for leaves";

/// Weights by hand, with which the model decides where it is asked.
fn weights() -> Weights {
    let mut with_model = tea::weights_by_hand();
    let measures = caveat::matching::features::likeness::meaning(caveat::matching::features::MODEL);
    // Kinship is of another size than the three before it, which are at most 1.
    with_model.likeness[measures..].copy_from_slice(&[16.0, 16.0, 16.0, 1.0]);
    Weights { with_model: Some(Box::new(with_model)), ..tea::weights_by_hand() }
}

/// A live tea FAQ, and a model that reads only when it is let.
struct Reader {
    dir: PathBuf,
    live: Arc<Live>,
    /// Dropped, it lets the model read.
    gate: Option<mpsc::Sender<()>>,
    heard: mpsc::Receiver<Learning>,
}

impl Reader {
    fn open(name: &str) -> Self {
        let dir = tea::copy(&format!("model-{name}"));
        let model = Model::load(&TinyModel::new().write(&format!("discord-{name}"))).unwrap();
        let (gate, closed) = mpsc::channel::<()>();
        let closed = Mutex::new(closed);
        let (tell, heard) = mpsc::channel();
        let teacher = lessons::teacher(Arc::new(Embedder::new(model, None)), move |learning| {
            let _ = tell.send(learning.clone());
            // Whoever begins a lesson does not wait for it; the lesson itself stops here.
            if thread::current().name() == Some("model") {
                let _ = closed.lock().unwrap().recv();
            }
        });
        let live = Arc::new(load(&dir).taught_by(teacher));
        Self { dir, live, gate: Some(gate), heard }
    }

    /// Waits until the model has heard `wanted`.
    fn hears(&self, wanted: &Learning) {
        while self.heard.recv_timeout(PATIENCE).expect("it was never told") != *wanted {}
    }

    fn edit(&self, from: &str, to: &str) {
        let file = self.dir.join(HOT_FILE);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(file, text.replace(from, to)).unwrap();
        assert!(self.live.reload(TODAY).unwrap().changed);
    }
}

fn load(dir: &std::path::Path) -> Live {
    Live::load(dir, answering::Settings::default(), weights(), TODAY).map_err(|told| told.len()).unwrap().0
}

/// A bot over `live`, with its small Discord.
struct Bot {
    discord: FakeDiscord,
    running: Running,
}

impl Bot {
    async fn start(live: &Arc<Live>) -> Self {
        let mut discord = FakeDiscord::start(Options::default()).await;
        let settings = Settings { api: Some(discord.base().to_owned()), ..Settings::default() };
        let service = Service::new(Arc::clone(live), || TODAY);
        let metrics = service.metrics().clone();
        let backstage = Some(Arc::new(Backstage::new(Arc::clone(live), || TODAY, metrics.clone())));
        let parts = Parts { metrics: metrics.clone(), backstage, ..Parts::new(Arc::new(service)) };
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let told = async move {
                let _ = stopped.await;
            };
            run(&settings, &Secret::new(TOKEN), parts, told).await
        });
        discord.expect_opening().await;
        Self { discord, running: Running { stop, ended, metrics } }
    }

    /// What a member is told.
    async fn asked(&mut self, question: &str) -> String {
        let callback = self.discord.command(ALICE, "ask", "question", question);
        self.discord.expect(&callback).await.body.to_string()
    }

    /// What a moderator is told.
    async fn admin(&mut self, sub: &str, options: Value) -> Seen {
        let sub = json!([{ "type": 1, "name": sub, "options": options }]);
        let data = json!({ "id": "9", "name": "faq-admin", "type": 1, "options": sub });
        let may = |event: &mut Value| event["member"]["permissions"] = json!((1u64 << 13).to_string());
        let callback = self.discord.interaction_with(BOB, 2, data, None, may);
        self.discord.expect(&callback).await;
        let token = callback.split('/').nth(3).unwrap();
        let original = format!("PATCH /webhooks/{}/{token}/messages/@original", crate::fake_discord::APPLICATION);
        self.discord.expect(&original).await
    }

    async fn status(&mut self) -> String {
        self.admin("status", json!([])).await.body["content"].as_str().unwrap().to_owned()
    }

    async fn close(self) {
        self.running.stop().await;
        self.discord.finish();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_by_the_letters_until_the_model_has_read_the_faq() {
    let mut reader = Reader::open("background");
    let texts = reader.live.faq().written().len();
    let mut bot = Bot::start(&reader.live).await;
    assert!(!bot.asked(SCORCHING).await.contains(HOT_VERDICT));
    let status = bot.status().await;
    assert!(status.contains(&format!("loading: 0 of {texts} phrasings read")), "{status}");
    assert!(status.contains("was still loading at 1"), "{status}");
    let question = json!([{ "type": 3, "name": "question", "value": SCORCHING }]);
    let explained = bot.admin("explain", question.clone()).await;
    assert!(explained.files[0].text.contains("is still reading the FAQ"), "{}", explained.files[0].text);

    drop(reader.gate.take());
    let reader = spawn_blocking(move || {
        reader.hears(&Learning::Ready);
        reader
    });
    let reader = reader.await.unwrap();
    assert_eq!(reader.live.in_force().learning(), Learning::Ready);
    assert!(bot.asked(SCORCHING).await.contains(HOT_VERDICT));
    let status = bot.status().await;
    assert!(status.contains("ready\nhad a say in 1 replies"), "{status}");
    let explained = bot.admin("explain", question).await;
    let (short, whole) = (explained.body["content"].as_str().unwrap(), &explained.files[0].text);
    assert!(short.contains("compared what is meant"), "{short}");
    assert!(whole.contains("model, nearest phrasing"), "{whole}");
    let metrics = &bot.running.metrics;
    assert_eq!([Say::Told, Say::Loading, Say::Late].map(|say| metrics.model_questions(say)), [1, 1, 0]);
    bot.close().await;
}

#[test]
fn each_new_set_is_read_and_one_that_is_replaced_meanwhile_is_not() {
    let mut reader = Reader::open("replaced");
    reader.edit("Boiling for black tea", "Hot for black tea");
    reader.edit("Hot for black tea", "Nearly boiling for black tea");
    let texts = reader.live.faq().written().len();
    assert_eq!(reader.live.in_force().learning(), Learning::Loading { read: 0, texts });
    drop(reader.gate.take());
    // The first, which was being read, and the last.
    reader.hears(&Learning::Ready);
    reader.hears(&Learning::Ready);
    assert_eq!(reader.live.in_force().learning(), Learning::Ready);
    drop(reader.live);
    assert!(!reader.heard.iter().any(|learning| learning == Learning::Ready), "the second was read as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_why_a_model_cannot_be_used() {
    let dir = tea::copy("model-failed");
    let live = load(&dir).taught_by(Teacher::Failed("config.json is `damaged`".to_owned()));
    let mut bot = Bot::start(&Arc::new(live)).await;
    let status = bot.status().await;
    assert!(status.contains("**failed:** `config.json is 'damaged'`"), "{status}");
    assert!(bot.asked("How hot should the water be?").await.contains(HOT_VERDICT));
    bot.close().await;
}
