//! The labels of the metrics. Each is one of a few words that stand here, so no label can carry what a member wrote.

use std::fmt;

use prometheus_client::encoding::{EncodeLabel as _, EncodeLabelSet, LabelSetEncoder};

/// An enum whose values are words under the key `$key`.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident as $key:literal { $($(#[$about:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $value,)*
        }

        impl $name {
            /// All there are. Each is shown from the start on, with a nought: what has not happened yet is no gap.
            pub const ALL: &[Self] = &[$(Self::$value),*];

            /// The word that stands in the metrics.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }

        impl EncodeLabelSet for $name {
            fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
                ($key, self.word()).encode(encoder.encode_label())
            }
        }
    };
}

label! {
    /// What the bot said.
    Kind as "kind" {
        Answer = "answer",
        DidYouMean = "did_you_mean",
        NotInFaq = "not_in_faq",
        Urgent = "urgent",
    }
}

label! {
    /// How it was asked.
    How as "how" {
        /// In words.
        Asked = "asked",
        /// By a button or a menu, or by choosing in words among what was offered.
        Pressed = "pressed",
        /// Not at all: in a channel that the bot watches. No time is counted for these.
        Watched = "watched",
    }
}

label! {
    /// The way that a question took.
    Way as "way" {
        /// A message that is replied to.
        Message = "message",
        /// A command, a button, a menu.
        Interaction = "interaction",
    }
}

label! {
    /// What came of reading the FAQ again.
    Reload as "outcome" {
        /// A new set is in force.
        Changed = "changed",
        /// The files are as they were.
        Same = "same",
        /// It has mistakes, or falls below its bars: the old set stays.
        Refused = "refused",
    }
}

label! {
    /// What a sentence-embedding model had to do with a reply in words.
    Say as "say" {
        /// Its say is in the ranking and the confidence.
        Told = "told",
        /// It had no time for the question, or for a part of it: that goes by the letters alone.
        Late = "late",
        /// It had yet to read the FAQ.
        Loading = "loading",
    }
}

label! {
    /// How far a sentence-embedding model is.
    Model as "state" {
        /// There is none.
        Off = "off",
        /// It reads the FAQ.
        Loading = "loading",
        /// It has a say in replies.
        Ready = "ready",
        /// It cannot be used.
        Failed = "failed",
    }
}

label! {
    /// Whose cooldown told somebody to wait.
    Cooldown as "of" {
        Member = "member",
        Channel = "channel",
        Entry = "entry",
    }
}

label! {
    /// Why a question was left without its reply.
    Dropped as "why" {
        /// Too many replies waited for their turn in one channel; the oldest made room.
        QueueFull = "queue_full",
        /// One member asked far more than anybody can read.
        Flood = "flood",
        /// The bot was told to stop, and time ran out.
        Stopping = "stopping",
    }
}

label! {
    /// Why a request to Discord came to nothing.
    Failure as "why" {
        /// The bot may not do this here (50001, 50013 and the like).
        NotAllowed = "not_allowed",
        /// The channel or the message is not there any more (10003, 10008).
        Gone = "gone",
        /// The interaction's time is over (10062, 10015, 50027).
        Expired = "expired",
        /// Any other no.
        Refused = "refused",
        /// No answer, or only 5xx and 429, however often it was tried.
        NoAnswer = "no_answer",
    }
}

label! {
    /// Which limit of Discord's was met.
    Limit as "scope" {
        /// That of one route, such as the posts in one channel.
        Route = "route",
        /// That of the whole bot.
        Global = "global",
    }
}

label! {
    /// How a shard came back.
    Reconnect as "how" {
        /// The old session went on; nothing was missed.
        Resumed = "resumed",
        /// A new session; what happened in between is lost.
        Identified = "identified",
    }
}

/// A shard of the gateway, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shard(pub u32);

impl EncodeLabelSet for Shard {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
        ("shard", self.0).encode(encoder.encode_label())
    }
}
