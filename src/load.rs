//! `faq/` on disk → [`Knowledge`], or everything that is wrong with it: the only reader of that folder.
//!
//! Here files are found, opened and told apart by their names. What stands in them is read by `knowledge::parse`, and
//! judged against each other by `knowledge::check`. What is found does not depend on the order in which the system lists
//! a folder.

pub mod stamp;

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use jiff::civil::Date;

use crate::knowledge::file_text::FileText;
use crate::knowledge::parse::{self, EntryFile, Read};
use crate::knowledge::{Draft, EntryId, Knowledge, TopicId, check};
use crate::problem::{Problem, Severity, did_you_mean};

/// A sound set.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub knowledge: Knowledge,
    /// What is worth a look, sorted by file and line.
    pub remarks: Vec<Problem>,
    /// A short hash of all files that were read: the same files have the same version on every machine.
    pub version: String,
}

/// What reading a folder came to, sound or not.
#[derive(Debug, Clone)]
pub struct Report {
    /// Mistakes and remarks, sorted by file and line.
    pub problems: Vec<Problem>,
    /// What the files say, with the place of everything: for `proofread`, and to count the entries.
    pub draft: Draft,
    /// Whether the folder was there and could be opened at all.
    pub opened: bool,
    /// The set and its version, if no mistake was found.
    pub sound: Option<(Knowledge, String)>,
}

/// Reads the FAQ in the folder `dir`. `today` is the day after which nothing can have been reviewed.
///
/// # Errors
/// All mistakes of all files, and then the remarks too, sorted by file and line.
pub fn load(dir: &Path, today: Date) -> Result<Loaded, Vec<Problem>> {
    let report = report(dir, today);
    match report.sound {
        Some((knowledge, version)) => Ok(Loaded { knowledge, remarks: report.problems, version }),
        None => Err(report.problems),
    }
}

/// Like [`load`], for those who want to tell how much was looked at even if it has mistakes.
pub fn report(dir: &Path, today: Date) -> Report {
    let mut folder = Folder::new(dir);
    folder.read();
    let Folder { name, draft, mut problems, read, opened, .. } = folder;
    problems.extend(check(&draft, today));
    problems.sort_by(Problem::by_place);
    let mistakes = problems.iter().any(|problem| problem.severity == Severity::Mistake);
    let sound = if mistakes { None } else { draft.clone().finish().map(|knowledge| (knowledge, version(read))) };
    if sound.is_none() && !mistakes {
        // Cannot happen: what could not be read was told. If it does, nobody shall answer from half a set.
        problems.push(Problem::new(
            "unreadable-folder",
            name,
            "the set could not be put together, though nothing is wrong with its files",
            "report this as a fault of caveat.",
        ));
    }
    Report { problems, draft, sound, opened }
}

const TOPICS: &str = "topics.toml";
const SOURCES: &str = "sources.toml";
const VOCABULARY: &str = "vocabulary.toml";
const RED_FLAGS: &str = "red-flags.toml";

/// The files beside the topic folders, with what is to be done if one is missing.
const SET_FILES: [(&str, &str); 4] = [
    (
        TOPICS,
        "add the file with `name`, `language`, `disclaimer`, `contact`, `review_after`, and [[topics]] with `id` and `title`.",
    ),
    (SOURCES, "add the file with a section for each source; if no entry cites any, an empty file will do."),
    (VOCABULARY, "add the file; if members use no special words, an empty file will do."),
    (RED_FLAGS, "add the file with the emergencies that the bot must notice."),
];

/// The folder while it is read.
struct Folder<'d> {
    dir: &'d Path,
    /// As the moderator named it, without a slash at its end.
    name: String,
    draft: Draft,
    problems: Vec<Problem>,
    opened: bool,
    /// What was read, by path inside the folder: for the version.
    read: Vec<(String, Vec<u8>)>,
    /// Plain files at the top that are none of the set's.
    strays: Vec<String>,
}

/// Something in a folder.
struct Item {
    name: String,
    kind: Kind,
}

enum Kind {
    Folder,
    File,
    /// A dangling link, something that may not be looked at, or no file at all.
    Unreadable(String),
}

impl<'d> Folder<'d> {
    fn new(dir: &'d Path) -> Self {
        let name = dir.display().to_string();
        let name = match name.trim_end_matches(['/', '\\']) {
            "" => name,
            trimmed => trimmed.to_owned(),
        };
        let draft = Draft { all_entries_found: true, ..Draft::default() };
        Self { dir, name, draft, problems: Vec::new(), opened: false, read: Vec::new(), strays: Vec::new() }
    }

    fn read(&mut self) {
        let Some(items) = self.list_top() else { return };
        self.opened = true;
        for (name, mend) in SET_FILES {
            if !items.iter().any(|item| item.name == name) {
                self.tell("missing-file", name, "the file is missing", mend);
            }
        }
        for item in items {
            match item.kind {
                Kind::Folder => self.read_topic(&item.name),
                Kind::File => self.read_top_file(&item.name),
                Kind::Unreadable(why) => {
                    // It may have been a topic's folder.
                    self.draft.all_entries_found &= item.name.contains('.');
                    self.tell_unreadable(&item.name, &why);
                }
            }
        }
        self.judge_strays();
        if self.draft.entries.is_empty() && self.draft.all_entries_found {
            self.problems.push(Problem::new(
                "empty-set",
                self.name.as_str(),
                "there are no entries",
                "add a folder for a topic, and in it a file `<id>.md` for each question.",
            ));
        }
    }

    fn list_top(&mut self) -> Option<Vec<Item>> {
        let error = match list(self.dir) {
            Ok(items) => return Some(items),
            Err(error) => error,
        };
        let name = self.name.as_str();
        let problem = match error.kind() {
            io::ErrorKind::NotFound => Problem::new(
                "missing-folder",
                name,
                "there is no such folder",
                "correct the name, or name another folder with `--faq DIR`.",
            ),
            io::ErrorKind::NotADirectory => Problem::new(
                "missing-folder",
                name,
                "this is a file, not a folder",
                "name the folder that holds the FAQ.",
            ),
            _ => Problem::new("unreadable-folder", name, unreadable(&error), MAY_READ),
        };
        self.draft.all_entries_found = false;
        self.problems.push(problem);
        None
    }

    fn read_topic(&mut self, topic: &str) {
        let items = match list(&self.dir.join(topic)) {
            Ok(items) => items,
            Err(error) => {
                self.draft.all_entries_found = false;
                self.tell("unreadable-folder", topic, &unreadable(&error), MAY_READ);
                return;
            }
        };
        for item in items {
            let path = format!("{topic}/{}", item.name);
            match (item.kind, extension(&item.name)) {
                (Kind::Unreadable(why), _) => {
                    self.tell_unreadable(&path, &why);
                    if let Some(id) = item.name.strip_suffix(".md") {
                        self.keep_unread_entry(&path, topic, id);
                    }
                }
                (Kind::File, Some("md")) => self.read_entry(&path, topic),
                (Kind::Folder, _) => self.tell(
                    "misplaced-file",
                    &path,
                    "a folder inside a topic's folder is not read",
                    "move its files up into the topic's folder, or make it a topic of its own.",
                ),
                (Kind::File, Some("toml")) => self.tell(
                    "misplaced-file",
                    &path,
                    "a .toml file inside a topic's folder is not read",
                    "move it up beside topics.toml, or delete it.",
                ),
                (Kind::File, _) => self.tell_ignored(&path),
            }
        }
    }

    fn read_entry(&mut self, path: &str, topic: &str) {
        let id = path.strip_prefix(topic).unwrap_or(path).trim_start_matches('/');
        let id = id.strip_suffix(".md").unwrap_or(id).to_owned();
        let Some(file) = self.open(path) else {
            self.keep_unread_entry(path, topic, &id);
            return;
        };
        let read = parse::entry::parse(file, TopicId::new(topic), EntryId::new(&id));
        let entry = self.keep(read);
        self.draft.entries.push(entry);
    }

    /// An entry whose file could not be read still has its id, and others may link to it.
    fn keep_unread_entry(&mut self, path: &str, topic: &str, id: &str) {
        let file = FileText::new(self.shown(path), "");
        self.draft.entries.push(EntryFile::unread(file, TopicId::new(topic), EntryId::new(id)));
    }

    fn read_top_file(&mut self, name: &str) {
        match (name, extension(name)) {
            (TOPICS, _) => self.draft.topics = self.open(name).map(|file| self.keep(parse::topics::parse(file))),
            (SOURCES, _) => self.draft.sources = self.open(name).map(|file| self.keep(parse::sources::parse(file))),
            (VOCABULARY, _) => {
                self.draft.vocabulary = self.open(name).map(|file| self.keep(parse::vocabulary::parse(file)));
            }
            (RED_FLAGS, _) => {
                self.draft.red_flags = self.open(name).and_then(|file| self.keep(parse::red_flags::parse(file)));
            }
            (_, Some("toml")) => {
                let known = SET_FILES.map(|(file, _)| file);
                let guess = did_you_mean(name, known);
                let mut problem = Problem::new(
                    "unknown-file",
                    self.shown(name),
                    "no such file belongs to an FAQ",
                    match guess {
                        Some(guess) => format!("rename it to {guess}, or move it out of the folder."),
                        None => "move it out of the folder.".to_owned(),
                    },
                );
                problem.note = format!("The .toml files of an FAQ are {}.", known.join(", "));
                self.problems.push(problem);
            }
            (_, Some("md")) => self.tell(
                "misplaced-file",
                name,
                "an entry must stand in a topic's folder",
                "move the file into the folder of its topic.",
            ),
            _ => self.strays.push(name.to_owned()),
        }
    }

    /// Files of no known kind are let lie, unless they stand where a topic's folder should.
    fn judge_strays(&mut self) {
        for name in std::mem::take(&mut self.strays) {
            let topics = self.draft.topics.iter().flat_map(|file| &file.topics);
            if topics.filter_map(|topic| topic.id.as_ref()).any(|id| id.value == name) {
                self.draft.all_entries_found = false;
                self.tell(
                    "unreadable-folder",
                    &name,
                    "this is a file, not the folder of a topic",
                    "delete or rename the file, and make a folder of this name for the topic's entries.",
                );
            } else {
                self.tell_ignored(&name);
            }
        }
    }

    fn open(&mut self, path: &str) -> Option<FileText> {
        match std::fs::read(self.dir.join(path)) {
            Ok(bytes) => {
                let file = FileText::from_bytes(&self.shown(path), &bytes);
                self.read.push((path.to_owned(), bytes));
                file.map_err(|problem| self.problems.push(*problem)).ok()
            }
            Err(error) => {
                self.tell_unreadable(path, &reason(&error));
                None
            }
        }
    }

    fn keep<T>(&mut self, read: Read<T>) -> T {
        self.problems.extend(read.problems);
        read.value
    }

    /// The path inside the folder as the moderator names it.
    fn shown(&self, path: &str) -> String {
        format!("{}/{path}", self.name)
    }

    fn tell(&mut self, id: &'static str, path: &str, what: &str, mend: &str) {
        self.problems.push(Problem::new(id, self.shown(path), what, mend));
    }

    fn tell_unreadable(&mut self, path: &str, why: &str) {
        let what = format!("cannot be read: {why}");
        self.tell("unreadable-file", path, &what, "let the user who runs the bot read it, or delete it.");
    }

    fn tell_ignored(&mut self, path: &str) {
        let what = "the file is not read";
        let mend = "give it a name that ends in `.md` if it is an entry; else move it out of the folder.";
        self.problems.push(Problem::new("ignored-file", self.shown(path), what, mend).remark());
    }
}

/// What stands in `dir`, sorted by name, without what editors and systems leave lying about.
fn list(dir: &Path) -> io::Result<Vec<Item>> {
    let mut items = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let is_unicode = entry.file_name().to_str().is_some();
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_leftover(&name) {
            continue;
        }
        // Follows links, as opening the file will.
        let kind = match std::fs::metadata(entry.path()) {
            _ if !is_unicode => Kind::Unreadable("its name is no Unicode text".to_owned()),
            Ok(what) if what.is_dir() => Kind::Folder,
            Ok(what) if what.is_file() => Kind::File,
            Ok(_) => Kind::Unreadable("it is neither a file nor a folder".to_owned()),
            Err(error) => Kind::Unreadable(reason(&error)),
        };
        items.push(Item { name, kind });
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(items)
}

/// Whether a file is an editor's or a system's and not the moderator's: hidden files, backups, swap and lock files.
fn is_leftover(name: &str) -> bool {
    name.starts_with(['.', '~'])
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || matches!(extension(name), Some("swp" | "swo" | "swx" | "tmp" | "bak" | "orig"))
        || matches!(name, "Thumbs.db" | "desktop.ini")
}

fn extension(name: &str) -> Option<&str> {
    Path::new(name).extension().and_then(OsStr::to_str)
}

const MAY_READ: &str = "let the user who runs the bot read the folder.";

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {}", reason(error))
}

/// A system's error in plain words, the same on every system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is a link to nowhere".to_owned(),
        io::ErrorKind::PermissionDenied => "the system does not allow it".to_owned(),
        // Linux's ELOOP; its `ErrorKind` is not stable yet.
        _ if error.raw_os_error() == Some(40) => "it is a link to itself".to_owned(),
        _ => error.to_string(),
    }
}

/// A hash of paths and contents, in eight hexadecimal digits: enough to tell one state of a folder from another.
///
/// # Source
/// FNV-1a with 64 bits (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>), folded to 32 by exclusive or as
/// its authors advise. It guards against no forger, and needs not to.
fn version(mut read: Vec<(String, Vec<u8>)>) -> String {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    read.sort();
    let mut hash = OFFSET_BASIS;
    let mut take = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    };
    for (path, bytes) in &read {
        take(path.as_bytes());
        // So that no text can pass for the end of one file and the name of the next.
        take(&[0]);
        take(&(bytes.len() as u64).to_le_bytes());
        take(bytes);
    }
    format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_lying_about_is_no_part_of_the_set() {
        for name in [".git", ".x.md.swp", "x.md~", "x.swp", "#x.md#", "~$x.md", "x.md.bak", ".#x.md", "Thumbs.db"] {
            assert!(is_leftover(name), "{name}");
        }
        for name in ["x.md", "hair", "topics.toml", "#1.md", "a~b.md"] {
            assert!(!is_leftover(name), "{name}");
        }
    }

    #[test]
    fn the_version_knows_names_and_contents_but_no_order() {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let first = version(vec![file("a", "1"), file("b", "2")]);
        assert_eq!(first, version(vec![file("b", "2"), file("a", "1")]));
        assert_eq!(first.len(), 8);
        for other in [
            vec![file("a", "1"), file("b", "3")],
            vec![file("a", "1"), file("c", "2")],
            vec![file("a", "1")],
            vec![file("a", "12"), file("b", "")],
        ] {
            assert_ne!(first, version(other));
        }
    }

    #[test]
    fn a_system_s_refusal_is_told_in_plain_words() {
        assert_eq!(reason(&io::ErrorKind::PermissionDenied.into()), "the system does not allow it");
        assert_eq!(reason(&io::ErrorKind::NotFound.into()), "it is a link to nowhere");
    }
}
