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
    let why = match timeout(PATIENCE, get(client, &attachment.url)).await {
        Ok(Ok(Got::File(bytes))) => return Ok(bytes),
        Ok(Ok(Got::TooMuch)) => return Err(words::TOO_LARGE),
        Ok(Ok(Got::Nothing(status))) => format!("the answer was {status}"),
        // Without its address: that has a key to the file in it.
        Ok(Err(error)) => error.without_url().to_string(),
        Err(_) => format!("nothing came in {PATIENCE:?}"),
    };
    tracing::warn!(why, "an attached file could not be fetched");
    Err(words::NOT_FETCHED)
}

/// What came of asking for a file.
enum Got {
    File(Vec<u8>),
    TooMuch,
    /// The answer was no file: the status.
    Nothing(u16),
}

/// What lies at `url`. What was said of its size before is not relied on.
async fn get(client: &reqwest::Client, url: &str) -> reqwest::Result<Got> {
    let mut response = client.get(url).send().await?;
    // The client follows nobody elsewhere, so a redirect is an answer like any other.
    if response.status().as_u16() != 200 {
        return Ok(Got::Nothing(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Ok(Got::TooMuch);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Got::File(bytes))
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

    /// Time is paused: it runs on only while nothing else can happen.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_answers_is_not_waited_for_long() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", server.local_addr().unwrap());
        let file = Attached { name: "x.md".into(), size: 5, url: format!("{base}/attachments/1/2/x.md") };
        let began = tokio::time::Instant::now();
        assert_eq!(fetch(&reqwest::Client::new(), Some(&base), &file).await, Err(words::NOT_FETCHED));
        assert!(began.elapsed() <= PATIENCE, "{:?}", began.elapsed());
    }
}
