//! config.toml and the environment, read into the `Settings` that the modules declare. Only `cli` imports this.

use std::path::PathBuf;

use crate::answering;

/// All settings of the program.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub faq: FaqSettings,
    pub answering: answering::Settings,
    pub log: LogSettings,
}

/// The `[faq]` table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaqSettings {
    /// The folder that holds the FAQ. In a config file: seen from that file's folder.
    pub dir: PathBuf,
}

impl Default for FaqSettings {
    fn default() -> Self {
        Self { dir: PathBuf::from("faq") }
    }
}

/// The `[log]` table: what `caveat run` writes to standard error.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    pub format: LogFormat,
    /// A filter as tracing understands it: `info`, or `info,serenity=warn`.
    pub level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
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
