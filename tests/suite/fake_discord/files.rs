//! Files: those that members attach, which lie with Discord, and those that the bot sends beside a message.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{FakeDiscord, Fault, Seen, Shared};

/// A file that the bot sent: its name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub name: String,
    pub text: String,
}

impl FakeDiscord {
    /// Keeps a file that somebody attached. Gives it as an interaction describes it.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Value {
        let id = self.new_id();
        let path = format!("/attachments/{id}/{name}");
        self.shared.kept.lock().unwrap().insert(path.clone(), bytes.to_vec());
        json!({
            "id": id.to_string(), "filename": name, "size": bytes.len(), "url": format!("{}{path}?hm=key", self.base),
            "proxy_url": format!("{}{path}?hm=key", self.base), "content_type": "text/markdown; charset=utf-8",
        })
    }
}

/// The answer to a request for a file. Nobody shows his token there.
pub(super) async fn serve(shared: &Arc<Shared>, path: &str, headers: &HeaderMap) -> Response {
    let line = format!("GET {path}");
    if headers.contains_key("authorization") {
        shared.violation(format!("{line} was sent with a token"));
    }
    let kept = shared.kept.lock().unwrap().get(path).cloned();
    let (status, answer) = match (shared.take_fault(&line), kept) {
        (Some(Fault::Status(status, _)), _) => (status, Vec::new()),
        (Some(Fault::Silence), _) => (0, Vec::new()),
        (_, Some(bytes)) => (200, bytes),
        (_, None) => (404, Vec::new()),
    };
    let _ = shared.seen.send(Seen { line, body: Value::Null, files: Vec::new(), status, at: Instant::now() });
    if status == 0 {
        return std::future::pending().await;
    }
    // A redirect leads to where no bot has any business.
    (StatusCode::from_u16(status).unwrap(), [("location", "http://127.0.0.1:1/secrets")], answer).into_response()
}

/// The JSON and the files of a body that has both; `None` if it is no such body.
pub fn read(content_type: &str, bytes: &[u8]) -> Option<(Value, Vec<Sent>)> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?;
    let text = std::str::from_utf8(bytes).ok()?;
    let mut body = Value::Null;
    let mut files = Vec::new();
    for part in text.split(&format!("--{boundary}")).filter(|it| !matches!(it.trim(), "" | "--")) {
        let (head, content) = part.trim_start_matches("\r\n").split_once("\r\n\r\n")?;
        let content = content.strip_suffix("\r\n")?;
        let quoted = |key: &str| Some(head.split_once(&format!("{key}=\""))?.1.split('"').next()?.to_owned());
        match quoted(" name")?.as_str() {
            "payload_json" => body = serde_json::from_str(content).ok()?,
            name if name == format!("files[{}]", files.len()) => {
                files.push(Sent { name: quoted("filename")?, text: content.to_owned() });
            }
            _ => return None,
        }
    }
    Some((body, files))
}
