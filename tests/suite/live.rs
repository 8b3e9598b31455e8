//! A changed FAQ takes effect without a restart, and only if it is sound: what people, editors, git and half-mounted disks
//! do to the folder while the bot runs.
//!
//! Time is tokio's, paused: between two lines of a test nothing is looked at, and waiting takes no time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use caveat::answering::{Action, ReplyKind, Settings};
use caveat::eval::Bar;
use caveat::eval::bars::Side;
use caveat::knowledge::EntryId;
use caveat::live::watch::{self, watch};
use caveat::live::{Live, News, Refused};
use caveat::matching::weights::Weights;
use caveat::service::{Answers, Service};
use caveat::trial::Trial;
use jiff::civil::{Date, date};
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, sleep, timeout};

use crate::tea;

const TODAY: Date = date(2026, 2, 1);
/// Far longer than any news takes.
const LONG: Duration = Duration::from_secs(120);
const HOT: &str = "brewing/how-hot-should-water-be.md";

/// A watched copy of the tea FAQ.
struct Kitchen {
    dir: PathBuf,
    live: Arc<Live>,
    news: Receiver<Arc<News>>,
}

impl Kitchen {
    fn open(name: &str) -> Self {
        Self::open_with(name, Trial::default())
    }

    fn open_with(name: &str, trial: Trial) -> Self {
        let dir = tea::copy(&format!("live-{name}"));
        let live = Arc::new(load(&dir).held_to(trial));
        let news = live.listen();
        tokio::spawn(watch(Arc::clone(&live), watch::Settings::every(2), || TODAY));
        Self { dir, live, news }
    }

    async fn news(&mut self) -> News {
        // Without an end, the watcher would look on for ever at a clock that runs as fast as it looks.
        let news = timeout(LONG, self.news.recv()).await.expect("no news");
        News::clone(&*news.unwrap())
    }

    async fn nothing_new(&mut self) {
        sleep(LONG).await;
        assert!(self.news.is_empty(), "{:#?}", self.news.try_recv());
    }

    async fn in_force(&mut self) -> String {
        match self.news().await {
            News::InForce(it) => it.version,
            other => panic!("{other:#?}"),
        }
    }

    async fn refused(&mut self) -> String {
        match self.news().await {
            News::Refused { why, .. } => why.to_string(),
            other => panic!("{other:#?}"),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        edit(&self.file(name), from, to);
    }

    fn verdict(&self) -> String {
        verdict(&self.live)
    }
}

fn load(dir: &Path) -> Live {
    Live::load(dir, Settings::default(), Weights::shipped().clone(), TODAY).unwrap_or_else(|told| panic!("{told:#?}")).0
}

fn verdict(live: &Live) -> String {
    live.faq().knowledge().entry(&EntryId::new("how-hot-should-water-be")).map(|it| it.verdict.clone()).unwrap()
}

/// The sizes of the texts must differ: real time stands nearly still as well, and a file's times are coarse.
fn edit(file: &Path, from: &str, to: &str) {
    assert_ne!(from.len(), to.len());
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

// ── what takes effect ───────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn an_edit_takes_effect_within_seconds() {
    let mut kitchen = Kitchen::open("edit");
    let began = Instant::now();
    kitchen.edit(HOT, "Boiling for black tea", "Hot for black tea");
    let version = kitchen.in_force().await;
    assert!(began.elapsed() <= Duration::from_secs(6), "{:?}", began.elapsed());
    assert!(kitchen.verdict().starts_with("Hot for black tea"));
    assert_eq!(kitchen.live.faq().version(), version);
    assert_eq!(kitchen.live.how_it_went().reloads, 1);
    kitchen.nothing_new().await;
}

#[tokio::test(start_paused = true)]
async fn a_pull_of_many_files_is_one_change() {
    let mut kitchen = Kitchen::open("pull");
    let text = fs::read_to_string(kitchen.file(HOT)).unwrap();
    // Files come one by one, over longer than the bot waits for quiet; in between the set is sound as well.
    for nth in 0..12 {
        let text = text
            .replace("How hot should the water be?", &format!("How hot should pot number {nth} be?"))
            .replace("water temperature for green tea", &format!("temperature of pot number {nth} for green tea"))
            .replace("do I use boiling water", &format!("is pot number {nth} to boil"));
        fs::write(kitchen.file(&format!("brewing/pot-{nth}.md")), text).unwrap();
        sleep(Duration::from_secs(1)).await;
    }
    fs::remove_file(kitchen.file("brewing/pot-3.md")).unwrap();
    kitchen.in_force().await;
    assert_eq!(kitchen.live.faq().knowledge().entries.len(), 3 + 11);
    kitchen.nothing_new().await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_renamed_into_its_place_is_seen() {
    let mut kitchen = Kitchen::open("rename");
    // How most editors save: beside it, then over it.
    let aside = kitchen.file("brewing/.how-hot.md.new");
    fs::copy(kitchen.file(HOT), &aside).unwrap();
    edit(&aside, "Boiling for black tea", "Hot for black tea");
    fs::rename(&aside, kitchen.file(HOT)).unwrap();
    kitchen.in_force().await;
    assert!(kitchen.verdict().starts_with("Hot for black tea"));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_link_that_is_turned_to_another_folder_is_seen() {
    let [old, new] = ["old", "new"].map(|name| tea::copy(&format!("live-link-{name}")));
    edit(&new.join(HOT), "Boiling for black tea", "Hot for black tea");
    let link = old.with_file_name("tea-live-link");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(&old, &link).unwrap();
    let live = Arc::new(load(&link));
    let mut news = live.listen();
    tokio::spawn(watch(Arc::clone(&live), watch::Settings::every(2), || TODAY));
    // How a ConfigMap is replaced.
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&new, &link).unwrap();
    let told = timeout(LONG, news.recv()).await.expect("no news").unwrap();
    assert!(matches!(&*told, News::InForce(_)));
    assert!(verdict(&live).starts_with("Hot for black tea"));
}

// ── what does not ───────────────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test(start_paused = true)]
async fn what_editors_leave_lying_about_is_no_change() {
    let mut kitchen = Kitchen::open("leftovers");
    for name in [".how-hot.md.swp", "how-hot.md~", "#how-hot.md#", "how-hot.md.bak", ".git", "4913"] {
        fs::write(kitchen.file(&format!("brewing/{name}")), "half a save").unwrap();
    }
    kitchen.nothing_new().await;
    let state = kitchen.live.how_it_went();
    assert_eq!((state.reloads, state.refusals), (0, 0));
    // Touched, but the same.
    let text = fs::read(kitchen.file(HOT)).unwrap();
    fs::write(kitchen.file(HOT), text).unwrap();
    kitchen.nothing_new().await;
}

#[tokio::test(start_paused = true)]
async fn a_half_written_save_is_waited_for() {
    let mut kitchen = Kitchen::open("half-save");
    let whole = fs::read_to_string(kitchen.file(HOT)).unwrap().replace("Boiling for black", "Hot for black");
    // First empty, then half of it, each longer than the bot waits before it reads.
    fs::write(kitchen.file(HOT), "").unwrap();
    sleep(Duration::from_secs(7)).await;
    fs::write(kitchen.file(HOT), &whole[..whole.len() / 4]).unwrap();
    sleep(Duration::from_secs(7)).await;
    fs::write(kitchen.file(HOT), &whole).unwrap();
    kitchen.in_force().await;
    assert!(kitchen.verdict().starts_with("Hot for black tea"));
    assert_eq!(kitchen.live.how_it_went().refusals, 0, "half a save was told as a mistake");
}

#[tokio::test(start_paused = true)]
async fn a_mistake_is_told_once_and_mending_it_too() {
    let mut kitchen = Kitchen::open("mistake");
    let version = kitchen.live.faq().version().to_owned();
    kitchen.edit(HOT, "caveats =", "caveat =");
    let told = kitchen.refused().await;
    assert!(told.contains(HOT) && told.contains("caveat = [") && told.contains("Did you mean `caveats`?"), "{told}");
    assert!(told.ends_with("The bot keeps the answers it had."), "{told}");
    assert_eq!(kitchen.live.faq().version(), version);
    assert!(kitchen.verdict().starts_with("Boiling"));
    kitchen.nothing_new().await;
    // Asked for by a moderator it is refused again, but the channel has heard it.
    let live = Arc::clone(&kitchen.live);
    assert!(matches!(*live.reload(TODAY).unwrap_err(), Refused::Mistakes { .. }));
    assert!(kitchen.live.how_it_went().refused.is_some());
    kitchen.nothing_new().await;

    kitchen.edit(HOT, "caveat =", "caveats =");
    assert!(matches!(kitchen.news().await, News::Mended { .. }));
    assert!(kitchen.live.how_it_went().refused.is_none());
    kitchen.nothing_new().await;
}

#[tokio::test(start_paused = true)]
async fn a_set_never_disappears() {
    let mut kitchen = Kitchen::open("gone");
    let version = kitchen.live.faq().version().to_owned();
    // Emptied.
    for item in fs::read_dir(&kitchen.dir).unwrap() {
        let path = item.unwrap().path();
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    assert!(kitchen.refused().await.contains("there are no entries"));
    // Gone.
    fs::remove_dir_all(&kitchen.dir).unwrap();
    assert!(kitchen.refused().await.contains("there is no such folder"));
    // A file in its place.
    fs::write(&kitchen.dir, "").unwrap();
    assert!(kitchen.refused().await.contains("this is a file, not a folder"));
    assert_eq!(kitchen.live.faq().version(), version);
    assert!(kitchen.verdict().starts_with("Boiling"));
    // Back, changed.
    fs::remove_file(&kitchen.dir).unwrap();
    tea::copy_folder(&tea::folder(), &kitchen.dir);
    kitchen.edit(HOT, "Boiling for black tea", "Hot for black tea");
    kitchen.in_force().await;
    assert!(kitchen.verdict().starts_with("Hot for black tea"));
}

#[tokio::test(start_paused = true)]
async fn a_half_copied_folder_is_not_taken_though_it_is_sound() {
    let mut kitchen = Kitchen::open("half-copy");
    kitchen.edit(HOT, "related = [\"should-we-buy-a-kettle\", \"does-green-tea-keep-me-awake\"]", "related = []");
    kitchen.in_force().await;
    fs::remove_dir_all(kitchen.file("health")).unwrap();
    fs::remove_file(kitchen.file("brewing/should-we-buy-a-kettle.md")).unwrap();
    let told = kitchen.refused().await;
    assert!(told.contains("has 3 entries, the files only 1") && told.contains("/faq-admin reload"), "{told}");
    assert_eq!(kitchen.live.faq().knowledge().entries.len(), 3);
    // Whoever means it says so.
    assert_eq!(kitchen.live.reload(TODAY).unwrap().entries, 1);
    kitchen.in_force().await;
    assert_eq!(kitchen.live.faq().knowledge().entries.len(), 1);
}

// ── the trial ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// Cases of the tea FAQ in a file of the test's own, and one bar on them.
fn trial(name: &str, bar: &str) -> Trial {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("members-{name}.jsonl"));
    let cases = [
        r#"{"q": "how hot must the water be for green tea", "ids": ["how-hot-should-water-be"]}"#,
        r#"{"q": "should we get a new kettle", "ids": ["should-we-buy-a-kettle"]}"#,
    ];
    fs::write(&file, cases.join("\n")).unwrap();
    Trial { files: vec![file], bars: vec![Bar::parse(bar, Side::AtLeast).unwrap()] }
}

#[tokio::test(start_paused = true)]
async fn a_set_below_the_bars_is_not_taken() {
    let mut kitchen = Kitchen::open_with("bars", trial("bars", "members.first_right=1.0"));
    let version = kitchen.live.faq().version().to_owned();
    // Sound for `check`, but now the water's entry asks for a new kettle.
    let water = "brewing/how-hot-should-water-be.md";
    let text = fs::read_to_string(kitchen.file(water)).unwrap();
    kitchen.edit(water, "phrasings = [", "phrasings = [\"should we get a new kettle\", ");
    let told = kitchen.refused().await;
    assert!(told.contains("bar not met: members.first_right at least 1.000; it is 1 of 2 (50 %)"), "{told}");
    assert_eq!(kitchen.live.faq().version(), version);
    // Better, and different from before.
    fs::write(kitchen.file(water), text.replace("Boiling for", "Hot for")).unwrap();
    assert_ne!(kitchen.in_force().await, version);
}

#[tokio::test(start_paused = true)]
async fn a_bar_that_cannot_be_measured_holds_a_change_back() {
    for (name, spoil, said) in [
        ("unknown-bar", None, "these cases have no figure `urgent.caught`"),
        ("bad-cases", Some("{\"q\": 3}\n"), "`q` cannot be this"),
        ("no-cases", Some(""), "cannot read the case file"),
    ] {
        let bar = if spoil.is_none() { "urgent.caught=.9" } else { "members.first_right=.5" };
        let trial = trial(name, bar);
        let file = trial.files[0].clone();
        let mut kitchen = Kitchen::open_with(name, trial);
        match spoil {
            Some("") => fs::remove_file(file).unwrap(),
            Some(text) => fs::write(file, text).unwrap(),
            None => {}
        }
        kitchen.edit(HOT, "Boiling for black tea", "Hot for black tea");
        let told = kitchen.refused().await;
        assert!(told.contains(said), "{told}");
        assert!(kitchen.verdict().starts_with("Boiling"));
    }
}

#[tokio::test(start_paused = true)]
async fn mended_cases_let_a_waiting_change_through() {
    let trial = trial("mended-cases", "members.first_right=1.0");
    let file = trial.files[0].clone();
    let good = fs::read_to_string(&file).unwrap();
    let mut kitchen = Kitchen::open_with("mended-cases", trial);
    fs::write(
        &file,
        format!("{good}\n{{\"q\": \"should we get a new kettle\", \"ids\": [\"nobody-wrote-it-yet\"]}}\n"),
    )
    .unwrap();
    kitchen.edit(HOT, "Boiling for black tea", "Hot for black tea");
    assert!(kitchen.refused().await.contains("it is 2 of 3"));
    fs::write(&file, good).unwrap();
    kitchen.in_force().await;
    assert!(kitchen.verdict().starts_with("Hot for black tea"));
}

// ── in flight ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// While the set flips between two states, every reply is wholly of one of them, and names it.
#[test]
fn a_reply_is_wholly_of_the_set_it_names() {
    let dir = tea::copy("live-in-flight");
    let live = Arc::new(load(&dir));
    let service = Arc::new(Service::new(Arc::clone(&live), || TODAY));
    let first = live.faq().version().to_owned();
    let began_on = live.faq();
    let stop = Arc::new(AtomicBool::new(false));
    let seen: Arc<[AtomicUsize; 2]> = Arc::default();
    let asking = [(); 2].map(|()| {
        let (service, stop, seen, first) = (Arc::clone(&service), Arc::clone(&stop), Arc::clone(&seen), first.clone());
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let reply = service.act(&Action::Show(EntryId::new("how-hot-should-water-be"))).unwrap();
                let ReplyKind::Answer(answer) = &reply.kind else { panic!("{reply:?}") };
                let old = answer.verdict.starts_with("Boiling for black tea");
                assert_eq!(old, reply.version == first, "{} says {}", reply.version, answer.verdict);
                seen[usize::from(old)].fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let mut flips = 0;
    // Whoever saw a wrong reply has ended.
    while seen.iter().any(|seen| seen.load(Ordering::Relaxed) < 50) && !asking.iter().any(|asker| asker.is_finished()) {
        edit(&dir.join(HOT), "Boiling for black tea", "Hot for black tea");
        assert!(live.reload(TODAY).unwrap().changed);
        edit(&dir.join(HOT), "Hot for black tea", "Boiling for black tea");
        assert!(live.reload(TODAY).unwrap().changed);
        flips += 1;
        assert!(flips < 10_000, "the askers never saw both sets");
    }
    edit(&dir.join(HOT), "Boiling for black tea", "Hot for black tea");
    live.reload(TODAY).unwrap();
    stop.store(true, Ordering::Relaxed);
    for asker in asking {
        asker.join().unwrap();
    }
    // Whoever holds a set goes on with it, however often it was replaced.
    let question = caveat::matching::Question::new("How hot should the water be?");
    assert_eq!(began_on.ask(&question).version, first);
    assert_ne!(live.faq().ask(&question).version, first);
}
