//! The FAQ in force and the service over it: reloading, counting, and what the log must not say.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use caveat::answering::{Action, ReplyKind, Settings};
use caveat::knowledge::EntryId;
use caveat::live::Live;
use caveat::matching::Question;
use caveat::matching::weights::Weights;
use caveat::service::{Answers, Counts, Service};
use jiff::civil::{Date, date};

use crate::tea;

const TODAY: Date = date(2026, 2, 1);

fn live(dir: &Path) -> Live {
    Live::load(dir, Settings::default(), Weights::shipped().clone(), TODAY).unwrap_or_else(|told| panic!("{told:#?}")).0
}

fn verdict(live: &Live) -> String {
    let entry = EntryId::new("how-hot-should-water-be");
    live.faq().knowledge().entry(&entry).map(|it| it.verdict.clone()).unwrap()
}

#[test]
fn a_changed_folder_takes_effect_only_if_it_is_sound() {
    let dir = tea::copy("reload");
    let file = dir.join("brewing/how-hot-should-water-be.md");
    let text = fs::read_to_string(&file).unwrap();
    let live = live(&dir);
    let first = live.faq().version().to_owned();
    assert!(!live.reload(TODAY).unwrap().changed);

    fs::write(&file, text.replace("Boiling for black tea", "Hot for black tea")).unwrap();
    let in_use = live.faq();
    let reloaded = live.reload(TODAY).unwrap();
    assert!(reloaded.changed && reloaded.version != first && reloaded.entries == 3, "{reloaded:?}");
    assert!(verdict(&live).starts_with("Hot for black tea"));
    // Whoever began on the old set ends on it.
    assert_eq!(in_use.version(), first);

    // Broken, emptied, gone: the last good set stays, and the mistakes are told.
    fs::write(&file, text.replace("caveats =", "caveat =")).unwrap();
    let refused = live.reload(TODAY).unwrap_err().to_string();
    assert!(refused.contains("how-hot-should-water-be.md") && refused.contains("[unknown-key]"), "{refused}");
    assert!(verdict(&live).starts_with("Hot for black tea"));
    for folder in ["brewing", "health"] {
        fs::remove_dir_all(dir.join(folder)).unwrap();
    }
    assert!(!live.reload(TODAY).unwrap_err().reasons().is_empty(), "an FAQ without entries is none");
    fs::remove_dir_all(&dir).unwrap();
    assert!(!live.reload(TODAY).unwrap_err().reasons().is_empty());
    assert!(verdict(&live).starts_with("Hot for black tea"));
    assert_eq!(live.faq().version(), reloaded.version);

    // And back.
    tea::copy_folder(&tea::folder(), &dir);
    assert_eq!(live.reload(TODAY).unwrap().version, first);
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn replies_are_counted_and_logged_without_a_members_words() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let service = Service::new(Arc::new(Live::fixed(tea::faq())), || TODAY);
    tracing::subscriber::with_default(subscriber, || {
        let asked = service.ask(&Question::new("How hot should the water be?"));
        assert!(matches!(asked.kind, ReplyKind::Answer(_)));
        let unknown = service.ask(&Question::new("xylophone zebra"));
        assert!(!matches!(unknown.kind, ReplyKind::Answer(_)));
        service.suggest("xylophone", 5);
        assert!(service.act(&Action::Show(EntryId::new("should-we-buy-a-kettle"))).is_some());
        assert!(service.act(&Action::Show(EntryId::new("xylophone"))).is_none());
    });
    let Counts { answer, did_you_mean, not_in_faq, urgent } = service.counts();
    assert_eq!((answer, did_you_mean + not_in_faq, urgent), (2, 1, 0));
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for wanted in
        ["kind=\"answer\"", "entry=\"how-hot-should-water-be\"", "confidence=", "version=\"0123abcd\"", "milliseconds="]
    {
        assert!(logged.contains(wanted), "no {wanted} in {logged}");
    }
    for word in ["xylophone", "zebra", "How hot"] {
        assert!(!logged.contains(word), "a member's {word} is in {logged}");
    }
}

#[test]
fn the_day_comes_from_the_services_clock() {
    let overdue = |today: fn() -> Date| {
        let service = Service::new(Arc::new(Live::fixed(tea::faq())), today);
        match service.ask(&Question::new("Should we buy a kettle?")).kind {
            ReplyKind::Answer(answer) => answer.review_overdue,
            other => panic!("{other:?}"),
        }
    };
    assert!(overdue(|| TODAY));
    assert!(!overdue(|| date(2025, 2, 1)));
}
