//! The documented limits of commands that the description does not express.

use std::collections::BTreeSet;

use serde_json::Value;

use super::documented::{length, list};

/// Application command types: 1 is a slash command, 2 and 3 stand in the menus of members and messages.
pub fn command(command: &Value, wrong: &mut Vec<String>) {
    if matches!(command["type"].as_u64(), Some(2 | 3)) {
        let name = command["name"].as_str().unwrap_or_default();
        if name.trim().is_empty() || length(name) > 32 {
            wrong.push(format!("a command in a menu cannot be called {name}"));
        }
        if !command["description"].as_str().unwrap_or_default().is_empty() || !list(&command["options"]).is_empty() {
            wrong.push(format!("{name} stands in a menu and has neither description nor options"));
        }
    } else if command_part(command, wrong) > 8000 {
        wrong.push("a command has over 8000 characters".to_owned());
    }
}

/// A command or an option of it, however deep. Gives the characters that count toward the command's limit.
fn command_part(it: &Value, wrong: &mut Vec<String>) -> usize {
    let mut size = 0;
    let mut tell = |bad: bool, what: String| {
        if bad {
            wrong.push(what);
        }
    };
    // Translations keep to the same limits; of each text the longest counts.
    let said = |name: &str| -> Vec<String> {
        let translated = it[format!("{name}_localizations")].as_object();
        let others = translated.into_iter().flatten().filter_map(|(_, text)| text.as_str());
        it[name].as_str().into_iter().chain(others).map(str::to_owned).collect()
    };
    let (names, descriptions) = (said("name"), said("description"));
    for name in &names {
        let fine = !name.is_empty() && length(name) <= 32 && name.to_lowercase() == *name;
        tell(!fine || !name.chars().all(|c| c.is_alphanumeric() || "-_'".contains(c)), format!("called {name:?}"));
    }
    tell(names.is_empty() || descriptions.is_empty(), format!("no name or no description: {it}"));
    for text in &descriptions {
        tell(text.trim().is_empty() || length(text) > 100, format!("a description has 1 to 100 characters: {text}"));
    }
    let longest = |texts: &[String]| texts.iter().map(|it| length(it)).max().unwrap_or(0);
    size += longest(&names) + longest(&descriptions);
    let (options, choices) = (list(&it["options"]), list(&it["choices"]));
    tell(options.len() > 25 || choices.len() > 25, format!("{names:?} has over 25 options or choices"));
    tell(it["autocomplete"] == true && !choices.is_empty(), format!("{names:?} has choices and autocompletes"));
    let unique: BTreeSet<&str> = options.iter().filter_map(|it| it["name"].as_str()).collect();
    tell(unique.len() < options.len(), format!("{names:?} has two options of the same name"));
    let required = |nth: usize| options[nth]["required"] == true;
    let misplaced = (1..options.len()).any(|nth| required(nth) && !required(nth - 1));
    tell(misplaced, format!("{names:?} has a required option behind one that is not"));
    for choice in choices {
        for part in ["name", "value"] {
            let text = choice[part].as_str().unwrap_or_default();
            let fine = choice[part].is_number() || (1..=100).contains(&length(text));
            tell(!fine, format!("the {part} of a choice has 1 to 100 characters: {text}"));
            size += length(text);
        }
    }
    size + options.iter().map(|it| command_part(it, wrong)).sum::<usize>()
}
