//! One shard for as long as the bot runs: a connection after the other, and a pause between them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::closing::{End, Fatal};
use super::connection::{self, Opening};
use super::{Gateway, Listener, jitter, told};
use crate::discord::pace::Pace;
use crate::metrics::Reconnect;

/// A shard and its session, if it has one.
pub struct Shard {
    nth: u32,
    gateway: Arc<Gateway>,
    listener: Arc<dyn Listener>,
    session: Option<Session>,
}

/// What is needed to go on where a lost connection left off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    /// The number of the last event that was heard.
    pub sequence: u64,
    /// Where Discord wants it resumed.
    pub url: String,
}

impl Shard {
    pub fn new(nth: u32, gateway: Arc<Gateway>, listener: Arc<dyn Listener>) -> Self {
        Self { nth, gateway, listener, session: None }
    }

    /// Stays connected until `stop` turns true.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), Fatal> {
        let pace = self.gateway.pace.clone();
        // Connections in a row that came to nothing.
        let mut failures = 0;
        let mut had_session = false;
        while !*stop.borrow() {
            if self.session.is_none() {
                tokio::select! {
                    () = self.gateway.budget.take(self.nth, pace.between) => {}
                    () = told(&mut stop) => break,
                }
            }
            let resuming = self.session.is_some();
            let since = Instant::now();
            let (end, connected) = self
                .connect(&mut stop, &mut |metrics| {
                    if had_session {
                        metrics.reconnected(if resuming { Reconnect::Resumed } else { Reconnect::Identified });
                    }
                })
                .await;
            self.gateway.metrics.shard_connected(self.nth, false);
            had_session |= connected;
            // A connection that holds only for a moment is a failure too, or a gateway that flaps would keep us busy.
            failures = if connected && since.elapsed() >= pace.steady { 0 } else { failures + 1 };
            let wait = match end {
                End::Stopped => break,
                End::Fatal(fatal) => {
                    tracing::error!(shard = self.nth, "Discord ended the connection for good");
                    return Err(fatal);
                }
                End::Resume { at_once: true } if failures <= 1 => Duration::ZERO,
                End::Resume { .. } => backoff(&pace, failures),
                End::Identify => {
                    self.session = None;
                    backoff(&pace, failures)
                }
                End::Invalid => {
                    self.session = None;
                    let spread = pace.invalid.end.saturating_sub(pace.invalid.start);
                    (pace.invalid.start + spread.mul_f64(jitter())).max(backoff(&pace, failures))
                }
            };
            tracing::info!(
                shard = self.nth,
                resuming = self.session.is_some(),
                milliseconds = wait.as_millis() as u64,
                "connecting to Discord again"
            );
            // True when told to stop.
            if timeout(wait, told(&mut stop)).await.is_ok() {
                break;
            }
        }
        Ok(())
    }

    /// One connection: how it ended, and whether there was a session in it. `on_session` is called when there is.
    async fn connect(
        &mut self,
        stop: &mut watch::Receiver<bool>,
        on_session: &mut (dyn FnMut(&crate::metrics::Metrics) + Send),
    ) -> (End, bool) {
        let gateway = Arc::clone(&self.gateway);
        let opening = Opening { nth: self.nth, gateway: &gateway, listener: &*self.listener };
        let mut connected = false;
        let end = connection::run(opening, &mut self.session, stop, &mut || {
            connected = true;
            gateway.metrics.shard_connected(self.nth, true);
            on_session(&gateway.metrics);
        })
        .await;
        (end, connected)
    }
}

/// How long to wait after so many failures in a row: it doubles, up to the pace's longest. Up to a quarter less, so that not all bots come back at once.
pub fn backoff(pace: &Pace, failures: u32) -> Duration {
    let doubled = pace.first.saturating_mul(1u32.checked_shl(failures.min(20)).unwrap_or(u32::MAX) / 2);
    let wait = if failures == 0 { pace.first / 2 } else { doubled };
    wait.min(pace.longest).mul_f64(1.0 - jitter() / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_a_limit() {
        let pace = Pace::default();
        for (failures, seconds) in
            [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (7, 64.0), (8, 120.0), (9, 120.0), (99, 120.0)]
        {
            for _ in 0..20 {
                let wait = backoff(&pace, failures).as_secs_f64();
                assert!((seconds * 0.75..=seconds).contains(&wait), "after {failures}: {wait} s");
            }
        }
    }

    /// Discord allows 1000 sessions a day.
    #[test]
    fn a_day_of_pauses_needs_fewer_sessions_than_a_day_has() {
        let pace = Pace::default();
        let a_day: f64 = (1..1000).map(|failures| backoff(&pace, failures).as_secs_f64()).sum();
        assert!(a_day > 24.0 * 60.0 * 60.0, "{a_day} s");
    }
}
