//! The tea FAQ at the counter: a bot in front of the fake Discord, for all tests of the Discord front end.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use caveat::answering::{Action, Offer, Reply, ReplyKind, Urgent, Why};
use caveat::discord::pace::Pace;
use caveat::discord::{Parts, RunError, Secret, Settings, run};
use caveat::faq::{Faq, Suggestion};
use caveat::knowledge::EntryId;
use caveat::knowledge::red_flag::{Phrase, RedFlag, RedFlagId, RedFlags, Sign};
use caveat::live::Live;
use caveat::matching::Question;
use caveat::metrics::Metrics;
use caveat::service::{Answers, Service};
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::fake_discord::{FakeDiscord, Options, PATIENCE, TOKEN};
use crate::{shipped, tea};

/// A question of the tea FAQ, and the verdict that answers it.
pub const HOT: &str = "How hot should the water be?";
pub const HOT_VERDICT: &str = "Boiling for black tea, cooler for green tea: about 80 °C.";

/// The tea FAQ behind the real service, with a few words that make it do what the front end must cope with.
pub struct Desk {
    pub service: Service,
    /// Told when somebody begins to think about a slow question; waits until the test lets it go on.
    gate: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
}

/// The test's side of the gate.
pub struct Gate {
    entered: mpsc::Receiver<()>,
    open: mpsc::Sender<()>,
}

impl Desk {
    pub fn new() -> Arc<Self> {
        let mut knowledge = tea::faq().knowledge().clone();
        knowledge.red_flags = scalds();
        let faq = Faq::new(knowledge, caveat::answering::Settings::default(), "0123abcd");
        let service = Service::new(Arc::new(Live::fixed(faq)), || date(2026, 2, 1));
        Arc::new(Self { service, gate: Mutex::new(None) })
    }

    /// Tells the gate that somebody is here, and waits until it is opened.
    fn wait_at_gate(&self) {
        let gate = self.gate.lock().unwrap().take().expect("no gate");
        gate.0.send(()).unwrap();
        gate.1.recv_timeout(PATIENCE).unwrap();
    }

    pub fn with_gate() -> (Arc<Self>, Gate) {
        let desk = Self::new();
        let (tell, entered) = mpsc::channel();
        let (open, wait) = mpsc::channel();
        *desk.gate.lock().unwrap() = Some((tell, wait));
        (desk, Gate { entered, open })
    }
}

/// The one emergency that there is with tea.
pub fn scalds() -> RedFlags {
    let scald = RedFlagId::new("scald");
    RedFlags {
        kinds: vec![RedFlag {
            id: scald.clone(),
            title: "Scalded".into(),
            reply: "**Cool the burn under running water, now.** If it is large or deep, call your local emergency \
                    number. More: https://help.example/burns"
                .into(),
            afterwards: "Once safe, tell the kitchen.".into(),
            apart: false,
        }],
        bar: 1,
        signs: vec![Sign {
            id: "scalded".into(),
            points: 1,
            kinds: vec![scald],
            phrases: vec![Phrase::parse("scalded").unwrap()],
            ..Sign::default()
        }],
        ..RedFlags::default()
    }
}

impl Gate {
    pub async fn entered(self) -> mpsc::Sender<()> {
        tokio::task::spawn_blocking(move || self.entered.recv_timeout(PATIENCE)).await.unwrap().expect("nobody asked");
        self.open
    }
}

impl Answers for Desk {
    fn ask(&self, question: &Question) -> Reply {
        let reply = |kind| Reply { kind, why: Why::default(), version: "test".into() };
        match question.text.as_str() {
            "broken" => panic!("as the test wants it"),
            "slow" => {
                self.wait_at_gate();
                self.service.ask(&Question::new(HOT))
            }
            text if text.starts_with("unsure") => {
                let most = if text == "unsure of one" { 1 } else { 3 };
                let faq = self.service.faq();
                reply(ReplyKind::DidYouMean(faq.knowledge().entries.iter().take(most).map(Offer::of).collect()))
            }
            "long" => reply(ReplyKind::Urgent(Urgent {
                flag: RedFlagId::new("long"),
                title: "Long".into(),
                reply: format!("first {}", "word ".repeat(300)),
                afterwards: format!("second {}", "word ".repeat(300)),
            })),
            _ => self.service.ask(question),
        }
    }

    fn consider(&self, question: &Question) -> Reply {
        self.service.consider(question)
    }

    fn said(&self, reply: &Reply) {
        self.service.said(reply);
    }

    fn act(&self, action: &Action) -> Option<Reply> {
        match action {
            Action::Show(id) | Action::Pick(id) if id.as_str() == "slow" => {
                self.wait_at_gate();
                self.service.ask(&Question::new(HOT)).into()
            }
            action => self.service.act(action),
        }
    }

    fn offer(&self, entries: &[EntryId]) -> Option<Reply> {
        self.service.offer(entries)
    }

    fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        assert_ne!(typed, "broken", "as the test wants it");
        if typed == "slow" {
            self.wait_at_gate();
        }
        self.service.suggest(typed, limit)
    }

    fn faq(&self) -> Arc<Faq> {
        self.service.faq()
    }
}

/// A bot that runs until it is told to stop.
pub struct Running {
    pub stop: oneshot::Sender<()>,
    pub ended: JoinHandle<Result<(), RunError>>,
    /// The books of this bot alone.
    pub metrics: Metrics,
}

impl Running {
    /// Starts a bot that has nothing to do with this test's Discord but its address.
    pub fn start(discord: &FakeDiscord, token: &str, answers: Arc<dyn Answers>) -> Self {
        Self::start_with(discord, token, answers, |_| {})
    }

    /// The same with other settings.
    pub fn start_with(
        discord: &FakeDiscord,
        token: &str,
        answers: Arc<dyn Answers>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::start_given(discord, token, Parts::new(answers), change)
    }

    /// The same with other parts, such as a store that outlives this bot.
    pub fn start_given(discord: &FakeDiscord, token: &str, parts: Parts, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings { api: Some(discord.base().to_owned()), pace: quick(), ..Settings::default() };
        // Tests ask the same again and again. Those of cooldowns say which.
        let none = &mut settings.cooldown;
        (none.member_seconds, none.channel_seconds, none.entry_seconds) = (0, 0, 0);
        change(&mut settings);
        let token = Secret::new(token);
        let (stop, stopped) = oneshot::channel();
        let metrics = parts.metrics.clone();
        let ended = tokio::spawn(async move {
            run(&settings, &token, parts, async move {
                let _ = stopped.await;
            })
            .await
        });
        Self { stop, ended, metrics }
    }

    pub async fn ends(self) -> Result<(), RunError> {
        timeout(PATIENCE, self.ended).await.expect("the bot does not end").unwrap()
    }

    pub async fn stop(self) {
        self.stop.send(()).expect("the bot is not there any more");
        timeout(PATIENCE, self.ended).await.expect("the bot does not end").unwrap().unwrap();
    }
}

/// The gateway's pace with seconds made into hundredths.
pub fn quick() -> Pace {
    let hundredth = |it: Duration| it / 100;
    let Pace { first, longest, steady, invalid, between } = Pace::default();
    Pace {
        first: hundredth(first),
        longest: hundredth(longest),
        steady: hundredth(steady),
        invalid: hundredth(invalid.start)..hundredth(invalid.end),
        between: hundredth(between),
    }
}

/// A Discord and a bot that has just told its commands.
pub async fn opened() -> (FakeDiscord, Running) {
    opened_with(Desk::new()).await
}

pub async fn opened_with(answers: Arc<dyn Answers>) -> (FakeDiscord, Running) {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let bot = Running::start(&discord, TOKEN, answers);
    discord.expect_opening().await;
    (discord, bot)
}

pub fn messages_in(channel: u64) -> String {
    format!("POST /channels/{channel}/messages")
}

/// What the snapshots must not depend on.
pub fn without_ids(body: &Value) -> Value {
    let mut body = body.clone();
    if body["nonce"].is_string() {
        body["nonce"] = json!("[nonce]");
        body["message_reference"]["message_id"] = json!("[id]");
    }
    body
}

/// The ids of all buttons of what was sent.
pub fn buttons(sent: &Value) -> Vec<String> {
    let body = sent.get("data").unwrap_or(sent);
    let rows = body["components"].as_array().unwrap();
    let inside = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    inside.filter(|it| it["type"] == 2).map(|it| it["custom_id"].as_str().unwrap().to_owned()).collect()
}

/// The flag of a message that only one member sees.
pub const ONLY_FOR_YOU: u64 = 64;

/// The message as Discord told of it, in private to `who` if it was.
pub fn seen_by(discord: &FakeDiscord, sent: &Value, who: u64) -> Value {
    discord.as_message(sent, who, true)
}

/// The select of what was sent.
pub fn select(sent: &Value) -> &Value {
    let rows = sent["data"]["components"].as_array().unwrap();
    rows.iter().flat_map(|row| row["components"].as_array().unwrap()).find(|it| it["type"] == 3).expect("no select")
}

pub fn labels(sent: &Value) -> Vec<&str> {
    let rows = sent["data"]["components"].as_array().unwrap();
    let inside = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    inside.filter_map(|it| it["label"].as_str()).collect()
}

/// The FAQ that ships, behind the real service.
pub fn shipped_service() -> Arc<Service> {
    let faq = Faq::new(shipped::faq().knowledge().clone(), caveat::answering::Settings::default(), "0123abcd");
    Arc::new(Service::new(Arc::new(Live::fixed(faq)), || date(2026, 11, 22)))
}
