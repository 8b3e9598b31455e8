//! A port on this machine at which a monitor sees how the bot is: `/metrics` for Prometheus, `/healthz` for whoever restarts
//! what hangs, `/readyz` for whoever wants to know whether questions reach it.
//!
//! What is counted is the business of `metrics`; here it is only served. Nothing that is served here says who asked or what;
//! still it is for this machine alone.

use std::net::SocketAddr;

/// The `[metrics]` table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where to listen, such as `127.0.0.1:9464`; with port 0 the system picks one. `None`: nowhere.
    pub listen: Option<String>,
}

impl Settings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        match self.listen {
            Some(_) if self.address().is_none() => {
                vec![(
                    "listen",
                    "an address of this machine alone, such as `127.0.0.1:9464` or `[::1]:9464`".to_owned(),
                )]
            }
            _ => Vec::new(),
        }
    }

    /// Where to listen, if anywhere.
    pub fn address(&self) -> Option<SocketAddr> {
        let address: SocketAddr = self.listen.as_ref()?.parse().ok()?;
        // Who asks how often what is nobody's business but the operator's.
        address.ip().is_loopback().then_some(address)
    }
}

#[cfg(feature = "discord")]
pub use serving::{Port, open};

#[cfg(feature = "discord")]
mod serving {
    use std::io;
    use std::net::SocketAddr;

    use axum::Router;
    use axum::extract::State;
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use crate::metrics::Metrics;

    /// A port that is open, and at which nobody answers yet.
    pub struct Port {
        listener: TcpListener,
        address: SocketAddr,
    }

    /// Opens the port at `address`.
    ///
    /// # Errors
    /// If it is taken, or may not be opened.
    pub async fn open(address: SocketAddr) -> io::Result<Port> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Port { listener, address })
    }

    impl Port {
        /// With the port that the system picked, if it was asked to.
        pub fn address(&self) -> SocketAddr {
            self.address
        }

        /// Answers from `metrics`, for as long as this is polled.
        pub async fn serve(self, metrics: Metrics) {
            let app = Router::new()
                .route("/metrics", get(show_metrics))
                .route("/healthz", get(|| async { "alive\n" }))
                .route("/readyz", get(readiness))
                .with_state(metrics);
            // It ends only with the runtime: what goes wrong with one visitor is no end.
            let _ = axum::serve(self.listener, app).await;
        }
    }

    async fn show_metrics(State(metrics): State<Metrics>) -> impl IntoResponse {
        ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], metrics.text())
    }

    async fn readiness(State(metrics): State<Metrics>) -> (StatusCode, String) {
        let shards = metrics.shards();
        let away: Vec<String> = shards.iter().filter(|(_, it)| !it.connected).map(|(nth, _)| nth.to_string()).collect();
        if metrics.ready() {
            (StatusCode::OK, "ready\n".to_owned())
        } else if shards.is_empty() {
            (StatusCode::SERVICE_UNAVAILABLE, "not connected to Discord yet\n".to_owned())
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, format!("not connected to Discord: shard {}\n", away.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_listened_to() {
        let settings = |listen: &str| Settings { listen: Some(listen.to_owned()) };
        for fine in ["127.0.0.1:9464", "[::1]:9464", "127.0.0.1:0"] {
            assert_eq!(settings(fine).mistakes(), [], "{fine}");
            assert!(settings(fine).address().is_some());
        }
        for bad in ["", "9464", "localhost:9464", "0.0.0.0:9464", "192.0.2.1:9464", "[::]:9464", "127.0.0.1"] {
            assert_eq!(settings(bad).mistakes().len(), 1, "{bad}");
            assert!(settings(bad).address().is_none());
        }
        assert_eq!(Settings::default().mistakes(), []);
    }
}
