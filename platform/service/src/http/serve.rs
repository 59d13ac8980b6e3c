//! A listener that stops accepting, lets running requests end, and does not wait for ever.

use crate::shutdown::Shutdown;
use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long running requests may take after a stop was requested.
pub const GRACE: Duration = Duration::from_secs(20);

/// Serves until a stop is requested, then drains for at most [`GRACE`]. Handlers may extract
/// `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) -> std::io::Result<()> {
    serve_with_grace(listener, router, shutdown, GRACE).await
}

async fn serve_with_grace(
    listener: TcpListener,
    router: Router,
    shutdown: Shutdown,
    grace: Duration,
) -> std::io::Result<()> {
    let drain = shutdown.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { drain.requested().await });
    tokio::select! {
        outcome = async { server.await } => outcome,
        () = async { shutdown.requested().await; tokio::time::sleep(grace).await } => {
            tracing::warn!(seconds = grace.as_secs(), "requests still running after the grace period were cut off");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::sync::Notify;

    async fn start(
        router: Router,
        grace: Duration,
    ) -> (SocketAddr, Shutdown, tokio::task::JoinHandle<std::io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let running = tokio::spawn(serve_with_grace(listener, router, shutdown.clone(), grace));
        (address, shutdown, running)
    }

    fn client() -> reqwest::Client {
        // The provider is process-wide; a second installation in the same test binary is harmless.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy().build().unwrap()
    }

    #[tokio::test]
    async fn a_running_request_is_answered_after_a_stop_was_requested() {
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inner_entered, inner_release) = (entered.clone(), release.clone());
        let router = Router::new().route(
            "/",
            get(move || async move {
                inner_entered.notify_one();
                inner_release.notified().await;
                "done"
            }),
        );
        let (address, shutdown, running) = start(router, Duration::from_secs(30)).await;
        let request = tokio::spawn(client().get(format!("http://{address}/")).send());
        entered.notified().await;
        shutdown.trigger();
        release.notify_one();
        let text = request.await.unwrap().unwrap().text().await.unwrap();
        assert_eq!(text, "done");
        running.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_request_that_never_ends_does_not_keep_the_server_up() {
        let entered = Arc::new(Notify::new());
        let inner = entered.clone();
        let router = Router::new().route(
            "/",
            get(move || async move {
                inner.notify_one();
                std::future::pending::<&'static str>().await
            }),
        );
        let (address, shutdown, running) = start(router, Duration::from_millis(10)).await;
        let request = tokio::spawn(client().get(format!("http://{address}/")).send());
        entered.notified().await;
        shutdown.trigger();
        running.await.unwrap().unwrap();
        request.abort();
    }
}
