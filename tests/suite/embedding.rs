//! A model from a folder: what it says, whom it leaves alone, and which folders it is not read from.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use std::{fs, thread};

use caveat::embedding::{Embedder, Model};
use caveat::matching::similarity::meanings::Embed;
use caveat::matching::weights::Weights;

use crate::tea;
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

// ── folders that are no model ───────────────────────────────────────────────────────────────────────────────────────

/// What each spoilt model is told to be, and how it was spoilt.
type Spoilt = (&'static str, fn(&mut TinyModel), fn(&Path), &'static str);

const WORDS: &str = "embeddings.word_embeddings.weight";

const SPOILT: [Spoilt; 10] = [
    ("missing-folder", |_| {}, |dir| fs::remove_dir_all(dir).unwrap(), "config.json cannot be read"),
    ("missing-tokenizer", |_| {}, |dir| fs::remove_file(dir.join("tokenizer.json")).unwrap(), "tokenizer.json cannot"),
    (
        "missing-tensors",
        |_| {},
        |dir| fs::remove_file(dir.join("model.safetensors")).unwrap(),
        "model.safetensors cannot",
    ),
    ("cut-tensors", |_| {}, cut_tensors, "model.safetensors is damaged: the file ends too early"),
    (
        "other-architecture",
        |model| model.config = model.config.replace("\"bert\"", "\"llama\""),
        |_| {},
        "`model_type` is `llama`; only `bert` is read",
    ),
    (
        "other-tokenizer",
        |model| model.tokenizer = model.tokenizer.replace("WordPiece", "BPE"),
        |_| {},
        "tokenizer.json is of kind BPE; WordPiece is read",
    ),
    ("wrong-shape", |model| model.tensor(WORDS).shape.reverse(), |_| {}, "[16, 27], and [27, 16] by config.json"),
    ("no-number", |model| model.tensor(WORDS).numbers[5] = f32::NAN, |_| {}, "holds what is no number"),
    (
        "missing-tensor",
        |model| model.tensors.retain(|tensor| tensor.name != "encoder.layer.0.output.dense.bias"),
        |_| {},
        "it has no tensor `encoder.layer.0.output.dense.bias`",
    ),
    ("senseless", |model| model.tensor(WORDS).numbers.fill(0.5), |_| {}, "it does not tell near from far"),
];

fn cut_tensors(dir: &Path) {
    let file = dir.join("model.safetensors");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 4]).unwrap();
}

fn spoilt((name, spoil, spoil_files, _): &Spoilt) -> PathBuf {
    let mut model = TinyModel::new();
    spoil(&mut model);
    let dir = model.write(&format!("spoilt-{name}"));
    spoil_files(&dir);
    dir
}

/// The program in a folder of its own, with a config that has these lines in its table of matching.
fn caveat(name: &str, matching: &str, args: &[&str]) -> Output {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("embedding-{name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    let config = format!("[faq]\ndir = {:?}\n[matching]\n{matching}\n", tea::folder());
    fs::write(dir.join("config.toml"), config).unwrap();
    Command::new(env!("CARGO_BIN_EXE_caveat")).args(args).current_dir(&dir).env_clear().output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn check_tells_what_is_wrong_with_a_model() {
    for case in &SPOILT {
        let dir = spoilt(case);
        let output = caveat(case.0, &format!("model = {dir:?}"), &["check"]);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {out}{err}", case.0);
        assert!(out.contains(case.3) && out.contains("[bad-model]") && out.contains("To mend: "), "{}: {out}", case.0);
        let output = caveat(case.0, "", &["model", "check", dir.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{}", case.0);
        assert!(texts(&output).1.contains(case.3), "{}: {:?}", case.0, texts(&output));
    }
}

#[test]
fn without_its_model_the_program_answers_by_the_letters() {
    for case in &SPOILT {
        let output = caveat(case.0, &format!("model = {:?}", spoilt(case)), &["ask", "How hot should the water be?"]);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(0), "{}: {err}", case.0);
        assert!(out.contains("Boiling for black tea"), "{}: {out}", case.0);
        assert!(err.contains(case.3) && err.contains("Replies go by the letters alone."), "{}: {err}", case.0);
    }
}

#[test]
fn a_sound_model_is_asked_and_a_remark_tells_that_the_weights_are_of_another() {
    let dir = TinyModel::new().write("sound");
    let hash = Model::load(&dir).unwrap().name();
    let weights = |model: Option<&str>| {
        let with_model = Weights { model: model.map(str::to_owned), ..Weights::plain() };
        Weights { with_model: Some(Box::new(with_model)), ..Weights::plain() }.to_toml()
    };
    for (name, weights, told) in [
        ("of-this", weights(Some(&hash)), None),
        ("of-any", weights(None), None),
        ("of-another", weights(Some("0123456789abcdef")), Some("[another-model]")),
        ("of-none", Weights::plain().to_toml(), Some("[no-model-weights]")),
    ] {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("weights-{name}.toml"));
        fs::write(&scratch, weights).unwrap();
        let run = |args: &[&str]| caveat(name, &format!("model = {dir:?}\nweights = {scratch:?}"), args);
        let (out, err) = texts(&run(&["check"]));
        assert_eq!(out.contains("-model"), told.is_some(), "{name}: {out}{err}");
        assert!(told.is_none_or(|told| out.contains(told)), "{name}: {out}");
        let (out, err) = texts(&run(&["ask", "--json", "degrees for leaves"]));
        let say = if name == "of-none" { "\"model\":\"nothing\"" } else { "\"model\":\"told\"" };
        assert!(out.contains(say), "{name}: {out}{err}");
        assert_eq!(err.contains("another-model"), name == "of-another", "{name}: {err}");
    }
}
