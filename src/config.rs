//! config.toml and the environment, read into the `Settings` that the modules declare. Only `cli` imports this.
//!
//! What a setting means and which values are sound is the business of the module that declares it; here is how it gets
//! there, and what the operator is told when it cannot. `config.example.toml` lists them all.
//!
//! [`reader`] turns the text into settings and tells what is wrong with it.
//!
//! Laid over each other, the later winning: defaults, config file, environment, arguments (by `cli`).

mod reader;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use self::reader::Reader;
use crate::eval::Bar;
use crate::eval::bars::Side;
use crate::problem::Problem;
use crate::{answering, discord, monitoring, store};

/// The config file that is read when none is named: in the working folder, if it is there.
pub const DEFAULT_FILE: &str = "config.toml";
/// What the store is called where a service manager names a folder for it.
const STORE: &str = "caveat.store";

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
    /// Read also by a build without Discord, which has nothing to be monitored.
    pub metrics: monitoring::Settings,
    pub log: LogSettings,
}

/// The `[faq]` table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaqSettings {
    /// The folder that holds the FAQ. A relative path in a config file is seen from that file's folder.
    pub dir: PathBuf,
    /// Seconds between two looks of `caveat run` at that folder; 0 for none.
    pub watch_seconds: u64,
    /// Case files that a changed FAQ is put to before it takes effect. Relative paths are seen from the config file.
    pub cases: Vec<PathBuf>,
    /// The figures that must not be below a value, as `caveat eval --min` takes them.
    pub min: Vec<String>,
    /// The figures that must not be above a value, as `caveat eval --max` takes them.
    pub max: Vec<String>,
}

impl Default for FaqSettings {
    fn default() -> Self {
        // A person who waits for a change does not mind two seconds, and the machine does not notice the looks.
        Self { dir: PathBuf::from("faq"), watch_seconds: 2, cases: Vec::new(), min: Vec::new(), max: Vec::new() }
    }
}

impl FaqSettings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.watch_seconds > 3600 {
            found.push(("watch_seconds", "a number of seconds from 0 (never) to 3600".to_owned()));
        }
        for (name, bars, side) in [("min", &self.min, Side::AtLeast), ("max", &self.max, Side::AtMost)] {
            if let Some(why) = bars.iter().find_map(|bar| Bar::parse(bar, side).err()) {
                found.push((
                    name,
                    format!("a list of bars as `caveat eval` takes them, such as `members.first_right=.74`: {why}"),
                ));
            } else if !bars.is_empty() && self.cases.is_empty() {
                found.push((name, "left out where `cases` names no files: there is nothing to measure".to_owned()));
            }
        }
        if !self.cases.is_empty() && self.min.is_empty() && self.max.is_empty() {
            found.push((
                "cases",
                "left out where neither `min` nor `max` has a bar: the cases would decide nothing".to_owned(),
            ));
        }
        found
    }

    /// The bars of `min` and `max`.
    pub fn bars(&self) -> Vec<Bar> {
        let read = |bars: &[String], side| bars.iter().filter_map(|bar| Bar::parse(bar, side).ok()).collect::<Vec<_>>();
        [read(&self.min, Side::AtLeast), read(&self.max, Side::AtMost)].concat()
    }
}

/// The `[matching]` table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatchingSettings {
    /// A file of weights that `caveat tune` wrote; without it those that ship. A relative path is seen from the config file.
    pub weights: Option<PathBuf>,
    /// The folder of a sentence-embedding model; without it, entries are found without one. Seen from the config file.
    pub model: Option<PathBuf>,
    /// The folder in which is kept what the model said of the FAQ's texts. Seen from the config file.
    pub model_cache: PathBuf,
}

impl Default for MatchingSettings {
    fn default() -> Self {
        Self { weights: None, model: None, model_cache: PathBuf::from("model-cache") }
    }
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
            faq: reader.table("faq", FaqSettings::mistakes),
            answering: reader.table("answering", answering::Settings::mistakes),
            matching: reader.table("matching", |_: &MatchingSettings| Vec::new()),
            discord: reader.table("discord", discord::Settings::mistakes),
            metrics: reader.table("metrics", monitoring::Settings::mistakes),
            store: reader.table("store", store::Settings::mistakes),
            log: reader.table("log", LogSettings::mistakes),
        };
        reader.end()?;
        Ok(config)
    }

    /// A relative path in a config file means: seen from that file, wherever the program was started.
    fn resolve_paths(&mut self, folder: &Path) {
        self.faq.dir = folder.join(&self.faq.dir);
        for file in &mut self.faq.cases {
            *file = folder.join(&file);
        }
        self.matching.weights = self.matching.weights.take().map(|weights| folder.join(weights));
        self.matching.model = self.matching.model.take().map(|model| folder.join(model));
        self.matching.model_cache = folder.join(&self.matching.model_cache);
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
        // systemd's word for the folder that a service may write to (`StateDirectory=` of its unit); of several, the first.
        if let Some(folders) = env("STATE_DIRECTORY").filter(|_| self.store.file.is_none()) {
            self.store.file = std::env::split_paths(&folders).next().map(|folder| folder.join(STORE));
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
                "1: `dri` stands outside of a table [unknown-setting] The tables are `faq`, `answering`, `matching`, `discord`, `metrics`, `store`, `log`.",
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

    #[test]
    fn a_service_managers_folder_is_where_things_are_kept_if_the_config_names_none() {
        let state = |name: &str| (name == "STATE_DIRECTORY").then(|| "/var/lib/caveat:/var/lib/other".into());
        let mut config = Config::default();
        config.lay_over(state).unwrap();
        assert_eq!(config.store.file.as_deref(), Some(Path::new("/var/lib/caveat/caveat.store")));
        config.store.file = Some("own".into());
        config.lay_over(state).unwrap();
        assert_eq!(config.store.file.as_deref(), Some(Path::new("own")));
    }
}
