//! Broken FAQs and what `caveat check` says of them: `tests/bad_faq/<problem-id>/`.
//!
//! Each case is the sound FAQ of `tests/bad_faq/good/faq` with the files of `<problem-id>/faq` laid over it and those
//! that `<problem-id>/remove.txt` names taken away. What must be told stands in `<problem-id>/expected.txt`. To write
//! these anew after a change, and then read the diff: `BLESS=1 cargo test bad_faq`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use caveat::answering::Settings;
use caveat::cli::check::text;
use caveat::faq::Faq;
use caveat::load;
use caveat::problem::{Problem, Severity};
use caveat::proofread::proofread;
use jiff::civil::{Date, date};

/// The day on which the cases are checked.
const TODAY: Date = date(2026, 11, 22);

#[test]
fn every_broken_faq_is_told_as_expected() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differing = Vec::new();
    for id in cases() {
        let (told, problems) = checked(&id);
        let file = home().join(&id).join("expected.txt");
        if bless {
            fs::write(&file, &told).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if told != expected {
            differing.push(format!("==== {id}: expected\n{expected}\n==== {id}: told\n{told}"));
        }
        assert!(problems.iter().any(|problem| problem.id == id), "the case {id} does not raise {id}:\n{told}");
    }
    assert!(differing.is_empty(), "{}\nIf all of it is as it should be: BLESS=1", differing.join("\n"));
}

#[test]
fn the_good_faq_has_nothing_to_tell() {
    let (told, _) = checked("good");
    assert_eq!(told, "No mistakes in 3 entries.\n");
}

#[test]
fn every_problem_has_its_broken_faq() {
    let in_code = ids_in_code();
    assert!(in_code.contains("unknown-source") && in_code.len() > 30, "the search for ids is broken: {in_code:?}");
    assert_eq!(in_code, cases(), "left: the ids in the code, right: the folders of tests/bad_faq");
}

/// A file that cannot be used is told once, and nobody is told that something is missing which may well stand in it.
#[test]
fn what_one_file_got_wrong_is_not_held_against_the_others() {
    /// Breaks the file or folder it is given.
    type Break = fn(&Path);
    let broken: [(&str, &str, Break); 9] = [
        ("sources.toml", "toml-syntax", |file| fs::write(file, "[tea-board-2024\n").unwrap()),
        ("sources.toml", "not-utf8", |file| fs::write(file, b"# \xff").unwrap()),
        ("sources.toml", "missing-file", |file| fs::remove_file(file).unwrap()),
        ("topics.toml", "toml-syntax", |file| fs::write(file, "[[topics\nid = \"brewing\"\n").unwrap()),
        ("vocabulary.toml", "toml-syntax", |file| fs::write(file, "[subject]\nwords = [\n").unwrap()),
        ("red-flags.toml", "toml-syntax", |file| fs::write(file, "bar = \n").unwrap()),
        ("brewing/how-long-to-steep.md", "front-matter", |file| fs::write(file, "Just wait.\n").unwrap()),
        ("brewing/how-long-to-steep.md", "not-utf8", |file| fs::write(file, b"+++\n\xff").unwrap()),
        ("brewing", "unreadable-file", |folder| link(folder, folder)),
    ];
    for (path, id, break_it) in broken {
        let dir = build("good", "alone");
        break_it(&dir.join(path));
        let told: Vec<String> = load::report(&dir, TODAY).problems.iter().map(Problem::to_string).collect();
        assert_eq!(told.len(), 1, "{path}, {id}: {told:#?}");
        assert!(told[0].contains(path) && told[0].contains(id), "{path}, {id}: {told:#?}");
    }
}

#[cfg(target_os = "linux")] // Other systems refuse such names themselves.
#[test]
fn a_name_that_is_no_text_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = build("good", "name");
    fs::write(dir.join("brewing").join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "").unwrap();
    let problems = load::report(&dir, TODAY).problems;
    assert!(
        problems.iter().any(|problem| problem.what == "cannot be read: its name is no Unicode text"),
        "{problems:#?}"
    );
}

/// Whatever stands in a file, it is read or told: no panic, and never a sound set with half a file.
#[test]
fn a_file_that_was_cut_anywhere_is_read_or_told() {
    for path in ["sources.toml", "topics.toml", "vocabulary.toml", "red-flags.toml", "brewing/how-long-to-steep.md"] {
        let dir = build("good", "cut");
        let whole = fs::read(dir.join(path)).unwrap();
        for end in 0..whole.len() {
            fs::write(dir.join(path), &whole[..end]).unwrap();
            let report = load::report(&dir, TODAY);
            let told = text(&report.problems, report.draft.entries.len());
            let mistakes = report.problems.iter().filter(|problem| problem.severity == Severity::Mistake).count();
            assert_eq!(report.sound.is_some(), mistakes == 0, "{path} cut at {end}: {told}");
            assert!(!told.contains("fault of caveat"), "{path} cut at {end}: {told}");
        }
    }
}

#[test]
fn a_version_is_that_of_the_files_and_not_of_their_place() {
    let version = |id: &str| load::load(&build(id, "version"), TODAY).unwrap().version;
    // Another place, and a file that is not read.
    assert_eq!(version("good"), version("ignored-file"));
    assert_ne!(version("good"), version("empty-topic"));
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_faq")
}

/// The ids of all cases.
fn cases() -> BTreeSet<String> {
    let names = fs::read_dir(home()).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "good").collect()
}

/// What is printed about a case, with the folder called `faq`.
fn checked(id: &str) -> (String, Vec<Problem>) {
    let dir = build(id, "checked");
    let mut report = load::report(&dir, TODAY);
    if let Some((knowledge, version)) = report.sound.take() {
        let faq = Faq::new(knowledge, Settings::default(), version);
        report.problems.extend(proofread(&faq, &report.draft, TODAY));
        report.problems.sort_by(Problem::by_place);
    }
    let here = dir.display().to_string();
    for problem in &mut report.problems {
        for text in [&mut problem.file, &mut problem.what, &mut problem.note, &mut problem.mend] {
            *text = text.replace(&here, "faq");
        }
    }
    let told = text(&report.problems, report.draft.entries.len());
    (told, report.problems)
}

/// Puts the case together in a folder of its own; tests of one `purpose` must not build a case at the same time.
pub fn build(id: &str, purpose: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad_faq").join(purpose).join(id);
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    lay_over(&home().join("good/faq"), &dir);
    lay_over(&home().join(id).join("faq"), &dir);
    for path in fs::read_to_string(home().join(id).join("remove.txt")).unwrap_or_default().lines() {
        let path = dir.join(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
    break_further(id, &dir);
    dir
}

fn lay_over(from: &Path, to: &Path) {
    let Ok(items) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for item in items {
        let item = item.unwrap();
        let to = to.join(item.file_name());
        if item.path().is_dir() {
            lay_over(&item.path(), &to);
        } else {
            fs::copy(item.path(), to).unwrap();
        }
    }
}

/// What git cannot keep: no folder at all, bytes that are no UTF-8, and what the system refuses to open. (File permissions would not do:
/// they do not bind root, as whom tests often run.)
fn break_further(id: &str, dir: &Path) {
    match id {
        "missing-folder" => fs::remove_dir_all(dir).unwrap(),
        "not-utf8" => {
            let entry = dir.join("brewing/how-hot-for-green-tea.md");
            let text = fs::read_to_string(&entry).unwrap().replace('\n', "\r\n");
            let at = text.find("°C").unwrap();
            // As Windows-1252 has it.
            fs::write(&entry, [&text.as_bytes()[..at], b"\xb0", &text.as_bytes()[at + "°".len()..]].concat()).unwrap();
            fs::write(dir.join("sources.toml"), b"[tea-board-2024]\ntitle = \"Caf\xe9\"\n").unwrap();
        }
        "unreadable-file" => {
            link(&dir.join("brewing/nowhere"), &dir.join("brewing/how-long-to-steep.md"));
            link(&dir.join("vocabulary.toml"), &dir.join("vocabulary.toml"));
        }
        "unreadable-folder" => {
            fs::remove_dir_all(dir.join("brewing")).unwrap();
            fs::write(dir.join("brewing"), "a file where a topic's folder should be\n").unwrap();
            link(&dir.join("drinking"), &dir.join("drinking"));
        }
        _ => {}
    }
}

/// Makes `link` lead to `target`, in place of what is there.
fn link(target: &Path, link: &Path) {
    if link.is_dir() {
        fs::remove_dir_all(link).unwrap();
    } else {
        let _ = fs::remove_file(link);
    }
    std::os::unix::fs::symlink(target, link).unwrap();
}

/// Every id in the code that reads and judges the FAQ folder: the first text in a call of `problem`, `Problem::new` or
/// `tell`. The tests at the foot of a file do not count.
fn ids_in_code() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for file in rust_files(&["src/knowledge", "src/load.rs", "src/proofread"]) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for call in ["problem(", "Problem::new(", "tell("] {
            for (at, _) in code.match_indices(call) {
                let Some(rest) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
                ids.insert(rest.split('"').next().unwrap().to_owned());
            }
        }
    }
    ids
}

fn rust_files(paths: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut todo: Vec<PathBuf> = paths.iter().map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).collect();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(path).unwrap().map(|item| item.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            files.push(path);
        }
    }
    files
}
