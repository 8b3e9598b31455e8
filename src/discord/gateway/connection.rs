//! One websocket to the gateway, from hello to its end.
//!
//! Source: Discord's documentation, Topics › Gateway (connection lifecycle, heartbeats, resuming).

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use serenity::model::event::Event;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::closing::{End, meaning};
use super::shard::Session;
use super::{Gateway, Listener, jitter, told};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long the connection, and Discord's hello on it, may take. Both take well below a second when all is well.
const HELLO: Duration = Duration::from_secs(15);
/// How long Discord may take to say farewell when we close. It owes us nothing then.
const FAREWELL: Duration = Duration::from_secs(2);
/// The code with which we leave a connection whose session shall go on: 1000 and 1001 would end the session.
const LEAVING: u16 = 4000;

/// Events without which the bot cannot do its work.
const NEEDED: [&str; 6] =
    ["READY", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_REACTION_ADD", "INTERACTION_CREATE"];

/// Whose connection it is, and who listens.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    pub nth: u32,
    pub gateway: &'a Gateway,
    pub listener: &'a dyn Listener,
}

/// Connects, resumes `session` or begins one and keeps it there, and hands on events until the connection ends or `stop`
/// turns true. `on_session` is called when Discord has accepted the bot.
pub async fn run(
    opening: Opening<'_>,
    session: &mut Option<Session>,
    stop: &mut watch::Receiver<bool>,
    on_session: &mut (dyn FnMut() + Send),
) -> End {
    let Opening { nth, gateway, .. } = opening;
    let url = url(gateway, session.as_ref());
    let opened = tokio::select! {
        opened = timeout(HELLO, open(&url)) => opened,
        () = told(stop) => return End::Stopped,
    };
    let (socket, heartbeat) = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(why)) => {
            tracing::warn!(shard = nth, why, "cannot connect to Discord's gateway");
            return End::Resume { at_once: false };
        }
        Err(_) => {
            tracing::warn!(shard = nth, "Discord's gateway said nothing for {} s", HELLO.as_secs());
            return End::Resume { at_once: false };
        }
    };
    let mut connection = Connection { opening, socket, sent: None, unanswered: false };
    let end = connection.live(heartbeat, session, stop, on_session).await;
    // A server that answers no heartbeat says no farewell.
    if !(connection.unanswered && end == (End::Resume { at_once: true })) {
        connection.leave(end).await;
    }
    end
}

/// Where to connect.
fn url(gateway: &Gateway, session: Option<&Session>) -> String {
    let resume = session.map(|it| it.url.as_str()).filter(|it| gateway.follow_resume_url && it.starts_with("wss://"));
    let base = resume.unwrap_or(&gateway.url).split('?').next().unwrap_or_default().trim_end_matches('/');
    format!("{base}/?v=10&encoding=json")
}

/// Connects and waits for hello. Gives the time between heartbeats.
async fn open(url: &str) -> Result<(Socket, Duration), String> {
    let (mut socket, _) = connect_async(url).await.map_err(|error| error.to_string())?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.map_err(|error| error.to_string())? else { continue };
        let hello: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        return match hello["d"]["heartbeat_interval"].as_u64() {
            // An interval of nothing would be a busy loop.
            Some(milliseconds) if hello["op"] == 10 && milliseconds > 0 => {
                Ok((socket, Duration::from_millis(milliseconds)))
            }
            _ => Err("its first word was not hello".to_owned()),
        };
    }
    Err("it closed the connection before hello".to_owned())
}

struct Connection<'a> {
    opening: Opening<'a>,
    socket: Socket,
    /// When the last heartbeat was sent.
    sent: Option<Instant>,
    /// Whether it has not been answered yet.
    unanswered: bool,
}

impl Connection<'_> {
    async fn live(
        &mut self,
        heartbeat: Duration,
        session: &mut Option<Session>,
        stop: &mut watch::Receiver<bool>,
        on_session: &mut (dyn FnMut() + Send),
    ) -> End {
        let hello = match session {
            Some(session) => self.resume(session),
            None => self.identify(),
        };
        if self.send(&hello).await.is_err() {
            return End::Resume { at_once: false };
        }
        let mut beat = interval_at(Instant::now() + heartbeat.mul_f64(jitter()), heartbeat);
        // Beats that were missed because we were busy must not come in a burst: Discord has had no time to answer.
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let received = tokio::select! {
                // Told to stop comes first: a flood of events must not keep the bot from ending.
                biased;
                () = told(stop) => return End::Stopped,
                _ = beat.tick() => {
                    if self.unanswered {
                        tracing::warn!(shard = self.opening.nth, "Discord does not answer the heartbeat");
                        return End::Resume { at_once: true };
                    }
                    if self.beat(session.as_ref()).await.is_err() {
                        return End::Resume { at_once: false };
                    }
                    continue;
                }
                received = self.socket.next() => received,
            };
            let text = match received {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|it| u16::from(it.code));
                    tracing::info!(shard = self.opening.nth, code, "Discord closed the connection");
                    return meaning(code);
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => {
                    tracing::info!(shard = self.opening.nth, %error, "the connection to Discord broke");
                    return meaning(None);
                }
                None => return meaning(None),
            };
            let Ok(payload) = serde_json::from_str::<Value>(&text) else {
                tracing::warn!(shard = self.opening.nth, "Discord's gateway sent something that is no JSON");
                continue;
            };
            if let Some(end) = self.heard(payload, session, on_session).await {
                return end;
            }
        }
    }

    /// Does what a payload asks for; gives the end if it is one.
    async fn heard(
        &mut self,
        mut payload: Value,
        session: &mut Option<Session>,
        on_session: &mut (dyn FnMut() + Send),
    ) -> Option<End> {
        match payload["op"].as_u64() {
            Some(0) => {
                let (name, data) = (payload["t"].take(), payload["d"].take());
                let name = name.as_str().unwrap_or_default();
                match name {
                    "READY" => {
                        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
                        let (id, url) = (text("session_id"), text("resume_gateway_url"));
                        *session = Some(Session { id, url, sequence: 0 });
                        on_session();
                    }
                    "RESUMED" => on_session(),
                    _ => {}
                }
                if let (Some(session), Some(sequence)) = (session.as_mut(), payload["s"].as_u64()) {
                    session.sequence = sequence;
                }
                self.tell(name, data);
            }
            Some(1) => {
                let beaten = self.beat(session.as_ref()).await;
                return beaten.is_err().then_some(End::Resume { at_once: false });
            }
            Some(7) => {
                tracing::info!(shard = self.opening.nth, "Discord asks to connect again");
                return Some(End::Resume { at_once: true });
            }
            Some(9) => {
                let resumable = payload["d"] == true;
                tracing::info!(shard = self.opening.nth, resumable, "Discord calls the session invalid");
                return Some(if resumable { End::Resume { at_once: false } } else { End::Invalid });
            }
            Some(11) => {
                self.unanswered = false;
                if let Some(sent) = self.sent {
                    self.opening.gateway.metrics.shard_latency(self.opening.nth, sent.elapsed());
                }
            }
            // What is not known yet is no reason to leave.
            _ => {}
        }
        None
    }

    /// Hands an event on. One that cannot be read is named, and never quoted: it may hold a member's words.
    fn tell(&self, name: &str, data: Value) {
        match serde_json::from_value(json!({ "t": name, "d": data })) {
            // serenity calls an event unknown also if it knows its name and cannot read the rest.
            Ok(Event::Unknown(_)) | Err(_) if NEEDED.contains(&name) => {
                tracing::warn!(name, "an event of Discord's could not be read");
            }
            Ok(Event::Unknown(_)) | Err(_) => tracing::debug!(name, "an event that nobody waits for"),
            Ok(event) => self.opening.listener.on(self.opening.nth, event),
        }
    }

    fn identify(&self) -> Value {
        let Opening { nth, gateway, .. } = self.opening;
        json!({ "op": 2, "d": {
            "token": gateway.token.expose(),
            "intents": gateway.intents.bits(),
            "shard": [nth, gateway.total],
            "properties": { "os": std::env::consts::OS, "browser": "caveat", "device": "caveat" },
        }})
    }

    fn resume(&self, session: &Session) -> Value {
        let token = self.opening.gateway.token.expose();
        json!({ "op": 6, "d": { "token": token, "session_id": session.id, "seq": session.sequence } })
    }

    async fn beat(&mut self, session: Option<&Session>) -> Result<(), ()> {
        let sequence = session.map(|it| it.sequence).filter(|it| *it > 0);
        self.send(&json!({ "op": 1, "d": sequence })).await?;
        self.sent = Some(Instant::now());
        self.unanswered = true;
        Ok(())
    }

    /// Sends `payload`; what it holds (the token) is in no error.
    async fn send(&mut self, payload: &Value) -> Result<(), ()> {
        let sending = self.socket.send(Message::text(payload.to_string()));
        match timeout(HELLO, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                tracing::info!(shard = self.opening.nth, "the connection to Discord broke while something was sent");
                Err(())
            }
        }
    }

    /// Closes our side, unless Discord has done so, and waits a moment for the other.
    async fn leave(&mut self, end: End) {
        let code = if end == End::Stopped { 1000 } else { LEAVING };
        let farewell = async {
            let frame = CloseFrame { code: code.into(), reason: "".into() };
            if self.socket.close(Some(frame)).await.is_ok() {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        // A server that hangs is left as it is.
        let _ = timeout(FAREWELL, farewell).await;
    }
}
