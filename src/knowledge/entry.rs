//! One entry of the FAQ: what a moderator writes in one `faq/<topic>/<id>.md`.
//!
//! These are plain values. Reading them from text is `parse`'s work, judging them against each other `check`'s.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::source::SourceId;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(text: &str) -> Self {
                Self(text.into())
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}
pub(crate) use id_type;

id_type! {
    /// An entry's id: its file's name without `.md`.
    EntryId
}
id_type! {
    /// A topic's id: the name of its folder under `faq/`.
    TopicId
}

/// One question with its curated answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: EntryId,
    pub topic: TopicId,
    /// The question as a member would ask it.
    pub question: String,
    /// Other ways to ask it; they carry the matching.
    pub phrasings: Vec<String>,
    /// One sentence that answers the question and can stand alone.
    pub verdict: String,
    /// The body: Markdown as Discord renders it.
    pub answer: String,
    /// What limits the answer; never empty, and never shown apart from it.
    pub caveats: Vec<String>,
    pub sources: Vec<SourceId>,
    pub evidence: Evidence,
    pub risk: Risk,
    pub related: Vec<EntryId>,
    pub reviewed: Date,
    /// Days after `reviewed` at which a new review is due (the set's default filled in).
    pub review_after: u32,
    /// A guide's branches; empty for an ordinary entry.
    pub situations: Vec<Situation>,
}

impl Entry {
    /// The day from which on the entry wants a new review; `None` if no such day can be written down.
    pub fn review_due(&self) -> Option<Date> {
        self.reviewed.checked_add(jiff::Span::new().try_days(self.review_after).ok()?).ok()
    }

    /// The question and all phrasings: every text that should find this entry.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.phrasings.iter().map(String::as_str))
    }
}

/// One branch of a guide: a member picks the situation, the bot says what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Situation {
    /// The key `if` of the file: the situation, in one line.
    #[serde(rename = "if")]
    pub when: String,
    /// What follows, in one or two sentences.
    pub then: String,
    /// Short lines to act on.
    pub points: Vec<String>,
}

/// How well an answer's main claim is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Several sizeable controlled trials agree.
    Strong,
    /// Trials or meta-analyses, with real flaws.
    Moderate,
    /// Small, short or uncontrolled human studies.
    Preliminary,
    /// Cells and animals.
    Preclinical,
    /// What a regulator or a law says.
    Regulatory,
    /// Judgement, definitions, good practice, prices.
    Advice,
}

impl Evidence {
    pub const ALL: [Self; 6] =
        [Self::Strong, Self::Moderate, Self::Preliminary, Self::Preclinical, Self::Regulatory, Self::Advice];

    /// The word used in files and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Moderate => "moderate",
            Self::Preliminary => "preliminary",
            Self::Preclinical => "preclinical",
            Self::Regulatory => "regulatory",
            Self::Advice => "advice",
        }
    }
}

/// How much a wrong answer about this could hurt; a high risk has a higher bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    Ordinary,
    High,
}

impl Risk {
    pub const ALL: [Self; 2] = [Self::Ordinary, Self::High];

    /// The word used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::High => "high",
        }
    }
}
