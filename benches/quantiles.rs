//! What a mean hides: the median, the 99th of a hundred and the slowest of many questions, by the size of the set; what it
//! holds in memory; and the worst messages one can send. `cargo bench --bench quantiles`, with sizes in phrasings behind
//! `--` if others than 10,000 and 100,000 are wanted: `-- 1000000`.
//!
//! `cargo bench --bench quantiles -- --only-ask 1000` asks the shipped FAQ so many questions and nothing else: for a tool that
//! counts instructions.
//!
//! The worst messages are asked whole of the shipped FAQ: red flags, matching, decision. Of larger sets they are searched.

#[allow(dead_code)]
mod scaled;

use std::path::Path;
use std::time::{Duration, Instant};

use caveat::answering::Settings;
use caveat::faq::Faq;
use caveat::knowledge::Vocabulary;
use caveat::matching::weights::Weights;
use caveat::matching::{Index, Question};
use cpu_time::ThreadTime;
use scaled::{Dice, Scaled, scaled};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let faq = shipped();
    let messages = messages();
    if let [flag, count] = &arguments[..]
        && flag == "--only-ask"
    {
        let count: usize = count.parse().expect("a number of questions");
        for message in messages.iter().cycle().take(count) {
            std::hint::black_box(faq.ask(&Question::new(message)));
        }
        return;
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000] } else { sizes };

    println!("{:<54} {:>9} {:>9} {:>9}", "", "median", "p99", "slowest");
    row("a reply, shipped FAQ", &times(&messages, |message| drop(faq.ask(&Question::new(message)))));
    let keys = |questions: &[String]| questions.iter().take(60).flat_map(|it| begun(it)).collect::<Vec<_>>();
    row("a keystroke, shipped FAQ", &times(&keys(&messages), |typed| drop(faq.suggest(typed, 25))));
    for size in sizes {
        let Scaled { documents, questions } = scaled(faq.knowledge(), size, 1000);
        let entries = documents.len();
        let before = resident();
        let began = Instant::now();
        let index = Index::of(documents, &Vocabulary::default(), Weights::shipped().clone());
        let load = began.elapsed();
        let search = times(&questions, |question| drop(index.search(question, 5)));
        let held = resident().zip(before).map_or(String::new(), |(now, before)| {
            format!(", {now} MB resident in all, {} MB of them since before loading", now.saturating_sub(before))
        });
        println!("{size} phrasings of {entries} entries: loaded in {:.2} s{held}", load.as_secs_f64());
        row("  a question", &search);
        row("  a keystroke", &times(&keys(&questions), |typed| drop(index.suggest(typed, 25))));
        for (name, message) in worst() {
            row(
                &format!("  4,000 characters, {name}"),
                &times(&vec![message; 5], |message| drop(index.find(message, 5))),
            );
        }
    }
    println!("4,000 characters, shipped FAQ");
    for (name, message) in worst() {
        row(&format!("  {name}"), &times(&vec![message; 21], |message| drop(faq.ask(&Question::new(message)))));
    }
}

fn shipped() -> Faq {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let loaded = caveat::load::load(&folder, jiff::civil::date(2099, 1, 1)).expect("the FAQ that ships is sound");
    Faq::new(loaded.knowledge, Settings::default(), loaded.version)
}

fn messages() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/members.jsonl");
    let text = std::fs::read_to_string(file).expect("the cases that ship");
    let question = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["q"].as_str().map(str::to_owned);
    text.lines().filter_map(question).collect()
}

/// All that has been typed on the way to `question`.
fn begun(question: &str) -> impl Iterator<Item = String> + '_ {
    question.char_indices().skip(1).map(|(at, _)| question[..at].to_owned()).chain([question.to_owned()])
}

/// How long each of `messages` takes, the better of three times: what is seen once only is the machine's doing. Counted is
/// the time for which the thread was at work, so that a busy machine does not count either.
fn times(messages: &[String], mut ask: impl FnMut(&str)) -> Vec<Duration> {
    let mut once = |message: &String| {
        let began = ThreadTime::now();
        ask(message);
        began.elapsed()
    };
    let mut times: Vec<Duration> =
        messages.iter().map(|message| (0..3).map(|_| once(message)).min().unwrap_or_default()).collect();
    times.sort_unstable();
    times
}

fn row(name: &str, sorted: &[Duration]) {
    let at = |share: usize| {
        let place = (sorted.len() * share / 100).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    println!("{name:<54} {:>6.0} µs {:>6.0} µs {:>6.0} µs", at(50), at(99), at(100));
}

/// Megabytes of memory that the process holds, where Linux tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Messages as long as Discord lets them be, each the worst of its kind.
fn worst() -> Vec<(String, String)> {
    let mut dice = Dice(4000);
    let cut = |text: String| text.chars().take(4000).collect::<String>();
    let fields = "exosomes microneedling minoxidil finasteride injection approved treatment clinic provider insurance \
                  pregnancy breastfeeding scarring alopecia transplant evidence sessions results redness swelling \
                  infection contamination umbilical placenta platelet plasma";
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let letter = |dice: &mut Dice| char::from(b'a' + dice.below(26) as u8);
    let word = |dice: &mut Dice, least: usize, more: usize| -> String {
        let length = least + dice.below(more);
        (0..length).map(|_| letter(dice)).collect()
    };
    let mut found = Vec::new();
    let mut add = |name: &str, text: String| found.push((name.to_owned(), cut(text)));
    add("random words", (0..1000).map(|_| word(&mut dice, 3, 8) + " ").collect());
    add("two-letter words", (0..1400).map(|_| word(&mut dice, 2, 1) + " ").collect());
    add("words of twenty letters", (0..200).map(|_| word(&mut dice, 20, 1) + " ").collect());
    for (name, unit) in [
        ("one letter", "a"),
        ("one word", "exosomes "),
        ("one misspelt word", "exosoms "),
        ("one question", "is it safe? how much is it? "),
        ("a currency sign", "$"),
        ("combining marks", "e\u{301}\u{327}\u{330}"),
        ("an emoji", "👍🏽"),
        ("a sign that is a phrase", "ﷺ"),
        ("mixed scripts", "hair волосы 头发 머리 שיער شعر ｈａｉｒ 𝖍𝖆𝖎𝖗 "),
        ("markup", "<@1> [a](b) **c** ||d|| > e\n"),
        ("one-letter clauses", "is a? "),
    ] {
        add(name, unit.repeat(4000));
    }
    for slips in [1, 2] {
        let mut near = || {
            let mut letters: Vec<char> = fields[dice.below(fields.len())].chars().collect();
            for _ in 0..slips {
                let at = dice.below(letters.len());
                letters[at] = char::from(b'a' + dice.below(26) as u8);
            }
            letters.into_iter().chain([' ']).collect::<String>()
        };
        add(&format!("words {slips} slips from known ones"), (0..600).map(|_| near()).collect());
    }
    let texts = shipped();
    let words = texts.knowledge().entries.iter().flat_map(|entry| entry.answer.split_whitespace());
    let mut distinct: Vec<&str> = words.collect();
    distinct.sort_unstable();
    distinct.dedup();
    add("words of the answers, each once", distinct.join(" "));
    found
}
