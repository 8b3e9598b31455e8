//! The `[discord]` table of the config.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

/// How the bot reaches Discord.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The base of Discord's API, such as `http://127.0.0.1:4000` for a proxy or a test server, without `/api`. The gateway's
    /// address is asked for there, and nowhere else. `None`: Discord's own.
    pub api: Option<String>,
    /// A file that holds the bot's token and nothing else, read if the environment variable `DISCORD_TOKEN` is not set.
    pub token_file: Option<PathBuf>,
    /// How long a bot that is told to stop takes at most to send replies in flight and say farewell, in seconds.
    pub finish_seconds: u64,
    /// The `[shards]` table.
    #[serde(skip)]
    pub shards: Shards,
    /// How long the gateway waits before it connects again. No setting: there is one right pace, and tests have another.
    #[serde(skip)]
    pub pace: Pace,
}

/// How the servers are shared out, if one process or one connection is not enough: the `[shards]` table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shards {
    /// How many there are in all processes. `None`: as many as Discord recommends.
    pub total: Option<u32>,
    /// Those of this process, the first and the last, counted from 0: `0-3`, or `2` alone. `None`: all.
    pub range: Option<String>,
}

/// The most shards that a process is trusted with: a typing mistake more and the day's sessions are used up.
const MOST_SHARDS: u32 = 1000;

impl Shards {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.total.is_some_and(|it| it == 0 || it > MOST_SHARDS) {
            found.push(("total", format!("a whole number from 1 to {MOST_SHARDS}")));
        } else if let Some(range) = &self.range {
            let wanted = match self.total {
                None => Some("left out as long as `total` is: then Discord says how many shards there are".to_owned()),
                Some(total) => {
                    let fits = parse_range(range).is_some_and(|it| it.end <= total);
                    (!fits).then(|| format!("the first and the last shard of this process, such as `0-{}`", total - 1))
                }
            };
            found.extend(wanted.map(|it| ("range", it)));
        }
        found
    }

    /// The shards of this process and the number of all, if Discord recommends so many.
    pub fn of(&self, recommended: u32) -> (Range<u32>, u32) {
        let total = self.total.unwrap_or(recommended);
        let range = self.range.as_deref().and_then(parse_range).filter(|it| it.end <= total);
        (range.unwrap_or(0..total), total)
    }
}

fn parse_range(text: &str) -> Option<Range<u32>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last < MOST_SHARDS).then(|| first..last + 1)
}

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

impl Default for Settings {
    fn default() -> Self {
        Self {
            api: None,
            token_file: None,
            // Below the 10 s after which Docker, and the 90 s after which systemd, lose patience.
            finish_seconds: 8,
            shards: Shards::default(),
            pace: Pace::default(),
        }
    }
}

impl Settings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if let Some(api) = &self.api
            && !is_base(api)
        {
            found.push(("api", "an address such as `http://127.0.0.1:4000`, without a path behind it".to_owned()));
        }
        if self.finish_seconds > 600 {
            found.push(("finish_seconds", "a number of seconds from 0 to 600".to_owned()));
        }
        found
    }

    /// How long a bot that is told to stop takes at most.
    pub fn finish(&self) -> Duration {
        Duration::from_secs(self.finish_seconds)
    }
}

/// Whether `text` is scheme, host and perhaps port: serenity puts it in the place of `https://discord.com`.
pub fn is_base(text: &str) -> bool {
    let Some(host) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else { return false };
    let host = host.strip_suffix('/').unwrap_or(host);
    !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_all_or_a_range_of_a_known_number() {
        let shards = |total, range: Option<&str>| Shards { total, range: range.map(str::to_owned) };
        assert_eq!(shards(None, None).of(3), (0..3, 3));
        assert_eq!(shards(Some(8), None).of(3), (0..8, 8));
        assert_eq!(shards(Some(8), Some("2-3")).of(3), (2..4, 8));
        assert_eq!(shards(Some(8), Some(" 7 ")).of(3), (7..8, 8));
        for fine in [shards(None, None), shards(Some(8), None), shards(Some(8), Some("0-7"))] {
            assert_eq!(fine.mistakes(), []);
        }
        for (bad, name) in [
            (shards(Some(0), None), "total"),
            (shards(Some(1001), None), "total"),
            (shards(None, Some("0-1")), "range"),
            (shards(Some(8), Some("0-8")), "range"),
            (shards(Some(8), Some("3-2")), "range"),
            (shards(Some(8), Some("0..2")), "range"),
            (shards(Some(8), Some("0-4294967295")), "range"),
        ] {
            let mistakes = bad.mistakes();
            assert!(matches!(mistakes.as_slice(), [(it, _)] if *it == name), "{bad:?}: {mistakes:?}");
        }
    }

    #[test]
    fn a_base_is_a_host_and_no_path() {
        for good in ["http://127.0.0.1:4000", "http://localhost:4000/", "https://discord.com", "http://[::1]:80"] {
            assert!(is_base(good), "{good}");
        }
        for bad in ["", "127.0.0.1:4000", "http://", "ws://x", "http://x/api/v10", "http://x?y", "http://user@x"] {
            assert!(!is_base(bad), "{bad}");
        }
    }
}
