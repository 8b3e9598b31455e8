//! The websocket: hello, identify or resume, ready, heartbeats, events, and what can go wrong with them.
//!
//! Sessions are kept as Discord keeps them: each event has its number, and a connection that resumes is told what it missed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::{APPLICATION, GUILD, Shared, TOKEN, events};

/// What a test can see of the gateway.
#[derive(Debug, Clone, PartialEq)]
pub enum Saw {
    Identify(Value),
    Resume(Value),
    Heartbeat,
    /// The bot closed the connection with this code, or without one.
    Closed(Option<u16>),
    /// A connection was turned away, as the test wanted it.
    TurnedAway,
}

/// What goes wrong with a connection that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The connection is dropped before a word is said.
    TurnAway,
    /// IDENTIFY or RESUME is answered with this close code.
    Close(u16),
    /// IDENTIFY or RESUME is answered with an invalid session, which may be resumed or not.
    Invalid(bool),
}

#[derive(Debug)]
enum Push {
    /// With its number.
    Event(u64, String, Value),
    /// Without one.
    Word(Value),
    Close(u16),
    /// The connection breaks without a word.
    Drop,
}

/// What Discord knows of a bot's shard.
struct Session {
    id: String,
    shard: u64,
    /// All that was told to it, from number 1 on.
    told: Vec<(String, Value)>,
    /// The connection that it has now.
    live: Option<UnboundedSender<Push>>,
}

/// The ways to the bot.
pub struct Link {
    saw: UnboundedSender<Saw>,
    sessions: Mutex<Vec<Session>>,
    troubles: Mutex<VecDeque<Trouble>>,
    /// Whether heartbeats go unanswered.
    deaf: AtomicBool,
}

impl Link {
    pub fn new(saw: UnboundedSender<Saw>) -> Self {
        Self { saw, sessions: Mutex::default(), troubles: Mutex::default(), deaf: AtomicBool::new(false) }
    }

    /// Tells the newest session of a shard of an event: at once, or when it is resumed.
    pub fn dispatch(&self, shard: u64, event: &str, data: Value) {
        let mut sessions = self.sessions.lock().unwrap();
        let session = sessions.iter_mut().rfind(|it| it.shard == shard).expect("no such shard is connected");
        session.told.push((event.to_owned(), data.clone()));
        if let Some(live) = &session.live {
            // A connection that has just broken hears of it when it resumes.
            let _ = live.send(Push::Event(session.told.len() as u64, event.to_owned(), data));
        }
    }

    pub fn close(&self, code: u16) {
        self.push(|| Push::Close(code));
    }

    pub fn drop_connections(&self) {
        self.push(|| Push::Drop);
    }

    pub fn say(&self, word: &Value) {
        self.push(|| Push::Word(word.clone()));
    }

    pub fn deafen(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Relaxed);
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.troubles.lock().unwrap().push_back(trouble);
    }

    pub fn troubles_left(&self) -> Vec<Trouble> {
        self.troubles.lock().unwrap().iter().copied().collect()
    }

    fn push(&self, push: impl Fn() -> Push) {
        let sessions = self.sessions.lock().unwrap();
        let live: Vec<_> = sessions.iter().filter_map(|it| it.live.as_ref()).collect();
        assert!(!live.is_empty(), "no bot is connected");
        live.iter().for_each(|it| drop(it.send(push())));
    }

    fn saw(&self, what: Saw) {
        // Nobody looks any more if the test has ended.
        let _ = self.saw.send(what);
    }

    fn next_trouble(&self, fits: impl Fn(Trouble) -> bool) -> Option<Trouble> {
        let mut troubles = self.troubles.lock().unwrap();
        if troubles.front().is_some_and(|it| fits(*it)) { troubles.pop_front() } else { None }
    }
}

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    if shared.link.next_trouble(|it| it == Trouble::TurnAway).is_some() {
        shared.link.saw(Saw::TurnedAway);
        return;
    }
    let query = shared.clone();
    #[allow(clippy::result_large_err)] // the library's own type
    let check = move |request: &Request, response: Response| {
        if request.uri().query() != Some("v=10&encoding=json") {
            query.violation(format!("the gateway was opened with {}", request.uri()));
        }
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, check).await else { return };
    let interval = shared.options.heartbeat.unwrap_or(41_250);
    let hello = json!({ "op": 10, "d": { "heartbeat_interval": interval } });
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    let (live, mut pushed): (_, UnboundedReceiver<Push>) = unbounded_channel();
    let mut session = None;
    loop {
        let out = tokio::select! {
            push = pushed.recv() => match push {
                Some(Push::Event(number, name, data)) => vec![event(number, &name, &data)],
                Some(Push::Word(word)) => vec![Message::text(word.to_string())],
                Some(Push::Close(code)) => vec![close(code)],
                Some(Push::Drop) | None => return,
            },
            received = socket.next() => {
                let payload: Value = match received {
                    Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
                    Some(Ok(Message::Close(frame))) => {
                        let code = frame.map(|it| it.code.into());
                        hang_up(&shared, session.as_deref(), matches!(code, Some(1000 | 1001)));
                        shared.link.saw(Saw::Closed(code));
                        return;
                    }
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => return,
                };
                match payload["op"].as_u64() {
                    Some(1) => {
                        // Who did not ask for heartbeats does not look for them: the first comes at a random time.
                        if shared.options.heartbeat.is_some() {
                            shared.link.saw(Saw::Heartbeat);
                        }
                        if shared.link.deaf.load(Ordering::Relaxed) {
                            continue;
                        }
                        vec![Message::text(json!({ "op": 11 }).to_string())]
                    }
                    Some(2) => identify(&shared, &payload["d"], &live, &mut session),
                    Some(6) => resume(&shared, &payload["d"], &live, &mut session),
                    _ => {
                        shared.violation(format!("the gateway was sent {payload}"));
                        continue;
                    }
                }
            }
        };
        for message in out {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

/// The session has no connection any more; it ends with it if the bot said so.
fn hang_up(shared: &Shared, session: Option<&str>, ended: bool) {
    let mut sessions = shared.link.sessions.lock().unwrap();
    sessions.iter_mut().filter(|it| Some(it.id.as_str()) == session).for_each(|it| it.live = None);
    sessions.retain(|it| !(ended && Some(it.id.as_str()) == session));
}

fn identify(
    shared: &Shared,
    identify: &Value,
    live: &UnboundedSender<Push>,
    session: &mut Option<String>,
) -> Vec<Message> {
    if session.is_some() {
        shared.violation("IDENTIFY twice on a connection");
    }
    let trouble = shared.link.next_trouble(|it| it != Trouble::TurnAway);
    let answer = if let Some(trouble) = trouble {
        turned_down(trouble)
    } else if let Some(code) = shared.options.refuse_identify {
        vec![close(code)]
    } else if shared.options.refuse_content && identify["intents"].as_u64().unwrap() >> 15 & 1 == 1 {
        vec![close(4014)]
    } else if identify["token"] != TOKEN {
        vec![close(4004)]
    } else {
        let id = format!("session-{}", shared.new_id());
        *session = Some(id.clone());
        let shard = identify["shard"][0].as_u64().unwrap();
        let mut told = vec![("READY".to_owned(), ready(identify, &id))];
        // Told only to those who asked for the intent.
        if identify["intents"].as_u64().unwrap() & 1 == 1 {
            told.push(("GUILD_CREATE".to_owned(), events::guild()));
        }
        let out = told.iter().zip(1..).map(|((name, data), number)| event(number, name, data)).collect();
        let mut sessions = shared.link.sessions.lock().unwrap();
        sessions.push(Session { id, shard, told, live: Some(live.clone()) });
        out
    };
    // Only now, so that a test that has seen IDENTIFY can send events.
    shared.link.saw(Saw::Identify(identify.clone()));
    answer
}

fn resume(shared: &Shared, resume: &Value, live: &UnboundedSender<Push>, session: &mut Option<String>) -> Vec<Message> {
    let mut sessions = shared.link.sessions.lock().unwrap();
    let found = sessions.iter_mut().find(|it| resume["session_id"] == it.id && resume["token"] == TOKEN);
    let trouble = shared.link.next_trouble(|it| it != Trouble::TurnAway);
    let answer = match (trouble, found) {
        (Some(trouble), _) => turned_down(trouble),
        (None, None) => turned_down(Trouble::Invalid(false)),
        (None, Some(found)) => {
            *session = Some(found.id.clone());
            found.live = Some(live.clone());
            let heard = resume["seq"].as_u64().unwrap();
            let missed = found.told.iter().zip(1..).filter(|(_, number)| *number > heard);
            let mut out: Vec<Message> = missed.map(|((name, data), number)| event(number, name, data)).collect();
            found.told.push(("RESUMED".to_owned(), json!({})));
            out.push(event(found.told.len() as u64, "RESUMED", &json!({})));
            out
        }
    };
    shared.link.saw(Saw::Resume(resume.clone()));
    answer
}

fn turned_down(trouble: Trouble) -> Vec<Message> {
    match trouble {
        Trouble::Close(code) => vec![close(code)],
        Trouble::Invalid(resumable) => vec![Message::text(json!({ "op": 9, "d": resumable }).to_string())],
        Trouble::TurnAway => Vec::new(),
    }
}

fn event(number: u64, name: &str, data: &Value) -> Message {
    Message::text(json!({ "op": 0, "s": number, "t": name, "d": data }).to_string())
}

fn close(code: u16) -> Message {
    Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))
}

fn ready(identify: &Value, session: &str) -> Value {
    json!({
        "v": 10,
        "user": events::bot(),
        "guilds": [{ "id": GUILD.to_string(), "unavailable": true }],
        "session_id": session,
        // A bot whose API base is configured must not go elsewhere.
        "resume_gateway_url": "ws://127.0.0.1:1",
        "shard": identify["shard"],
        "application": { "id": APPLICATION.to_string(), "flags": 0 },
    })
}
