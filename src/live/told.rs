//! What became of a changed folder, for the log and for moderators.

use std::fmt;
use std::sync::Arc;

use crate::faq::Faq;
use crate::problem::{Problem, summary};
use crate::trial::Failed;

/// What a look at the folder found, if it is sound.
#[derive(Debug, Clone)]
pub struct Reloaded {
    /// Whether the files differ from those of the set that was in force before.
    pub changed: bool,
    pub version: String,
    pub entries: usize,
    /// How many entries the set had that was in force before.
    pub had: usize,
    /// What is worth a look in the set.
    pub remarks: Vec<Problem>,
}

/// Why the files on disk are not in force. Displays as several lines, in the words of the problems.
#[derive(Debug)]
pub enum Refused {
    /// The mistakes; never empty. `entries` is how many were looked at.
    Mistakes { problems: Vec<Problem>, entries: usize },
    /// It is sound but not good enough.
    Failed(Failed),
    /// More than half of the entries are gone: a folder that is half copied looks just like that. Whoever means it asks
    /// for it.
    Shrunk { had: usize, has: usize },
    /// The files changed while they were read.
    Moving,
    /// Something in the bot broke on them.
    Broken,
}

/// What happened to the set.
#[derive(Debug, Clone)]
pub enum News {
    /// A new set took effect.
    InForce(Reloaded),
    /// The changed files were not taken; `kept` is the version that stays.
    Refused { why: Arc<Refused>, kept: String },
    /// After a refusal the files are again those of the set in force.
    Mended { version: String },
    /// The set that the bot was started with, of this version, does not keep its bars. It answers all the same.
    Below { why: Arc<Failed>, version: String },
}

impl Reloaded {
    pub(super) fn unchanged(faq: &Faq, remarks: Vec<Problem>) -> Self {
        let entries = faq.knowledge().entries.len();
        Self { changed: false, version: faq.version().to_owned(), entries, had: entries, remarks }
    }
}

impl Refused {
    /// What is wrong, piece by piece: a problem, a bar that is not met. Never empty.
    pub fn reasons(&self) -> Vec<String> {
        match self {
            Self::Mistakes { problems, .. } => problems.iter().map(Problem::to_string).collect(),
            Self::Failed(failed) => missed(failed),
            Self::Shrunk { had, has } => vec![format!(
                "the set in force has {had} entries, the files only {has}: is the folder half copied?\n  To mend: put \
                 the files back; or if so many entries are to go, say so with `/faq-admin reload` or SIGHUP."
            )],
            Self::Moving => vec!["the files were being changed while they were read\n  To mend: ask once more.".to_owned()],
            Self::Broken => vec![
                "the bot broke while it read these files; the log says where\n  To mend: report it as a fault of caveat."
                    .to_owned(),
            ],
        }
    }

    /// What follows, in a sentence or two.
    pub fn outcome(&self) -> String {
        match self {
            Self::Mistakes { problems, entries } => summary(problems, *entries),
            _ => "The bot keeps the answers it had.".to_owned(),
        }
    }
}

/// Why a set did not pass, piece by piece. Never empty.
pub fn missed(failed: &Failed) -> Vec<String> {
    match failed {
        Failed::Cases(why) => vec![why.to_string()],
        Failed::Bars(missed) => missed.iter().map(|bar| format!("bar not met: {bar}")).collect(),
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reason in self.reasons() {
            writeln!(f, "{reason}\n")?;
        }
        f.write_str(&self.outcome())
    }
}

/// Tells the log of `news`; of a refusal [`log_refusal`] has.
pub(super) fn log(news: &News) {
    match news {
        News::InForce(it) => {
            tracing::info!(version = it.version, entries = it.entries, remarks = it.remarks.len(), "new FAQ in force");
        }
        News::Refused { .. } => {}
        News::Below { why, .. } => {
            tracing::error!("{why}");
            tracing::error!(
                "the FAQ in force is below its bars; it answers all the same, since at the start there is no other"
            );
        }
        News::Mended { version } => tracing::info!(version, "the FAQ's files are again those of the set in force"),
    }
}

pub(super) fn log_refusal(refused: &Refused) {
    match refused {
        Refused::Mistakes { problems, .. } => {
            for problem in problems {
                tracing::error!(file = problem.file, id = problem.id, "{problem}");
            }
        }
        _ => refused.reasons().iter().for_each(|reason| tracing::error!("{reason}")),
    }
    tracing::error!("the changed FAQ was not taken: {}", refused.outcome());
}
