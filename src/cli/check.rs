//! `caveat check`: everything that is wrong with an FAQ folder, or could be better.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::{MISTAKES, Shared, print};
use crate::faq::Faq;
use crate::load::{self, Report};
use crate::problem::{Problem, Severity, summary};
use crate::proofread::proofread;
use crate::render::harmless::harmless;

/// Check an FAQ folder: mistakes that keep it from loading, and remarks of a careful editor
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  caveat check                    checks the folder that the bot would use
  caveat check my-faq --strict    remarks count as mistakes, as they should before an FAQ ships
  caveat check --links            also asks every source's address whether it still answers

Exit codes: 0 no mistakes (with --strict: no remarks either), 1 mistakes, 2 the folder could not be read.")]
pub struct Args {
    /// The folder [default: that of --faq, else `faq.dir` of the config, else `faq`]
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Exit with 1 for remarks too
    #[arg(long)]
    strict: bool,
    /// Print everything as one line of JSON, for programs
    #[arg(long)]
    json: bool,
    /// Ask every source's address whether it still answers; uses the network
    #[arg(long)]
    links: bool,
}

/// Tells all mistakes and remarks; 1 if there are mistakes, or remarks with `--strict`.
///
/// # Errors
/// If the folder cannot be opened, or with `--links` nothing can be reached.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let dir = args.dir.as_ref().unwrap_or(&shared.config.faq.dir);
    let Report { mut problems, draft, sound, opened } = load::report(dir, shared.today);
    if let (false, Some(problem)) = (opened, problems.first()) {
        bail!("{problem}");
    }
    let version = sound.as_ref().map(|(_, version)| version.clone());
    if let Some((knowledge, version)) = sound {
        let faq = Faq::weighed(knowledge, shared.config.answering.clone(), shared.weights()?, version);
        problems.extend(shared.teach(&faq));
        problems.extend(proofread(&faq, &draft, shared.today));
    }
    if args.links {
        problems.extend(links::problems(&draft)?);
    }
    problems.sort_by(Problem::by_place);

    let entries = draft.entries.len();
    print(&if args.json { json_line(&problems, entries, version) } else { text(&problems, entries) })?;
    let bad = |problem: &Problem| args.strict || problem.severity == Severity::Mistake;
    Ok(if problems.iter().any(bad) { ExitCode::from(MISTAKES) } else { ExitCode::SUCCESS })
}

/// What people read: each problem, then how many there are in how many `entries`.
pub fn text(problems: &[Problem], entries: usize) -> String {
    let told: String = problems.iter().map(|problem| format!("{problem}\n\n")).collect();
    harmless(&format!("{told}{}\n", summary(problems, entries))).into_owned()
}

/// What programs read. `version` is that of the set, if it is sound.
fn json_line(problems: &[Problem], entries: usize, version: Option<String>) -> String {
    let mistakes = problems.iter().filter(|problem| problem.severity == Severity::Mistake).count();
    let told = json!({
        "entries": entries,
        "version": version,
        "mistakes": mistakes,
        "remarks": problems.len() - mistakes,
        "problems": problems,
    });
    format!("{told}\n")
}

#[cfg(not(feature = "discord"))]
mod links {
    use super::*;
    use crate::knowledge::Draft;

    pub fn problems(_: &Draft) -> anyhow::Result<Vec<Problem>> {
        bail!("--links needs the network, and this program was built without it (feature `discord`)")
    }
}

#[cfg(feature = "discord")]
mod links {
    use std::collections::BTreeMap;
    use std::io::{self, IsTerminal as _, Write as _};

    use anyhow::Context as _;

    use super::*;
    use crate::knowledge::Draft;
    use crate::knowledge::check::is_web_address;
    use crate::links::{Answer, Settings, ask_all};

    /// The addresses of `draft` that do not answer. One that is no address at all was told already.
    pub fn problems(draft: &Draft) -> anyhow::Result<Vec<Problem>> {
        let Some(sources) = &draft.sources else { return Ok(Vec::new()) };
        let urls = sources.sources.iter().filter_map(|source| source.url.as_ref());
        let urls: Vec<_> = urls.filter(|url| is_web_address(&url.value)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start what asks the network")?;
        let asked = urls.iter().map(|url| url.value.clone());
        let answers = runtime.block_on(ask_all(asked, &Settings::default(), show_progress))?;
        if is_offline(&answers) {
            bail!("not one source's address could be reached: is there a network?");
        }
        let problems = urls.into_iter().filter_map(|url| {
            let problem = |id, what: &str, mend: &str| sources.file.problem(id, url.span.clone(), what, mend);
            let dead = |why: &String| {
                let mend = "find where the page has gone, or cite another source.";
                problem("dead-link", "there is no page at this address any more", mend).note(why)
            };
            match answers.get(&url.value)? {
                Answer::Alive => None,
                Answer::Dead(why) | Answer::Unreachable(why) => Some(dead(why)),
                Answer::Unsure(why) => {
                    let mend = "open it in a browser; if the page is there, leave it as it is.";
                    Some(problem("unsure-link", "this address could not be checked", mend).note(why).remark())
                }
            }
        });
        Ok(problems.collect())
    }

    /// Whether it is the network that is down and not the sources: nobody could be reached, and there were some to try.
    fn is_offline(answers: &BTreeMap<String, Answer>) -> bool {
        // One or two may well be gone together.
        const ENOUGH: usize = 3;
        answers.len() >= ENOUGH && answers.values().all(|answer| matches!(answer, Answer::Unreachable(_)))
    }

    /// A line that is written over, on a terminal only.
    fn show_progress(done: usize, total: usize) {
        let mut err = io::stderr();
        if err.is_terminal() {
            let end = if done == total { "\n" } else { "" };
            // Nobody needs to see it.
            let _ = write!(err, "\r{done} of {total} addresses{end}");
        }
    }
}
