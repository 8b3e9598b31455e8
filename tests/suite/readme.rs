//! What the README promises: its commands, its links, its example of an entry.

use std::fs;
use std::path::{Path, PathBuf};

use caveat::load;
use jiff::civil::date;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// A newcomer types these two and nothing else; CI runs the second as it stands.
#[test]
fn the_quick_start_is_two_commands() {
    let readme = readme();
    let block = readme.split("## Quick start").nth(1).unwrap().split("```").nth(1).unwrap();
    let commands: Vec<&str> = block.lines().skip(1).collect();
    assert_eq!(commands, ["cargo run --release -- ask \"do exosomes regrow hair?\"", "cargo test"]);
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(ci.contains(&format!("\n{}", commands[1])), "CI does not run `{}`", commands[1]);
}

#[test]
fn its_links_and_paths_lead_somewhere() {
    let readme = readme();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let paths = readme.split('`').skip(1).step_by(2).filter(|code| {
        let ours = code.starts_with("src/") || code.starts_with("tests/") || code.starts_with("faq/");
        ours && !code.contains(['<', '*', ' '])
    });
    let mut seen = 0;
    for path in links.filter(|link| !link.starts_with("http")).chain(paths) {
        assert!(root().join(path).exists(), "README.md names `{path}`, which is not there");
        seen += 1;
    }
    assert!(seen > 15, "only {seen} links and paths were seen");
}

/// Discord's documentation, Topics › Permissions › Bitwise Permission Flags.
const PERMISSIONS: [(&str, u32); 6] = [
    ("View Channels", 10),
    ("Send Messages", 11),
    ("Embed Links", 14),
    ("Read Message History", 16),
    ("Create Public Threads", 35),
    ("Send Messages in Threads", 38),
];

/// An operator invites the bot with what is written there.
#[test]
fn the_invitation_asks_for_the_permissions_that_are_named() {
    let readme = readme();
    let steps = readme.split("**Invite it**").nth(1).unwrap().split("**Start it**").next().unwrap();
    let rows: String = steps.lines().filter(|line| line.trim().starts_with('|')).collect();
    let named = rows.split(['|', ',']).map(str::trim).filter_map(|it| PERMISSIONS.iter().find(|(name, _)| *name == it));
    let sum: u64 = named.map(|(_, bit)| 1u64 << bit).sum();
    assert_eq!(sum, 274_877_991_936);
    assert!(steps.contains(&format!("together {sum}:")) && steps.contains(&format!("&permissions={sum}\n")));
    assert!(steps.contains(&format!("together\n   {}.", sum + (1 << 35))), "with Create Public Threads");
    assert!(steps.contains("scope=bot+applications.commands"));
}

/// What systemd and Docker are given fits the program.
#[test]
fn the_unit_and_the_image_start_the_program() {
    let file = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let unit = file("deploy/caveat.service");
    // Exit code 2 says that a person is needed.
    for line in ["ExecStart=/usr/local/bin/caveat run", "RestartPreventExitStatus=2", "DynamicUser=yes"] {
        assert!(unit.lines().any(|it| it == line), "{line} is not in the unit");
    }
    let stop: u64 = unit.split("TimeoutStopSec=").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert!(stop > caveat::config::Config::default().discord.finish_seconds, "systemd would cut replies off");
    let image = file("Dockerfile");
    assert!(image.contains("cargo build --release --locked --bin caveat") && image.contains("CMD [\"run\"]"));
    assert!(image.contains("\nUSER 10001\n"), "the container runs as root");
    for secret in [".git", "token", "*.env", "config.toml", "target"] {
        assert!(file(".dockerignore").lines().any(|it| it == secret), "{secret} would get into the image");
    }
}

/// Whoever copies the example gets a sound entry.
#[test]
fn its_example_of_an_entry_is_sound() {
    let readme = readme();
    let entry = readme.split("```markdown\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme-faq");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("hair")).unwrap();
    fs::write(folder.join("hair/dandruff.md"), entry).unwrap();
    let topics = "name = \"Hair\"\nlanguage = \"en\"\ndisclaimer = \"No advice.\"\ncontact = \"Ask a moderator.\"\n\
                  review_after = 365\n[[topics]]\nid = \"hair\"\ntitle = \"Hair\"\n";
    fs::write(folder.join("topics.toml"), topics).unwrap();
    for (file, text) in [("sources.toml", ""), ("vocabulary.toml", ""), ("red-flags.toml", "bar = 4\n")] {
        fs::write(folder.join(file), text).unwrap();
    }
    let loaded = load::load(&folder, date(2027, 1, 1)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(loaded.knowledge.entries[0].id.as_str(), "dandruff");
}
