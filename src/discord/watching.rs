//! When the bot speaks without having been asked: the channels that it watches, and its reserve there.
//!
//! Pure: what was said before and what time it is come in as arguments; `correspondence` asks Discord for them.

use jiff::{SignedDuration, Timestamp};

use super::id::Id;
use crate::matching::manner::Manner;
use crate::matching::normalize::{clean, words};

/// One `[[discord.watched]]` table: a channel in which the bot answers by itself.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watched {
    /// The channel; required.
    pub channel: Option<Id>,
    pub kind: Kind,
    /// The least confidence of an answer that nobody asked the bot for, in `0.0..=1.0`.
    pub bar: f64,
    /// For how many minutes an entry that was answered there is not said again by itself, from 0 to 10080.
    pub quiet_minutes: u32,
    /// How many minutes back two members count as talking with each other, from 0 to 1440.
    pub conversation_minutes: u32,
}

/// What kind of channel is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Every message may be a question.
    Channel,
    /// A forum: a new post is answered once, by its title and first message.
    Forum,
}

impl Default for Watched {
    fn default() -> Self {
        Self {
            channel: None,
            kind: Kind::Channel,
            // Above the bar of those who ask the bot (.82 for four wrong answers of a hundred, .92 for three).
            bar: 0.95,
            // Who scrolls back an hour finds it.
            quiet_minutes: 60,
            // After five minutes of silence a new question is a new talk.
            conversation_minutes: 5,
        }
    }
}

impl Watched {
    /// The settings that are unsound: each one's name in the table above, and what it may be.
    pub fn mistakes(all: &[Self]) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut tell = |bad: bool, name: &'static str, may_be: &str| {
            if bad {
                found.push((name, may_be.to_owned()));
            }
        };
        let any = |bad: fn(&Self) -> bool| all.iter().any(bad);
        tell(any(|it| it.channel.is_none()), "watched.channel", "the id of a channel, in each [[discord.watched]]");
        tell(any(|it| !(0.0..=1.0).contains(&it.bar)), "watched.bar", "a number from 0 to 1, such as 0.95");
        tell(any(|it| it.quiet_minutes > 10_080), "watched.quiet_minutes", "a number of minutes from 0 to 10080");
        tell(
            any(|it| it.conversation_minutes > 1440),
            "watched.conversation_minutes",
            "a number of minutes from 0 to 1440",
        );
        let mut channels: Vec<Id> = all.iter().filter_map(|it| it.channel).collect();
        channels.sort_unstable();
        tell(
            channels.windows(2).any(|two| two[0] == two[1]),
            "watched.channel",
            "a channel that no other [[discord.watched]] names",
        );
        found
    }

    /// How long an entry rests that was said in the channel.
    pub fn quiet(&self) -> SignedDuration {
        SignedDuration::from_mins(self.quiet_minutes.into())
    }

    /// How far back a conversation reaches.
    pub fn conversation(&self) -> SignedDuration {
        SignedDuration::from_mins(self.conversation_minutes.into())
    }
}

/// The table for the channel `id`, if it is watched as `kind`.
pub fn find(watched: &[Watched], id: u64, kind: Kind) -> Option<&Watched> {
    watched.iter().find(|it| it.kind == kind && it.channel.is_some_and(|channel| channel.get() == id))
}

/// Whether `text` asks something that an FAQ could answer: not a statement, not what others have been through.
pub fn is_question(text: &str) -> bool {
    let cleaned = clean(text);
    let manner = Manner::of(&cleaned, &words(&cleaned));
    manner.asks && !manner.polls
}

/// A message that stands before the one in question, by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    pub author: u64,
    pub at: Timestamp,
}

/// Whether `author`, who writes at `now`, is in the middle of a conversation with somebody: within `reach` both he and
/// somebody else have written, whoever was first. `before` are the messages that came before, in any order.
pub fn in_conversation(author: u64, now: Timestamp, reach: SignedDuration, before: &[Before]) -> bool {
    let recent = || before.iter().filter(|it| now.duration_since(it.at) <= reach);
    recent().any(|it| it.author == author) && recent().any(|it| it.author != author)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + 60 * minute).unwrap()
    }

    #[test]
    fn a_question_is_told_from_talk() {
        for asked in ["how hot should the water be", "is it safe?", "so what does it cost"] {
            assert!(is_question(asked), "{asked}");
        }
        for told in ["i had mine yesterday and it went well", "lol thanks", "who else here has tried it?", ""] {
            assert!(!is_question(told), "{told}");
        }
    }

    #[test]
    fn two_who_take_turns_are_left_alone() {
        let reach = SignedDuration::from_mins(5);
        let talk = |said: &[(u64, i64)]| {
            let before: Vec<Before> =
                said.iter().map(|(author, minute)| Before { author: *author, at: at(*minute) }).collect();
            in_conversation(1, at(10), reach, &before)
        };
        assert!(!talk(&[]));
        assert!(talk(&[(1, 7), (2, 8)]), "answered by somebody");
        assert!(talk(&[(2, 8), (1, 7)]), "in whatever order Discord tells it");
        assert!(!talk(&[(1, 8), (1, 9)]), "a monologue");
        assert!(!talk(&[(2, 7), (3, 8), (2, 9)]), "others talk, he is new");
        assert!(talk(&[(2, 7), (1, 9)]), "he has answered somebody, and goes on");
        assert!(!talk(&[(1, 1), (2, 2)]), "long over");
        assert!(!talk(&[(1, 1), (2, 8)]), "his part of it is long over");
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let channel = Id::new(5);
        let sound = Watched { channel, ..Watched::default() };
        assert!(Watched::mistakes(std::slice::from_ref(&sound)).is_empty());
        for (wrong, name) in [
            (Watched::default(), "watched.channel"),
            (Watched { bar: 95.0, ..sound.clone() }, "watched.bar"),
            (Watched { quiet_minutes: 99_999, ..sound.clone() }, "watched.quiet_minutes"),
            (Watched { conversation_minutes: 1441, ..sound.clone() }, "watched.conversation_minutes"),
        ] {
            assert_eq!(Watched::mistakes(&[wrong])[0].0, name);
        }
        assert_eq!(Watched::mistakes(&[sound.clone(), sound])[0].0, "watched.channel", "twice");
    }
}
