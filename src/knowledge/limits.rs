//! How long the texts of an FAQ may be, and why: the only table of lengths. All are counted in characters.
//!
//! Discord's own sizes are `render::limits`' matter; here stand the bounds that make sure an entry fits into them.

/// The most of something, with the reason that a moderator reads who went beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub most: usize,
    /// A whole sentence.
    pub why: &'static str,
}

/// An entry's or a topic's id.
pub const ID: Limit =
    Limit { most: 60, why: "A Discord button carries the id in its own, which holds 100 characters." };

/// An entry's question.
pub const QUESTION: Limit =
    Limit { most: 200, why: "It is the heading of the reply, and a heading in Discord holds 256 characters." };

/// One phrasing.
pub const PHRASING: Limit =
    Limit { most: 200, why: "A phrasing is how somebody would ask in one sentence; a long text matches nothing well." };

/// An entry's verdict.
pub const VERDICT: Limit =
    Limit { most: 160, why: "The verdict is read at a glance on a phone: one sentence of two lines." };

/// One caveat.
pub const CAVEAT: Limit = Limit { most: 220, why: "A caveat is one limit of the answer; a longer one is not read." };

/// Caveats of one entry.
pub const CAVEATS: Limit = Limit {
    most: 3,
    why: "More than three are not read, and together they must fit a Discord field of 1,024 characters.",
};

/// An entry's answer.
pub const ANSWER: Limit = Limit {
    most: 3_500,
    why: "Verdict and answer stand together in a Discord embed, whose text holds 4,096 characters.",
};

/// The length at which an answer reads well on a phone: below, it hardly says how sure it is; above, it is more than a
/// screen or two. Outside of it there is a remark.
pub const COMFORTABLE_ANSWER: std::ops::RangeInclusive<usize> = 350..=1_200;

/// The line `if` of a guide's situation.
pub const SITUATION: Limit = Limit { most: 80, why: "It is the label of a button, and that holds 80 characters." };

/// What follows from a situation: `then` and all `points` together.
pub const SITUATION_REPLY: Limit =
    Limit { most: 1_000, why: "`then` and `points` together must fit a Discord field of 1,024 characters." };

/// Situations of one guide.
pub const SITUATIONS: Limit =
    Limit { most: 10, why: "Each is a button, and two rows of five are as many as one can overlook." };

/// A source's address.
pub const ADDRESS: Limit =
    Limit { most: 512, why: "It is that of a link button in Discord, which holds 512 characters." };

/// The set's name.
pub const SET_NAME: Limit = Limit { most: 80, why: "It stands in one line at the foot of a reply." };

/// A topic's title.
pub const TOPIC_TITLE: Limit =
    Limit { most: 80, why: "It may be the label of a button, and that holds 80 characters." };

/// The disclaimer and the contact, each.
pub const NOTICE: Limit = Limit {
    most: 500,
    why: "It stands under replies, and a Discord field holds 1,024 characters with the rest of it.",
};
