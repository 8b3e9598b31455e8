//! Gets a file that a moderator attached to a command.
//!
//! Only from where Discord keeps attachments, without the bot's token, without following anybody elsewhere, not for
//! long, and not more than an entry can hold.

use std::time::Duration;

use tokio::time::timeout;

use crate::discord::commands::Attached;
use crate::render::wording::staff as words;

/// The most bytes of a file that are fetched: four times the longest entry that `check` accepts, written in the script
/// with the longest characters.
pub const MOST_BYTES: usize = 64 * 1024;
/// How long fetching may take. Discord's network delivers such a file in a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where Discord keeps attachments (Reference › CDN).
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

/// The content of `attachment`. `base` is the configured API, if there is one: a test server or a proxy hands out files
/// itself.
///
/// # Errors
/// A sentence for whoever attached it.
pub async fn fetch(
    client: &reqwest::Client,
    base: Option<&str>,
    attachment: &Attached,
) -> Result<Vec<u8>, &'static str> {
    if attachment.size as usize > MOST_BYTES {
        return Err(words::TOO_LARGE);
    }
    if !is_discords(&attachment.url, base) {
        return Err(words::NOT_FROM_DISCORD);
    }
    match timeout(PATIENCE, get(client, &attachment.url)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(words::TOO_LARGE),
        Ok(Err(error)) => {
            // Without its address: that has a key to the file in it.
            tracing::warn!(error = %error.without_url(), "an attached file could not be fetched");
            Err(words::NOT_FETCHED)
        }
        Err(_) => {
            tracing::warn!("an attached file could not be fetched in {PATIENCE:?}");
            Err(words::NOT_FETCHED)
        }
    }
}

/// What lies at `url`; `None` if it is too much. What was said of its size before is not relied on.
async fn get(client: &reqwest::Client, url: &str) -> reqwest::Result<Option<Vec<u8>>> {
    // The client follows no redirects, and what is no success is an error; a redirect is neither.
    let mut response = client.get(url).send().await?.error_for_status()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// Whether Discord, or the server that stands for it, keeps files at `url`.
fn is_discords(url: &str, base: Option<&str>) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    let at_base =
        base.and_then(|base| reqwest::Url::parse(base).ok()).is_some_and(|base| base.origin() == url.origin());
    let default_port = url.port().is_none();
    at_base || (url.scheme() == "https" && default_port && url.host_str().is_some_and(|host| HOSTS.contains(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_with_discord_or_the_configured_server_and_nowhere_else() {
        let base = Some("http://127.0.0.1:4000");
        for (url, base, wanted) in [
            ("https://cdn.discordapp.com/attachments/1/2/x.md?ex=1&is=2&hm=3", None, true),
            ("https://media.discordapp.net/attachments/1/2/x.md", None, true),
            ("http://cdn.discordapp.com/attachments/1/2/x.md", None, false),
            ("https://cdn.discordapp.com:444/attachments/1/2/x.md", None, false),
            ("https://cdn.discordapp.com.evil.example/x.md", None, false),
            ("https://cdn.discordapp.com@evil.example/x.md", None, false),
            ("https://a@cdn.discordapp.com/x.md", None, false),
            ("http://127.0.0.1:4000/attachments/1/2/x.md", None, false),
            ("http://127.0.0.1:4000/attachments/1/2/x.md", base, true),
            ("http://127.0.0.1:4001/attachments/1/2/x.md", base, false),
            ("http://169.254.169.254/latest/meta-data", base, false),
            ("file:///etc/passwd", base, false),
            ("", base, false),
        ] {
            assert_eq!(is_discords(url, base), wanted, "{url}");
        }
    }
}
