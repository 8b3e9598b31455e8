//! The store's file: what it keeps, and what it survives.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use caveat::knowledge::EntryId;
use caveat::store::{FileStore, LastSaid, Mark, Said, Store};
use jiff::Timestamp;

/// A path in an empty folder of its own.
fn place() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("store-{}-{nth}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder.join("caveat.store")
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + day * 86_400).unwrap()
}

fn said(question: u64) -> Said {
    Said {
        channel: 1,
        question,
        replies: vec![question + 1],
        entry: Some(EntryId::new("x")),
        urgent: false,
        dismissed: false,
        held_back: false,
        chosen: true,
        edited: 5,
        revision: 2,
        at: day(0),
    }
}

#[test]
fn what_was_kept_is_there_after_a_restart() {
    let file = place();
    let store = FileStore::open(&file, 30, day(0));
    for question in [10, 20, 30] {
        store.remember(said(question));
    }
    store.remember(Said { dismissed: true, replies: vec![], ..said(20) });
    store.forget(30);
    assert!(store.set(Mark::HelpersAsked(10), day(0)));
    assert!(store.set(Mark::MayNotWrite(1), day(0)));
    store.unset(Mark::MayNotWrite(1));
    drop(store);

    let store = FileStore::open(&file, 30, day(1));
    assert_eq!(store.said(10), Some(said(10)));
    assert_eq!(store.said(20), Some(Said { dismissed: true, replies: vec![], ..said(20) }));
    assert_eq!((store.said(30), store.question_of(31), store.question_of(11)), (None, None, Some(10)));
    assert!(!store.set(Mark::HelpersAsked(10), day(1)), "asked before the restart");
    assert!(store.set(Mark::MayNotWrite(1), day(1)), "taken back before the restart");
    drop(store);
    // A month later all of it is gone, from the file too.
    drop(FileStore::open(&file, 30, day(60)));
    assert!(fs::read_to_string(&file).unwrap().lines().all(|line| !line.contains("said")));
}

#[test]
fn the_file_does_not_grow_for_ever() {
    let file = place();
    let store = FileStore::open(&file, 30, day(0));
    for nth in 0..20_000 {
        store.remember(Said { revision: nth, ..said(10) });
    }
    drop(store);
    let lines = fs::read_to_string(&file).unwrap().lines().count();
    assert!(lines < 5000, "{lines}");
    assert_eq!(FileStore::open(&file, 30, day(0)).said(10).unwrap().revision, 19_999);
}

#[test]
fn a_damaged_file_keeps_what_is_sound_in_it() {
    let file = place();
    let store = FileStore::open(&file, 30, day(0));
    for question in (10..100).step_by(10) {
        store.remember(said(question));
    }
    drop(store);
    let sound = fs::read(&file).unwrap();
    let line = sound.iter().position(|byte| *byte == b'\n').unwrap() + 1;

    let mut flipped = sound.clone();
    flipped[line + 40] ^= 1;
    let zeros = [&sound[..line], &[0; 300], &sound[line..]].concat();
    let torn = sound[..sound.len() - 10].to_vec();
    let other = b"PNG\r\n\x1a\n\xff\xfe nothing of ours".to_vec();
    for (what, bytes, kept) in
        [("flipped", flipped, 8), ("zeros", zeros, 8), ("torn", torn, 8), ("other", other, 0), ("empty", vec![], 0)]
    {
        fs::write(&file, &bytes).unwrap();
        let store = FileStore::open(&file, 30, day(0));
        let found = (10..100).step_by(10).filter(|question| store.said(*question).is_some()).count();
        assert_eq!(found, kept, "{what}");
        // It goes on as if nothing had been.
        store.remember(said(1000));
        drop(store);
        assert!(FileStore::open(&file, 30, day(0)).said(1000).is_some(), "{what}");
        let copied = fs::read(file.with_file_name("caveat.store.damaged")).is_ok_and(|copy| copy == bytes);
        assert_eq!(copied, !["torn", "empty"].contains(&what), "{what}");
    }
}

#[test]
fn a_file_that_cannot_be_used_stops_nothing() {
    let file = place();
    // A folder where the file should be; a folder that is not there; a file that another store uses.
    fs::create_dir(&file).unwrap();
    let used = place();
    let first = FileStore::open(&used, 30, day(0));
    for file in [file, place().join("not-there/caveat.store"), used.clone()] {
        let store = FileStore::open(&file, 30, day(0));
        store.remember(said(10));
        assert_eq!(store.last_said(1, &EntryId::new("x")), Some(LastSaid { at: day(0), reply: Some(11) }), "in memory");
    }
    first.remember(said(20));
    drop(first);
    let again = FileStore::open(&used, 30, day(0));
    assert!(again.said(20).is_some() && again.said(10).is_none(), "the first had it for itself");
}
