//! Which of the sources' addresses still answer. Asks the network, politely: few at once, one a host, and the body of a page
//! is never read. What follows for the FAQ is left to `caveat check --links`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, StatusCode, Url, redirect};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// How addresses are asked. Not in the config: they are manners, not a matter of taste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long one request may take, redirects included. Government sites take up to ten seconds.
    pub timeout: Duration,
    /// How many requests run at the same time, over all hosts; on one host never more than one.
    pub at_once: usize,
    /// How many redirects are followed. A DOI needs two or three.
    pub redirects: usize,
    /// Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are heeded.
    pub proxy_from_environment: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(15), at_once: 8, redirects: 5, proxy_from_environment: true }
    }
}

/// What came of asking an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// There is a page.
    Alive,
    /// There is none; why, as a whole sentence.
    Dead(String),
    /// Somebody is there but does not serve programs, or not now; why, as a whole sentence.
    Unsure(String),
    /// Nobody could be reached; why, as a whole sentence.
    Unreachable(String),
}

/// Asks all `urls` and tells the answer of each; `progress` hears how many of how many are done.
///
/// # Errors
/// If the client cannot be set up (a proxy variable that is no address).
pub async fn ask_all(
    urls: impl IntoIterator<Item = String>,
    settings: &Settings,
    mut progress: impl FnMut(usize, usize),
) -> Result<BTreeMap<String, Answer>, reqwest::Error> {
    let mut client = Client::builder()
        .user_agent(concat!("caveat/", env!("CARGO_PKG_VERSION"), " link check"))
        .timeout(settings.timeout)
        .redirect(redirect::Policy::limited(settings.redirects));
    if !settings.proxy_from_environment {
        client = client.no_proxy();
    }
    let client = client.build()?;

    let mut answers = BTreeMap::new();
    let mut by_host: BTreeMap<String, BTreeMap<String, Url>> = BTreeMap::new();
    for url in urls {
        match Url::parse(&url) {
            Ok(parsed) => {
                let host = parsed.host_str().unwrap_or_default().to_owned();
                by_host.entry(host).or_default().insert(url, parsed);
            }
            Err(error) => {
                answers.insert(url, Answer::Dead(format!("It is no valid address: {error}.")));
            }
        }
    }
    let total = answers.len() + by_host.values().map(BTreeMap::len).sum::<usize>();
    progress(answers.len(), total);

    let permits = Arc::new(Semaphore::new(settings.at_once));
    let (answered, mut incoming) = mpsc::unbounded_channel();
    let mut hosts = JoinSet::new();
    for urls in by_host.into_values() {
        let (client, permits, answered) = (client.clone(), Arc::clone(&permits), answered.clone());
        let redirects = settings.redirects;
        hosts.spawn(async move {
            for (url, parsed) in urls {
                // Never closed, so this cannot fail; if it did, the address would only be asked without waiting.
                let _permit = permits.acquire().await;
                let answer = ask(&client, parsed, redirects).await;
                // The receiver goes last.
                let _ = answered.send((url, answer));
            }
        });
    }
    drop(answered);
    while let Some((url, answer)) = incoming.recv().await {
        answers.insert(url, answer);
        progress(answers.len(), total);
    }
    Ok(answers)
}

async fn ask(client: &Client, url: Url, redirects: usize) -> Answer {
    let status = match send(client, Method::HEAD, url.clone()).await {
        Ok(status) => status,
        Err(error) => return failed(&error, redirects),
    };
    if status.is_success() || status == StatusCode::TOO_MANY_REQUESTS {
        return judged(status);
    }
    // Many servers refuse HEAD (405, 403, 501), and some know the page only by GET (404).
    match send(client, Method::GET, url).await {
        Ok(status) => judged(status),
        Err(error) => failed(&error, redirects),
    }
}

async fn send(client: &Client, method: Method, url: Url) -> Result<StatusCode, reqwest::Error> {
    // The body is dropped unread.
    client.request(method, url).send().await.map(|response| response.status())
}

fn judged(status: StatusCode) -> Answer {
    match status {
        status if status.is_success() => Answer::Alive,
        // A redirect that names no place to go to is as good as no page.
        StatusCode::NOT_FOUND | StatusCode::GONE => Answer::Dead(format!("The server answered {status}.")),
        status if status.is_redirection() => {
            Answer::Dead(format!("The server answered {status} and named no other place."))
        }
        status => {
            Answer::Unsure(format!("The server answered {status}; it may refuse programs, or be in trouble today."))
        }
    }
}

fn failed(error: &reqwest::Error, redirects: usize) -> Answer {
    if error.is_redirect() {
        Answer::Dead(format!("It leads from one address to the next, more than {redirects} times."))
    } else if error.is_timeout() {
        Answer::Unsure("The server did not answer in time.".to_owned())
    } else {
        Answer::Unreachable(format!("The server cannot be reached: {}.", innermost(error)))
    }
}

/// The cause of all causes says what happened; those around it say that a request failed, which is known.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
