//! How many posts Discord lets through in a channel, and what it says of that in its headers
//! (Topics › Rate Limits › Header Format).

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::time::Instant;

/// So many posts in so long a time, in each channel.
#[derive(Debug, Clone, Copy)]
pub struct Posts {
    pub most: u32,
    pub window: Duration,
}

/// The limits as they stand.
#[derive(Default)]
pub struct Limits {
    /// By channel: since when the present window runs, and how many posts were let through in it.
    channels: Mutex<HashMap<String, (Instant, u32)>>,
    /// Until when the global limit forbids everything.
    global: Mutex<Option<Instant>>,
}

/// What a request meets.
pub struct Met {
    pub headers: HeaderMap,
    /// The body of a 429, if it is one.
    pub refused: Option<Value>,
}

impl Limits {
    /// A post in `channel`.
    pub fn post(&self, posts: Posts, channel: &str) -> Met {
        let now = Instant::now();
        let mut channels = self.channels.lock().unwrap();
        let (since, used) = channels.entry(channel.to_owned()).or_insert((now, 0));
        if now.duration_since(*since) >= posts.window {
            (*since, *used) = (now, 0);
        }
        let reset_after = (posts.window - now.duration_since(*since)).as_secs_f64();
        let passes = *used < posts.most;
        *used += u32::from(passes);
        let mut headers = headers(&[
            ("x-ratelimit-limit", posts.most.to_string()),
            ("x-ratelimit-remaining", (posts.most - *used).to_string()),
            ("x-ratelimit-reset-after", format!("{reset_after:.3}")),
            ("x-ratelimit-bucket", "0123456789abcdef".to_owned()),
        ]);
        let refused = (!passes).then(|| {
            // The header counts in whole seconds, the body in fractions.
            headers.insert("retry-after", HeaderValue::from(reset_after.ceil() as u64));
            headers.insert("x-ratelimit-scope", HeaderValue::from_static("user"));
            json!({ "message": "You are being rate limited.", "retry_after": reset_after, "global": false })
        });
        Met { headers, refused }
    }

    /// From now on, and for so long, nothing is let through.
    pub fn forbid_all(&self, seconds: f64) -> Met {
        *self.global.lock().unwrap() = Some(Instant::now() + Duration::from_secs_f64(seconds));
        let headers = headers(&[
            ("x-ratelimit-global", "true".to_owned()),
            ("x-ratelimit-scope", "global".to_owned()),
            ("retry-after", seconds.ceil().to_string()),
        ]);
        let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": true });
        Met { headers, refused: Some(body) }
    }

    /// Whether the global limit forbids everything now.
    pub fn all_is_forbidden(&self) -> bool {
        self.global.lock().unwrap().is_some_and(|it| Instant::now() < it)
    }
}

pub fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}
