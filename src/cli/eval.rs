//! `caveat eval`: puts labelled questions to the FAQ and shows how good the replies are.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use anyhow::Context as _;

use super::{MISTAKES, Problems, Shared, print};
use crate::eval::bars::Side;
use crate::eval::figures::{self, HEADLINES};
use crate::eval::{Bar, Case, Figure, Outcome, Report, evaluate};
use crate::faq::Faq;
use crate::render::harmless::harmless_line;
use crate::trial::{self, CasesError};

/// Score the replies to labelled questions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "\
Examples:
  caveat eval tests/cases/*.jsonl
  caveat eval --details --html eval.html tests/cases/*.jsonl
  caveat eval --json tests/cases/members.jsonl
  caveat eval --min members.first_right=.74 tests/cases/*.jsonl",
    after_long_help = "\
Case files are JSON Lines, and the name says what kind of messages one holds:
members.jsonl, oos.jsonl, urgent.jsonl, hostile.jsonl, or a kind and more after
a dash, such as urgent-own.jsonl. Files of one kind are counted together.
tests/cases/README.md says what stands in a line, and when a reply is right.

Figures that --min and --max know:
  KIND.NAME, the KIND being members, oos, urgent or hostile, the NAME one of
      cases right answered_right answered_wrong asked_back_right
      asked_back_wrong not_in_faq urgent
    and for members:  first_right top3_right (of the ranking, whatever was said)
        for urgent:   caught missed false_alarms
        for hostile:  as_expected
  summary.NAME, over members, oos and hostile together, the NAME one of
      cases answered answered_right answered_wrong
  NAME alone is the sum over all kinds that have it.

VALUE is a count if it is a whole number (3), and a share if it has a point or
is in percent (.74, 1.0, 5%). Shares are of the cases, but caught and missed of
the emergencies, false_alarms of the other cases in urgent, and
summary.answered_right and summary.answered_wrong of the answers given.

Examples:
  caveat eval tests/cases/*.jsonl
  caveat eval --details --html eval.html tests/cases/*.jsonl
  caveat eval --json tests/cases/members.jsonl
  caveat eval --min members.first_right=.74 tests/cases/*.jsonl
  caveat eval --max summary.answered_wrong=5% --out said.jsonl tests/cases/*.jsonl"
)]
pub struct Args {
    /// Case files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the figures as one line of JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Show confusions, a reliability diagram and a risk–coverage curve
    #[arg(long, conflicts_with = "json")]
    details: bool,
    /// Write a page for a browser: all of --details as plots, and every case with its explanation
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write a JSON line for each case: what was said, and why
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write a CSV row for each case, to be kept under version control: rank, confidence, what was said
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Exit with 1 if a figure is below this: a count (`urgent.caught=60`) or a share (`members.first_right=.74`)
    #[arg(long, value_name = "NAME=VALUE", value_parser = |text: &str| Bar::parse(text, Side::AtLeast))]
    min: Vec<Bar>,
    /// Exit with 1 if a figure is above this
    #[arg(long, value_name = "NAME=VALUE", value_parser = |text: &str| Bar::parse(text, Side::AtMost))]
    max: Vec<Bar>,
}

/// Scores the replies; 1 if a figure is on the wrong side of its bar.
///
/// # Errors
/// If the FAQ does not load, a case file cannot be read or used, or a bar names no figure.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let cases = read_cases(&args.files)?;
    let faq = shared.faq()?;
    tell_unknown_ids(&faq, &cases);
    let report = evaluate(&faq, cases);
    if let Some(file) = &args.out {
        write(file, &report.json_lines())?;
    }
    if let Some(file) = &args.csv {
        write(file, &report.csv())?;
    }
    if let Some(file) = &args.html {
        write(file, &report.page())?;
    }
    let details = if args.details { format!("\n{}", report.details()) } else { String::new() };
    print(&if args.json { report.json() + "\n" } else { table(&report) + &details })?;
    hold_bars(&report, args.min.iter().chain(&args.max), args.json)
}

/// The cases of all files.
///
/// # Errors
/// If a file cannot be read or its name says no kind; else all bad lines of all files, as [`Problems`].
pub fn read_cases(files: &[PathBuf]) -> anyhow::Result<Vec<Case>> {
    trial::read_cases(files).map_err(|error| match error {
        CasesError::Mistakes(problems) => {
            Problems { problems, summary: "The case files were not used.".to_owned() }.into()
        }
        error => error.into(),
    })
}

/// Cases may name entries that this FAQ does not have (yet); then they count as not found, and it is said why.
fn tell_unknown_ids(faq: &Faq, cases: &[Case]) {
    let knows = |case: &Case| case.wanted.ids().iter().any(|id| faq.knowledge().entry(id).is_some());
    let lost: Vec<&Case> = cases.iter().filter(|case| !case.wanted.ids().is_empty() && !knows(case)).collect();
    let Some(first) = lost.first() else { return };
    let ids: Vec<&str> = first.wanted.ids().iter().map(|id| id.as_str()).collect();
    // Standard error being closed is no reason to stop.
    let _ = io::Write::write_all(
        &mut anstream::stderr(),
        format!(
            "caveat: {} of {} cases want entries that this FAQ does not have, the first at {}:{} ({})\n",
            lost.len(),
            cases.len(),
            first.file,
            first.line,
            harmless_line(&ids.join(", "))
        )
        .as_bytes(),
    );
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Tells which bars were not met (on standard error if standard output is for a program).
fn hold_bars<'b>(report: &Report, bars: impl Iterator<Item = &'b Bar>, quiet: bool) -> anyhow::Result<ExitCode> {
    let mut told = String::new();
    let (mut met, mut missed) = (0, 0);
    for bar in bars {
        let held = bar.hold(report).map_err(anyhow::Error::msg)?;
        if held.met {
            met += 1;
        } else {
            missed += 1;
            let _ = writeln!(told, "NOT MET: {bar}; it is {}", held.figure);
        }
    }
    if missed == 0 && met > 0 {
        let _ = writeln!(told, "All bars are met ({met}).");
    }
    if quiet {
        let _ = io::Write::write_all(&mut anstream::stderr(), told.as_bytes());
    } else if !told.is_empty() {
        print(&format!("\n{told}"))?;
    }
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::from(MISTAKES) })
}

/// The report as people read it.
fn table(report: &Report) -> String {
    let mut text = format!(
        "{:<9} {:>6} {:>13}   {:>15}   {:>15}   {:>10}  {:>6}\n{:<9} {:>6} {:>13}   {:>7} {:>7}   {:>7} {:>7}   {:>10}  {:>6}\n",
        "",
        "",
        "",
        "answered",
        "asked back",
        "",
        "",
        "",
        "cases",
        "right",
        "right",
        "wrong",
        "right",
        "wrong",
        "not in FAQ",
        "urgent",
    );
    for kind in report.kinds() {
        let it = report.counts(kind);
        let right = Figure { name: "right", count: it.right, of: it.cases };
        let _ = writeln!(
            text,
            "{:<9} {:>6} {:>13}   {:>7} {:>7}   {:>7} {:>7}   {:>10}  {:>6}",
            kind.name(),
            it.cases,
            of_share(&right),
            it.answered_right,
            it.answered_wrong,
            it.asked_back_right,
            it.asked_back_wrong,
            it.not_in_faq,
            it.urgent
        );
    }
    text.push('\n');
    for (name, label) in HEADLINES {
        if let Some(figure) = report.figure(name).filter(|figure| figure.of > 0) {
            let _ = writeln!(text, "{label:<48} {figure}");
        }
    }
    let harmful: Vec<&Outcome> = report.outcomes.iter().filter(|outcome| outcome.is_harmful()).collect();
    if !harmful.is_empty() {
        let _ = writeln!(text, "\nWrong answers, missed emergencies, false alarms: {}", harmful.len());
        for outcome in harmful.iter().take(SHOWN) {
            text.push_str(&wrong_case(outcome));
        }
        if harmful.len() > SHOWN {
            let _ = writeln!(text, "  … and {} more; --out FILE writes all", harmful.len() - SHOWN);
        }
    }
    text
}

/// As many wrong cases as fit a screen or two; beyond that one wants `--out`.
const SHOWN: usize = 20;

fn wrong_case(outcome: &Outcome) -> String {
    let case = &outcome.case;
    // Longer messages are stories; their beginning shows which it is.
    let q: String = harmless_line(&case.q).chars().take(100).collect();
    let mut text = format!("  {}:{}  {q}\n", case.file, case.line);
    let said = outcome.said.to_string();
    let wanted = match &case.wanted.ids()[..] {
        [] => String::new(),
        ids => format!(", wanted {}", ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" or ")),
    };
    let _ = writeln!(text, "      said {}{}", harmless_line(&said), harmless_line(&wanted));
    for found in outcome.top() {
        let mut words: Vec<&str> = Vec::new();
        for met in &found.explanation.words {
            // The heaviest few tell the story; a message may say one word a hundred times.
            if words.len() < 6 && !words.contains(&met.known.as_str()) {
                words.push(&met.known);
            }
        }
        let why = harmless_line(&format!("{}  {}", found.id, words.join(" ")));
        let _ = writeln!(text, "      {:.2}  {}", found.confidence.value(), why.trim_end());
    }
    for met in &outcome.why.red_flag {
        let _ = writeln!(text, "      red flag: {}", harmless_line(met));
    }
    text
}

/// `250 (86 %)`.
fn of_share(figure: &Figure) -> String {
    format!("{} ({})", figure.count, figure.share().map_or_else(|| "–".to_owned(), figures::share_text))
}
