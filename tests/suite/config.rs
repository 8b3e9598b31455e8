//! `config.example.toml` is complete, and says the truth about the defaults.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use caveat::config::Config;

fn example() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml")).unwrap()
}

/// Settings without a default stand in a comment, so this is the whole file.
#[test]
fn the_example_is_the_defaults() {
    let config = Config::parse(&example(), "config.example.toml").unwrap_or_else(|told| panic!("{told:#?}"));
    assert_eq!(config, Config::default());
}

/// With a nonsense key in each table, the mistakes name the settings that there are; the example must have each.
#[test]
fn the_example_has_every_setting() {
    let example = example();
    // A table without a default stands in a comment.
    let table = |line: &'static str| line.strip_prefix("# ").unwrap_or(line);
    let lines = example.clone().leak().lines().map(table);
    let tables: BTreeSet<&str> = lines.filter(|line| line.starts_with('[') && line.ends_with(']')).collect();
    let nonsense: String = tables.iter().map(|table| format!("{table}\nqqqqqqqqqqqq = 1\n")).collect();
    let mut problems = Config::parse(&nonsense, "config.toml").unwrap_err();
    // A table that must have something has nothing but nonsense here.
    problems.retain(|problem| problem.id == "unknown-setting");
    assert_eq!(problems.len(), tables.len(), "{problems:#?}");
    let mut checked = 0;
    for problem in problems {
        for setting in problem.note.split('`').skip(1).step_by(2) {
            let written = [format!("\n{setting} = "), format!("\n# {setting} = ")];
            let is_table = tables.iter().any(|table| table.trim_matches(['[', ']']).ends_with(&format!(".{setting}")));
            assert!(is_table || written.iter().any(|line| example.contains(line)), "`{setting}` is missing");
            checked += 1;
        }
    }
    assert!(checked >= 6, "only {checked} settings were seen");
    let none = Config::parse("[qqqqqqqqqqqq]\n", "config.toml").unwrap_err();
    for table in none[0].note.split('`').skip(1).step_by(2) {
        assert!(tables.contains(format!("[{table}]").as_str()), "the table [{table}] is missing");
    }
}
