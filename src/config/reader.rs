//! The text of a config file as settings: each table a struct that serde fills, with defaults for what is not there.
//!
//! serde stops at the first mistake and knows no lines. So each setting is tried alone, tables within tables down to the
//! last, and what is wrong is told with its place; what is sound is put together again.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::problem::{Problem, did_you_mean};

/// A config file on its way into settings, and all that was found wrong with it.
pub(super) struct Reader<'t> {
    text: &'t str,
    file: &'t str,
    root: DeTable<'t>,
    /// The tables that were asked for.
    known: Vec<&'static str>,
    /// With the byte at which each stands, to tell them in the order of the file.
    problems: Vec<(usize, Problem)>,
    /// Whether the text is TOML at all. If not, what the parser could save may be half a value: only the broken places
    /// are told, lest one slip bring on a row of false mistakes.
    broken: bool,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, file: &'t str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut reader = Self {
            text,
            file,
            root: root.into_inner(),
            known: Vec::new(),
            problems: Vec::new(),
            broken: !errors.is_empty(),
        };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let what = format!("this is no valid TOML: {}", error.message());
            reader.tell(
                "toml-syntax",
                span,
                what,
                "",
                "correct the marked place; https://toml.io shows how TOML is written.",
            );
        }
        reader
    }

    /// The table `name` as the settings `T`, with defaults for what is not there. `mistakes` names the unsound settings of a
    /// `T` (one in a table within the table as `table.setting`), and what they may be.
    pub fn table<T: DeserializeOwned + Default>(
        &mut self,
        name: &'static str,
        mistakes: impl Fn(&T) -> Vec<(&'static str, String)>,
    ) -> T {
        self.known.push(name);
        let Some((header, value)) = self.root.remove_entry(name) else { return T::default() };
        let header = header.span();
        if self.broken {
            return T::default();
        }
        let DeValue::Table(table) = value.into_inner() else {
            let mend = format!("write `[{name}]` on a line by itself, and its settings below it.");
            self.tell("wrong-type", header, format!("`{name}` must be a table of settings"), "", &mend);
            return T::default();
        };
        let mut sound = DeTable::new();
        let mut spans = Vec::new();
        for (key, value) in table {
            let path = vec![Step::Key(key.clone())];
            let place = Place { table: name, path, key: key.span() };
            if let Some(value) = self.sift::<T>(place, value, &mut spans) {
                sound.insert(key, value);
            }
        }
        let settings = parse_table::<T>(sound).unwrap_or_default();
        for (key, may_be) in mistakes(&settings) {
            // A setting that is not in the file can only be wrong beside one that is: then its table is marked, which is the
            // table above, or that which was written last of several.
            let around = |path: &str| path.rsplit_once('.').map(|(table, _)| table.to_owned());
            let mut path = Some(key.to_owned());
            let mut span = None;
            while let Some(wanted) = path.take().filter(|_| span.is_none()) {
                span = spans.iter().rfind(|(name, _)| *name == wanted).map(|(_, span)| span.clone());
                path = around(&wanted);
            }
            let what = format!("`{name}.{key}` cannot be this");
            let mend = "correct the value, or delete the line to use the default.";
            self.tell("bad-setting", span.unwrap_or(header.clone()), what, &format!("It may be {may_be}."), mend);
        }
        settings
    }

    /// What is sound of `value`, which stands at `place` in the settings `T`; the rest is told. Notes in `spans` where each
    /// setting stands.
    fn sift<T: DeserializeOwned>(
        &mut self,
        place: Place<'t>,
        value: Spanned<DeValue<'t>>,
        spans: &mut Vec<(String, Range<usize>)>,
    ) -> Option<Spanned<DeValue<'t>>> {
        let span = value.span();
        spans.push((place.name(), if value.get_ref().is_table() { place.key.clone() } else { span.clone() }));
        let is_tables = |items: &DeArray<'_>| items.iter().all(|item| item.get_ref().is_table());
        let empty = match value.get_ref() {
            DeValue::Table(_) => Some(DeValue::Table(DeTable::new())),
            DeValue::Array(items) if !items.is_empty() && is_tables(items) => Some(DeValue::Array(DeArray::new())),
            _ => None,
        };
        // A table where the settings have one is looked at setting by setting; so is each of several.
        if let Some(empty) = empty
            && place.parse::<T>(Spanned::new(span.clone(), empty)).is_ok()
        {
            let sound = match value.into_inner() {
                DeValue::Table(table) => {
                    let mut sound = DeTable::new();
                    for (key, value) in table {
                        if let Some(value) = self.sift::<T>(place.within(key.clone()), value, spans) {
                            sound.insert(key, value);
                        }
                    }
                    DeValue::Table(sound)
                }
                DeValue::Array(items) => {
                    let mut sound = DeArray::new();
                    for item in items {
                        if let Some(item) = self.sift::<T>(place.item(item.span()), item, spans) {
                            sound.push(item);
                        }
                    }
                    DeValue::Array(sound)
                }
                other => other,
            };
            return Some(Spanned::new(span, sound));
        }
        let Err(message) = place.parse::<T>(value.clone()) else { return Some(value) };
        let setting = format!("{}.{}", place.table, place.name());
        if message.starts_with("unknown field") {
            let (table, key) = setting.rsplit_once('.').unwrap_or((place.table, &setting));
            // "unknown field `x`, expected one of `a`, `b`", or "expected `a`".
            let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            self.unknown_setting(place.key.clone(), &setting, table, key, &known);
            return None;
        }
        let (is, may_be) = is_and_may_be(&message, value.get_ref());
        let note = format!("It may be {may_be}; this is {is}.");
        let mend = "correct the value, or delete the line to use the default.";
        self.tell("bad-setting", span, format!("`{setting}` cannot be this"), &note, mend);
        None
    }

    fn unknown_setting(&mut self, span: Range<usize>, setting: &str, table: &str, key: &str, known: &[&str]) {
        if looks_secret(key) {
            let mend = "delete the line. Put the token into the environment variable DISCORD_TOKEN, or into a file of its own.";
            self.tell(
                "secret-in-config",
                span,
                format!("`{setting}` is no setting"),
                "A secret never stands in the config file.",
                mend,
            );
            return;
        }
        let note = match did_you_mean(key, known.iter().copied()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("The table [{table}] knows {}.", listed(known)),
        };
        self.tell(
            "unknown-setting",
            span,
            format!("there is no setting `{setting}`"),
            &note,
            "correct the name, or delete the line; config.example.toml lists all settings.",
        );
    }

    /// Tells what nobody asked for.
    pub fn end(mut self) -> Result<(), Vec<Problem>> {
        for (key, value) in std::mem::take(&mut self.root) {
            if self.broken {
                break;
            }
            let (span, key) = (key.span(), key.into_inner());
            let known = self.known.clone();
            if looks_secret(&key) {
                self.unknown_setting(span, &key, "", &key, &[]);
            } else if matches!(value.into_inner(), DeValue::Table(_)) {
                let note = match did_you_mean(&key, known.iter().copied()) {
                    Some(meant) => format!("Did you mean `[{meant}]`?"),
                    None => format!("There are {}.", listed(&known)),
                };
                self.tell(
                    "unknown-setting",
                    span,
                    format!("there is no table `[{key}]`"),
                    &note,
                    "correct the name, or delete the table; config.example.toml lists all settings.",
                );
            } else {
                let note = format!("The tables are {}.", listed(&known));
                self.tell(
                    "unknown-setting",
                    span,
                    format!("`{key}` stands outside of a table"),
                    &note,
                    "put the line below the name of its table in brackets; config.example.toml shows how.",
                );
            }
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by_key(|(at, _)| *at);
        Err(self.problems.into_iter().map(|(_, problem)| problem).collect())
    }

    fn tell(&mut self, id: &'static str, span: Range<usize>, what: String, note: &str, mend: &str) {
        let mut problem = Problem::new(id, self.file, what, mend).at(self.text, span.clone()).note(note);
        if let Some(place) = &mut problem.place {
            let name = place.excerpt.split('=').next().unwrap_or_default().trim().to_owned();
            // The marked line is printed: a secret that stands in it, though it has no business there, is not.
            if looks_secret(&name) {
                place.excerpt = format!("{name} = ***");
                let width = place.excerpt.chars().count();
                place.columns = place.columns.start.min(width)..place.columns.end.min(width);
            }
        }
        self.problems.push((span.start, problem));
    }
}

/// Where a value stands in a table of the config.
#[derive(Clone)]
struct Place<'t> {
    table: &'static str,
    /// From the table to the value.
    path: Vec<Step<'t>>,
    /// Where its name is written.
    key: Range<usize>,
}

#[derive(Clone)]
enum Step<'t> {
    Key(Spanned<Cow<'t, str>>),
    /// One of several tables of the same name.
    Item,
}

impl<'t> Place<'t> {
    fn within(&self, key: Spanned<Cow<'t, str>>) -> Self {
        let mut place = Self { key: key.span(), ..self.clone() };
        place.path.push(Step::Key(key));
        place
    }

    fn item(&self, span: Range<usize>) -> Self {
        let mut place = Self { key: span, ..self.clone() };
        place.path.push(Step::Item);
        place
    }

    /// The keys on the way, with dots between them.
    fn name(&self) -> String {
        let keys =
            self.path.iter().filter_map(|step| if let Step::Key(key) = step { Some(&**key.get_ref()) } else { None });
        keys.collect::<Vec<&str>>().join(".")
    }

    /// What serde says to a `T` that has nothing but `value`, here.
    fn parse<T: DeserializeOwned>(&self, value: Spanned<DeValue<'t>>) -> Result<T, String> {
        let value = self.path.iter().skip(1).rev().fold(value, |value, step| {
            let around = match step {
                Step::Key(key) => DeValue::Table(std::iter::once((key.clone(), value)).collect()),
                Step::Item => DeValue::Array(std::iter::once(value).collect()),
            };
            Spanned::new(0..0, around)
        });
        let mut alone = DeTable::new();
        if let Some(Step::Key(first)) = self.path.first() {
            alone.insert(first.clone(), value);
        }
        parse_table(alone)
    }
}

/// Whether a value under this name would be a secret. The name of a file that holds one is none.
fn looks_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["token", "secret", "password"].iter().any(|word| name.contains(word)) && !name.ends_with("_file")
}

fn parse_table<'t, T: DeserializeOwned>(table: DeTable<'t>) -> Result<T, String> {
    T::deserialize(toml::de::Deserializer::from(Spanned::new(0..0, table))).map_err(|error| error.message().to_owned())
}

/// What the value is, and what it may be, out of serde's "invalid type: …, expected …" and its like.
fn is_and_may_be(message: &str, value: &DeValue<'_>) -> (String, String) {
    let is = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let is = match value {
        DeValue::String(text) => format!("the text `{text}`"),
        DeValue::Integer(_) if message.starts_with("invalid value") => "a whole number out of its range".to_owned(),
        _ => is.to_owned(),
    };
    let expected = message.split_once("expected ").map_or(message, |(_, expected)| expected);
    let may_be = match expected.trim() {
        "f64" | "f32" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i32" | "i64" => "a whole number",
        "a string" | "path string" => "a text in quotes",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list in square brackets",
        other if other.starts_with("struct ") => "a table of settings",
        other => other.strip_prefix("one of ").unwrap_or(other),
    };
    (is, may_be.to_owned())
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct House {
        doors: u8,
        kitchen: Room,
        room: Vec<Room>,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Room {
        chairs: u8,
        colour: String,
    }

    fn read(text: &str) -> Result<House, Vec<String>> {
        let mut reader = Reader::new(text, "config.toml");
        let house = reader.table("house", |house: &House| {
            let few = house.kitchen.chairs == 9 || house.room.iter().any(|room| room.chairs == 9);
            if few { vec![("room.chairs", "anything but 9".to_owned())] } else { Vec::new() }
        });
        reader.end().map(|()| house).map_err(|problems| {
            let line = |it: &Problem| it.place.as_ref().map_or(0, |place| place.line);
            problems.iter().map(|it| format!("{}: {} {}", line(it), it.what, it.note)).collect()
        })
    }

    #[test]
    fn tables_within_tables_are_read() {
        let room = |chairs, colour: &str| Room { chairs, colour: colour.to_owned() };
        let text = "[house]\ndoors = 2\n[house.kitchen]\nchairs = 4\n[[house.room]]\nchairs = 1\n[[house.room]]\ncolour = \"x\"\n";
        let wanted = House { doors: 2, kitchen: room(4, ""), room: vec![room(1, ""), room(0, "x")] };
        assert_eq!(read(text).unwrap(), wanted);
        assert_eq!(read("[house]\nroom = []\n").unwrap(), House::default());
    }

    #[test]
    fn their_mistakes_are_told_at_their_lines() {
        let text = "\
[house.kitchen]
chairs = 4
color = \"x\"
[[house.room]]
chairs = -1
[[house.room]]
chair = 1
colour = 5
[house.cellar]
";
        assert_eq!(
            read(text).unwrap_err(),
            [
                "3: there is no setting `house.kitchen.color` Did you mean `colour`?",
                "5: `house.room.chairs` cannot be this It may be a whole number from 0; this is a whole number out of its range.",
                "7: there is no setting `house.room.chair` Did you mean `chairs`?",
                "8: `house.room.colour` cannot be this It may be a text in quotes; this is a whole number.",
                "9: there is no setting `house.cellar` The table [house] knows `doors`, `kitchen`, `room`.",
            ]
        );
        assert_eq!(
            read("[house]\ndoors = { a = 1 }\nkitchen = 3\n").unwrap_err(),
            [
                "2: `house.doors` cannot be this It may be a whole number from 0; this is a table.",
                "3: `house.kitchen` cannot be this It may be a table of settings; this is a whole number.",
            ]
        );
        // An unsound setting is marked where it stands, and if it is not written, its table.
        assert_eq!(
            read("[[house.room]]\nchairs = 9\n").unwrap_err(),
            ["2: `house.room.chairs` cannot be this It may be anything but 9."]
        );
        assert_eq!(
            read("[house]\n[house.kitchen]\nchairs = 9\n").unwrap_err(),
            ["1: `house.room.chairs` cannot be this It may be anything but 9."]
        );
    }

    #[test]
    fn a_secret_within_a_table_is_not_printed() {
        let mut reader = Reader::new("[house.kitchen]\ntoken = \"MTIz.abc\"\n", "config.toml");
        reader.table("house", |_: &House| Vec::new());
        let problems = reader.end().unwrap_err();
        let printed: String = problems.iter().map(Problem::to_string).collect();
        assert!(printed.contains("house.kitchen.token") && !printed.contains("MTIz"), "{printed}");
    }
}
