//! A listener that knows how much it can take, stops accepting, lets running requests end, and does not wait for ever.
//!
//! `axum::serve` knows neither timers nor limits, and a stranger who opens a connection and says nothing would keep it for
//! ever. Here nobody has a connection for long without using it (see [`Limits`]).

use super::body::{PacedBody, RunningBody, TooSlow};
use super::limits::Limits;
use super::places::{Place, Places};
use super::stream::Watched;
use super::watch::Verdict;
use crate::shutdown::Shutdown;
use crate::tls::ACME_TLS;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::CONNECTION;
use http::{HeaderValue, Request, StatusCode, Version};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// How long running requests may take after a stop was requested.
pub const GRACE: Duration = Duration::from_secs(20);

/// What is spoken behind TLS (RFC 7301), what we like best first.
pub const PROTOCOLS: &[&[u8]] = &[b"h2", b"http/1.1"];
/// Bytes that are read ahead of one connection of HTTP/1; a header must fit.
const READ_AHEAD: usize = 64 * 1024;
/// Requests at once on one connection of HTTP/2.
const STREAMS: u32 = 128;
/// A connection of HTTP/2 is asked whether it is alive so often.
const PING: Duration = Duration::from_secs(30);
/// The shortest and the longest pause after a connection could not be accepted.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));
/// What is told of refused connections at most so often.
const QUIET: Duration = Duration::from_secs(10);

/// Serves within the usual limits until a stop is requested, then lets running requests end for at most [`GRACE`]. While the process
/// drains before that it goes on, but for connections: who has one makes the next request on another. Handlers may extract
/// `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) -> std::io::Result<()> {
    serve_within(listener, None, router, shutdown, Limits::default()).await
}

/// [`serve`] within these limits, behind TLS where there is something that shakes hands.
///
/// # Errors
/// When the listener fails.
pub async fn serve_within(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
) -> std::io::Result<()> {
    serve_with_grace(listener, tls, router, shutdown, limits, GRACE).await
}

async fn serve_with_grace(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
    grace: Duration,
) -> std::io::Result<()> {
    let places = Places::new(limits);
    let mut running = JoinSet::new();
    let mut pause = PAUSES.0;
    let mut told = None;
    loop {
        let accepted = tokio::select! {
            () = shutdown.requested() => break,
            Some(_) = running.join_next(), if !running.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = PAUSES.0;
                let Some(place) = places.take(peer.ip()) else {
                    refuse(stream, peer, tls.is_some(), &mut told);
                    continue;
                };
                let connection = Connection { peer, router: router.clone(), place, limits, shutdown: shutdown.clone() };
                running.spawn(connection.serve(stream, tls.clone()));
            }
            // That connection's own fault; the next one may be fine.
            Err(error) if is_of_the_connection(error.kind()) => {}
            Err(error) => {
                // Mostly no file descriptors are left: who only waits gives one back.
                places.make_room();
                if is_time_to_tell(&mut told) {
                    tracing::error!(%error, "a connection could not be accepted");
                }
                tokio::select! {
                    () = shutdown.requested() => break,
                    () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSES.1),
                }
            }
        }
    }
    drop(listener);
    let drained = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(grace, drained).await.is_err() {
        tracing::warn!(seconds = grace.as_secs(), "requests still running after the grace period were cut off");
    }
    Ok(())
}

fn is_of_the_connection(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

fn is_time_to_tell(told: &mut Option<Instant>) -> bool {
    let now = Instant::now();
    let is_time = told.is_none_or(|last| now.saturating_duration_since(last) >= QUIET);
    if is_time {
        *told = Some(now);
    }
    is_time
}

/// Says so as well as can be done without waiting for whom there is no place.
fn refuse(stream: TcpStream, peer: SocketAddr, is_tls: bool, told: &mut Option<Instant>) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    metrics::counter!("casewright_http_connections_refused_total").increment(1);
    if is_time_to_tell(told) {
        tracing::warn!(address = %peer.ip(), "all places for connections are in use; some were refused");
    }
    // Who expects a handshake cannot read it.
    if is_tls {
        return;
    }
    if let Err(error) = stream.into_std().and_then(|mut stream| stream.write_all(ANSWER)) {
        tracing::debug!(%error, "a refused connection was gone already");
    }
}

/// One connection that has a place.
struct Connection {
    peer: SocketAddr,
    router: Router,
    place: Place,
    limits: Limits,
    shutdown: Shutdown,
}

impl Connection {
    /// Serves it to its end.
    async fn serve(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it began");
            return;
        }
        let Some(tls) = tls else {
            return self.converse(stream).await;
        };
        let watch = Arc::clone(self.place.watch());
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(self.limits.header, tls.accept(stream)) => shaken,
            () = watch.evicted() => return,
            () = self.shutdown.requested() => return,
        };
        match shaken {
            // Has seen what it came for (RFC 8737, section 3).
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(ACME_TLS) => {}
            Ok(Ok(stream)) => self.converse(stream).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => metrics::counter!("casewright_http_connections_cut_total", "cause" => "handshake").increment(1),
        }
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let Self { peer, router, place, limits, shutdown } = self;
        let watch = Arc::clone(place.watch());
        let (watched, stopping) = (Arc::clone(&watch), shutdown.clone());
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let running = watched.begin(request.version());
            let (watch, router, stopping) = (Arc::clone(&watched), router.clone(), stopping.clone());
            async move {
                let (mut parts, body) = request.into_parts();
                let is_http_2 = parts.version == Version::HTTP_2;
                let too_slow = TooSlow::default();
                parts.extensions.insert(ConnectInfo(peer));
                parts.extensions.insert(too_slow.clone());
                let body = Body::new(PacedBody::new(body, limits.upload, too_slow));
                let mut response = match router.oneshot(Request::from_parts(parts, body)).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                    watch.upgraded();
                } else if stopping.is_draining() && !is_http_2 {
                    // A proxy that has learned it makes the next one to another process.
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response.map(|body| RunningBody::new(body, running)))
            }
        });
        let mut builder = Builder::new(TokioExecutor::new());
        // Its timer for headers would end connections between two requests as well, and does not begin before the first byte.
        builder.http1().header_read_timeout(None).max_buf_size(READ_AHEAD);
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING).max_concurrent_streams(STREAMS);
        let mut serving =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(Watched::new(stream, place)), service));
        let mut stop = pin!(shutdown.requested());
        let mut is_stopping = false;
        let mut look = pin!(tokio::time::sleep(Duration::ZERO));
        loop {
            tokio::select! {
                ended = serving.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke");
                    }
                    return;
                }
                () = stop.as_mut(), if !is_stopping => {
                    is_stopping = true;
                    serving.as_mut().graceful_shutdown();
                }
                () = watch.evicted() => return,
                () = look.as_mut() => match watch.verdict(Instant::now()) {
                    Verdict::Good(next) => look.as_mut().reset(next),
                    Verdict::Cut(cause) => {
                        tracing::debug!(cause, "a connection was cut");
                        metrics::counter!("casewright_http_connections_cut_total", "cause" => cause).increment(1);
                        return;
                    }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pace::Pace;
    use super::*;
    use axum::routing::{get, post};
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    async fn start(
        router: Router,
        grace: Duration,
    ) -> (SocketAddr, Shutdown, tokio::task::JoinHandle<std::io::Result<()>>) {
        start_within(router, Limits::default(), grace).await
    }

    async fn start_within(
        router: Router,
        limits: Limits,
        grace: Duration,
    ) -> (SocketAddr, Shutdown, tokio::task::JoinHandle<std::io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let running = tokio::spawn(serve_with_grace(listener, None, router, shutdown.clone(), limits, grace));
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
    async fn while_it_drains_everybody_is_served_and_nobody_keeps_a_connection() {
        let (address, shutdown, running) = start(ok(), LONG).await;
        let mut kept = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut kept).await, "HTTP/1.1 200 OK");
        shutdown.drain();
        kept.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        for heard in [hear(&mut kept).await, say(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await] {
            assert!(heard.starts_with("HTTP/1.1 200 OK") && heard.ends_with("ok"), "{heard}");
            assert!(heard.contains("connection: close"), "{heard}");
        }
        assert!(!running.is_finished());
        shutdown.trigger();
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

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(3600);

    /// Says this and hears all until the server closes.
    async fn say(address: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        hear(&mut stream).await
    }

    async fn hear(stream: &mut TcpStream) -> String {
        let mut heard = Vec::new();
        match stream.read_to_end(&mut heard).await {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
        String::from_utf8(heard).unwrap()
    }

    /// One request on a connection that stays open; the answer's status line.
    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\nok") {
            heard.push(stream.read_u8().await.unwrap());
        }
        String::from_utf8(heard).unwrap().lines().next().unwrap().to_owned()
    }

    fn ok() -> Router {
        Router::new().route("/", get(|| async { "ok" })).route("/echo", post(|body: String| async { body }))
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_or_half_a_header_is_closed() {
        let limits = Limits { header: SHORT, idle: LONG, ..Limits::default() };
        let (address, shutdown, running) = start_within(ok(), limits, LONG).await;
        assert_eq!(say(address, "").await, "");
        assert_eq!(say(address, "GET / HTTP/1.1\r\nHost: x\r\nX-a: ").await, "");
        // The next header on a connection, too.
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut stream).await, "HTTP/1.1 200 OK");
        stream.write_all(b"GET / HT").await.unwrap();
        assert_eq!(hear(&mut stream).await, "");
        shutdown.trigger();
        running.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_connection_without_a_next_request_is_closed() {
        let limits = Limits { header: LONG, idle: SHORT, ..Limits::default() };
        let (address, _shutdown, _running) = start_within(ok(), limits, LONG).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut stream).await, "HTTP/1.1 200 OK");
        assert_eq!(hear(&mut stream).await, "");
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_a_problem_and_ends_the_connection() {
        let upload = Pace { patience: SHORT, bytes_per_second: 1 << 20 };
        let limits = Limits { upload, ..Limits::default() };
        let router = crate::http::common_layers(ok(), &crate::http::Layers::default());
        let (address, _shutdown, _running) = start_within(router, limits, LONG).await;
        let heard = say(address, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=").await;
        assert!(heard.starts_with("HTTP/1.1 408 "), "{heard}");
        assert!(heard.contains("\"code\":\"body-too-slow\""), "{heard}");
    }

    #[tokio::test]
    async fn who_takes_nothing_of_an_answer_is_cut() {
        let download = Pace { patience: SHORT, bytes_per_second: 1 << 20 };
        let limits = Limits { download, header: SHORT, ..Limits::default() };
        let (sent, mut is_over) = tokio::sync::mpsc::channel::<()>(1);
        let router = Router::new().route(
            "/",
            get(move || {
                let sent = sent.clone();
                async move {
                    let answer = endless(sent);
                    Body::new(answer)
                }
            }),
        );
        let (address, _shutdown, _running) = start_within(router, limits, LONG).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        // The answer's body is dropped with its connection.
        assert_eq!(is_over.recv().await, Some(()));
        drop(stream);
    }

    /// An answer that never ends, and tells when it is given up.
    fn endless(
        sent: tokio::sync::mpsc::Sender<()>,
    ) -> impl hyper::body::Body<Data = bytes::Bytes, Error = axum::BoxError> + Send + 'static {
        struct Endless(tokio::sync::mpsc::Sender<()>);
        impl Drop for Endless {
            fn drop(&mut self) {
                self.0.try_send(()).unwrap();
            }
        }
        impl hyper::body::Body for Endless {
            type Data = bytes::Bytes;
            type Error = axum::BoxError;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, axum::BoxError>>> {
                let frame = hyper::body::Frame::data(bytes::Bytes::from_static(&[b'a'; 65_536]));
                std::task::Poll::Ready(Some(Ok(frame)))
            }
        }
        Endless(sent)
    }

    #[tokio::test]
    async fn strangers_who_only_connect_do_not_keep_others_out() {
        let limits = Limits { connections: 8, header: LONG, idle: LONG, ..Limits::default() };
        let (address, _shutdown, _running) = start_within(ok(), limits, LONG).await;
        let mut silent = Vec::new();
        for _ in 0..32 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut stream).await, "HTTP/1.1 200 OK");
        // The first ones had to make room.
        assert_eq!(hear(&mut silent[0]).await, "");
    }

    #[tokio::test]
    async fn when_all_places_are_in_use_the_next_is_told_so() {
        let limits = Limits { connections: 1, ..Limits::default() };
        let entered = Arc::new(Notify::new());
        let inner = entered.clone();
        let router = Router::new().route(
            "/",
            get(move || async move {
                inner.notify_one();
                std::future::pending::<&'static str>().await
            }),
        );
        let (address, _shutdown, _running) = start_within(router, limits, LONG).await;
        let mut busy = TcpStream::connect(address).await.unwrap();
        busy.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        entered.notified().await;
        let mut next = TcpStream::connect(address).await.unwrap();
        assert!(hear(&mut next).await.starts_with("HTTP/1.1 503 "));
    }

    /// A certificate for this machine, and the authority to trust.
    fn certificate(folder: &std::path::Path) -> (crate::tls::ServedCertificate, reqwest::Certificate) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let served = crate::tls::ServedCertificate::read(&certificate, &key).unwrap();
        (served, reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap())
    }

    #[tokio::test]
    async fn behind_tls_a_renewed_certificate_is_shown_and_who_does_not_shake_hands_is_cut() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let (served, authority) = certificate(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, limits) = (Shutdown::new(), Limits { header: SHORT, ..Limits::default() });
        let tls = served.acceptor(PROTOCOLS).unwrap();
        let running = tokio::spawn(serve_with_grace(listener, Some(tls), ok(), shutdown.clone(), limits, LONG));
        let url = format!("https://localhost:{}/", address.port());
        let trusting = |authority| {
            let builder = reqwest::Client::builder().no_proxy().tls_certs_only([authority]);
            builder.resolve("localhost", address).build().unwrap()
        };
        let answer = trusting(authority.clone()).get(&url).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "ok");
        // Neither silence nor plain text keeps a connection.
        assert_eq!(say(address, "").await, "");
        assert!(!say(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.contains("HTTP/1.1"));

        let (_, renewed) = certificate(folder.path());
        assert!(served.look().unwrap());
        assert_eq!(trusting(renewed).get(&url).send().await.unwrap().status(), 200);
        assert!(trusting(authority).get(&url).send().await.is_err(), "the one before is no longer shown");
        shutdown.trigger();
        running.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_request_that_takes_long_is_not_cut() {
        let limits = Limits { header: SHORT, idle: SHORT, ..Limits::default() };
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let waiting = Arc::new(std::sync::Mutex::new(Some(released)));
        let router = Router::new().route(
            "/",
            get(move || {
                let released = waiting.lock().unwrap().take();
                async move {
                    released.unwrap().await.unwrap();
                    "ok"
                }
            }),
        );
        let (address, _shutdown, _running) = start_within(router, limits, LONG).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        let asked = tokio::spawn(async move { ask(&mut slow).await });
        // Others are closed meanwhile, so the time for headers has passed several times.
        for _ in 0..4 {
            assert_eq!(say(address, "").await, "");
        }
        release.send(()).unwrap();
        assert_eq!(asked.await.unwrap(), "HTTP/1.1 200 OK");
    }
}
