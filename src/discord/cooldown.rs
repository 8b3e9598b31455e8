//! Who has to wait, and for how long.
//!
//! Each member and each channel has a bucket of turns that fills again with time (a token bucket). A channel's bucket is
//! never emptied at somebody's expense: who has had no turn for a while gets his, however many others were faster, so one
//! who asks much uses up his own turns alone. Help in an emergency is not asked about here at all.
//!
//! Pure: what time it is comes in as an argument.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::{SignedDuration, Timestamp};

/// The `[discord.cooldown]` table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many questions a member may ask in a row, from 1 to 1000.
    pub member_questions: u32,
    /// In how many seconds a member has all these turns again, from 0 (no cooldown) to 86400.
    pub member_seconds: u32,
    /// The same for all questions of one channel.
    pub channel_questions: u32,
    pub channel_seconds: u32,
    /// For how many seconds after an answer the same entry is not posted again in the same channel, from 0 to 86400.
    pub entry_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Nobody reads more than five answers a minute.
            member_questions: 5,
            member_seconds: 60,
            // What Discord lets through of a bot's posts in one channel, 5 in 5 s: more would only make a queue longer.
            channel_questions: 60,
            channel_seconds: 60,
            // An answer that was given half a minute ago is still on everybody's screen.
            entry_seconds: 30,
        }
    }
}

impl Settings {
    /// The settings that are unsound: each one's name in the table above, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for (name, turns) in [
            ("cooldown.member_questions", self.member_questions),
            ("cooldown.channel_questions", self.channel_questions),
        ] {
            if !(1..=1000).contains(&turns) {
                found.push((name, "a number of questions from 1 to 1000".to_owned()));
            }
        }
        for (name, seconds) in [
            ("cooldown.member_seconds", self.member_seconds),
            ("cooldown.channel_seconds", self.channel_seconds),
            ("cooldown.entry_seconds", self.entry_seconds),
        ] {
            if seconds > 86_400 {
                found.push((name, "a number of seconds from 0 (no cooldown) to 86400".to_owned()));
            }
        }
        found
    }

    /// How long an entry rests in a channel.
    pub fn entry_rest(&self) -> SignedDuration {
        SignedDuration::from_secs(self.entry_seconds.into())
    }
}

/// Whose turns are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Member,
    Channel,
}

/// What turning a page takes of a turn: with the default, twenty pages a minute, which nobody reads either.
const PAGE: f64 = 0.25;

/// Somebody has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    pub whose: Whose,
    /// When to come back.
    pub until: Timestamp,
    /// Whether this member is refused for the first time since the last turn that he got. Said once, the rest is a flood.
    pub first: bool,
}

/// The turns of everybody.
#[derive(Debug)]
pub struct Cooldown {
    members: Buckets<u64>,
    channels: Buckets<u64>,
    /// How often each member was refused since his last turn.
    refused: HashMap<u64, Timestamp>,
}

impl Cooldown {
    pub fn new(settings: &Settings) -> Self {
        Self {
            members: Buckets::new(settings.member_questions, settings.member_seconds),
            channels: Buckets::new(settings.channel_questions, settings.channel_seconds),
            refused: HashMap::new(),
        }
    }

    /// Takes a turn of `member` at `now`, and one of `channel` if others see the reply.
    ///
    /// # Errors
    /// [`Wait`], if there is none. Then none is taken.
    pub fn take(&mut self, member: u64, channel: Option<u64>, now: Timestamp) -> Result<(), Wait> {
        self.take_share(1.0, member, channel, now)
    }

    /// The same for a page that `member` turns, for himself alone: that takes a share of his turn.
    ///
    /// # Errors
    /// [`Wait`], if there is none left.
    pub fn take_page(&mut self, member: u64, now: Timestamp) -> Result<(), Wait> {
        self.take_share(PAGE, member, None, now)
    }

    fn take_share(&mut self, share: f64, member: u64, channel: Option<u64>, now: Timestamp) -> Result<(), Wait> {
        let waits = |whose, until| Wait { whose, until, first: false };
        let taken = if let Some(until) = self.members.wait_for(share, &member, now) {
            Err(waits(Whose::Member, until))
        } else {
            let used_up = channel.and_then(|channel| self.channels.wait(&channel, now));
            match used_up {
                // Whose own turns are all there has asked nothing for a while: the channel is full of others.
                Some(until) if !self.members.is_full(&member, now) => Err(waits(Whose::Channel, until)),
                _ => Ok(()),
            }
        };
        match taken {
            Ok(()) => {
                self.members.take_share(share, member, now);
                if let Some(channel) = channel {
                    self.channels.take(channel, now);
                }
                self.refused.remove(&member);
                Ok(())
            }
            Err(wait) => {
                let first = self.refused.get(&member).is_none_or(|until| *until <= now);
                self.refused.retain(|_, until| *until > now);
                if first {
                    self.refused.insert(member, wait.until);
                }
                Err(Wait { first, ..wait })
            }
        }
    }

    /// Whether `channel` has a turn left at `now`, for what nobody asked for; takes it if so.
    pub fn take_unasked(&mut self, channel: u64, now: Timestamp) -> bool {
        let free = self.channels.wait(&channel, now).is_none();
        if free {
            self.channels.take(channel, now);
        }
        free
    }
}

/// A bucket of turns for each key that has used one of late.
#[derive(Debug)]
pub struct Buckets<K> {
    turns: f64,
    /// Seconds until one turn is there again; 0 for no limit.
    each: f64,
    /// How many turns were left, and when that was. A key that is not here has all.
    left: HashMap<K, (f64, Timestamp)>,
}

/// Full buckets are looked for when there are so many, and again when their number has doubled.
const MANY: usize = 1024;

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets of `turns`, which are all there again after `seconds`; 0 seconds for no limit.
    pub fn new(turns: u32, seconds: u32) -> Self {
        let turns = f64::from(turns.max(1));
        Self { turns, each: f64::from(seconds) / turns, left: HashMap::new() }
    }

    /// Until when `key` has no turn; `None` if it has one.
    pub fn wait(&self, key: &K, now: Timestamp) -> Option<Timestamp> {
        self.wait_for(1.0, key, now)
    }

    /// The same for a share of a turn, from 0 to 1.
    fn wait_for(&self, share: f64, key: &K, now: Timestamp) -> Option<Timestamp> {
        let left = self.left(key, now);
        if left >= share {
            return None;
        }
        let seconds = ((share - left) * self.each).ceil();
        Some(now + SignedDuration::from_secs(seconds as i64))
    }

    /// Whether `key` has used no turn for so long that it has all.
    pub fn is_full(&self, key: &K, now: Timestamp) -> bool {
        self.left(key, now) >= self.turns
    }

    /// Takes a turn of `key`, whether it has one or not.
    pub fn take(&mut self, key: K, now: Timestamp) {
        self.take_share(1.0, key, now);
    }

    fn take_share(&mut self, share: f64, key: K, now: Timestamp) {
        if self.each == 0.0 {
            return;
        }
        if self.left.len() >= MANY && self.left.len().is_power_of_two() {
            let (turns, each) = (self.turns, self.each);
            self.left.retain(|_, (left, at)| filled(*left, *at, now, each) < turns);
        }
        let left = self.left(&key, now) - share;
        self.left.insert(key, (left.max(0.0), now));
    }

    fn left(&self, key: &K, now: Timestamp) -> f64 {
        match self.left.get(key) {
            Some((left, at)) if self.each > 0.0 => filled(*left, *at, now, self.each).min(self.turns),
            _ => self.turns,
        }
    }
}

fn filled(left: f64, at: Timestamp, now: Timestamp, each: f64) -> f64 {
    // A clock that was set back fills nothing.
    left + now.duration_since(at).as_secs_f64().max(0.0) / each
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn settings(member: (u32, u32), channel: (u32, u32)) -> Settings {
        Settings {
            member_questions: member.0,
            member_seconds: member.1,
            channel_questions: channel.0,
            channel_seconds: channel.1,
            ..Settings::default()
        }
    }

    #[test]
    fn turns_are_used_up_and_come_back_one_by_one() {
        let mut cooldown = Cooldown::new(&settings((3, 30), (100, 10)));
        for _ in 0..3 {
            assert_eq!(cooldown.take(1, Some(7), at(0)), Ok(()));
        }
        let wait = |until, first| Err(Wait { whose: Whose::Member, until: at(until), first });
        assert_eq!(cooldown.take(1, Some(7), at(0)), wait(10, true));
        assert_eq!(cooldown.take(1, Some(7), at(4)), wait(10, false), "said once");
        assert_eq!(cooldown.take(2, Some(7), at(4)), Ok(()), "somebody else's turns are his own");
        assert_eq!(cooldown.take(1, None, at(10)), Ok(()));
        assert_eq!(cooldown.take(1, None, at(10)), wait(20, true), "a new cooldown");
        for _ in 0..3 {
            assert_eq!(cooldown.take(1, None, at(100)), Ok(()));
        }
    }

    #[test]
    fn nobody_uses_up_anothers_turn() {
        let mut cooldown = Cooldown::new(&settings((5, 60), (6, 60)));
        // One asks as much as he may, and more.
        let got = (0..20).filter(|_| cooldown.take(1, Some(7), at(0)).is_ok()).count();
        assert_eq!(got, 5);
        // Ten others ask at the same moment: each gets a turn, though the channel has but one left.
        for member in 10..20 {
            assert_eq!(cooldown.take(member, Some(7), at(0)), Ok(()), "{member}");
        }
        // A second one each is too much for the channel.
        let wait = cooldown.take(10, Some(7), at(0)).unwrap_err();
        assert_eq!((wait.whose, wait.first), (Whose::Channel, true));
        assert_eq!(cooldown.take(10, Some(8), at(0)), Ok(()), "elsewhere there is room");
        assert_eq!(cooldown.take(11, None, at(0)), Ok(()), "and in private");
    }

    #[test]
    fn what_nobody_asked_for_never_goes_beyond_the_channels_turns() {
        let mut cooldown = Cooldown::new(&settings((5, 60), (2, 60)));
        assert!(cooldown.take_unasked(7, at(0)) && cooldown.take_unasked(7, at(0)));
        assert!(!cooldown.take_unasked(7, at(0)));
        assert!(cooldown.take_unasked(7, at(30)));
    }

    #[test]
    fn four_pages_are_as_much_as_a_question() {
        let mut cooldown = Cooldown::new(&settings((2, 20), (100, 10)));
        assert_eq!(cooldown.take(1, None, at(0)), Ok(()));
        for _ in 0..4 {
            assert_eq!(cooldown.take_page(1, at(0)), Ok(()));
        }
        let wait = cooldown.take_page(1, at(0)).unwrap_err();
        assert_eq!((wait.until, wait.first), (at(3), true), "a quarter of ten seconds, and whole ones");
        assert_eq!(cooldown.take_page(1, at(3)), Ok(()));
        assert_eq!(cooldown.take(1, None, at(3)).unwrap_err().until, at(13));
    }

    #[test]
    fn no_seconds_are_no_cooldown() {
        let mut cooldown = Cooldown::new(&settings((1, 0), (1, 0)));
        assert!((0..100).all(|_| cooldown.take(1, Some(7), at(0)).is_ok()));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_long() {
        let mut cooldown = Cooldown::new(&settings((1, 10), (100, 10)));
        assert!(cooldown.take(1, None, at(1_000_000)).is_ok());
        let wait = cooldown.take(1, None, at(0)).unwrap_err();
        assert_eq!(wait.until, at(10));
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let mut buckets = Buckets::new(1, 10);
        for key in 0..5000_u64 {
            buckets.take(key, at(i64::try_from(key).unwrap()));
        }
        assert!(buckets.left.len() <= MANY + 1, "{}", buckets.left.len());
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let wrong = Settings { member_questions: 0, entry_seconds: 100_000, ..Settings::default() };
        let names: Vec<&str> = wrong.mistakes().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["cooldown.member_questions", "cooldown.entry_seconds"]);
        assert!(Settings::default().mistakes().is_empty());
    }
}
