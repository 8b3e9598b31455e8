//! `caveat ask`: one question, one reply, as a member would read it.

use std::io::{self, Read as _};
use std::process::ExitCode;

use anyhow::Context as _;

use super::{Shared, print};
use crate::matching::Question;
use crate::render::{explain, json, terminal};

/// Ask one question and read the reply
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  caveat ask \"do exosomes regrow hair?\"
  caveat ask is it fda approved        several words make one question
  caveat ask --explain \"exo price\"     also shows the ranking, and why
  echo \"does it hurt\" | caveat ask -   reads the question from standard input")]
pub struct Args {
    /// The question; `-` reads it from standard input
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,
    /// Print the reply as one line of JSON, for programs (always with the reasons)
    #[arg(long)]
    json: bool,
    /// Show below the reply how the entries were ranked, and why it was given
    #[arg(long)]
    explain: bool,
}

/// Answers the question. Any reply is a success, also that the FAQ does not know.
///
/// # Errors
/// If the FAQ does not load, or standard input cannot be read.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let text = if args.question == ["-"] {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).context("cannot read the question from standard input")?;
        String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()
    } else {
        args.question.join(" ")
    };
    let faq = shared.faq()?;
    let reply = faq.ask(&Question::new(&text).on(shared.today));
    if args.json {
        print(&(json::reply(&reply) + "\n"))?;
    } else {
        print(&terminal::reply(&reply, &shared.look))?;
        if args.explain {
            print(&format!("\n{}", explain::why(&reply, &shared.look)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
