//! Two hundred questions a second for half a minute, through the whole of Discord's way and back: `cargo bench --bench load`.
//!
//! The program itself runs, as an operator runs it, with the FAQ that ships; the small Discord of the tests stands on loopback
//! beside it, keeps Discord's limit of five posts in five seconds and a channel, and checks every request. Half of the questions
//! are commands, half mentions in 400 channels, each by a member of its own. Told are the time from the event to the request
//! that answers it, what the program took of processor and memory, and whether anything was lost: then it ends with an error.
//!
//! What was measured stands in README.md beside this file. Behind `--`: questions a second, and seconds.

#[path = "../tests/suite/fake_discord/mod.rs"]
#[allow(dead_code, unused_imports)]
mod fake_discord;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use fake_discord::{BOT, FakeDiscord, Options, Posts, Seen, TOKEN};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Half of 200 a second in so many channels is one in four seconds and a channel; Discord lets one a second through.
const CHANNELS: u64 = 400;
const FIRST_CHANNEL: u64 = 1_100_000_000_000_100_000;
const FIRST_MEMBER: u64 = 1_100_000_000_001_000_000;

/// How long after the last question the last answer may come: the small Discord itself would wait 20 seconds, and then stop.
const PATIENCE: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (a_second, seconds) = (numbers.first().copied().unwrap_or(200), numbers.get(1).copied().unwrap_or(30));
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(load(a_second, seconds))
}

async fn load(a_second: u64, seconds: u64) -> ExitCode {
    let messages = messages();
    let posts = Some(Posts { most: 5, window: Duration::from_secs(5) });
    let mut discord = FakeDiscord::start(Options { posts, ..Options::default() }).await;
    let mut bot = Bot::start(&discord);
    discord.expect_opening().await;
    let (before, resting) = (bot.processor(), bot.memory("VmRSS"));

    let mut waiting = HashMap::new();
    let (mut by_command, mut by_mention) = (Vec::new(), Vec::new());
    let (mut refused, mut unasked) = (0, 0);
    let mut take = |seen: Seen, waiting: &mut HashMap<String, Instant>| {
        if seen.status == 429 {
            refused += 1;
        } else if let Some(asked) = waiting.remove(&key(&seen)) {
            let times = if seen.line.contains("/callback") { &mut by_command } else { &mut by_mention };
            times.push(seen.at - asked);
        } else if !is_behind_another(&seen) {
            unasked += 1;
        }
    };
    let mut clock = interval(Duration::from_secs(1) / u32::try_from(a_second).unwrap_or(u32::MAX));
    // What the machine missed is made up for at once.
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = Instant::now();
    for nth in 0..a_second * seconds {
        loop {
            tokio::select! {
                biased;
                _ = clock.tick() => break,
                seen = discord.next() => take(seen, &mut waiting),
            }
        }
        let text = &messages[usize::try_from(nth).unwrap_or(0) % messages.len()];
        let member = FIRST_MEMBER + nth;
        let asked = Instant::now();
        let key = if nth % 2 == 0 {
            discord.command(member, "ask", "question", text)
        } else {
            let channel = (FIRST_CHANNEL + nth / 2 % CHANNELS).to_string();
            discord.says_with(member, &format!("<@{BOT}> {text}"), |it| it["channel_id"] = json!(channel)).to_string()
        };
        waiting.insert(key, asked);
    }
    let asked_for = began.elapsed();
    while !waiting.is_empty() {
        match timeout(PATIENCE, discord.next()).await {
            Ok(seen) => take(seen, &mut waiting),
            Err(_) => break,
        }
    }
    let (after, peak) = (bot.processor(), bot.memory("VmHWM"));
    let at_end = bot.memory("VmRSS");
    let ended = bot.ends();

    let asked = a_second * seconds;
    println!(
        "{asked} questions in {:.1} s, {} lost, {unasked} replies that nobody asked for",
        asked_for.as_secs_f64(),
        waiting.len()
    );
    row("a command", by_command);
    row("a mention", by_mention);
    println!("posts that Discord refused for its limit: {refused}");
    println!("processor: {:.2} ms a question", (after - before).as_secs_f64() * 1000.0 / asked as f64);
    println!("memory: {resting} MB before, {at_end} MB after, {peak} MB at most");
    println!("it ended with the exit code {ended}");
    let well = waiting.is_empty() && unasked == 0 && ended == 0;
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a request answers: the path of an interaction's callback, or the id of the message that is replied to.
fn key(seen: &Seen) -> String {
    match seen.body["message_reference"]["message_id"].as_str() {
        Some(id) => id.to_owned(),
        None => seen.line.clone(),
    }
}

/// Further messages of a reply that is too long for one.
fn is_behind_another(seen: &Seen) -> bool {
    seen.line.starts_with("POST /webhooks/")
        || (seen.line.contains("/messages") && seen.body["message_reference"].is_null())
}

/// Messages of members, as they are committed.
fn messages() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/members.jsonl");
    let text = std::fs::read_to_string(file).expect("the cases that ship");
    let question = |line: &str| serde_json::from_str::<Value>(line).ok()?["q"].as_str().map(str::to_owned);
    text.lines().filter_map(question).collect()
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!(
        "{what}: {} answered; median {:.1} ms, p99 {:.1} ms, slowest {:.1} ms",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
}

/// The program in a process of its own.
struct Bot(Child);

impl Bot {
    fn start(discord: &FakeDiscord) -> Self {
        // An entry that was just given in a channel is told again by a direct message: here every mention is to get its reply.
        let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load.toml");
        std::fs::write(&config, "[discord.cooldown]\nentry_seconds = 0\n").expect("a folder to write in");
        let mut command = Command::new(env!("CARGO_BIN_EXE_caveat"));
        command.env_clear().current_dir(std::env::temp_dir());
        command.env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", discord.base()).env("CAVEAT_LOG", "warn");
        command.arg("--faq").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("faq"));
        command.arg("--config").arg(config).arg("run");
        Self(command.stdin(Stdio::null()).spawn().expect("the program"))
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(PathBuf::from("/proc").join(self.0.id().to_string()).join(file)).unwrap_or_default()
    }

    /// Megabytes, where Linux tells.
    fn memory(&self, which: &str) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with(which)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0) / 1024
    }

    /// The processor's time that it took so far, where Linux tells.
    fn processor(&self) -> Duration {
        let stat = self.proc("stat");
        // Behind the name in brackets; user and system time are the 14th and 15th field, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |nth: usize| fields.get(nth).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    fn ends(&mut self) -> i32 {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        self.0.wait().ok().and_then(|it| it.code()).unwrap_or(-1)
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}
