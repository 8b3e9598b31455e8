//! Working space that is large and dear to make, kept for the next who needs it.

use std::sync::{Mutex, PoisonError};

/// Things that are not in use. Whoever takes one gives it back as he found it; if he panics on the way, it is gone, and so
/// nobody ever finds one in disorder.
#[derive(Debug)]
pub struct Spare<T>(Mutex<Vec<T>>);

impl<T> Default for Spare<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Spare<T> {
    /// A spare one, or a new one.
    pub fn take(&self, make: impl FnOnce() -> T) -> T {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(make)
    }

    pub fn give_back(&self, thing: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(thing);
    }
}
