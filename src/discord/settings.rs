//! The `[discord]` table of the config.

use std::path::PathBuf;
use std::time::Duration;

use super::cooldown;
use super::id::Id;
use super::pace::Pace;
use super::shards::Shards;
use super::watching::Watched;

/// How the bot reaches Discord.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The base of Discord's API, such as `http://127.0.0.1:4000` for a proxy or a test server, without `/api`. The gateway's
    /// address is asked for there, and nowhere else. `None`: Discord's own.
    pub api: Option<String>,
    /// A file that holds the bot's token and nothing else, read if the environment variable `DISCORD_TOKEN` is not set.
    pub token_file: Option<PathBuf>,
    /// How long a bot that is told to stop takes at most to send replies in flight and say farewell, in seconds.
    pub finish_seconds: u64,
    /// How many replies may wait for their turn in one channel, 1 to 1000. Discord lets about one a second through.
    pub most_waiting: usize,
    /// The channel in which moderators are told what they should know. `None`: they are told nothing there.
    pub moderators_channel: Option<Id>,
    /// Roles whose members are moderators, besides those who have the permission "Manage Messages".
    pub moderator_roles: Vec<Id>,
    /// Whether there is a button under each public reply with which the asker and moderators take it away. A reaction with a
    /// cross does the same in any case.
    pub dismiss_button: bool,
    pub urgent: Urgent,
    pub cooldown: cooldown::Settings,
    pub helpers: Helpers,
    /// The channels in which the bot answers by itself.
    pub watched: Vec<Watched>,
    pub shards: Shards,
    /// How long the gateway waits before it connects again. No setting: there is one right pace, and tests have another.
    #[serde(skip)]
    pub pace: Pace,
}

/// The `[discord.urgent]` table: help in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Urgent {
    /// Whether only the one who is in danger sees it, where Discord can do that.
    pub private: bool,
    /// Whether moderators are told, in their channel.
    pub tell_moderators: bool,
}

impl Default for Urgent {
    fn default() -> Self {
        // Public where the message was: others who read it can help, and somebody else may be in the same danger.
        Self { private: false, tell_moderators: true }
    }
}

/// The `[discord.helpers]` table: people who can be asked where the FAQ has no answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Helpers {
    /// The channel in which helpers learn of a question. `None`: "Ask a person" is not offered.
    pub channel: Option<Id>,
    /// Whether a thread is opened for each such question, where it was asked.
    pub thread: bool,
    /// Whether it is offered under answers as well.
    pub under_answers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api: None,
            token_file: None,
            // Below the 10 s after which Docker, and the 90 s after which systemd, lose patience.
            finish_seconds: 8,
            // At one a second, whoever comes last waits a minute.
            most_waiting: 60,
            moderators_channel: None,
            moderator_roles: Vec::new(),
            dismiss_button: true,
            urgent: Urgent::default(),
            cooldown: cooldown::Settings::default(),
            helpers: Helpers::default(),
            watched: Vec::new(),
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
        if !(1..=1000).contains(&self.most_waiting) {
            found.push(("most_waiting", "a whole number from 1 to 1000".to_owned()));
        }
        found.extend(self.cooldown.mistakes());
        for (name, set) in
            [("helpers.thread", self.helpers.thread), ("helpers.under_answers", self.helpers.under_answers)]
        {
            if set && self.helpers.channel.is_none() {
                found.push((name, "`true` only where `channel` names the helpers' channel".to_owned()));
            }
        }
        found.extend(self.shards.mistakes());
        found.extend(Watched::mistakes(&self.watched));
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
    fn a_base_is_a_host_and_no_path() {
        for good in ["http://127.0.0.1:4000", "http://localhost:4000/", "https://discord.com", "http://[::1]:80"] {
            assert!(is_base(good), "{good}");
        }
        for bad in ["", "127.0.0.1:4000", "http://", "ws://x", "http://x/api/v10", "http://x?y", "http://user@x"] {
            assert!(!is_base(bad), "{bad}");
        }
    }
}
