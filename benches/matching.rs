//! How long a question takes, side by side with whole-string search over the same phrasings: `cargo bench --bench matching`.
//!
//! What was measured stands in README.md beside this file. Quantiles, memory and the worst messages are in `quantiles`.

mod scaled;

use std::path::Path;
use std::sync::LazyLock;

use caveat::answering::Settings;
use caveat::faq::Faq;
use caveat::knowledge::Vocabulary;
use caveat::matching::index::Document;
use caveat::matching::weights::Weights;
use caveat::matching::{Index, Question};
use divan::Bencher;
use divan::counter::ItemsCount;
use scaled::{Scaled, scaled};

fn main() {
    divan::main();
}

static FAQ: LazyLock<Faq> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let loaded = caveat::load::load(&folder, jiff::civil::date(2099, 1, 1)).expect("the FAQ that ships is sound");
    Faq::new(loaded.knowledge, Settings::default(), loaded.version)
});

/// Messages of members, as they are committed.
static MESSAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/members.jsonl");
    let text = std::fs::read_to_string(file).expect("the cases that ship");
    let question = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["q"].as_str().map(str::to_owned);
    text.lines().filter_map(question).collect()
});

fn index(documents: Vec<Document>) -> Index {
    Index::of(documents, &Vocabulary::default(), Weights::shipped().clone())
}

/// Calls `ask` with one message after the other, so that all lengths and manners have their share.
fn in_turn(bencher: Bencher<'_, '_>, messages: &[String], mut ask: impl FnMut(&str)) {
    let mut turn = messages.iter().cycle();
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| turn.next().map(|message| ask(message)));
}

mod shipped {
    use super::*;

    /// All from a message to the reply: red flags, matching, decision.
    #[divan::bench(sample_count = 1000)]
    fn reply(bencher: Bencher) {
        in_turn(bencher, &MESSAGES, |message| keep(divan::black_box(FAQ.ask(&Question::new(message)))));
    }

    /// Matching alone.
    #[divan::bench(sample_count = 1000)]
    fn search(bencher: Bencher) {
        let index = Index::new(FAQ.knowledge(), Weights::shipped().clone());
        in_turn(bencher, &MESSAGES, |message| keep(divan::black_box(index.search(message, 5))));
    }

    #[divan::bench(sample_count = 300)]
    fn strsim_jaro_winkler(bencher: Bencher) {
        let texts = texts(&documents(0).documents);
        in_turn(bencher, &MESSAGES, |message| keep(divan::black_box(best_by_strsim(message, &texts))));
    }

    #[divan::bench(sample_count = 300)]
    fn rapidfuzz_ratio(bencher: Bencher) {
        let texts = letters(&documents(0).documents);
        in_turn(bencher, &MESSAGES, |message| keep(divan::black_box(best_by_rapidfuzz(message, &texts))));
    }

    #[divan::bench(sample_count = 10)]
    fn load() -> Index {
        Index::new(FAQ.knowledge(), Weights::shipped().clone())
    }
}

/// 10,000 phrasings and 100,000.
const SIZES: [usize; 2] = [10_000, 100_000];

mod large {
    use super::*;

    #[divan::bench(args = SIZES, sample_count = 500)]
    fn search(bencher: Bencher, phrasings: usize) {
        let Scaled { documents, questions } = documents(phrasings);
        let index = index(documents);
        in_turn(bencher, &questions, |question| keep(divan::black_box(index.search(question, 5))));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn strsim_jaro_winkler(bencher: Bencher, phrasings: usize) {
        let Scaled { documents, questions } = documents(phrasings);
        let texts = texts(&documents);
        in_turn(bencher, &questions, |question| keep(divan::black_box(best_by_strsim(question, &texts))));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn rapidfuzz_ratio(bencher: Bencher, phrasings: usize) {
        let Scaled { documents, questions } = documents(phrasings);
        let texts = letters(&documents);
        in_turn(bencher, &questions, |question| keep(divan::black_box(best_by_rapidfuzz(question, &texts))));
    }

    #[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
    fn load(bencher: Bencher, phrasings: usize) {
        bencher.with_inputs(|| documents(phrasings).documents).bench_local_values(index);
    }

    /// What is suggested after each letter of a question.
    #[divan::bench(args = [10_000], sample_count = 1000)]
    fn keystroke(bencher: Bencher, phrasings: usize) {
        let Scaled { documents, questions } = documents(phrasings);
        let index = index(documents);
        let beginnings: Vec<String> = questions.iter().take(50).flat_map(|question| begun(question)).collect();
        in_turn(bencher, &beginnings, |typed| keep(divan::black_box(index.suggest(typed, 25))));
    }
}

/// Lets go of an outcome that the compiler must not do without.
fn keep<T>(_outcome: T) {}

fn documents(phrasings: usize) -> Scaled {
    scaled(FAQ.knowledge(), phrasings, 1000)
}

fn texts(documents: &[Document]) -> Vec<String> {
    documents.iter().flat_map(|document| &document.texts).map(|text| text.to_lowercase()).collect()
}

fn letters(documents: &[Document]) -> Vec<Vec<char>> {
    texts(documents).iter().map(|text| text.chars().collect()).collect()
}

/// All that has been typed on the way to `question`.
fn begun(question: &str) -> impl Iterator<Item = String> + '_ {
    question.char_indices().skip(1).map(|(at, _)| question[..at].to_owned()).chain([question.to_owned()])
}

/// What is usually done: the phrasing whose whole string is nearest.
fn best_by_strsim(question: &str, texts: &[String]) -> Option<usize> {
    let question = question.to_lowercase();
    let near = |(at, text): (usize, &String)| (strsim::jaro_winkler(&question, text), at);
    texts.iter().enumerate().map(near).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
}

/// The same by a library made for speed, its comparator prepared once a question.
fn best_by_rapidfuzz(question: &str, texts: &[Vec<char>]) -> Option<usize> {
    let comparator = rapidfuzz::fuzz::RatioBatchComparator::new(question.to_lowercase().chars());
    let near = |(at, text): (usize, &Vec<char>)| (comparator.similarity(text.iter().copied()), at);
    texts.iter().enumerate().map(near).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
}
