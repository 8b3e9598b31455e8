//! The websocket: hello, identify or resume, ready, heartbeats, events.

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
}

#[derive(Debug)]
enum Push {
    Event(String, Value),
    Close(u16),
}

/// The way to the bot that is connected.
pub struct Link {
    saw: UnboundedSender<Saw>,
    session: Mutex<Option<UnboundedSender<Push>>>,
}

impl Link {
    pub fn new(saw: UnboundedSender<Saw>) -> Self {
        Self { saw, session: Mutex::new(None) }
    }

    pub fn dispatch(&self, event: &str, data: Value) {
        self.push(Push::Event(event.to_owned(), data));
    }

    pub fn close(&self, code: u16) {
        self.push(Push::Close(code));
    }

    fn push(&self, push: Push) {
        let session = self.session.lock().unwrap();
        session.as_ref().expect("no bot is connected").send(push).expect("the bot is gone");
    }

    fn saw(&self, what: Saw) {
        // Nobody looks any more if the test has ended.
        let _ = self.saw.send(what);
    }
}

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let query = shared.clone();
    #[allow(clippy::result_large_err)] // the library's own type
    let check = move |request: &Request, response: Response| {
        if request.uri().query() != Some("v=10") {
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
    let (session, mut pushed): (_, UnboundedReceiver<Push>) = unbounded_channel();
    let mut sequence = 0;
    let mut event = |name: &str, data: Value| {
        sequence += 1;
        Message::text(json!({ "op": 0, "s": sequence, "t": name, "d": data }).to_string())
    };
    loop {
        let out = tokio::select! {
            push = pushed.recv() => match push {
                Some(Push::Event(name, data)) => vec![event(&name, data)],
                Some(Push::Close(code)) => vec![close(code)],
                None => return,
            },
            received = socket.next() => {
                let payload: Value = match received {
                    Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
                    Some(Ok(Message::Close(frame))) => {
                        shared.link.saw(Saw::Closed(frame.map(|it| it.code.into())));
                        return;
                    }
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => return,
                };
                match payload["op"].as_u64() {
                    Some(1) => {
                        shared.link.saw(Saw::Heartbeat);
                        vec![Message::text(json!({ "op": 11 }).to_string())]
                    }
                    Some(2) => {
                        let identify = payload["d"].clone();
                        let right = identify["token"] == format!("Bot {TOKEN}");
                        shared.link.saw(Saw::Identify(identify.clone()));
                        // Only now, so that a test that has seen IDENTIFY can send events.
                        *shared.link.session.lock().unwrap() = Some(session.clone());
                        match shared.options.refuse_identify {
                            Some(code) => vec![close(code)],
                            None if !right => vec![close(4004)],
                            None => {
                                let mut out = vec![event("READY", ready(&identify))];
                                // Told only to those who asked for the intent.
                                if identify["intents"].as_u64().unwrap() & 1 == 1 {
                                    out.push(event("GUILD_CREATE", events::guild()));
                                }
                                out
                            }
                        }
                    }
                    Some(6) => {
                        *shared.link.session.lock().unwrap() = Some(session.clone());
                        shared.link.saw(Saw::Resume(payload["d"].clone()));
                        vec![event("RESUMED", json!({}))]
                    }
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

fn close(code: u16) -> Message {
    Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))
}

fn ready(identify: &Value) -> Value {
    json!({
        "v": 10,
        "user": events::bot(),
        "guilds": [{ "id": GUILD.to_string(), "unavailable": true }],
        "session_id": "session",
        "resume_gateway_url": "ws://127.0.0.1:1",
        "shard": identify["shard"],
        "application": { "id": APPLICATION.to_string(), "flags": 0 },
    })
}
