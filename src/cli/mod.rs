//! The terminal front end: reads the arguments, puts the parts together, says how it went. One file a command.
//!
//! A command's file has `Args` (what may be typed after its name) and `run(args, &Shared)`, which does the work and
//! returns the exit code; an error that it returns is printed for the operator, and the program ends with 2.
//!
//! Exit codes: 0 fine, 1 mistakes found or below the bar, 2 could not run (wrong usage included).

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::civil::Date;

use crate::config::Config;

/// A self-hosted FAQ bot that knows how sure it is, and says so.
#[derive(Debug, Parser)]
#[command(name = "caveat", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    /// The folder that holds the FAQ [default: the config's `faq.dir`, else `faq` in the working folder]
    #[arg(long, global = true, value_name = "DIR", env = "CAVEAT_FAQ", hide_env_values = true)]
    faq: Option<PathBuf>,
    /// The config file [default: `config.toml` in the working folder, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "CAVEAT_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// What every command is given: the settings, the day, and what the terminal can show.
#[derive(Debug)]
pub struct Shared {
    /// Defaults, config file, environment and arguments, already laid over each other.
    pub config: Config,
    /// Today where the program runs: the only place where the calendar is asked.
    pub today: Date,
}

/// Could not run, or was called wrongly.
pub const COULD_NOT_RUN: u8 = 2;
/// It ran, and found mistakes or a figure below its bar.
pub const MISTAKES: u8 = 1;

/// Runs the command that `args` name (the program's own name first) and returns the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(told) => {
            // A closed pipe is the only thing that can go wrong here, and nobody is left to hear of it.
            let _ = told.print();
            return if told.use_stderr() { ExitCode::from(COULD_NOT_RUN) } else { ExitCode::SUCCESS };
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "caveat: {error:#}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let shared = Shared { config: Config::default(), today: jiff::Zoned::now().date() };
    let _ = (shared, io::stdout().is_terminal(), cli.faq, cli.config);
    match cli.command {}
}

/// Whether somebody closed the pipe we wrote to (`caveat ask … | head -1`): not an error to tell.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
