//! The real program: its help, its exit codes, what it says when something is wrong.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::tea;

/// A folder of a test's own, away from any config or FAQ.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("command_line-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        fs::write(self.0.join(name), text).unwrap();
        self
    }

    /// The program, started in this folder, without anything of the caller's environment.
    fn caveat(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caveat"));
        command.args(args).current_dir(&self.0).env_clear().stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.caveat(args).output().unwrap())
    }

    fn run_with_input(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.caveat(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Dropped at the end of the statement, so that the program sees the end of its input.
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    fn ends_with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout: {}\nstderr: {}", self.out, self.err);
        self
    }
}

fn tea() -> String {
    tea::folder().display().to_string()
}

#[test]
fn every_command_helps_and_shows_an_example() {
    let scratch = Scratch::new("help");
    let mut commands = vec!["ask", "chat", "check", "eval", "rank", "tune"];
    if cfg!(feature = "discord") {
        commands.push("run");
    }
    let all = scratch.run(&["--help"]).ends_with_code(0).out;
    for command in commands {
        let help = scratch.run(&[command, "--help"]).ends_with_code(0).out;
        assert!(all.contains(&format!("\n  {command} ")), "{all}");
        assert!(help.contains("\nExample") && help.contains(&format!("caveat {command}")), "{help}");
        assert!(help.contains("--faq <DIR>") && help.contains("--config <FILE>"), "{help}");
        assert!(!help.contains('\x1b'));
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
    assert!(all.contains("Exit codes:"), "{all}");
    scratch.run(&["--version"]).ends_with_code(0);
}

#[test]
fn wrong_usage_is_2() {
    let scratch = Scratch::new("usage");
    for args in [
        &[][..],
        &["aks", "x"],
        &["ask"],
        &["ask", "--jsno", "x"],
        &["eval"],
        &["eval", "x.jsonl", "--min", "members.first_right"],
    ] {
        scratch.run(args).ends_with_code(2);
    }
}

#[test]
fn a_question_gets_its_answer() {
    let scratch = Scratch::new("ask");
    let ran = scratch.run(&["--faq", &tea(), "ask", "How hot should the water be?"]).ends_with_code(0);
    assert!(ran.out.contains("Boiling for black tea, cooler for green tea"), "{}", ran.out);
    assert!(ran.out.contains("Keep in mind") && ran.out.contains("https://kettle.example/book"), "{}", ran.out);
    assert!(!ran.out.contains('\x1b'), "no colour in a pipe");
    assert_eq!(ran.err, "");
    // Several words are one question, and the option may stand behind it.
    let words = scratch.run(&["ask", "How", "hot", "should", "the", "water", "be?", "--faq", &tea()]).ends_with_code(0);
    assert_eq!(words.out, ran.out);
    let stdin =
        scratch.run_with_input(&["ask", "-", "--faq", &tea()], b"How hot should the water be?\r\n").ends_with_code(0);
    assert_eq!(stdin.out, ran.out);
    let explained =
        scratch.run(&["ask", "--explain", "--faq", &tea(), "How hot should the water be?"]).ends_with_code(0);
    assert!(
        explained.out.starts_with(&ran.out) && explained.out.contains("how-hot-should-water-be"),
        "{}",
        explained.out
    );
    // An FAQ that does not know is no failure.
    scratch.run(&["ask", "--faq", &tea(), "zzzz"]).ends_with_code(0);
    scratch.run(&["ask", "--faq", &tea(), ""]).ends_with_code(0);
}

#[test]
fn json_is_one_line_and_carries_the_reasons() {
    let scratch = Scratch::new("json");
    let ran = scratch.run(&["ask", "--json", "--faq", &tea(), "How hot should the water be?"]).ends_with_code(0);
    assert_eq!(ran.out.lines().count(), 1);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(value["kind"], "answer");
    assert_eq!(value["answer"]["id"], "how-hot-should-water-be");
    assert_eq!(value["why"]["ranking"][0]["id"], "how-hot-should-water-be");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let scratch = Scratch::new("colour");
    let args = ["ask", "--faq", &tea(), "How hot should the water be?"];
    let coloured = |name: &str| {
        let mut command = scratch.caveat(&args);
        Ran::of(command.env(name, "1").output().unwrap()).ends_with_code(0).out.contains('\x1b')
    };
    assert!(coloured("CLICOLOR_FORCE"));
    assert!(!coloured("NO_COLOR"));
}

#[test]
fn without_an_faq_it_says_what_it_looked_for() {
    let scratch = Scratch::new("no-faq");
    let ran = scratch.run(&["ask", "hello"]).ends_with_code(2);
    let looked_for = scratch.0.join("faq").display().to_string();
    assert!(ran.err.contains(&looked_for) && ran.err.contains("--faq DIR"), "{}", ran.err);
    scratch.run(&["ask", "--faq", "elsewhere", "hello"]).ends_with_code(2);
}

#[test]
fn a_faulty_faq_tells_its_mistakes() {
    let scratch = Scratch::new("bad-faq");
    fs::create_dir(scratch.0.join("faq")).unwrap();
    let ran = scratch.file("faq/topics.toml", "name = 3\n").run(&["ask", "hello"]).ends_with_code(2);
    assert!(ran.err.contains("faq/topics.toml:1: "), "{}", ran.err);
    assert!(ran.err.contains("Nothing is answered from a faulty FAQ"), "{}", ran.err);
}

#[test]
fn the_config_is_found_and_its_mistakes_are_told() {
    let scratch = Scratch::new("config");
    // In the working folder, and its path is seen from there.
    scratch.file("config.toml", &format!("[faq]\ndir = {:?}\n", tea()));
    scratch.run(&["ask", "zzzz"]).ends_with_code(0);
    // The argument wins.
    scratch.run(&["ask", "--faq", "elsewhere", "zzzz"]).ends_with_code(2);
    // A named one, elsewhere: its relative path is seen from it.
    fs::create_dir_all(scratch.0.join("etc/faq")).unwrap();
    scratch.file("etc/c.toml", "[faq]\ndir = \"faq\"\n");
    let ran = scratch.run(&["ask", "--config", "etc/c.toml", "zzzz"]).ends_with_code(2);
    assert!(ran.err.contains("etc/faq"), "{}", ran.err);
    let ran = scratch.run(&["ask", "--config", "no.toml", "zzzz"]).ends_with_code(2);
    assert!(ran.err.contains("cannot read the config file no.toml"), "{}", ran.err);
    scratch.file("config.toml", "[faq]\ndri = \"x\"\n[answering]\nmax_wrong = 7\n");
    let ran = scratch.run(&["ask", "zzzz"]).ends_with_code(2);
    insta::assert_snapshot!("config_mistakes", ran.err);
}

#[test]
fn chat_reads_lines_from_a_pipe() {
    let scratch = Scratch::new("chat");
    let input =
        b"How hot should the water be?\n\n:topics\n2\n1\n:topcis\n99\nbroken \xff\xfe line\n:quit\nnever asked\n";
    let ran = scratch.run_with_input(&["chat", "--faq", &tea()], input).ends_with_code(0);
    let replies: Vec<&str> = ran.out.split(&"─".repeat(20)).map(str::trim).collect();
    assert_eq!(replies.len(), 7, "{}", ran.out);
    assert!(replies[0].contains("Boiling for black tea"), "{}", replies[0]);
    assert!(replies[1].starts_with("1. Brewing (2)\n  2. Tea and health (1)"), "{}", replies[1]);
    assert!(replies[2].starts_with("1. Does green tea keep me awake?"), "{}", replies[2]);
    assert!(replies[3].contains("It can: a cup holds caffeine"), "{}", replies[3]);
    assert!(replies[4].contains("Did you mean :topics?"), "{}", replies[4]);
    assert!(replies[5].starts_with("There is no 99"), "{}", replies[5]);
    assert!(!ran.out.contains("> "), "no prompt");
}

#[test]
fn a_reader_who_has_read_enough_is_no_error() {
    let scratch = Scratch::new("pipe");
    let mut child = scratch
        .caveat(&["chat", "--faq", &tea()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // The program may be gone before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(&b"How hot should the water be?\n".repeat(50));
    let ran = Ran::of(child.wait_with_output().unwrap()).ends_with_code(0);
    assert_eq!(ran.err, "");
}

#[test]
fn eval_counts_and_holds_its_bars() {
    let scratch = Scratch::new("eval");
    scratch
        .file("members.jsonl", "{\"q\": \"How hot should the water be?\", \"ids\": [\"how-hot-should-water-be\"]}\n")
        .file("oos.jsonl", "{\"q\": \"zzzz\", \"ids\": []}\n");
    let faq = tea();
    let eval = |rest: &[&str]| {
        let mut args = vec!["eval", "--faq", &faq, "members.jsonl", "oos.jsonl"];
        args.extend(rest);
        scratch.run(&args)
    };
    let ran = eval(&["--min", "members.first_right=1.0", "--max", "oos.answered_wrong=0"]).ends_with_code(0);
    assert!(ran.out.contains("All bars are met (2)."), "{}", ran.out);
    let ran = eval(&["--min", "members.first_right=2"]).ends_with_code(1);
    assert!(ran.out.contains("NOT MET: members.first_right at least 2; it is 1 of 1 (100 %)"), "{}", ran.out);
    let ran = eval(&["--min", "urgent.caught=1"]).ends_with_code(2);
    assert!(ran.err.contains("these cases have no figure `urgent.caught`"), "{}", ran.err);
    let ran =
        eval(&["--json", "--out", "out.jsonl", "--csv", "out.csv", "--max", "members.first_right=0"]).ends_with_code(1);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("nothing but JSON on standard output");
    assert_eq!(value["members"]["answered_right"], 1);
    assert_eq!(fs::read_to_string(scratch.0.join("out.jsonl")).unwrap().lines().count(), 2);
    assert_eq!(fs::read_to_string(scratch.0.join("out.csv")).unwrap().lines().count(), 3);
}

#[test]
fn bad_case_files_are_told_all_at_once() {
    let scratch = Scratch::new("bad-cases");
    scratch
        .file("members.jsonl", "{\"q\": \"x\", \"ids\": [\"a\"]}\n{\"q\": \"x\", \"id\": [\"a\"]}\n")
        .file("oos.jsonl", "{\"q\": \"\x1b[31m\"\n");
    let ran = scratch.run(&["eval", "--faq", &tea(), "members.jsonl", "oos.jsonl"]).ends_with_code(2);
    assert!(!ran.err.contains('\x1b'), "{}", ran.err);
    insta::assert_snapshot!("bad_cases", ran.err);
    let ran = scratch.file("notes.jsonl", "").run(&["eval", "--faq", &tea(), "notes.jsonl"]).ends_with_code(2);
    assert!(ran.err.contains("the name of a case file begins with what it holds"), "{}", ran.err);
    scratch.run(&["eval", "--faq", &tea(), "gone/members.jsonl"]).ends_with_code(2);
}

#[test]
fn rank_prints_the_same_lines_every_time_and_its_times_only_where_asked() {
    let scratch = Scratch::new("rank");
    scratch
        .file(
            "faq.jsonl",
            "{\"id\": \"a\", \"question\": \"is it safe\"}\n{\"id\": \"b\", \"question\": \"how much is it\"}\n",
        )
        .file("asked.jsonl", "{\"q\": \"is it \\\"safe\\\"?\"}\n{\"q\": \"zzzz\"}\n");
    let rank = |rest: &[&str]| {
        let args = [&["rank", "--entries", "faq.jsonl", "--questions", "asked.jsonl"], rest].concat();
        scratch.run(&args).ends_with_code(0)
    };
    let (plain, timed) = (rank(&[]), rank(&["--timings"]));
    assert_eq!(plain.out, timed.out);
    assert!(plain.err.is_empty() && timed.err.starts_with("load "), "{}{}", plain.err, timed.err);
    let shape = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert!(value["ranked"].as_array().unwrap().iter().all(|one| keys(one) == ["id", "score"]));
        (keys(&value), value["q"].as_str().unwrap().to_owned(), value["ranked"][0]["id"].as_str().map(str::to_owned))
    };
    let lines: Vec<_> = plain.out.lines().map(shape).collect();
    let keys = || vec!["q".to_owned(), "ranked".to_owned()];
    assert_eq!(lines[0], (keys(), "is it \"safe\"?".to_owned(), Some("a".to_owned())));
    assert_eq!((lines.len(), &lines[1].0, lines[1].1.as_str()), (2, &keys(), "zzzz"));
}
