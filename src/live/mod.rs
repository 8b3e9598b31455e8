//! The FAQ now in force. A changed folder replaces it only if it is sound; whoever began a question on the old one ends it
//! there.
//!
//! Sound means: `load` finds no mistake, and the case files that the config names do not fall below their bars (`trial`).
//! Whatever is found in the folder, the last good set stays until there is a better one. [`watch`] notices changes by
//! itself; a signal or a moderator may ask for a look as well. All three end in [`Live`], which tells the log and
//! whoever listens to its news.

pub mod learning;
#[cfg(feature = "semantic")]
pub mod lessons;
mod told;
pub mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::broadcast;

pub use learning::{Learning, Teacher};
pub use told::{News, Refused, Reloaded, missed};

use crate::answering::Settings;
use crate::faq::Faq;
use crate::knowledge::Draft;
use crate::load::stamp::{Stamp, stamp};
use crate::load::{self, Report};
use crate::matching::weights::Weights;
use crate::problem::{Problem, Severity};
use crate::trial::{Failed, Trial};

/// How many news a listener may be behind. A change brings one, and people make changes.
const NEWS: usize = 16;

/// The FAQ in force, and where it comes from.
pub struct Live {
    in_force: ArcSwap<InForce>,
    /// `None` for a set that came from no folder.
    origin: Option<Origin>,
    teacher: Teacher,
    state: Mutex<State>,
    /// Held while the folder is read and judged: one at a time, however many ask.
    reading: Mutex<()>,
    news: broadcast::Sender<Arc<News>>,
}

/// A set, and since when it answers.
#[derive(Debug)]
pub struct InForce {
    pub faq: Arc<Faq>,
    /// What it was made of, with the place of everything; `None` for a set that came from no folder.
    pub draft: Option<Draft>,
    pub since: Timestamp,
    learning: Mutex<Learning>,
}

impl InForce {
    fn new(faq: Faq, draft: Option<Draft>) -> Self {
        Self { faq: Arc::new(faq), draft, since: Timestamp::now(), learning: Mutex::default() }
    }

    /// How far a model is with it.
    pub fn learning(&self) -> Learning {
        lock(&self.learning).clone()
    }

    /// Says how far a model is with it.
    pub fn learns(&self, learning: Learning) {
        *lock(&self.learning) = learning;
    }
}

/// How changes of the folder went.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// How often a new set took effect since the start.
    pub reloads: u64,
    /// How often a set was refused.
    pub refusals: u64,
    /// Why the files as they are on disk are not in force, and since when that is known.
    pub refused: Option<(Timestamp, Arc<Refused>)>,
    /// Why the set in force does not keep its bars. Only one that the bot was started with can be such.
    pub below: Option<Arc<Failed>>,
    /// The folder as it was dealt with last.
    settled: Option<Stamp>,
}

/// Where a set comes from, and how it is made to answer.
struct Origin {
    dir: PathBuf,
    settings: Settings,
    weights: Weights,
    trial: Trial,
}

/// Whether a moderator or operator asked for the files as they are, or they were only seen to have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Because {
    Asked,
    Seen,
}

impl Live {
    /// The FAQ in the folder `dir`, and what is worth a look in it.
    ///
    /// # Errors
    /// All mistakes of the folder, if it has any.
    pub fn load(
        dir: &Path,
        settings: Settings,
        weights: Weights,
        today: Date,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let origin = Origin { dir: dir.to_owned(), settings, weights, trial: Trial::default() };
        let settled = Some(origin.stamp());
        let Report { problems, draft, sound, .. } = load::report(dir, today);
        let Some(sound) = sound else { return Err(problems) };
        let faq = origin.faq(sound);
        let live = Self::new(faq, Some(draft), Some(origin));
        live.state().settled = settled;
        Ok((live, problems))
    }

    /// A set that came from no folder and never changes.
    pub fn fixed(faq: Faq) -> Self {
        Self::new(faq, None, None)
    }

    fn new(faq: Faq, draft: Option<Draft>, origin: Option<Origin>) -> Self {
        Self {
            in_force: ArcSwap::from_pointee(InForce::new(faq, draft)),
            origin,
            teacher: Teacher::Nobody,
            state: Mutex::default(),
            reading: Mutex::default(),
            news: broadcast::Sender::new(NEWS),
        }
    }

    /// The same, but a changed set must also pass `trial`. The one in force is not held to it: see [`Live::try_in_force`].
    pub fn held_to(mut self, trial: Trial) -> Self {
        if let Some(origin) = &mut self.origin {
            origin.trial = trial;
            self.state().settled = Some(origin.stamp());
        }
        self
    }

    /// The same, but `teacher` is given the set in force and each that takes its place.
    pub fn taught_by(self, teacher: Teacher) -> Self {
        teacher.begin(&self.in_force.load());
        Self { teacher, ..self }
    }

    /// The FAQ in force at this moment. Keep it for one reply, not for longer.
    pub fn faq(&self) -> Arc<Faq> {
        Arc::clone(&self.in_force.load().faq)
    }

    /// The set in force, with what it was made of. Keep it for one piece of work, not for longer.
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force.load_full()
    }

    /// The folder that the set comes from, if it comes from one.
    pub fn dir(&self) -> Option<&Path> {
        self.origin.as_ref().map(|origin| origin.dir.as_path())
    }

    /// What a changed set must pass.
    pub fn trial(&self) -> Option<&Trial> {
        self.origin.as_ref().map(|origin| &origin.trial)
    }

    /// How changes went so far.
    pub fn how_it_went(&self) -> State {
        self.state().clone()
    }

    /// What happens to the set from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<News>> {
        self.news.subscribe()
    }

    /// Whether the set in force passes the trial. Only told: at the start there is no better one that could stay.
    pub fn try_in_force(&self) {
        let Some(origin) = &self.origin else { return };
        let faq = self.faq();
        let Err(failed) = origin.trial.hold(&faq) else { return };
        let why = Arc::new(failed);
        {
            let mut state = self.state();
            // A better one may have taken its place while it was tried.
            if self.faq().version() != faq.version() {
                return;
            }
            state.below = Some(Arc::clone(&why));
        }
        self.tell(News::Below { why, version: faq.version().to_owned() });
    }

    /// Reads the folder again, because somebody asks for it, and puts it in force if it is sound. Reads files and may work
    /// for seconds: not for a thread that others wait for.
    ///
    /// # Errors
    /// Why not. Then the set that was in force stays.
    pub fn reload(&self, today: Date) -> Result<Reloaded, Arc<Refused>> {
        self.take(today, Because::Asked).map_err(|(stamp, refused)| self.refuse(stamp, refused))
    }

    /// The folder, taken over if it is sound, after it was seen to have changed. A refusal is not told yet: a save may be
    /// under way.
    fn take_seen(&self, today: Date) -> Result<Reloaded, Refused> {
        self.take(today, Because::Seen).map_err(|(_, refused)| refused)
    }

    /// A refusal comes with the state of the folder that was refused.
    fn take(&self, today: Date, because: Because) -> Result<Reloaded, (Stamp, Refused)> {
        let _turn = lock(&self.reading);
        let old = self.faq();
        let Some(origin) = &self.origin else { return Ok(Reloaded::unchanged(&old, Vec::new())) };
        let stamp = origin.stamp();
        let Report { problems, draft, sound, .. } = load::report(&origin.dir, today);
        if origin.stamp() != stamp {
            return Err((stamp, Refused::Moving));
        }
        let (mistakes, remarks): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.severity == Severity::Mistake);
        let Some(sound) = sound else {
            return Err((stamp, Refused::Mistakes { problems: mistakes, entries: draft.entries.len() }));
        };
        if sound.1 == old.version() {
            self.settle(stamp, false);
            return Ok(Reloaded::unchanged(&old, remarks));
        }
        let (has, had) = (sound.0.entries.len(), old.knowledge().entries.len());
        if because == Because::Seen && has * 2 < had {
            return Err((stamp, Refused::Shrunk { had, has }));
        }
        let faq = origin.faq(sound);
        origin.trial.hold(&faq).map_err(|failed| (stamp, Refused::Failed(failed)))?;
        let reloaded = Reloaded { changed: true, version: faq.version().to_owned(), entries: has, had, remarks };
        let in_force = Arc::new(InForce::new(faq, Some(draft)));
        // Before anybody can ask it: a reply must not say that there is no model when one is to come.
        self.teacher.begin(&in_force);
        self.in_force.store(in_force);
        self.settle(stamp, true);
        self.tell(News::InForce(reloaded.clone()));
        Ok(reloaded)
    }

    /// Remembers and tells that the folder in the state `stamp` was refused, unless the same has been told already.
    fn refuse(&self, stamp: Stamp, refused: Refused) -> Arc<Refused> {
        let refused = Arc::new(refused);
        // Whoever asked is told to ask again; there is nothing wrong with the files.
        if matches!(*refused, Refused::Moving) {
            return refused;
        }
        let again = {
            let mut state = self.state();
            state.settled = Some(stamp);
            let words = refused.to_string();
            let again = state.refused.as_ref().is_some_and(|(_, before)| before.to_string() == words);
            if !again {
                state.refusals += 1;
                state.refused = Some((Timestamp::now(), Arc::clone(&refused)));
            }
            again
        };
        told::log_refusal(&refused);
        if !again {
            self.tell(News::Refused { why: Arc::clone(&refused), kept: self.faq().version().to_owned() });
        }
        refused
    }

    /// Remembers that the folder, in the state `stamp`, is what is in force.
    fn settle(&self, stamp: Stamp, new: bool) {
        let was_refused = {
            let mut state = self.state();
            state.settled = Some(stamp);
            state.reloads += u64::from(new);
            if new {
                // It was tried before it took effect.
                state.below = None;
            }
            state.refused.take().is_some()
        };
        if was_refused && !new {
            self.tell(News::Mended { version: self.faq().version().to_owned() });
        }
    }

    fn tell(&self, news: News) {
        told::log(&news);
        // Nobody need listen.
        let _ = self.news.send(Arc::new(news));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Origin {
    fn faq(&self, (knowledge, version): (crate::knowledge::Knowledge, String)) -> Faq {
        Faq::weighed(knowledge, self.settings.clone(), self.weights.clone(), version)
    }

    fn stamp(&self) -> Stamp {
        stamp(&self.dir, &self.trial.files)
    }
}

/// A lock that outlives a panic elsewhere: what it guards here is never half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
