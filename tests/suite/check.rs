//! `caveat check`, the real program: what it prints where, and how it ends. What it says of which mistake is in `bad_faq`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::bad_faq::build;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn caveat(args: &[&str], dir: &PathBuf) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .args(args)
        .current_dir(dir)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_good_faq_is_0_and_one_line() {
    let ran = caveat(&["check", "."], &build("good", "check"));
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "No mistakes in 3 entries.\n", ""));
}

#[test]
fn mistakes_are_1_and_stand_on_standard_output() {
    let ran = caveat(&["check", "."], &build("unknown-source", "check"));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.starts_with("./brewing/how-hot-for-green-tea.md:11: unknown source"), "{}", ran.out);
    assert!(ran.out.ends_with("2 mistakes in 3 entries. The bot keeps the answers it had.\n"), "{}", ran.out);
}

#[test]
fn remarks_fail_only_when_strict() {
    let dir = build("uncited-source", "check");
    let ran = caveat(&["check", "."], &dir);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("[uncited-source]"), "{}", ran.out);
    let strict = caveat(&["check", ".", "--strict"], &dir);
    assert_eq!((strict.code, strict.out), (1, ran.out));
}

#[test]
fn what_cannot_be_read_at_all_is_2() {
    let dir = build("good", "check-2");
    for (args, said) in
        [(["check", "nowhere"], "there is no such folder"), (["check", "topics.toml"], "this is a file, not a folder")]
    {
        let ran = caveat(&args, &dir);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(said) && ran.err.contains("To mend:"), "{}", ran.err);
    }
}

#[test]
fn the_folder_is_that_of_the_faq_setting_unless_it_is_named() {
    let dir = build("good", "check-3");
    assert_eq!(caveat(&["check", "--faq", "."], &dir).code, 0);
    assert_eq!(caveat(&["check"], &dir).code, 2, "there is no `faq` here");
}

#[test]
fn json_is_one_line_with_everything_in_it() {
    let ran = caveat(&["check", ".", "--json"], &build("unknown-source", "check-json"));
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{}", ran.out);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&told["entries"], &told["mistakes"], &told["remarks"]), (&3.into(), &2.into(), &0.into()));
    assert!(told["version"].is_null());
    let first = &told["problems"][0];
    assert_eq!(first["id"], "unknown-source");
    assert_eq!(first["severity"], "mistake");
    assert_eq!((&first["place"]["line"], &first["place"]["columns"]["start"]), (&11.into(), &11.into()));

    let good = caveat(&["check", ".", "--json"], &build("good", "check-json"));
    let told: serde_json::Value = serde_json::from_str(&good.out).unwrap();
    assert_eq!(told["version"].as_str().map(str::len), Some(8), "{}", good.out);
}
