//! The link check against a server on loopback; nothing here leaves the machine.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use caveat::links::{Answer, Settings, ask_all};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the server was asked: method, path and who asked.
type Log = Arc<Mutex<Vec<(Method, String, String)>>>;

/// A site with a page of each kind.
async fn page(log: Log, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let agent = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
    log.lock().unwrap().push((method.clone(), uri.path().to_owned(), agent));
    let to = |place: String| (StatusCode::FOUND, [(header::LOCATION, place)]).into_response();
    let only_get =
        |otherwise: StatusCode| if method == Method::GET { StatusCode::OK } else { otherwise }.into_response();
    match uri.path() {
        "/fine" => StatusCode::OK.into_response(),
        "/no-head" => only_get(StatusCode::METHOD_NOT_ALLOWED),
        "/head-forbidden" => only_get(StatusCode::FORBIDDEN),
        "/moved" => to("/fine".to_owned()),
        "/moved-and-gone" => to("/gone".to_owned()),
        "/circle" => to("/circle".to_owned()),
        "/gone" => StatusCode::GONE.into_response(),
        "/private" => StatusCode::FORBIDDEN.into_response(),
        "/busy" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "/broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "/silent" => std::future::pending().await,
        _ => {
            // /steps/3 → /steps/2 → … → /fine
            match uri.path().strip_prefix("/steps/").and_then(|left| left.parse::<u32>().ok()) {
                Some(0 | 1) => to("/fine".to_owned()),
                Some(left) => to(format!("/steps/{}", left - 1)),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        }
    }
}

/// Starts the site on all loopback addresses (127.0.0.2 is another host than 127.0.0.1) and tells its port.
async fn site(app: Router) -> u16 {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    port
}

fn pages(log: &Log) -> Router {
    let log = Arc::clone(log);
    Router::new().fallback(move |method, uri, headers| page(Arc::clone(&log), method, uri, headers))
}

/// A port on which nobody listens: it was free a moment ago, and the system hands out others first.
async fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap().port()
}

fn settings() -> Settings {
    Settings { timeout: Duration::from_millis(500), proxy_from_environment: false, ..Settings::default() }
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

#[test]
fn each_kind_of_page_is_told_for_what_it_is() {
    let log = Log::default();
    let (answers, port) = run(async {
        let port = site(pages(&log)).await;
        let paths = [
            "fine",
            "no-head",
            "head-forbidden",
            "moved",
            "steps/5",
            "steps/6",
            "moved-and-gone",
            "circle",
            "gone",
            "nothing",
            "private",
            "busy",
            "broken",
            "silent",
        ];
        let mut urls: Vec<String> = paths.iter().map(|path| format!("http://127.0.0.1:{port}/{path}")).collect();
        urls.push(format!("http://127.0.0.1:{}/", closed_port().await));
        urls.push("http://[broken/".to_owned());
        (ask_all(urls, &settings(), |_, _| ()).await.unwrap(), port)
    });
    let told: BTreeMap<&str, &Answer> = answers
        .iter()
        .map(|(url, answer)| (url.strip_prefix(&format!("http://127.0.0.1:{port}/")).unwrap_or("elsewhere"), answer))
        .collect();
    for path in ["fine", "no-head", "head-forbidden", "moved", "steps/5"] {
        assert_eq!(told[path], &Answer::Alive, "{path}");
    }
    for path in ["gone", "nothing", "moved-and-gone", "circle", "steps/6"] {
        assert!(matches!(told[path], Answer::Dead(_)), "{path}: {:?}", told[path]);
    }
    for path in ["private", "busy", "broken", "silent"] {
        assert!(matches!(told[path], Answer::Unsure(_)), "{path}: {:?}", told[path]);
    }
    assert_eq!(told["silent"], &Answer::Unsure("The server did not answer in time.".into()));
    assert!(matches!(answers["http://[broken/"], Answer::Dead(_)));
    assert_eq!(answers.values().filter(|answer| matches!(answer, Answer::Unreachable(_))).count(), 1, "{answers:?}");

    let log = log.lock().unwrap();
    let agent = format!("caveat/{} link check", env!("CARGO_PKG_VERSION"));
    assert!(log.iter().all(|(_, _, by)| *by == agent), "{log:?}");
    let gets = |path: &str| log.iter().filter(|(method, asked, _)| method == Method::GET && asked == path).count();
    assert_eq!((gets("/no-head"), gets("/busy")), (1, 0), "who is busy is not asked twice: {log:?}");
}

/// Eight hosts are asked at the same time, never more, and no host twice at once.
#[test]
fn it_asks_eight_hosts_at_once_and_each_of_them_one_thing_at_a_time() {
    #[derive(Default)]
    struct Seen {
        now: BTreeMap<String, usize>,
        most: usize,
        most_on_one_host: usize,
    }
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (reached, _) = watch::channel(0usize);
    let reached = Arc::new(reached);

    let handler = {
        let (seen, reached) = (Arc::clone(&seen), Arc::clone(&reached));
        move |request: Request| {
            let (seen, reached) = (Arc::clone(&seen), Arc::clone(&reached));
            async move {
                let host = request.headers()[header::HOST].to_str().unwrap().to_owned();
                let count = {
                    let mut seen = seen.lock().unwrap();
                    *seen.now.entry(host.clone()).or_default() += 1;
                    seen.most_on_one_host = seen.most_on_one_host.max(seen.now[&host]);
                    let count = seen.now.values().sum();
                    seen.most = seen.most.max(count);
                    count
                };
                // The first eight wait for each other: if fewer are asked at once, they time out.
                reached.send_if_modified(|most| std::mem::replace(most, (*most).max(count)) < count);
                reached.subscribe().wait_for(|most| *most >= 8).await.unwrap();
                // Whoever else would come at the same time has the chance to.
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
                *seen.lock().unwrap().now.get_mut(&host).unwrap() -= 1;
                StatusCode::OK
            }
        }
    };
    let mut progress = Vec::new();
    let answers = run(async {
        let port = site(Router::new().fallback(handler)).await;
        let urls = (1..=12).flat_map(|host| (1..=3).map(move |page| format!("http://127.0.0.{host}:{port}/{page}")));
        // Time enough for a loaded machine; nothing waits for it unless the test fails.
        let settings = Settings { timeout: Duration::from_secs(60), ..settings() };
        ask_all(urls, &settings, |done, total| progress.push((done, total))).await.unwrap()
    });
    assert!(answers.values().all(|answer| *answer == Answer::Alive), "{answers:?}");
    assert_eq!(answers.len(), 36);
    let seen = seen.lock().unwrap();
    assert_eq!((seen.most, seen.most_on_one_host), (8, 1));
    assert_eq!((progress.first(), progress.last()), (Some(&(0, 36)), Some(&(36, 36))));
}

/// The real program, with a copy of the good FAQ of `tests/bad_faq` whose sources lie on loopback.
#[test]
fn check_tells_dead_links_at_their_line() {
    let log = Log::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let port = runtime.block_on(site(pages(&log)));
    let check = |name: &str, first: &str, second: &str| {
        let dir = crate::bad_faq::build("good", &format!("links-{name}"));
        let sources = fs::read_to_string(dir.join("sources.toml")).unwrap();
        let sources =
            sources.replace("https://tea.example/brewing", first).replace("https://sleep.example/caffeine", second);
        fs::write(dir.join("sources.toml"), sources).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["check", "--links", "faq"])
            .current_dir(named_faq(dir))
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&port.to_string(), "4000");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let url = |path: &str| format!("http://127.0.0.1:{port}/{path}");

    let (code, out, err) = check("fine", &url("fine"), &url("moved"));
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "No mistakes in 3 entries.\n", ""),
        "no progress but on a terminal"
    );

    let (code, out, _) = check("dead", &url("gone"), &url("private"));
    assert_eq!(code, 1, "{out}");
    insta::assert_snapshot!("dead_links", out);

    let (code, out, _) = check("unsure", &url("fine"), &url("private"));
    assert_eq!(code, 0, "an unsure link is a remark: {out}");
}

/// `dir`, moved to where a program started in the returned folder finds it as `faq`.
fn named_faq(dir: PathBuf) -> PathBuf {
    let home = dir.with_extension("home");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).unwrap();
    fs::rename(dir, home.join("faq")).unwrap();
    home
}
