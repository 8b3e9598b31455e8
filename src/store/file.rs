//! What is kept, in a file: a journal of changes that is read at the start, written anew without what is out of date, and
//! then only grows.
//!
//! Writing is the work of a thread of its own: a slow disk keeps no reply waiting. What the machine itself loses in a power
//! cut is the last second or two; then a few replies are no longer connected with their questions, and nothing else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;

use super::journal::{Change, lines};
use super::memory::Rows;
use super::{LastSaid, Mark, Said, Store};
use crate::knowledge::EntryId;

/// The file is written anew when it has this many lines more than twice the rows that count.
const SLACK: usize = 4096;

/// A store that is kept in a file.
pub struct FileStore(Mutex<Open>);

struct Open {
    rows: Rows,
    /// Lines in the file, if one is kept.
    lines: usize,
    /// `None` if the file cannot be used: then nothing outlives a restart.
    writer: Option<Writer>,
}

impl FileStore {
    /// Opens the file, or makes it. What is damaged in it is left out, told to the log and kept beside it as `….damaged`; a
    /// file that cannot be used at all, or that another process uses, is told to the log, and nothing is kept.
    pub fn open(file: &Path, keep_days: u16, now: Timestamp) -> Self {
        let mut rows = Rows::new(keep_days);
        let opened = read(file, &mut rows).and_then(|()| {
            rows.expire(now);
            Writer::start(file, &lines(&rows))
        });
        let writer = match opened {
            Ok(writer) => Some(writer),
            Err(error) => {
                tracing::error!(
                    %error,
                    file = %file.display(),
                    "the store's file (`file` in the table [store]) cannot be used; until that is mended, nothing that is kept \
                     outlives a restart"
                );
                None
            }
        };
        Self(Mutex::new(Open { lines: rows.len(), rows, writer }))
    }

    fn open_rows(&self) -> MutexGuard<'_, Open> {
        // Nothing in there is ever half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn write(&mut self, change: &Change) {
        let Some(writer) = &self.writer else { return };
        if self.lines > 2 * self.rows.len() + SLACK {
            self.lines = self.rows.len();
            writer.send(Job::Anew(lines(&self.rows)));
            return;
        }
        self.lines += 1;
        writer.send(Job::Append(change.line()));
    }
}

impl Store for FileStore {
    fn said(&self, question: u64) -> Option<Said> {
        self.open_rows().rows.said.get(&question).cloned()
    }

    fn question_of(&self, reply: u64) -> Option<u64> {
        self.open_rows().rows.question_of(reply)
    }

    fn last_said(&self, channel: u64, entry: &EntryId) -> Option<LastSaid> {
        self.open_rows().rows.last_said(channel, entry)
    }

    fn note_said(&self, channel: u64, entry: &EntryId, at: Timestamp) {
        let mut open = self.open_rows();
        open.rows.note_said(channel, entry.clone(), at);
        open.write(&Change::noted(channel, entry, at));
    }

    fn remember(&self, said: Said) {
        let mut open = self.open_rows();
        let change = Change::said(&said);
        open.rows.remember(said);
        open.write(&change);
    }

    fn forget(&self, question: u64) {
        let mut open = self.open_rows();
        open.rows.forget(question);
        open.write(&Change::Forget(question));
    }

    fn set(&self, mark: Mark, now: Timestamp) -> bool {
        let mut open = self.open_rows();
        let new = open.rows.set(mark, now);
        if new {
            open.write(&Change::set(mark, now));
        }
        new
    }

    fn unset(&self, mark: Mark) {
        let mut open = self.open_rows();
        open.rows.marks.remove(&mark);
        open.write(&Change::unset(mark));
    }
}

/// Reads the journal `file`, if there is one, into `rows`.
fn read(file: &Path, rows: &mut Rows) -> io::Result<()> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut damaged = 0;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match Change::of_line(line) {
            Some(change) => change.apply(rows),
            None => damaged += 1,
        }
    }
    // The last line of a journal is half written if the machine was switched off: that is no damage worth a copy.
    let torn = damaged == 1 && !bytes.ends_with(b"\n");
    if damaged > 0 && !torn {
        let copy = beside(file, "damaged");
        fs::copy(file, &copy)?;
        tracing::warn!(
            lines = damaged,
            copy = %copy.display(),
            "the store's file was damaged; what is sound in it counts, and the damaged file is kept as a copy"
        );
    }
    Ok(())
}

/// `file` with `.ending` behind its name.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

enum Job {
    Append(String),
    Anew(String),
}

/// The thread that writes. It has written all when it is dropped.
struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// Locked as long as the store is open, lest two processes write into one file.
    _lock: File,
}

impl Writer {
    fn start(file: &Path, content: &str) -> io::Result<Self> {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(beside(file, "lock"))?;
        lock.try_lock().map_err(|_| io::Error::other("another process uses it"))?;
        let mut journal = write_anew(file, content)?;
        let (jobs, todo): (_, Receiver<Job>) = channel();
        let file = file.to_owned();
        let work = move || {
            let mut told = false;
            for job in todo {
                let done = match job {
                    // What came before may have been written in half.
                    Job::Append(line) if told => journal.write_all(format!("\n{line}").as_bytes()),
                    Job::Append(line) => journal.write_all(line.as_bytes()),
                    Job::Anew(content) => write_anew(&file, &content).map(|it| journal = it),
                };
                match done {
                    Ok(()) => told = false,
                    // Once, not for every line: a full disk stays full for a while.
                    Err(error) if !told => {
                        told = true;
                        tracing::error!(%error, file = %file.display(), "the store's file cannot be written");
                    }
                    Err(_) => {}
                }
            }
            let _ = journal.sync_all();
        };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(work)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), _lock: lock })
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // If the thread is gone, it has broken, and a panic was logged.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Puts a file with `content` in the place of `file`, whole or not at all, and opens it to write on.
fn write_anew(file: &Path, content: &str) -> io::Result<File> {
    let new = beside(file, "new");
    let mut journal = File::create(&new)?;
    journal.write_all(content.as_bytes())?;
    journal.sync_all()?;
    fs::rename(&new, file)?;
    Ok(journal)
}
