//! `caveat run`: the Discord bot. Here its parts are put together: FAQ, token, log, signals.

use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::panic;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::{env, thread};

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::broadcast;
use tracing_subscriber::EnvFilter;

use super::Shared;
use crate::backstage::Backstage;
use crate::config::{FaqSettings, LogFormat, LogSettings};
use crate::discord::{self, token};
#[cfg(feature = "semantic")]
use crate::live::{Learning, lessons};
use crate::live::{Live, News, Teacher, watch};
use crate::matching::weights::Weights;
use crate::metrics::{Metrics, Reload, Say, labels};
use crate::problem::Problem;
use crate::service::Service;
use crate::trial::Trial;
use crate::{monitoring, store};

/// Run the Discord bot until Ctrl-C or SIGTERM
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  DISCORD_TOKEN=… caveat run
  caveat --config /etc/caveat/config.toml run     the token file is named in the config: discord.token_file

The FAQ folder is watched (faq.watch_seconds): a change takes effect if it is sound.

Signals:
  SIGHUP            reads the FAQ folder again at once; it replaces the old one only if it is sound
  SIGTERM, Ctrl-C   sends the replies in flight, then ends; a second one ends at once")]
pub struct Args {}

/// Runs the bot until it is told to stop.
///
/// # Errors
/// If the FAQ is faulty, there is no token, or Discord cannot be reached or refuses the bot.
pub fn run(Args {}: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let dir = shared.faq_dir()?;
    let (live, remarks) = Live::load(dir, shared.config.answering.clone(), shared.weights()?, shared.today)
        .map_err(|problems| shared.faulty(problems))?;
    let live = live.held_to(trial(&shared.config.faq)?);
    let settings = &shared.config.discord;
    let token = token::read(env::var(token::VARIABLE).ok(), settings.token_file.as_deref())?;
    start_log(&shared.config.log);
    panic::set_hook(Box::new(log_panic));

    let metrics = Metrics::default();
    let live = live.taught_by(teacher(shared, &metrics)?);
    let faq = live.faq();
    let entries = faq.knowledge().entries.len();
    tracing::info!(dir = %dir.display(), version = faq.version(), entries, remarks = remarks.len(), "FAQ loaded");
    drop(faq);

    let live = Arc::new(live);
    let (tried, behind) = (Arc::clone(&live), Arc::clone(&live));
    let service = Arc::new(Service::new(Arc::clone(&live), today).counting_in(metrics));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads that serve the network")?;
    let ended = runtime.block_on(async {
        let stop = stop_signal()?;
        let metrics = service.metrics();
        tokio::spawn(count_reloads(live.listen(), metrics.clone()));
        tokio::task::spawn_blocking(move || tried.try_in_force());
        if shared.config.faq.watch_seconds > 0 {
            let settings = watch::Settings::every(shared.config.faq.watch_seconds);
            tokio::spawn(watch::watch(Arc::clone(&live), settings, today));
        }
        open_metrics(&shared.config.metrics, metrics.clone()).await?;
        reload_on_signal(live, metrics.clone())?;
        let now: Arc<dyn Fn() -> Timestamp + Send + Sync> = Arc::new(Timestamp::now);
        let store = store::open(&shared.config.store, now());
        let backstage = Some(Arc::new(Backstage::new(behind, today, metrics.clone())));
        let parts = discord::Parts { answers: service.clone(), backstage, metrics: metrics.clone(), store, now };
        discord::run(settings, &token, parts, stop).await?;
        anyhow::Ok(())
    });
    // Somebody may still be thinking about an answer that nobody waits for.
    runtime.shutdown_background();
    let counts = service.counts();
    let without = service.metrics().model_questions(Say::Late);
    tracing::info!(
        answer = counts.answer,
        did_you_mean = counts.did_you_mean,
        not_in_faq = counts.not_in_faq,
        urgent = counts.urgent,
        without_model = without,
        "replies since the start"
    );
    ended?;
    Ok(ExitCode::SUCCESS)
}

/// What lets each set that takes effect ask the model that the config names, as soon as it has read the set's phrasings;
/// replies go by the letters alone until then. A model that cannot be used is told, and the bot runs without it.
fn teacher(shared: &Shared, metrics: &Metrics) -> anyhow::Result<Teacher> {
    let weights = shared.weights()?;
    Ok(model_teacher(shared, &weights, metrics).unwrap_or_else(|problem| {
        tracing::error!(mend = problem.mend, "the model is not used: {}: {}", problem.file, problem.what);
        metrics.model_is(labels::Model::Failed);
        // Moderators see it, and where the model lies on this machine is nobody's business.
        Teacher::Failed(problem.what.replace(&format!("{}/", problem.file), ""))
    }))
}

#[cfg(feature = "semantic")]
fn model_teacher(shared: &Shared, weights: &Weights, metrics: &Metrics) -> Result<Teacher, Box<Problem>> {
    let settings = &shared.config.matching;
    let Some((embedder, remark)) = super::model::embedder(settings, weights)? else { return Ok(Teacher::Nobody) };
    if let Some(remark) = remark {
        tracing::warn!(mend = remark.mend, "{}: {}", remark.file, remark.what);
    }
    let (clock, states) = (metrics.clone(), metrics.clone());
    let embedder = embedder.timed_by(Box::new(move |took| clock.model_worked(took)));
    Ok(lessons::teacher(Arc::new(embedder), move |learning| {
        states.model_is(match learning {
            Learning::Off => labels::Model::Off,
            Learning::Loading { .. } => labels::Model::Loading,
            Learning::Ready => labels::Model::Ready,
            Learning::Failed(_) => labels::Model::Failed,
        });
        if let Learning::Loading { read, texts } = learning {
            super::model::show_progress(*read, *texts);
        }
    }))
}

/// There is no model in this program; that the config names one is told.
#[cfg(not(feature = "semantic"))]
fn model_teacher(shared: &Shared, _: &Weights, _: &Metrics) -> Result<Teacher, Box<Problem>> {
    shared.without_models().map(|()| Teacher::Nobody)
}

/// The cases and bars that a changed FAQ must pass.
///
/// # Errors
/// If the cases cannot be read: an operator who named them wants to hear it now and not at the first change.
fn trial(settings: &FaqSettings) -> anyhow::Result<Trial> {
    let trial = Trial { files: settings.cases.clone(), bars: settings.bars() };
    trial.cases().map_err(|why| anyhow!("{why}")).context("the case files of `faq.cases` in the config")?;
    Ok(trial)
}

/// Lets a monitor see the metrics, where the config says so.
///
/// # Errors
/// If the port cannot be opened.
async fn open_metrics(settings: &monitoring::Settings, metrics: Metrics) -> anyhow::Result<()> {
    let Some(address) = settings.address() else { return Ok(()) };
    let port = monitoring::open(address).await.with_context(|| {
        format!(
            "cannot listen at {address}, which is `listen` in the table [metrics] of config.toml\n  To mend: name a port that is \
             free, or leave the line out"
        )
    })?;
    tracing::info!("metrics at http://{}/metrics", port.address());
    tokio::spawn(port.serve(metrics));
    Ok(())
}

/// Asked for each question, since a bot runs for months.
fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Writes the log to standard error.
///
/// What tungstenite, the websocket's library, logs contains members' messages from `trace` on, so it is kept lower
/// than what the config says. Whoever needs more for a while names it in the level: `info,tungstenite=trace`.
fn start_log(settings: &LogSettings) {
    let quiet = "serenity=warn,tungstenite=warn,tokio_tungstenite=warn";
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(format!("{quiet},{}", settings.level)))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // A log that somebody else has started is as good.
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// Logs where a panic happened, not what it says: the text of a failed slice quotes the text that was sliced.
fn log_panic(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, ToString::to_string);
    let thread = thread::current().name().unwrap_or("?").to_owned();
    tracing::error!(place, thread, "a part of the bot broke (panic); the bot goes on. Please report it with this line");
}

/// Done when somebody wants the bot to end; whoever wants it twice gets it at once.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let (told, mut stop) = tokio::sync::watch::channel(false);
    let mut terminate = terminate_signal()?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Ok(()) = tokio::signal::ctrl_c() => {}
                () = terminate.recv() => {}
            }
            if told.send_replace(true) {
                // What shells report for a program that Ctrl-C ended.
                process::exit(130);
            }
            tracing::info!("told to stop: sending the replies in flight");
        }
    });
    Ok(async move {
        // If the task is gone, so is the runtime: then stopping is right as well.
        let _ = stop.wait_for(|stop| *stop).await;
    })
}

#[cfg(unix)]
struct Signal(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signal {
    async fn recv(&mut self) {
        // The stream ends only with the runtime.
        self.0.recv().await;
    }
}

#[cfg(unix)]
fn terminate_signal() -> anyhow::Result<Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok(Signal(signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?))
}

#[cfg(not(unix))]
struct Signal;

#[cfg(not(unix))]
impl Signal {
    async fn recv(&mut self) {
        std::future::pending().await
    }
}

#[cfg(not(unix))]
fn terminate_signal() -> anyhow::Result<Signal> {
    Ok(Signal)
}

/// Counts what becomes of changes, whoever noticed them.
async fn count_reloads(mut news: broadcast::Receiver<Arc<News>>, metrics: Metrics) {
    loop {
        match news.recv().await.as_deref() {
            Ok(News::InForce(_)) => metrics.reloaded(Reload::Changed),
            Ok(News::Refused { .. }) => metrics.reloaded(Reload::Refused),
            Ok(News::Mended { .. }) => metrics.reloaded(Reload::Same),
            // Nothing was read again.
            Ok(News::Below { .. }) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Reads the FAQ again at each SIGHUP, where there is such a thing.
#[cfg(unix)]
fn reload_on_signal(live: Arc<Live>, metrics: Metrics) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut told = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    tokio::spawn(async move {
        while told.recv().await.is_some() {
            let live = Arc::clone(&live);
            // A panic inside is logged by the hook, and the old FAQ stays.
            let counted = metrics.clone();
            // A panic inside is logged by the hook, and the old FAQ stays.
            if tokio::task::spawn_blocking(move || reload(&live, &counted)).await.is_err() {
                metrics.panicked();
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn reload_on_signal(_: Arc<Live>, _: Metrics) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn reload(live: &Live, metrics: &Metrics) {
    // What is new, or wrong, `live` tells the log itself.
    if let Ok(it) = live.reload(today())
        && !it.changed
    {
        metrics.reloaded(Reload::Same);
        tracing::info!(version = it.version, "the FAQ's files have not changed");
    }
}
