//! The FAQ now in force. A changed folder replaces it only if it is sound; whoever began a question on the old one ends it
//! there.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;

use crate::answering::Settings;
use crate::faq::Faq;
use crate::load::{self, Loaded};
use crate::matching::weights::Weights;
use crate::problem::Problem;

/// The FAQ in force, and where it comes from.
pub struct Live {
    faq: ArcSwap<Faq>,
    /// `None` for a set that came from no folder.
    origin: Option<Origin>,
}

/// Where a set comes from, and how it is made to answer.
struct Origin {
    dir: PathBuf,
    settings: Settings,
    weights: Weights,
}

impl Origin {
    fn faq(&self, loaded: Loaded) -> Faq {
        Faq::weighed(loaded.knowledge, self.settings.clone(), self.weights.clone(), loaded.version)
    }
}

/// What a reload found.
#[derive(Debug)]
pub struct Reloaded {
    /// Whether the files differ from those of the set that was in force before.
    pub changed: bool,
    pub version: String,
    pub entries: usize,
    /// What is worth a look in the new set.
    pub remarks: Vec<Problem>,
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
        let mut loaded = load::load(dir, today)?;
        let remarks = mem::take(&mut loaded.remarks);
        let origin = Origin { dir: dir.to_owned(), settings, weights };
        Ok((Self { faq: ArcSwap::from_pointee(origin.faq(loaded)), origin: Some(origin) }, remarks))
    }

    /// A set that came from no folder and never changes.
    pub fn fixed(faq: Faq) -> Self {
        Self { faq: ArcSwap::from_pointee(faq), origin: None }
    }

    /// The FAQ in force at this moment. Keep it for one reply, not for longer.
    pub fn faq(&self) -> Arc<Faq> {
        self.faq.load_full()
    }

    /// Reads the folder again and puts it in force. Reads files: not for a thread that others wait for.
    ///
    /// # Errors
    /// All mistakes of the folder, if it has any. Then the set that was in force stays.
    pub fn reload(&self, today: Date) -> Result<Reloaded, Vec<Problem>> {
        let old = self.faq();
        let Some(origin) = &self.origin else {
            return Ok(Reloaded {
                changed: false,
                version: old.version().to_owned(),
                entries: old.knowledge().entries.len(),
                remarks: Vec::new(),
            });
        };
        let mut loaded = load::load(&origin.dir, today)?;
        let report = Reloaded {
            changed: loaded.version != old.version(),
            version: loaded.version.clone(),
            entries: loaded.knowledge.entries.len(),
            remarks: mem::take(&mut loaded.remarks),
        };
        if report.changed {
            self.faq.store(Arc::new(origin.faq(loaded)));
        }
        Ok(report)
    }
}
