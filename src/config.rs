//! config.toml and the environment, read into the `Settings` that the modules declare. Only `cli` imports this.
//!
//! What a setting means and which values are sound is the business of the module that declares it; here is how it gets
//! there, and what the operator is told when it cannot. `config.example.toml` lists them all.
//!
//! Laid over each other, the later winning: defaults, config file, environment, arguments (by `cli`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Problem, did_you_mean};
use crate::{answering, discord, store};

/// The config file that is read when none is named: in the working folder, if it is there.
pub const DEFAULT_FILE: &str = "config.toml";

/// All settings of the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    pub faq: FaqSettings,
    pub answering: answering::Settings,
    pub matching: MatchingSettings,
    /// Read also by a build without Discord, so that one file does for both.
    pub discord: discord::Settings,
    /// Used by the Discord front end alone.
    pub store: store::Settings,
    pub log: LogSettings,
}

/// The `[faq]` table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaqSettings {
    /// The folder that holds the FAQ. A relative path in a config file is seen from that file's folder.
    pub dir: PathBuf,
}

impl Default for FaqSettings {
    fn default() -> Self {
        Self { dir: PathBuf::from("faq") }
    }
}

/// The `[matching]` table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatchingSettings {
    /// A file of weights that `caveat tune` wrote; without it those that ship. A relative path is seen from the config file.
    pub weights: Option<PathBuf>,
}

/// The `[log]` table: what `caveat run` writes to standard error.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    pub format: LogFormat,
    /// A filter as `tracing` understands it, such as `info` or `info,serenity=warn`.
    pub level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl LogSettings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        match tracing_subscriber::EnvFilter::try_new(&self.level) {
            Ok(_) => Vec::new(),
            Err(_) => vec![(
                "level",
                "`error`, `warn`, `info`, `debug` or `trace`, or a list such as `info,serenity=warn`".into(),
            )],
        }
    }
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or was named and is not there.
    #[error("cannot read the config file {}: {source}", .file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    /// The file was read and is not sound; never empty.
    #[error("the config file has mistakes")]
    Mistakes(Vec<Problem>),
    /// An environment variable cannot be used. Its value is not told: it might be a secret in the wrong place.
    #[error("the environment variable {name} cannot be used: it must be {may_be}")]
    Environment { name: &'static str, may_be: String },
}

impl Config {
    /// The settings of the config file `named`, or of [`DEFAULT_FILE`] in the working folder if that is there, with
    /// the environment variables (asked for through `env`) laid over them.
    ///
    /// # Errors
    /// See [`ConfigError`]. All mistakes of the file are told at once.
    pub fn read(named: Option<&Path>, env: impl Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let file = named.unwrap_or(Path::new(DEFAULT_FILE));
        let mut config = match fs::read(file) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Self::parse(&text, &file.display().to_string()).map_err(ConfigError::Mistakes)?
            }
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(source) => return Err(ConfigError::Unreadable { file: file.to_owned(), source }),
        };
        config.resolve_paths(file.parent().unwrap_or(Path::new("")));
        config.lay_over(env)?;
        Ok(config)
    }

    /// The settings that `text` makes, the content of the config file called `file`. Paths stay as they are written.
    ///
    /// # Errors
    /// All mistakes, in the order of the file.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(text, file);
        let config = Self {
            faq: reader.table("faq", |_: &FaqSettings| Vec::new()),
            answering: reader.table("answering", answering::Settings::mistakes),
            matching: reader.table("matching", |_: &MatchingSettings| Vec::new()),
            discord: discord::Settings {
                shards: reader.table("shards", discord::settings::Shards::mistakes),
                ..reader.table("discord", discord::Settings::mistakes)
            },
            store: reader.table("store", store::Settings::mistakes),
            log: reader.table("log", LogSettings::mistakes),
        };
        reader.end()?;
        Ok(config)
    }

    /// A relative path in a config file means: seen from that file, wherever the program was started.
    fn resolve_paths(&mut self, folder: &Path) {
        self.faq.dir = folder.join(&self.faq.dir);
        self.matching.weights = self.matching.weights.take().map(|weights| folder.join(weights));
        if let Some(file) = &mut self.discord.token_file {
            *file = folder.join(&file);
        }
        if let Some(file) = &mut self.store.file {
            *file = folder.join(&file);
        }
    }

    fn lay_over(&mut self, env: impl Fn(&str) -> Option<OsString>) -> Result<(), ConfigError> {
        // An empty variable is what an unfilled compose file leaves behind.
        let env = |name: &str| env(name).filter(|value| !value.is_empty());
        if let Some(level) = env("CAVEAT_LOG") {
            self.log.level = level.to_string_lossy().into_owned();
            if let Some((_, may_be)) = self.log.mistakes().pop() {
                return Err(ConfigError::Environment { name: "CAVEAT_LOG", may_be });
            }
        }
        if let Some(api) = env("CAVEAT_DISCORD_API") {
            self.discord.api = Some(api.to_string_lossy().into_owned());
            if let Some((_, may_be)) = self.discord.mistakes().into_iter().find(|(name, _)| *name == "api") {
                return Err(ConfigError::Environment { name: "CAVEAT_DISCORD_API", may_be });
            }
        }
        Ok(())
    }
}

/// A config file on its way into settings, and all that was found wrong with it.
struct Reader<'t> {
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
    fn new(text: &'t str, file: &'t str) -> Self {
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

    /// The table `name` as the settings `T`, with defaults for what is not there. `mistakes` names the unsound settings
    /// of a `T`, and what they may be.
    fn table<T: DeserializeOwned + Default>(
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
        // One setting at a time, since serde stops at the first that is wrong.
        let mut sound = DeTable::new();
        let mut spans = Vec::new();
        for (key, value) in table {
            let (key_span, value_span) = (key.span(), value.span());
            let setting = format!("{name}.{}", key.get_ref());
            let mut alone = DeTable::new();
            alone.insert(key.clone(), value.clone());
            match parse_table::<T>(alone) {
                Ok(_) => {
                    spans.push((key.get_ref().clone().into_owned(), value_span));
                    sound.insert(key, value);
                }
                Err(message) if message.starts_with("unknown field") => {
                    self.unknown_setting(key_span, &setting, name, key.get_ref(), &field_names::<T>());
                }
                Err(message) => {
                    let what = format!("`{setting}` cannot be this");
                    let (is, may_be) = is_and_may_be(&message, value.get_ref());
                    let note = format!("It may be {may_be}; this is {is}.");
                    self.tell(
                        "bad-setting",
                        value_span,
                        what,
                        &note,
                        "correct the value, or delete the line to use the default.",
                    );
                }
            }
        }
        let settings = parse_table::<T>(sound).unwrap_or_default();
        for (key, may_be) in mistakes(&settings) {
            // A setting that is not in the file can only be wrong beside one that is: then the table's name is marked.
            let span = spans.iter().find(|(name, _)| name == key).map_or(header.clone(), |(_, span)| span.clone());
            let what = format!("`{name}.{key}` cannot be this");
            self.tell(
                "bad-setting",
                span,
                what,
                &format!("It may be {may_be}."),
                "correct the value, or delete the line to use the default.",
            );
        }
        settings
    }

    fn unknown_setting(&mut self, span: std::ops::Range<usize>, setting: &str, table: &str, key: &str, known: &[&str]) {
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
    fn end(mut self) -> Result<(), Vec<Problem>> {
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

    fn tell(&mut self, id: &'static str, span: std::ops::Range<usize>, what: String, note: &str, mend: &str) {
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
        other => other.strip_prefix("one of ").unwrap_or(other),
    };
    (is, may_be.to_owned())
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The settings that a `T` has: the field names that serde asks a file for.
fn field_names<T: DeserializeOwned>() -> Vec<&'static str> {
    let mut names = Vec::new();
    // It always ends in an error, since there is nothing to read; by then the names have been told.
    let _ = T::deserialize(NamesOnly(&mut names));
    names
}

/// A deserializer that holds nothing and only listens which fields are asked for.
struct NamesOnly<'n>(&'n mut Vec<&'static str>);

impl<'de> serde::Deserializer<'de> for NamesOnly<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("only names are listened for"))
    }

    fn deserialize_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.extend_from_slice(fields);
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let problems = Config::parse(text, "config.toml").unwrap_err();
        problems
            .iter()
            .map(|problem| {
                let line = problem.place.as_ref().map_or(0, |place| place.line);
                format!("{line}: {} [{}] {}", problem.what, problem.id, problem.note)
            })
            .collect()
    }

    #[test]
    fn nothing_written_is_the_defaults() {
        assert_eq!(Config::parse("", "config.toml").unwrap(), Config::default());
        assert_eq!(Config::parse("[answering]\n[log]\n", "config.toml").unwrap(), Config::default());
    }

    #[test]
    fn what_is_written_is_taken() {
        let config =
            Config::parse("[faq]\ndir = \"x\"\n[answering]\nmax_wrong = 0.1\n[log]\nformat = \"json\"\n", "c").unwrap();
        assert_eq!(config.faq.dir, Path::new("x"));
        assert_eq!(config.answering.max_wrong, 0.1);
        assert_eq!(config.answering.offer_at, answering::Settings::default().offer_at);
        assert_eq!(config.log.format, LogFormat::Json);
    }

    #[test]
    fn all_mistakes_are_told_at_once_each_at_its_line() {
        let text = "\
dri = \"faq\"
[faq]
dri = \"faq\"
[answering]
max_wrong = \"high\"
offer_at = 20
[log]
format = \"yaml\"
level = \"loud,,=\"
colour = true
[answring]
";
        assert_eq!(
            told(text),
            [
                "1: `dri` stands outside of a table [unknown-setting] The tables are `faq`, `answering`, `matching`, `discord`, `store`, `log`.",
                "3: there is no setting `faq.dri` [unknown-setting] Did you mean `dir`?",
                "5: `answering.max_wrong` cannot be this [bad-setting] It may be a number; this is the text `high`.",
                "6: `answering.offer_at` cannot be this [bad-setting] It may be a number from 0 to 1.",
                "8: `log.format` cannot be this [bad-setting] It may be `text` or `json`; this is the text `yaml`.",
                "9: `log.level` cannot be this [bad-setting] It may be `error`, `warn`, `info`, `debug` or `trace`, or a list such as `info,serenity=warn`.",
                "10: there is no setting `log.colour` [unknown-setting] The table [log] knows `format`, `level`.",
                "11: there is no table `[answring]` [unknown-setting] Did you mean `[answering]`?",
            ]
        );
    }

    #[test]
    fn a_broken_file_tells_only_what_broke_it() {
        let told = told("[answering]\nmax_wrong = \noffer = 0.1\n");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("2: this is no valid TOML"), "{told:?}");
    }

    /// A secret where it has no business is told by its name, never by its value.
    #[test]
    fn a_secret_is_never_printed() {
        for text in [
            "[log]\ntoken = \"MTIzNDU2.secret\"\n",
            "token = \"MTIzNDU2.secret\"\n",
            "[log]\ntoken = MTIzNDU2.secret\n",
            "[log]\ndiscord_token = 'MTIzNDU2.secret\n",
            "[token]\nlevel = \"MTIzNDU2.secret\"\n",
        ] {
            let problems = Config::parse(text, "config.toml").unwrap_err();
            let printed: String = problems.iter().map(Problem::to_string).collect();
            assert!(!printed.contains("MTIzNDU2") && !format!("{problems:?}").contains("MTIzNDU2"), "{printed}");
        }
    }

    #[test]
    fn without_a_file_the_defaults_work_but_a_named_file_must_be_there() {
        let none = |_: &str| None;
        let error = Config::read(Some(Path::new("no/such/config.toml")), none).unwrap_err();
        assert!(error.to_string().starts_with("cannot read the config file no/such/config.toml"), "{error}");
    }

    #[test]
    fn the_environment_wins_and_is_checked() {
        let mut config = Config::default();
        config.lay_over(|name| (name == "CAVEAT_LOG").then(|| "debug".into())).unwrap();
        assert_eq!(config.log.level, "debug");
        let error = config.lay_over(|name| (name == "CAVEAT_LOG").then(|| "l==oud".into())).unwrap_err();
        assert!(error.to_string().contains("CAVEAT_LOG"), "{error}");
    }
}
