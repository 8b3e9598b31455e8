//! What moderators ask of the FAQ: whether its files are sound, to read them now, why a question gets its reply, what a
//! new entry would do, and how the bot is doing. Any front end calls this; who is a moderator is its business.
//!
//! All of it but [`Backstage::status`] may work for seconds: not for a thread that others wait for.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::answering::Reply;
use crate::faq::Faq;
use crate::knowledge::{EntryId, Knowledge, TopicId};
use crate::live::{Learning, Live, News, Refused, Reloaded, missed};
use crate::load;
use crate::matching::Question;
use crate::metrics::{Dropped, Kind, Metrics, Say};
use crate::preview::{Preview, preview};
use crate::problem::Problem;
use crate::proofread::proofread;
use crate::render::staff::Status;
use crate::render::wording::staff as words;

/// The FAQ in force, seen from behind.
pub struct Backstage {
    live: Arc<Live>,
    today: fn() -> Date,
    metrics: Metrics,
}

/// What a look at the files on disk found.
#[derive(Debug)]
pub struct Checked {
    /// Mistakes and remarks, sorted by file and line.
    pub problems: Vec<Problem>,
    pub entries: usize,
    /// The entries past their review: id, date of the review, and when the next was due. Of the files if they are
    /// sound, else of the set in force.
    pub overdue: Vec<(String, Date, Date)>,
}

/// Why an entry could not be tried. Displays as a sentence for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTried {
    #[error("{}", words::bad_place(.0))]
    BadPlace(String),
    #[error("{}", words::unknown_topic(.typed, &.known.iter().map(String::as_str).collect::<Vec<_>>()))]
    UnknownTopic { typed: String, known: Vec<String> },
    #[error("{}", words::NOT_HERE)]
    NoFolder,
}

impl Backstage {
    /// The set of `live`; what happened since the start stands in `metrics`.
    pub fn new(live: Arc<Live>, today: fn() -> Date, metrics: Metrics) -> Self {
        Self { live, today, metrics }
    }

    /// What happens to the set from now on.
    pub fn listen(&self) -> tokio::sync::broadcast::Receiver<Arc<News>> {
        self.live.listen()
    }

    /// Why the set in force does not keep its bars, if the bot was started with such a one.
    pub fn below(&self) -> Option<Vec<String>> {
        self.live.how_it_went().below.map(|why| missed(&why))
    }

    /// The version of the set in force.
    pub fn version(&self) -> String {
        self.live.faq().version().to_owned()
    }

    /// What is wrong with the files as they are on disk, with all that a careful editor would remark; `None` if there is
    /// no folder.
    pub fn check(&self) -> Option<Checked> {
        let today = (self.today)();
        let dir = self.live.dir()?;
        let load::Report { mut problems, draft, sound, .. } = load::report(dir, today);
        let in_force = self.live.faq();
        let overdue = match sound {
            Some((knowledge, version)) => {
                let faq = in_force.with(knowledge, version);
                problems.extend(proofread(&faq, &draft, today));
                overdue(faq.knowledge(), today)
            }
            None => overdue(in_force.knowledge(), today),
        };
        problems.sort_by(Problem::by_place);
        for problem in &mut problems {
            for text in [&mut problem.file, &mut problem.what, &mut problem.note, &mut problem.mend] {
                *text = self.without_machine(text);
            }
        }
        Some(Checked { problems, entries: draft.entries.len(), overdue })
    }

    /// `text` without what says where the folder lies on the bot's machine: that is nobody's business in Discord, and a
    /// moderator knows the files by their names in it.
    pub fn without_machine(&self, text: &str) -> String {
        let above = self.live.dir().and_then(Path::parent).map(|it| it.display().to_string()).unwrap_or_default();
        if above.len() > 1 { text.replace(&format!("{}/", above.trim_end_matches('/')), "") } else { text.to_owned() }
    }

    /// Reads the files now; they take effect if they are sound.
    ///
    /// # Errors
    /// Why they do not.
    pub fn reload(&self) -> Result<Reloaded, Arc<Refused>> {
        self.live.reload((self.today)())
    }

    /// What the set in force says to `question`, and why. Not counted as a reply to a member.
    pub fn explain(&self, question: &str) -> Reply {
        self.live.faq().ask(&Question::new(question).on((self.today)()))
    }

    /// What the entry with the content `bytes` would do to the set in force. `place` is where it shall stand, as typed
    /// (`topic/id`, or `id`); if that is empty, `file_name` tells the id.
    ///
    /// # Errors
    /// If it can stand nowhere.
    pub fn preview(&self, bytes: &[u8], place: &str, file_name: &str) -> Result<Preview, NotTried> {
        let in_force = self.live.in_force();
        let Some(draft) = &in_force.draft else { return Err(NotTried::NoFolder) };
        let place = self::place(&in_force.faq, place, file_name)?;
        // Without the cases it is worth something as well; that they cannot be read is told at the next change.
        let cases = self.live.trial().and_then(|trial| trial.cases().ok()).unwrap_or_default();
        Ok(preview(&in_force.faq, draft, bytes, place, &cases, (self.today)()))
    }

    /// How things stand.
    pub fn status(&self) -> Status {
        let metrics = &self.metrics;
        let in_force = self.live.in_force();
        let state = self.live.how_it_went();
        let knowledge = in_force.faq.knowledge();
        Status {
            started: Timestamp::now().as_second().saturating_sub_unsigned(metrics.uptime().as_secs()),
            shards: metrics.shards().into_iter().map(|(nth, it)| words::shard(nth, it.connected, it.latency)).collect(),
            replies: words::replies(
                [Kind::Answer, Kind::DidYouMean, Kind::NotInFaq, Kind::Urgent].map(|kind| metrics.replies(kind)),
            ),
            in_force_since: in_force.since.as_second(),
            version: in_force.faq.version().to_owned(),
            entries: knowledge.entries.len(),
            overdue: overdue(knowledge, (self.today)()).len(),
            model: model(&in_force.learning(), metrics),
            reloads: state.reloads,
            refusals: state.refusals,
            below: state.below.map(|why| self.without_machine(&missed(&why).join("\n\n"))),
            trouble: words::Trouble {
                told_to_wait: metrics.all_cooled_down(),
                dropped: Dropped::ALL.iter().map(|why| metrics.all_dropped(*why)).sum(),
                failed: metrics.all_failed(),
                panics: metrics.panics(),
            },
            waiting: state
                .refused
                .map(|(when, why)| (when.as_second(), self.without_machine(&why.reasons().join("\n\n")))),
        }
    }
}

/// How far the model is, and what it had to do with replies.
fn model(learning: &Learning, metrics: &Metrics) -> String {
    let state = match learning {
        Learning::Off => return words::MODEL_OFF.to_owned(),
        Learning::Loading { read, texts } => words::model_loading(*read, *texts),
        Learning::Ready => words::MODEL_READY.to_owned(),
        Learning::Failed(why) => return words::model_failed(why),
    };
    let [told, late, loading] = [Say::Told, Say::Late, Say::Loading].map(|say| metrics.model_questions(say));
    format!("{state}\n{}", words::model_said(told, late, loading))
}

/// Where an entry shall stand.
fn place(faq: &Faq, typed: &str, file_name: &str) -> Result<(TopicId, EntryId), NotTried> {
    let typed = typed.trim().trim_matches('/');
    let given = if typed.is_empty() { file_name.trim() } else { typed };
    let given = given.strip_suffix(".md").unwrap_or(given);
    let bad = || NotTried::BadPlace(given.to_owned());
    // A path from the repository's root, or from the folder: its last two parts count.
    let mut parts = given.rsplit('/');
    let id = parts.next().filter(|id| !id.is_empty() && is_id(id)).ok_or_else(bad)?;
    let id = EntryId::new(id);
    let knowledge = faq.knowledge();
    let topic = match parts.next() {
        Some(topic) => TopicId::new(topic),
        None => match knowledge.entry(&id) {
            Some(entry) => entry.topic.clone(),
            None => knowledge.topics.first().map(|topic| topic.id.clone()).ok_or_else(bad)?,
        },
    };
    if knowledge.topic(&topic).is_none() {
        let known = knowledge.topics.iter().map(|topic| topic.id.as_str().to_owned()).collect();
        return Err(NotTried::UnknownTopic { typed: topic.as_str().to_owned(), known });
    }
    Ok((topic, id))
}

/// Only what keeps a message readable; whether it is a good id, `check` says.
fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) && text.len() <= 80
}

fn overdue(knowledge: &Knowledge, today: Date) -> Vec<(String, Date, Date)> {
    let mut overdue: Vec<_> = knowledge
        .entries
        .iter()
        .filter_map(|entry| Some((entry, entry.review_due()?)))
        .filter(|(_, due)| today > *due)
        .map(|(entry, due)| (entry.id.as_str().to_owned(), entry.reviewed, due))
        .collect();
    overdue.sort_by_key(|(_, _, due)| *due);
    overdue
}
