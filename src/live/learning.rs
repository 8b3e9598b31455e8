//! How far a model is with the set in force. It reads the set's texts in the background; until it has, and if it cannot,
//! replies go by the letters alone.

use std::fmt;
use std::sync::Arc;

use super::InForce;

/// How far a model is with a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Learning {
    /// There is none.
    #[default]
    Off,
    /// It has read so many of the set's phrasings.
    Loading { read: usize, texts: usize },
    /// It has a say in replies.
    Ready,
    /// It cannot be used, and why: a sentence without a full stop, and without a path of this machine.
    Failed(String),
}

impl fmt::Display for Learning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Loading { read, texts } => write!(f, "loading, {read} of {texts} phrasings read"),
            Self::Ready => f.write_str("ready"),
            Self::Failed(why) => write!(f, "failed: {why}"),
        }
    }
}

/// What teaches each set that takes effect what its texts mean.
#[derive(Default)]
pub enum Teacher {
    /// Nothing does: no model is named.
    #[default]
    Nobody,
    /// A model is named that cannot be used, and why; see [`Learning::Failed`].
    Failed(String),
    Model(Teach),
}

/// Is given each set; returns at once, and tells the set how far it is ([`InForce::learns`]).
pub type Teach = Box<dyn Fn(&Arc<InForce>) + Send + Sync>;

impl Teacher {
    /// Begins with a set that takes effect.
    pub(super) fn begin(&self, in_force: &Arc<InForce>) {
        match self {
            Self::Nobody => {}
            Self::Failed(why) => in_force.learns(Learning::Failed(why.clone())),
            Self::Model(teach) => {
                in_force.faq.promise_model();
                in_force.learns(Learning::Loading { read: 0, texts: in_force.faq.written().len() });
                teach(in_force);
            }
        }
    }
}
