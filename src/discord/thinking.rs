//! What is to be said to an interaction, worked out away from the threads that serve the network.

use tokio::task::{JoinHandle, spawn_blocking};

use super::manners::Where;
use super::outgoing::Place;
use crate::answering::Urgent;
use crate::metrics::Metrics;
use crate::render::discord::{Message, notice};
use crate::render::wording::discord as words;

/// What is to be said, and where.
pub struct Thought {
    pub place: Place,
    pub messages: Vec<Message>,
    /// The emergency that it is help in, and where it was described.
    pub urgent: Option<(Urgent, Where)>,
}

/// A reply that is being worked out.
pub struct Thinking(pub JoinHandle<Thought>);

impl Thinking {
    pub fn of(work: impl FnOnce() -> Thought + Send + 'static) -> Self {
        Self(spawn_blocking(work))
    }

    /// The reply; an apology if working it out ended in a panic.
    pub async fn finish(self, metrics: &Metrics) -> Thought {
        self.0.await.unwrap_or_else(|_| Thought::broken(metrics))
    }
}

impl Thought {
    pub fn new(place: Place, messages: Vec<Message>) -> Self {
        Self { place, messages, urgent: None }
    }

    /// A sentence to whoever asked, and nobody else.
    pub fn notice(sentence: &str) -> Self {
        Self::new(Place::Private, vec![notice(sentence)])
    }

    /// What is said when thinking ended in a panic.
    pub fn broken(metrics: &Metrics) -> Self {
        metrics.panicked();
        Self::notice(words::BROKEN)
    }
}
