//! The bot's token: where it is read, and how it is kept out of everything that is printed.

use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The environment variable that holds the token.
pub const VARIABLE: &str = "DISCORD_TOKEN";

/// A text that must not reach a log, an error or a screen: it prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. For the request that needs it, and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why there is no token. Never quotes what was found: it may be most of a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(
        "there is no bot token\n  To mend: put it into the environment variable {VARIABLE}, or into a file of its own and \
         name that file in config.toml: `token_file` in the table [discord]. The token stands in Discord's developer portal, \
         under your application, Bot, Reset Token."
    )]
    None,
    #[error(
        "cannot read the token file {}: {why}\n  To mend: correct `token_file` in the table [discord] of config.toml, or let \
         the bot's user read that file.",
        .file.display()
    )]
    Unreadable { file: PathBuf, why: std::io::Error },
    #[error(
        "`token_file` in the table [discord] of config.toml looks like a token and not like the name of a file\n  To mend: put \
         the token into a file of its own and name that file there. A token that stood in a config file may have been seen: \
         reset it in Discord's developer portal."
    )]
    TokenForFile,
    #[error(
        "what stands in {place} is no bot token: {why}\n  To mend: copy the token once more, from Discord's developer portal, \
         under your application, Bot, Reset Token."
    )]
    Malformed { place: String, why: &'static str },
}

/// The longest token file that is read; a token has about 72 characters, so whatever is longer is another file.
const MAX_BYTES: u64 = 4096;

/// The token in the environment variable (`variable` is its value, if it is set), else in the `file` that the config names.
///
/// # Errors
/// See [`TokenError`].
pub fn read(variable: Option<String>, file: Option<&Path>) -> Result<Secret, TokenError> {
    // An empty variable is what `DISCORD_TOKEN= caveat run` and an unfilled compose file leave behind.
    if let Some(text) = variable.filter(|it| !it.trim().is_empty()) {
        return check(&text, format!("the environment variable {VARIABLE}"));
    }
    let Some(file) = file else { return Err(TokenError::None) };
    if looks_like_token(file) {
        return Err(TokenError::TokenForFile);
    }
    let unreadable = |why| TokenError::Unreadable { file: file.to_owned(), why };
    let mut text = String::new();
    fs::File::open(file).map_err(unreadable)?.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    check(&text, format!("the file {}", file.display()))
}

/// Whether somebody pasted the token itself where its file should be named: three parts with dots between them, and longer
/// than file names are.
fn looks_like_token(file: &Path) -> bool {
    // The shortest tokens in use have 59 characters.
    const SHORTEST: usize = 50;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.len() >= SHORTEST && name.matches('.').count() == 2
}

fn check(text: &str, place: String) -> Result<Secret, TokenError> {
    let text = text.trim();
    let token = text.strip_prefix("Bot ").unwrap_or(text).trim();
    let why = match token {
        "" => "it is empty",
        // Sent in a header, such a text would fail with an error that says nothing of tokens.
        _ if !token.chars().all(|c| c.is_ascii_graphic()) => "it has spaces, line breaks or strange characters in it",
        _ => return Ok(Secret::new(token)),
    };
    Err(TokenError::Malformed { place, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_stars() {
        let secret = Secret::new("MTIz.abc");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    }

    #[test]
    fn the_variable_wins_and_what_surrounds_a_token_is_dropped() {
        let token = |text: &str| read(Some(text.to_owned()), None).map(|it| it.expose().to_owned());
        assert_eq!(token(" MTIz.abc\n").unwrap(), "MTIz.abc");
        assert_eq!(token("Bot MTIz.abc").unwrap(), "MTIz.abc");
        assert!(matches!(token(" "), Err(TokenError::None)));
        let refused = token("MTIz abc-secret").unwrap_err().to_string();
        assert!(refused.contains(VARIABLE) && !refused.contains("secret"), "{refused}");
    }

    #[test]
    fn a_token_in_the_place_of_its_file_is_not_told() {
        let pasted = format!("conf/{}.{}.{}", "A".repeat(24), "B".repeat(6), "C".repeat(27));
        let error = read(None, Some(Path::new(&pasted))).unwrap_err().to_string();
        assert!(error.contains("token_file") && !error.contains("AAAA"), "{error}");
    }

    #[test]
    fn the_file_is_named_when_it_cannot_be_read() {
        let error = read(None, Some(Path::new("/nowhere/token"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/token") && error.contains("token_file"), "{error}");
    }
}
