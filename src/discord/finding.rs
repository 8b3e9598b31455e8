//! Before the first connection: where the gateway is, how many shards it wants, and how many sessions are left today.

use std::time::Duration;

use serde_json::Value;
use serenity::http::{LightMethod, Route};

use super::gateway::{Budget, Fatal, backoff};
use super::pace::Pace;
use super::rest::{CallError, Patience, Rest};
use super::running::RunError;

/// What the API says of the gateway.
pub struct Found {
    /// The websocket's address without a query.
    pub url: String,
    /// How many shards Discord recommends.
    pub shards: u32,
    pub budget: Budget,
}

/// Asks the API where the gateway is, again and again while nobody answers: Discord may be down, or the network of a machine
/// that has just started. Fails closed: without an answer there is no address, least of all the public one.
///
/// # Errors
/// [`RunError`], if there is an answer and it is no.
pub async fn find(rest: &Rest, pace: &Pace) -> Result<Found, RunError> {
    let mut failures = 0;
    loop {
        let why = match ask(rest).await {
            Ok(answer) => return read(&answer, rest.base()),
            Err(CallError::Refused { status: 401, .. }) => return Err(RunError::Refused(Fatal::Token)),
            Err(error @ CallError::Refused { .. }) => {
                return Err(RunError::NoGateway { base: rest.base().to_owned(), why: error.to_string() });
            }
            Err(error @ (CallError::Unmade(_) | CallError::Overtaken)) => return Err(unreachable(rest.base(), &error)),
            Err(error @ CallError::NoAnswer { .. }) => unreachable(rest.base(), &error),
        };
        failures += 1;
        let wait = backoff(pace, failures);
        tracing::error!(seconds = wait.as_secs_f64().round(), "{why}\n  The bot tries again by itself.");
        tokio::time::sleep(wait).await;
    }
}

async fn ask(rest: &Rest) -> Result<Value, CallError> {
    match rest.call(LightMethod::Get, Route::GatewayBot, None, Patience::start()).await {
        // A test server may know only the plain one, which says the same without limits.
        Err(CallError::Refused { status: 404, .. }) => {
            rest.call(LightMethod::Get, Route::Gateway, None, Patience::start()).await
        }
        asked => asked,
    }
}

pub fn unreachable(base: &str, why: &CallError) -> RunError {
    RunError::Unreachable { base: base.to_owned(), why: why.to_string() }
}

fn read(answer: &Value, base: &str) -> Result<Found, RunError> {
    let url = answer["url"].as_str().unwrap_or_default().split('?').next().unwrap_or_default().trim_end_matches('/');
    if !(url.starts_with("wss://") || url.starts_with("ws://")) {
        let why = "its answer has no `url` of a websocket".to_owned();
        return Err(RunError::NoGateway { base: base.to_owned(), why });
    }
    let number = |value: &Value| value.as_u64().and_then(|it| u32::try_from(it).ok());
    let limit = &answer["session_start_limit"];
    let reset_after = Duration::from_millis(limit["reset_after"].as_u64().unwrap_or(0));
    // Without limits, those that Discord names for a small bot.
    let total = number(&limit["total"]).unwrap_or(1000);
    let remaining = number(&limit["remaining"]).unwrap_or(total);
    let side_by_side = number(&limit["max_concurrency"]).unwrap_or(1);
    let budget = Budget::new(total, remaining, reset_after, side_by_side);
    Ok(Found { url: url.to_owned(), shards: number(&answer["shards"]).unwrap_or(1).max(1), budget })
}
