//! `caveat run` as an operator runs it: the real program, its log, its signals and its exit codes.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::fake_discord::events::{ALICE, CHANNEL};
use crate::fake_discord::{BOT, FakeDiscord, Options, PATIENCE, TOKEN};
use crate::tea;

/// A member's words that must not turn up in the log.
const WORDS: &str = "How hot should the water be, xylophone?";

fn caveat() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caveat"));
    // Nothing of the caller's environment, and no config file.
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).args([
        "--faq",
        tea::folder().to_str().unwrap(),
        "run",
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A program that runs, and what it logs.
struct Program {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: String,
}

impl Program {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines, log: String::new() }
    }

    /// Reads the log up to the line that contains `wanted`.
    fn reads(&mut self, wanted: &str) {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else { panic!("no {wanted:?} in {}", self.log) };
            self.log.push_str(&line);
            self.log.push('\n');
            if line.contains(wanted) {
                return;
            }
        }
    }

    fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
    }

    /// The exit code, and all that was logged.
    fn ends(mut self) -> (i32, String) {
        let code = self.child.wait().unwrap().code().unwrap();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(5)) {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        (code, std::mem::take(&mut self.log))
    }
}

impl Drop for Program {
    /// A test that failed leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn it_answers_reloads_and_ends_cleanly() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let mut command = caveat();
    command.env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", discord.base()).env("CAVEAT_LOG", "trace");
    let mut program = Program::start(command);
    discord.expect_opening().await;
    discord.says(ALICE, &format!("<@{BOT}> {WORDS}"));
    discord.expect(&format!("POST /channels/{CHANNEL}/messages")).await;

    let program = spawn_blocking(move || {
        program.reads("replied");
        program.signal("HUP");
        program.reads("have not changed");
        program.signal("TERM");
        program.ends()
    });
    let (code, log) = program.await.unwrap();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("replies since the start"), "{log}");
    for secret in [TOKEN, "xylophone", "interaction-token", &ALICE.to_string()] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    discord.finish();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_folder_takes_effect_and_the_moderators_channel_hears_of_it() {
    const STAFF_ROOM: u64 = 1_100_000_000_000_000_012;
    let mut discord = FakeDiscord::start(Options::default()).await;
    discord.know_channel(STAFF_ROOM);
    let dir = tea::copy("program-watched");
    let cases = dir.with_file_name("members-program.jsonl");
    fs::write(&cases, r#"{"q": "should we get a new kettle", "ids": ["should-we-buy-a-kettle"]}"#).unwrap();
    let config = dir.with_file_name("program-watched.toml");
    let text = format!(
        "[faq]\ndir = {:?}\nwatch_seconds = 1\ncases = [\"members-program.jsonl\"]\nmin = [\"members.first_right=1.0\"]\n\
         [discord]\nmoderators_channel = \"{STAFF_ROOM}\"\n",
        dir.file_name().unwrap(),
    );
    fs::write(&config, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_caveat"));
    command.env_clear().env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", discord.base());
    command.arg("--config").arg(&config).arg("run");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = Program::start(command);
    discord.expect_opening().await;

    // Sound, but it no longer finds what the case wants: not taken.
    let edit = |file: &str, changes: &[(&str, &str)]| {
        let file = dir.join(file);
        let text = fs::read_to_string(&file).unwrap();
        let aside = file.with_extension("md.tmp");
        fs::write(&aside, changes.iter().fold(text, |text, (from, to)| text.replace(from, to))).unwrap();
        fs::rename(aside, &file).unwrap();
    };
    let water = "brewing/how-hot-should-water-be.md";
    edit(water, &[("phrasings = [", "phrasings = [\"should we get a new kettle\", ")]);
    let told = discord.expect(&format!("POST /channels/{STAFF_ROOM}/messages")).await;
    let content = told.body["content"].as_str().unwrap();
    assert!(content.contains("bar not met: members.first_right at least 1.000; it is 0 of 1 (0 %)"), "{content}");
    edit(water, &[("\"should we get a new kettle\", ", "")]);
    let mended = discord.expect(&format!("POST /channels/{STAFF_ROOM}/messages")).await;
    assert!(mended.body["content"].as_str().unwrap().contains("in order again"), "{}", mended.body);
    edit(water, &[("Boiling for black tea", "Hot for black tea")]);
    let told = discord.expect(&format!("POST /channels/{STAFF_ROOM}/messages")).await;
    assert!(told.body["content"].as_str().unwrap().starts_with("**A new FAQ is in force:**"), "{}", told.body);
    discord.says(ALICE, &format!("<@{BOT}> How hot should the water be?"));
    let reply = discord.expect(&format!("POST /channels/{CHANNEL}/messages")).await;
    assert!(reply.body.to_string().contains("Hot for black tea"), "{}", reply.body);

    let (code, log) = spawn_blocking(move || {
        program.signal("TERM");
        program.ends()
    })
    .await
    .unwrap();
    assert_eq!(code, 0, "{log}");
    for wanted in ["bar not met", "the changed FAQ was not taken", "new FAQ in force"] {
        assert_eq!(log.matches(wanted).count(), 1, "{wanted} in {log}");
    }
    discord.finish();
}

/// An operator who forgot an intent, and whose FAQ is not as good as he wants it: both are said, and the bot runs on. Its log is
/// JSON here; each line of it is.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn it_runs_on_without_the_intent_and_below_its_bars_and_says_so() {
    const STAFF_ROOM: u64 = 1_100_000_000_000_000_012;
    let mut discord = FakeDiscord::start(Options { refuse_content: true, ..Options::default() }).await;
    discord.know_channel(STAFF_ROOM);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (cases, config) = (folder.join("members-program-below.jsonl"), folder.join("below.toml"));
    fs::write(&cases, r#"{"q": "what heat for oolong", "ids": ["how-hot-should-water-be"]}"#).unwrap();
    let faq = tea::folder();
    let text = format!(
        "[faq]\ndir = {faq:?}\ncases = [{cases:?}]\nmin = [\"members.answered_right=1\"]\n\
         [discord]\nmoderators_channel = {STAFF_ROOM}\n[[discord.watched]]\nchannel = {CHANNEL}\n[log]\nformat = \"json\"\n"
    );
    fs::write(&config, text).unwrap();
    let mut command = caveat();
    command.env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", discord.base()).env("CAVEAT_CONFIG", &config);
    let mut program = Program::start(command);
    discord.expect("GET /gateway/bot").await;
    // What was tried before the connection is told when it stands; the commands are told at the same time.
    let mut told = String::new();
    while told.is_empty() || discord.commands_are_missing() {
        let seen = discord.next().await;
        if seen.line == format!("POST /channels/{STAFF_ROOM}/messages") {
            told = seen.body["content"].as_str().unwrap().to_owned();
        }
    }
    assert!(told.contains("is below its bars") && told.contains("members.answered_right at least 1"), "{told}");
    discord.says(ALICE, &format!("<@{BOT}> {WORDS}"));
    discord.expect(&format!("POST /channels/{CHANNEL}/messages")).await;
    let program = spawn_blocking(move || {
        program.reads("\"replied\"");
        program.signal("TERM");
        program.ends()
    });
    let (code, log) = program.await.unwrap();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("Message Content Intent") && log.contains("is below its bars"), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let replied = lines.iter().find(|it| it["fields"]["message"] == "replied").unwrap();
    assert_eq!(replied["fields"]["version"].as_str().unwrap().len(), 8, "{replied}");
    assert!(!log.contains("xylophone"), "{log}");
    discord.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_it_from_starting_is_said_with_exit_code_2() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let base = discord.base().to_owned();
    type Variables<'a> = &'a [(&'a str, &'a str)];
    let cases: [(&str, Variables<'_>, &str); 4] = [
        ("no token", &[], "there is no bot token"),
        ("a token of two words", &[("DISCORD_TOKEN", "two words")], "is no bot token"),
        (
            "a refused token",
            &[("DISCORD_TOKEN", "MTIz.not.it"), ("CAVEAT_DISCORD_API", &base)],
            "refused the bot's token",
        ),
        (
            "a bad base",
            &[("DISCORD_TOKEN", TOKEN), ("CAVEAT_DISCORD_API", "127.0.0.1:1")],
            "CAVEAT_DISCORD_API cannot be used",
        ),
    ];
    for (what, variables, said) in cases {
        let mut command = caveat();
        command.envs(variables.iter().copied());
        let (code, log) = spawn_blocking(move || Program::start(command).ends()).await.unwrap();
        assert_eq!(code, 2, "{what}: {log}");
        assert!(log.contains(said), "{what}: {log}");
        assert!(log.contains("To mend") || log.contains("must be"), "{what}: {log}");
        assert!(!log.contains("MTIz") && !log.contains("two words"), "{what}: {log}");
    }
    assert_eq!(discord.expect("GET /gateway/bot").await.status, 401);
    discord.finish();
}

/// A machine that has just started may have no network yet: the bot says what is wrong and goes on trying.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_it_says_so_and_tries_again() {
    // A port that was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut command = caveat();
    command.env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", format!("http://{free}/"));
    let mut program = Program::start(command);
    let ended = spawn_blocking(move || {
        program.reads(&format!("cannot reach Discord at http://{free}: "));
        program.reads("CAVEAT_DISCORD_API");
        program.reads("tries again by itself");
        program.signal("TERM");
        program.ends()
    });
    let (code, log) = ended.await.unwrap();
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains(TOKEN) && !log.contains("api/v10"), "{log}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_where_the_config_says() {
    let mut discord = FakeDiscord::start(Options::default()).await;
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("metrics.toml");
    // Port 0: the system picks one, and the log names it.
    let faq = tea::folder();
    fs::write(&config, format!("[faq]\ndir = {faq:?}\n[metrics]\nlisten = \"127.0.0.1:0\"\n")).unwrap();
    let mut command = caveat();
    command.env("DISCORD_TOKEN", TOKEN).env("CAVEAT_DISCORD_API", discord.base()).env("CAVEAT_CONFIG", &config);
    let mut program = Program::start(command);
    discord.expect_opening().await;
    let (program, page) = spawn_blocking(move || {
        program.reads("/metrics");
        let page = program.log.split_whitespace().find(|it| it.ends_with("/metrics")).unwrap().to_owned();
        program.signal("HUP");
        program.reads("have not changed");
        (program, page)
    })
    .await
    .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let text = client.get(page).send().await.unwrap().text().await.unwrap();
    for wanted in ["caveat_shard_connected{shard=\"0\"} 1", "caveat_reloads_total{outcome=\"same\"} 1"] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    let ended = spawn_blocking(move || {
        program.signal("TERM");
        program.ends()
    });
    assert_eq!(ended.await.unwrap().0, 0);
    discord.finish();
}
