//! `caveat rank`: the matching engine by itself, on any FAQ in JSON Lines. This is how it is compared with others.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;

use super::{Shared, print, sets};
use crate::knowledge::Vocabulary;
use crate::matching::Index;

/// Rank the entries of any FAQ for questions, both as JSON Lines
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints a JSON line a question: {\"q\",\"ranked\":[{\"id\",\"score\"}, … five]}, the
score being the confidence. An id that is made of words counts as a phrasing.

Example:
  caveat rank --entries faq.jsonl --questions queries.jsonl --timings > ranked.jsonl")]
pub struct Args {
    /// The entries: {"id","question","aliases":[…],"answer"?} a line
    #[arg(long, value_name = "FILE")]
    entries: PathBuf,
    /// The questions: {"q"} a line
    #[arg(long, value_name = "FILE")]
    questions: PathBuf,
    /// Add how long loading and a question take, on standard error
    #[arg(long)]
    timings: bool,
}

/// How many entries a line shows.
const SHOWN: usize = 5;

/// Ranks and prints.
///
/// # Errors
/// If a file cannot be read or used, or standard output is closed.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let entries = sets::entries(&args.entries)?;
    let questions = sets::questions(&args.questions)?;
    let index = Index::of(entries, &Vocabulary::default(), shared.weights()?);
    let load = started.elapsed();
    let mut micros = Vec::with_capacity(questions.len());
    let mut out = String::new();
    for q in &questions {
        let started = Instant::now();
        let matches = index.search(q, SHOWN);
        micros.push(started.elapsed().as_secs_f64() * 1e6);
        let ranked: Vec<_> =
            matches.iter().map(|m| json!({ "id": m.id.as_str(), "score": m.confidence.value() })).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", json!({ "q": q, "ranked": ranked }));
    }
    print(&out)?;
    if args.timings && !micros.is_empty() {
        micros.sort_by(f64::total_cmp);
        let at = |share: f64| micros[((micros.len() as f64 * share) as usize).min(micros.len() - 1)];
        eprintln!(
            "load {:.3} s · {} questions · median {:.0} µs · p99 {:.0} µs a question",
            load.as_secs_f64(),
            micros.len(),
            at(0.5),
            at(0.99)
        );
    }
    Ok(ExitCode::SUCCESS)
}
