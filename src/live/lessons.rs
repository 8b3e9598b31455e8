//! A model reads each set that takes effect, on a thread of its own.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Instant;

use super::learning::{Learning, Teacher};
use super::{InForce, lock};
use crate::embedding::Embedder;

/// A model that reads sets, one after the other.
struct Lessons {
    embedder: Arc<Embedder>,
    /// Is told how far it is.
    told: Box<dyn Fn(&Learning) + Send + Sync>,
    /// Held while a set is read. Sets that follow each other share nearly all of their texts, and what was read for one is
    /// kept for the next: two at once would do the same work twice.
    reading: Mutex<()>,
}

/// A teacher that lets sets ask the model of `embedder`. `told` hears how far it is, whenever that changes.
pub fn teacher(embedder: Arc<Embedder>, told: impl Fn(&Learning) + Send + Sync + 'static) -> Teacher {
    let lessons = Arc::new(Lessons { embedder, told: Box::new(told), reading: Mutex::new(()) });
    Teacher::Model(Box::new(move |in_force| {
        (lessons.told)(&in_force.learning());
        // Weak: a set that waits for its lesson and is replaced meanwhile needs none.
        let (own, set) = (Arc::clone(&lessons), Arc::downgrade(in_force));
        if let Err(error) = thread::Builder::new().name("model".into()).spawn(move || own.read(&set)) {
            tracing::error!("the model cannot read the FAQ, and has no say in replies: {error}");
            lessons.tell(in_force, Learning::Failed("there is no thread for it".to_owned()));
        }
    }))
}

impl Lessons {
    fn read(&self, set: &Weak<InForce>) {
        let _turn = lock(&self.reading);
        let Some(set) = set.upgrade() else { return };
        let texts = set.faq.written().len();
        tracing::info!(texts, version = set.faq.version(), "the model reads the FAQ's phrasings");
        let began = Instant::now();
        let progress = |read, texts| self.tell(&set, Learning::Loading { read, texts });
        // A panic has been logged by the hook; that the set is not read must be seen, too.
        let taught = panic::catch_unwind(AssertUnwindSafe(|| self.embedder.teach(&set.faq, progress)));
        match taught {
            Ok(Ok(())) => {}
            Ok(Err(not_kept)) => tracing::warn!("{not_kept}"),
            Err(_) => return self.tell(&set, Learning::Failed("it broke off; the log says where".to_owned())),
        }
        if !set.faq.model_is_ready() {
            return self.tell(&set, Learning::Failed(format!("the FAQ has too many phrasings for it, {texts}")));
        }
        let seconds = began.elapsed().as_secs_f64();
        tracing::info!(texts, seconds, version = set.faq.version(), "the model has a say in replies");
        self.tell(&set, Learning::Ready);
    }

    fn tell(&self, set: &InForce, learning: Learning) {
        set.learns(learning.clone());
        (self.told)(&learning);
    }
}
