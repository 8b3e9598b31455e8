//! Notices that the FAQ's folder changed, and when the change is complete.
//!
//! The folder is looked at every other second: names, sizes and times, no contents (`load::stamp`). That was preferred to
//! the system's notifications (inotify and its kin, by the crate `notify`): they do not cross network shares, several
//! kinds of container mounts and swapped links, so that looking would be needed besides, and alone it does for all. It
//! costs a fifth of a millisecond a look for sixty files, nothing to install, and can miss nothing but what is undone
//! between two looks. Nobody minds that an answer changes two seconds later.
//!
//! A change is taken when the folder has been quiet for a while, so that a `git pull` of many files is one change and a
//! save that takes two steps is whole. What is faulty even then is only told after it has been quiet for longer: it may
//! be a save or a copy that takes its time.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::{Live, Refused};
use crate::load::stamp::Stamp;

/// When to look, and what to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Between two looks.
    pub every: Duration,
    /// How long a changed folder must have stayed the same to be taken.
    pub quiet: Duration,
    /// How long it must have stayed the same for its faults to be told.
    pub patience: Duration,
}

impl Settings {
    /// With a look every so many seconds.
    pub fn every(seconds: u64) -> Self {
        Self {
            every: Duration::from_secs(seconds),
            // Some file systems (FAT) write times in steps of two seconds: a change within one step could go unseen.
            quiet: Duration::from_secs(seconds.max(2)),
            // An editor that saves in steps, or `scp` between two files, is never silent for that long.
            patience: Duration::from_secs(seconds.max(10)),
        }
    }
}

/// Watches the folder of `live` for as long as it is polled. `today` is asked at each change.
pub async fn watch(live: Arc<Live>, settings: Settings, today: fn() -> Date) {
    let Some(first) = settled(&live) else { return };
    let mut watcher = Watcher::new(settings, first, Instant::now());
    loop {
        sleep(settings.every).await;
        let looker = Arc::clone(&live);
        let now = Instant::now();
        let looked = spawn_blocking(move || {
            look(&mut watcher, &looker, today, now);
            watcher
        });
        watcher = match looked.await {
            Ok(watcher) => watcher,
            Err(_) => match give_up(Arc::clone(&live), settings).await {
                Some(watcher) => watcher,
                None => return,
            },
        };
    }
}

/// After a panic: that state of the folder is not tried again. `None` if the program ends.
async fn give_up(live: Arc<Live>, settings: Settings) -> Option<Watcher> {
    let refuse = move || {
        let stamp = live.origin.as_ref()?.stamp();
        live.refuse(stamp, Refused::Broken);
        Some(Watcher::new(settings, stamp, Instant::now()))
    };
    spawn_blocking(refuse).await.ok()?
}

fn settled(live: &Live) -> Option<Stamp> {
    live.how_it_went().settled
}

fn look(watcher: &mut Watcher, live: &Live, today: fn() -> Date, now: Instant) {
    let Some(origin) = &live.origin else { return };
    let stamp = origin.stamp();
    match watcher.step(stamp, settled(live) == Some(stamp), now) {
        Step::Wait => {}
        Step::Take => match live.take_seen(today()) {
            Ok(_) => {}
            Err(Refused::Moving) => watcher.disturbed(now),
            Err(refused) => watcher.refused = Some(refused),
        },
        Step::Tell => {
            if let Some(refused) = watcher.refused.take() {
                live.refuse(stamp, refused);
            }
        }
    }
}

/// What to do after a look.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Wait,
    /// The change is complete: try to take it.
    Take,
    /// It was refused and stayed as it is: tell.
    Tell,
}

/// What was seen so far.
struct Watcher {
    settings: Settings,
    /// The folder at the last look, and since when it is like that.
    seen: Stamp,
    since: Instant,
    /// Whether it was tried in this state, and what came of it if it was refused and that was not told yet.
    tried: bool,
    refused: Option<Refused>,
}

impl Watcher {
    fn new(settings: Settings, seen: Stamp, now: Instant) -> Self {
        Self { settings, seen, since: now, tried: false, refused: None }
    }

    /// The folder looks like `stamp` at `now`; `settled` says whether that state has been dealt with.
    fn step(&mut self, stamp: Stamp, settled: bool, now: Instant) -> Step {
        if stamp != self.seen {
            self.seen = stamp;
            self.disturbed(now);
        }
        let quiet = now.saturating_duration_since(self.since);
        if settled {
            self.tried = true;
            self.refused = None;
            Step::Wait
        } else if !self.tried && quiet >= self.settings.quiet {
            self.tried = true;
            Step::Take
        } else if self.refused.is_some() && quiet >= self.settings.patience {
            Step::Tell
        } else {
            Step::Wait
        }
    }

    /// Somebody is at work in the folder.
    fn disturbed(&mut self, now: Instant) {
        self.since = now;
        self.tried = false;
        self.refused = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::stamp::stamp;
    use std::path::Path;

    /// Stamps that differ: of two folders, neither of which changes.
    fn stamps() -> [Stamp; 2] {
        ["src", "no-such-folder"].map(|name| stamp(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &[]))
    }

    #[test]
    fn a_change_is_tried_when_quiet_and_its_faults_told_later() {
        let [old, new] = stamps();
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let mut watcher = Watcher::new(Settings::every(2), old, began);
        assert_eq!(watcher.step(old, true, at(2)), Step::Wait);
        assert_eq!(watcher.step(new, false, at(4)), Step::Wait, "just changed");
        assert_eq!(watcher.step(new, false, at(6)), Step::Take);
        watcher.refused = Some(Refused::Broken);
        assert_eq!(watcher.step(new, false, at(8)), Step::Wait);
        // Somebody writes on.
        assert_eq!(watcher.step(old, false, at(10)), Step::Wait);
        assert!(watcher.refused.is_none(), "of another state");
        assert_eq!(watcher.step(old, false, at(12)), Step::Take);
        watcher.refused = Some(Refused::Broken);
        assert_eq!(watcher.step(old, false, at(18)), Step::Wait);
        assert_eq!(watcher.step(old, false, at(20)), Step::Tell);
    }

    #[test]
    fn what_somebody_else_has_dealt_with_is_let_be() {
        let [old, new] = stamps();
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let mut watcher = Watcher::new(Settings::every(2), old, began);
        assert_eq!(watcher.step(new, false, at(2)), Step::Wait);
        assert_eq!(watcher.step(new, true, at(60)), Step::Wait);
        assert_eq!(watcher.step(new, false, at(62)), Step::Wait, "tried once is enough");
    }
}
