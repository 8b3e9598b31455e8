//! What the front end is given by whoever starts it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backstage::Backstage;
use crate::metrics::Metrics;
use crate::service::Answers;
use crate::store::{InMemory, Store};

/// What the front end does not make itself.
#[derive(Clone)]
pub struct Parts {
    pub answers: Arc<dyn Answers>,
    /// What moderators are served by; `None` if there is nothing for them to look after.
    pub backstage: Option<Arc<Backstage>>,
    /// Where what happens is counted.
    pub metrics: Metrics,
    pub store: Arc<dyn Store>,
    /// Tells what time it is.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Parts {
    /// A front end for `answers` that keeps nothing over a restart and goes by the machine's clock.
    pub fn new(answers: Arc<dyn Answers>) -> Self {
        let store = Arc::new(InMemory::new(crate::store::Settings::default().keep_days));
        Self { answers, backstage: None, metrics: Metrics::default(), store, now: Arc::new(Timestamp::now) }
    }
}
