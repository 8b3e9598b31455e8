//! The terminal front end: reads the arguments, puts the parts together, says how it went. One file a command.
//!
//! A command's file has `Args` (what may be typed after its name) and `run(args, &Shared)`, which does the work and
//! returns the exit code; an error that it returns is printed for the operator, and the program ends with 2.
//!
//! Exit codes: 0 fine, 1 mistakes found or below the bar, 2 could not run (wrong usage included).

pub mod ask;
pub mod chat;
pub mod check;
pub mod eval;
#[cfg(feature = "semantic")]
pub mod model;
pub mod rank;
#[cfg(feature = "discord")]
pub mod run;
pub mod sets;
pub mod tune;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, path};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use jiff::civil::Date;

use crate::config::{Config, ConfigError};
use crate::faq::Faq;
use crate::load;
use crate::matching::weights::Weights;
use crate::problem::{Problem, Severity};
use crate::render::harmless::harmless;
use crate::render::terminal::Look;

/// A self-hosted FAQ bot that knows how sure it is, and says so
#[derive(Debug, Parser)]
#[command(
    name = "caveat",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "\
Examples:
  caveat ask \"do exosomes regrow hair?\"
  caveat --faq my-faq chat

Exit codes: 0 fine, 1 mistakes found or below the bar, 2 could not run."
)]
struct Cli {
    /// The folder that holds the FAQ [default: the config's, else `faq` in the working folder]
    #[arg(long, global = true, display_order = 100, value_name = "DIR", env = "CAVEAT_FAQ", hide_env_values = true)]
    faq: Option<OsString>,
    /// The config file [default: `config.toml` in the working folder, if there is one]
    #[arg(
        long,
        global = true,
        display_order = 101,
        value_name = "FILE",
        env = "CAVEAT_CONFIG",
        hide_env_values = true
    )]
    config: Option<OsString>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ask(ask::Args),
    Chat(chat::Args),
    Check(check::Args),
    Eval(eval::Args),
    Tune(tune::Args),
    Rank(rank::Args),
    #[cfg(feature = "semantic")]
    Model(model::Args),
    #[cfg(feature = "discord")]
    Run(run::Args),
}

/// What every command is given: the settings, the day, and what the terminal can show.
#[derive(Debug)]
pub struct Shared {
    /// Defaults, config file, environment and arguments, already laid over each other.
    pub config: Config,
    /// Today where the program runs: the only place where the calendar is asked.
    pub today: Date,
    /// What standard output can show.
    pub look: Look,
}

/// It ran, and found mistakes or a figure on the wrong side of its bar.
pub const MISTAKES: u8 = 1;
/// Could not run, or was called wrongly.
pub const COULD_NOT_RUN: u8 = 2;

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
        // `caveat ask … | head -1`: whoever closed the pipe has read enough.
        Err(error) if error.is::<ClosedPipe>() => ExitCode::SUCCESS,
        Err(error) => {
            let told = match error.downcast_ref::<Problems>() {
                Some(problems) => problems.to_string(),
                None => format!("caveat: {error:#}"),
            };
            // Errors quote file names and what was typed.
            let _ = writeln!(anstream::stderr(), "{}", harmless(&told));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // An empty variable (CAVEAT_FAQ) is what an unfilled compose file leaves behind: as good as none.
    let path = |given: Option<OsString>| given.filter(|it| !it.is_empty()).map(PathBuf::from);
    let shared = Shared::read(path(cli.faq), path(cli.config))?;
    match cli.command {
        Command::Ask(args) => ask::run(args, &shared),
        Command::Chat(args) => chat::run(args, &shared),
        Command::Check(args) => check::run(args, &shared),
        Command::Eval(args) => eval::run(args, &shared),
        Command::Tune(args) => tune::run(args, &shared),
        Command::Rank(args) => rank::run(args, &shared),
        #[cfg(feature = "semantic")]
        Command::Model(args) => model::run(args),
        #[cfg(feature = "discord")]
        Command::Run(args) => run::run(args, &shared),
    }
}

impl Shared {
    fn read(faq: Option<PathBuf>, config: Option<PathBuf>) -> anyhow::Result<Self> {
        let mut config = match Config::read(config.as_deref(), |name| env::var_os(name)) {
            Ok(config) => config,
            Err(ConfigError::Mistakes(problems)) => {
                let summary = "The config file was not used.".to_owned();
                return Err(Problems { problems, summary }.into());
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(dir) = faq {
            config.faq.dir = dir;
        }
        Ok(Self { config, today: jiff::Zoned::now().date(), look: look() })
    }

    /// The FAQ of the folder that the settings name.
    ///
    /// # Errors
    /// If the folder is not there, or what it holds is not sound ([`Problems`]).
    pub fn faq(&self) -> anyhow::Result<Faq> {
        let loaded = load::load(self.faq_dir()?, self.today).map_err(|problems| self.faulty(problems))?;
        let faq = Faq::weighed(loaded.knowledge, self.config.answering.clone(), self.weights()?, loaded.version);
        for problem in self.teach(&faq) {
            let follows = if faq.model_is_ready() { "" } else { "\n\nReplies go by the letters alone." };
            tell(&format!("{problem}{follows}"));
        }
        Ok(faq)
    }

    /// Lets `faq` ask the model that the settings name, if they name one. Gives what is wrong with the model: a mistake if
    /// `faq` has to answer without it, else a remark.
    #[cfg(feature = "semantic")]
    pub fn teach(&self, faq: &Faq) -> Vec<Problem> {
        let (embedder, remark) = match model::embedder(&self.config.matching, faq.weights()) {
            Ok(None) => return Vec::new(),
            Ok(Some(found)) => found,
            Err(problem) => return vec![*problem],
        };
        if let Err(error) = std::sync::Arc::new(embedder).teach(faq, model::show_progress) {
            tell(&format!("caveat: {error}"));
        }
        remark.into_iter().collect()
    }

    /// Without the feature `semantic` there is no model that could be asked. Tells it if the settings name one all the same.
    #[cfg(not(feature = "semantic"))]
    pub fn teach(&self, _: &Faq) -> Vec<Problem> {
        self.without_models().err().map(|problem| *problem).into_iter().collect()
    }

    /// # Errors
    /// If the settings name a model.
    #[cfg(not(feature = "semantic"))]
    pub fn without_models(&self) -> Result<(), Box<Problem>> {
        match &self.config.matching.model {
            None => Ok(()),
            Some(dir) => Err(Box::new(Problem::new(
                "no-models",
                dir.display().to_string(),
                "`matching.model` of the config names a model, and this program was built without models",
                "build it with `--features semantic`, or leave the line out of the config.",
            ))),
        }
    }

    /// The folder that the settings name.
    ///
    /// # Errors
    /// If it is not there.
    pub fn faq_dir(&self) -> anyhow::Result<&Path> {
        let dir = &self.config.faq.dir;
        if !dir.is_dir() {
            let whole = path::absolute(dir).unwrap_or_else(|_| dir.clone());
            bail!(
                "there is no FAQ: looked for the folder {}\n  To name another: --faq DIR, the environment variable \
                 CAVEAT_FAQ, or `dir` in the [faq] table of config.toml.",
                whole.display()
            );
        }
        Ok(dir)
    }

    /// The `problems` of the FAQ folder as an error.
    pub fn faulty(&self, mut problems: Vec<Problem>) -> Problems {
        // Remarks stand in nobody's way; `caveat check` tells them.
        problems.retain(|problem| problem.severity == Severity::Mistake);
        let summary = format!("Nothing is answered from a faulty FAQ ({}).", self.config.faq.dir.display());
        Problems { problems, summary }
    }

    /// The weights of the file that the settings name, or those that ship.
    ///
    /// # Errors
    /// If the file cannot be read, or holds no weights of this version of the program.
    pub fn weights(&self) -> anyhow::Result<Weights> {
        let Some(file) = &self.config.matching.weights else { return Ok(Weights::shipped().clone()) };
        let name = file.display();
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read the weights {name}, which `matching.weights` of the config names"))?;
        Weights::parse(&text).with_context(|| format!("{name}, which `matching.weights` of the config names"))
    }
}

/// Tells the operator on standard error; if that is closed, nobody wants to hear it.
fn tell(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", harmless(text));
}

/// Files with mistakes, as an error: all of them, and what follows from them.
#[derive(Debug)]
pub struct Problems {
    pub problems: Vec<Problem>,
    /// In whole sentences.
    pub summary: String,
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}\n")?;
        }
        let count = self.problems.len();
        write!(f, "{count} mistake{}. {}", if count == 1 { "" } else { "s" }, self.summary)
    }
}

/// Standard output was closed by whoever read it. No other closed connection is meant, such as one of the network.
#[derive(Debug, thiserror::Error)]
#[error("standard output is closed")]
struct ClosedPipe;

/// Writes `text` to standard output as it is; colours in it are dropped where none are wanted.
///
/// # Errors
/// If standard output is closed or full: pass it on as it is, `main` knows what to do.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ClosedPipe.into()),
        written => written.context("cannot write to standard output"),
    }
}

/// What standard output can show. `NO_COLOR` and `CLICOLOR_FORCE` are honoured (by anstream).
fn look() -> Look {
    // Lines longer than this tire the eye, however wide the window; shorter than that, lists break after every word.
    const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;
    let out = io::stdout();
    Look {
        width: out.is_terminal().then(|| textwrap::termwidth().clamp(*WIDTHS.start(), *WIDTHS.end())),
        colour: anstream::AutoStream::choice(&out) != anstream::ColorChoice::Never,
    }
}
