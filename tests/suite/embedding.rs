//! A model from a folder: what it says, whom it leaves alone, and which folders it is not read from.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use caveat::embedding::{Embedder, Model};
use caveat::matching::similarity::meanings::Embed;

use crate::tiny_model::TinyModel;

fn model(name: &str) -> Model {
    Model::load(&TinyModel::new().write(name)).unwrap()
}

#[test]
fn it_tells_near_from_far() {
    let proof = model("proof").prove().unwrap();
    assert!(proof.near > 0.99 && proof.far < 0.7, "{proof:?}");
}

// ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A model whose every turn is taken until the sender is dropped.
fn busy(name: &str) -> (Arc<Embedder>, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel::<()>();
    let (began, begun) = mpsc::channel();
    let held = std::sync::Mutex::new(held);
    let clock = move |_| {
        began.send(()).unwrap();
        // Ends when nobody can send any more.
        let _ = held.lock().map(|held| held.recv());
    };
    let embedder = Embedder::new(model(name), None).waiting_at_most(Duration::ZERO).timed_by(Box::new(clock));
    let embedder = Arc::new(embedder);
    let turns = thread::available_parallelism().unwrap().get();
    for _ in 0..turns {
        let embedder = Arc::clone(&embedder);
        thread::spawn(move || embedder.embed(&["tea"]));
    }
    // Whoever is told how long it took has its turn still.
    (0..turns).for_each(|_| begun.recv().unwrap());
    (embedder, release)
}

#[test]
fn a_question_that_gets_no_turn_is_counted_once_however_many_parts_it_has() {
    let (embedder, release) = busy("busy");
    assert_eq!(embedder.embed(&["hot water", "kettle", "sleep"]), [None, None, None]);
    assert_eq!(embedder.late(), 1);
    drop(release);
}

#[test]
fn parts_of_a_question_share_its_time_and_the_whole_comes_first() {
    let embedder = Embedder::new(model("parts"), None).waiting_at_most(Duration::ZERO);
    let told = embedder.embed(&["hot water", "kettle", "sleep"]);
    assert!(told[0].is_some() && told[1..] == [None, None], "{told:?}");
    assert_eq!(embedder.late(), 1);
    let patient = Embedder::new(model("patient"), None).waiting_at_most(Duration::from_secs(60));
    assert!(patient.embed(&["hot water", "kettle", "sleep"]).iter().all(Option::is_some));
    assert_eq!(patient.late(), 0);
}
