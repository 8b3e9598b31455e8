//! The picture of the house, held to: which room may use which, and what the core never does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the picture in `src/lib.rs`, from the bottom up, and how many of them are the core.
fn picture() -> (Vec<String>, usize) {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let picture = lib.split("```text").nth(1).and_then(|rest| rest.split("```").next()).expect("a picture");
    let (outside, core) = picture.split_once("the core:").expect("a line above the core");
    let rooms = |part: &str| -> Vec<String> {
        // A room stands two spaces in; what says more about it stands further in.
        let names = part.lines().filter_map(|line| line.strip_prefix("//!  ")).filter(|line| !line.starts_with(' '));
        names.map(|line| line.split([' ', '/', '.']).next().unwrap_or_default().to_owned()).collect()
    };
    let mut all = [rooms(outside), rooms(core)].concat();
    all.reverse();
    (all, rooms(core).len())
}

/// What would be I/O, a clock, or Discord in the core.
const NOT_IN_THE_CORE: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "println!",
    "anyhow",
    "tokio",
    "serenity",
];

struct SourceFile {
    path: PathBuf,
    room: String,
    /// Without comments and without the tests at its foot.
    code: String,
}

fn rank(room: &str) -> usize {
    let (rooms, _) = picture();
    let place = rooms.iter().position(|name| name == room);
    place.unwrap_or_else(|| panic!("`{room}` is not in the picture of the house: give it its place in src/lib.rs"))
}

fn source_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(&folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let inside = path.strip_prefix(&root).unwrap().with_extension("");
                let room = inside.iter().next().unwrap().to_str().unwrap().to_owned();
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
                files.push(SourceFile { path, room, code: code.join("\n") });
            }
        }
    }
    // Both only put the rooms beside each other.
    files.retain(|file| file.room != "lib" && file.room != "main");
    files
}

/// The rooms that `code` names after `crate::`, groups in braces included.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        // `$crate::` and the like would still name a room; `mycrate::` would not.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut expect_name = true;
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => expect_name = true,
                c if depth == 0 && expect_name && !c.is_whitespace() => {
                    used.insert(word(&group[at..]));
                    expect_name = false;
                }
                _ => {}
            }
        }
    }
    used
}

#[test]
fn a_room_uses_only_what_stands_below_it() {
    let files = source_files();
    assert!(files.len() > 20, "the walk over src/ found only {} files", files.len());
    for file in files {
        for used in rooms_used(&file.code) {
            let path = file.path.display();
            assert!(rank(&used) <= rank(&file.room), "{path} uses `{used}`, which stands above `{}`", file.room);
        }
    }
}

#[test]
fn every_room_of_the_picture_is_there() {
    let files = source_files();
    for room in picture().0 {
        assert!(files.iter().any(|file| file.room == room), "the picture in src/lib.rs has `{room}`, and src/ has not");
    }
}

#[test]
fn only_cli_reads_the_config() {
    for file in source_files() {
        let may = file.room == "cli" || file.room == "config";
        assert!(may || !rooms_used(&file.code).contains("config"), "{} uses the config", file.path.display());
    }
}

#[test]
fn the_core_does_no_io_and_asks_no_clock() {
    let (_, core) = picture();
    assert!(core >= 7, "the core of the picture has only {core} rooms");
    for file in source_files().iter().filter(|file| rank(&file.room) < core) {
        for word in NOT_IN_THE_CORE {
            assert!(!file.code.contains(word), "{} has `{word}` in it", file.path.display());
        }
    }
}

#[test]
fn only_the_room_discord_knows_serenity() {
    for file in source_files().iter().filter(|file| file.room != "discord") {
        // `cli/run.rs` puts the parts together, and the log's filter may name a crate in a text.
        let uses = file.code.contains("serenity::") || file.code.contains("use serenity");
        assert!(!uses || file.path.ends_with("cli/run.rs"), "{} uses serenity", file.path.display());
    }
}

#[test]
fn the_reader_of_use_lines_sees_what_it_should() {
    let code = "use crate::answering::{Action, reply::Reply};\nuse crate::{faq::Faq, knowledge::{Entry, EntryId},\n    load};\nlet x = crate::problem::did_you_mean();\nuse mycrate::cli;";
    let used: Vec<String> = rooms_used(code).into_iter().collect();
    assert_eq!(used, ["answering", "faq", "knowledge", "load", "problem"]);
}
