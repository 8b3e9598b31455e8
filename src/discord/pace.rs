//! How fast the gateway comes back. Declared apart from it, since a build without Discord has the settings too.

use std::ops::Range;
use std::time::Duration;

/// How long the gateway waits before it connects again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// After the first failure; it doubles from failure to failure.
    pub first: Duration,
    /// The longest wait. Discord allows 1000 sessions a day; with two minutes, and up to a quarter less by chance, there are
    /// at most 960 tries.
    pub longest: Duration,
    /// How long a connection must hold to count as none of the failures.
    pub steady: Duration,
    /// After a session that Discord called invalid (Gateway › Resuming: a random time between one and five seconds).
    pub invalid: Range<Duration>,
    /// Between two sessions of the same rate-limit group (Gateway › Sharding › Max Concurrency).
    pub between: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(120),
            steady: Duration::from_secs(10),
            invalid: Duration::from_secs(1)..Duration::from_secs(5),
            between: Duration::from_secs(5),
        }
    }
}
